// keyway-bench sampler: masked sampling of whole batches beside the time to read their logits once.
//
// Verifies before it times: the device (or CPU) against the CPU twin bit for bit, and rows of it against a sorted reference
// in double precision. Prints the floor (bytes over the rate of a copy on the same device, which moves each byte twice) and
// a kernel that only reads. Mixes are masks of the density of grammar states. Exit code 1 where an outcome is wrong.
// Tested by the ctest bench.sampler.
#include <cstdio>

#include "grammar/token_mask.h"
#include "tests/bench/bench.h"
#include "tests/bench/sampler_machine.h"

namespace keyway::bench {
namespace {

struct SamplerOptions {
  std::string device = "cpu", type = "fp32", json;
  std::vector<size_t> batches = {1, 8}, vocabularies = {128'256};
  std::vector<double> deviations = {3, 1};
  std::vector<std::string> mixes = {"mixed"};
  uint32_t top_k = 50;
  float top_p = 0.9f, min_p = 0, temperature = 1;
  bool no_mass = false;
  size_t repeats = 15, checked_rows = 4;
};

const char* const kMixNames[] = {"free", "string", "structure", "forced"};

// Row `kind` of the pool: all tokens, 19 of 20, about 600, one.
void fill_mask(uint32_t* words, size_t vocab_size, size_t kind) {
  for (uint32_t t = 0; t < vocab_size; ++t) {
    const bool allowed = kind == 0 || (kind == 1 && t % 20 != 7) || (kind == 2 && t % (1 + vocab_size / 600) == 3) ||
                         (kind == 3 && t == vocab_size / 2);
    if (allowed) mask_set(words, t);
  }
}

LogitType type_of(const std::string& name) {
  return name == "bf16" ? LogitType::kBfloat16 : name == "fp16" ? LogitType::kFloat16 : LogitType::kFloat32;
}

SampleBatch sampler_batch(const SamplerOptions& options, size_t rows, size_t vocab_size, double deviation, const std::string& mix) {
  SampleBatch batch;
  batch.shape = {rows, vocab_size, 0, type_of(options.type), {}, deviation};
  // Rows are windows into one long run of normal numbers.
  std::mt19937 random(20261121);
  std::normal_distribution<float> draw(0, static_cast<float>(deviation));
  std::vector<float> normals(vocab_size + 65'537);
  for (float& value : normals) value = draw(random);
  const size_t element = batch.element_bytes();
  batch.logits.emplace_back(rows * vocab_size * element);
  std::vector<uint16_t> halves;
  for (const float value : normals) halves.push_back(half_bits(value, batch.shape.type));
  for (size_t r = 0; r < rows; ++r) {
    const size_t begin = r * 4'099 % 65'537;
    const void* from = element == 4 ? static_cast<const void*>(normals.data() + begin) : halves.data() + begin;
    std::memcpy(batch.logits[0].data() + r * vocab_size * element, from, vocab_size * element);
  }
  batch.mask_stride = mask_words(vocab_size);
  batch.masks.assign(4 * batch.mask_stride, 0);
  for (size_t kind = 0; kind < 4; ++kind) fill_mask(batch.masks.data() + kind * batch.mask_stride, vocab_size, kind);
  for (size_t r = 0; r < rows; ++r) {
    SampleRequest request;
    request.parameters.temperature = options.temperature;
    request.parameters.top_k = options.top_k;
    request.parameters.top_p = options.top_p;
    request.parameters.min_p = options.min_p;
    request.stream = r;
    request.wants_mass = options.no_mass ? 0 : 1;
    for (uint32_t kind = 0; kind < 4; ++kind) {
      if (mix == kMixNames[kind] || (mix == "mixed" && r % 4 == kind)) request.mask_row = kind;
    }
    batch.requests.push_back(request);
  }
  batch.adjustments.resize(1);
  batch.outcomes.resize(rows);
  batch.tickets.assign(rows, 0);
  batch.tiles.resize(rows * batch.tile_total());
  batch.lists.resize(rows * batch.tile_total() * kTileList);
  return batch;
}

bool same_outcome(const SampleOutcome& a, const SampleOutcome& b) {
  return a.fault == b.fault && a.token == b.token && a.logprob == b.logprob && a.logprob_drawn == b.logprob_drawn &&
         a.log_allowed_mass == b.log_allowed_mass;
}

Status check_outcomes(SamplerMachine& machine, SampleBatch& batch, size_t checked_rows) {
  const Result<std::vector<SampleOutcome>> got = machine.sample();
  if (!got) return got.error();
  sample_rows_cpu(batch.arguments());
  for (size_t r = 0; r < got->size(); ++r) {
    const std::string place = "row " + std::to_string(r);
    if (!same_outcome((*got)[r], batch.outcomes[r])) {
      return fail(ErrorCode::kMismatch, "the outcome is not the twin's", place, std::to_string((*got)[r].token),
                  std::to_string(batch.outcomes[r].token));
    }
    if (r >= checked_rows) continue;
    const ReferenceRow expected = reference_row(batch, r);
    if (expected.margin > 2e-6 && (*got)[r].token != expected.token) {
      return fail(ErrorCode::kMismatch, "the token is not the reference's", place, std::to_string((*got)[r].token),
                  std::to_string(expected.token));
    }
  }
  return {};
}

Result<nlohmann::ordered_json> measure_sampler(const SamplerOptions& options) {
  std::unique_ptr<SamplerMachine> machine = options.device == "cuda" ? nullptr : cpu_sampler_machine();
  if (machine == nullptr) {
    Result<std::unique_ptr<SamplerMachine>> cuda = cuda_sampler_machine();
    if (!cuda) return cuda.error();
    machine = std::move(*cuda);
  }
  std::printf("%s, %s logits, k %u, p %g, temperature %g; each batch is compared with the twin and the reference first\n",
              machine->name(), options.type.c_str(), options.top_k, static_cast<double>(options.top_p),
              static_cast<double>(options.temperature));
  std::printf("%-10s %5s %7s %6s %10s %10s %10s %8s\n", "mix", "dev", "vocab", "batch", "us", "floor us", "read us", "us/read");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const size_t vocab : options.vocabularies) {
    for (const double deviation : options.deviations) {
      for (const std::string& mix : options.mixes) {
        for (const size_t count : options.batches) {
          SampleBatch batch = sampler_batch(options, count, vocab, deviation, mix);
          if (Status loaded = machine->load(batch); !loaded) return loaded.error();
          if (Status right = check_outcomes(*machine, batch, options.checked_rows); !right) return right.error();
          const double us = machine->time_us(SamplerWork::kSample, options.repeats);
          const double read = machine->time_us(SamplerWork::kRead, options.repeats);
          const double floor = machine->time_us(SamplerWork::kCopy, options.repeats) / 2;
          std::printf("%-10s %5.1f %7zu %6zu %10.1f %10.1f %10.1f %8.2f\n", mix.c_str(), deviation, vocab, count, us, floor,
                      read, us / read);
          std::fflush(stdout);
          rows.push_back({{"batch", count}, {"vocab", vocab}, {"us", us}, {"floor_us", floor}, {"read_us", read},
                          {"ratio", us / read}, {"ratio_to_floor", us / floor}, {"mix", mix}, {"deviation", deviation}});
        }
      }
    }
  }
  return nlohmann::ordered_json{{"device", machine->name()}, {"type", options.type}, {"top_k", options.top_k},
                                {"top_p", options.top_p}, {"temperature", options.temperature}, {"verified", true}, {"rows", rows}};
}

void run_sampler(const SamplerOptions& options, int& exit_code) {
  const Result<nlohmann::ordered_json> report = measure_sampler(options);
  Status written;
  if (report && !options.json.empty()) written = write_json(*report, options.json);
  const Error* error = !report ? &report.error() : !written ? &written.error() : nullptr;
  if (error == nullptr) return;
  std::fprintf(stderr, "keyway-bench sampler: %s\n", error->to_string().c_str());
  exit_code = error->code == ErrorCode::kMismatch ? 1 : 2;
}

}  // namespace

void register_sampler(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SamplerOptions>();
  CLI::App* command = app.add_subcommand("sampler", "Masked sampling of batches");
  command->add_option("--device", options->device, "cpu or cuda")->check(CLI::IsMember({"cpu", "cuda"}));
  command->add_option("--batch", options->batches, "rows")->delimiter(',')->check(CLI::Range(1, 4'096));
  command->add_option("--vocab", options->vocabularies, "tokens")->delimiter(',')->check(CLI::Range(1, 1 << 20));
  command->add_option("--type", options->type, "of the logits")->check(CLI::IsMember({"fp32", "bf16", "fp16"}));
  command->add_option("--deviation", options->deviations, "of normal logits")->delimiter(',');
  command->add_option("--mix", options->mixes, "grammar states: free, string, structure, forced, mixed, none")
      ->delimiter(',')
      ->check(CLI::IsMember({"free", "string", "structure", "forced", "mixed", "none"}));
  command->add_option("--top-k", options->top_k, "0: off");
  command->add_option("--top-p", options->top_p, "1: off");
  command->add_option("--min-p", options->min_p, "0: off");
  command->add_option("--temperature", options->temperature, "0: greedy");
  command->add_flag("--no-mass", options->no_mass, "without the figures that need every logit");
  command->add_option("--repeats", options->repeats, "times to take the median of")->check(CLI::Range(1, 10'000));
  command->add_option("--checked-rows", options->checked_rows, "rows of a batch that the sorted reference repeats");
  command->add_option("--json", options->json, "report file");
  command->callback([options, &exit_code] { run_sampler(*options, exit_code); });
}

}  // namespace keyway::bench
