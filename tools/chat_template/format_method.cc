// str.format and its format specifications; see percent_format.h.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "grammar/utf8.h"
#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/percent_format.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

// [[fill]align][sign][#][0][width][grouping][.precision][type]
struct Specification {
  std::string fill = " ";
  char align = 0;  // 0: left for text, right for numbers
  int64_t width = 0;
  NumberStyle style;
  bool has_type = false;
  bool has_sign = false;
  bool zero = false;  // '0' before the width and no alignment: fills numbers behind their sign, texts behind them
};

bool is_align(char c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

int64_t read_digits(Heap& heap, std::string_view text, size_t& at) {
  int64_t value = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    value = value * 10 + (text[at++] - '0');
    if (value > (int64_t{1} << 40)) raise_limit("live_bytes", heap.limits().live_bytes);
  }
  return value;
}

Specification read_specification(Heap& heap, std::string_view text) {
  Specification result;
  size_t at = 0;
  const size_t first = text.empty() ? 0 : width_at(text, 0);
  if (first < text.size() && is_align(text[first])) {
    result.fill = text.substr(0, first);
    result.align = text[first];
    at = first + 1;
  } else if (!text.empty() && is_align(text[0])) {
    result.align = text[at++];
  }
  auto here = [&](char c) { return at < text.size() && text[at] == c; };
  result.has_sign = here('+') || here('-') || here(' ');
  if (result.has_sign) result.style.sign = text[at++];
  if (here('#')) {
    result.style.alternate = true;
    ++at;
  }
  if (here('0')) {
    result.zero = result.align == 0;
    if (result.fill == " ") result.fill = "0";
    ++at;
  }
  result.width = read_digits(heap, text, at);
  if (here(',') || here('_')) result.style.group = text[at++];
  if (here('.')) {
    ++at;
    result.style.precision = read_digits(heap, text, at);
  }
  result.style.letter = 0;
  if (at < text.size()) {
    result.style.letter = text[at++];
    result.has_type = true;
  }
  if (at != text.size()) raise_invalid("invalid format specifier", std::string(text));
  return result;
}

void append_padded(Heap& heap, std::string& out, const Specification& how, const std::string& prefix,
                   const std::string& body, char natural) {
  const auto size = static_cast<int64_t>(count_points(prefix) + count_points(body));
  const auto fill = static_cast<uint64_t>(std::max<int64_t>(how.width - size, 0));
  heap.require(out.size() + prefix.size() + body.size());
  heap.require(fill, how.fill.size());
  heap.step_bytes(fill);
  const char align = how.align == 0 ? natural : how.align;
  const uint64_t before = align == '<' ? 0 : align == '^' ? fill / 2 : fill;
  auto pad = [&](uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) out += how.fill;
  };
  if (align == '=') out += prefix;
  pad(before);
  if (align != '=') out += prefix;
  out += body;
  pad(fill - before);
}

// As 'g', but a number that fills its digits before the point has an exponent, and one without has a digit behind it.
std::string short_body(Heap& heap, const Value& value, NumberStyle style, std::string& prefix) {
  style.letter = 'g';
  style.precision = std::max<int64_t>(style.precision, 1);
  const std::string digits = format_number(heap, value, style, prefix);
  const double size = std::fabs(to_real(value));
  if (std::isinf(size) || std::isnan(size) || digits.find('e') != std::string::npos) return digits;
  const auto whole = static_cast<int64_t>(std::count_if(digits.begin(), std::find(digits.begin(), digits.end(), '.'),
                                                        [](char c) { return c >= '0' && c <= '9'; }));
  if (digits[0] == '0' ? style.precision > 1 || size != 0 : whole < style.precision) {
    return digits.find('.') == std::string::npos ? digits + ".0" : digits;
  }
  style.letter = 'e';
  --style.precision;
  std::string exponent = format_number(heap, value, style, prefix);
  if (style.alternate || exponent.find('.') == std::string::npos) return exponent;
  const size_t e = exponent.find('e');
  size_t end = exponent.find_last_not_of('0', e - 1) + 1;
  if (exponent[end - 1] == '.') --end;
  return exponent.substr(0, end) + exponent.substr(e);
}

std::string real_body(Heap& heap, const Value& value, NumberStyle style, std::string& prefix) {
  if (style.letter != 0) return format_number(heap, value, style, prefix);
  // No type: as repr, or as 'g' with a precision, and a digit behind the point where there is no exponent.
  if (style.precision >= 0) return short_body(heap, value, style, prefix);
  std::string digits = float_repr(to_real(value));
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  prefix = negative ? "-" : style.sign == '-' ? "" : std::string(1, style.sign);
  return style.group == 0 ? digits : group_digits(digits, style.group, 3);
}

