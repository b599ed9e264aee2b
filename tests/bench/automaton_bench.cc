// keyway-bench automaton: batches of texts through the automaton of a device, or through its CPU twin.
//
// Verified before it is timed: instances of real schemas are fed token by token, and every state and mask must be the Matcher's
// bit for bit. Then the time of one step (advance and next masks) by batch, vocabulary and mix of states: where all masks are there
// (us), and where all were dropped before the step (cold_us), beside a copy of as many masks (the floor) and one reading of as many
// fp32 logits, on the same device; all of these times hold the launches and the wait for the end. Misses are counted on texts
// that were not fed before. Tested by the ctest bench.automaton.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include "kernels/sample_rows.h"
#include "runtime/compile/compile.h"
#include "runtime/device/automaton_mirror.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/corpus.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

struct AutomatonOptions {
  std::string device = "cpu", shared, json;
  std::vector<uint32_t> batch{1, 8, 64, 512}, vocab{32000, 128256, 256000};
  size_t schemas = 60, steps = 48, rows_ahead = AutomatonSizes().rows_ahead;
  uint64_t seed = 1;
};

// Tokenizers by the size of their vocabulary.
const std::map<uint32_t, const char*> kTokenizers = {{32000, "llama2"}, {128256, "llama3_1"}, {256000, "gemma2"}};

// One text under one grammar.
struct DeviceText {
  const CompiledGrammar* grammar = nullptr;
  std::vector<TokenId> tokens;
};

// What a batch has come to.
struct AutomatonTally {
  size_t tokens = 0, states = 0, masks = 0, waits = 0, refused_texts = 0;
  std::vector<double> step_us;
  std::string wrong;  // the first difference from the Matcher
};

// The mirror with the buffers of a step.
class AutomatonBatch {
 public:
  static Result<std::unique_ptr<AutomatonBatch>> create(const AutomatonOptions& options, std::shared_ptr<const Vocabulary> vocabulary,
                                                     uint32_t rows) {
    const char* why = "";
    auto made = std::make_unique<AutomatonBatch>();
    made->cuda_ = options.device == "cuda";
    auto memory = made->cuda_ ? cuda_memory(why) : host_memory();
    if (memory == nullptr) return fail(ErrorCode::kIo, std::string("no CUDA device can be used: ") + why);
    AutomatonSizes sizes;
    sizes.sequences = rows;
    sizes.rows_ahead = static_cast<uint32_t>(options.rows_ahead);
    sizes.mask_rows = 1u << 13;
    sizes.mask_slots = 1u << 15;
    auto mirror = AutomatonMirror::create(std::move(vocabulary), sizes, std::move(memory));
    if (!mirror.ok()) return mirror.error();
    made->mirror_ = std::move(*mirror);
    for (uint32_t** buffer : {&made->tokens_, &made->outcomes_, &made->mask_rows_}) {
      *buffer = static_cast<uint32_t*>(made->mirror_->memory().allocate(rows * sizeof(uint32_t)));
      if (*buffer == nullptr) return fail(ErrorCode::kLimit, "the device has no memory for a batch");
    }
    made->arguments_.tables = made->mirror_->tables();
    made->arguments_.vocabulary = made->mirror_->vocabulary_tables();
    made->arguments_.outcomes = made->outcomes_;
    made->arguments_.mask_rows = made->mask_rows_;
    made->arguments_.rows = rows;
    return made;
  }

  AutomatonMirror& mirror() { return *mirror_; }
  uint32_t rows() const { return arguments_.rows; }

  // Advance, then masks; null tokens: only what waits goes on.
  double step(const std::vector<uint32_t>* tokens) {
    if (tokens != nullptr) mirror_->memory().write(tokens_, tokens->data(), tokens->size() * sizeof(uint32_t));
    arguments_.tokens = tokens != nullptr ? tokens_ : nullptr;
    const auto start = Clock::now();
    const bool queued = (cuda_ ? advance_cuda : advance_cpu)(arguments_, nullptr) == KernelStatus::kOk &&
                        (cuda_ ? masks_cuda : masks_cpu)(arguments_, nullptr) == KernelStatus::kOk;
    failed_ = !mirror_->memory().wait() || !queued || failed_;
    return us_since(start);
  }
  // Whether a launch or the device has failed.
  bool failed() const { return failed_; }
  // The next step builds every mask anew. Requires: the host owes none.
  void drop_masks() {
    constexpr uint32_t kDrop = 1;
    mirror_->memory().write(arguments_.tables.mask_clear, &kDrop, sizeof(kDrop));
  }

