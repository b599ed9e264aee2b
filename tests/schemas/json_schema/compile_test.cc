// Reports, refusals and options of compile_json_schema; paired accept and reject by keyword.
#include <algorithm>
#include <functional>
#include <random>

#include "tests/schemas/json_schema/stepping.h"

namespace keyway {
namespace {

using test::Grammar;

TEST(SchemaCompile, EveryKeywordIsReported) {
  Grammar grammar(R"({"type": "object", "title": "t", "x-note": 1, "properties": {"a": {"minimum": 3}}})");
  ASSERT_TRUE(grammar.ok());
  ASSERT_EQ(grammar.report().enforced.size(), 2u);
  EXPECT_EQ(grammar.report().enforced[0].pointer, "/type");
  ASSERT_EQ(grammar.report().narrowed.size(), 1u);
  EXPECT_EQ(grammar.report().narrowed[0].pointer, "/properties/a/minimum");
  EXPECT_FALSE(grammar.report().narrowed[0].excludes.empty());
  ASSERT_EQ(grammar.report().ignored.size(), 2u);
  EXPECT_EQ(grammar.report().ignored[1].pointer, "/x-note");
}

TEST(SchemaCompile, UnknownKeywordsCanBeRefused) {
  SchemaOptions options;
  options.unknown_keywords = UnknownKeywords::kRefuse;
  Grammar grammar(R"({"tpye": "object"})", options);
  ASSERT_FALSE(grammar.ok());
  EXPECT_EQ(grammar.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(grammar.error().pointer, "/tpye");
}

TEST(SchemaCompile, ClosedObjectsTakeNoUndeclaredMembers) {
  SchemaOptions options;
  options.closed_objects = true;
  const char* schema = R"({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {"type": "object"}}}]})";
  Grammar closed(schema, options), open(schema);
  for (const char* text : {R"({"a": 1, "b": {"free": 1}})", R"({"b": {}})", "{}", "5"}) {
    EXPECT_TRUE(closed.accepts(text)) << text;
  }
  EXPECT_FALSE(closed.accepts(R"({"c": 1})"));
  EXPECT_TRUE(open.accepts(R"({"c": 1})"));
  ASSERT_EQ(closed.report().narrowed.size(), 2u);
  EXPECT_EQ(closed.report().narrowed[0].pointer, "/allOf/0/properties");
  Grammar says(R"({"properties": {"a": {}}, "additionalProperties": {"type": "null"}})", options);
  EXPECT_TRUE(says.accepts(R"({"c": null})"));
  EXPECT_TRUE(says.report().narrowed.empty());
}

TEST(SchemaCompile, LengthsCanBeBoundedEverywhere) {
  SchemaOptions options;
  options.max_string_length = 3;
  options.max_items = 2;
  Grammar grammar(R"({"properties": {"a": {"type": "array"}}})", options);
  EXPECT_TRUE(grammar.accepts(R"({"a": ["abc", 12345], "b": "xyz"})"));
  EXPECT_FALSE(grammar.accepts(R"({"a": ["abcd"]})"));
  EXPECT_FALSE(grammar.accepts(R"({"b": "wxyz"})"));
  EXPECT_FALSE(grammar.accepts(R"({"a": [1, 2, 3]})"));
  EXPECT_EQ(grammar.report().narrowed.size(), 2u);
  EXPECT_EQ(Grammar(R"({"type": "array", "minItems": 3})", options).error().code, ErrorCode::kUnsatisfiable);
}

// What is excluded stands in no string and no key as it is written; numbers and strings that a pattern describes may hold it.
TEST(SchemaCompile, TextsCanBeExcludedEverywhere) {
  SchemaOptions options;
  options.excluded_texts = {"ab", "12", "\\n"};
  Grammar grammar(R"({"properties": {"p": {"pattern": "^ab"}, "e": {"enum": ["ab", "b", 12, {"k": "ab"}, {"k": "b"}]}, "ab": {}},
                      "additionalProperties": {"type": ["string", "integer", "array"]}})", options);
  for (const char* text : {R"({"x": "a"})", R"({"x": "a\u0062"})", R"({"x": 12})", R"({"p": "ab"})", R"({"e": "b"})", R"({"e": 12})",
                           R"({"e": {"k": "b"}})", R"({"\u0061bc": "n"})", R"({"x": ["\t", 12]})"}) {
    EXPECT_TRUE(grammar.accepts(text)) << text;
  }
  for (const char* text : {R"({"x": "ab"})", R"({"x": "\bab"})", R"({"x": "12"})", R"({"x": "\n"})", R"({"xab": 1})", R"({"ab": 1})",
                           R"({"e": "ab"})", R"({"e": "a\u0062"})", R"({"e": {"k": "ab"}})", R"({"x": ["ab"]})", R"({"\u0070": "ab"})",
                           R"({"x": "\u0012"})"}) {
    EXPECT_FALSE(grammar.accepts(text)) << text;
  }
  ASSERT_FALSE(grammar.report().narrowed.empty());
  EXPECT_EQ(grammar.report().narrowed.back().keyword, "excluded_texts");
  EXPECT_EQ(Grammar(R"({"const": "xab"})", options).error().code, ErrorCode::kUnsatisfiable);
  EXPECT_EQ(Grammar(R"({"type": "object", "required": ["ab"]})", options).error().code, ErrorCode::kUnsatisfiable);
}

// Random texts beside a search in them; the strings that are left are those of JSON.
TEST(SchemaCompile, ExcludedTextsAreThoseThatASearchFinds) {
  std::mt19937 random(3);
  const auto piece = [&](size_t most) {
    static const char* const kPieces[] = {"a", "b", "<", "/", "\\n", "\\u0061", "\\\\", "\\\"", "u", "0", "\xC3\xA9", " "};
    std::string out;
    for (size_t i = 1 + random() % most; i-- > 0;) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  int taken = 0, refused = 0;
  for (int round = 0; round < 40; ++round) {
    SchemaOptions options;
    for (size_t i = 1 + random() % 3; i-- > 0;) options.excluded_texts.push_back(piece(2));
    Grammar values(R"({"type": ["string", "array"]})", options), keys(R"({"properties": {"a": {}}, "maxProperties": 3})", options);
    for (int i = 0; i < 60; ++i) {
      const std::string text = piece(6);
      bool stands = false;
      for (const std::string& excluded : options.excluded_texts) stands = stands || text.find(excluded) != std::string::npos;
      ASSERT_EQ(values.accepts('"' + text + '"'), !stands) << text << " without " << options.excluded_texts[0];
      ASSERT_EQ(values.accepts("[{\"" + text + "\": 0}]"), !stands) << text;
      if (text != "\\u0061") {
        ASSERT_EQ(keys.accepts("{\"" + text + "\": [1]}"), !stands) << text;
      }
      (stands ? refused : taken) += 1;
    }
  }
  EXPECT_GT(taken, 300);
  EXPECT_GT(refused, 300);
}

TEST(SchemaCompile, MalformedSchemasAreErrorsWithTheirPlace) {
  const struct {
    const char* schema;
    ErrorCode code;
    const char* pointer;
  } cases[] = {
      {R"(5)", ErrorCode::kInvalid, ""},
      {R"({"type": "foo"})", ErrorCode::kInvalid, "/type"},
      {R"({"type": []})", ErrorCode::kInvalid, "/type"},
      {R"({"properties": {"a": {"required": "b"}}})", ErrorCode::kInvalid, "/properties/a/required"},
      {R"({"required": [1]})", ErrorCode::kInvalid, "/required"},
      {R"({"minimum": "1"})", ErrorCode::kInvalid, "/minimum"},
      {R"({"maxItems": -1})", ErrorCode::kInvalid, "/maxItems"},
      {R"({"maxItems": 1.5})", ErrorCode::kInvalid, "/maxItems"},
      {R"({"pattern": 3})", ErrorCode::kInvalid, "/pattern"},
      {R"({"enum": {}})", ErrorCode::kInvalid, "/enum"},
      {R"({"anyOf": []})", ErrorCode::kInvalid, "/anyOf"},
      {R"({"items": [1]})", ErrorCode::kInvalid, "/items"},
      {R"({"$ref": "#/$defs/nope"})", ErrorCode::kNotFound, "/$ref"},
      {R"({"$ref": "#/const", "const": 5})", ErrorCode::kInvalid, "/const"},
      {R"({"$ref": "#/$defs/a~2b", "$defs": {"a~2b": {}}})", ErrorCode::kInvalid, "/$ref"},
      {R"({"$ref": "http://example.com/schema"})", ErrorCode::kNotFound, "/$ref"},
      {R"({"$ref": "file:///etc/passwd"})", ErrorCode::kNotFound, "/$ref"},
      {R"({"$ref": "#"})", ErrorCode::kInvalid, ""},
      {R"({"const": 1e999999999})", ErrorCode::kLimit, "/const"},
      {R"({"minLength": 10000000000})", ErrorCode::kLimit, "/minLength"},
      {R"({"minContains": 1000000000, "contains": {}})", ErrorCode::kLimit, "/minContains"},
  };
  for (const auto& test : cases) {
    Grammar grammar(test.schema);
    ASSERT_FALSE(grammar.ok()) << test.schema;
    EXPECT_EQ(grammar.error().code, test.code) << test.schema << grammar.error().to_string();
    EXPECT_EQ(grammar.error().pointer, test.pointer) << test.schema;
    EXPECT_FALSE(grammar.error().allowed.empty()) << test.schema;
  }
}

// "text 0, text 1, ..." with # for the number and @ for the one after it.
std::string listed(int count, const std::string& text) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += i == 0 ? "" : ", ";
    for (char c : text) out += c == '#' ? std::to_string(i) : c == '@' ? std::to_string(i + 1) : std::string(1, c);
  }
  return out;
}

TEST(SchemaCompile, WhatMultipliesOutEndsAtACountedLimitWithAPlace) {
  const std::string schemas[] = {
      R"({"allOf": [)" + listed(30, R"({"anyOf": [{"required": ["a#"]}, {"required": ["b#"]}, {"required": ["c#"]}]})") + "]}",
      R"({"allOf": [)" + listed(25, R"({"anyOf": [{"contains": {"const": "a#"}}, {"contains": {"const": "b#"}}]})") + "]}",
      R"({"not": {"anyOf": [)" + listed(30, R"({"allOf": [{"required": ["a#"]}, {"required": ["b#"]}, {"required": ["c#"]}]})") + "]}}",
      R"({"dependentSchemas": {)" + listed(40, R"("k#": {"properties": {"k@": {"const": 1}}})") + "}}",
      R"({"unevaluatedProperties": false, "allOf": [)" +
          listed(25, R"({"anyOf": [{"properties": {"p#": {"const": 1}}, "required": ["p#"]}, true]})") + "]}",
      R"({"contains": {"const": 1}, "minContains": 1000000})",
      R"({"type": "string", "allOf": [)" + listed(20, R"({"pattern": "#,.*,#"})") + "]}",
  };
  for (const std::string& schema : schemas) {
    const Result<JsonDocument> parsed = parse_json(schema);
    ASSERT_TRUE(parsed.ok()) << schema;
    TermArena arena;
    Budget budget(arena.limits().compile_fuel);
    arena.set_budget(&budget);
    const SchemaCompilation made = compile_json_schema(arena, *parsed, parsed->root());
    ASSERT_TRUE(made.error.has_value()) << schema.substr(0, 100);
    EXPECT_EQ(made.error->code, ErrorCode::kLimit) << made.error->to_string();
    EXPECT_FALSE(made.error->given.empty()) << made.error->to_string();
    EXPECT_FALSE(made.error->allowed.empty()) << made.error->to_string();
  }
}

// Alternatives are told apart by their constants; a list is paid for by its length where it is looked at.
TEST(SchemaCompile, LongListsOfConstantsArePaidFor) {
  const auto fuel = [](int constants) {
    const std::string schema = R"({"type": "object", "required": ["t"], "properties": {"t": {"enum": [)" + listed(constants, "\"k#\"") + R"(]}}, "allOf": [)" +
                               listed(8, R"({"if": {"properties": {"t": {"const": "k#"}}}, "then": {"required": ["m#"]}})") + "]}";
    const JsonDocument parsed = *parse_json(schema);
    TermArena arena;
    Budget budget(arena.limits().compile_fuel);
    arena.set_budget(&budget);
    EXPECT_FALSE(compile_json_schema(arena, parsed, parsed.root()).error.has_value());
    return budget.used();
  };
  EXPECT_GT(fuel(2000), fuel(20) + 8 * 1980 * 4);
}

// What is nested in a constant becomes constants of its own, each with its text: 20,000 numbers in 450 lists were 700 MB.
TEST(SchemaCompile, NestedConstantsArePaidForLevelByLevel) {
  const auto error = [](int levels, int numbers, const char* keyword) {
    const std::string value = std::string(levels, '[') + listed(numbers, "1@") + std::string(levels, ']');
    const std::string schema = std::string("{\"") + keyword + "\": " + (keyword == std::string("enum") ? "[" + value + "]" : value) + "}";
    const JsonDocument parsed = *parse_json(R"({"not": )" + schema + "}");
    TermArena arena;
    Budget budget(arena.limits().compile_fuel);
    arena.set_budget(&budget);
    return compile_json_schema(arena, parsed, parsed.root()).error;
  };
  for (const char* keyword : {"const", "enum"}) {
    EXPECT_FALSE(error(3, 5000, keyword).has_value()) << keyword;
    EXPECT_FALSE(error(100, 20, keyword).has_value()) << keyword;
    const std::optional<Error> deep = error(450, 5000, keyword);
    ASSERT_TRUE(deep.has_value()) << keyword;
    EXPECT_EQ(deep->code, ErrorCode::kLimit) << deep->to_string();
  }
}

TEST(SchemaCompile, LongCountsCostNothingUntilTheyAreReached) {
  Grammar items(R"({"type": "array", "items": {"type": "integer"}, "minItems": 1000000000})");
  ASSERT_TRUE(items.ok()) << items.error().to_string();
  EXPECT_NE(items.after("[1, 2, "), TermArena::never());
  EXPECT_EQ(items.after("[1, 2]"), TermArena::never());
  Grammar text(R"({"type": "string", "minLength": 1000000000})");
  ASSERT_TRUE(text.ok()) << text.error().to_string();
  EXPECT_NE(text.after("\"abc"), TermArena::never());
  EXPECT_EQ(text.after("\"abc\""), TermArena::never());
}

TEST(SchemaCompile, LikeSchemasMakeOneClassOfKeys) {
  Grammar grammar(R"({"type": "object", "patternProperties": {)" +
                  listed(26, R"("x#": {"type": ["integer", "string"]})") + "}}");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"({"ax3b": 1, "x25": "s", "y": null})"));
  EXPECT_FALSE(grammar.accepts(R"({"ax3b": null})"));
}

TEST(SchemaCompile, WhatNothingSatisfiesIsUnsatisfiable) {
  for (const char* schema : {
           R"(false)", R"({"type": "string", "minLength": 2, "maxLength": 1})", R"({"enum": [1], "type": "string"})",
           R"({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]})",
           R"({"type": "array", "items": {"$ref": "#"}, "minItems": 1})",
           R"({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 1})",
           R"({"type": "object", "properties": {"a": false}, "required": ["a"]})",
           R"({"allOf": [{"type": "array", "items": false}, {"minItems": 1}]})",
       }) {
    Grammar grammar(schema);
    ASSERT_FALSE(grammar.ok()) << schema;
    EXPECT_EQ(grammar.error().code, ErrorCode::kUnsatisfiable) << schema << grammar.error().to_string();
  }
}

TEST(SchemaCompile, EscapedKeysAreTheirNames) {
  Grammar grammar(R"({"type": "object", "properties": {"name": {"type": "integer"}}})");
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE(grammar.accepts(R"({"name": 1})"));
  EXPECT_TRUE(grammar.accepts(R"({"n\u0061me": 1})"));
  EXPECT_TRUE(grammar.accepts(R"({"names": "x"})"));
  EXPECT_FALSE(grammar.accepts(R"({"name": "x"})"));
  EXPECT_FALSE(grammar.accepts(R"({"n\u0061me": "x"})"));
  EXPECT_FALSE(grammar.accepts(R"({"name": 1, "n\u0061me": 1})"));
}

TEST(SchemaCompile, OrderOfProperties) {
  const char* schema = R"({"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "integer"},
      "c": {"type": "integer"}}, "required": ["a"]})";
  Grammar any(schema);
  SchemaOptions options;
  options.order = PropertyOrder::kDeclared;
  Grammar declared(schema, options);
  ASSERT_TRUE(any.ok() && declared.ok());
  for (const char* text : {R"({"b":1,"a":2,"c":3})", R"({"a":2})", R"({"a":2,"c":3,"x":0})"}) {
    EXPECT_TRUE(any.accepts(text)) << text;
    EXPECT_TRUE(declared.accepts(text)) << text;
  }
  for (const char* text : {R"({"a":2,"b":1})", R"({"x":0,"a":2})", R"({"a":2,"x":0,"c":3})"}) {
    EXPECT_TRUE(any.accepts(text)) << text;
    EXPECT_FALSE(declared.accepts(text)) << text;
  }
  for (const char* text : {R"({"b":1})", R"({"a":2,"a":2})"}) {
    EXPECT_FALSE(any.accepts(text)) << text;
    EXPECT_FALSE(declared.accepts(text)) << text;
  }
}

// All lists of distinct keys, four at most, declared ones in their order before the others.
TEST(SchemaCompile, UndeclaredMembersCountInDeclaredOrder) {
  const std::string keys = "abxyz";
  SchemaOptions options;
  options.order = PropertyOrder::kDeclared;
  int taken = 0;
  for (const char* properties : {"{}", R"({"a": {}})", R"({"a": {}, "b": {}})"}) {
    for (size_t min = 0; min <= 4; ++min) {
      for (size_t max = std::max<size_t>(min, 2); max <= 4; ++max) {
        const std::string schema = std::string(R"({"type": "object", "properties": )") + properties + ", \"minProperties\": " +
                                   std::to_string(min) + ", \"maxProperties\": " + std::to_string(max) + "}";
        Grammar grammar(schema, options);
        ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
        const std::function<void(const std::string&)> visit = [&](const std::string& come) {
          std::string text = "{", ranks;
          for (const char key : come) {
            text += std::string(text.size() > 1 ? ", " : "") + '"' + key + "\": 1";
            const bool declared = std::string_view(properties).find(std::string{'"', key, '"'}) != std::string_view::npos;
            ranks += declared ? key : '~';
          }
          const bool expected = come.size() >= min && come.size() <= max && std::is_sorted(ranks.begin(), ranks.end());
          ASSERT_EQ(grammar.accepts(text + "}"), expected) << schema << ' ' << text;
          taken += expected;
          if (come.size() == 4) return;
          for (const char key : keys) {
            if (come.find(key) == std::string::npos) visit(come + key);
          }
        };
        visit("");
      }
    }
  }
  EXPECT_GT(taken, 1000);
}

TEST(SchemaCompile, WhiteSpaceByPolicy) {
  const char* schema = R"({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}})";
  const std::string compact = R"({"a":[1,2],"b":{}})", dumps = R"({"a": [1, 2], "b": {}})";
  const std::string indented = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}";
  SchemaOptions options;
  Grammar flexible(schema, options);
  for (const std::string& text : {compact, dumps, indented, std::string("{ \"a\" : [ ] }")}) {
    EXPECT_TRUE(flexible.accepts(text)) << text;
  }
  for (const char* text : {" {}", "{} ", "{  }", "{\"a\"  :[]}", "{\n\n}", "{\"a\"\n:[]}"}) {
    EXPECT_FALSE(flexible.accepts(text)) << text;
  }
  options.whitespace = Whitespace::kCompact;
  Grammar tight(schema, options);
  EXPECT_TRUE(tight.accepts(compact));
  EXPECT_FALSE(tight.accepts(dumps));
  options.whitespace = Whitespace::kJsonDumps;
  Grammar python(schema, options);
  EXPECT_TRUE(python.accepts(dumps));
  EXPECT_FALSE(python.accepts(compact));
}

TEST(SchemaCompile, ReferencesAndTheirSiblings) {
  Grammar tree(R"({"type": "object", "properties": {"v": {"type": "integer"}, "next": {"$ref": "#"}},
      "required": ["v"], "additionalProperties": false})");
  EXPECT_TRUE(tree.accepts(R"({"v": 1, "next": {"v": 2, "next": {"v": 3}}})"));
  EXPECT_FALSE(tree.accepts(R"({"v": 1, "next": {"next": {"v": 3}}})"));
  const std::string siblings = R"("$ref": "#/definitions/a", "maximum": 3, "definitions": {"a": {"type": "integer"}}})";
  Grammar now("{" + siblings);
  EXPECT_TRUE(now.accepts("3"));
  EXPECT_FALSE(now.accepts("4"));
  Grammar before(R"({"$schema": "http://json-schema.org/draft-07/schema#", )" + siblings);
  EXPECT_TRUE(before.accepts("4"));
  EXPECT_FALSE(before.accepts("\"x\""));
  EXPECT_EQ(before.report().ignored.back().pointer, "/maximum");
}

TEST(SchemaCompile, ReferencesBetweenDocuments) {
  SchemaOptions options;
  options.documents.emplace_back("http://example.com/b", *parse_json(R"({"$defs": {"n": {"$anchor": "x", "const": 7}}})"));
  Grammar grammar(R"({"$id": "http://example.com/a", "items": {"$ref": "b#x"}})", options);
  ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
  EXPECT_TRUE(grammar.accepts("[7]"));
  EXPECT_FALSE(grammar.accepts("[8]"));
}

TEST(SchemaCompile, LongChainsAndManyNamesStayWithinTheBudget) {
  std::string chain = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 20000; ++i) {
    chain += "\"d" + std::to_string(i) + "\": {\"$ref\": \"#/$defs/d" + std::to_string(i + 1) + "\"}, ";
  }
  Grammar linked(chain + R"("d20000": {"type": "integer"}}})");
  EXPECT_TRUE(linked.accepts("1"));
  EXPECT_FALSE(linked.accepts("\"x\""));
  std::string wide = R"({"type": "object", "additionalProperties": false, "properties": {"x": true)";
  for (int i = 0; i < 5000; ++i) wide += ", \"p" + std::to_string(i) + "\": {\"type\": \"integer\"}";
  Grammar names(wide + "}}");
  EXPECT_TRUE(names.accepts(R"({"p0": 1, "p4999": 2, "p17": 3})"));
  EXPECT_FALSE(names.accepts(R"({"p0": 1, "p0": 2})"));
  EXPECT_FALSE(names.accepts(R"({"q": 1})"));
}

// The negations of alternatives are cut along "kind": all small objects, against the alternatives by hand.
TEST(CompileJsonSchema, AlternativesToldApartByAMemberAreExact) {
  const std::string alternatives = R"("oneOf": [
    {"type": "object", "properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["kind", "x"]},
    {"type": "object", "properties": {"kind": {"type": "string", "pattern": "^b$"}, "x": {"type": "string"}}},
    {"type": "object", "properties": {"kind": {"enum": ["b"]}}, "required": ["kind", "y"]},
    {"allOf": [{"type": "object", "properties": {"kind": {"type": "string", "enum": ["a", "b", "c"]}}, "required": ["kind"]},
               {"properties": {"kind": {"pattern": "c"}, "y": {"const": true}}, "required": ["y"]}]},
    {"type": "object", "required": ["x", "y"]}])";
  Grammar one("{" + alternatives + "}"), other("{\"type\": \"object\", \"not\": {" + alternatives + "}}");
  ASSERT_TRUE(one.ok() && other.ok());
  for (const std::string kind : {"", "\"a\"", "\"b\"", "\"c\"", "\"bc\"", "1"}) {
    for (const std::string x : {"", "1", "\"s\"", "null"}) {
      for (const std::string y : {"", "true", "false"}) {
        std::string text;
        const auto add = [&](const std::string& name, const std::string& value) {
          if (!value.empty()) text += (text.empty() ? "\"" : ", \"") + name + "\": " + value;
        };
        add("kind", kind);
        add("x", x);
        add("y", y);
        const bool has_x = !x.empty(), has_y = !y.empty();
        const int held = (kind == "\"a\"" && x == "1") + ((kind.empty() || kind == "\"b\"") && (!has_x || x == "\"s\"")) +
                         (kind == "\"b\"" && has_y) + (kind == "\"c\"" && y == "true") + (has_x && has_y);
        EXPECT_EQ(one.accepts("{" + text + "}"), held == 1) << text;
        EXPECT_EQ(other.accepts("{" + text + "}"), held != 1) << text;
      }
    }
  }
}

// Alternatives that "kind" tells apart where there is one: with it required beside them they have nothing in common, and
// their negations are not asked for.
TEST(CompileJsonSchema, WhatIsAskedForBesideAlternativesComesBeforeTheirNegations) {
  std::string alternatives;
  for (const std::string i : {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    alternatives += (i == "0" ? "" : ", ") + std::string(R"({"properties": {"kind": {"const": "k)") + i + R"("}, "u)" + i +
                    R"(": {"type": "string"}, "a": {"type": "string"}, "b": {"type": "integer"}, "c": {"items": {"required": ["d"]}}}})";
  }
  const auto work = [&](const std::string& beside) {
    const std::string schema = R"({"type": "object", )" + beside + R"("oneOf": [)" + alternatives + "]}";
    Grammar grammar(schema);
    EXPECT_TRUE(grammar.ok());
    EXPECT_TRUE(grammar.accepts(R"({"kind": "k3", "u3": "", "u4": 5, "b": 1})"));
    EXPECT_FALSE(grammar.accepts(R"({"kind": "k3", "u3": 1})"));
    EXPECT_FALSE(grammar.accepts(R"({"kind": "kk"})"));
    // Without a kind, all hold but those whose own member is broken.
    EXPECT_EQ(grammar.accepts(R"({"u0": 1, "u1": 1, "u2": 1, "u3": 1, "u4": 1, "u5": 1, "u6": 1, "u7": 1, "u8": 1})"), beside.empty());
    EXPECT_FALSE(grammar.accepts(R"({"u0": 1, "u1": 1, "u2": 1, "u3": 1, "u4": 1, "u5": 1, "u6": 1, "u7": 1})"));
    EXPECT_FALSE(grammar.accepts("{}"));
    const Result<JsonDocument> parsed = parse_json(schema);
    TermArena arena;
    Budget budget(arena.limits().compile_fuel);
    arena.set_budget(&budget);
    EXPECT_FALSE(compile_json_schema(arena, *parsed, parsed->root()).error.has_value());
    arena.set_budget(nullptr);
    return budget.used();
  };
  EXPECT_LT(work(R"("required": ["kind"], )"), work("") / 4);
}

// Whatever was half made when the work of a byte ran out: what is said of the text afterwards, with work enough, is right or
// an error.
TEST(CompileJsonSchema, AfterALimitVerdictsAreRightOrErrors) {
  const char* schema = R"({"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x", "xy", 3]},
    "b": {"type": "array", "items": {"$ref": "#"}, "contains": {"required": ["c"]}}, "c": {"not": {"type": "string"}}},
    "anyOf": [{"required": ["b"]}, {"properties": {"a": {"const": 3}}}], "additionalProperties": false})";
  const std::string valid = R"({"b": [{"a": 3, "c": [{}]}, {"a": 3}], "a": "xy"})";
  Grammar whole(schema);
  ASSERT_TRUE(whole.ok()) << whole.error().to_string();
  int right = 0, errors = 0;
  for (uint64_t fuel = 1; fuel < 20'000; fuel = fuel * 5 / 4 + 1) {
    Grammar grammar(schema);
    TermArena& arena = grammar.arena();
    for (int round = 0; round < 2; ++round) {  // what the first one leaves half made, the second one meets
      TermId at = grammar.start();
      for (size_t i = 0; i < valid.size(); ++i) {
        Budget budget(round == 0 ? fuel : 1'000'000);
        arena.set_budget(&budget);
        const TermId next = derivative(arena, at, static_cast<uint8_t>(valid[i]));
        const bool stopped = arena.exhausted();
        arena.set_budget(nullptr);
        if (stopped) {
          ++errors;
          break;
        }
        ASSERT_NE(next, TermArena::never()) << valid.substr(0, i + 1) << " fuel " << fuel;
        at = next;
        right += i + 1 == valid.size() && arena.nullable(at);
      }
    }
  }
  EXPECT_TRUE(whole.accepts(valid));
  EXPECT_GT(right, 0);
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace keyway
