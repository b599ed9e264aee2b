// str methods that make one text of another; see string_methods.h.
#include "tools/chat_template/string_methods.h"

#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/percent_format.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

Value strip_method(Heap& heap, std::string_view text, Method method, const Arguments& arguments) {
  const auto given = bind<1>(method_name(method), arguments, {"chars"});
  const bool left = method != Method::kRstrip;
  const bool right = method != Method::kLstrip;
  heap.step_bytes(text.size());
  if (absent(given[0])) return heap.copy(strip_space(text, left, right));
  const std::string_view characters = text_or(given[0], {}, method_name(method));
  heap.step_search(text, characters);  // each character is looked for
  return heap.copy(strip_set(text, characters, left, right));
}

Value join_method(Heap& heap, const Value& self, const Arguments& arguments) {
  const auto given = bind<1>("join", arguments, {"iterable"}, 1);
  std::string out;
  Iterator items(heap, given[0]);
  Value item;
  for (size_t i = 0; items.next(item); ++i) {
    if (self.is_markup()) item = escape_markup(heap, item);
    if (!item.is_string()) {
      raise_invalid("sequence item " + std::to_string(i) + ": expected str instance, " +
                    std::string(type_name(item)) + " found");
    }
    heap.require(out.size() + self.text().size() + item.text().size());
    heap.step_bytes(self.text().size() + item.text().size());
    if (i > 0) out += self.text();
    out += item.text();
  }
  return heap.string(std::move(out));
}

Value replace_method(Heap& heap, const Value& self, const Arguments& arguments) {
  const auto given = bind<3>("replace", arguments, {"old", "new", "count"}, 2);
  const std::string_view text = self.text();
  const std::string_view old_text = text_or(given[0], {}, "replace");
  heap.step(text.size() / 8);
  const Value new_value = self.is_markup() ? escape_markup(heap, given[1]) : given[1];
  return replace_in(heap, text, old_text, text_or(new_value, {}, "replace"), integer_or(given[2], -1, "replace"));
}

Value affix_method(Heap& heap, std::string_view text, Method method, const Arguments& arguments) {
  const auto given = bind<1>(method_name(method), arguments, {"affix"}, 1);
  const std::string_view affix = text_or(given[0], {}, method_name(method));
  heap.step_bytes(affix.size());
  if (method == Method::kRemoveprefix && text.substr(0, affix.size()) == affix) text.remove_prefix(affix.size());
  const bool ends = text.size() >= affix.size() && text.substr(text.size() - affix.size()) == affix;
  if (method == Method::kRemovesuffix && ends) text.remove_suffix(affix.size());
  return heap.copy(text);
}

Value width_method(Heap& heap, std::string_view text, Method method, const Arguments& arguments) {
  if (method == Method::kZfill) {
    const auto given = bind<1>("zfill", arguments, {"width"}, 1);
    const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
    const int64_t width = integer_or(given[0], 0, "zfill") - (sign ? 1 : 0);
    const Value padded = pad_text(heap, text.substr(sign ? 1 : 0), width, "0", Method::kRjust);
    return heap.string(std::string(text.substr(0, sign ? 1 : 0)) + std::string(padded.text()));
  }
  const auto given = bind<2>(method_name(method), arguments, {"width", "fillchar"}, 1);
  const std::string_view fill = text_or(given[1], " ", method_name(method));
  if (count_points(fill) != 1) raise_invalid("the fill character must be exactly one character long");
  return pad_text(heap, text, integer_or(given[0], 0, method_name(method)), fill, method);
}

Value expand_tabs(Heap& heap, std::string_view text, const Arguments& arguments) {
  const auto given = bind<1>("expandtabs", arguments, {"tabsize"});
  const int64_t size = std::max<int64_t>(integer_or(given[0], 8, "expandtabs"), 0);
  heap.require(static_cast<uint64_t>(size), count_text(text, "\t"));
  std::string out;
  int64_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t width = width_at(text, at);
    if (text[at] == '\t') {
      const int64_t fill = size == 0 ? 0 : size - column % size;
      out.append(static_cast<size_t>(fill), ' ');
      column += fill;
    } else {
      out += text.substr(at, width);
      column = text[at] == '\n' || text[at] == '\r' ? 0 : column + 1;
    }
    at += width;
  }
  return heap.string(std::move(out));
}

