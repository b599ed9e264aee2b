// Patterns that cut text into words: literals, and regular expressions as Oniguruma reads them.
//
// Entry points: SplitPattern::literal, SplitPattern::regex, SplitCursor (the matches in one text).
// How: a regular expression of classes, quantified classes, groups and one-character lookaheads (every published
// pre-tokenizer that we know) becomes a small program over bitmaps of code points; what else there is goes to
// PCRE2 (README.md has what that buys).
// Invariant: matching is metered; a text on which a pattern backtracks without end keeps its rest in one piece.
// Tested by tests/runtime/tokenizer_split_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/tokenizer/code_point_table.h"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;

namespace keyway {

// The program: a graph without cycles; repetition exists inside one node only.
struct SplitNode {
  enum class Kind : uint8_t { kAccept, kRepeat, kChoice, kLook };
  Kind kind = Kind::kAccept;
  bool give_back = true;  // kRepeat: whether fewer repetitions are tried when what follows fails
  bool negative = false;  // kLook: true for (?!x)
  uint32_t table = 0;     // kRepeat, kLook: index into SplitProgram::tables
  uint32_t least = 1;     // kRepeat
  uint32_t most = 1;      // kRepeat
  uint32_t next = 0;      // kRepeat, kLook
  std::vector<uint32_t> choices;  // kChoice, in order of preference
};

struct SplitProgram {
  std::vector<SplitNode> nodes;
  std::vector<CodePointTable> tables;
  std::vector<uint32_t> starts;  // the alternatives of the whole pattern, at most 32
  uint32_t viable[256] = {};     // by first byte: bit i set where starts[i] can match
};

// Immutable, cheap to copy. Thread safety: as a const object.
class SplitPattern {
 public:
  static SplitPattern literal(std::string text);
  // Errors: kSyntax for a pattern that is none, kLimit for one nested too deeply, kUnsupported for a construct
  // that is read in two ways. `pointer` is where the pattern stands.
  static Result<SplitPattern> regex(std::string_view pattern, const std::string& pointer);

  // Whether the program runs it, not PCRE2; for tests and measurements.
  bool has_program() const { return program_ != nullptr; }

 private:
  friend class SplitCursor;
  std::string literal_;
  std::shared_ptr<const SplitProgram> program_;
  std::shared_ptr<pcre2_real_code_8> code_;
};

// The matches of a pattern in a text, from left to right, not overlapping. Thread safety: one thread.
class SplitCursor {
 public:
  // Requires: `text` is well-formed UTF-8; pattern and text outlive the cursor.
  SplitCursor(const SplitPattern& pattern, std::string_view text);

  // Moves to the next match; false when there is none. Complexity: linear in the text for the published patterns;
  // at most kFuelPerByte steps per byte plus kFuelBase for any.
  bool next();
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }

  static constexpr uint64_t kFuelBase = 100'000;
  static constexpr uint64_t kFuelPerByte = 64;

 private:
  bool next_literal();
  bool next_in_program();
  bool next_in_library();
  const char* run(uint32_t node, const char* at);
  const char* run_repeat(const SplitNode& node, const char* at, bool& decided);

  const SplitPattern& pattern_;
  std::string_view text_;
  size_t from_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool matched_before_ = false;
  uint64_t fuel_;
  std::shared_ptr<pcre2_real_match_data_8> match_data_;
  std::shared_ptr<pcre2_real_match_context_8> match_context_;
};

}  // namespace keyway
