// Remembers the item of a unique array while it is written, so that no later item may equal it.
//
// Entry points: ItemRecorder. reference(recorder, text, state) stands behind an item: `text` is what of the item has been
// written, `state` the array after it, not knowing it yet (array_states.h). The item is read as a value when the next one
// begins, reference(next, text, state), or as soon as it is over where it decides whether another may come at all.
// Invariant: equal texts are equal numbers. Thread safety: one thread at a time.
// Tested by tests/schemas/json_schema/unique_items_test.cc.
#pragma once

#include "grammar/term.h"
#include "schemas/json_schema/array_states.h"
#include "schemas/json_schema/facts.h"
#include "schemas/json_schema/recorded_texts.h"

namespace keyway::json_schema {

// Makes the rest of an array from a state on.
class ArrayRests {
 public:
  virtual ~ArrayRests() = default;
  virtual TermId rest(uint32_t state) = 0;
  // From the next item on, which must exist.
  virtual TermId items(uint32_t state) = 0;
  // The end of the array at once; never() where the state does not allow it.
  virtual TermId end(uint32_t state) = 0;
  // The same rest with `next` for the items.
  virtual TermId rest_with(uint32_t state, TermId next) = 0;
  // Bytes in which the items and the end can be written whatever one item the state does not know; kLongest where it has
  // to know.
  virtual uint32_t items_bytes(uint32_t state) = 0;
  // The next item, which no item is held against, and a mark (recording.h); never() where the state tells more of it.
  virtual TermId relaxed_items(uint32_t state) = 0;
};

class ItemRecorder : public Definition {
 public:
  // Requires: all outlive this.
  ItemRecorder(TermArena& arena, ArrayStates& states, Constants& constants, ArrayRests& rests)
      : arena_(arena), states_(states), constants_(constants), rests_(rests) {}

  // Before an item that leads to `state`.
  TermId start(uint32_t state, uint32_t shortest) {
    const bool knows = rests_.items_bytes(state) == kLongest;
    return arena_.reference(knows ? knowing_definition_ : definition_, RecordedTexts::kEmpty, state, TermFacts{false, shortest});
  }
  // The rest of an array that has to know its last item before the comma.
  TermId known_rest(uint32_t text, uint32_t state);
  uint32_t longer(uint32_t text, uint8_t byte) { return texts_.longer(text, byte); }
  TermId unfold(TermArena& arena, uint32_t text, uint32_t state) override;
  bool records() const override { return true; }
  bool recalls() const override { return false; }
  TermId after_byte(TermArena& arena, TermId self, uint32_t text, uint32_t state, uint8_t byte) override;
  void set_definitions(DefinitionId own, DefinitionId knowing, DefinitionId next) {
    definition_ = own;
    knowing_definition_ = knowing;
    next_definition_ = next;
  }
  // The items of reference(next, text, state).
  TermId next_items(uint32_t text, uint32_t state);
  // Whatever the text is: see relaxed() in recording.h.
  TermId relaxed_items(uint32_t state) { return rests_.relaxed_items(state); }
  TermId relaxed_rest(uint32_t state);

 private:
  NodeId constant_of(uint32_t text);

  TermArena& arena_;
  ArrayStates& states_;
  Constants& constants_;
  ArrayRests& rests_;
  DefinitionId definition_, knowing_definition_, next_definition_;
  RecordedTexts texts_;
};

// The items behind a recorded one.
class NextItems : public Definition {
 public:
  // Requires: outlives this.
  explicit NextItems(ItemRecorder& recorder) : recorder_(recorder) {}
  TermId unfold(TermArena&, uint32_t text, uint32_t state) override { return recorder_.next_items(text, state); }
  bool recalls() const override { return true; }
  TermId relaxed(TermArena&, uint32_t, uint32_t state) override { return recorder_.relaxed_items(state); }

 private:
  ItemRecorder& recorder_;
};

// A recorder whose array has to know the item as soon as it is over.
class KnowingRecorder : public Definition {
 public:
  // Requires: outlives this.
  explicit KnowingRecorder(ItemRecorder& recorder) : recorder_(recorder) {}
  TermId unfold(TermArena&, uint32_t text, uint32_t state) override { return recorder_.known_rest(text, state); }
  TermId relaxed(TermArena&, uint32_t, uint32_t state) override { return recorder_.relaxed_rest(state); }
  bool records() const override { return true; }
  TermId after_byte(TermArena& arena, TermId self, uint32_t text, uint32_t state, uint8_t byte) override {
    return arena.reference(arena.definition(self), recorder_.longer(text, byte), state, TermFacts{false, arena.shortest(self)});
  }

 private:
  ItemRecorder& recorder_;
};

}  // namespace keyway::json_schema
