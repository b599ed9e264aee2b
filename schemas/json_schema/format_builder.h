// What makes the expressions of formats, a part at a time.
//
// Entry points: FormatBuilder. A part is deferred: its function runs when a text reaches it.
// Tested by tests/schemas/json_schema/formats_test.cc.
#pragma once

#include <string_view>

#include "grammar/regex.h"

namespace keyway::json_schema {

class FormatBuilder : public RegexFamily {
 public:
  using Part = RegexId (*)(FormatBuilder& builder, uint32_t argument);

  explicit FormatBuilder(RegexArena& regexes) : regexes_(&regexes) {}
  void set_family(FamilyId family) { family_ = family; }

  RegexArena& regexes() { return *regexes_; }
  // An ECMA-262 pattern that matches whole strings. never() where a limit was reached.
  RegexId pattern(std::string_view text);
  RegexId sequence(std::initializer_list<RegexId> parts);
  RegexId either(std::initializer_list<RegexId> parts);
  // Requires: the facts hold of part(argument); argument < 2^16.
  RegexId deferred(Part part, uint32_t argument, const DeferredFacts& facts);

  RegexId meaning(RegexArena& arena, uint32_t key) override;
  Fingerprint identity(uint32_t key) const override;

 private:
  RegexArena* regexes_;
  FamilyId family_;
  std::vector<Part> parts_;  // by the upper half of a key
};

// Formats that are more than a pattern.
RegexId make_full_time(FormatBuilder& builder);      // RFC 3339; second 60 only at 23:59 in UTC
RegexId make_date_time(FormatBuilder& builder);      // RFC 3339
RegexId make_regex_format(FormatBuilder& builder);   // patterns of ECMA-262; see format_regex.cc
RegexId make_json_content(FormatBuilder& builder);   // texts of RFC 8259; see format_json.cc

}  // namespace keyway::json_schema
