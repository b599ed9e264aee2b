// Added tokens inside a text: found before anything else happens to it.
//
// Entry points: AddedToken, AddedTokenMatcher.
// Invariant: matches are the leftmost and of these the longest, not overlapping; a match that its flags refuse still
// moves the search past it. Both as in the `tokenizers` package.
// Tested by tests/runtime/tokenizer_pipeline_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/ids.h"

namespace keyway {

struct AddedToken {
  std::string content;  // UTF-8, as it stands in the text (normalized, where the token says so)
  TokenId id = 0;
  bool single_word = false;  // not inside a word
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space after it
  bool normalized = false;   // looked for in normalized text
  bool special = false;
};

// A part of a text: either a token or text between tokens.
struct AddedTokenPart {
  std::string_view text;
  TokenId token = kNoToken;  // kNoToken: text
};

// Thread safety: immutable.
class AddedTokenMatcher {
 public:
  AddedTokenMatcher() = default;
  explicit AddedTokenMatcher(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }

  // Cuts `text` into tokens and what lies between; text parts are not empty.
  // Requires: well-formed UTF-8. Complexity: O(bytes + for each place that begins like a token, the length of that
  // beginning).
  std::vector<AddedTokenPart> cut(std::string_view text) const;

 private:
  struct Node {
    uint32_t token = kNoToken;     // index into tokens_
    std::vector<uint8_t> bytes;    // sorted
    std::vector<uint32_t> below;   // parallel to bytes: node
  };
  struct Match {
    uint32_t token = kNoToken;  // index into tokens_
    size_t end = 0;
  };

  void insert(std::string_view content, uint32_t token);
  uint32_t child(uint32_t node, uint8_t byte) const;
  Match longest(std::string_view text, size_t at) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_;
  bool starts_[256] = {};
};

}  // namespace keyway
