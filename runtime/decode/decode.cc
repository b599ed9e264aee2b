// The decode loop. decode() is the loop itself; Answer keeps what has come of it; TokenMask is its mask row.
//
// Entry points: decode, check_decode_options, finish_reason_name (decode.h).
// Invariant: the mask comes before every truncation; nothing is shown that a stop string may still take back.
// Tested by tests/runtime/decode_test.cc.
#include "runtime/decode/decode.h"

#include <algorithm>
#include <cmath>

#include "grammar/token_mask.h"
#include "runtime/decode/seen_tokens.h"
#include "runtime/decode/stop_filter.h"

namespace keyway {
namespace {

using Clock = std::chrono::steady_clock;

// Adds the time until its end of scope to `total`.
class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::nanoseconds& total) : total_(total), began_(Clock::now()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { total_ += Clock::now() - began_; }

 private:
  std::chrono::nanoseconds& total_;
  Clock::time_point began_;
};

// The mask row of a step: as wide as the logits, of which the last may be padding without a token.
class TokenMask {
 public:
  TokenMask(const DecodeRequest& request, std::chrono::nanoseconds& time)
      : matcher_(request.matcher), words_(mask_words(request.source->vocab_size())), time_(time) {
    for (TokenId token = 0; token < request.vocabulary->size(); ++token) {
      if (request.vocabulary->kind(token) != TokenKind::kAbsent) mask_set(words_.data(), token);
    }
  }
  // The row for the next token. Without a matcher: every token that has a text or is special.
  Status update(uint32_t tokens_left) {
    const Stopwatch watch(time_);
    return matcher_ == nullptr ? Status() : matcher_->mask_within(words_, tokens_left);
  }
  Status accept(TokenId token) {
    if (matcher_ == nullptr) return {};
    const Stopwatch watch(time_);
    const Result<bool> taken = matcher_->accept(token);
    if (!taken.ok()) return taken.error();
    if (!*taken) return fail(ErrorCode::kNotAllowed, "a masked token was refused", {}, std::to_string(token));
    return {};
  }
  const uint32_t* words() const { return words_.data(); }

 private:
  Matcher* matcher_;
  std::vector<uint32_t> words_;  // (mask_words(source vocab_size))
  std::chrono::nanoseconds& time_;
};

class Answer {
 public:
  Answer(const DecodeRequest& request, const DecodeOptions& options, const DecodeObserver& observer)
      : request_(request), parameters_(options.sample), observer_(observer), filter_(options.stop),
        occurred_(request.source->vocab_size()), written_(request.source->vocab_size()) {
    for (TokenId token : request.prompt) occurred_.add(token);
    result.prompt_tokens = static_cast<uint32_t>(request.prompt.size());
  }

  Result<std::span<const float>> forward(std::span<const TokenId> tokens) {
    const Stopwatch watch(result.completion_tokens == 0 ? result.times.prompt : result.times.forward);
    return request_.source->forward(tokens);
  }

  Result<TokenId> sample(std::span<const float> logits, const uint32_t* mask) {
    const Stopwatch watch(result.times.sample);
    const SampleRow row = {logits.data(), logits.size(), mask, occurred_.ids().data(), occurred_.ids().size(),
                           written_.ids().data(), written_.ids().size(), 0, result.completion_tokens};
    const SampleOutcome outcome = sample_row(row, parameters_, workspace_);
    if (outcome.fault == SampleFault::kNotFinite) {
      return fail(ErrorCode::kMismatch, "the model's logits are not finite numbers",
                  "token " + std::to_string(result.completion_tokens) + " of the answer");
    }
    if (outcome.fault == SampleFault::kEmptyMask) return fail(ErrorCode::kNotAllowed, "no token is allowed");
    step_ = {outcome.token, outcome.logprob, request_.matcher == nullptr ? 0 : outcome.log_allowed_mass};
    ++result.completion_tokens;
    result.logprob += step_.logprob;
    result.log_allowed_mass += step_.log_allowed_mass;
    return outcome.token;
  }

  // Shows what the token adds. True where the answer ends with it.
  bool stream(TokenId token) {
    if (observer_.on_step) observer_.on_step(step_);
    if (request_.matcher == nullptr ? request_.vocabulary->is_end(token) : request_.matcher->is_finished()) return true;
    result.tokens.push_back(token);
    occurred_.add(token);
    written_.add(token);
    show(filter_.push(request_.text->push(token)));
    return filter_.stopped();
  }

  DecodeResult finish(FinishReason reason) {
    if (!filter_.stopped()) show(filter_.push(request_.text->finish()));
    show(filter_.finish());
    result.finish = filter_.stopped() ? FinishReason::kStop : reason;
    return std::move(result);
  }

  DecodeResult result;

 private:
  void show(const std::string& text) {
    if (text.empty()) return;
    result.text += text;
    if (observer_.on_text) observer_.on_text(text);
  }

