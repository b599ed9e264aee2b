// See mask_builder.h.
#include "grammar/mask_builder.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "grammar/recording.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

// Of NumberedStates::allow(): what a walk may spend on finding out what it need not walk.
constexpr uint32_t kFirstWork = 1024, kWorkOfStep = 1;

}  // namespace

State MaskBuilder::saturated(State state, uint32_t bytes) {
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, state.head);
  if (!text) return state;
  const RegexId made = arena.regexes().counts_saturated(text->expression, bytes);
  return made == text->expression ? state : State{text_term(arena, made, text->spelling), state.tail};
}

void MaskBuilder::add_short(State state, MaskSink& sink, uint32_t& longest) {
  const State like = saturated(state, slices_.short_tokens().most_bytes);
  uint32_t found = 0;
  add_text(slices_.short_tokens(), coverage_[0], like, sink, found);
  // The state that stands in may have a shorter text to go: its counts are cut.
  longest = std::min(found + automaton_.shortest(state) - std::min(automaton_.shortest(state), automaton_.shortest(like)), kLongest);
}

void MaskBuilder::add_long(State state, MaskSink& sink, uint32_t& longest) {
  const State like = saturated(state, slices_.long_tokens().most_bytes);
  uint32_t found = 0;
  add_text(slices_.long_tokens(), coverage_[1], like, sink, found);
  longest = std::min(found + automaton_.shortest(state) - std::min(automaton_.shortest(state), automaton_.shortest(like)), kLongest);
}

void MaskBuilder::add_special(State state, StoredMask& mask) {
  if (automaton_.arena().has_token_sets()) {
    walk_special(state, [&](TokenId token, State next) {
      mask.set.push_back(token);
      mask.longest = std::max(mask.longest, automaton_.shortest(next));
    });
  }
  if (automaton_.accepting(state)) mask.set.insert(mask.set.end(), end_tokens_.begin(), end_tokens_.end());
}

// Text of any code points between two counts: its body tokens are told by their number of code points alone.
// Returns false for every other state.
bool MaskBuilder::add_bounded(const TokenLength& tokens, State state, MaskSink& sink, uint32_t& longest) {
  const auto text = text_state(automaton_.arena(), state.head);
  if (!text || text->spelling > TextSpelling::kJsonCanonical) return false;  // others have no plain U+007F
  const auto bounds = automaton_.arena().regexes().any_bounds(text->expression);
  if (!bounds || bounds->max == kUnbounded) return false;
  longest = automaton_.shortest(state);
  if (&tokens == &slices_.short_tokens()) {
    const std::vector<uint32_t>& body = slices_.short_body(std::min(bounds->max, TokenSlices::kShortBytes));
    sink.take_all(body);
    automaton_.arena().pay(body.size() / 16);
    return true;
  }
  for (const TokenLength::Body& body : tokens.body) {
    if (body.points > bounds->max) break;
    sink.take(body.token);
  }
  automaton_.arena().pay(tokens.body.size() / 16);
  return true;
}

void MaskBuilder::begin_recorded(const TokenTrie& trie) {
  path_.resize(trie.max_depth() + 1);
  told_.resize(trie.max_depth() + 1);
  told_[0] = kUntold;
}

// The state that the first `depth` bytes of the path lead to, its recorders told of each.
State MaskBuilder::retrace(State start, uint32_t depth) {
  for (uint32_t i = 1; i <= depth; ++i) start = automaton_.step(start, path_[i]);
  return start;
}

bool MaskBuilder::relax(State& state) {
  TermArena& arena = automaton_.arena();
  const TermId term = relaxed(arena, automaton_.term(state));
  if (term == TermArena::never() || arena.recalls(term)) return false;
  state = automaton_.split(term);
  return true;
}

