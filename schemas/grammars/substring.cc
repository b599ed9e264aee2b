// See substring.h.
#include "schemas/grammars/substring.h"

#include <algorithm>
#include <unordered_map>

#include "grammar/hash_index.h"
#include "grammar/hash_mix.h"

namespace keyway::grammars {
namespace {

// State 0 is the empty run; a state stands for runs that can go on in the same ways.
class SuffixAutomaton {
 public:
  static constexpr uint32_t kNone = HashIndex::kNone;
  struct Edge {
    uint32_t from;
    uint32_t symbol;
    uint32_t target;
    uint32_t next;  // edge of the same state, or kNone
  };

  explicit SuffixAutomaton(size_t symbols) {
    states_.reserve(2 * symbols + 1);
    edges_.reserve(2 * symbols + 1);
    states_.push_back({0, kNone, kNone});
  }

  // Reads one more symbol behind the others.
  void append(uint32_t symbol) {
    const uint32_t made = add_state(states_[last_].length + 1, 0);
    uint32_t at = last_;
    last_ = made;
    uint32_t edge = kNone;
    for (; at != kNone && (edge = edge_of(at, symbol)) == kNone; at = states_[at].link) add_edge(at, symbol, made);
    if (at == kNone) return;
    const uint32_t target = edges_[edge].target;
    if (states_[target].length == states_[at].length + 1) {
      states_[made].link = target;
      return;
    }
    const uint32_t copy = add_state(states_[at].length + 1, states_[target].link);
    for (uint32_t e = states_[target].first_edge; e != kNone; e = edges_[e].next) add_edge(copy, edges_[e].symbol, edges_[e].target);
    for (; at != kNone && (edge = edge_of(at, symbol)) != kNone && edges_[edge].target == target; at = states_[at].link) {
      edges_[edge].target = copy;
    }
    states_[target].link = states_[made].link = copy;
  }

  uint32_t first_edge(uint32_t state) const { return states_[state].first_edge; }
  const Edge& edge(uint32_t edge) const { return edges_[edge]; }
  // Frees what only append() needs.
  void finish() { index_ = HashIndex(); }

 private:
  struct State {
    uint32_t length;  // of its longest run
    uint32_t link;    // to the state of its longest suffix that is in another state
    uint32_t first_edge;
  };

  static uint64_t hash(uint32_t state, uint32_t symbol) { return hash_mix(state, symbol); }
  uint32_t add_state(uint32_t length, uint32_t link) {
    states_.push_back({length, link, kNone});
    return static_cast<uint32_t>(states_.size() - 1);
  }
  uint32_t edge_of(uint32_t state, uint32_t symbol) const {
    return index_.find(hash(state, symbol), [&](uint32_t e) { return edges_[e].from == state && edges_[e].symbol == symbol; });
  }
  void add_edge(uint32_t from, uint32_t symbol, uint32_t target) {
    const auto number = static_cast<uint32_t>(edges_.size());
    edges_.push_back({from, symbol, target, states_[from].first_edge});
    states_[from].first_edge = number;
    index_.insert(hash(from, symbol), number);
  }

  std::vector<State> states_;
  std::vector<Edge> edges_;
  HashIndex index_;  // of edges
  uint32_t last_ = 0;
};

// Its key is a state: what may follow its runs. Every run may end, so that a shortest text is empty.
class Runs : public RegexFamily {
 public:
  explicit Runs(size_t chunks) : automaton_(chunks) {}
  // False: the texts of the chunks have more bytes together than a grammar may spell.
  bool read(const std::vector<std::string>& chunks, size_t most_bytes) {
    std::unordered_map<std::string_view, uint32_t> symbols;
    for (const std::string& chunk : chunks) {
      if (chunk.empty()) continue;
      const auto [at, added] = symbols.try_emplace(chunk, static_cast<uint32_t>(texts_.size()));
      if (added) {
        if (chunk.size() > most_bytes) return false;
        most_bytes -= chunk.size();
        texts_.push_back(chunk);
      }
      automaton_.append(at->second);
    }
    automaton_.finish();
    return true;
  }
  void set_family(FamilyId family) { family_ = family; }

  RegexId state(RegexArena& regexes, uint32_t number) const {
    if (automaton_.first_edge(number) == SuffixAutomaton::kNone) return regexes.epsilon();
    return regexes.deferred(family_, number, {.nullable = true, .positive = true, .shortest = 0});
  }

  RegexId meaning(RegexArena& regexes, uint32_t key) override {
    std::vector<RegexId> parts = {regexes.epsilon()};
    for (uint32_t e = automaton_.first_edge(key); e != SuffixAutomaton::kNone && !regexes.exhausted(); e = automaton_.edge(e).next) {
      const SuffixAutomaton::Edge& edge = automaton_.edge(e);
      parts.push_back(regexes.sequence(regexes.literal(texts_[edge.symbol]), state(regexes, edge.target)));
    }
    return regexes.alternative(parts);
  }

 private:
  SuffixAutomaton automaton_;
  std::vector<std::string> texts_;  // by symbol
  FamilyId family_;
};

}  // namespace

Error too_many_chunks() {
  return fail(ErrorCode::kLimit, "too many chunks", {}, {}, "at most " + std::to_string(kMostChunks));
}

Result<RegexId> substring_regex(TermArena& arena, const std::vector<std::string>& chunks) {
  if (chunks.size() > kMostChunks) return too_many_chunks();
  RegexArena& regexes = arena.regexes();
  if (!arena.pay(chunks.size()) || regexes.exhausted()) return regexes.never();
  const auto runs = std::make_shared<Runs>(chunks.size());
  // A first byte may begin any of them: all of them become expressions at once, at 1 us and 100 bytes for each byte.
  const size_t most_bytes = arena.limits().text_bytes / 2;
  if (!runs->read(chunks, most_bytes)) {
    return fail(ErrorCode::kLimit, "the chunks are too long", {}, {}, "half of text_bytes, " + std::to_string(most_bytes));
  }
  runs->set_family(regexes.add_family(runs));
  return runs->state(regexes, 0);
}

}  // namespace keyway::grammars
