// str methods that search, split and classify; see string_methods.h.
#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/heap.h"
#include "tools/chat_template/iterate.h"
#include "tools/chat_template/string_methods.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

class Pieces {
 public:
  explicit Pieces(Heap& heap) : heap_(heap) {}
  void add(std::string_view text) {
    heap_.step();
    heap_.require((values_.size() + 1) * sizeof(Value));
    values_.push_back(heap_.copy(text));
  }
  Value list() { return heap_.list(std::move(values_)); }
  Value reversed_list() {
    std::reverse(values_.begin(), values_.end());
    return list();
  }

 private:
  Heap& heap_;
  std::vector<Value> values_;
};

Value split_space(Heap& heap, std::string_view text, int64_t most) {
  Pieces pieces(heap);
  size_t at = skip_space(text, 0);
  for (; at < text.size() && most != 0; --most) {
    size_t end = at;
    while (end < text.size()) {
      size_t next = end;
      if (is_space(next_point(text, next))) break;
      end = next;
    }
    pieces.add(text.substr(at, end - at));
    at = skip_space(text, end);
  }
  if (at < text.size()) pieces.add(text.substr(at));
  return pieces.list();
}

Value rsplit_space(Heap& heap, std::string_view text, int64_t most) {
  Pieces pieces(heap);
  text = strip_space(text, false, true);
  for (; !text.empty() && most != 0; --most) {
    size_t start = text.size();
    while (start > 0) {
      size_t before = start;
      if (is_space(previous_point(text, before))) break;
      start = before;
    }
    pieces.add(text.substr(start));
    text = strip_space(text.substr(0, start), false, true);
  }
  if (!text.empty()) pieces.add(text);
  return pieces.reversed_list();
}

Value split_at(Heap& heap, std::string_view text, std::string_view separator, int64_t most, bool from_right) {
  Pieces pieces(heap);
  for (; most != 0; --most) {
    const size_t at = from_right ? text.rfind(separator) : text.find(separator);
    if (at == std::string_view::npos) break;
    const size_t after = at + separator.size();
    pieces.add(from_right ? text.substr(after) : text.substr(0, at));
    text = from_right ? text.substr(0, at) : text.substr(after);
  }
  pieces.add(text);
  return from_right ? pieces.reversed_list() : pieces.list();
}

Value partition(Heap& heap, std::string_view text, std::string_view separator, bool from_right) {
  if (separator.empty()) raise_invalid("empty separator");
  heap.step_search(text, separator);
  const size_t at = from_right ? text.rfind(separator) : text.find(separator);
  std::vector<Value> parts;
  if (at == std::string_view::npos) {
    for (int i = 0; i < 3; ++i) parts.push_back(heap.string(i == (from_right ? 2 : 0) ? std::string(text) : ""));
  } else {
    parts.push_back(heap.copy(text.substr(0, at)));
    parts.push_back(heap.copy(separator));
    parts.push_back(heap.copy(text.substr(at + separator.size())));
  }
  return heap.tuple(std::move(parts));
}

// The part of a text that start and end of find(), count(), ... leave; false where start lies past the end.
bool narrow(const Value& self, const Value& start, const Value& end, std::string_view& text, size_t& first_byte) {
  const int64_t size = *length_of(self);
  auto bound = [&](const Value& value, int64_t otherwise) {
    const int64_t at = absent(value) ? otherwise : integer_or(value, otherwise, "find");
    return at < 0 ? std::max<int64_t>(at + size, 0) : at;
  };
  const int64_t from = bound(start, 0);
  const int64_t to = std::min(bound(end, size), size);
  text = self.text();
  if (from > size || to < from) return false;
  first_byte = byte_offset(text, static_cast<size_t>(from));
  text = text.substr(first_byte, byte_offset(text.substr(first_byte), static_cast<size_t>(to - from)));
  return true;
}

bool has_affix(std::string_view text, std::string_view affix, bool at_end) {
  if (affix.size() > text.size()) return false;
  return text.substr(at_end ? text.size() - affix.size() : 0, affix.size()) == affix;
}

Value affix_test(Heap& heap, const Value& self, Method method, const std::array<Value, 3>& given) {
  std::string_view text;
  size_t first = 0;
  const bool inside = narrow(self, given[1], given[2], text, first);
  const bool at_end = method == Method::kEndswith;
  if (given[0].is(Kind::kTuple)) {
    for (const Value& affix : given[0].as<ListObject>().items()) {
      heap.step_bytes(text.size());
      if (has_affix(text, text_or(affix, {}, method_name(method)), at_end) && inside) return Value::boolean(true);
    }
    return Value::boolean(false);
  }
  return Value::boolean(has_affix(text, text_or(given[0], {}, method_name(method)), at_end) && inside);
}

