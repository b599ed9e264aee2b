// keyway-bench decode: prefill and decode times of a model on the CPU beside the time to read its weights
// once.
//
// With a reference.json in the model's folder its prompts are used and their next token is checked; --context
// adds prompts of other lengths, cut from them or repeated. Invariant: exit code 0 only when every checked
// token agreed. Tested by the ctest bench.decode.
#include <cstdio>
#include <memory>

#include "tests/bench/bench.h"
#include "tests/bench/decode_measure.h"

namespace keyway::bench {
namespace {

struct DecodeOptions {
  std::string model;
  uint32_t threads = 1;
  std::vector<size_t> batches = {1};
  std::vector<size_t> contexts;  // tokens; empty: the first prompt of reference.json
  size_t repeats = 15;
  std::string json;
};

// `count` tokens: the reference prompts one after the other, again and again; without them the ids 0, 1, 2,
// ...
std::vector<TokenId> tokens_of_length(const std::vector<ReferencePrompt>& prompts, size_t count,
                                      uint32_t vocab_size) {
  std::vector<TokenId> tokens;
  for (size_t i = 0; tokens.size() < count; ++i) {
    if (prompts.empty()) {
      tokens.push_back(static_cast<TokenId>(i % vocab_size));
    } else {
      const std::vector<TokenId>& part = prompts[i % prompts.size()].tokens;
      tokens.insert(tokens.end(), part.begin(), part.end());
    }
  }
  tokens.resize(count);
  return tokens;
}

void print_row(const DecodeTimes& t) {
  std::printf("%6zu %8zu %11.2f %11.2f %10.3f %10.3f %9.3f %6.2f\n", t.batch, t.context, t.prefill_ms,
              t.prefill_least_ms, t.decode_ms, t.decode_least_ms, t.floor_ms, t.decode_ms / t.floor_ms);
}

nlohmann::ordered_json row_json(const DecodeTimes& t) {
  return {{"batch", t.batch},           {"context", t.context},
          {"prefill_ms", t.prefill_ms}, {"prefill_least_ms", t.prefill_least_ms},
          {"decode_ms", t.decode_ms},   {"decode_least_ms", t.decode_least_ms},
          {"floor_ms", t.floor_ms},     {"ratio", t.decode_ms / t.floor_ms}};
}

Result<nlohmann::ordered_json> measure(const DecodeOptions& options) {
  const Result<std::shared_ptr<const Model>> model = Model::load(options.model, {options.threads});
  if (!model) return model.error();
  const Result<std::vector<ReferencePrompt>> prompts = reference_prompts(options.model);
  if (!prompts) return prompts.error();
  std::printf("%6s %8s %11s %11s %10s %10s %9s %6s\n", "batch", "context", "prefill ms", "least", "decode ms",
              "least", "floor ms", "ratio");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  auto add = [&](const std::vector<TokenId>& tokens, TokenId next, size_t batch) -> Status {
    const Result<DecodeTimes> times = measure_decode(**model, tokens, next, batch, options.repeats);
    if (!times) return times.error();
    print_row(*times);
    rows.push_back(row_json(*times));
    return {};
  };
  for (const size_t batch : options.batches) {
    if (options.contexts.empty() && !prompts->empty()) {
      if (Status s = add(prompts->front().tokens, prompts->front().next, batch); !s) return s.error();
    }
    const std::vector<size_t> contexts =
        options.contexts.empty() && prompts->empty() ? std::vector<size_t>{256} : options.contexts;
    for (const size_t context : contexts) {
      if (Status s = add(tokens_of_length(*prompts, context, (*model)->config().vocab_size), kNoToken, batch);
          !s)
        return s.error();
    }
  }
  return nlohmann::ordered_json{{"model", options.model}, {"threads", options.threads}, {"rows", rows}};
}

void run_decode(const DecodeOptions& options, int& exit_code) {
  Result<nlohmann::ordered_json> report = measure(options);
  Status written;
  if (report && !options.json.empty()) written = write_json(*report, options.json);
  const Error* error = !report ? &report.error() : !written ? &written.error() : nullptr;
  if (error == nullptr) return;
  std::fprintf(stderr, "keyway-bench decode: %s\n", error->to_string().c_str());
  exit_code = error->code == ErrorCode::kMismatch ? 1 : 2;
}

}  // namespace

void register_decode(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<DecodeOptions>();
  CLI::App* command = app.add_subcommand("decode", "Prefill and decode times of the forward pass");
  command->add_option("--model", options->model, "Hugging Face folder")->required();
  command->add_option("--threads", options->threads, "threads of one forward pass");
  command->add_option("--batch", options->batches, "sequences in a step")
      ->delimiter(',')
      ->check(CLI::Range(1, 4'096));
  command->add_option("--context", options->contexts, "tokens of the prompt")
      ->delimiter(',')
      ->check(CLI::Range(1, 1 << 24));
  command->add_option("--repeats", options->repeats, "prompts to take the median of")
      ->check(CLI::Range(1, 10'000));
  command->add_option("--json", options->json, "report file");
  command->callback([options, &exit_code] { run_decode(*options, exit_code); });
}

}  // namespace keyway::bench