// Letters of texts and characters: what belongs to numbers alone is refused.
void refuse_number_style(const Specification& how, bool precision) {
  if (how.has_sign) raise_invalid("Sign not allowed in this format specifier");
  if (how.style.alternate) raise_invalid("Alternate form (#) not allowed in this format specifier");
  if (how.style.group != 0) raise_invalid("Cannot specify '" + std::string(1, how.style.group) + "' here");
  if (!precision && how.style.precision >= 0) raise_invalid("Precision not allowed in this format specifier");
}

std::string character_of(const Value& value) {
  const bool inside = value.is_integer() && value.as_integer() >= 0 && value.as_integer() <= kMaxCodePoint;
  if (!inside) raise_invalid("%c arg not in range(0x110000)");
  std::string text;
  append_utf8(text, static_cast<uint32_t>(value.as_integer()));
  return text;
}

// Zeros before grouped digits are grouped with them, and no mark comes first.
void fill_groups(Heap& heap, const Specification& how, size_t prefix, std::string& body) {
  const bool marked = how.style.letter != 0 && std::string_view("xXob").find(how.style.letter) != std::string_view::npos;
  const size_t end = std::min(body.find_first_not_of(marked ? "0123456789abcdefABCDEF_" : "0123456789,_"), body.size());
  const size_t size = marked ? 4 : 3;
  const size_t others = prefix + (body.size() - end);
  const auto width = static_cast<size_t>(how.width);
  if (width <= others + end) return;
  heap.require(width);
  heap.step(width / 4);
  const size_t room = width - others;
  std::string digits;
  std::remove_copy(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(digits), how.style.group);
  size_t count = room - room / (size + 1);  // digits of a text of at least `room` with its marks
  if (count + (count - 1) / size < room) ++count;
  if (count > digits.size()) digits.insert(0, count - digits.size(), '0');
  body = group_digits(digits, how.style.group, size) + body.substr(end);
}

void append_number(Heap& heap, std::string& out, const Value& value, Specification how) {
  const char letter = how.style.letter;
  if (how.zero) how.align = '=';
  if (how.style.group != 0 && (letter == 'n' || (how.style.group == ',' && std::string_view("xXob").find(letter) !=
                                                                              std::string_view::npos && letter != 0))) {
    raise_invalid("Cannot specify '" + std::string(1, how.style.group) + "' with this type", std::string(1, letter));
  }
  std::string prefix;
  std::string body;
  const bool integer = !value.is(Kind::kFloat);
  if (std::string_view("eEfFgG%").find(letter) != std::string_view::npos && letter != 0) {
    body = format_number(heap, value, how.style, prefix);
  } else if (!integer && (letter == 0 || letter == 'n')) {
    body = real_body(heap, value, how.style, prefix);
  } else if (integer && (letter == 0 || std::string_view("dxXobn").find(letter) != std::string_view::npos)) {
    if (letter == 0 || letter == 'n') how.style.letter = 'd';
    if (how.style.precision >= 0) raise_invalid("precision not allowed in integer format specifier");
    body = format_number(heap, value, how.style, prefix);
  } else if (integer && letter == 'c') {
    refuse_number_style(how, false);
    body = character_of(value);
  } else {
    raise_invalid("unknown format code for object of type '" + std::string(type_name(value)) + "'",
                  std::string(1, letter));
  }
  if (how.style.group != 0 && how.align == '=' && how.fill == "0") fill_groups(heap, how, prefix.size(), body);
  append_padded(heap, out, how, prefix, body, '>');
}

void append_formatted(Heap& heap, std::string& out, const Value& value, std::string_view specification) {
  if (specification.empty()) return append_str(heap, out, value);
  Specification how = read_specification(heap, specification);
  if (value.is_number() || value.is(Kind::kBigInt)) return append_number(heap, out, value, how);
  if (!value.is_string()) {
    raise_invalid("unsupported format string passed to " + std::string(type_name(value)));
  }
  if (how.has_type && how.style.letter != 's') {
    raise_invalid("unknown format code for object of type 'str'", std::string(1, how.style.letter));
  }
  if (how.align == '=') raise_invalid("'=' alignment not allowed in string format specifier");
  refuse_number_style(how, true);
  std::string text;
  append_str(heap, text, value);
  if (how.style.precision >= 0) text.resize(byte_offset(text, static_cast<size_t>(how.style.precision)));
  append_padded(heap, out, how, {}, text, '<');
}

class MethodFormatter {
 public:
  MethodFormatter(Evaluator& run, const Arguments& arguments, bool markup)
      : run_(run), heap_(run.heap()), arguments_(arguments), markup_(markup) {}

