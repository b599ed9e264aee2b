// How a rule of the template language that is broken reaches the caller.
//
// Entry points: Failure, raise, raise_limit.
// Why an exception: templates run Python's semantics, in which nearly every one of some 200 operations can fail in the
// middle of an expression; a Result after each of them costs a branch and hides the operation. A Failure never leaves
// this folder: ChatTemplate::parse and ChatTemplate::render catch it and return its Error.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "grammar/error.h"

namespace keyway::chat {

struct Failure {
  Error error;
};

[[noreturn]] inline void raise(ErrorCode code, std::string message, std::string given = {}, std::string allowed = {}) {
  throw Failure{fail(code, std::move(message), {}, std::move(given), std::move(allowed))};
}

// A mistake in the text of the template. `place` is "line L, column C".
[[noreturn]] inline void raise_syntax(std::string message, std::string place, std::string given = {},
                                      std::string allowed = {}) {
  throw Failure{
      fail(ErrorCode::kSyntax, std::move(message), std::move(place), std::move(given), std::move(allowed))};
}

// What Python would answer with a TypeError, ValueError, ... at run time.
[[noreturn]] inline void raise_invalid(std::string message, std::string given = {}) {
  raise(ErrorCode::kInvalid, std::move(message), std::move(given));
}

// A counted limit of TemplateLimits; `name` is the field that was hit.
[[noreturn]] inline void raise_limit(const char* name, uint64_t limit) {
  raise(ErrorCode::kLimit, "the template needs more than its limits allow", {}, name + (" " + std::to_string(limit)));
}

}  // namespace keyway::chat
