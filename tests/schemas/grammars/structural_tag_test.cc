// Structural tags: every case of the committed sample and of the shared corpus is read and judged, what must be refused
// is refused with its place.
#include "schemas/grammars/structural_tag/structural_tag.h"

#include "tests/schemas/grammars/corpus.h"

namespace keyway {
namespace {

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  const Json grammar = grammar_case.field("grammar");
  const std::string text = grammar.is_string() ? std::string(grammar.string()) : to_json_text(grammar);
  return grammars::compile_structural_tag(arena, text, grammar_case.vocabulary.get());
}

TEST(StructuralTag, CommittedCasesAreJudgedAsStated) {
  test::judge_file(KEYWAY_SOURCE_DIR "/tests/schemas/grammars/data/structural_tag.jsonl", compile, 26);
}

TEST(StructuralTag, ErrorsNameLineAndColumn) {
  constexpr std::pair<const char*, const char*> kRefused[] = {
      {"{\"format\": {\"type\": \"any\"}}", "line 1, column 21"},
      {"{\"format\":\n {\"type\": \"regex\", \"pattern\": \"(\"}}", "line 2, column 31"},
      {"{\"format\": {\"type\": \"or\", \"elements\": []}}", "line 1, column 39"},
      {"{\"format\": {\"type\": \"token\", \"token\": 5}}", "line 1, column 39"},
      {"{\"format\": {\"type\": \"regex\", \"pattern\": \"\"}}", "line 1, column 41"},
      {"{\"format\": {\"type\": \"json_schema\", \"json_schema\": {}, \"max_whitespace_cnt\": 0}}", "line 1, column 77"},
      {"[1]", "line 1, column 1"},
      {"{", "line 1, column 2"},
  };
  TermArena arena;
  for (const auto& [text, place] : kRefused) {
    const Result<TermId> root = grammars::compile_structural_tag(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().pointer, place) << text << ": " << root.error().to_string();
  }
}

// An XML style reads fewer keywords than JSON does: the others are refused by name, none is passed over.
TEST(StructuralTag, XmlStylesRefuseTheKeywordsTheyDoNotRead) {
  constexpr std::pair<const char*, const char*> kSchemas[] = {
      {R"({"properties": {"a": {"type": "string"}}, "dependentRequired": {"a": ["b"]}})", "dependentRequired"},
      {R"({"properties": {"a": {"type": "string"}}, "propertyNames": {"maxLength": 3}})", "propertyNames"},
      {R"({"properties": {"a": {"not": {"const": 1}}}})", "not"},
      {R"({"properties": {"a": {"type": "string", "format": "idn-hostname"}}})", "format"},
  };
  TermArena arena;
  for (const auto& [schema, keyword] : kSchemas) {
    const std::string text = std::string(R"({"format": {"type": "qwen_xml_parameter", "json_schema": )") + schema + "}}";
    const Result<TermId> root = grammars::compile_structural_tag(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().code, ErrorCode::kUnsupported) << root.error().to_string();
    EXPECT_EQ(root.error().given, keyword);
  }
}

TEST(StructuralTag, SharedCasesAreJudgedAsStated) {
  const auto folder = test::shared_grammars();
  if (!folder) {
    std::printf("no shared data here: the committed sample is judged alone\n");
    return;
  }
  test::judge_file(*folder + "/structural_tag.jsonl", compile, 150);
  test::judge_refused(*folder + "/refused.jsonl", "structural_tag", compile, 45);
}

}  // namespace
}  // namespace keyway
