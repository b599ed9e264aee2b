// The automaton of free text, times the place inside a UTF-8 sequence; see dispatch.h.
#include "schemas/grammars/dispatch.h"

#include <algorithm>
#include <map>

#include "grammar/text_finder.h"

namespace keyway::grammars {
namespace {

// Places inside a UTF-8 sequence: 0 is between characters, the others say which bytes may come.
enum Utf8Place : uint8_t { kBetween, kOne, kTwo, kThree, kAfterE0, kAfterEd, kAfterF0, kAfterF4, kPlaces, kNowhere };

Utf8Place next_place(Utf8Place place, uint8_t byte) {
  const auto within = [byte](uint8_t first, uint8_t last) { return byte >= first && byte <= last; };
  switch (place) {
    case kBetween:
      if (byte < 0x80) return kBetween;
      if (within(0xC2, 0xDF)) return kOne;
      if (byte == 0xE0) return kAfterE0;
      if (byte == 0xED) return kAfterEd;
      if (within(0xE1, 0xEF)) return kTwo;
      if (byte == 0xF0) return kAfterF0;
      if (within(0xF1, 0xF3)) return kThree;
      return byte == 0xF4 ? kAfterF4 : kNowhere;
    case kOne: return within(0x80, 0xBF) ? kBetween : kNowhere;
    case kTwo: return within(0x80, 0xBF) ? kOne : kNowhere;
    case kThree: return within(0x80, 0xBF) ? kTwo : kNowhere;
    case kAfterE0: return within(0xA0, 0xBF) ? kOne : kNowhere;
    case kAfterEd: return within(0x80, 0x9F) ? kOne : kNowhere;
    case kAfterF0: return within(0x90, 0xBF) ? kTwo : kNowhere;
    case kAfterF4: return within(0x80, 0x8F) ? kTwo : kNowhere;
    default: return kNowhere;
  }
}

// Bytes that are still missing to the end of the character.
uint32_t missing_bytes(Utf8Place place) {
  constexpr uint32_t kMissing[kPlaces] = {0, 1, 2, 3, 2, 2, 3, 3};
  return kMissing[place];
}

class DispatchTerms : public Definition {
 public:
  DispatchTerms(const DispatchPlan& plan, std::span<const TermId> parts)
      : plan_(plan), parts_(parts.begin(), parts.end()), finder_(texts_of(plan)), nodes_(finder_.states()) {
    for (uint32_t at = 0; at < finder_.states(); ++at) {
      size_t longest = 0;
      for (const uint32_t text : finder_.found(at)) {
        if (text >= plan_.triggers.size() || parts_[text] == TermArena::never()) {
          nodes_[at].excluded = true;
        } else if (longest == 0 || plan_.triggers[text].size() == longest) {
          longest = plan_.triggers[text].size();
          nodes_[at].triggers.push_back(text);
        }
      }
    }
  }

  TermId start(TermArena& arena, DefinitionId id) {
    id_ = id;
    find_longer(arena);
    return state(arena, 0, kBetween);
  }

  TermId unfold(TermArena& arena, uint32_t node, uint32_t y) override {
    if (y == kPlaces) return longer_triggers(arena, node);
    const Utf8Place place = static_cast<Utf8Place>(y);
    std::vector<TermId> parts;
    if (place == kBetween) add_tokens(arena, parts);
    std::map<std::pair<uint32_t, uint8_t>, ByteSet> edges;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Utf8Place after = next_place(place, static_cast<uint8_t>(byte));
      if (after == kNowhere) continue;
      const uint32_t next = finder_.step(node, static_cast<uint8_t>(byte));
      if (live(next, after)) edges[{next, after}].insert(static_cast<uint8_t>(byte));
    }
    arena.pay(256);
    for (const auto& [to, bytes] : edges) {
      const auto& [next, after] = to;
      const TermId head = arena.bytes(bytes);
      if (nodes_[next].triggers.empty()) {
        parts.push_back(arena.sequence(head, state(arena, next, static_cast<Utf8Place>(after))));
      }
      for (const uint32_t trigger : nodes_[next].triggers) parts.push_back(arena.sequence(head, switched(arena, trigger)));
      if (!nodes_[next].triggers.empty()) parts.push_back(arena.sequence(head, longer(arena, next)));
    }
    return arena.choice(parts);
  }

