// See added_tokens.h.
#include "runtime/tokenizer/added_tokens.h"

#include <algorithm>
#include <utility>

#include "runtime/tokenizer/code_point_table.h"

namespace keyway {
namespace {

constexpr uint32_t kNoNode = 0xFFFFFFFFu;

const CodePointTable& word() {
  static const CodePointTable table(unicode_word());
  return table;
}

size_t last_character(std::string_view text) {
  size_t at = text.size() - 1;
  while (is_utf8_continuation(text[at])) --at;
  return at;
}

bool ends_with_word(std::string_view text) {
  return !text.empty() && word().contains(decode_utf8(text.data() + last_character(text)).value);
}

bool starts_with_word(std::string_view text) {
  return !text.empty() && word().contains(decode_utf8(text.data()).value);
}

// Where the white space that `text` ends with begins.
size_t trailing_space(std::string_view text) {
  while (!text.empty()) {
    const size_t at = last_character(text);
    if (!white_space().contains(decode_utf8(text.data() + at).value)) break;
    text = text.substr(0, at);
  }
  return text.size();
}

size_t leading_space(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    if (!white_space().contains(point.value)) break;
    at += point.length;
  }
  return at;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)), nodes_(1) {
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (!tokens_[i].content.empty()) insert(tokens_[i].content, static_cast<uint32_t>(i));
  }
}

void AddedTokenMatcher::insert(std::string_view content, uint32_t token) {
  starts_[static_cast<uint8_t>(content[0])] = true;
  uint32_t node = 0;
  for (char c : content) {
    const uint8_t byte = static_cast<uint8_t>(c);
    const uint32_t next = child(node, byte);
    if (next != kNoNode) {
      node = next;
      continue;
    }
    const uint32_t made = static_cast<uint32_t>(nodes_.size());
    Node& parent = nodes_[node];
    const auto place = std::lower_bound(parent.bytes.begin(), parent.bytes.end(), byte) - parent.bytes.begin();
    parent.bytes.insert(parent.bytes.begin() + place, byte);
    parent.below.insert(parent.below.begin() + place, made);
    nodes_.emplace_back();
    node = made;
  }
  if (nodes_[node].token == kNoToken) nodes_[node].token = token;
}

uint32_t AddedTokenMatcher::child(uint32_t node, uint8_t byte) const {
  const Node& parent = nodes_[node];
  const auto place = std::lower_bound(parent.bytes.begin(), parent.bytes.end(), byte);
  if (place == parent.bytes.end() || *place != byte) return kNoNode;
  return parent.below[static_cast<size_t>(place - parent.bytes.begin())];
}

AddedTokenMatcher::Match AddedTokenMatcher::longest(std::string_view text, size_t at) const {
  Match best;
  uint32_t node = 0;
  for (; at < text.size(); ++at) {
    node = child(node, static_cast<uint8_t>(text[at]));
    if (node == kNoNode) break;
    if (nodes_[node].token != kNoToken) best = {nodes_[node].token, at + 1};
  }
  return best;
}

std::vector<AddedTokenPart> AddedTokenMatcher::cut(std::string_view text) const {
  std::vector<AddedTokenPart> parts;
  size_t done = 0;  // what lies before is in parts
  for (size_t at = 0; !tokens_.empty() && at < text.size();) {
    const Match match = starts_[static_cast<uint8_t>(text[at])] ? longest(text, at) : Match{};
    if (match.token == kNoToken) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[match.token];
    size_t begin = at;
    size_t end = at = match.end;
    if (token.single_word && (ends_with_word(text.substr(0, begin)) || starts_with_word(text.substr(end)))) continue;
    // What an rstrip has taken can match again; a token that then strips to the left has nothing left and is dropped.
    if (token.lstrip) begin = std::max(trailing_space(text.substr(0, begin)), done);
    if (token.rstrip) end += leading_space(text.substr(end));
    if (done < begin) parts.push_back({text.substr(done, begin - done), kNoToken});
    if (begin < end) parts.push_back({text.substr(begin, end - begin), token.id});
    done = end;
  }
  if (done < text.size()) parts.push_back({text.substr(done), kNoToken});
  return parts;
}

}  // namespace keyway
