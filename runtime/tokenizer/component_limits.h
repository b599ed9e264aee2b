// Bounds of what a tokenizer.json may put together.
//
// Entry points: kMaxSequenceDepth, kMaxSteps. Tested by tests/runtime/tokenizer_test.cc.
#pragma once

#include <cstddef>

namespace keyway {

inline constexpr int kMaxSequenceDepth = 16;  // of Sequence components inside each other
inline constexpr size_t kMaxSteps = 64;       // components of one stage

}  // namespace keyway
