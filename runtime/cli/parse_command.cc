// keyway parse: what the streaming parser reads in a model's output.
//
// Entry points: add_parse_command. The output comes on standard input; delimiters are read as they are spelled. An answer
// that is no answer is no error of the command: it is told in "error". Tested by tests/runtime/cli_test.py.
#include <cstdio>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"

namespace keyway::cli {
namespace {

constexpr uint64_t kMaxOutputBytes = uint64_t{1} << 30;

struct ParseArguments {
  std::string tools;
  std::string call_format = "hermes";
  std::string prompt_suffix;
  uint32_t split = 0;
};

std::string text_or_null(const std::optional<std::string>& text) { return text ? json_quote(well_formed(*text)) : "null"; }

std::string answer_json(const ParsedAnswer& answer) {
  std::vector<std::string> calls;
  for (const ParsedCall& call : answer.calls) {
    JsonObject object;
    if (!call.id.empty()) object.add("id", call.id);
    calls.push_back(object.add("name", call.name).add_raw("arguments", call.arguments).text());
  }
  JsonObject object;
  object.add_raw("content", text_or_null(answer.content)).add_raw("reasoning", text_or_null(answer.reasoning));
  object.add_raw("tool_calls", json_array(calls));
  if (!answer.error) return object.add_raw("error", "null").text();
  const Error& error = *answer.error;
  object.add("error", JsonObject().add("code", error_code_name(error.code)).add("message", error.message)
                          .add("given", error.given).add("allowed", error.allowed).add("offset", answer.error_offset));
  return object.text();
}

void print_answer(const ParsedAnswer& answer) {
  const Paint paint(stdout);
  if (answer.reasoning) std::printf("%s %s\n", paint.faint("reasoning").c_str(), well_formed(*answer.reasoning).c_str());
  if (answer.content) std::printf("%s\n", well_formed(*answer.content).c_str());
  for (const ParsedCall& call : answer.calls) {
    std::printf("%s %s(%s)\n", paint.good("call").c_str(), paint.strong(call.name).c_str(), call.arguments.c_str());
  }
  if (answer.error) {
    std::printf("%s %s\n", paint.bad("not a valid call:").c_str(), well_formed(answer.error->to_string()).c_str());
  }
}

Result<int> run_parse(const ParseArguments& arguments, bool json) {
  const auto format = open_call_format(arguments.call_format);
  if (!format.ok()) return format.error();
  const auto tools = read_text_file(arguments.tools);
  if (!tools.ok()) return tools.error();
  auto registry = Registry::load(*tools, **format);
  if (!registry.ok()) return in_file(registry.error(), arguments.tools);
  const auto output = read_standard_input(kMaxOutputBytes);
  if (!output.ok()) return output.error();
  const auto bound = bind_call_format(*format);
  TermArena arena;
  SchemaOptions options = tool_schema_options();
  options.arguments = argument_spelling(arena, *bound);
  CompiledTools compiled;
  if (options.arguments) {  // only then the schemas matter
    auto made = compile_tools(arena, *registry, options);
    if (!made.ok()) return in_file(made.error(), arguments.tools);
    compiled = std::move(*made);
  }
  const auto plan = CallParserPlan::create_for(bound, callable_tools(*registry, compiled));
  const size_t split = arguments.split == 0 ? std::max<size_t>(output->size(), 1) : arguments.split;
  const ParsedAnswer answer = parse_answer(*output, plan, arguments.prompt_suffix, split);
  if (json) std::printf("%s\n", answer_json(answer).c_str());
  else print_answer(answer);
  return kDone;
}

}  // namespace

void add_parse_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<ParseArguments>();
  CLI::App* command = add_command(app, program, "parse", "Read the calls in a model's output from standard input",
                                  "keyway parse --call-format hermes --tools tools.json --json < output.txt");
  add_call_format_option(*command, arguments->call_format);
  command->add_option("--tools", arguments->tools, "Tools: a registry, or an OpenAI, MCP or Anthropic list")->required();
  command->add_option("--prompt-suffix", arguments->prompt_suffix, "End of the prompt that has opened a section");
  command->add_option("--split", arguments->split, "Feed so many bytes at a time; 0: all at once");
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_parse(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
