// Terms: what may still come, as hash-consed expressions over bytes and special tokens.
//
//   never | epsilon | bytes(set) | tokens(set) | sequence(head, tail) | choice(a, b, ...) | repeat(a, min, max)
//   | reference(definition, x, y)      a nonterminal, unfolded on demand by its Definition
//
// Entry points: TermArena, Definition. A state of a text is a term; derivative.h steps it. There is no intersection and
// no complement here: Boolean structure is settled before terms exist, in the regular algebra (regex.h) or in the
// schema algebra (schemas/), so that a term is never empty unless it is never() itself (promise P4).
//
// Invariants
//  T1 equal normalised terms have equal ids. Sequences are right-nested; a choice is flat, sorted, without duplicates,
//     and left-factored by head: choice(sequence(h, x), sequence(h, y)) is sequence(h, choice(x, y)); byte sets
//     with the same tail are united.
//  T2 a reference is never empty: whoever makes one has decided that (its shortest length is finite).
//  T3 unfolding is guarded: a chain of references in head position ends after at most Limits::nesting steps.
// Every constructor pays one unit of the arena's budget; when it is exhausted constructors return never() and
// exhausted() says so: the caller discards what it built and reports Budget::error.
// Thread safety: one thread at a time. Tested by tests/grammar/term_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar/budget.h"
#include "grammar/byte_set.h"
#include "grammar/ids.h"
#include "grammar/layered.h"
#include "grammar/regex.h"

namespace keyway {

using TermId = Id<struct TermTag>;
using DefinitionId = Id<struct DefinitionTag>;

enum class TermKind : uint8_t { kNever, kEpsilon, kBytes, kTokens, kSequence, kChoice, kRepeat, kReference };

class ListedTexts;
class TermArena;
class TextTerms;
class TokenCounts;

// A family of nonterminals: reference(definition, x, y) stands for unfold(arena, x, y). What x and y mean is the
// definition's own business: a rule number, an interned state, a set of names.
class Definition {
 public:
  virtual ~Definition() = default;
  // The language of reference(x, y) as a term. Requires: the result is not never() unless the budget is exhausted, has
  // the nullability that the reference was made with, and is the same on every call (it is memoised).
  virtual TermId unfold(TermArena& arena, uint32_t x, uint32_t y) = 0;
  // Where all its references are what is left of listed texts (listed_texts.h), which masks and rows then read as they are.
  virtual const ListedTexts* listed() const { return nullptr; }

  // A recording reference stands behind a part of a text and knows that part: with every byte that is read in front of it
  // in its sequence it becomes another reference (recording.h). One that nothing has been read for yet must be the tail of
  // what a reference unfolds to, so that only its own part comes in front of it.
  virtual bool records() const { return false; }
  // Whether what it unfolds to depends on what was read in front of it before.
  virtual bool recalls() const { return records(); }
  // What `self`, which is reference(x, y), becomes. Ensures: the facts stay the same. Requires: records().
  virtual TermId after_byte(TermArena& arena, TermId self, uint32_t x, uint32_t y, uint8_t byte);
  // Whether it stands for what follows in a relaxed term. Ensures: recalls().
  virtual bool marks() const { return false; }
  // A choice of names, inside a JSON string or bare, each in front of its own end: masks and steps read them byte by byte
  // without a term for each. Names are sorted by bytes and hold no character but those that JSON writes as they are and escapes
  // in digits alone; those in question are [first, last) with a bit in `left`, all of which have the same `depth` bytes before
  // this place and go on with a byte, or, the first of them, with its end.
  struct Names {
    std::span<const std::string_view> texts;
    const uint64_t* left = nullptr;  // (texts / 64, rounded up), good until the next unfold()
    uint32_t first = 0, last = 0, depth = 0;
    uint32_t longest = 0;  // of the shortest lengths of all places from here to the ends, or more
    ByteSet ends;          // what stands behind each name begins with all of these, and with nothing else; in no name
    bool escapes = false;  // characters may be written as the escapes of JSON
  };
  // False where reference(x, y) is none such.
  virtual bool names(uint32_t x, uint32_t y, Names& names);
  // What stands behind a name that is left, from its end on. Requires: names(x, y).
  virtual TermId behind_name(TermArena& arena, uint32_t x, uint32_t y, uint32_t name);
  // The derivative by that byte, and in `same` bytes that have it too; nullopt where it is not known without unfolding.
  // Ensures: the term that derivative() gives. Requires: names(x, y).
  virtual std::optional<TermId> step_names(TermArena& arena, uint32_t x, uint32_t y, uint8_t byte, ByteSet& same);

