// References: shipped metaschemas, dynamic scopes, vocabularies.
#include "tests/schemas/json_schema/stepping.h"

namespace keyway {
namespace {

using test::Grammar;

SchemaOptions with_documents(std::vector<std::pair<std::string, std::string>> texts) {
  SchemaOptions options;
  for (const auto& [uri, text] : texts) {
    Result<JsonDocument> document = parse_json(text);
    EXPECT_TRUE(document.ok()) << text;
    if (document.ok()) options.documents.emplace_back(uri, *document);
  }
  return options;
}

TEST(SchemaReferences, TheMetaschemasNeedNoNetwork) {
  SchemaOptions options;
  options.formats = FormatPolicy::kAnnotate;
  for (const char* uri : {"https://json-schema.org/draft/2020-12/meta/applicator",
                          "https://json-schema.org/draft/2019-09/meta/applicator"}) {
    Grammar grammar(R"({"$ref": ")" + std::string(uri) + R"("})", options);
    ASSERT_TRUE(grammar.ok()) << uri << grammar.error().to_string();
    EXPECT_TRUE(grammar.accepts(R"({"properties": {"a": {"not": {}}}})")) << uri;
    EXPECT_FALSE(grammar.accepts(R"({"properties": 1})")) << uri;
  }
  EXPECT_EQ(Grammar(R"({"$ref": "https://json-schema.org/draft/next/schema"})").error().code, ErrorCode::kNotFound);
}

TEST(SchemaReferences, ADynamicReferenceLeadsToTheOutermostAnchor) {
  const char* tree = R"({"$id": "http://x/tree", "$dynamicAnchor": "node", "type": "object",
    "properties": {"data": true, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}})";
  const SchemaOptions options = with_documents({{"http://x/tree", tree}});
  Grammar strict(R"({"$id": "http://x/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false})",
                 options);
  ASSERT_TRUE(strict.ok()) << strict.error().to_string();
  EXPECT_TRUE(strict.accepts(R"({"children": [{"data": 1, "children": []}]})"));
  EXPECT_FALSE(strict.accepts(R"({"children": [{"daat": 1}]})"));
  Grammar open(R"({"$ref": "http://x/tree"})", options);
  EXPECT_TRUE(open.accepts(R"({"children": [{"daat": 1}]})"));
  EXPECT_FALSE(open.accepts(R"({"children": [1]})"));
}

TEST(SchemaReferences, ARecursiveReferenceNeedsTheAnchorOfItsOwnResource) {
  const std::string tail = R"("$id": "http://x/tree", "type": ["object", "integer"],
    "additionalProperties": {"$recursiveRef": "#"}})";
  const char* outer = R"({"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://x/outer",
    "$recursiveAnchor": true, "$ref": "tree", "not": {"type": "integer"}})";
  for (const bool anchored : {true, false}) {
    const std::string tree = std::string(R"({"$schema": "https://json-schema.org/draft/2019-09/schema", )") +
                             (anchored ? R"("$recursiveAnchor": true, )" : "") + tail;
    Grammar grammar(outer, with_documents({{"http://x/tree", tree}}));
    ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
    EXPECT_TRUE(grammar.accepts(R"({"a": {}})"));
    EXPECT_EQ(grammar.accepts(R"({"a": 1})"), !anchored);
  }
}

TEST(SchemaReferences, AMetaschemaLeavesOutVocabularies) {
  const std::string head = R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$vocabulary": {)";
  const SchemaOptions options = with_documents(
      {{"http://x/few", head + R"("https://json-schema.org/draft/2020-12/vocab/applicator": true}})"},
       {"http://x/odd", head + R"("http://x/vocab": true}})"},
       {"http://x/maybe", head + R"("https://json-schema.org/draft/2020-12/vocab/validation": true, "http://x/vocab": false}})"}});
  Grammar few(R"({"$schema": "http://x/few", "properties": {"a": {"minimum": 5}}, "additionalProperties": false})", options);
  ASSERT_TRUE(few.ok());
  EXPECT_TRUE(few.accepts(R"({"a": 1})"));
  EXPECT_FALSE(few.accepts(R"({"b": 1})"));
  Grammar maybe(R"({"$schema": "http://x/maybe", "minimum": 5})", options);
  ASSERT_TRUE(maybe.ok());
  EXPECT_FALSE(maybe.accepts("1"));
  Grammar odd(R"({"$schema": "http://x/odd"})", options);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(odd.error().pointer, "/$schema");
}

TEST(SchemaReferences, AnIdThatTwoSchemasBearIsRefusedOnlyWhereItIsUsed) {
  const std::string bearers = R"("$defs": {"a": {"$id": "x", "type": "null"}, "b": {"$id": "x", "type": "array"}})";
  EXPECT_TRUE(Grammar("{" + bearers + "}").ok());
  EXPECT_EQ(Grammar("{" + bearers + R"(, "$ref": "x"})").error().pointer, "/$ref");
}

}  // namespace
}  // namespace keyway
