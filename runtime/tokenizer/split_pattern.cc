// Running a split pattern; see split_pattern.h. The reader of patterns is split_compile.cc.
#include "runtime/tokenizer/split_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstring>

#include "runtime/tokenizer/split_compile.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

// (?m) and others mean different things to Oniguruma and to PCRE2; (?i), (?x) and (?-i) do not.
bool has_foreign_flag(std::string_view pattern) {
  for (size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 2)) {
    for (size_t i = at + 2; i < pattern.size(); ++i) {
      const char c = pattern[i];
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && c != '-') break;
      if (letter && c != 'i' && c != 'x') return true;
    }
  }
  return false;
}

// White space as Oniguruma has it: PCRE2 counts U+180E, which was some until Unicode 6.3.
std::string with_plain_space(std::string_view pattern) {
  constexpr std::string_view kSpace =
      "\\t-\\r \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";
  std::string out;
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
    if (pattern[at] == '\\' && (next == 's' || (next == 'S' && !in_class))) {
      if (!in_class) out += next == 's' ? "[" : "[^";
      out += kSpace;
      if (!in_class) out += ']';
      ++at;
      continue;
    }
    if (pattern[at] == '[') in_class = true;
    if (pattern[at] == ']') in_class = false;
    out += pattern[at];
    if (pattern[at] == '\\' && next != '\0') out += pattern[++at];
  }
  return out;
}

}  // namespace

SplitPattern SplitPattern::literal(std::string text) {
  SplitPattern made;
  made.literal_ = std::move(text);
  return made;
}

Result<SplitPattern> SplitPattern::regex(std::string_view pattern, const std::string& pointer) {
  SplitPattern made;
  Result<std::shared_ptr<const SplitProgram>> program = compile_split_program(pattern, pointer);
  if (!program.ok()) return program.error();
  made.program_ = *program;
  if (made.program_) return made;

  if (has_foreign_flag(pattern)) {
    return fail(ErrorCode::kUnsupported, "an inline option of the pattern is not supported", pointer,
                excerpt(pattern, 120), "(?i) and (?x)");
  }
  // In Oniguruma ^ and $ are those of a line.
  constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  int error_code = 0;
  PCRE2_SIZE error_offset = 0;
  const std::string translated = with_plain_space(pattern);
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                   kOptions, &error_code, &error_offset, nullptr);
  if (!code) {
    char message[128] = {};
    pcre2_get_error_message(error_code, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof message);
    return fail(ErrorCode::kSyntax, std::string("the pattern cannot be read: ") + message, pointer,
                "offset " + std::to_string(error_offset) + " of " + excerpt(pattern, 120));
  }
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  made.code_ = std::shared_ptr<pcre2_code>(code, pcre2_code_free);
  return made;
}

SplitCursor::SplitCursor(const SplitPattern& pattern, std::string_view text)
    : pattern_(pattern), text_(text), fuel_(kFuelBase + kFuelPerByte * text.size()) {
  if (!pattern.code_) return;
  match_data_ = std::shared_ptr<pcre2_match_data>(pcre2_match_data_create_from_pattern(pattern.code_.get(), nullptr),
                                                  pcre2_match_data_free);
  match_context_ =
      std::shared_ptr<pcre2_match_context>(pcre2_match_context_create(nullptr), pcre2_match_context_free);
}

bool SplitCursor::next() {
  if (pattern_.program_) return next_in_program();
  return pattern_.code_ ? next_in_library() : next_literal();
}

bool SplitCursor::next_literal() {
  if (pattern_.literal_.empty()) return false;
  begin_ = text_.find(pattern_.literal_, from_);
  if (begin_ == std::string_view::npos) return false;
  from_ = end_ = begin_ + pattern_.literal_.size();
  return true;
}

