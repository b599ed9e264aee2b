// Regular expressions as people write them, to the regular algebra.
//
// Entry points: parse_regex, RegexDialect. Supported: what each dialect's own engine would decide about a whole text
// (or, for search, about a text that contains a match): classes, escapes, Unicode properties, groups, alternation, greedy
// and lazy repetition (the same language), anchors anywhere, word boundaries and lookaround where they are regular
// conditions on the context. Not regular (backreferences, recursion) or not compiled: kUnsupported, by name, with the
// offset as place. A pattern is never read as something else: right on every text, or refused.
// Tested by tests/grammar/regex_parser_test.cc.
#pragma once

#include <string_view>

#include "grammar/regex.h"

namespace keyway {

enum class RegexDialect : uint8_t {
  kEcma,  // ECMA-262 with the flag u, as JSON Schema asks
  kRe2,
  kRust,  // the regex crate
};

struct RegexOptions {
  RegexDialect dialect = RegexDialect::kEcma;
  bool search = false;  // true: texts that contain a match (JSON Schema `pattern`); false: the match is the whole text
};

// Errors: kSyntax (not a pattern of the dialect), kUnsupported, kLimit; pointer is "offset N" in bytes.
Result<RegexId> parse_regex(RegexArena& arena, std::string_view pattern, const RegexOptions& options = {});

}  // namespace keyway
