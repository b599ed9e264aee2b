// A schema as a grammar; see schema_grammar.h. Tested by tests/runtime/cli_test.py.
#include "runtime/chat/schema_grammar.h"

#include "schemas/json_schema/base.h"

namespace keyway {

Result<std::shared_ptr<Grammar>> schema_grammar(const JsonDocument& document,
                                                std::shared_ptr<const Vocabulary> vocabulary,
                                                const SchemaOptions& options, const Limits& limits) {
  auto arena = schema_arena(limits);
  Budget budget(limits.compile_fuel);
  arena->set_budget(&budget);
  const SchemaCompilation compiled = compile_json_schema(*arena, document, document.root(), options);
  arena->set_budget(nullptr);
  if (compiled.error) return *compiled.error;
  return Grammar::create(std::move(vocabulary), std::move(arena), compiled.value);
}

}  // namespace keyway
