// Fuzz target of the pattern reader and the regular algebra: what compiles says the same by every way of asking, what
// does not has an error in words.
//
// The input: a byte for the dialect, a pattern up to the first line break, then a text.
// Finds are kept in tests/fuzz/regressions/regex, seeds in tests/fuzz/seeds/regex.
// Tested by the replay test fuzz.regex.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "grammar/derivative.h"
#include "grammar/regex_parser.h"
#include "grammar/text_term.h"
#include "tests/fuzz/fuzz.h"

using keyway::fuzz::check;

namespace {

bool term_accepts(keyway::TermArena& arena, keyway::TermId term, std::string_view text) {
  for (char c : text) term = keyway::derivative(arena, term, static_cast<uint8_t>(c));
  return arena.nullable(term);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  if (size_bytes == 0) return 0;
  const std::string_view input = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  const std::string_view pattern = input.substr(0, input.find('\n'));
  const std::string_view text = input.substr(std::min(input.size(), pattern.size() + 1)).substr(0, 64);
  keyway::Limits limits;
  limits.arena_bytes = 32u << 20;
  keyway::TermArena arena(limits);
  keyway::RegexArena& regexes = arena.regexes();
  keyway::Budget budget(50'000);
  arena.set_budget(&budget);
  keyway::RegexOptions options;
  options.dialect = static_cast<keyway::RegexDialect>(data[0] % 3);
  const auto whole = keyway::parse_regex(regexes, pattern, options);
  options.search = true;
  const auto search = keyway::parse_regex(regexes, pattern, options);
  if (!whole.ok() || !search.ok()) {
    const keyway::Error& error = whole.ok() ? search.error() : whole.error();
    keyway::fuzz::check_error(error);
    check(!error.pointer.empty());
    return 0;
  }
  // A match is found where the whole text is one; the complement holds exactly the other texts.
  const bool matches = regexes.matches(*whole, text), found = regexes.matches(*search, text);
  const bool other = regexes.matches(regexes.complement(*whole), text);
  const keyway::TermId term = keyway::text_term(arena, *whole, keyway::TextSpelling::kUtf8);
  const bool by_bytes = term_accepts(arena, term, text);
  const auto empty = regexes.is_empty(*whole);
  if (arena.exhausted() || !empty.has_value()) return 0;
  check(!matches || found);
  if (keyway::is_utf8(text)) check(other != matches);
  check(by_bytes == matches);
  check(!matches || !*empty);
  if (*empty) return 0;
  const auto shortest = regexes.shortest(*whole);
  if (!shortest.has_value()) return 0;
  std::string witness;
  for (char32_t c : *shortest) keyway::append_utf8(witness, c);
  check(regexes.matches(*whole, witness) || arena.exhausted());
  return 0;
}
