// Regular expressions as XGrammar reads them, in its EBNF, its structural tags and its Lark.
//
// Entry point: parse_xgrammar_regex. The syntax is that of ECMAScript but for the dot, which takes line ends unless flags
// say otherwise, and for case folding, which is of ASCII letters alone; anchors mean nothing wherever they stand, and neither
// do lookahead and the names of groups, (?P<name> among them, where case is folded and in its macro Regex(), which it reads
// with another engine. The pattern is rewritten and read as ECMAScript.
// Thread safety: as the arena. Tested by tests/schemas/grammars/ebnf_test.cc.
#pragma once

#include <string_view>

#include "grammar/regex_parser.h"

namespace keyway::grammars {

struct XGrammarRegexOptions {
  bool fold_ascii = false;           // also written (?i) at the start
  bool dot_takes_line_ends = true;
  bool macro = false;                // Regex() of EBNF
  bool json_string = false;          // no control character, quote or backslash in any text
};

// A full match. Errors: as parse_regex, offsets being those of the rewritten pattern.
Result<RegexId> parse_xgrammar_regex(RegexArena& regexes, std::string_view pattern, const XGrammarRegexOptions& options = {});

}  // namespace keyway::grammars
