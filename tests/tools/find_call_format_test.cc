// The call format of a model, found by its chat template: the templates of the published families, the default model, a
// family of the user's own, and templates that fit nothing.
#include <gtest/gtest.h>

#include "tests/tools/shared_data.h"
#include "tools/find_call_format.h"

namespace keyway {
namespace {

// Every byte, an end token, and these as added tokens.
std::shared_ptr<const Vocabulary> bytes_and(const std::vector<std::string>& added) {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<|the end of all turns|>", TokenKind::kSpecial});
  for (const std::string& text : added) entries.push_back({text, TokenKind::kAdded});
  return *Vocabulary::create(std::move(entries), {256});
}

// Bytes, and the added tokens where they are spelled.
std::vector<TokenId> encode(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<TokenId> ids;
  while (!text.empty()) {
    TokenId best = static_cast<unsigned char>(text.front());
    for (TokenId id = 257; id < vocabulary.size(); ++id) {
      const std::string_view token = vocabulary.bytes(id);
      if (text.starts_with(token) && token.size() > vocabulary.bytes(best).size()) best = id;
    }
    ids.push_back(best);
    text.remove_prefix(best < 256 ? 1 : vocabulary.bytes(best).size());
  }
  return ids;
}

ModelMarks marks_of(std::string_view chat_template, const Vocabulary* vocabulary = nullptr) {
  ModelMarks marks;
  marks.chat_template = chat_template;
  marks.variables = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
  marks.vocabulary = vocabulary;
  if (vocabulary) marks.encode = [vocabulary](std::string_view text) { return encode(*vocabulary, text); };
  return marks;
}

// The families of the 22 templates, and whether a call is read back: three templates do not write what their models do.
struct Expected {
  const char* file;
  const char* format;
  bool read_back = true;
};
constexpr Expected kTemplates[] = {
    {"command-r7b", "command-r7b"},      {"deepseek-v3", "deepseek-v3"},         {"deepseek-v3-tool", "deepseek-v3"},
    {"deepseek-v3.1", "deepseek-v3.1"},  {"gemma-4", "gemma-4"},                 {"glm-4.5", "glm-4.5"},
    {"gpt-oss", "gpt-oss"},              {"granite-3.3", "granite", false},      {"hermes-3", "hermes"},
    {"kimi-k2", "kimi-k2"},              {"llama-3.1", "llama3-json"},           {"llama-3.2", "llama3-json"},
    {"llama-3.2-pythonic", "llama-pythonic"}, {"llama-4-pythonic", "llama-pythonic"}, {"minimax-m2", "minimax-m2"},
    {"mistral-nemo", "mistral-v3"},      {"mistral-small-3.2", "mistral-v11"},   {"phi-4-mini", "phi-4-mini", false},
    {"phi-4-mini-functools", "phi-4-mini", false}, {"qwen2.5", "hermes"},        {"qwen3", "hermes"},
    {"qwen3-coder", "qwen3-coder"}};

TEST(FindCallFormat, EveryPublishedTemplateGivesItsFamilyWithTheTokensOfTheFamilyAndSpelled) {
  const auto folder = shared_data("data/chat-templates");
  if (folder.empty()) return;
  for (const Expected& expected : kTemplates) {
    const std::string text = read_file(folder / (std::string(expected.file) + ".jinja"));
    const auto format = shipped_call_format(expected.format);
    ASSERT_TRUE(format.ok());
    const auto owning = bytes_and((*format)->delimiters);
    for (const Vocabulary* vocabulary : {static_cast<const Vocabulary*>(nullptr), owning.get()}) {
      const auto found = find_call_format(marks_of(text, vocabulary));
      ASSERT_TRUE(found.ok()) << expected.file << " " << found.error().to_string();
      EXPECT_EQ(found->format->name, expected.format) << expected.file;
      EXPECT_EQ(found->read_back, expected.read_back) << expected.file;
    }
  }
}

constexpr std::string_view kPlain = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";
constexpr std::string_view kUnknown =
    "{% for m in messages %}{{ m.role }}: {{ m.content }}{% for c in m.tool_calls or [] %}"
    "CALL {{ c.function.name }} WITH {{ c.function.arguments | tojson }};{% endfor %}\n{% endfor %}";

TEST(FindCallFormat, RefusesATemplateThatWritesNoCallAndNamesNone) {
  const auto found = find_call_format(marks_of(kPlain));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_NE(found.error().allowed.find("hermes"), std::string::npos) << found.error().to_string();
}

TEST(FindCallFormat, RefusesATemplateWhoseCallsNoFormatReads) {
  const auto found = find_call_format(marks_of(kUnknown));
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().given.find("CALL look_up_item"), std::string::npos) << found.error().to_string();
}

TEST(FindCallFormat, AFamilysMarkDoesNotStandForCallsWrittenOtherwise) {
  // The begin token of Gemma, and then something else.
  const std::string text = "{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}<|tool_call>call:"
                           "{{ c.function.name }}({{ c.function.arguments | tojson }})<tool_call|>{% endfor %}{% endfor %}";
  EXPECT_FALSE(find_call_format(marks_of(text)).ok());
}

TEST(FindCallFormat, ATextThatTellsAFamilyDoesNotStandForCallsBetweenTheTokensOfAnother) {
  // What Llama 3 is asked for, and then a list in the tags of Apriel with a member that it does not have.
  const std::string text = "Respond in the format {\"name\": function name, \"parameters\": dictionary}."
                           "{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}<tool_calls>[{\"tool\": \""
                           "{{ c.function.name }}\", \"input\": {{ c.function.arguments | tojson }}}]</tool_calls>{% endfor %}{% endfor %}";
  const auto found = find_call_format(marks_of(text));
  ASSERT_FALSE(found.ok()) << found->format->name;
  EXPECT_NE(found.error().given.find("<tool_calls>"), std::string::npos) << found.error().to_string();
}

TEST(FindCallFormat, TheIdOfACallMayBeTheHeadOfTheCall) {
  const std::string text = "{% for m in messages %}{{ m.content }}{% if m.tool_calls %}<|tool_calls_section_begin|>{% for c in m.tool_calls %}"
                           "<|tool_call_begin|>{{ c.id }}<|tool_call_argument_begin|>{{ c.function.arguments | tojson }}<|tool_call_end|>"
                           "{% endfor %}<|tool_calls_section_end|>{% endif %}{% endfor %}";
  const auto found = find_call_format(marks_of(text));
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "kimi-k2");
  EXPECT_TRUE(found->read_back);
}

