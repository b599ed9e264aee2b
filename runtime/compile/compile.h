// From a text of some kind to a grammar bound to a vocabulary: what the C interface and the benchmarks share.
//
// Entry points: compile_grammar, extend_grammar, CompiledGrammar. Kinds and options are those of runtime/keyway.h; a kind
// is registered in kinds.cc. Thread safety: any number of threads. Tested by tests/runtime/c_api_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "grammar/matcher.h"
#include "runtime/compile/kinds.h"

namespace keyway {

struct CompiledGrammar {
  std::shared_ptr<Grammar> grammar;  // may be shared with the grammars that this one extends or that extend it
  State start;                       // of this grammar in it
  GrammarReport report;
  std::shared_ptr<const ToolLists> tools;  // kind tools; null otherwise
  size_t max_rollback = SIZE_MAX;    // tokens, from the options
  size_t mask_words = 0;             // words of a row, by the option vocab_size
  size_t half_full_bytes = SIZE_MAX; // half of what the grammar may hold
};

// Finds the call format of the model that the vocabulary belongs to.
using FindCallFormat = std::function<Result<std::shared_ptr<const CallFormat>>()>;

// `options` is a JSON object in text; empty for the defaults. `find_format` is asked where they want the model's own call
// format. Errors: as the kind's front end, with its pointer; kInvalid for an unknown kind or option.
Result<CompiledGrammar> compile_grammar(const std::shared_ptr<const Vocabulary>& vocabulary, std::string_view kind,
                                        std::string_view text, std::string_view options,
                                        const FindCallFormat& find_format = {});

// `before`, which was compiled for the same vocabulary, with the tools of one more list; `before` stays as it is. Errors:
// kInvalid where `before` is of another kind. Complexity: that of the added tools; that of all tools, in an arena of its
// own, once the shared one is half full or does not hold them.
Result<CompiledGrammar> extend_grammar(const std::shared_ptr<const Vocabulary>& vocabulary, const CompiledGrammar& before,
                                       std::string_view tools);

}  // namespace keyway
