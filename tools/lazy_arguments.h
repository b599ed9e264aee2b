// Arguments of tools that are known to compile, compiled when a text first names their tool.
//
// Entry points: LazyArguments. A list of a thousand tools is checked once and then read from a cache (compiled_cache.h); a process
// calls few of them. A tool that does not compile after all is past a limit when it is named, never something weaker.
// Thread safety: as the arena. Tested by tests/tools/compiled_cache_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tools/compile_tools.h"

namespace keyway {

class LazyArguments : public Definition {
 public:
  explicit LazyArguments(const SchemaOptions& options) : options_(options) {}

  // A definition that the arena owns.
  static std::shared_ptr<LazyArguments> create(TermArena& arena, const SchemaOptions& options);
  // Requires: `shortest` bytes is how short its arguments can be.
  TermId add(TermArena& arena, const Tool& tool, uint32_t shortest);
  TermId unfold(TermArena& arena, uint32_t tool, uint32_t place) override;

 private:
  SchemaOptions options_;
  std::optional<SchemaCompiler> compiler_;  // of those that were named so far
  std::vector<Tool> tools_;
  DefinitionId definition_;
};

}  // namespace keyway
