// uniqueItems: an item is its schema and no earlier value, however either is written.
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/schemas/json_schema/single_tokens.h"

namespace keyway {
namespace {

using test::expect_masks_of_single_tokens;
using test::Grammar;

TEST(UniqueItems, ValuesAreComparedNotTexts) {
  Grammar grammar(R"({"type": "array", "uniqueItems": true})");
  ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
  for (const char* text : {"[]", "[1]", R"(["a", "b", "ab"])", "[1, true]", "[0, false]", R"([{"a": 1}, {"a": 2}, {"b": 1}])",
                           "[[1], [2], []]", R"([{"a": {"b": [1]}}, {"a": {"b": [2]}}])", R"([{"a": 1, "b": 2}, {"a": 1}])",
                           R"(["1", 1])", "[[1, 2], [2, 1]]"}) {
    EXPECT_TRUE(grammar.accepts(text)) << text;
  }
  for (const char* text : {"[1, 1]", R"(["a", "\u0061"])", "[1, 1.0]", R"([{"a": 1, "b": 2}, {"b": 2.0, "a": 1}])",
                           "[[1], [ 1 ]]", "[[], []]", "[{}, {}]", R"(["a", "b", "a"])", R"([{"a": {"b": [1]}}, {"a": {"b": [1]}}])",
                           "[null, 2, null]"}) {
    EXPECT_FALSE(grammar.accepts(text)) << text;
  }
}

// Every pair and every triple of spellings: accepted exactly when no two of the same value are among them.
TEST(UniqueItems, EveryPairAndTripleOfSpellings) {
  const std::vector<std::pair<int, std::string>> spellings = {
      {0, "1"}, {0, "1.0"}, {1, "-0"}, {1, "0.00"}, {2, R"("a")"}, {2, R"("\u0061")"}, {3, R"({"a":1,"b":[2]})"},
      {3, R"({"b":[2.0],"\u0061":1})"}, {4, R"({"a":1})"}, {5, "[1]"}, {5, "[ 1.0 ]"}, {6, "[1,1]"}, {7, "null"}, {8, "\"1\""},
      {9, "{}"}, {10, "[]"}};
  Grammar grammar(R"({"type": "array", "uniqueItems": true})");
  ASSERT_TRUE(grammar.ok());
  for (const auto& [a, first] : spellings) {
    for (const auto& [b, second] : spellings) {
      EXPECT_EQ(grammar.accepts("[" + first + "," + second + "]"), a != b) << first << " " << second;
      const auto& [c, third] = spellings[static_cast<size_t>(a * 3 + b) % spellings.size()];
      EXPECT_EQ(grammar.accepts("[" + first + "," + second + ", " + third + "]"), a != b && b != c && a != c)
          << first << " " << second << " " << third;
    }
  }
}

TEST(UniqueItems, ObjectsWithUniqueArraysInThem) {
  Grammar grammar(R"({"uniqueItems": true, "items": {"type": "object", "properties": {"c": {"type": "array", "uniqueItems": true,
    "items": {"type": "string"}}}}})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"([{"c": ["a", "b"]}, {"c": ["a", "c"]}, {}, {"c": ["b", "a"]}, {"d": 1}])"));
  EXPECT_FALSE(grammar.accepts(R"([{"c": ["a", "b"]}, {}, {"c": ["a", "b"]}])"));
  EXPECT_FALSE(grammar.accepts(R"([{"c": ["a", "a"]}])"));
}

TEST(UniqueItems, ConstantsAreHeldAgainstTheKeyword) {
  EXPECT_TRUE(Grammar(R"({"uniqueItems": true, "const": ["a", "b"]})").accepts(R"(["a", "b"])"));
  EXPECT_EQ(Grammar(R"({"uniqueItems": true, "const": ["a", "a"]})").error().code, ErrorCode::kUnsatisfiable);
}

TEST(UniqueItems, PastTheLimitItIsRefusedByName) {
  Grammar grammar(R"({"type": "array", "uniqueItems": true, "minItems": 1001})");
  ASSERT_FALSE(grammar.ok());
  EXPECT_EQ(grammar.error().pointer, "/minItems");
}

TEST(UniqueItems, InsideAnotherUniqueArray) {
  Grammar grammar(R"({"uniqueItems": true, "items": {"uniqueItems": true, "items": {"type": "integer"}}})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts("[[1, 2], [2, 1]]"));
  EXPECT_FALSE(grammar.accepts("[[1, 2], [1, 2]]"));
  EXPECT_FALSE(grammar.accepts("[[1, 1]]"));
}

TEST(UniqueItems, AFiniteSetOfValuesRunsOut) {
  Grammar grammar(R"({"uniqueItems": true, "items": {"enum": ["a", "b", 3]}, "type": "array"})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"([3, "b", "a"])"));
  EXPECT_EQ(grammar.after(R"([3,"b","a",)"), TermArena::never());
  const char* impossible = R"({"uniqueItems": true, "items": {"type": "integer", "minimum": 1, "maximum": 3}, "type": "array",
    "minItems": 4})";
  EXPECT_EQ(Grammar(impossible).error().code, ErrorCode::kUnsatisfiable);
}

