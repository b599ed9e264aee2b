// Matchers of the C interface; see keyway.h.
#include <atomic>
#include <thread>
#include <vector>

#include "runtime/c_api/handles.h"

using keyway::Result;
using keyway::Status;
using keyway::c_api::guarded;
using keyway::c_api::kFailed;
using keyway::c_api::report_error;

int keyway_matcher_open(const keyway_grammar* grammar, keyway_matcher** out, char** error) {
  return guarded(error, [&] {
    *out = new keyway_matcher{grammar->tokenizer, keyway::Matcher(grammar->grammar), grammar->max_rollback};
    return 0;
  });
}

void* keyway_matcher_fork(const keyway_matcher* matcher) {
  void* copy = nullptr;
  guarded(nullptr, [&] {
    copy = new keyway_matcher(*matcher);
    return 0;
  });
  return copy;
}

void keyway_matcher_close(keyway_matcher* matcher) { delete matcher; }

int keyway_mask(keyway_matcher* matcher, uint32_t* words, size_t word_count, char** error) {
  return guarded(error, [&] {
    const size_t needed = keyway::mask_words(matcher->matcher.grammar().vocabulary().size());
    if (word_count < needed) {
      return report_error({keyway::ErrorCode::kInvalid, "the row is too short", {}, std::to_string(word_count) + " words",
                           std::to_string(needed) + " words or more"}, error);
    }
    const Status status = matcher->matcher.mask({words, word_count});
    return status.ok() ? 0 : report_error(status.error(), error);
  });
}

int keyway_masks(keyway_matcher* const* matchers, size_t count, uint32_t* words, size_t row_words, unsigned threads,
                 char** error) {
  return guarded(error, [&] {
    std::atomic<size_t> next{0};
    std::vector<char*> errors(count, nullptr);
    auto work = [&] {
      for (size_t i = next++; i < count; i = next++) keyway_mask(matchers[i], words + i * row_words, row_words, &errors[i]);
    };
    std::vector<std::thread> helpers;
    for (size_t i = 1; i < std::min<size_t>(threads, count); ++i) helpers.emplace_back(work);
    work();
    for (auto& helper : helpers) helper.join();
    int result = 0;
    for (char* text : errors) {
      if (text == nullptr) continue;
      if (result == 0 && error != nullptr) *error = text;
      if (result != 0 || error == nullptr) keyway_free(text);
      result = kFailed;
    }
    return result;
  });
}

int keyway_accept(keyway_matcher* matcher, uint32_t token) {
  return guarded(nullptr, [&] {
    const Result<bool> taken = matcher->matcher.accept(token);
    return taken.ok() ? static_cast<int>(*taken) : kFailed;
  });
}

int keyway_accept_many(keyway_matcher* matcher, const uint32_t* tokens, size_t count) {
  return guarded(nullptr, [&] {
    const Result<size_t> taken = matcher->matcher.accept_many({tokens, count});
    return taken.ok() ? static_cast<int>(*taken) : kFailed;
  });
}

int keyway_validate(const keyway_matcher* matcher, const uint32_t* tokens, size_t count) {
  return guarded(nullptr, [&] {
    keyway::Matcher probe = matcher->matcher;
    const Result<size_t> taken = probe.accept_many({tokens, count});
    return taken.ok() ? static_cast<int>(*taken) : kFailed;
  });
}

int keyway_rollback(keyway_matcher* matcher, uint32_t tokens) {
  if (tokens > matcher->matcher.accepted() || tokens > matcher->max_rollback) return kFailed;
  matcher->matcher.rollback(tokens);
  return 0;
}

int keyway_reset(keyway_matcher* matcher) {
  matcher->matcher.reset();
  return 0;
}

int keyway_can_end(const keyway_matcher* matcher) { return matcher->matcher.can_end() ? 1 : 0; }

int keyway_is_finished(const keyway_matcher* matcher) { return matcher->matcher.is_finished() ? 1 : 0; }

// The settled part of the forced bytes, cut as the tokenizer cuts it; the special token that must come, if one must.
int keyway_forced_tokens(keyway_matcher* matcher, uint32_t* tokens, size_t capacity) {
  return guarded(nullptr, [&] {
    const Result<keyway::ForcedText> forced = matcher->matcher.forced();
    if (!forced.ok()) return kFailed;
    std::vector<keyway::TokenId> ids = forced->token;
    const std::string_view settled = std::string_view(forced->bytes).substr(0, forced->settled);
    if (!settled.empty()) {
      size_t at = 0;
      for (keyway::TokenId id : matcher->tokenizer->encode_plain(forced->bytes)) {
        const std::string_view bytes = matcher->tokenizer->token_bytes(id);
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
