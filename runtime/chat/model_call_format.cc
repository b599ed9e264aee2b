// See model_call_format.h. Tested by tests/runtime/model_call_format_test.cc.
#include "runtime/chat/model_call_format.h"

namespace keyway {

Result<FoundFormat> model_call_format(const Tokenizer& tokenizer) {
  auto text = tokenizer.chat_template("tool_use");
  if (!text) text = tokenizer.chat_template();
  if (!text) {
    std::string names;
    for (const std::string& name : shipped_call_format_names()) names += (names.empty() ? "" : ", ") + name;
    return fail(ErrorCode::kNotFound, "the model has no chat template that would tell how it writes calls", "chat_template", {},
                "a call format by name: " + names);
  }
  ModelMarks marks;
  marks.chat_template = *text;
  for (const auto& [name, spelling] : {std::pair{"bos_token", tokenizer.bos_token()},
                                       {"eos_token", tokenizer.eos_token()},
                                       {"pad_token", tokenizer.pad_token()},
                                       {"unk_token", tokenizer.unk_token()}}) {
    if (!spelling.empty()) marks.variables.emplace_back(name, spelling);
  }
  marks.vocabulary = tokenizer.vocabulary().get();
  marks.encode = [&tokenizer](std::string_view answer) { return tokenizer.encode(answer); };
  return find_call_format(marks);
}

}  // namespace keyway
