// The formats of the drafts as expressions of whole strings.
//
// Entry points: find_format, FormatExpressions. Every format is asserted in every draft. A format that no draft defines
// is an annotation.
// Invariant: an expression accepts no string that the format's specification forbids; what it leaves out is in `excludes`.
// The bound kPossible leaves out no string of the format: a negated format is the complement of that one.
// Formats are deferred (RegexArena::deferred): a schema pays for one when a text reaches it.
// Tested by tests/schemas/json_schema/formats_test.cc.
#pragma once

#include <span>
#include <string_view>

#include "grammar/regex.h"
#include "schemas/json_schema/draft.h"

namespace keyway::json_schema {

class FormatBuilder;

// Of a format that is not exact: strings that are certainly of it, or all that may be. The same of the others.
enum class FormatBound : uint8_t { kCertain, kPossible };

struct FormatRow {
  std::string_view name;
  Draft first, last;
  RegexId (*make)(FormatBuilder&);  // null: not compiled, refused by name
  DeferredFacts facts;
  std::string_view excludes;  // valid strings that it leaves out; empty where it is exact
  // What is left out is what validators leave out as well (the year 0000, odd leap seconds): the negated format holds it.
  bool settled = false;
  // Where it is neither exact nor settled.
  RegexId (*make_possible)(FormatBuilder&) = nullptr;
  std::string_view negation_excludes = {};  // strings that are not of the format and might be, as far as is known here

  bool is_exact() const { return make_possible == nullptr; }
};

std::span<const FormatRow> format_rows();
// Null for a name that no draft defines.
const FormatRow* find_format(std::string_view name, Draft draft);

// What `contentMediaType` and `contentEncoding` of draft 7 assert. Null for a value of theirs that says nothing here.
inline constexpr std::string_view kJsonContent = "application/json", kBase64Content = "base64";
const FormatRow* find_content(std::string_view value);

class FormatExpressions {
 public:
  // Requires: regexes outlives this.
  explicit FormatExpressions(RegexArena& regexes) : regexes_(regexes) {}

  // Requires: row is of the table and row.make is set. never() where a limit was reached.
  RegexId of(const FormatRow& row, FormatBound bound = FormatBound::kCertain);
  // The same, made at once. For tests.
  RegexId made(const FormatRow& row);

 private:
  FormatBuilder& builder();

  RegexArena& regexes_;
  std::shared_ptr<FormatBuilder> builder_;
};

}  // namespace keyway::json_schema
