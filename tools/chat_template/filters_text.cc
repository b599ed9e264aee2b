// Filters that make text of text; see registry.h.
#include <algorithm>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/percent_format.h"
#include "tools/chat_template/registry.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/string_methods.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

Value like(const Value& source, Value text) {
  return source.is_markup() ? Value::markup(std::move(text)) : std::move(text);
}

// The str method of that name on str(input).
template <Method kMethod>
Value by_method(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing(method_name(kMethod), arguments);
  return call_string_method(run, to_text(run.heap(), input), kMethod, {});
}

// lower and upper, the most frequent of them, without a detour where the text is ASCII.
template <char kLow, char kHigh, int kShift, Method kMethod>
Value change_case(Evaluator& run, const Value& input, const Arguments& arguments) {
  if (!input.is_string() || input.is_markup() || !arguments.empty()) return by_method<kMethod>(run, input, arguments);
  const std::string_view text = input.text();
  bool changes = false;
  bool ascii = true;
  for (const char c : text) {
    changes |= c >= kLow && c <= kHigh;
    ascii &= static_cast<unsigned char>(c) < 0x80;
  }
  if (!ascii) return by_method<kMethod>(run, input, arguments);
  run.heap().step_bytes(text.size());
  if (!changes) return input;
  Value result;
  char* out = run.heap().fresh(text.size(), result);
  for (const char c : text) *out++ = static_cast<char>(c >= kLow && c <= kHigh ? c + kShift : c);
  return result;
}

Value trim(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("trim", arguments, {"chars"});
  Arguments passed;
  if (!absent(given[0])) passed.positional.push_back(given[0]);
  return call_string_method(run, to_text(run.heap(), input), Method::kStrip, passed);
}

Value center(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("center", arguments, {"width"});
  const Value text = to_text(run.heap(), input);
  return like(text, pad_text(run.heap(), text.text(), integer_or(given[0], 80, "center"), " ", Method::kCenter));
}

// Jinja2's own title(): words begin after space, a hyphen or an opening bracket.
Value title(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("title", arguments);
  Heap& heap = run.heap();
  const Value value = to_text(heap, input);
  const std::string_view text = value.text();
  heap.step(text.size() / 4);
  std::string out;
  auto breaks = [](uint32_t point) {
    return is_space(point) || point == '-' || point == '(' || point == '{' || point == '[' || point == '<';
  };
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const bool gap = breaks(next_point(text, at));
    const size_t first = at;
    while (at < text.size()) {
      size_t next = at;
      if (breaks(next_point(text, next)) != gap) break;
      at = next;
    }
    if (gap) {
      out += text.substr(start, at - start);
    } else {
      out += upper_case(text.substr(start, first - start));
      out += lower_case(text.substr(first, at - first));
    }
  }
  return heap.string(std::move(out));
}

Value replace(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<3>("replace", arguments, {"old", "new", "count"}, 2);
  Heap& heap = run.heap();
  const Value text = to_text(heap, input);
  const Value old_text = to_text(heap, given[0]);
  const Value new_text = to_text(heap, given[1]);
  const int64_t count = absent(given[2]) ? -1 : integer_or(given[2], -1, "replace");
  return replace_in(heap, text.text(), old_text.text(), new_text.text(), count);
}

Value indent(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<3>("indent", arguments, {"width", "first", "blank"});
  Heap& heap = run.heap();
  if (input.is_undefined()) raise_undefined(input);
  if (!input.is_string()) raise_invalid("indent() needs a string", std::string(type_name(input)));
  std::string indention;
  if (given[0].is_string()) {
    indention = given[0].text();
  } else {
    const int64_t width = std::max<int64_t>(integer_or(given[0], 4, "indent"), 0);
    heap.require(static_cast<uint64_t>(width));
    indention.assign(static_cast<size_t>(width), ' ');
  }
  const bool blank = truth_or(given[2], false);
  heap.step(input.text().size() / 4);
  const std::string text = std::string(input.text()) + "\n";
  const std::vector<std::string_view> lines = split_lines(text, false);
  heap.require(lines.size(), indention.size() + 1);
  heap.require(lines.size() * (indention.size() + 1) + text.size());
  std::string out = truth_or(given[1], false) ? indention : "";
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    if (i > 0 && (blank || !lines[i].empty())) out += indention;
    out += lines[i];
  }
  return like(input, heap.string(std::move(out)));
}

