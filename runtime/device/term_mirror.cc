// Numbers, rows and their publication; see term_mirror.h.
#include "runtime/device/term_mirror.h"

#include <algorithm>

#include "runtime/device/bound_grammar.h"

namespace keyway {
namespace {

// How far it is to what so many bytes of a row lead to. Most texts stay in the body of a string; few escape what they need not.
// Receipt: with escapes as near as other bytes it takes 119,203 rows in the place of 100,510 for the same misses; 2 lines.
uint32_t distance_of_way(int bytes, bool is_escape) {
  constexpr int kManyBytes = 64;
  if (is_escape) return 6 * TermMirror::kByteDistance;
  return bytes > kManyBytes ? TermMirror::kByteDistance / 4 : TermMirror::kByteDistance;
}

}  // namespace

TermMirror::TermMirror(const AutomatonTables& tables, const AutomatonSizes& sizes, DeviceMemory& memory)
    : tables_(tables), sizes_(sizes), memory_(memory) {
  clear();
}

TermMirror::~TermMirror() = default;

void TermMirror::clear() {
  for (auto& bound : grammars_) bound->forget_rows();
  distance_.clear();
  ways_.clear();
  ways_of_.clear();
  sources_.assign(2, {0, TermId(0)});  // never and epsilon, which every grammar shares
  words_of_terms_ = {term_word(kNeverTerm, kEpsilonTerm, false, false), term_word(kEpsilonTerm, kEpsilonTerm, true, true)};
  row_of_ = {0, 0};
  class_maps_.clear();
  unpublished_.clear();
  words_.clear();
  maps_.clear();
  written_terms_ = written_maps_ = 0;
  words_end_ = kFirstRowWord;
  rows_ = host_rows_ = 0;
  publish();
}

Result<uint32_t> TermMirror::add_grammar(std::shared_ptr<Grammar> grammar) {
  for (uint32_t i = 0; i < grammars_.size(); ++i) {
    if (grammars_[i]->grammar == grammar) return i;
  }
  if (grammars_.size() == sizes_.grammars) {
    return fail(ErrorCode::kLimit, "the device holds no more grammars", {}, {}, std::to_string(sizes_.grammars));
  }
  std::vector<uint32_t> ends(kMostEndTokens, kNoToken32);
  if (grammar->end_tokens().size() > kMostEndTokens) {
    return fail(ErrorCode::kLimit, "a grammar has more end tokens than the device takes", {},
                std::to_string(grammar->end_tokens().size()), std::to_string(kMostEndTokens));
  }
  std::copy(grammar->end_tokens().begin(), grammar->end_tokens().end(), ends.begin());
  auto slices = grammar->vocabulary().slices();
  if (!slices.ok()) return slices.error();
  const uint32_t number = static_cast<uint32_t>(grammars_.size());
  memory_.write(const_cast<uint32_t*>(tables_.end_tokens) + size_t{number} * kMostEndTokens, ends.data(), ends.size() * sizeof(uint32_t));
  grammars_.push_back(std::make_unique<Bound>());
  grammars_.back()->number = number;
  grammars_.back()->grammar = std::move(grammar);
  grammars_.back()->slices = *slices;
  return number;
}

const std::shared_ptr<Grammar>& TermMirror::grammar(uint32_t number) const { return grammars_[number]->grammar; }

Result<uint32_t> TermMirror::number(uint32_t grammar, TermId term) {
  uint32_t made = kHostAction;
  const Status used = grammars_[grammar]->grammar->use([&](Automaton& automaton) { made = number_of(grammar, automaton, term); });
  if (!used.ok()) return used.error();
  publish();
  return made;
}

uint32_t TermMirror::new_term(uint32_t grammar, TermId term, uint32_t head, uint32_t rest, bool empty) {
  const uint32_t made = static_cast<uint32_t>(sources_.size());
  sources_.push_back({grammar, term});
  const bool own = head == kNeverTerm;  // the term is no sequence
  words_of_terms_.push_back(term_word(own ? made : head, rest, empty, own ? empty : TermWord{words_of_terms_[head]}.empty()));
  row_of_.push_back(0);
  std::vector<uint32_t>& numbers = grammars_[grammar]->numbers;
  if (numbers.size() <= term.value) numbers.resize(term.value + size_t{256});
  numbers[term.value] = made;
  return made;
}

uint32_t TermMirror::number_of(uint32_t grammar, Automaton& automaton, TermId term) {
  TermArena& arena = automaton.arena();
  if (term == TermArena::never()) return kNeverTerm;
  if (term == TermArena::epsilon()) return kEpsilonTerm;
  if (arena.records(term) || arena.recalls(term)) return kHostAction;
  const auto known = [&](TermId t) {
    const std::vector<uint32_t>& numbers = grammars_[grammar]->numbers;
    return t.value < numbers.size() ? numbers[t.value] : 0;
  };
  // The parts of a sequence up to what is known; then from the last part on.
  std::vector<TermId> spine;
  TermId rest = term;
  for (; known(rest) == 0 && arena.kind(rest) == TermKind::kSequence; rest = arena.tail(rest)) spine.push_back(rest);
  if (sources_.size() + 2 * spine.size() + 1 > sizes_.terms) return kHostAction;
  uint32_t made = known(rest);
  if (made == 0) made = new_term(grammar, rest, kNeverTerm, kEpsilonTerm, arena.nullable(rest));
  for (auto at = spine.rbegin(); at != spine.rend(); ++at) {
    const TermId head = arena.head(*at);
    uint32_t first = known(head);
    if (first == 0) first = new_term(grammar, head, kNeverTerm, kEpsilonTerm, arena.nullable(head));
    made = new_term(grammar, *at, first, made, arena.nullable(*at));
  }
  return made;
}

bool TermMirror::fill(uint32_t head, uint32_t ahead) {
  std::deque<uint32_t> near{head}, chain;  // in turns: the body of a counted text is a chain of heads, each with many beside it
  Bound& bound = *grammars_[sources_[head].grammar];
  (void)bound.grammar->use([&](Automaton& automaton) {
    bound.bind(automaton);
    for (uint32_t done = 0; done <= ahead; ++done) {
      std::deque<uint32_t>& first = done % 2 == 0 ? near : chain;
      std::deque<uint32_t>& second = done % 2 == 0 ? chain : near;
      uint32_t at = pop_unfilled(first);
      if (at == kNeverTerm) at = pop_unfilled(second);
      std::vector<uint32_t> next;
      if (at == kNeverTerm || !fill_row(automaton, at, next)) break;
      for (uint32_t term : next) push_heads(near, term);
      if (!next.empty()) chain.push_front(head_of(next.front()));
    }
    bound.measure(automaton);
  });
  publish();
  foresee(head);
  return row_of_[head] != 0;
}

bool TermMirror::fill_row(Automaton& automaton, uint32_t head, std::vector<uint32_t>& next) {
  const Source source = sources_[head];
  Bound& bound = *grammars_[source.grammar];
  std::vector<uint32_t> actions, edges;
  Classes classes{};
  if (!actions_of(automaton, head, actions, classes) || !edges_of(automaton, head, edges)) return false;
  const State like = bound.builder->saturated({source.term, TermArena::epsilon()}, bound.slices->long_tokens().most_bytes);
  const uint32_t mask_head = number_of(source.grammar, automaton, like.head);
  const CoverageOf covered[2] = {bound.coverage[0]->of(source.term), bound.coverage[1]->of(source.term)};
  if (automaton.arena().exhausted() || mask_head == kHostAction) return false;
  const uint32_t map = class_map_of(classes);
  const size_t words = (kRowHeaderWords + actions.size() + edges.size() + kRowSector - 1) / kRowSector * kRowSector;
  if (map == kHostAction || words_end_ + words > sizes_.row_words) return false;
  const uint32_t row = static_cast<uint32_t>(words_end_);
  words_.insert(words_.end(), {map, static_cast<uint32_t>(actions.size()), static_cast<uint32_t>(edges.size() / 2), mask_head,
                               uint32_t{covered[0].slices} | uint32_t{covered[1].slices} << kMostSlices,
                               (covered[0].loops ? 1u : 0u) | (covered[1].loops ? 2u : 0u), source.grammar});
  words_.insert(words_.end(), actions.begin(), actions.end());
  words_.insert(words_.end(), edges.begin(), edges.end());
  words_end_ += words;
  words_.resize(words_.size() + (words - kRowHeaderWords - actions.size() - edges.size()));
  row_of_[head] = row;
  unpublished_.emplace_back(head, row);
  ++rows_;
  const bool on_host = std::find(actions.begin(), actions.end(), kHostAction) != actions.end();
  host_rows_ += on_host;
  // What most bytes lead to comes first.
  std::vector<std::pair<int, uint32_t>> ways;
  for (uint32_t i = 0; i < actions.size(); ++i) {
    if (actions[i] == kHostAction || actions[i] <= kEpsilonTerm) continue;
    ways.emplace_back(-static_cast<int>(std::count(classes.begin(), classes.end(), i)), actions[i]);
  }
  for (size_t i = 1; i < edges.size(); i += 2) {
    if (edges[i] != kHostAction && edges[i] > kEpsilonTerm) ways.emplace_back(0, edges[i]);
  }
  std::sort(ways.begin(), ways.end());
  const uint32_t escape = actions[classes['\\']];
  std::vector<Way> led_to;
  for (const auto& [bytes, term] : ways) {
    next.push_back(term);
    led_to.push_back({term, distance_of_way(-bytes, ways.size() > 1 && bytes == -1 && term == escape)});
  }
  if (mask_head != head) {
    next.push_back(mask_head);
    led_to.push_back({mask_head, 0});
  }
  keep_ways(head, led_to);
  return true;
}

// The actions of the head by classes of bytes, and the class of each byte.
bool TermMirror::actions_of(Automaton& automaton, uint32_t head, std::vector<uint32_t>& words, Classes& classes) {
  const Source source = sources_[head];
  std::vector<TermId> kinds;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const TermId next = automaton.step_head(source.term, static_cast<uint8_t>(byte));
    if (automaton.arena().exhausted()) return false;
    const auto found = std::find(kinds.begin(), kinds.end(), next);
    classes[byte] = static_cast<uint8_t>(found - kinds.begin());
    if (found == kinds.end()) kinds.push_back(next);
  }
  for (TermId next : kinds) words.push_back(number_of(source.grammar, automaton, next));
  return true;
}

