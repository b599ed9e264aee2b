// A shortest text byte by byte, then its tokens from the end backwards; see shortest_spelling.h.
#include "grammar/shortest_spelling.h"

#include <algorithm>

#include "grammar/trie_child.h"

namespace keyway {
// Appends the shortest text of a state up to the first state that is known or accepts, or whose way on is not told.
void ShortestSpelling::extend(State state, std::vector<std::pair<State, Known>>& text) {
  // What ends a value, and what begins one: asked first, since most states need one of these.
  static constexpr std::string_view kLikely = "\"}],:0a";
  while (!automaton_.accepting(state) && !known_.contains(state)) {
    const uint32_t left = automaton_.shortest(state);
    const auto nearer = [&](uint8_t byte) {
      const State next = automaton_.step(state, byte);
      if (Automaton::is_dead(next) || automaton_.shortest(next) >= left) return false;
      text.push_back({state, {left, next, byte}});
      return true;
    };
    if (std::none_of(kLikely.begin(), kLikely.end(), [&](char c) { return nearer(static_cast<uint8_t>(c)); })) {
      const ByteSet bytes = first_bytes(automaton_.arena(), automaton_.term(state));
      unsigned byte = 0;
      while (byte < 256 && !(bytes.contains(static_cast<uint8_t>(byte)) && nearer(static_cast<uint8_t>(byte)))) ++byte;
      if (byte == 256) {  // over special tokens, or the budget ran out
        text.push_back({state, {left, Automaton::dead(), 0}});
        return;
      }
    }
    state = text.back().second.next;
  }
}

// Requires: what lies behind `from` in the text has its tokens. Goes on past the text through states that are known.
uint32_t ShortestSpelling::tokens_along(const std::vector<std::pair<State, Known>>& text, size_t from) const {
  const TokenTrie& trie = vocabulary_.trie();
  uint32_t best = kLongest;
  uint32_t node = TokenTrie::kNone;
  const Known* at = &text[from].second;
  while (!Automaton::is_dead(at->next)) {
    node = child_of(trie, node, at->byte);
    if (node == TokenTrie::kNone) return best;
    const State next = at->next;
    at = nullptr;
    if (++from < text.size()) {
      at = &text[from].second;
    } else if (const auto known = known_.find(next); known != known_.end()) {
      at = &known->second;
    }
    if (!trie.tokens_at(node).empty()) best = std::min(best, 1 + (at == nullptr ? 0 : at->tokens));
    if (at == nullptr) return best;
  }
  return best;
}

uint32_t ShortestSpelling::tokens(State state) {
  if (automaton_.accepting(state)) return 0;
  if (const auto known = known_.find(state); known != known_.end()) return known->second.tokens;
  const uint32_t bytes = automaton_.shortest(state);
  if (bytes > kMostBytes) return bytes;
  if (known_.size() >= kMostKnown) known_.clear();
  std::vector<std::pair<State, Known>> text;
  extend(state, text);
  if (automaton_.arena().exhausted()) return bytes;
  for (size_t i = text.size(); i-- > 0;) {
    if (!Automaton::is_dead(text[i].second.next)) text[i].second.tokens = std::min(text[i].second.tokens, tokens_along(text, i));
  }
  for (const auto& [at, known] : text) known_.emplace(at, known);
  return known_.at(state).tokens;
}

}  // namespace keyway
