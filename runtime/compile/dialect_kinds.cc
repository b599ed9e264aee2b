// See dialect_kinds.h.
#include "runtime/compile/dialect_kinds.h"

#include "schemas/grammars/bnf/bnf.h"
#include "schemas/grammars/lark/lark.h"
#include "schemas/grammars/structural_tag/structural_tag.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

Result<KindRoot> root_of(const Result<TermId>& term) {
  if (!term.ok()) return term.error();
  return KindRoot{*term, {}};
}

grammars::BnfOptions bnf_options(const KindInput& input) {
  grammars::BnfOptions options;
  if (!input.options.root.empty()) options.root = input.options.root;
  options.vocabulary = input.vocabulary.get();
  return options;
}

}  // namespace

Result<KindRoot> compile_gbnf_kind(const KindInput& input) {
  return root_of(grammars::compile_gbnf(input.arena, input.text, bnf_options(input)));
}

Result<KindRoot> compile_ebnf_kind(const KindInput& input) {
  return root_of(grammars::compile_ebnf(input.arena, input.text, bnf_options(input)));
}

Result<KindRoot> compile_lark_kind(const KindInput& input) {
  grammars::LarkOptions options;
  const std::string& dialect = input.options.dialect;
  if (!dialect.empty() && dialect != "llguidance" && dialect != "xgrammar") {
    return fail(ErrorCode::kInvalid, "a dialect of Lark that does not exist", "/dialect", excerpt(dialect, 100),
                "llguidance, xgrammar");
  }
  if (dialect == "xgrammar") options.dialect = grammars::LarkDialect::kXGrammar;
  options.vocabulary = input.vocabulary.get();
  for (const auto& [name, text] : input.options.named_grammars) options.named_grammars.emplace(name, text);
  return root_of(grammars::compile_lark(input.arena, input.text, options));
}

Result<KindRoot> compile_structural_tag_kind(const KindInput& input) {
  return root_of(grammars::compile_structural_tag(input.arena, input.text, input.vocabulary.get()));
}

}  // namespace keyway
