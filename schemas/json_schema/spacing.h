// What stands between the values of a text: white space by policy, brackets, commas, and what is around keys.
//
// Entry points: Spacing. JSON's for most; the forms of value_spelling.h have others, for the outermost object or all.
// Invariant: the shortest spelling of every separator has no optional white space.
// Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <vector>

#include "grammar/term.h"
#include "schemas/json_schema/compile.h"

namespace keyway::json_schema {

// Around a key. Where `plain_only` it is for keys without quotes in them.
struct KeyQuotes {
  TermId open, close;
  bool plain_only = false;
};

class Spacing {
 public:
  Spacing(TermArena& arena, Whitespace policy, uint32_t most);  // most: characters of a run of kFree

  Spacing(TermArena& arena, const JsonSeparators& separators);

  // Of values inside the arguments, and of the arguments themselves.
  static Spacing nested(TermArena& arena, Whitespace policy, uint32_t most, const ValueSpelling* spelling);
  static Spacing outermost(TermArena& arena, Whitespace policy, uint32_t most, const ValueSpelling& spelling);

  TermId comma() const { return comma_; }  // ',' with what may stand around it
  TermId colon() const { return colon_; }
  TermId inside() const { return inside_; }  // after '{' or '[', and before '}' or ']' where nothing stands between them
  TermId last() const { return last_; }  // before '}' or ']' after a member; Python lets a comma stand there
  TermId open_object() const { return open_object_; }
  TermId close_object() const { return close_object_; }
  const std::vector<KeyQuotes>& keys() const { return keys_; }  // the first for every key

 private:
  TermId comma_, colon_, inside_, last_, open_object_, close_object_;
  std::vector<KeyQuotes> keys_;
};

}  // namespace keyway::json_schema
