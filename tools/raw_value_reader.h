// A value between tags, read byte by byte and given out as JSON: a string as it stands there, any other value as JSON.
//
// Entry points: RawValueReader, ValueKinds. What the schema lets a parameter be decides how its text is read:
//   only a string        the text
//   no string            JSON, or a word of Python where the format has these
//   both                 JSON where the text is null, true, false or a number, and the parameter may be that; where it
//                        begins with a bracket and the parameter may be an array or object; else the text
// The value ends at the first occurrence of the closing text. Blanks that belong to the closing text (a line break before
// the tag) are not a part of the value; a closing text without them is an error.
// Invariant: output and verdict depend on the bytes, not on how they were split. Held back: at most 64 bytes and a tag.
// Thread safety: one thread at a time. Tested by tests/tools/argument_readers_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/json_schema/value_kinds.h"
#include "tools/argument_output.h"

namespace keyway {

class RawValueReader {
 public:
  enum class Verdict : uint8_t { kMore, kDone, kBad };

  // `blanks` and `tag`: the closing text. The tag is empty where it comes as a token.
  void reset(ValueKinds kinds, bool python_words, std::string_view blanks, std::string_view tag);
  // Returns the bytes taken; all of the closing text when done. Requires: verdict() is kMore.
  size_t feed(std::string_view bytes, ArgumentOutput& out);
  // The closing token. False where the value cannot end.
  bool close(ArgumentOutput& out);

  Verdict verdict() const { return verdict_; }
  std::string_view expected() const { return mode_ == Mode::kJson ? "JSON of the parameter's type" : "the closing tag"; }

 private:
  enum class Mode : uint8_t { kUndecided, kText, kJson };

  bool step(char byte, ArgumentOutput& out);
  bool take(char byte, ArgumentOutput& out);
  bool take_text(char byte, ArgumentOutput& out);
  bool take_json(char byte, ArgumentOutput& out);
  void put_lag(ArgumentOutput& out);
  bool decide(ArgumentOutput& out);
  bool as_json(ArgumentOutput& out);
  bool as_text(ArgumentOutput& out);
  bool end(ArgumentOutput& out);

  ValueKinds kinds_ = kAnyKind;
  bool python_words_ = false;
  std::string_view blanks_, tag_;
  Mode mode_ = Mode::kText;
  Verdict verdict_ = Verdict::kMore;
  uint32_t matched_ = 0;  // bytes of the tag that came last
  std::string held_;      // kUndecided: the value so far
  std::string lag_;       // kText: the last bytes, as many as `blanks_` has; kJson: the last blanks outside of brackets
  bool begun_ = false;    // kJson: something but blanks has come
};

}  // namespace keyway
