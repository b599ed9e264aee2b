// keyway-bench maskbench: schemas with instances through compile, mask and accept, as maskbench_peers.py does.
//
// Every mask is verified by its use: each token of a valid instance has to be allowed by it, each invalid instance has to
// be stopped. Prints the object of the peers' script and the memory of each grammar.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>

#include "runtime/compile/compile.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/corpus.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

struct MaskbenchOptions {
  std::string data, tokenizer, json, per_schema;
  size_t sample = 0;
  uint64_t seed = 1;
};

struct MaskbenchTally {
  size_t ok = 0, compile_error = 0, runtime_error = 0, unreadable = 0, passing = 0;
  size_t valid_ok = 0, valid_rejected = 0, invalid_ok = 0, invalid_accepted = 0;
  std::vector<double> compile_us, ttfm_us, mask_us, step_us, grammar_bytes;
  std::vector<std::pair<double, std::string>> worst_masks_us, worst_ttfm_us;  // one for each schema
};

// What one schema came to.
struct MaskbenchOutcome {
  std::string status = "ok", error;
  size_t valid_rejected = 0, invalid_accepted = 0;
  double ttfm_us = 0, worst_mask_us = 0, masks_us = 0;
  size_t masks = 0, worst_token = 0;  // the token before which the worst mask was
  double grammar_bytes = 0;
};

// Feeds one instance; true where every token and the end were allowed. Errors: of mask and accept.
Result<bool> accepts(Matcher& matcher, std::span<const TokenId> tokens, std::span<uint32_t> words, MaskbenchTally& tally, MaskbenchOutcome& outcome) {
  for (TokenId token : tokens) {
    const auto start = Clock::now();
    if (Status status = matcher.mask(words); !status.ok()) return status.error();
    const double mask_us = us_since(start);
    const Result<bool> taken = matcher.accept(token);
    tally.mask_us.push_back(mask_us);
    tally.step_us.push_back(us_since(start));
    ++outcome.masks;
    outcome.masks_us += mask_us;
    if (mask_us > outcome.worst_mask_us) {
      outcome.worst_mask_us = mask_us;
      outcome.worst_token = matcher.accepted() - (taken.ok() && *taken);
    }
    if (!taken.ok()) return taken.error();
    if (*taken != mask_test(words.data(), token)) {
      return fail(ErrorCode::kInvalid, "mask and accept disagree", {}, "token " + std::to_string(token));
    }
    if (!*taken) return false;
  }
  if (Status status = matcher.mask(words); !status.ok()) return status.error();
  const auto& ends = matcher.grammar().end_tokens();
  return std::any_of(ends.begin(), ends.end(), [&](TokenId end) { return mask_test(words.data(), end); });
}

MaskbenchOutcome run_schema(const Tokenizer& tokenizer, const CorpusCase& c, MaskbenchTally& tally) {
  MaskbenchOutcome outcome;
  std::vector<uint32_t> words(mask_words(tokenizer.vocabulary()->size()));
  const auto start = Clock::now();
  auto compiled = compile_grammar(tokenizer.vocabulary(), "json_schema", c.schema, "");
  const double compile_us = us_since(start);
  if (!compiled.ok()) {
    ++tally.compile_error;
    outcome.status = "compile_error";
    outcome.error = compiled.error().to_string();
    return outcome;
  }
  Matcher first(compiled->grammar, compiled->start);
  const Status masked = first.mask(words);
  outcome.ttfm_us = us_since(start);
  tally.compile_us.push_back(compile_us);
  tally.ttfm_us.push_back(outcome.ttfm_us);
  for (const Instance& instance : c.instances) {
    Matcher matcher(compiled->grammar, compiled->start);
    const auto accepted = masked.ok() ? accepts(matcher, tokenizer.encode(instance.text), words, tally, outcome)
                                      : Result<bool>(masked.error());
    if (!accepted.ok()) {
      ++tally.runtime_error;
      outcome.status = "runtime_error";
      outcome.error = accepted.error().to_string();
      return outcome;
    }
    if (instance.valid) {
      ++(*accepted ? tally.valid_ok : tally.valid_rejected);
      outcome.valid_rejected += !*accepted;
    } else {
      ++(*accepted ? tally.invalid_accepted : tally.invalid_ok);
      outcome.invalid_accepted += *accepted;
    }
  }
  outcome.grammar_bytes = static_cast<double>(compiled->grammar->bytes());
  tally.grammar_bytes.push_back(outcome.grammar_bytes);
  ++tally.ok;
  tally.passing += outcome.valid_rejected == 0 && outcome.invalid_accepted == 0;
  return outcome;
}