// A program matches at least one character (compile_split_program), so empty matches do not occur here.
bool SplitCursor::next_in_program() {
  const SplitProgram& program = *pattern_.program_;
  const char* const base = text_.data();
  for (size_t at = from_; at < text_.size(); ++at) {
    uint32_t viable = program.viable[static_cast<uint8_t>(base[at])];
    for (; viable != 0; viable &= viable - 1) {
      const char* end = run(program.starts[static_cast<size_t>(__builtin_ctz(viable))], base + at);
      if (!end) continue;
      begin_ = at;
      from_ = end_ = static_cast<size_t>(end - base);
      return true;
    }
    if (fuel_ == 0) break;
  }
  from_ = text_.size();
  return false;
}

const char* SplitCursor::run(uint32_t at_node, const char* at) {
  const SplitProgram& program = *pattern_.program_;
  const char* const end = text_.data() + text_.size();
  for (;;) {
    const SplitNode& node = program.nodes[at_node];
    switch (node.kind) {
      case SplitNode::Kind::kAccept:
        return at;
      case SplitNode::Kind::kLook: {
        const bool found = at != end && program.tables[node.table].contains(decode_utf8(at).value);
        if (found == node.negative) return nullptr;
        at_node = node.next;
        break;
      }
      case SplitNode::Kind::kChoice:
        for (size_t i = 0; i + 1 < node.choices.size(); ++i) {
          if (const char* done = run(node.choices[i], at)) return done;
        }
        at_node = node.choices.back();
        break;
      case SplitNode::Kind::kRepeat: {
        bool decided = false;
        at = run_repeat(node, at, decided);
        if (decided || !at) return at;
        at_node = node.next;
        break;
      }
    }
  }
}

// Takes as many characters as it can. Where fewer may be tried and that matters, the rest of the pattern is run
// from here and `decided` says that the result is final; else the result is where the rest goes on.
const char* SplitCursor::run_repeat(const SplitNode& node, const char* at, bool& decided) {
  const CodePointTable& table = pattern_.program_->tables[node.table];
  const char* const end = text_.data() + text_.size();
  uint32_t count = 0;
  while (count < node.most && at != end) {
    const uint8_t lead = static_cast<uint8_t>(*at);
    if (lead < 0x80) {
      if (!table.contains_ascii(lead)) break;
      ++at;
    } else {
      const DecodedCodePoint point = decode_utf8(at);
      if (!table.contains(point.value)) break;
      at += point.length;
    }
    ++count;
  }
  if (count < node.least) return nullptr;
  if (!node.give_back || count == node.least) return at;
  decided = true;
  for (;;) {
    if (const char* done = run(node.next, at)) return done;
    if (count == node.least || fuel_ == 0) return nullptr;
    --fuel_;
    --count;
    do --at;
    while (is_utf8_continuation(*at));
  }
}

// As Oniguruma's iterator: an empty match right after the match before does not count.
bool SplitCursor::next_in_library() {
  if (!match_data_ || !match_context_) return false;
  while (from_ <= text_.size()) {
    pcre2_set_match_limit(match_context_.get(), static_cast<uint32_t>(std::min<uint64_t>(fuel_, 1'000'000)));
    const int found = pcre2_match(pattern_.code_.get(), reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), from_,
                                  PCRE2_NO_UTF_CHECK, match_data_.get(), match_context_.get());
    if (found < 0) break;  // no match, or the limit was hit: the rest is one piece
    const PCRE2_SIZE* place = pcre2_get_ovector_pointer(match_data_.get());
    const bool repeats = place[0] == place[1] && matched_before_ && end_ == place[1];
    if (!repeats && place[0] >= from_ && place[1] >= place[0]) {
      begin_ = place[0];
      end_ = from_ = place[1];
      matched_before_ = true;
      return true;
    }
    ++from_;
    while (from_ < text_.size() && is_utf8_continuation(text_[from_])) ++from_;
  }
  from_ = text_.size() + 1;
  return false;
}

}  // namespace keyway
