// From JSON to steps; see pre_tokenizer.h.
#include <utility>

#include "runtime/tokenizer/component_limits.h"
#include "runtime/tokenizer/normalizer.h"
#include "runtime/tokenizer/pre_tokenizer.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

// The pattern of GPT-2, which ByteLevel uses when it is told to cut.
constexpr std::string_view kByteLevelPattern =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

// \w of the `regex` crate is that of Oniguruma's classes (split_class.cc) and the joiners.
constexpr std::string_view kWordPattern = "[\\w\\x{200C}\\x{200D}]+|[^\\s\\w\\x{200C}\\x{200D}]+";

// Punctuation as the package's `unicode_categories` crate (Unicode 8) has it: without the signs that came later, with
// two that were punctuation then.
constexpr std::string_view kPunctuationPattern =
    "[[!-/:-@\\[-`{-~\\p{P}\\x{166D}\\x{111C9}]&&[^"
    "\\x{61D}\\x{9FD}\\x{A76}\\x{C77}\\x{C84}\\x{1B4E}-\\x{1B4F}\\x{1B7D}-\\x{1B7F}"
    "\\x{2E43}-\\x{2E4F}\\x{2E52}-\\x{2E5D}\\x{10D6E}\\x{10EAD}\\x{10F55}-\\x{10F59}"
    "\\x{10F86}-\\x{10F89}\\x{113D4}-\\x{113D5}\\x{113D7}-\\x{113D8}\\x{1144B}-\\x{1144F}"
    "\\x{1145A}-\\x{1145B}\\x{1145D}\\x{11660}-\\x{1166C}\\x{116B9}\\x{1183B}\\x{11944}-\\x{11946}"
    "\\x{119E2}\\x{11A3F}-\\x{11A46}\\x{11A9A}-\\x{11A9C}\\x{11A9E}-\\x{11AA2}\\x{11B00}-\\x{11B09}"
    "\\x{11BE1}\\x{11C41}-\\x{11C45}\\x{11C70}-\\x{11C71}\\x{11EF7}-\\x{11EF8}\\x{11F43}-\\x{11F4F}"
    "\\x{11FFF}\\x{12FF1}-\\x{12FF2}\\x{16D6D}-\\x{16D6F}\\x{16E97}-\\x{16E9A}\\x{16FE2}\\x{1E5FF}"
    "\\x{1E95E}-\\x{1E95F}"
    "]]";

Result<SplitBehavior> read_behavior(const JsonView& owner, std::string_view otherwise) {
  std::string_view name = otherwise;
  if (owner.find("behavior")) {
    const Result<std::string_view> given = owner.string_member("behavior");
    if (!given.ok()) return given.error();
    name = *given;
  }
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  return fail(ErrorCode::kInvalid, "this behavior does not exist", owner.pointer() + "/behavior",
              excerpt(name, 100),
              "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
}

}  // namespace

Result<PreTokenizer> PreTokenizer::read(const std::optional<JsonView>& view) {
  PreTokenizer made;
  if (!view) return made;
  if (Status status = made.read_steps(*view, 0); !status.ok()) return status.error();
  // Words stay bytes where the encoding comes last, as it does nearly always.
  if (!made.steps_.empty() && made.steps_.back().kind == PreTokenizerStep::Kind::kByteEncode) {
    made.steps_.pop_back();
  } else {
    made.words_are_encoded_ = made.byte_level_;
  }
  return made;
}

Status PreTokenizer::read_steps(const JsonView& view, int depth) {
  const Result<std::string_view> type = view.type();
  if (!type.ok()) return type.error();
  if (depth > kMaxSequenceDepth || steps_.size() >= kMaxSteps) {
    return view.refuse(ErrorCode::kLimit, "too many pre-tokenizers", std::to_string(kMaxSteps) + " pre-tokenizers");
  }
  if (*type != "Sequence") return read_step(view, *type);
  const Result<JsonView> list = view.member("pretokenizers");
  if (!list.ok()) return list.error();
  for (const JsonView& item : list->items()) {
    if (Status status = read_steps(item, depth + 1); !status.ok()) return status;
  }
  return {};
}

