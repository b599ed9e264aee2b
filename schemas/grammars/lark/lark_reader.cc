// Items and expressions; see lark_reader.h.
#include "schemas/grammars/lark/lark_reader.h"

namespace keyway::grammars {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_terminal_name(std::string_view name) {
  const size_t first = name.find_first_not_of('_');
  return first != std::string_view::npos && name[first] >= 'A' && name[first] <= 'Z';
}

uint32_t LarkReader::add(LarkKind kind, size_t offset) {
  tree_->nodes.push_back({});
  tree_->nodes.back().kind = kind;
  tree_->nodes.back().offset = offset;
  return static_cast<uint32_t>(tree_->nodes.size() - 1);
}

void LarkReader::skip_space(bool newlines) {
  while (!cursor_.done()) {
    const char c = cursor_.at();
    if (c == '#' || (c == '/' && cursor_.at(1) == '/')) {
      while (!cursor_.done() && cursor_.at() != '\n') cursor_.skip(1);
    } else if (c == ' ' || c == '\t' || c == '\r' || (newlines && c == '\n')) {
      cursor_.skip(1);
    } else {
      return;
    }
  }
}

// In llguidance's dialect names of rules are a_1-, those of terminals A_1-, both behind one `_` at most: aB is two names.
std::string LarkReader::read_identifier() {
  if (xgrammar()) return read_word();
  const size_t start = cursor_.position();
  if (cursor_.at() == '_') cursor_.skip(1);
  const char first = cursor_.at();
  if (!is_letter(first)) {
    cursor_.move_to(start);
    return {};
  }
  const bool upper = first >= 'A' && first <= 'Z';
  const auto goes_on = [upper](char c) {
    return is_digit(c) || c == '_' || (upper ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z');
  };
  while (goes_on(cursor_.at()) || (cursor_.at() == '-' && cursor_.at(1) != '>')) cursor_.skip(1);
  return std::string(cursor_.text().substr(start, cursor_.position() - start));
}

std::string LarkReader::read_word() {
  const size_t start = cursor_.position();
  while (is_letter(cursor_.at()) || is_digit(cursor_.at()) || cursor_.at() == '_' || cursor_.at() == '-') {
    if (cursor_.at() == '-' && cursor_.at(1) == '>') break;
    cursor_.skip(1);
  }
  return std::string(cursor_.text().substr(start, cursor_.position() - start));
}

bool LarkReader::read(LarkTree& tree, bool nested, uint32_t depth) {
  if (depth > kMostNesting / 8) {
    return cursor_.refuse(ErrorCode::kLimit, "grammars are nested too deeply", cursor_.position(),
                          "nested grammars " + std::to_string(kMostNesting / 8));
  }
  tree_ = &tree;
  nested_ = nested;
  depth_ = depth * 8;
  tree.offset = cursor_.position();
  for (skip_space(true); !cursor_.done(); skip_space(true)) {
    if (nested && cursor_.take("}")) return true;
    if (!read_item()) return false;
  }
  return !nested || cursor_.syntax("a nested grammar that is not closed", "}");
}

bool LarkReader::read_item() {
  if (cursor_.at() == '%') return read_statement();
  return read_definition();
}

bool LarkReader::define(const std::string& name, LarkDefinition definition, size_t offset) {
  if (tree_->definitions.emplace(name, std::move(definition)).second) return true;
  return cursor_.refuse(ErrorCode::kInvalid, "a rule or terminal that is defined twice", offset);
}

bool LarkReader::read_definition() {
  const size_t offset = cursor_.position();
  if ((cursor_.at() == '?' || cursor_.at() == '!') && (is_letter(cursor_.at(1)) || cursor_.at(1) == '_')) cursor_.skip(1);
  if (!is_letter(cursor_.at()) && cursor_.at() != '_') return cursor_.syntax("expected a rule, a terminal or a statement");
  const std::string name = read_identifier();
  if (name.empty()) return cursor_.syntax("expected the name of a rule or a terminal");
  LarkDefinition definition;
  definition.offset = offset;
  definition.is_terminal = is_terminal_name(name);
  if (cursor_.take("::")) {
    if (!cursor_.take("_")) return cursor_.syntax("expected _ after ::", "_");
    definition.parametric = true;
  }
  if (cursor_.at() == '[') {
    if (definition.is_terminal) return cursor_.syntax("terminals have no options");
    if (!read_rule_options(definition)) return false;
  }
  if (cursor_.at() == '{') return cursor_.refuse(ErrorCode::kUnsupported, "a template", cursor_.position());
  if (cursor_.at() == '.') return cursor_.refuse(ErrorCode::kUnsupported, "a priority", cursor_.position());
  skip_space(false);
  if (cursor_.starts_with("::") || !cursor_.take(":")) return cursor_.syntax("expected : after the name", ":");
  if (!read_expansions(definition.body)) return false;
  if (!ends_definition()) return cursor_.syntax("expected the end of the definition");
  return define(name, std::move(definition), offset);
}

// At the end of a line, of the text, or of a nested grammar.
bool LarkReader::ends_definition() {
  skip_space(false);
  return cursor_.done() || cursor_.at() == '\n' || (nested_ && cursor_.at() == '}');
}

// Whether the next definition, a statement or the end of the text comes after the end of this line.
bool LarkReader::at_next_definition() {
  const size_t back = cursor_.position();
  skip_space(false);
  const bool line_ends = cursor_.done() || cursor_.at() == '\n';
  skip_space(true);
  bool found = line_ends && (cursor_.done() || (cursor_.at() == '%' && !at_expression()));
  if (line_ends && !found) {
    if (cursor_.at() == '?' || cursor_.at() == '!') cursor_.skip(1);
    const bool named = !read_identifier().empty();
    if (cursor_.take("::")) cursor_.take("_");
    if (cursor_.at() == '[' || cursor_.at() == '.') {  // options or a priority, up to the colon
      while (!cursor_.done() && cursor_.at() != '\n' && cursor_.at() != ':') cursor_.skip(1);
    }
    skip_space(false);
    found = named && cursor_.at() == ':';
  }
  cursor_.move_to(back);
  return found;
}

// a | b | c; an alternative may go on in the next line where that begins with a bar, or where this one ends with it and
// nothing else begins there.
bool LarkReader::read_expansions(uint32_t& node) {
  if (++depth_ > kMostNesting) {
    return cursor_.refuse(ErrorCode::kLimit, "groups are nested too deeply", cursor_.position(), nesting_limit());
  }
  std::vector<uint32_t> parts;
  const size_t offset = cursor_.position();
  while (true) {
    skip_space(false);
    if (parts.empty() && cursor_.at() == '\n') {
      // A body may begin in the next line, with or without a bar.
      const size_t line_end = cursor_.position();
      skip_space(true);
      if (cursor_.at() != '|') cursor_.move_to(line_end);
      if (cursor_.take("|")) skip_space(true);
    }
    uint32_t part = 0;
    if (!read_conjunction(part)) return false;
    parts.push_back(part);
    const size_t back = cursor_.position();
    skip_space(true);
    if (!cursor_.take("|")) {
      cursor_.move_to(back);
      break;
    }
    if (!at_next_definition()) skip_space(true);
  }
  --depth_;
  node = parts[0];
  if (parts.size() == 1) return true;
  node = add(LarkKind::kChoice, offset);
  node_at(node).parts = std::move(parts);
  return true;
}

// a & b, then an alias or a condition.
bool LarkReader::read_conjunction(uint32_t& node) {
  const size_t offset = cursor_.position();
  std::vector<uint32_t> parts(1);
  if (!read_expansion(parts[0])) return false;
  for (skip_space(false); cursor_.take("&"); skip_space(false)) {
    skip_space(true);
    parts.emplace_back();
    if (!read_expansion(parts.back())) return false;
  }
  node = parts[0];
  if (parts.size() > 1) {
    node = add(LarkKind::kAnd, offset);
    node_at(node).parts = std::move(parts);
  }
  if (cursor_.take("->")) {
    skip_space(false);
    const size_t name = cursor_.position();
    const std::string alias = read_identifier();
    if (alias.empty() || (is_terminal_name(alias) && !xgrammar())) {
      return cursor_.refuse(ErrorCode::kSyntax, "expected the name of an alias", name, "a name as rules have it");
    }
    skip_space(false);
  }
  if (!cursor_.take("%if")) return true;
  const uint32_t guard = add(LarkKind::kGuard, cursor_.position());
  LarkCondition condition;
  if (!read_condition(cursor_, condition)) return false;
  node_at(guard).parts = {node};
  node_at(guard).condition = std::move(condition);
  node = guard;
  return true;
}

bool LarkReader::at_expression() const {
  const char c = cursor_.at();
  if (is_letter(c) || c == '_' || c == '"' || c == '/' || c == '(' || c == '[' || c == '<' || c == '@' || c == '~') return true;
  return c == '%' && (cursor_.starts_with("%json") || cursor_.starts_with("%regex") || cursor_.starts_with("%lark"));
}

bool LarkReader::read_expansion(uint32_t& node) {
  const size_t offset = cursor_.position();
  std::vector<uint32_t> parts;
  for (skip_space(false); at_expression(); skip_space(false)) {
    parts.emplace_back();
    if (!read_expression(parts.back())) return false;
  }
  node = add(LarkKind::kSequence, offset);
  node_at(node).parts = std::move(parts);
  return true;
}

bool LarkReader::read_expression(uint32_t& node) {
  const size_t offset = cursor_.position();
  if (cursor_.take("~")) {
    if (++depth_ > kMostNesting) return cursor_.refuse(ErrorCode::kLimit, "nested too deeply", offset, nesting_limit());
    skip_space(false);
    uint32_t part = 0;
    if (!read_atom(part)) return false;
    --depth_;
    node = add(LarkKind::kNot, offset);
    node_at(node).parts = {part};
  } else if (!read_atom(node)) {
    return false;
  }
  return read_repetition(node);
}

// What follows an atom: * + ? {m,n} ~m ~m..n
bool LarkReader::read_repetition(uint32_t& node) {
  const size_t offset = cursor_.position();
  uint32_t min = 0, max = kUnbounded;
  const size_t before = cursor_.position();
  skip_space(false);
  if (cursor_.take("*")) {
  } else if (cursor_.take("+")) {
    min = 1;
  } else if (cursor_.take("?")) {
    max = 1;
  } else if (cursor_.at() == '~' && (is_digit(cursor_.at(1)) || cursor_.at(1) == ' ')) {
    cursor_.skip(1);
    skip_space(false);
    if (!read_count(min)) return false;
    max = min;
    const size_t end = cursor_.position();
    skip_space(false);
    if (cursor_.take("..")) {
      skip_space(false);
      if (!read_count(max)) return false;
    } else {
      cursor_.move_to(end);
    }
  } else if (cursor_.at() == '{') {
    cursor_.skip(1);
    skip_space(false);
    const bool has_min = cursor_.at() != ',';
    if (has_min && !read_count(min)) return false;
    skip_space(false);
    max = has_min ? min : kUnbounded;
    if (cursor_.take(",")) {
      skip_space(false);
      max = kUnbounded;
      if (cursor_.at() != '}' && !read_count(max)) return false;
      skip_space(false);
    }
    if (!cursor_.take("}")) return cursor_.syntax("expected the end of a repetition", "}");
    if (max == 0 && !xgrammar()) return cursor_.refuse(ErrorCode::kInvalid, "a repetition that is none", offset, "a count from 1");
  } else {
    cursor_.move_to(before);
    return true;
  }
  if (min > max) return cursor_.refuse(ErrorCode::kInvalid, "a repetition whose bounds are in the wrong order", offset);
  const uint32_t repeat = add(LarkKind::kRepeat, offset);
  node_at(repeat).parts = {node};
  node_at(repeat).min = min;
  node_at(repeat).max = max;
  node = repeat;
  return true;
}

bool LarkReader::read_count(uint32_t& out) {
  const size_t offset = cursor_.position();
  const std::optional<uint64_t> value = cursor_.decimal();
  if (!value) return cursor_.syntax("expected a count", "a decimal number");
  if (*value > limits_.repeat_count) {
    return cursor_.refuse(ErrorCode::kLimit, "a repetition that is too large", offset,
                          "repeat_count " + std::to_string(limits_.repeat_count));
  }
  out = static_cast<uint32_t>(*value);
  return true;
}

}  // namespace keyway::grammars
