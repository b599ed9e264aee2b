// Fuzz target of tool lists and registry files: every entry ends callable or with its reason, no two callable tools have
// one name, and each tool can be written for a chat template.
//
// Finds are kept in tests/fuzz/regressions/registry, seeds in tests/fuzz/seeds/registry.
// Tested by the replay test fuzz.registry.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "schemas/json.h"
#include "tests/fuzz/fuzz.h"
#include "tools/registry.h"

using keyway::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const std::shared_ptr<const keyway::CallFormat> format = *keyway::shipped_call_format("hermes");
  keyway::Limits limits;
  limits.document_depth = 64;
  const auto registry = keyway::Registry::read(keyway::fuzz::input_text(data, size_bytes), *format, limits);
  if (!registry.ok()) {
    keyway::fuzz::check_error(registry.error());
    return 0;
  }
  std::set<std::string> names;
  for (const keyway::RegistryEntry& entry : registry->entries()) {
    if (entry.status == keyway::ToolStatus::kRefused || entry.status == keyway::ToolStatus::kExcluded) {
      keyway::fuzz::check_error(entry.error);
      continue;
    }
    check(names.insert(entry.tool.name).second);
    check(keyway::is_utf8(entry.tool.name));
    check(entry.tool.parameters.is_object());
    check((registry->find(entry.tool.name) == &entry.tool) == (entry.status == keyway::ToolStatus::kCallable));
    check(keyway::parse_json(keyway::tool_template_json(entry.tool)).ok());
  }
  check(registry->usable().ok() == !registry->callable().empty());
  return 0;
}