Value case_method(Heap& heap, std::string_view text, Method method) {
  heap.require(text.size(), 3);
  heap.step(method == Method::kUpper || method == Method::kLower ? text.size() / 2 : text.size() * 3);
  switch (method) {
    case Method::kUpper: return heap.string(upper_case(text));
    case Method::kLower: return heap.string(lower_case(text));
    case Method::kCapitalize: return heap.string(capital_case(text));
    case Method::kTitle: return heap.string(title_case(text));
    case Method::kSwapcase: return heap.string(swap_case(text));
    default: return heap.string(fold_case(text));
  }
}

Value text_method(Evaluator& run, const Value& self, Method method, const Arguments& arguments) {
  Heap& heap = run.heap();
  const std::string_view text = self.text();
  switch (method) {
    case Method::kStrip:
    case Method::kLstrip:
    case Method::kRstrip: return strip_method(heap, text, method, arguments);
    case Method::kJoin: return join_method(heap, self, arguments);
    case Method::kReplace: return replace_method(heap, self, arguments);
    case Method::kRemoveprefix:
    case Method::kRemovesuffix: return affix_method(heap, text, method, arguments);
    case Method::kCenter:
    case Method::kLjust:
    case Method::kRjust:
    case Method::kZfill: return width_method(heap, text, method, arguments);
    case Method::kExpandtabs: return expand_tabs(heap, text, arguments);
    case Method::kFormat: return format_method(run, self, arguments);
    case Method::kFormatMap: {
      const auto given = bind<1>("format_map", arguments, {"mapping"}, 1);
      if (!given[0].is(Kind::kDict)) raise_invalid("format_map() needs a mapping");
      Arguments named;
      for (const auto& entry : given[0].as<DictObject>().entries()) {
        if (entry.key.is_string()) named.named.emplace_back(entry.key.text(), entry.value);
      }
      return format_method(run, self, named);
    }
    default: bind_nothing(method_name(method), arguments); return case_method(heap, text, method);
  }
}

}  // namespace

Value pad_text(Heap& heap, std::string_view text, int64_t width, std::string_view fill, Method method) {
  const auto size = static_cast<int64_t>(count_points(text));
  const auto missing = static_cast<uint64_t>(std::max<int64_t>(width - size, 0));
  heap.require(missing, fill.size());
  heap.step(missing / 16);
  uint64_t left = 0;
  if (method == Method::kRjust) left = missing;
  // The odd character of centred text goes to the left where the width is odd.
  if (method == Method::kCenter) left = missing / 2 + (missing & static_cast<uint64_t>(width) & 1);
  std::string out;
  for (uint64_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (uint64_t i = left; i < missing; ++i) out += fill;
  return heap.string(std::move(out));
}

Value replace_in(Heap& heap, std::string_view text, std::string_view old_text, std::string_view new_text,
                 int64_t count) {
  heap.step_search(text, old_text);
  uint64_t places = count_text(text, old_text);
  heap.step(places / 16);  // those past `count` are found too
  if (count >= 0) places = std::min(places, static_cast<uint64_t>(count));
  heap.step(places / 2);
  heap.require(places, new_text.size());
  heap.require(places * new_text.size() + text.size());
  return heap.string(replace_text(text, old_text, new_text, count));
}

Value call_string_method(Evaluator& run, const Value& self, Method method, const Arguments& arguments) {
  Heap& heap = run.heap();
  heap.step_bytes(self.text().size());
  switch (method) {
    case Method::kSplit:
    case Method::kRsplit:
    case Method::kSplitlines:
    case Method::kPartition:
    case Method::kRpartition: return split_method(heap, self.text(), method, arguments);
    case Method::kCount:
    case Method::kFind:
    case Method::kRfind:
    case Method::kIndex:
    case Method::kRindex:
    case Method::kStartswith:
    case Method::kEndswith: return search_method(heap, self, method, arguments);
    case Method::kEncode:
    case Method::kMaketrans:
    case Method::kTranslate:
      raise(ErrorCode::kUnsupported, "this method is not supported in chat templates", std::string(method_name(method)));
    default: break;
  }
  if (method >= Method::kIsalnum && method <= Method::kIsupper) {
    bind_nothing(method_name(method), arguments);
    heap.step(self.text().size());
    return Value::boolean(is_method(self.text(), method));
  }
  Value result = text_method(run, self, method, arguments);
  return self.is_markup() ? Value::markup(std::move(result)) : result;
}

}  // namespace keyway::chat
