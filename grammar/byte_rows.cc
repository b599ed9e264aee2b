// See byte_rows.h.
#include "grammar/byte_rows.h"

#include <algorithm>

#include "grammar/token_mask.h"
#include "grammar/token_slices.h"

namespace keyway {

ByteRows ByteRows::create(const Vocabulary& vocabulary, const TokenLength& short_tokens, const TokenLength& long_tokens) {
  ByteRows made;
  made.body.assign(mask_words(vocabulary.size()), 0);
  for (const TokenLength* length : {&short_tokens, &long_tokens}) {
    for (const TokenLength::Body& body : length->body) mask_set(made.body.data(), body.token);
  }
  // By rising number, so that each row is written from its start to its end: half the time for 128,256 tokens.
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    if (!mask_test(made.body.data(), token)) continue;
    for (const char c : vocabulary.bytes(token)) {
      Row& row = made.holds[std::min<size_t>(static_cast<uint8_t>(c), kPastAscii)];
      if (row.empty()) row.assign(made.body.size(), 0);
      mask_set(row.data(), token);
    }
  }
  return made;
}

}  // namespace keyway
