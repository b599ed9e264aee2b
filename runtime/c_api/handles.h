// What the opaque types of keyway.h hold, and the way every error leaves the library.
//
// Entry points: keyway_tokenizer, keyway_grammar, keyway_matcher, report_error, guarded, missing.
// Invariants: no exception passes guarded(); memory that ran out is an error like any other; a handle owns what it needs,
// so that the caller may release tokenizers and grammars in any order. Tested by tests/runtime/c_api_test.cc.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "runtime/c_api/last_released.h"
#include "runtime/compile/compile.h"
#include "runtime/keyway.h"
#include "runtime/tokenizer/tokenizer.h"

struct keyway_tokenizer {
  explicit keyway_tokenizer(std::shared_ptr<const keyway::Tokenizer> opened) : tokenizer(std::move(opened)) {}
  std::shared_ptr<const keyway::Tokenizer> tokenizer;
  std::shared_ptr<keyway::c_api::LastReleased> last_released = std::make_shared<keyway::c_api::LastReleased>();
};

namespace keyway::c_api {

// What a grammar was compiled from.
struct GrammarSource {
  std::string kind, text, options;
};

// What a grammar and its matchers share: one reference count for a fork.
struct GrammarParts {
  std::shared_ptr<const Tokenizer> tokenizer;
  CompiledGrammar compiled;
  std::shared_ptr<const GrammarSource> source;  // null where it extends another
  size_t bytes_at_first = 0;                    // memory held by the grammar when it was made
  std::shared_ptr<LastReleased> last_released;  // of the tokenizer
};

}  // namespace keyway::c_api

// What matchers write into a grammar (rows, and the items of unique arrays) is never taken out of it. A grammar that is half
// full, or half made after a limit, is compiled anew for those that open next; the old one goes with its last matcher. On a device
// its terms may take seven eighths: its rows there are lost with it, and the terms of those that are foreseen take three quarters.
struct keyway_grammar {
 public:
  enum class Use { kMatcher, kDevice };
  explicit keyway_grammar(std::shared_ptr<const keyway::c_api::GrammarParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const keyway::c_api::GrammarParts> parts() const {
    std::lock_guard lock(mutex_);
    return parts_;
  }
  // Leaves none.
  std::shared_ptr<const keyway::c_api::GrammarParts> take_parts() { return std::move(parts_); }
  // For a matcher that is opened, or a sequence of a device.
  std::shared_ptr<const keyway::c_api::GrammarParts> parts_to_open(Use use = Use::kMatcher) const;

 private:
  bool is_full(Use use) const;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const keyway::c_api::GrammarParts> parts_;
};

struct keyway_matcher {
  std::shared_ptr<const keyway::c_api::GrammarParts> parts;
  keyway::Matcher matcher;
};

namespace keyway::c_api {

inline constexpr int kFailed = -1;

// Puts the error as a JSON object into *out (malloc), if out is not null. Returns kFailed.
int report_error(const Error& error, char** out) noexcept;

// The error of an argument that is NULL and must not be.
int missing(const char* argument, char** out) noexcept;

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
    return report_error(Error{ErrorCode::kLimit, thrown.what(), {}, {}, {}}, error);
  } catch (...) {
    return report_error(Error{ErrorCode::kInvalid, "an unknown failure", {}, {}, {}}, error);
  }
}

}  // namespace keyway::c_api
