// The automaton of free text, unfolded state by state; see free_text.h.
#include "tools/free_text.h"

#include <algorithm>
#include <array>
#include <map>

namespace keyway {
namespace {

// Places in a code point (RFC 3629), so that every path is well-formed UTF-8.
enum Utf8Place : uint32_t { kBoundary, kOneLeft, kTwoLeft, kThreeLeft, kAfterE0, kAfterEd, kAfterF0, kAfterF4 };
constexpr std::array<uint32_t, 8> kBytesLeft = {0, 1, 2, 3, 2, 2, 3, 3};

constexpr uint32_t kNowhere = 0xFFFFFFFF;

// Where a byte leads from a place; kNowhere where it cannot stand.
uint32_t utf8_step(uint32_t place, uint8_t byte) {
  struct Bounds {
    uint8_t low, high;
    uint32_t next;
  };
  constexpr std::array<Bounds, 8> kContinue = {{{0x00, 0x7F, kBoundary},
                                                {0x80, 0xBF, kBoundary},
                                                {0x80, 0xBF, kOneLeft},
                                                {0x80, 0xBF, kTwoLeft},
                                                {0xA0, 0xBF, kOneLeft},
                                                {0x80, 0x9F, kOneLeft},
                                                {0x90, 0xBF, kTwoLeft},
                                                {0x80, 0x8F, kTwoLeft}}};
  const Bounds& bounds = kContinue[place];
  if (byte >= bounds.low && byte <= bounds.high) return bounds.next;
  if (place != kBoundary || byte < 0xC2 || byte > 0xF4) return kNowhere;
  if (byte < 0xE0) return kOneLeft;
  if (byte < 0xF0) return byte == 0xE0 ? kAfterE0 : byte == 0xED ? kAfterEd : kTwoLeft;
  return byte == 0xF0 ? kAfterF0 : byte == 0xF4 ? kAfterF4 : kThreeLeft;
}

std::vector<Trigger> triggers_of(const FreeTextRules& rules) {
  std::vector<Trigger> triggers;
  for (const TextExit& exit : rules.exits) triggers.push_back({exit.by.bytes, exit.where, exit.name_ahead, exit.key_ahead});
  return triggers;
}

class FreeText : public Definition {
 public:
  explicit FreeText(const FreeTextRules& rules) : rules_(rules), search_(triggers_of(rules)) {}

  // Requires: called once the definition has its id.
  TermId start(TermArena& arena, DefinitionId self) {
    self_ = self;
    return reference(arena, {TriggerSearch::kStartState, kBoundary});
  }

  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    const State state{x, y};
    std::map<uint32_t, ByteSet> by_target;  // term to the bytes that lead there
    for (unsigned byte = 0; byte < 256; ++byte) {
      const TermId target = after(arena, state, static_cast<uint8_t>(byte));
      if (target != TermArena::never()) by_target[target.value].insert(static_cast<uint8_t>(byte));
    }
    std::vector<TermId> parts;
    for (const auto& [target, bytes] : by_target) parts.push_back(arena.sequence(arena.bytes(bytes), TermId(target)));
    if (state.place == kBoundary) {
      add_ahead(arena, state, parts);
      add_tokens(arena, state, parts);
      if (rules_.may_end) parts.push_back(TermArena::epsilon());
    }
    return arena.choice(parts);
  }

 private:
  struct State {
    uint32_t search, place;
  };

  TermId after(TermArena& arena, State state, uint8_t byte) const {
    const uint32_t place = utf8_step(state.place, byte);
    if (place == kNowhere) return TermArena::never();
    const TriggerSearch::Step step = search_.step(state.search, byte);
    if (!step.found) return reference(arena, {step.next, place});
    const TextExit& exit = rules_.exits[*step.found];
    return exit.by.kind == ElementKind::kBytes && !exit.looks_ahead() ? exit.then : TermArena::never();
  }

  // Exits that look ahead are followed from their first byte, beside the text that they may yet turn out to be.
  void add_ahead(TermArena& arena, State state, std::vector<TermId>& parts) const {
    for (uint32_t i = 0; i < rules_.exits.size(); ++i) {
      const TextExit& exit = rules_.exits[i];
      const bool open = exit.looks_ahead() && exit.by.kind == ElementKind::kBytes && exit.then != TermArena::never();
      if (open && search_.may_begin(state.search, i)) parts.push_back(arena.sequence(arena.literal(exit.by.bytes), exit.then));
    }
  }

  void add_tokens(TermArena& arena, State state, std::vector<TermId>& parts) const {
    if (!rules_.tokens.empty()) {
      parts.push_back(arena.sequence(arena.tokens(rules_.tokens), reference(arena, {search_.middle(), kBoundary})));
    }
    for (uint32_t i = 0; i < rules_.exits.size(); ++i) {
      const TextExit& exit = rules_.exits[i];
      if (exit.by.kind != ElementKind::kToken || exit.then == TermArena::never()) continue;
      if (search_.may_begin(state.search, i)) parts.push_back(arena.sequence(arena.tokens({exit.by.token}), exit.then));
    }
  }

  TermId reference(TermArena& arena, State state) const {
    return arena.reference(self_, state.search, state.place, facts(arena, state));
  }

  TermFacts facts(const TermArena& arena, State state) const {
    const uint32_t left = kBytesLeft[state.place];
    if (rules_.may_end) return {state.place == kBoundary, left};
    const TextExit& exit = rules_.exits.front();
    const uint32_t size = static_cast<uint32_t>(exit.by.bytes.size());
    const uint32_t matched = search_.progress(state.search, 0);
    uint32_t shortest = arena.shortest(exit.then);
    if (exit.by.kind == ElementKind::kToken) shortest += left + 1;
    else shortest += matched > 0 ? size - matched : left + size;
    return {false, std::min(shortest, kLongest)};
  }

  FreeTextRules rules_;
  TriggerSearch search_;
  DefinitionId self_;
};

}  // namespace

TermId free_text(TermArena& arena, const FreeTextRules& rules) {
  auto definition = std::make_shared<FreeText>(rules);
  return definition->start(arena, arena.define(definition));
}

}  // namespace keyway
