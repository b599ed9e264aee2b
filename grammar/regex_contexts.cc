// What stands before a place: trackers and contexts of a lowering; see regex_lowering.h.
#include <algorithm>

#include "grammar/regex_lowering.h"
#include "grammar/regex_reader.h"

namespace keyway {
namespace {

constexpr size_t kMostContexts = 256;

}  // namespace

bool PatternLowering::need_tracker(uint32_t& slot, RegexId language) {
  if (slot == kUnused) {
    slot = static_cast<uint32_t>(trackers_.size());
    trackers_.push_back(language);
  }
  return true;
}

// Finds what asks about the text before it. Lookbehinds are lowered by themselves; their insides are not entered.
bool PatternLowering::collect(uint32_t number) {
  const PatternNode& n = pattern_.node(number);
  if (!n.conditional) return true;
  const auto after = [&](const CodePointSet& set) { return arena_.sequence(arena_.all(), arena_.one_of(set)); };
  if (n.kind == PatternKind::kPlace) {
    switch (n.place) {
      case Place::kTextStart: return need_tracker(at_start_, arena_.epsilon());
      case Place::kTextEnd:
      case Place::kLineEnd: return true;
      case Place::kCrlfLineEnd: return need_tracker(after_return_, after({{'\r', '\r'}}));
      case Place::kCrlfLineStart:
        need_tracker(after_return_, after({{'\r', '\r'}}));
        [[fallthrough]];
      case Place::kLineStart:
        need_tracker(after_newline_, after({{'\n', '\n'}}));
        return need_tracker(at_start_, arena_.epsilon());
      default: return need_tracker(after_word_[n.unicode_words], after(word_characters(n.unicode_words)));
    }
  }
  if (n.kind == PatternKind::kLook && n.behind) {
    PatternLowering inside(arena_, pattern_, true);
    Result<RegexId> language = inside.lower(pattern_.child(n), true, false);
    if (!language.ok()) {
      error_ = language.error();
      return false;
    }
    return need_tracker(behind_.try_emplace(number, kUnused).first->second, *language);
  }
  for (uint32_t i = 0; i < n.count; ++i) {
    if (!collect(pattern_.child(n, i))) return false;
  }
  return true;
}

bool PatternLowering::make_contexts() {
  contexts_.push_back(trackers_);
  std::map<std::vector<RegexId>, uint32_t> numbers{{trackers_, 0}};
  for (size_t c = 0; c < contexts_.size(); ++c) {
    if (c >= kMostContexts) return refuse(ErrorCode::kLimit, "too many contexts", "contexts " + std::to_string(kMostContexts));
    std::vector<std::pair<CodePointSet, std::vector<RegexId>>> split{{CodePointSet::all(), {}}};
    for (RegexId state : contexts_[c]) {
      const auto list = arena_.transitions(state);
      const std::vector<RegexArena::Transition> steps(list.begin(), list.end());
      std::vector<std::pair<CodePointSet, std::vector<RegexId>>> finer;
      const auto add = [&](const CodePointSet& on, std::vector<RegexId> states, RegexId target) {
        if (on.empty()) return;
        states.push_back(target);
        finer.emplace_back(on, std::move(states));
      };
      for (const auto& [on, states] : split) {
        CodePointSet rest = on;
        for (const RegexArena::Transition& step : steps) {
          add(on.intersect(arena_.set(step.on)), states, step.target);
          rest = rest.minus(arena_.set(step.on));
        }
        add(rest, states, arena_.never());
      }
      split = std::move(finer);
      if (stopped()) return false;
    }
    std::map<uint32_t, CodePointSet> merged;
    for (const auto& [on, states] : split) {
      auto [known, fresh] = numbers.try_emplace(states, static_cast<uint32_t>(contexts_.size()));
      if (fresh) contexts_.push_back(states);
      merged[known->second] = merged[known->second].unite(on);
    }
    edges_.emplace_back();
    for (auto& [context, on] : merged) edges_.back().push_back({std::move(on), context});
  }
  for (const std::vector<Edge>& edges : edges_) {
    memoryless_ = memoryless_ && std::equal(edges.begin(), edges.end(), edges_[0].begin(), edges_[0].end(),
                                            [](const Edge& a, const Edge& b) { return a.context == b.context && a.on == b.on; });
  }
  return true;
}

bool PatternLowering::holds(uint32_t tracker, uint32_t context) const {
  return arena_.nullable(contexts_[context][tracker]);
}

PatternLowering::Allowed PatternLowering::allowed(const PatternNode& n, uint32_t context) const {
  static const CodePointSet newline{{'\n', '\n'}}, line_ends{{'\n', '\n'}, {'\r', '\r'}}, carriage_return{{'\r', '\r'}};
  const Allowed anything{CodePointSet::all(), true}, nothing{CodePointSet(), false};
  switch (n.place) {
    case Place::kTextStart: return holds(at_start_, context) ? anything : nothing;
    case Place::kTextEnd: return {CodePointSet(), true};
    case Place::kLineStart: return holds(at_start_, context) || holds(after_newline_, context) ? anything : nothing;
    case Place::kLineEnd: return {newline, true};
    case Place::kCrlfLineStart:
      if (holds(at_start_, context) || holds(after_newline_, context)) return anything;
      return holds(after_return_, context) ? Allowed{newline.complement(), true} : nothing;
    case Place::kCrlfLineEnd: return {holds(after_return_, context) ? carriage_return : line_ends, true};
    default: break;
  }
  const bool word_before = holds(after_word_[n.unicode_words], context);
  const CodePointSet& word = word_characters(n.unicode_words);
  const Allowed word_next{word, false}, no_word_next{word.complement(), true};
  switch (n.place) {
    case Place::kWordBoundary: return word_before ? no_word_next : word_next;
    case Place::kNotWordBoundary: return word_before ? word_next : no_word_next;
    case Place::kWordStart: return word_before ? nothing : word_next;
    case Place::kWordEnd: return word_before ? no_word_next : nothing;
    case Place::kWordStartHalf: return word_before ? nothing : anything;
    default: return no_word_next;  // kWordEndHalf
  }
}

// The texts that lead from a context into one of the goal.
RegexId PatternLowering::leads_into(uint32_t from, const std::vector<bool>& goal) {
  if (std::find(goal.begin(), goal.end(), false) == goal.end()) return arena_.all();
  const auto key = std::make_pair(from, goal);
  if (auto known = ways_.find(key); known != ways_.end()) return known->second;
  if (memoryless_) {
    CodePointSet last;
    for (const Edge& edge : edges_[from]) {
      if (goal[edge.context]) last = last.unite(edge.on);
    }
    const RegexId way = arena_.sequence(arena_.all(), arena_.one_of(last));
    return ways_[key] = goal[from] ? either(way, arena_.epsilon()) : way;
  }
  // One knot per context: the automaton of the contexts itself.
  std::vector<RegexId> knots;
  for (size_t c = 0; c < contexts_.size(); ++c) knots.push_back(arena_.declare_knot(goal[c]));
  for (size_t c = 0; c < contexts_.size(); ++c) {
    std::vector<RegexId> choices;
    if (goal[c]) choices.push_back(arena_.epsilon());
    for (const Edge& edge : edges_[c]) choices.push_back(arena_.sequence(arena_.one_of(edge.on), knots[edge.context]));
    arena_.define_knot(knots[c], arena_.alternative(choices));
    ways_[{static_cast<uint32_t>(c), goal}] = knots[c];
  }
  return ways_[key];
}

}  // namespace keyway
