// Arguments written as literals of another kind than JSON, read byte by byte and given out as JSON.
//
//   kPython  (city="Lisbon", days=[1, 2], more={'a': None})      keyword arguments with Python literals
//   kMarked  {city:<escape>Lisbon<escape>,days:[1,2],more:{a:null}}   bare keys, strings between marks, no white space
//
// Entry points: LiteralReader. What stands outside of strings and keys goes to JSON as it is, after which the scanner of
// the output has the last word on it. Python's strings: either quote, the escapes \\ \' \" \a \b \f \n \r \t \v \xHH \uHHHH
// \UHHHHHHHH, no line breaks. A comma may stand behind the last item or argument, as Python has it; numbers are those of
// JSON. A key in marks' form holds no byte of :{}[],"< and no control.
// Invariant: verdict and output depend on the bytes, not on how they were split.
// Thread safety: one thread at a time. Tested by tests/tools/argument_readers_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/argument_output.h"
#include "tools/call_format.h"

namespace keyway {

class LiteralReader {
 public:
  enum class Verdict : uint8_t { kMore, kDone, kBad };

  // `mark`: before and after strings of kMarked; empty where it is a token.
  void reset(ArgumentStyle style, std::string_view mark) {
    python_ = style == ArgumentStyle::kPython;
    mark_ = mark;
    mode_ = Mode::kOpen;
    held_comma_ = false;
    verdict_ = Verdict::kMore;
  }
  // Returns the bytes taken, as JsonScanner::feed does. Requires: verdict() is kMore.
  size_t feed(std::string_view bytes, ArgumentOutput& out);
  // The token that stands before and after strings. False where it cannot stand.
  bool take_mark(ArgumentOutput& out);

  Verdict verdict() const { return verdict_; }
  std::string_view expected() const;

 private:
  enum class Mode : uint8_t { kOpen, kOutside, kKey, kAfterKey, kWord, kMark, kString, kEscape, kHex, kOctal };

  size_t run_of_mode(std::string_view bytes, ArgumentOutput& out);
  size_t whole_mark(std::string_view bytes, ArgumentOutput& out);
  size_t python_run(std::string_view bytes, ArgumentOutput& out);
  size_t marked_run(std::string_view bytes, ArgumentOutput& out);
  bool step(uint8_t byte, ArgumentOutput& out);
  bool step_python(uint8_t byte, ArgumentOutput& out);
  bool step_marked(uint8_t byte, ArgumentOutput& out);
  bool step_key(uint8_t byte, ArgumentOutput& out);
  bool step_word(uint8_t byte, ArgumentOutput& out);
  bool step_mark(uint8_t byte, ArgumentOutput& out);
  bool step_string(uint8_t byte, ArgumentOutput& out);
  bool step_marked_string(uint8_t byte, ArgumentOutput& out);
  bool step_in_mark(ArgumentOutput& out);
  bool step_escape(uint8_t byte, ArgumentOutput& out);
  bool step_hex(uint8_t byte, ArgumentOutput& out);
  bool step_octal(uint8_t byte, ArgumentOutput& out);
  bool pass(char byte, ArgumentOutput& out);

  bool python_ = false;
  std::string_view mark_;
  Mode mode_ = Mode::kOpen;
  Verdict verdict_ = Verdict::kMore;
  char quote_ = 0;            // kPython: that of the string
  bool key_string_ = false;   // kPython: the string is a key of a dictionary
  bool held_comma_ = false;   // kPython: came, and is given out with what follows it but for a closing bracket
  uint32_t matched_ = 0;      // kMark, kString: bytes of the mark that came last
  std::string_view word_;     // kWord
  uint32_t word_bytes_ = 0;
  uint32_t digits_left_ = 0;  // kHex, kOctal
  uint32_t code_point_ = 0;
};

}  // namespace keyway
