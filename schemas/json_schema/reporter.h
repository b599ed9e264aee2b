// Collects what a compilation says about each keyword, and the error of the first refusal.
//
// Entry points: Reporter. A keyword is named by the place of its schema (SchemaNodes::place) and its name, or by its pointer.
// Invariant: first_error() is set exactly when the report has a refusal.
// Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "grammar/error.h"
#include "schemas/json.h"
#include "schemas/json_schema/compile.h"
#include "schemas/json_schema/schema_places.h"

namespace keyway::json_schema {

class Reporter {
 public:
  // Those that keywords are named by from here on.
  void name_places(const std::shared_ptr<const SchemaPlaces>& places) {
    places_ = places;
    for (KeywordNotes* notes : {&report_.enforced, &report_.narrowed, &report_.ignored, &report_.refused}) {
      notes->name_places(places);
    }
  }

  void enforced(uint32_t place, std::string_view keyword) { report_.enforced.add(place, {keyword, {}, {}, {}, {}}); }
  void ignored(uint32_t place, std::string_view keyword, std::string_view message) {
    report_.ignored.add(place, {keyword, {}, {}, {}, message});
  }
  void narrowed(uint32_t place, std::string_view keyword, std::string_view excludes) {
    report_.narrowed.add(place, {keyword, excludes, {}, {}, {}});
  }
  // The same of a keyword that was reported as enforced before. Complexity: linear in the enforced ones.
  void narrow(uint32_t place, std::string_view keyword, std::string_view excludes) {
    report_.enforced.erase(place, keyword);
    narrowed(place, keyword, excludes);
  }
  // The pointer of `error` is left out: it is the keyword's own.
  void refused(uint32_t place, std::string_view keyword, Error error) {
    report_.refused.add(place, {keyword, {}, error.given, error.allowed, error.message});
    if (first_error_) return;
    error.pointer = pointer_append(places_->pointer(place), keyword);
    first_error_ = std::move(error);
  }
  // `pointer`, and that of `error`, are the keyword's own.
  void narrowed_at(std::string pointer, std::string_view keyword, std::string_view excludes) {
    report_.narrowed.add({std::move(pointer), std::string(keyword), std::string(excludes), {}, {}, {}});
  }
  void refused_at(std::string_view keyword, Error error) {
    report_.refused.add({error.pointer, std::string(keyword), {}, error.given, error.allowed, error.message});
    if (!first_error_) first_error_ = std::move(error);
  }

  const std::optional<Error>& first_error() const { return first_error_; }
  SchemaReport take() { return std::move(report_); }

 private:
  std::shared_ptr<const SchemaPlaces> places_;
  SchemaReport report_;
  std::optional<Error> first_error_;
};

}  // namespace keyway::json_schema
