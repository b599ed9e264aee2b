// Sequences of a batch advanced by their tokens, and the masks of where they stand, without the host.
//
// Entry points: advance_cpu, masks_cpu (twins that run the same functions in loops), advance_cuda, masks_cuda, one signature.
//
//   advance   one thread per row walks the bytes of its token through the tables (automaton_advance.h)
//   masks     one thread per row finds the mask of its state by (head, stack); each that no row of the batch has is built
//             once, one block per mask (automaton_masks.h), or asked of the host where a row is missing
//
// Contract at the boundary: raw pointers, sizes and a stream; nothing is allocated and nothing waited for.
// Invariant: states and masks equal those of Matcher bit for bit; a row that has no mask yet gets the empty one.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "kernels/apply_mask.h"
#include "kernels/automaton_tables.h"

namespace keyway {

enum AdvanceOutcome : uint32_t {
  kAdvanceIdle = 0,      // no token was given
  kAdvanceTaken = 1,     // the token, or the one that waited, is taken
  kAdvanceStalled = 2,   // waits: give no token for this row until it is taken
  kAdvanceRejected = 3,  // not allowed: the state is as it was
  kAdvanceFailed = 4,    // the host cannot go on with it: a budget ran out
};

struct AdvanceArguments {
  AutomatonTables tables{};
  VocabularyTables vocabulary{};
  // (rows) sequence of the row, each at most once; null: row r is sequence r. One that there is not is rejected, its mask empty.
  const uint32_t* slots = nullptr;
  const uint32_t* tokens = nullptr;  // (rows) or kNoToken32; null: none
  uint32_t* outcomes = nullptr;      // (rows) AdvanceOutcome; may be null
  uint32_t* mask_rows = nullptr;     // (rows) rows of tables.masks; masks_* writes it. See free_mask_row
  uint32_t rows = 0;                 // at most tables.sequence_count
};

// Takes tokens[r] in sequence slots[r]. `stream` is a cudaStream_t, not used by the twin.
KernelStatus advance_cpu(const AdvanceArguments& arguments, void* stream = nullptr);
KernelStatus advance_cuda(const AdvanceArguments& arguments, void* stream = nullptr);

// Ensures: mask_rows[r] is the mask of sequence slots[r], or kEmptyMaskRow where it waits or has ended.
// Rows that it names are good until the next call for the same tables, which may drop masks.
KernelStatus masks_cpu(const AdvanceArguments& arguments, void* stream = nullptr);
KernelStatus masks_cuda(const AdvanceArguments& arguments, void* stream = nullptr);

// Takes back tokens[r] tokens of sequence slots[r]. Rejected: more than were taken or than the history holds.
KernelStatus rollback_cpu(const AdvanceArguments& arguments, void* stream = nullptr);
KernelStatus rollback_cuda(const AdvanceArguments& arguments, void* stream = nullptr);

// Sequence slots[r] becomes what sequence tokens[r] is. Requires: no sequence is both. Rejected: the same, or none such.
// kAdvanceStalled: the source waits, or the host has too much to do; call again.
KernelStatus fork_cpu(const AdvanceArguments& arguments, void* stream = nullptr);
KernelStatus fork_cuda(const AdvanceArguments& arguments, void* stream = nullptr);

bool valid_arguments(const AdvanceArguments& arguments);

}  // namespace keyway
