// Our reader of registry files and the shipped schema, judged by an independent validator, give the same verdicts.
#include "tools/registry_file.h"

#include <gtest/gtest.h>

#include "tests/tools/shared_data.h"
#include "tools/registry.h"

namespace keyway {
namespace {

const CallFormat& hermes() {
  static const std::shared_ptr<const CallFormat> format = *shipped_call_format("hermes");
  return *format;
}

bool all_callable(const Registry& registry) {
  for (const RegistryEntry& entry : registry.entries()) {
    if (entry.status == ToolStatus::kRefused) return false;
  }
  return true;
}

// Whether Keyway takes the text as a registry file in which no tool is refused.
bool taken_as_registry(const std::string& text) {
  const auto document = parse_json(text);
  if (!document.ok() || !document->root().is_object() || !document->root().find("keyway_registry")) return false;
  const Result<Registry> registry = Registry::read(text, hermes());
  return registry.ok() && all_callable(*registry) && !registry->entries().empty();
}

// registry_verdicts.json is written by make_registry_verdicts.py with Python's jsonschema.
TEST(RegistryFile, AgreesWithTheSchemaAsJsonschemaJudgesIt) {
  const auto document = parse_json(read_file(KEYWAY_SOURCE_DIR "/tests/tools/data/registry_verdicts.json"));
  ASSERT_TRUE(document.ok());
  size_t valid = 0, invalid = 0;
  for (size_t i = 0; i < document->root().size(); ++i) {
    const Json row = document->root().at(i);
    for (const bool expected : {true, false}) {
      const Json values = *row.find(expected ? "valid" : "invalid");
      for (size_t v = 0; v < values.size(); ++v) {
        std::string text(row.find("registry")->string());
        replace_all(text, "\"@\"", to_json_text(values.at(v)));
        EXPECT_EQ(taken_as_registry(text), expected) << text.substr(0, 600);
        ++(expected ? valid : invalid);
      }
    }
  }
  EXPECT_GT(valid, 100u);
  EXPECT_GT(invalid, 300u);
}

TEST(RegistryFile, OptionsArrive) {
  const Result<Registry> registry = Registry::read(
      R"({"keyway_registry": 1, "tools": [{"name": "f"}], "options": {"property_order": "declared",
          "whitespace": "json_dumps", "parallel_calls": 3, "max_string_length": 7, "max_items": 8, "strict": true}})",
      hermes());
  ASSERT_TRUE(registry.ok());
  const RegistryOptions& options = registry->options();
  EXPECT_EQ(options.property_order, PropertyOrder::kDeclared);
  EXPECT_EQ(options.whitespace, Whitespace::kJsonDumps);
  EXPECT_EQ(options.parallel_calls, 3u);
  EXPECT_EQ(options.max_string_length, 7u);
  EXPECT_EQ(options.max_items, 8u);
  EXPECT_TRUE(options.strict);
}

TEST(RegistryFile, ParallelCallsMayBeABoolean) {
  for (const auto& [word, calls] : {std::pair<std::string, uint32_t>{"true", kUnlimitedCalls}, {"false", 1}}) {
    const Result<Registry> registry = Registry::read(
        R"({"keyway_registry": 1, "tools": [{"name": "f"}], "options": {"parallel_calls": )" + word + "}}", hermes());
    ASSERT_TRUE(registry.ok());
    EXPECT_EQ(registry->options().parallel_calls, calls);
  }
}

TEST(RegistryFile, WhatIsNotGivenIsLeftToTheCaller) {
  const Result<Registry> registry = Registry::read(R"({"keyway_registry": 1, "tools": [{"name": "f"}]})", hermes());
  ASSERT_TRUE(registry.ok());
  EXPECT_FALSE(registry->options().property_order);
  EXPECT_FALSE(registry->options().parallel_calls);
  EXPECT_FALSE(registry->options().strict);
}

TEST(RegistryFile, RefusesAPatternThatRe2DoesNotReadWithItsPlace) {
  const Result<Registry> registry =
      Registry::read(R"({"keyway_registry": 1, "tools": [{"name": "f"}], "deny": ["a", "(?<"]})", hermes());
  ASSERT_FALSE(registry.ok());
  EXPECT_EQ(registry.error().code, ErrorCode::kSyntax);
  EXPECT_EQ(registry.error().pointer, "/deny/1");
}

TEST(RegistryFile, RefusesAMisspelledOptionWithWhatThereIs) {
  const Result<Registry> registry =
      Registry::read(R"({"keyway_registry": 1, "tools": [{"name": "f"}], "options": {"stritc": true}})", hermes());
  ASSERT_FALSE(registry.ok());
  EXPECT_EQ(registry.error().pointer, "/options/stritc");
  EXPECT_NE(registry.error().allowed.find("\"strict\""), std::string::npos);
}

}  // namespace
}  // namespace keyway