  // Medians of one copy of a mask for each row, and of one reading of a row of fp32 logits for each.
  Result<std::pair<double, double>> floors(size_t vocabulary) {
    DeviceMemory& memory = mirror_->memory();
    const size_t rows = arguments_.rows, bytes = rows * arguments_.tables.mask_stride * sizeof(uint32_t);
    const size_t at_once = cuda_ ? rows : 1;  // the host reads one row again and again
    SampleArguments logits;
    const auto requests = static_cast<SampleRequest*>(memory.allocate(at_once * sizeof(SampleRequest)));
    const auto outcomes = static_cast<SampleOutcome*>(memory.allocate(at_once * sizeof(SampleOutcome)));
    const auto sums = static_cast<uint64_t*>(memory.allocate(at_once * sizeof(uint64_t)));
    void *from = memory.allocate(bytes), *to = memory.allocate(bytes), *values = memory.allocate(at_once * vocabulary * sizeof(float));
    if (requests == nullptr || outcomes == nullptr || sums == nullptr || from == nullptr || to == nullptr || values == nullptr) {
      return fail(ErrorCode::kLimit, "the device has no memory for the logits of a batch");
    }
    logits.shards[0] = {values, vocabulary, 0, static_cast<uint32_t>(vocabulary), nullptr, nullptr};
    logits.shard_count = 1;
    logits.rows = at_once;
    logits.vocab_size = vocabulary;
    logits.requests = requests;
    logits.outcomes = outcomes;
    std::vector<double> copy_us, read_us;
    for (int i = 0; i < 9; ++i) {
      auto start = Clock::now();
      memory.write(to, from, bytes);
      copy_us.push_back(us_since(start));
      start = Clock::now();
      for (size_t row = 0; row < rows; row += at_once) (cuda_ ? read_logits_cuda : read_logits_cpu)(logits, sums, nullptr);
      memory.wait();
      read_us.push_back(us_since(start));
    }
    return std::pair(median(copy_us), median(read_us));
  }
  std::vector<uint32_t> mask_rows() {
    std::vector<uint32_t> rows(arguments_.rows);
    mirror_->memory().read(rows.data(), mask_rows_, rows.size() * sizeof(uint32_t));
    return rows;
  }
  std::vector<uint32_t> mask(uint32_t row) {
    std::vector<uint32_t> words(arguments_.tables.mask_stride);
    mirror_->memory().read(words.data(), arguments_.tables.masks + row * arguments_.tables.mask_stride, words.size() * sizeof(uint32_t));
    return words;
  }

 private:
  bool cuda_ = false, failed_ = false;
  std::unique_ptr<AutomatonMirror> mirror_;
  uint32_t *tokens_ = nullptr, *outcomes_ = nullptr, *mask_rows_ = nullptr;
  AdvanceArguments arguments_;
};

// Feeds texts to the rows of a batch, the next one where one has ended.
class DeviceFeed {
 public:
  DeviceFeed(AutomatonBatch& batch, const std::vector<DeviceText>& texts, bool verify, bool drop_masks = false)
      : batch_(batch), texts_(texts), verify_(verify), drop_masks_(drop_masks), rows_(batch.rows()), tokens_(batch.rows(), kNoToken) {}

  AutomatonTally run(size_t most_steps) {
    for (size_t step = 0; step < most_steps && tally_.wrong.empty(); ++step) {
      if (!open_texts()) break;
      wait_for_masks();
      choose();
      if (drop_masks_) batch_.drop_masks();
      tally_.step_us.push_back(batch_.step(&tokens_));
      batch_.mirror().serve();
      if (batch_.failed()) tally_.wrong = "the device failed";
    }
    for (uint32_t slot = 0; slot < rows_.size(); ++slot) (void)batch_.mirror().release(slot);
    return std::move(tally_);
  }

