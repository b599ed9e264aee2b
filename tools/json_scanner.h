// A JSON object read byte by byte, without keeping it: is what came so far the beginning of one, and where does it end?
//
// Entry points: JsonScanner. Strict RFC 8259 with well-formed UTF-8 and paired surrogates; a name used twice is not
// noticed, for that needs memory.
// Invariant: the verdict depends on the bytes, not on how they were split. Memory: one bit per open container.
// Thread safety: one thread at a time. Tested by tests/tools/json_scanner_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace keyway {

class JsonScanner {
 public:
  enum class Verdict : uint8_t { kMore, kDone, kBad, kTooDeep };

  explicit JsonScanner(uint32_t max_depth) : max_depth_(max_depth) {}

  // Ready for the next object; memory of one that was deep is given back.
  void reset();

  // Reads on. Returns the bytes taken: all of them while the object is open; up to and with its closing brace; or those
  // before the first byte that cannot stand there. Requires: verdict() is kMore.
  // Complexity: O(bytes), no allocation but for depth.
  size_t feed(std::string_view bytes) { return feed_within(bytes, 0); }
  // The same, and no further than to where fewer than `least_depth` containers are open.
  size_t feed_within(std::string_view bytes, uint32_t least_depth);
  // One byte. False where it cannot stand there.
  bool take(char byte) {
    const uint8_t next = kSteps[static_cast<size_t>(state_)][static_cast<uint8_t>(byte)];
    if (next < kStates) {
      state_ = static_cast<State>(next);
      return true;
    }
    if (act(next, static_cast<uint8_t>(byte))) return true;
    if (verdict_ == Verdict::kMore) verdict_ = Verdict::kBad;
    return false;
  }

  Verdict verdict() const { return verdict_; }
  // Where the text is now, for who writes JSON through this scanner.
  uint32_t depth() const { return depth_; }  // open containers
  bool at_key() const { return state_ == State::kFirstKey || state_ == State::kKey; }
  bool at_value() const { return state_ == State::kValue || state_ == State::kFirstItem; }
  bool after_value() const { return state_ == State::kAfterItem || state_ == State::kAfterMember; }
  bool in_string() const { return state_ >= State::kName && state_ <= State::kUtf8; }
  // In a string and in no escape or character of it.
  bool in_plain_string() const { return state_ == State::kName || state_ == State::kString; }
  bool in_number() const { return state_ >= State::kMinus && state_ <= State::kExponentDigits; }
  // Whether a value may end here.
  bool value_ended() const {
    return after_value() || state_ == State::kZero || state_ == State::kInteger || state_ == State::kFraction ||
           state_ == State::kExponentDigits;
  }
  // The same, of a member of the outermost object.
  bool value_complete() const { return depth_ == 1 && value_ended(); }
  // What could stand where the text is now, in words.
  std::string_view expected() const;

 private:
  enum class State : uint8_t {
    kStart,        // the opening brace
    kValue,
    kFirstItem,    // a value or ]
    kFirstKey,     // a key or }
    kKey,
    kColon,
    kAfterItem,    // , or ]
    kAfterMember,  // , or }
    kName,         // in a string that is a key
    kString,       // in any other
    kEscape,       // after a backslash
    kHex,          // digits of \u
    kLowBackslash, // a low surrogate must follow: its backslash
    kLowU,
    kUtf8,         // continuation bytes
    kMinus, kZero, kInteger, kPoint, kFraction, kExponent, kExponentSign, kExponentDigits,
    kT, kTr, kTru, kF, kFa, kFal, kFals, kN, kNu, kNul,  // so much of true, false or null
  };
  static constexpr size_t kStates = static_cast<size_t>(State::kNul) + 1;
  // What a byte does that a table of states cannot say.
  enum Action : uint8_t {
    kRefuse = kStates,
    kOpenObject,
    kOpenArray,
    kClose,
    kEndValue,     // the last byte of a string or word
    kAfterNumber,  // the number is over before the byte
    kBeginEscape,
    kEndEscape,
    kBeginHex,
    kHexDigit,
    kBeginUtf8,
    kContinueUtf8,
  };
  using Steps = std::array<std::array<uint8_t, 256>, kStates>;
  static const Steps kSteps;  // by state and byte: the next state, or an action
  static constexpr uint8_t next(State state, uint8_t byte);
  static constexpr uint8_t next_in_number(State state, uint8_t byte);
  static constexpr uint8_t next_in_word(State state, uint8_t byte);
  static constexpr Steps make_steps();

  bool act(uint8_t action, uint8_t byte);
  bool end_number(uint8_t byte);
  bool begin_utf8(uint8_t byte);
  bool continue_utf8(uint8_t byte);
  bool end_hex(uint8_t byte);
  bool open(bool object);
  bool close();
  bool in_object() const { return (open_bits_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64)) & 1; }
  State after() const { return in_object() ? State::kAfterMember : State::kAfterItem; }
  State text() const { return key_ ? State::kName : State::kString; }

  State state_ = State::kStart;
  Verdict verdict_ = Verdict::kMore;
  bool key_ = false;            // kEscape to kUtf8: the string is a name
  bool high_surrogate_ = false; // the last \u was the first half of a pair
  uint8_t pending_ = 0;         // kHex: digits left; kUtf8: continuation bytes left
  uint8_t low_ = 0, high_ = 0;  // kUtf8: bounds of the next byte, both included
  uint16_t code_unit_ = 0;      // kHex
  uint32_t depth_ = 0;
  uint32_t max_depth_;
  std::vector<uint64_t> open_bits_;  // bit d: the container at depth d is an object
};

}  // namespace keyway