  // What reference(x, y) is like whatever was recorded, or never(); see relaxed() in recording.h. Requires: recalls().
  virtual TermId relaxed(TermArena& arena, uint32_t x, uint32_t y);
  // Bytes in which more than kMostRecorded of its values can be written, kLongest where that is not known; see recording.h.
  virtual uint32_t many_within(TermArena& arena, uint32_t x, uint32_t y);
};

// What a front end keeps beside the terms of an arena, such as the numbers of its terms for what every grammar needs.
class ArenaPart {
 public:
  virtual ~ArenaPart() = default;
  // A copy for a copy of the arena, in which equal ids mean the same.
  virtual std::shared_ptr<ArenaPart> copy() const = 0;
};

// What is known of a term when it is made.
struct TermFacts {
  bool nullable = false;    // holds the empty text
  uint32_t shortest = 0;    // bytes of a shortest text, special tokens counting 1; saturates at kLongest
  bool counts = false;      // an open count of tokens (token_count.h)
};
inline constexpr uint32_t kLongest = 0x3FFFFFFF;  // stands for this length or more

class TermArena {
 public:
  explicit TermArena(const Limits& limits = {});
  // A copy of `base`, in which equal ids mean the same: what every grammar needs is made once (the frozen base) and copied.
  // Requires: base defines nothing but texts (text_term.h), has no budget and is not exhausted.
  TermArena(const TermArena& base, const Limits& limits);
  TermArena(const TermArena&) = delete;
  TermArena& operator=(const TermArena&) = delete;

  // Work is charged here. Requires: outlives its use. Null: not metered.
  void set_budget(Budget* budget) {
    budget_ = budget;
    over_depth_ = over_half_made_ = false;
    regexes_.set_budget(budget);
  }
  Budget* budget() const { return budget_; }
  // The same in the middle of work: what stopped it stays known. Returns the budget that paid before.
  Budget* pay_from(Budget* budget) {
    std::swap(budget, budget_);
    regexes_.set_budget(budget_);
    return budget;
  }
  // True from the moment a limit stopped the work until the next set_budget(): what was made since is to be discarded.
  bool exhausted() const {
    return (budget_ != nullptr && budget_->exhausted()) || over_bytes_ || over_depth_ || over_half_made_ ||
           over_text_ || given_up_ || regexes_.exhausted();
  }
  // The kLimit error that names what ran out. Requires: exhausted().
  Error limit_error(const std::string& fuel_name, std::string pointer = {}) const;
  // Stops the work for a chain of references longer than Limits::nesting (T3).
  void refuse_depth() { over_depth_ = true; }
  // Whether a text of that many bytes may be spelled (Limits::text_bytes); where not, the work is stopped.
  bool allows_text(size_t bytes) {
    over_text_ = over_text_ || bytes > limits_.text_bytes;
    return !over_text_;
  }
  // Refuses all work from now on: memory ran out while something was being made.
  void give_up() { given_up_ = true; }
  // Another ceiling for the bytes held from now on; what stopped the work before is forgotten. For work that may fail
  // without harm to what was made before it.
  void set_arena_bytes(uint64_t bytes) {
    limits_.arena_bytes = bytes;
    over_bytes_ = over_depth_ = over_text_ = false;
    regexes_.set_arena_bytes(bytes);
  }
  bool pay(uint64_t amount = 1) { return budget_ == nullptr || budget_->pay(amount); }
  const Limits& limits() const { return limits_; }
  // The regular expressions that text references of this arena step.
  RegexArena& regexes() { return regexes_; }
  // What text_term.cc keeps for this arena; made there, null before.
  std::shared_ptr<TextTerms>& text_terms() { return text_terms_; }
  // What token_count.cc keeps for this arena; null where no part is bounded in tokens.
  std::shared_ptr<TokenCounts>& token_counts() { return token_counts_; }
  // What the front end keeps for this arena; null before.
  std::shared_ptr<ArenaPart>& part_of_front_end() { return part_; }

