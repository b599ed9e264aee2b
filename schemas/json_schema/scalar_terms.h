// Terms of values that hold no other values, and of keys.
//
// Entry points: ScalarTerms. Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <unordered_map>
#include <vector>

#include "grammar/text_term.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

class ScalarTerms {
 public:
  ScalarTerms(TermArena& arena, NumberAlgebra& numbers, TextSpelling spelling)
      : arena_(arena), numbers_(numbers), spelling_(spelling) {}
  TermId number(const NumberSet& set) { return text_term(arena_, numbers_.spellings(set), TextSpelling::kUtf8); }
  // Without the quotes.
  TermId text(RegexId language) { return text_term(arena_, language, spelling_); }
  TermId code_point(uint32_t value);
  // The code points of a text, one after the other.
  void append_text(std::string_view utf8, std::vector<TermId>& parts);
  // Appends null, true, false, the number and the string of a sum, where they exist.
  void append(const ValueSum& sum, std::vector<TermId>& parts);
  // Bytes of the shortest spelling of a text, without quotes.
  uint32_t text_bytes(std::string_view utf8);

 private:
  TermArena& arena_;
  NumberAlgebra& numbers_;
  TextSpelling spelling_;
  std::unordered_map<uint32_t, TermId> code_points_;
};

}  // namespace keyway::json_schema
