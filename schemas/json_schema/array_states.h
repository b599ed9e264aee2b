// States inside an array whose items are counted (contains, and what a negated `items` leaves).
//
// Entry points: ArrayStates. A state is how many items came and how many of them counted for each obligation; both stop
// growing where they no longer matter. An obligation with a maximum is decided for each item (it counts or it does
// not); one with a minimum only is guessed: an item that counts may always be taken as one that does not. Of the constants
// that the array must differ from, a state knows those that its items have been equal to so far.
// Invariant: equal states have equal numbers. Every state made pays for itself from the arena's budget.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "grammar/recording.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

class ArrayStates {
 public:
  struct Option {
    ConjunctionId item;
    uint32_t next;
  };

  ArrayStates(TermArena& arena, ShapeStore& shapes, Conjunctions& conjunctions, Constants& constants)
      : arena_(arena), shapes_(shapes), conjunctions_(conjunctions), constants_(constants) {}

  uint32_t start(ArrayShapeId shape);
  bool is_first(uint32_t state) const { return words(state)[1] == 0; }
  bool may_close(uint32_t state) const;
  // What the next item may be, and where it leads; nothing where no item may come. Of a unique array an option leads to a
  // state that does not know the item yet: see with_item.
  std::vector<Option> options(uint32_t state);
  bool is_unique(uint32_t state) const { return shapes_.array(ArrayShapeId(words(state)[0])).unique; }
  // What the next item of a unique array may be but for those before it, one of which the state does not know yet, and the
  // items that must come behind it, which are alike. nullopt where items are counted or compared to constants, where those
  // behind differ, and where the array ends with the item.
  struct PlainItem {
    ConjunctionId item, next;
    uint32_t needed_behind;
  };
  std::optional<PlainItem> plain_item(uint32_t state) const;
  static constexpr size_t kMostRemembered = kMostRecorded;  // items of a unique array: it ends with them
  // The state of a unique array after an item of this value.
  uint32_t with_item(uint32_t state, NodeId constant);

 private:
  struct Step {
    ConjunctionId item;
    std::vector<uint32_t> words;
  };
  void count(const ArrayShape& shape, std::span<const uint32_t> at, std::vector<Step>& steps);
  void compare(std::span<const uint32_t> at, std::vector<Step>& steps);
  uint32_t horizon(const ArrayShape& shape) const;
  // Where the constants that are equal so far begin, behind their number; behind them lie those of the items written.
  size_t equal_at(const ArrayShape& shape) const { return 2 + shape.counts.size(); }

  // shape, items so far, one number per obligation, the number of constants equal so far, they, the items of a unique array
  std::span<const uint32_t> words(uint32_t state) const { return table_.words(state); }

  TermArena& arena_;
  ShapeStore& shapes_;
  Conjunctions& conjunctions_;
  Constants& constants_;
  InternTable table_;
};

}  // namespace keyway::json_schema
