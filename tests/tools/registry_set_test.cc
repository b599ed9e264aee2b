// Registries in use: rules of callers and tools, limits of arguments, several files, and files that change.
#include "tools/registry_set.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tools/registry_watch.h"

namespace keyway {
namespace {

const std::shared_ptr<const CallFormat>& hermes() {
  static const std::shared_ptr<const CallFormat> format = *shipped_call_format("hermes");
  return format;
}

class RegistryFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("registry_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::string callable(const std::vector<std::string>& sources, const RegistryUse& use = {}) {
    std::vector<RegistrySource> parsed;
    for (const std::string& source : sources) parsed.push_back(parse_registry_source(source));
    auto set = read_registry_set(parsed, *hermes(), use);
    if (!set.ok()) return set.error().to_string();
    left_out_ = set->left_out;
    return names(*set);
  }
  static std::string names(const RegistrySet& set) {
    std::string out;
    for (const Tool* tool : set.registry.callable()) out += (out.empty() ? "" : " ") + tool->name;
    return out;
  }

  std::filesystem::path folder_;
  std::vector<LeftOut> left_out_;
};

constexpr const char* kRules = R"({"keyway_registry": 1,
  "tools": [{"name": "read"}, {"name": "write", "callers": ["admin", "ops.*"]}, {"name": "drop"}],
  "deny": ["drop"], "callers": {"admin": {}, "guest": {"allow": ["r.*"]}, "ops1": {"deny": ["read"]}}})";

TEST_F(RegistryFiles, EachCallerHasItsTools) {
  const std::string path = file("a.json", kRules);
  EXPECT_EQ(callable({path}), "read") << "nobody in particular";
  EXPECT_EQ(callable({path}, {"admin"}), "read write");
  EXPECT_EQ(callable({path}, {"guest"}), "read");
  EXPECT_EQ(callable({path}, {"ops1"}), "write");
  EXPECT_EQ(left_out_.size(), 2u);
  EXPECT_NE(callable({path}, {"stranger"}).find("a caller that the registry has no rules for"), std::string::npos);
}

TEST_F(RegistryFiles, LimitsOfArgumentsHoldBesideTheirSchema) {
  const std::string path = file("a.json", R"({"keyway_registry": 1, "tools": [{"name": "a", "parameters": {"type": "object",
      "properties": {"s": {"type": "string", "maxLength": 9}, "n": {"type": "integer"}}},
      "limits": {"s": {"max_length": 3}, "n": {"minimum": 1, "maximum": 5}}}, {"name": "b", "limits": {"q": {}}},
      {"name": "c", "parameters": {"properties": {"x": {}}}, "limits": {"x": {"longest": 1}}}, {"name": "d"}]})");
  EXPECT_EQ(callable({path}), "a d");
  ASSERT_EQ(left_out_.size(), 2u);
  EXPECT_EQ(left_out_[0].error.pointer, path + ": /tools/1/limits/q");
  EXPECT_EQ(left_out_[1].error.pointer, path + ": /tools/2/limits/x/longest");
  const auto set = read_registry_set({{path, "", false}}, *hermes());
  EXPECT_EQ(to_json_text(set->registry.find("a")->parameters),
            R"({"type": "object", "properties": {"s": {"allOf": [{"type": "string", "maxLength": 9}, {"maxLength": 3}]}, )"
            R"("n": {"allOf": [{"type": "integer"}, {"minimum": 1, "maximum": 5}]}}})");
}

TEST_F(RegistryFiles, FilesAndFoldersHaveNamespaces) {
  const std::string one = file("one.json", R"([{"name": "a"}, {"name": "b"}])");
  file("two.json", R"({"tools": [{"name": "a"}, {"name": "c", "inputSchema": {"type": "object"}}]})");
  EXPECT_EQ(callable({folder_.string()}), "b c") << "a is in both";
  EXPECT_EQ(left_out_.size(), 2u);
  EXPECT_EQ(callable({"=" + folder_.string()}), "one__a one__b two__a two__c");
  EXPECT_EQ(callable({one, "x=" + one}), "a b x__a x__b");
  EXPECT_NE(callable({one + ".missing"}).find("missing"), std::string::npos);
}

TEST_F(RegistryFiles, ErrorsTellPlacesInTheFiles) {
  const std::string list = file("list.json", R"([{"name": "a"}, {"name": "b c"}, {"name": "d", "inputSchema": {"properties": 1}}])");
  const std::string servers = file("mcp.json", R"({"mcpServers": {"s": {"tools": [{"name": 1}, {"name": "e", "input_schema": {}}]}}})");
  const std::string api = file("api.json", R"({"openapi": "3.0.0", "paths": {"/x": {"get": {"operationId": "a b"}, "put": {}}}})");
  std::vector<RegistrySource> sources;
  for (const std::string& path : {list, servers, api}) sources.push_back({path, "", false});
  const auto set = read_registry_set(sources, *hermes());
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  std::string places;
  for (const LeftOut& one : set->left_out) places += one.error.pointer + "\n";
  EXPECT_EQ(places, list + ": /1/name\n" + servers + ": /mcpServers/s/tools/0/name\n" + api + ": /paths/~1x/get/name\n");
  places.clear();
  for (const RegistryEntry& entry : set->registry.entries()) places += entry.tool.name + " " + entry.tool.parameters_pointer + "\n";
  EXPECT_EQ(places, "a " + list + ": /0\nd " + list + ": /2/inputSchema\ns__e " + servers +
                        ": /mcpServers/s/tools/1/input_schema\nput_x " + api + ": /paths/~1x/put/parameters\n");
}

