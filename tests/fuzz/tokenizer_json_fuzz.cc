// Fuzz target of the tokenizer file: what is read encodes and decodes any text; what is refused has an error in words.
//
// The input is a tokenizer.json, a byte 0, and a text; without the byte the text is the file itself.
// Finds are kept in tests/fuzz/regressions/tokenizer_json, seeds in tests/fuzz/seeds/tokenizer_json.
// Tested by the replay test fuzz.tokenizer_json.
#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/tokenizer/stream_decoder.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/fuzz/fuzz.h"

using keyway::TokenId;
using keyway::fuzz::check;

namespace {

void check_decoding(const keyway::Tokenizer& tokenizer, const std::vector<TokenId>& ids, bool skip_special) {
  const std::string whole = tokenizer.decode(ids, skip_special);
  check(keyway::is_utf8(whole));
  keyway::StreamDecoder decoder(tokenizer, skip_special);
  std::string joined;
  for (TokenId id : ids) {
    const std::string added = decoder.push(id);
    check(keyway::is_utf8(added));
    joined += added;
  }
  check(joined + decoder.finish() == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  const std::string_view input = keyway::fuzz::input_text(data, size_bytes);
  const size_t zero = input.find('\0');
  const std::string_view file = input.substr(0, zero);
  const std::string_view text = zero == std::string_view::npos ? input : input.substr(zero + 1);
  const auto made = keyway::Tokenizer::parse(file);
  if (!made.ok()) {
    keyway::fuzz::check_error(made.error());
    check(!made.error().pointer.empty());
    return 0;
  }
  const keyway::Tokenizer& tokenizer = **made;
  const std::vector<TokenId> ids = tokenizer.encode(text, true), plain = tokenizer.encode_plain(text);
  for (TokenId id : ids) check(id < tokenizer.vocab_size());
  for (TokenId id : plain) {
    check(id < tokenizer.vocab_size());
    const bool is_text = tokenizer.vocabulary()->kind(id) == keyway::TokenKind::kText;
    check(is_text || tokenizer.spelling(id) == tokenizer.unk_token());
  }
  check_decoding(tokenizer, ids, false);
  check_decoding(tokenizer, plain, true);
  return 0;
}
