// See lazy_arguments.h.
#include "tools/lazy_arguments.h"

namespace keyway {

std::shared_ptr<LazyArguments> LazyArguments::create(TermArena& arena, const SchemaOptions& options) {
  auto made = std::make_shared<LazyArguments>(options);
  made->definition_ = arena.define(made);
  return made;
}

TermId LazyArguments::add(TermArena& arena, const Tool& tool, uint32_t shortest) {
  tools_.push_back(tool);
  return arena.reference(definition_, static_cast<uint32_t>(tools_.size() - 1), 0, TermFacts{false, shortest});
}

// With the budget that compiling has, for the outcome does not depend on when it is done.
TermId LazyArguments::unfold(TermArena& arena, uint32_t tool, uint32_t) {
  Budget own(arena.limits().compile_fuel);
  Budget* const before = arena.pay_from(&own);
  SchemaReport report;
  if (!compiler_) compiler_.emplace(arena, options_);
  const Result<ToolTerm> term = compile_arguments(arena, tools_[tool], options_, *compiler_, report);
  arena.pay_from(before);
  if (term.ok()) return term->arguments;
  compiler_.reset();  // what was left half made is no part of another tool
  arena.pay(~uint64_t{0});
  return TermArena::never();
}

}  // namespace keyway
