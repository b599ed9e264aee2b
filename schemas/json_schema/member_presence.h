// What the alternatives of an object say of the presence of its members, while these are written.
//
//   "a must come, c may not" or "b must come" or "b and c may not come together"   once c has come: the second alone
//
// Entry points: MemberPresence, MemberPresences. A state is a list of the alternatives that are left, each with what is
// known of every name: it may come, will not, must, or has come. What another alternative of the list holds is left out.
// Invariant: every alternative has a completion (presence.h); rest_bytes is that of the cheapest names that complete it.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/presence_test.cc.
#pragma once

#include <map>
#include <vector>

#include "grammar/stable_list.h"
#include "grammar/term.h"
#include "schemas/json_schema/intern.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

class MemberPresence {
 public:
  using Names = PresenceGraph::Names;
  using List = std::vector<uint32_t>;  // of alternatives

  // `bytes`: of each member with the comma before it. `ranks`: places of the names in the declared order; empty where any
  // order is allowed. Requires: the arena outlives this.
  MemberPresence(TermArena& arena, std::vector<uint64_t> bytes, std::vector<uint32_t> ranks)
      : arena_(arena), bytes_(std::move(bytes)), ranks_(std::move(ranks)) {
    graphs_.emplace_back(bytes_.size(), std::vector<PresenceClause>());
  }

  // Adds a shape, unless no object of it can be written. `places`: of each name here among those of the shape; the others cannot
  // be written.
  void add(const ObjectShape& shape, const std::vector<uint32_t>& places, List& list);
  // Drops what another one holds. Requires: every alternative of the list was added.
  List settled(List list) const;
  // Empty where the name cannot come.
  List after(const List& list, uint32_t name);
  // After a member that is not a name; empty where it cannot come.
  List closed(const List& list);
  bool may_end(const List& list) const;

  const Names& names(uint32_t alternative) const { return alternatives_[alternative].names; }
  // From a member's end to the last one's.
  uint64_t rest_bytes(uint32_t alternative) const { return alternatives_[alternative].bytes; }
  uint64_t rest_bytes(uint32_t alternative, const Names& names);
  // False where the literal cannot hold: then `names` is in no particular state.
  bool settle(uint32_t alternative, Names& names, PresenceLiteral literal);
  // Whether what must come is told by the names alone: none of two is asked for.
  bool is_told(uint32_t alternative) const { return graphs_[alternatives_[alternative].graph].parts() == 0; }

 private:
  struct Alternative {
    uint32_t graph;
    Names names;
    uint64_t bytes;
    std::vector<uint64_t> absent, needed;  // bits of the names that will not come, that must or have come
    size_t said = 0;                       // names that are not free
    std::vector<uint32_t> next;            // by name, the alternative after it, once one was asked for
  };
  static constexpr uint32_t kUnknown = kUnbounded, kNone = kUnbounded - 1;
  // The alternative after a name or kNone.
  uint32_t next(uint32_t alternative, uint32_t name);
  uint32_t intern(uint32_t graph, Names names);
  bool settle_in(uint32_t graph, Names& names, PresenceLiteral literal);
  uint64_t bytes_in(uint32_t graph, const Names& names);
  bool holds(const Alternative& larger, const Alternative& smaller) const;

  TermArena& arena_;
  std::vector<uint64_t> bytes_;
  std::vector<uint32_t> ranks_;
  StableList<PresenceGraph> graphs_;  // the first has no clauses
  std::map<std::vector<PresenceClause>, uint32_t> graph_of_;
  InternTable table_;
  StableList<Alternative> alternatives_;
};

// One for all objects with the same members: each knows what the others have found out.
class MemberPresences {
 public:
  explicit MemberPresences(TermArena& arena) : arena_(arena) {}
  // See the constructor of MemberPresence. Good as long as this.
  MemberPresence& of(std::vector<uint64_t> bytes, std::vector<uint32_t> ranks) {
    auto key = std::pair(bytes, ranks);
    return all_.try_emplace(std::move(key), arena_, std::move(bytes), std::move(ranks)).first->second;
  }

 private:
  TermArena& arena_;
  std::map<std::pair<std::vector<uint64_t>, std::vector<uint32_t>>, MemberPresence> all_;
};

}  // namespace keyway::json_schema
