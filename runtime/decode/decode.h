// The decode loop: forward, mask, sample, accept, stream.
//
// Entry points: decode; DecodeRequest, DecodeOptions, DecodeResult.
// Invariants: every token of an answer was allowed by the matcher's mask; with a matcher the answer is complete before
// `max_tokens` runs out or decode() says kNoCompletion before the first token; the observer sees text only up to a stop
// string and only in whole code points; greedy answers are a function of prompt, model and grammar, sampled ones of the
// seed besides.
// Thread safety: one call at a time per source and matcher; `cancel` may be requested from any thread.
// Tested by tests/runtime/decode_test.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/matcher.h"
#include "grammar/vocabulary.h"
#include "kernels/sample.h"
#include "runtime/decode/logits_source.h"
#include "runtime/decode/runaway.h"
#include "runtime/decode/text_decoder.h"

namespace keyway {

enum class FinishReason : uint8_t {
  kStop,       // an end token or a stop string
  kToolCalls,  // ended with calls; set by whoever parses them, never by decode()
  kLength,     // max_tokens or the context ran out; only without a matcher
  kLoop,       // the answer ran away (DecodeOptions::runaway), or the conversation repeats itself (tools/loop_guard.h)
  kCancelled,  // by `cancel` or by the deadline
};

// "stop", "tool_calls", "length", "loop", "cancelled".
std::string_view finish_reason_name(FinishReason reason);

struct DecodeOptions {
  uint32_t max_tokens = 256;         // the end token counts; more is cut to what the context holds
  SampleParameters sample;           // greedy
  std::vector<std::string> stop;     // at most kMostStopStrings
  RunawayLimits runaway;             // off; past a limit the answer ends as shortly as the matcher allows
  std::optional<std::chrono::steady_clock::time_point> deadline;  // looked at before each forward
  std::stop_token cancel;            // likewise
};

// One sampled token.
struct DecodeStep {
  TokenId token = kNoToken;
  double logprob = 0;           // under the model's own distribution
  double log_allowed_mass = 0;  // of the mask under it; 0 without a matcher
};

// Called as the answer grows; either may be empty.
struct DecodeObserver {
  std::function<void(const DecodeStep&)> on_step;
  std::function<void(std::string_view)> on_text;
};

struct DecodeRequest {
  LogitsSource* source = nullptr;
  const Vocabulary* vocabulary = nullptr;
  TextDecoder* text = nullptr;
  Matcher* matcher = nullptr;       // null: free; only end tokens, stop strings and max_tokens end the answer
  std::span<const TokenId> prompt;  // at least one token
};

// Where the time went; wall clock.
struct DecodeTimes {
  std::chrono::nanoseconds prompt{};   // the first forward
  std::chrono::nanoseconds forward{};  // the others
  std::chrono::nanoseconds mask{};     // masks and accepts
  std::chrono::nanoseconds sample{};
};

struct DecodeResult {
  std::vector<TokenId> tokens;  // without the end token
  std::string text;             // what the observer saw
  FinishReason finish = FinishReason::kStop;
  uint32_t prompt_tokens = 0;
  uint32_t completion_tokens = 0;  // sampled tokens, the end token included
  double logprob = 0;              // sums over the sampled tokens
  double log_allowed_mass = 0;
  DecodeTimes times;
};

// Requires: source, vocabulary and text are set; the matcher's vocabulary is `vocabulary`; the source is at the start of
// the prompt. Errors: kInvalid for options or an empty prompt; kLimit for a prompt longer than the context; kMismatch
// for a source with fewer logits than the vocabulary has tokens, and for logits that are not finite; kNoCompletion
// where no completion fits; whatever source and matcher report.
Result<DecodeResult> decode(const DecodeRequest& request, const DecodeOptions& options,
                            const DecodeObserver& observer = {});

// The checks of decode() on options alone; `pointer` of an error is the option's name.
Status check_decode_options(const DecodeOptions& options);

}  // namespace keyway
