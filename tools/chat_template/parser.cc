// Statements of templates; see parser.h.
#include "tools/chat_template/parser.h"

#include <algorithm>

#include "schemas/json.h"
#include "tools/chat_template/failure.h"

namespace keyway::chat {

Parser::Level::Level(Parser& parser) : parser_(parser) {
  if (++parser_.level_ > parser_.limits_.syntax_depth) {
    --parser_.level_;
    throw Failure{fail(ErrorCode::kLimit, "the template is nested too deeply", parser_.place(parser_.current().offset),
                       {}, "syntax_depth " + std::to_string(parser_.limits_.syntax_depth))};
  }
}

void Parser::parse() {
  program_.main.body = link(parse_body({}));
  if (!unknown_.empty()) {
    const Unknown& first = unknown_.front();
    throw Failure{fail(ErrorCode::kUnsupported, first.message, place(first.offset), first.name)};
  }
}

// Text, print tags and statements up to one of the end words, which stays current; up to the end where there are none.
std::vector<NodeId> Parser::parse_body(Words ends) {
  const Level level(*this);
  const uint32_t start = current().offset;
  std::vector<NodeId> body;
  Literals literals;
  while (current().kind != TokenKind::kEnd) {
    if (current().kind != TokenKind::kTagBegin) {
      parse_text_or_print(body, literals);
      continue;
    }
    flush(body, literals);
    next();
    if (is_end_word(ends)) return body;
    if (at_word("print")) {
      parse_print_tag(body);
    } else {
      body.push_back(parse_statement());
    }
    expect(TokenKind::kTagEnd, "%}");
  }
  flush(body, literals);
  if (ends.size() != 0) refuse("unexpected end of template: a block is not closed", start, {}, std::string(*ends.begin()));
  return body;
}

bool Parser::is_end_word(Words ends) const {
  if (current().kind != TokenKind::kName) return false;
  return std::find(ends.begin(), ends.end(), current().text) != ends.end();
}

// Text and printed string literals that follow one another become one text, as Jinja2's compiler joins them.
void Parser::flush(std::vector<NodeId>& body, Literals& literals) {
  if (literals.pieces.empty()) return;
  std::string_view text = literals.pieces.front();
  if (literals.pieces.size() > 1) {
    std::string joined;
    for (const std::string_view piece : literals.pieces) joined += piece;
    program_.text->strings.push_back(std::move(joined));
    text = program_.text->strings.back();
  }
  const NodeId constant = add_string(literals.offset, text);
  body.push_back(add(NodeKind::kText, literals.offset, program_.nodes[constant].a));
  literals.pieces.clear();
}

void Parser::parse_text_or_print(std::vector<NodeId>& body, Literals& literals) {
  const Token token = current();
  next();
  if (literals.pieces.empty()) literals.offset = token.offset;
  if (token.kind == TokenKind::kText) {
    literals.pieces.push_back(token.text);
    return;
  }
  const NodeId expression = parse_tuple(true, {}, false);
  expect(TokenKind::kPrintEnd, "}}");
  const Node& node = program_.nodes[expression];
  if (node.kind == NodeKind::kConstant && program_.constants[node.a].is_string()) {
    literals.pieces.push_back(program_.constants[node.a].text());
    return;
  }
  flush(body, literals);
  body.push_back(add(NodeKind::kPrint, token.offset, expression));
}

void Parser::parse_print_tag(std::vector<NodeId>& body) {
  next();
  bool first = true;
  while (current().kind != TokenKind::kTagEnd) {
    if (!first) expect_sign(",");
    first = false;
    const uint32_t offset = current().offset;
    body.push_back(add(NodeKind::kPrint, offset, parse_expression()));
  }
}

// The statement after "{%".
NodeId Parser::parse_statement() {
  const Token token = current();
  if (token.kind != TokenKind::kName) refuse("tag name expected", token.offset, std::string(token.text));
  const std::string_view word = token.text;
  if (word == "for") return parse_for(token.offset);
  if (word == "if") return parse_if(token.offset);
  if (word == "set") return parse_set(token.offset);
  if (word == "macro") return parse_macro(token.offset);
  if (word == "call") return parse_call_block(token.offset);
  if (word == "filter") return parse_filter_block(token.offset);
  if (word == "with") return parse_with(token.offset);
  if (word == "generation") return parse_generation(token.offset);
  if (word == "break" || word == "continue") return parse_loop_control(token.offset);
  constexpr std::string_view kRefused[] = {"block", "extends", "include", "from", "import", "autoescape"};
  if (std::find(std::begin(kRefused), std::end(kRefused), word) != std::end(kRefused)) {
    unsupported("this tag", token.offset, word);
  }
  refuse("unknown tag", token.offset, std::string(word));
}

// The rest of the opening tag and the body up to an end word, which stays current.
Run Parser::parse_inner(Words ends) {
  take_sign(":");
  expect(TokenKind::kTagEnd, "%}");
  return link(parse_body(ends));
}

// As parse_inner, with variables of its own and the end word taken.
uint32_t Parser::parse_block(Words ends) {
  const bool lenient = std::exchange(lenient_, false);
  Block block;
  block.body = parse_inner(ends);
  next();
  lenient_ = lenient;
  program_.blocks.push_back(block);
  return static_cast<uint32_t>(program_.blocks.size() - 1);
}

NodeId Parser::parse_for(uint32_t offset) {
  next();
  Loop loop;
  // Names that the target sets are noted inside the loop: setting `loop` there is an error.
  open_bodies_.push_back({});
  open_bodies_.back().is_loop = true;
  loop.target = parse_target(false, "in");
  open_bodies_.pop_back();
  expect_word("in");
  loop.iterable = parse_tuple(false, "recursive", false);
  const bool lenient = std::exchange(lenient_, false);
  if (take_word("if")) {
    loop.test = parse_expression();
    loop.test_target = copy_target(loop.target);
  }
  loop.recursive = take_word("recursive");
  open_bodies_.push_back({});
  open_bodies_.back().is_loop = true;
  const uint32_t loops = loop.recursive ? std::exchange(loops_, 1) : loops_++;
  loop.body.body = parse_inner({"endfor", "else"});
  loops_ = loops;
  loop.uses_loop = loop.recursive || open_bodies_.back().loop;
  open_bodies_.pop_back();
  const bool otherwise = at_word("else");
  next();
  if (otherwise) {
    loop.otherwise.body = parse_inner({"endfor"});
    next();
  }
  lenient_ = lenient;
  program_.loops.push_back(loop);
  return add(NodeKind::kFor, offset, static_cast<uint32_t>(program_.loops.size() - 1));
}

NodeId Parser::parse_if(uint32_t offset) {
  const bool lenient = std::exchange(lenient_, true);
  std::vector<uint32_t> branches;
  Run otherwise;
  while (true) {
    next();
    const NodeId test = parse_tuple(false, {}, false);
    const Run body = parse_inner({"elif", "else", "endif"});
    branches.insert(branches.end(), {test, body.first, body.count});
    if (at_word("elif")) continue;
    if (at_word("else")) {
      next();
      otherwise = parse_inner({"endif"});
    }
    next();
    break;
  }
  lenient_ = lenient;
  const Run run = link(branches);
  return add(NodeKind::kIf, offset, run.first, run.count, otherwise.first, otherwise.count);
}

NodeId Parser::parse_set(uint32_t offset) {
  next();
  const NodeId target = parse_target(true, {});
  if (take_sign("=")) return add(NodeKind::kSet, offset, target, parse_tuple(true, {}, false));
  const bool lenient = std::exchange(lenient_, false);
  NodeId filter = kNoNode;
  while (at_sign("|")) {
    next();
    filter = parse_filter(filter);
  }
  lenient_ = lenient;
  const uint32_t block = parse_block({"endset"});
  return add(NodeKind::kSetBlock, offset, target, filter, block);
}

// "(a, b=1)" after the name of a macro.
void Parser::parse_signature(Macro& macro) {
  expect_sign("(");
  while (!at_sign(")")) {
    if (!macro.parameters.empty()) expect_sign(",");
    Parameter parameter;
    const uint32_t offset = current().offset;
    const std::string_view name = expect_name();
    parameter.name = intern(name);
    macro.explicit_caller |= name == "caller";
    if (take_sign("=")) {
      parameter.default_value = parse_expression();
    } else if (!macro.parameters.empty() && macro.parameters.back().default_value != kNoNode) {
      refuse("non-default argument follows default argument", offset, std::string(name));
    }
    macro.parameters.push_back(parameter);
  }
  next();
}

// The body of a macro or call block, and which special names it uses.
void Parser::parse_macro_body(Macro& macro, std::string_view end) {
  open_bodies_.push_back({});
  const uint32_t loops = std::exchange(loops_, 0);
  macro.block.body = parse_inner({end});
  loops_ = loops;
  next();
  const OpenBody used = open_bodies_.back();
  open_bodies_.pop_back();
  auto is_parameter = [&](std::string_view name) {
    return std::any_of(macro.parameters.begin(), macro.parameters.end(),
                       [&](const Parameter& parameter) { return program_.names[parameter.name] == name; });
  };
  macro.uses_caller = used.caller && !macro.explicit_caller;
  macro.uses_kwargs = used.kwargs && !is_parameter("kwargs");
  macro.uses_varargs = used.varargs && !is_parameter("varargs");
  for (const Parameter& parameter : macro.parameters) {
    if (used.caller && program_.names[parameter.name] == "caller" && parameter.default_value == kNoNode) {
      refuse("the special argument caller must be omitted or have a default", current().offset, "caller");
    }
  }
}

NodeId Parser::parse_macro(uint32_t offset) {
  next();
  const bool lenient = std::exchange(lenient_, false);
  Macro macro;
  const uint32_t name_offset = current().offset;
  const std::string_view name = expect_name();
  note_store(name, name_offset);
  macro.name = intern(name);
  parse_signature(macro);
  parse_macro_body(macro, "endmacro");
  lenient_ = lenient;
  const NodeId target = add(NodeKind::kTargetName, name_offset, 0, 0, macro.name);
  program_.macros.push_back(std::move(macro));
  return add(NodeKind::kMacro, offset, static_cast<uint32_t>(program_.macros.size() - 1), target);
}

NodeId Parser::parse_call_block(uint32_t offset) {
  next();
  Macro macro;
  if (at_sign("(")) parse_signature(macro);
  const NodeId call = parse_expression();
  if (program_.nodes[call].kind != NodeKind::kCall) refuse("expected a call", offset);
  const bool lenient = std::exchange(lenient_, false);
  parse_macro_body(macro, "endcall");
  lenient_ = lenient;
  program_.macros.push_back(std::move(macro));
  return add(NodeKind::kCallBlock, offset, static_cast<uint32_t>(program_.macros.size() - 1), call);
}

NodeId Parser::parse_filter_block(uint32_t offset) {
  next();
  const bool lenient = std::exchange(lenient_, false);
  NodeId filter = parse_filter(kNoNode);
  while (take_sign("|")) filter = parse_filter(filter);
  lenient_ = lenient;
  return add(NodeKind::kFilterBlock, offset, 0, filter, parse_block({"endfilter"}));
}

NodeId Parser::parse_with(uint32_t offset) {
  next();
  std::vector<uint32_t> pairs;
  while (current().kind != TokenKind::kTagEnd && !at_sign(":")) {
    if (!pairs.empty()) expect_sign(",");
    const NodeId target = parse_target(false, {});
    expect_sign("=");
    pairs.insert(pairs.end(), {target, parse_expression()});
  }
  const Run run = link(pairs);
  const uint32_t block = parse_block({"endwith"});
  return add(NodeKind::kWith, offset, run.first, run.count, block);
}

// {% generation %} marks text for training; its body is a call block in transformers, with variables of its own.
NodeId Parser::parse_generation(uint32_t offset) {
  next();
  const uint32_t loops = std::exchange(loops_, 0);
  const uint32_t block = parse_block({"endgeneration"});
  loops_ = loops;
  return add(NodeKind::kScope, offset, 0, 0, block);
}

NodeId Parser::parse_loop_control(uint32_t offset) {
  const bool stops = at_word("break");
  if (loops_ == 0) refuse("a loop control outside of a loop", offset, std::string(current().text));
  next();
  return add(stops ? NodeKind::kBreak : NodeKind::kContinue, offset);
}

std::unique_ptr<Program> parse_program(std::string_view text, const TemplateLimits& limits) {
  auto program = std::make_unique<Program>();
  program->limits = limits;
  program->text = tokenize(text, limits.template_nodes);
  program->functions.push_back({});
  program->arguments.push_back({});  // 0: no arguments
  Parser(*program, limits).parse();
  return program;
}

}  // namespace keyway::chat
