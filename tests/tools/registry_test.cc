// The registry's verdicts: one bad tool is refused by name while the others work, and never is a tool silently dropped.
#include "tools/registry.h"

#include <gtest/gtest.h>

#include "tests/tools/shared_data.h"

namespace keyway {
namespace {

const CallFormat& hermes() {
  static const std::shared_ptr<const CallFormat> format = *shipped_call_format("hermes");
  return *format;
}

Registry read(const std::string& text) {
  Result<Registry> registry = Registry::read(text, hermes());
  EXPECT_TRUE(registry.ok()) << (registry.ok() ? "" : registry.error().to_string());
  return registry.ok() ? std::move(*registry) : Registry();
}

// "name:status ..." in the order of the list.
std::string verdicts(const Registry& registry) {
  std::string out;
  for (const RegistryEntry& entry : registry.entries()) {
    out += (out.empty() ? "" : " ") + entry.tool.name + ":" + std::string(tool_status_name(entry.status));
  }
  return out;
}

std::string registry_text(const std::string& tools, const std::string& members = "") {
  return "{\"keyway_registry\": 1, \"tools\": [" + tools + "]" + members + "}";
}

TEST(Registry, AllBearersOfANameUsedTwiceAreRefused) {
  const Registry registry = read(R"([{"name": "a"}, {"name": "b"}, {"name": "a"}, {"name": "a", "enabled": false}])");
  EXPECT_EQ(verdicts(registry), "a:refused b:callable a:refused a:refused");
  EXPECT_EQ(registry.entries()[2].error.pointer, "/2/name");
  EXPECT_NE(registry.entries()[2].error.message.find("\"a\""), std::string::npos) << "refused by name";
  EXPECT_EQ(registry.find("a"), nullptr);
  ASSERT_NE(registry.find("b"), nullptr);
  EXPECT_EQ(registry.callable().size(), 1u);
}

TEST(Registry, NamesAreWhatTheCallFormatCanWrite) {
  const std::pair<const char*, bool> cases[] = {
      {"get_weather", true}, {"server/tool.v2:x-y", true}, {"caf\\u00e9", true}, {"\\u5929\\u6c14", true},
      {"", false}, {"a b", false}, {"a\\\"b", false}, {"a\\nb", false}, {"a\\u0000", false}, {"<|im_end|>", false},
      {"a\\u202eb", false}, {"a\\u200bb", false}, {"a\\\\b", false}, {"a\\ufeff", false}, {"{x}", false}};
  for (const auto& [name, legal] : cases) {
    const Registry registry = read("[{\"name\": \"" + std::string(name) + "\"}, {\"name\": \"other\"}]");
    EXPECT_EQ(registry.entries()[0].status == ToolStatus::kCallable, legal) << name;
    EXPECT_EQ(registry.entries()[1].status, ToolStatus::kCallable);
  }
  EXPECT_EQ(read("[{\"name\": \"" + std::string(256, 'n') + "\"}]").callable().size(), 1u);
  EXPECT_EQ(read("[{\"name\": \"" + std::string(257, 'n') + "\"}]").callable().size(), 0u);
}

TEST(Registry, AllowAndDenyMatchWholeNames) {
  const std::string tools = R"({"name": "get_a"}, {"name": "get_b"}, {"name": "set_a"}, {"name": "get_"})";
  EXPECT_EQ(verdicts(read(registry_text(tools, R"(, "allow": ["get_.", "x"])"))),
            "get_a:callable get_b:callable set_a:excluded get_:excluded");
  EXPECT_EQ(verdicts(read(registry_text(tools, R"(, "deny": ["et_a", "get_b|get_"])"))),
            "get_a:callable get_b:excluded set_a:callable get_:excluded");
  EXPECT_EQ(verdicts(read(registry_text(tools, R"(, "allow": [])"))),
            "get_a:excluded get_b:excluded set_a:excluded get_:excluded");
}

TEST(Registry, DisabledToolsAreNotCallable) {
  const Registry registry = read(registry_text(R"({"name": "a", "enabled": false}, {"name": "b", "enabled": true})"));
  EXPECT_EQ(verdicts(registry), "a:disabled b:callable");
}

TEST(Registry, AListWithNoToolLeftIsAnErrorThatTellsWhy) {
  for (const char* text : {"[]", R"([{"name": ""}])", R"([{"name": "a"}, {"name": "a"}])",
                           R"({"keyway_registry": 1, "tools": [{"name": "a", "enabled": false}]})"}) {
    const Result<Registry> registry = Registry::load(text, hermes());
    ASSERT_FALSE(registry.ok()) << text;
    EXPECT_FALSE(registry.error().message.empty());
    EXPECT_FALSE(registry.error().pointer.empty());
    EXPECT_TRUE(Registry::read(text, hermes()).ok()) << "the report can still be made";
  }
  EXPECT_TRUE(Registry::load(R"([{"name": "a"}])", hermes()).ok());
}

TEST(Registry, StrictMakesARefusalFatal) {
  const std::string tools = R"({"name": "a"}, {"name": "b", "parameters": {"type": "array"}})";
  EXPECT_TRUE(Registry::load(registry_text(tools), hermes()).ok());
  const Result<Registry> strict = Registry::load(registry_text(tools, R"(, "options": {"strict": true})"), hermes());
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(strict.error().pointer, "/tools/1/parameters/type");
}

TEST(Registry, RefuseUnlessAppliesTheCheckToEachCallableTool) {
  Registry registry = read(R"([{"name": "a"}, {"name": "b"}, {"name": ""}])");
  std::string seen;
  const Status status = registry.refuse_unless([&](const Tool& tool) -> Status {
    seen += tool.name;
    if (tool.name == "a") return fail(ErrorCode::kUnsupported, "no", tool.parameters_pointer);
    return {};
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(seen, "ab");
  EXPECT_EQ(verdicts(registry), "a:refused b:callable :refused");
  EXPECT_EQ(registry.entries()[0].error.code, ErrorCode::kUnsupported);
  EXPECT_EQ(registry.find("a"), nullptr);
  EXPECT_FALSE(registry.refuse_unless([](const Tool&) -> Status { return fail(ErrorCode::kLimit, "no"); }).ok());
}

TEST(Registry, RefuseUnlessIsFatalUnderStrict) {
  Registry registry = read(registry_text(R"({"name": "a"}, {"name": "b"})", R"(, "options": {"strict": true})"));
  const Status status = registry.refuse_unless(
      [](const Tool& tool) -> Status { return tool.name == "a" ? Status(fail(ErrorCode::kLimit, "no")) : Status(); });
  EXPECT_FALSE(status.ok());
}

// All real lists: whatever the schemas hold, names and shapes are sound but for the names that occur twice.
TEST(Registry, RealListsAreCallableButForNamesUsedTwice) {
  const std::filesystem::path folder = shared_data("data/tool-lists");
  if (folder.empty()) return;
  size_t refused = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    const Registry registry = read(read_file(file.path()));
    EXPECT_TRUE(registry.usable().ok()) << file.path();
    for (const RegistryEntry& entry : registry.entries()) {
      if (entry.status == ToolStatus::kCallable) continue;
      ++refused;
      EXPECT_NE(entry.error.message.find("tools bear"), std::string::npos) << entry.error.to_string();
    }
  }
  EXPECT_EQ(refused, 6u);  // write_file twice, web_search four times
}

// Cases that only the schema compiler can judge; they are run where it is linked in.
bool needs_schema_compiler(std::string_view id) {
  for (const char* name : {"tools-bad-pattern", "tools-bad-type", "tools-parameters-ref-other-tool",
                           "tools-parameters-remote-ref", "tools-parameters-empty-language"}) {
    if (id == name) return true;
  }
  return false;
}

TEST(Registry, AttacksEndAsExpected) {
  const std::filesystem::path file = shared_data("data/attacks/tools.jsonl");
  if (file.empty()) return;
  size_t cases = 0;
  for (const JsonDocument& document : read_json_lines(file)) {
    const Json attack = document.root();
    const std::string id(attack.find("id")->string());
    if (needs_schema_compiler(id)) continue;
    ++cases;
    const std::string input = attack_input(attack);
    const Result<Registry> loaded = Registry::load(input, hermes());
    const std::string_view expect = attack.find("expect")->string();
    EXPECT_TRUE(expect == "either" || loaded.ok() == (expect == "answer")) << id;
    EXPECT_TRUE(loaded.ok() || loaded.error().to_string().size() <= 2000) << id;
    if (loaded.ok() && attack.find("callable")) {
      for (size_t i = 0; i < attack.find("callable")->size(); ++i) {
        EXPECT_NE(loaded->find(attack.find("callable")->at(i).string()), nullptr) << id;
      }
    }
    const Result<Registry> report = Registry::read(input, hermes());
    if (!report.ok() || !attack.find("refused")) continue;
    for (size_t i = 0; i < attack.find("refused")->size(); ++i) {
      const std::string_view name = attack.find("refused")->at(i).string();
      size_t bearers = 0;
      for (const RegistryEntry& entry : report->entries()) {
        if (entry.tool.name != name) continue;
        ++bearers;
        EXPECT_EQ(entry.status, ToolStatus::kRefused) << id;
      }
      EXPECT_GT(bearers, 0u) << id;
    }
  }
  EXPECT_GE(cases, 33u);
}

}  // namespace
}  // namespace keyway
