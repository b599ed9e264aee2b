// The forward pass against transformers: the default model's reference.json, and a miniature with random
// weights of every family (tests/runtime/data/make_miniatures.py).
#include "runtime/model/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <thread>

#include "schemas/json.h"

namespace keyway {
namespace {

const std::string kDefaultModel = KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny";

JsonDocument read_json(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  Result<JsonDocument> document = parse_json(text.str());
  EXPECT_TRUE(document.ok()) << path;
  return document.ok() ? *document : JsonDocument();
}

std::vector<TokenId> ids(Json list) {
  std::vector<TokenId> out;
  for (size_t i = 0; i < list.size(); ++i) out.push_back(static_cast<TokenId>(*list.at(i).integer()));
  return out;
}

std::shared_ptr<const Model> load(const std::string& folder, uint32_t threads = 1) {
  Result<std::shared_ptr<const Model>> model = Model::load(folder, {threads});
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().to_string());
  return model.ok() ? *model : nullptr;
}

// Logits (rows, vocab) of one chunk.
std::vector<float> run(const Model& model, KvCache& cache, std::span<const TokenId> tokens,
                       LogitsRows rows = LogitsRows::kLast) {
  const SequenceChunk chunk{&cache, tokens, rows};
  std::vector<float> logits(Model::logits_rows({&chunk, 1}) * model.config().vocab_size);
  const Status status = model.forward({&chunk, 1}, logits);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().to_string());
  return logits;
}

TokenId best(std::span<const float> logits) {
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

float distance(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  float most = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    most = std::max(most, std::isfinite(a[i]) ? std::abs(a[i] - b[i]) : INFINITY);
  return most;
}

class DefaultModel : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(model_, nullptr); }

  std::shared_ptr<const Model> model_ = load(kDefaultModel);
  JsonDocument reference_ = read_json(kDefaultModel + "/reference.json");
  Json prompts_ = *reference_.root().find("prompts");

  std::vector<TokenId> prompt(size_t i) { return ids(*prompts_.at(i).find("prompt_ids")); }
};

TEST_F(DefaultModel, TopLogitsOfEveryPromptAgreeWithTransformers) {
  ASSERT_EQ(prompts_.size(), 4u);
  for (size_t i = 0; i < prompts_.size(); ++i) {
    KvCache cache = model_->make_cache();
    const std::vector<float> logits = run(*model_, cache, prompt(i));
    const Json top = *prompts_.at(i).find("top20_last_position");
    ASSERT_EQ(top.size(), 20u);
    float most = 0;
    for (size_t k = 0; k < top.size(); ++k) {
      const size_t id = static_cast<size_t>(*top.at(k).find("id")->integer());
      most = std::max(most, std::abs(logits[id] - static_cast<float>(top.at(k).find("logit")->real())));
    }
    EXPECT_LT(most, 1e-3f) << "prompt " << i;
    EXPECT_EQ(best(logits), static_cast<TokenId>(*top.at(0).find("id")->integer()));
  }
}

TEST_F(DefaultModel, FortyEightGreedyTokensAgreeWithTransformers) {
  ModelWorkspace workspace;
  for (size_t i = 0; i < prompts_.size(); ++i) {
    KvCache cache = model_->make_cache();
    std::vector<TokenId> next = prompt(i), greedy;
    std::vector<float> logits(model_->config().vocab_size);
    while (greedy.size() < 48) {
      const SequenceChunk chunk{&cache, next};
      ASSERT_TRUE(model_->forward({&chunk, 1}, logits, workspace).ok());
      next = {best(logits)};
      greedy.push_back(next[0]);
    }
    EXPECT_EQ(greedy, ids(*prompts_.at(i).find("greedy_ids"))) << "prompt " << i;
  }
}

