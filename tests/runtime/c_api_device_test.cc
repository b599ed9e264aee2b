// keyway_device.h as an engine calls it, on the CPU twin: masks of a batch beside those of matchers.
#include <algorithm>
#include <limits>
#include <random>

#include "runtime/keyway_device.h"
#include "tests/runtime/c_api_support.h"

namespace keyway::test {
namespace {

using DeviceHandle = std::unique_ptr<keyway_device, Closer<keyway_device_close>>;

DeviceHandle open_device(uint32_t sequences) {
  keyway_device* made = nullptr;
  char* error = nullptr;
  EXPECT_EQ(keyway_device_open(tiny(), KEYWAY_DEVICE_CPU, sequences, 256, &made, &error), 0) << (error ? error : "");
  keyway_free(error);
  return DeviceHandle(made);
}

TEST(CApiDevice, MasksOfABatchEqualThoseOfMatchers) {
  const DeviceHandle device = open_device(3);
  const GrammarHandle grammar = compile("json_schema", R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"maxLength": 9}}})");
  EXPECT_EQ(keyway_device_warm(device.get(), grammar.get(), 100, nullptr), 0);
  std::vector<MatcherHandle> matchers;
  for (uint32_t s = 0; s < 2; ++s) {
    ASSERT_EQ(keyway_device_begin(device.get(), s, grammar.get(), nullptr), 0);
    matchers.push_back(open(grammar));
  }
  size_t row_words = 0, compared = 0;
  const uint32_t* table = keyway_device_mask_table(device.get(), &row_words);
  uint32_t tokens[3], outcomes[3], rows[3], given[2] = {0, 0};
  keyway_device_batch batch = {nullptr, nullptr, outcomes, rows, 3};
  std::mt19937 random(2);
  for (int step = 0; step < 120; ++step) {
    batch.tokens = nullptr;
    ASSERT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
    ASSERT_EQ(keyway_device_masks(device.get(), &batch, nullptr), 0);
    ASSERT_EQ(rows[2], KEYWAY_NO_MASK_ROW);
    for (uint32_t s = 0; s < 2; ++s) {
      tokens[s] = KEYWAY_NO_TOKEN;
      if (rows[s] == 0 || keyway_is_finished(matchers[s].get()) == 1) continue;
      const auto words = mask(matchers[s].get());
      ASSERT_TRUE(std::equal(words.begin(), words.end(), table + rows[s] * row_words));
      ++compared;
      do tokens[s] = static_cast<uint32_t>(random() % keyway_vocab_size(tiny()));
      while ((words[tokens[s] / 32] >> (tokens[s] % 32) & 1) == 0);
      ASSERT_EQ(keyway_accept(matchers[s].get(), tokens[s]), 1);
      ++given[s];
    }
    tokens[2] = 5;
    batch.tokens = tokens;
    ASSERT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
    ASSERT_GE(keyway_device_serve(device.get()), 0);
  }
  EXPECT_GT(compared, 20u);
  uint32_t out[200];
  EXPECT_EQ(keyway_device_tokens(device.get(), 2, 0, out, 200), 120);
  EXPECT_EQ(out[7], 5u);
  EXPECT_EQ(keyway_device_tokens(device.get(), 0, 0, out, 200), static_cast<int>(given[0]));
  keyway_device_counts counts;
  ASSERT_EQ(keyway_device_counters(device.get(), &counts), 0);
  EXPECT_EQ(counts.tokens, 120u + given[0] + given[1]);
  // A new text in the same place has none of the tokens of the one before.
  ASSERT_EQ(keyway_device_begin(device.get(), 2, nullptr, nullptr), 0);
  EXPECT_EQ(keyway_device_tokens(device.get(), 2, 0, out, 200), 0);
}

TEST(CApiDevice, LogitsThatAMaskForbidsBecomeMinusInfinity) {
  const DeviceHandle device = open_device(2);
  const GrammarHandle grammar = compile("json_schema", R"({"type": "boolean"})");
  ASSERT_EQ(keyway_device_begin(device.get(), 0, grammar.get(), nullptr), 0);
  uint32_t rows[2];
  const keyway_device_batch batch = {nullptr, nullptr, nullptr, rows, 2};
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
    ASSERT_EQ(keyway_device_masks(device.get(), &batch, nullptr), 0);
    keyway_device_serve(device.get());
  }
  const size_t columns = keyway_vocab_size(tiny());
  std::vector<float> logits(2 * columns, 1.0f);
  ASSERT_EQ(keyway_device_apply_mask(device.get(), &batch, logits.data(), 0, columns, columns, nullptr), 0);
  const auto words = mask(open(grammar).get());
  for (size_t t = 0; t < columns; ++t) {
    ASSERT_EQ(logits[t] == 1.0f, (words[t / 32] >> (t % 32) & 1) == 1) << t;
    ASSERT_EQ(logits[columns + t], 1.0f);
  }
}

