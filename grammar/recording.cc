// See recording.h.
#include "grammar/recording.h"

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

}  // namespace

TermId record_byte(TermArena& arena, TermId term, uint8_t byte) { return record(arena, term, byte, 0); }

}  // namespace keyway