State MaskBuilder::step_recorded(uint32_t depth, uint8_t byte) {
  State& before = states_[depth - 1];
  stopped_ = false;
  // What stands at the start of the path has been told of everything.
  if (depth > 1 && told_[depth - 1] != kTold && automaton_.reaches_recorder(before)) {
    if (relaxes_ && told_[depth - 1] == kUntold && relax(before)) {
      told_[depth - 1] = kRelaxed;
    } else if (stops_at_recorders_) {
      stopped_ = true;
      return Automaton::dead();
    } else {
      before = retrace(states_[0], depth - 1);
      told_[depth - 1] = kTold;
    }
  }
  path_[depth] = byte;
  told_[depth] = told_[depth - 1];
  const State next = told_[depth] == kTold ? automaton_.step(before, byte) : automaton_.step_unrecorded(before, byte);
  const TermArena& arena = automaton_.arena();
  if (told_[depth] == kRelaxed && !arena.marked(next.head) && !arena.marked(next.tail)) told_[depth] = kUntold;
  return next;
}

State MaskBuilder::settle(State next, uint32_t depth) {
  if (Automaton::is_dead(next)) return next;
  const uint32_t bytes = many_within(automaton_.arena(), automaton_.term(next));
  if (bytes < kLongest) {
    relaxed_longest_ = std::max(relaxed_longest_, bytes);
    return next;
  }
  if (stops_at_recorders_) {
    stopped_ = true;
    return Automaton::dead();
  }
  told_[depth] = kTold;
  return retrace(states_[0], depth);
}

void MaskBuilder::add_aside(State state, MaskSink& sink, uint32_t& longest) {
  for (TokenId token : aside_) {
    if (numbered_.full()) numbered_.forget_but({});
    NumberedStates::Number next = numbered_.of(state);
    for (const char c : vocabulary_.bytes(token)) {
      next = numbered_.step(next, static_cast<uint8_t>(c));
      if (next == NumberedStates::kDead) break;
      if (numbered_.full()) numbered_.forget_but({&next, 1});
    }
    if (next == NumberedStates::kDead) continue;
    sink.take(token);
    longest = std::max(longest, numbered_.shortest(next));
  }
}

void MaskBuilder::step_each(State state, std::span<const TokenId> tokens, std::vector<TokenId>& taken, uint32_t& longest) {
  for (TokenId token : tokens) {
    State next = state;
    for (const char c : vocabulary_.bytes(token)) {
      next = automaton_.step(next, static_cast<uint8_t>(c));
      if (Automaton::is_dead(next)) break;
    }
    automaton_.arena().pay();
    if (Automaton::is_dead(next)) continue;
    taken.push_back(token);
    longest = std::max(longest, automaton_.shortest(next));
  }
}

void MaskBuilder::read_untold(const TokenTrie& trie, uint32_t node, State state, Untold& found) {
  if (node == TokenTrie::kNone) {
    found.aside.assign(trie.tokens().begin(), trie.tokens().end());
    return;
  }
  if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
  begin_recorded(trie);
  relaxes_ = stops_at_recorders_ = true;
  relaxed_longest_ = 0;
  const TrieNode* nodes = trie.nodes();
  const uint32_t top = nodes[node].depth(), end = nodes[node].subtree_end();
  states_[top] = state;
  told_[top] = kUntold;
  uint32_t steps = 0;
  for (uint32_t i = node + 1; i < end; ++steps) {
    const uint32_t depth = nodes[i].depth();
    const auto entries = trie.tokens_at(i);
    State next = step_recorded(depth, nodes[i].byte());
    if (told_[depth] == kRelaxed && !entries.empty()) next = settle(next, depth);
    if (Automaton::is_dead(next)) {
      const uint32_t below = nodes[i].subtree_end();
      const auto unknown = trie.tokens().subspan(nodes[i].first_token(), nodes[below].first_token() - nodes[i].first_token());
      if (stopped_) found.aside.insert(found.aside.end(), unknown.begin(), unknown.end());
      i = below;
      continue;
    }
    states_[depth] = next;
    found.taken.insert(found.taken.end(), entries.begin(), entries.end());
    if (!entries.empty()) found.longest = std::max(found.longest, automaton_.shortest(next));
    ++i;
  }
  relaxes_ = stops_at_recorders_ = stopped_ = false;
  found.longest = std::max(found.longest, relaxed_longest_);
  automaton_.arena().pay(steps);
}

