// Cases of the grammar corpus judged one by one: every text and token list gets its verdict, and bad cases their place.
#include <gtest/gtest.h>

#include "runtime/compile/grammar_case.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/tools/shared_data.h"

namespace keyway {
namespace {

std::shared_ptr<const Vocabulary> vocabulary() {
  static const auto tokenizer = Tokenizer::open(KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny");
  EXPECT_TRUE(tokenizer.ok());
  return (*tokenizer)->vocabulary();
}

Result<Acceptance> judge(const std::string& line, std::string_view text) {
  const auto document = parse_json(line);
  if (!document.ok()) return document.error();
  auto grammar = GrammarCase::read(document->root(), vocabulary());
  if (!grammar.ok()) return grammar.error();
  return grammar->judge_text(text, 20);
}

TEST(GrammarCase, TellsHowFarATextGoesAndWhatMayComeNext) {
  const std::string line = R"({"kind": "gbnf", "grammar": "root ::= \"ab\" [0-9]"})";
  const auto whole = judge(line, "ab7");
  ASSERT_TRUE(whole.ok()) << whole.error().to_string();
  EXPECT_TRUE(whole->accepted);
  EXPECT_TRUE(whole->allowed.empty());
  const auto wrong = judge(line, "abc");
  EXPECT_FALSE(wrong->accepted);
  EXPECT_EQ(wrong->offset, 2u);
  EXPECT_EQ(wrong->allowed.size(), 10u);
  EXPECT_EQ(wrong->allowed.front(), "0");
  EXPECT_FALSE(judge(line, "ab")->accepted);
}

TEST(GrammarCase, ReadsRootsNamedGrammarsAndDialects) {
  EXPECT_TRUE(judge(R"({"kind": "ebnf_xgrammar", "grammar": "main ::= \"x\"", "root": "main"})", "x")->accepted);
  EXPECT_TRUE(judge(R"({"kind": "lark", "grammar": "start: @n \"!\"", "named_grammars": {"n": "start: /[a-z]+/"}})", "ab!")->accepted);
  EXPECT_TRUE(judge(R"({"kind": "regex", "grammar": "a|b", "dialect": "rust"})", "b")->accepted);
  EXPECT_TRUE(judge(R"({"kind": "structural_tag", "grammar": {"type": "structural_tag", "format": {"type": "const_string", "value": "hi"}}})", "hi")->accepted);
}

TEST(GrammarCase, TokensOfACaseAreItsOwn) {
  const auto document = parse_json(R"({"kind": "lark", "grammar": "start: \"a\" <|t|> \"b\"", "vocab": ["a", "<|t|>", "b", "</s>"]})");
  auto grammar = GrammarCase::read(document->root(), vocabulary());
  ASSERT_TRUE(grammar.ok()) << grammar.error().to_string();
  const std::vector<TokenId> whole = {0, 1, 2}, ended = {0, 1, 2, 3}, past = {0, 1, 2, 3, 0}, wrong = {0, 2}, unknown = {0, 100'000};
  EXPECT_TRUE(grammar->judge_tokens(whole)->accepted);
  EXPECT_TRUE(grammar->judge_tokens(ended)->accepted);
  EXPECT_FALSE(grammar->judge_tokens(past)->accepted);
  EXPECT_FALSE(grammar->judge_tokens(wrong)->accepted);
  EXPECT_EQ(grammar->judge_tokens(wrong)->offset, 1u);
  EXPECT_FALSE(grammar->judge_tokens(unknown)->accepted);
  EXPECT_TRUE(grammar->judge_text("a<|t|>b")->accepted);
  EXPECT_FALSE(grammar->judge_text("ab")->accepted);
}

TEST(GrammarCase, RefusesWhatIsNoCaseWithItsPlace) {
  const std::pair<const char*, const char*> kBad[] = {
      {"[]", ""}, {"{}", "/kind"}, {R"({"kind": "gbnf"})", "/grammar"},
      {R"({"kind": "gbnf", "grammar": "root ::= \"a\"", "vocab": 3})", "/vocab"},
      {R"({"kind": "gbnf", "grammar": "root ::= \"a\"", "special_tokens": {"<[9]>": -1}})", "/special_tokens/0"},
      {R"({"kind": "gbnf", "grammar": "root ::= ("})", "line 1"}};
  for (const auto& [line, place] : kBad) {
    const auto judged = judge(line, "a");
    ASSERT_FALSE(judged.ok()) << line;
    EXPECT_EQ(judged.error().pointer.substr(0, std::string_view(place).size()), place) << judged.error().to_string();
  }
}

// How many cases of a file have every verdict right; strings that the engines dispute are left out.
size_t right_cases(const std::filesystem::path& file, std::string& wrong) {
  size_t right = 0;
  for (const JsonDocument& document : read_json_lines(file)) {
    const Json line = document.root();
    auto grammar = GrammarCase::read(line, vocabulary());
    if (!grammar.ok()) continue;
    bool all = true;
    for (const auto& [field, expected] : {std::pair{"accept", true}, {"reject", false}, {"accept_tokens", true}, {"reject_tokens", false}}) {
      const auto list = line.find(field);
      for (size_t i = 0; list && i < list->size() && all; ++i) {
        if (list->at(i).is_string()) {
          const std::string_view text = list->at(i).string();
          if (line.find("disagrees") && line.find("disagrees")->find(text)) continue;
          const auto judged = grammar->judge_text(text);
          all = judged.ok() && judged->accepted == expected;
          continue;
        }
        std::vector<TokenId> ids;
        for (size_t t = 0; t < list->at(i).size(); ++t) ids.push_back(static_cast<TokenId>(*list->at(i).at(t).integer()));
        const auto judged = grammar->judge_tokens(ids);
        all = judged.ok() && judged->accepted == expected;
      }
    }
    right += all;
    if (!all) wrong += " " + std::string(line.find("id")->string());
  }
  return right;
}

TEST(GrammarCase, TheCorpusIsJudgedAsTheBenchDoes) {
  const auto folder = shared_data("data/grammars");
  if (folder.empty()) return;
  const std::pair<const char*, size_t> kFiles[] = {{"gbnf", 123}, {"ebnf_xgrammar", 91}, {"structural_tag", 155}, {"lark", 277}};
  for (const auto& [file, least] : kFiles) {
    std::string wrong;
    EXPECT_GE(right_cases(folder / (std::string(file) + ".jsonl"), wrong), least) << file << wrong;
  }
}

}  // namespace
}  // namespace keyway
