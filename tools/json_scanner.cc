// One table of states and bytes; see json_scanner.h. What a table cannot say, such as which bracket is open, is an action.
#include "tools/json_scanner.h"

#include "tools/ascii.h"

namespace keyway {
namespace {

constexpr bool in(std::string_view bytes, uint8_t byte) { return bytes.find(static_cast<char>(byte)) != std::string_view::npos; }
constexpr bool is_hex(uint8_t byte) {
  const uint8_t lower = byte | 0x20;
  return is_digit(byte) || (lower >= 'a' && lower <= 'f');
}

}  // namespace

constexpr uint8_t JsonScanner::next(State state, uint8_t byte) {
  const auto to = [](State then) { return static_cast<uint8_t>(then); };
  if (state >= State::kT) return next_in_word(state, byte);
  if (state >= State::kMinus) return next_in_number(state, byte);
  if (is_space(byte) && state > State::kStart && state < State::kName) return to(state);
  switch (state) {
    case State::kStart: return byte == '{' ? kOpenObject : kRefuse;
    case State::kFirstItem:
      if (byte == ']') return kClose;
      [[fallthrough]];
    case State::kValue:
      switch (byte) {
        case '{': return kOpenObject;
        case '[': return kOpenArray;
        case '"': return to(State::kString);
        case 't': return to(State::kT);
        case 'f': return to(State::kF);
        case 'n': return to(State::kN);
        case '-': return to(State::kMinus);
        case '0': return to(State::kZero);
        default: return is_digit(byte) ? to(State::kInteger) : uint8_t{kRefuse};
      }
    case State::kFirstKey:
      if (byte == '}') return kClose;
      [[fallthrough]];
    case State::kKey: return byte == '"' ? to(State::kName) : uint8_t{kRefuse};
    case State::kColon: return byte == ':' ? to(State::kValue) : uint8_t{kRefuse};
    case State::kAfterItem: return byte == ',' ? to(State::kValue) : byte == ']' ? uint8_t{kClose} : uint8_t{kRefuse};
    case State::kAfterMember: return byte == ',' ? to(State::kKey) : byte == '}' ? uint8_t{kClose} : uint8_t{kRefuse};
    case State::kName: case State::kString:
      if (byte == '"') return state == State::kName ? to(State::kColon) : uint8_t{kEndValue};
      if (byte == '\\') return kBeginEscape;
      return byte < 0x20 ? uint8_t{kRefuse} : byte < 0x80 ? to(state) : uint8_t{kBeginUtf8};
    case State::kEscape: return byte == 'u' ? kBeginHex : in("\"\\/bfnrt", byte) ? kEndEscape : kRefuse;
    case State::kHex: return is_hex(byte) ? kHexDigit : kRefuse;
    case State::kLowBackslash: return byte == '\\' ? to(State::kLowU) : uint8_t{kRefuse};
    case State::kLowU: return byte == 'u' ? kBeginHex : kRefuse;
    default: return kContinueUtf8;
  }
}

constexpr uint8_t JsonScanner::next_in_number(State state, uint8_t byte) {
  const bool digit = is_digit(byte);
  const auto with_digit = [digit](State then) { return digit ? static_cast<uint8_t>(then) : uint8_t{kRefuse}; };
  const bool whole = state == State::kZero || state == State::kInteger;
  switch (state) {
    case State::kMinus: return with_digit(byte == '0' ? State::kZero : State::kInteger);
    case State::kPoint: return with_digit(State::kFraction);
    case State::kExponent:
      if (byte == '+' || byte == '-') return static_cast<uint8_t>(State::kExponentSign);
      [[fallthrough]];
    case State::kExponentSign: return with_digit(State::kExponentDigits);
    default: break;
  }
  if (digit && state != State::kZero) return static_cast<uint8_t>(state);
  if (byte == '.' && whole) return static_cast<uint8_t>(State::kPoint);
  if ((byte == 'e' || byte == 'E') && state != State::kExponentDigits) return static_cast<uint8_t>(State::kExponent);
  return kAfterNumber;
}

constexpr uint8_t JsonScanner::next_in_word(State state, uint8_t byte) {
  // By state from kT on: the letter that follows, and whether the word is over with it.
  constexpr std::string_view kLetters = "ruealseull", kLast = "0010001001";
  const size_t at = static_cast<size_t>(state) - static_cast<size_t>(State::kT);
  if (static_cast<char>(byte) != kLetters[at]) return kRefuse;
  return kLast[at] == '1' ? uint8_t{kEndValue} : static_cast<uint8_t>(static_cast<size_t>(state) + 1);
}

constexpr JsonScanner::Steps JsonScanner::make_steps() {
  Steps steps{};
  for (size_t state = 0; state < kStates; ++state) {
    for (unsigned byte = 0; byte < 256; ++byte) steps[state][byte] = next(static_cast<State>(state), static_cast<uint8_t>(byte));
  }
  return steps;
}

constexpr JsonScanner::Steps JsonScanner::kSteps = JsonScanner::make_steps();

void JsonScanner::reset() {
  state_ = State::kStart;
  verdict_ = Verdict::kMore;
  high_surrogate_ = false;
  depth_ = 0;
  constexpr size_t kKeptWords = 8;
  if (open_bits_.size() > kKeptWords) std::vector<uint64_t>().swap(open_bits_);
}

// Runs of one state, such as the inside of a string, are told by the branch alone: no byte waits for the one before it.
size_t JsonScanner::feed_within(std::string_view bytes, uint32_t least_depth) {
  const uint8_t* steps = kSteps[static_cast<size_t>(state_)].data();
  for (size_t at = 0; at < bytes.size(); ++at) {
    const auto byte = static_cast<uint8_t>(bytes[at]);
    const uint8_t next = steps[byte];
    if (next == static_cast<uint8_t>(state_)) continue;
    if (next < kStates) {
      state_ = static_cast<State>(next);
      steps = kSteps[next].data();
      continue;
    }
    if (!act(next, byte)) {
      if (verdict_ == Verdict::kMore) verdict_ = Verdict::kBad;
      return at;
    }
    if (verdict_ == Verdict::kDone || depth_ < least_depth) return at + 1;
    steps = kSteps[static_cast<size_t>(state_)].data();
  }
  return bytes.size();
}

bool JsonScanner::act(uint8_t action, uint8_t byte) {
  switch (action) {
    case kOpenObject: return open(true);
    case kOpenArray: return open(false);
    case kClose: return close();
    case kEndValue: state_ = after(); return true;
    case kAfterNumber: return end_number(byte);
    case kBeginEscape:
      key_ = state_ == State::kName;
      state_ = State::kEscape;
      return true;
    case kEndEscape: state_ = text(); return true;
    case kBeginHex:
      state_ = State::kHex;
      pending_ = 4;
      code_unit_ = 0;
      return true;
    case kHexDigit: return end_hex(byte);
    case kBeginUtf8: return begin_utf8(byte);
    case kContinueUtf8: return continue_utf8(byte);
    default: return false;
  }
}

// The byte stands after the number.
bool JsonScanner::end_number(uint8_t byte) {
  state_ = after();
  const uint8_t next = kSteps[static_cast<size_t>(state_)][byte];
  if (next == kClose) return close();
  if (next < kStates) state_ = static_cast<State>(next);
  return next < kStates;
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
  if (--depth_ == 0) verdict_ = Verdict::kDone;
  state_ = depth_ == 0 ? State::kAfterMember : after();
  return true;
}

// One hexadecimal digit; after the fourth the pairing of surrogates is decided.
bool JsonScanner::end_hex(uint8_t byte) {
  code_unit_ = static_cast<uint16_t>(code_unit_ << 4 | (is_digit(byte) ? byte - '0' : (byte | 0x20) - 'a' + 10));
  if (--pending_ > 0) return true;
  const bool high = code_unit_ >= 0xD800 && code_unit_ <= 0xDBFF;
  const bool low = code_unit_ >= 0xDC00 && code_unit_ <= 0xDFFF;
  if (low != high_surrogate_) return false;
  high_surrogate_ = high;
  state_ = high ? State::kLowBackslash : text();
  return true;
}

// RFC 3629: the second byte of E0, ED, F0 and F4 is narrower than that of the others.
bool JsonScanner::begin_utf8(uint8_t byte) {
  if (byte < 0xC2 || byte > 0xF4) return false;
  key_ = state_ == State::kName;
  state_ = State::kUtf8;
  pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  return true;
}

bool JsonScanner::continue_utf8(uint8_t byte) {
  if (byte < low_ || byte > high_) return false;
  low_ = 0x80;
  high_ = 0xBF;
  if (--pending_ == 0) state_ = text();
  return true;
}

std::string_view JsonScanner::expected() const {
  switch (state_) {
    case State::kStart: return "a JSON object";
    case State::kValue: case State::kFirstItem: return "a JSON value";
    case State::kFirstKey: case State::kKey: return "a name in double quotes";
    case State::kColon: return "':'";
    case State::kAfterItem: case State::kAfterMember: return "',' or a closing bracket";
    default: break;
  }
  return state_ >= State::kT ? "true, false or null" : in_number() ? "the rest of a number" : "the rest of a JSON string";
}

}  // namespace keyway