bool TermMirror::edges_of(Automaton& automaton, uint32_t head, std::vector<uint32_t>& words) {
  const Source source = sources_[head];
  for (TokenId token : next_tokens(automaton.arena(), source.term)) {
    const TermId next = token_derivative(automaton.arena(), source.term, token);
    words.push_back(token);
    words.push_back(number_of(source.grammar, automaton, next));
  }
  return !automaton.arena().exhausted();
}

uint32_t TermMirror::class_map_of(const Classes& classes) {
  const auto known = class_maps_.find(classes);
  if (known != class_maps_.end()) return known->second;
  if (class_maps_.size() == sizes_.class_maps) return kHostAction;
  const uint32_t made = static_cast<uint32_t>(class_maps_.size());
  class_maps_.emplace(classes, made);
  maps_.insert(maps_.end(), classes.begin(), classes.end());
  return made;
}

// Writes what was made since the last time: all that rows lead to, then the words that name the rows.
void TermMirror::publish() {
  const size_t count = sources_.size() - written_terms_;
  if (count > 0) {
    memory_.write(const_cast<uint64_t*>(tables_.terms) + written_terms_, words_of_terms_.data() + written_terms_, count * sizeof(uint64_t));
    written_terms_ = sources_.size();
  }
  if (!maps_.empty()) {
    memory_.write(const_cast<uint8_t*>(tables_.class_maps) + written_maps_ * 256, maps_.data(), maps_.size());
    written_maps_ = class_maps_.size();
    maps_.clear();
  }
  if (!words_.empty()) {
    memory_.write(const_cast<uint32_t*>(tables_.row_words) + (words_end_ - words_.size()), words_.data(),
                  words_.size() * sizeof(uint32_t));
    words_.clear();
    words_end_ = (words_end_ + kRowLine - 1) / kRowLine * kRowLine;  // what comes later begins at a line of its own
  }
  for (const auto& [head, row] : unpublished_) memory_.write(tables_.row_of + head, &row, sizeof(row));
  unpublished_.clear();
}

}  // namespace keyway
