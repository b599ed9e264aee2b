// minProperties that undeclared members reach: each name counts once, however it is spelled.
#include <random>
#include <string>
#include <vector>

#include "tests/schemas/json_schema/single_tokens.h"

namespace keyway {
namespace {

using test::expect_masks_of_single_tokens;
using test::Grammar;

std::string object_of(const std::vector<std::string>& keys) {
  std::string out = "{";
  for (const std::string& key : keys) out += (out.size() > 1 ? ", " : "") + key + ": 1";
  return out + "}";
}

TEST(MinProperties, UndeclaredMembersCountEach) {
  Grammar grammar(R"({"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}})");
  ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
  EXPECT_TRUE(grammar.accepts(R"({"first": 1, "second": 2, "third": 3})"));
  EXPECT_TRUE(grammar.accepts(R"({"first": 1, "second": 2, "third": 3, "fourth": 4})"));
  EXPECT_FALSE(grammar.accepts(R"({"first": 1, "second": 2})"));
  EXPECT_FALSE(grammar.accepts(R"({"first": 1, "second": 2, "first": 3})"));
  EXPECT_FALSE(grammar.accepts(R"({"first": 1, "second": 2, "third": "3"})"));
  for (const KeywordNote& note : grammar.report().narrowed) EXPECT_NE(note.keyword, "minProperties");
}

// All lists of up to four keys: accepted exactly when their names differ and are enough.
TEST(MinProperties, EveryListOfKeys) {
  Grammar grammar(R"({"type": "object", "minProperties": 3, "properties": {"ab": true, "": {"type": "integer"}}})");
  ASSERT_TRUE(grammar.ok());
  const std::vector<std::pair<int, std::string>> keys = {{0, "\"\""}, {1, "\"a\""}, {1, R"("\u0061")"}, {2, "\"ab\""}, {3, "\" \""},
                                                         {4, "\"xyz\""}};
  const size_t count = keys.size();
  for (size_t i = 0; i < count * count * count; ++i) {
    const auto& [a, first] = keys[i % count];
    const auto& [b, second] = keys[i / count % count];
    const auto& [c, third] = keys[i / count / count];
    const std::string text = object_of({first, second, third});
    EXPECT_EQ(grammar.accepts(text), a != b && b != c && a != c) << text;
  }
}

TEST(MinProperties, TogetherWithAMaximum) {
  Grammar grammar(R"({"type": "object", "minProperties": 2, "maxProperties": 2, "patternProperties": {"^x": {"type": "null"}}})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"({"xa": null, "b": 1})"));
  EXPECT_FALSE(grammar.accepts(R"({"xa": null, "b": 1, "c": 2})"));
  EXPECT_FALSE(grammar.accepts(R"({"xa": 1, "b": 1})"));
}

TEST(MinProperties, TheShortestObjectIsAsLongAsPromised) {
  Grammar grammar(R"({"type": "object", "minProperties": 4})");
  ASSERT_TRUE(grammar.ok());
  const std::string shortest = R"({"":0,"a":0,"b":0,"c":0})";
  EXPECT_TRUE(grammar.accepts(shortest));
  EXPECT_EQ(grammar.arena().shortest(grammar.start()), shortest.size());
}

TEST(MinProperties, PastTheLimitItIsRefusedByName) {
  Grammar grammar(R"({"type": "object", "minProperties": 65})");
  ASSERT_FALSE(grammar.ok());
  EXPECT_EQ(grammar.error().pointer, "/minProperties");
}

TEST(MinProperties, MasksAreThoseOfSingleTokens) {
  std::vector<std::string> extra;
  for (const char* token : {"{\"", "\":", "\":1", "\":1,\"", "\": \"", "a\":1,\"", "a\":1,\"a\":", ",\"a\":", ",\"a", ",\"b\":1}", "\":1}", "\":null,\"x",
                            "\\u00", "\\u0061\":", "{\"a\":1,\"b\":1,\"", "{\"a\":1,\"a\":1", "{\"\":", ",\"\":", "{\"a\":{\"a\":", "},\"", "}}", "1}"}) {
    extra.push_back(token);
  }
  const auto vocabulary = test::toy_vocabulary(extra);
  std::mt19937 random(7);
  for (const char* schema :
       {R"({"type": "object", "minProperties": 2})", R"({"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}})",
        R"({"type": "object", "minProperties": 3, "maxProperties": 3, "properties": {"a": {"const": 1}}, "required": ["a"]})",
        R"({"type": "object", "minProperties": 2, "patternProperties": {"^a": {"const": 1}}, "additionalProperties": {"type": "null"}})",
        R"({"type": "object", "minProperties": 2, "additionalProperties": {"type": "object", "minProperties": 2}})",
        R"({"type": "object", "minProperties": 2, "propertyNames": {"maxLength": 1}})",
        R"({"type": "array", "uniqueItems": true, "items": {"type": "object", "minProperties": 2}})"}) {
    for (int walk = 0; walk < 4; ++walk) expect_masks_of_single_tokens(schema, vocabulary, random);
  }
}

}  // namespace
}  // namespace keyway
