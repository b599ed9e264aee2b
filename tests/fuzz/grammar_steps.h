// What fuzz targets of grammar front ends share: compile within a small budget, then follow a text; every mask on the way is that
// of the naive matcher, and a state that is left is no dead end.
//
// Entry points: step_grammar, grammar_vocabulary.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "grammar/derivative.h"
#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway::fuzz {

// Bytes, words that cross the ends of terminals, and the tokens <special>, <call> and </call>.
inline const std::shared_ptr<const Vocabulary>& grammar_vocabulary() {
  static const auto made = test::toy_vocabulary({"ab", "a b", "b\"", "{\"", "\":", "\": \"", "\"}", "}}", "],", "tru", "  ", "\n ", "10", "<t", "\xC3\xA9\xC3"});
  return made;
}

struct SteppedGrammar {
  std::unique_ptr<TermArena> arena;
  Result<TermId> term;
};

template <typename Compile>
SteppedGrammar compile_metered(Compile compile) {
  Limits limits;
  limits.arena_bytes = 32u << 20;
  limits.mask_fuel = 200'000;
  SteppedGrammar made{std::make_unique<TermArena>(limits), TermArena::never()};
  Budget budget(200'000);
  made.arena->set_budget(&budget);
  made.term = compile(*made.arena);
  made.arena->set_budget(nullptr);
  return made;
}

// The token of the byte `wanted` where the mask has it, else one that it chooses; nothing of an empty mask.
inline std::optional<TokenId> pick_token(const std::vector<uint32_t>& mask, uint8_t wanted) {
  if (mask_test(mask.data(), wanted)) return wanted;
  std::vector<TokenId> allowed;
  for (TokenId t = 0; t < grammar_vocabulary()->size(); ++t) {
    if (mask_test(mask.data(), t)) allowed.push_back(t);
  }
  if (allowed.empty()) return std::nullopt;
  return allowed[wanted % allowed.size()];
}

// compile(arena) -> Result<TermId>.
template <typename Compile>
void step_grammar(std::string_view text, Compile compile) {
  constexpr size_t kSteps = 24;
  SteppedGrammar fast = compile_metered(compile);
  if (!fast.term.ok()) {
    check_error(fast.term.error());
    return;
  }
  SteppedGrammar slow = compile_metered(compile);
  check(slow.term.ok());
  const auto grammar = Grammar::create(grammar_vocabulary(), std::move(fast.arena), *fast.term);
  if (!grammar.ok()) {
    check(grammar.error().code == ErrorCode::kLimit);
    return;
  }
  Matcher matcher(*grammar);
  NaiveMatcher naive(*slow.arena, *grammar_vocabulary(), *slow.term);
  std::vector<uint32_t> mask(mask_words(grammar_vocabulary()->size())), expected(mask.size());
  for (const char byte : text.substr(0, kSteps)) {
    if (!matcher.mask(mask).ok()) return;
    Budget work(500'000);
    slow.arena->set_budget(&work);
    naive.mask(expected);
    // A part that is bounded in tokens must fit: the naive matcher would have to be told (token_count.h).
    const bool counted = least_count(*slow.arena, naive.term()) != kLongest;
    slow.arena->set_budget(nullptr);
    if (slow.arena->exhausted() || work.exhausted()) return;
    check(counted || mask == expected);
    const std::optional<TokenId> token = pick_token(mask, static_cast<uint8_t>(byte));
    check(token.has_value());
    const auto taken = matcher.accept(*token);
    if (!taken.ok()) return;
    check(*taken && (naive.accept(*token) || counted));
    if (counted || *token == test::kToyEnd) return;
  }
}

}  // namespace keyway::fuzz
