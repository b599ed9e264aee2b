// One text through the tables of automaton_tables.h: the functions that the kernel and its CPU twin share.
//
// Entry points: Walk, step_symbol, accepts, commit. A walk keeps what it pushes to itself, so that tokens that
// are only tried leave no trace; commit() puts it on the stack of nodes.
// Invariant: a live step leaves the walk where derivative() of its term leads; any other outcome leaves it as it was.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "kernels/automaton_tables.h"
#include "kernels/shared_word.h"

namespace keyway {

inline constexpr uint32_t kWalkFrames = 12;  // pushed by one token; more go to the host

struct Walk {
  uint32_t head;
  uint32_t empty;                // 1: the head may be empty
  uint32_t base;                 // node below the frames
  uint32_t depth;                // frames in use
  uint32_t frames[kWalkFrames];  // terms, the top last
};

enum class StepOutcome : uint32_t {
  kLive,
  kDead,
  kMissing,  // a row is not there yet: Step::head
  kHost,     // the host has to say
};

struct Step {
  StepOutcome outcome;
  uint32_t head;
};

KEYWAY_HOST_DEVICE inline TermWord term_of(const AutomatonTables& tables, uint32_t term) {
  return {load_once(&tables.terms[term], uint64_t{1})};
}

KEYWAY_HOST_DEVICE inline uint64_t node_at(const AutomatonTables& tables, uint32_t node) {
  return load_once(&tables.nodes[node - 1], uint64_t{1});
}

// The first word of the row of a head, or less than kFirstRowWord where there is none.
KEYWAY_HOST_DEVICE inline uint32_t row_of(const AutomatonTables& tables, uint32_t head) {
  return load_once(&tables.row_of[head], kFirstRowWord);
}

KEYWAY_HOST_DEVICE inline Walk walk_from(const AutomatonTables& tables, uint32_t head, uint32_t node) {
  Walk walk;
  walk.head = head;
  walk.empty = term_of(tables, head).empty() ? 1 : 0;
  walk.base = node;
  walk.depth = 0;
  return walk;
}

KEYWAY_HOST_DEVICE inline bool at_bottom(const Walk& walk) { return walk.depth == 0 && walk.base == 0; }

// The head becomes epsilon: what stands behind reads on. A frame that is taken makes room for its rest; one from the node below
// comes where there is none.
KEYWAY_HOST_DEVICE inline void pop_head(const AutomatonTables& tables, Walk& walk) {
  uint32_t term = kEpsilonTerm;
  if (walk.depth > 0) {
    term = walk.frames[--walk.depth];
  } else if (walk.base != 0) {
    const uint64_t node = node_at(tables, walk.base);
    term = static_cast<uint32_t>(node >> 32);
    walk.base = static_cast<uint32_t>(node);
  }
  const TermWord word = term_of(tables, term);
  walk.head = word.head();
  walk.empty = word.head_empty() ? 1 : 0;
  if (word.rest() != kEpsilonTerm) walk.frames[walk.depth++] = word.rest();
}

// The head becomes a term. False where the frames are full.
KEYWAY_HOST_DEVICE inline bool become(const AutomatonTables& tables, Walk& walk, uint32_t term) {
  if (term == kEpsilonTerm) {
    pop_head(tables, walk);
    return true;
  }
  const TermWord word = term_of(tables, term);
  if (word.rest() != kEpsilonTerm) {
    if (walk.depth == kWalkFrames) return false;
    walk.frames[walk.depth++] = word.rest();
  }
  walk.head = word.head();
  walk.empty = word.head_empty() ? 1 : 0;
  return true;
}

// What a head does with a byte: a term, kNeverTerm or kHostAction. Requires: row is the row of the head.
KEYWAY_HOST_DEVICE inline uint32_t byte_action(const AutomatonTables& tables, uint32_t row, uint8_t byte) {
  const uint32_t* words = tables.row_words + row;
  return words[kRowHeaderWords + tables.class_maps[words[0] * size_t{256} + byte]];
}

// The same with a special token.
KEYWAY_HOST_DEVICE inline uint32_t token_action(const AutomatonTables& tables, uint32_t row, uint32_t token) {
  const uint32_t* words = tables.row_words + row;
  const uint32_t* edges = words + kRowHeaderWords + words[1];
  uint32_t low = 0, high = words[2];
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (edges[2 * middle] == token) return edges[2 * middle + 1];
    if (edges[2 * middle] < token) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return kNeverTerm;
}

// What a head does with a byte, or with the special token where `special`. False where its row is missing.
KEYWAY_HOST_DEVICE inline bool head_action(const AutomatonTables& tables, uint32_t head, uint32_t symbol, bool special,
                                           uint32_t& action) {
  action = kNeverTerm;
  if (head <= kEpsilonTerm) return true;
  const uint32_t row = row_of(tables, head);
  if (row < kFirstRowWord) return false;
  action = special ? token_action(tables, row, symbol) : byte_action(tables, row, static_cast<uint8_t>(symbol));
  return true;
}

// Which reading a walk takes wherever two are possible; a token that is only tried is allowed where any of them lives.
struct Readings {
  uint32_t second;  // bit i: the second one at the i-th such byte
  uint32_t met;     // such bytes so far
};
inline constexpr uint32_t kMostReadings = 4;  // such bytes of one token; more go to the host

// The next readings to try after those that died. False where there are none.
KEYWAY_HOST_DEVICE inline bool next_readings(Readings& readings) {
  while (readings.met > 0 && (readings.second >> (readings.met - 1) & 1) != 0) --readings.met;
  if (readings.met == 0) return false;
  readings.second = (readings.second & ((1u << (readings.met - 1)) - 1)) | 1u << (readings.met - 1);
  readings.met = 0;
  return true;
}

// A step where the head may be empty: what stands behind it may read the symbol as well. Where both can, the state is a choice
// that the host makes, and a walk that has readings takes one of the two.
KEYWAY_HOST_DEVICE inline Step step_either(const AutomatonTables& tables, Walk& walk, uint32_t symbol, bool special,
                                           Readings* readings) {
  Walk found = walk;
  Walk at = walk;
  uint32_t found_action = kNeverTerm;
  bool chosen = false;
  for (;;) {
    uint32_t action = kNeverTerm;
    if (!head_action(tables, at.head, symbol, special, action)) return {StepOutcome::kMissing, at.head};
    if (action == kHostAction) return {StepOutcome::kHost, at.head};
    bool takes = action != kNeverTerm;
    if (takes && found_action != kNeverTerm) {
      if (readings == nullptr || chosen || readings->met == kMostReadings) return {StepOutcome::kHost, at.head};
      chosen = true;
      takes = (readings->second >> readings->met++ & 1) != 0;
    }
    if (takes) {
      found = at;
      found_action = action;
    }
    if (at.empty == 0 || at_bottom(at)) break;
    pop_head(tables, at);
  }
  if (found_action == kNeverTerm) return {StepOutcome::kDead, walk.head};
  if (!become(tables, found, found_action)) return {StepOutcome::kHost, walk.head};
  walk = found;
  return {StepOutcome::kLive, walk.head};
}

// Steps by a byte, or by a special token. Without readings a step that two readings are possible of is the host's.
KEYWAY_HOST_DEVICE inline Step step_symbol(const AutomatonTables& tables, Walk& walk, uint32_t symbol, bool special,
                                           Readings* readings = nullptr) {
  if (walk.empty != 0 && !at_bottom(walk)) return step_either(tables, walk, symbol, special, readings);
  const uint32_t head = walk.head;
  uint32_t action = kNeverTerm;
  if (!head_action(tables, head, symbol, special, action)) return {StepOutcome::kMissing, head};
  if (action == kNeverTerm) return {StepOutcome::kDead, head};
  if (action == kHostAction || !become(tables, walk, action)) return {StepOutcome::kHost, head};
  return {StepOutcome::kLive, walk.head};
}

// Whether the text may end here.
KEYWAY_HOST_DEVICE inline bool accepts(const AutomatonTables& tables, const Walk& walk) {
  if (walk.empty == 0) return false;
  for (uint32_t i = walk.depth; i > 0; --i) {
    if (!term_of(tables, walk.frames[i - 1]).empty()) return false;
  }
  for (uint32_t node = walk.base; node != 0;) {
    const uint64_t key = node_at(tables, node);
    if (!term_of(tables, static_cast<uint32_t>(key >> 32)).empty()) return false;
    node = static_cast<uint32_t>(key);
  }
  return true;
}

KEYWAY_HOST_DEVICE inline uint32_t place_of_key(uint64_t key, uint32_t slots) {
  return static_cast<uint32_t>(key * 0x9E3779B97F4A7C15ull >> 32) & (slots - 1);
}

inline constexpr uint32_t kMostProbes = 64;
inline constexpr uint32_t kNoNode = 0xFFFFFFFFu;

// The node of a term above another node, held once. kNoNode where the table is full (three quarters).
KEYWAY_HOST_DEVICE inline uint32_t node_of(const AutomatonTables& tables, uint32_t term, uint32_t below) {
  const uint64_t key = uint64_t{term} << 32 | below;
  uint32_t place = place_of_key(key, tables.node_slots);
  for (uint32_t probe = 0; probe < kMostProbes; ++probe) {
    uint64_t held = load_word(&tables.nodes[place]);
    if (held == 0) {
      if (load_word(tables.node_count) >= tables.node_slots / 4 * 3) return kNoNode;
      held = exchange_if(&tables.nodes[place], uint64_t{0}, key);
      if (held == 0) {
        add_word(tables.node_count, 1);
        return place + 1;
      }
    }
    if (held == key) return place + 1;
    place = (place + 1) & (tables.node_slots - 1);
  }
  return kNoNode;
}

// Puts the frames of a walk on the stack. False where the nodes are full; the walk is then of no use.
KEYWAY_HOST_DEVICE inline bool commit(const AutomatonTables& tables, Walk& walk) {
  for (uint32_t i = 0; i < walk.depth; ++i) {
    walk.base = node_of(tables, walk.frames[i], walk.base);
    if (walk.base == kNoNode) return false;
  }
  walk.depth = 0;
  return true;
}

}  // namespace keyway
