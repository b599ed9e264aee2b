// See recording.h.
#include "grammar/recording.h"

#include <algorithm>

namespace keyway {
namespace {

// Recursion follows choices inside sequences; its depth is counted.
TermId record(TermArena& arena, TermId term, uint8_t byte, uint32_t depth) {
  if (!arena.records(term)) return term;
  if (depth >= arena.limits().nesting) {
    arena.refuse_depth();
    return TermArena::never();
  }
  switch (arena.kind(term)) {
    case TermKind::kReference: return arena.after_byte(term, byte);
    case TermKind::kChoice: {
      std::vector<TermId> parts(arena.parts(term).begin(), arena.parts(term).end());
      for (TermId& part : parts) part = record(arena, part, byte, depth + 1);
      return arena.choice(parts);
    }
    default: break;
  }
  // A sequence, part by part; what follows the last recorder stays as it is.
  std::vector<TermId> parts;
  while (arena.kind(term) == TermKind::kSequence && arena.records(term)) {
    parts.push_back(record(arena, arena.head(term), byte, depth + 1));
    term = arena.tail(term);
  }
  parts.push_back(record(arena, term, byte, depth + 1));
  return arena.sequence(parts);
}

// Recursion follows choices inside sequences; its depth is counted.
TermId relax(TermArena& arena, TermId term, uint32_t depth) {
  if (!arena.recalls(term)) return term;
  if (depth >= arena.limits().nesting) return TermArena::never();
  switch (arena.kind(term)) {
    case TermKind::kReference: return arena.relaxed(term);
    case TermKind::kSequence: {
      const TermId head = relax(arena, arena.head(term), depth + 1);
      const TermId tail = arena.tail(term);
      return arena.sequence(head, arena.nullable(arena.head(term)) ? relax(arena, tail, depth + 1) : tail);
    }
    case TermKind::kChoice: {
      std::vector<TermId> parts(arena.parts(term).begin(), arena.parts(term).end());
      for (TermId& part : parts) {
        part = relax(arena, part, depth + 1);
        if (part == TermArena::never()) return part;
      }
      return arena.choice(parts);
    }
    default: return TermArena::never();
  }
}

struct Many {
  uint32_t bytes;  // see many_within; kLongest where none was found
  bool ended;      // nothing behind it is to be looked at
};

// Recursion follows choices inside sequences, as far as kMostDepth.
Many find_many(TermArena& arena, TermId term, uint32_t depth) {
  static constexpr uint32_t kMostDepth = 8;
  uint64_t before = 0;  // bytes of the parts so far
  while (depth < kMostDepth) {
    const bool sequence = arena.kind(term) == TermKind::kSequence;
    const TermId part = sequence ? arena.head(term) : term;
    const TermId rest = sequence ? arena.tail(term) : TermArena::epsilon();
    uint32_t bytes = kLongest;
    bool ended = arena.recalls(part) && arena.kind(part) == TermKind::kReference;
    if (arena.kind(part) == TermKind::kReference && !ended) bytes = arena.many_within(part);
    if (arena.kind(part) == TermKind::kChoice) {
      // Indexed anew each time: the arena's tables may move.
      for (size_t i = 0; i < arena.parts(part).size(); ++i) {
        const Many one = find_many(arena, arena.parts(part)[i], depth + 1);
        bytes = std::min(bytes, one.bytes);
        ended = ended || one.ended;
      }
    }
    if (bytes < kLongest) return {static_cast<uint32_t>(std::min<uint64_t>(before + bytes + arena.shortest(rest), kLongest)), true};
    if (ended || !sequence) return {kLongest, ended};
    before += arena.shortest(part);
    term = rest;
  }
  return {kLongest, true};
}

}  // namespace

TermId relaxed(TermArena& arena, TermId term) { return relax(arena, term, 0); }

uint32_t many_within(TermArena& arena, TermId term) { return find_many(arena, term, 0).bytes; }

TermId record_byte(TermArena& arena, TermId term, uint8_t byte) { return record(arena, term, byte, 0); }

}  // namespace keyway