TEST(FindCallFormat, OldTurnsMayBeginOtherwiseThanPromptsEnd) {
  // The prompt has already opened and closed the thinking part.
  const std::string text = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% for c in m.tool_calls or [] %}<|START_ACTION|>["
                           "{\"tool_call_id\": \"0\", \"tool_name\": \"{{ c.function.name }}\", \"parameters\": {{ c.function.arguments | tojson }}}"
                           "]<|END_ACTION|>{% endfor %}{% endfor %}{% if add_generation_prompt %}<|assistant|><|START_THINKING|><|END_THINKING|>{% endif %}";
  const auto found = find_call_format(marks_of(text));
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "command-r7b");
}

TEST(FindCallFormat, FindsAFamilyOfTheUsersOwn) {
  const auto format = read_call_format(
      R"({"keyway_call_format": 1, "name": "mine", "names": {"pattern": "[a-z_]+", "max_bytes": 64}, "space_max": 4,
          "call": ["CALL ", {"name": "raw"}, " WITH ", {"arguments": "json"}, ";"]})");
  ASSERT_TRUE(format.ok()) << format.error().to_string();
  const auto found = find_call_format(marks_of(kUnknown), {*shipped_call_format("hermes"), *format});
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "mine");
  EXPECT_TRUE(found->read_back);
}

TEST(FindCallFormat, AddedTokensDecideBetweenFamiliesThatTheTextTellsAlike) {
  // DeepSeek V3 and V3.1 begin alike; a template that writes no calls tells both.
  const std::string text = std::string(kPlain) + "{# #}{{ '<\xEF\xBD\x9Ctool\xE2\x96\x81" "calls\xE2\x96\x81" "begin\xEF\xBD\x9C>' if none }}";
  const auto alike = find_call_format(marks_of(text));
  ASSERT_FALSE(alike.ok());
  EXPECT_NE(alike.error().message.find("several"), std::string::npos) << alike.error().to_string();
  auto first = std::make_shared<CallFormat>(**shipped_call_format("deepseek-v3"));
  first->delimiters.push_back("<an older token>");
  const auto second = *shipped_call_format("deepseek-v3.1");
  const auto owning = bytes_and(second->delimiters);
  const auto found = find_call_format(marks_of(text, owning.get()), {first, second});
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "deepseek-v3.1");
  EXPECT_FALSE(found->read_back);
}

TEST(FindCallFormat, ABadTemplateIsAnErrorWithItsPlace) {
  const auto found = find_call_format(marks_of("{% for m in messages %}"));
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().pointer.find("line 1"), std::string::npos) << found.error().to_string();
}

}  // namespace
}  // namespace keyway
