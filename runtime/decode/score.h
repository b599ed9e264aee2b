// Teacher forcing: the log-probability of a given answer, free and under a grammar's masks.
//
// Entry points: score. Invariant: logprob_masked >= logprob; the masked figures of all answers of a grammar sum, as
// probabilities, to at most 1. Thread safety: as decode(). Tested by tests/runtime/score_test.cc.
#pragma once

#include <span>
#include <vector>

#include "grammar/error.h"
#include "grammar/matcher.h"
#include "runtime/decode/logits_source.h"

namespace keyway {

struct TokenScore {
  TokenId token = kNoToken;
  double logprob = 0;         // natural log, of the model's own distribution
  double logprob_masked = 0;  // of that distribution over the allowed tokens; equals logprob without a matcher
};

struct AnswerScore {
  double logprob = 0;  // sums
  double logprob_masked = 0;
  std::vector<TokenScore> tokens;
};

// `answer` follows `prompt`; with its end token it is a whole answer. Requires: the source is at the start of the prompt;
// the matcher is null or new. Errors: kInvalid for an empty prompt or answer; kLimit past the context; kNotAllowed, with
// the token's place, where the grammar does not allow the answer; kMismatch for logits that are not finite.
Result<AnswerScore> score(LogitsSource& source, Matcher* matcher, std::span<const TokenId> prompt,
                          std::span<const TokenId> answer);

}  // namespace keyway
