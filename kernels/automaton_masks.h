// Masks of states: found by key, built by the threads of one block, handed to the rows of a batch.
//
// Entry points: clear_masks, find_mask, settle_mask (one thread per row), MaskBlock with build_mask_phase (one block per mask; a barrier
// stands between phases and nowhere else, so that the CPU twin runs each phase for one thread after the other).
// The order of the work is that of grammar/mask_builder.h: slices that the head covers are OR-ed in; where a body leads back to
// the head, the tokens of no slice are decided by what follows their body; the rest is walked, bucket by first byte.
// Invariant: a mask that is ready equals that of MaskBuilder; where a walk meets a missing row, the host makes the whole mask.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "kernels/automaton_advance.h"

namespace keyway {

inline constexpr uint32_t kNoPoolRow = 0xFFFFFFFFu;

// Finds the slot of a state's mask, or claims one; a mask that nobody makes is listed to be built.
KEYWAY_HOST_DEVICE inline void find_mask(const AutomatonTables& tables, uint32_t slot) {
  if (slot >= tables.sequence_count) return;
  SequenceRecord& s = tables.sequences[slot];
  if (s.status != kSequenceReady) return;
  if (s.mask_slot == kNoMaskSlot) {
    uint64_t key = uint64_t{kEpsilonTerm} << 32 | kEndedNode | s.grammar;
    if (s.head != kEpsilonTerm) {
      const uint32_t row = row_of(tables, s.head);
      if (row < kFirstRowWord) {
        request_row(tables, s.head);
        return;
      }
      key = uint64_t{tables.row_words[row + 3]} << 32 | s.node;
    }
    uint32_t place = place_of_key(key, tables.mask_slots);
    for (uint32_t probe = 0; probe < kMostProbes && s.mask_slot == kNoMaskSlot; ++probe) {
      uint64_t held = load_word(&tables.mask_keys[place]);
      if (held == 0) {
        held = exchange_if(&tables.mask_keys[place], uint64_t{0}, key);
        if (held == 0) {
          const uint32_t row = add_word(tables.mask_count, 1);
          publish_word(&tables.mask_row[place], row < tables.mask_rows ? first_pool_row(tables) + row : kNoPoolRow);
          held = key;
        }
      }
      if (held == key) s.mask_slot = place;
      place = (place + 1) & (tables.mask_slots - 1);
    }
  }
  if (s.mask_slot == kNoMaskSlot) return;
  if (load_word(&tables.mask_state[s.mask_slot]) == kMaskReady) {
    count(tables, kCountMaskHits);
    return;
  }
  if (exchange_if(&tables.mask_state[s.mask_slot], kMaskIdle, kMaskBuilding) != kMaskIdle) return;
  tables.mask_builds[add_word(tables.mask_build_count, 1)] = s.mask_slot;
}

// The row of the mask of a sequence; kEmptyMaskRow where there is none yet. A state that finds no place in the pool goes to
// the host lane.
KEYWAY_HOST_DEVICE inline uint32_t settle_mask(const AutomatonTables& tables, uint32_t slot) {
  if (slot >= tables.sequence_count) return kEmptyMaskRow;
  SequenceRecord& s = tables.sequences[slot];
  if (s.status == kSequenceFree) return tables.free_mask_row;
  if (s.status == kSequenceHost) return own_mask_row(slot);
  if (s.status != kSequenceReady) return kEmptyMaskRow;
  const bool unplaced = s.mask_slot == kNoMaskSlot && (s.head == kEpsilonTerm || row_of(tables, s.head) >= kFirstRowWord);
  if (unplaced || (s.mask_slot != kNoMaskSlot && load_word(&tables.mask_row[s.mask_slot]) == kNoPoolRow)) {
    s.keep = 1;
    s.offset = 0;
    count(tables, kCountFullMasks);
    ask_host(tables, slot, kRequestState);
    return kEmptyMaskRow;
  }
  const uint32_t state = s.mask_slot == kNoMaskSlot ? kMaskIdle : load_word(&tables.mask_state[s.mask_slot]);
  if (state == kMaskRefused) s.status = kSequenceFailed;
  if (state != kMaskReady) return kEmptyMaskRow;
  return load_word(&tables.mask_row[s.mask_slot]);
}

// Whether the masks that the next batch may ask for might find no row, or hardly a slot.
KEYWAY_HOST_DEVICE inline bool has_many_masks(const AutomatonTables& tables) {
  const uint32_t placed = tables.mask_slots / 4 * 3;
  return load_word(tables.mask_count) + tables.sequence_count > (placed < tables.mask_rows ? placed : tables.mask_rows);
}

// Whether the next call drops all masks: those that the batch may still ask for could not be placed. Not while the host is
// asked for one: its answer would go to what another mask has become. One thread calls this once all masks are built.
KEYWAY_HOST_DEVICE inline void decide_clear(const AutomatonTables& tables) {
  const bool many = has_many_masks(tables);
  const bool answered = load_word(tables.request_count) == load_word(tables.requests_taken);
  *tables.mask_clear = many && answered ? 1 : 0;
  if (many && answered) count(tables, kCountMaskClears);
}

// Drops all masks; thread `thread` of `threads`. Requires: no other thread of the device is about masks.
KEYWAY_HOST_DEVICE inline void clear_masks(const AutomatonTables& tables, uint32_t thread, uint32_t threads) {
  if (*tables.mask_clear == 0) return;
  if (thread == 0) *tables.mask_count = 0;
  for (uint32_t slot = thread; slot < tables.mask_slots; slot += threads) {
    tables.mask_keys[slot] = 0;
    tables.mask_state[slot] = kMaskIdle;
  }
  for (uint32_t slot = thread; slot < tables.sequence_count; slot += threads) tables.sequences[slot].mask_slot = kNoMaskSlot;
}

// What the threads of a block share.
struct MaskBlock {
  uint32_t slot;       // of the mask table; kNoMaskSlot: nothing to do
  uint32_t head, node;
  uint32_t row;        // word of row_words
  uint32_t* words;     // (mask_words(vocabulary size)) of the mask
  // 1: a row is missing, or the host has to say; found by phase 0, 1 and 3, so that no phase reads what it writes.
  uint32_t undecided[3];
  uint32_t tail_reads_body;  // 1: what stands behind an empty head reads a byte of string bodies
  uint32_t live[8];    // bit b: byte b can be taken
};
inline constexpr uint32_t kMaskPhases = 5;

// Bytes that end a plain body, see grammar/token_slices.h.
KEYWAY_HOST_DEVICE inline bool ends_body(uint32_t byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

KEYWAY_HOST_DEVICE inline void begin_mask(const AutomatonTables& tables, MaskBlock& block) {
  for (uint32_t& found : block.undecided) found = 0;
  block.tail_reads_body = 0;
  for (uint32_t& word : block.live) word = 0;
  const uint64_t key = load_word(&tables.mask_keys[block.slot]);
  const uint32_t pool_row = load_word(&tables.mask_row[block.slot]);
  block.head = static_cast<uint32_t>(key >> 32);
  block.node = static_cast<uint32_t>(key);
  block.words = tables.masks + (pool_row == kNoPoolRow ? 0 : pool_row) * tables.mask_stride;
  block.row = block.head == kEpsilonTerm ? 0 : row_of(tables, block.head);
  if (pool_row == kNoPoolRow) block.slot = kNoMaskSlot;  // stays idle for good: every sequence there goes to the host
  if (block.head != kEpsilonTerm && block.row < kFirstRowWord) block.undecided[0] = 1;
}

// The first byte of every token, tried once.
KEYWAY_HOST_DEVICE inline void try_byte(const AutomatonTables& tables, MaskBlock& block, uint32_t byte) {
  Walk walk = walk_from(tables, block.head, block.node);
  Readings first = {0, 0};
  const Step step = step_symbol(tables, walk, byte, false, &first);
  if (step.outcome == StepOutcome::kLive) or_word(&block.live[byte / 32], 1u << (byte % 32));
  if (step.outcome == StepOutcome::kMissing || step.outcome == StepOutcome::kHost) or_word(&block.undecided[1], 1);
  Walk tail = walk_from(tables, block.head, block.node);
  if (tables.row_words[block.row + 5] == 0 || tail.empty == 0 || at_bottom(tail) || ends_body(byte)) return;
  pop_head(tables, tail);
  first = {0, 0};
  if (step_symbol(tables, tail, byte, false, &first).outcome != StepOutcome::kDead) or_word(&block.tail_reads_body, 1);
}

// Covered slices, word by word.
KEYWAY_HOST_DEVICE inline uint32_t covered_word(const VocabularyTables& vocabulary, uint32_t covered, size_t word) {
  uint32_t bits = 0;
  for (uint32_t slice = 0; slice < 2 * kMostSlices; ++slice) {
    if ((covered >> slice & 1) != 0) bits |= vocabulary.slice_words[slice * mask_words(vocabulary.size) + word];
  }
  return bits;
}

// Whether the bytes from `begin` to `end` of the vocabulary can be read, by whichever reading.
KEYWAY_HOST_DEVICE inline StepOutcome try_token(const AutomatonTables& tables, const VocabularyTables& vocabulary,
                                                const MaskBlock& block, uint32_t begin, uint32_t end) {
  Readings readings = {0, 0};
  for (;;) {
    Walk walk = walk_from(tables, block.head, block.node);
    Step step = {StepOutcome::kLive, 0};
    for (uint32_t at = begin; at < end && step.outcome == StepOutcome::kLive; ++at) {
      step = step_symbol(tables, walk, vocabulary.bytes[at], false, &readings);
    }
    if (step.outcome != StepOutcome::kDead || !next_readings(readings)) return step.outcome;
  }
}

// The tokens of one group that begin with a live byte, one thread after the other.
KEYWAY_HOST_DEVICE inline void walk_group(const AutomatonTables& tables, const VocabularyTables& vocabulary, MaskBlock& block,
                                          uint32_t group, uint32_t thread, uint32_t threads) {
  const uint32_t* first = vocabulary.group_first + size_t{group} * 257;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    if ((block.live[byte / 32] >> (byte % 32) & 1) == 0) continue;
    for (uint32_t i = first[byte] + thread; i < first[byte + 1]; i += threads) {
      const uint32_t token = static_cast<uint32_t>(vocabulary.entries[i] >> 32);
      const uint32_t skip = static_cast<uint32_t>(vocabulary.entries[i]);
      const StepOutcome outcome =
          try_token(tables, vocabulary, block, vocabulary.offsets[token] + skip, vocabulary.offsets[token + 1]);
      if (outcome == StepOutcome::kLive) or_word(&block.words[token / kMaskWordBits], 1u << (token % kMaskWordBits));
      if (outcome == StepOutcome::kDead || outcome == StepOutcome::kLive) continue;
      or_word(&block.undecided[2], 1);
      return;
    }
  }
}

KEYWAY_HOST_DEVICE inline void walk_groups(const AutomatonTables& tables, const VocabularyTables& vocabulary, MaskBlock& block,
                                           uint32_t thread, uint32_t threads) {
  const uint32_t covered = tables.row_words[block.row + 4], loops = tables.row_words[block.row + 5];
  for (uint32_t length = 0; length < 2; ++length) {
    const bool by_suffix = (loops >> length & 1) != 0 && block.tail_reads_body == 0;
    for (uint32_t group = 0; group < kGroups; ++group) {
      const bool in_slice = group < kMostSlices;
      if (in_slice ? (covered >> (length * kMostSlices + group) & 1) != 0 : (group == kRestGroup) == by_suffix) continue;
      walk_group(tables, vocabulary, block, length * kGroups + group, thread, threads);
    }
  }
}

// Special tokens of the head and of what stands behind empty heads. False where a row is missing.
KEYWAY_HOST_DEVICE inline bool add_special(const AutomatonTables& tables, MaskBlock& block) {
  Walk walk = walk_from(tables, block.head, block.node);
  for (;;) {
    const uint32_t row = row_of(tables, walk.head);
    if (row < kFirstRowWord) return false;
    const uint32_t* words = tables.row_words + row;
    const uint32_t* edges = words + kRowHeaderWords + words[1];
    for (uint32_t i = 0; i < words[2]; ++i) {
      if (edges[2 * i + 1] != kNeverTerm) mask_set(block.words, edges[2 * i]);
    }
    if (walk.empty == 0 || at_bottom(walk)) return true;
    pop_head(tables, walk);
  }
}

// Tells the host where a text has come to, so that the rows about it are there before they are needed. Not while masks are about to
// be dropped, which waits until the host has taken all requests.
KEYWAY_HOST_DEVICE inline void tell_seen(const AutomatonTables& tables, const MaskBlock& block) {
  if (has_many_masks(tables)) return;
  Request request = {};
  request.kind = kRequestSeen;
  request.head = block.head;
  request.node = block.node;
  send_request(tables, request);
}

KEYWAY_HOST_DEVICE inline void finish_mask(const AutomatonTables& tables, MaskBlock& block) {
  const bool ended = block.head == kEpsilonTerm;
  const bool decided = (block.undecided[0] | block.undecided[1] | block.undecided[2]) == 0;
  if (!decided || (!ended && !add_special(tables, block))) {
    Request request = {};
    request.kind = kRequestMask;
    request.slot = block.slot;
    request.head = block.head;
    request.node = block.node;
    const bool sent = send_request(tables, request);
    if (sent) count(tables, kCountMaskRequests);
    // Idle again where the ring is full: a later call builds it.
    publish_word(&tables.mask_state[block.slot], static_cast<uint32_t>(sent ? kMaskWanted : kMaskIdle));
    return;
  }
  const uint32_t grammar = ended ? block.node & ~kEndedNode : tables.row_words[block.row + 6];
  if (ended || accepts(tables, walk_from(tables, block.head, block.node))) {
    const uint32_t* ends = tables.end_tokens + size_t{grammar} * kMostEndTokens;
    for (uint32_t i = 0; i < kMostEndTokens && ends[i] != kNoToken32; ++i) mask_set(block.words, ends[i]);
  }
  publish_word(&tables.mask_state[block.slot], static_cast<uint32_t>(kMaskReady));
  count(tables, kCountMaskBuilt);
  if (!ended) tell_seen(tables, block);
}

// One phase of the mask `block.slot` for thread `thread` of `threads`. Requires: all threads have ended the phase before.
KEYWAY_HOST_DEVICE inline void build_mask_phase(const AutomatonTables& tables, const VocabularyTables& vocabulary, MaskBlock& block,
                                                uint32_t phase, uint32_t thread, uint32_t threads) {
  if (phase == 0) {
    if (thread == 0) begin_mask(tables, block);
    return;
  }
  if (block.slot == kNoMaskSlot) return;
  const bool walks = block.head != kEpsilonTerm;
  // What is found by phases before 2.
  const bool decided = phase > 1 && (block.undecided[0] | block.undecided[1]) == 0;
  switch (phase) {
    case 1:
      for (uint32_t byte = thread; walks && block.undecided[0] == 0 && byte < 256; byte += threads) try_byte(tables, block, byte);
      return;
    case 2: {
      const uint32_t covered = walks && decided ? tables.row_words[block.row + 4] : 0;
      for (size_t word = thread; word < tables.mask_stride; word += threads) {
        block.words[word] = word < mask_words(vocabulary.size) ? covered_word(vocabulary, covered, word) : 0;
      }
      return;
    }
    case 3:
      if (walks && decided) walk_groups(tables, vocabulary, block, thread, threads);
      return;
    default:
      if (thread == 0) finish_mask(tables, block);
      return;
  }
}

}  // namespace keyway
