// The judge of eval against hand-made answers, and its validator against verdicts that jsonschema gives.
#include "runtime/cli/eval_judge.h"

#include <gtest/gtest.h>

namespace keyway::cli {
namespace {

using nlohmann::json;

const json kExample = json::parse(R"({
  "tools": [{"type": "function", "function": {"name": "add", "parameters": {
      "type": "object", "properties": {"a": {"type": "integer", "minimum": 1}, "b": {"enum": ["x", 2]}},
      "required": ["a"]}}}],
  "expected_calls": [{"name": "add", "arguments": {"a": 3, "b": "x"}}]})");

std::string judged(const std::string& text) {
  const auto result = judge_answer(text, kExample);
  if (!result.ok()) return result.error().to_string();
  std::string flags;
  if (result->calls) flags += "calls ";
  if (result->hallucinated_name) flags += "hallucinated ";
  if (result->well_formed) flags += "well_formed ";
  if (result->schema_valid) flags += "valid ";
  if (result->exact) flags += "exact ";
  return flags;
}

std::string call(const std::string& body) { return "<tool_call>\n" + body + "\n</tool_call>"; }

TEST(EvalJudge, GivesTheVerdictsOfThePeersScript) {
  EXPECT_EQ(judged("I cannot help."), "");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"b": "x", "a": 3}})")), "calls well_formed valid exact ");
  EXPECT_EQ(judged("Sure. " + call(R"({"name": "add", "arguments": {"a": 4}})")), "calls well_formed valid ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 3.0, "b": "x"}})")), "calls well_formed valid ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 0}})")), "calls well_formed ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 1, "b": "y"}})")), "calls well_formed ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {}})")), "calls well_formed ");
  EXPECT_EQ(judged(call(R"({"name": "sub", "arguments": {"a": 1}})")), "calls hallucinated well_formed ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": [1]})")), "calls ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 1})")), "calls ");
  EXPECT_EQ(judged(R"(<tool_call>{"name": "add", "arguments": {"a": 1}})"), "calls ");
  const std::string right = call(R"({"name": "add", "arguments": {"a": 3, "b": "x"}})");
  EXPECT_EQ(judged(right + right), "calls well_formed valid ");
}

TEST(EvalJudge, NumbersPastTheLargestDoubleAreNumbers) {
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 2e999}})")), "calls well_formed valid ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": -2e999}})")), "calls well_formed ");
  EXPECT_EQ(judged(call(R"({"name": "add", "arguments": {"a": 1, "c": "\"2e999"}})")), "calls well_formed valid ");
}

TEST(EvalJudge, ValidatesTheKeywordsThatItKnows) {
  struct Case {
    const char* schema;
    const char* instance;
    bool valid;
  };
  const Case cases[] = {
      {R"({"type": "integer"})", "2.0", true},
      {R"({"type": "integer"})", "2.5", false},
      {R"({"type": ["null", "string"]})", "null", true},
      {R"({"type": "number"})", "true", false},
      {R"({"enum": [1]})", "true", false},
      {R"({"enum": [1]})", "1.0", true},
      {R"({"const": {"a": [1]}})", R"({"a": [1]})", true},
      {R"({"exclusiveMinimum": 1})", "1", false},
      {R"({"exclusiveMaximum": 1})", "0.5", true},
      {R"({"maxLength": 2})", R"("\u00e9\u00e9")", true},
      {R"({"minLength": 3})", R"("\u00e9\u00e9")", false},
      {R"({"pattern": "^a+$"})", R"("aab")", false},
      {R"({"pattern": "a"})", R"("bab")", true},
      {R"({"items": {"type": "string"}})", R"(["a", 1])", false},
      {R"({"uniqueItems": true})", "[1, 2, 1]", false},
      {R"({"minItems": 2, "maxItems": 3})", "[1]", false},
      {R"({"properties": {"a": true}, "additionalProperties": false})", R"({"b": 1})", false},
      {R"({"properties": {"a": true}, "additionalProperties": {"type": "null"}})", R"({"a": 1, "b": null})", true},
      {"false", "1", false},
  };
  for (const Case& c : cases) {
    const auto valid = instance_is_valid(json::parse(c.schema), json::parse(c.instance));
    ASSERT_TRUE(valid.ok()) << c.schema;
    EXPECT_EQ(*valid, c.valid) << c.schema << " " << c.instance;
  }
}

TEST(EvalJudge, AKeywordThatItDoesNotKnowIsAnErrorAndNeverValid) {
  const auto unknown = instance_is_valid(json::parse(R"({"multipleOf": 2})"), json(4));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(unknown.error().given, "multipleOf");
  EXPECT_FALSE(instance_is_valid(json::parse(R"-({"pattern": "(?=a)"})-"), json("a")).ok());
  EXPECT_FALSE(instance_is_valid(json::parse(R"({"minLength": "x"})"), json("a")).ok());
}

TEST(EvalJudge, DepthIsCounted) {
  json schema = json::object(), instance = json::array();
  for (int i = 0; i < 300; ++i) {
    schema = json{{"items", schema}};
    instance = json::array({instance});
  }
  const auto valid = instance_is_valid(schema, instance);
  ASSERT_FALSE(valid.ok());
  EXPECT_EQ(valid.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace keyway::cli
