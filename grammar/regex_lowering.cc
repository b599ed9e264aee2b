// Patterns to languages; see regex_lowering.h. Contexts are in regex_contexts.cc.
// Recursion follows the nesting of groups, which the reader bounds by Limits::regex_depth.
#include "grammar/regex_lowering.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr uint64_t kMostSteps = 400'000;  // parts lowered, in whatever context

}  // namespace

PatternLowering::PatternLowering(RegexArena& arena, const Pattern& pattern, bool open_end)
    : arena_(arena), pattern_(pattern), open_end_(open_end) {}

bool PatternLowering::refuse(ErrorCode code, std::string message, std::string allowed) {
  if (!error_.has_value()) error_ = fail(code, std::move(message), {}, {}, std::move(allowed));
  return false;
}

bool PatternLowering::stopped() {
  if (++steps_ > kMostSteps) {
    refuse(ErrorCode::kLimit, "the conditions of the pattern cost too much", "steps " + std::to_string(kMostSteps));
  }
  return error_.has_value() || arena_.exhausted();
}

Result<RegexId> PatternLowering::lower(uint32_t node, bool free_start, bool free_end) {
  Languages result;
  if (collect(node) && make_contexts()) {
    result = whole(node, Languages(contexts_.size(), free_end ? arena_.all() : arena_.epsilon()));
    if (free_start && !stopped()) result = closed_then(arena_.all(), result);
  }
  if (error_.has_value()) return *error_;
  if (arena_.exhausted()) return arena_.limit_error();
  return result[0];
}

RegexId PatternLowering::either(RegexId a, RegexId b) {
  const RegexId parts[] = {a, b};
  return arena_.alternative(parts);
}

RegexId PatternLowering::both(RegexId a, RegexId b) {
  const RegexId parts[] = {a, b};
  return arena_.intersection(parts);
}

PatternLowering::Languages PatternLowering::either(const Languages& a, const Languages& b) {
  Languages result;
  for (size_t c = 0; c < a.size(); ++c) result.push_back(either(a[c], b[c]));
  return result;
}

bool PatternLowering::uniform(const Languages& languages) const {
  return std::all_of(languages.begin(), languages.end(), [&](RegexId r) { return r == languages[0]; });
}

// The texts of `language` that begin with a code point of `next`, and the empty one if `end`.
RegexId PatternLowering::begin_with(RegexId language, const CodePointSet& next, bool end) {
  const bool any_next = next == CodePointSet::all();
  if ((any_next && (end || !arena_.nullable(language))) || language == arena_.never()) return language;
  std::vector<RegexId> choices;
  if (open_knots_ > 0) {  // its transitions are not known yet
    if (end) choices.push_back(arena_.epsilon());
    choices.push_back(arena_.sequence(arena_.one_of(next), arena_.all()));
    return both(language, arena_.alternative(choices));
  }
  if (end && arena_.nullable(language)) choices.push_back(arena_.epsilon());
  if (!next.empty()) {
    const auto list = arena_.transitions(language);
    const std::vector<RegexArena::Transition> steps(list.begin(), list.end());
    bool all_kept = end || !arena_.nullable(language);
    for (const RegexArena::Transition& step : steps) {
      const CodePointSet kept = arena_.set(step.on).intersect(next);
      all_kept = all_kept && kept == arena_.set(step.on);
      choices.push_back(arena_.sequence(arena_.one_of(kept), step.target));
    }
    if (all_kept) return language;
  }
  return arena_.alternative(choices);
}

RegexId PatternLowering::closed_alternative(const PatternNode& n) {
  std::vector<RegexId> choices;
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < n.count; ++i) {
    const PatternNode& branch = pattern_.node(pattern_.child(n, i));
    if (branch.kind == PatternKind::kText) {
      texts.emplace_back();
      for (uint32_t k = 0; k < branch.count; ++k) append_utf8(texts.back(), pattern_.texts[branch.first + k]);
    } else {
      choices.push_back(closed(pattern_.child(n, i)));
    }
  }
  if (!texts.empty()) choices.push_back(arena_.literals({texts.begin(), texts.end()}));
  return arena_.alternative(choices);
}

// The texts of a part without conditions.
RegexId PatternLowering::closed(uint32_t number) {
  if (closed_.empty()) closed_.resize(pattern_.nodes.size(), arena_.never());
  if (closed_[number] != arena_.never()) return closed_[number];
  const PatternNode& n = pattern_.node(number);
  RegexId result = arena_.epsilon();
  switch (n.kind) {
    case PatternKind::kText: {
      std::string text;
      for (uint32_t k = 0; k < n.count; ++k) append_utf8(text, pattern_.texts[n.first + k]);
      result = arena_.literal(text);
      break;
    }
    case PatternKind::kSet: result = arena_.one_of(pattern_.sets[n.first]); break;
    case PatternKind::kSequence:
      for (uint32_t i = n.count; i-- > 0;) result = arena_.sequence(closed(pattern_.child(n, i)), result);
      break;
    case PatternKind::kAlternative: result = closed_alternative(n); break;
    case PatternKind::kRepeat: result = arena_.repeat(closed(pattern_.child(n)), n.min, n.max); break;
    default: break;  // kEmpty
  }
  return closed_[number] = result;
}

