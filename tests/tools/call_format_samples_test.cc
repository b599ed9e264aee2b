// Sample outputs of every family: read as expected, accepted by the grammar, refused where they are malformed; with the
// delimiters as tokens and spelled. A few samples of each family are kept here; all are in the shared data.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tools/shared_data.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"
#include "tools/text_acceptance.h"
#include "tools/tool_grammar.h"

namespace keyway {
namespace {

// Every byte, an end token, and, where wanted, the special tokens of a family.
std::shared_ptr<const Vocabulary> vocabulary(Json family, bool own_tokens) {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<|the end of all turns|>", TokenKind::kSpecial});
  const auto tokens = family.find("special_tokens");
  for (size_t i = 0; own_tokens && tokens && i < tokens->size(); ++i) {
    if (!tokens->at(i).find("single_token")->is_true()) continue;
    entries.push_back({std::string(tokens->at(i).find("text")->string()), TokenKind::kAdded});
  }
  return *Vocabulary::create(std::move(entries), {256});
}

std::string text_of(Json sample, std::string_view name) {
  const auto value = sample.find(name);
  return value && value->is_string() ? std::string(value->string()) : std::string();
}

std::optional<std::string> optional_text(Json sample, std::string_view name) {
  const auto value = sample.find(name);
  return value && value->is_string() ? std::optional<std::string>(value->string()) : std::nullopt;
}

bool is_set(Json sample, std::string_view name) { return sample.find(name) && sample.find(name)->is_true(); }

// JSON values as a text in which order of members and spelling of numbers do not count.
std::string canonical(Json value) {
  if (value.is_number()) return std::to_string(value.real());
  if (value.is_array()) {
    std::string out = "[";
    for (size_t i = 0; i < value.size(); ++i) out += canonical(value.at(i)) + ",";
    return out + "]";
  }
  if (!value.is_object()) return to_json_text(value);
  std::vector<std::string> members;
  for (size_t i = 0; i < value.size(); ++i) {
    members.push_back(json_quote(value.key(i)) + ":" + canonical(value.at(i)) + ",");
  }
  std::sort(members.begin(), members.end());
  std::string out = "{";
  for (const std::string& member : members) out += member;
  return out + "}";
}

std::string canonical(const std::string& json) {
  const Result<JsonDocument> document = parse_json(json);
  return document.ok() ? canonical(document->root()) : "no JSON: " + json;
}

std::string expected_calls(Json sample) {
  std::string out;
  const Json calls = *sample.find("tool_calls");
  for (size_t i = 0; i < calls.size(); ++i) {
    out += text_of(calls.at(i), "id") + " " + text_of(calls.at(i), "name") + canonical(*calls.at(i).find("arguments")) + "\n";
  }
  return out;
}

std::string read_calls(const ParsedAnswer& answer) {
  std::string out;
  for (const ParsedCall& call : answer.calls) out += call.id + " " + call.name + canonical(call.arguments) + "\n";
  return out;
}

// A family with its tools compiled for one vocabulary.
struct Family {
  Family(Json file, bool own_tokens) : words(vocabulary(file, own_tokens)) {
    const auto read = shipped_call_format(file.find("family")->string());
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().to_string());
    if (!read.ok()) return;
    format = bind_call_format(*read, own_tokens ? vocabulary_lookup(*words) : TokenLookup(), true);
    Result<Registry> registry = Registry::load(to_json_text(*file.find("tools")), **read);
    EXPECT_TRUE(registry.ok()) << (registry.ok() ? "" : registry.error().to_string());
    SchemaOptions options = tool_schema_options();
    options.arguments = argument_spelling(arena, *format);
    Result<CompiledTools> compiled = compile_tools(arena, *registry, options);
    EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().to_string());
    if (!compiled.ok()) return;
    tools = std::move(*compiled);
    plan = CallParserPlan::create_for(format, callable_tools(*registry, tools));
  }

