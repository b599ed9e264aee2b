// How arguments are written where that is not JSON: as literals of Python, between marks, or as members between tags.
//
// Entry points: ValueSpelling, in SchemaOptions::arguments. What a schema says of values stays the same; only the texts of
// the outermost object, and in the first two forms of all values, are others. It is the caller who makes the terms, for
// only the caller knows which delimiters are tokens.
// Invariant: every spelled value is read back by the reader of its form (tools/) as the value that the schema takes.
// Tested by tests/tools/call_format_samples_test.cc, call_round_trip_test.cc.
#pragma once

#include <string>

#include "grammar/term.h"

namespace keyway {

struct ValueSpelling {
  enum class Form : uint8_t {
    kPython,  // (key=value, ...): Python literals, keys that are identifiers
    kMarked,  // {key:value,...}: bare keys, strings between marks, no white space
    kTagged,  // member_open key key_end value member_close, for each member; strings as they are, other values as JSON
  };
  Form form = Form::kPython;
  TermId mark;            // kMarked: before and after a string
  std::string mark_text;  // kMarked: its spelling, which stands in no string
  TermId member_open, key_end, member_close;  // kTagged
  std::string closing_blanks, closing_tag;    // kTagged: what ends a raw value; the tag stands in no raw string
  std::string not_in_keys;                    // kTagged: ASCII bytes that no key holds
  bool python_words = false;                  // kTagged: True, False and None may stand for the words of JSON
};

}  // namespace keyway
