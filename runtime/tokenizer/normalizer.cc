// See normalizer.h.
#include "runtime/tokenizer/normalizer.h"

#include <utf8proc.h>

#include <utility>

#include "grammar/utf8.h"
#include "runtime/tokenizer/code_point_table.h"
#include "runtime/tokenizer/component_limits.h"

namespace keyway {
namespace {

// Chained replacements could multiply a text without end.
constexpr size_t kMaxGrowth = size_t{64} << 20;

const CodePointTable& marks() {
  static const CodePointTable table(*unicode_category("M"));
  return table;
}

std::string_view strip(std::string_view text, bool left, bool right) {
  while (left && !text.empty()) {
    const DecodedCodePoint point = decode_utf8(text.data());
    if (!white_space().contains(point.value)) break;
    text.remove_prefix(point.length);
  }
  while (right && !text.empty()) {
    size_t last = text.size() - 1;
    while (is_utf8_continuation(text[last])) --last;
    if (!white_space().contains(decode_utf8(text.data() + last).value)) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

struct LowerRange {
  uint32_t first;
  uint32_t last;
  uint32_t lower_of_first;
};

// Lower case letters that Unicode has given since version 15.
constexpr LowerRange kLowerSinceUnicode15[] = {
    {0x1C89, 0x1C89, 0x1C8A}, {0xA7CB, 0xA7CB, 0x264},  {0xA7CC, 0xA7CC, 0xA7CD}, {0xA7CE, 0xA7CE, 0xA7CF},
    {0xA7D2, 0xA7D2, 0xA7D3}, {0xA7D4, 0xA7D4, 0xA7D5}, {0xA7DA, 0xA7DA, 0xA7DB}, {0xA7DC, 0xA7DC, 0x19B},
    {0x10D50, 0x10D65, 0x10D70}, {0x16EA0, 0x16EB8, 0x16EBB},
};

uint32_t to_lower(uint32_t point) {
  for (const LowerRange& range : kLowerSinceUnicode15) {
    if (point >= range.first && point <= range.last) return range.lower_of_first + (point - range.first);
  }
  return static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point)));
}

std::string lowercase(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    at += point.length;
    if (point.value == 0x130) {  // the one character whose lower case is two
      out += "i\xCC\x87";
      continue;
    }
    append_utf8(out, to_lower(point.value));
  }
  return out;
}

std::string without_marks(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    if (!marks().contains(point.value)) out += text.substr(at, point.length);
    at += point.length;
  }
  return out;
}

// False where the step leaves the text as it is.
bool run_step(const NormalizerStep& step, std::string_view text, std::string& out) {
  switch (step.kind) {
    case NormalizerStep::Kind::kPrepend:
      if (text.empty()) return false;
      out = step.text;
      out += text;
      return true;
    case NormalizerStep::Kind::kReplace:
      out = replace_matches(text, step.pattern, step.text);
      return true;
    case NormalizerStep::Kind::kForm:
      if (step.form == UnicodeForm::kC && is_form_c(text)) return false;
      out = to_unicode_form(text, step.form);
      return true;
    case NormalizerStep::Kind::kLowercase:
      out = lowercase(text);
      return true;
    case NormalizerStep::Kind::kStrip:
      out = strip(text, step.left, step.right);
      return true;
    case NormalizerStep::Kind::kStripAccents:
      out = without_marks(text);
      return true;
  }
  return false;
}

std::optional<UnicodeForm> form_of(std::string_view type) {
  if (type == "NFC") return UnicodeForm::kC;
  if (type == "NFD") return UnicodeForm::kD;
  if (type == "NFKC") return UnicodeForm::kKC;
  if (type == "NFKD") return UnicodeForm::kKD;
  return std::nullopt;
}

Result<NormalizerStep> read_step(const JsonView& view, std::string_view type) {
  NormalizerStep step;
  if (const std::optional<UnicodeForm> form = form_of(type)) {
    step.form = *form;
  } else if (type == "Prepend") {
    step.kind = NormalizerStep::Kind::kPrepend;
    const Result<std::string_view> text = view.string_member("prepend");
    if (!text.ok()) return text.error();
    step.text = *text;
  } else if (type == "Replace") {
    step.kind = NormalizerStep::Kind::kReplace;
    const Result<std::string_view> text = view.string_member("content");
    if (!text.ok()) return text.error();
    step.text = *text;
    Result<SplitPattern> pattern = read_pattern(view);
    if (!pattern.ok()) return pattern.error();
    step.pattern = std::move(*pattern);
  } else if (type == "Lowercase") {
    step.kind = NormalizerStep::Kind::kLowercase;
  } else if (type == "StripAccents") {
    step.kind = NormalizerStep::Kind::kStripAccents;
  } else if (type == "Strip") {
    step.kind = NormalizerStep::Kind::kStrip;
    const Result<bool> left = view.boolean_member("strip_left", true), right = view.boolean_member("strip_right", true);
    if (!left.ok()) return left.error();
    if (!right.ok()) return right.error();
    step.left = *left;
    step.right = *right;
  } else {
    return view.unsupported("normalizer", type);
  }
  return step;
}

}  // namespace

Result<SplitPattern> read_pattern(const JsonView& owner) {
  const Result<JsonView> pattern = owner.member("pattern");
  if (!pattern.ok()) return pattern.error();
  if (const std::optional<JsonView> text = pattern->find("String")) {
    const Result<std::string_view> literal = text->string();
    if (!literal.ok()) return literal.error();
    if (literal->empty()) return text->refuse(ErrorCode::kUnsupported, "an empty string matches everywhere");
    return SplitPattern::literal(std::string(*literal));
  }
  const Result<std::string_view> regex = pattern->string_member("Regex");
  if (!regex.ok()) return regex.error();
  return SplitPattern::regex(*regex, pattern->pointer() + "/Regex");
}

std::string replace_matches(std::string_view text, const SplitPattern& pattern, std::string_view content) {
  std::string out;
  size_t from = 0;
  for (SplitCursor cursor(pattern, text); cursor.next() && out.size() < kMaxGrowth;) {
    out += text.substr(from, cursor.begin() - from);
    out += content;
    from = cursor.end();
  }
  out += text.substr(from);
  return out;
}

Result<Normalizer> Normalizer::read(const std::optional<JsonView>& view) {
  Normalizer made;
  if (!view) return made;
  if (Status status = made.read_steps(*view, 0); !status.ok()) return status.error();
  return made;
}

Status Normalizer::read_steps(const JsonView& view, int depth) {
  const Result<std::string_view> type = view.type();
  if (!type.ok()) return type.error();
  if (depth > kMaxSequenceDepth || steps_.size() >= kMaxSteps) {
    return view.refuse(ErrorCode::kLimit, "too many normalizers", std::to_string(kMaxSteps) + " normalizers");
  }
  if (*type == "Sequence") {
    const Result<JsonView> list = view.member("normalizers");
    if (!list.ok()) return list.error();
    for (const JsonView& item : list->items()) {
      if (Status status = read_steps(item, depth + 1); !status.ok()) return status;
    }
    return {};
  }
  Result<NormalizerStep> step = read_step(view, *type);
  if (!step.ok()) return step.error();
  steps_.push_back(std::move(*step));
  return {};
}

bool Normalizer::apply(std::string_view text, std::string& out) const {
  std::string next;
  bool changed = false;
  for (const NormalizerStep& step : steps_) {
    if (!run_step(step, changed ? std::string_view(out) : text, next)) continue;
    out.swap(next);
    changed = true;
  }
  return changed;
}

}  // namespace keyway
