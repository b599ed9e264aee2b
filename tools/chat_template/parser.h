// Tokens to a Program, by the grammar of Jinja2's parser.
//
// Entry points: parse_program. Internal: Parser (statements in parser.cc, expressions in parse_expression.cc).
// Invariant: recursion is counted (TemplateLimits::syntax_depth); every construct that is not supported is an error
// with its place, nothing is skipped.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/chat_template/syntax.h"

namespace keyway::chat {

// Throws Failure. The result still needs resolve_scopes().
std::unique_ptr<Program> parse_program(std::string_view text, const TemplateLimits& limits);

class Parser {
 public:
  Parser(Program& program, const TemplateLimits& limits) : program_(program), limits_(limits) {}
  void parse();

 private:
  using Words = std::initializer_list<std::string_view>;

  // A body whose uses of special names matter: a loop's of `loop`, a macro's of `caller`, `kwargs`, `varargs`.
  struct OpenBody {
    bool is_loop = false;
    bool loop = false;
    bool caller = false;
    bool kwargs = false;
    bool varargs = false;
    bool sets_caller = false;
    bool sets_kwargs = false;
    bool sets_varargs = false;
  };

  // Text that waits for more.
  struct Literals {
    std::vector<std::string_view> pieces;
    uint32_t offset = 0;
  };

  // Tokens.
  const Token& current() const { return program_.text->tokens[at_]; }
  const Token& look() const { return program_.text->tokens[at_ + (current().kind == TokenKind::kEnd ? 0 : 1)]; }
  void next() {
    if (current().kind != TokenKind::kEnd) ++at_;
  }
  bool at_word(std::string_view word) const { return current().kind == TokenKind::kName && current().text == word; }
  bool at_sign(std::string_view sign) const { return current().kind == TokenKind::kOperator && current().text == sign; }
  bool take_word(std::string_view word);
  bool take_sign(std::string_view sign);
  void expect_sign(std::string_view sign);
  void expect_word(std::string_view word);
  std::string_view expect_name();
  void expect(TokenKind kind, std::string_view what);
  std::string place(uint32_t offset) const;
  [[noreturn]] void refuse(std::string message, uint32_t offset, std::string given = {}, std::string allowed = {});
  [[noreturn]] void unexpected(std::string allowed);
  [[noreturn]] void unsupported(std::string what, uint32_t offset, std::string_view name);

  // Nodes.
  NodeId add(NodeKind kind, uint32_t offset, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0, uint32_t d = 0);
  NodeId add_over(NodeKind kind, uint32_t offset, const std::vector<NodeId>& children);
  uint16_t deeper(uint32_t depth, uint32_t offset);
  void set_depth(NodeId node, std::initializer_list<NodeId> children);
  Run link(const std::vector<uint32_t>& entries);
  uint32_t intern(std::string_view name);
  NodeId add_string(uint32_t offset, std::string_view text);
  NodeId add_constant(uint32_t offset, Value value);
  uint16_t depth_of(NodeId node) const { return node == kNoNode ? 0 : program_.nodes[node].depth; }

  // Statements.
  std::vector<NodeId> parse_body(Words ends);
  void parse_text_or_print(std::vector<NodeId>& body, Literals& literals);
  void flush(std::vector<NodeId>& body, Literals& literals);
  uint32_t parse_block(Words ends);
  NodeId parse_statement();
  NodeId parse_for(uint32_t offset);
  NodeId parse_if(uint32_t offset);
  NodeId parse_set(uint32_t offset);
  NodeId parse_macro(uint32_t offset);
  NodeId parse_call_block(uint32_t offset);
  NodeId parse_filter_block(uint32_t offset);
  NodeId parse_with(uint32_t offset);
  NodeId parse_generation(uint32_t offset);
  NodeId parse_loop_control(uint32_t offset);
  void parse_print_tag(std::vector<NodeId>& body);
  void parse_signature(Macro& macro);
  void parse_macro_body(Macro& macro, std::string_view end);
  Run parse_inner(Words ends);
  bool is_end_word(Words ends) const;

  // Targets.
  NodeId parse_target(bool with_namespace, std::string_view end_word);
  NodeId parse_one_target(bool with_namespace);
  NodeId copy_target(NodeId target);
  void note_store(std::string_view name, uint32_t offset);
  void note_load(std::string_view name);

  // Expressions, from loosest to tightest.
  NodeId parse_tuple(bool with_conditional, std::string_view end_word, bool parenthesised);
  NodeId parse_expression(bool with_conditional = true);
  NodeId parse_conditional();
  NodeId parse_or();
  NodeId parse_and();
  NodeId parse_not();
  NodeId parse_compare();
  NodeId parse_sum();
  NodeId parse_concat();
  NodeId parse_product();
  NodeId parse_power();
  NodeId parse_unary(bool with_filter = true);
  NodeId parse_primary();
  NodeId parse_name_or_word();
  NodeId parse_list();
  NodeId parse_dict();
  NodeId parse_postfix(NodeId node);
  NodeId parse_filters_and_tests(NodeId node);
  NodeId parse_subscript(NodeId node);
  NodeId parse_attribute(NodeId node);
  NodeId parse_bracket(NodeId node, uint32_t offset);
  NodeId parse_filter(NodeId node);
  NodeId parse_test(NodeId node);
  NodeId parse_call(NodeId node);
  NodeId binary(NodeKind kind, char operation, NodeId left, NodeId right, uint32_t offset);
  NodeId parse_integer_constant(const Token& token);
  uint32_t parse_arguments(uint16_t& depth);
  std::string parse_dotted_name();
  bool ends_tuple(std::string_view end_word) const;

  // Counts one level of recursion while it lives.
  class Level {
   public:
    explicit Level(Parser& parser);
    ~Level() { --parser_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  Program& program_;
  TemplateLimits limits_;
  size_t at_ = 0;
  uint32_t level_ = 0;
  // An unknown filter or test is an error at once, but in the parts of an `if` (and of a conditional expression, known
  // only at its end) it is one only when it is reached, as in Jinja2.
  struct Unknown {
    uint32_t offset;
    std::string message;
    std::string name;
  };
  bool lenient_ = false;
  std::vector<Unknown> unknown_;
  uint32_t loops_ = 0;    // loops around this place in the same function
  std::vector<OpenBody> open_bodies_;
  std::unordered_map<std::string_view, uint32_t> name_ids_;
};

}  // namespace keyway::chat