TEST(CApiDevice, WholeStepsEndInTextsOfTheirGrammars) {
  const DeviceHandle device = open_device(3);
  const GrammarHandle grammar = compile("json_schema", R"({"type": "array", "items": {"enum": [1, "two", true]}, "maxItems": 3})");
  for (uint32_t s = 0; s < 2; ++s) ASSERT_EQ(keyway_device_begin(device.get(), s, grammar.get(), nullptr), 0);
  const size_t vocabulary = keyway_vocab_size(tiny());
  std::vector<float> logits(3 * vocabulary);
  std::mt19937 random(4);
  for (float& logit : logits) logit = static_cast<float>(random() % 100) / 50;
  std::vector<uint64_t> scratch(keyway_device_scratch_bytes(device.get(), 3, 1) / sizeof(uint64_t) + 1);
  uint32_t tokens[3], rows[3];
  keyway_sample_outcome outcomes[3];
  keyway_sample_request requests[3] = {};
  for (uint32_t s = 0; s < 3; ++s) {
    requests[s].temperature = s == 0 ? 0.0f : 1.0f;
    requests[s].top_p = requests[s].repetition_penalty = 1;
    requests[s].stream = s;
    requests[s].wants_mass = 1;
  }
  keyway_device_step_batch step = {};
  step.batch = {nullptr, nullptr, nullptr, rows, 3};
  step.tokens = tokens;
  step.logits = logits.data();
  step.stride = vocabulary;
  step.requests = requests;
  step.outcomes = outcomes;
  EXPECT_LT(keyway_device_step(device.get(), &step, nullptr), 0);
  step.scratch = scratch.data();
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(keyway_device_step(device.get(), &step, nullptr), 0);
    EXPECT_EQ(outcomes[2].fault, 0);
    EXPECT_EQ(tokens[2], outcomes[2].token);
    ASSERT_GE(keyway_device_serve(device.get()), 0);
  }
  for (uint32_t s = 0; s < 2; ++s) {
    uint32_t taken[100];
    const int count = keyway_device_tokens(device.get(), s, 0, taken, 100);
    const MatcherHandle matcher = open(grammar);
    for (int i = 0; i < count; ++i) ASSERT_EQ(keyway_accept(matcher.get(), taken[i]), 1) << s << " " << i;
    EXPECT_GT(count, 1);
  }
  uint32_t out[60];
  EXPECT_EQ(keyway_device_tokens(device.get(), 2, 0, out, 60), 60);
}

// A step of rows without figures, greedy, each array of exactly its size.
struct GreedyStep {
  GreedyStep(const DeviceHandle& device, uint32_t count, size_t columns, size_t stride)
      : requests(count), outcomes(count), tokens(count), rows(count), scratch(keyway_device_scratch_bytes(device.get(), count, 1) / 8 + 1),
        logits((count - 1) * stride + columns, 0.0f) {
    for (uint32_t r = 0; r < count; ++r) {
      requests[r].top_p = requests[r].repetition_penalty = 1;
      requests[r].wants_mass = 1;
    }
    step.batch = {nullptr, nullptr, nullptr, rows.data(), count};
    step.tokens = tokens.data();
    step.logits = logits.data();
    step.stride = stride;
    step.columns = columns;
    step.requests = requests.data();
    step.outcomes = outcomes.data();
    step.scratch = scratch.data();
  }

  std::vector<keyway_sample_request> requests;
  std::vector<keyway_sample_outcome> outcomes;
  std::vector<uint32_t> tokens, rows;
  std::vector<uint64_t> scratch;
  std::vector<float> logits;
  keyway_device_step_batch step = {};
};

