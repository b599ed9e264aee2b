// The % operator on text, and numbers as text; see percent_format.h.
#include "tools/chat_template/percent_format.h"

#include <cmath>
#include <cstdio>

#include "grammar/utf8.h"
#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/integers.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

std::string in_base(uint64_t value, unsigned base, bool upper) {
  std::string out;
  do {
    const auto digit = static_cast<char>(value % base);
    out.insert(out.begin(), static_cast<char>(digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10));
    value /= base;
  } while (value != 0);
  return out;
}

std::string integer_text(const Value& value, const NumberStyle& style, std::string& prefix, bool& negative) {
  const unsigned base = style.letter == 'x' || style.letter == 'X' ? 16
                        : style.letter == 'o'                      ? 8
                        : style.letter == 'b'                      ? 2
                                                                   : 10;
  std::string digits = integer_digits(value);
  negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  if (base != 10) {
    if (value.is(Kind::kBigInt)) raise(ErrorCode::kUnsupported, "an integer past 64 bits in this base");
    const int64_t number = value.as_integer();
    const uint64_t magnitude = negative ? uint64_t{0} - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    digits = in_base(magnitude, base, style.letter == 'X');
    if (style.alternate) prefix = std::string("0") + style.letter;
  }
  if (style.group != 0) digits = group_digits(digits, style.group, base == 10 ? 3 : 4);
  return digits;
}

// Python leaves no exponent of one digit and no bare point; C agrees but for '#' and "inf".
std::string real_text(Heap& heap, double value, const NumberStyle& style) {
  const int64_t precision = style.precision < 0 ? 6 : style.precision;
  heap.require(static_cast<uint64_t>(precision));
  if (precision > 100'000) raise_limit("precision of a number", 100'000);
  const char letter = style.letter == '%' ? 'f' : style.letter == 'n' ? 'g' : style.letter;
  const std::string form = std::string(style.alternate ? "%#.*" : "%.*") + letter;
  const double shown = std::fabs(style.letter == '%' ? value * 100 : value);
  if (std::isnan(shown) || std::isinf(shown)) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    return std::isnan(shown) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
  }
  std::string out(static_cast<size_t>(precision) + 400, '\0');
  const int length = std::snprintf(out.data(), out.size(), form.c_str(), static_cast<int>(precision), shown);
  out.resize(static_cast<size_t>(length));
  if (style.group != 0) out = group_digits(out, style.group, 3);
  return style.letter == '%' ? out + "%" : out;
}

// One "%..." of a format.
struct Directive {
  std::string key;
  bool has_key = false;
  bool left = false;
  bool zero = false;
  int64_t width = 0;
  NumberStyle style;
};

class PercentFormatter {
 public:
  PercentFormatter(Heap& heap, const Value& format, const Value& values)
      : heap_(heap), text_(format.text()), markup_(format.is_markup()), values_(values) {
    is_tuple_ = values.is(Kind::kTuple);
  }

  Value run() {
    while (at_ < text_.size()) {
      const size_t percent = std::min(text_.find('%', at_), text_.size());
      append(text_.substr(at_, percent - at_));
      at_ = percent + 1;
      if (percent < text_.size()) directive();
    }
    // Python asks whether the value can be subscripted.
    const bool maps = values_.is(Kind::kDict) || values_.is(Kind::kList) || values_.is(Kind::kRange) ||
                      values_.is_undefined();
    const bool left_over = is_tuple_ ? next_ < values_.as<ListObject>().size() : next_ == 0 && !maps && !mapped_;
    if (left_over) raise_invalid("not all arguments converted during string formatting");
    Value result = heap_.string(std::move(out_));
    return markup_ ? Value::markup(std::move(result)) : result;
  }

 private:
  void append(std::string_view text) {
    heap_.require(out_.size() + text.size());
    heap_.step_bytes(text.size());
    out_ += text;
  }

  char peek() const {
    if (at_ >= text_.size()) raise_invalid("incomplete format");
    return text_[at_];
  }

  Value next_value() {
    if (is_tuple_) {
      const auto values = values_.as<ListObject>().items();
      if (next_ >= values.size()) raise_invalid("not enough arguments for format string");
      return values[next_++];
    }
    // A value that was asked for by key is no value to be taken whole.
    if (next_++ > 0 || mapped_) raise_invalid("not enough arguments for format string");
    return values_;
  }

  // A number of digits, or '*' for the next value.
  int64_t read_count(bool& negative) {
    if (peek() == '*') {
      ++at_;
      const int64_t count = integer_or(next_value(), 0, "%");
      negative = count < 0;
      return negative ? -count : count;
    }
    int64_t count = 0;
    while (peek() >= '0' && peek() <= '9') {
      count = count * 10 + (text_[at_++] - '0');
      if (count > (int64_t{1} << 40)) raise_limit("live_bytes", heap_.limits().live_bytes);
    }
    return count;
  }

  void read_key(Directive& directive) {
    if (peek() != '(') return;
    size_t depth = 1;
    const size_t start = ++at_;
    while (depth > 0) {
      const char c = peek();
      depth += c == '(' ? 1 : 0;
      depth -= c == ')' ? 1 : 0;
      ++at_;
    }
    directive.key = text_.substr(start, at_ - 1 - start);
    directive.has_key = true;
    mapped_ = true;
    if (!values_.is(Kind::kDict)) raise_invalid("format requires a mapping");
  }

