// Shapes: what a value of one JSON type may be, with children as unexpanded conjunctions.
//
// Entry points: ArrayShape, ObjectShape, ValueSum, ShapeStore. A ValueSum is a union with one part per JSON type: bits for
// null and the booleans, a number set, a string language, and for arrays and objects a list of interned alternatives.
// Invariant: equal shapes have equal ids; id 0 is the shape of every array or object.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/flat_map.h"
#include "grammar/hash_index.h"
#include "grammar/regex.h"
#include "grammar/stable_list.h"
#include "schemas/json_schema/constants.h"
#include "schemas/json_schema/number_set.h"
#include "schemas/json_schema/outlines.h"
#include "schemas/json_schema/presence.h"

namespace keyway::json_schema {

using ArrayShapeId = Id<struct ArrayShapeTag>;
using ObjectShapeId = Id<struct ObjectShapeTag>;
using NameId = Id<struct PropertyNameTag>;

// Of the items at index `from` and later, between min and max satisfy `what`.
struct ItemCount {
  ConjunctionId what;
  uint32_t from = 0;
  uint32_t min = 0;
  uint32_t max = kUnbounded;
  friend auto operator<=>(const ItemCount&, const ItemCount&) = default;
};

// Items: prefix[i] for item i, `rest` for all later ones.
struct ArrayShape {
  std::vector<ConjunctionId> prefix;
  ConjunctionId rest = Conjunctions::any();
  uint32_t min = 0;
  uint32_t max = kUnbounded;
  std::vector<ItemCount> counts;  // contains, and what a negated `items` leaves: sorted
  std::vector<NodeId> differs;    // constants (constants.h): arrays that it must not equal; sorted
  bool unique = false;            // no item equals another
};

// A property with a known name. `value` is everything that holds for it: rules of other keywords included.
struct NamedProperty {
  NameId name;
  ConjunctionId value;
  bool required = false;
};

// Every property whose key is in `keys`, and is not a known name, satisfies `value`.
struct KeyRule {
  RegexId keys;
  ConjunctionId value;
};

// Some property with a key in `keys` satisfies `value`: what a negated universal leaves.
struct MemberNeed {
  RegexId keys;
  ConjunctionId value;
};

struct ObjectShape {
  std::vector<NamedProperty> named;  // in the order of declaration; sorted by name where the order is free
  std::vector<KeyRule> rules;
  std::vector<MemberNeed> needs;  // known names included
  std::vector<NodeId> differs;    // constants: objects that it must not equal, whose names are all known names; sorted
  std::vector<PresenceClause> clauses;  // of NameIds, all known names; sorted
  uint32_t min = 0;               // members
  uint32_t max = kUnbounded;
};

struct ValueSum {
  bool null_value = false;
  bool false_value = false;
  bool true_value = false;
  NumberSet numbers;
  RegexId strings;
  std::vector<ArrayShapeId> arrays;    // alternatives, sorted
  std::vector<ObjectShapeId> objects;  // alternatives, sorted
  // What is not among them is certainly no string of the schema: more than `strings` beside a format that is not exact, of
  // which a text may be known neither to be nor not to be. Negation takes these away.
  RegexId possible_strings;
  bool described = false;  // a pattern or a format says which strings

  bool is_exact() const { return strings == possible_strings; }
};

// Whether items depend on those before them.
inline bool is_stepped(const ArrayShape& shape) {
  return !shape.counts.empty() || !shape.differs.empty() || shape.unique;
}

// Whether members are counted or needed at all.
inline bool is_counted(const ObjectShape& shape) {
  return !shape.needs.empty() || shape.min > 0 || shape.max != kUnbounded;
}

// Whether members are told by what of the object has come: no such object has both.
inline bool has_clauses(const ObjectShape& shape) { return !shape.clauses.empty(); }

// The clauses of a shape over the indices of its known names.
PresenceGraph presence_graph(const ObjectShape& shape);

class ShapeStore {
 public:
  // Requires: both outlive this.
  ShapeStore(Conjunctions& conjunctions, Constants& constants, Outlines& outlines, RegexArena& regexes,
             bool keep_order);

  static constexpr ArrayShapeId any_array() { return ArrayShapeId(0); }
  static constexpr ObjectShapeId any_object() { return ObjectShapeId(0); }

  bool keeps_order() const { return keep_order_; }  // of names
  NameId name(std::string_view text);
  const std::string& name_text(NameId id) const { return names_[id.value]; }

  // Empty bounds give no shape: false where nothing can satisfy it for its own bounds (children are not looked into).
  bool intern(ArrayShape shape, ArrayShapeId& id);
  bool intern(ObjectShape shape, ObjectShapeId& id);
  const ArrayShape& array(ArrayShapeId id) const { return arrays_[id.value]; }
  const ObjectShape& object(ObjectShapeId id) const { return objects_[id.value]; }

