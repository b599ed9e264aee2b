// The decode loop with made-up logits: answers end valid and in time whatever the model says.
#include "runtime/decode/decode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <thread>

#include "grammar/utf8.h"
#include "tests/support/random_term.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway {
namespace {

using test::kToyEnd;

// Logits from a function of the tokens so far.
class FakeSource : public LogitsSource {
 public:
  using Rule = std::function<void(const std::vector<TokenId>&, std::vector<float>&)>;
  FakeSource(size_t vocab_size, size_t context, Rule rule)
      : logits_(vocab_size), context_(context), rule_(std::move(rule)) {}

  size_t vocab_size() const override { return logits_.size(); }
  size_t context_left() const override { return context_ - tokens_.size(); }
  Result<std::span<const float>> forward(std::span<const TokenId> tokens) override {
    EXPECT_LE(tokens.size(), context_left());
    tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
    rule_(tokens_, logits_);
    return std::span<const float>(logits_);
  }
  const std::vector<TokenId>& tokens() const { return tokens_; }

 private:
  std::vector<float> logits_;
  size_t context_;
  Rule rule_;
  std::vector<TokenId> tokens_;
};

// The bytes of the tokens, whole code points only.
class ByteText : public TextDecoder {
 public:
  explicit ByteText(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}
  std::string push(TokenId token) override {
    held_ += vocabulary_.bytes(token);
    size_t end = held_.size();
    for (size_t back = 1; back <= 3 && back <= held_.size(); ++back) {
      const auto byte = static_cast<unsigned char>(held_[held_.size() - back]);
      if ((byte & 0xC0) == 0x80) continue;
      const size_t need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
      if (need > back) end = held_.size() - back;
      break;
    }
    const std::string text = held_.substr(0, end);
    held_.erase(0, end);
    return text;
  }
  std::string finish() override { return std::exchange(held_, {}); }

