// Masks of texts that are like any text; see MaskBuilder::add_safe and safe_texts.h.
//
// A subtree of the trie that is no higher than what is safe in front of it fares as it does in any text. In front of "every
// key but these" all are; in front of "at most ten words" those of tokens with ten words or more are not. Receipt:
// README.md, "Masks, step by step".
#include <algorithm>
#include <optional>

#include "grammar/class_spelling.h"
#include "grammar/mask_builder.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

constexpr uint32_t kSafePoints = TokenSlices::kShortBytes;  // fewer leave too much to be walked

// The code points whose UTF-8 begins with that byte. Requires: the byte begins one past ASCII.
CodePointRange begun_by(uint8_t byte) {
  if (byte < 0xE0) return {(byte & 0x1Fu) << 6, (byte & 0x1Fu) << 6 | 0x3F};
  if (byte < 0xF0) return {std::max((byte & 0x0Fu) << 12, 0x800u), (byte & 0x0Fu) << 12 | 0xFFF};
  return {std::max((byte & 0x07u) << 18, 0x10000u), std::min((byte & 0x07u) << 18 | 0x3FFFF, 0x10FFFFu)};
}

}  // namespace

bool MaskBuilder::is_safe(State state) {
  static constexpr int kMostly = 64;  // of the 94 characters
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, state.head);
  if (!text || state.tail != TermArena::epsilon() || text->expression == arena.regexes().all()) return false;
  if (text->spelling != TextSpelling::kJson && text->spelling != TextSpelling::kJsonCanonical) return false;
  if (safe_texts_.of(text->expression).points >= kSafePoints) return true;
  const auto list = arena.regexes().transitions(text->expression);
  const std::vector<RegexArena::Transition> steps(list.begin(), list.end());  // a copy: the calls below move it
  int safe = 0;
  for (const RegexArena::Transition& step : steps) {
    const int plain = plain_ascii(arena.regexes().set(step.on), text->spelling).size();
    if (plain > 1 && safe_texts_.of(step.target).points >= kSafePoints) safe += plain;
  }
  return safe >= kMostly;
}

// How many bytes are safe from that byte on, it included; 0 where that is not known of all code points that it begins.
uint32_t MaskBuilder::safe_behind(RegexId expression, uint8_t byte, uint32_t& longest) {
  if (byte == '\\' || (byte >= 0x80 && (byte < 0xC2 || byte > 0xF4))) return 0;
  RegexArena& regexes = automaton_.arena().regexes();
  const CodePointRange range = byte < 0x80 ? CodePointRange{byte, byte} : begun_by(byte);
  for (const RegexArena::Transition& step : regexes.transitions(expression)) {
    const CodePointSet& set = regexes.set(step.on);
    const bool surrogates = byte == 0xED;
    if (!(surrogates ? set.covers(range.first, 0xD7FF) : set.covers(range.first, range.last))) continue;
    const SafeText behind = safe_texts_.of(step.target);
    longest = std::max(longest, behind.longest);
    return behind.points == kUnbounded ? kUnbounded : behind.points + 1;
  }
  return 0;
}

bool MaskBuilder::add_safe(State state, const StoredMask& any, StoredMask& mask) {
  static constexpr uint32_t kMostSteps = 30'000;
  static const ByteSet kNeverRead = body_ends() & ~ByteSet::of("\\");
  TermArena& arena = automaton_.arena();
  const TextState text = *text_state(arena, state.head);
  const SafeText safe = safe_texts_.of(text.expression);
  mask = any;
  mask.longest = safe.longest;
  if (safe.points >= vocabulary_.trie().max_depth()) return true;
  // Of so many characters, whichever: body tokens are told by their number, and short ones are all taken.
  const bool counted = arena.regexes().any_bounds(text.expression).has_value();
  const TokenTrie& trie = counted ? slices_.long_tokens().rest : vocabulary_.trie();
  const auto& body = slices_.long_tokens().body;
  for (auto last = body.rbegin(); counted && last != body.rend() && last->points > safe.points; ++last) {
    mask.clear.push_back(last->token);
  }
  if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
  body_states_.resize(states_.size());
  std::vector<std::optional<std::pair<RegexId, SafeText>>> texts(states_.size());  // nothing inside of a character
  states_[0] = state;
  body_states_[0] = {text_term(arena, arena.regexes().all(), text.spelling), TermArena::epsilon()};
  texts[0] = {text.expression, safe};
  uint32_t steps = 0;
  for (uint32_t i = 0; i < trie.size();) {
    const TrieNode node = trie.nodes()[i];
    const uint32_t depth = node.depth(), height = trie.height(i);
    if (const auto& before = texts[depth - 1]) {
      const bool alike = kNeverRead.contains(node.byte()) || height <= before->second.points ||
                         height <= safe_behind(before->first, node.byte(), mask.longest);
      if (alike) {
        i = node.subtree_end();
        continue;
      }
    }
    if (++steps > kMostSteps || arena.exhausted()) return false;
    const State next = automaton_.step(states_[depth - 1], node.byte());
    const State other = automaton_.step(body_states_[depth - 1], node.byte());
    if (next == other) {
      i = node.subtree_end();
      continue;
    }
    if (Automaton::is_dead(next)) {
      const uint32_t first = node.first_token(), last = trie.nodes()[node.subtree_end()].first_token();
      const auto gone = trie.tokens().subspan(first, last - first);
      mask.clear.insert(mask.clear.end(), gone.begin(), gone.end());
      i = node.subtree_end();
      continue;
    }
    states_[depth] = next;
    body_states_[depth] = other;
    const auto inside = text_state(arena, next.head);
    texts[depth].reset();
    if (inside) {
      texts[depth] = {inside->expression, safe_texts_.of(inside->expression)};
      mask.longest = std::max(mask.longest, texts[depth]->second.longest);
    }
    if (!trie.tokens_at(i).empty()) mask.longest = std::max(mask.longest, automaton_.shortest(next));
    ++i;
  }
  arena.pay(steps + mask.clear.size() / 16);
  return true;
}

}  // namespace keyway
