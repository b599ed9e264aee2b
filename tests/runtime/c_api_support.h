// Handles of the C interface that close themselves, and short ways to the calls that every test makes.
//
// Entry points: tiny, compile, refusal, open, mask, bit, byte_token, accepts. The default model's tokenizer is used.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/keyway.h"

namespace keyway::test {

template <auto Close>
struct Closer {
  template <typename T>
  void operator()(T* handle) const { Close(handle); }
};
using TokenizerHandle = std::unique_ptr<keyway_tokenizer, Closer<keyway_tokenizer_close>>;
using GrammarHandle = std::unique_ptr<keyway_grammar, Closer<keyway_grammar_release>>;
using MatcherHandle = std::unique_ptr<keyway_matcher, Closer<keyway_matcher_close>>;

// Takes an error text over. An object with the five members of the interface, whatever went wrong.
inline nlohmann::json error_of(char* text) {
  EXPECT_NE(text, nullptr);
  if (text == nullptr) return nullptr;
  const auto error = nlohmann::json::parse(text);
  keyway_free(text);
  for (const char* member : {"code", "message", "pointer", "given", "allowed"}) {
    EXPECT_TRUE(error.contains(member) && error[member].is_string()) << error;
  }
  EXPECT_EQ(error.size(), 5u);
  return error;
}

inline TokenizerHandle open_tokenizer(const std::string& folder = KEYWAY_SOURCE_DIR "/examples/models/keyway-tiny") {
  keyway_tokenizer* made = nullptr;
  char* error = nullptr;
  EXPECT_EQ(keyway_tokenizer_open(folder.c_str(), &made, &error), 0) << (error ? error : "");
  keyway_free(error);
  return TokenizerHandle(made);
}

inline keyway_tokenizer* tiny() {
  static const TokenizerHandle shared = open_tokenizer();
  return shared.get();
}

inline GrammarHandle compile(const char* kind, std::string_view text, const char* options = nullptr) {
  keyway_grammar* made = nullptr;
  char* error = nullptr;
  EXPECT_EQ(keyway_compile(tiny(), kind, text.data(), text.size(), options, &made, &error), 0) << (error ? error : "");
  keyway_free(error);
  return GrammarHandle(made);
}

// The error that compiling gives.
inline nlohmann::json refusal(const char* kind, std::string_view text, const char* options = nullptr) {
  keyway_grammar* made = nullptr;
  char* error = nullptr;
  EXPECT_LT(keyway_compile(tiny(), kind, text.data(), text.size(), options, &made, &error), 0) << text;
  EXPECT_EQ(made, nullptr);
  keyway_grammar_release(made);
  return error_of(error);
}

inline MatcherHandle open(const GrammarHandle& grammar) {
  keyway_matcher* made = nullptr;
  EXPECT_EQ(keyway_matcher_open(grammar.get(), &made, nullptr), 0);
  return MatcherHandle(made);
}

inline std::vector<uint32_t> mask(keyway_matcher* matcher) {
  std::vector<uint32_t> words((keyway_vocab_size(tiny()) + 31) / 32);
  EXPECT_EQ(keyway_mask(matcher, words.data(), words.size(), nullptr), 0);
  return words;
}

inline bool bit(const std::vector<uint32_t>& words, uint32_t token) { return words[token / 32] >> (token % 32) & 1; }

// The default model's token of one byte: after nine added tokens come the printable bytes, then the others (GPT-2's order).
inline uint32_t byte_token(uint8_t byte) {
  const auto printable = [](unsigned b) { return (b >= 33 && b <= 126) || (b >= 161 && b != 173); };
  uint32_t before = 0;
  for (unsigned b = 0; b < byte; ++b) before += printable(b) == printable(byte);
  return 9 + before + (printable(byte) ? 0 : 188);
}

// Text as tokens of one byte each.
inline std::vector<uint32_t> bytes_of(std::string_view text) {
  std::vector<uint32_t> tokens;
  for (char c : text) tokens.push_back(byte_token(static_cast<uint8_t>(c)));
  return tokens;
}

// How many bytes of the text are taken, one token each.
inline int accept_text(const MatcherHandle& matcher, std::string_view text) {
  const auto tokens = bytes_of(text);
  return keyway_accept_many(matcher.get(), tokens.data(), tokens.size());
}

// Whether the whole text is a text of the grammar.
inline bool accepts(const GrammarHandle& grammar, std::string_view text) {
  const MatcherHandle matcher = open(grammar);
  return accept_text(matcher, text) == static_cast<int>(text.size()) && keyway_can_end(matcher.get()) == 1;
}

}  // namespace keyway::test
