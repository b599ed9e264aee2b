// See mask_builder.h.
#include "grammar/mask_builder.h"

#include <algorithm>

namespace keyway {

void MaskBuilder::build(State state, std::span<uint32_t> words, uint32_t& longest) {
  std::fill(words.begin(), words.end(), 0);
  longest = 0;
  walk(state, [&](TokenId token, State next) {
    mask_set(words.data(), token);
    longest = std::max(longest, automaton_.shortest(next));
  });
  if (automaton_.accepting(state)) {
    for (TokenId token : vocabulary_.end_tokens()) mask_set(words.data(), token);
  }
}

}  // namespace keyway
