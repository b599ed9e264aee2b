// Parameters of Lark rules: 64-bit values, what a call passes on, and the conditions of alternatives.
//
// Entry points: LarkParameter, LarkCondition, read_parameter, read_condition.
// Thread safety: values. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schemas/grammars/text_cursor.h"

namespace keyway::grammars {

// Bits first to last (not included) of a value; 0 <= first < last <= 64.
struct LarkBits {
  uint32_t first = 0, last = 64;
  uint64_t of(uint64_t value) const;
  uint64_t mask() const;  // in place
};

// What a rule is called with, from the value of the rule that calls.
struct LarkParameter {
  enum class Kind : uint8_t { kValue, kSame, kSetBit, kClearBit, kAnd, kOr, kIncrement, kDecrement } kind = Kind::kSame;
  uint64_t value = 0;  // kValue, kAnd, kOr: the number; kSetBit, kClearBit: the bit
  LarkBits bits;       // kIncrement, kDecrement
  uint64_t apply(uint64_t current) const;
  bool needs_current() const { return kind != Kind::kValue; }
};

struct LarkCondition {
  enum class Kind : uint8_t { kTrue, kBit, kOnes, kCompare, kCount, kAnd, kOr, kNot } kind = Kind::kTrue;
  std::string compare;             // kCompare, kCount: eq ne lt le gt ge
  uint64_t value = 0;              // kCompare, kCount: the number; kBit: 1 set, 0 clear; kOnes: 1 ones, 0 zeros
  LarkBits bits;
  std::vector<LarkCondition> parts;
  bool holds(uint64_t current) const;
};

// At what follows `::`, and at what follows `%if`. False: refused, the cursor has the error.
bool read_parameter(TextCursor& cursor, LarkParameter& out);
bool read_condition(TextCursor& cursor, LarkCondition& out, uint32_t depth = 0);

}  // namespace keyway::grammars
