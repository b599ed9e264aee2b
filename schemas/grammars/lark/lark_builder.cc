// Rules of Lark as rules of the graph; see lark_builder.h.
#include "schemas/grammars/lark/lark_builder.h"

#include <algorithm>

#include "schemas/grammars/lark/lark_beginnings.h"
#include "schemas/grammars/lark/lark_reader.h"
#include "schemas/grammars/lower_rules.h"
#include "schemas/grammars/substring.h"
#include "schemas/grammars/token_nodes.h"

namespace keyway::grammars {

bool LarkBuilder::build(NodeId& start) {
  if (!check()) return false;
  std::set<std::string> nullable;
  for (const auto& [name, definition] : tree_.definitions) {
    if (may_be_left_out(definition)) nullable.insert(name);
  }
  if (cursor_.error()) return false;
  edges_ = find_edges(tree_, nullable, graph_.arena().budget());
  RegexArena& regexes = graph_.arena().regexes();
  std::vector<RegexId> ignored;
  for (const uint32_t index : tree_.ignored) ignored.push_back(terminal(index));
  ignored_ = graph_.empty();
  if (!ignored.empty()) ignored_ = graph_.repeat(graph_.regex(regexes.alternative(ignored)), 0, tree_.ignore_once ? 1 : kUnbounded);
  if (is_spaced()) {
    beginnings_ = find_beginnings(tree_, graph_.arena().budget());
    circles_ = find_circles(tree_, graph_.arena().budget());
  }
  const NodeId begin = tree_.initial_skip ? ignored_ : graph_.empty();
  start = graph_.sequence(begin, graph_.rule(RuleId(graph_.node(instance("start", true, 0, 0)).x)));
  while (!pending_.empty()) {
    const Pending next = pending_.back();
    pending_.pop_back();
    if (!build_rule(next) || graph_.arena().exhausted()) return false;
  }
  return define_bounded_rules(graph_, std::move(bounded_), cursor_);
}

NodeId LarkBuilder::instance(const std::string& name, bool first, uint64_t value, RivalsId rivals) {
  if (ignored_ == graph_.empty() || xgrammar()) first = true;  // both places are alike
  const auto [at, added] = instances_.try_emplace({name, first, value, rivals}, RuleId());
  if (added) {
    graph_.arena().pay(16);
    at->second = graph_.declare(name);
    pending_.push_back({at->second, name, first, value, rivals});
  }
  return graph_.rule(at->second);
}

// In llguidance a bound in tokens is one of a terminal or of a whole grammar.
bool LarkBuilder::terminal_body(const LarkDefinition& definition) const {
  const LarkKind body = tree_.without_sequence(definition.body).kind;
  const bool grammar = body == LarkKind::kJson || body == LarkKind::kNested || body == LarkKind::kReference;
  const bool limited = definition.max_tokens.has_value() && !xgrammar() && !grammar;
  return definition.lazy || definition.marker.has_value() || limited;
}

bool LarkBuilder::is_empty_text(uint32_t index) const {
  const LarkNode& at = tree_.nodes[index];
  if (at.kind == LarkKind::kSequence) return std::all_of(at.parts.begin(), at.parts.end(), [&](uint32_t part) {
    return tree_.nodes[part].kind == LarkKind::kText && tree_.nodes[part].text.empty();
  });
  return at.kind == LarkKind::kText && at.text.empty();
}

bool LarkBuilder::build_rule(const Pending& pending) {
  const LarkDefinition& definition = tree_.definitions.find(pending.name)->second;
  NodeId body;
  if (definition.lazy || definition.marker) {
    if (!lazy_body(definition, pending.rivals == kTaken, body)) return false;
    body = lexeme(body, pending.first);
  } else {
    body = pending.rivals == kTaken ? filled(definition.body, pending.value)
                                    : node(definition.body, pending.first, pending.value, pending.rivals);
    // Where the rule may go on, what is ignored before that may be there already.
    if (is_spaced() && circles_.contains(pending.name)) body = graph_.sequence(body, ignored_);
  }
  if (definition.max_chars) {
    bounded_.push_back({graph_.declare("bounded"), body, *definition.max_chars, definition.offset});
    body = graph_.rule(bounded_.back().rule);
  }
  if (definition.max_tokens) body = graph_.counted(body, *definition.max_tokens);
  graph_.define(pending.rule, body);
  return !cursor_.error().has_value();
}

// llguidance's lexer takes at least a byte for a lexeme: a lazy rule that holds the empty text may be left out, and else is a
// shortest text that is not empty. In XGrammar's dialect it is empty.
bool LarkBuilder::may_be_left_out(const LarkDefinition& definition) {
  const bool lazy = definition.lazy || definition.marker.has_value();
  if (xgrammar() || !lazy || holds_tokens(definition.body)) return false;
  const RegexArena& regexes = graph_.arena().regexes();
  return regexes.nullable(terminal(definition.body)) && (!definition.marker || regexes.nullable(terminal(*definition.marker)));
}

// The shortest texts of the body and its marker.
bool LarkBuilder::lazy_body(const LarkDefinition& definition, bool taken, NodeId& body) {
  if (holds_tokens(definition.body)) {
    body = node(definition.body, true, 0, 0);
  } else {
    body = graph_.regex(terminal(definition.body));
  }
  if (may_be_left_out(definition)) {
    body = graph_.lazy(graph_.regex(not_empty(definition)));
    if (!taken) body = graph_.choice(graph_.empty(), body);
    return !cursor_.error().has_value();
  }
  if (definition.marker) body = graph_.sequence(body, graph_.regex(terminal(*definition.marker)));
  body = graph_.lazy(body);
  return !cursor_.error().has_value();
}

// The texts of a lazy rule but the empty one.
RegexId LarkBuilder::not_empty(const LarkDefinition& definition) {
  RegexArena& regexes = graph_.arena().regexes();
  const RegexId whole[] = {terminal(definition.body), definition.marker ? terminal(*definition.marker) : regexes.epsilon()};
  const RegexId parts[] = {regexes.sequence(whole), regexes.length(1, kUnbounded)};
  return regexes.intersection(parts);
}

bool LarkBuilder::holds_tokens(uint32_t index) const {
  const LarkNode& at = tree_.nodes[index];
  if (at.kind == LarkKind::kTokens || at.kind == LarkKind::kNamedToken) return true;
  for (const uint32_t part : at.parts) {
    if (holds_tokens(part)) return true;
  }
  return false;
}

// A terminal of a rule: ignored text may come before it, in XGrammar's dialect behind it.
NodeId LarkBuilder::lexeme(NodeId text, bool first) {
  if (ignored_ == graph_.empty()) return text;
  if (xgrammar()) return graph_.sequence(text, ignored_);
  return first ? text : graph_.sequence(ignored_, text);
}

NodeId LarkBuilder::node(uint32_t index, bool first, uint64_t value, RivalsId rivals) {
  if (cursor_.error().has_value() || !graph_.arena().pay()) return graph_.never();
  const LarkNode& at = tree_.nodes[index];
  std::vector<NodeId> parts;
  switch (at.kind) {
    case LarkKind::kText:
      if (at.text.empty()) return graph_.empty();
      if (rivals != 0 && !xgrammar()) return lexeme(graph_.regex(without_rivals(rivals, terminal(index))), first);
      return lexeme(at.flags.empty() ? graph_.text(at.text) : graph_.regex(folded_text(at)), first);
    case LarkKind::kRange:
    case LarkKind::kRegex:
    case LarkKind::kNot:
    case LarkKind::kChunks: return lexeme(graph_.regex(without_rivals(rivals, terminal(index))), first);
    case LarkKind::kName: {
      const LarkDefinition& definition = tree_.definitions.find(at.text)->second;
      if (definition.is_terminal) return lexeme(graph_.regex(without_rivals(rivals, terminal_named(at))), first);
      const bool lazy = definition.lazy || definition.marker.has_value();
      return instance(at.text, first, at.parameter ? at.parameter->apply(value) : 0, lazy ? 0 : rivals);
    }
    case LarkKind::kSequence:
      if (rivals != 0 || has_rivals(at.parts)) return sequence_with_rivals(at.parts, first, value, rivals);
      if (may_begin_later(at.parts, first)) {
        const NodeId some = filled_sequence(at.parts, value);
        return edges_[index].nullable ? graph_.choice(some, graph_.empty()) : some;
      }
      for (const uint32_t part : at.parts) parts.push_back(node(part, first && parts.empty(), value, 0));
      return graph_.sequence(parts);
    case LarkKind::kChoice:
      if (!edges_.empty()) rivals = with_rivals(rivals, edges_[index].first);
      for (const uint32_t part : at.parts) {
        // What another alternative ignores before its text may be there where this one is empty.
        const bool open = is_spaced() && !first && is_empty_text(part);
        parts.push_back(open ? ignored_ : node(part, first, value, rivals));
        // And so behind it where another alternative goes on.
        if (is_spaced() && beginnings_.whole[part]) parts.back() = graph_.sequence(parts.back(), ignored_);
      }
      add_beginnings(index, first, value, rivals, parts);
      return graph_.choice(parts);
    case LarkKind::kRepeat: return repeated(at, first, value, rivals);
    case LarkKind::kGuard: return at.condition->holds(value) ? node(at.parts[0], first, value, rivals) : graph_.never();
    case LarkKind::kTokens:
    case LarkKind::kNamedToken: return lexeme(tokens(at), first);
    // llguidance ignores nothing before a grammar in a grammar.
    case LarkKind::kJson: return lexeme(json(at), first || !xgrammar());
    case LarkKind::kNested: return lexeme(nested(at), first || !xgrammar());
    case LarkKind::kReference: return lexeme(named_grammar(at), first || !xgrammar());
    case LarkKind::kAnd: break;
  }
  refuse(at.offset, "only terminals have &");
  return graph_.never();
}

// Texts of alternatives that another one goes on from, and what is ignored behind them.
void LarkBuilder::add_beginnings(uint32_t choice, bool first, uint64_t value, RivalsId rivals, std::vector<NodeId>& parts) {
  const auto within = is_spaced() ? beginnings_.within.find(choice) : beginnings_.within.end();
  if (within == beginnings_.within.end()) return;
  for (const std::vector<uint32_t>& text : within->second) {
    std::vector<NodeId> some;
    for (const uint32_t part : text) some.push_back(node(part, first && some.empty(), value, some.empty() ? rivals : 0));
    some.push_back(ignored_);
    parts.push_back(graph_.sequence(some));
  }
}

// Where a repetition may go on, what is ignored before the next round may be there already.
NodeId LarkBuilder::rounds(NodeId round, uint32_t min, uint32_t max, bool spaced) {
  constexpr uint32_t kFew = 8;  // rounds of a bound whose last round is told from the others
  if (!spaced || max == 0) return graph_.repeat(round, min, max);
  if (max == kUnbounded) return graph_.sequence(graph_.repeat(round, min, max), ignored_);
  if (min >= max || max > kFew) return graph_.repeat(round, min, max);
  return graph_.choice(graph_.sequence(graph_.repeat(round, min, max - 1), ignored_), graph_.repeat(round, max, max));
}

NodeId LarkBuilder::repeated(const LarkNode& at, bool first, uint64_t value, RivalsId rivals) {
  // A lazy rule that may be left out is taken in every round: the repetition says itself that there may be none.
  const uint32_t part = at.parts[0];
  const bool empty_rounds = !edges_.empty() && edges_[part].nullable && !edges_[part].first.empty();
  const uint32_t min = empty_rounds ? 0 : at.min;
  const auto round = [&](bool is_first, RivalsId with) {
    return empty_rounds ? taken(part, is_first, value, with) : node(part, is_first, value, with);
  };
  const RivalsId later = edges_.empty() ? 0 : with_rivals(0, edges_[part].behind);
  const NodeId plain = round(false, later);
  const bool spaced = is_spaced();
  if (rivals == later && (!spaced || !first)) return rounds(plain, min, at.max, spaced);
  if (at.max == 0) return graph_.empty();
  if (rivals == 0 && later == 0 && may_begin_later(at.parts, first)) {
    const NodeId more = rounds(plain, 0, at.max == kUnbounded ? kUnbounded : at.max - 1, spaced);
    return graph_.choice(graph_.sequence(filled(part, value), more), graph_.empty());
  }
  const NodeId rest = rounds(plain, min == 0 ? 0 : min - 1, at.max == kUnbounded ? kUnbounded : at.max - 1, spaced);
  const NodeId some = graph_.sequence(round(first, rivals), rest);
  const NodeId none = !first && spaced ? ignored_ : graph_.empty();
  return min == 0 ? graph_.choice(some, none) : some;
}

NodeId LarkBuilder::tokens(const LarkNode& at) {
  if (options_.vocabulary == nullptr) {
    refuse(at.offset, "a grammar that names tokens needs a vocabulary");
    return graph_.never();
  }
  std::vector<TokenId> ids;
  if (at.kind == LarkKind::kNamedToken) ids = tokens_named(*options_.vocabulary, at.text);
  for (const auto& [from, to] : at.ranges) {
    for (uint32_t id = from; id <= to && id < options_.vocabulary->size(); ++id) {
      if (options_.vocabulary->kind(id) != TokenKind::kAbsent) ids.push_back(id);
    }
  }
  if (ids.empty() && !at.negative) {
    refuse(at.offset, "the vocabulary has no such token", ErrorCode::kNotFound);
    return graph_.never();
  }
  const Result<NodeId> made = at.negative ? other_token_node(graph_, options_.vocabulary, ids)
                                          : token_node(graph_, options_.vocabulary, ids);
  if (made) return *made;
  cursor_.refuse(made.error(), at.offset);
  return graph_.never();
}

NodeId LarkBuilder::nested(const LarkNode& at) {
  NodeId start;
  LarkBuilder inner(graph_, *tree_.nested[at.nested], cursor_, options_, shared_);
  return inner.build(start) ? start : graph_.never();
}

// Each named grammar is made once; one that uses itself is refused.
NodeId LarkBuilder::named_grammar(const LarkNode& at) {
  if (const auto made = shared_.named.find(at.text); made != shared_.named.end()) return graph_.rule(made->second);
  const auto text = options_.named_grammars.find(at.text);
  if (text == options_.named_grammars.end()) {
    refuse(at.offset, "a grammar of a name that is not given", ErrorCode::kNotFound);
    return graph_.never();
  }
  if (!shared_.open.insert(at.text).second) {
    refuse(at.offset, "named grammars that use each other in a circle");
    return graph_.never();
  }
  TextCursor cursor(text->second);
  LarkTree tree;
  NodeId start = graph_.never();
  const Status status = check_grammar_text(text->second, graph_.arena().limits());
  const bool read = status.ok() && LarkReader(cursor, options_.dialect, graph_.arena().limits()).read(tree, false, 1);
  if (!status.ok()) cursor_.refuse(status.error(), at.offset);
  if (read) LarkBuilder(graph_, tree, cursor, options_, shared_).build(start);
  if (cursor.error()) cursor_.refuse(*cursor.error(), at.offset);
  shared_.open.erase(at.text);
  const RuleId rule = graph_.declare(at.text);
  graph_.define(rule, start);
  shared_.named.emplace(at.text, rule);
  return graph_.rule(rule);
}

Result<TermId> compile_lark(TermArena& arena, std::string_view text, const LarkOptions& options) {
  if (const Status status = check_grammar_text(text, arena.limits()); !status) return status.error();
  TextCursor cursor(text);
  LarkTree tree;
  LarkShared shared;
  const auto graph = std::make_shared<RuleGraph>(&arena);
  NodeId start = graph->never();
  if (LarkReader(cursor, options.dialect, arena.limits()).read(tree, false, 0)) {
    LarkBuilder(*graph, tree, cursor, options, shared).build(start);
  }
  if (cursor.error()) return *cursor.error();
  if (arena.exhausted()) return arena.limit_error("compile_fuel", "line 1, column 1");
  const Result<TermId> term = lower_rules(graph, start);
  if (term || !term.error().pointer.empty()) return term;
  Error error = term.error();  // what is wrong with the grammar as a whole
  error.pointer = "line 1, column 1";
  return error;
}

}  // namespace keyway::grammars