// A closed expression and then what its last context allows.
PatternLowering::Languages PatternLowering::closed_then(RegexId r, const Languages& after) {
  if (uniform(after)) return Languages(after.size(), arena_.sequence(r, after[0]));
  Languages distinct = after;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  Languages result(after.size(), arena_.never());
  for (RegexId rest : distinct) {
    if (rest == arena_.never()) continue;
    std::vector<bool> goal;
    for (RegexId language : after) goal.push_back(language == rest);
    for (uint32_t c = 0; c < after.size() && !stopped(); ++c) {
      result[c] = either(result[c], arena_.sequence(both(r, leads_into(c, goal)), rest));
    }
  }
  return result;
}

PatternLowering::Languages PatternLowering::set_then(const CodePointSet& set, const Languages& after) {
  Languages result;
  for (const std::vector<Edge>& edges : edges_) {
    std::vector<RegexId> choices;
    for (const Edge& edge : edges) {
      choices.push_back(arena_.sequence(arena_.one_of(set.intersect(edge.on)), after[edge.context]));
    }
    result.push_back(arena_.alternative(choices));
  }
  return result;
}

PatternLowering::Languages PatternLowering::text_then(const PatternNode& n, const Languages& after) {
  Languages result = after;
  for (uint32_t k = n.count; k-- > 0 && !stopped();) {
    const uint32_t c = pattern_.texts[n.first + k];
    result = set_then({{c, c}}, result);
  }
  return result;
}

// set{min,max}, where the last code point alone decides the context. Requires: memoryless_, max > 0.
PatternLowering::Languages PatternLowering::counted_set_then(const CodePointSet& set, uint32_t min, uint32_t max,
                                                             const Languages& after) {
  const RegexId one = arena_.one_of(set);
  const uint32_t before_last = max == kUnbounded ? max : max - 1;
  std::vector<RegexId> choices;
  for (const Edge& edge : edges_[0]) {
    const CodePointSet last = set.intersect(edge.on);
    if (last == set && !set.empty()) {
      choices.push_back(arena_.sequence(arena_.repeat(one, std::max(min, 1u), max), after[edge.context]));
    } else {
      const RegexId parts[] = {arena_.repeat(one, min == 0 ? 0 : min - 1, before_last), arena_.one_of(last),
                               after[edge.context]};
      choices.push_back(arena_.sequence(parts));
    }
  }
  const RegexId some = arena_.alternative(choices);
  Languages result;
  for (RegexId none : after) result.push_back(min == 0 ? either(some, none) : some);
  return result;
}

// The set of a part that is set{min,max}, or null.
const CodePointSet* PatternLowering::repeated_set(const PatternNode& n) const {
  if (n.kind != PatternKind::kRepeat || !memoryless_ || n.max == 0) return nullptr;
  const PatternNode& part = pattern_.node(pattern_.child(n));
  return part.kind == PatternKind::kSet ? &pattern_.sets[part.first] : nullptr;
}

PatternLowering::Languages PatternLowering::whole(uint32_t number, const Languages& after) {
  if (stopped()) return after;
  const PatternNode& n = pattern_.node(number);
  if (!n.conditional && uniform(after)) return Languages(after.size(), arena_.sequence(closed(number), after[0]));
  switch (n.kind) {
    case PatternKind::kEmpty: return after;
    case PatternKind::kText: return text_then(n, after);
    case PatternKind::kSet: return set_then(pattern_.sets[n.first], after);
    case PatternKind::kSequence: {
      Languages result = after;
      for (uint32_t i = n.count; i-- > 0;) result = whole(pattern_.child(n, i), result);
      return result;
    }
    case PatternKind::kAlternative: {
      Languages result = whole(pattern_.child(n, 0), after);
      for (uint32_t i = 1; i < n.count; ++i) result = either(result, whole(pattern_.child(n, i), after));
      return result;
    }
    case PatternKind::kRepeat:
      if (n.conditional) return repetition(n, after).whole;
      if (const CodePointSet* set = repeated_set(n)) return counted_set_then(*set, n.min, n.max, after);
      return closed_then(closed(number), after);
    default: return empty_match(number, after);  // kPlace, kLook
  }
}

