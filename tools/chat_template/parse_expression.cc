// Expressions of templates; see parser.h. Each function is one level of Jinja2's grammar, loosest first.
#include <charconv>
#include <cstdlib>

#include "tools/chat_template/failure.h"
#include "tools/chat_template/parser.h"
#include "tools/chat_template/registry.h"

namespace keyway::chat {
namespace {

std::optional<Comparison> comparison_of(const Token& token) {
  if (token.kind != TokenKind::kOperator) return std::nullopt;
  if (token.text == "==") return Comparison::kEqual;
  if (token.text == "!=") return Comparison::kNotEqual;
  if (token.text == "<") return Comparison::kLess;
  if (token.text == "<=") return Comparison::kLessEqual;
  if (token.text == ">") return Comparison::kGreater;
  if (token.text == ">=") return Comparison::kGreaterEqual;
  return std::nullopt;
}

}  // namespace

bool Parser::ends_tuple(std::string_view end_word) const {
  const TokenKind kind = current().kind;
  if (kind == TokenKind::kPrintEnd || kind == TokenKind::kTagEnd || at_sign(")")) return true;
  return !end_word.empty() && at_word(end_word);
}

NodeId Parser::parse_tuple(bool with_conditional, std::string_view end_word, bool parenthesised) {
  const Level level(*this);
  const uint32_t offset = current().offset;
  std::vector<NodeId> items;
  bool tuple = false;
  while (true) {
    if (!items.empty()) expect_sign(",");
    if (ends_tuple(end_word)) break;
    items.push_back(parse_expression(with_conditional));
    if (!at_sign(",")) break;
    tuple = true;
  }
  if (!tuple && !items.empty()) return items.front();
  if (!tuple && !parenthesised) unexpected("an expression");
  return add_over(NodeKind::kTuple, offset, items);
}

NodeId Parser::parse_expression(bool with_conditional) {
  const Level level(*this);
  return with_conditional ? parse_conditional() : parse_or();
}

NodeId Parser::parse_conditional() {
  const size_t unknown = unknown_.size();
  NodeId value = parse_or();
  while (at_word("if")) {
    const uint32_t offset = current().offset;
    next();
    const NodeId test = parse_or();
    NodeId otherwise = kNoNode;
    if (take_word("else")) {
      const Level level(*this);
      otherwise = parse_conditional();
    }
    const NodeId node = add(NodeKind::kConditional, offset, test, value, otherwise);
    set_depth(node, {test, value, otherwise});
    unknown_.resize(unknown);
    value = node;
  }
  return value;
}

NodeId Parser::binary(NodeKind kind, char operation, NodeId left, NodeId right, uint32_t offset) {
  const NodeId node = add(kind, offset, left, right);
  program_.nodes[node].operation = static_cast<uint8_t>(operation);
  set_depth(node, {left, right});
  return node;
}

NodeId Parser::parse_or() {
  NodeId left = parse_and();
  while (at_word("or")) {
    const uint32_t offset = current().offset;
    next();
    left = binary(NodeKind::kOr, 0, left, parse_and(), offset);
  }
  return left;
}

NodeId Parser::parse_and() {
  NodeId left = parse_not();
  while (at_word("and")) {
    const uint32_t offset = current().offset;
    next();
    left = binary(NodeKind::kAnd, 0, left, parse_not(), offset);
  }
  return left;
}

NodeId Parser::parse_not() {
  if (!at_word("not")) return parse_compare();
  const Level level(*this);
  const uint32_t offset = current().offset;
  next();
  const NodeId operand = parse_not();
  const NodeId node = add(NodeKind::kNot, offset, operand);
  set_depth(node, {operand});
  return node;
}

NodeId Parser::parse_compare() {
  const NodeId first = parse_sum();
  const uint32_t offset = current().offset;
  std::vector<uint32_t> chain;
  uint32_t deepest = depth_of(first);
  while (true) {
    Comparison comparison;
    if (const auto sign = comparison_of(current())) {
      comparison = *sign;
      next();
    } else if (take_word("in")) {
      comparison = Comparison::kIn;
    } else if (at_word("not") && look().kind == TokenKind::kName && look().text == "in") {
      next();
      next();
      comparison = Comparison::kNotIn;
    } else {
      break;
    }
    const NodeId operand = parse_sum();
    deepest = std::max<uint32_t>(deepest, depth_of(operand));
    chain.insert(chain.end(), {static_cast<uint32_t>(comparison), operand});
  }
  if (chain.empty()) return first;
  const Run run = link(chain);
  const NodeId node = add(NodeKind::kCompare, offset, first, run.first, run.count);
  program_.nodes[node].depth = deeper(deepest, offset);
  return node;
}

NodeId Parser::parse_sum() {
  NodeId left = parse_concat();
  while (at_sign("+") || at_sign("-")) {
    const Token sign = current();
    next();
    left = binary(NodeKind::kArithmetic, sign.text[0], left, parse_concat(), sign.offset);
  }
  return left;
}

NodeId Parser::parse_concat() {
  const uint32_t offset = current().offset;
  std::vector<NodeId> parts = {parse_product()};
  while (take_sign("~")) parts.push_back(parse_product());
  return parts.size() == 1 ? parts.front() : add_over(NodeKind::kConcat, offset, parts);
}

NodeId Parser::parse_product() {
  NodeId left = parse_power();
  while (at_sign("*") || at_sign("/") || at_sign("//") || at_sign("%")) {
    const Token sign = current();
    next();
    const char operation = sign.text == "//" ? 'f' : sign.text[0];
    left = binary(NodeKind::kArithmetic, operation, left, parse_power(), sign.offset);
  }
  return left;
}

NodeId Parser::parse_power() {
  NodeId left = parse_unary();
  while (at_sign("**")) {
    const uint32_t offset = current().offset;
    next();
    left = binary(NodeKind::kArithmetic, 'p', left, parse_unary(), offset);
  }
  return left;
}

NodeId Parser::parse_unary(bool with_filter) {
  NodeId node;
  if (at_sign("-") || at_sign("+")) {
    const Level level(*this);
    const Token sign = current();
    next();
    const NodeId operand = parse_unary(false);
    node = add(sign.text == "-" ? NodeKind::kNegate : NodeKind::kPositive, sign.offset, operand);
    set_depth(node, {operand});
  } else {
    node = parse_primary();
  }
  node = parse_postfix(node);
  return with_filter ? parse_filters_and_tests(node) : node;
}

NodeId Parser::parse_name_or_word() {
  const Token token = current();
  next();
  if (token.text == "true" || token.text == "True") return add_constant(token.offset, Value::boolean(true));
  if (token.text == "false" || token.text == "False") return add_constant(token.offset, Value::boolean(false));
  if (token.text == "none" || token.text == "None") return add_constant(token.offset, Value::none());
  if (token.text[0] >= '0' && token.text[0] <= '9') refuse("invalid name", token.offset, std::string(token.text));
  note_load(token.text);
  return add(NodeKind::kName, token.offset, 0, 0, intern(token.text));
}

NodeId Parser::parse_primary() {
  const Token token = current();
  switch (token.kind) {
    case TokenKind::kName: return parse_name_or_word();
    case TokenKind::kString: {
      next();
      if (current().kind != TokenKind::kString) return add_string(token.offset, token.text);
      std::string joined(token.text);
      for (; current().kind == TokenKind::kString; next()) joined += current().text;
      program_.text->strings.push_back(std::move(joined));
      return add_string(token.offset, program_.text->strings.back());
    }
    case TokenKind::kInteger: next(); return parse_integer_constant(token);
    case TokenKind::kFloat:
      next();
      return add_constant(token.offset, Value::real(std::strtod(std::string(token.text).c_str(), nullptr)));
    case TokenKind::kOperator: break;
    default: unexpected("an expression");
  }
  if (take_sign("(")) {
    const NodeId node = parse_tuple(true, {}, true);
    expect_sign(")");
    return node;
  }
  if (token.text == "[") return parse_list();
  if (token.text == "{") return parse_dict();
  unexpected("an expression");
}

NodeId Parser::parse_integer_constant(const Token& token) {
  std::string_view digits = token.text;
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const char mark = static_cast<char>(digits[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) digits.remove_prefix(2);
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error == std::errc() && end == digits.data() + digits.size()) {
    return add_constant(token.offset, Value::integer(value));
  }
  if (base != 10 || digits.size() > 4'300) unsupported("an integer of this size", token.offset, digits.substr(0, 40));
  auto object = std::make_unique<BigIntObject>();
  object->references = kImmortal;
  object->digits = digits;
  const Value constant = Value::object(Kind::kBigInt, object.get());
  program_.objects.push_back(std::move(object));
  return add_constant(token.offset, constant);
}

NodeId Parser::parse_list() {
  const uint32_t offset = current().offset;
  next();
  std::vector<NodeId> items;
  while (!at_sign("]")) {
    if (!items.empty()) expect_sign(",");
    if (at_sign("]")) break;
    items.push_back(parse_expression());
  }
  next();
  return add_over(NodeKind::kList, offset, items);
}

NodeId Parser::parse_dict() {
  const uint32_t offset = current().offset;
  next();
  std::vector<NodeId> items;
  while (!at_sign("}")) {
    if (!items.empty()) expect_sign(",");
    if (at_sign("}")) break;
    items.push_back(parse_expression());
    expect_sign(":");
    items.push_back(parse_expression());
  }
  next();
  return add_over(NodeKind::kDict, offset, items);
}

NodeId Parser::parse_postfix(NodeId node) {
  while (true) {
    if (at_sign(".") || at_sign("[")) {
      node = parse_subscript(node);
    } else if (at_sign("(")) {
      node = parse_call(node);
    } else {
      return node;
    }
  }
}

NodeId Parser::parse_filters_and_tests(NodeId node) {
  while (true) {
    if (take_sign("|")) {
      node = parse_filter(node);
    } else if (at_word("is")) {
      node = parse_test(node);
    } else if (at_sign("(")) {
      node = parse_call(node);
    } else {
      return node;
    }
  }
}

NodeId Parser::parse_subscript(NodeId node) {
  const uint32_t offset = current().offset;
  if (take_sign(".")) return parse_attribute(node);
  next();
  return parse_bracket(node, offset);
}

NodeId Parser::parse_attribute(NodeId node) {
  const Token token = current();
  if (token.kind == TokenKind::kInteger) {
    next();
    const NodeId key = parse_integer_constant(token);
    const NodeId item = add(NodeKind::kItem, token.offset, node, key);
    set_depth(item, {node, key});
    return item;
  }
  if (token.kind != TokenKind::kName) unexpected("a name or a number");
  next();
  const NodeId attribute = add(NodeKind::kAttribute, token.offset, node, intern(token.text));
  program_.nodes[attribute].operation = static_cast<uint8_t>(method_named(token.text));
  set_depth(attribute, {node});
  return attribute;
}

NodeId Parser::parse_bracket(NodeId node, uint32_t offset) {
  NodeId parts[3] = {kNoNode, kNoNode, kNoNode};
  bool slice = false;
  if (at_sign("]")) unexpected("a subscript");
  if (!at_sign(":")) parts[0] = parse_expression();
  for (size_t i = 1; i < 3 && take_sign(":"); ++i) {
    slice = true;
    if (!at_sign(":") && !at_sign("]") && !at_sign(",")) parts[i] = parse_expression();
  }
  if (at_sign(",")) {
    if (slice) unsupported("a subscript of several slices", current().offset, ",");
    std::vector<NodeId> keys = {parts[0]};
    while (take_sign(",")) keys.push_back(parse_expression());
    parts[0] = add_over(NodeKind::kTuple, offset, keys);
  }
  expect_sign("]");
  const NodeId result = slice ? add(NodeKind::kSlice, offset, node, parts[0], parts[1], parts[2])
                              : add(NodeKind::kItem, offset, node, parts[0]);
  set_depth(result, {node, parts[0], parts[1], parts[2]});
  return result;
}

std::string Parser::parse_dotted_name() {
  std::string name(expect_name());
  while (take_sign(".")) name += "." + std::string(expect_name());
  return name;
}

// "(a, b=1, *c, **d)"; the number of its CallArguments. Raises `depth` to that of the deepest argument.
uint32_t Parser::parse_arguments(uint16_t& depth) {
  const uint32_t offset = current().offset;
  expect_sign("(");
  CallArguments result;
  std::vector<uint32_t> positional;
  std::vector<uint32_t> named;
  auto deepen = [&](NodeId node) {
    depth = std::max(depth, depth_of(node));
    return node;
  };
  auto ensure = [&](bool holds) {
    if (!holds) refuse("invalid syntax for a call", offset);
  };
  for (bool first = true; !at_sign(")"); first = false) {
    if (!first) expect_sign(",");
    if (at_sign(")")) break;
    if (take_sign("*")) {
      ensure(result.star == kNoNode && result.stars == kNoNode);
      result.star = deepen(parse_expression());
    } else if (take_sign("**")) {
      ensure(result.stars == kNoNode);
      result.stars = deepen(parse_expression());
    } else if (current().kind == TokenKind::kName && look().kind == TokenKind::kOperator && look().text == "=") {
      ensure(result.stars == kNoNode);
      const uint32_t name = intern(expect_name());
      next();
      named.insert(named.end(), {name, deepen(parse_expression())});
    } else {
      ensure(result.star == kNoNode && result.stars == kNoNode && named.empty());
      positional.push_back(deepen(parse_expression()));
    }
  }
  next();
  result.positional = link(positional);
  result.named = link(named);
  program_.arguments.push_back(result);
  return static_cast<uint32_t>(program_.arguments.size() - 1);
}

NodeId Parser::parse_filter(NodeId node) {
  const uint32_t offset = current().offset;
  const std::string name = parse_dotted_name();
  uint16_t depth = depth_of(node);
  const uint32_t arguments = at_sign("(") ? parse_arguments(depth) : kNoArguments;
  const uint32_t filter = find_filter(name);
  if (filter == kNone && !lenient_) unknown_.push_back({offset, "no filter of this name is supported", name});
  const NodeId result = add(NodeKind::kFilter, offset, node, arguments, filter, intern(name));
  program_.nodes[result].depth = deeper(depth, offset);
  return result;
}

NodeId Parser::parse_test(NodeId node) {
  const uint32_t offset = current().offset;
  next();
  const bool negated = take_word("not");
  const std::string name = parse_dotted_name();
  uint16_t depth = depth_of(node);
  uint32_t arguments = kNoArguments;
  const bool word = current().kind == TokenKind::kName;
  const bool literal = current().kind == TokenKind::kString || current().kind == TokenKind::kInteger ||
                       current().kind == TokenKind::kFloat || at_sign("[") || at_sign("{");
  if (at_sign("(")) {
    arguments = parse_arguments(depth);
  } else if (literal || (word && !at_word("else") && !at_word("or") && !at_word("and"))) {
    if (at_word("is")) refuse("tests cannot be chained with is", current().offset, "is");
    const NodeId argument = parse_postfix(parse_primary());
    depth = std::max(depth, depth_of(argument));
    CallArguments one;
    one.positional = link({argument});
    program_.arguments.push_back(one);
    arguments = static_cast<uint32_t>(program_.arguments.size() - 1);
  }
  const uint32_t test = find_test(name);
  if (test == kNone && !lenient_) unknown_.push_back({offset, "no test of this name is supported", name});
  NodeId result = add(NodeKind::kTest, offset, node, arguments, test, intern(name));
  program_.nodes[result].depth = deeper(depth, offset);
  if (negated) {
    const NodeId inner = result;
    result = add(NodeKind::kNot, offset, inner);
    set_depth(result, {inner});
  }
  return result;
}

NodeId Parser::parse_call(NodeId node) {
  const uint32_t offset = current().offset;
  uint16_t depth = depth_of(node);
  const uint32_t arguments = parse_arguments(depth);
  const NodeId result = add(NodeKind::kCall, offset, node, arguments);
  program_.nodes[result].depth = deeper(depth, offset);
  return result;
}

}  // namespace keyway::chat
