// The two merge loops of byte-pair encoding; see bpe.h. Both give the same symbols.
#include <algorithm>
#include <queue>

#include "runtime/tokenizer/bpe.h"

namespace keyway {
namespace {

constexpr uint32_t kNoRank = 0xFFFFFFFFu;

// A long word as a linked list, so that a merge moves nothing.
struct Link {
  TokenId id;
  uint32_t before;  // index of the symbol to the left; of the first one: unused
  uint32_t after;   // index of the symbol to the right, or the number of symbols
  uint32_t rank;    // of the merge with the symbol to the right, kNoRank where there is none
  TokenId result;   // of that merge
};

}  // namespace

// Scans for the lowest rank after each merge: O(n^2), but without a heap. Requires: few symbols.
void BpeModel::merge_short(std::vector<TokenId>& symbols, size_t first) const {
  size_t count = symbols.size() - first;
  if (count < 2) return;
  TokenId* const ids = symbols.data() + first;
  Found found[64];  // found[i]: merge of symbols i and i + 1
  for (size_t i = 0; i + 1 < count; ++i) found[i] = find_merge(ids[i], ids[i + 1]);
  for (;;) {
    size_t best = 0;
    uint32_t rank = kNoRank;
    for (size_t i = 0; i + 1 < count; ++i) {
      if (found[i].rank < rank) rank = found[best = i].rank;
    }
    if (rank == kNoRank) break;
    ids[best] = found[best].result;
    std::copy(ids + best + 2, ids + count, ids + best + 1);
    std::copy(found + best + 1, found + count - 1, found + best);
    --count;
    if (best > 0) found[best - 1] = find_merge(ids[best - 1], ids[best]);
    if (best + 1 < count) found[best] = find_merge(ids[best], ids[best + 1]);
  }
  symbols.resize(first + count);
}

// A heap of (rank, place); entries that a merge beside them has made old are recognised by their rank.
void BpeModel::merge_long(std::vector<TokenId>& symbols, size_t first) const {
  const uint32_t count = static_cast<uint32_t>(symbols.size() - first);
  std::vector<Link> links(count);
  std::vector<uint64_t> entries;  // rank << 32 | index
  const auto refresh = [&](uint32_t i) {
    const bool last = links[i].after == count;
    const Found found = last ? Found{kNoRank, kNoToken} : find_merge(links[i].id, links[links[i].after].id);
    links[i].rank = found.rank;
    links[i].result = found.result;
    return found.rank != kNoRank;
  };
  for (uint32_t i = 0; i < count; ++i) links[i] = {symbols[first + i], i - 1, i + 1, kNoRank, kNoToken};
  for (uint32_t i = 0; i < count; ++i) {
    if (refresh(i)) entries.push_back(static_cast<uint64_t>(links[i].rank) << 32 | i);
  }
  std::priority_queue<uint64_t, std::vector<uint64_t>, std::greater<>> heap({}, std::move(entries));
  while (!heap.empty()) {
    const uint32_t i = static_cast<uint32_t>(heap.top());
    const uint32_t rank = static_cast<uint32_t>(heap.top() >> 32);
    heap.pop();
    if (links[i].rank != rank) continue;
    const uint32_t gone = links[i].after;
    links[i].id = links[i].result;
    links[i].after = links[gone].after;
    links[gone].rank = kNoRank;
    if (links[i].after != count) links[links[i].after].before = i;
    if (refresh(i)) heap.push(static_cast<uint64_t>(links[i].rank) << 32 | i);
    if (i == 0) continue;
    const uint32_t before = links[i].before;
    if (refresh(before)) heap.push(static_cast<uint64_t>(links[before].rank) << 32 | before);
  }
  symbols.resize(first);
  for (uint32_t i = 0; i < count; i = links[i].after) symbols.push_back(links[i].id);
}

}  // namespace keyway
