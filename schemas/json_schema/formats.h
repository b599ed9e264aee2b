// The formats of the drafts as expressions of whole strings.
//
// Entry points: find_format, FormatExpressions. Every format is asserted in every draft. A format that no draft defines
// is an annotation.
// Invariant: an expression accepts no string that the format's specification forbids; what it leaves out is in `excludes`.
// A date has a year from 0001 to 9999: RFC 3339 writes 0000 too, but the calendars of validators do not have it.
// Formats are deferred (RegexArena::deferred): a schema pays for one when a text reaches it.
// Tested by tests/schemas/json_schema/formats_test.cc.
#pragma once

#include <span>
#include <string_view>

#include "grammar/regex.h"
#include "schemas/json_schema/draft.h"

namespace keyway::json_schema {

class FormatBuilder;

struct FormatRow {
  std::string_view name;
  Draft first, last;
  RegexId (*make)(FormatBuilder&);  // null: not compiled, refused by name
  DeferredFacts facts;
  std::string_view excludes;  // valid strings that it leaves out; empty where it is exact
};

std::span<const FormatRow> format_rows();
// Null for a name that no draft defines.
const FormatRow* find_format(std::string_view name, Draft draft);

class FormatExpressions {
 public:
  // Requires: regexes outlives this.
  explicit FormatExpressions(RegexArena& regexes) : regexes_(regexes) {}

  // Requires: row is of the table and row.make is set. never() where a limit was reached.
  RegexId of(const FormatRow& row);
  // The same, made at once. For tests.
  RegexId made(const FormatRow& row);

 private:
  FormatBuilder& builder();

  RegexArena& regexes_;
  std::shared_ptr<FormatBuilder> builder_;
};

}  // namespace keyway::json_schema
