// Normalizers of tokenizer.json: what happens to the text before it is cut into words.
//
// Entry points: Normalizer::read, Normalizer::apply.
// Supported: Prepend, Replace (String, Regex), NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Sequence; the
// others are refused by name. Invariant: well-formed UTF-8 in and out.
// Tested by tests/runtime/tokenizer_pipeline_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/tokenizer/json_view.h"
#include "runtime/tokenizer/split_pattern.h"
#include "runtime/tokenizer/unicode_form.h"

namespace keyway {

struct NormalizerStep {
  enum class Kind { kPrepend, kReplace, kForm, kLowercase, kStrip, kStripAccents };
  Kind kind = Kind::kForm;
  std::string text;            // kPrepend: what; kReplace: with what
  SplitPattern pattern;        // kReplace
  UnicodeForm form = UnicodeForm::kC;
  bool left = false;           // kStrip
  bool right = false;          // kStrip
};

// Thread safety: immutable.
class Normalizer {
 public:
  // `view`: the member of the file; empty where there is none.
  static Result<Normalizer> read(const std::optional<JsonView>& view);

  // Puts the normalized text in `out` and returns true, or returns false where it is the text itself.
  bool apply(std::string_view text, std::string& out) const;
  bool empty() const { return steps_.empty(); }

 private:
  Status read_steps(const JsonView& view, int depth);
  std::vector<NormalizerStep> steps_;
};

// A "pattern" member: {"String": ..} or {"Regex": ..}. Error: kUnsupported for an empty string.
Result<SplitPattern> read_pattern(const JsonView& owner);

// Replaces every match.
std::string replace_matches(std::string_view text, const SplitPattern& pattern, std::string_view content);

}  // namespace keyway