 private:
  const Vocabulary& vocabulary_;
  std::string held_;
};

// The model says these tokens one after the other after a prompt of one token, then its end token.
FakeSource::Rule says(std::vector<TokenId> answer) {
  return [answer](const std::vector<TokenId>& so_far, std::vector<float>& logits) {
    std::fill(logits.begin(), logits.end(), 0.0f);
    const size_t at = so_far.size() - 1;
    logits[at < answer.size() ? answer[at] : kToyEnd] = 5;
  };
}

std::vector<TokenId> bytes_of(std::string_view text) {
  std::vector<TokenId> tokens;
  for (char c : text) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

struct Fixture {
  std::shared_ptr<const Vocabulary> vocabulary = test::toy_vocabulary({"ab", "bc\"", "((", "abab"});
  std::vector<TokenId> prompt = {'x'};
  DecodeOptions options;
  DecodeObserver observer;

  Result<DecodeResult> run(FakeSource& source, Matcher* matcher = nullptr) {
    ByteText text(*vocabulary);
    return decode({&source, vocabulary.get(), &text, matcher, prompt}, options, observer);
  }
  Result<DecodeResult> run(FakeSource::Rule rule, size_t context = 1'000) {
    FakeSource source(vocabulary->size(), context, std::move(rule));
    return run(source);
  }
};

TEST(Decode, FreeAnswersEndAtTheEndToken) {
  Fixture f;
  std::vector<DecodeStep> steps;
  std::string shown;
  f.observer.on_step = [&](const DecodeStep& step) { steps.push_back(step); };
  f.observer.on_text = [&](std::string_view text) { shown += text; };
  const auto result = f.run(says(bytes_of("hello")));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, "hello");
  EXPECT_EQ(shown, "hello");
  EXPECT_EQ(result->tokens, bytes_of("hello"));
  EXPECT_EQ(result->finish, FinishReason::kStop);
  EXPECT_EQ(result->prompt_tokens, 1u);
  EXPECT_EQ(result->completion_tokens, 6u);
  EXPECT_EQ(result->log_allowed_mass, 0);
  ASSERT_EQ(steps.size(), 6u);
  EXPECT_EQ(steps.back().token, kToyEnd);
  const double each = 5 - std::log(std::exp(5.0) + static_cast<double>(f.vocabulary->size()) - 1);
  EXPECT_NEAR(result->logprob, 6 * each, 6e-6);
}

TEST(Decode, ARunawayAnswerEndsWithTheReasonLoop) {
  Fixture f;
  f.options.runaway.digits = 4;
  const auto result = f.run(says(bytes_of("a1234567")));
  EXPECT_EQ(result->text, "a12345");
  EXPECT_EQ(result->finish, FinishReason::kLoop);
}

TEST(Decode, UnderAMatcherARunawayAnswerIsClosed) {
  Fixture f;
  f.options.runaway.digits = 4;
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->sequence(arena->literal("<"),
                                      arena->sequence(arena->repeat(arena->literal("1"), 0, 1'000), arena->literal(">.")));
  auto grammar = Grammar::create(f.vocabulary, std::move(arena), root);
  ASSERT_TRUE(grammar.ok());
  Matcher matcher(*grammar);
  FakeSource source(f.vocabulary->size(), 1'000, says(bytes_of("<" + std::string(900, '1'))));
  const auto result = f.run(source, &matcher);
  ASSERT_TRUE(result.ok()) << result.error().to_string();
  EXPECT_EQ(result->text, "<11111>.");
  EXPECT_EQ(result->finish, FinishReason::kLoop);
}

TEST(Decode, FreeAnswersStopAtMaxTokensAndAtTheContext) {
  Fixture f;
  f.options.max_tokens = 3;
  EXPECT_EQ(f.run(says(bytes_of("hello")))->text, "hel");
  EXPECT_EQ(f.run(says(bytes_of("hello")))->finish, FinishReason::kLength);
  f.options.max_tokens = 100;
  const auto result = f.run(says(bytes_of("hello")), 4);
  EXPECT_EQ(result->text, "hell");  // the fourth is sampled from the last place of the context
  EXPECT_EQ(result->finish, FinishReason::kLength);
}

TEST(Decode, StopStringsEndTheAnswerAndAreNotShown) {
  Fixture f;
  std::string shown;
  f.observer.on_text = [&](std::string_view text) { shown += text; };
  f.options.stop = {"lo w", "zzz"};
  const auto result = f.run(says(bytes_of("hello world")));
  EXPECT_EQ(result->text, "hel");
  EXPECT_EQ(shown, "hel");
  EXPECT_EQ(result->finish, FinishReason::kStop);
  f.options.stop = {"lo what"};
  EXPECT_EQ(f.run(says(bytes_of("hello w")))->text, "hello w");
}

TEST(Decode, ShowsOnlyWholeCodePoints) {
  Fixture f;
  std::vector<std::string> pieces;
  f.observer.on_text = [&](std::string_view text) { pieces.emplace_back(text); };
  ASSERT_TRUE(f.run(says(bytes_of("a\xC3\xA9\xF0\x9F\x98\x80z"))).ok());
  EXPECT_EQ(pieces, (std::vector<std::string>{"a", "\xC3\xA9", "\xF0\x9F\x98\x80", "z"}));
}

TEST(Decode, AnAbsentTokenIsNeverSampled) {
  Fixture f;
  const auto absent = static_cast<TokenId>(f.vocabulary->size() - 1);
  ASSERT_EQ(f.vocabulary->kind(absent), TokenKind::kAbsent);
  FakeSource source(f.vocabulary->size() + 40, 100, [&](const auto& so_far, std::vector<float>& logits) {
    std::fill(logits.begin(), logits.end(), 0.0f);
    for (size_t token = absent; token < logits.size(); ++token) logits[token] = 9;
    logits[so_far.size() < 4 ? 'q' : kToyEnd] = 5;
  });
  EXPECT_EQ(f.run(source)->text, "qqq");
}

TEST(Decode, RefusesOptionsThatMeanNothing) {
  const auto pointer = [](auto change) {
    Fixture f;
    change(f.options);
    const auto result = f.run(says({}));
    return result.ok() ? std::string("accepted") : result.error().pointer;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(pointer([](DecodeOptions&) {}), "accepted");
  EXPECT_EQ(pointer([](DecodeOptions& o) { o.max_tokens = 0; }), "max_tokens");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.temperature = nan; }), "temperature");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.temperature = -1; }), "temperature");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.top_p = 0; }), "top_p");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.min_p = 1.5f; }), "min_p");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.repetition_penalty = 0; }), "repetition_penalty");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.sample.presence_penalty = nan; }), "presence_penalty");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.stop = {""}; }), "stop");
  EXPECT_EQ(pointer([&](DecodeOptions& o) { o.stop.assign(65, "a"); }), "stop");
}

