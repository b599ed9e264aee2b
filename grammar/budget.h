// Counted budgets: every compile and every mask is metered by work, never by a clock, so that the outcome of a
// case is the same on every machine.
//
// Entry points: Limits (the defaults, in one struct), Budget (a meter that is passed down).
// Invariant: once a Budget is exhausted it stays so, and every later pay() fails; nothing is loosened for it.
// Tested by tests/grammar/budget_test.cc.
#pragma once

#include <cstdint>
#include <string>

#include "grammar/error.h"

namespace keyway {

// Defaults hold for one grammar, one mask or one document. Larger values accept more and cost more.
struct Limits {
  uint64_t document_bytes = 64u << 20;   // a schema, registry or tool list, bytes
  uint32_t document_depth = 512;         // nesting of arrays and objects in a document
  uint64_t compile_fuel = 20'000'000;    // terms and transitions made while a grammar is compiled
  uint64_t mask_fuel = 5'000'000;        // terms, transitions and trie nodes visited for one mask or accept
  uint64_t arena_bytes = 192u << 20;     // terms, rows and masks of one grammar, bytes; expressions take half of it at most
  uint32_t nesting = 2'000;              // open frames (containers, rules) in one text
  uint32_t regex_depth = 250;            // nested groups of a regular expression
  uint32_t repeat_count = 1'000'000;     // largest bound of a counted repetition
  uint32_t text_bytes = 1u << 20;        // one text that a grammar spells (a constant, name or literal), or one pattern
  uint32_t alternatives = 8'192;         // of arrays or of objects at one place of a schema, multiplied out
};

// A meter of work. Thread safety: one thread at a time.
class Budget {
 public:
  explicit Budget(uint64_t fuel) : left_(fuel), limit_(fuel) {}

  // Takes `amount` units. Returns false, now and from then on, when they are not there.
  bool pay(uint64_t amount = 1) {
    if (left_ < amount) {
      left_ = 0;
      exhausted_ = true;
      return false;
    }
    left_ -= amount;
    return !exhausted_;
  }
  bool exhausted() const { return exhausted_; }
  uint64_t used() const { return limit_ - left_; }
  uint64_t limit() const { return limit_; }

  // The kLimit error that names this budget; `what` is for example "compile_fuel".
  Error error(const std::string& what, std::string pointer = {}) const {
    return fail(ErrorCode::kLimit, "the budget of counted work is used up", std::move(pointer), {},
                what + " " + std::to_string(limit_));
  }

 private:
  uint64_t left_;
  uint64_t limit_;
  bool exhausted_ = false;
};

}  // namespace keyway
