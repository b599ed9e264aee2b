// Automata on a device: random grammars walked by the kernels beside a Matcher for each sequence, and steps as a CUDA graph.
//
// Run by hand on a machine with a device: build-cuda/keyway_test_gpu_automaton [seeds]. Exit codes: 0 all equal, 1 a difference (told on
// standard error), 2 no device. Needs neither packages nor files.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

#include "kernels/step_sampler.h"
#include "tests/support/device_walks.h"
#include "tests/support/random_term.h"

namespace keyway::test {
namespace {

// Random logits and the scratch of the sampler, on the device.
StepSampling sampling_on(AutomatonMirror& mirror, uint32_t rows, size_t vocabulary, std::mt19937& random) {
  DeviceMemory& memory = mirror.memory();
  std::vector<float> logits(rows * vocabulary);
  for (float& logit : logits) logit = static_cast<float>(random() % 1000) / 200;
  std::vector<SampleRequest> requests(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    requests[row].parameters = {0.8f, row % 3 == 0 ? 20u : 0u, row % 2 == 0 ? 0.9f : 1.0f, 0, 1, 0, 0, 7};
    requests[row].stream = row;
  }
  const size_t tiles = size_t{rows} * tile_count(static_cast<uint32_t>(vocabulary));
  auto* held = static_cast<float*>(memory.allocate(logits.size() * sizeof(float)));
  StepSampling made;
  made.tables = mirror.tables();
  made.requests = static_cast<SampleRequest*>(memory.allocate(rows * sizeof(SampleRequest)));
  memory.write(held, logits.data(), logits.size() * sizeof(float));
  memory.write(made.requests, requests.data(), rows * sizeof(SampleRequest));
  made.sample.shards[0] = {held, vocabulary, 0, static_cast<uint32_t>(vocabulary),
                           static_cast<SampleTile*>(memory.allocate(tiles * sizeof(SampleTile))),
                           static_cast<uint64_t*>(memory.allocate(tiles * kTileList * sizeof(uint64_t)))};
  made.sample.shard_count = 1;
  made.sample.rows = rows;
  made.sample.vocab_size = vocabulary;
  made.sample.masks = made.tables.masks;
  made.sample.mask_stride = made.tables.mask_stride;
  made.sample.requests = made.requests;
  made.sample.outcomes = static_cast<SampleOutcome*>(memory.allocate(rows * sizeof(SampleOutcome)));
  made.sample.tickets = static_cast<uint32_t*>(memory.allocate(rows * sizeof(uint32_t)));
  return made;
}

std::shared_ptr<Grammar> random_grammar(std::mt19937& random, const std::shared_ptr<const Vocabulary>& vocabulary) {
  for (;;) {
    auto arena = std::make_unique<TermArena>();
    RandomTerms terms(*arena, random);
    const TermId root = terms.make(4);
    auto grammar = Grammar::create(vocabulary, std::move(arena), root);
    if (grammar.ok()) return *grammar;
  }
}

std::string walk(uint32_t seed) {
  std::mt19937 random(seed);
  const auto vocabulary = toy_vocabulary(random_words(random, "abc(\")", 40, 5));
  WalkOptions options;
  options.rollback = 6;
  options.fork = 9;
  options.withhold = 1 + seed % 4;
  options.sizes.rows_ahead = seed % 3 * 8;
  const char* why = "";
  DeviceWalks walks(options, vocabulary, cuda_memory(why), {advance_cuda, masks_cuda, rollback_cuda, fork_cuda}, seed);
  for (uint32_t slot = 0; slot < 5; ++slot) {
    const auto grammar = random_grammar(random, vocabulary);
    walks.open(slot, grammar, grammar->start());
  }
  walks.run(50);
  return walks.wrong();
}

// Steps of a captured graph, with a host that answers now and then; the tokens in the ring must be those of a Matcher.
std::string replay(uint32_t seed) {
  std::mt19937 random(seed);
  const auto vocabulary = toy_vocabulary(random_words(random, "abc(\")", 40, 5));
  const AutomatonSizes sizes = small_device();
  const char* why = "";
  auto mirror = *AutomatonMirror::create(vocabulary, sizes, cuda_memory(why));
  std::vector<std::shared_ptr<Grammar>> grammars;
  for (uint32_t slot = 0; slot + 1 < sizes.sequences; ++slot) {
    grammars.push_back(random_grammar(random, vocabulary));
    if (!mirror->open(slot, *mirror->add_grammar(grammars[slot]), grammars[slot]->start()).ok()) return "a sequence was not opened";
  }
  const auto buffer = [&] { return static_cast<uint32_t*>(mirror->memory().allocate(sizes.sequences * sizeof(uint32_t))); };
  StepSampling sampling = sampling_on(*mirror, sizes.sequences, vocabulary->size(), random);
  StepArguments step;
  step.advance.tables = mirror->tables();
  step.advance.vocabulary = mirror->vocabulary_tables();
  step.advance.mask_rows = buffer();
  step.advance.rows = sizes.sequences;
  step.tokens = buffer();
  step.sample = sample_step_cuda;
  step.sampler = &sampling;
  cudaStream_t stream = nullptr;
  void* graph = nullptr;
  if (cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) != cudaSuccess) return "no stream";
  if (capture_step_cuda(step, stream, &graph) != KernelStatus::kOk) return "the step was not captured";
  for (int i = 0; i < 100; ++i) {
    if (replay_step_cuda(graph, stream) != KernelStatus::kOk) return "a replay failed";
    if (random() % 3 == 0) mirror->serve();  // beside the step, which does not wait
  }
  if (cudaStreamSynchronize(stream) != cudaSuccess) return cudaGetErrorString(cudaGetLastError());
  free_step_cuda(graph);
  cudaStreamDestroy(stream);
  if (mirror->record(sizes.sequences - 1).position != 100) return "a row without a constraint was held up";
  for (uint32_t slot = 0; slot < grammars.size(); ++slot) {
    Matcher matcher(grammars[slot]);
    const uint32_t taken = mirror->record(slot).position;
    for (uint32_t at = 0; at < taken; ++at) {
      const uint64_t word = step.advance.tables.taken_tokens[slot * size_t{sizes.taken_length} + at];
      const auto accepted = matcher.accept(static_cast<TokenId>(word));
      if (word >> 32 != at + 1 || !accepted.ok() || !*accepted) return "the ring holds a token that the matcher does not take";
    }
    if (const auto state = mirror->state(slot); state && *state != matcher.state()) return "states differ after replays";
  }
  return {};
}

int run(uint32_t seeds) {
  const char* why = "";
  if (cuda_memory(why) == nullptr) {
    std::fprintf(stderr, "no device: %s\n", why);
    return 2;
  }
  for (uint32_t seed = 0; seed < seeds; ++seed) {
    for (const std::string& wrong : {walk(seed), replay(seed)}) {
      if (wrong.empty()) continue;
      std::fprintf(stderr, "seed %u: %s\n", seed, wrong.c_str());
      return 1;
    }
  }
  std::printf("%u seeds: states, masks and replayed steps equal\n", seeds);
  return 0;
}

}  // namespace
}  // namespace keyway::test

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 0;
  return keyway::test::run(seeds > 0 ? static_cast<uint32_t>(seeds) : 60);
}
