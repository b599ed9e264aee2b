// Matchers of the C interface; see keyway.h. Tested by tests/runtime/c_api_test.cc.
#include <algorithm>

#include "runtime/c_api/handles.h"

using keyway::Matcher;
using keyway::Result;
using keyway::Status;
using keyway::c_api::guarded;
using keyway::c_api::kFailed;
using keyway::c_api::missing;
using keyway::c_api::report_error;

int keyway_matcher_open(const keyway_grammar* grammar, keyway_matcher** out, char** error) {
  if (grammar == nullptr) return missing("grammar", error);
  if (out == nullptr) return missing("out", error);
  return guarded(error, [&] {
    auto parts = grammar->parts_to_open();
    Matcher matcher(parts->compiled.grammar, parts->compiled.start);
    *out = new keyway_matcher{std::move(parts), std::move(matcher)};
    return 0;
  });
}

void* keyway_matcher_fork(const keyway_matcher* matcher) {
  if (matcher == nullptr) return nullptr;
  void* copy = nullptr;
  guarded(nullptr, [&] {
    copy = new keyway_matcher(*matcher);
    return 0;
  });
  return copy;
}

void keyway_matcher_close(keyway_matcher* matcher) {
  if (matcher == nullptr) return;
  const auto last_released = matcher->parts->last_released;
  delete matcher;
  last_released->give_back();
}

int keyway_mask(keyway_matcher* matcher, uint32_t* words, size_t word_count, char** error) {
  if (matcher == nullptr) return missing("matcher", error);
  if (words == nullptr) return missing("words", error);
  return guarded(error, [&] {
    const size_t needed = matcher->parts->compiled.mask_words;
    if (word_count < needed) {
      return report_error({keyway::ErrorCode::kInvalid, "the row is too short", "word_count",
                           std::to_string(word_count) + " words", std::to_string(needed) + " words or more"}, error);
    }
    const Status status = matcher->matcher.mask({words, word_count});
    return status.ok() ? 0 : report_error(status.error(), error);
  });
}

int keyway_accept(keyway_matcher* matcher, uint32_t token) {
  if (matcher == nullptr) return kFailed;
  return guarded(nullptr, [&] {
    const Result<bool> taken = matcher->matcher.accept(token);
    return taken.ok() ? static_cast<int>(*taken) : kFailed;
  });
}

int keyway_accept_many(keyway_matcher* matcher, const uint32_t* tokens, size_t count) {
  if (matcher == nullptr || (tokens == nullptr && count > 0)) return kFailed;
  return guarded(nullptr, [&] {
    const Result<size_t> taken = matcher->matcher.accept_many({tokens, count});
    return taken.ok() ? static_cast<int>(*taken) : kFailed;
  });
}

// Accepts and takes back: a copy of the matcher would cost two allocations a call.
int keyway_validate(const keyway_matcher* matcher, const uint32_t* tokens, size_t count) {
  if (matcher == nullptr || (tokens == nullptr && count > 0)) return kFailed;
  Matcher& state = const_cast<keyway_matcher*>(matcher)->matcher;
  const size_t before = state.accepted();
  const int taken = guarded(nullptr, [&] {
    const Result<size_t> accepted = state.accept_many({tokens, count});
    return accepted.ok() ? static_cast<int>(*accepted) : kFailed;
  });
  state.rollback(state.accepted() - before);
  return taken;
}

int keyway_rollback(keyway_matcher* matcher, uint32_t tokens) {
  if (matcher == nullptr) return kFailed;
  if (tokens > matcher->matcher.accepted() || tokens > matcher->parts->compiled.max_rollback) return kFailed;
  matcher->matcher.rollback(tokens);
  return 0;
}

int keyway_reset(keyway_matcher* matcher) {
  if (matcher == nullptr) return kFailed;
  matcher->matcher.reset();
  return 0;
}

int keyway_can_end(const keyway_matcher* matcher) {
  if (matcher == nullptr) return kFailed;
  return guarded(nullptr, [&] { return matcher->matcher.can_end() ? 1 : 0; });
}

int keyway_is_finished(const keyway_matcher* matcher) {
  return matcher == nullptr ? kFailed : matcher->matcher.is_finished() ? 1 : 0;
}

// The settled part of the forced bytes, cut as the tokenizer cuts it; the special token that must come, if one must.
int keyway_forced_tokens(keyway_matcher* matcher, uint32_t* tokens, size_t capacity) {
  if (matcher == nullptr || (tokens == nullptr && capacity > 0)) return kFailed;
  return guarded(nullptr, [&] {
    const Result<keyway::ForcedText> forced = matcher->matcher.forced();
    if (!forced.ok()) return kFailed;
    std::vector<keyway::TokenId> ids = forced->token;
    const std::string_view settled = std::string_view(forced->bytes).substr(0, forced->settled);
    const keyway::Tokenizer& tokenizer = *matcher->parts->tokenizer;
    if (!settled.empty()) {
      size_t at = 0;
      for (keyway::TokenId id : tokenizer.encode_plain(forced->bytes)) {
        const std::string_view bytes = tokenizer.token_bytes(id);
        // A tokenizer that adds a blank in front, or normalizes, does not write these bytes: nothing is forced then.
        if (at + bytes.size() > settled.size() || settled.substr(at, bytes.size()) != bytes) break;
        ids.push_back(id);
        at += bytes.size();
      }
    }
    const size_t count = std::min(ids.size(), capacity);
    std::copy_n(ids.begin(), count, tokens);
    return static_cast<int>(count);
  });
}
