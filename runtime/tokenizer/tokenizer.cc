// Encoding and decoding; see tokenizer.h. Reading the file is tokenizer_parse.cc, the folder tokenizer_folder.cc.
#include "runtime/tokenizer/tokenizer.h"

#include <simdjson.h>

#include <algorithm>

#include "grammar/utf8.h"
#include "runtime/tokenizer/byte_level.h"
#include "runtime/tokenizer/stream_decoder.h"

namespace keyway {
namespace {

// Every byte that is not part of a well-formed character becomes U+FFFD.
std::string repair_utf8(std::string_view text) {
  std::string repaired;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      repaired += "\xEF\xBF\xBD";
      ++at;
    } else {
      repaired += text.substr(at, length);
      at += length;
    }
  }
  return repaired;
}

}  // namespace

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool add_special_tokens) const {
  std::vector<TokenId> ids;
  if (add_special_tokens) ids = post_processor_.before;
  encode_parts(text, added_raw_, added_normalized_, ids);
  if (add_special_tokens) ids.insert(ids.end(), post_processor_.after.begin(), post_processor_.after.end());
  return ids;
}

std::vector<TokenId> Tokenizer::encode_plain(std::string_view text) const {
  std::vector<TokenId> ids;
  encode_parts(text, blank_raw_, blank_normalized_, ids);
  const auto is_plain_id = [this](TokenId id) { return is_plain(id); };
  if (std::all_of(ids.begin(), ids.end(), is_plain_id)) return ids;
  // A word read like an added token, or merged into one.
  std::vector<TokenId> plain;
  for (TokenId id : ids) append_as_text(id, plain);
  return plain;
}

void Tokenizer::append_as_text(TokenId id, std::vector<TokenId>& ids) const {
  if (is_plain(id)) return ids.push_back(id);
  std::string text(spelling(id));
  if (pre_tokenizer_.byte_level()) text = byte_level_decode(text).value_or(text);
  std::vector<TokenId> characters;
  model_->encode_characters(text, characters);
  for (TokenId character : characters) {
    // A character that is an added token itself counts as unknown.
    if (is_plain(character)) ids.push_back(character);
    if (!is_plain(character) && unknown_) ids.push_back(*unknown_);
  }
}

void Tokenizer::encode_parts(std::string_view text, const AddedTokenMatcher& raw, const AddedTokenMatcher& normalized,
                             std::vector<TokenId>& ids) const {
  std::string repaired;
  if (!simdjson::validate_utf8(text.data(), text.size())) text = repaired = repair_utf8(text);
  ids.reserve(ids.size() + text.size() / 3);
  if (raw.empty()) return encode_text(text, true, normalized, ids);
  for (const AddedTokenPart& part : raw.cut(text)) {
    if (part.token != kNoToken) {
      ids.push_back(part.token);
    } else {
      encode_text(part.text, part.text.data() == text.data(), normalized, ids);
    }
  }
}

void Tokenizer::encode_text(std::string_view text, bool at_start, const AddedTokenMatcher& normalized,
                            std::vector<TokenId>& ids) const {
  std::string storage;
  if (normalizer_.apply(text, storage)) text = storage;
  const auto encode_word = [this, &ids](std::string_view word) { model_->encode(word, ids); };
  if (normalized.empty()) return pre_tokenizer_.split(text, at_start, encode_word);
  for (const AddedTokenPart& part : normalized.cut(text)) {
    if (part.token != kNoToken) {
      ids.push_back(part.token);
    } else {
      pre_tokenizer_.split(part.text, at_start && part.text.data() == text.data(), encode_word);
    }
  }
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special_tokens) const {
  StreamDecoder decoder(*this, skip_special_tokens);
  std::string text;
  for (TokenId id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

std::optional<TokenId> Tokenizer::id_of(std::string_view spelling) const {
  const TokenId id = ids_by_spelling_.find(spelling);
  return id == kNoToken ? std::nullopt : std::optional<TokenId>(id);
}

std::optional<std::string_view> Tokenizer::chat_template(std::string_view name) const {
  for (const NamedTemplate& candidate : extras_.chat_templates) {
    if (candidate.name == name) return candidate.text;
  }
  return std::nullopt;
}

}  // namespace keyway