template <typename Holds>
bool all_points(std::string_view text, Holds holds) {
  for (size_t at = 0; at < text.size();) {
    if (!holds(next_point(text, at))) return false;
  }
  return !text.empty();
}

// islower, isupper: there is a cased character, and none of the other case.
bool is_case(std::string_view text, bool upper) {
  bool cased = false;
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = next_point(text, at);
    if (is_title(point) || (upper ? is_lower(point) : is_upper(point))) return false;
    cased |= upper ? is_upper(point) : is_lower(point);
  }
  return cased;
}

bool is_title_text(std::string_view text) {
  bool cased = false;
  bool inside_word = false;
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = next_point(text, at);
    const bool upper = is_upper(point) || is_title(point);
    const bool lower = is_lower(point);
    if ((upper && inside_word) || (lower && !inside_word)) return false;
    inside_word = upper || lower;
    cased |= inside_word;
  }
  return cased;
}

bool is_identifier(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return all_points(text, [](uint32_t point) { return point == '_' || is_alphanumeric(point); });
}

}  // namespace

Value split_method(Heap& heap, std::string_view text, Method method, const Arguments& arguments) {
  if (method == Method::kSplitlines) {
    const auto given = bind<1>("splitlines", arguments, {"keepends"});
    Pieces pieces(heap);
    heap.require(text.size());
    for (const std::string_view line : split_lines(text, truth_or(given[0], false))) pieces.add(line);
    return pieces.list();
  }
  const bool from_right = method == Method::kRsplit || method == Method::kRpartition;
  if (method == Method::kPartition || method == Method::kRpartition) {
    const auto given = bind<1>(method_name(method), arguments, {"sep"}, 1);
    return partition(heap, text, text_or(given[0], {}, method_name(method)), from_right);
  }
  const auto given = bind<2>(method_name(method), arguments, {"sep", "maxsplit"});
  const int64_t most = integer_or(given[1], -1, method_name(method));
  heap.step(text.size() / 16);
  if (absent(given[0])) return from_right ? rsplit_space(heap, text, most) : split_space(heap, text, most);
  const std::string_view separator = text_or(given[0], {}, method_name(method));
  if (separator.empty()) raise_invalid("empty separator");
  heap.step_search(text, separator);
  return split_at(heap, text, separator, most, from_right);
}

Value search_method(Heap& heap, const Value& self, Method method, const Arguments& arguments) {
  const auto given = bind<3>(method_name(method), arguments, {"sub", "start", "end"}, 1);
  if (method == Method::kStartswith || method == Method::kEndswith) return affix_test(heap, self, method, given);
  const std::string_view needle = text_or(given[0], {}, method_name(method));
  heap.step_search(self.text(), needle);
  heap.step(self.text().size() / 32);
  std::string_view text;
  size_t first = 0;
  const bool inside = narrow(self, given[1], given[2], text, first);
  if (method == Method::kCount) return Value::integer(inside ? static_cast<int64_t>(count_text(text, needle)) : 0);
  const bool from_right = method == Method::kRfind || method == Method::kRindex;
  const size_t at = !inside ? std::string_view::npos : from_right ? text.rfind(needle) : text.find(needle);
  if (at != std::string_view::npos) {
    return Value::integer(static_cast<int64_t>(count_points(self.text().substr(0, first + at))));
  }
  if (method == Method::kIndex || method == Method::kRindex) raise_invalid("substring not found");
  return Value::integer(-1);
}

bool is_method(std::string_view text, Method method) {
  switch (method) {
    case Method::kIsalnum: return all_points(text, is_alphanumeric);
    case Method::kIsalpha: return all_points(text, is_letter);
    case Method::kIsascii: return text.empty() || all_points(text, [](uint32_t point) { return point < 0x80; });
    case Method::kIsdecimal: return all_points(text, is_decimal);
    case Method::kIsdigit: return all_points(text, is_digit);
    case Method::kIsnumeric: return all_points(text, is_numeric);
    case Method::kIsprintable: return text.empty() || all_points(text, is_printable);
    case Method::kIsspace: return all_points(text, is_space);
    case Method::kIslower: return is_case(text, false);
    case Method::kIsupper: return is_case(text, true);
    case Method::kIstitle: return is_title_text(text);
    default: return is_identifier(text);
  }
}

}  // namespace keyway::chat
