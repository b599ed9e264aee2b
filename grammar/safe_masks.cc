// Masks of texts that are like any text; see MaskBuilder::add_safe and safe_texts.h.
//
// A subtree of the trie that is no higher than what is safe in front of it fares as it does in any text. In front of "every
// key but these" all are; in front of "at most ten words" those of tokens with ten words or more are not. Receipt:
// README.md, "Masks, step by step".
#include <algorithm>

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

// What is known of a state by its number.
struct NumberedText {
  bool decided = false;
  bool inside = false;  // of a text, between code points
  RegexId expression{0};
  SafeText safe;
};

}  // namespace

bool MaskBuilder::is_safe(State state) {
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, state.head);
  if (!text || state.tail != TermArena::epsilon() || text->expression == arena.regexes().all()) return false;
  if (text->spelling != TextSpelling::kJson && text->spelling != TextSpelling::kJsonCanonical) return false;
  if (safe_texts_.of(text->expression).points >= kSafePoints) return true;
  const auto list = arena.regexes().transitions(text->expression);
  const std::vector<RegexArena::Transition> steps(list.begin(), list.end());  // a copy: the calls below move it
  const TokenTrie& trie = vocabulary_.trie();
  uint32_t safe = 0;  // tokens that begin with a character behind which much is
  for (const RegexArena::Transition& step : steps) {
    const ByteSet plain = plain_ascii(arena.regexes().set(step.on), text->spelling);
    if (plain.size() <= 1 || safe_texts_.of(step.target).points < kSafePoints) continue;
    plain.for_each([&](uint8_t b) {
      const uint32_t root = trie.root(b);
      if (root == TokenTrie::kNone) return;
      const TrieNode& first = trie.nodes()[root];
      safe += trie.nodes()[first.subtree_end()].first_token() - first.first_token();
    });
  }
  return safe > trie.tokens().size() / 2;
}

// Of a code point past ASCII, by its first byte: how many bytes are safe from that one on, it included; 0 where that is not known
// of all code points that it begins.
SafeText MaskBuilder::safe_behind(RegexId expression, uint8_t byte) {
  if (byte < 0xC2 || byte > 0xF4) return {};
  RegexArena& regexes = automaton_.arena().regexes();
  const CodePointRange range = begun_by(byte);
  for (const RegexArena::Transition& step : regexes.transitions(expression)) {
    const CodePointSet& set = regexes.set(step.on);
    const bool surrogates = byte == 0xED;
    if (!(surrogates ? set.covers(range.first, 0xD7FF) : set.covers(range.first, range.last))) continue;
    const SafeText behind = safe_texts_.of(step.target);
    return {behind.points == kUnbounded ? kUnbounded : behind.points + 1, behind.longest};
  }
  return {};
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
  numbers_.resize(std::max<size_t>(numbers_.size(), 2 * (trie.max_depth() + 1)));  // of the text and of any, by depth
  std::vector<NumberedText> texts;  // by number
  const auto text_of = [&](NumberedStates::Number number) {
    if (texts.size() <= number) texts.resize(size_t{number} + 1);
    NumberedText& known = texts[number];
    if (!known.decided) {
      const auto inside = text_state(arena, numbered_.state(number).head);
      known = {true, inside.has_value(), inside ? inside->expression : RegexId(0), inside ? safe_texts_.of(inside->expression) : SafeText{}};
    }
    return known;
  };
  FlatMap<SafeText> behind;  // by number and byte, of code points past ASCII
  const auto put = [&](size_t place, NumberedStates::Number number) {
    numbers_[place] = number;
    if (!numbered_.full()) return;
    numbered_.forget_but({numbers_.data(), place + 1});
    texts.clear();
    behind = {};
  };
  if (numbered_.full()) numbered_.forget_but({});
  put(0, numbered_.of(state));
  put(1, numbered_.of({text_term(arena, arena.regexes().all(), text.spelling), TermArena::epsilon()}));
  uint32_t steps = 0;
  for (uint32_t i = 0; i < trie.size();) {
    const TrieNode node = trie.nodes()[i];
    const size_t at = 2 * size_t{node.depth()};
    const uint32_t height = trie.height(i);
    const NumberedStates::Number from = numbers_[at - 2];
    if (const NumberedText before = text_of(from); before.inside) {
      bool alike = kNeverRead.contains(node.byte()) || height <= before.safe.points;
      if (!alike && node.byte() >= 0x80) {
        const uint64_t key = uint64_t{from} << 8 | node.byte();
        const SafeText* known = behind.find(key);
        const SafeText found = known != nullptr ? *known : safe_behind(before.expression, node.byte());
        if (known == nullptr) behind.insert(key, found);
        alike = height <= found.points;
        if (alike) mask.longest = std::max(mask.longest, found.longest);
      }
      if (alike) {
        i = node.subtree_end();
        continue;
      }
    }
    if (++steps > kMostSteps || arena.exhausted()) return false;
    put(at, numbered_.step(from, node.byte()));
    put(at + 1, numbered_.step(numbers_[at - 1], node.byte()));
    if (numbers_[at] == numbers_[at + 1]) {
      i = node.subtree_end();
      continue;
    }
    if (numbers_[at] == NumberedStates::kDead) {
      const uint32_t first = node.first_token(), last = trie.nodes()[node.subtree_end()].first_token();
      const auto gone = trie.tokens().subspan(first, last - first);
      mask.clear.insert(mask.clear.end(), gone.begin(), gone.end());
      i = node.subtree_end();
      continue;
    }
    const NumberedText now = text_of(numbers_[at]);
    if (now.inside) mask.longest = std::max(mask.longest, now.safe.longest);
    if (!trie.tokens_at(i).empty()) mask.longest = std::max(mask.longest, numbered_.shortest(numbers_[at]));
    i = now.inside && height - 1 <= now.safe.points ? node.subtree_end() : i + 1;
  }
  arena.pay(steps + mask.clear.size() / 16);
  return true;
}

}  // namespace keyway
