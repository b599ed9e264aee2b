// Whole steps of mixed batches by the CPU twin: sample, advance, next masks, with a host that answers when it likes.
#include <gtest/gtest.h>

#include "kernels/sample.h"
#include "kernels/step.h"
#include "runtime/compile/compile.h"
#include "tests/runtime/device_inputs.h"

namespace keyway::test {
namespace {

// Masked sampling of random logits that favour the ends of texts.
struct RandomSampler {
  const AutomatonTables* tables;
  uint32_t rows;
  std::vector<float> logits;
  SampleWorkspace workspace;
  SampleParameters parameters;
  uint64_t position = 0;

  static KernelStatus sample(void* context, const uint32_t* mask_rows, uint32_t* tokens, void*) {
    auto& self = *static_cast<RandomSampler*>(context);
    const Vocabulary& vocabulary = *tiny_vocabulary();
    for (uint32_t row = 0; row < self.rows; ++row) {
      SampleRow sampled;
      sampled.logits = self.logits.data();
      sampled.vocab_size = vocabulary.size();
      sampled.mask = mask_rows[row] == kNoMaskRow ? nullptr : self.tables->masks + mask_rows[row] * self.tables->mask_stride;
      sampled.stream = row;
      sampled.position = self.position;
      const SampleOutcome outcome = sample_row(sampled, self.parameters, self.workspace);
      tokens[row] = outcome.fault == SampleFault::kNone ? outcome.token : kNoToken;
    }
    ++self.position;
    return KernelStatus::kOk;
  }
};

std::vector<float> ending_logits() {
  const Vocabulary& vocabulary = *tiny_vocabulary();
  std::vector<float> logits(vocabulary.size());
  std::mt19937 random(3);
  for (TokenId t = 0; t < vocabulary.size(); ++t) {
    logits[t] = static_cast<float>(random() % 1000) / 500;
    if (vocabulary.is_end(t)) logits[t] += 20;
  }
  return logits;
}

// Their texts are short, whatever is drawn.
constexpr const char* kShort[] = {
    R"({"type": "integer", "minimum": -500, "maximum": 70000})", R"({"enum": ["one", "two", 3, null, {"four": [5]}]})",
    R"({"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 5})",
    R"({"properties": {"flag": {"type": "boolean"}, "name": {"type": "string", "maxLength": 4}}, "required": ["name"], "type": "object",
        "additionalProperties": false})",
    R"({"type": "array", "items": {"enum": [1, 2, "a", "b"]}, "uniqueItems": true, "minItems": 2})"};

TEST(DeviceStep, MixedBatchesEndInTextsOfTheirGrammars) {
  AutomatonSizes sizes = small_device();
  sizes.sequences = 12;
  auto mirror = *AutomatonMirror::create(tiny_vocabulary(), sizes, host_memory());
  std::vector<CompiledGrammar> grammars;
  for (uint32_t slot = 0; slot + 2 < sizes.sequences; ++slot) {
    auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", kShort[slot % std::size(kShort)], R"({"whitespace": "compact"})");
    ASSERT_TRUE(compiled.ok());
    ASSERT_TRUE(mirror->open(slot, *mirror->add_grammar(compiled->grammar), compiled->start).ok());
    grammars.push_back(std::move(*compiled));
  }

  RandomSampler sampler{&mirror->tables(), sizes.sequences, ending_logits(), {}, {}};
  sampler.parameters.temperature = 1;
  std::vector<uint32_t> tokens(sizes.sequences), outcomes(sizes.sequences), mask_rows(sizes.sequences);
  StepArguments step;
  step.advance.tables = mirror->tables();
  step.advance.vocabulary = mirror->vocabulary_tables();
  step.advance.outcomes = outcomes.data();
  step.advance.mask_rows = mask_rows.data();
  step.advance.rows = sizes.sequences;
  step.tokens = tokens.data();
  step.sample = RandomSampler::sample;
  step.sampler = &sampler;
  std::mt19937 random(5);
  const uint32_t steps = 120;
  for (uint32_t i = 0; i < steps; ++i) {
    ASSERT_EQ(step_cpu(step), KernelStatus::kOk);
    for (uint32_t outcome : outcomes) ASSERT_NE(outcome, kAdvanceRejected);
    if (random() % 3 == 0) mirror->serve();
  }
  // Rows without a constraint were never held up.
  EXPECT_EQ(mirror->record(sizes.sequences - 1).position, steps);
  size_t ended = 0;
  for (uint32_t slot = 0; slot < grammars.size(); ++slot) {
    const SequenceRecord record = mirror->record(slot);
    Matcher matcher(grammars[slot].grammar, grammars[slot].start);
    std::string text;
    for (uint32_t at = 0; at < record.position; ++at) {
      const uint64_t taken = step.advance.tables.taken_tokens[slot * size_t{sizes.taken_length} + at];
      ASSERT_EQ(taken >> 32, at + 1);
      const TokenId token = static_cast<TokenId>(taken);
      const auto accepted = matcher.accept(token);
      ASSERT_TRUE(accepted.ok() && *accepted) << "sequence " << slot << " token " << at;
      if (!tiny_vocabulary()->is_end(token)) text += tiny_vocabulary()->bytes(token);
    }
    if (!matcher.is_finished()) continue;
    ++ended;
    EXPECT_TRUE(parse_json(text).ok()) << text;
  }
  EXPECT_EQ(ended, grammars.size());
}

TEST(DeviceStep, RefusesAStepWithoutASampler) {
  StepArguments step;
  EXPECT_EQ(step_cpu(step), KernelStatus::kBadArgument);
  EXPECT_EQ(replay_step_cuda(nullptr, nullptr), KernelStatus::kBadArgument);
}

}  // namespace
}  // namespace keyway::test