  // What a product with this shape is charged: 2 to 10 us for shapes of 10 members (one oneOf of 30 open alternatives made
  // 125 s of 20 million products that were charged 1 each).
  uint64_t work(ArrayShapeId id) const { return 8 + arrays_[id.value].prefix.size(); }
  uint64_t work(ObjectShapeId id) const {
    const ObjectShape& shape = objects_[id.value];
    return 8 + 4 * (shape.named.size() + shape.rules.size() + shape.needs.size() + shape.clauses.size());
  }

  // Alternatives at one place came to more than Limits::alternatives: what the limit error is to say.
  void refuse_alternatives() { over_alternatives_ = true; }
  bool over_alternatives() const { return over_alternatives_; }

  bool intersect(ArrayShapeId a, ArrayShapeId b, ArrayShapeId& id);
  bool intersect(ObjectShapeId a, ObjectShapeId b, ObjectShapeId& id);
  // The one clause that two alternatives come to: each only says that a member is there, or that it is not.
  std::optional<PresenceClause> as_clause(const std::vector<ObjectShapeId>& alternatives) const;
  bool add_clause(ObjectShapeId shape, const PresenceClause& clause, ObjectShapeId& id);
  // The shape without its clauses as alternatives; `out` is added to.
  void without_clauses(ObjectShapeId shape, std::vector<ObjectShapeId>& out);

  // The shapes as objects each: alternatives of one object are many that say the same but for which of the same members come, or
  // one with clauses. Requires: none is counted.
  std::vector<std::vector<ObjectShapeId>> as_objects(std::span<const ObjectShapeId> shapes) const;

  // Some required member or item is obviously empty (outlines.h).
  bool obviously_empty(ArrayShapeId id);
  bool obviously_empty(ObjectShapeId id);
  // Whether a member's values are certainly among some scalars; whether two are the same such values; whether those that are
  // not the same share none, and there are such.
  bool is_listed(ConjunctionId value) { return outlines_.is_listed(value); }
  uint64_t take_outline_work() { return outlines_.take_work(); }
  bool are_equal(ConjunctionId a, ConjunctionId b) { return a == b || outlines_.canonical(a) == outlines_.canonical(b); }
  bool are_apart(std::span<const ConjunctionId> values);
  // What a shape asks of that member; any() where it asks for something else, too.
  ConjunctionId lone_member(ObjectShapeId id, NameId name) const;
  // Whether every object of `smaller` is certainly one of `larger`.
  bool implies(ObjectShapeId smaller, ObjectShapeId larger);

  // What holds for a key that is not a known name of the shape.
  ConjunctionId rules_for(const ObjectShape& shape, NameId name);

 private:
  // Alternatives of one object.
  struct Alike {
    std::vector<ConjunctionId> values;  // of the names; never() where none has another
    std::map<NodeId, std::vector<bool>> differs;  // the constants that some must not equal, and which of the names each has
    std::vector<ObjectShapeId> shapes;
    bool has_clauses = false;
  };
  bool may_join(const ObjectShape& shape, const Alike& alike) const;
  void join(ObjectShapeId shape, Alike& alike) const;
  std::vector<bool> names_of(const ObjectShape& shape, NodeId constant) const;
  // Names of a shape as bits, so that most pairs are seen not to imply one another without looking at their members.
  struct NameBits {
    uint64_t named = 0, required = 0, restricted = 0;
  };
  static NameBits name_bits(const ObjectShape& shape);
  ObjectShape merge(const ObjectShape& a, const ObjectShape& b);
  // Where the names of a shape stand in it, while it is compared with another.
  void set_places(const ObjectShape& shape);
  void clear_places(const ObjectShape& shape);
  bool names_imply(const ObjectShape& smaller, const ObjectShape& larger);
  bool rules_imply(const ObjectShape& smaller, const ObjectShape& larger) const;
  bool settle_counts(ArrayShape& shape) const;
  bool settle_closed_needs(ObjectShape& shape);
  bool settle_needs(ObjectShape& shape);
  bool settle_clauses(ObjectShape& shape);
  void settle_differs(ArrayShape& shape);
  void settle_differs(ObjectShape& shape);

  Conjunctions& conjunctions_;
  Constants& constants_;
  Outlines& outlines_;
  RegexArena& regexes_;
  bool keep_order_;
  bool over_alternatives_ = false;
  StableList<std::string> names_;
  HashIndex name_index_;                 // of their texts
  InternTable array_table_, object_table_;
  StableList<ArrayShape> arrays_;
  StableList<ObjectShape> objects_;
  StableList<NameBits> object_bits_;     // parallel to objects_
  std::unordered_map<uint64_t, std::pair<bool, ArrayShapeId>> array_products_;
  struct Product {
    bool exists = false;
    ObjectShapeId id;
  };
  FlatMap<Product> object_products_;     // by both operands
  static constexpr uint32_t kNoPlace = 0xFFFFFFFF;
  std::vector<uint32_t> places_;         // by name
  std::vector<bool> shared_;             // of merge(), kept for its memory
  std::vector<uint32_t> words_;          // of intern(), likewise
  std::unordered_map<uint32_t, bool> empty_objects_;
};

}  // namespace keyway::json_schema