  // The states after the prompt's own beginning of the answer.
  TextAcceptance begin(const char* choice, const std::string& prompt_suffix) {
    ToolGrammarOptions options;
    options.choice = *parse_tool_choice(choice);
    const auto root = tool_grammar(arena, *format, *words, tools.terms, options);
    EXPECT_TRUE(root.ok());
    TextAcceptance text(arena, words.get(), root.ok() ? *root : TermArena::never());
    EXPECT_EQ(text.read(prompt_suffix), prompt_suffix.size()) << prompt_suffix;
    return text;
  }

  bool accepts(const char* choice, const std::string& text, const std::string& prompt_suffix) {
    TextAcceptance reader = begin(choice, prompt_suffix);
    return reader.read(text) == text.size() && reader.accepted();
  }

  std::shared_ptr<const Vocabulary> words;
  TermArena arena;
  std::shared_ptr<const BoundFormat> format;
  CompiledTools tools;
  std::shared_ptr<const CallParserPlan> plan;
};

void check_sample(Family& spelled, Family& owned, Json sample) {
  const std::string text = text_of(sample, "text"), suffix = text_of(sample, "prompt_suffix");
  const bool malformed = is_set(sample, "malformed");
  for (size_t split : {text.size() + 1, size_t{1}, size_t{3}}) {
    const ParsedAnswer answer = parse_answer(text, spelled.plan, suffix, split);
    if (malformed) {
      EXPECT_TRUE(answer.error) << text;
      EXPECT_TRUE(answer.calls.empty()) << text;
      continue;
    }
    EXPECT_FALSE(answer.error) << text << "\n" << answer.error->to_string();
    EXPECT_EQ(read_calls(answer), expected_calls(sample)) << text;
    EXPECT_EQ(answer.content, optional_text(sample, "content")) << text;
    EXPECT_EQ(answer.reasoning, optional_text(sample, "reasoning")) << text;
  }
  for (Family* family : {&spelled, &owned}) {
    EXPECT_EQ(family->accepts("auto", text, suffix), !malformed) << text;
    const bool calls = sample.find("tool_calls")->size() > 0;
    const bool only_calls = !malformed && calls && !optional_text(sample, "content");
    EXPECT_EQ(family->accepts("required", text, suffix), only_calls) << text;
    EXPECT_EQ(family->accepts("none", text, suffix), !malformed && !calls) << text;
  }
}

// The scored samples of one file.
size_t check_family(Json file) {
  Family spelled(file, false), owned(file, true);
  if (!spelled.plan || !owned.plan) return 0;
  const Json samples = *file.find("samples");
  size_t checked = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    if (is_set(samples.at(i), "lenient")) continue;
    check_sample(spelled, owned, samples.at(i));
    ++checked;
  }
  return checked;
}

TEST(CallFormatSamples, SamplesKeptHereAreReadAndAccepted) {
  const auto files = parse_json(read_file(KEYWAY_SOURCE_DIR "/tests/tools/data/call_format_samples.json"));
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->root().size(), shipped_call_format_names().size()) << "a few samples of each family";
  for (size_t i = 0; i < files->root().size(); ++i) {
    SCOPED_TRACE(files->root().at(i).find("family")->string());
    EXPECT_GE(check_family(files->root().at(i)), 3u);
  }
}

TEST(CallFormatSamples, AllSharedSamplesAreReadAndAccepted) {
  const std::filesystem::path folder = shared_data("data/tool-call-formats");
  if (folder.empty()) return;
  size_t checked = 0, families = 0;
  for (const std::string& name : shipped_call_format_names()) {
    SCOPED_TRACE(name);
    if (!std::filesystem::exists(folder / (name + ".json"))) continue;  // a family of which only the samples above are known
    ++families;
    const auto document = parse_json(read_file(folder / (name + ".json")));
    ASSERT_TRUE(document.ok()) << name;
    checked += check_family(document->root());
  }
  EXPECT_GE(families, 17u);
  EXPECT_GE(checked, 12 * families);
}

}  // namespace
}  // namespace keyway
