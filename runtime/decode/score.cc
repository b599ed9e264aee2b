// Teacher forcing, one token at a time; see score.h. Tested by tests/runtime/score_test.cc.
#include "runtime/decode/score.h"

#include "grammar/token_mask.h"
#include "kernels/sample.h"

namespace keyway {

Result<AnswerScore> score(LogitsSource& source, Matcher* matcher, std::span<const TokenId> prompt,
                          std::span<const TokenId> answer) {
  if (prompt.empty()) return fail(ErrorCode::kInvalid, "the prompt has no token", "prompt");
  if (answer.empty()) return fail(ErrorCode::kInvalid, "the answer has no token", "answer");
  if (prompt.size() > source.context_left() || answer.size() - 1 > source.context_left() - prompt.size()) {
    return fail(ErrorCode::kLimit, "prompt and answer are longer than the model's context", {},
                std::to_string(prompt.size()) + " and " + std::to_string(answer.size()) + " tokens",
                std::to_string(source.context_left()) + " tokens");
  }
  AnswerScore result;
  SampleWorkspace workspace;
  std::vector<uint32_t> words(mask_words(source.vocab_size()));
  std::span<const TokenId> next = prompt;
  for (size_t i = 0; i < answer.size(); ++i) {
    const TokenId token = answer[i];
    const std::string place = "token " + std::to_string(i) + " of the answer";
    if (token >= source.vocab_size()) return fail(ErrorCode::kInvalid, "no such token", place, std::to_string(token));
    const Result<std::span<const float>> logits = source.forward(next);
    if (!logits.ok()) return logits.error();
    SampleRow row;
    row.logits = logits->data();
    row.vocab_size = logits->size();
    if (matcher != nullptr) {
      if (Status status = matcher->mask(words); !status.ok()) return status.error();
      row.mask = words.data();
    }
    const SampleOutcome outcome = score_row(row, token, workspace);
    if (outcome.fault == SampleFault::kNotFinite) {
      return fail(ErrorCode::kMismatch, "the model's logits are not finite numbers", place);
    }
    if (matcher != nullptr) {
      const Result<bool> taken = matcher->accept(token);
      if (!taken.ok()) return taken.error();
      if (!*taken) {
        return fail(ErrorCode::kNotAllowed, "the grammar does not allow this answer", place,
                    std::string(matcher->grammar().vocabulary().bytes(token)));
      }
    }
    result.tokens.push_back({token, outcome.logprob, outcome.logprob - outcome.log_allowed_mass});
    result.logprob += result.tokens.back().logprob;
    result.logprob_masked += result.tokens.back().logprob_masked;
    next = answer.subspan(i, 1);
  }
  return result;
}

}  // namespace keyway
