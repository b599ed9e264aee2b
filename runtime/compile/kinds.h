// The kinds of grammar that keyway_compile knows: one table from a kind's name to its front end.
//
// Entry points: compile_kind, KindInput, KindRoot. To add a kind: write a front end of the type KindCompiler, in a file of
// its own or here, and put it into kKinds in kinds.cc; its options go into the table of options.cc.
// Invariant: a front end builds in the arena it is given, charged to the budget that the arena has.
// Thread safety: free functions. Tested by tests/runtime/c_api_test.cc.
#pragma once

#include <memory>
#include <string_view>

#include "grammar/term.h"
#include "grammar/vocabulary.h"
#include "runtime/compile/options.h"
#include "runtime/compile/report.h"

namespace keyway {

struct ToolLists;  // tools_kind.h

struct KindInput {
  TermArena& arena;
  std::string_view text;
  const CompileOptions& options;
  const std::shared_ptr<const Vocabulary>& vocabulary;
};

struct KindRoot {
  TermId term;
  GrammarReport report;
  std::shared_ptr<const ToolLists> tools = nullptr;  // kind tools: what extending needs
};

using KindCompiler = Result<KindRoot> (*)(const KindInput&);

// Errors: those of the front end; kUnsupported or kInvalid for a kind that there is no front end for.
Result<KindRoot> compile_kind(std::string_view kind, const KindInput& input);

}  // namespace keyway
