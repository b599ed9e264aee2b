// The one error path of Keyway: Result<T> holds a value or an Error.
//
// Entry points: Error, Result<T>, Status, fail().
// Invariant: the library never prints, aborts or throws across its boundary; whatever can go wrong with input is
// an Error with a code that programs branch on and words that people read. assert() is for our own bugs only.
// Tested by tests/grammar/error_test.cc.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace keyway {

enum class ErrorCode {
  kSyntax,         // the text is not what its format says: JSON, regular expression, template, ...
  kInvalid,        // well-formed text with a meaning that is not allowed: wrong type, duplicate name, ...
  kUnsupported,    // an assertion or construct that Keyway does not enforce, refused by name
  kUnsatisfiable,  // a schema or grammar that no text satisfies
  kLimit,          // a counted budget (fuel, bytes, depth, states) is used up; `allowed` names it
  kNotFound,       // a file, name or reference that does not exist
  kIo,             // the operating system refused to read or write
  kMismatch,       // two inputs that do not belong together: model and tokenizer, shape and config
  kNotAllowed,     // a token or call that the grammar does not allow here
  kFinished,       // the text has ended: no mask follows an end token
  kNoCompletion,   // no completion fits in the tokens that are left
  kCancelled,      // stopped by the caller
};

// The name that programs see in JSON: "syntax", "invalid", "unsupported", "unsatisfiable", "limit", ...
std::string_view error_code_name(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;  // one sentence for people, UTF-8, without the fields below
  std::string pointer;  // where: a JSON Pointer (RFC 6901), "line 3, column 7", or a file name; may be empty
  std::string given;    // what stood there, shortened to at most 200 bytes; may be empty
  std::string allowed;  // what could stand there, or the limit that was hit; may be empty

  // "message (at pointer; given ...; allowed ...)", at most 2 kB.
  std::string to_string() const;
};

// A value or an Error. Thread safety: as T.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Requires: ok().
  T& value() & { assert(ok()); return *std::get_if<0>(&state_); }
  const T& value() const& { assert(ok()); return *std::get_if<0>(&state_); }
  T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Requires: !ok().
  const Error& error() const { assert(!ok()); return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  // Requires: !ok().
  const Error& error() const { assert(!ok()); return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

// Shorthand for an Error in a return statement. Cold, so that the code that words an error lies apart from the code around it: a
// schema is compiled with caches that something else has filled, and every line of code that it passes is fetched anew.
[[gnu::cold, gnu::noinline]] inline Error fail(ErrorCode code, std::string message, std::string pointer = {}, std::string given = {},
                  std::string allowed = {}) {
  return Error{code, std::move(message), std::move(pointer), std::move(given), std::move(allowed)};
}

}  // namespace keyway
