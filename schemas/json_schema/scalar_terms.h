// Terms of values that hold no other values, and of keys.
//
// Entry points: ScalarTerms. Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "grammar/excluded_texts.h"
#include "grammar/flat_map.h"
#include "grammar/text_term.h"
#include "schemas/json_schema/base.h"
#include "schemas/json_schema/shapes.h"
#include "schemas/json_schema/value_spelling.h"

namespace keyway::json_schema {

class ScalarTerms {
 public:
  // `excluded`: what no string and no key holds as it is written; declared names have one spelling then. Null: nothing.
  ScalarTerms(TermArena& arena, NumberAlgebra& numbers, TextSpelling spelling, const ValueSpelling* form = nullptr,
              std::shared_ptr<ExcludedTexts> excluded = nullptr);
  TermId number(const NumberSet& set);
  // Without the quotes.
  TermId text(RegexId language) {
    return excluded_ ? excluded_->without(arena_, any_spelling(language)) : text_term(arena_, language, spelling_);
  }
  TermId code_point(uint32_t value);
  // Whether strings are those of JSON, with every escape.
  bool is_json() const { return form_ == nullptr && spelling_ == TextSpelling::kJson; }
  // Whether texts are written as they are.
  bool is_plain() const { return form_ == nullptr && spelling_ == TextSpelling::kUtf8; }
  // The code points of a text, one after the other.
  void append_text(std::string_view utf8, std::vector<TermId>& parts);
  // Appends null, true, false, the number and the string of a sum, where they exist.
  void append(const ValueSum& sum, std::vector<TermId>& parts);
  // Strings with what is around them; never() where there is none. `described`: a pattern or format says which, so that they may
  // hold what is excluded.
  TermId string(RegexId language, bool described);
  // Keys that can be written; all, unless set.
  void set_legal_keys(RegexId keys) { legal_keys_ = keys; }
  RegexId legal_keys(RegexId language);
  bool is_legal_key(std::string_view utf8);
  // Without quotes of either kind.
  RegexId plain(RegexId language);
  // The values of the sum that are neither arrays nor objects, a text for each; none where there are `most` or more.
  std::optional<std::vector<std::string>> few_values(const ValueSum& sum, uint32_t most);
  // Bytes of different values of the sum that are neither arrays nor objects: of two of each kind, where there are two.
  // Requires: JSON.
  std::vector<uint64_t> two_lengths(const ValueSum& sum);
  // Bytes of the shortest spelling of a text, without quotes.
  uint32_t text_bytes(std::string_view utf8);

 private:
  TermId make_string(RegexId language, bool described);
  // Beside excluded texts, where spelling_ is that of names.
  TermId any_spelling(RegexId language) { return text_term(arena_, language, TextSpelling::kJson); }

  TermArena& arena_;
  NumberAlgebra& numbers_;
  TextSpelling spelling_;
  const ValueSpelling* form_;  // null: JSON
  std::shared_ptr<ExcludedTexts> excluded_;
  TermId null_, true_, false_;
  std::optional<RegexId> legal_keys_;
  // What a legal key may go on with after its first character, and the characters that change nothing about it.
  std::optional<std::pair<RegexId, ByteSet>> key_loop_;
  const CharacterTerms* characters_;  // of the base; null where they are spelled otherwise
  const KnownScalars* base_;          // likewise; its numbers are those of one spelling
  std::unordered_map<uint32_t, TermId> code_points_;
  FlatMap<TermId> known_numbers_, known_strings_;  // by the spellings; by the language and whether it is described
};

}  // namespace keyway::json_schema
