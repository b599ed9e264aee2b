// See mask_builder.h.
#include "grammar/mask_builder.h"

#include <algorithm>

#include "grammar/text_term.h"

namespace keyway {

State MaskBuilder::saturated(State state, uint32_t bytes) {
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, state.head);
  if (!text) return state;
  const RegexId made = arena.regexes().counts_saturated(text->expression, bytes);
  return made == text->expression ? state : State{text_term(arena, made, text->spelling), state.tail};
}

void MaskBuilder::add_short(State state, std::span<uint32_t> words, uint32_t& longest) {
  const State like = saturated(state, slices_.short_tokens().most_bytes);
  uint32_t found = 0;
  add_text(slices_.short_tokens(), coverage_[0], like, words, found);
  // The state that stands in may have a shorter text to go: its counts are cut.
  longest = std::min(found + automaton_.shortest(state) - std::min(automaton_.shortest(state), automaton_.shortest(like)), kLongest);
}

void MaskBuilder::add_others(State state, std::span<uint32_t> words, uint32_t& longest) {
  const State like = saturated(state, slices_.long_tokens().most_bytes);
  uint32_t found = 0;
  add_text(slices_.long_tokens(), coverage_[1], like, words, found);
  walk_special(like, [&](TokenId token, State next) {
    mask_set(words.data(), token);
    found = std::max(found, automaton_.shortest(next));
  });
  longest = std::min(found + automaton_.shortest(state) - std::min(automaton_.shortest(state), automaton_.shortest(like)), kLongest);
  if (!automaton_.accepting(state)) return;
  for (TokenId token : end_tokens_) mask_set(words.data(), token);
}

// Text of any code points between two counts: its body tokens are told by their number of code points alone.
// Returns false for every other state.
bool MaskBuilder::add_bounded(const TokenLength& tokens, State state, std::span<uint32_t> words, uint32_t& longest) {
  const auto text = text_state(automaton_.arena(), state.head);
  if (!text) return false;
  const auto bounds = automaton_.arena().regexes().any_bounds(text->expression);
  if (!bounds || bounds->max == kUnbounded) return false;
  longest = automaton_.shortest(state);
  if (&tokens == &slices_.short_tokens()) {
    const std::vector<uint32_t>& body = slices_.short_body(std::min(bounds->max, TokenSlices::kShortBytes));
    for (size_t w = 0; w < body.size(); ++w) words[w] |= body[w];
    automaton_.arena().pay(body.size() / 16);
    return true;
  }
  for (const TokenLength::Body& body : tokens.body) {
    if (body.points > bounds->max) break;
    mask_set(words.data(), body.token);
  }
  automaton_.arena().pay(tokens.body.size() / 16);
  return true;
}

void MaskBuilder::add_text(const TokenLength& tokens, Coverage& coverage, State state, std::span<uint32_t> words,
                           uint32_t& longest) {
  TermArena& arena = automaton_.arena();
  auto take = [&](TokenId token, State next) {
    mask_set(words.data(), token);
    longest = std::max(longest, automaton_.shortest(next));
  };
  const ByteSet first = first_bytes(arena, automaton_.term(state));
  if (add_bounded(tokens, state, words, longest)) {
    walk_trie(tokens.rest, state, first, take);
    return;
  }
  const CoverageOf covered = coverage.of(state.head);
  if (covered.slices != 0) longest = std::min(covered.longest + arena.shortest(state.tail), kLongest);
  for (size_t i = 0; i < tokens.slices.size(); ++i) {
    const TokenSlice& slice = tokens.slices[i];
    if ((covered.slices >> i & 1) == 0) {
      walk_trie(slice.trie, state, first, take);
      continue;
    }
    arena.pay(slice.words.size() / 16);
    for (size_t w = 0; w < slice.words.size(); ++w) words[w] |= slice.words[w];
  }
  const bool body_stays = !arena.nullable(state.head) || (first_bytes(arena, state.tail) & ~body_ends()).empty();
  if (covered.loops && body_stays) {
    // A body leads back to this very state: what a token does is decided by what follows its body.
    walk_trie(tokens.suffixes, state, first, take);
    walk_trie(tokens.fragments, state, first, take);
  } else {
    walk_trie(tokens.rest, state, first, take);
  }
}

}  // namespace keyway
