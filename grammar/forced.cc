// See forced.h.
#include "grammar/forced.h"

#include "grammar/trie_child.h"

namespace keyway {
namespace {

// The only byte that may come next, if there is just one way on and the text may not end.
std::optional<uint8_t> only_byte(Automaton& automaton, State state) {
  if (automaton.accepting(state)) return std::nullopt;
  const TermId term = automaton.term(state);
  const ByteSet first = first_bytes(automaton.arena(), term);
  if (first.size() != 1 || !next_tokens(automaton.arena(), term).empty()) return std::nullopt;
  uint8_t byte = 0;
  first.for_each([&](uint8_t b) { byte = b; });
  return byte;
}

// Whether some token begins with `head` (not empty) and goes on with bytes that the state after `head` takes.
bool spanned(Automaton& automaton, const Vocabulary& vocabulary, std::string_view head, State after) {
  const TokenTrie& trie = vocabulary.trie();
  uint32_t node = trie.root(static_cast<uint8_t>(head[0]));
  for (size_t depth = 1; node != TokenTrie::kNone && depth < head.size(); ++depth) {
    node = child_of(trie, node, static_cast<uint8_t>(head[depth]));
  }
  if (node == TokenTrie::kNone) return false;
  const uint32_t base = trie.nodes()[node].depth();
  std::vector<State> states(trie.max_depth() + 1);
  states[base] = after;
  const uint32_t end = trie.nodes()[node].subtree_end();
  for (uint32_t i = node + 1; i < end && automaton.arena().pay();) {
    const TrieNode at = trie.nodes()[i];
    states[at.depth()] = automaton.step(states[at.depth() - 1], at.byte());
    if (Automaton::is_dead(states[at.depth()])) {
      i = at.subtree_end();
      continue;
    }
    if (!trie.tokens_at(i).empty()) return true;
    ++i;
  }
  return false;
}

}  // namespace

ForcedText forced_text(Automaton& automaton, const Vocabulary& vocabulary, State state) {
  ForcedText forced;
  State at = state;
  while (forced.bytes.size() < kMostForced && automaton.arena().pay()) {
    const auto byte = only_byte(automaton, at);
    if (!byte) break;
    forced.bytes += static_cast<char>(*byte);
    at = automaton.step(at, *byte);
  }
  if (forced.bytes.empty()) {
    const TermId term = automaton.term(state);
    auto tokens = next_tokens(automaton.arena(), term);
    const bool only = tokens.size() == 1 && !automaton.accepting(state) && first_bytes(automaton.arena(), term).empty();
    if (only) forced.token = std::move(tokens);
    return forced;
  }
  const size_t longest = vocabulary.max_token_bytes();
  forced.settled = forced.bytes.size();
  const size_t from = forced.bytes.size() > longest ? forced.bytes.size() - longest : 0;
  for (size_t start = from; start < forced.bytes.size(); ++start) {
    if (!spanned(automaton, vocabulary, std::string_view(forced.bytes).substr(start), at)) continue;
    forced.settled = start;
    break;
  }
  return forced;
}

}  // namespace keyway
