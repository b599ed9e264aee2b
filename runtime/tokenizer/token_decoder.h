// Decoders of tokenizer.json: what each token stands for, and how the tokens are joined.
//
// Entry points: TokenDecoder::read, TokenDecoder::piece, fallback_byte; StreamDecoder does the joining.
// A chain is read as: steps for each token, perhaps ByteFallback, steps for each token, Fuse or ByteLevel, perhaps one
// Strip of the whole. Chains of another shape, and other decoders, are refused by name.
// Tested by tests/runtime/tokenizer_decode_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/tokenizer/json_view.h"
#include "runtime/tokenizer/split_pattern.h"

namespace keyway {

// What ill-formed UTF-8 is decoded to: U+FFFD.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct TokenDecoderStep {
  enum class Kind { kReplace, kMetaspace, kStrip };
  Kind kind = Kind::kReplace;
  SplitPattern pattern;             // kReplace
  std::string text;                 // kReplace: with what; kMetaspace: what a blank is written as; kStrip: what
  bool drops_at_start = false;      // kMetaspace: the first token loses its blanks
  uint64_t start = 0;               // kStrip: how many at most
  uint64_t stop = 0;
};

// Thread safety: immutable.
class TokenDecoder {
 public:
  // `view`: the member of the file; empty where there is none.
  static Result<TokenDecoder> read(const std::optional<JsonView>& view);

  // The bytes that a token adds to the text. `first`: no token came before it.
  std::string piece(std::string_view spelling, bool first) const;
  // The byte that a token such as <0x0A> is, where the chain has ByteFallback.
  std::optional<uint8_t> fallback_byte(std::string_view spelling) const;
  // A run of such bytes, once it has ended: its text, or U+FFFD for each byte where it is none.
  std::string run_piece(std::string_view bytes, bool first) const;

  // Whether piece() of the first token may differ.
  bool first_differs() const;
  // Whether pieces are bytes that form characters only together.
  bool joins_bytes() const { return byte_level_; }
  // Whether the tokens are joined with a blank: there is no decoder.
  bool joins_with_blanks() const { return absent_; }
  const std::optional<TokenDecoderStep>& final_strip() const { return final_strip_; }

 private:
  Status read_steps(const JsonView& view, int depth);
  Status read_step(const JsonView& view, std::string_view type);
  Status add(const JsonView& view, TokenDecoderStep step);

  bool absent_ = false;
  bool byte_level_ = false;
  bool byte_fallback_ = false;
  bool fused_ = false;
  std::vector<TokenDecoderStep> before_;  // before ByteFallback
  std::vector<TokenDecoderStep> after_;
  std::optional<TokenDecoderStep> final_strip_;
};

}  // namespace keyway
