// Uses the installed package alone: reads a tool list, and opens the installed default model's weights.
//
// Exit code 0 only when every library could be linked and did what it is for.
// Tested by the ctest package.outside_project.
#include <cstdio>
#include <memory>

#include "runtime/model/safetensors.h"
#include "tools/registry.h"

namespace {

int report(const keyway::Error& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
  return 1;
}

}  // namespace

int main() {
  auto format = keyway::shipped_call_format("hermes");
  if (!format.ok()) return report(format.error());
  auto registry = keyway::Registry::load(
      R"([{"name": "ping", "description": "Answers.", "input_schema": {"type": "object", "properties": {}}}])", **format);
  if (!registry.ok()) return report(registry.error());
  if (registry->find("ping") == nullptr) return 1;
  auto model = keyway::SafetensorsFolder::open(MODEL_DIR);
  if (!model.ok()) return report(model.error());
  std::printf("%zu tool, %zu file of weights\n", registry->callable().size(), model->files().size());
  return 0;
}
