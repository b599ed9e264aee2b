// The call format of a model folder, found through its own tokenizer.
#include <gtest/gtest.h>

#include "runtime/chat/model_call_format.h"
#include "tests/tools/shared_data.h"

namespace keyway {
namespace {

const std::string kModel = KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny";

std::shared_ptr<const Tokenizer> tokenizer_with(const std::vector<NamedTemplate>& templates) {
  TokenizerExtras extras;
  extras.chat_templates = templates;
  const auto tokenizer = Tokenizer::parse(read_file(kModel + "/tokenizer.json"), extras);
  EXPECT_TRUE(tokenizer.ok());
  return tokenizer.ok() ? *tokenizer : nullptr;
}

constexpr const char* kMistral =
    "{% for m in messages %}{% if m.tool_calls %}[TOOL_CALLS]{% for c in m.tool_calls %}{{ c.function.name }}[ARGS]"
    "{{ c.function.arguments | tojson }}{% endfor %}{% else %}[INST]{{ m.content }}[/INST]{% endif %}{% endfor %}";
constexpr const char* kPlain = "{% for m in messages %}{{ m.content }}{% endfor %}";

TEST(ModelCallFormat, TheDefaultModelWritesHermes) {
  const auto tokenizer = Tokenizer::open(kModel);
  ASSERT_TRUE(tokenizer.ok());
  const auto found = model_call_format(**tokenizer);
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "hermes");
  EXPECT_TRUE(found->read_back);
}

TEST(ModelCallFormat, DelimitersThatTheTokenizerLacksAreReadAsTheyAreSpelled) {
  const auto found = model_call_format(*tokenizer_with({{"default", kMistral}}));
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "mistral-v11");
}

TEST(ModelCallFormat, ATemplateForToolsComesBeforeTheDefault) {
  const auto found = model_call_format(*tokenizer_with({{"default", kPlain}, {"tool_use", kMistral}}));
  ASSERT_TRUE(found.ok()) << found.error().to_string();
  EXPECT_EQ(found->format->name, "mistral-v11");
}

TEST(ModelCallFormat, RefusesAModelWithoutATemplateAndOneThatWritesNoCalls) {
  for (const auto& templates : {std::vector<NamedTemplate>{}, std::vector<NamedTemplate>{{"default", kPlain}}}) {
    const auto found = model_call_format(*tokenizer_with(templates));
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    EXPECT_NE(found.error().allowed.find("kimi-k2"), std::string::npos) << found.error().to_string();
  }
}

}  // namespace
}  // namespace keyway
