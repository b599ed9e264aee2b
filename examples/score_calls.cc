// Which of these calls does the model think likeliest? Scores of given calls, free and under the masks.
//
// Usage: score_calls MODEL_DIR REGISTRY. Run as a test by examples/CMakeLists.txt.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "runtime/chat/prompt.h"
#include "runtime/chat/tool_request.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/score.h"
#include "tools/render_calls.h"

namespace {

using namespace keyway;

// The score of one call as the whole answer.
Result<AnswerScore> score_call(const LoadedModel& model, const ToolRequest& request, const std::string& prompt,
                               const RenderedCall& call) {
  std::vector<TokenId> answer = model.tokenizer->encode(render_calls(*request.plan->format().format, {call}));
  answer.push_back(model.tokenizer->end_tokens().front());
  ModelSource source(model.model);
  Matcher matcher(request.grammar);
  return score(source, &matcher, model.tokenizer->encode(prompt), answer);
}

Status run(const char* folder, const std::string& tools) {
  const auto model = load_model(folder);
  if (!model.ok()) return model.error();
  const auto request = ToolRequest::create(tools, model->tokenizer->vocabulary(), {});
  if (!request.ok()) return request.error();
  const auto messages = user_message("Set the attic to 19 degrees.");
  if (!messages.ok()) return messages.error();
  const auto prompt = render_prompt(*model, messages->root(), request->registry.callable());
  if (!prompt.ok()) return prompt.error();
  for (const RenderedCall& call : {RenderedCall{"set_heating", R"({"room": "attic", "celsius": 19})"},
                                   RenderedCall{"set_heating", R"({"room": "bath", "celsius": 7})"},
                                   RenderedCall{"set_light", R"({"room": "attic", "on": true})"}}) {
    const auto scored = score_call(*model, *request, *prompt, call);
    if (!scored.ok()) return scored.error();
    std::printf("%8.3f free, %8.3f masked  %s%s\n", scored->logprob, scored->logprob_masked, call.name.c_str(),
                call.arguments.c_str());
  }
  // A call that the tools do not allow has no score: it is refused with the place.
  const auto refused = score_call(*model, *request, *prompt, {"set_heating", R"({"room": "attic", "celsius": 99})"});
  if (refused.ok()) return fail(ErrorCode::kInvalid, "99 degrees were allowed");
  std::printf("refused: %s\n", refused.error().to_string().c_str());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::stringstream tools;
  tools << std::ifstream(argv[2]).rdbuf();
  const Status status = run(argv[1], tools.str());
  if (!status.ok()) std::printf("%s\n", status.error().to_string().c_str());
  return status.ok() ? 0 : 1;
}
