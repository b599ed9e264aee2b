// Attribute paths; see filter_support.h.
#include "tools/chat_template/filter_support.h"

#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {

AttributePath attribute_path(Heap& heap, const Value& attribute) {
  if (absent(attribute)) return {};
  if (!attribute.is_string()) return {attribute};
  AttributePath path;
  std::string_view text = attribute.text();
  while (true) {
    const size_t point = text.find('.');
    const std::string_view part = text.substr(0, point);
    heap.step();
    const bool digits = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    path.push_back(digits ? integer_from_digits(heap, part) : heap.copy(part));
    if (point == std::string_view::npos) return path;
    text.remove_prefix(point + 1);
  }
}

Value follow(Evaluator& run, Value item, const AttributePath& path, const Value* otherwise) {
  for (const Value& key : path) {
    run.heap().step();
    item = run.get_item(item, key);
    if (otherwise != nullptr && item.is_undefined()) item = *otherwise;
  }
  return item;
}

Value ignore_case(Heap& heap, const Value& value) {
  if (!value.is_string()) return value;
  heap.step(value.text().size() / 16);
  const std::string_view text = value.text();
  auto changes = [](char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; };
  if (std::none_of(text.begin(), text.end(), changes)) return value;
  return heap.string(lower_case(text));
}

}  // namespace keyway::chat
