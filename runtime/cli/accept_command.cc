// keyway accept: whether a model with this tokenizer could write this output under the grammar of a tool list, or, with
// --case, whether a text or a list of tokens is in the language of a grammar.
//
// Entry points: add_accept_command. The output comes on standard input, and its end stands for the end of the turn. Where
// the tokenizer has an added token, its spelling may be read as that token or as bytes. Tested by
// tests/runtime/cli_test.py.
#include <cstdio>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"
#include "runtime/compile/grammar_case.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/text_acceptance.h"
#include "tools/tool_grammar.h"

namespace keyway::cli {
namespace {

constexpr size_t kMostNextTexts = 20;

struct AcceptArguments {
  ModelArguments model;
  ToolArguments tools;
  std::string prompt_suffix;
  bool grammar_case = false;
};

Result<std::shared_ptr<const Tokenizer>> open_tokenizer(const ModelArguments& arguments) {
  if (!arguments.tokenizer.empty()) return Tokenizer::open(arguments.tokenizer);
  const auto folder = find_model_folder(arguments.model);
  if (!folder.ok()) return folder.error();
  return Tokenizer::open(*folder);
}

// The states of the grammar after what the prompt has already written of the answer, or its root where that is nothing.
std::vector<TermId> opened(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary, TermId root,
                           std::string_view prompt_suffix) {
  TextAcceptance prompt(arena, &vocabulary, root);
  const bool opens = !prompt_suffix.empty() && (format.reasons() || !format.blocks.empty());
  if (!opens || prompt.read(prompt_suffix) < prompt_suffix.size()) return {root};
  return prompt.states();
}

Result<Acceptance> judge(const AcceptArguments& arguments, const std::string& tool_text, const Vocabulary& vocabulary,
                         std::string_view output) {
  const auto options = tool_request_options(arguments.tools);
  if (!options.ok()) return options.error();
  const auto format = open_call_format(arguments.tools.call_format);
  if (!format.ok()) return format.error();
  auto registry = Registry::load(tool_text, **format);
  if (!registry.ok()) return in_file(registry.error(), arguments.tools.tools);
  const auto bound = bind_call_format(*format, vocabulary_lookup(vocabulary), true);
  TermArena arena;
  SchemaOptions schema = options->schema;
  schema.arguments = argument_spelling(arena, *bound, schema.whitespace);
  const auto tools = compile_tools(arena, *registry, schema);
  if (!tools.ok()) return in_file(tools.error(), arguments.tools.tools);
  ToolGrammarOptions grammar;
  grammar.choice = options->choice;
  grammar.max_calls = options->max_calls.value_or(registry->options().parallel_calls.value_or(kUnlimitedCalls));
  grammar.whitespace = options->schema.whitespace;
  const auto root = tool_grammar(arena, *bound, vocabulary, tools->terms, grammar);
  if (!root.ok()) return root.error();
  TextAcceptance reader(arena, &vocabulary, opened(arena, *bound, vocabulary, *root, arguments.prompt_suffix));
  Acceptance out;
  out.offset = reader.read(output);
  out.accepted = out.offset == output.size() && reader.accepted();
  out.allowed = reader.next_texts(kMostNextTexts);
  if (arena.exhausted()) return arena.limit_error("mask_fuel");
  return out;
}

void print_acceptance(const Acceptance& acceptance, bool json) {
  std::vector<std::string> allowed;
  for (const std::string& text : acceptance.allowed) allowed.push_back(json_quote(well_formed(text)));
  if (json) {
    JsonObject object;
    object.add("accepted", acceptance.accepted).add("offset", acceptance.offset);
    std::printf("%s\n", object.add_raw("allowed", json_array(allowed)).text().c_str());
  } else {
    std::printf("%s, %zu bytes taken; next: %s\n", acceptance.accepted ? "accepted" : "not accepted", acceptance.offset,
                json_array(allowed).c_str());
  }
}

// {"kind", "grammar", ...} with "text" or "tokens".
Result<Acceptance> judge_case(std::string_view line, std::shared_ptr<const Vocabulary> vocabulary) {
  const auto document = parse_json(line);
  if (!document.ok()) return document.error();
  auto grammar = GrammarCase::read(document->root(), std::move(vocabulary));
  if (!grammar.ok()) return grammar.error();
  const auto text = document->root().find("text"), tokens = document->root().find("tokens");
  if (text.has_value() == tokens.has_value() || (text && !text->is_string()) || (tokens && !tokens->is_array())) {
    return fail(ErrorCode::kInvalid, "a case has a text or tokens to judge", "/text", {}, "\"text\": a string, or \"tokens\": ids");
  }
  if (text) return grammar->judge_text(text->string(), kMostNextTexts);
  std::vector<TokenId> ids;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const auto id = tokens->at(i).integer();
    if (!id || *id < 0 || *id >= kNoToken) {
      return fail(ErrorCode::kInvalid, "this is no token", pointer_append("/tokens", i), to_json_text(tokens->at(i)), "an id");
    }
    ids.push_back(static_cast<TokenId>(*id));
  }
  return grammar->judge_tokens(ids, kMostNextTexts);
}

Result<int> run_accept(const AcceptArguments& arguments, bool json) {
  if (arguments.grammar_case != arguments.tools.tools.empty()) {
    return fail(ErrorCode::kInvalid, "either tools or a case is judged", "--tools", {}, "--tools FILE, or --case");
  }
  const auto tools = arguments.grammar_case ? Result<std::string>(std::string()) : read_text_file(arguments.tools.tools);
  if (!tools.ok()) return tools.error();
  const auto tokenizer = open_tokenizer(arguments.model);
  if (!tokenizer.ok()) return tokenizer.error();
  const auto input = read_standard_input();
  if (!input.ok()) return input.error();
  const auto acceptance = arguments.grammar_case ? judge_case(*input, (*tokenizer)->vocabulary())
                                                 : judge(arguments, *tools, *(*tokenizer)->vocabulary(), *input);
  if (!acceptance.ok()) return acceptance.error();
  print_acceptance(*acceptance, json);
  return kDone;
}

}  // namespace

void add_accept_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<AcceptArguments>();
  arguments->tools.property_order = "any";
  arguments->tools.undeclared = true;
  CLI::App* command = add_command(app, program, "accept", "Whether the grammar of a tool list takes standard input",
                                  "keyway accept --call-format hermes --tools tools.json --tool-choice auto --json < output.txt");
  add_tool_options(*command, arguments->tools);
  command->get_option("--tools")->required(false);
  command->add_flag("--case", arguments->grammar_case,
                    "Judge one case of a grammar corpus from standard input: {\"kind\", \"grammar\", ..., \"text\" or \"tokens\"}");
  command->add_option("--model", arguments->model.model, "Folder of the model; without it the embedded one");
  command->add_option("--tokenizer", arguments->model.tokenizer, "Folder of the tokenizer, or a tokenizer.json");
  command->add_option("--prompt-suffix", arguments->prompt_suffix, "End of the prompt that has opened a section");
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_accept(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
