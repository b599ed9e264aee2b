// The tokens of a vocabulary as the flat tables that masks are built from on a device.
//
// Entry points: make_vocabulary_tables. The groups are those of grammar/token_slices.h; within a group tokens lie in the
// order of their bytes, so that one first byte is one range.
// Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "grammar/token_slices.h"
#include "kernels/automaton_tables.h"
#include "kernels/device_memory.h"

namespace keyway {

// Complexity: O(bytes of the vocabulary). Errors: kLimit where memory does not do, or the slices are more than kMostSlices.
// Requires: `memory` outlives the tables.
Result<VocabularyTables> make_vocabulary_tables(const Vocabulary& vocabulary, const TokenSlices& slices, DeviceMemory& memory);

}  // namespace keyway
