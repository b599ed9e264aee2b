// What every fuzz target shares: a check that stays on in every build, and the input as text.
//
// Entry points: check, check_error, input_text.
// Invariant: a broken property ends the process by a trap, which libFuzzer reports and the replay test fails on.
// Tested by the replay tests (tests/fuzz/replay_main.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammar/error.h"
#include "grammar/utf8.h"

namespace keyway::fuzz {

// Not assert(): the release preset must check too.
inline void check(bool holds) {
  if (!holds) __builtin_trap();
}

inline std::string_view input_text(const uint8_t* data, size_t size_bytes) {
  return {reinterpret_cast<const char*>(data), size_bytes};
}

// What every returned error promises: words, UTF-8, at most 2 kB.
inline void check_error(const Error& error) {
  check(!error.message.empty());
  std::string text = error.to_string();
  check(text.size() <= 2048);
  check(is_utf8(text));
}

}  // namespace keyway::fuzz
