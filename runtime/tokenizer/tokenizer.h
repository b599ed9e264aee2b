// The tokenizer of a model: text to token ids and back, from the tokenizer.json of Hugging Face.
//
// Entry points: Tokenizer::open (a model folder), Tokenizer::parse (a text), encode, encode_plain, decode; StreamDecoder
// (stream_decoder.h) decodes token by token.
// Invariant: ids and decoded text equal those of the `tokenizers` package for every file that is accepted; a component
// that is not supported is refused by name, with its JSON Pointer. truncation and padding are not applied.
// Tested by tests/runtime/tokenizer_*_test.cc.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"
#include "grammar/vocabulary.h"
#include "runtime/tokenizer/added_tokens.h"
#include "runtime/tokenizer/bpe.h"
#include "runtime/tokenizer/normalizer.h"
#include "runtime/tokenizer/post_processor.h"
#include "runtime/tokenizer/pre_tokenizer.h"
#include "runtime/tokenizer/string_table.h"
#include "runtime/tokenizer/token_decoder.h"

namespace keyway {

struct NamedTemplate {
  std::string name;  // "default", or for example "tool_use"
  std::string text;
};

// What stands beside tokenizer.json.
struct TokenizerExtras {
  std::vector<TokenId> end_ids;            // from generation_config.json or config.json
  std::vector<std::string> end_spellings;  // from tokenizer_config.json, used where end_ids is empty
  std::vector<NamedTemplate> chat_templates;
  std::string bos, eos, pad, unk;          // spellings; empty where there is none
};

// Thread safety: a const object may be used by many threads.
class Tokenizer {
 public:
  // `path`: a folder with tokenizer.json, or the file itself. The files beside it, all optional, give end tokens (the
  // first source that has any, of: eos_token_id of generation_config.json, of config.json, eos_token of
  // tokenizer_config.json, added tokens spelled like a known end token), control tokens and chat templates
  // (chat_template.jinja, else tokenizer_config.json).
  static Result<std::shared_ptr<const Tokenizer>> open(const std::filesystem::path& path);
  // Complexity: O(bytes). Errors: kSyntax with line and column for what is no JSON; kInvalid, kUnsupported and kLimit
  // with a JSON Pointer.
  static Result<std::shared_ptr<const Tokenizer>> parse(std::string_view json, const TokenizerExtras& extras = {});

  // Ids of a text in which added tokens are recognised wherever they stand. With `add_special_tokens` the post-
  // processor puts its control tokens around. Ill-formed UTF-8 is read as U+FFFD.
  // Complexity: O(n log n) in the bytes of the text.
  std::vector<TokenId> encode(std::string_view text, bool add_special_tokens = false) const;

  // For text from outside: spellings of added tokens are plain text, and only ids of text and the unknown token come
  // out. (Added tokens that are mere white space are text, and are used.)
  std::vector<TokenId> encode_plain(std::string_view text) const;

  // Text of the ids; ids that are no token are left out. Ill-formed UTF-8 becomes U+FFFD.
  std::string decode(std::span<const TokenId> ids, bool skip_special_tokens = false) const;

  // One past the largest id.
  size_t vocab_size() const { return vocabulary_->size(); }
  // The bytes that the token adds to a text; for an added token its spelling. Requires: id < vocab_size().
  std::string_view token_bytes(TokenId id) const { return pieces_.at(id); }
  // As written in tokenizer.json, for example with a G-dot for a blank; an added token that is looked for in normalized
  // text is normalized here too. Requires: id < vocab_size().
  std::string_view spelling(TokenId id) const { return spellings_.at(id); }
  bool is_special(TokenId id) const { return id < flags_.size() && (flags_[id] & kSpecialFlag) != 0; }
  // By spelling, added tokens and those of the model.
  std::optional<TokenId> id_of(std::string_view spelling) const;
  const std::vector<TokenId>& end_tokens() const { return vocabulary_->end_tokens(); }
  // The tokens as a grammar sees them.
  const std::shared_ptr<const Vocabulary>& vocabulary() const { return vocabulary_; }

  const std::vector<NamedTemplate>& chat_templates() const { return extras_.chat_templates; }
  // The template of that name; empty where there is none.
  std::optional<std::string_view> chat_template(std::string_view name = "default") const;
  const std::string& bos_token() const { return extras_.bos; }
  const std::string& eos_token() const { return extras_.eos; }
  const std::string& pad_token() const { return extras_.pad; }
  const std::string& unk_token() const { return extras_.unk; }

 private:
  friend class StreamDecoder;
  friend class TokenizerParser;

  // Texts by id, side by side in one block.
  class TextTable {
   public:
    void add(std::string_view text) {
      bytes_ += text;
      offsets_.push_back(static_cast<uint32_t>(bytes_.size()));
    }
    std::string_view at(TokenId id) const {
      return {bytes_.data() + offsets_[id], offsets_[id + 1] - offsets_[id]};
    }

   private:
    std::string bytes_;
    std::vector<uint32_t> offsets_{0};
  };

  static constexpr uint8_t kPresentFlag = 1;  // the id has a token
  static constexpr uint8_t kSpecialFlag = 2;
  static constexpr uint8_t kByteFlag = 4;     // one byte of a run that is decoded as a whole

  Tokenizer() = default;
  void encode_parts(std::string_view text, const AddedTokenMatcher& raw, const AddedTokenMatcher& normalized,
                    std::vector<TokenId>& ids) const;
  void encode_text(std::string_view text, bool at_start, const AddedTokenMatcher& normalized,
                   std::vector<TokenId>& ids) const;

  // Whether text from outside may become this token.
  bool is_plain(TokenId id) const { return vocabulary_->kind(id) == TokenKind::kText || id == unknown_; }
  void append_as_text(TokenId id, std::vector<TokenId>& ids) const;

  TokenizerExtras extras_;
  std::optional<TokenId> unknown_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  std::shared_ptr<const BpeModel> model_;
  PostProcessor post_processor_;
  TokenDecoder decoder_;
  AddedTokenMatcher added_raw_;         // looked for in the text as it is
  AddedTokenMatcher added_normalized_;  // looked for in the normalized text
  AddedTokenMatcher blank_raw_;         // the same, those only that are white space
  AddedTokenMatcher blank_normalized_;
  StringTable ids_by_spelling_;
  TextTable spellings_;
  TextTable pieces_;
  std::vector<uint8_t> flags_;  // (vocab_size)
  std::shared_ptr<const Vocabulary> vocabulary_;
};

}  // namespace keyway
