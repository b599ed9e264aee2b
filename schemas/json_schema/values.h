// The values of keywords in the form that later stages use: counts, exact decimals, compiled patterns.
//
// Entry points: KeywordValues, count_of, decimal_of. Invariant: what check() let pass can be read later without error.
// Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "grammar/regex_parser.h"
#include "schemas/json_schema/decimal.h"
#include "schemas/json_schema/formats.h"
#include "schemas/json_schema/nodes.h"
#include "schemas/json_schema/reporter.h"

namespace keyway::json_schema {

// Saturates at kUnbounded. Requires: the value has the form of a count.
uint32_t count_of(Json value);
// Requires: check() let it pass.
Decimal decimal_of(Json number);
// A number in the value, however deep, that is too long to be written out (number_set.h); none where all fit.
std::optional<Json> unwritable_number(Json value);

class KeywordValues {
 public:
  // Requires: regexes outlives this.
  explicit KeywordValues(RegexArena& regexes, const Limits& limits) : regexes_(regexes), limits_(limits), formats_(regexes) {}

  // Of the schema that was read last. Refuses by name what is past a limit, and patterns that are malformed or not compiled.
  void check(const SchemaNodes& nodes, Reporter& reporter);
  // Texts with a match of the pattern. Requires: check() let it pass.
  RegexId pattern(std::string_view text) const;
  // Texts of the format; empty for a format that asserts nothing.
  std::optional<RegexId> format(std::string_view name, Draft draft, FormatBound bound);
  // Requires: find_content(value) is not null.
  RegexId content(std::string_view value, FormatBound bound) { return formats_.of(*find_content(value), bound); }

 private:
  void check_use(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter);
  void check_members(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter);
  void check_divisor(const SchemaNodes& nodes, NodeId node, Json value, Reporter& reporter);
  void check_numbers(const SchemaNodes& nodes, NodeId node, std::string_view keyword, Json value, Reporter& reporter);
  // Names and constants are spelled byte by byte.
  void check_texts(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter);
  void check_pattern(const SchemaNodes& nodes, NodeId node, std::string_view keyword, std::string_view text,
                     Reporter& reporter);

  RegexArena& regexes_;
  Limits limits_;
  std::unordered_map<std::string_view, RegexId> patterns_;  // keys lie in the documents
  FormatExpressions formats_;
};

}  // namespace keyway::json_schema
