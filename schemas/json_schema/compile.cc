// The stages of a compilation, one after the other; see compile.h.
//   documents -> nodes (checked keywords) -> values (patterns, numbers) -> conjunctions -> shapes -> facts -> terms
// The first three look at the whole schema and report; the rest works on demand, one value position at a time.
#include "schemas/json_schema/compile.h"

#include "schemas/json_schema/argument_terms.h"
#include "schemas/json_schema/base.h"
#include "schemas/json_schema/check.h"
#include "schemas/json_schema/signs.h"
#include "schemas/json_schema/value_terms.h"

namespace keyway {
namespace json_schema {

// Everything that the terms of one schema, or of those of one list, need when they are unfolded; the arena keeps it alive.
class CompiledSchema {
 public:
  CompiledSchema(TermArena& arena, const SchemaOptions& options)
      : options_(options),
        regexes_(arena.regexes()),
        metaschemas_(options_.documents),
        documents_(metaschemas_),
        nodes_(options_),
        values_(arena.regexes(), arena.limits()),
        conjunctions_(nodes_),
        constants_(arena, nodes_, conjunctions_),
        outlines_(nodes_, conjunctions_),
        shapes_(conjunctions_, constants_, outlines_, arena.regexes(), options_.order == PropertyOrder::kDeclared),
        numbers_(arena.regexes(), options_.numbers, known_numbers(arena, options_.numbers)),
        sums_(arena, numbers_, shapes_),
        tracked_(arena, shapes_, conjunctions_),
        expander_(nodes_, conjunctions_, shapes_, numbers_, sums_, tracked_, constants_, values_, arena.regexes()),
        spacing_(options_.separators ? Spacing(arena, *options_.separators)
                                     : Spacing::nested(arena, options_.whitespace, options_.max_whitespace,
                                                       options_.arguments.get())),
        excluded_(options_.excluded_texts.empty() ? nullptr : ExcludedTexts::define(arena, options_.excluded_texts)),
        scalars_(arena, numbers_, options_.spelling, options_.arguments.get(), excluded_),
        array_states_(arena, shapes_, conjunctions_, constants_),
        members_(arena, shapes_, conjunctions_, nodes_.remembers_keys()),
        differing_(constants_, conjunctions_),
        facts_(arena, expander_, shapes_, array_states_, members_, differing_, scalars_, spacing_),
        terms_(arena, expander_, shapes_, array_states_, members_, constants_, differing_, facts_, scalars_, spacing_,
               options_.order) {
    if (!options_.arguments) return;
    arguments_.emplace(arena, expander_, shapes_, members_, differing_, facts_, numbers_, *options_.arguments,
                       options_.whitespace, options_.max_whitespace, options_.order, terms_);
  }

  // Reads, checks, reports. Ensures: without a refusal in the reporter root() may be asked for.
  void read(JsonDocument document, Json root, Reporter& reporter) {
    documents_.begin_schema();
    reporter.name_places(documents_.places());
    const ResourceIndex resource = static_cast<ResourceIndex>(documents_.resource_count());
    if (Status status = documents_.add("", std::move(document), root, options_.draft); !status.ok()) {
      return reporter.refused_at(status.error().pointer.ends_with("$schema") ? "$schema" : "$id", status.error());
    }
    for (const auto& [uri, other] : options_.documents) {
      // What is wrong in a document that nothing refers to does no harm; what was not indexed cannot be referred to.
      static_cast<void>(documents_.add(uri, other, other.root(), options_.draft));
    }
    nodes_.read(documents_, resource, reporter);
    if (!reporter.first_error()) values_.check(nodes_, reporter);
    if (!reporter.first_error()) review_signs(nodes_, reporter);
    report_limits(reporter);
    if (!limits_set_) set_limits();
  }

  TermId root() {
    const ConjunctionId root = root_conjunction();
    return arguments_ ? arguments_->value(root) : terms_.value(root);
  }
  std::vector<ParameterKinds> parameters() {
    return arguments_ ? arguments_->parameters(root_conjunction()) : std::vector<ParameterKinds>{};
  }
  void define(const std::shared_ptr<void>& owner) {
    terms_.define(owner);
    if (arguments_) arguments_->define(owner);
  }
  // Requires: root() is not never().
  bool only_objects() {
    const ValueSum& sum = expander_.sum(root_conjunction());
    const bool scalars = sum.null_value || sum.true_value || sum.false_value || sum.numbers != numbers_.none() ||
                         sum.strings != regexes_.never();
    return !scalars && sum.arrays.empty();
  }
  // Requires: a limit stopped the work. The place is the schema that was being expanded, where there was one.
  Error limit_error(const TermArena& arena, Json root) const {
    const NodeId at = expander_.stopped_at();
    Error error = arena.limit_error("compile_fuel", at == kNoNode ? std::string() : nodes_.pointer(at));
    error.given = shorten_value(at == kNoNode ? root : nodes_.node(at).json);
    if (shapes_.over_alternatives()) {
      error.message = "the alternatives multiply out to too many";
      error.allowed = "alternatives " + std::to_string(arena.limits().alternatives);
    }
    return error;
  }
  // For the next schema of this arena.
  void keep_numbers(TermArena& arena) {
    if (!arena.exhausted()) json_schema::keep_numbers(arena, options_.numbers, numbers_.known());
  }

