// A place in the text of a grammar, and errors that name it.
//
// Entry point: TextCursor. Readers look at bytes and take whole code points; the first error is kept, later ones are
// dropped, so that a reader may go on to its next check and stop there.
// Invariant: the text is UTF-8 without NUL, which check_grammar_text has seen to.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/gbnf_test.cc.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "grammar/budget.h"
#include "grammar/error.h"

namespace keyway::grammars {

// kSyntax for text that is not UTF-8 or holds NUL, kLimit past Limits::document_bytes; both with a place.
Status check_grammar_text(std::string_view text, const Limits& limits);

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  size_t position() const { return position_; }
  void move_to(size_t position) { position_ = position; }
  // To the end at most.
  void skip(size_t bytes) { position_ = std::min(position_ + bytes, text_.size()); }
  bool done() const { return position_ >= text_.size(); }
  // The byte that far ahead, '\0' past the end.
  char at(size_t ahead = 0) const { return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0'; }
  bool starts_with(std::string_view expected) const { return text_.substr(position_).starts_with(expected); }
  bool take(std::string_view expected);
  // Requires: !done().
  uint32_t next_code_point();
  // Exactly `digits` hexadecimal digits, the first of which is here; nullopt where there are fewer.
  std::optional<uint32_t> hex(size_t digits);
  // A decimal number, saturated; nullopt where no digit is here.
  std::optional<uint64_t> decimal();

  // Keeps the first error; returns false, so that a reader can return it.
  bool refuse(ErrorCode code, std::string message, size_t offset, std::string allowed = {});
  bool syntax(std::string message, std::string allowed = {}) {
    return refuse(ErrorCode::kSyntax, std::move(message), position_, std::move(allowed));
  }
  // An error of a part of the text, placed at `offset` of the whole.
  bool refuse(Error error, size_t offset);
  const std::optional<Error>& error() const { return error_; }
  std::string place(size_t offset) const;

 private:
  std::string_view text_;
  size_t position_ = 0;
  std::optional<Error> error_;
};

}  // namespace keyway::grammars