// The schemas with the worst of a time, by name.
nlohmann::ordered_json worst_of(std::vector<std::pair<double, std::string>> times) {
  constexpr size_t kMost = 20;
  const size_t count = std::min(kMost, times.size());
  std::partial_sort(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count), times.end(), std::greater<>());
  nlohmann::ordered_json out;
  for (size_t i = 0; i < count; ++i) out[times[i].second] = std::round(times[i].first * 10) / 10;
  return out;
}

nlohmann::ordered_json report_of(const MaskbenchOptions& options, size_t schemas, double seconds, const MaskbenchTally& t) {
  nlohmann::ordered_json out;
  out["engine"] = "keyway";
  out["tokenizer"] = std::filesystem::path(options.tokenizer).filename().string();
  out["schemas"] = schemas;
  out["seconds"] = std::round(seconds * 10) / 10;
  out["passing"] = t.passing;
  out["status"] = {{"ok", t.ok}, {"compile_error", t.compile_error}, {"runtime_error", t.runtime_error}, {"unreadable", t.unreadable}};
  out["valid_ok"] = t.valid_ok;
  out["valid_rejected"] = t.valid_rejected;
  out["invalid_ok"] = t.invalid_ok;
  out["invalid_accepted"] = t.invalid_accepted;
  out["tokens"] = t.mask_us.size();
  out["compile_us"] = distribution(t.compile_us);
  out["ttfm_us"] = distribution(t.ttfm_us);
  out["mask_us"] = distribution(t.mask_us);
  out["step_us"] = distribution(t.step_us);
  out["grammar_bytes"] = distribution(t.grammar_bytes);
  out["worst_mask_us"] = worst_of(t.worst_masks_us);
  out["worst_ttfm_us"] = worst_of(t.worst_ttfm_us);
  return out;
}

int run_maskbench(const MaskbenchOptions& options) {
  auto tokenizer = Tokenizer::open(options.tokenizer);
  auto cases = read_corpus(options.data, options.sample, options.seed);
  if (!tokenizer.ok() || !cases.ok()) {
    std::fprintf(stderr, "%s\n", (!tokenizer.ok() ? tokenizer.error() : cases.error()).to_string().c_str());
    return 2;
  }
  // What is built once for a tokenizer is not charged to the first schema.
  (void)compile_grammar((*tokenizer)->vocabulary(), "json_schema", R"({"type": "object", "properties": {"warm": {"type": "string"}}})", "");
  std::ofstream per(options.per_schema);
  MaskbenchTally tally;
  const auto start = Clock::now();
  for (size_t i = 0; i < cases->size(); ++i) {
    const CorpusCase& c = (*cases)[i];
    if (c.schema.empty()) {
      ++tally.unreadable;
      continue;
    }
    const MaskbenchOutcome o = run_schema(**tokenizer, c, tally);
    tally.worst_masks_us.push_back({o.worst_mask_us, c.name});
    tally.worst_ttfm_us.push_back({o.ttfm_us, c.name});
    if (!options.per_schema.empty()) {
      per << nlohmann::ordered_json{{"group", c.group}, {"name", c.name}, {"status", o.status}, {"error", o.error}, {"ttfm_us", o.ttfm_us},
                                    {"worst_mask_us", o.worst_mask_us}, {"worst_token", o.worst_token}, {"masks", o.masks}, {"masks_us", o.masks_us},
                                    {"grammar_bytes", o.grammar_bytes}, {"valid_rejected", o.valid_rejected}, {"invalid_accepted", o.invalid_accepted}}.dump() << '\n';
    }
    if ((i + 1) % 500 == 0) std::fprintf(stderr, "%zu/%zu, %zu passing\n", i + 1, cases->size(), tally.passing);
  }
  const auto report = report_of(options, cases->size(), us_since(start) / 1e6, tally);
  std::printf("%s\n", report.dump(1).c_str());
  if (options.json.empty()) return 0;
  const Status written = write_json(report, options.json);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
  return written.ok() ? 0 : 2;
}

}  // namespace

void register_maskbench(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<MaskbenchOptions>();
  CLI::App* command = app.add_subcommand("maskbench", "Schemas with instances: compile, masks, verdicts");
  command->add_option("--data", options->data, "folder of .jsonl files")->required();
  command->add_option("--tokenizer", options->tokenizer, "Hugging Face folder or tokenizer.json")->required();
  command->add_option("--sample", options->sample, "so many schemas, chosen by --seed");
  command->add_option("--seed", options->seed, "of the sample");
  command->add_option("--per-schema", options->per_schema, "one JSON line per schema goes here");
  command->add_option("--json", options->json, "the report goes here");
  command->callback([options, &exit_code] { exit_code = run_maskbench(*options); });
}

}  // namespace keyway::bench
