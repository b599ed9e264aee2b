// Attack surface template: a chat template, parsed and rendered with the messages of the case.
//
// An answer must be the text that the case expects, where it gives one.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <memory>

#include "tests/bench/attacks/recipe.h"
#include "tests/bench/attacks/surfaces.h"
#include "tools/chat_template/chat_template.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

// What a template sees; the documents own what `input` points into.
struct Variables {
  std::vector<JsonDocument> documents;
  TemplateInput input;
  std::string problem;

  Json add(const OrderedJson& value) {
    auto document = parse_json(value.dump());
    if (!document.ok()) problem = document.error().to_string();
    documents.push_back(document.ok() ? *document : *parse_json("null"));
    return documents.back().root();
  }
};

std::shared_ptr<Variables> variables_of(const OrderedJson& attack) {
  auto variables = std::make_shared<Variables>();
  variables->input.messages = variables->add(attack.at("messages"));
  const OrderedJson named = attack.value("kwargs", OrderedJson::object());
  for (const auto& [name, value] : named.items()) {
    variables->input.extra.emplace_back(name, variables->add(value));
  }
  return variables;
}

Reading render(const std::string& text, const Variables& variables, const OrderedJson& attack) {
  Reading reading;
  auto parsed = ChatTemplate::parse(text);
  Result<std::string> output = parsed.ok() ? parsed->render(variables.input) : Result<std::string>(parsed.error());
  if (!output.ok()) {
    reading.error = output.error();
    return reading;
  }
  reading.check = [output = std::move(*output), &attack, problem = variables.problem](double) {
    std::vector<std::string> wrong;
    if (!problem.empty()) wrong.push_back(problem);
    if (!attack.contains("expected")) return wrong;
    auto expected = expand_recipe(attack.at("expected"));
    if (!expected.ok()) wrong.push_back(expected.error().to_string());
    else if (output != *expected) wrong.push_back("rendered " + output.substr(0, 200));
    return wrong;
  };
  return reading;
}

std::string plain_template() {
  auto parsed = ChatTemplate::parse("{% for m in messages %}{{ m.role }}: {{ m['content'] | trim }}\n{% endfor %}");
  if (!parsed.ok()) return parsed.error().to_string();
  auto messages = parse_json(R"([{"role": "user", "content": " hi "}])");
  TemplateInput input;
  input.messages = messages->root();
  auto output = parsed->render(input);
  if (!output.ok()) return output.error().to_string();
  return *output == "user: hi\n" ? "" : "rendered " + *output;
}

}  // namespace

Surface template_surface() {
  Surface surface;
  surface.name = "template";
  surface.prepare = [](const OrderedJson& attack, const std::string& input) {
    return [variables = variables_of(attack), &attack, &input] { return render(input, *variables, attack); };
  };
  surface.plain = plain_template;
  return surface;
}

}  // namespace keyway::bench