TEST_F(RegistryFiles, OptionsJoinToTheStrictest) {
  const std::string tool = "\"keyway_registry\": 1, \"tools\": [{\"name\": ";
  const std::string one = file("1.json", "{" + tool + R"("a"}], "options": {"parallel_calls": 3, "max_items": 7}})");
  const std::string two = file("2.json", "{" + tool + R"("b"}], "options": {"parallel_calls": true, "whitespace": "compact"}})");
  const std::string three = file("3.json", "{" + tool + R"("c"}], "options": {"whitespace": "flexible"}})");
  const auto set = read_registry_set({{one, "", false}, {two, "", false}}, *hermes());
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  EXPECT_EQ(set->registry.options().parallel_calls, 3u);
  EXPECT_EQ(set->registry.options().max_items, 7u);
  EXPECT_EQ(set->registry.options().whitespace, Whitespace::kCompact);
  EXPECT_NE(callable({two, three}).find("/options/whitespace"), std::string::npos);
}

TEST_F(RegistryFiles, AChangedFileReplacesTheRegistryAndABadOneDoesNot) {
  const std::string path = file("a.json", R"([{"name": "a"}])");
  const auto watch = RegistryWatch::open({parse_registry_source(folder_.string())}, hermes());
  ASSERT_TRUE(watch.ok()) << watch.error().to_string();
  const auto held = (*watch)->current();
  EXPECT_EQ(*(*watch)->refresh(), false) << "nothing has changed";
  file("a.json", R"([{"name": "a"}, {"name": "b"}])");
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "a b");
  EXPECT_EQ(names(*held), "a") << "who holds the old one keeps it";
  file("a.json", R"([{"name": )");
  const auto bad = (*watch)->refresh();
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().pointer.rfind(path, 0), 0u) << bad.error().to_string();
  EXPECT_EQ(names(*(*watch)->current()), "a b");
  // As editors do: a new file takes the name of the old one.
  std::filesystem::rename(file("a.tmp", R"([{"name": "c"}])"), path);
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "c");
  file("b.json", R"([{"name": "d"}])");
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "c d");
  std::filesystem::remove(path);
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "d");
}

TEST_F(RegistryFiles, AFolderThatVanishesIsFollowedWhenItComesBack) {
  const std::filesystem::path inner = folder_ / "above" / "tools";
  std::filesystem::create_directories(inner);
  const std::string path = file("above/tools/a.json", R"([{"name": "a"}])");
  for (const std::string& source : {inner.string(), path}) {
    const auto watch = RegistryWatch::open({parse_registry_source(source)}, hermes());
    ASSERT_TRUE(watch.ok()) << watch.error().to_string();
    std::filesystem::remove_all(folder_ / "above");
    EXPECT_FALSE((*watch)->refresh().ok()) << "it is told";
    EXPECT_EQ(names(*(*watch)->current()), "a") << "and the old registry stays";
    std::filesystem::create_directories(folder_ / "above");
    EXPECT_FALSE((*watch)->refresh().ok());
    std::filesystem::create_directories(inner);
    file("above/tools/a.json", R"([{"name": "b"}])");
    EXPECT_EQ(*(*watch)->refresh(), true);
    EXPECT_EQ(names(*(*watch)->current()), "b");
    file("above/tools/a.json", R"([{"name": "c"}])");
    EXPECT_EQ(*(*watch)->refresh(), true) << "the new folder is watched";
    file("beside.json", "[]");
    EXPECT_EQ(*(*watch)->refresh(), false);
    file("above/tools/a.json", R"([{"name": "a"}])");
    EXPECT_EQ(*(*watch)->refresh(), true);
  }
}

TEST_F(RegistryFiles, WhatALinkLeadsToIsFollowed) {
  std::filesystem::create_directories(folder_ / "target");
  file("target/real.json", R"([{"name": "a"}])");
  std::filesystem::create_symlink(folder_ / "target" / "real.json", folder_ / "link.json");
  const auto watch = RegistryWatch::open({parse_registry_source((folder_ / "link.json").string())}, hermes());
  ASSERT_TRUE(watch.ok()) << watch.error().to_string();
  file("target/real.json", R"([{"name": "b"}])");
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "b");
  const auto folder = RegistryWatch::open({parse_registry_source((folder_ / "target").string())}, hermes());
  ASSERT_TRUE(folder.ok());
  std::ofstream slow(folder_ / "target" / "slow.json");
  EXPECT_EQ(*(*folder)->refresh(), false) << "a file that is being written is not read yet";
  slow << R"([{"name": "s"}])";
  slow.close();
  EXPECT_EQ(*(*folder)->refresh(), true);
  std::filesystem::create_symlink(file("far.json", R"([{"name": "f"}])"), folder_ / "target" / "near.json");
  EXPECT_EQ(*(*folder)->refresh(), true) << "a link is there at once";
  EXPECT_EQ(names(*(*folder)->current()), "f b s");
}

TEST_F(RegistryFiles, ABurstOfChangesIsReadOnceWhole) {
  file("a.json", R"([{"name": "a"}])");
  const auto watch = RegistryWatch::open({parse_registry_source(folder_.string())}, hermes());
  for (int i = 0; i < 300; ++i) file("a.json", R"([{"name": "a)" + std::to_string(i) + "\"}]");
  EXPECT_EQ(*(*watch)->refresh(), true);
  EXPECT_EQ(names(*(*watch)->current()), "a299");
  EXPECT_EQ(*(*watch)->refresh(), false);
}

}  // namespace
}  // namespace keyway
