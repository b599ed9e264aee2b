// What the host answers to requests of kernels; see automaton_mirror.h.
#include <algorithm>

#include "kernels/shared_word.h"
#include "runtime/device/automaton_mirror.h"

namespace keyway {

size_t AutomatonMirror::serve() {
  size_t served = 0;
  for (;; ++served) {
    if (!is_asked()) break;
    const Request request = tables_.requests[taken_count_ & (sizes_.request_slots - 1)];
    ++taken_count_;
    // What was asked before the tables were cleared is asked again by who still needs it.
    if (request.generation == generation_count_) answer(request);
    publish_word(taken_, taken_count_);  // answered: masks may move again
  }
  foresee(sizes_.rows_foreseen);
  return served;
}

uint32_t AutomatonMirror::foresee(uint32_t rows) {
  return terms_->fill_ahead(rows, [&] { return is_asked(); });
}

bool AutomatonMirror::is_asked() const {
  return load_word(&tables_.requests[taken_count_ & (sizes_.request_slots - 1)].serial) == taken_count_ + 1;
}

void AutomatonMirror::answer(const Request& request) {
  switch (request.kind) {
    case kRequestRow:
      // A row that is not to be had stays wanted: the sequence asks for its state after some steps.
      terms_->fill(request.head, sizes_.rows_ahead);
      return;
    case kRequestMask: return answer_mask(request);
    case kRequestSeen: return foresee_from(request);
    case kRequestHistory:
      lanes_[request.slot].states = lanes_[request.token].states;
      return;
    default: return answer_state(request);
  }
}

void AutomatonMirror::answer_mask(const Request& request) {
  const State state = state_of(request.head, request.node);
  uint32_t row = kEmptyMaskRow;
  memory_->read(&row, tables_.mask_row + request.slot, sizeof(row));
  const bool made = write_mask(terms_->source(request.head).grammar, state, row);
  const uint32_t answer = made ? kMaskReady : kMaskRefused;
  memory_->write(tables_.mask_state + request.slot, &answer, sizeof(answer));
  if (sizes_.rows_foreseen == 0) return;
  terms_->fill_walk_from(terms_->source(request.head).grammar, state);
  foresee_from(request);
}

// The head, and what stands behind it: that comes to be read as soon as the head has ended.
void AutomatonMirror::foresee_from(const Request& request) {
  terms_->foresee(request.head);
  terms_->foresee_walks(terms_->source(request.head).grammar, state_of(request.head, request.node));
  if (request.node == 0) return;
  terms_->foresee(static_cast<uint32_t>(node_key(request.node) >> 32));
}

void AutomatonMirror::answer_with(const Request& request, uint32_t value) {
  const uint64_t answer = uint64_t{request.ticket} << 32 | value;
  memory_->write(const_cast<uint64_t*>(tables_.answers) + request.slot, &answer, sizeof(answer));
}

bool AutomatonMirror::write_mask(uint32_t grammar, State state, uint32_t row) {
  std::fill(mask_.begin(), mask_.end(), 0u);
  Matcher matcher(terms_->grammar(grammar), state);
  if (!matcher.mask(mask_).ok()) return false;
  return memory_->write(tables_.masks + row * tables_.mask_stride, mask_.data(), mask_.size() * sizeof(uint32_t));
}

// Takes the token of a request from its offset on.
AutomatonMirror::Taken AutomatonMirror::take(uint32_t grammar, State before, const Request& request) {
  Taken taken;
  const std::shared_ptr<Grammar>& bound = terms_->grammar(grammar);
  if (request.token == kNoToken32) {
    taken.answer = 0;
    taken.state = before;
  } else if (request.offset == 0) {
    Matcher matcher(bound, before);
    const Result<bool> accepted = matcher.accept(request.token);
    if (!accepted.ok()) return taken;
    taken.answer = !*accepted ? kAnswerRejected : matcher.is_finished() ? kAnswerFinished : 0;
    taken.state = matcher.state();
  } else {
    const Status used = bound->use([&](Automaton& automaton) {
      taken.state = before;
      for (char byte : vocabulary_->bytes(request.token).substr(request.offset)) {
        if (!Automaton::is_dead(taken.state)) taken.state = automaton.step(taken.state, static_cast<uint8_t>(byte));
      }
    });
    if (!used.ok()) return taken;
    taken.answer = Automaton::is_dead(taken.state) ? kAnswerRejected : 0;
  }
  return taken;
}

void AutomatonMirror::answer_state(const Request& request) {
  const uint32_t grammar = request.grammar;
  Taken taken;
  if (request.kind == kRequestState) {
    taken = take(grammar, state_of(request.head, request.node), request);
  } else {
    const auto& states = lanes_[request.slot].states;
    const auto before = states.find(request.position);
    if (before == states.end()) return answer_with(request, kAnswerFailed);
    taken = take(grammar, before->second, request);
  }
  if (taken.answer != 0) return answer_with(request, taken.answer);
  if (!place(grammar, taken.state, request)) answer_with(request, kAnswerFailed);
}

// Answers with the state: by its number where the device can go on with it, otherwise by the host lane. False where its mask is
// past its budget.
bool AutomatonMirror::place(uint32_t grammar, State state, const Request& request) {
  const uint32_t position = request.position + (request.token != kNoToken32 ? 1 : 0);
  TermId term;
  const Status used = terms_->grammar(grammar)->use([&](Automaton& automaton) { term = automaton.term(state); });
  if (!used.ok()) return false;
  if (request.keep == 0) {
    const auto number = terms_->number(grammar, term);
    if (!number.ok()) return false;
    if (*number != kHostAction) {
      terms_->foresee(*number);
      terms_->foresee_walks(grammar, state);
      answer_with(request, *number);
      return true;
    }
  }
  auto& states = lanes_[request.slot].states;
  states.erase(states.begin(), states.lower_bound(position - std::min(position, sizes_.history_length)));
  states[position] = state;
  if (!write_mask(grammar, state, own_mask_row(request.slot))) return false;
  answer_with(request, kAnswerHostLane);
  return true;
}

}  // namespace keyway