void MaskBuilder::take_text(const TokenTrie& trie, const TokenSlice* slice, State state, const ByteSet& first, MaskSink& sink,
                            uint32_t& longest) {
  static constexpr int kManyBytes = 16;
  if (first.size() < kManyBytes || is_recorded(state)) {
    walk_trie(trie, state, first, [&](TokenId token, State next) {
      sink.take(token);
      longest = std::max(longest, automaton_.shortest(next));
    });
    return;
  }
  if (numbers_.size() <= trie.max_depth()) numbers_.resize(trie.max_depth() + 1);
  if (numbered_.full()) numbered_.forget_but({});
  numbers_[0] = numbered_.of(state);
  numbered_.allow(kFirstWork);
  first.for_each([&](uint8_t b) {
    if (trie.root(b) != TokenTrie::kNone) take_subtree(trie, slice, trie.root(b), sink, longest);
  });
}

void MaskBuilder::take_subtree(const TokenTrie& trie, const TokenSlice* slice, uint32_t root, MaskSink& sink, uint32_t& longest) {
  const TrieNode* nodes = trie.nodes();
  const uint32_t end = nodes[root].subtree_end();
  uint32_t steps = 0;
  const auto taken = [&](uint32_t from, uint32_t to) {
    for (const TokenId token : trie.tokens().subspan(from, to - from)) sink.take(token);
  };
  for (uint32_t i = root; i < end; ++steps) {
    const TrieNode node = nodes[i];
    const uint32_t depth = node.depth();
    numbers_[depth] = numbered_.step(numbers_[depth - 1], node.byte());
    if (numbers_[depth] == NumberedStates::kDead) {
      i = node.subtree_end();
      continue;
    }
    const bool whole_points = slice != nullptr && (!slice->past_ascii || (nodes[i + 1].byte() & 0xC0) != 0x80);
    if (whole_points && node.subtree_end() > i + 1) {
      numbered_.allow(kWorkOfStep);
      const NumberedStates::Safe safe = numbered_.safe(numbers_[depth], slice->number, slice->ascii, slice->past_ascii);
      if (trie.height(i) <= safe.bytes + 1u) {
        taken(node.first_token(), nodes[node.subtree_end()].first_token());
        longest = std::max(longest, safe.longest);
        i = node.subtree_end();
        continue;
      }
    }
    if (numbered_.full()) numbered_.forget_but({numbers_.data(), depth + 1});
    if (node.first_token() != nodes[i + 1].first_token()) {
      taken(node.first_token(), nodes[i + 1].first_token());
      longest = std::max(longest, numbered_.shortest(numbers_[depth]));
    }
    ++i;
  }
  automaton_.arena().pay(steps);
}

void MaskBuilder::add_text(const TokenLength& tokens, Coverage& coverage, State state, MaskSink& sink, uint32_t& longest) {
  TermArena& arena = automaton_.arena();
  const ByteSet first = first_bytes(arena, automaton_.term(state));
  relaxes_ = true;
  relaxed_longest_ = 0;
  if (add_bounded(tokens, state, sink, longest)) {
    take_text(tokens.rest, nullptr, state, first, sink, longest);
    relaxes_ = false;
    longest = std::max(longest, relaxed_longest_);
    return;
  }
  const CoverageOf covered = coverage.of(state.head);
  if (covered.slices != 0) longest = std::min(covered.longest + arena.shortest(state.tail), kLongest);
  for (size_t i = 0; i < tokens.slices.size(); ++i) {
    const TokenSlice& slice = tokens.slices[i];
    if ((covered.slices >> i & 1) == 0) {
      take_text(slice.trie, &slice, state, first, sink, longest);
      continue;
    }
    arena.pay(slice.words.size() / 16);
    sink.take_all(slice.words);
  }
  const bool body_stays = !arena.nullable(state.head) || (first_bytes(arena, state.tail) & ~body_ends()).empty();
  // A body leads back to this very state: what a token does is decided by what follows its body, unless a recorder reads
  // that, which has been told of the body too.
  const bool by_suffix = covered.loops && body_stays && !is_recorded(state);
  if (by_suffix) take_text(tokens.suffixes, nullptr, state, first, sink, longest);
  take_text(by_suffix ? tokens.fragments : tokens.rest, nullptr, state, first, sink, longest);
  relaxes_ = false;
  longest = std::max(longest, relaxed_longest_);
}

