// Sorting and folding of entries into the flat trie; see token_trie.h.
#include "grammar/token_trie.h"

#include <algorithm>
#include <string>

#include "grammar/common_prefix.h"

namespace keyway {
namespace {

// The first 8 bytes as a number that sorts as they do; shorter texts are filled with 0.
uint64_t sort_key(std::string_view text) {
  uint64_t key = 0;
  for (size_t i = 0; i < 8; ++i) key = key << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  return key;
}

TrieNode make_node(char byte, size_t depth, size_t token) {
  return TrieNode{static_cast<uint32_t>(static_cast<uint8_t>(byte)) << 24, static_cast<uint32_t>(depth << 20 | token)};
}

// Entries that come from another trie are sorted already. Receipt: README.md, "Opening a vocabulary".
void sort_entries(std::vector<TrieEntry>& entries) {
  const auto in_order = [](const TrieEntry& a, const TrieEntry& b) {
    const int order = a.bytes.compare(b.bytes);
    return order != 0 ? order < 0 : a.token < b.token;
  };
  if (std::is_sorted(entries.begin(), entries.end(), in_order)) return;
  std::vector<std::pair<uint64_t, TrieEntry>> keyed;
  keyed.reserve(entries.size());
  for (const TrieEntry& entry : entries) keyed.emplace_back(sort_key(entry.bytes), entry);
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = a.second.bytes.compare(b.second.bytes);
    return order != 0 ? order < 0 : a.second.token < b.second.token;
  });
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = keyed[i].second;
}

}  // namespace

Result<TokenTrie> TokenTrie::create(std::vector<TrieEntry> entries) {
  sort_entries(entries);
  TokenTrie trie;
  size_t count = 0;
  std::string_view before;
  trie.tokens_.reserve(entries.size());
  for (const TrieEntry& entry : entries) {
    count += entry.bytes.size() - common_prefix(before, entry.bytes);
    before = entry.bytes;
    trie.tokens_.push_back(entry.token);
  }
  if (count > kMaxTrieNodes) {
    return fail(ErrorCode::kLimit, "the vocabulary has too many trie nodes", {}, std::to_string(count),
                "at most " + std::to_string(kMaxTrieNodes));
  }
  std::vector<TrieNode>& nodes = trie.nodes_;
  nodes.reserve(count + 1);
  std::vector<uint32_t> path;  // the open nodes: path[d] has depth d + 1
  const auto close_to = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back()) nodes[path.back()].byte_and_end |= static_cast<uint32_t>(nodes.size());
  };
  before = {};
  for (size_t index = 0; index < entries.size(); ++index) {
    const std::string_view text = entries[index].bytes;
    close_to(common_prefix(before, text));
    while (path.size() < text.size()) {
      const char byte = text[path.size()];
      path.push_back(static_cast<uint32_t>(nodes.size()));
      if (path.size() == 1) trie.roots_[static_cast<uint8_t>(byte)] = path[0];
      nodes.push_back(make_node(byte, path.size(), index));
    }
    trie.max_depth_ = std::max(trie.max_depth_, static_cast<uint32_t>(text.size()));
    before = text;
  }
  close_to(0);
  nodes.push_back(make_node('\0', 0, entries.size()));
  trie.measure();
  trie.list_children();
  return trie;
}

// From the last node back, so that what is below a node is measured before it.
void TokenTrie::measure() {
  heights_.assign(size(), 1);
  for (uint32_t node = size(); node-- > 0;) {
    const uint32_t end = nodes_[node].subtree_end();
    for (uint32_t child = node + 1; child < end; child = nodes_[child].subtree_end()) {
      heights_[node] = std::max(heights_[node], static_cast<uint8_t>(std::min<uint32_t>(heights_[child] + 1u, kTall)));
    }
  }
}

void TokenTrie::list_children() {
  for (uint32_t node = 0; node < size(); ++node) {
    const uint32_t end = nodes_[node].subtree_end();
    if (end - node <= kLarge) continue;
    TrieChildren children;
    children.first = static_cast<uint32_t>(child_nodes_.size());
    for (uint32_t child = node + 1; child < end; child = nodes_[child].subtree_end()) {
      children.bytes.insert(nodes_[child].byte());
      child_nodes_.push_back(child);
    }
    children_.insert(node, children);
  }
}

}  // namespace keyway
