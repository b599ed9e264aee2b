// The store behind RegexArena: nodes, classes and what is memoised about them. Internal to grammar/regex*.cc.
//
// Entry points: RegexArena::Impl. One function family per file:
//   regex.cc              interning, classes, the public forwards
//   regex_normalize.cc    constructors: the normal forms
//   regex_literals.cc     sets of texts
//   regex_transitions.cc  one code point forward, for all code points at once
//   regex_decisions.cc    emptiness, least weights, enumeration
//   regex_deferred.cc     parts made when a text reaches them
//   regex_dump.cc         the readable form
//   regex_fingerprint.cc  what an expression is, for other arenas
//
// A node is 24 bytes; sequences are right-nested, so that a text of n characters is n nodes that share their tails:
//
//   kind 1 | nullable, positive 1 | depth 2 | min_length 4 | max_length 4 | x 4 | y 4 | z 4
//   class: x class id          sequence: x head, y tail      complement: x part
//   alternative, intersection: x first of y parts in parts   repeat: x part, y min, z max   knot: x number
//   deferred: x family, y key
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "grammar/layered.h"
#include "grammar/regex.h"

namespace keyway {

enum class RegexKind : uint8_t {
  kNever, kEpsilon, kClass, kSequence, kAlternative, kIntersection, kComplement, kRepeat, kKnot, kDeferred
};

inline constexpr uint32_t kDepthFactor = 8;    // operators in head position for one written group
inline constexpr size_t kMostSearched = 1u << 18;  // states that one decision opens: a tenth of a second, 60 MB
inline constexpr uint64_t kExpressionShare = 2;  // of Limits::arena_bytes: one in so many is for expressions
inline constexpr uint32_t kMostRegexDepth = 4000;   // whatever the limits say: frames of some 500 bytes each

// Classes by number. Copies share those of the first one, so that a grammar begins without an allocation for each.
class ClassList {
 public:
  ClassList() = default;
  ClassList(const ClassList& other) : shared_(other.own_.empty() ? other.shared_ : other.together()) {}
  ClassList& operator=(const ClassList&) = delete;

  // References stay valid.
  const CodePointSet& operator[](size_t i) const {
    const size_t before = shared_ == nullptr ? 0 : shared_->size();
    return i < before ? (*shared_)[i] : own_[i - before];
  }
  size_t size() const { return (shared_ == nullptr ? 0 : shared_->size()) + own_.size(); }
  void push_back(const CodePointSet& set) { own_.push_back(set); }

 private:
  std::shared_ptr<const std::vector<CodePointSet>> together() const {
    auto all = std::make_shared<std::vector<CodePointSet>>();
    for (size_t i = 0; i < size(); ++i) all->push_back((*this)[i]);
    return all;
  }
  std::shared_ptr<const std::vector<CodePointSet>> shared_;
  std::deque<CodePointSet> own_;
};

struct RegexArena::Impl {
  struct Node {
    RegexKind kind;
    bool nullable : 1;
    bool positive : 1;
    uint16_t depth;
    uint32_t min_length;  // code points; exact where positive, else a lower bound; saturates at kHeaviest
    uint32_t max_length;  // an upper bound, likewise
    uint32_t x, y, z;
  };
  // The transitions of one node in `pool`.
  struct List {
    uint32_t begin = 0;
    uint32_t count = 0;
    bool made = false;
    bool live = false;  // targets that are empty have been dropped
  };
  enum class Life : uint8_t { kUnknown, kAlive, kDead };
  using Weights = LayeredTable<uint32_t>;
  // Classes cut into disjoint pieces: piece i is in those of the given classes whose bit is set.
  struct Cut {
    ClassId piece;
    std::vector<uint64_t> members;  // bit j: the j-th of the sorted classes
    bool has(size_t j) const { return (members[j / 64] >> (j % 64)) & 1; }
  };
  RegexId meaning(RegexId knot) const {
    const uint32_t number = nodes[knot.value].x;
    return number < meanings.size() ? meanings[number] : kNever;
  }

  RegexId meaning_of_deferred(RegexId r);  // regex_deferred.cc

  static constexpr RegexId kNever{0}, kEpsilon{1}, kAny{2}, kAll{3};

  explicit Impl(const Limits& given);

  // Accounting.
  bool pay(uint64_t amount = 1) { return budget == nullptr || budget->pay(amount); }
  bool exhausted() const { return (budget != nullptr && budget->exhausted()) || over_bytes || over_depth || over_states || over_text; }
  // Whether a text of that many bytes may be spelled; where not, the work is stopped.
  bool allows(size_t bytes) {
    over_text = over_text || bytes > limits.text_bytes;
    return !over_text;
  }
  size_t bytes() const;

  // Reading.
  const Node& node(RegexId r) const { return nodes[r.value]; }
  RegexKind kind(RegexId r) const { return nodes[r.value].kind; }
  bool nullable(RegexId r) const { return nodes[r.value].nullable; }
  bool positive(RegexId r) const { return nodes[r.value].positive; }
  RegexId head(RegexId r) const { return RegexId(nodes[r.value].x); }
  RegexId tail(RegexId r) const { return RegexId(nodes[r.value].y); }
  RegexId part(RegexId r) const { return RegexId(nodes[r.value].x); }
  ClassId class_of(RegexId r) const { return ClassId(nodes[r.value].x); }
  std::span<const RegexId> parts_of(RegexId r) const {
    return {parts.from(nodes[r.value].x), nodes[r.value].y};
  }
  const CodePointSet& set(ClassId c) const { return classes[c.value]; }