 private:
  struct Row {
    const DeviceText* text = nullptr;
    size_t at = 0;
    std::unique_ptr<Matcher> matcher;
  };

  // False once all texts are fed.
  bool open_texts() {
    bool any = false;
    for (uint32_t slot = 0; slot < rows_.size(); ++slot) {
      Row& row = rows_[slot];
      if (row.text != nullptr && row.at == row.text->tokens.size()) row.text = nullptr;
      if (row.text == nullptr && next_ < texts_.size()) {
        row = {&texts_[next_++], 0, nullptr};
        opened_ = true;
        const auto number = batch_.mirror().add_grammar(row.text->grammar->grammar);
        if (!number.ok() || !batch_.mirror().open(slot, *number, row.text->grammar->start).ok()) row.text = nullptr;
        if (row.text != nullptr && verify_) row.matcher = std::make_unique<Matcher>(row.text->grammar->grammar, row.text->grammar->start);
      }
      any = any || row.text != nullptr;
    }
    return any;
  }

  void wait_for_masks() {
    if (opened_) batch_.step(nullptr);  // what its row says is of the text before
    opened_ = false;
    for (int tries = 0; tries < 12; ++tries) {
      mask_rows_ = batch_.mask_rows();
      bool waits = false;
      for (uint32_t slot = 0; slot < rows_.size(); ++slot) waits = waits || (rows_[slot].text != nullptr && mask_rows_[slot] == kEmptyMaskRow);
      if (!waits) return;
      ++tally_.waits;
      batch_.mirror().serve();
      batch_.step(nullptr);
    }
  }

  void choose() {
    for (uint32_t slot = 0; slot < rows_.size(); ++slot) {
      Row& row = rows_[slot];
      tokens_[slot] = kNoToken;
      if (row.text == nullptr) continue;
      if (mask_rows_[slot] == kEmptyMaskRow) {
        tally_.wrong = "no mask after 12 steps";
        continue;
      }
      const TokenId token = row.text->tokens[row.at];
      const std::vector<uint32_t> words = batch_.mask(mask_rows_[slot]);
      if (verify_) verify(slot, words);
      if (!mask_test(words.data(), token)) {  // the schema does not take this text
        ++tally_.refused_texts;
        row.at = row.text->tokens.size();
        continue;
      }
      if (row.matcher) (void)row.matcher->accept(token);
      tokens_[slot] = token;
      ++row.at;
      ++tally_.tokens;
    }
  }

  void verify(uint32_t slot, const std::vector<uint32_t>& words) {
    Matcher& matcher = *rows_[slot].matcher;
    std::vector<uint32_t> expected(words.size(), 0);
    const Status masked = matcher.mask(expected);
    if (masked.ok() && expected != words) tally_.wrong = "a mask differs after " + std::to_string(matcher.accepted()) + " tokens";
    ++tally_.masks;
    const auto state = batch_.mirror().state(slot);
    if (!state || *state != matcher.state()) tally_.wrong = "a state differs after " + std::to_string(matcher.accepted()) + " tokens";
    ++tally_.states;
  }

  AutomatonBatch& batch_;
  const std::vector<DeviceText>& texts_;
  bool verify_, drop_masks_;
  std::vector<Row> rows_;
  std::vector<uint32_t> tokens_, mask_rows_;
  size_t next_ = 0;
  bool opened_ = false;
  AutomatonTally tally_;
};

// Grammars of real schemas with texts that were not told apart yet: the first half of each warms, the rest is new.
struct DeviceCorpus {
  std::vector<std::unique_ptr<CompiledGrammar>> grammars;
  std::vector<DeviceText> warm, fresh;
  std::map<std::string, std::vector<DeviceText>> mixes;
};

