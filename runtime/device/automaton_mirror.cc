// Tables, sequences and answers; see automaton_mirror.h.
#include "runtime/device/automaton_mirror.h"

#include <algorithm>
#include <bit>

#include "kernels/shared_word.h"
#include "runtime/device/vocabulary_tables.h"

namespace keyway {

Result<std::unique_ptr<AutomatonMirror>> AutomatonMirror::create(std::shared_ptr<const Vocabulary> vocabulary,
                                                                 const AutomatonSizes& sizes, std::unique_ptr<DeviceMemory> memory) {
  for (uint32_t size : {sizes.node_slots, sizes.mask_slots, sizes.history_length, sizes.taken_length, sizes.request_slots}) {
    if (std::has_single_bit(size)) continue;
    return fail(ErrorCode::kInvalid, "a size of the device's tables is no power of two", {}, std::to_string(size));
  }
  if (sizes.node_slots > kEndedNode / 2 || sizes.sequences == 0 || sizes.terms < 4) {
    return fail(ErrorCode::kInvalid, "a size of the device's tables is out of range");
  }
  auto slices = vocabulary->slices();
  if (!slices.ok()) return slices.error();
  std::unique_ptr<AutomatonMirror> made(new AutomatonMirror(sizes));
  made->vocabulary_ = std::move(vocabulary);
  made->memory_ = std::move(memory);
  if (Status status = made->allocate(); !status.ok()) return status.error();
  auto tables = make_vocabulary_tables(*made->vocabulary_, **slices, *made->memory_);
  if (!tables.ok()) return tables.error();
  made->vocabulary_tables_ = *tables;
  made->terms_ = std::make_unique<TermMirror>(made->tables_, made->sizes_, *made->memory_);
  made->lanes_.resize(sizes.sequences);
  return made;
}

template <typename Value>
bool AutomatonMirror::allocate(Value*& place, size_t count, bool shared) {
  const size_t bytes = std::max<size_t>(count, 1) * sizeof(Value);
  place = static_cast<Value*>(shared ? memory_->allocate_shared(bytes) : memory_->allocate(bytes));
  return place != nullptr;
}

Status AutomatonMirror::allocate() {
  AutomatonTables& t = tables_;
  t.node_slots = sizes_.node_slots;
  t.mask_slots = sizes_.mask_slots;
  t.mask_rows = sizes_.mask_rows;
  t.mask_stride = (mask_words(vocabulary_->size()) + 3) / 4 * 4;  // rows begin at 16 bytes
  t.sequence_count = sizes_.sequences;
  t.history_length = sizes_.history_length;
  t.request_slots = sizes_.request_slots;
  t.taken_length = sizes_.taken_length;
  const size_t rows = size_t{2} + sizes_.sequences + sizes_.mask_rows;
  mask_.resize(t.mask_stride);
  const bool done = allocate(t.terms, sizes_.terms) && allocate(t.row_of, sizes_.terms) &&
                    allocate(t.row_words, sizes_.row_words) && allocate(t.class_maps, size_t{sizes_.class_maps} * 256) &&
                    allocate(t.end_tokens, size_t{sizes_.grammars} * kMostEndTokens) && allocate(t.nodes, sizes_.node_slots) &&
                    allocate(t.node_count, 1) && allocate(t.mask_keys, sizes_.mask_slots) &&
                    allocate(t.mask_row, sizes_.mask_slots) && allocate(t.mask_state, sizes_.mask_slots) &&
                    allocate(t.mask_count, 1) && allocate(t.mask_builds, sizes_.mask_slots) &&
                    allocate(t.mask_build_count, 1) && allocate(t.mask_clear, 1) && allocate(t.masks, rows * t.mask_stride) &&
                    allocate(t.sequences, sizes_.sequences) &&
                    allocate(t.history, size_t{sizes_.sequences} * sizes_.history_length) && allocate(t.answers, sizes_.sequences) &&
                    allocate(t.requests, sizes_.request_slots, true) && allocate(t.request_count, 1) &&
                    allocate(taken_, 1, true) && allocate(generation_, 1) && allocate(t.counters, kCounters) &&
                    allocate(t.taken_tokens, size_t{sizes_.sequences} * sizes_.taken_length, true);
  t.requests_taken = taken_;
  t.generation = generation_;
  if (!done) return fail(ErrorCode::kLimit, "the device has no memory for the tables of the automaton");
  write_free_mask();
  return {};
}

// A sequence without a constraint may take every token but ids that no token has: gaps in a tokenizer, padding of a model.
void AutomatonMirror::write_free_mask() {
  bool has_gaps = false;
  for (TokenId token = 0; token < vocabulary_->size(); ++token) {
    if (vocabulary_->kind(token) != TokenKind::kAbsent) {
      mask_set(mask_.data(), token);
    } else {
      has_gaps = true;
    }
  }
  tables_.free_mask_row = has_gaps ? all_mask_row(tables_) : kNoMaskRow;
  memory_->write(tables_.masks + all_mask_row(tables_) * tables_.mask_stride, mask_.data(), mask_.size() * sizeof(uint32_t));
}

Result<uint32_t> AutomatonMirror::add_grammar(std::shared_ptr<Grammar> grammar) {
  if (&grammar->vocabulary() != vocabulary_.get()) {
    return fail(ErrorCode::kMismatch, "the grammar was made for another vocabulary than the device's tables");
  }
  return terms_->add_grammar(std::move(grammar));
}

SequenceRecord AutomatonMirror::record(uint32_t slot) {
  SequenceRecord found{};
  memory_->read(&found, tables_.sequences + slot, sizeof(found));
  return found;
}

uint64_t AutomatonMirror::counter(Counter which) {
  uint64_t found = 0;
  memory_->read(&found, tables_.counters + which, sizeof(found));
  return found;
}

// The ring of tokens lies in host memory.
void AutomatonMirror::forget_tokens(uint32_t slot) {
  std::fill_n(tables_.taken_tokens + size_t{slot} * sizes_.taken_length, sizes_.taken_length, uint64_t{0});
}

Status AutomatonMirror::open(uint32_t slot, uint32_t grammar, State start) {
  if (slot >= sizes_.sequences) {
    return fail(ErrorCode::kInvalid, "no such sequence", {}, std::to_string(slot), "below " + std::to_string(sizes_.sequences));
  }
  SequenceRecord made{};
  made.status = kSequenceStalled;
  made.grammar = grammar;
  made.token = kNoToken32;
  made.ticket = record(slot).ticket + 1;
  made.asked = kAsked;
  made.asked_kind = kRequestPlace;
  made.mask_slot = kNoMaskSlot;
  lanes_[slot].states.clear();
  forget_tokens(slot);
  Request request{};
  request.slot = slot;
  request.ticket = made.ticket;
  request.grammar = grammar;
  request.token = kNoToken32;
  if (!place(grammar, start, request)) return fail(ErrorCode::kLimit, "the state has no mask within its budget");
  memory_->write(tables_.sequences + slot, &made, sizeof(made));
  return {};
}

Status AutomatonMirror::release(uint32_t slot) {
  if (slot >= sizes_.sequences) return fail(ErrorCode::kInvalid, "no such sequence", {}, std::to_string(slot));
  SequenceRecord made{};
  made.ticket = record(slot).ticket + 1;
  made.token = kNoToken32;
  made.mask_slot = kNoMaskSlot;
  lanes_[slot].states.clear();
  forget_tokens(slot);
  memory_->write(tables_.sequences + slot, &made, sizeof(made));
  return {};
}

Status AutomatonMirror::warm(uint32_t grammar, State start, uint32_t rows) {
  const auto term = [&] {
    TermId found;
    const Status used = terms_->grammar(grammar)->use([&](Automaton& automaton) { found = automaton.term(start); });
    return used.ok() ? Result<TermId>(found) : Result<TermId>(used.error());
  }();
  if (!term.ok()) return term.error();
  const auto number = terms_->number(grammar, *term);
  if (!number.ok()) return number.error();
  if (*number == kHostAction || rows == 0) return {};
  terms_->fill(terms_->head_of(*number), rows - 1);
  return {};
}

// The term of a node of the stack, and the node below.
uint64_t AutomatonMirror::node_key(uint32_t node) {
  uint64_t& key = node_keys_[node];
  if (key == 0) memory_->read(&key, tables_.nodes + (node - 1), sizeof(key));
  return key;
}

// The state that a head and a node of the stack stand for.
State AutomatonMirror::state_of(uint32_t head, uint32_t node) {
  std::vector<uint32_t> frames{head};
  while (node != 0) {
    const uint64_t key = node_key(node);
    frames.push_back(static_cast<uint32_t>(key >> 32));
    node = static_cast<uint32_t>(key);
  }
  // The grammar is that of any term but epsilon, which all share.
  State state{TermArena::epsilon(), TermArena::epsilon()};
  const uint32_t grammar = terms_->source(head).grammar;
  (void)terms_->grammar(grammar)->use([&](Automaton& automaton) {
    TermId term = TermArena::epsilon();
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
      term = automaton.arena().sequence(*frame == kEpsilonTerm ? TermArena::epsilon() : terms_->source(*frame).term, term);
    }
    state = automaton.split(term);
  });
  return state;
}

std::optional<State> AutomatonMirror::state(uint32_t slot) {
  const SequenceRecord found = record(slot);
  if (found.status == kSequenceHost) return lanes_[slot].states.at(found.position);
  if (found.status != kSequenceReady) return std::nullopt;
  return state_of(found.head, found.node);
}

}  // namespace keyway
