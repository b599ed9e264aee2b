// Rules, groups and repetitions of both BNF dialects; see bnf_reader.h.
#include "schemas/grammars/bnf/bnf_reader.h"

#include "schemas/grammars/dispatch.h"
#include "schemas/grammars/lazy_term.h"
#include "schemas/grammars/lower_rules.h"
#include "schemas/grammars/token_nodes.h"

namespace keyway::grammars {

Result<NodeId> BnfReader::read() {
  const Limits& limits = graph_.arena().limits();
  if (const Status status = check_grammar_text(cursor_.text(), limits); !status) return status.error();
  if (read_grammar() && check_rules() && define_others()) define_bounded_rules(graph_, std::move(bounded_), cursor_);
  if (cursor_.error().has_value()) return *cursor_.error();
  if (graph_.arena().exhausted()) return graph_.arena().limit_error("compile_fuel");
  return graph_.rule(rules_.find(options_.root)->second.id);
}

bool BnfReader::read_grammar() {
  skip_space(true);
  while (!cursor_.done()) {
    if (!read_definition()) return false;
    skip_space(true);
  }
  return true;
}

bool BnfReader::check_rules() {
  for (const auto& [name, rule] : rules_) {
    if (!rule.defined) return cursor_.refuse(ErrorCode::kNotFound, "a rule that is not defined: " + name, rule.used_at);
  }
  if (rules_.contains(options_.root)) return true;
  return cursor_.refuse(ErrorCode::kNotFound, "the grammar has no root rule", 0, "a rule named " + options_.root);
}

bool BnfReader::read_definition() {
  const size_t start = cursor_.position();
  if (!gbnf() && !at_line_start(start)) return cursor_.syntax("a rule begins its line");
  if (!is_name_start(cursor_.at())) return cursor_.syntax("expected the name of a rule");
  const std::string_view name = read_name();
  RuleOptions options;
  if (!gbnf() && !read_options(options)) return false;
  skip_space(!gbnf());
  if (!cursor_.take("::=")) return cursor_.syntax("expected ::= after the name of a rule", "::=");
  KnownRule& rule = known(name);
  if (rule.defined) return cursor_.refuse(ErrorCode::kInvalid, "a rule that is defined twice", start);
  rule.defined = true;
  const RuleId id = rule.id;
  NodeId body;
  if (!read_body(body) || !apply_options(options, start, body)) return false;
  graph_.define(id, body);
  return true;
}

bool BnfReader::read_body(NodeId& body) {
  groups_.push_back({{}, {}, cursor_.position()});
  repeatable_ = Repeatable::kNo;
  skip_space(true);
  bool ended = false;
  while (!ended) {
    if (!graph_.arena().pay() || graph_.arena().exhausted()) return false;
    skip_space(!gbnf() || groups_.size() > 1);
    if (!read_item(ended)) return false;
  }
  if (groups_.size() > 1) return cursor_.refuse(ErrorCode::kSyntax, "a group that is not closed", groups_.back().offset, ")");
  if (!finish_branch(groups_.back())) return false;
  body = finish_group(groups_.back());
  groups_.pop_back();
  return true;
}

// One item, operator or end of the body at the cursor.
bool BnfReader::read_item(bool& ended) {
  const char c = cursor_.at();
  if (cursor_.done()) {
    ended = true;
    return true;
  }
  switch (c) {
    case '"': return read_literal();
    case '[': return read_class();
    case '(': return open_group();
    case ')': return close_group();
    case '|': return read_bar();
    case '*':
    case '+':
    case '?':
    case '{': return read_repetition();
    default: break;
  }
  if (is_name_start(c)) return read_reference(ended);
  if (!gbnf()) return cursor_.syntax("expected a text, a class, a rule, a group or the end of the rule");
  if (c == '.') {
    cursor_.skip(1);
    push(graph_.one_of(CodePointSet::all()));
    return true;
  }
  if (c == '<' || c == '!') return read_token();
  if (c == '\n' || c == '\r') {
    ended = true;
    return true;
  }
  return cursor_.syntax("expected a text, a class, a rule, a group or the end of the line");
}

bool BnfReader::open_group() {
  const bool assertion = !gbnf() && cursor_.at(1) == '=';
  if (assertion && groups_.size() > 1) return cursor_.syntax("a lookahead assertion inside of a group", "one behind the rule");
  if (groups_.size() >= graph_.arena().limits().document_depth) {
    return cursor_.refuse(ErrorCode::kLimit, "groups are nested too deeply", cursor_.position(),
                          "document_depth " + std::to_string(graph_.arena().limits().document_depth));
  }
  groups_.push_back({{}, {}, cursor_.position(), assertion});
  cursor_.skip(assertion ? 2 : 1);
  repeatable_ = Repeatable::kNo;
  return true;
}

bool BnfReader::close_group() {
  if (groups_.size() == 1) return cursor_.syntax("a parenthesis that closes nothing");
  Group& group = groups_.back();
  if (group.assertion) return end_assertion();
  if (!(group.branches.empty() && group.items.empty()) && !finish_branch(group)) return false;
  const NodeId node = finish_group(group);
  groups_.pop_back();
  cursor_.skip(1);
  push(node);
  return true;
}

// A lookahead assertion stands behind a rule, once, and does not narrow it.
bool BnfReader::end_assertion() {
  groups_.pop_back();
  cursor_.skip(1);
  skip_space(true);
  repeatable_ = Repeatable::kNo;
  const bool over = cursor_.done() || (is_name_start(cursor_.at()) && at_definition());
  return over || cursor_.syntax("expected the end of a rule behind its lookahead assertion");
}

bool BnfReader::read_bar() {
  if (groups_.size() > 1 && groups_[1].assertion) {
    return cursor_.refuse(ErrorCode::kUnsupported, "a choice in a lookahead assertion", cursor_.position());
  }
  if (!finish_branch(groups_.back())) return false;
  cursor_.skip(1);
  skip_space(true);
  repeatable_ = Repeatable::kNo;
  return true;
}

bool BnfReader::finish_branch(Group& group) {
  if (!gbnf() && group.items.empty()) return cursor_.syntax("expected an alternative", "\"\" for the empty text");
  group.branches.push_back(graph_.sequence(group.items));
  group.items.clear();
  return true;
}

NodeId BnfReader::finish_group(Group& group) {
  return group.branches.empty() ? graph_.empty() : graph_.choice(group.branches);
}

bool BnfReader::read_repetition() {
  const size_t offset = cursor_.position();
  if (repeatable_ == Repeatable::kNo) return cursor_.syntax("a repetition of nothing");
  if (!gbnf() && repeatable_ == Repeatable::kRepeated) {
    return cursor_.syntax("a repetition of a repetition", "a group around the first one");
  }
  uint32_t min = 0, max = kUnbounded;
  const char c = cursor_.at();
  cursor_.skip(1);
  if (c == '+') min = 1;
  if (c == '?') max = 1;
  if (c == '{' && !read_counts(min, max)) return false;
  repeatable_ = Repeatable::kRepeated;
  return repeat_last(min, max, offset);
}

// The rest of {m}, {m,} or {m,n}; XGrammar prints {m,} as {m, -1}.
bool BnfReader::read_counts(uint32_t& min, uint32_t& max) {
  const uint32_t most = graph_.arena().limits().repeat_count;
  const auto number = [&](uint32_t& out) {
    const size_t offset = cursor_.position();
    const std::optional<uint64_t> value = cursor_.decimal();
    if (!value.has_value()) return cursor_.syntax("expected a number", "a decimal number");
    if (*value > most) {
      return cursor_.refuse(ErrorCode::kLimit, "a repetition that is too large", offset, "repeat_count " + std::to_string(most));
    }
    out = static_cast<uint32_t>(*value);
    return true;
  };
  skip_space(!gbnf());
  const size_t start = cursor_.position();
  if (!number(min)) return false;
  skip_space(!gbnf());
  max = min;
  if (cursor_.take(",")) {
    skip_space(!gbnf());
    max = kUnbounded;
    if (!(!gbnf() && cursor_.take("-1")) && cursor_.at() != '}' && !number(max)) return false;
    skip_space(!gbnf());
  }
  if (!cursor_.take("}")) return cursor_.syntax("expected the end of a repetition", "}");
  if (min > max) return cursor_.refuse(ErrorCode::kInvalid, "a repetition whose bounds are in the wrong order", start);
  return true;
}

bool BnfReader::repeat_last(uint32_t min, uint32_t max, size_t offset) {
  NodeId& last = groups_.back().items.back();
  const auto others = others_.find(last.value);
  if (others != others_.end() && min <= 1 && max == kUnbounded) {
    const std::vector<TokenId> ids = others->second.ids;
    others_.erase(others);
    groups_.back().items.pop_back();
    return repeat_others(ids, min, offset);
  }
  last = graph_.repeat(last, min, max);
  return true;
}

bool BnfReader::repeat_others(std::vector<TokenId> ids, uint32_t min, size_t offset) {
  Result<DispatchPlan> plan = free_tokens_plan(options_.vocabulary, ids);
  if (!plan) return cursor_.refuse(plan.error(), offset);
  TermArena& arena = graph_.arena();
  const TermId text = dispatch_term(arena, *plan, {});
  groups_.back().items.push_back(graph_.term(min == 0 ? text : without_empty(arena, text)));
  return true;
}

bool BnfReader::read_reference(bool& ended) {
  if (!gbnf() && at_definition()) {
    ended = true;
    return at_line_start(cursor_.position()) || cursor_.syntax("a rule begins its line");
  }
  const size_t offset = cursor_.position();
  const std::string_view name = read_name();
  if (!gbnf() && cursor_.at() == '(') return read_macro(name, offset);
  KnownRule& rule = known(name);
  push(graph_.rule(rule.id));
  return true;
}

// Whether a name at the cursor is one that is being defined.
bool BnfReader::at_definition() const {
  TextCursor ahead(cursor_.text());
  ahead.move_to(cursor_.position());
  while (is_name_part(ahead.at())) ahead.skip(1);
  const auto blanks = [&ahead] {
    while (ahead.at() == ' ' || ahead.at() == '\t') ahead.skip(1);
  };
  blanks();
  if (ahead.at() == '[') {
    bool quoted = false;
    for (; !ahead.done() && ahead.at() != '\n' && (quoted || ahead.at() != ']'); ahead.skip(1)) {
      if (ahead.at() == '"') quoted = !quoted;
    }
    if (!ahead.take("]")) return false;
    blanks();
  }
  return ahead.starts_with("::=");
}

bool BnfReader::at_line_start(size_t offset) const {
  while (offset > 0 && (cursor_.text()[offset - 1] == ' ' || cursor_.text()[offset - 1] == '\t')) --offset;
  return offset == 0 || cursor_.text()[offset - 1] == '\n' || cursor_.text()[offset - 1] == '\r';
}

void BnfReader::skip_space(bool newlines) {
  while (!cursor_.done()) {
    const char c = cursor_.at();
    if (c == '#') {
      while (!cursor_.done() && cursor_.at() != '\n' && cursor_.at() != '\r') cursor_.skip(1);
    } else if (c == ' ' || c == '\t' || (newlines && (c == '\n' || c == '\r'))) {
      cursor_.skip(1);
    } else {
      return;
    }
  }
}

bool BnfReader::is_name_start(char c) const {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return gbnf() ? letter || digit || c == '-' : letter || c == '_';
}

bool BnfReader::is_name_part(char c) const {
  return is_name_start(c) || (c >= '0' && c <= '9') || (!gbnf() && (c == '-' || c == '.'));
}

std::string_view BnfReader::read_name() {
  const size_t start = cursor_.position();
  while (is_name_part(cursor_.at())) cursor_.skip(1);
  return cursor_.text().substr(start, cursor_.position() - start);
}

void BnfReader::push(NodeId node) {
  groups_.back().items.push_back(node);
  repeatable_ = Repeatable::kYes;
}

BnfReader::KnownRule& BnfReader::known(std::string_view name) {
  const auto at = rules_.find(name);
  if (at != rules_.end()) return at->second;
  const size_t used_at = cursor_.position() - name.size();
  return rules_.emplace(name, KnownRule{graph_.declare(std::string(name.substr(0, 100))), used_at, false}).first->second;
}

namespace {

Result<TermId> compile(TermArena& arena, std::string_view text, BnfDialect dialect, const BnfOptions& options) {
  const auto graph = std::make_shared<RuleGraph>(&arena);
  const Result<NodeId> root = BnfReader(*graph, text, dialect, options).read();
  const Result<TermId> term = root ? lower_rules(graph, *root) : Result<TermId>(root.error());
  if (term || !term.error().pointer.empty()) return term;
  Error error = term.error();  // what is wrong with the grammar as a whole
  error.pointer = "line 1, column 1";
  return error;
}

}  // namespace

Result<TermId> compile_gbnf(TermArena& arena, std::string_view text, const BnfOptions& options) {
  return compile(arena, text, BnfDialect::kGbnf, options);
}

Result<TermId> compile_ebnf(TermArena& arena, std::string_view text, const BnfOptions& options) {
  return compile(arena, text, BnfDialect::kEbnf, options);
}

Result<NodeId> read_ebnf(RuleGraph& graph, std::string_view text, const BnfOptions& options) {
  return BnfReader(graph, text, BnfDialect::kEbnf, options).read();
}

}  // namespace keyway::grammars
