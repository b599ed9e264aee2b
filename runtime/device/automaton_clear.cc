// Tables begun anew under sequences that go on; see automaton_mirror.h.
#include <algorithm>

#include "runtime/device/automaton_mirror.h"

namespace keyway {
namespace {

template <typename Value>
void zero(DeviceMemory& memory, const Value* place, size_t count) {
  const std::vector<Value> zeros(std::min<size_t>(count, size_t{1} << 16));
  for (size_t at = 0; at < count; at += zeros.size()) {
    memory.write(const_cast<Value*>(place) + at, zeros.data(), std::min(zeros.size(), count - at) * sizeof(Value));
  }
}

}  // namespace

// The states of the last tokens become the host's, which answers with a number once one of them is gone back to.
void AutomatonMirror::keep_history(uint32_t slot, const SequenceRecord& record, bool pending) {
  std::vector<uint64_t> history(sizes_.history_length);
  const uint64_t* place = tables_.history + size_t{slot} * sizes_.history_length;
  memory_->read(history.data(), place, history.size() * sizeof(uint64_t));
  const uint32_t last = record.position + (pending ? 1 : 0);
  const uint32_t held = std::min(last, sizes_.history_length - 1);
  for (uint32_t position = last - held; position < last; ++position) {
    uint64_t& entry = history[position & (sizes_.history_length - 1)];
    const uint32_t head = static_cast<uint32_t>(entry >> 32);
    if (head != kHostHead) lanes_[slot].states[position] = state_of(head, static_cast<uint32_t>(entry));
    entry = uint64_t{kHostHead} << 32;
  }
  memory_->write(const_cast<uint64_t*>(place), history.data(), history.size() * sizeof(uint64_t));
}

// Where a sequence that waits stood before its token, or is to stand. Nothing where the host has given it up.
std::optional<State> AutomatonMirror::waiting_state(uint32_t slot, const SequenceRecord& record) {
  uint64_t answer = 0;
  memory_->read(&answer, tables_.answers + slot, sizeof(answer));
  const uint32_t term = static_cast<uint32_t>(answer);
  const bool answered = record.token == kNoToken32 && record.asked == kAsked && answer >> 32 == record.ticket;
  if (answered && term <= kLastAnswerTerm) return state_of(term, 0);
  if (record.token == kNoToken32 && record.asked_kind == kRequestState && !answered) return state_of(record.head, record.node);
  const auto& states = lanes_[slot].states;
  const auto found = states.find(record.position);
  return found == states.end() ? std::nullopt : std::optional<State>(found->second);
}

Status AutomatonMirror::clear() {
  serve();
  std::vector<SequenceRecord> records;
  std::vector<std::optional<State>> states;
  for (uint32_t slot = 0; slot < sizes_.sequences; ++slot) {
    records.push_back(record(slot));
    const SequenceRecord& held = records.back();
    const bool begun = held.status != kSequenceFree && held.status != kSequenceFailed;
    const bool pending = held.status == kSequenceStalled && held.token != kNoToken32;
    states.push_back(begun ? state(slot) : std::nullopt);
    if (held.status != kSequenceFree) keep_history(slot, held, pending);
    if (begun && held.status == kSequenceStalled) states.back() = waiting_state(slot, held);
  }
  const AutomatonTables& t = tables_;
  zero(*memory_, t.nodes, t.node_slots);
  zero(*memory_, t.node_count, 1);
  zero(*memory_, t.mask_keys, t.mask_slots);
  zero(*memory_, t.mask_state, t.mask_slots);
  zero(*memory_, t.mask_count, 1);
  zero(*memory_, t.mask_clear, 1);
  zero(*memory_, t.row_of, sizes_.terms);
  zero(*memory_, t.terms, sizes_.terms);
  ++generation_count_;
  memory_->write(generation_, &generation_count_, sizeof(generation_count_));
  terms_->clear();
  node_keys_.clear();
  for (uint32_t slot = 0; slot < sizes_.sequences; ++slot) {
    if (!states[slot]) continue;
    if (Status status = reopen(slot, records[slot], *states[slot]); !status.ok()) return status;
  }
  return {};
}

// The sequence waits for the answer that this leaves: where it stands, or what its token leads to.
Status AutomatonMirror::reopen(uint32_t slot, SequenceRecord record, State state) {
  const bool pending = record.status == kSequenceStalled && record.token != kNoToken32;
  if (!pending) record.token = kNoToken32;
  record.mask_slot = kNoMaskSlot;
  record.waits = record.keep = record.offset = 0;
  ++record.ticket;
  record.status = kSequenceStalled;
  record.asked = kAsked;
  record.asked_kind = pending ? kRequestState : kRequestPlace;
  record.head = kEpsilonTerm;
  record.node = 0;
  Request request{};
  request.kind = record.asked_kind;
  request.slot = slot;
  request.ticket = record.ticket;
  request.token = record.token;
  request.position = record.position;
  const Taken taken = take(record.grammar, state, request);
  memory_->write(tables_.sequences + slot, &record, sizeof(record));
  if (taken.answer != 0) {
    answer_with(request, taken.answer);
    return {};
  }
  if (!place(record.grammar, taken.state, request)) return fail(ErrorCode::kLimit, "a state has no mask within its budget");
  return {};
}

}  // namespace keyway
