// BFCL: the conversion of its dialect, and its idea of an exact answer.
#include "runtime/cli/bfcl.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace keyway::cli {
namespace {

using nlohmann::json;

class Bfcl : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("bfcl_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "possible_answer");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string path() const { return folder_.string(); }

  std::filesystem::path folder_;
};

TEST_F(Bfcl, ALineIsOneObject) {
  write("BFCL_v4_multiple.json", "{\"id\":\n\"q0\"}\n");
  const auto set = read_bfcl(path());
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().code, ErrorCode::kSyntax);
  EXPECT_NE(set.error().pointer.find("line 1"), std::string::npos);
}

TEST_F(Bfcl, ConvertsTypesAndCountsThem) {
  write("BFCL_v4_simple_java.json",
        R"({"id": "q0", "question": [[{"role": "user", "content": "x"}]], "function": [{"name": "a.b", "parameters": )"
        R"({"type": "dict", "properties": {"type": {"type": "float", "optional": true}, "b": {"type": "any"}, )"
        R"("c": {"type": "ArrayList", "items": {"type": "String"}}}, "required": ["b"]}}]})"
        "\n");
  EXPECT_TRUE(is_bfcl(path()));
  const auto set = read_bfcl(path());
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  ASSERT_EQ(set->questions.size(), 1u);
  EXPECT_EQ(set->questions[0].category, "simple_java");
  EXPECT_EQ(set->questions[0].example["tools"][0]["function"]["parameters"].dump(),
            R"({"type":"object","properties":{"type":{"type":"number"},"b":{},)"
            R"("c":{"type":"array","items":{"type":"string"}}},"required":["b"]})");
  EXPECT_EQ(set->converted.at("type float to number"), 1u);
  EXPECT_EQ(set->converted.at("type any to any value"), 1u);
  EXPECT_EQ(set->converted.size(), 6u);
}

TEST_F(Bfcl, ATypeOfNoDialectIsRefusedByName) {
  write("BFCL_v4_simple_java.json",
        R"({"id": "q0", "question": [[]], "function": [{"name": "a", "parameters": {"type": "quaternion"}}]})");
  const auto set = read_bfcl(path());
  ASSERT_FALSE(set.ok());
  EXPECT_NE(set.error().message.find("quaternion"), std::string::npos);
  EXPECT_NE(set.error().pointer.find("q0"), std::string::npos);
}

bool exact(const std::string& calls, const std::string& answers) {
  return bfcl_exact(json::parse(calls).get<std::vector<json>>(), json::parse(answers));
}

TEST_F(Bfcl, ArgumentsAreAmongTheAcceptedValues) {
  const std::string answer = R"([{"f": {"a": [1, 2], "b": ["x", ""]}}])";
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": 2}}])", answer));
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": 1.0, "b": "x"}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"a": 3}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"b": "x"}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"a": 1, "c": 1}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "g", "arguments": {"a": 1}}])", answer));
  EXPECT_FALSE(exact("[]", answer));
  EXPECT_TRUE(exact("[]", "[]"));
}

TEST_F(Bfcl, ObjectsAndListsOfAnswersAreReadMemberByMember) {
  const std::string answer = R"([{"f": {"a": [{"n": ["x", "y"], "m": [1, ""]}], "l": [[{"k": [1]}], [3, 5]]}}])";
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": {"n": "y"}, "l": [3, 5]}}])", answer));
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": {"n": "x", "m": 1}, "l": [{"k": 1}]}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"a": {"m": 1}, "l": [3, 5]}}])", answer));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"a": {"n": "x"}, "l": [5, 3]}}])", answer));
}

// The first call fits both answers and the second only the first: whoever takes greedily fails.
TEST_F(Bfcl, EachCallMatchesOneAnswer) {
  const std::string answers = R"([{"f": {"a": [1, 2]}}, {"f": {"a": [1]}}])";
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": 1}}, {"name": "f", "arguments": {"a": 2}}])", answers));
  EXPECT_TRUE(exact(R"([{"name": "f", "arguments": {"a": 1}}, {"name": "f", "arguments": {"a": 1}}])", answers));
  EXPECT_FALSE(exact(R"([{"name": "f", "arguments": {"a": 2}}, {"name": "f", "arguments": {"a": 2}}])", answers));
}

}  // namespace
}  // namespace keyway::cli
