// What TermMirror keeps of one grammar.
//
// Entry points: TermMirror::Bound. Invariant: `numbers` names terms of the tables as they are now; it is emptied with them.
// Thread safety: one thread at a time. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <unordered_map>

#include "grammar/mask_builder.h"
#include "runtime/device/term_mirror.h"

namespace keyway {

// How near texts are to a state whose walk is to be filled: one has been there, it is in the middle of the next token, behind
// that, or in the middle of the one after it. In the middle are string bodies alone (term_walks.cc).
enum TextDistance : uint32_t { kTextHere, kBodyOfNext, kBehindNext, kBodyBehindNext, kTextDistances };

inline constexpr uint32_t kFarRows = 96;  // of the distance of rows: 24 bytes, a token, and all that the next one may read

struct TermMirror::Bound {
  static constexpr size_t kMostWalked = size_t{1} << 16;  // states that are remembered
  static constexpr size_t kRowShare = 16;                 // of the memory of the grammar: one in so many is for rows of the host

  uint32_t number;  // of the grammar
  std::shared_ptr<Grammar> grammar;
  std::shared_ptr<const TokenSlices> slices;
  std::vector<uint32_t> numbers;  // by term id, 0 where there is none yet
  std::unique_ptr<MaskBuilder> builder;
  std::unique_ptr<Coverage> coverage[2];  // by short and long tokens
  // Heads that texts can come to, by their distance from where texts have been; some in them may be filled or nearer by now.
  std::vector<std::vector<uint32_t>> ahead;
  uint32_t nearest = 0;                   // nothing in `ahead` is nearer
  uint32_t rows_far = 0;                  // filled that are far from all texts
  // States whose walks of the vocabulary are to be filled, by TextDistance; `walked` has the least that each was given.
  std::array<std::vector<State>, kTextDistances> to_walk;
  std::unordered_map<State, uint8_t, StateHash> walked;
  // Walks that come before all else that is foreseen: of where texts are and of the parts that stand behind that, then of where one
  // token leads from those. The last texts come last, and are taken first; `hurried` has what was in them, by the index.
  std::array<std::vector<State>, 2> urgent;
  std::unordered_map<State, uint8_t, StateHash> hurried;
  bool spent = false;                     // a budget ran out: what is not asked for is left alone
  size_t bytes = 0, most_bytes = 0;       // of the memory of the grammar, as it was when it was last used

  // A text comes to the state, or may: its walk is to be filled, unless that was done for as near a text.
  void come_to(State state, uint32_t distance) {
    if (walked.size() >= kMostWalked) walked.clear();  // some are walked again,
    if (to_walk[distance].size() >= kMostWalked) to_walk[distance].clear();  // and some only once a text is there
    const auto [known, is_new] = walked.emplace(state, static_cast<uint8_t>(distance));
    if (!is_new && known->second <= distance) return;
    known->second = static_cast<uint8_t>(distance);
    to_walk[distance].push_back(state);
  }

  // A text is at the state or comes to it before long, `tokens` behind one that hurried.
  void hurry(State state, uint32_t tokens) {
    if (hurried.size() >= kMostWalked) hurried.clear();
    if (urgent[tokens].size() >= kMostWalked) urgent[tokens].clear();
    const auto [known, is_new] = hurried.emplace(state, static_cast<uint8_t>(tokens));
    if (!is_new && known->second <= tokens) return;
    known->second = static_cast<uint8_t>(tokens);
    urgent[tokens].push_back(state);
  }

  // Three quarters of the memory of the grammar for the rows that are nearest, a quarter for those that are far, in between by
  // distance: whatever rows have taken, something is left for nearer ones. Receipt: README.md.
  bool has_memory_ahead(uint32_t distance) const {
    return most_bytes == 0 || bytes < most_bytes / (4 * kFarRows) * (3 * kFarRows - 2 * std::min(distance, kFarRows));
  }
  // The same for walks, by TextDistance.
  bool has_memory_to_walk(uint32_t distance) const { return has_memory_ahead(distance < kBehindNext ? 0 : kFarRows); }
  // Rows of the host would take more than the terms: the device has its own. Requires: no reference into them.
  void measure(Automaton& automaton) {
    bytes = automaton.arena().bytes();
    most_bytes = automaton.arena().limits().arena_bytes;
    if (automaton.row_bytes() > most_bytes / kRowShare) automaton.forget_rows();
  }

  // For tables that are begun anew.
  void forget_rows() {
    numbers.clear();
    ahead.clear();
    nearest = rows_far = 0;
    for (auto& states : to_walk) states.clear();
    walked.clear();
    for (auto& states : urgent) states.clear();
    hurried.clear();
  }

  void bind(Automaton& automaton) {
    if (builder) return;
    builder = std::make_unique<MaskBuilder>(automaton, grammar->vocabulary(), *slices, grammar->end_tokens());
    coverage[0] = std::make_unique<Coverage>(automaton, slices->short_tokens());
    coverage[1] = std::make_unique<Coverage>(automaton, slices->long_tokens());
  }
};

}  // namespace keyway
