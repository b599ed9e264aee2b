// A registry of tools called by name: the model chooses one, C++ functions do the work.
//
// Usage: call_tools MODEL_DIR REGISTRY "request". Run as a test by examples/CMakeLists.txt.
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "runtime/chat/prompt.h"
#include "runtime/chat/tool_request.h"
#include "runtime/decode/decode.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/tokenizer_text.h"

namespace {

using namespace keyway;

using Function = std::function<std::string(Json arguments)>;

// The masks promise what these rely on: the members are there, of their types and within their bounds.
const std::map<std::string, Function, std::less<>> kFunctions = {
    {"set_light", [](Json arguments) {
       return std::string("the light in the ") + std::string(arguments.find("room")->string()) + " is " +
              (arguments.find("on")->is_true() ? "on" : "off");
     }},
    {"set_heating", [](Json arguments) {
       return std::string("the ") + std::string(arguments.find("room")->string()) + " is heated to " +
              std::to_string(*arguments.find("celsius")->integer()) + " degrees";
     }},
};

Result<std::string> run(const char* folder, const std::string& tools, const char* text) {
  const auto model = load_model(folder);
  if (!model.ok()) return model.error();
  const Vocabulary& vocabulary = *model->tokenizer->vocabulary();
  ToolRequestOptions options;
  options.choice.kind = ToolChoiceKind::kRequired;
  const auto request = ToolRequest::create(tools, model->tokenizer->vocabulary(), options);
  if (!request.ok()) return request.error();
  const auto messages = user_message(text);
  if (!messages.ok()) return messages.error();
  const auto prompt = render_prompt(*model, messages->root(), request->registry.callable());
  if (!prompt.ok()) return prompt.error();

  const auto ids = model->tokenizer->encode(*prompt);
  ModelSource source(model->model);
  TokenizerText decoder(*model->tokenizer);
  Matcher matcher(request->grammar);
  const auto answer = decode({&source, &vocabulary, &decoder, &matcher, ids}, {});
  if (!answer.ok()) return answer.error();

  std::string log;
  for (const ParsedCall& call : parse_answer(answer->tokens, vocabulary, request->plan).calls) {
    const auto arguments = parse_json(call.arguments);
    log += call.name + call.arguments + ": " + kFunctions.at(call.name)(arguments->root()) + "\n";
  }
  return log;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::stringstream tools;
  tools << std::ifstream(argv[2]).rdbuf();
  const auto log = run(argv[1], tools.str(), argv[3]);
  std::printf("%s", log.ok() ? log->c_str() : log.error().to_string().c_str());
  return log.ok() && !log->empty() ? 0 : 1;
}
