// Delimiters found in text as it comes, by one small automaton that the grammar and the parser share.
//
// Entry points: TriggerSearch. A state is the set of triggers that may yet come to their end, with how far each has
// come, and whether the place is the start of the answer or of a line. All states are made at once: there are few, for a
// trigger is a delimiter. A trigger with `name_ahead` is complete only with letters and an opening parenthesis after it, one
// with a key ahead with that key, or with what is neither blanks nor the beginning of another key.
// Invariants: a completed trigger is the first to end; of several that end together the first of the list.
// Thread safety: immutable. Tested by tests/tools/trigger_search_test.cc.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/call_format.h"

namespace keyway {

struct Trigger {
  std::string text;  // empty: it comes as a token only
  Where where = Where::kAnywhere;
  bool name_ahead = false;
  KeyAhead key_ahead{};
};

class TriggerSearch {
 public:
  using State = uint32_t;
  static constexpr State kStartState = 0;

  // Requires: at most 32 triggers of at most 256 bytes.
  explicit TriggerSearch(std::vector<Trigger> triggers);

  struct Step {
    State next = 0;
    std::optional<uint32_t> found;  // the trigger that the byte completed; then `next` means nothing
  };
  Step step(State state, uint8_t byte) const {
    const uint16_t to = states_[state].next[byte];
    if (to >= kFound) return {0, to - kFound};
    return {to, std::nullopt};
  }
  // Bytes that came last and may yet be a part of a trigger. Where may_grow() they are those of the state before and one more.
  uint32_t held(State state) const { return states_[state].held; }
  bool may_grow(State state) const { return states_[state].grows; }
  // Of those, the most that belong to this trigger. Requires: it has no name ahead.
  uint32_t progress(State state, uint32_t trigger) const;
  // Whether a trigger could begin here by its place; what comes as a token has no bytes to step.
  bool may_begin(State state, uint32_t trigger) const {
    return static_cast<uint8_t>(triggers_[trigger].where) >= static_cast<uint8_t>(states_[state].place);
  }
  // After something that is no text of its own: a token of the text.
  State middle() const { return middle_; }
  // Bytes from the front of `text` that leave a state without held bytes as it is, when it is middle().
  size_t plain_bytes(std::string_view text) const;

  const std::vector<Trigger>& triggers() const { return triggers_; }
  size_t size() const { return states_.size(); }

 private:
  static constexpr uint16_t kFound = 0xFF00;
  struct StateData {
    std::array<uint16_t, 256> next{};
    uint32_t held = 0;
    bool grows = false;
    Where place = Where::kStart;
    std::vector<std::pair<uint16_t, uint16_t>> begun;  // (trigger, bytes of it), sorted
  };
  struct Builder;

  std::vector<Trigger> triggers_;
  std::vector<StateData> states_;
  State middle_ = 0;
  std::array<bool, 256> interesting_{};  // bytes that lead from middle() to another state
};

}  // namespace keyway