TEST(Decode, RefusesAPromptLongerThanTheContextAndAnEmptyOne) {
  Fixture f;
  f.prompt = {1, 2, 3};
  const auto result = f.run(says({}), 2);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kLimit);
  EXPECT_EQ(result.error().given, "3 tokens");
  EXPECT_EQ(result.error().allowed, "2 tokens");
  EXPECT_TRUE(f.run(says({}), 3).ok());
  f.prompt.clear();
  EXPECT_EQ(f.run(says({})).error().code, ErrorCode::kInvalid);
}

TEST(Decode, RefusesASourceWithTooFewLogits) {
  Fixture f;
  FakeSource source(f.vocabulary->size() - 1, 10, says({}));
  EXPECT_EQ(f.run(source).error().code, ErrorCode::kMismatch);
}

TEST(Decode, LogitsThatAreNotFiniteAreAnErrorWithTheirPlace) {
  Fixture f;
  const auto result = f.run([](const auto& so_far, std::vector<float>& logits) {
    std::fill(logits.begin(), logits.end(), 0.0f);
    logits['a'] = 1;
    if (so_far.size() == 3) logits['b'] = std::numeric_limits<float>::quiet_NaN();
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kMismatch);
  EXPECT_EQ(result.error().pointer, "token 2 of the answer");
}

TEST(Decode, PassesOnErrorsOfTheSource) {
  class Broken : public LogitsSource {
   public:
    size_t vocab_size() const override { return 1'000; }
    size_t context_left() const override { return 1'000; }
    Result<std::span<const float>> forward(std::span<const TokenId>) override { return fail(ErrorCode::kIo, "gone"); }
  } source;
  Fixture f;
  ByteText text(*f.vocabulary);
  const auto result = decode({&source, f.vocabulary.get(), &text, nullptr, f.prompt}, f.options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
}

TEST(Decode, IsCancelledFromAnotherThread) {
  Fixture f;
  std::stop_source cancel;
  f.options.cancel = cancel.get_token();
  f.options.max_tokens = 1'000'000;
  std::jthread other;
  const auto result = f.run(
      [&](const auto& so_far, std::vector<float>& logits) {
        std::fill(logits.begin(), logits.end(), 0.0f);
        logits['a'] = 1;
        if (so_far.size() == 5) other = std::jthread([&] { cancel.request_stop(); });
        if (so_far.size() == 7) other.join();  // so the request has been made by the eighth step
      },
      10'000);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->finish, FinishReason::kCancelled);
  EXPECT_GE(result->tokens.size(), 5u);
  EXPECT_LE(result->tokens.size(), 7u);
  EXPECT_EQ(result->text, std::string(result->tokens.size(), 'a'));
}

TEST(Decode, ADeadlineInThePastIsMetBeforeTheFirstForward) {
  Fixture f;
  f.options.deadline = std::chrono::steady_clock::now();
  FakeSource source(f.vocabulary->size(), 100, says(bytes_of("abc")));
  const auto result = f.run(source);
  EXPECT_EQ(result->finish, FinishReason::kCancelled);
  EXPECT_TRUE(source.tokens().empty());
}

TEST(Decode, PenaltiesSpeakOfPromptAndAnswer) {
  Fixture f;
  f.prompt = {'a'};
  f.options.max_tokens = 2;
  f.options.sample.repetition_penalty = 2;
  const auto rule = [](const auto&, std::vector<float>& logits) {
    std::fill(logits.begin(), logits.end(), 0.0f);
    logits['a'] = 4;
    logits['b'] = 3;
    logits['c'] = 2.5f;
  };
  EXPECT_EQ(f.run(rule)->text, "bc");  // a was in the prompt, b in the answer
  f.options.sample.repetition_penalty = 1;
  f.options.sample.presence_penalty = 2;
  EXPECT_EQ(f.run(rule)->text, "ab");  // presence asks for the answer alone
}

TEST(Decode, TheSeedDecidesTheAnswer) {
  Fixture f;
  f.options.max_tokens = 40;
  f.options.sample.temperature = 1;
  const auto flat = [](const auto&, std::vector<float>& logits) { std::fill(logits.begin(), logits.end(), 0.0f); };
  const auto tokens = [&](uint64_t seed) {
    f.options.sample.seed = seed;
    return f.run(flat)->tokens;
  };
  EXPECT_EQ(tokens(1), tokens(1));
  EXPECT_NE(tokens(1), tokens(2));
}

// Random logits under random grammars: kNoCompletion before the first token exactly where nothing fits, else a complete
// answer within max_tokens.
TEST(Decode, MaskedAnswersAreCompleteInTimeWhateverTheLogits) {
  std::mt19937 random(99);
  int completed = 0, refused = 0;
  for (int round = 0; round < 400; ++round) {
    Fixture f;
    auto arena = std::make_unique<TermArena>();
    const TermId root = test::RandomTerms(*arena, random).make(4);
    auto grammar = Grammar::create(f.vocabulary, std::move(arena), root);
    ASSERT_TRUE(grammar.ok());
    f.options.max_tokens = 1 + static_cast<uint32_t>(random() % 24);
    f.options.sample.temperature = random() % 2 == 0 ? 0.0f : 1.5f;
    f.options.sample.seed = random();
    if (random() % 2 == 0) f.options.sample.top_p = 0.5f;
    Matcher matcher(*grammar);
    const bool fits = *matcher.fits(f.options.max_tokens);
    FakeSource source(f.vocabulary->size(), 1'000, [&](const auto&, std::vector<float>& logits) {
      for (float& logit : logits) logit = static_cast<float>(random() % 1'000) / 100;
      logits[kToyEnd] = -20;  // a model that never wants to end
    });
    const auto result = f.run(source, &matcher);
    if (!fits) {
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().code, ErrorCode::kNoCompletion);
      EXPECT_TRUE(source.tokens().empty());
      ++refused;
      continue;
    }
    ASSERT_TRUE(result.ok()) << result.error().to_string();
    EXPECT_EQ(result->finish, FinishReason::kStop);
    EXPECT_LE(result->completion_tokens, f.options.max_tokens);
    EXPECT_EQ(result->completion_tokens, result->tokens.size() + 1);
    EXPECT_LE(result->log_allowed_mass, 0);
    EXPECT_GE(result->log_allowed_mass, result->logprob - 1e-6);
    Matcher replay(*grammar);
    EXPECT_EQ(*replay.accept_many(result->tokens), result->tokens.size());
    EXPECT_TRUE(replay.can_end());
    ++completed;
  }
  EXPECT_GT(completed, 100);
  EXPECT_GT(refused, 20);
}

TEST(Decode, TheContextCountsAsALimitForCompletion) {
  Fixture f;
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->repeat(arena->bytes(ByteSet::of("xyz")), 8, 8);  // no token is longer than a byte here
  auto grammar = Grammar::create(f.vocabulary, std::move(arena), root);
  Matcher matcher(*grammar);
  FakeSource source(f.vocabulary->size(), 8, says({}));
  const auto result = f.run(source, &matcher);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kNoCompletion);
  EXPECT_EQ(result.error().pointer, "context");
  FakeSource larger(f.vocabulary->size(), 9, says({}));
  EXPECT_EQ(f.run(larger, &matcher)->tokens.size(), 8u);
}

}  // namespace
}  // namespace keyway
