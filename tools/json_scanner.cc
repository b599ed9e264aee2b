// One state per byte; see json_scanner.h. Runs of plain string bytes, most of a long argument, are skipped in a loop.
#include "tools/json_scanner.h"

#include <array>

#include "tools/ascii.h"

namespace keyway {
namespace {

// Bytes that a string goes on with, one by one: ASCII without controls, quote and backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t b = 0x20; b < 0x80; ++b) plain[b] = b != '"' && b != '\\';
  return plain;
}();

}  // namespace

void JsonScanner::reset() {
  state_ = State::kStart;
  verdict_ = Verdict::kMore;
  high_surrogate_ = false;
  depth_ = 0;
}

size_t JsonScanner::feed_within(std::string_view bytes, uint32_t least_depth) {
  size_t at = 0;
  while (at < bytes.size()) {
    if (state_ == State::kString) {
      at += skip_plain(bytes.substr(at));
      if (at == bytes.size()) break;
    }
    if (!step(static_cast<uint8_t>(bytes[at]))) {
      if (verdict_ == Verdict::kMore) verdict_ = Verdict::kBad;
      return at;
    }
    ++at;
    if (verdict_ == Verdict::kDone || depth_ < least_depth) return at;
  }
  return at;
}

size_t JsonScanner::skip_plain(std::string_view bytes) const {
  size_t at = 0;
  while (at < bytes.size() && kPlain[static_cast<uint8_t>(bytes[at])]) ++at;
  return at;
}

// Takes one byte; false where it cannot stand here.
bool JsonScanner::step(uint8_t byte) {
  switch (state_) {
    case State::kString: case State::kEscape: case State::kHex: case State::kLowBackslash: case State::kLowU:
    case State::kUtf8:
      return step_string(byte);
    case State::kMinus: case State::kZero: case State::kInteger: case State::kPoint: case State::kFraction:
    case State::kExponent: case State::kExponentSign: case State::kExponentDigits:
      return step_number(byte);
    case State::kWord:
      if (byte != static_cast<uint8_t>(word_[pending_])) return false;
      if (++pending_ == word_.size()) state_ = State::kAfterValue;
      return true;
    default:
      return is_space(byte) ? state_ != State::kStart : step_structure(byte);
  }
}

bool JsonScanner::step_structure(uint8_t byte) {
  switch (state_) {
    case State::kStart: return byte == '{' && open(true);
    case State::kValue: return begin_value(byte);
    case State::kFirstItem: return byte == ']' ? close() : begin_value(byte);
    case State::kFirstKey: return byte == '}' ? close() : byte == '"' && begin_string(true);
    case State::kKey: return byte == '"' && begin_string(true);
    case State::kColon:
      state_ = State::kValue;
      return byte == ':';
    default: break;
  }
  if (byte == '}' || byte == ']') return in_object() == (byte == '}') && close();
  state_ = in_object() ? State::kKey : State::kValue;
  return byte == ',';
}

bool JsonScanner::begin_value(uint8_t byte) {
  pending_ = 1;
  switch (byte) {
    case '{': return open(true);
    case '[': return open(false);
    case '"': return begin_string(false);
    case 't': word_ = "true"; break;
    case 'f': word_ = "false"; break;
    case 'n': word_ = "null"; break;
    case '-': state_ = State::kMinus; return true;
    case '0': state_ = State::kZero; return true;
    default: state_ = State::kInteger; return is_digit(byte);
  }
  state_ = State::kWord;
  return true;
}

bool JsonScanner::begin_string(bool key) {
  key_ = key;
  state_ = State::kString;
  return true;
}

bool JsonScanner::open(bool object) {
  if (depth_ == max_depth_) {
    verdict_ = Verdict::kTooDeep;
    return false;
  }
  if (depth_ / 64 == open_bits_.size()) open_bits_.push_back(0);
  uint64_t& word = open_bits_[depth_ / 64];
  const uint64_t bit = 1ull << (depth_ % 64);
  word = object ? word | bit : word & ~bit;
  ++depth_;
  state_ = object ? State::kFirstKey : State::kFirstItem;
  return true;
}