Value truncate(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<4>("truncate", arguments, {"length", "killwords", "end", "leeway"});
  Heap& heap = run.heap();
  const std::optional<int64_t> size = length_of(input);
  if (!size) raise_invalid("object of type '" + std::string(type_name(input)) + "' has no len()");
  const std::string_view end = text_or(given[2], "...", "truncate");
  const int64_t length = integer_or(given[0], 255, "truncate");
  const int64_t leeway = absent(given[3]) ? 5 : integer_or(given[3], 5, "truncate");
  const auto tail = static_cast<int64_t>(count_points(end));
  if (length < tail || leeway < 0) raise_invalid("truncate() needs a length of at least that of its end, and a leeway");
  if (*size <= (length > INT64_MAX - leeway ? INT64_MAX : length + leeway)) return input;
  if (!input.is_string()) raise_invalid("truncate() needs a string", std::string(type_name(input)));
  std::string_view text = input.text();
  text = text.substr(0, byte_offset(text, static_cast<size_t>(length - tail)));
  if (!truth_or(given[1], false)) text = text.substr(0, std::min(text.rfind(' '), text.size()));
  return like(input, heap.string(std::string(text) + std::string(end)));
}

Value word_count(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("wordcount", arguments);
  const Value value = to_text(run.heap(), input);
  const std::string_view text = value.text();
  run.heap().step(text.size() * 2);  // the category of each character
  int64_t words = 0;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = next_point(text, at);
    const bool word = point == '_' || is_alphanumeric(point);
    words += word && !inside ? 1 : 0;
    inside = word;
  }
  return Value::integer(words);
}

Value string(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("string", arguments);
  return to_text(run.heap(), input);
}

Value format(Evaluator& run, const Value& input, const Arguments& arguments) {
  Heap& heap = run.heap();
  if (!arguments.positional.empty() && !arguments.named.empty()) {
    raise_invalid("format cannot handle positional and keyword arguments at the same time");
  }
  const Value text = to_text(heap, input);
  if (arguments.named.empty()) return percent_format(heap, text, heap.tuple(arguments.positional));
  Value dict = heap.dict();
  for (const auto& [name, value] : arguments.named) dict.as<DictObject>().set(heap.string(std::string(name)), value);
  return percent_format(heap, text, dict);
}

// Percent escapes of everything but unreserved characters; '/' stays in paths, ' ' becomes '+' in queries.
void append_url(Heap& heap, std::string& out, std::string_view text, bool query) {
  heap.require(text.size(), 3);
  heap.step(text.size() / 8);
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                       c == '.' || c == '-' || c == '~' || (c == '/' && !query);
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else if (c == ' ' && query) {
      out += '+';
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

Value url_encode(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("urlencode", arguments);
  Heap& heap = run.heap();
  std::string out;
  if (input.is_string() || !is_iterable(input)) {
    append_url(heap, out, to_text(heap, input).text(), false);
    return heap.string(std::move(out));
  }
  Iterator pairs(heap, input.is(Kind::kDict) ? heap.view(input, DictPart::kItems) : input);
  Value pair;
  while (pairs.next(pair)) {
    const std::vector<Value> parts = to_vector(heap, pair);
    if (parts.size() != 2) raise_invalid("urlencode() needs pairs");
    if (!out.empty()) out += '&';
    append_url(heap, out, to_text(heap, parts[0]).text(), true);
    out += '=';
    append_url(heap, out, to_text(heap, parts[1]).text(), true);
    heap.require(out.size());
  }
  return heap.string(std::move(out));
}

constexpr NamedFilter kTextFilters[] = {
    {"capitalize", by_method<Method::kCapitalize>},
    {"center", center},
    {"format", format},
    {"indent", indent},
    {"lower", change_case<'A', 'Z', 32, Method::kLower>},
    {"replace", replace},
    {"string", string},
    {"title", title},
    {"trim", trim},
    {"truncate", truncate},
    {"upper", change_case<'a', 'z', -32, Method::kUpper>},
    {"urlencode", url_encode},
    {"wordcount", word_count},
};

}  // namespace

std::span<const NamedFilter> text_filters() { return kTextFilters; }

}  // namespace keyway::chat
