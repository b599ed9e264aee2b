// keyway-bench parse: the streaming parser of every call format, verified and then timed; what a waiting parser costs; and,
// with a tokenizer, the mask of a free position under auto.
//
// Entry points: register_parse. Two answers a format, of about 1 MB each: a call whose argument is one string, and a call
// whose argument is a list of small objects. Each is read whole, in pieces of 4 kB and of 4 bytes, about a token.
// Invariant: an answer that is not read back to the call it was made of fails the run, before any timing.
// Tested by the ctest bench.parse.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "runtime/compile/compile.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"
#include "tools/render_calls.h"

namespace keyway::bench {
namespace {

struct ParseOptions {
  std::string tokenizer, json;
  size_t bytes = 1 << 20;
  uint32_t rounds = 9;
};

constexpr std::string_view kParseTools =
    R"([{"name": "save", "input_schema": {"type": "object", "properties": {"text": {"type": "string"}, )"
    R"("rows": {"type": "array"}}}}])";
constexpr size_t kPieces[] = {0, 4096, 4};  // 0: all at once
constexpr size_t kWaiting = 1000;

// An answer and the arguments that it holds.
struct TimedAnswer {
  std::string name, arguments, text;
};

std::string string_arguments(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "Some words of a text that goes on, a \\\"quoted\\\" one too, and a new line.\\n";
  return "{\"text\": \"" + text + "\"}";
}

std::string object_arguments(size_t bytes) {
  std::string rows;
  for (size_t i = 0; rows.size() < bytes; ++i) {
    rows += (i ? ", " : "") + std::string("{\"id\": ") + std::to_string(1000 + i % 9000) + ", \"name\": \"row " +
            std::to_string(i % 97) + "\", \"ok\": " + (i % 3 ? "true" : "false") + ", \"score\": 0.25, \"tags\": [\"a\", null]}";
  }
  return "{\"rows\": [" + rows + "]}";
}

Result<std::shared_ptr<const CallParserPlan>> parse_plan(const std::shared_ptr<const CallFormat>& format) {
  auto registry = Registry::load(kParseTools, *format);
  if (!registry.ok()) return registry.error();
  const auto bound = bind_call_format(format);
  TermArena arena;
  SchemaOptions options = tool_schema_options();
  options.arguments = argument_spelling(arena, *bound);
  const auto compiled = compile_tools(arena, *registry, options);
  if (!compiled.ok()) return compiled.error();
  return CallParserPlan::create_for(bound, callable_tools(*registry, *compiled));
}

// Empty where the answer is read back.
std::string check_answer_read(const TimedAnswer& answer, const std::shared_ptr<const CallParserPlan>& plan) {
  for (size_t piece : kPieces) {
    const ParsedAnswer read = parse_answer(answer.text, plan, std::string_view(), piece == 0 ? answer.text.size() : piece);
    if (read.error) return read.error->to_string();
    if (read.calls.size() != 1) return "read " + std::to_string(read.calls.size()) + " calls";
    const auto arguments = parse_json(read.calls[0].arguments), expected = parse_json(answer.arguments);
    if (!arguments.ok() || !expected.ok() || to_json_text(arguments->root()) != to_json_text(expected->root())) return "read other arguments";
  }
  return {};
}

// MB/s of the median round.
double parse_speed(const TimedAnswer& answer, const std::shared_ptr<const CallParserPlan>& plan, size_t piece, uint32_t rounds) {
  std::vector<double> times;
  size_t bytes = 0;
  const CallSink count = [&bytes](const CallEvent& event) { bytes += event.text.size(); };
  const size_t step = piece == 0 ? answer.text.size() : piece;
  for (uint32_t round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    CallParser parser(plan);
    for (size_t at = 0; at < answer.text.size(); at += step) parser.feed(std::string_view(answer.text).substr(at, step), count);
    parser.finish(count);
    times.push_back(us_since(start));
  }
  return bytes == 0 ? 0 : static_cast<double>(answer.text.size()) / median(times);
}

// Bytes of memory of one of many parsers that wait in the middle of an answer which came token by token; 131 too few at most, for
// what this thread had kept before (runtime/c_api/block_cache.cc).
double waiting_bytes(const TimedAnswer& answer, const std::shared_ptr<const CallParserPlan>& plan) {
  const CallSink nothing = [](const CallEvent&) {};
  const std::string_view begun = std::string_view(answer.text).substr(0, std::min<size_t>(answer.text.size() / 2, 6000));
  std::vector<std::unique_ptr<CallParser>> parsers(kWaiting);
  const size_t before = mallinfo2().uordblks;
  for (auto& parser : parsers) {
    parser = std::make_unique<CallParser>(plan);
    for (size_t at = 0; at < begun.size(); at += 4) parser->feed(begun.substr(at, 4), nothing);
    parser->feed(begun, nothing);  // and a long piece, which must leave nothing behind
  }
  return static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(kWaiting);
}

Result<nlohmann::ordered_json> parse_row(const std::string& name, const ParseOptions& options) {
  const auto format = shipped_call_format(name);
  if (!format.ok()) return format.error();
  const auto plan = parse_plan(*format);
  if (!plan.ok()) return plan.error();
  nlohmann::ordered_json row = {{"format", name}};
  double waiting = 0;
  for (const auto& [label, arguments] : {std::pair{"string", string_arguments(options.bytes)}, {"objects", object_arguments(options.bytes)}}) {
    TimedAnswer answer{"save", arguments, render_calls(**format, {{"save", arguments, {}}})};
    if (const std::string wrong = check_answer_read(answer, *plan); !wrong.empty()) {
      return fail(ErrorCode::kInvalid, "an answer is not read back: " + wrong, name, label);
    }
    for (size_t piece : kPieces) row[label][std::to_string(piece)] = parse_speed(answer, *plan, piece, options.rounds);
    waiting = std::max(waiting, waiting_bytes(answer, *plan));
  }
  row["waiting_bytes"] = waiting;
  return row;
}

// Nanoseconds of a mask at a free position once it has been made, the median of many; and the first one, microseconds.
Result<nlohmann::ordered_json> free_mask_row(const std::string& name, const Tokenizer& tokenizer) {
  std::string tools;
  for (int i = 0; i < 100; ++i) {
    tools += (i ? ", " : "[") + std::string("{\"name\": \"tool_") + std::to_string(i) + "\", \"input_schema\": {\"type\": \"object\"}}";
  }
  auto compiled = compile_grammar(tokenizer.vocabulary(), "tools", tools + "]", "{\"call_format\": " + json_quote(name) + "}");
  if (!compiled.ok()) return compiled.error();
  Matcher matcher(compiled->grammar, compiled->start);
  const bool blocks = !(*shipped_call_format(name))->blocks.empty();
  const std::string begun = blocks ? "" : "Some free text, then";
  const auto taken = matcher.accept_many(tokenizer.encode_plain(begun));
  if (!taken.ok()) return taken.error();
  std::vector<uint32_t> words(compiled->mask_words);
  const auto start = Clock::now();
  if (Status status = matcher.mask(words); !status.ok()) return status.error();
  const double first_us = us_since(start);
  std::vector<double> times;
  constexpr int kMasks = 100;
  for (int round = 0; round < 200; ++round) {
    const auto began = Clock::now();
    for (int i = 0; i < kMasks; ++i) {
      if (Status status = matcher.mask(words); !status.ok()) return status.error();
    }
    times.push_back(us_since(began) * 1e3 / kMasks);
  }
  return nlohmann::ordered_json{{"format", name}, {"first_us", first_us}, {"mask_ns", median(times)}};
}

void print_parse_row(const nlohmann::ordered_json& row) {
  std::printf("%-15s", row["format"].get<std::string>().c_str());
  for (const char* label : {"string", "objects"}) {
    for (size_t piece : kPieces) std::printf(" %7.0f", row[label][std::to_string(piece)].get<double>());
  }
  std::printf(" %9.0f\n", row["waiting_bytes"].get<double>());
}

Status run_parse_bench(const ParseOptions& options) {
  nlohmann::ordered_json report;
  std::printf("MB/s of text; string: whole, 4 kB, 4 bytes; objects: whole, 4 kB, 4 bytes; bytes of a waiting parser\n");
  for (const std::string& name : shipped_call_format_names()) {
    const auto row = parse_row(name, options);
    if (!row.ok()) return row.error();
    print_parse_row(*row);
    report["rows"].push_back(*row);
  }
  if (!options.tokenizer.empty()) {
    const auto tokenizer = Tokenizer::open(options.tokenizer);
    if (!tokenizer.ok()) return tokenizer.error();
    std::printf("mask of a free position under auto, 100 tools: again, ns; the first, us\n");
    for (const std::string& name : shipped_call_format_names()) {
      const auto row = free_mask_row(name, **tokenizer);
      if (!row.ok()) return row.error();
      std::printf("%-15s %7.0f %9.0f\n", name.c_str(), (*row)["mask_ns"].get<double>(), (*row)["first_us"].get<double>());
      report["free_masks"].push_back(*row);
    }
  }
  return options.json.empty() ? Status{} : write_json(report, options.json);
}

}  // namespace

void register_parse(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ParseOptions>();
  CLI::App* command = app.add_subcommand("parse", "Read answers of every call format, verified and timed");
  command->add_option("--tokenizer", options->tokenizer, "Time masks of free positions with this tokenizer too");
  command->add_option("--bytes", options->bytes, "Of arguments in one answer")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_option("--rounds", options->rounds, "Runs of each answer")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_option("--json", options->json, "Write the report to this file");
  command->callback([options, &exit_code] {
    const Status status = run_parse_bench(*options);
    if (!status.ok()) std::fprintf(stderr, "keyway-bench parse: %s\n", status.error().to_string().c_str());
    exit_code = status.ok() ? 0 : 1;
  });
}

}  // namespace keyway::bench
