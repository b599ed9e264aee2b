// Templates of the models people run, with cases rendered by Jinja2 3.1.6: byte for byte. They are under their models'
// terms and stay outside of the repository; the test says where it looked when they are not there.
#include <filesystem>

#include "tests/tools/chat_template_support.h"

namespace keyway {
namespace {

std::string case_variables(Json one, bool with_tools) {
  std::string out = "{\"documents\": null";
  for (const char* name : {"messages", "tools", "add_generation_prompt"}) {
    if (with_tools || std::string_view(name) != "tools") {
      out += ", \"" + std::string(name) + "\": " + to_json_text(*one.find(name));
    }
  }
  const Json extra = *one.find("extra");
  for (size_t i = 0; i < extra.size(); ++i) out += ", " + json_quote(extra.key(i)) + ": " + to_json_text(extra.at(i));
  return out + "}";
}

void check_case(const std::string& text, Json one, const std::string& label) {
  const Result<std::string> result = render_with(text, case_variables(one, true));
  if (const auto error = one.find("error")) {
    ASSERT_FALSE(result.ok()) << label << " renders: " << *result;
    if (one.find("error_type")->string() == "raise_exception") {
      EXPECT_EQ(result.error().message, error->string()) << label;
    }
  } else {
    ASSERT_TRUE(result.ok()) << label << ": " << result.error().to_string();
    EXPECT_EQ(*result, one.find("expected")->string()) << label;
  }
  if (const auto expected = one.find("expected_tools_undefined")) {
    const Result<std::string> other = render_with(text, case_variables(one, false));
    ASSERT_TRUE(other.ok()) << label << ": " << other.error().to_string();
    EXPECT_EQ(*other, expected->string()) << label << ", tools undefined";
  }
}

TEST(ChatTemplateShared, EveryCaseOfEveryTemplateByteForByte) {
  const std::filesystem::path folder = shared_data("data/chat-templates");
  if (folder.empty()) return;
  size_t templates = 0;
  size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jinja") continue;
    ++templates;
    const std::string stem = entry.path().stem();
    const std::string text = read_file(entry.path());
    const Result<JsonDocument> document = parse_json(read_file(folder / (stem + ".cases.json")));
    ASSERT_TRUE(document.ok()) << stem;
    for (size_t i = 0; i < document->root().size(); ++i, ++cases) {
      check_case(text, document->root().at(i), stem + " case " + std::to_string(i));
    }
  }
  EXPECT_GE(templates, 22u);
  EXPECT_GE(cases, 235u);
}

// Runs in this process: what has to be refused is counted work, so the answer is the same on every machine.
TEST(ChatTemplateShared, AttacksEndInTheExpectedAnswerOrError) {
  const std::filesystem::path file = shared_data("data/attacks/template.jsonl");
  if (file.empty()) return;
  const std::vector<JsonDocument> attacks = read_json_lines(file);
  EXPECT_GE(attacks.size(), 48u);
  for (const JsonDocument& document : attacks) {
    const Json attack = document.root();
    const std::string id(attack.find("id")->string());
    std::string variables = "{\"messages\": " + to_json_text(*attack.find("messages"));
    if (const auto options = attack.find("kwargs")) {
      for (size_t i = 0; i < options->size(); ++i) {
        variables += ", " + json_quote(options->key(i)) + ": " + to_json_text(options->at(i));
      }
    }
    const Result<std::string> result = render_with(attack_input(attack), variables + "}");
    const std::string_view expect = attack.find("expect")->string();
    if (expect != "either") {
      EXPECT_EQ(result.ok(), expect == "answer") << id;
    }
    if (const auto expected = attack.find("expected"); expected && result.ok()) {
      EXPECT_EQ(*result, expected->string()) << id;
    }
    if (!result.ok()) {
      EXPECT_FALSE(result.error().message.empty()) << id;
      EXPECT_EQ(result.error().pointer.rfind("line ", 0), 0u) << id << ": " << result.error().to_string();
      if (const auto message = attack.find("message")) {
        EXPECT_EQ(result.error().message, message->string()) << id;
      }
    }
  }
}

}  // namespace
}  // namespace keyway
