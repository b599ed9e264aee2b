// Whole steps of mixed batches by the CPU twin: sample, advance, next masks, with a host that answers when it likes.
#include <gtest/gtest.h>

#include "kernels/sample.h"
#include "kernels/step_sampler.h"
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

// A scratch that batches of several sizes use in turn: what one leaves in tiles and lists is never another's ticket.
TEST(StepScratch, TicketsLieApartFromWhatAnyBatchLeaves) {
  for (const uint32_t vocabulary : {1u, 4'096u, 4'097u, 256'000u}) {
    for (const uint32_t rows : {1u, 2u, 64u, 65u, 512u}) {
      const StepScratch parts = step_scratch(512, rows, vocabulary);
      EXPECT_GE(parts.tiles, StepScratch::kTickets + 512 * sizeof(uint32_t));
      EXPECT_EQ(parts.tiles % alignof(SampleTile), 0u);
      EXPECT_EQ(parts.lists - parts.tiles, rows * size_t{tile_count(vocabulary)} * sizeof(SampleTile));
      EXPECT_LE(parts.end, step_scratch(512, 512, 256'000).end);
      EXPECT_EQ(step_scratch(512, rows, vocabulary, 3).lists - parts.lists, 2 * rows * sizeof(SampleTile));
    }
  }
}

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

// Batches decoded by steps beside the same texts decoded one by one: sample, advance and next mask on the device's side, a Matcher
// and sample_row on the other.
class SampledSteps {
 public:
  SampledSteps(const AutomatonSizes& sizes, uint32_t seed) : sizes_(sizes), random_(seed), rows_(sizes.sequences) {
    mirror_ = *AutomatonMirror::create(tiny_vocabulary(), sizes, host_memory());
    const Vocabulary& vocabulary = *tiny_vocabulary();
    for (uint32_t i = 0; i < kLogitRows; ++i) {
      kinds_.emplace_back(vocabulary.size());
      for (TokenId t = 0; t < vocabulary.size(); ++t) {
        kinds_[i][t] = static_cast<float>(random_() % 1000) / 200 + (vocabulary.is_end(t) ? 6.0f : 0.0f);
      }
    }
    logits_.resize(rows_ * vocabulary.size());
    tokens_.resize(rows_);
    outcomes_.resize(rows_);
    mask_rows_.resize(rows_);
    requests_.resize(rows_);
    sampled_.resize(rows_);
    texts_.resize(rows_);
    sampling_.tables = step_.advance.tables = mirror_->tables();
    step_.advance.vocabulary = mirror_->vocabulary_tables();
    step_.advance.outcomes = outcomes_.data();
    step_.advance.mask_rows = mask_rows_.data();
    step_.advance.rows = rows_;
    step_.tokens = tokens_.data();
    step_.sample = sample_step_cpu;
    step_.sampler = &sampling_;
    SampleArguments& sample = sampling_.sample;
    sample.shards[0] = {logits_.data(), vocabulary.size(), 0, static_cast<uint32_t>(vocabulary.size()), nullptr, nullptr};
    sample.shard_count = 1;
    sample.rows = rows_;
    sample.vocab_size = vocabulary.size();
    sample.masks = step_.advance.tables.masks;
    sample.mask_stride = step_.advance.tables.mask_stride;
    sample.requests = sampling_.requests = requests_.data();
    sample.outcomes = sampled_.data();
    for (uint32_t row = 0; row < rows_; ++row) {
      requests_[row].parameters = {0.8f, row % 3 == 0 ? 20u : 0u, row % 2 == 0 ? 0.9f : 1.0f, 0, 1, 0, 0, 7};
      requests_[row].stream = row;
    }
  }

  void open(uint32_t row, const char* schema) {
    auto compiled = compile_grammar(tiny_vocabulary(), "json_schema", schema, R"({"whitespace": "compact"})");
    ASSERT_TRUE(compiled.ok());
    ASSERT_TRUE(mirror_->open(row, *mirror_->add_grammar(compiled->grammar), compiled->start).ok());
    texts_[row].grammar = compiled->grammar;
    texts_[row].start = compiled->start;
  }

  void run(uint32_t steps, uint32_t withhold, bool goes_back) {
    for (uint32_t i = 0; i < steps; ++i) {
      for (uint32_t row = 0; row < rows_; ++row) {
        const SequenceRecord record = mirror_->record(row);
        const bool pending = record.status == kSequenceStalled && record.token != kNoToken32;
        const std::vector<float>& kind = logits_at(row, record.position + (pending ? 1 : 0));
        std::copy(kind.begin(), kind.end(), logits_.begin() + static_cast<ptrdiff_t>(row * kind.size()));
      }
      ASSERT_EQ(step_cpu(step_), KernelStatus::kOk);
      for (uint32_t outcome : outcomes_) ASSERT_NE(outcome, kAdvanceRejected);
      compare();
      if (random_() % withhold == 0) mirror_->serve();
      if (goes_back && random_() % 4 == 0) take_back();
      if (goes_back && random_() % 9 == 0) fork();
    }
  }

  AutomatonMirror& mirror() { return *mirror_; }
  size_t ended() const {
    return static_cast<size_t>(std::count_if(texts_.begin(), texts_.end(), [](const Text& text) { return text.over; }));
  }
  size_t compared() const { return compared_; }

 private:
  static constexpr uint32_t kLogitRows = 5;
  struct Text {
    std::shared_ptr<Grammar> grammar;
    State start{};
    std::vector<TokenId> tokens;  // of the ring, as far as they were compared
    bool over = false;
  };

  const std::vector<float>& logits_at(uint32_t row, uint32_t position) const { return kinds_[(row * 3 + position) % kLogitRows]; }

  // What the row's own decoding draws behind its first tokens.
  TokenId expected(uint32_t row, uint32_t position) {
    const Text& text = texts_[row];
    const Vocabulary& vocabulary = *tiny_vocabulary();
    std::vector<uint32_t> words(mask_words(vocabulary.size()), 0);
    SampleRow sampled;
    if (text.grammar) {
      Matcher matcher(text.grammar, text.start);
      EXPECT_EQ(*matcher.accept_many(std::span(text.tokens).first(position)), position);
      EXPECT_TRUE(matcher.mask(words).ok());
      sampled.mask = words.data();
    }
    sampled.logits = logits_at(row, position).data();
    sampled.vocab_size = vocabulary.size();
    sampled.stream = row;
    sampled.position = position;
    return sample_row(sampled, requests_[row].parameters, workspace_).token;
  }

  // Tokens that the ring has now and had not at the last comparison.
  void compare() {
    for (uint32_t row = 0; row < rows_; ++row) {
      Text& text = texts_[row];
      const uint32_t taken = mirror_->record(row).position;
      while (text.tokens.size() < taken) {
        const uint32_t at = static_cast<uint32_t>(text.tokens.size());
        const uint64_t word = step_.advance.tables.taken_tokens[row * size_t{sizes_.taken_length} + at];
        ASSERT_EQ(word >> 32, at + 1);
        ASSERT_EQ(static_cast<TokenId>(word), expected(row, at)) << "row " << row << " position " << at;
        text.tokens.push_back(static_cast<TokenId>(word));
        ++compared_;
      }
      text.over = mirror_->record(row).status == kSequenceFinished;
    }
  }

  void one_row(KernelStatus (*launcher)(const AdvanceArguments&, void*), uint32_t row, uint32_t token) {
    AdvanceArguments one = step_.advance;
    one.slots = &row;
    one.tokens = &token;
    one.outcomes = &outcome_;
    one.rows = 1;
    ASSERT_EQ(launcher(one, nullptr), KernelStatus::kOk);
  }

  // The same tokens come again: they are compared once more.
  void take_back() {
    const uint32_t row = static_cast<uint32_t>(random_() % rows_);
    const uint32_t back = static_cast<uint32_t>(std::min<size_t>(random_() % 6, texts_[row].tokens.size()));
    one_row(rollback_cpu, row, back);
    if (outcome_ == kAdvanceTaken) texts_[row].tokens.resize(texts_[row].tokens.size() - back);
  }

  void fork() {
    const uint32_t from = static_cast<uint32_t>(random_() % rows_), to = static_cast<uint32_t>(random_() % rows_);
    if (from == to) return;
    one_row(fork_cpu, to, from);
    if (outcome_ != kAdvanceTaken) return;
    // The ring of the copy begins behind what was copied.
    texts_[to] = texts_[from];
  }

  AutomatonSizes sizes_;
  std::mt19937 random_;
  uint32_t rows_, outcome_ = 0;
  std::unique_ptr<AutomatonMirror> mirror_;
  std::vector<std::vector<float>> kinds_;
  std::vector<float> logits_;
  std::vector<uint32_t> tokens_, outcomes_, mask_rows_;
  std::vector<SampleRequest> requests_;
  std::vector<SampleOutcome> sampled_;
  std::vector<Text> texts_;
  SampleWorkspace workspace_;
  StepSampling sampling_;
  StepArguments step_;
  size_t compared_ = 0;
};

AutomatonSizes step_sizes() {
  AutomatonSizes sizes = small_device();
  sizes.sequences = 9;
  sizes.rows_foreseen = 0;
  return sizes;
}

void open_mixed(SampledSteps& steps, uint32_t sequences) {
  for (uint32_t row = 0; row + 2 < sequences; ++row) steps.open(row, kShort[row % std::size(kShort)]);
}

TEST(DeviceStep, DrawsWhatEachTextWouldDrawAlone) {
  const AutomatonSizes sizes = step_sizes();
  SampledSteps steps(sizes, 11);
  open_mixed(steps, sizes.sequences);
  steps.run(90, 3, false);
  EXPECT_EQ(steps.ended(), sizes.sequences - 2);
  EXPECT_GT(steps.mirror().counter(kCountStalls), 0u);
  EXPECT_GT(steps.mirror().counter(kCountHostTokens), 0u);  // unique arrays
}

TEST(DeviceStep, RollbacksAndForksDrawTheSameAgain) {
  AutomatonSizes sizes = step_sizes();
  sizes.rows_ahead = 0;
  SampledSteps steps(sizes, 12);
  open_mixed(steps, sizes.sequences);
  steps.run(120, 2, true);
  EXPECT_GT(steps.compared(), 300u);
}

TEST(DeviceStep, FullTablesChangeNoToken) {
  AutomatonSizes few_masks = step_sizes();
  few_masks.mask_rows = 2;
  few_masks.request_slots = 2;
  SampledSteps masks(few_masks, 13);
  open_mixed(masks, few_masks.sequences);
  masks.run(80, 2, true);
  EXPECT_GT(masks.mirror().counter(kCountFullMasks), 0u);
  EXPECT_GT(masks.mirror().counter(kCountRingFull), 0u);
  EXPECT_GT(masks.mirror().counter(kCountHostTokens), 0u);
  AutomatonSizes few_nodes = step_sizes();
  few_nodes.node_slots = 2;
  SampledSteps nodes(few_nodes, 14);
  open_mixed(nodes, few_nodes.sequences);
  nodes.run(80, 2, true);
  EXPECT_GT(nodes.mirror().counter(kCountFullNodes), 0u);
  EXPECT_GT(nodes.mirror().counter(kCountHostTokens), 0u);
}

TEST(DeviceStep, RefusesAStepWithoutASampler) {
  StepArguments step;
  EXPECT_EQ(step_cpu(step), KernelStatus::kBadArgument);
  EXPECT_EQ(sample_step_cpu(nullptr, nullptr, nullptr, nullptr), KernelStatus::kBadArgument);
  StepSampling sampling;
  sampling.sample.rows = 1;
  EXPECT_EQ(sample_step_cuda(&sampling, nullptr, nullptr, nullptr), KernelStatus::kBadArgument);
  EXPECT_EQ(replay_step_cuda(nullptr, nullptr), KernelStatus::kBadArgument);
}

}  // namespace
}  // namespace keyway::test
