// The CPU twins of automaton.cu: the same functions, one thread and one block after the other; see automaton.h.
//
// Tested by tests/runtime/automaton_mirror_test.cc.
#include "kernels/automaton_masks.h"

namespace keyway {
namespace {

constexpr uint32_t kTwinThreads = 4;  // of a block: more than one, so that threads meet each other's work

uint32_t slot_of(const AdvanceArguments& arguments, uint32_t row) {
  return arguments.slots != nullptr ? arguments.slots[row] : row;
}

uint32_t token_of(const AdvanceArguments& arguments, uint32_t row) {
  return arguments.tokens != nullptr ? arguments.tokens[row] : kNoToken32;
}

}  // namespace

bool valid_arguments(const AdvanceArguments& arguments) {
  if (arguments.rows > arguments.tables.sequence_count) return false;
  return arguments.rows == 0 || (arguments.tables.sequences != nullptr && arguments.vocabulary.bytes != nullptr);
}

KernelStatus advance_cpu(const AdvanceArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  for (uint32_t row = 0; row < arguments.rows; ++row) {
    const AdvanceOutcome outcome =
        advance_sequence(arguments.tables, arguments.vocabulary, slot_of(arguments, row), token_of(arguments, row));
    if (arguments.outcomes != nullptr) arguments.outcomes[row] = outcome;
  }
  return KernelStatus::kOk;
}

KernelStatus masks_cpu(const AdvanceArguments& arguments, void*) {
  if (!valid_arguments(arguments) || (arguments.rows > 0 && arguments.mask_rows == nullptr)) return KernelStatus::kBadArgument;
  const AutomatonTables& tables = arguments.tables;
  for (uint32_t thread = 0; thread < kTwinThreads; ++thread) clear_masks(tables, thread, kTwinThreads);
  for (uint32_t row = 0; row < arguments.rows; ++row) find_mask(tables, slot_of(arguments, row));
  MaskBlock block;
  for (uint32_t i = 0; i < *tables.mask_build_count; ++i) {
    block.slot = tables.mask_builds[i];
    for (uint32_t phase = 0; phase < kMaskPhases; ++phase) {
      for (uint32_t thread = 0; thread < kTwinThreads; ++thread) {
        build_mask_phase(tables, arguments.vocabulary, block, phase, thread, kTwinThreads);
      }
    }
  }
  *tables.mask_build_count = 0;
  decide_clear(tables);
  for (uint32_t row = 0; row < arguments.rows; ++row) {
    arguments.mask_rows[row] = settle_mask(tables, slot_of(arguments, row));
  }
  return KernelStatus::kOk;
}

KernelStatus rollback_cpu(const AdvanceArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  for (uint32_t row = 0; row < arguments.rows; ++row) {
    const AdvanceOutcome outcome = rollback_sequence(arguments.tables, slot_of(arguments, row), token_of(arguments, row));
    if (arguments.outcomes != nullptr) arguments.outcomes[row] = outcome;
  }
  return KernelStatus::kOk;
}

KernelStatus fork_cpu(const AdvanceArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  for (uint32_t row = 0; row < arguments.rows; ++row) {
    const AdvanceOutcome outcome = fork_sequence(arguments.tables, token_of(arguments, row), slot_of(arguments, row));
    if (arguments.outcomes != nullptr) arguments.outcomes[row] = outcome;
  }
  return KernelStatus::kOk;
}

}  // namespace keyway
