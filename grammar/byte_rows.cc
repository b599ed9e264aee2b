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
    for (const TokenLength::Body& body : length->body) {
      mask_set(made.body.data(), body.token);
      for (const char c : vocabulary.bytes(body.token)) {
        Row& row = made.holds[std::min<size_t>(static_cast<uint8_t>(c), kPastAscii)];
        if (row.empty()) row.assign(made.body.size(), 0);
        mask_set(row.data(), body.token);
      }
    }
  }
  return made;
}

}  // namespace keyway