  // Whether the term came with the copy of a frozen base: of all arenas of one family it means the same.
  bool is_frozen(TermId t) const { return t.value < frozen_; }
  uint64_t family() const { return family_; }

  static constexpr TermId never() { return TermId(0); }
  static constexpr TermId epsilon() { return TermId(1); }
  TermId bytes(const ByteSet& set);
  TermId literal(std::string_view text);  // bytes as they are
  TermId tokens(std::vector<TokenId> ids);  // one special or added token of these
  TermId sequence(TermId head, TermId tail);
  TermId sequence(std::span<const TermId> parts);
  TermId choice(std::span<const TermId> parts);
  TermId choice(TermId a, TermId b) { const TermId parts[] = {a, b}; return choice(parts); }
  TermId optional(TermId part) { return choice(part, epsilon()); }
  TermId repeat(TermId part, uint32_t min, uint32_t max);  // max may be kUnbounded; min > max gives never()
  // Exactly these texts, as a minimal acyclic automaton (by hash-consing). Complexity: O(total bytes).
  TermId literals(std::vector<std::string_view> texts);
  // Each text followed by its own tail; left-factored by common prefix. Texts may be prefixes of one another.
  TermId literals_then(std::vector<std::pair<std::string_view, TermId>> texts);

  DefinitionId define(std::shared_ptr<Definition> definition);
  // The definition that define() makes next.
  DefinitionId next_definition() const { return DefinitionId(static_cast<uint32_t>(definitions_.size())); }
  // The definitions from `first` to the last one share what they keep between calls. Where a limit stops one of them, what
  // it kept is half made, so they are not asked again. Requires: called in rising order.
  void keep_together(DefinitionId first) { shared_.push_back({first.value, next_definition().value, false}); }
  // Whether definitions are refused for that.
  bool has_half_made() const { return half_made_; }
  // Requires: facts are those of unfold(x, y); equal (definition, x, y) always come with equal facts.
  TermId reference(DefinitionId definition, uint32_t x, uint32_t y, const TermFacts& facts);

  TermKind kind(TermId t) const { return nodes_[t.value].kind; }
  // Whether any term takes special or added tokens.
  bool has_token_sets() const { return !token_sets_.empty(); }
  bool nullable(TermId t) const { return nodes_[t.value].nullable; }
  // Whether a recording reference stands in it, outside of references.
  bool records(TermId t) const { return nodes_[t.value].records; }
  // Whether a reference stands where the next byte is read, outside of references, whose meaning depends on what was
  // recorded.
  bool recalls(TermId t) const { return nodes_[t.value].recalls; }
  // Whether a reference stands in it, outside of references, that marks what is relaxed (recording.h).
  bool marked(TermId t) const { return nodes_[t.value].marked; }
  // Whether an open count of tokens stands in it, outside of references (token_count.h).
  bool counts(TermId t) const { return nodes_[t.value].counts; }
  uint32_t shortest(TermId t) const { return nodes_[t.value].shortest; }
  const ByteSet& byte_set(TermId t) const { return byte_sets_[nodes_[t.value].x]; }              // kBytes
  std::span<const TokenId> token_set(TermId t) const { return token_sets_[nodes_[t.value].x]; }  // kTokens, sorted
  TermId head(TermId t) const { return TermId(nodes_[t.value].x); }                              // kSequence
  TermId tail(TermId t) const { return TermId(nodes_[t.value].y); }                              // kSequence
  std::span<const TermId> parts(TermId t) const {                                                // kChoice
    return {parts_.from(nodes_[t.value].x), nodes_[t.value].y};
  }
  TermId part(TermId t) const { return TermId(nodes_[t.value].x); }      // kRepeat
  uint32_t repeat_min(TermId t) const { return nodes_[t.value].y; }      // kRepeat
  uint32_t repeat_max(TermId t) const { return nodes_[t.value].z; }      // kRepeat
  DefinitionId definition(TermId t) const { return DefinitionId(nodes_[t.value].x); }  // kReference
  uint32_t reference_x(TermId t) const { return nodes_[t.value].y; }                   // kReference
  uint32_t reference_y(TermId t) const { return nodes_[t.value].z; }                   // kReference
  // The meaning of a reference, made once. Requires: kReference. never() when the budget is exhausted.
  TermId unfold(TermId t);
  // Definition::listed(). Requires: kReference.
  const ListedTexts* listed(TermId t) const { return definitions_[nodes_[t.value].x]->listed(); }
  // See Definition. Requires: kReference; for the second: names(t); the third: nullopt where it is no choice of names.
  bool names(TermId t, Definition::Names& names) {
    const Node& node = nodes_[t.value];
    return definitions_[node.x]->names(node.y, node.z, names);
  }
  TermId behind_name(TermId t, uint32_t name);
  std::optional<TermId> step_names(TermId t, uint8_t byte, ByteSet& same);
  // What a recording reference becomes by a byte in front of it. Requires: kReference, records(t).
  TermId after_byte(TermId t, uint8_t byte);
  // See Definition. Requires for both: kReference; for the first: recalls(t). Complexity: memoised.
  TermId relaxed(TermId t);
  uint32_t many_within(TermId t);

