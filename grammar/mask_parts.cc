// See mask_parts.h.
#include "grammar/mask_parts.h"

#include <algorithm>

#include "grammar/recording.h"
#include "grammar/text_like.h"
#include "grammar/text_term.h"
#include "grammar/trie_child.h"

namespace keyway {
namespace {

constexpr size_t kMostItems = 8192;           // of one mask: past it the state is stepped as one
constexpr int kManyBytes = 32;                // of a text: no structure begins with as many
constexpr size_t kMostHeadBytes = 32u << 20;  // masks of heads that a grammar keeps

// As trie_child.h names it.
uint32_t place_of(uint32_t node) { return node == HeadMasks::kRoot ? TokenTrie::kNone : node; }

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
  untold_.clear();
  strings_.clear();
  done_ = 0;
  push({}, state.head, before(state.tail, kNone));
  if (!expand_items() || !expand_strings() || !expand_items()) return false;
  if (arena.exhausted() || (!untold_.empty() && !take_untold(state))) return false;
  mask = united();
  return true;
}

void MaskParts::push(const Item& item, TermId part, uint32_t tail) {
  items_.push_back(item);
  items_.back().part = part;
  items_.back().tail = tail;
}

bool MaskParts::expand_items() {
  while (!items_.empty()) {
    const Item item = items_.back();
    items_.pop_back();
    if (done_++ == kMostItems || !automaton_.arena().pay() || !expand(item)) return false;
  }
  return true;
}

// Nothing more to read where there is no tail.
void MaskParts::push_tail(const Item& item) {
  if (item.tail != kNone) push(item, tails_[item.tail].term, tails_[item.tail].next);
}

uint32_t MaskParts::before(TermId term, uint32_t tail) {
  const TermArena& arena = automaton_.arena();
  if (term == TermArena::epsilon()) return tail;
  tails_.push_back({term, tail, std::min(arena.shortest(term) + tails_[tail].shortest, kLongest)});
  return static_cast<uint32_t>(tails_.size() - 1);
}

// The bytes that what follows may begin with, whatever was recorded.
ByteSet MaskParts::first_after(uint32_t tail) const {
  TermArena& arena = automaton_.arena();
  ByteSet bytes;
  for (; tail != kNone; tail = tails_[tail].next) {
    const TermId like = arena.recalls(tails_[tail].term) ? relaxed(arena, tails_[tail].term) : tails_[tail].term;
    if (like == TermArena::never() || arena.recalls(like)) return ByteSet::range(0, 255);
    bytes = bytes | first_bytes(arena, like);
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
  if (is_untold(item)) {
    untold_.push_back(item);
    return true;
  }
  switch (arena.kind(item.part)) {
    case TermKind::kNever:
    case TermKind::kTokens: return true;
    case TermKind::kSequence: return false;
    case TermKind::kEpsilon: push_tail(item); return true;
    case TermKind::kBytes: expand_bytes(item); return true;
    default: break;
  }
  if (is_string(item)) {
    strings_.push_back(item);
    return true;
  }
  if (ByteSet ends; is_text(item, ends)) return expand_text(item, ends);
  if (arena.is_frozen(item.part) || text_state(arena, item.part)) return expand_head(item);
  switch (arena.kind(item.part)) {
    case TermKind::kChoice:
      for (TermId part : arena.parts(item.part)) push(item, part, item.tail);
      return true;
    case TermKind::kRepeat: return expand_repeat(item);
    case TermKind::kReference:
      if (expand_names(item)) return true;
      break;
    default: break;
  }
  if (const ListedTexts* texts = arena.listed(item.part)) {
    expand_listed(item, *texts);
  } else {
    push(item, arena.unfold(item.part), item.tail);
  }
  return true;
}

bool MaskParts::is_untold(const Item& item) const {
  const bool at_start = item.node == HeadMasks::kRoot && item.trie == HeadMasks::Trie::kTokens;
  return !at_start && automaton_.arena().recalls(item.part);
}

TermId MaskParts::joined(const Item& item) {
  std::vector<TermId> parts{item.part};
  for (uint32_t tail = item.tail; tail != kNone; tail = tails_[tail].next) parts.push_back(tails_[tail].term);
  return automaton_.arena().sequence(parts);
}

// What may come whatever was recorded is taken; only the other tokens are stepped one by one. False where they are many.
bool MaskParts::take_untold(State state) {
  static constexpr size_t kMostAside = 2000;
  TermArena& arena = automaton_.arena();
  std::vector<TokenId> aside;
  for (const Item& item : untold_) {
    MaskBuilder::Untold found{{}, {}, 0};
    const uint32_t node = item.node == HeadMasks::kRoot ? TokenTrie::kNone : item.node;
    builder_.read_untold(heads_.trie(item.trie), node, automaton_.split(joined(item)), found);
    if (arena.exhausted()) return false;
    take(item, found.taken);
    longest_ = std::max(longest_, found.longest);
    const size_t taken = tokens_.size();
    take(item, found.aside);
    aside.insert(aside.end(), tokens_.begin() + static_cast<std::ptrdiff_t>(taken), tokens_.end());
    tokens_.resize(taken);
    if (aside.size() > kMostAside) return false;
  }
  builder_.step_each(state, aside, tokens_, longest_);
  return !arena.exhausted();
}

bool MaskParts::expand_repeat(const Item& item) {
  TermArena& arena = automaton_.arena();
  const TermId part = arena.part(item.part);
  const uint32_t min = arena.repeat_min(item.part), max = arena.repeat_max(item.part);
  if (arena.nullable(part) || arena.records(part)) return false;  // the former without end at the same place
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
  for (ListedTexts::Range below = range; below.first < range.last; below.first = below.last) {
    below.last = texts.end_of_byte(range, below.first);
    const uint32_t child = child_of(trie, place_of(node), static_cast<uint8_t>(texts.text(below.first)[range.read]));
    if (child == TokenTrie::kNone) continue;
    const ListedTexts::Range then{below.first, below.last, range.read + 1};
    if (const auto entries = trie.tokens_at(child); !entries.empty()) {
      take(item, entries);
      longest_ = static_cast<uint32_t>(std::max<uint64_t>(longest_, std::min<uint64_t>(texts.shortest(then) + tails_[item.tail].shortest, kLongest)));
    }
    if (nodes[child].subtree_end() > child + 1) listed_.push_back({then, child});
  }
}

void MaskParts::expand_bytes(const Item& item) {
  for_each_child(heads_.trie(item.trie), place_of(item.node), automaton_.arena().byte_set(item.part), [&](uint32_t child) { read(item, child); });
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

// Whether it takes what any text takes, as far as that is seen without a search.
bool MaskParts::takes_any(TermId term) const {
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, term);
  if (!text || (text->spelling != TextSpelling::kJson && text->spelling != TextSpelling::kJsonCanonical)) return false;
  return arena.regexes().holds_from(text->expression) || arena.regexes().prefixed(text->expression);
}

// Where one of the strings takes what any takes, as every other key does and keys that hold a word somewhere, the others add
// no token inside them: of those only the quotes are looked at. Receipt: README.md, "The worst masks".
bool MaskParts::expand_strings() {
  const Item* widest = nullptr;
  for (const Item& item : strings_) {
    if (strings_.size() > 1 && widest == nullptr && takes_any(item.part)) widest = &item;
  }
  const auto spelling = [&](const Item& item) { return text_state(automaton_.arena(), item.part)->spelling; };
  for (const Item& item : strings_) {
    const bool adds = widest == nullptr || &item == widest || spelling(item) != spelling(*widest);
    const HeadMask* head = adds ? heads_.string(item.part) : heads_.quotes(item.part);
    if (head == nullptr) return false;
    if (adds) {
      rows_.push_back(&head->within);
      longest_ = std::max(longest_, std::min(head->within.longest + tails_[item.tail].shortest, kLongest));
    }
    Item crossing = item;
    crossing.trie = HeadMasks::Trie::kFromQuotes;
    crossing.only = &head->crossings;
    push_tail(crossing);
  }
  return true;
}

// A text that takes most bytes, in front of few: the quotes of Python, the mark behind a raw value. The text may hold those
// bytes too, and may be over in front of each.
bool MaskParts::is_text(const Item& item, ByteSet& ends) const {
  static constexpr int kFewEnds = 4;
  TermArena& arena = automaton_.arena();
  if (item.node != HeadMasks::kRoot || item.trie != HeadMasks::Trie::kTokens) return false;
  const bool like = arena.kind(item.part) == TermKind::kRepeat || is_text_like(arena, item.part);
  if (!text_state(arena, item.part) && !like) return false;
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

namespace {

bool is_left(const Definition::Names& names, uint32_t i) { return (names.left[i / 64] >> (i % 64) & 1) != 0; }

// Whether a token goes on with one of those bytes.
bool reads_any(const TokenTrie& trie, uint32_t node, const ByteSet& bytes) {
  bool any = false;
  for_each_child(trie, place_of(node), bytes, [&](uint32_t) { any = true; });
  return any;
}

}  // namespace

// The backslash of an escaped character of a name, and what follows. False where tokens tell characters apart.
bool MaskParts::take_escapes(const Item& item, uint32_t backslash) {
  const TokenTrie& trie = heads_.trie(item.trie);
  uint32_t node = backslash;
  take(item, trie.tokens_at(node));
  for (const char c : {'u', '0', '0'}) {
    node = child_of(trie, node, static_cast<uint8_t>(c));
    if (node == TokenTrie::kNone) return true;
    take(item, trie.tokens_at(node));
  }
  return trie.nodes()[node].subtree_end() == node + 1;
}

// Those of the names at a place that are left are taken and read on with, a byte at a time. False as take_escapes().
bool MaskParts::visit_names(const Item& item, const Definition::Names& names, NamesAt at) {
  const TokenTrie& trie = heads_.trie(item.trie);
  const auto begin = names.texts.begin();
  while (at.first < at.last) {
    const char byte = names.texts[at.first][at.depth];
    const auto with = [&](std::string_view text) { return text[at.depth] == byte; };
    const auto to = static_cast<uint32_t>(std::partition_point(begin + at.first, begin + at.last, with) - begin);
    uint32_t next = at.first;  // the first that is left
    while (next < to && !is_left(names, next)) ++next;
    at.first = to;
    if (next == to) continue;
    const uint32_t child = child_of(trie, place_of(at.node), static_cast<uint8_t>(byte));
    if (child == TokenTrie::kNone) continue;
    take(item, trie.tokens_at(child));
    names_at_.push_back({next, to, at.depth + 1, child});
  }
  const uint32_t backslash = names.escapes ? child_of(trie, place_of(at.node), '\\') : TokenTrie::kNone;
  return backslash == TokenTrie::kNone || take_escapes(item, backslash);
}

// Names are read in the trie side by side with its tokens. What is behind one is made where a token reads its end.
bool MaskParts::expand_names(const Item& item) {
  TermArena& arena = automaton_.arena();
  Definition::Names names;
  if (!arena.names(item.part, names)) return false;
  const TokenTrie& trie = heads_.trie(item.trie);
  const TrieNode* nodes = trie.nodes();
  longest_ = std::max(longest_, std::min(names.longest + tails_[item.tail].shortest, kLongest));
  bool whole = true;
  std::vector<std::pair<uint32_t, uint32_t>> ended;  // a name, and the node where it is over
  names_at_.assign(1, {names.first, names.last, names.depth, item.node});
  while (!names_at_.empty()) {
    NamesAt at = names_at_.back();
    names_at_.pop_back();
    const bool root = at.node == HeadMasks::kRoot;
    const uint32_t place = at.node, below = root ? 0 : nodes[place].subtree_end();
    if (!arena.pay()) return true;
    if (!root && below == place + 1) continue;
    if (names.texts[at.first].size() == at.depth) {
      if (is_left(names, at.first) && reads_any(trie, place, names.ends)) ended.emplace_back(at.first, place);
      ++at.first;
    }
    uint32_t next = at.first;  // the first that is left
    while (next < at.last && !is_left(names, next)) ++next;
    if (next == at.last) continue;
    at.first = next;
    whole = visit_names(item, names, at) && whole;
  }
  for (const auto& [name, node] : ended) {
    Item behind = item;
    behind.node = node;
    push(behind, arena.behind_name(item.part, name), item.tail);
  }
  if (!whole) push(item, arena.unfold(item.part), item.tail);
  return true;
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
