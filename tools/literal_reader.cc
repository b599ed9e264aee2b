// One mode per byte; see literal_reader.h.
#include "tools/literal_reader.h"

#include <array>

#include "tools/ascii.h"
#include "tools/trigger_search.h"

namespace keyway {
namespace {

bool begins_identifier(uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}
bool is_letter_or_digit(uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || is_digit(byte);
}
bool stands_in_marked_key(uint8_t byte) {
  switch (byte) {
    case ':': case '{': case '}': case '[': case ']': case ',': case '"': case '<': return false;
    default: return byte >= 0x20;
  }
}

constexpr std::string_view kTrue = "True", kFalse = "False", kNone = "None";

// The JSON word for a word of Python.
std::string_view json_word(std::string_view word) { return word == kTrue ? "true" : word == kFalse ? "false" : "null"; }

// What a byte may begin outside of strings and keys; kSame: in lists and dictionaries it means what it means in JSON.
enum class PythonByte : uint8_t { kOther, kBlank, kDigit, kQuote, kWord, kSame };
constexpr std::array<PythonByte, 256> kPythonBytes = [] {
  std::array<PythonByte, 256> bytes{};
  for (unsigned b = 0; b < 128; ++b) {
    const auto byte = static_cast<uint8_t>(b);
    if (is_space(byte)) bytes[b] = PythonByte::kBlank;
    else if (is_digit(byte)) bytes[b] = PythonByte::kDigit;
    else if (byte == '"' || byte == '\'') bytes[b] = PythonByte::kQuote;
    else if (byte == 'T' || byte == 'F' || byte == 'N') bytes[b] = PythonByte::kWord;
    else if (std::string_view("[]{},:").find(static_cast<char>(byte)) != std::string_view::npos) bytes[b] = PythonByte::kSame;
  }
  return bytes;
}();

constexpr bool closes(char byte) { return byte == ')' || byte == ']' || byte == '}'; }

// Bytes of the mark that end with the byte, after `matched` of them; the overlap is found by trying, for marks are short.
uint32_t advance_mark(std::string_view mark, uint32_t matched, char byte, uint32_t& given_up) {
  std::string seen(mark.substr(0, matched));
  seen += byte;
  uint32_t keep = static_cast<uint32_t>(seen.size());
  while (keep > 0 && !mark.starts_with(std::string_view(seen).substr(seen.size() - keep))) --keep;
  given_up = static_cast<uint32_t>(seen.size()) - keep;
  return keep;
}

}  // namespace

// Takes bytes from the front that step() would take one by one with the same mode before and after each.
size_t LiteralReader::run_of_mode(std::string_view bytes, ArgumentOutput& out) {
  size_t run = 0;
  switch (mode_) {
    case Mode::kString:
      if (matched_ > 0) return 0;
      run = plain_run(bytes, python_ ? quote_ : mark_.empty() ? '"' : mark_[0]);
      return out.put_plain(bytes.substr(0, run)) ? run : 0;
    case Mode::kKey:
      while (run < bytes.size() && is_letter_or_digit(static_cast<uint8_t>(bytes[run]))) ++run;
      return out.put_plain(bytes.substr(0, run)) ? run : 0;
    case Mode::kOutside: return python_ ? python_run(bytes, out) : marked_run(bytes, out);
    default: return 0;
  }
}

// Outside of strings and keys: blanks, a number, a string, a word, or what means the same in JSON.
size_t LiteralReader::python_run(std::string_view bytes, ArgumentOutput& out) {
  const JsonScanner& scanner = out.scanner();
  const char first = bytes.front();
  size_t run = 0;
  if (first == ',') {  // with the blanks behind it, where it is seen not to be the last
    do ++run;
    while (run < bytes.size() && is_space(static_cast<uint8_t>(bytes[run])));
    return run < bytes.size() && !closes(bytes[run]) && out.put_byte(',') ? run : 0;
  }
  switch (kPythonBytes[static_cast<uint8_t>(first)]) {
    case PythonByte::kBlank:
      if (scanner.in_number()) return 0;
      while (run < bytes.size() && is_space(static_cast<uint8_t>(bytes[run]))) ++run;
      return run;
    case PythonByte::kDigit:
      while (run < bytes.size() && is_digit(static_cast<uint8_t>(bytes[run]))) ++run;
      return scanner.in_number() || scanner.at_value() ? out.put_some(bytes.substr(0, run)) : 0;
    case PythonByte::kQuote:
      if (!scanner.at_value() && !(scanner.at_key() && scanner.depth() > 1)) return 0;
      run = 1 + plain_run(bytes.substr(1), first);
      if (run == bytes.size() || bytes[run] != first) return 0;
      return out.put_plain_string(bytes.substr(1, run - 1)) ? run + 1 : 0;
    case PythonByte::kWord:
      if (!scanner.at_value()) return 0;
      for (std::string_view word : {kTrue, kFalse, kNone}) {
        if (bytes.starts_with(word)) return out.put(json_word(word)) ? word.size() : 0;
      }
      return 0;
    case PythonByte::kSame: return scanner.depth() > 1 && out.put_byte(first) ? 1 : 0;
    default: return 0;
  }
}

// Likewise: a key and its colon, a number, a string and its marks.
size_t LiteralReader::marked_run(std::string_view bytes, ArgumentOutput& out) {
  const JsonScanner& scanner = out.scanner();
  size_t run = 0;
  if (scanner.at_key()) {
    while (run < bytes.size() && is_letter_or_digit(static_cast<uint8_t>(bytes[run]))) ++run;
    if (run == 0 || run == bytes.size() || bytes[run] != ':' || !out.put_plain_string(bytes.substr(0, run))) return 0;
    return out.put_byte(':') ? run + 1 : 0;
  }
  const char first = bytes.front();
  if (scanner.at_value() && !mark_.empty() && first == mark_.front() && bytes.starts_with(mark_)) {
    const std::string_view text = bytes.substr(mark_.size());
    run = plain_run(text, first);
    if (!text.substr(run).starts_with(mark_)) return 0;
    return out.put_plain_string(text.substr(0, run)) ? mark_.size() * 2 + run : 0;
  }
  if (scanner.in_number()) {
    while (run < bytes.size() && is_digit(static_cast<uint8_t>(bytes[run]))) ++run;
    return run == 0 ? 0 : out.put_some(bytes.substr(0, run));
  }
  const bool word = scanner.at_value() && (first == 't' || first == 'f' || first == 'n');
  while (word && run < bytes.size() && bytes[run] >= 'a' && bytes[run] <= 'z') ++run;
  return run == 0 ? 0 : out.put_some(bytes.substr(0, run));
}

// A whole mark before or after a string, which comes spelled and uncut in most texts: the bytes of it, or none.
size_t LiteralReader::whole_mark(std::string_view bytes, ArgumentOutput& out) {
  if (mark_.empty() || matched_ > 0 || bytes.front() != mark_.front() || !bytes.starts_with(mark_)) return 0;
  const bool opens = mode_ == Mode::kOutside && out.scanner().at_value();
  if ((!opens && mode_ != Mode::kString) || !out.put_byte('"')) return 0;
  mode_ = opens ? Mode::kString : Mode::kOutside;
  return mark_.size();
}

// What most texts hold uncut is taken at once, for speed alone (README.md, Measured).
size_t LiteralReader::feed(std::string_view bytes, ArgumentOutput& out) {
  for (size_t at = 0; at < bytes.size();) {
    if (held_comma_ && is_space(static_cast<uint8_t>(bytes[at]))) {
      ++at;
      continue;
    }
    if (held_comma_ && !closes(bytes[at])) out.put_byte(',');
    held_comma_ = false;
    const std::string_view rest = bytes.substr(at);
    size_t taken = run_of_mode(rest, out);
    if (taken == 0 && !python_) taken = whole_mark(rest, out);
    at += taken;
    if (taken > 0) continue;
    if (!step(static_cast<uint8_t>(bytes[at]), out)) {
      verdict_ = Verdict::kBad;
      return at;
    }
    ++at;
    if (verdict_ == Verdict::kDone) return at;
  }
  return bytes.size();
}

bool LiteralReader::step(uint8_t byte, ArgumentOutput& out) {
  switch (mode_) {
    case Mode::kOpen:
      mode_ = Mode::kOutside;
      return byte == (python_ ? '(' : '{') && out.put_byte('{');
    case Mode::kOutside: return python_ ? step_python(byte, out) : step_marked(byte, out);
    case Mode::kKey: return step_key(byte, out);
    case Mode::kAfterKey:
      if (is_space(byte)) return true;
      mode_ = Mode::kOutside;
      return byte == '=' && out.put_byte('"') && out.put_byte(':');
    case Mode::kWord: return step_word(byte, out);
    case Mode::kMark: return step_mark(byte, out);
    case Mode::kString: return python_ ? step_string(byte, out) : step_marked_string(byte, out);
    case Mode::kEscape: return step_escape(byte, out);
    case Mode::kHex: return step_hex(byte, out);
    case Mode::kOctal: return step_octal(byte, out);
  }
  return false;
}

// A byte that means the same in JSON.
bool LiteralReader::pass(char byte, ArgumentOutput& out) {
  if (!out.put_byte(byte)) return false;
  if (out.scanner().verdict() == JsonScanner::Verdict::kDone) verdict_ = Verdict::kDone;
  return true;
}

bool LiteralReader::step_python(uint8_t byte, ArgumentOutput& out) {
  const JsonScanner& scanner = out.scanner();
  const bool outermost = scanner.depth() == 1;
  if (is_space(byte)) return !scanner.in_number() || pass(' ', out);
  if (outermost && byte == ')') return pass('}', out);
  if (byte == ',') return held_comma_ = scanner.value_ended();
  if (outermost && byte == '}') return false;
  if (scanner.at_key() && outermost) {
    mode_ = Mode::kKey;
    return begins_identifier(byte) && out.put_byte('"') && out.put_text(static_cast<char>(byte));
  }
  if (byte == '"' || byte == '\'') {
    if (!scanner.at_key() && !scanner.at_value()) return false;
    quote_ = static_cast<char>(byte);
    key_string_ = scanner.at_key();
    mode_ = Mode::kString;
    matched_ = 0;
    return out.put_byte('"');
  }
  if (scanner.at_value() && (byte == 'T' || byte == 'F' || byte == 'N')) {
    word_ = byte == 'T' ? kTrue : byte == 'F' ? kFalse : kNone;
    word_bytes_ = 1;
    mode_ = Mode::kWord;
    return true;
  }
  if (scanner.at_value() && byte >= 'a' && byte <= 'z') return false;  // a word of JSON
  return pass(static_cast<char>(byte), out);
}

bool LiteralReader::step_marked(uint8_t byte, ArgumentOutput& out) {
  const JsonScanner& scanner = out.scanner();
  if (is_space(byte) || byte == '"') return false;
  if (scanner.at_key() && byte != '}') {
    mode_ = Mode::kKey;
    return stands_in_marked_key(byte) && out.put_byte('"') && out.put_text(static_cast<char>(byte));
  }
  if (scanner.at_value() && !mark_.empty() && byte == static_cast<uint8_t>(mark_[0])) {
    mode_ = Mode::kMark;
    matched_ = 0;
    return step_mark(byte, out);
  }
  return pass(static_cast<char>(byte), out);
}

bool LiteralReader::step_key(uint8_t byte, ArgumentOutput& out) {
  if (python_) {
    if (begins_identifier(byte) || is_digit(byte)) return out.put_text(static_cast<char>(byte));
    mode_ = Mode::kAfterKey;
    return step(byte, out);
  }
  if (byte == ':') {
    mode_ = Mode::kOutside;
    return out.put_byte('"') && out.put_byte(':');
  }
  return stands_in_marked_key(byte) && out.put_text(static_cast<char>(byte));
}

bool LiteralReader::step_word(uint8_t byte, ArgumentOutput& out) {
  if (static_cast<uint8_t>(word_[word_bytes_]) != byte) return false;
  if (++word_bytes_ < word_.size()) return true;
  mode_ = Mode::kOutside;
  return out.put(json_word(word_));
}

// The mark before a string, spelled.
bool LiteralReader::step_mark(uint8_t byte, ArgumentOutput& out) {
  if (static_cast<uint8_t>(mark_[matched_]) != byte) return false;
  if (++matched_ < mark_.size()) return true;
  matched_ = 0;
  mode_ = Mode::kString;
  return out.put_byte('"');
}

bool LiteralReader::take_mark(ArgumentOutput& out) {
  if (python_ || verdict_ != Verdict::kMore) return false;
  if (mode_ == Mode::kString) {
    mode_ = Mode::kOutside;
    return out.put_byte('"');
  }
  if (mode_ != Mode::kOutside || !out.scanner().at_value()) return false;
  matched_ = 0;
  mode_ = Mode::kString;
  return out.put_byte('"');
}

bool LiteralReader::step_string(uint8_t byte, ArgumentOutput& out) {
  if (static_cast<char>(byte) == quote_) {
    mode_ = Mode::kOutside;
    return out.put_byte('"');
  }
  if (byte == '\\') {
    mode_ = Mode::kEscape;
    return true;
  }
  return byte != '\n' && byte != '\r' && out.put_text(static_cast<char>(byte));
}

bool LiteralReader::step_marked_string(uint8_t byte, ArgumentOutput& out) {
  if (mark_.empty() || (matched_ == 0 && static_cast<char>(byte) != mark_[0])) return out.put_text(static_cast<char>(byte));
  if (static_cast<char>(byte) == mark_[matched_]) return step_in_mark(out);
  uint32_t given_up = 0;
  const std::string before(mark_.substr(0, matched_));
  const uint32_t after = advance_mark(mark_, matched_, static_cast<char>(byte), given_up);
  for (uint32_t i = 0; i < given_up; ++i) {
    if (!out.put_text(i < before.size() ? before[i] : static_cast<char>(byte))) return false;
  }
  matched_ = after;
  return true;
}

// One more byte of the mark behind a string.
bool LiteralReader::step_in_mark(ArgumentOutput& out) {
  if (++matched_ < mark_.size()) return true;
  matched_ = 0;
  mode_ = Mode::kOutside;
  return out.put_byte('"');
}

bool LiteralReader::step_escape(uint8_t byte, ArgumentOutput& out) {
  mode_ = Mode::kString;
  switch (byte) {
    case '\\': case '\'': case '"': return out.put_text(static_cast<char>(byte));
    case 'a': return out.put_text('\a');
    case 'b': return out.put_text('\b');
    case 'f': return out.put_text('\f');
    case 'n': return out.put_text('\n');
    case 'r': return out.put_text('\r');
    case 't': return out.put_text('\t');
    case 'v': return out.put_text('\v');
    case 'x': digits_left_ = 2; break;
    case 'u': digits_left_ = 4; break;
    case 'U': digits_left_ = 8; break;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
      mode_ = Mode::kOctal;
      digits_left_ = 2;
      code_point_ = byte - uint32_t{'0'};
      return true;
    default: return false;
  }
  mode_ = Mode::kHex;
  code_point_ = 0;
  return true;
}

// One to three digits; the byte behind them is one of the string.
bool LiteralReader::step_octal(uint8_t byte, ArgumentOutput& out) {
  const bool digit = byte >= '0' && byte <= '7';
  if (digit) code_point_ = code_point_ << 3 | (byte - uint32_t{'0'});
  if (digit && --digits_left_ > 0) return true;
  mode_ = Mode::kString;
  return out.put_code_point(code_point_) && (digit || step_string(byte, out));
}

bool LiteralReader::step_hex(uint8_t byte, ArgumentOutput& out) {
  const uint8_t lower = byte | 0x20;
  if (!is_digit(byte) && !(lower >= 'a' && lower <= 'f')) return false;
  code_point_ = code_point_ << 4 | static_cast<uint32_t>(is_digit(byte) ? byte - '0' : lower - 'a' + 10);
  if (--digits_left_ > 0) return code_point_ <= 0x10FFFF;
  mode_ = Mode::kString;
  const bool surrogate = code_point_ >= 0xD800 && code_point_ <= 0xDFFF;
  return code_point_ <= 0x10FFFF && !surrogate && out.put_code_point(code_point_);
}

std::string_view LiteralReader::expected() const {
  switch (mode_) {
    case Mode::kOpen: return python_ ? "'('" : "'{'";
    case Mode::kKey: return "the rest of an argument's name";
    case Mode::kAfterKey: return "'='";
    case Mode::kWord: return "True, False or None";
    case Mode::kString: case Mode::kMark: return "the rest of a string";
    case Mode::kEscape: case Mode::kHex: case Mode::kOctal: return "an escape of a Python string";
    case Mode::kOutside: break;
  }
  return python_ ? "a Python literal, a name, ',' or ')'" : "a value, a key, ',' or a closing bracket";
}

}  // namespace keyway
