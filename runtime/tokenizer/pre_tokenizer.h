// Pre-tokenizers of tokenizer.json: how normalized text is cut into words.
//
// Entry points: PreTokenizer::read, PreTokenizer::split.
// Supported: ByteLevel, Split, Metaspace, Whitespace, WhitespaceSplit, Digits, Punctuation, Sequence; the others are
// refused by name. Invariant: words come in the order of the text and none is empty; with byte_level() they are the
// bytes of the text, not characters of the byte-level alphabet.
// Tested by tests/runtime/tokenizer_pipeline_test.cc.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/tokenizer/json_view.h"
#include "runtime/tokenizer/split_pattern.h"

namespace keyway {

enum class SplitBehavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

struct PreTokenizerStep {
  enum class Kind {
    kSplit,        // cut at the matches of a pattern
    kPrefixSpace,  // a blank before each part that does not begin with one
    kMetaspace,    // blanks become `replacement`, one may be put in front, cut before each
    kByteEncode,   // bytes become characters of the byte-level alphabet
  };
  enum class Prepend { kNever, kFirst, kAlways };
  Kind kind = Kind::kSplit;
  SplitPattern pattern;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;
  std::string replacement;            // kMetaspace
  Prepend prepend = Prepend::kNever;  // kMetaspace
};

using WordSink = std::function<void(std::string_view word)>;

// Thread safety: immutable.
class PreTokenizer {
 public:
  // `view`: the member of the file; empty where there is none.
  static Result<PreTokenizer> read(const std::optional<JsonView>& view);

  // Calls `sink` with each word. `at_start`: whether the text is the beginning of the whole input.
  // Requires: well-formed UTF-8. Complexity: linear in the text for each step.
  void split(std::string_view text, bool at_start, const WordSink& sink) const;
  bool byte_level() const { return byte_level_; }

 private:
  Status read_steps(const JsonView& view, int depth);
  Status read_step(const JsonView& view, std::string_view type);
  Status read_byte_level(const JsonView& view);
  Status read_split(const JsonView& view);
  Status read_metaspace(const JsonView& view);
  Status add_split(std::string_view regex, SplitBehavior behavior, bool invert, const JsonView& view);
  void run(size_t step, std::string_view text, bool at_start, const WordSink& sink) const;
  void run_split(size_t step, std::string_view text, bool at_start, const WordSink& sink) const;

  std::vector<PreTokenizerStep> steps_;
  bool byte_level_ = false;
  bool words_are_encoded_ = false;  // some step runs after kByteEncode, so that words arrive as characters
};

}  // namespace keyway
