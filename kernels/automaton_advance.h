// What one thread does for one sequence of a batch: takes a token, goes on with one that waited, goes back, copies.
//
// Entry points: advance_sequence, rollback_sequence, fork_sequence; the kernels and their CPU twins call them in loops.
// A sequence never waits inside a call: what is missing is asked for through the ring of requests, and the next call goes on
// where this one stopped.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "kernels/automaton.h"
#include "kernels/automaton_walk.h"

namespace keyway {

inline constexpr uint32_t kMostRowWaits = 3;  // calls that wait for a row before the host is asked for the state

KEYWAY_HOST_DEVICE inline void count(const AutomatonTables& tables, Counter counter) { add_word(&tables.counters[counter], 1); }

// Appends to the ring. False where it is full: the caller asks again in a later call.
KEYWAY_HOST_DEVICE inline bool send_request(const AutomatonTables& tables, Request request) {
  uint32_t number = load_word(tables.request_count);
  for (;;) {
    if (number - load_word(tables.requests_taken) >= tables.request_slots) {
      count(tables, kCountRingFull);
      return false;
    }
    const uint32_t held = exchange_if(tables.request_count, number, number + 1);
    if (held == number) break;
    number = held;
  }
  Request& slot = tables.requests[number & (tables.request_slots - 1)];
  request.serial = slot.serial;  // changes last
  request.generation = load_word(tables.generation);
  slot = request;
  publish_word(&slot.serial, number + 1);
  return true;
}

KEYWAY_HOST_DEVICE inline void request_row(const AutomatonTables& tables, uint32_t head) {
  if (exchange_if(&tables.row_of[head], kRowMissing, kRowWanted) != kRowMissing) return;
  Request request = {};
  request.kind = kRequestRow;
  request.head = head;
  if (send_request(tables, request)) {
    count(tables, kCountRowMisses);
  } else {
    exchange_if(&tables.row_of[head], kRowWanted, kRowMissing);
  }
}

// Asks the host for the state of a sequence; `kind` by what is pending.
KEYWAY_HOST_DEVICE inline void ask_host(const AutomatonTables& tables, uint32_t slot, uint32_t kind) {
  SequenceRecord& s = tables.sequences[slot];
  if (s.asked != kToAsk) ++s.ticket;
  Request request = {};
  request.kind = kind;
  request.slot = slot;
  request.ticket = s.ticket;
  request.head = s.head;
  request.node = s.node;
  request.token = s.token;
  request.offset = s.offset;
  request.position = s.position;
  request.grammar = s.grammar;
  request.keep = s.keep;
  s.asked = send_request(tables, request) ? kAsked : kToAsk;
  s.status = kSequenceStalled;
  s.asked_kind = kind;
  if (s.asked == kAsked) count(tables, kind == kRequestToken ? kCountHostTokens : kCountStateRequests);
}

// Where token number `position` of a sequence is told to the host.
KEYWAY_HOST_DEVICE inline uint64_t& taken_token(const AutomatonTables& tables, uint32_t slot, uint32_t position) {
  return tables.taken_tokens[size_t{slot} * tables.taken_length + (position & (tables.taken_length - 1))];
}

KEYWAY_HOST_DEVICE inline uint64_t& history_of(const AutomatonTables& tables, uint32_t slot, uint32_t position) {
  return tables.history[size_t{slot} * tables.history_length + (position & (tables.history_length - 1))];
}

// The token is taken: the state behind it is in the record.
KEYWAY_HOST_DEVICE inline void finish_token(const AutomatonTables& tables, uint32_t slot, uint32_t status) {
  SequenceRecord& s = tables.sequences[slot];
  s.status = status;
  s.asked = kNotAsked;
  s.waits = 0;
  s.mask_slot = kNoMaskSlot;
  if (s.token == kNoToken32) return;
  publish_word(&taken_token(tables, slot, s.position), uint64_t{s.position + 1} << 32 | s.token);
  ++s.position;
  s.token = kNoToken32;
  count(tables, kCountTokens);
}

// Back to where no token was pending.
KEYWAY_HOST_DEVICE inline void drop_token(const AutomatonTables& tables, uint32_t slot) {
  SequenceRecord& s = tables.sequences[slot];
  const uint64_t before = history_of(tables, slot, s.position);
  const bool on_host = static_cast<uint32_t>(before >> 32) == kHostHead;
  s.head = static_cast<uint32_t>(before >> 32);
  s.node = static_cast<uint32_t>(before);
  s.status = on_host ? kSequenceHost : kSequenceReady;
  if (!on_host) s.keep = 0;
  s.asked = kNotAsked;
  s.token = kNoToken32;
  s.waits = 0;
}

// The nodes are full: the host takes the whole token, and keeps the sequence.
KEYWAY_HOST_DEVICE inline void give_to_host(const AutomatonTables& tables, uint32_t slot) {
  SequenceRecord& s = tables.sequences[slot];
  const uint64_t before = history_of(tables, slot, s.position);
  s.head = static_cast<uint32_t>(before >> 32);
  s.node = static_cast<uint32_t>(before);
  s.offset = 0;
  s.keep = 1;
  count(tables, kCountFullNodes);
  ask_host(tables, slot, kRequestState);
}

// Stops in the middle of a token. Requires: the walk has taken `offset` bytes.
KEYWAY_HOST_DEVICE inline AdvanceOutcome stall(const AutomatonTables& tables, uint32_t slot, Walk& walk, uint32_t offset, Step step) {
  SequenceRecord& s = tables.sequences[slot];
  if (!commit(tables, walk)) {
    give_to_host(tables, slot);
    return kAdvanceStalled;
  }
  s.head = walk.head;
  s.node = walk.base;
  s.offset = offset;
  if (s.status != kSequenceStalled) count(tables, kCountStalls);
  s.status = kSequenceStalled;
  if (step.outcome == StepOutcome::kMissing && ++s.waits <= kMostRowWaits) {
    request_row(tables, step.head);
  } else {
    ask_host(tables, slot, kRequestState);
  }
  return kAdvanceStalled;
}

// Takes the bytes of s.token from s.offset on, or the special token.
KEYWAY_HOST_DEVICE inline AdvanceOutcome go_on(const AutomatonTables& tables, const VocabularyTables& vocabulary, uint32_t slot) {
  SequenceRecord& s = tables.sequences[slot];
  Walk walk = walk_from(tables, s.head, s.node);
  const uint8_t kind = vocabulary.kinds[s.token];
  const uint32_t first = vocabulary.offsets[s.token], length = vocabulary.offsets[s.token + 1] - first;
  Step step = {kind == kTextToken && length > 0 ? StepOutcome::kLive : StepOutcome::kDead, 0};
  if (kind == kSpecialToken) {
    step = step_symbol(tables, walk, s.token, true);
    if (step.outcome == StepOutcome::kMissing || step.outcome == StepOutcome::kHost) return stall(tables, slot, walk, 0, step);
    if (step.outcome == StepOutcome::kDead && accepts(tables, walk)) {
      const uint32_t* ends = tables.end_tokens + size_t{s.grammar} * kMostEndTokens;
      for (uint32_t i = 0; i < kMostEndTokens; ++i) {
        if (ends[i] != s.token) continue;
        finish_token(tables, slot, kSequenceFinished);
        return kAdvanceTaken;
      }
    }
  } else if (kind == kTextToken) {
    for (uint32_t i = s.offset; i < length && step.outcome == StepOutcome::kLive; ++i) {
      step = step_symbol(tables, walk, vocabulary.bytes[first + i], false);
      if (step.outcome == StepOutcome::kMissing || step.outcome == StepOutcome::kHost) return stall(tables, slot, walk, i, step);
    }
  }
  if (step.outcome == StepOutcome::kDead) {
    drop_token(tables, slot);
    return kAdvanceRejected;
  }
  if (!commit(tables, walk)) {
    give_to_host(tables, slot);
    return kAdvanceStalled;
  }
  s.head = walk.head;
  s.node = walk.base;
  finish_token(tables, slot, kSequenceReady);
  return kAdvanceTaken;
}

// The host has said what the state is, or that it keeps the sequence.
KEYWAY_HOST_DEVICE inline AdvanceOutcome take_answer(const AutomatonTables& tables, uint32_t slot, uint32_t answer) {
  SequenceRecord& s = tables.sequences[slot];
  if (answer == kAnswerRejected) {
    drop_token(tables, slot);
    if (s.status == kSequenceHost) ask_host(tables, slot, kRequestPlace);  // for its mask
    return kAdvanceRejected;
  }
  if (answer == kAnswerFailed) {
    s.status = kSequenceFailed;
    s.asked = kNotAsked;
    return kAdvanceFailed;
  }
  if (answer <= kLastAnswerTerm) {
    const TermWord word = term_of(tables, answer);
    const uint32_t node = word.rest() == kEpsilonTerm ? 0 : node_of(tables, word.rest(), 0);
    if (node == kNoNode) {  // asked anew, and the host keeps it
      s.keep = 1;
      s.asked = kNotAsked;
      count(tables, kCountFullNodes);
      ask_host(tables, slot, s.asked_kind);
      return kAdvanceStalled;
    }
    s.head = word.head();
    s.node = node;
    s.keep = 0;
    finish_token(tables, slot, kSequenceReady);
    return kAdvanceTaken;
  }
  s.head = kHostHead;
  s.node = 0;
  finish_token(tables, slot, answer == kAnswerFinished ? kSequenceFinished : kSequenceHost);
  return kAdvanceTaken;
}

// `token` may be kNoToken32: only what waits goes on. A token that comes while another waits is not taken (kAdvanceStalled).
KEYWAY_HOST_DEVICE inline AdvanceOutcome advance_sequence(const AutomatonTables& tables, const VocabularyTables& vocabulary,
                                                          uint32_t slot, uint32_t token) {
  if (slot >= tables.sequence_count) return kAdvanceRejected;
  SequenceRecord& s = tables.sequences[slot];
  if (s.status == kSequenceStalled) {
    if (s.asked == kNotAsked) return go_on(tables, vocabulary, slot);
    if (s.asked == kToAsk) {
      ask_host(tables, slot, s.asked_kind);
      return kAdvanceStalled;
    }
    const uint64_t answer = load_word(&tables.answers[slot]);
    if (static_cast<uint32_t>(answer >> 32) != s.ticket) return kAdvanceStalled;
    return take_answer(tables, slot, static_cast<uint32_t>(answer));
  }
  if (token == kNoToken32) return kAdvanceIdle;
  if (token >= vocabulary.size) return kAdvanceRejected;
  if (s.status == kSequenceFailed) return kAdvanceFailed;
  if (s.status == kSequenceFinished) return kAdvanceRejected;
  s.token = token;
  s.offset = 0;
  if (s.status == kSequenceFree) {
    finish_token(tables, slot, kSequenceFree);
    return kAdvanceTaken;
  }
  history_of(tables, slot, s.position) = uint64_t{s.head} << 32 | s.node;
  if (s.status == kSequenceReady) return go_on(tables, vocabulary, slot);
  ask_host(tables, slot, kRequestToken);
  return kAdvanceStalled;
}

// Takes back `tokens` that were taken; a token that waits is dropped first.
KEYWAY_HOST_DEVICE inline AdvanceOutcome rollback_sequence(const AutomatonTables& tables, uint32_t slot, uint32_t tokens) {
  if (slot >= tables.sequence_count) return kAdvanceRejected;
  SequenceRecord& s = tables.sequences[slot];
  if (tokens > s.position || tokens >= tables.history_length) return kAdvanceRejected;
  const bool pending = s.status == kSequenceStalled && s.token != kNoToken32;
  if (tokens == 0 && !pending) return kAdvanceIdle;
  for (; tokens > 0; --tokens) publish_word(&taken_token(tables, slot, --s.position), uint64_t{0});
  if (s.status == kSequenceFree) return kAdvanceTaken;
  drop_token(tables, slot);
  s.mask_slot = kNoMaskSlot;
  if (s.status == kSequenceHost) ask_host(tables, slot, kRequestPlace);
  return kAdvanceTaken;
}

// `to` becomes what `from` is; tokens that were taken before stay in the ring of `from` alone. Requires: no other thread is about
// either. A source that waits is not copied, nor any while the ring of requests is full.
KEYWAY_HOST_DEVICE inline AdvanceOutcome fork_sequence(const AutomatonTables& tables, uint32_t from, uint32_t to) {
  if (from >= tables.sequence_count || to >= tables.sequence_count || from == to) return kAdvanceRejected;
  const SequenceRecord source = tables.sequences[from];
  if (source.status == kSequenceStalled) return kAdvanceStalled;
  Request copied = {};
  copied.kind = kRequestHistory;
  copied.slot = to;
  copied.token = from;
  if (!send_request(tables, copied)) return kAdvanceStalled;
  SequenceRecord& s = tables.sequences[to];
  const uint32_t ticket = s.ticket;  // answers to what `to` was are not for what it becomes
  s = source;
  s.ticket = ticket + 1;
  for (uint32_t i = 0; i < tables.history_length; ++i) history_of(tables, to, i) = history_of(tables, from, i);
  if (s.status == kSequenceHost) ask_host(tables, to, kRequestPlace);
  return kAdvanceTaken;
}

}  // namespace keyway
