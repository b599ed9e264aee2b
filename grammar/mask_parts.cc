// See mask_parts.h.
#include "grammar/mask_parts.h"

#include <algorithm>

#include "grammar/text_term.h"

namespace keyway {
namespace {

constexpr size_t kMostItems = 8192;           // of one mask: past it the state is stepped as one
constexpr int kManyBytes = 32;                // of a text: no structure begins with as many
constexpr size_t kMostHeadBytes = 32u << 20;  // masks of heads that a grammar keeps

}  // namespace

bool MaskParts::make(State state, StoredMask& mask) {
  TermArena& arena = automaton_.arena();
  if (state.tail == TermArena::epsilon() && text_state(arena, state.head)) return false;
  if (heads_.bytes() > kMostHeadBytes) heads_.clear();
  items_.clear();
  rows_.clear();
  tokens_.clear();
  longest_ = 0;
  tails_.assign(1, {TermArena::epsilon(), kNone, 0});
  recorded_ = false;
  push({}, state.head, before(state.tail, kNone));
  for (size_t done = 0; !items_.empty(); ++done) {
    const Item item = items_.back();
    items_.pop_back();
    if (done == kMostItems || !arena.pay() || !expand(item) || recorded_) return false;
  }
  if (arena.exhausted()) return false;
  mask = united();
  return true;
}

void MaskParts::push(const Item& item, TermId part, uint32_t tail) {
  items_.push_back(item);
  items_.back().part = part;
  items_.back().tail = tail;
}

// Nothing more to read where there is no tail.
void MaskParts::push_tail(const Item& item) {
  if (item.tail != kNone) push(item, tails_[item.tail].term, tails_[item.tail].next);
}

uint32_t MaskParts::before(TermId term, uint32_t tail) {
  const TermArena& arena = automaton_.arena();
  if (term == TermArena::epsilon()) return tail;
  recorded_ = recorded_ || arena.records(term) || arena.recalls(term);
  tails_.push_back({term, tail, std::min(arena.shortest(term) + tails_[tail].shortest, kLongest)});
  return static_cast<uint32_t>(tails_.size() - 1);
}

// The bytes that what follows may begin with.
ByteSet MaskParts::first_after(uint32_t tail) const {
  TermArena& arena = automaton_.arena();
  ByteSet bytes;
  for (; tail != kNone; tail = tails_[tail].next) {
    bytes = bytes | first_bytes(arena, tails_[tail].term);
    if (!arena.nullable(tails_[tail].term)) break;
  }
  return bytes;
}

bool MaskParts::expand(Item item) {
  TermArena& arena = automaton_.arena();
  if (arena.kind(item.part) == TermKind::kSequence) {
    item.tail = before(arena.tail(item.part), item.tail);
    item.part = arena.head(item.part);
  }
  if (recorded_ || arena.records(item.part) || arena.recalls(item.part)) return false;
  switch (arena.kind(item.part)) {
    case TermKind::kNever:
    case TermKind::kTokens: return true;
    case TermKind::kSequence: return false;
    case TermKind::kEpsilon: push_tail(item); return true;
    case TermKind::kBytes: expand_bytes(item); return true;
    default: break;
  }
  if (is_string(item)) return expand_string(item);
  if (ByteSet ends; is_text(item, ends)) return expand_text(item, ends);
  if (arena.is_frozen(item.part) || text_state(arena, item.part)) return expand_head(item);
  switch (arena.kind(item.part)) {
    case TermKind::kChoice:
      for (TermId part : arena.parts(item.part)) push(item, part, item.tail);
      return true;
    case TermKind::kRepeat: return expand_repeat(item);
    default: break;
  }
  if (const ListedTexts* texts = arena.listed(item.part)) {
    expand_listed(item, *texts);
  } else {
    push(item, arena.unfold(item.part), item.tail);
  }
  return true;
}

bool MaskParts::expand_repeat(const Item& item) {
  TermArena& arena = automaton_.arena();
  const TermId part = arena.part(item.part);
  const uint32_t min = arena.repeat_min(item.part), max = arena.repeat_max(item.part);
  if (arena.nullable(part)) return false;  // without end at the same place
  // Text of most bytes: whole slices are proved for it.
  const bool bytes = arena.kind(part) == TermKind::kBytes;
  if (item.node == HeadMasks::kRoot && bytes && arena.byte_set(part).size() > kManyBytes) return false;
  if (bytes || first_bytes(arena, part).size() > kManyBytes) {
    const HeadMask* head = heads_.at(item.part, item.trie, item.node);
    if (head == nullptr) return false;
    if (expand_known(item, *head)) return true;
  }
  if (min == 0) push_tail(item);
  const TermId others = arena.repeat(part, min == 0 ? 0 : min - 1, max == kUnbounded ? max : max - 1);
  push(item, part, before(others, item.tail));
  return true;
}

// The list and the trie side by side: both are sorted.
void MaskParts::expand_listed(const Item& item, const ListedTexts& texts) {
  const TermArena& arena = automaton_.arena();
  listed_.assign(1, {texts.range(arena.reference_x(item.part), arena.reference_y(item.part)), item.node});
  while (!listed_.empty() && automaton_.arena().pay()) {
    Listed at = listed_.back();
    listed_.pop_back();
    if (texts.text(at.range.first).size() == at.range.read) {
      const auto after = texts.after(at.range.first++);
      Item over = item;
      over.node = at.node;
      push(over, after[0], before(after[1], before(after[2], item.tail)));
    }
    if (at.range.first < at.range.last) read_listed(item, texts, at.range, at.node);
  }
}

void MaskParts::read_listed(const Item& item, const ListedTexts& texts, const ListedTexts::Range& range, uint32_t node) {
  const TokenTrie& trie = heads_.trie(item.trie);
  const TrieNode* nodes = trie.nodes();
  const bool root = node == HeadMasks::kRoot;
  const uint32_t end = root ? 0 : nodes[node].subtree_end();
  uint32_t child = root ? TokenTrie::kNone : node + 1;
  for (ListedTexts::Range below = range; below.first < range.last; below.first = below.last) {
    below.last = texts.end_of_byte(range, below.first);
    const auto byte = static_cast<uint8_t>(texts.text(below.first)[range.read]);
    if (root) {
      child = trie.root(byte);
      if (child == TokenTrie::kNone) continue;
    } else {
      while (child < end && nodes[child].byte() < byte) child = nodes[child].subtree_end();
      if (child >= end) return;
      if (nodes[child].byte() != byte) continue;
    }
    const ListedTexts::Range then{below.first, below.last, range.read + 1};
    if (const auto entries = trie.tokens_at(child); !entries.empty()) {
      take(item, entries);
      longest_ = static_cast<uint32_t>(std::max<uint64_t>(longest_, std::min<uint64_t>(texts.shortest(then) + tails_[item.tail].shortest, kLongest)));
    }
    if (nodes[child].subtree_end() > child + 1) listed_.push_back({then, child});
  }
}

void MaskParts::expand_bytes(const Item& item) {
  const ByteSet& set = automaton_.arena().byte_set(item.part);
  const TokenTrie& trie = heads_.trie(item.trie);
  if (item.node == HeadMasks::kRoot) {
    set.for_each([&](uint8_t b) {
      if (trie.root(b) != TokenTrie::kNone) read(item, trie.root(b));
    });
    return;
  }
  const TrieNode* nodes = trie.nodes();
  const uint32_t end = nodes[item.node].subtree_end();
  uint8_t last = 0;  // siblings lie by rising byte
  set.for_each([&](uint8_t b) { last = b; });
  for (uint32_t child = item.node + 1; child < end && nodes[child].byte() <= last; child = nodes[child].subtree_end()) {
    if (set.contains(nodes[child].byte())) read(item, child);
  }
}

// The part is over at that node; what follows may be read below it.
void MaskParts::read(const Item& item, uint32_t node) {
  const TokenTrie& trie = heads_.trie(item.trie);
  const auto entries = trie.tokens_at(node);
  automaton_.arena().pay(1 + entries.size() / 16);
  if (!entries.empty()) {
    take(item, entries);
    longest_ = std::max(longest_, tails_[item.tail].shortest);
  }
  if (item.tail == kNone || trie.nodes()[node].subtree_end() == node + 1) return;
  Item below = item;
  below.node = node;
  push_tail(below);
}

void MaskParts::take(const Item& item, std::span<const TokenId> entries) {
  if (item.trie == HeadMasks::Trie::kTokens) {
    tokens_.insert(tokens_.end(), entries.begin(), entries.end());
    return;
  }
  const std::vector<TokenId>& cut = heads_.crossings(item.trie).tokens;
  for (uint32_t crossing : entries) {
    if (((*item.only)[crossing / 64] >> (crossing % 64) & 1) != 0) tokens_.push_back(cut[crossing]);
  }
}

// The inside of a JSON string in front of its quote, or of nothing: no byte of it is that quote, so that a token which
// ends it does so at one place. Other heads are walked from their place.
bool MaskParts::is_string(const Item& item) const {
  TermArena& arena = automaton_.arena();
  if (item.node != HeadMasks::kRoot || item.trie != HeadMasks::Trie::kTokens) return false;
  const auto text = text_state(arena, item.part);
  if (!text || text->spelling == TextSpelling::kUtf8) return false;
  if (item.tail == kNone) return true;
  const TermId next = automaton_.split(tails_[item.tail].term).head;
  return arena.kind(next) == TermKind::kBytes && arena.byte_set(next) == ByteSet::range('"', '"');
}

bool MaskParts::expand_string(const Item& item) {
  const HeadMask* head = heads_.string(item.part);
  if (head == nullptr) return false;
  rows_.push_back(&head->within);
  longest_ = std::max(longest_, std::min(head->within.longest + tails_[item.tail].shortest, kLongest));
  Item crossing = item;
  crossing.trie = HeadMasks::Trie::kFromQuotes;
  crossing.only = &head->crossings;
  push_tail(crossing);
  return true;
}

// A text that takes most bytes, in front of few: the quotes of Python, the mark behind a raw value. The text may hold those
// bytes too, and may be over in front of each.
bool MaskParts::is_text(const Item& item, ByteSet& ends) const {
  static constexpr int kFewEnds = 4;
  TermArena& arena = automaton_.arena();
  if (item.node != HeadMasks::kRoot || item.trie != HeadMasks::Trie::kTokens) return false;
  if (!text_state(arena, item.part) && arena.kind(item.part) != TermKind::kRepeat) return false;
  if (first_bytes(arena, item.part).size() <= kManyBytes) return false;
  ends = first_after(item.tail);
  bool marks = ends.size() <= kFewEnds;
  ends.for_each([&](uint8_t b) { marks = marks && TokenSlices::may_be_quote(b); });
  return marks;
}

bool MaskParts::expand_text(const Item& item, const ByteSet& ends) {
  const HeadMask* head = heads_.string(item.part);
  if (head == nullptr) return false;
  rows_.push_back(&head->within);
  longest_ = std::max(longest_, std::min(head->within.longest + tails_[item.tail].shortest, kLongest));
  bool known = true;
  ends.for_each([&](uint8_t b) {
    const HeadMask* cut = known ? heads_.ends_at(item.part, b) : nullptr;
    known = cut != nullptr;
    if (!known) return;
    Item crossing = item;
    crossing.trie = static_cast<HeadMasks::Trie>(b);
    crossing.only = &cut->crossings;
    push_tail(crossing);
  });
  return known;
}

bool MaskParts::expand_head(const Item& item) {
  const HeadMask* head = heads_.at(item.part, item.trie, item.node);
  return head != nullptr && expand_known(item, *head);
}

// False, and nothing done, where what the head does says too little.
bool MaskParts::expand_known(const Item& item, const HeadMask& head) {
  if (!head.usable) return false;
  const ByteSet first = head.exits.empty() ? ByteSet() : first_after(item.tail);
  if (!(first & head.both).empty()) return false;
  take(item, head.within.set);
  longest_ = std::max(longest_, std::min(head.within.longest + tails_[item.tail].shortest, kLongest));
  if (item.tail == kNone) return true;
  if (automaton_.arena().nullable(item.part)) push_tail(item);
  for (size_t i = 0; i < head.exits.size(); ++i) {
    if ((head.below[i] & first).empty()) continue;
    Item below = item;
    below.node = head.exits[i];
    push_tail(below);
  }
  return true;
}

StoredMask MaskParts::united() const {
  StoredMask mask;
  if (rows_.empty() && tokens_.size() <= mask_words_ / 2) {
    mask.set = tokens_;
  } else if (rows_.size() == 1) {
    mask = *rows_[0];
    mask.set.reserve(mask.set.size() + tokens_.size());
    mask.set.insert(mask.set.end(), tokens_.begin(), tokens_.end());
  } else {
    MaskSink sink(mask_words_);
    for (const StoredMask* row : rows_) sink.take_all(*row);
    for (TokenId token : tokens_) sink.take(token);
    mask = sink.made();
  }
  mask.longest = longest_;
  return mask;
}

}  // namespace keyway
