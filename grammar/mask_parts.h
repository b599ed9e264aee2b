// Masks as unions: a token is allowed where any alternative of the state takes it, and an alternative is a head and what
// follows. What tokens do in the head is known (head_masks.h); what is left is to read on behind it.
//
// Entry points: MaskParts::make. No derivative is made but inside heads, which other states share: the choice of a key's
// names and of every other key is never stepped as one state. In front of a recorder nothing hangs on what was recorded:
// only what tokens do behind one is walked, by MaskBuilder. Receipt: README.md, "Masks, step by step".
// Invariant: a mask that make() gives is that of MaskBuilder, bit for bit. Thread safety: one thread at a time.
// Tested by tests/grammar/mask_parts_test.cc and tests/grammar/matcher_test.cc.
#pragma once

#include <vector>

#include "grammar/head_masks.h"
#include "grammar/listed_texts.h"
#include "grammar/mask_builder.h"

namespace keyway {

class MaskParts {
 public:
  // All outlive this.
  MaskParts(Automaton& automaton, size_t mask_words, HeadMasks& heads, MaskBuilder& builder)
      : automaton_(automaton), mask_words_(mask_words), heads_(heads), builder_(builder) {}

  // The text tokens that the state allows; `longest` as MaskBuilder::add_short. False where the state is none of
  // alternatives that are few and short to list, where what was recorded decides about many, or where the budget ran out.
  bool make(State state, StoredMask& mask);

 private:
  // What follows a part: terms one after the other, which are not joined, since most are never read.
  struct Tail {
    TermId term;
    uint32_t next;      // index of what follows; kNone: nothing
    uint32_t shortest;  // bytes of a shortest text of all of it
  };
  static constexpr uint32_t kNone = 0;
  // What is still to be read: `part`, then the tail, from a node of a trie on.
  struct Item {
    TermId part{0};
    uint32_t tail = kNone;
    uint32_t node = HeadMasks::kRoot;
    HeadMasks::Trie trie = HeadMasks::Trie::kTokens;
    const std::vector<uint64_t>* only = nullptr;  // of other tries than kTokens: the crossings in question
  };
  bool expand(Item item);
  bool expand_repeat(const Item& item);
  bool expand_names(const Item& item);
  void expand_bytes(const Item& item);
  void expand_listed(const Item& item, const ListedTexts& texts);
  void read_listed(const Item& item, const ListedTexts& texts, const ListedTexts::Range& range, uint32_t node);
  bool expand_head(const Item& item);
  bool expand_known(const Item& item, const HeadMask& head);
  ByteSet first_after(uint32_t tail) const;
  bool expand_strings();
  bool expand_items();
  bool takes_any(TermId text) const;
  bool expand_text(const Item& item, const ByteSet& ends);
  bool is_string(const Item& item) const;
  bool is_text(const Item& item, ByteSet& ends) const;
  void read(const Item& item, uint32_t node);
  void take(const Item& item, std::span<const TokenId> entries);
  // What was recorded (recording.h) may decide how the item reads on, and its recorders have not been told of the bytes
  // that led there.
  bool is_untold(const Item& item) const;
  bool take_untold(State state);
  TermId joined(const Item& item);
  void push(const Item& item, TermId part, uint32_t tail);
  void push_tail(const Item& item);
  uint32_t before(TermId term, uint32_t tail);
  StoredMask united() const;

  Automaton& automaton_;
  size_t mask_words_;
  HeadMasks& heads_;
  MaskBuilder& builder_;
  std::vector<Item> items_;
  std::vector<Tail> tails_;
  struct Listed {
    ListedTexts::Range range;
    uint32_t node;
  };
  std::vector<Listed> listed_;  // of expand_listed, still to be read
  // Where names are read: those of [first, last) go on below the node.
  struct NamesAt {
    uint32_t first, last, depth, node;
  };
  bool visit_names(const Item& item, const Definition::Names& names, NamesAt at);
  bool take_escapes(const Item& item, uint32_t backslash);
  std::vector<NamesAt> names_at_;
  std::vector<Item> untold_;
  std::vector<Item> strings_;  // until all are known
  size_t done_ = 0;            // items
  std::vector<const StoredMask*> rows_;
  std::vector<TokenId> tokens_;
  uint32_t longest_ = 0;
};

}  // namespace keyway
