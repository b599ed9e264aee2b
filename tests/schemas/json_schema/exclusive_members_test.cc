// One of many members, each of which may stand alone in a closed object: negations that ask for some other member are settled
// where the object has no other.
#include "tests/schemas/json_schema/stepping.h"

namespace keyway {
namespace {

// oneOf of `count` closed objects with an optional member of their own; `value` is its schema.
std::string one_of_members(int count, const std::string& value, const std::string& more = "") {
  std::string out = R"({"type": "object", "oneOf": [)";
  for (int i = 0; i < count; ++i) {
    out += (i == 0 ? "" : ", ") + std::string(R"({"properties": {"k)") + std::to_string(i) + "\": " + value + more +
           R"(}, "additionalProperties": false})";
  }
  return out + "]}";
}

TEST(SchemaExclusiveMembers, AsManyAsThereAre) {
  for (int count : {2, 13, 30, 100}) {
    test::Grammar grammar(one_of_members(count, R"({"type": "integer"})"));
    ASSERT_TRUE(grammar.ok()) << count << ' ' << grammar.error().to_string();
    EXPECT_TRUE(grammar.accepts(R"({"k0":1})")) << count;
    EXPECT_TRUE(grammar.accepts("{\"k" + std::to_string(count - 1) + "\":-1}")) << count;
    for (const char* text : {"{}", R"({"k0":1,"k1":1})", R"({"k0":"a"})", R"({"k0":1,"other":1})"}) {
      EXPECT_FALSE(grammar.accepts(text)) << count << ' ' << text;
    }
  }
}

// A member of all of them beside the own one: an object of it alone is of every kind.
TEST(SchemaExclusiveMembers, BesideOneThatAllHave) {
  test::Grammar grammar(one_of_members(20, "{}", R"(, "shared": {"type": "boolean"})"));
  ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
  for (const char* text : {R"({"k3":1})", R"({"k3":1,"shared":true})", R"({"shared":true,"k3":1})"}) EXPECT_TRUE(grammar.accepts(text)) << text;
  for (const char* text : {"{}", R"({"shared":true})", R"({"k3":1,"shared":1})", R"({"k3":1,"k4":1})"}) EXPECT_FALSE(grammar.accepts(text)) << text;
}

// What members ask for of one another is known before the one that must come is: nothing is left of the first, and of the second
// the shortest object has both.
TEST(SchemaExclusiveMembers, BesideClauses) {
  const auto schema = [](const std::string& more) {
    std::string names, others, clauses;
    for (int i = 0; i < 6; ++i) {
      const std::string x = "x" + std::to_string(i), y = "y" + std::to_string(i);
      names += (i == 0 ? "\"" : ", \"") + x + "\": {}, \"" + y + "\": {}";
      others += (i == 0 ? "\"" : ", \"") + y + (i == 5 ? "\"" : "\", \"" + x + "\"");
      clauses += (i == 0 ? R"({"anyOf": [{"properties": {")" : R"(, {"anyOf": [{"properties": {")") + x + R"(": false}}, {"required": [")" + y + R"("]}]})";
    }
    return R"({"type": "object", "properties": {)" + names + R"(}, "additionalProperties": false, "allOf": [)" + clauses + more +
           R"(], "not": {"propertyNames": {"enum": [)" + others + "]}}}";
  };
  EXPECT_FALSE(test::Grammar(schema(R"(, {"anyOf": [{"properties": {"x5": false}}, {"properties": {"y5": false}}]})")).ok());
  test::Grammar both(schema(""));
  ASSERT_TRUE(both.ok()) << both.error().to_string();
  for (const char* text : {R"({"x5":1,"y5":1})", R"({"y5":1,"x5":1,"y3":1})", R"({"x2":1,"x5":1,"y2":1,"y5":1})"}) EXPECT_TRUE(both.accepts(text)) << text;
  for (const char* text : {R"({"x5":1})", R"({"y5":1})", R"({"x1":1,"y1":1})", R"({"x5":1,"y5":1,"x1":1})"}) EXPECT_FALSE(both.accepts(text)) << text;
}

// Some member breaks its schema, in an object that is closed besides.
TEST(SchemaExclusiveMembers, NegatedUniversalsOfClosedObjects) {
  test::Grammar one(R"({"properties": {"a": {}}, "additionalProperties": false, "type": "object",
                        "not": {"additionalProperties": {"type": "integer"}}})");
  ASSERT_TRUE(one.ok()) << one.error().to_string();
  EXPECT_TRUE(one.accepts(R"({"a":"x"})"));
  for (const char* text : {"{}", R"({"a":1})", R"({"b":"x"})"}) EXPECT_FALSE(one.accepts(text)) << text;
  test::Grammar two(R"({"properties": {"a": {}, "b": {"type": "integer"}, "c": false}, "additionalProperties": false, "type": "object",
                        "not": {"additionalProperties": {"type": "integer"}}})");
  ASSERT_TRUE(two.ok()) << two.error().to_string();
  for (const char* text : {R"({"a":"x"})", R"({"a":null,"b":1})", R"({"b":1,"a":null})"}) EXPECT_TRUE(two.accepts(text)) << text;
  for (const char* text : {"{}", R"({"a":1,"b":1})", R"({"b":1})", R"({"c":1})"}) EXPECT_FALSE(two.accepts(text)) << text;
  test::Grammar some(R"({"properties": {"a": {}, "b": {}}, "additionalProperties": false, "type": "object", "not": {"maxProperties": 0}})");
  ASSERT_TRUE(some.ok()) << some.error().to_string();
  EXPECT_TRUE(some.accepts(R"({"b":1})"));
  EXPECT_FALSE(some.accepts("{}"));
  test::Grammar none(R"({"properties": {"a": false}, "additionalProperties": false, "type": "object", "not": {"additionalProperties": false}})");
  EXPECT_FALSE(none.ok());
}

}  // namespace
}  // namespace keyway
