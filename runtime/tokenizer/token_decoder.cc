// See token_decoder.h.
#include "runtime/tokenizer/token_decoder.h"

#include <utility>

#include "grammar/utf8.h"
#include "runtime/tokenizer/byte_level.h"
#include "runtime/tokenizer/component_limits.h"
#include "runtime/tokenizer/normalizer.h"

namespace keyway {
namespace {

std::string strip(std::string_view text, const TokenDecoderStep& step) {
  for (uint64_t i = 0; i < step.start && text.substr(0, step.text.size()) == step.text; ++i) {
    text.remove_prefix(step.text.size());
  }
  for (uint64_t i = 0; i < step.stop && text.size() >= step.text.size(); ++i) {
    if (text.substr(text.size() - step.text.size()) != step.text) break;
    text.remove_suffix(step.text.size());
  }
  return std::string(text);
}

std::string run_steps(const std::vector<TokenDecoderStep>& steps, std::string text, bool first) {
  for (const TokenDecoderStep& step : steps) {
    if (step.kind == TokenDecoderStep::Kind::kStrip) {
      text = strip(text, step);
    } else {
      const bool drops = step.kind == TokenDecoderStep::Kind::kMetaspace && step.drops_at_start && first;
      text = replace_matches(text, step.pattern, drops ? std::string_view() : std::string_view(step.text));
    }
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Result<TokenDecoder> TokenDecoder::read(const std::optional<JsonView>& view) {
  TokenDecoder made;
  made.absent_ = !view.has_value();
  if (made.absent_) return made;
  if (Status status = made.read_steps(*view, 0); !status.ok()) return status.error();
  return made;
}

Status TokenDecoder::read_steps(const JsonView& view, int depth) {
  const Result<std::string_view> type = view.type();
  if (!type.ok()) return type.error();
  if (depth > kMaxSequenceDepth || before_.size() + after_.size() >= kMaxSteps) {
    return view.refuse(ErrorCode::kLimit, "too many decoders", std::to_string(kMaxSteps) + " decoders");
  }
  if (*type != "Sequence") return read_step(view, *type);
  const Result<JsonView> list = view.member("decoders");
  if (!list.ok()) return list.error();
  for (const JsonView& item : list->items()) {
    if (Status status = read_steps(item, depth + 1); !status.ok()) return status;
  }
  return {};
}

Status TokenDecoder::add(const JsonView& view, TokenDecoderStep step) {
  if (!fused_) {
    (byte_fallback_ ? after_ : before_).push_back(std::move(step));
    return {};
  }
  if (step.kind != TokenDecoderStep::Kind::kStrip || final_strip_) {
    return view.refuse(ErrorCode::kUnsupported, "after the tokens are joined only one Strip is supported");
  }
  final_strip_ = std::move(step);
  return {};
}

Status TokenDecoder::read_step(const JsonView& view, std::string_view type) {
  TokenDecoderStep step;
  if (type == "Fuse") {
    fused_ = true;
    return {};
  }
  if (type == "ByteLevel" || type == "ByteFallback") {
    if (fused_ || byte_fallback_ || byte_level_) {
      return view.refuse(ErrorCode::kUnsupported, "bytes cannot be decoded a second time", "one of ByteLevel, ByteFallback");
    }
    byte_fallback_ = type == "ByteFallback";
    fused_ = byte_level_ = type == "ByteLevel";
    return {};
  }
  if (type == "Replace") {
    const Result<std::string_view> content = view.string_member("content");
    if (!content.ok()) return content.error();
    Result<SplitPattern> pattern = read_pattern(view);
    if (!pattern.ok()) return pattern.error();
    step.text = *content;
    step.pattern = std::move(*pattern);
    return add(view, std::move(step));
  }
  if (type == "Metaspace") {
    const Result<std::string_view> replacement = view.string_member("replacement");
    if (!replacement.ok()) return replacement.error();
    if (replacement->empty()) return view.refuse(ErrorCode::kInvalid, "the replacement of Metaspace is empty");
    const Result<bool> prefix = view.boolean_member("add_prefix_space", true);
    if (!prefix.ok()) return prefix.error();
    const std::optional<JsonView> scheme = view.find("prepend_scheme");
    const Result<std::string_view> name = scheme ? scheme->string() : Result<std::string_view>("");
    if (!name.ok()) return name.error();
    step.kind = TokenDecoderStep::Kind::kMetaspace;
    step.pattern = SplitPattern::literal(std::string(*replacement));
    step.text = " ";
    step.drops_at_start = scheme ? *name != "never" : *prefix;
    return add(view, std::move(step));
  }
  if (type == "Strip") {
    const Result<std::string_view> content = view.string_member("content");
    if (!content.ok()) return content.error();
    if (content->empty()) return view.refuse(ErrorCode::kInvalid, "Strip takes one character");
    const Result<uint64_t> start = view.count_member("start", 0), stop = view.count_member("stop", 0);
    if (!start.ok()) return start.error();
    if (!stop.ok()) return stop.error();
    step.kind = TokenDecoderStep::Kind::kStrip;
    step.text = *content;
    step.start = *start;
    step.stop = *stop;
    return add(view, std::move(step));
  }
  return view.unsupported("decoder", type);
}

bool TokenDecoder::first_differs() const {
  bool differs = false;
  for (const TokenDecoderStep& step : before_) differs |= step.drops_at_start;
  for (const TokenDecoderStep& step : after_) differs |= step.drops_at_start;
  return differs;
}

std::string TokenDecoder::piece(std::string_view spelling, bool first) const {
  std::string text = run_steps(before_, std::string(spelling), first);
  if (byte_level_) {
    std::optional<std::string> bytes = byte_level_decode(text);
    return bytes ? std::move(*bytes) : text;
  }
  return run_steps(after_, std::move(text), first);
}

std::optional<uint8_t> TokenDecoder::fallback_byte(std::string_view spelling) const {
  if (!byte_fallback_) return std::nullopt;
  const std::string text = run_steps(before_, std::string(spelling), false);
  if (text.size() != 6 || text.compare(0, 3, "<0x") != 0 || text[5] != '>') return std::nullopt;
  const int high = hex_value(text[3]), low = hex_value(text[4]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<uint8_t>(high * 16 + low);
}

std::string TokenDecoder::run_piece(std::string_view bytes, bool first) const {
  if (is_utf8(bytes)) return run_steps(after_, std::string(bytes), first);
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) text += run_steps(after_, std::string(kReplacementCharacter), first && i == 0);
  return text;
}

}  // namespace keyway
