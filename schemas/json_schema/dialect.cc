// Dialects and vocabularies; see dialect.h.
#include "schemas/json_schema/dialect.h"

#include "schemas/embedded.h"

namespace keyway::json_schema {
namespace {

constexpr uint8_t bit(Vocabulary vocabulary) { return static_cast<uint8_t>(1u << static_cast<unsigned>(vocabulary)); }

std::string_view without_scheme(std::string_view uri) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (uri.starts_with(scheme)) return uri.substr(scheme.size());
  }
  return {};
}

// The vocabularies that a URI names; 0 where it is not one of a draft.
uint8_t vocabularies_named(std::string_view uri, Draft draft) {
  std::string_view name = without_scheme(uri);
  const std::string_view prefix = draft == Draft::k2019 ? "json-schema.org/draft/2019-09/vocab/"
                                                        : "json-schema.org/draft/2020-12/vocab/";
  if (!name.starts_with(prefix)) return 0;
  name.remove_prefix(prefix.size());
  if (name == "core") return bit(Vocabulary::kCore);
  if (name == "applicator") {
    const uint8_t both = bit(Vocabulary::kApplicator) | bit(Vocabulary::kUnevaluated);
    return draft == Draft::k2019 ? both : bit(Vocabulary::kApplicator);
  }
  if (name == "unevaluated") return bit(Vocabulary::kUnevaluated);
  if (name == "validation") return bit(Vocabulary::kValidation);
  if (name == "format" || name == "format-annotation" || name == "format-assertion") return bit(Vocabulary::kFormat);
  if (name == "content" || name == "meta-data") return bit(Vocabulary::kOther);
  return 0;
}

}  // namespace

Vocabulary vocabulary_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAllOf:
    case Keyword::kAnyOf:
    case Keyword::kOneOf:
    case Keyword::kNot:
    case Keyword::kIf:
    case Keyword::kThen:
    case Keyword::kElse:
    case Keyword::kDependentSchemas:
    case Keyword::kDependencies:
    case Keyword::kItems:
    case Keyword::kPrefixItems:
    case Keyword::kAdditionalItems:
    case Keyword::kContains:
    case Keyword::kProperties:
    case Keyword::kPatternProperties:
    case Keyword::kAdditionalProperties:
    case Keyword::kPropertyNames: return Vocabulary::kApplicator;
    case Keyword::kUnevaluatedItems:
    case Keyword::kUnevaluatedProperties: return Vocabulary::kUnevaluated;
    case Keyword::kFormat: return Vocabulary::kFormat;
    case Keyword::kRef:
    case Keyword::kDynamicRef:
    case Keyword::kRecursiveRef:
    case Keyword::kSchema:
    case Keyword::kId:
    case Keyword::kAnchor:
    case Keyword::kDynamicAnchor:
    case Keyword::kRecursiveAnchor:
    case Keyword::kVocabulary:
    case Keyword::kDefinitions: return Vocabulary::kCore;
    case Keyword::kAnnotation: return Vocabulary::kOther;
    default: return Vocabulary::kValidation;
  }
}

std::optional<JsonDocument> shipped_metaschema(std::string_view uri) {
  const std::string_view path = without_scheme(uri);
  constexpr std::string_view kHost = "json-schema.org/";
  if (!path.starts_with(kHost)) return std::nullopt;
  const auto text = embedded_document("metaschemas/" + std::string(path.substr(kHost.size())) + ".json");
  if (!text) return std::nullopt;
  Result<JsonDocument> document = parse_json(*text);
  if (!document.ok()) return std::nullopt;
  return *document;
}

Result<Dialect> Metaschemas::dialect(std::string_view uri, const Dialect& otherwise) const {
  if (const auto draft = draft_of_uri(uri)) return Dialect{*draft, 0, false};
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const auto& [key, document] : given_) {
    if (key != uri || !document.root().is_object()) continue;
    Dialect made = otherwise;
    const std::optional<Json> schema = document.root().find("$schema");
    if (schema && schema->is_string()) made.draft = draft_of_uri(schema->string()).value_or(made.draft);
    const std::optional<Json> vocabularies = document.root().find("$vocabulary");
    if (!vocabularies || !vocabularies->is_object() || made.draft < Draft::k2019) return made;
    uint8_t named = bit(Vocabulary::kCore);
    for (size_t i = 0; i < vocabularies->size(); ++i) {
      const uint8_t known = vocabularies_named(vocabularies->key(i), made.draft);
      if (known == 0 && vocabularies->at(i).is_true()) {
        return fail(ErrorCode::kUnsupported, "the metaschema requires a vocabulary that is not known", {},
                    std::string(vocabularies->key(i)), "the vocabularies of " + std::string(draft_name(made.draft)));
      }
      named |= known;
      if (vocabularies->key(i).ends_with("/format-assertion")) made.asserts_formats = true;
    }
    made.left_out = static_cast<uint8_t>(~named);
    return made;
  }
  return otherwise;
}

}  // namespace keyway::json_schema
