// keyway generate: a JSON value that validates against a schema.
//
// Entry points: add_generate_command. Invariant: under masks the text is one JSON value of the schema, complete within
// max_tokens. Tested by tests/runtime/cli_test.py.
#include <cstdio>

#include "runtime/chat/prompt.h"
#include "runtime/chat/schema_grammar.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/interrupt.h"
#include "runtime/cli/report.h"
#include "runtime/cli/terminal.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/tokenizer_text.h"

namespace keyway::cli {
namespace {

struct GenerateArguments {
  ModelArguments model;
  ToolArguments layout;  // property order and white space alone
  DecodeOptions decode;
  std::string schema;
  std::string prompt;
  std::string messages;
};

Result<std::shared_ptr<Grammar>> grammar_of_file(const GenerateArguments& arguments,
                                                 const std::shared_ptr<const Vocabulary>& vocabulary) {
  const auto text = read_text_file(arguments.schema);
  if (!text.ok()) return text.error();
  const auto document = parse_json(*text);
  if (!document.ok()) return in_file(document.error(), arguments.schema);
  auto grammar = schema_grammar(*document, vocabulary, layout_options(arguments.layout, {}));
  if (!grammar.ok()) return in_file(grammar.error(), arguments.schema);
  return grammar;
}

Result<int> run_generate(const GenerateArguments& arguments, bool json) {
  const Interrupt interrupt;
  const auto conversation = read_conversation(arguments.prompt, arguments.messages);
  if (!conversation.ok()) return conversation.error();
  DecodeOptions options = arguments.decode;
  if (Status status = check_decode_options(options); !status.ok()) return status.error();
  options.cancel = interrupt.token();
  const auto loaded = open_model(arguments.model);
  if (!loaded.ok()) return loaded.error();
  const Tokenizer& tokenizer = *loaded->tokenizer;
  const auto grammar = grammar_of_file(arguments, tokenizer.vocabulary());
  if (!grammar.ok()) return grammar.error();
  const auto prompt = render_prompt(*loaded, conversation->messages, {});
  if (!prompt.ok()) return prompt.error();
  const std::vector<TokenId> ids = tokenizer.encode(*prompt);

  ModelSource source(loaded->model);
  TokenizerText text(tokenizer);
  Matcher matcher(*grammar);
  const auto result =
      decode({&source, tokenizer.vocabulary().get(), &text, arguments.layout.no_mask ? nullptr : &matcher, ids}, options,
             json ? DecodeObserver{} : stream_to_terminal());
  if (!result.ok()) return result.error();
  if (json) {
    JsonObject object;
    const auto value = parse_json(result->text);  // written anew, for the answer's own line breaks would break the line
    object.add_raw("value", value.ok() ? to_json_text(value->root()) : "null").add("text", result->text);
    object.add("finish_reason", finish_reason_name(result->finish));
    add_usage(object, *result);
    std::printf("%s\n", object.text().c_str());
  } else {
    std::printf("\n");
    print_summary(*result);
  }
  return result->finish == FinishReason::kCancelled ? kWasCancelled : kDone;
}

}  // namespace

void add_generate_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<GenerateArguments>();
  CLI::App* command = add_command(app, program, "generate", "Write a JSON value that validates against a schema",
                                  "keyway generate --schema examples/tools/contact.schema.json \"Ada, born 1815\"");
  command->add_option("--schema", arguments->schema, "A file with the JSON Schema")->required();
  command->add_option("prompt", arguments->prompt, "What the user says");
  command->add_option("--messages", arguments->messages, "A file with the conversation: [{\"role\", \"content\"}, ...]");
  add_layout_options(*command, arguments->layout);
  add_no_mask(*command, arguments->layout.no_mask);
  add_decode_options(*command, arguments->decode);
  add_model_options(*command, arguments->model);
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_generate(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
