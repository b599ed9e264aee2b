// Patterns to expressions: reading, then lowering; see regex_parser.h.
#include "grammar/regex_parser.h"

#include "grammar/regex_lowering.h"
#include "grammar/regex_reader.h"
#include "grammar/utf8.h"

namespace keyway {

Result<RegexId> parse_regex(RegexArena& arena, std::string_view pattern, const RegexOptions& options) {
  if (pattern.size() > arena.limits().text_bytes) {
    return fail(ErrorCode::kLimit, "the pattern is too long", "offset 0", std::to_string(pattern.size()) + " bytes",
                "text_bytes " + std::to_string(arena.limits().text_bytes));
  }
  PatternReader reader(pattern, options.dialect, arena.limits());
  Result<Pattern> tree = reader.read();
  if (!tree.ok()) return tree.error();
  PatternLowering lowering(arena, *tree);
  Result<RegexId> language = lowering.lower(tree->root, options.search, options.search);
  if (language.ok()) return language;
  Error error = language.error();
  if (error.pointer.empty()) error.pointer = "offset 0";
  if (error.given.empty()) {
    error.given = pattern.substr(0, 200);
    while (!is_utf8(error.given)) error.given.pop_back();
  }
  return error;
}

}  // namespace keyway