bool JsonScanner::close() {
  --depth_;
  state_ = State::kAfterValue;
  if (depth_ == 0) verdict_ = Verdict::kDone;
  return true;
}

bool JsonScanner::step_string(uint8_t byte) {
  switch (state_) {
    case State::kString:
      if (byte == '"') {
        state_ = key_ ? State::kColon : State::kAfterValue;
        return true;
      }
      if (byte == '\\') {
        state_ = State::kEscape;
        return true;
      }
      return kPlain[byte] || begin_utf8(byte);
    case State::kEscape:
      if (byte == 'u') {
        state_ = State::kHex;
        pending_ = 4;
        code_unit_ = 0;
        return true;
      }
      state_ = State::kString;
      return std::string_view("\"\\/bfnrt").find(static_cast<char>(byte)) != std::string_view::npos;
    case State::kHex: return end_hex(byte);
    case State::kLowBackslash:
      state_ = State::kLowU;
      return byte == '\\';
    case State::kLowU:
      state_ = State::kHex;
      pending_ = 4;
      code_unit_ = 0;
      return byte == 'u';
    default:
      if (byte < low_ || byte > high_) return false;
      low_ = 0x80;
      high_ = 0xBF;
      if (--pending_ == 0) state_ = State::kString;
      return true;
  }
}

// One hexadecimal digit; after the fourth the pairing of surrogates is decided.
bool JsonScanner::end_hex(uint8_t byte) {
  const uint8_t lower = byte | 0x20;
  if (!is_digit(byte) && !(lower >= 'a' && lower <= 'f')) return false;
  code_unit_ = static_cast<uint16_t>(code_unit_ << 4 | (is_digit(byte) ? byte - '0' : lower - 'a' + 10));
  if (--pending_ > 0) return true;
  const bool high = code_unit_ >= 0xD800 && code_unit_ <= 0xDBFF;
  const bool low = code_unit_ >= 0xDC00 && code_unit_ <= 0xDFFF;
  if (low != high_surrogate_) return false;
  high_surrogate_ = high;
  state_ = high ? State::kLowBackslash : State::kString;
  return true;
}

// RFC 3629: the second byte of E0, ED, F0 and F4 is narrower than that of the others.
bool JsonScanner::begin_utf8(uint8_t byte) {
  if (byte < 0xC2 || byte > 0xF4) return false;
  state_ = State::kUtf8;
  pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  return true;
}

bool JsonScanner::step_number(uint8_t byte) {
  const bool digit = is_digit(byte);
  const bool exponent = byte == 'e' || byte == 'E';
  auto go = [this](State next) {
    state_ = next;
    return true;
  };
  switch (state_) {
    case State::kMinus: return digit && go(byte == '0' ? State::kZero : State::kInteger);
    case State::kInteger:
      if (digit) return true;
      [[fallthrough]];
    case State::kZero:
      if (byte == '.') return go(State::kPoint);
      if (exponent) return go(State::kExponent);
      break;
    case State::kPoint: return digit && go(State::kFraction);
    case State::kFraction:
      if (digit) return true;
      if (exponent) return go(State::kExponent);
      break;
    case State::kExponent:
      if (byte == '+' || byte == '-') return go(State::kExponentSign);
      return digit && go(State::kExponentDigits);
    case State::kExponentSign: return digit && go(State::kExponentDigits);
    default:
      if (digit) return true;
  }
  // The number has ended; the byte stands after it.
  state_ = State::kAfterValue;
  return is_space(byte) || step_structure(byte);
}

std::string_view JsonScanner::expected() const {
  switch (state_) {
    case State::kStart: return "a JSON object";
    case State::kValue: case State::kFirstItem: return "a JSON value";
    case State::kFirstKey: case State::kKey: return "a name in double quotes";
    case State::kColon: return "':'";
    case State::kAfterValue: return "',' or a closing bracket";
    case State::kWord: return "true, false or null";
    case State::kString: case State::kEscape: case State::kHex: case State::kLowBackslash: case State::kLowU:
    case State::kUtf8:
      return "the rest of a JSON string";
    default: return "the rest of a number";
  }
}

}  // namespace keyway
