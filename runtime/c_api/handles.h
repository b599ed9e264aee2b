// What the opaque types of keyway.h hold, and the way every error leaves the library.
//
// Entry points: keyway_tokenizer, keyway_grammar, keyway_matcher, report_error, guarded.
// Invariant: no exception passes guarded(); memory that ran out is an error like any other.
#pragma once

#include <memory>
#include <new>
#include <string>

#include "grammar/matcher.h"
#include "runtime/keyway.h"
#include "runtime/tokenizer/tokenizer.h"

struct keyway_tokenizer {
  std::shared_ptr<const keyway::Tokenizer> tokenizer;
};

struct keyway_grammar {
  std::shared_ptr<const keyway::Tokenizer> tokenizer;
  std::shared_ptr<keyway::Grammar> grammar;
  std::shared_ptr<const std::string> report;  // JSON
  size_t max_rollback = SIZE_MAX;             // tokens
};

struct keyway_matcher {
  std::shared_ptr<const keyway::Tokenizer> tokenizer;
  keyway::Matcher matcher;
  size_t max_rollback;
};

namespace keyway::c_api {

inline constexpr int kFailed = -1;

// Puts the error as a JSON object into *out (malloc), if out is not null. Returns kFailed.
int report_error(const Error& error, char** out) noexcept;

// A copy of the text for the caller to free; null without memory.
char* copied(const std::string& text) noexcept;

// Runs body() -> int and turns whatever it throws into an error.
template <typename Body>
int guarded(char** error, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return report_error(Error{ErrorCode::kLimit, "out of memory", {}, {}, {}}, error);
  } catch (const std::exception& thrown) {
    return report_error(Error{ErrorCode::kInvalid, thrown.what(), {}, {}, {}}, error);
  } catch (...) {
    return report_error(Error{ErrorCode::kInvalid, "an unknown failure", {}, {}, {}}, error);
  }
}

}  // namespace keyway::c_api