TEST_F(DefaultModel, SequencesAtDifferentPositionsInOneCallEqualOneByOne) {
  // A whole prompt, the middle of a prompt, one decode step and one chunk without logits, together.
  const std::vector<TokenId> a = prompt(0), b = prompt(1), c = prompt(2), d = prompt(3);
  const std::span<const TokenId> b_rest = std::span(b).subspan(70), c_last = std::span(c).last(1),
                                 d_part = std::span(d).first(33);
  KvCache cache_a = model_->make_cache(), cache_b = model_->make_cache(), cache_c = model_->make_cache(),
          cache_d = model_->make_cache();
  run(*model_, cache_b, std::span(b).first(70));
  run(*model_, cache_c, std::span(c).first(c.size() - 1));
  const SequenceChunk chunks[] = {{&cache_a, a, LogitsRows::kLast},
                                  {&cache_b, b_rest, LogitsRows::kAll},
                                  {&cache_d, d_part, LogitsRows::kNone},
                                  {&cache_c, c_last}};
  const size_t vocab = model_->config().vocab_size;
  ASSERT_EQ(Model::logits_rows(chunks), 2 + b_rest.size());
  std::vector<float> together(Model::logits_rows(chunks) * vocab);
  ASSERT_TRUE(model_->forward(chunks, together).ok());

  KvCache alone_a = model_->make_cache(), alone_b = model_->make_cache(), alone_c = model_->make_cache();
  const std::span<const float> rows = together;
  EXPECT_LT(distance(rows.first(vocab), run(*model_, alone_a, a)), 2e-4f);
  const std::vector<float> all_b = run(*model_, alone_b, b, LogitsRows::kAll);
  EXPECT_LT(distance(rows.subspan(vocab, b_rest.size() * vocab), std::span(all_b).subspan(70 * vocab)),
            2e-4f);
  EXPECT_LT(distance(rows.last(vocab), run(*model_, alone_c, c)), 2e-4f);
  EXPECT_EQ(cache_d.position(), 33u);
}

TEST_F(DefaultModel, PromptInChunksEqualsPromptInOneGo) {
  const std::vector<TokenId> tokens = prompt(1);
  KvCache whole = model_->make_cache();
  const std::vector<float> expected = run(*model_, whole, tokens);
  for (const size_t size : {1u, 3u, 16u, 61u}) {
    KvCache cache = model_->make_cache();
    std::vector<float> logits;
    for (size_t at = 0; at < tokens.size(); at += size) {
      logits = run(*model_, cache, std::span(tokens).subspan(at, std::min(size, tokens.size() - at)));
    }
    EXPECT_LT(distance(logits, expected), 3e-4f) << size;
    EXPECT_EQ(cache.position(), tokens.size());
  }
}

TEST_F(DefaultModel, RollbackEqualsFresh) {
  const std::vector<TokenId> tokens = prompt(0), other = prompt(2);
  KvCache rolled = model_->make_cache(), fresh = model_->make_cache();
  run(*model_, rolled, std::span(tokens).first(40));
  run(*model_, rolled, other);
  rolled.truncate(40);
  EXPECT_EQ(rolled.position(), 40u);
  run(*model_, fresh, std::span(tokens).first(40));
  EXPECT_EQ(run(*model_, rolled, std::span(tokens).subspan(40)),
            run(*model_, fresh, std::span(tokens).subspan(40)));
}

TEST_F(DefaultModel, MoreTokensThanOnePassEqualTwoCalls) {
  std::vector<TokenId> tokens;
  for (size_t i = 0; tokens.size() < 700; ++i) {
    const std::vector<TokenId> part = prompt(i % 4);
    tokens.insert(tokens.end(), part.begin(), part.end());
  }
  tokens.resize(700);
  KvCache once = model_->make_cache(), twice = model_->make_cache();
  const std::vector<float> all = run(*model_, once, tokens, LogitsRows::kAll);
  run(*model_, twice, std::span(tokens).first(600), LogitsRows::kNone);
  const std::vector<float> last = run(*model_, twice, std::span(tokens).subspan(600));
  EXPECT_LT(distance(std::span(all).last(last.size()), last), 3e-4f);
}

TEST_F(DefaultModel, ThreadsDoNotChangeTheLogits) {
  const std::shared_ptr<const Model> threaded = load(kDefaultModel, 3);
  KvCache one = model_->make_cache(), three = threaded->make_cache();
  EXPECT_EQ(run(*model_, one, prompt(0)), run(*threaded, three, prompt(0)));
  const TokenId next[] = {17};
  EXPECT_EQ(run(*model_, one, next), run(*threaded, three, next));
}

TEST_F(DefaultModel, OneModelServesManyThreadsAtOnce) {
  const std::shared_ptr<const Model> shared = load(kDefaultModel, 2);
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      const std::vector<TokenId> tokens = prompt(i);
      KvCache cache = shared->make_cache();
      run(*shared, cache, std::span(tokens).first(30));
      results[i] = run(*shared, cache, std::span(tokens).subspan(30, 3));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < results.size(); ++i) {
    const std::vector<TokenId> tokens = prompt(i);
    KvCache cache = model_->make_cache();
    run(*model_, cache, std::span(tokens).first(30));
    EXPECT_EQ(results[i], run(*model_, cache, std::span(tokens).subspan(30, 3)));
  }
}

