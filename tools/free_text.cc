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

bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

class FreeText : public Definition {
 public:
  explicit FreeText(const FreeTextRules& rules) : rules_(rules), beginnings_{""} {
    for (const TextExit& exit : rules_.at_start) {
      if (exit.by.kind != ElementKind::kBytes) continue;
      for (size_t length = 1; length < exit.by.bytes.size(); ++length) {
        beginnings_.push_back(exit.by.bytes.substr(0, length));
      }
    }
    std::sort(beginnings_.begin(), beginnings_.end());
    beginnings_.erase(std::unique(beginnings_.begin(), beginnings_.end()), beginnings_.end());
  }

  // Requires: called once the definition has its id.
  TermId start(TermArena& arena, DefinitionId self) {
    self_ = self;
    return reference(arena, {0, rules_.at_start.empty() ? 0 : 1u, kBoundary});
  }

  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    const State state{x % kStride, x / kStride, y};
    std::map<uint32_t, ByteSet> by_target;  // term to the bytes that lead there
    for (unsigned byte = 0; byte < 256; ++byte) {
      const TermId target = after(arena, state, static_cast<uint8_t>(byte));
      if (target != TermArena::never()) by_target[target.value].insert(static_cast<uint8_t>(byte));
    }
    std::vector<TermId> parts;
    for (const auto& [target, bytes] : by_target) parts.push_back(arena.sequence(arena.bytes(bytes), TermId(target)));
    if (state.place == kBoundary) {
      add_tokens(arena, state, parts);
      if (rules_.may_end) parts.push_back(TermArena::epsilon());
    }
    return arena.choice(parts);
  }

 private:
  // `start`: 0 where no section can open any more; 1 + n after n bytes of white space; past that, an index into
  // beginnings_ of what may yet become an exit at the start.
  struct State {
    uint32_t matched, start, place;
  };
  static constexpr uint32_t kStride = 512;  // more than the bytes of a delimiter

  uint32_t first_beginning() const { return rules_.start_space + 1; }

  TermId after(TermArena& arena, State state, uint8_t byte) const {
    const uint32_t place = utf8_step(state.place, byte);
    if (place == kNowhere) return TermArena::never();
    State next{0, 0, place};
    if (state.start != 0) {
      if (auto exit = step_start(state, byte, next)) return exit->then;
    }
    if (rules_.anywhere) {
      const std::string& text = rules_.anywhere->by.bytes;
      next.matched = search(text, state.matched, byte);
      if (next.matched == text.size()) {
        return rules_.anywhere->by.kind == ElementKind::kBytes ? rules_.anywhere->then : TermArena::never();
      }
    }
    return reference(arena, next);
  }

  // Moves on what may open a section at the start; the exit, where the byte completes one.
  const TextExit* step_start(State state, uint8_t byte, State& next) const {
    std::string begun;
    if (state.start >= first_beginning() + 1) {
      begun = beginnings_[state.start - first_beginning()];
    } else if (is_space(byte)) {
      next.start = state.start <= rules_.start_space ? state.start + 1 : 0;
      return nullptr;
    }
    begun += static_cast<char>(byte);
    for (const TextExit& exit : rules_.at_start) {
      if (exit.by.kind == ElementKind::kBytes && exit.by.bytes == begun) return &exit;
    }
    const auto found = std::lower_bound(beginnings_.begin(), beginnings_.end(), begun);
    const bool open = found != beginnings_.end() && *found == begun;
    next.start = open ? first_beginning() + static_cast<uint32_t>(found - beginnings_.begin()) : 0;
    return nullptr;
  }

  // Bytes of `text` that stand at the end after one more byte (Knuth, Morris, Pratt 1977).
  static uint32_t search(const std::string& text, uint32_t matched, uint8_t byte) {
    std::string seen = text.substr(0, matched) + static_cast<char>(byte);
    while (!text.starts_with(seen)) seen.erase(0, 1);
    return static_cast<uint32_t>(seen.size());
  }

  void add_tokens(TermArena& arena, State state, std::vector<TermId>& parts) const {
    if (!rules_.tokens.empty()) {
      parts.push_back(arena.sequence(arena.tokens(rules_.tokens), reference(arena, {0, 0, kBoundary})));
    }
    auto add_exit = [&](const TextExit& exit) {
      if (exit.by.kind != ElementKind::kToken || exit.then == TermArena::never()) return;
      parts.push_back(arena.sequence(arena.tokens({exit.by.token}), exit.then));
    };
    if (rules_.anywhere) add_exit(*rules_.anywhere);
    const bool blank = state.start >= 1 && state.start <= first_beginning();
    for (const TextExit& exit : rules_.at_start) {
      if (blank) add_exit(exit);
    }
  }

  TermId reference(TermArena& arena, State state) const {
    return arena.reference(self_, state.start * kStride + state.matched, state.place, facts(arena, state));
  }

  TermFacts facts(const TermArena& arena, State state) const {
    const uint32_t left = kBytesLeft[state.place];
    if (rules_.may_end) return {state.place == kBoundary, left};
    const TextExit& exit = *rules_.anywhere;
    const uint32_t size = static_cast<uint32_t>(exit.by.bytes.size());
    uint32_t shortest = arena.shortest(exit.then);
    if (exit.by.kind == ElementKind::kToken) shortest += left + 1;
    else shortest += state.matched > 0 ? size - state.matched : left + size;
    return {false, std::min(shortest, kLongest)};
  }

  FreeTextRules rules_;
  std::vector<std::string> beginnings_;  // sorted: "" and the proper beginnings of the exits at the start
  DefinitionId self_;
};

}  // namespace

TermId free_text(TermArena& arena, const FreeTextRules& rules) {
  auto definition = std::make_shared<FreeText>(rules);
  return definition->start(arena, arena.define(definition));
}

}  // namespace keyway