namespace {

// The characters of a plain body in ASCII.
ByteSet printable() { return ByteSet::range(0x20, 0x7F) & ~body_ends(); }

}  // namespace

// The body tokens that lead from the state back to it; those that hold a byte which leads elsewhere go to aside_. Null
// where few bytes lead back, or all do, or too many tokens go aside.
std::shared_ptr<ByteRows::Row> MaskBuilder::looping_row(State state) {
  static constexpr int kFewLoops = 10;
  static constexpr size_t kMostAsideHere = 6000;
  TermArena& arena = automaton_.arena();
  ByteSet loops, dead, others;
  printable().for_each([&](uint8_t b) {
    const State next = automaton_.step(state, b);
    (next == state ? loops : Automaton::is_dead(next) ? dead : others).insert(b);
  });
  if (arena.exhausted() || loops.size() < kFewLoops || (dead.empty() && others.empty())) return nullptr;
  const ByteRows& rows = slices_.byte_rows(vocabulary_);
  auto words = std::make_shared<ByteRows::Row>(rows.body);
  ByteRows::Row aside(words->size());
  const auto remove = [&](size_t byte, bool keep_aside) {
    const ByteRows::Row& row = rows.holds[byte];
    for (size_t w = 0; w < row.size(); ++w) {
      if (keep_aside) aside[w] |= row[w] & (*words)[w];
      (*words)[w] &= ~row[w];
    }
    arena.pay(row.size() / 16);
  };
  // Behind one of the others the head is another, which may take what this one does not: their tokens go aside first.
  others.for_each([&](uint8_t b) { remove(b, true); });
  const ByteSet past = ByteSet::range(0x80, 0xFF) & first_bytes(arena, state.head);
  if (past.empty() || !coverage_[0].past_ascii_loops(state.head)) remove(ByteRows::kPastAscii, !past.empty());
  dead.for_each([&](uint8_t b) { remove(b, false); });
  aside_.clear();
  for (size_t w = 0; w < aside.size(); ++w) {
    for (uint32_t bits = aside[w]; bits != 0; bits &= bits - 1) {
      aside_.push_back(static_cast<TokenId>(w * 32 + static_cast<size_t>(std::countr_zero(bits))));
    }
    if (aside_.size() > kMostAsideHere) return nullptr;
  }
  return words;
}

bool MaskBuilder::add_looping(State state, StoredMask& mask) {
  TermArena& arena = automaton_.arena();
  const std::shared_ptr<ByteRows::Row> words = looping_row(state);
  if (words == nullptr) return false;
  MaskSink sink(words->size());
  mask.longest = arena.shortest(state.head);
  arena.pay(aside_.size());
  add_aside(state, sink, mask.longest);
  const ByteSet first = first_bytes(arena, state.head);
  for (const TokenLength* length : {&slices_.short_tokens(), &slices_.long_tokens()}) {
    walk_trie(length->rest, state, first, [&](TokenId token, State next) {
      sink.take(token);
      mask.longest = std::max(mask.longest, automaton_.shortest(next));
    });
  }
  // All in the row: a mask that differs from this one takes tokens away from its row alone.
  const StoredMask singles = sink.made();
  for (TokenId token : singles.set) mask_set(words->data(), token);
  if (singles.base) {
    for (size_t w = 0; w < words->size(); ++w) (*words)[w] |= (*singles.base)[w];
  }
  mask.base = words;
  return !arena.exhausted();
}

