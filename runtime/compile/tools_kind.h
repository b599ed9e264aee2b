// Tool lists as a kind of grammar, and lists that grow.
//
// Entry points: compile_tools_kind, extend_tools, ToolLists. An added list costs what its tools cost: their arguments are
// compiled into the arena that is there, their names are joined to the trie of names, and the terms of what stands around
// a call are made again.
// Invariant: no two tools of all lists have one name; an added tool whose name is taken is refused, the others work.
// Thread safety: ToolLists are immutable. Tested by tests/runtime/c_api_test.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "runtime/compile/kinds.h"
#include "tools/call_format.h"
#include "tools/tool_grammar.h"

namespace keyway {

// Everything about a compiled list that the next one needs.
struct ToolLists {
  struct Source {
    std::shared_ptr<const std::string> text;
    std::shared_ptr<const std::unordered_set<std::string>> names;  // of the callable tools
  };
  CompileOptions options;
  std::shared_ptr<const BoundFormat> format;
  ToolGrammarOptions grammar;
  SchemaOptions schema;         // of the arguments, the first list's options included
  std::vector<Source> sources;  // one for each list, in the order they came
  ToolNames names;              // see tool_names()
};

// A list is whatever tools/tool_list.h reads. A tool that does not compile is refused in the report and leaves the others
// alone. Errors: those of Registry::load, compile_tools and tool_grammar; kInvalid for a bad option.
Result<KindRoot> compile_tools_kind(const KindInput& input);

// The root of `before` with the tools of `text`. Requires: the arena is that of `before`. `report` is that of the old lists.
// Errors: as above; also where none of the added tools can be called.
Result<KindRoot> extend_tools(TermArena& arena, const Vocabulary& vocabulary, const ToolLists& before,
                              const GrammarReport& report, std::string_view text);

}  // namespace keyway
