// The definitional derivative; see derivative.h.
#include "grammar/derivative.h"

#include <algorithm>
#include <optional>

#include "grammar/recording.h"
#include "grammar/small_list.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

// Recursion follows head positions only: alternatives in repetitions in references. Its depth is the grammar's own
// nesting of nonterminals before the first byte (T3), and it is counted.
class Stepper {
 public:
  // `byte`: what is stepped by, where it is no token.
  Stepper(TermArena& arena, std::optional<uint8_t> byte) : arena_(arena), byte_(byte) {}

  // Whether the result depends on the byte itself, not only on the sets that hold it.
  bool recorded() const { return recorded_; }

  // `leaf(term)` gives the derivative of kBytes and kTokens.
  template <typename Leaf>
  TermId step(TermId term, const Leaf& leaf) {
    Ways results;
    // Walks down a sequence: each head, as long as what stands before it is nullable.
    for (TermId rest = term; arena_.pay();) {
      const bool sequence = arena_.kind(rest) == TermKind::kSequence;
      const TermId head = sequence ? arena_.head(rest) : rest;
      const TermId tail = sequence ? arena_.tail(rest) : TermArena::epsilon();
      const TermId stepped = step_head(head, leaf);
      if (stepped != TermArena::never()) results.push_back(arena_.sequence(stepped, after(tail)));
      if (!sequence || !arena_.nullable(head)) break;
      rest = tail;
    }
    if (arena_.exhausted()) return TermArena::never();
    return united(results);
  }

 private:
  using Ways = SmallList<TermId, 6>;
  TermId united(const Ways& ways) {
    return ways.size() == 1 ? ways[0] : ways.empty() ? TermArena::never() : arena_.choice({ways.begin(), ways.end()});
  }

  template <typename Leaf>
  TermId step_head(TermId head, const Leaf& leaf) {
    switch (arena_.kind(head)) {
      case TermKind::kNever:
      case TermKind::kEpsilon: return TermArena::never();
      case TermKind::kBytes:
      case TermKind::kTokens: return leaf(head);
      case TermKind::kSequence: return step(head, leaf);
      case TermKind::kChoice: {
        if (!enter()) return TermArena::never();
        Ways results;
        // Indexed anew each time: stepping may make choices and move the arena's tables.
        for (size_t i = 0; i < arena_.parts(head).size(); ++i) {
          const TermId stepped = step(arena_.parts(head)[i], leaf);
          if (stepped != TermArena::never()) results.push_back(stepped);
        }
        --depth_;
        return united(results);
      }
      case TermKind::kRepeat: {
        if (!enter()) return TermArena::never();
        const TermId stepped = step(arena_.part(head), leaf);
        --depth_;
        if (stepped == TermArena::never()) return stepped;
        const uint32_t min = arena_.repeat_min(head), max = arena_.repeat_max(head);
        return arena_.sequence(stepped, arena_.repeat(arena_.part(head), min == 0 ? 0 : min - 1,
                                                      max == kUnbounded ? max : max - 1));
      }
      case TermKind::kReference: {
        if (!enter()) return TermArena::never();
        const TermId stepped = step(arena_.unfold(head), leaf);
        --depth_;
        return stepped;
      }
    }
    return TermArena::never();
  }

  TermId after(TermId tail) {
    if (!byte_ || !arena_.records(tail)) return tail;
    recorded_ = true;
    return record_byte(arena_, tail, *byte_);
  }

  bool enter() {
    if (depth_ >= arena_.limits().nesting) {
      arena_.refuse_depth();
      return false;
    }
    ++depth_;
    return true;
  }

  TermArena& arena_;
  std::optional<uint8_t> byte_;
  bool recorded_ = false;
  uint32_t depth_ = 0;
};

// Collects the leaves in head position.
class Heads {
 public:
  explicit Heads(TermArena& arena) : arena_(arena) {}