  const DecodeRequest& request_;
  const SampleParameters& parameters_;
  const DecodeObserver& observer_;
  StopFilter filter_;
  SampleWorkspace workspace_;
  SeenTokens occurred_;  // in the prompt or the answer
  SeenTokens written_;   // in the answer
  DecodeStep step_;
};

bool interrupted(const DecodeOptions& options) {
  return options.cancel.stop_requested() || (options.deadline && Clock::now() >= *options.deadline);
}

// How many tokens may be sampled: the last one is never forwarded.
Result<uint32_t> token_limit(const DecodeRequest& request, const DecodeOptions& options) {
  if (Status status = check_decode_options(options); !status.ok()) return status.error();
  if (request.prompt.empty()) return fail(ErrorCode::kInvalid, "the prompt has no token", "prompt");
  if (request.source->vocab_size() < request.vocabulary->size()) {
    return fail(ErrorCode::kMismatch, "the tokenizer has tokens that the model has no logits for", {},
                std::to_string(request.vocabulary->size()) + " tokens",
                std::to_string(request.source->vocab_size()) + " logits");
  }
  const size_t context = request.source->context_left();
  if (request.prompt.size() > context) {
    return fail(ErrorCode::kLimit, "the prompt is longer than the model's context", "prompt",
                std::to_string(request.prompt.size()) + " tokens", std::to_string(context) + " tokens");
  }
  const size_t room = context - request.prompt.size() + 1;
  const uint32_t limit = static_cast<uint32_t>(std::min<size_t>(options.max_tokens, room));
  if (request.matcher == nullptr) return limit;
  const Result<bool> fits = request.matcher->fits(limit);
  if (!fits.ok()) return fits.error();
  if (*fits) return limit;
  return fail(ErrorCode::kNoCompletion, "no answer that the grammar allows is so short",
              limit < options.max_tokens ? "context" : "max_tokens", std::to_string(limit) + " tokens");
}

// The fewest tokens that complete the answer. Requires: `most` tokens do.
Result<uint32_t> shortest_end(Matcher& matcher, uint32_t most) {
  uint32_t low = 0;
  while (low + 1 < most) {
    const uint32_t middle = low + (most - low) / 2;
    const Result<bool> fits = matcher.fits(middle);
    if (!fits.ok()) return fits.error();
    (*fits ? most : low) = middle;
  }
  return most;
}

}  // namespace

Result<DecodeResult> decode(const DecodeRequest& request, const DecodeOptions& options,
                            const DecodeObserver& observer) {
  const Result<uint32_t> limit = token_limit(request, options);
  if (!limit.ok()) return limit.error();
  Answer answer(request, options, observer);
  TokenMask mask(request, answer.result.times.mask);
  RunawayGuard guard(options.runaway);
  bool runaway = false;
  TokenId token = kNoToken;
  std::span<const TokenId> next = request.prompt;
  for (uint32_t left = *limit; left > 0; --left) {
    if (interrupted(options)) return answer.finish(FinishReason::kCancelled);
    const Result<std::span<const float>> logits = answer.forward(next);
    if (!logits.ok()) return logits.error();
    if (Status status = mask.update(left); !status.ok()) return status.error();
    const Result<TokenId> sampled = answer.sample(*logits, mask.words());
    if (!sampled.ok()) return sampled.error();
    token = *sampled;
    if (Status status = mask.accept(token); !status.ok()) return status.error();
    if (answer.stream(token)) return answer.finish(runaway ? FinishReason::kLoop : FinishReason::kStop);
    next = {&token, 1};
    if (runaway || !guard.push(token, request.vocabulary->bytes(token))) continue;
    // With a matcher only the shortest end is left, so that what was begun is closed; without one this is the end.
    runaway = true;
    if (request.matcher == nullptr) return answer.finish(FinishReason::kLoop);
    const Result<uint32_t> shortest = shortest_end(*request.matcher, left - 1);
    if (!shortest.ok()) return shortest.error();
    left = *shortest + 1;
  }
  return answer.finish(runaway ? FinishReason::kLoop : FinishReason::kLength);
}

Status check_decode_options(const DecodeOptions& options) {
  const SampleParameters& sample = options.sample;
  const auto bad = [](const char* name, const auto& given, const char* allowed) {
    return fail(ErrorCode::kInvalid, std::string(name) + " is out of range", name, std::to_string(given), allowed);
  };
  if (options.max_tokens == 0) return bad("max_tokens", options.max_tokens, "at least 1");
  if (!(sample.temperature >= 0) || std::isinf(sample.temperature)) {
    return bad("temperature", sample.temperature, "0 (greedy) or more, finite");
  }
  if (!(sample.top_p > 0) || std::isinf(sample.top_p)) return bad("top_p", sample.top_p, "more than 0");
  if (!(sample.min_p >= 0 && sample.min_p <= 1)) return bad("min_p", sample.min_p, "0 to 1");
  if (!(sample.repetition_penalty > 0) || std::isinf(sample.repetition_penalty)) {
    return bad("repetition_penalty", sample.repetition_penalty, "more than 0, finite");
  }
  if (!std::isfinite(sample.presence_penalty)) return bad("presence_penalty", sample.presence_penalty, "finite");
  if (options.stop.size() > kMostStopStrings) {
    return bad("stop", options.stop.size(), "at most 64 stop strings");
  }
  for (const std::string& stop : options.stop) {
    if (stop.empty() || stop.size() > kMostStopBytes) {
      return bad("stop", stop.size(), "stop strings of 1 to 1024 bytes");
    }
  }
  return {};
}

std::string_view finish_reason_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop: return "stop";
    case FinishReason::kToolCalls: return "tool_calls";
    case FinishReason::kLength: return "length";
    case FinishReason::kLoop: return "loop";
    case FinishReason::kCancelled: return "cancelled";
  }
  return "stop";
}

}  // namespace keyway
