// What tokens do inside the head of a state, whatever follows it: made once for a head and shared by all its tails, and by
// all grammars where the head is of the frozen base (TermArena::is_frozen) or a text that has a name (fingerprint.h): a date, an
// address, a pattern that several schemas use.
//
//   state   {"a": 12   head = <digits and on>   tail = <comma, or brace>      tokens inside the head:  0 1 ... 999
//                                                                             exits: after which of them the tail may read
//
// Entry points: HeadMasks::string, HeadMasks::at, SharedHeads.
// Invariants: HeadMask holds for every tail; dropping one costs time only; the work that a grammar pays for does not depend
// on what other grammars have made. For a text it pays what the grammar paid that made it, which differs by what of it each had
// made before.
// Thread safety: SharedHeads by any number of threads, HeadMasks by one at a time. Tested by tests/grammar/mask_parts_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/fingerprint.h"
#include "grammar/flat_map.h"
#include "grammar/stable_list.h"
#include "grammar/stored_mask.h"
#include "grammar/token_slices.h"

namespace keyway {

struct HeadMask {
  // Entries of the trie that end inside the head; `longest`: of what is left of the head.
  StoredMask within;
  // Of at(): nodes below the place after which the head may be over. Where there are many, those alone that have a child
  // which the head does not take; what it takes at such a node is then in `both`.
  std::vector<uint32_t> exits;
  std::vector<ByteSet> below;  // (exits), the bytes of their children
  ByteSet both;
  bool usable = true;  // false: the head reaches too far to be listed
  // Of string() and ends_at(): bit i tells whether the head may be over before the quote of crossing i.
  std::vector<uint64_t> crossings;

  // Beside rows that others hold too.
  size_t bytes() const { return sizeof(HeadMask) + within.bytes() + exits.size() * (4 + sizeof(ByteSet)) + crossings.size() * 8; }
};

// Of string(), for a text of whichever grammar.
struct TextMask {
  HeadMask mask;
  uint64_t work = 0;  // units, of whoever uses it
};

// What grammars of one vocabulary share: masks of frozen heads, by family of arenas and by head and place, and of texts by name.
class SharedHeads {
 public:
  using Known = FlatMap<const HeadMask*>;  // by head and place
  // Most of what is known of the family now: read without a lock, and never written. The masks are good as long as this.
  std::shared_ptr<Known> known(uint64_t family);
  // Null where it is not known.
  const HeadMask* find(uint64_t family, uint64_t head_and_place);
  // The mask that is kept from now on, this one or one that came before it; null where there is room for no more.
  const HeadMask* add(uint64_t family, uint64_t head_and_place, const HeadMask& mask);

  const Fingerprinter& names() const { return names_; }
  // The mask, where it is known. Where not, `wanted` says whether it was asked for before: what one grammar alone has is not kept, so
  // that a single grammar, however large, leaves nothing behind.
  std::shared_ptr<const TextMask> find_text(const Fingerprint& name, bool& wanted);
  // All texts are forgotten where there is room for no more: no order of use is kept.
  void add_text(const Fingerprint& name, std::shared_ptr<const TextMask> text);

 private:
  static constexpr size_t kMostBytes = 16u << 20;
  static constexpr size_t kMostTextBytes = 16u << 20;
  static constexpr size_t kAsked = 8192;  // names that are remembered for having been asked for, the last one at each place
  static constexpr size_t kMostFamilies = 64;
  struct Family {
    Known masks;
    std::shared_ptr<Known> published;  // a copy of an earlier time
  };
  std::mutex mutex_;
  std::unordered_map<uint64_t, Family> families_;
  StableList<HeadMask> held_;
  size_t bytes_ = 0;
  const Fingerprinter names_;
  std::unordered_map<Fingerprint, std::shared_ptr<const TextMask>, FingerprintHash> texts_;
  size_t text_bytes_ = 0;
  std::vector<uint64_t> asked_;  // the second words of names, by the first; empty until the first
};

class HeadMasks {
 public:
  // Vocabulary::trie(), or QuoteCrossings::from of that byte: the quote of JSON or another (TokenSlices::may_be_quote).
  enum class Trie : uint8_t { kTokens = 0, kFromQuotes = '"' };
  static constexpr uint32_t kRoot = 0xFFFFFF;          // for the place before the first byte

  // All outlive this. `make` gives the mask of a head alone, without end tokens; false where the budget ran out.
  HeadMasks(Automaton& automaton, const Vocabulary& vocabulary, const TokenSlices& slices,
            std::function<bool(TermId head, StoredMask& mask)> make)
      : automaton_(automaton), vocabulary_(vocabulary), slices_(slices), make_(std::move(make)) {}

  const TokenTrie& trie(Trie which) const { return which == Trie::kTokens ? vocabulary_.trie() : crossings(which).from; }
  // Requires: not kTokens; a trie that ends_at() was asked for, or kFromQuotes.
  const QuoteCrossings& crossings(Trie which) const {
    return *slices_.crossings_at(vocabulary_, static_cast<uint8_t>(which));
  }
  // Null where the budget ran out. Whatever follows a string, `within` holds; its crossings are those of JSON's quote.
  const HeadMask* string(TermId head);
  // The same, of which its crossings alone may have been made.
  const HeadMask* quotes(TermId head);
  // The crossings of another byte, but those of tokens that are `within` string(head): a text that may hold its quote takes
  // all that end with it. Null where there are none to look at too. Requires: TokenSlices::may_be_quote(quote).
  const HeadMask* ends_at(TermId head, uint8_t quote);
  const HeadMask* at(TermId head, Trie trie, uint32_t node);

  size_t bytes() const { return bytes_; }
  // Drops everything that was given out.
  void clear();

 private:
  template <typename Make>
  const HeadMask* known_or(TermId head, uint64_t place, Make make);
  bool make_string(TermId head, HeadMask& made);
  bool make_quotes(TermId head, HeadMask& made);
  const HeadMask* text_by_name(TermId head, uint64_t key);
  void mark_crossings(const QuoteCrossings& crossings, TermId head, HeadMask& made);
  void clear_within(const QuoteCrossings& crossings, const StoredMask& within, HeadMask& made);
  void walk(const TokenTrie& trie, TermId head, uint32_t node, HeadMask& made);
  // For all JSON texts but some short ones, such as every other key: any text, whose tokens end inside it alike.
  std::optional<TermId> any_like(TermId head) const;
  bool string_unlike(TermId head, TermId any, HeadMask& made);
  bool at_unlike(TermId head, TermId any, Trie which, uint32_t node, HeadMask& made);
  std::vector<uint32_t> not_over(const TokenTrie& trie, TermId head, TermId any, uint32_t node);

  Automaton& automaton_;
  const Vocabulary& vocabulary_;
  const TokenSlices& slices_;
  std::function<bool(TermId, StoredMask&)> make_;
  std::shared_ptr<SharedHeads::Known> shared_;  // null until the first use
  SharedHeads::Known known_;                    // and what is not there
  StableList<HeadMask> held_;
  std::vector<std::shared_ptr<const TextMask>> held_texts_;
  uint32_t nameless_ = 0;  // texts that have no name
  size_t bytes_ = 0;
  std::vector<State> states_, any_states_;  // by depth
  std::vector<uint8_t> over_;  // by depth, whether the head may be over
};

}  // namespace keyway
