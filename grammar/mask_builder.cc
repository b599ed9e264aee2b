// See mask_builder.h.
#include "grammar/mask_builder.h"

#include <algorithm>

namespace keyway {

void MaskBuilder::build(State state, std::span<uint32_t> words, uint32_t& longest) {
  TermArena& arena = automaton_.arena();
  std::fill(words.begin(), words.end(), 0);
  longest = 0;
  auto take = [&](TokenId token, State next) {
    mask_set(words.data(), token);
    longest = std::max(longest, automaton_.shortest(next));
  };
  const ByteSet first = first_bytes(arena, automaton_.term(state));
  const CoverageOf covered = coverage_.of(state.head);
  if (covered.slices != 0) longest = std::min(covered.longest + arena.shortest(state.tail), kLongest);
  for (size_t i = 0; i < slices_.slices().size(); ++i) {
    const TokenSlice& slice = slices_.slices()[i];
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
    walk_trie(slices_.suffixes(), state, first, take);
    walk_trie(slices_.fragments(), state, first, take);
  } else {
    walk_trie(slices_.rest(), state, first, take);
  }
  walk_special(state, take);
  if (automaton_.accepting(state)) {
    for (TokenId token : end_tokens_) mask_set(words.data(), token);
  }
}

}  // namespace keyway