  // Classes (regex.cc).
  ClassId intern_class(const CodePointSet& set);
  RegexId letter(uint32_t code_point);  // the one text of that code point
  ClassId intersect(ClassId a, ClassId b);
  ClassId minus(ClassId a, ClassId b);
  ClassId unite(ClassId a, ClassId b);

  // Nodes (regex.cc).
  uint64_t hash(const Node& n) const;
  bool same(const Node& a, const Node& b) const;
  RegexId intern(Node n);
  RegexId intern_list(RegexKind kind, const std::vector<RegexId>& list);

  // Normal forms (regex_normalize.cc).
  RegexId one_of(ClassId c);
  RegexId sequence(RegexId first, RegexId second);
  RegexId cons(RegexId first, RegexId second);
  RegexId alternative(std::vector<RegexId> list);
  RegexId finish_alternative(std::vector<RegexId>& united, bool has_epsilon);
  bool absorbed(RegexId r, const std::vector<RegexId>& saturating) const;
  RegexId intersection(std::vector<RegexId> list);
  // Texts of a class whose length is a multiple of `period`; period 0 for every other expression.
  struct Multiples {
    ClassId letters{0};
    uint64_t period = 0;
    uint32_t inner = 1;  // written as inner times period / inner
  };
  Multiples multiples(RegexId r) const;
  bool meet(Multiples& all, const Multiples& other);
  RegexId complement(RegexId r);
  RegexId repeat(RegexId r, uint32_t min, uint32_t max);
  RegexId saturated_positive(RegexId r, uint32_t longest, bool maxima_only);  // regex_saturate.cc
  RegexId saturated_repeat(RegexId r, uint32_t longest, bool maxima_only);    // the same
  RegexId prefixed(RegexId r, uint32_t nested);               // regex_saturate.cc
  uint32_t longest_completion(RegexId r, uint32_t nested, uint32_t& work) const;  // the same
  RegexId literal(std::string_view utf8);                 // regex_literals.cc
  RegexId literals(std::vector<std::string_view> texts);  // the same

  // Transitions (regex_transitions.cc).
  List raw(RegexId r);   // may lead to empty languages
  List live(RegexId r);  // never does
  Transition at(const List& list, uint32_t i) const { return pool[list.begin + i]; }
  // Of a list of pieces: those of one part, which are disjoint.
  struct Block {
    size_t first = 0, count = 0;
  };
  bool step(RegexId r, std::vector<Transition>& out, Block& large);
  void step_part(RegexId r, std::vector<Transition>& out);
  std::optional<Like> like_rest(RegexId r);
  void union_of(std::vector<Transition>& pieces, std::vector<Transition>& out);
  bool are_apart(std::vector<Transition>& pieces) const;
  bool unite_with_large(std::span<const Transition> pieces, Block large, std::vector<Transition>& out);
  void intersection_of(std::vector<Transition>& pieces, uint32_t count, std::vector<Transition>& out);
  const std::vector<Cut>& cut(const std::vector<ClassId>& distinct);
  void merge_targets(std::vector<Transition>& list);

  // Decisions (regex_decisions.cc).
  std::optional<bool> is_empty(RegexId r);
  std::optional<bool> search(RegexId r);
  void open_choices(RegexId r, std::vector<RegexId>& out);
  std::optional<uint32_t> least_weight(RegexId r, Weight weight, Weights& known);
  std::optional<uint32_t> search_weight(RegexId r, Weight weight, Weights& known);
  uint32_t weight_bound(RegexId r, const Weights& known) const;
  Weights& weights_of(Weight weight);
  Life life_of(RegexId r) const;
  uint64_t distance(RegexId r) const;

  // Names (regex_fingerprint.cc).
  std::optional<Fingerprint> fingerprint(RegexId r, const Fingerprinter& names);
  std::optional<Fingerprint> join_fingerprints(RegexId r, const Fingerprinter& names, std::vector<RegexId>& stack);
  Fingerprint class_fingerprint(ClassId c, const Fingerprinter& names);

  Limits limits;
  Budget* budget = nullptr;
  bool over_bytes = false;
  bool over_depth = false;
  bool over_states = false;
  bool over_text = false;
  LayeredList<Node> nodes;
  LayeredIndex index;          // of nodes
  LayeredList<RegexId> parts;  // of alternatives and intersections, side by side, each list sorted
  ClassList classes;
  size_t class_bytes = 0;
  LayeredIndex class_index;
  LayeredMap<RegexId> known_letters;                       // by code point
  LayeredMap<ClassId> intersections, differences, unions;  // key: both ids
  LayeredTable<List> lists;                                // by node, made when asked for
  LayeredList<Transition> pool;
  // Cuts by hash of the classes. A copy of an arena starts with none: its transitions were made with them, and the copy
  // would cost more than to make the few again that a grammar needs.
  struct KnownCuts : std::unordered_map<uint64_t, std::pair<std::vector<ClassId>, std::vector<Cut>>> {
    KnownCuts() = default;
    KnownCuts(const KnownCuts&) : unordered_map() {}
    KnownCuts& operator=(const KnownCuts&) = delete;
  };
  KnownCuts cuts;
  std::vector<Cut> last_cut;  // of a list too long to be kept
  LayeredTable<Life> life;    // by node
  std::vector<std::pair<Weight, Weights>> weights;  // by function, then node
  FlatMap<Fingerprint> fingerprints;  // by node and by class, of those that were asked for
  uint32_t factoring_depth = 0;
  uint32_t knots = 0;
  std::vector<RegexId> meanings;  // of knots, by number
  std::vector<std::shared_ptr<RegexFamily>> families;
  std::unordered_map<uint32_t, RegexId> deferred_meanings;  // by node
  RegexArena* face = nullptr;  // what families are given
};

}  // namespace keyway
