// The terms and rows of grammars as the flat tables of kernels/automaton_tables.h.
//
// Entry points: TermMirror. Every term of a grammar gets a number on first use, with the terms behind it; a row is filled for
// all bytes at once, and some of the heads that it leads to are filled along, so that a text asks once, not at every byte. What
// texts can reach beyond is kept by its distance from where texts have been; fill_ahead() works that off, the nearest first,
// while nobody asks (term_foresight.cc), and what the masks of the next tokens walk (term_walks.cc).
// Terms that record the text in front of them (grammar/recording.h) have no number: they are the host's.
// Invariant: a row that is published equals Automaton::step_head for every byte, and token_derivative for every special token.
// Thread safety: one thread at a time. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "grammar/matcher.h"
#include "kernels/automaton_tables.h"
#include "kernels/device_memory.h"

namespace keyway {

// Fixed when the tables are made. Defaults are for one device of a server: 330 MB with 128,256 tokens.
struct AutomatonSizes {
  uint32_t terms = 1u << 21;
  uint32_t row_words = 1u << 24;
  uint32_t class_maps = 1u << 14;
  uint32_t grammars = 1u << 10;
  uint32_t node_slots = 1u << 20;     // a power of two
  uint32_t mask_slots = 1u << 14;     // a power of two
  uint32_t mask_rows = 1u << 12;
  uint32_t sequences = 512;
  uint32_t history_length = 256;      // tokens that can be taken back; a power of two
  uint32_t taken_length = 1u << 12;   // tokens that the host may lag behind; a power of two
  uint32_t request_slots = 1u << 12;  // a power of two
  uint32_t rows_ahead = 64;           // filled along with a row that was asked for
  uint32_t rows_foreseen = 512;       // filled by a call of serve() that finds nothing to do, at most
};

class TermMirror {
 public:
  static constexpr uint32_t kByteDistance = 4;  // of what one byte leads to, where nothing more is known

  // The tables whose memory `tables` names. Requires: all outlive this.
  TermMirror(const AutomatonTables& tables, const AutomatonSizes& sizes, DeviceMemory& memory);
  ~TermMirror();

  // Errors: kLimit: too many grammars, or too many end tokens for the device.
  Result<uint32_t> add_grammar(std::shared_ptr<Grammar> grammar);
  const std::shared_ptr<Grammar>& grammar(uint32_t number) const;

  // The number of a term; kHostAction where it is the host's or the tables are full.
  Result<uint32_t> number(uint32_t grammar, TermId term);
  // What a number stands for.
  struct Source {
    uint32_t grammar;
    TermId term;
  };
  Source source(uint32_t number) const { return sources_[number]; }
  uint32_t head_of(uint32_t number) const { return TermWord{words_of_terms_[number]}.head(); }

  // Publishes the row of a head and of at most `ahead` heads that it leads to. False where the row is not to be had: the
  // tables are full or the budget ran out.
  bool fill(uint32_t head, uint32_t ahead);

  // A text has come to this state: the rows that a walk of the vocabulary from it comes to are filled by and by, those of walks
  // from the parts that stand behind it, and those from where each of their tokens leads, so that their masks are built on the
  // device.
  void foresee_walks(uint32_t grammar, State state);
  // The same, and fills the walk from the state now.
  void fill_walk_from(uint32_t grammar, State state);
  // A text has come to this term: its rows, and those of all that it leads to, are filled by and by. Requires: a number.
  void foresee(uint32_t number);
  // Publishes about `rows` of both, or does as much work, and returns how many; 0 where there are no more. Stops early once
  // `asked()`, after a walk at most. A quarter of the tables and of the memory of a grammar, more for what is far, stay for
  // what is asked for. Complexity: O(rows) derivatives by every byte, and as long as one mask walks.
  uint32_t fill_ahead(uint32_t rows, const std::function<bool()>& asked);

  size_t rows() const { return rows_; }
  size_t terms() const { return sources_.size(); }
  size_t row_words() const { return words_end_; }
  size_t class_maps() const { return class_maps_.size(); }
  // Rows that hold a byte or token which leads to the host.
  size_t host_rows() const { return host_rows_; }

  // Forgets all terms and rows, but not the grammars. Requires: the tables are cleared too.
  void clear();

 private:
  struct Bound;  // a grammar, and what is proved of its heads
  // What a row leads to, and how far that is.
  struct Way {
    uint32_t term, distance;
  };
  struct Ways {
    uint32_t first = 0, count = 0;  // in ways_
  };
  using Classes = std::array<uint8_t, 256>;  // by byte

  uint32_t number_of(uint32_t grammar, Automaton& automaton, TermId term);
  uint32_t new_term(uint32_t grammar, TermId term, uint32_t head, uint32_t rest, bool empty);
  bool fill_row(Automaton& automaton, uint32_t head, std::vector<uint32_t>& next);
  void come_nearer(Bound& bound, uint32_t number, uint32_t distance);
  void keep_ways(uint32_t head, const std::vector<Way>& ways);
  uint32_t nearest(Bound& bound) const;
  bool fill_next(Bound& bound);
  uint32_t fill_near(uint32_t rows, const std::function<bool()>& asked);
  uint32_t fill_walks(uint32_t rows, const std::function<bool()>& asked);
  uint32_t fill_urgent(uint32_t rows, const std::function<bool()>& asked);
  void fill_next_walk(Bound& bound, uint32_t distance, uint64_t& steps);
  std::vector<State> fill_walk(Bound& bound, State from, uint32_t distance, uint64_t& steps);
  bool fill_visited(Bound& bound, Automaton& automaton, State at, uint32_t distance);
  bool fill_unless_there(Bound& bound, Automaton& automaton, TermId head, uint32_t distance);
  void push_heads(std::deque<uint32_t>& heads, uint32_t term) const;
  uint32_t pop_unfilled(std::deque<uint32_t>& heads) const;
  bool has_room_ahead(uint32_t distance) const;
  bool actions_of(Automaton& automaton, uint32_t head, std::vector<uint32_t>& words, Classes& classes);
  bool edges_of(Automaton& automaton, uint32_t head, std::vector<uint32_t>& words);
  uint32_t class_map_of(const Classes& classes);
  void publish();

  const AutomatonTables& tables_;
  AutomatonSizes sizes_;
  DeviceMemory& memory_;
  std::vector<std::unique_ptr<Bound>> grammars_;
  std::vector<Source> sources_;                        // by number
  std::vector<uint64_t> words_of_terms_;               // by number, as on the device
  std::vector<uint32_t> row_of_;                       // by number, 0 where not filled
  std::vector<uint8_t> distance_;                      // by number of a head, from where texts have been
  std::vector<Way> ways_;
  std::vector<Ways> ways_of_;                          // by number of a head, of its row
  size_t next_ahead_ = 0;                              // grammar whose turn it is
  std::map<Classes, uint32_t> class_maps_;
  std::vector<std::pair<uint32_t, uint32_t>> unpublished_;  // head, row
  std::vector<uint32_t> words_;                        // of rows that are not written yet
  std::vector<uint8_t> maps_;                          // class maps that are not written yet
  size_t written_terms_ = 0, words_end_ = 0, written_maps_ = 0;
  size_t rows_ = 0, host_rows_ = 0;
};

}  // namespace keyway