  template <typename Leaf>
  void visit(TermId term, const Leaf& leaf) {
    SmallList<TermId, 24> stack;
    SmallList<TermId, 8> seen;
    stack.push_back(term);
    while (!stack.empty() && arena_.pay()) {
      const TermId t = stack.back();
      stack.pop_back();
      switch (arena_.kind(t)) {
        case TermKind::kNever:
        case TermKind::kEpsilon: break;
        case TermKind::kBytes:
        case TermKind::kTokens: leaf(t); break;
        case TermKind::kSequence:
          if (arena_.nullable(arena_.head(t))) stack.push_back(arena_.tail(t));
          stack.push_back(arena_.head(t));
          break;
        case TermKind::kChoice:
          for (TermId part : arena_.parts(t)) stack.push_back(part);
          break;
        case TermKind::kRepeat: stack.push_back(arena_.part(t)); break;
        case TermKind::kReference:
          if (std::find(seen.begin(), seen.end(), t) != seen.end()) break;
          seen.push_back(t);
          if (Definition::Names names; arena_.names(t, names)) {
            visit_names(names);
            break;
          }
          stack.push_back(arena_.unfold(any_like(t)));
          break;
      }
    }
  }

  // The bytes that names begin with.
  const ByteSet& of_names() const { return of_names_; }

 private:
  void visit_names(const Definition::Names& names) {
    for (uint32_t i = names.first; i < names.last; ++i) {
      if ((names.left[i / 64] >> (i % 64) & 1) == 0) continue;
      const bool ends = names.texts[i].size() == names.depth;
      if (ends) {
        of_names_ = of_names_ | names.ends;
        continue;
      }
      of_names_.insert(static_cast<uint8_t>(names.texts[i][names.depth]));
      if (names.escapes) of_names_.insert('\\');
    }
  }

  // All texts but some short ones, as every other key, begin as any text does, whose leaves are known.
  TermId any_like(TermId reference) {
    const auto text = text_state(arena_, reference);
    RegexArena& regexes = arena_.regexes();
    if (!text || !regexes.holds_from(text->expression)) return reference;
    return text_term(arena_, regexes.all(), text->spelling);
  }

  TermArena& arena_;
  ByteSet of_names_;
};

}  // namespace

TermId derivative(TermArena& arena, TermId term, uint8_t byte) {
  return Stepper(arena, byte).step(term, [&](TermId leaf) {
    const bool taken = arena.kind(leaf) == TermKind::kBytes && arena.byte_set(leaf).contains(byte);
    return taken ? TermArena::epsilon() : TermArena::never();
  });
}

TermId derivative(TermArena& arena, TermId term, uint8_t byte, ByteSet& same) {
  same = ByteSet::all();
  Stepper stepper(arena, byte);
  const TermId result = stepper.step(term, [&](TermId leaf) {
    if (arena.kind(leaf) != TermKind::kBytes) return TermArena::never();
    const ByteSet& set = arena.byte_set(leaf);
    const bool taken = set.contains(byte);
    same = same & (taken ? set : ~set);
    return taken ? TermArena::epsilon() : TermArena::never();
  });
  if (stepper.recorded()) same = ByteSet::range(byte, byte);
  return result;
}

TermId token_derivative(TermArena& arena, TermId term, TokenId token) {
  return Stepper(arena, std::nullopt).step(term, [&](TermId leaf) {
    if (arena.kind(leaf) != TermKind::kTokens) return TermArena::never();
    auto set = arena.token_set(leaf);
    return std::binary_search(set.begin(), set.end(), token) ? TermArena::epsilon() : TermArena::never();
  });
}

ByteSet first_bytes(TermArena& arena, TermId term) {
  const TermId first = arena.kind(term) == TermKind::kSequence ? arena.head(term) : term;
  if (arena.kind(first) == TermKind::kBytes) return arena.byte_set(first);
  ByteSet bytes;
  Heads heads(arena);
  heads.visit(term, [&](TermId leaf) {
    if (arena.kind(leaf) == TermKind::kBytes) bytes = bytes | arena.byte_set(leaf);
  });
  return bytes | heads.of_names();
}

std::vector<TokenId> next_tokens(TermArena& arena, TermId term) {
  std::vector<TokenId> tokens;
  Heads(arena).visit(term, [&](TermId leaf) {
    if (arena.kind(leaf) != TermKind::kTokens) return;
    auto set = arena.token_set(leaf);
    tokens.insert(tokens.end(), set.begin(), set.end());
  });
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

}  // namespace keyway