  size_t size() const { return nodes_.size(); }
  size_t bytes() const;  // memory held, about
  // A readable form, shortened to `limit` bytes; for golden tests.
  std::string dump(TermId t, size_t limit = 2000) const;

 private:
  struct Node {
    TermKind kind;
    bool nullable : 1, records : 1, recalls : 1, marked : 1, counts : 1;
    uint32_t shortest;
    uint32_t x, y, z;  // meaning by kind, see the accessors; kReference: definition, x, y
  };

  TermId intern(const Node& node);
  TermId intern_sequence(TermId head, TermId tail);
  TermId known_choice(std::span<const TermId> parts);
  TermId intern_choice(std::span<const TermId> parts);
  bool same(const Node& a, const Node& b) const;
  uint64_t hash(const Node& node) const;
  template <typename Call>
  auto ask(uint32_t definition, Call call);

  Limits limits_;
  uint64_t family_;       // the number of the arena that it is a copy of, or its own
  uint32_t frozen_ = 0;   // the terms that were copied
  Budget* budget_ = nullptr;
  bool over_bytes_ = false;
  bool over_depth_ = false;
  bool over_text_ = false;
  bool given_up_ = false;
  bool over_half_made_ = false;
  uint32_t factoring_depth_ = 0;  // see intern_choice
  RegexArena regexes_;
  LayeredList<Node> nodes_;
  LayeredIndex index_;         // of nodes_
  LayeredList<TermId> parts_;  // the parts of choices, side by side
  LayeredList<ByteSet> byte_sets_;
  LayeredIndex byte_set_index_;
  std::vector<std::vector<TokenId>> token_sets_;
  std::vector<std::shared_ptr<Definition>> definitions_;
  struct Shared {
    uint32_t first, end;  // definitions
    bool half_made;
  };
  std::vector<Shared> shared_;  // by rising first
  bool half_made_ = false;      // of any
  LayeredTable<TermId> unfolded_;  // by term id; never() where not known
  std::unordered_map<uint32_t, uint32_t> many_within_;  // by term id
  uint32_t many_depth_ = 0;                             // of calls inside one another
  // Choices made before, by a hash of their parts: a set of stacks that grows with the text shares all but its top.
  struct KnownChoice {
    size_t first = 0;  // in known_parts_
    size_t count = 0;
    TermId made;
  };
  FlatMap<KnownChoice> known_choices_;
  std::vector<TermId> known_parts_;
  std::shared_ptr<TextTerms> text_terms_;
  std::shared_ptr<TokenCounts> token_counts_;
  std::shared_ptr<ArenaPart> part_;
};

}  // namespace keyway