DeviceText device_text(const Tokenizer& tokenizer, const CompiledGrammar& grammar, const std::string& text) {
  DeviceText made{&grammar, tokenizer.encode(text)};
  const Vocabulary& vocabulary = *tokenizer.vocabulary();
  const std::string_view first = made.tokens.empty() ? std::string_view() : vocabulary.bytes(made.tokens[0]);
  if (first.starts_with(' ') && !text.starts_with(' ')) {  // a tokenizer that begins texts with a blank, as Llama 2's
    std::vector<TokenId> bytes;
    for (char byte : first.substr(1)) {
      bytes.push_back(vocabulary.trie().tokens_at(vocabulary.trie().root(static_cast<uint8_t>(byte)))[0]);
    }
    made.tokens.erase(made.tokens.begin());
    made.tokens.insert(made.tokens.begin(), bytes.begin(), bytes.end());
  }
  made.tokens.push_back(grammar.grammar->end_tokens()[0]);
  return made;
}

const CompiledGrammar* add_grammar(DeviceCorpus& corpus, const Tokenizer& tokenizer, const char* kind, const std::string& text,
                                   const char* options) {
  auto compiled = compile_grammar(tokenizer.vocabulary(), kind, text, options);
  if (!compiled.ok()) return nullptr;
  corpus.grammars.push_back(std::make_unique<CompiledGrammar>(std::move(*compiled)));
  return corpus.grammars.back().get();
}

// States of four kinds: plain text before a call, the body of a string, real documents, documents of which every byte is fixed.
void add_mixes(DeviceCorpus& corpus, const Tokenizer& tokenizer, const std::vector<CorpusCase>& cases) {
  constexpr char kTool[] = R"([{"name": "ping", "input_schema": {"type": "object", "properties": {"host": {"type": "string"}}}}])";
  const CompiledGrammar* free = add_grammar(corpus, tokenizer, "tools", kTool, R"({"tool_choice": "auto"})");
  const CompiledGrammar* string = add_grammar(corpus, tokenizer, "json_schema", R"({"type": "string"})", "");
  for (const CorpusCase& c : cases) {
    std::string plain = c.schema.substr(0, 1500);
    plain.erase(std::remove_if(plain.begin(), plain.end(), [](char b) { return std::strchr("\"\\<>[]{}", b) != nullptr || b < ' '; }), plain.end());
    if (free != nullptr) corpus.mixes["free text"].push_back(device_text(tokenizer, *free, plain));
    if (string != nullptr) corpus.mixes["string bodies"].push_back(device_text(tokenizer, *string, '"' + plain + '"'));
    if (corpus.mixes["forced"].size() >= 24 || c.instances.empty() || c.instances[0].text.size() > 4000) continue;
    const CompiledGrammar* fixed = add_grammar(corpus, tokenizer, "json_schema", R"({"const": )" + c.instances[0].text + "}", "");
    if (fixed != nullptr) corpus.mixes["forced"].push_back(device_text(tokenizer, *fixed, c.instances[0].text));
  }
  corpus.mixes["structure"] = corpus.warm;
}

DeviceCorpus make_corpus(const Tokenizer& tokenizer, const std::vector<CorpusCase>& cases, size_t schemas) {
  DeviceCorpus corpus;
  std::vector<CorpusCase> used;
  for (const CorpusCase& c : cases) {
    std::vector<const Instance*> valid;
    for (const Instance& instance : c.instances) {
      if (instance.valid && instance.text.size() < 6000) valid.push_back(&instance);
    }
    if (used.size() == schemas) break;
    if (c.schema.empty() || valid.size() < 2) continue;
    const CompiledGrammar* grammar = add_grammar(corpus, tokenizer, "json_schema", c.schema, "");
    if (grammar == nullptr) continue;
    used.push_back(c);
    for (size_t i = 0; i < std::min<size_t>(valid.size(), 6); ++i) {
      (i % 2 == 0 ? corpus.warm : corpus.fresh).push_back(device_text(tokenizer, *grammar, valid[i]->text));
    }
  }
  add_mixes(corpus, tokenizer, used);
  return corpus;
}

