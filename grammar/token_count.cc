// Counted parts and the step of their counts; see token_count.h.
#include "grammar/token_count.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace keyway {

// reference(x, y): y = kOpen: the count x of an open part; else the part x, of which at most y tokens may come.
class TokenCounts : public Definition {
 public:
  static constexpr uint32_t kOpen = 0xFFFFFFFFu;

  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    return y == kOpen ? TermArena::epsilon() : arena.sequence(TermId(x), count(arena, y));
  }
  TermId count(TermArena& arena, uint32_t left) const { return arena.reference(id, left, kOpen, {true, 0, true}); }
  bool is_count(const TermArena& arena, TermId term) const {
    return arena.kind(term) == TermKind::kReference && arena.definition(term) == id && arena.reference_y(term) == kOpen;
  }

  DefinitionId id;
  uint32_t least = kLongest;  // of all parts
};

namespace {

// Rewrites the open counts of a state. Steps along sequences are a loop; only alternatives recurse, which is counted.
class CountWalk {
 public:
  CountWalk(TermArena& arena, const TokenCounts& counts) : arena_(arena), counts_(counts) {}
  virtual ~CountWalk() = default;

  // What follows the part in front of a state, and what takes the place of both: a part that was left.
  struct Ways {
    TermId behind = TermArena::never(), alone = TermArena::never();
  };

  // Requires: `front` stands in front of `state`, up to the count before.
  Ways walk(TermId front, TermId state) {
    Ways out;
    if (++depth_ > arena_.limits().nesting) arena_.refuse_depth();
    std::vector<TermId> heads;
    while (arena_.pay() && !arena_.exhausted()) {
      if (!arena_.counts(state)) {
        out.behind = state;
        break;
      }
      const bool sequence = arena_.kind(state) == TermKind::kSequence;
      const TermId head = sequence ? arena_.head(state) : state;
      const TermId tail = sequence ? arena_.tail(state) : TermArena::epsilon();
      if (counts_.is_count(arena_, head)) {
        if (front == TermArena::epsilon() && heads.empty()) {  // the part is over
          state = tail;
          continue;
        }
        const TermId part = arena_.sequence(front, joined(heads));
        const std::optional<uint32_t> left = next(arena_.reference_x(head), part);
        if (!left) break;
        if (*left == 0) {
          if (arena_.nullable(part)) out.alone = either(walk(TermArena::epsilon(), tail));
          break;
        }
        heads.push_back(counts_.count(arena_, *left));
        state = tail;
      } else if (arena_.counts(head)) {  // alternatives, some of them at the end of their part
        take_alternatives(out, arena_.sequence(front, joined(heads)), head, tail);
        break;
      } else {
        heads.push_back(head);
        state = tail;
      }
    }
    out.behind = arena_.sequence(joined(heads), out.behind);
    --depth_;
    return out;
  }
  TermId either(const Ways& ways) { return arena_.choice(ways.behind, ways.alone); }

 protected:
  // The count in place of `left`, 0 for a part that ends here, nothing where it cannot.
  virtual std::optional<uint32_t> next(uint32_t left, TermId part) = 0;

  TermArena& arena_;

 private:
  TermId joined(const std::vector<TermId>& heads) { return arena_.sequence(std::span<const TermId>(heads)); }

  // Requires: `head` is a choice. A copy of its parts: the arena grows.
  void take_alternatives(Ways& out, TermId front, TermId head, TermId tail) {
    const std::vector<TermId> parts(arena_.parts(head).begin(), arena_.parts(head).end());
    std::vector<TermId> behind, alone;
    for (const TermId part : parts) {
      const Ways ways = walk(front, arena_.sequence(part, tail));
      behind.push_back(ways.behind);
      alone.push_back(ways.alone);
    }
    out.behind = arena_.choice(behind);
    out.alone = arena_.choice(alone);
  }

  const TokenCounts& counts_;
  uint32_t depth_ = 0;
};

class TokenStep : public CountWalk {
 public:
  TokenStep(TermArena& arena, const TokenCounts& counts, const FitsInTokens& fits) : CountWalk(arena, counts), fits_(fits) {}

 private:
  std::optional<uint32_t> next(uint32_t left, TermId part) override {
    if (left == 0) return std::nullopt;
    const bool fits = left == 1 || arena_.shortest(part) < left || (fits_ && fits_(part, left - 1));
    return fits ? std::optional<uint32_t>(left - 1) : std::nullopt;
  }
  const FitsInTokens& fits_;
};

class Clamp : public CountWalk {
 public:
  Clamp(TermArena& arena, const TokenCounts& counts, uint32_t most) : CountWalk(arena, counts), most_(most) {}
  uint32_t least() const { return least_; }

 private:
  std::optional<uint32_t> next(uint32_t left, TermId) override {
    least_ = std::min(least_, left);
    return std::min(left, most_);
  }
  uint32_t most_;
  uint32_t least_ = kLongest;
};

}  // namespace

TermId counted_term(TermArena& arena, TermId part, uint32_t most) {
  if (part == TermArena::never() || part == TermArena::epsilon()) return part;
  if (most == 0) return arena.nullable(part) ? TermArena::epsilon() : TermArena::never();
  most = std::min(most, kLongest);
  std::shared_ptr<TokenCounts>& counts = arena.token_counts();
  if (counts == nullptr) {
    counts = std::make_shared<TokenCounts>();
    counts->id = arena.define(counts);
  }
  counts->least = std::min(counts->least, most);
  return arena.reference(counts->id, part.value, most, {arena.nullable(part), arena.shortest(part)});
}

TermId after_token(TermArena& arena, TermId state, const FitsInTokens& fits) {
  if (!arena.counts(state)) return state;
  TokenStep step(arena, *arena.token_counts(), fits);
  return step.either(step.walk(TermArena::epsilon(), state));
}

TermId clamp_counts(TermArena& arena, TermId state, uint32_t most) {
  if (!arena.counts(state)) return state;
  Clamp clamp(arena, *arena.token_counts(), most);
  return clamp.either(clamp.walk(TermArena::epsilon(), state));
}

uint32_t least_count(TermArena& arena, TermId state) {
  if (arena.token_counts() == nullptr) return kLongest;
  Clamp clamp(arena, *arena.token_counts(), kLongest);
  if (arena.counts(state)) clamp.walk(TermArena::epsilon(), state);
  return std::min(clamp.least(), arena.token_counts()->least);
}

}  // namespace keyway
