// Scripted conversations: what repeats is found, and exactly that call leaves the language.
#include "tools/loop_guard.h"

#include <gtest/gtest.h>

#include "grammar/derivative.h"
#include "tools/compile_tools.h"

namespace keyway {
namespace {

std::string turn(const std::string& name, const std::string& arguments, const std::string& result) {
  return R"({"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": ")" + name +
         R"(", "arguments": )" + arguments + R"(}}]}, {"role": "tool", "content": ")" + result + "\"}";
}

std::string repeated(const std::vector<std::string>& turns, const LoopGuard& guard = {}) {
  std::string text = R"([{"role": "user", "content": "x"})";
  for (const std::string& one : turns) text += ", " + one;
  const auto document = parse_json(text + "]");
  EXPECT_TRUE(document.ok()) << text;
  std::string out;
  for (const LoopGuard::Call& call : guard.repeated(document->root())) {
    out += (out.empty() ? "" : " ") + call.name + call.arguments;
  }
  return out;
}

const std::string kLook = turn("look", R"({"a": 1, "b": "x"})", "dark");

TEST(LoopGuard, NoticesTheSameCallWithTheSameResult) {
  EXPECT_EQ(repeated({kLook, kLook}), "");
  EXPECT_EQ(repeated({kLook, kLook, kLook}), R"(look{"a":1,"b":"x"})");
}

TEST(LoopGuard, OrderAndSpellingOfArgumentsDoNotMatter) {
  EXPECT_EQ(repeated({kLook, turn("look", R"({"b": "\u0078", "a": 1.0})", "dark"),
                      turn("look", R"("{\"b\": \"x\", \"a\": 1}")", "dark")}),
            R"(look{"a":1,"b":"x"})");
}

TEST(LoopGuard, AnotherResultStartsTheCountAnew) {
  const std::string light = turn("look", R"({"a": 1, "b": "x"})", "light");
  EXPECT_EQ(repeated({kLook, kLook, light, kLook, kLook}), "");
  EXPECT_EQ(repeated({kLook, kLook, light, kLook, kLook, kLook}), R"(look{"a":1,"b":"x"})");
}

TEST(LoopGuard, OtherCallsBetweenCountOnlyForTheWindow) {
  const std::string other = turn("walk", "{}", "ok");
  EXPECT_EQ(repeated({kLook, other, kLook, other, kLook}, {3, 5}), R"(look{"a":1,"b":"x"})");
  EXPECT_EQ(repeated({kLook, other, kLook, other, kLook}, {3, 4}), "");
  EXPECT_EQ(repeated({kLook, other, kLook, other, kLook}, {2, 12}), R"(walk{} look{"a":1,"b":"x"})");
  EXPECT_EQ(repeated({kLook, kLook, kLook}, {0, 12}), "");
}

TEST(LoopGuard, ResultsGoToTheirCallsById) {
  const auto both = [](const std::string& first, const std::string& second) {
    return R"({"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "a", "arguments": {}}},
               {"id": "2", "function": {"name": "b", "arguments": {}}}]},
              {"role": "tool", "tool_call_id": "2", "content": ")" + second + R"("},
              {"role": "tool", "tool_call_id": "1", "content": ")" + first + "\"}";
  };
  EXPECT_EQ(repeated({both("x", "1"), both("x", "2"), both("x", "3")}), "a{}");
}

bool takes(TermArena& arena, TermId term, std::string_view text) {
  for (const char c : text) {
    term = derivative(arena, term, static_cast<uint8_t>(c));
    if (term == TermArena::never()) return false;
  }
  return arena.nullable(term);
}

TEST(LoopGuard, ExactlyTheCallLeavesTheLanguage) {
  const auto format = *shipped_call_format("hermes");
  auto registry = Registry::load(R"([{"name": "look", "parameters": {"type": "object", "properties": {
      "a": {"type": "integer"}, "b": {"$ref": "#/$defs/word"}}, "required": ["a"], "additionalProperties": false,
      "not": {"const": {"a": 9}}, "$defs": {"word": {"type": "string"}}}}, {"name": "walk"}])", *format);
  ASSERT_TRUE(registry.ok()) << registry.error().to_string();
  ASSERT_TRUE(exclude_calls(*registry, {{"look", R"({"a":1,"b":"x"})"}, {"gone", "{}"}}).ok());
  TermArena arena;
  const auto compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok()) << compiled.error().to_string();
  ASSERT_EQ(compiled->terms.size(), 2u);
  const TermId look = compiled->terms[0].arguments;
  EXPECT_FALSE(takes(arena, look, R"({"a": 1, "b": "x"})"));
  EXPECT_FALSE(takes(arena, look, R"({"a":1,"b":"\u0078"})"));
  EXPECT_FALSE(takes(arena, look, R"({"a": 9})")) << "what was excluded before";
  EXPECT_TRUE(takes(arena, look, R"({"a": 1, "b": "y"})"));
  EXPECT_TRUE(takes(arena, look, R"({"a": 1, "b": "xx"})"));
  EXPECT_TRUE(takes(arena, look, R"({"a": 1})"));
  EXPECT_TRUE(takes(arena, look, R"({"a": 11, "b": "x"})"));
}

TEST(LoopGuard, AToolWithOneCallOnlyIsNoLongerCallable) {
  const auto format = *shipped_call_format("hermes");
  auto registry = Registry::load(R"([{"name": "go", "parameters": {"type": "object", "additionalProperties": false}},
                                     {"name": "walk", "parameters": {"type": "object"}}])", *format);
  ASSERT_TRUE(exclude_calls(*registry, {{"go", "{}"}}).ok());
  TermArena arena;
  const auto compiled = compile_tools(arena, *registry);
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(registry->find("go"), nullptr);
  EXPECT_NE(registry->find("walk"), nullptr);
}

}  // namespace
}  // namespace keyway
