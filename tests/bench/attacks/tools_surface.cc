// Attack surface tools: a tool list, read, each tool compiled, to the first mask of an answer that has to call.
//
// The vocabulary is the default model's, the format Hermes. What an answer must hold: the tools of `callable` can be
// called, those of `refused` are refused and cannot.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <algorithm>
#include <memory>

#include "grammar/token_mask.h"
#include "schemas/json_schema/base.h"
#include "tests/bench/attacks/grammar_walk.h"
#include "tests/bench/attacks/surfaces.h"
#include "tools/compile_tools.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

// What one tool list became.
struct ReadTools {
  Registry registry;
  std::shared_ptr<Grammar> grammar;
};

Result<ReadTools> open_tools(const std::string& text, const std::shared_ptr<const Vocabulary>& vocabulary) {
  auto format = shipped_call_format("hermes");
  if (!format.ok()) return format.error();
  auto registry = Registry::load(text, **format);
  if (!registry.ok()) return registry.error();
  auto arena = schema_arena();
  auto compiled = compile_tools(*arena, *registry);
  if (!compiled.ok()) return compiled.error();
  ToolGrammarOptions options;
  options.choice.kind = ToolChoiceKind::kRequired;
  auto bound = bind_call_format(*format, vocabulary_lookup(*vocabulary));
  auto root = tool_grammar(*arena, *bound, *vocabulary, compiled->terms, options);
  if (!root.ok()) return root.error();
  auto grammar = Grammar::create(vocabulary, std::move(arena), *root);
  if (!grammar.ok()) return grammar.error();
  std::vector<uint32_t> mask(mask_words(vocabulary->size()));
  Status status = Matcher(*grammar).mask(mask);
  if (!status.ok()) return status.error();
  return ReadTools{std::move(*registry), std::move(*grammar)};
}

// Whether an answer may begin with a call of that name.
bool may_call(const ReadTools& tools, const Tokenizer& tokenizer, const std::string& name) {
  Matcher matcher(tools.grammar);
  const std::string call = "<tool_call>\n{\"name\": " + json_quote(name) + ", \"arguments\": {";
  const std::vector<TokenId> ids = tokenizer.encode(call);
  auto taken = matcher.accept_many(ids);
  return taken.ok() && *taken == ids.size();
}

bool is_refused(const ReadTools& tools, const std::string& name) {
  const auto& entries = tools.registry.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const RegistryEntry& entry) {
    return entry.tool.name == name && entry.status == ToolStatus::kRefused && !entry.error.message.empty();
  });
}

std::vector<std::string> check_tools(const ReadTools& tools, const Tokenizer& tokenizer, const OrderedJson& attack) {
  std::vector<std::string> wrong;
  for (const auto& value : attack.value("callable", OrderedJson::array())) {
    const std::string name = value.get<std::string>();
    if (tools.registry.find(name) == nullptr) wrong.push_back("refused the tool " + name);
    else if (!may_call(tools, tokenizer, name)) wrong.push_back("no answer may call the tool " + name);
  }
  for (const auto& value : attack.value("refused", OrderedJson::array())) {
    const std::string name = value.get<std::string>();
    if (!is_refused(tools, name)) wrong.push_back("the report does not refuse the tool " + name);
    if (may_call(tools, tokenizer, name)) wrong.push_back("an answer may call the tool " + name);
  }
  for (const RegistryEntry& entry : tools.registry.entries()) {
    if (entry.status == ToolStatus::kRefused && entry.error.pointer.empty()) wrong.push_back("a refusal names no place");
  }
  return wrong;
}

Reading read_tools(const std::string& text, const std::shared_ptr<const Tokenizer>& tokenizer, const OrderedJson& attack) {
  Reading reading;
  auto opened = open_tools(text, tokenizer->vocabulary());
  if (!opened.ok()) {
    reading.error = opened.error();
    return reading;
  }
  auto tools = std::make_shared<const ReadTools>(std::move(*opened));
  reading.check = [tools, tokenizer, &attack](double) { return check_tools(*tools, *tokenizer, attack); };
  return reading;
}

std::string plain_tools() {
  auto tokenizer = attack_tokenizer();
  if (!tokenizer.ok()) return tokenizer.error().to_string();
  auto tools = open_tools(
      R"([{"name": "ping", "description": "Answers.", "input_schema": {"type": "object", "properties": {}}}])",
      (*tokenizer)->vocabulary());
  if (!tools.ok()) return tools.error().to_string();
  return may_call(*tools, **tokenizer, "ping") ? "" : "the tool cannot be called";
}

}  // namespace

Surface tools_surface() {
  Surface surface;
  surface.name = "tools";
  surface.prepare = [](const OrderedJson& attack, const std::string& input) -> std::function<Reading()> {
    auto tokenizer = attack_tokenizer();
    if (!tokenizer.ok()) return [error = tokenizer.error()] { return Reading{error, {}}; };
    return [tokenizer = *tokenizer, &attack, &input] { return read_tools(input, tokenizer, attack); };
  };
  surface.plain = plain_tools;
  return surface;
}

}  // namespace keyway::bench
