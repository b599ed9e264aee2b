// See pre_tokenizer.h. Reading the steps is pre_tokenizer_read.cc.
#include "runtime/tokenizer/pre_tokenizer.h"

#include <algorithm>
#include <utility>

#include "runtime/tokenizer/byte_level.h"
#include "runtime/tokenizer/normalizer.h"

namespace keyway {
namespace {

struct Part {
  size_t begin;
  size_t end;
  bool match;
};

// The matches and what lies between them, in order, covering the text.
std::vector<Part> find_parts(const SplitPattern& pattern, std::string_view text, bool invert) {
  std::vector<Part> parts;
  size_t from = 0;
  for (SplitCursor cursor(pattern, text); cursor.next();) {
    if (from != cursor.begin()) parts.push_back({from, cursor.begin(), invert});
    parts.push_back({cursor.begin(), cursor.end(), !invert});
    from = cursor.end();
  }
  if (from != text.size()) parts.push_back({from, text.size(), invert});
  return parts;
}

// A match that does not follow a match joins the part before it; the other way round for `backwards`.
void merge_matches(std::vector<Part>& parts, bool backwards) {
  if (backwards) std::reverse(parts.begin(), parts.end());
  std::vector<Part> merged;
  bool match_before = false;
  for (const Part& part : parts) {
    if (part.match && !match_before && !merged.empty()) {
      (backwards ? merged.back().begin : merged.back().end) = backwards ? part.begin : part.end;
    } else {
      merged.push_back(part);
    }
    match_before = part.match;
  }
  if (backwards) std::reverse(merged.begin(), merged.end());
  parts = std::move(merged);
}

void merge_equal_neighbours(std::vector<Part>& parts) {
  std::vector<Part> merged;
  for (const Part& part : parts) {
    if (!merged.empty() && merged.back().match == part.match) {
      merged.back().end = part.end;
    } else {
      merged.push_back(part);
    }
  }
  parts = std::move(merged);
}

}  // namespace

void PreTokenizer::split(std::string_view text, bool at_start, const WordSink& sink) const {
  if (!words_are_encoded_) return run(0, text, at_start, sink);
  run(0, text, at_start, [&sink](std::string_view word) {
    // Every character is one of the alphabet: steps after the encoding only cut.
    sink(byte_level_decode(word).value_or(std::string()));
  });
}

// Recursion: as deep as there are steps, at most 64.
void PreTokenizer::run(size_t step, std::string_view text, bool at_start, const WordSink& sink) const {
  if (text.empty()) return;
  if (step == steps_.size()) return sink(text);
  const PreTokenizerStep& todo = steps_[step];
  switch (todo.kind) {
    case PreTokenizerStep::Kind::kSplit:
      return run_split(step, text, at_start, sink);
    case PreTokenizerStep::Kind::kPrefixSpace:
      if (text.front() == ' ') return run(step + 1, text, at_start, sink);
      return run(step + 1, " " + std::string(text), at_start, sink);
    case PreTokenizerStep::Kind::kByteEncode:
      return run(step + 1, byte_level_encode(text), at_start, sink);
    case PreTokenizerStep::Kind::kMetaspace: {
      static const SplitPattern blank = SplitPattern::literal(" ");
      std::string replaced = replace_matches(text, blank, todo.replacement);
      const bool wanted = todo.prepend == PreTokenizerStep::Prepend::kAlways ||
                          (todo.prepend == PreTokenizerStep::Prepend::kFirst && at_start);
      if (wanted && replaced.compare(0, todo.replacement.size(), todo.replacement) != 0) {
        replaced.insert(0, todo.replacement);
      }
      return run(step + 1, replaced, at_start, sink);
    }
  }
}

void PreTokenizer::run_split(size_t step, std::string_view text, bool at_start, const WordSink& sink) const {
  const PreTokenizerStep& todo = steps_[step];
  const auto go_on = [&](size_t begin, size_t end) {
    if (begin != end) run(step + 1, text.substr(begin, end - begin), at_start && begin == 0, sink);
  };
  if (todo.behavior == SplitBehavior::kIsolated || todo.behavior == SplitBehavior::kRemoved) {
    const bool matches = todo.behavior == SplitBehavior::kIsolated || todo.invert;
    const bool gaps = todo.behavior == SplitBehavior::kIsolated || !todo.invert;
    size_t from = 0;
    for (SplitCursor cursor(todo.pattern, text); cursor.next();) {
      if (gaps) go_on(from, cursor.begin());
      if (matches) go_on(cursor.begin(), cursor.end());
      from = cursor.end();
    }
    if (gaps) go_on(from, text.size());
    return;
  }
  std::vector<Part> parts = find_parts(todo.pattern, text, todo.invert);
  if (todo.behavior == SplitBehavior::kContiguous) {
    merge_equal_neighbours(parts);
  } else {
    merge_matches(parts, todo.behavior == SplitBehavior::kMergedWithNext);
  }
  for (const Part& part : parts) go_on(part.begin, part.end);
}

}  // namespace keyway