 private:
  void set_limits() {
    Expander::ValueLimits limits{options_.closed_objects, options_.max_string_length, options_.max_items, {}, {}, excluded_};
    if (arguments_) arguments_->limit(limits);
    expander_.set_limits(limits);
    limits_set_ = true;
  }

  ConjunctionId root_conjunction() { return conjunctions_.of(Literal{nodes_.root(), true, 0}); }

  // What the options exclude, beside the keywords that they narrow.
  void report_limits(Reporter& reporter) {
    if (options_.max_string_length != kUnbounded) {
      reporter.narrowed_at("", "max_string_length",
                        "strings of more than " + std::to_string(options_.max_string_length) + " code points");
    }
    if (options_.max_items != kUnbounded) {
      reporter.narrowed_at("", "max_items", "arrays of more than " + std::to_string(options_.max_items) + " items");
    }
    if (excluded_) reporter.narrowed_at("", "excluded_texts", "strings and keys that hold one, declared names in other spellings");
    if (!options_.closed_objects) return;
    for (uint32_t i = nodes_.root().value; i < nodes_.size(); ++i) {
      const NodeId node(i);
      const bool says = nodes_.find(node, Keyword::kAdditionalProperties) != nullptr ||
                        nodes_.find(node, Keyword::kPatternProperties) != nullptr;
      if (nodes_.find(node, Keyword::kProperties) == nullptr || says) continue;
      reporter.narrowed(nodes_.place(node), "properties", "objects with members that are not declared");
    }
  }

  SchemaOptions options_;
  RegexArena& regexes_;
  Metaschemas metaschemas_;
  SchemaDocuments documents_;
  SchemaNodes nodes_;
  KeywordValues values_;
  Conjunctions conjunctions_;
  Constants constants_;
  Outlines outlines_;
  ShapeStore shapes_;
  NumberAlgebra numbers_;
  SumAlgebra sums_;
  TrackedAlgebra tracked_;
  Expander expander_;
  Spacing spacing_;
  std::shared_ptr<ExcludedTexts> excluded_;
  ScalarTerms scalars_;
  ArrayStates array_states_;
  Members members_;
  Differing differing_;
  Facts facts_;
  ValueTerms terms_;
  std::optional<ArgumentTerms> arguments_;  // where they are not JSON
  bool limits_set_ = false;
};

}  // namespace json_schema

SchemaCompiler::SchemaCompiler(TermArena& arena, const SchemaOptions& options)
    : arena_(arena), compiled_(std::make_shared<json_schema::CompiledSchema>(arena, options)) {}

SchemaCompilation SchemaCompiler::compile(JsonDocument document, Json schema_root) {
  json_schema::Reporter reporter;
  compiled_->read(std::move(document), schema_root, reporter);
  SchemaCompilation out;
  out.error = reporter.first_error();
  if (!out.error && !arena_.exhausted()) {
    if (!defined_) {
      const DefinitionId first = arena_.next_definition();
      compiled_->define(compiled_);
      arena_.keep_together(first);
      defined_ = true;
    }
    out.value = compiled_->root();
    out.parameters = compiled_->parameters();
    compiled_->keep_numbers(arena_);
    out.only_objects = out.value != TermArena::never() && compiled_->only_objects();
  }
  if (!out.error && arena_.exhausted()) out.error = compiled_->limit_error(arena_, schema_root);
  if (!out.error && out.value == TermArena::never()) {
    out.error = fail(ErrorCode::kUnsatisfiable, "no value satisfies the schema", "",
                     json_schema::shorten_value(schema_root), "a schema that at least one value satisfies");
  }
  if (out.error) out.value = TermArena::never();
  out.report = reporter.take();
  return out;
}

SchemaCompilation compile_json_schema(TermArena& arena, JsonDocument document, Json schema_root,
                                      const SchemaOptions& options) {
  return SchemaCompiler(arena, options).compile(std::move(document), schema_root);
}

}  // namespace keyway
