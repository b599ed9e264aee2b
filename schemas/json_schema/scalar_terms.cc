// Scalar terms; see scalar_terms.h.
#include "schemas/json_schema/scalar_terms.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway::json_schema {

TermId ScalarTerms::code_point(uint32_t value) {
  const auto [at, added] = code_points_.try_emplace(value);
  if (added) at->second = class_term(arena_, CodePointSet{{value, value}}, spelling_);
  return at->second;
}

void ScalarTerms::append(const ValueSum& sum, std::vector<TermId>& parts) {
  if (sum.null_value) parts.push_back(arena_.literal("null"));
  if (sum.true_value) parts.push_back(arena_.literal("true"));
  if (sum.false_value) parts.push_back(arena_.literal("false"));
  const TermId number_term = number(sum.numbers);
  if (number_term != TermArena::never()) parts.push_back(number_term);
  const TermId string_term = text(sum.strings);
  if (string_term != TermArena::never()) {
    const TermId quoted[] = {arena_.literal("\""), string_term, arena_.literal("\"")};
    parts.push_back(arena_.sequence(quoted));
  }
}

void ScalarTerms::append_text(std::string_view utf8, std::vector<TermId>& parts) {
  while (!utf8.empty()) {
    const size_t length = std::max<size_t>(utf8_length(utf8), 1);
    parts.push_back(code_point(utf8_code_point(utf8.substr(0, length))));
    utf8.remove_prefix(length);
  }
}

uint32_t ScalarTerms::text_bytes(std::string_view utf8) {
  uint32_t bytes = 0;
  while (!utf8.empty()) {
    const size_t length = std::max<size_t>(utf8_length(utf8), 1);
    bytes += arena_.shortest(code_point(utf8_code_point(utf8.substr(0, length))));
    utf8.remove_prefix(length);
  }
  return bytes;
}

}  // namespace keyway::json_schema
