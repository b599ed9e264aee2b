// Terminals of Lark as expressions of the regular algebra; see lark_builder.h.
#include "schemas/grammars/lark/lark_builder.h"
#include "schemas/grammars/substring.h"
#include "schemas/grammars/xgrammar_regex.h"

namespace keyway::grammars {

// Requires: checked. Recursion is bounded by the nesting that the reader allows, times the terminals on the way, which
// the open ones count.
RegexId LarkBuilder::terminal(uint32_t index) {
  RegexArena& regexes = graph_.arena().regexes();
  if (cursor_.error().has_value() || regexes.exhausted()) return regexes.never();
  const LarkNode& at = tree_.nodes[index];
  std::vector<RegexId> parts;
  if (at.kind == LarkKind::kSequence || at.kind == LarkKind::kChoice || at.kind == LarkKind::kAnd) {
    for (const uint32_t part : at.parts) parts.push_back(terminal(part));
  }
  switch (at.kind) {
    case LarkKind::kText: return at.flags.empty() ? regexes.literal(at.text) : folded_text(at);
    case LarkKind::kRange: return regexes.one_of({{at.first, at.last}});
    case LarkKind::kRegex: return pattern(at);
    case LarkKind::kName: return terminal_named(at);
    case LarkKind::kSequence: return regexes.sequence(parts);
    case LarkKind::kChoice: return regexes.alternative(parts);
    case LarkKind::kAnd: return regexes.intersection(parts);
    case LarkKind::kNot: return regexes.complement(terminal(at.parts[0]));
    case LarkKind::kRepeat: return regexes.repeat(terminal(at.parts[0]), at.min, at.max);
    case LarkKind::kChunks: {
      const Result<RegexId> runs = substring_regex(graph_.arena(), at.chunks);
      if (runs) return *runs;
      cursor_.refuse(runs.error(), at.offset);
      return regexes.never();
    }
    default: break;
  }
  refuse(at.offset, "this cannot be a part of a terminal");
  return regexes.never();
}

RegexId LarkBuilder::terminal_named(const LarkNode& at) {
  RegexArena& regexes = graph_.arena().regexes();
  if (const auto made = terminals_.find(at.text); made != terminals_.end()) return made->second;
  constexpr size_t kMostOpen = 100;
  if (open_terminals_.size() >= kMostOpen) {
    refuse(at.offset, "terminals are nested too deeply", ErrorCode::kLimit);
    return regexes.never();
  }
  if (!open_terminals_.insert(at.text).second) {
    refuse(at.offset, "terminals that use each other in a circle");
    return regexes.never();
  }
  const RegexId made = terminal(tree_.definitions.find(at.text)->second.body);
  open_terminals_.erase(at.text);
  terminals_.emplace(at.text, made);
  return made;
}

RegexId LarkBuilder::pattern(const LarkNode& at) {
  RegexArena& regexes = graph_.arena().regexes();
  const auto has = [&at](char flag) { return at.flags.find(flag) != std::string::npos; };
  XGrammarRegexOptions options;
  options.fold_ascii = has('i');
  options.dot_takes_line_ends = has('s');
  const std::string rust = at.flags.empty() ? at.text : "(?" + at.flags + ":" + at.text + ")";
  const Result<RegexId> parsed = xgrammar() ? parse_xgrammar_regex(regexes, at.text, options)
                                            : parse_regex(regexes, rust, {RegexDialect::kRust, false});
  if (parsed) return *parsed;
  cursor_.refuse(parsed.error(), at.offset);
  return regexes.never();
}

// A text in either case: of ASCII letters in XGrammar's dialect, of all in llguidance's.
RegexId LarkBuilder::folded_text(const LarkNode& at) {
  RegexArena& regexes = graph_.arena().regexes();
  std::string escaped;
  for (const char c : at.text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c < 0 || c == '_';
    if (c < 0 && xgrammar()) {
      refuse(at.offset, "a text in either case that is not ASCII", ErrorCode::kUnsupported);
      return regexes.never();
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (plain) {
      escaped += c;
    } else {
      escaped += std::string("\\x") + kDigits[static_cast<unsigned char>(c) >> 4] + kDigits[c & 15];
    }
  }
  const Result<RegexId> parsed = xgrammar() ? parse_xgrammar_regex(regexes, escaped, {.fold_ascii = true})
                                            : parse_regex(regexes, "(?i:" + escaped + ")", {RegexDialect::kRust, false});
  if (parsed) return *parsed;
  cursor_.refuse(parsed.error(), at.offset);
  return regexes.never();
}

}  // namespace keyway::grammars