PatternLowering::Languages PatternLowering::empty_match(uint32_t number, const Languages& after) {
  const PatternNode& n = pattern_.node(number);
  const Languages never(after.size(), arena_.never());
  if (stopped()) return never;
  switch (n.kind) {
    case PatternKind::kEmpty: return after;
    case PatternKind::kText:
    case PatternKind::kSet: return never;
    case PatternKind::kSequence: {
      Languages result = after;
      for (uint32_t i = n.count; i-- > 0;) result = empty_match(pattern_.child(n, i), result);
      return result;
    }
    case PatternKind::kAlternative: {
      Languages result = never;
      for (uint32_t i = 0; i < n.count; ++i) result = either(result, empty_match(pattern_.child(n, i), after));
      return result;
    }
    // Conditions at one place hold as well twice as once.
    case PatternKind::kRepeat: return n.min == 0 ? after : empty_match(pattern_.child(n), after);
    default: return look(n, number, after);
  }
}

// Places and lookaround: those texts of what follows that agree with the condition.
PatternLowering::Languages PatternLowering::look(const PatternNode& n, uint32_t number, const Languages& after) {
  Languages result(after.size(), arena_.never());
  Languages ahead;
  if (n.kind == PatternKind::kLook && !n.behind) {
    if (open_end_) {
      refuse(ErrorCode::kUnsupported, "a lookahead inside a lookbehind");
      return result;
    }
    ahead = whole(pattern_.child(n), Languages(after.size(), arena_.all()));
  }
  for (uint32_t c = 0; c < after.size() && !stopped(); ++c) {
    if (after[c] == arena_.never()) continue;
    if (n.kind == PatternKind::kPlace) {
      const Allowed what = allowed(n, c);
      const bool decided = (what.next.empty() && !what.end) || (what.next == CodePointSet::all() && what.end);
      if (open_end_ && !decided && arena_.nullable(after[c])) {
        refuse(ErrorCode::kUnsupported, "a condition at the end of a lookbehind");
      }
      result[c] = begin_with(after[c], what.next, what.end);
    } else if (n.behind) {
      if (holds(behind_.at(number), c) != n.negative) result[c] = after[c];
    } else {
      result[c] = both(after[c], n.negative ? arena_.complement(ahead[c]) : ahead[c]);
    }
  }
  return result;
}

PatternLowering::Languages PatternLowering::sequence_taking(const PatternNode& n, const Languages& after) {
  Languages rest = after, taken(after.size(), arena_.never());
  for (uint32_t i = n.count; i-- > 0 && !stopped();) {
    const uint32_t part = pattern_.child(n, i);
    const Languages first = taking(part, rest);
    taken = either(first, empty_match(part, taken));
    if (i > 0) rest = either(first, empty_match(part, rest));
  }
  return taken;
}

PatternLowering::Languages PatternLowering::taking(uint32_t number, const Languages& after) {
  const Languages never(after.size(), arena_.never());
  if (stopped()) return never;
  const PatternNode& n = pattern_.node(number);
  if (!n.conditional) {
    const RegexId r = closed(number);
    if (!arena_.nullable(r)) return whole(number, after);
    if (const CodePointSet* set = repeated_set(n)) return counted_set_then(*set, std::max(n.min, 1u), n.max, after);
    // Knots that are open are not in a closed expression: its transitions are known.
    const uint32_t knots = std::exchange(open_knots_, 0);
    const RegexId some = begin_with(r, CodePointSet::all(), false);
    open_knots_ = knots;
    return closed_then(some, after);
  }
  switch (n.kind) {
    case PatternKind::kSequence: return sequence_taking(n, after);
    case PatternKind::kAlternative: {
      Languages result = never;
      for (uint32_t i = 0; i < n.count; ++i) result = either(result, taking(pattern_.child(n, i), after));
      return result;
    }
    case PatternKind::kRepeat: return repetition(n, after).taking;
    default: return never;
  }
}

// r{min,max} whose part has conditions: written out, with a knot per context for what has no bound.
PatternLowering::Both PatternLowering::repetition(const PatternNode& n, const Languages& after) {
  const uint32_t part = pattern_.child(n);
  Both result{after, Languages(after.size(), arena_.never())};
  if (n.max == kUnbounded) {
    Languages knots;
    for (RegexId r : after) knots.push_back(arena_.declare_knot(arena_.nullable(r)));
    ++open_knots_;
    result.taking = taking(part, knots);
    --open_knots_;
    result.whole = knots;
    const Languages meaning = either(after, result.taking);
    for (size_t c = 0; c < knots.size(); ++c) arena_.define_knot(knots[c], meaning[c]);
  } else {
    for (uint32_t i = n.min; i < n.max && !stopped(); ++i) {
      result.taking = taking(part, result.whole);
      const Languages whole_now = either(after, result.taking);
      if (whole_now == result.whole) break;
      result.whole = whole_now;
    }
  }
  for (uint32_t i = 0; i < n.min && !stopped(); ++i) {
    const Languages first = taking(part, result.whole);
    Both longer{either(first, empty_match(part, result.whole)), either(first, empty_match(part, result.taking))};
    if (longer.whole == result.whole && longer.taking == result.taking) break;
    result = std::move(longer);
  }
  return result;
}

}  // namespace keyway