TEST(CApiDevice, IdsThatTheModelOrTheTokenizerLacksAreNeverSampled) {
  const size_t vocabulary = keyway_vocab_size(tiny());
  const GrammarHandle grammar = compile("regex", "[a-z]*");
  for (const size_t columns : {vocabulary - 1'037, vocabulary, vocabulary + 61}) {
    const DeviceHandle device = open_device(2);
    ASSERT_EQ(keyway_device_begin(device.get(), 0, grammar.get(), nullptr), 0);
    const size_t stride = columns + 3, known = std::min(columns, vocabulary);
    GreedyStep greedy(device, 2, columns, stride);
    // Padding and what lies between rows is what no sampler may look at.
    for (size_t t = known; t < stride; ++t) greedy.logits[t] = t % 2 == 0 ? 1e30f : std::numeric_limits<float>::quiet_NaN();
    for (size_t t = known; t < columns; ++t) greedy.logits[stride + t] = 1e30f;
    greedy.logits[byte_token('a')] = 1;
    greedy.logits[stride + known - 1] = 2;
    const keyway_sample_adjustment past = {static_cast<uint32_t>(std::max(columns, vocabulary)) + 5'000, 0, 0, 50.0f};
    greedy.step.adjustments = &past;
    greedy.requests[1].adjustment_end = 1;
    for (int i = 0; i < 6; ++i) {
      ASSERT_EQ(keyway_device_step(device.get(), &greedy.step, nullptr), 0);
      ASSERT_EQ(greedy.tokens[1], known - 1) << columns;
      keyway_device_serve(device.get());
    }
    EXPECT_EQ(greedy.outcomes[0].fault, 0);
    EXPECT_LT(greedy.tokens[0], known);
    // Engines with their own sampler: the same columns are left.
    std::vector<float> logits(2 * columns, 1.0f);
    ASSERT_EQ(keyway_device_apply_mask(device.get(), &greedy.step.batch, logits.data(), 0, columns, columns, nullptr), 0);
    const auto words = mask(open(grammar).get());  // every text of it goes on as it began
    for (size_t t = 0; t < columns; ++t) {
      ASSERT_EQ(logits[t] == 1.0f, t < known && (words[t / 32] >> (t % 32) & 1) == 1) << t;
      ASSERT_EQ(logits[columns + t] == 1.0f, t < known) << t;
    }
    greedy.step.stride = columns - 1;
    EXPECT_LT(keyway_device_step(device.get(), &greedy.step, nullptr), 0);
  }
}

// Pieces as they are gathered from the devices of a tensor parallel engine, the last with padding: the tokens are those of the whole.
TEST(CApiDevice, PiecesOfTheVocabularyDrawTheTokensOfTheWhole) {
  const size_t vocabulary = keyway_vocab_size(tiny()), columns = vocabulary + 61, rows = 3;
  const uint32_t cut[] = {0, 992, 1'024, static_cast<uint32_t>(columns)};
  const GrammarHandle grammar = compile("regex", "[a-z]*");
  const DeviceHandle whole_device = open_device(rows), device = open_device(rows);
  GreedyStep whole(whole_device, rows, columns, columns), split(device, rows, columns, columns);
  std::mt19937 random(5);
  for (float& logit : whole.logits) logit = static_cast<float>(random() % 1000) / 100;
  std::vector<float> pieces[3];
  keyway_device_shard shards[3];
  for (uint32_t s = 0; s < 3; ++s) {
    const uint32_t count = cut[s + 1] - cut[s];
    for (uint32_t r = 0; r < rows; ++r) {
      const float* from = whole.logits.data() + r * columns + cut[s];
      pieces[s].insert(pieces[s].end(), from, from + count);
    }
    shards[s] = {pieces[s].data(), count, cut[s], count};
  }
  std::vector<uint64_t> scratch(keyway_device_scratch_bytes(device.get(), rows, 3) / 8 + 1);
  EXPECT_GT(scratch.size(), split.scratch.size());
  split.step.shards = shards;
  split.step.shard_count = 3;
  split.step.scratch = scratch.data();
  split.step.logits = nullptr;
  split.step.stride = split.step.columns = 0;
  for (const auto& [made, one] : {std::pair(&whole_device, &whole), std::pair(&device, &split)}) {
    ASSERT_EQ(keyway_device_begin(made->get(), 0, grammar.get(), nullptr), 0);
    for (uint32_t r = 1; r < rows; ++r) one->requests[r].temperature = 1;
    one->requests[2].top_k = 40;
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(keyway_device_step(whole_device.get(), &whole.step, nullptr), 0);
    ASSERT_EQ(keyway_device_step(device.get(), &split.step, nullptr), 0);
    ASSERT_EQ(split.tokens, whole.tokens) << i;
    for (uint32_t r = 1; r < rows; ++r) ASSERT_LT(split.tokens[r], vocabulary);
    keyway_device_serve(whole_device.get());
    keyway_device_serve(device.get());
  }
  EXPECT_EQ(split.outcomes[0].fault, 0);
  const auto refused = [&] { return keyway_device_step(device.get(), &split.step, nullptr) < 0; };
  shards[1].first += 32;
  EXPECT_TRUE(refused());  // a gap
  shards[1].first -= 32;
  shards[1].stride = 31;
  EXPECT_TRUE(refused());
  shards[1].stride = 32;
  split.step.shard_count = 0;
  EXPECT_TRUE(refused());
  split.step.shard_count = KEYWAY_MOST_SHARDS + 1;
  EXPECT_TRUE(refused());
  EXPECT_EQ(keyway_device_scratch_bytes(device.get(), rows, KEYWAY_MOST_SHARDS + 1), 0u);
}

TEST(CApiDevice, AdjustmentsMoveTheLogitsOfTheirRowAlone) {
  const DeviceHandle device = open_device(2);
  const size_t vocabulary = keyway_vocab_size(tiny());
  GreedyStep greedy(device, 2, vocabulary, vocabulary);
  greedy.logits[40] = greedy.logits[vocabulary + 40] = 3;
  greedy.logits[50] = greedy.logits[vocabulary + 50] = 2;
  const keyway_sample_adjustment adjustments[] = {{40, 2, 1, 0.0f}, {60, 0, 0, 1.5f}};
  greedy.step.adjustments = adjustments;
  greedy.requests[0].adjustment_end = 2;
  greedy.requests[0].frequency_penalty = 0.75f;  // 3 - 2 * 0.75 is 1.5: token 50 comes first
  ASSERT_EQ(keyway_device_step(device.get(), &greedy.step, nullptr), 0);
  EXPECT_EQ(greedy.tokens[0], 50u);
  EXPECT_EQ(greedy.tokens[1], 40u);
  greedy.requests[0].presence_penalty = 1;
  greedy.requests[0].repetition_penalty = 2;
  greedy.logits[50] = 0.5f;  // 3 / 2 - 1 - 1.5 is -1; 0 + 1.5 is the largest
  ASSERT_EQ(keyway_device_step(device.get(), &greedy.step, nullptr), 0);
  EXPECT_EQ(greedy.tokens[0], 60u);
}

TEST(CApiDevice, SequencesGoBackAndAreCopied) {
  const DeviceHandle device = open_device(2);
  const GrammarHandle grammar = compile("regex", "(ab|cd)*e");
  for (uint32_t s = 0; s < 2; ++s) ASSERT_EQ(keyway_device_begin(device.get(), s, grammar.get(), nullptr), 0);
  uint32_t tokens[2] = {KEYWAY_NO_TOKEN, KEYWAY_NO_TOKEN}, outcomes[2], rows[2];
  const keyway_device_batch batch = {nullptr, tokens, outcomes, rows, 2};
  const auto take = [&](char byte) {
    tokens[0] = byte_token(static_cast<uint8_t>(byte));
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
      if (outcomes[0] == KEYWAY_ROW_TAKEN || outcomes[0] == KEYWAY_ROW_REJECTED) break;
      tokens[0] = KEYWAY_NO_TOKEN;
      keyway_device_serve(device.get());
    }
    return outcomes[0];
  };
  tokens[0] = KEYWAY_NO_TOKEN;
  EXPECT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);  // both begin
  for (const char byte : {'a', 'b', 'c'}) EXPECT_EQ(take(byte), uint32_t{KEYWAY_ROW_TAKEN}) << byte;
  EXPECT_EQ(take('e'), uint32_t{KEYWAY_ROW_REJECTED});
  const uint32_t slot = 0, back = 2, copy = 1, source = 0;
  uint32_t outcome = 0;
  keyway_device_batch one = {&slot, &back, &outcome, nullptr, 1};
  ASSERT_EQ(keyway_device_rollback(device.get(), &one, nullptr), 0);
  EXPECT_EQ(outcome, uint32_t{KEYWAY_ROW_TAKEN});
  EXPECT_EQ(keyway_device_tokens(device.get(), 0, 0, tokens, 2), 1);
  one.slots = &copy;
  one.tokens = &source;
  ASSERT_EQ(keyway_device_fork(device.get(), &one, nullptr), 0);
  EXPECT_EQ(outcome, uint32_t{KEYWAY_ROW_TAKEN});
  EXPECT_EQ(take('b'), uint32_t{KEYWAY_ROW_TAKEN});  // behind "a" again
  EXPECT_EQ(take('e'), uint32_t{KEYWAY_ROW_TAKEN});
  // The copy still stands behind "a".
  for (int i = 0; i < 4; ++i) {
    tokens[0] = tokens[1] = KEYWAY_NO_TOKEN;
    ASSERT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
    ASSERT_EQ(keyway_device_masks(device.get(), &batch, nullptr), 0);
    keyway_device_serve(device.get());
  }
  const MatcherHandle matcher = open(grammar);
  ASSERT_EQ(accept_text(matcher, "a"), 1);
  const auto words = mask(matcher.get());
  size_t row_words = 0;
  const uint32_t* table = keyway_device_mask_table(device.get(), &row_words);
  EXPECT_TRUE(std::equal(words.begin(), words.end(), table + rows[1] * row_words));
}

// Rows that are foreseen take most of a grammar's memory; the texts that begin next find them all the same.
TEST(CApiDevice, TextsOfAGrammarWithManyRowsFindThem) {
  const DeviceHandle device = open_device(2);
  std::string names;
  for (char first = 'a'; first <= 'z'; ++first) names += (names.empty() ? "\"" : ", \"") + std::string(2, first) + R"(": {"const": 1})";
  const GrammarHandle grammar = compile("json_schema", R"({"type": "object", "additionalProperties": false, "properties": {)" + names + "}}",
                                        R"({"limits": {"arena_bytes": 2400000}})");
  uint32_t tokens[2], outcomes[2], rows[2];
  const keyway_device_batch batch = {nullptr, tokens, outcomes, rows, 2};
  const auto step = [&](uint32_t token) {
    tokens[0] = token;
    tokens[1] = KEYWAY_NO_TOKEN;
    ASSERT_EQ(keyway_device_advance(device.get(), &batch, nullptr), 0);
    ASSERT_EQ(keyway_device_masks(device.get(), &batch, nullptr), 0);
    for (int i = 0; i < 20; ++i) ASSERT_GE(keyway_device_serve(device.get()), 0);
  };
  const auto misses = [&] {
    keyway_device_counts counts;
    EXPECT_EQ(keyway_device_counters(device.get(), &counts), 0);
    return counts.row_misses + counts.mask_requests;
  };
  ASSERT_EQ(keyway_device_begin(device.get(), 0, grammar.get(), nullptr), 0);
  for (int i = 0; i < 4; ++i) step(KEYWAY_NO_TOKEN);
  std::string text = "{";
  for (int i = 0; i < 26; ++i) text += (i == 0 ? "\"" : ",\"") + std::string(2, static_cast<char>('a' + i * 7 % 26)) + "\":1";
  for (const char byte : text) {
    step(byte_token(static_cast<uint8_t>(byte)));
    for (int i = 0; i < 4 && outcomes[0] == KEYWAY_ROW_STALLED; ++i) step(KEYWAY_NO_TOKEN);
    ASSERT_EQ(outcomes[0], uint32_t{KEYWAY_ROW_TAKEN}) << byte;
  }
  const uint64_t before = misses();
  ASSERT_EQ(keyway_device_begin(device.get(), 1, grammar.get(), nullptr), 0);
  for (int i = 0; i < 4; ++i) step(KEYWAY_NO_TOKEN);
  EXPECT_EQ(misses(), before);
}