 private:
  struct Node {
    std::vector<uint32_t> triggers;  // that end here
    bool excluded = false;           // an excluded text ends here, or a trigger that nothing can follow
    uint32_t longer = kLongest;      // bytes to the end of a longer trigger and of what follows it; kLongest: there is none
  };

  // Triggers, then what is excluded.
  static std::vector<std::string> texts_of(const DispatchPlan& plan) {
    std::vector<std::string> texts = plan.triggers;
    texts.insert(texts.end(), plan.excludes.begin(), plan.excludes.end());
    return texts;
  }

  // Children have higher numbers than what they are children of.
  void find_longer(TermArena& arena) {
    for (uint32_t at = finder_.states(); at-- > 0;) {
      for (const auto& [byte, child] : finder_.children(at)) {
        if (nodes_[child].excluded) continue;
        uint32_t rest = nodes_[child].longer;
        for (const uint32_t text : finder_.ends(child)) {
          if (text < plan_.triggers.size()) rest = std::min(rest, arena.shortest(parts_[text]));
        }
        if (rest < kLongest) nodes_[at].longer = std::min(nodes_[at].longer, rest + 1);
      }
    }
  }

  // Behind a trigger that begins longer ones: what is left of those, without any text between.
  TermId longer(TermArena& arena, uint32_t node) const {
    if (nodes_[node].longer == kLongest) return TermArena::never();
    return arena.reference(id_, node, kPlaces, {.nullable = false, .shortest = nodes_[node].longer});
  }

  TermId longer_triggers(TermArena& arena, uint32_t node) const {
    std::vector<TermId> parts;
    for (const auto& [byte, child] : finder_.children(node)) {
      if (nodes_[child].excluded) continue;
      std::vector<TermId> rest = {longer(arena, child)};
      for (const uint32_t text : finder_.ends(child)) {
        if (text < plan_.triggers.size()) rest.push_back(switched(arena, text));
      }
      parts.push_back(arena.sequence(arena.bytes(ByteSet::range(byte, byte)), arena.choice(rest)));
    }
    return arena.choice(parts);
  }

  // Whether the text can go on: nothing excluded has ended, and the open character can be completed.
  bool live(uint32_t node, Utf8Place place) const {
    if (nodes_[node].excluded) return false;
    if (place == kBetween) return true;
    for (unsigned byte = 0x80; byte < 0xC0; ++byte) {
      const Utf8Place after = next_place(place, static_cast<uint8_t>(byte));
      if (after != kNowhere && live(finder_.step(node, static_cast<uint8_t>(byte)), after)) return true;
    }
    return false;
  }

  TermId state(TermArena& arena, uint32_t node, Utf8Place place) const {
    const uint32_t shortest = missing_bytes(place);
    return arena.reference(id_, node, place, {.nullable = shortest == 0, .shortest = shortest});
  }

  TermId switched(TermArena& arena, size_t part) const {
    return plan_.loop ? arena.sequence(parts_[part], state(arena, 0, kBetween)) : parts_[part];
  }

  void add_tokens(TermArena& arena, std::vector<TermId>& parts) const {
    parts.push_back(TermArena::epsilon());
    if (!plan_.free_tokens.empty()) {
      parts.push_back(arena.sequence(arena.tokens(plan_.free_tokens), state(arena, 0, kBetween)));
    }
    for (size_t i = 0; i < plan_.token_triggers.size(); ++i) {
      parts.push_back(arena.sequence(arena.tokens(plan_.token_triggers[i]), switched(arena, plan_.triggers.size() + i)));
    }
  }

  DispatchPlan plan_;
  std::vector<TermId> parts_;
  TextFinder finder_;
  std::vector<Node> nodes_;  // by state of the finder
  DefinitionId id_;
};

}  // namespace

TermId dispatch_term(TermArena& arena, const DispatchPlan& plan, std::span<const TermId> parts) {
  for (const std::string& text : plan.triggers) arena.pay(text.size() * TextFinder::kByteWork);
  for (const std::string& text : plan.excludes) arena.pay(text.size() * TextFinder::kByteWork);
  if (arena.exhausted()) return TermArena::never();
  const auto terms = std::make_shared<DispatchTerms>(plan, parts);
  return terms->start(arena, arena.define(terms));
}

}  // namespace keyway::grammars
