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
  void enforced(std::string pointer, std::string_view keyword) {
    report_.enforced.push_back(note(std::move(pointer), keyword));
  }
  void narrowed(std::string pointer, std::string_view keyword, std::string_view excludes) {
    report_.narrowed.push_back(note(std::move(pointer), keyword));
    report_.narrowed.back().excludes = excludes;
  }
  // The same of a keyword that was reported as enforced before. Complexity: linear in the enforced ones.
  void narrow(std::string pointer, std::string_view keyword, std::string_view excludes) {
    std::erase_if(report_.enforced, [&](const KeywordNote& note) { return note.pointer == pointer; });
    narrowed(std::move(pointer), keyword, excludes);
  }
  void ignored(std::string pointer, std::string_view keyword, std::string_view message) {
    report_.ignored.push_back(note(std::move(pointer), keyword));
    report_.ignored.back().message = message;
  }
  // `error.pointer` is the keyword's own pointer.
  void refused(std::string_view keyword, Error error) {
    report_.refused.push_back(note(error.pointer, keyword));
    report_.refused.back().given = error.given;
    report_.refused.back().allowed = error.allowed;
    report_.refused.back().message = error.message;
    if (!first_error_) first_error_ = std::move(error);
  }

  const std::optional<Error>& first_error() const { return first_error_; }
  SchemaReport take() { return std::move(report_); }

 private:
  static KeywordNote note(std::string pointer, std::string_view keyword) {
    KeywordNote out;
    out.pointer = std::move(pointer);
    out.keyword = keyword;
    return out;
  }

  SchemaReport report_;
  std::optional<Error> first_error_;
};

}  // namespace keyway::json_schema