  // Fields may stand inside a format specification, one level deep.
  std::string format(std::string_view text, int level) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      const char c = text[at];
      heap_.step();
      if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
        out += c;
        at += 2;
      } else if (c == '{') {
        at = field(text, at + 1, out, level);
      } else if (c == '}') {
        raise_invalid("single '}' encountered in format string");
      } else {
        const size_t end = std::min(text.find_first_of("{}", at), text.size());
        heap_.require(out.size() + (end - at));
        out += text.substr(at, end - at);
        at = end;
      }
    }
    return out;
  }

 private:
  // Reads "name!r:specification}" from `at` on; where it ends.
  size_t field(std::string_view text, size_t at, std::string& out, int level) {
    if (level > 1) raise_invalid("max string recursion exceeded");
    size_t name_end = at;
    while (name_end < text.size() && text[name_end] != '!' && text[name_end] != ':' && text[name_end] != '}') {
      if (text[name_end] == '[') name_end = std::min(text.find(']', name_end), text.size() - 1);
      ++name_end;
    }
    const std::string_view name = text.substr(at, name_end - at);
    at = name_end;
    char conversion = 0;
    if (at + 1 < text.size() && text[at] == '!') {
      conversion = text[at + 1];
      at += 2;
      if (at < text.size() && text[at] != ':' && text[at] != '}') raise_invalid("expected ':' after conversion specifier");
    }
    std::string_view specification;
    if (at < text.size() && text[at] == ':') {
      const size_t start = at + 1;
      at = end_of_specification(text, start);
      specification = text.substr(start, at - start);
    }
    if (at >= text.size() || text[at] != '}') raise_invalid("expected '}' before end of string");
    Value value = lookup(name);
    if (conversion != 0) value = convert(value, conversion);
    if (!markup_) {
      append_formatted(heap_, out, value, format(specification, level + 1));
    } else if (specification.empty()) {
      append_str(heap_, out, escape_markup(heap_, value));
    } else {
      std::string shown;
      append_formatted(heap_, shown, value, format(specification, level + 1));
      append_str(heap_, out, escape_markup(heap_, heap_.string(std::move(shown))));
    }
    return at + 1;
  }

  static size_t end_of_specification(std::string_view text, size_t at) {
    size_t depth = 0;
    for (; at < text.size(); ++at) {
      if (text[at] == '{') ++depth;
      if (text[at] == '}' && depth-- == 0) break;
    }
    return at;
  }

  // What "!r", "!s" and "!a" make of a value.
  Value convert(const Value& value, char conversion) {
    if (conversion == 's') return to_text(heap_, value);
    if (conversion != 'r' && conversion != 'a') raise_invalid("unknown conversion specifier", std::string(1, conversion));
    std::string shown;
    append_repr(heap_, shown, value);
    if (conversion == 'r') return heap_.string(std::move(shown));
    heap_.require(shown.size(), 4);
    heap_.step(shown.size());
    return heap_.string(escape_ascii(shown));
  }

  // "0", "name", "", followed by ".attribute" and "[key]".
  Value lookup(std::string_view name) {
    size_t at = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, at), at == name.size());
    while (at < name.size()) {
      heap_.step();
      if (name[at] == '.') {
        const size_t end = std::min(name.find_first_of(".[", at + 1), name.size());
        const std::string_view attribute = name.substr(at + 1, end - at - 1);
        value = run_.get_attribute(value, attribute, method_named(attribute), nullptr);
        at = end;
        continue;
      }
      const size_t end = name.find(']', at);
      if (name[at] != '[' || end == std::string_view::npos) raise_invalid("malformed field in format string");
      value = run_.get_item(value, key_of(name.substr(at + 1, end - at - 1)));
      at = end + 1;
    }
    return value;
  }

  Value key_of(std::string_view text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    return digits ? integer_from_digits(heap_, text) : heap_.copy(text);
  }

  // As Python's string.Formatter counts: a field is numbered, or one without a number, only where nothing follows it.
  Value first(std::string_view name, bool alone) {
    if (name.empty() && !alone) raise_invalid("the format names an argument that is not given");
    const bool digits = name.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits) {
      const Value* found = arguments_.find(name);
      if (found == nullptr) raise_invalid("the format names an argument that is not given", std::string(name));
      return *found;
    }
    size_t index = next_;
    if (alone && (name.empty() ? numbered_ : next_ > 0)) raise_invalid("fields are numbered all or none", std::string(name));
    if (name.empty()) {
      ++next_;
    } else {
      numbered_ |= alone;
      size_t at = 0;
      index = static_cast<size_t>(read_digits(heap_, name, at));
    }
    if (index >= arguments_.positional.size()) raise_invalid("replacement index out of range for format()");
    return arguments_.positional[index];
  }

  Evaluator& run_;
  Heap& heap_;
  const Arguments& arguments_;
  bool markup_;            // the format is Markup, which escapes what is put into it
  size_t next_ = 0;        // fields without a number so far
  bool numbered_ = false;  // a field had a number
};

}  // namespace

Value format_method(Evaluator& run, const Value& text, const Arguments& arguments) {
  return run.heap().string(MethodFormatter(run, arguments, text.is_markup()).format(text.text(), 0));
}

}  // namespace keyway::chat
