// Shared options; see options.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/options.h"

namespace keyway::cli {

// CLI11 reads "-1" as the largest unsigned number; NonNegativeNumber refuses it before.

CLI::App* add_command(CLI::App& app, Program& program, const std::string& name, const std::string& description,
                      const std::string& example) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  command->add_flag("--json", program.json, "One JSON object on standard output and nothing else; errors as JSON too");
  return command;
}

void add_model_options(CLI::App& command, ModelArguments& arguments) {
  command.add_option("--model", arguments.model,
                     "Folder of the model (config.json, tokenizer.json, *.safetensors); without it KEYWAY_MODEL, then "
                     "the embedded keyway-tiny");
  command.add_option("--tokenizer", arguments.tokenizer, "Folder of the tokenizer; without it the model's");
  command.add_option("--device", arguments.device, "cpu or cuda")->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  command.add_option("--threads", arguments.threads, "Threads of one forward pass")->capture_default_str()
      ->check(CLI::NonNegativeNumber);
}

void add_layout_options(CLI::App& command, ToolArguments& arguments) {
  command.add_option("--property-order", arguments.property_order,
                     "Members in any order, or in the order of the schema (declared), unless the registry says")
      ->check(CLI::IsMember({"any", "declared"}))->capture_default_str();
  command.add_flag("--undeclared", arguments.undeclared,
                   "Take members that a schema does not declare but leaves open; without it they are left out, and the "
                   "report says so");
  command.add_option("--whitespace", arguments.whitespace,
                     "White space of JSON: flexible, json_dumps or compact, unless the registry says")
      ->check(CLI::IsMember({"flexible", "json_dumps", "compact"}))->capture_default_str();
}

SchemaOptions layout_options(const ToolArguments& arguments, SchemaOptions base) {
  base.order = arguments.property_order == "any" ? PropertyOrder::kAny : PropertyOrder::kDeclared;
  base.closed_objects = !arguments.undeclared;
  base.whitespace = arguments.whitespace == "flexible"     ? Whitespace::kFlexible
                    : arguments.whitespace == "json_dumps" ? Whitespace::kJsonDumps
                                                           : Whitespace::kCompact;
  return base;
}

void add_call_format_option(CLI::App& command, std::string& call_format) {
  command.add_option("--call-format", call_format,
                     call_format.empty() ? "How the model writes calls: a format's name, or a file; without it found from the model's chat template"
                                         : "How the model writes calls: a format's name, or a file")
      ->capture_default_str();
}

void add_tool_options(CLI::App& command, ToolArguments& arguments) {
  command.add_option("--tools", arguments.tools, "Tools: a registry, an OpenAI, MCP or Anthropic list, an OpenAPI document, or a folder of them")->required();
  command.add_option("--caller", arguments.caller, "Who asks, for the registry's rules of callers");
  command.add_option("--tool-choice", arguments.choice, "none, auto, required, NAME, or NAME,NAME")
      ->capture_default_str();
  command.add_option("--parallel", arguments.parallel,
                     "Calls in one answer: 0 one, 1 any number, N at most N; without it the registry's, else any number")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--cache", arguments.cache, "A file that keeps what compiling the tools told between runs; only you should be able to write it");
  add_call_format_option(command, arguments.call_format);
  add_layout_options(command, arguments);
}

Result<ToolRequestOptions> tool_request_options(const ToolArguments& arguments) {
  ToolRequestOptions options;
  auto choice = parse_tool_choice(arguments.choice);
  if (!choice.ok()) return choice.error();
  options.choice = std::move(*choice);
  if (arguments.parallel) {
    options.max_calls = *arguments.parallel == 0 ? 1 : *arguments.parallel == 1 ? kUnlimitedCalls : *arguments.parallel;
  }
  options.schema = layout_options(arguments, options.schema);
  options.caller = arguments.caller;
  options.cache = arguments.cache;
  options.masked = !arguments.no_mask;
  return options;
}

void add_decode_options(CLI::App& command, DecodeOptions& options) {
  SampleParameters& sample = options.sample;
  options.runaway = RunawayLimits::usual();
  command.add_flag_callback("--no-runaway-guard", [&options] { options.runaway = {}; },
                            "Let endless white space, digits and repetitions run on");
  command.add_option("--max-tokens", options.max_tokens, "Most tokens of the answer, its end token included")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command.add_option("--temperature", sample.temperature, "0 is greedy")->capture_default_str();
  command.add_option("--top-k", sample.top_k, "Draw from the k likeliest tokens; 0 is off")
      ->check(CLI::NonNegativeNumber)->capture_default_str();
  command.add_option("--top-p", sample.top_p, "Draw from the likeliest tokens that hold this share; 1 is off")
      ->capture_default_str();
  command.add_option("--min-p", sample.min_p, "Draw from tokens at least this likely beside the likeliest; 0 is off")
      ->capture_default_str();
  command.add_option("--repetition-penalty", sample.repetition_penalty, "Of tokens in prompt and answer; 1 is off")
      ->capture_default_str();
  command.add_option("--presence-penalty", sample.presence_penalty, "Of tokens in the answer; 0 is off")
      ->capture_default_str();
  command.add_option("--seed", sample.seed, "Of the random numbers")->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command.add_option("--stop", options.stop, "A text that ends the answer; may be given several times")
      ->allow_extra_args(false);
  command.add_option_function<uint32_t>(
      "--deadline-ms",
      [&options](uint32_t milliseconds) {
        options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
      },
      "Cancel the answer after so long, from the start of the program")
      ->check(CLI::NonNegativeNumber);
}

void add_no_mask(CLI::App& command, bool& no_mask) {
  command.add_flag("--no-mask", no_mask, "Decode freely, to compare");
}

}  // namespace keyway::cli