TEST(CApiDevice, RefusesWithWords) {
  keyway_device* made = nullptr;
  char* error = nullptr;
  EXPECT_LT(keyway_device_open(tiny(), 7, 1, 0, &made, &error), 0);
  EXPECT_EQ(error_of(error)["code"], "io");
  EXPECT_LT(keyway_device_open(nullptr, KEYWAY_DEVICE_CPU, 1, 0, &made, &error), 0);
  EXPECT_EQ(error_of(error)["pointer"], "tokenizer");
  const DeviceHandle device = open_device(1);
  const GrammarHandle grammar = compile("json_schema", "{}");
  EXPECT_LT(keyway_device_begin(device.get(), 1, grammar.get(), &error), 0);
  EXPECT_EQ(error_of(error)["code"], "invalid");
  const keyway_device_batch batch = {nullptr, nullptr, nullptr, nullptr, 2};
  EXPECT_LT(keyway_device_advance(device.get(), &batch, nullptr), 0);
  EXPECT_LT(keyway_device_serve(nullptr), 0);
  // A device that is not there is an error in words, whatever this build and machine have.
  const int opened = keyway_device_open(tiny(), KEYWAY_DEVICE_CUDA, 1, 1, &made, &error);
  if (opened < 0) {
    EXPECT_NE(error_of(error)["message"].get<std::string>().find("no device can be used: "), std::string::npos);
  } else {
    keyway_device_close(made);
  }
}

}  // namespace
}  // namespace keyway::test