// Counters as a difference from `before`, which becomes what they are.
nlohmann::ordered_json counters_since(AutomatonMirror& mirror, std::vector<uint64_t>& before) {
  static constexpr const char* kNames[kCounters] = {"tokens", "stalls", "row_misses", "state_requests", "host_tokens", "mask_hits",
                                                    "masks_built", "mask_requests", "full_nodes", "full_masks", "ring_full", "mask_clears"};
  nlohmann::ordered_json out;
  before.resize(kCounters);
  for (uint32_t c = 0; c < kCounters; ++c) {
    const uint64_t now = mirror.counter(static_cast<Counter>(c));
    out[kNames[c]] = now - before[c];
    before[c] = now;
  }
  const double tokens = std::max(1.0, out["tokens"].get<double>());
  const double misses = out["row_misses"].get<double>() + out["state_requests"].get<double>() + out["mask_requests"].get<double>();
  out["misses_per_1000_tokens"] = std::round(1e5 * misses / tokens) / 100;
  out["host_lane_per_1000_tokens"] = std::round(1e5 * out["host_tokens"].get<double>() / tokens) / 100;
  return out;
}

// Every state and mask against the Matcher: texts that are new to the device, again, and others of the same schemas.
Result<nlohmann::ordered_json> verify_corpus(const AutomatonOptions& options, const Tokenizer& tokenizer, const DeviceCorpus& corpus) {
  auto batch = AutomatonBatch::create(options, tokenizer.vocabulary(), 16);
  if (!batch.ok()) return batch.error();
  nlohmann::ordered_json out;
  std::vector<uint64_t> counters;
  for (const auto& [name, texts, verify] : {std::tuple("cold", &corpus.warm, true), std::tuple("same_again", &corpus.warm, false),
                                            std::tuple("other_texts", &corpus.fresh, true), std::tuple("all_again", &corpus.fresh, false)}) {
    const AutomatonTally tally = DeviceFeed(**batch, *texts, verify).run(SIZE_MAX);
    if (!tally.wrong.empty()) return fail(ErrorCode::kInvalid, tally.wrong, {}, name);
    while ((*batch)->mirror().foresee(1u << 12) > 0) continue;  // a server has idle time
    out[name] = counters_since((*batch)->mirror(), counters);
    out[name]["masks_compared"] = tally.masks;
    out[name]["refused_texts"] = tally.refused_texts;
  }
  const TermMirror& terms = (*batch)->mirror().terms();
  out["grammars"] = corpus.grammars.size();
  out["terms"] = terms.terms();
  out["rows"] = terms.rows();
  out["row_bytes"] = terms.row_words() * sizeof(uint32_t);
  out["class_maps"] = terms.class_maps();
  out["rows_that_lead_to_the_host"] = terms.host_rows();
  return out;
}

Result<nlohmann::ordered_json> time_mix(const AutomatonOptions& options, const Tokenizer& tokenizer, const std::string& mix,
                                        const std::vector<DeviceText>& texts, uint32_t batch_rows) {
  auto batch = AutomatonBatch::create(options, tokenizer.vocabulary(), batch_rows);
  if (!batch.ok()) return batch.error();
  std::vector<DeviceText> fed;
  for (uint32_t row = 0; row < batch_rows; ++row) fed.push_back(texts[row % texts.size()]);
  std::vector<uint64_t> counters;
  (void)DeviceFeed(**batch, fed, false).run(options.steps);
  counters_since((*batch)->mirror(), counters);
  const AutomatonTally tally = DeviceFeed(**batch, fed, false).run(options.steps);
  if (!tally.wrong.empty()) return fail(ErrorCode::kInvalid, tally.wrong, {}, mix);
  const auto counted = counters_since((*batch)->mirror(), counters);
  const AutomatonTally cold = DeviceFeed(**batch, fed, false, true).run(options.steps);
  if (!cold.wrong.empty()) return fail(ErrorCode::kInvalid, cold.wrong, {}, mix);
  const auto times = (*batch)->floors(tokenizer.vocabulary()->size());
  if (!times.ok()) return times.error();
  const auto [floor_us, read_us] = *times;
  const double us = median(tally.step_us);
  const auto two = [](double value) { return std::round(value * 100) / 100; };
  return nlohmann::ordered_json{{"batch", batch_rows}, {"vocab", tokenizer.vocabulary()->size()}, {"mix", mix}, {"us", two(us)},
                                {"cold_us", two(median(cold.step_us))},
                                {"floor_us", two(floor_us)}, {"read_us", two(read_us)}, {"ratio", two(us / std::max(floor_us, 0.01))},
                                {"tokens", tally.tokens}, {"misses_per_1000_tokens", counted["misses_per_1000_tokens"]}};
}

