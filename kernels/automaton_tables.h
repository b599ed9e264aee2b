// The byte automaton of grammars as flat tables at fixed addresses, which a kernel walks and the host fills while it runs.
//
//   a term   its first part (the head, which has a row) and the term of what stands behind it
//   a row    for each class of bytes the term that the head becomes: never (0), epsilon (1: what stands behind reads on),
//            any other (its rest is pushed), or kHostAction
//   a state  the head that reads now and a node of the stack; a node is (term, node below), held once
//
// Entry points: AutomatonTables, SequenceRecord, Request, Counter. runtime/device/automaton_mirror.h fills them.
// Invariants: an entry is published by one 4-byte or 8-byte word that is written after all it leads to; nothing that is
// published moves or changes until the tables are cleared. Tables never grow: what does not fit goes to the host lane.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "grammar/token_mask.h"

namespace keyway {

inline constexpr uint32_t kNeverTerm = 0, kEpsilonTerm = 1;
inline constexpr uint32_t kHostAction = 0xFFFFFFFFu;  // the host alone knows what comes: recorders, a table that is full
inline constexpr uint32_t kNoToken32 = 0xFFFFFFFFu;

// A term:
//
//   63      62                 32 31           30               0
//  | empty | head: first part    | head empty | rest: what follows |
//
// The head of what is no sequence is the term itself, its rest kEpsilonTerm. Empty: the term, the head holds the empty text.
struct TermWord {
  uint64_t word;
  KEYWAY_HOST_DEVICE uint32_t head() const { return static_cast<uint32_t>(word >> 32) & 0x7FFFFFFFu; }
  KEYWAY_HOST_DEVICE uint32_t rest() const { return static_cast<uint32_t>(word) & 0x7FFFFFFFu; }
  KEYWAY_HOST_DEVICE bool empty() const { return word >> 63 != 0; }
  KEYWAY_HOST_DEVICE bool head_empty() const { return (word >> 31 & 1) != 0; }
};
KEYWAY_HOST_DEVICE inline constexpr uint64_t term_word(uint32_t head, uint32_t rest, bool empty, bool head_empty) {
  return uint64_t{empty} << 63 | uint64_t{head} << 32 | uint64_t{head_empty} << 31 | rest;
}

// A row begins at a sector of kRowSector words. It shares its lines of kRowLine words with rows that were published together with
// it alone, so that no line is read before all of it is written.
inline constexpr uint32_t kRowSector = 8, kRowLine = 32;

// A row, in words of AutomatonTables::row_words from its first word on; then the actions of its classes, then
// edge_count pairs (token, action) by rising token for special tokens.
struct RowHeader {
  uint32_t class_map;     // which 256 bytes of class_maps
  uint32_t class_count;   // actions
  uint32_t edge_count;    // pairs
  uint32_t mask_head;     // the head whose mask this one shares with an equal stack: its counts are cut to the longest token
  uint32_t covered;       // bit i: slice i of VocabularyTables is allowed whole, see kMostSlices
  uint32_t loops;         // bit 0, 1: any body of a short, of a long token leads back to this head
  uint32_t grammar;       // that the head belongs to
};
inline constexpr uint32_t kRowHeaderWords = 7;
inline constexpr uint32_t kRowMissing = 0, kRowWanted = 1;  // values of row_of
inline constexpr uint32_t kFirstRowWord = kRowLine;  // a row starts here or later

// What a batch slot is doing.
enum SequenceStatus : uint32_t {
  kSequenceFree = 0,     // no constraint: every token is allowed
  kSequenceReady = 1,    // the state is known
  kSequenceStalled = 2,  // `token` is taken up to `offset` bytes and waits for a row or for the host
  kSequenceHost = 3,     // the host lane: the host steps and masks it
  kSequenceFinished = 4, // an end token was taken
  kSequenceFailed = 5,   // the host refused to go on (a budget ran out)
};

// One sequence; 16 words. Written by the kernels, and by the host through `enter` words and between steps.
struct SequenceRecord {
  uint32_t status;
  uint32_t grammar;
  uint32_t head, node;     // the state, in the middle of `token` while it is stalled
  uint32_t token, offset;  // the token that is being taken, bytes taken of it
  uint32_t position;       // tokens taken
  uint32_t ticket;         // of the last request whose answer is waited for
  uint32_t waits;          // steps stalled on end
  uint32_t asked;          // see Asked
  uint32_t mask_slot;      // slot of the mask table of the state, or kNoMaskSlot
  uint32_t asked_kind;     // of the last request to the host
  uint32_t keep;           // 1: the host is to keep it in the host lane, for tables are full
  uint32_t reserved[3];
};
// Whether the host is asked for the state. To ask: the ring of requests was full.
enum Asked : uint32_t { kNotAsked = 0, kAsked = 1, kToAsk = 2 };
inline constexpr uint32_t kNoMaskSlot = 0xFFFFFFFFu;
static_assert(sizeof(SequenceRecord) == 64);

// What a kernel asks of the host. Rings lie in host memory that the device can write.
enum RequestKind : uint32_t {
  kRequestRow = 1,    // the row of `head`
  kRequestState = 2,  // the state after `token`, of which `offset` bytes are taken in (head, node)
  kRequestMask = 3,   // the mask of (head, node), into mask slot `slot`
  kRequestToken = 4,  // the host lane: take `token` behind `position` tokens
  kRequestPlace = 5,  // the host lane: go to where `position` tokens were taken
  kRequestHistory = 6,  // the sequence has become a copy of sequence `token`; no answer is waited for
  kRequestSeen = 7,   // a text has come to (head, node), whose mask was built; no answer is waited for
};
struct Request {
  uint32_t serial;  // number of the request from 1; written last
  uint32_t kind, slot, ticket, head, node, token, offset, position, generation, grammar, keep, reserved[4];
};
static_assert(sizeof(Request) == 64);

// Answers of the host to one sequence: ticket << 32 | term that the state is, or one of these.
inline constexpr uint32_t kAnswerHostLane = 0xFFFFFFFFu;      // taken; the mask lies in the sequence's own row
inline constexpr uint32_t kAnswerRejected = 0xFFFFFFFEu;      // the token is not allowed
inline constexpr uint32_t kAnswerFinished = 0xFFFFFFFDu;      // an end token
inline constexpr uint32_t kAnswerFailed = 0xFFFFFFFCu;        // the host cannot go on
inline constexpr uint32_t kLastAnswerTerm = 0xFFFFFFF0u;

// Counters, for people and tests.
enum Counter : uint32_t {
  kCountTokens,         // taken
  kCountStalls,         // tokens that had to wait
  kCountRowMisses,      // rows asked for
  kCountStateRequests,  // states asked for: recorders, ambiguity, deep stacks
  kCountHostTokens,     // tokens of the host lane
  kCountMaskHits,
  kCountMaskBuilt,      // on the device
  kCountMaskRequests,   // asked of the host
  kCountFullNodes,      // sequences that went to the host because the stack nodes are full
  kCountFullMasks,      // masks that the host made because the pool is full
  kCountRingFull,       // requests left for a later step
  kCountMaskClears,     // times that all masks were dropped for being many
  kCounters,
};

// Pools of one vocabulary. Sizes are those of AutomatonSizes. Pointers are good for the device (for the host in the twin).
struct AutomatonTables {
  const uint64_t* terms;       // (terms) see TermWord; 0 where there is none yet
  uint32_t* row_of;            // (terms) first word of the row in row_words, or kRowMissing, kRowWanted
  const uint32_t* row_words;
  const uint8_t* class_maps;   // (class maps, 256)
  const uint32_t* end_tokens;  // (grammars, kMostEndTokens), kNoToken32 where there is none
  uint64_t* nodes;             // (node_slots) term << 32 | node below, 0 where free; node n is slot n - 1, node 0 the bottom
  uint32_t* node_count;
  uint32_t node_slots;         // a power of two
  uint64_t* mask_keys;         // (mask_slots) mask head << 32 | node, 0 where free; kEndedNode
  uint32_t* mask_row;          // (mask_slots) row of masks
  uint32_t* mask_state;        // (mask_slots) see MaskState
  uint32_t* mask_count;        // rows handed out
  uint32_t* mask_builds;       // (mask_rows) slots to be built in this step
  uint32_t* mask_build_count;
  uint32_t* mask_clear;        // 1: the next call drops all masks
  uint32_t mask_slots;         // a power of two
  uint32_t mask_rows;          // rows of `masks` that are not kept for one purpose, see first_pool_row
  uint32_t* masks;             // (2 + sequences + mask_rows, mask_stride)
  uint32_t free_mask_row;      // of sequences without a constraint: all_mask_row where the vocabulary has gaps, or kNoMaskRow
  size_t mask_stride;          // words
  SequenceRecord* sequences;   // (sequence_count)
  uint64_t* history;           // (sequence_count, history_length) states before the last tokens, head << 32 | node
  const uint64_t* answers;     // (sequence_count) by the host
  uint32_t sequence_count;
  uint32_t history_length;     // a power of two
  Request* requests;           // (request_slots), in host memory
  uint32_t request_slots;      // a power of two
  uint32_t* request_count;
  const uint32_t* requests_taken;  // by the host, in host memory
  uint64_t* taken_tokens;      // (sequence_count, taken_length), in host memory: (position + 1) << 32 | token
  uint32_t taken_length;       // a power of two
  const uint32_t* generation;  // counts how often the tables were cleared
  uint64_t* counters;          // (kCounters)
};

// Idle: nobody is about to make it. Wanted: the host was asked. Refused: it is past the budget of a mask.
enum MaskState : uint32_t { kMaskIdle = 0, kMaskBuilding = 1, kMaskWanted = 2, kMaskReady = 3, kMaskRefused = 4 };
// Node of the key of a text that is over, which has no row to name its grammar.
inline constexpr uint32_t kEndedNode = 0x80000000u;  // | grammar
inline constexpr uint32_t kMostEndTokens = 8;
inline constexpr uint32_t kHostHead = 0xFFFFFFFFu;  // in the history: the state was the host's
// Rows of `masks`: the first is empty for good, for sequences that have no mask yet; then one for each sequence, of which
// the host writes those in its lane; then one of every token that there is; then the pool.
inline constexpr uint32_t kEmptyMaskRow = 0;
KEYWAY_HOST_DEVICE inline uint32_t own_mask_row(uint32_t sequence) { return 1 + sequence; }
KEYWAY_HOST_DEVICE inline uint32_t all_mask_row(const AutomatonTables& tables) { return 1 + tables.sequence_count; }
KEYWAY_HOST_DEVICE inline uint32_t first_pool_row(const AutomatonTables& tables) { return 2 + tables.sequence_count; }

// The tokens of a vocabulary in the order that masks walk them. A group is a slice, or the tokens of no slice in one of
// three forms (grammar/token_slices.h): short tokens have groups 0 to kMostSlices + 2, long ones the same from kGroups on.
inline constexpr uint32_t kMostSlices = 8;
inline constexpr uint32_t kRestGroup = kMostSlices, kSuffixGroup = kMostSlices + 1, kFragmentGroup = kMostSlices + 2;
inline constexpr uint32_t kGroups = kMostSlices + 3;

inline constexpr uint8_t kTextToken = 0, kSpecialToken = 1, kAbsentToken = 2;

struct VocabularyTables {
  const uint8_t* bytes;          // of all tokens, one after the other
  const uint32_t* offsets;       // (size + 1), into bytes
  const uint8_t* kinds;          // (size) kTextToken, kSpecialToken, kAbsentToken
  uint32_t size;
  const uint32_t* group_first;   // (2 * kGroups, 257) by first byte, into entries
  const uint64_t* entries;       // token << 32 | bytes of the token in front of what is walked
  const uint32_t* slice_words;   // (2 * kMostSlices, mask_words(size)) masks of the slices
};

}  // namespace keyway