TEST_F(DefaultModel, RefusesWhatDoesNotFitAndChangesNothing) {
  KvCache cache = model_->make_cache();
  KvCache foreign({1, 1, 2, 8});
  const TokenId good[] = {1, 2}, outside[] = {4096};
  const std::vector<TokenId> too_many(2049, 1);
  std::vector<float> logits(4096);
  auto code = [&](std::vector<SequenceChunk> chunks, std::span<float> out) {
    const Status status = model_->forward(chunks, out);
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(cache.position(), 0u);
    return status.ok() ? ErrorCode::kFinished : status.error().code;
  };
  EXPECT_EQ(code({{nullptr, good}}, logits), ErrorCode::kInvalid);
  EXPECT_EQ(code({{&cache, {}}}, logits), ErrorCode::kInvalid);
  EXPECT_EQ(code({{&cache, outside}}, logits), ErrorCode::kInvalid);
  EXPECT_EQ(code({{&cache, good, LogitsRows::kNone}, {&cache, good}}, logits), ErrorCode::kInvalid);
  EXPECT_EQ(code({{&foreign, good}}, logits), ErrorCode::kMismatch);
  EXPECT_EQ(code({{&cache, good}}, std::span(logits).first(4095)), ErrorCode::kMismatch);
  EXPECT_EQ(code({{&cache, good, LogitsRows::kAll}}, logits), ErrorCode::kMismatch);
  EXPECT_EQ(code({{&cache, too_many}}, logits), ErrorCode::kLimit);
}

class Miniature : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_NE(model_, nullptr); }

  const std::string folder_ = std::string(KEYWAY_SOURCE_DIR "/tests/runtime/data/miniatures/") + GetParam();
  std::shared_ptr<const Model> model_ = load(folder_);
  JsonDocument expected_ = read_json(folder_ + "/expected.json");
  std::vector<TokenId> prompt_ = ids(*expected_.root().find("prompt"));

  std::vector<float> expected_logits() {
    std::vector<float> out;
    const Json rows = *expected_.root().find("logits");
    for (size_t r = 0; r < rows.size(); ++r) {
      for (size_t i = 0; i < rows.at(r).size(); ++i)
        out.push_back(static_cast<float>(rows.at(r).at(i).real()));
    }
    return out;
  }
};

TEST_P(Miniature, LogitsOfEveryPositionAgreeWithTransformers) {
  KvCache cache = model_->make_cache();
  const std::vector<float> logits = run(*model_, cache, prompt_, LogitsRows::kAll);
  EXPECT_LT(distance(logits, expected_logits()), 1e-3f);
}

TEST_P(Miniature, DecodingTokenByTokenGivesTheSameLogits) {
  KvCache cache = model_->make_cache();
  std::vector<float> logits;
  for (size_t i = 0; i < prompt_.size(); ++i) {
    const std::vector<float> row = run(*model_, cache, std::span(prompt_).subspan(i, 1));
    logits.insert(logits.end(), row.begin(), row.end());
  }
  EXPECT_LT(distance(logits, expected_logits()), 1e-3f);
}

TEST_P(Miniature, GreedyTokensAgreeWithTransformers) {
  KvCache cache = model_->make_cache();
  std::vector<TokenId> greedy;
  std::vector<float> logits = run(*model_, cache, prompt_);
  const std::vector<TokenId> expected = ids(*expected_.root().find("greedy"));
  while (greedy.size() < expected.size()) {
    greedy.push_back(best(logits));
    logits = run(*model_, cache, std::span(greedy).last(1));
  }
  EXPECT_EQ(greedy, expected);
}

INSTANTIATE_TEST_SUITE_P(Families, Miniature, testing::Values("llama", "mistral", "qwen2", "qwen3"),
                         [](const auto& family) { return std::string(family.param); });

TEST(Model, RefusesImpossibleThreadsAndAMissingFolder) {
  EXPECT_EQ(Model::load(kDefaultModel, {0}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(Model::load(kDefaultModel, {1000}).error().code, ErrorCode::kInvalid);
  const Result<std::shared_ptr<const Model>> missing = Model::load(kDefaultModel + "/nowhere");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().pointer.find("config.json"), std::string::npos);
}

}  // namespace
}  // namespace keyway