  void directive() {
    Directive directive;
    if (peek() == '%') {
      ++at_;
      return append("%");
    }
    read_key(directive);
    for (bool flags = true; flags;) {
      switch (peek()) {
        case '-': directive.left = true; break;
        case '+': directive.style.sign = '+'; break;
        case ' ': directive.style.sign = directive.style.sign == '+' ? '+' : ' '; break;
        case '#': directive.style.alternate = true; break;
        case '0': directive.zero = true; break;
        default: flags = false; continue;
      }
      ++at_;
    }
    bool negative = false;
    directive.width = read_count(negative);
    directive.left |= negative;
    if (peek() == '.') {
      ++at_;
      directive.style.precision = read_count(negative);
      if (negative) directive.style.precision = 0;
    }
    while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at_;
    directive.style.letter = peek();
    ++at_;
    convert(directive);
  }

  Value value_of(const Directive& directive) {
    if (!directive.has_key) return next_value();
    const Value* found = values_.as<DictObject>().find(directive.key);
    if (found == nullptr) raise_invalid("the format names a key that is not given", directive.key);
    return *found;
  }

  void convert(const Directive& directive) {
    const char letter = directive.style.letter;
    const Value value = value_of(directive);
    std::string prefix;
    std::string body;
    bool numeric = false;
    if (letter == 's' || letter == 'r' || letter == 'a') {
      body = text_of(value, letter, directive.style.precision);
    } else if (letter == 'c') {
      body = character(value);
    } else {
      body = number(value, directive.style, prefix);
      numeric = true;
    }
    pad(directive, prefix, body, numeric);
  }

  std::string text_of(const Value& value, char letter, int64_t precision) {
    std::string text;
    if (markup_ && letter == 's') {
      text = escape_markup(heap_, value).text();
    } else if (letter == 's') {
      append_str(heap_, text, value);
    } else {
      append_repr(heap_, text, value);
      if (letter == 'a') {
        heap_.require(text.size(), 4);
        heap_.step(text.size());
        text = escape_ascii(text);
      }
    }
    return precision < 0 ? text : text.substr(0, byte_offset(text, static_cast<size_t>(precision)));
  }

  static std::string character(const Value& value) {
    std::string text;
    if (value.is_string() && count_points(value.text()) == 1) {
      text = value.text();
    } else if (value.is_integer() && value.as_integer() >= 0 && value.as_integer() <= kMaxCodePoint) {
      append_utf8(text, static_cast<uint32_t>(value.as_integer()));
    } else {
      raise_invalid("%c requires int or char");
    }
    return text;
  }

  std::string number(const Value& value, NumberStyle style, std::string& prefix) {
    if (style.letter == 'i' || style.letter == 'u') style.letter = 'd';
    if (std::string_view("dxXoeEfFgG").find(style.letter) == std::string_view::npos) {
      raise_invalid("unsupported format character", std::string(1, style.letter));
    }
    if (value.is_undefined()) raise_undefined(value);
    if (!value.is_any_number()) {
      raise_invalid("%" + std::string(1, style.letter) + " format: a real number is required, not " +
                    std::string(type_name(value)));
    }
    Value shown = value;
    const bool whole = std::string_view("dxXo").find(style.letter) != std::string_view::npos;
    if (whole && value.is(Kind::kFloat)) {
      if (style.letter != 'd') raise_invalid("format: an integer is required, not float");
      const std::optional<Value> integer = integer_from_real(heap_, value.as_real());
      if (!integer) raise_invalid("cannot convert float infinity or NaN to integer");
      shown = *integer;
    }
    std::string digits = format_number(heap_, shown, style, prefix);
    if (whole && style.precision > static_cast<int64_t>(digits.size())) {
      heap_.require(static_cast<uint64_t>(style.precision));
      digits.insert(0, static_cast<size_t>(style.precision) - digits.size(), '0');
    }
    return digits;
  }

  void pad(const Directive& directive, const std::string& prefix, const std::string& body, bool numeric) {
    const auto size = static_cast<int64_t>(count_points(prefix) + count_points(body));
    const auto fill = static_cast<uint64_t>(std::max<int64_t>(directive.width - size, 0));
    heap_.require(out_.size() + fill);
    heap_.step_bytes(fill);
    if (!directive.left && !(directive.zero && numeric)) out_.append(fill, ' ');
    append(prefix);
    if (!directive.left && directive.zero && numeric) out_.append(fill, '0');
    append(body);
    if (directive.left) out_.append(fill, ' ');
  }

  Heap& heap_;
  std::string_view text_;
  bool markup_;
  const Value& values_;
  bool is_tuple_ = false;
  bool mapped_ = false;
  size_t next_ = 0;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string group_digits(const std::string& digits, char mark, size_t size) {
  const size_t whole = std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
  std::string out;
  for (size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % size == 0) out += mark;
    out += digits[i];
  }
  return out + digits.substr(whole);
}

std::string format_number(Heap& heap, const Value& value, const NumberStyle& style, std::string& prefix) {
  bool negative = false;
  std::string mark;
  std::string digits;
  if (std::string_view("dxXob").find(style.letter) != std::string_view::npos) {
    digits = integer_text(value, style, mark, negative);
  } else {
    const double real = to_real(value);
    negative = std::signbit(real) && !std::isnan(real);
    digits = real_text(heap, real, style);
  }
  prefix = negative ? "-" : style.sign == '-' ? "" : std::string(1, style.sign);
  prefix += mark;
  return digits;
}

Value percent_format(Heap& heap, const Value& format, const Value& values) {
  return PercentFormatter(heap, format, values).run();
}

}  // namespace keyway::chat
