// Collects what a compilation says about each keyword, and the error of the first refusal.
//
// Entry points: Reporter. Invariant: first_error() is set exactly when the report has a refusal.
// Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "grammar/error.h"
#include "schemas/json_schema/compile.h"

namespace keyway::json_schema {

class Reporter {
 public:
  // Of the keyword that stands in the schema at `schema`.
  void enforced(std::string_view schema, std::string_view keyword) { report_.enforced.add(schema, keyword, {}); }
  void ignored(std::string_view schema, std::string_view keyword, std::string_view message) {
    report_.ignored.add(schema, keyword, message);
  }
  // `pointer` is the keyword's own.
  void narrowed(std::string pointer, std::string_view keyword, std::string_view excludes) {
    KeywordNote note = note_of(std::move(pointer), keyword);
    note.excludes = excludes;
    report_.narrowed.add(note);
  }
  // The same of a keyword that was reported as enforced before. Complexity: linear in the enforced ones.
  void narrow(std::string pointer, std::string_view keyword, std::string_view excludes) {
    report_.enforced.erase(pointer);
    narrowed(std::move(pointer), keyword, excludes);
  }
  // `error.pointer` is the keyword's own pointer.
  void refused(std::string_view keyword, Error error) {
    KeywordNote note = note_of(error.pointer, keyword);
    note.given = error.given;
    note.allowed = error.allowed;
    note.message = error.message;
    report_.refused.add(note);
    if (!first_error_) first_error_ = std::move(error);
  }

  const std::optional<Error>& first_error() const { return first_error_; }
  SchemaReport take() { return std::move(report_); }

 private:
  static KeywordNote note_of(std::string pointer, std::string_view keyword) {
    KeywordNote out;
    out.pointer = std::move(pointer);
    out.keyword = keyword;
    return out;
  }

  SchemaReport report_;
  std::optional<Error> first_error_;
};

}  // namespace keyway::json_schema
