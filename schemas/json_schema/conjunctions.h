// What a value must satisfy at one place: an interned conjunction of schemas, each as it is or negated.
//
// Entry points: Literal, Conjunctions. A conjunction is not expanded until the place is reached, so that recursive
// schemas stay finite: there are only so many schemas.
// Small schemas that assert the same stand for one another: {"type": "string"} is one schema wherever it is written.
// Invariant: equal sets of literals have equal ids; a conjunction that holds a literal and its negation is never().
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "grammar/ids.h"
#include "grammar/flat_map.h"
#include "grammar/hash_index.h"
#include "schemas/json_schema/intern.h"
#include "schemas/json_schema/nodes.h"

namespace keyway::json_schema {

using ConjunctionId = Id<struct ConjunctionTag>;

// A schema, or its negation, read in a dynamic scope (scopes.h; 0 where it does not matter): the scope inside the schema.
struct Literal {
  NodeId node;
  bool positive = true;
  uint32_t scope = 0;
  Literal negated() const { return Literal{node, !positive, scope}; }
  uint64_t packed() const { return uint64_t{scope} << 32 | uint64_t{node.value} << 1 | (positive ? 1 : 0); }
  static Literal unpack(uint64_t word) {
    return Literal{NodeId(static_cast<uint32_t>(word) >> 1), (word & 1) != 0, static_cast<uint32_t>(word >> 32)};
  }
};

class Conjunctions {
 public:
  explicit Conjunctions(SchemaNodes& nodes);

  static constexpr ConjunctionId any() { return ConjunctionId(0); }
  static constexpr ConjunctionId never() { return ConjunctionId(1); }

  // Boolean schemas and empty ones become any() or never(); a schema that is nothing but a $ref becomes its target.
  ConjunctionId of(Literal literal);
  ConjunctionId conjoin(ConjunctionId a, ConjunctionId b);
  size_t literal_count(ConjunctionId id) const { return table_.words(id.value).size() / 2; }
  Literal literal(ConjunctionId id, size_t i) const { return Literal::unpack(packed(id, i)); }
  size_t size() const { return table_.size(); }

 private:
  ConjunctionId intern(std::span<const uint64_t> literals);
  uint64_t packed(ConjunctionId id, size_t i) const {
    const std::span<const uint32_t> words = table_.words(id.value);
    return uint64_t{words[2 * i + 1]} << 32 | words[2 * i];
  }
  std::vector<uint64_t> packed(ConjunctionId id) const;
  NodeId first_like(NodeId node);

  SchemaNodes& nodes_;
  // A small schema without references: what it asserts is a part of like_keys_.
  struct Like {
    size_t first, size;
    NodeId node;
  };
  InternTable table_;  // of sorted literals, two words each, the lower first
  FlatMap<ConjunctionId> joined_;
  FlatMap<Literal> targets_;  // where a chain of plain references ends
  HashIndex like_index_;      // of likes_
  std::vector<Like> likes_;
  std::string like_keys_;
  std::string like_key_;  // of first_like, kept for their memory
  std::vector<Json> like_stack_;
};

}  // namespace keyway::json_schema