Status PreTokenizer::read_step(const JsonView& view, std::string_view type) {
  if (type == "ByteLevel") return read_byte_level(view);
  if (type == "Split") return read_split(view);
  if (type == "Metaspace") return read_metaspace(view);
  if (type == "Whitespace") return add_split(kWordPattern, SplitBehavior::kRemoved, true, view);
  if (type == "WhitespaceSplit") return add_split("\\s", SplitBehavior::kRemoved, false, view);
  if (type == "Digits") {
    const Result<bool> individual = view.boolean_member("individual_digits", false);
    if (!individual.ok()) return individual.error();
    return add_split("\\p{N}", *individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous, false, view);
  }
  if (type == "Punctuation") {
    const Result<SplitBehavior> behavior = read_behavior(view, "Isolated");
    if (!behavior.ok()) return behavior.error();
    return add_split(kPunctuationPattern, *behavior, false, view);
  }
  return view.unsupported("pre-tokenizer", type);
}

Status PreTokenizer::add_split(std::string_view regex, SplitBehavior behavior, bool invert, const JsonView& view) {
  Result<SplitPattern> pattern = SplitPattern::regex(regex, view.pointer());
  if (!pattern.ok()) return pattern.error();
  PreTokenizerStep step;
  step.pattern = std::move(*pattern);
  step.behavior = behavior;
  step.invert = invert;
  steps_.push_back(std::move(step));
  return {};
}

Status PreTokenizer::read_byte_level(const JsonView& view) {
  const Result<bool> prefix = view.boolean_member("add_prefix_space", true);
  if (!prefix.ok()) return prefix.error();
  const Result<bool> use_regex = view.boolean_member("use_regex", true);
  if (!use_regex.ok()) return use_regex.error();
  if (byte_level_) return view.refuse(ErrorCode::kUnsupported, "a second ByteLevel would encode bytes twice");
  PreTokenizerStep step;
  if (*prefix) {
    step.kind = PreTokenizerStep::Kind::kPrefixSpace;
    steps_.push_back(step);
  }
  if (*use_regex) {
    if (Status status = add_split(kByteLevelPattern, SplitBehavior::kIsolated, false, view); !status.ok()) return status;
  }
  step.kind = PreTokenizerStep::Kind::kByteEncode;
  steps_.push_back(step);
  byte_level_ = true;
  return {};
}

Status PreTokenizer::read_split(const JsonView& view) {
  Result<SplitPattern> pattern = read_pattern(view);
  if (!pattern.ok()) return pattern.error();
  if (!view.find("behavior")) return view.refuse(ErrorCode::kInvalid, "the member \"behavior\" is missing");
  const Result<SplitBehavior> behavior = read_behavior(view, "");
  if (!behavior.ok()) return behavior.error();
  const Result<bool> invert = view.boolean_member("invert", false);
  if (!invert.ok()) return invert.error();
  PreTokenizerStep step;
  step.pattern = std::move(*pattern);
  step.behavior = *behavior;
  step.invert = *invert;
  steps_.push_back(std::move(step));
  return {};
}

Status PreTokenizer::read_metaspace(const JsonView& view) {
  if (byte_level_) return view.refuse(ErrorCode::kUnsupported, "Metaspace after ByteLevel would change its characters");
  PreTokenizerStep step;
  step.kind = PreTokenizerStep::Kind::kMetaspace;
  const Result<std::string_view> replacement = view.string_member("replacement");
  if (!replacement.ok()) return replacement.error();
  if (replacement->empty()) return view.refuse(ErrorCode::kInvalid, "the replacement of Metaspace is empty");
  step.replacement = *replacement;
  std::string_view scheme = "always";
  if (view.find("prepend_scheme")) {
    const Result<std::string_view> given = view.string_member("prepend_scheme");
    if (!given.ok()) return given.error();
    scheme = *given;
  } else {
    const Result<bool> prefix = view.boolean_member("add_prefix_space", true);
    if (!prefix.ok()) return prefix.error();
    if (!*prefix) scheme = "never";
  }
  if (scheme == "always") {
    step.prepend = PreTokenizerStep::Prepend::kAlways;
  } else if (scheme == "first") {
    step.prepend = PreTokenizerStep::Prepend::kFirst;
  } else if (scheme != "never") {
    return fail(ErrorCode::kInvalid, "this prepend scheme does not exist", view.pointer() + "/prepend_scheme",
                excerpt(scheme, 100), "always, first, never");
  }
  const Result<bool> cuts = view.boolean_member("split", true);
  if (!cuts.ok()) return cuts.error();
  PreTokenizerStep cut;
  cut.pattern = SplitPattern::literal(step.replacement);
  cut.behavior = SplitBehavior::kMergedWithNext;
  steps_.push_back(std::move(step));
  if (*cuts) steps_.push_back(std::move(cut));
  return {};
}

}  // namespace keyway