// The live state that most characters lead to, and how many do; nothing where more lead back to the state itself. By Boyer
// and Moore, and a second pass that counts.
std::pair<State, int> MaskBuilder::majority_after(State state) {
  State body = Automaton::dead();
  int lead = 0, found = 0, back = 0;
  printable().for_each([&](uint8_t b) {
    const State next = automaton_.step(state, b);
    if (Automaton::is_dead(next)) return;
    if (lead == 0) body = next;
    lead += next == body ? 1 : -1;
  });
  if (Automaton::is_dead(body)) return {body, 0};
  printable().for_each([&](uint8_t b) {
    const State next = automaton_.step(state, b);
    found += next == body;
    back += next == state;
  });
  if (found <= back) return {Automaton::dead(), 0};
  return {body, found};
}

State MaskBuilder::body_after(State state) {
  static constexpr int kMostly = 64;  // of the 94 characters
  static constexpr int kSettled = 10;
  TermArena& arena = automaton_.arena();
  if (is_recorded(state)) return Automaton::dead();
  const bool is_text = text_state(arena, state.head).has_value();
  if (!is_text && arena.kind(state.head) != TermKind::kChoice) return Automaton::dead();
  if (!is_text && first_bytes(arena, automaton_.term(state)).size() < kMostly) return Automaton::dead();
  State body;  // not a structured binding: clang captures those from version 16 on
  int found = 0;
  std::tie(body, found) = majority_after(state);
  arena.pay(static_cast<uint64_t>(found));
  if (found < (is_text ? kSettled : kMostly) || body == state || arena.exhausted()) return Automaton::dead();
  const auto text = text_state(arena, body.head);
  const bool any = text && text->expression == arena.regexes().all();
  if (any || (found >= kMostly && coverage_[0].of(body.head).loops)) return body;
  if (!is_text) return Automaton::dead();
  // A text that settles down: what led to the body leads back to it. Each body of a body is led to by more characters, so
  // that there are few.
  bool settled = true;
  printable().for_each([&](uint8_t b) {
    settled = settled && (automaton_.step(state, b) != body || automaton_.step(body, b) == body);
  });
  return settled ? body : Automaton::dead();
}

StoredMask MaskBuilder::add_unlike(State state, State body, const StoredMask& known) {
  TermArena& arena = automaton_.arena();
  const TokenTrie& trie = vocabulary_.trie();
  numbers_.resize(std::max<size_t>(numbers_.size(), 2 * (trie.max_depth() + 1)));  // of both states, by depth
  StoredMask mask = known;
  if (numbered_.full()) numbered_.forget_but({});
  const auto put = [&](size_t place, NumberedStates::Number number) {
    numbers_[place] = number;
    if (numbered_.full()) numbered_.forget_but({numbers_.data(), place + 1});
  };
  put(0, numbered_.of(state));
  put(1, numbered_.of(body));
  uint64_t steps = 0;
  for (uint32_t i = 0; i < trie.size();) {
    const TrieNode node = trie.nodes()[i];
    const size_t at = 2 * size_t{node.depth()};
    put(at, numbered_.step(numbers_[at - 2], node.byte()));
    put(at + 1, numbered_.step(numbers_[at - 1], node.byte()));
    ++steps;
    if (numbers_[at] == numbers_[at + 1]) {
      i = node.subtree_end();
      continue;
    }
    if (numbers_[at] == NumberedStates::kDead) {
      const uint32_t first = node.first_token(), last = trie.nodes()[node.subtree_end()].first_token();
      const auto gone = trie.tokens().subspan(first, last - first);
      mask.clear.insert(mask.clear.end(), gone.begin(), gone.end());
      steps += gone.size() / 16;
      i = node.subtree_end();
      continue;
    }
    const auto entries = trie.tokens_at(i);
    mask.set.insert(mask.set.end(), entries.begin(), entries.end());
    if (!entries.empty()) mask.longest = std::max(mask.longest, numbered_.shortest(numbers_[at]));
    if (!arena.pay()) break;
    ++i;
  }
  arena.pay(steps);
  return mask;
}

}  // namespace keyway