TEST(UniqueItems, ClosedObjectsDifferInTheirLastMember) {
  Grammar grammar(R"({"uniqueItems": true, "items": {"type": "object", "required": ["a", "b"], "additionalProperties": false,
    "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}}}})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"([{"a":true,"b":true},{"b":false,"a":true},{"a":false,"b":false},{"a":false,"b":true}])"));
  EXPECT_EQ(grammar.after(R"([{"a":true,"b":true},{"b":true,"a":t)"), TermArena::never());
  EXPECT_NE(grammar.after(R"([{"a":true,"b":true},{"b":true,"a":f)"), TermArena::never());
  EXPECT_EQ(grammar.after(R"([{"a":true,"b":true},{"b":false,"a":true},{"a":false,"b":false},{"a":false,"b":true},)"),
            TermArena::never());
}

TEST(UniqueItems, ContainsAndUniqueTogether) {
  Grammar grammar(R"({"uniqueItems": true, "contains": {"const": 1}, "items": {"type": "integer"}, "maxItems": 3, "type": "array"})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts("[1]"));
  EXPECT_TRUE(grammar.accepts("[2, 3, 1]"));
  EXPECT_FALSE(grammar.accepts("[2, 3]"));
  EXPECT_FALSE(grammar.accepts("[1, 2, 1]"));
}

TEST(UniqueItems, ObjectsInDeclaredOrderDifferToo) {
  SchemaOptions options;
  options.order = PropertyOrder::kDeclared;
  Grammar grammar(R"({"type": "array", "uniqueItems": true, "items": {"type": "object", "required": ["b", "a"],
    "properties": {"b": {"enum": ["x", "y"]}, "a": {"type": "boolean"}}}})", options);
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"([{"b": "x", "a": true}, {"b": "x", "a": false}, {"b": "y", "a": true}, {"b": "x", "a": true, "c": 0}])"));
  EXPECT_FALSE(grammar.accepts(R"([{"b": "x", "a": true}, {"b": "x", "a": true}])"));
  EXPECT_FALSE(grammar.accepts(R"([{"a": true, "b": "x"}])"));
  Grammar other(R"({"type": "object", "properties": {"b": {"enum": ["x", "y"]}, "a": {"type": "boolean"}}, "required": ["b", "a"],
    "additionalProperties": false, "not": {"const": {"b": "x", "a": true}}})", options);
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(other.accepts(R"({"b": "x", "a": true})"));
  EXPECT_TRUE(other.accepts(R"({"b": "x", "a": false})"));
  EXPECT_TRUE(other.accepts(R"({"b": "y", "a": true})"));
}

TEST(UniqueItems, ItsNegationIsDeclaredAsNarrowed) {
  Grammar grammar(R"({"oneOf": [{"type": "array", "uniqueItems": true}, {"type": "string"}]})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts("[1, 2]"));
  EXPECT_FALSE(grammar.accepts("[1, 1]"));
  EXPECT_FALSE(grammar.report().narrowed.empty());
}

// Tokens that end an item, begin the next one, end that too, and write a name twice; walks of random tokens that are allowed.
TEST(UniqueItems, MasksAreThoseOfSingleTokens) {
  std::vector<std::string> extra;
  for (const char* token : {"\",\"", "\", \"", "\",\"a", "a\",\"b\"]", "a\",\"a\",", "\",\"a\"]", "},{\"", "\"},{\"a\":", "\"},{\"a\":\"b\"}",
                            "{\"a\":", "{\"a\":\"", "\"},{\"b\":1,\"b\":", "{\"x\":{\"a\":1,\"a\":", "}},{\"x\":{\"a\":", "},{},{", "{}", "}]", "\"}]",
                            "\"]", "1,", "1,1", "1,2]", ",1.0", ",null", "[\"", "[{\"", "[{\"a\":\"", "\":", "\":\"", "\\u00", "\\u0061\",\"a", "[[1],[", "],["}) {
    extra.push_back(token);
  }
  const auto vocabulary = test::toy_vocabulary(extra);
  std::mt19937 random(5);
  for (const char* items : {R"({"type": "string"})", R"({"type": "string", "maxLength": 1})", R"({"enum": ["a", "b", "ab"]})", R"({"type": "integer"})",
                            R"({"type": "object"})", R"({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]})",
                            R"({"type": "object", "properties": {"a": {"enum": ["a", "b"]}}, "additionalProperties": false})",
                            R"({"type": "object", "minProperties": 1})", R"({"type": "array", "uniqueItems": true})", "true"}) {
    for (const char* least : {"", R"(, "minItems": 3)"}) {
      expect_masks_of_single_tokens(R"({"type": "array", "uniqueItems": true, "items": )" + std::string(items) + least + "}", vocabulary,
                                    random);
    }
  }
}

}  // namespace
}  // namespace keyway
