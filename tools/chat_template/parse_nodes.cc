// Tokens, nodes and targets for the parser; see parser.h.
#include <algorithm>

#include "schemas/json.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/parser.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {

bool Parser::take_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

bool Parser::take_sign(std::string_view sign) {
  if (!at_sign(sign)) return false;
  next();
  return true;
}

void Parser::expect_sign(std::string_view sign) {
  if (!take_sign(sign)) unexpected(std::string(sign));
}

void Parser::expect_word(std::string_view word) {
  if (!take_word(word)) unexpected(std::string(word));
}

std::string_view Parser::expect_name() {
  if (current().kind != TokenKind::kName) unexpected("a name");
  const std::string_view name = current().text;
  next();
  return name;
}

void Parser::expect(TokenKind kind, std::string_view what) {
  if (current().kind != kind) unexpected(std::string(what));
  next();
}

std::string Parser::place(uint32_t offset) const { return text_place(program_.text->source, offset); }

void Parser::refuse(std::string message, uint32_t offset, std::string given, std::string allowed) {
  raise_syntax(std::move(message), place(offset), given.substr(0, 100), std::move(allowed));
}

void Parser::unexpected(std::string allowed) {
  const bool at_end = current().kind == TokenKind::kEnd;
  refuse(at_end ? "unexpected end of template" : "unexpected token", current().offset, std::string(current().text),
         std::move(allowed));
}

void Parser::unsupported(std::string what, uint32_t offset, std::string_view name) {
  throw Failure{
      fail(ErrorCode::kUnsupported, what + " is not supported in chat templates", place(offset), std::string(name))};
}

NodeId Parser::add(NodeKind kind, uint32_t offset, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  if (program_.nodes.size() >= limits_.template_nodes) raise_limit("template_nodes", limits_.template_nodes);
  Node node;
  node.kind = kind;
  node.offset = offset;
  node.a = a;
  node.b = b;
  node.c = c;
  node.d = d;
  program_.nodes.push_back(node);
  return static_cast<NodeId>(program_.nodes.size() - 1);
}

uint16_t Parser::deeper(uint32_t depth, uint32_t offset) {
  // Python itself takes at most 200 nested parentheses, one or two for each level here.
  const uint32_t limit = limits_.syntax_depth * 2;
  if (depth >= limit) {
    throw Failure{fail(ErrorCode::kLimit, "the expression is nested too deeply", place(offset), {},
                       "syntax_depth " + std::to_string(limits_.syntax_depth))};
  }
  return static_cast<uint16_t>(depth + 1);
}

void Parser::set_depth(NodeId node, std::initializer_list<NodeId> children) {
  uint32_t deepest = 0;
  for (const NodeId child : children) deepest = std::max<uint32_t>(deepest, depth_of(child));
  program_.nodes[node].depth = deeper(deepest, program_.nodes[node].offset);
}

NodeId Parser::add_over(NodeKind kind, uint32_t offset, const std::vector<NodeId>& children) {
  const Run run = link(children);
  const NodeId node = add(kind, offset, run.first, run.count);
  uint32_t deepest = 0;
  for (const NodeId child : children) deepest = std::max<uint32_t>(deepest, depth_of(child));
  program_.nodes[node].depth = deeper(deepest, offset);
  return node;
}

Run Parser::link(const std::vector<uint32_t>& entries) {
  const Run run{static_cast<uint32_t>(program_.links.size()), static_cast<uint32_t>(entries.size())};
  program_.links.insert(program_.links.end(), entries.begin(), entries.end());
  return run;
}

uint32_t Parser::intern(std::string_view name) {
  const auto found = name_ids_.find(name);
  if (found != name_ids_.end()) return found->second;
  program_.names.emplace_back(name);
  const auto id = static_cast<uint32_t>(program_.names.size() - 1);
  name_ids_.emplace(program_.names.back(), id);
  return id;
}

NodeId Parser::add_string(uint32_t offset, std::string_view text) {
  auto object = std::make_unique<StringObject>();
  object->references = kImmortal;
  object->text = text;
  object->points = count_points(text);
  const Value value = Value::object(Kind::kString, object.get());
  program_.objects.push_back(std::move(object));
  return add_constant(offset, value);
}

NodeId Parser::add_constant(uint32_t offset, Value value) {
  program_.constants.push_back(std::move(value));
  return add(NodeKind::kConstant, offset, static_cast<uint32_t>(program_.constants.size() - 1));
}

void Parser::note_store(std::string_view name, uint32_t offset) {
  for (OpenBody& body : open_bodies_) {
    if (body.is_loop && name == "loop") refuse("the special variable loop cannot be set in a loop", offset, "loop");
    body.sets_caller |= name == "caller";
    body.sets_kwargs |= name == "kwargs";
    body.sets_varargs |= name == "varargs";
  }
}

void Parser::note_load(std::string_view name) {
  if (name != "loop" && name != "caller" && name != "kwargs" && name != "varargs") return;
  for (OpenBody& body : open_bodies_) {
    body.loop |= name == "loop";
    body.caller |= name == "caller" && !body.sets_caller;
    body.kwargs |= name == "kwargs" && !body.sets_kwargs;
    body.varargs |= name == "varargs" && !body.sets_varargs;
  }
}

// "a", "a, b", "(a, b), c", and "ns.a" where `with_namespace`; `end_word` ends a list like "a, b, in".
NodeId Parser::parse_target(bool with_namespace, std::string_view end_word) {
  const Level level(*this);
  const uint32_t offset = current().offset;
  std::vector<NodeId> targets;
  bool tuple = false;
  while (true) {
    if (!targets.empty()) expect_sign(",");
    if (!targets.empty() && (ends_tuple(end_word) || at_sign("="))) break;
    targets.push_back(parse_one_target(with_namespace));
    if (!at_sign(",")) break;
    tuple = true;
  }
  return tuple ? add_over(NodeKind::kTargetTuple, offset, targets) : targets.front();
}

NodeId Parser::parse_one_target(bool with_namespace) {
  const uint32_t offset = current().offset;
  if (take_sign("(")) {
    const NodeId target = parse_target(false, {});
    expect_sign(")");
    return target;
  }
  if (current().kind != TokenKind::kName) refuse("cannot assign to this", offset, std::string(current().text));
  const std::string_view name = expect_name();
  constexpr std::string_view kConstants[] = {"true", "false", "none", "True", "False", "None"};
  if (std::find(std::begin(kConstants), std::end(kConstants), name) != std::end(kConstants)) {
    refuse("cannot assign to a constant", offset, std::string(name));
  }
  if (with_namespace && take_sign(".")) {
    note_load(name);
    const NodeId owner = add(NodeKind::kName, offset, 0, 0, intern(name));
    return add(NodeKind::kTargetAttribute, offset, owner, intern(expect_name()));
  }
  note_store(name, offset);
  return add(NodeKind::kTargetName, offset, 0, 0, intern(name));
}

// A second target with slots of its own, for the test of a loop.
NodeId Parser::copy_target(NodeId target) {
  const Node node = program_.nodes[target];
  if (node.kind != NodeKind::kTargetTuple) return add(node.kind, node.offset, node.a, node.b, node.c);
  std::vector<NodeId> copies;
  for (uint32_t i = 0; i < node.b; ++i) copies.push_back(copy_target(program_.links[node.a + i]));
  return add_over(NodeKind::kTargetTuple, node.offset, copies);
}

}  // namespace keyway::chat
