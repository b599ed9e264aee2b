// The host's side of automata that run on a device: it makes the tables, opens sequences, and answers what kernels ask.
//
// Entry points: AutomatonMirror::create, add_grammar, open, serve. A step of the device never waits for serve(): a sequence that
// needs something stalls, and goes on in the step after the answer. The host lane is the last resort: for states that no table
// holds (recorders, tables that are full) serve() takes the tokens with the CPU engine and writes the masks.
// Invariant: states and masks equal those of Matcher bit for bit, whichever lane made them.
// Thread safety: one thread at a time; kernels may run meanwhile, but for open(), release() and clear(), which need the stream of
// the steps to be idle. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>

#include "kernels/automaton.h"
#include "runtime/device/term_mirror.h"

namespace keyway {

class AutomatonMirror {
 public:
  // Errors: kLimit where memory does not do; kInvalid for sizes that are not as AutomatonSizes says.
  static Result<std::unique_ptr<AutomatonMirror>> create(std::shared_ptr<const Vocabulary> vocabulary, const AutomatonSizes& sizes,
                                                         std::unique_ptr<DeviceMemory> memory);

  // Requires: the grammar is of the vocabulary. Errors: kMismatch; as TermMirror::add_grammar.
  Result<uint32_t> add_grammar(std::shared_ptr<Grammar> grammar);
  // Sequence `slot` begins a text at `start`, a state of the grammar; its next step takes the answer that this leaves.
  Status open(uint32_t slot, uint32_t grammar, State start);
  // Sequence `slot` has no constraint from now on.
  Status release(uint32_t slot);
  // Publishes at most `rows` rows that texts from `start` can reach, so that the first tokens find them.
  Status warm(uint32_t grammar, State start, uint32_t rows);

  // Begins the tables anew: all rows, stacks and masks are forgotten, and sequences go on from where they stand. For when tables
  // are full. Errors: kLimit.
  Status clear();

  // Answers what was asked since the last call, then foresees; returns how many requests that were.
  size_t serve();
  // Publishes rows that texts may come to, at most so many, while nothing is asked; returns how many. Fewer: there are no more.
  uint32_t foresee(uint32_t rows);
  const AutomatonTables& tables() const { return tables_; }
  const VocabularyTables& vocabulary_tables() const { return vocabulary_tables_; }
  const TermMirror& terms() const { return *terms_; }
  DeviceMemory& memory() { return *memory_; }

  // What sequence `slot` stands at. Requires: no step is in flight. Nothing while it waits, is free or has ended.
  std::optional<State> state(uint32_t slot);
  SequenceRecord record(uint32_t slot);
  uint64_t counter(Counter which);

 private:
  // What the host keeps of a sequence in its lane: states by the number of tokens before them.
  struct Lane {
    std::map<uint32_t, State> states;
  };
  // What a token comes to.
  struct Taken {
    uint32_t answer = kAnswerFailed;  // kAnswerRejected, kAnswerFinished, kAnswerFailed; 0: `state`
    State state{TermArena::never(), TermArena::epsilon()};
  };

  explicit AutomatonMirror(const AutomatonSizes& sizes) : sizes_(sizes) {}
  Status allocate();
  void write_free_mask();
  template <typename Value>
  bool allocate(Value*& place, size_t count, bool shared = false);
  uint64_t node_key(uint32_t node);
  State state_of(uint32_t head, uint32_t node);
  Taken take(uint32_t grammar, State before, const Request& request);
  bool place(uint32_t grammar, State state, const Request& request);
  void keep_history(uint32_t slot, const SequenceRecord& record, bool pending);
  std::optional<State> waiting_state(uint32_t slot, const SequenceRecord& record);
  Status reopen(uint32_t slot, SequenceRecord record, State state);
  void forget_tokens(uint32_t slot);
  bool is_asked() const;
  void answer(const Request& request);
  void answer_mask(const Request& request);
  void foresee_from(const Request& request);
  void answer_state(const Request& request);
  void answer_with(const Request& request, uint32_t value);
  bool write_mask(uint32_t grammar, State state, uint32_t row);

  AutomatonSizes sizes_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::unique_ptr<DeviceMemory> memory_;
  AutomatonTables tables_{};
  VocabularyTables vocabulary_tables_{};
  std::unique_ptr<TermMirror> terms_;
  std::vector<Lane> lanes_;       // by sequence
  std::unordered_map<uint32_t, uint64_t> node_keys_;  // read before: a read waits for the device
  std::vector<uint32_t> mask_;    // a row that is being written
  uint32_t* taken_ = nullptr;     // requests taken, which the device reads
  uint32_t* generation_ = nullptr;
  uint32_t taken_count_ = 0, generation_count_ = 0;
};

}  // namespace keyway