Status measure_automaton(const AutomatonOptions& options, uint32_t vocab, nlohmann::ordered_json& report) {
  const auto known = kTokenizers.find(vocab);
  if (known == kTokenizers.end()) return fail(ErrorCode::kInvalid, "no tokenizer of this size", "--vocab", std::to_string(vocab), "32000, 128256, 256000");
  auto tokenizer = Tokenizer::open(options.shared + "/data/tokenizers/" + known->second);
  if (!tokenizer.ok()) return tokenizer.error();
  auto cases = read_corpus(options.shared + "/data/maskbench", options.schemas * 8, options.seed);
  if (!cases.ok()) return cases.error();
  const DeviceCorpus corpus = make_corpus(**tokenizer, *cases, options.schemas);
  std::fprintf(stderr, "vocabulary %zu: %zu grammars, verifying\n", (*tokenizer)->vocabulary()->size(), corpus.grammars.size());
  auto verified = verify_corpus(options, **tokenizer, corpus);
  if (!verified.ok()) return verified.error();
  (*verified)["vocab"] = (*tokenizer)->vocabulary()->size();
  std::printf("%s\n", verified->dump().c_str());
  report["verified"].push_back(*verified);
  for (const auto& [mix, texts] : corpus.mixes) {
    for (uint32_t rows : options.batch) {
      if (texts.empty() || rows == 0) continue;
      auto row = time_mix(options, **tokenizer, mix, texts, rows);
      if (!row.ok()) return row.error();
      std::printf("%s\n", row->dump().c_str());
      report["rows"].push_back(*row);
    }
  }
  return {};
}

int run_automaton(AutomatonOptions options) {
  const char* why = "";
  if (options.device == "cuda" && cuda_memory(why) == nullptr) {
    std::fprintf(stderr, "keyway-bench automaton: no CUDA device can be used: %s\n", why);
    return 2;
  }
  if (options.shared.empty()) {
    const char* shared = std::getenv("KEYWAY_SHARED_DIR");
    options.shared = shared != nullptr ? shared : "../shared";
  }
  nlohmann::ordered_json report{{"device", options.device}, {"verified", nlohmann::ordered_json::array()}, {"rows", nlohmann::ordered_json::array()}};
  for (uint32_t vocab : options.vocab) {
    const Status status = measure_automaton(options, vocab, report);
    if (status.ok()) continue;
    std::fprintf(stderr, "%s\n", status.error().to_string().c_str());
    return status.error().code == ErrorCode::kInvalid ? 1 : 2;
  }
  if (options.json.empty()) return 0;
  const Status written = write_json(report, options.json);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
  return written.ok() ? 0 : 2;
}

}  // namespace

void register_automaton(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AutomatonOptions>();
  CLI::App* command = app.add_subcommand("automaton", "Automata on a device: states and masks verified, time of a step, misses");
  command->add_option("--device", options->device, "cpu (the twin) or cuda")->check(CLI::IsMember({"cpu", "cuda"}));
  command->add_option("--batch", options->batch, "sequences of a step")->delimiter(',');
  command->add_option("--vocab", options->vocab, "sizes of vocabularies: 32000, 128256, 256000")->delimiter(',');
  command->add_option("--shared", options->shared, "folder with data/tokenizers and data/maskbench; ../shared");
  command->add_option("--schemas", options->schemas, "real schemas with at least two valid instances");
  command->add_option("--steps", options->steps, "steps that are timed");
  command->add_option("--rows-ahead", options->rows_ahead, "rows that are filled along with one that was asked for");
  command->add_option("--seed", options->seed, "of the sample of schemas");
  command->add_option("--json", options->json, "the report goes here");
  command->callback([options, &exit_code] { exit_code = run_automaton(*options); });
}

}  // namespace keyway::bench
