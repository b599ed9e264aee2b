// The dialect a schema is written in: a draft, and which vocabularies its metaschema takes from it.
//
// Entry points: Dialect, vocabulary_of, Metaschemas. A metaschema with $vocabulary (2019-09 and later) may leave out
// vocabularies, whose keywords then say nothing, or ask that formats assert. The drafts' own metaschemas are shipped with
// the library (schemas/metaschemas, the published documents without their annotations), so that a reference to one needs
// no network.
// Thread safety: immutable. Tested by tests/schemas/json_schema/references_test.cc.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "grammar/error.h"
#include "schemas/json.h"
#include "schemas/json_schema/keywords.h"

namespace keyway::json_schema {

enum class Vocabulary : uint8_t { kCore, kApplicator, kUnevaluated, kValidation, kFormat, kOther };

struct Dialect {
  Draft draft = Draft::k2020;
  uint8_t left_out = 0;          // a bit per Vocabulary
  bool asserts_formats = false;  // whatever the options say
  bool has(Vocabulary vocabulary) const { return (left_out >> static_cast<unsigned>(vocabulary) & 1) == 0; }
};

Vocabulary vocabulary_of(Keyword keyword);

// A document shipped for this URI (without fragment); empty where there is none.
std::optional<JsonDocument> shipped_metaschema(std::string_view uri);

class Metaschemas {
 public:
  // Requires: `given` (documents by URI) outlives this.
  explicit Metaschemas(const std::vector<std::pair<std::string, JsonDocument>>& given) : given_(given) {}

  // The dialect that `uri`, the value of a $schema, means; `otherwise` where nothing is known of it.
  // Errors: kUnsupported for a metaschema that requires a vocabulary that no draft knows.
  Result<Dialect> dialect(std::string_view uri, const Dialect& otherwise) const;

 private:
  const std::vector<std::pair<std::string, JsonDocument>>& given_;
};

}  // namespace keyway::json_schema
