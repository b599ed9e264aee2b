// The reader of both BNF dialects.
//
// Entry point: BnfReader. bnf_reader.cc reads rules, groups and repetitions, bnf_literals.cc texts and classes,
// bnf_tokens.cc the tokens of GBNF, bnf_options.cc the options and bnf_macros.cc the macros of EBNF.
// Invariant: groups are on an explicit stack, bounded by Limits::document_depth; every error has its place.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/gbnf_test.cc and ebnf_test.cc.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/grammars/bnf/bnf.h"
#include "schemas/grammars/bounded_rules.h"
#include "schemas/grammars/text_cursor.h"

namespace keyway::grammars {

enum class BnfDialect : uint8_t { kGbnf, kEbnf };

class BnfReader {
 public:
  BnfReader(RuleGraph& graph, std::string_view text, BnfDialect dialect, const BnfOptions& options)
      : graph_(graph), cursor_(text), dialect_(dialect), options_(options) {}

  // The node of the root rule; all rules are defined.
  Result<NodeId> read();

 private:
  // What the last item may still take.
  enum class Repeatable : uint8_t { kNo, kYes, kRepeated };
  struct Group {
    std::vector<NodeId> branches, items;
    size_t offset = 0;  // of the parenthesis or the body
    bool assertion = false;  // (= ...): what XGrammar reads for its masks alone, without a meaning for the language
  };
  struct KnownRule {
    RuleId id;
    size_t used_at = 0;
    bool defined = false;
  };
  // Options of an EBNF rule.
  struct RuleOptions {
    bool lazy = false;
    std::optional<uint32_t> max_chars, max_tokens;
  };
  // A value of a macro.
  struct Value;
  using Tuple = std::vector<Value>;
  struct Value {
    enum class Kind : uint8_t { kText, kNumber, kBoolean, kRule, kTuple } kind = Kind::kText;
    std::string text;      // kText, kRule
    uint64_t number = 0;   // kNumber; kBoolean: 0 or 1
    std::vector<Value> items;
    size_t offset = 0;
  };
  struct Arguments {
    std::vector<Value> positional;
    std::map<std::string, Value> named;
    size_t offset = 0;
  };

  bool gbnf() const { return dialect_ == BnfDialect::kGbnf; }
  bool read_grammar();
  bool read_definition();
  bool read_body(NodeId& body);
  bool read_item(bool& ended);
  bool open_group();
  bool close_group();
  bool finish_branch(Group& group);
  NodeId finish_group(Group& group);
  bool read_bar();
  bool read_repetition();
  bool read_counts(uint32_t& min, uint32_t& max);
  bool end_assertion();
  bool repeat_last(uint32_t min, uint32_t max, size_t offset);
  bool read_reference(bool& ended);
  bool at_definition() const;
  bool at_line_start(size_t offset) const;
  void skip_space(bool newlines);
  std::string_view read_name();
  bool is_name_start(char c) const;
  bool is_name_part(char c) const;
  void push(NodeId node);
  KnownRule& known(std::string_view name);
  bool check_rules();

  bool read_text(std::string& text);
  bool read_literal();
  bool read_class();
  bool read_class_item(uint32_t& code_point);
  bool read_escape(uint32_t& code_point, bool in_class);
  bool named_escape(uint32_t& code_point, bool in_class);

  bool read_token();
  bool read_token_ids(std::vector<TokenId>& ids);
  void push_others(std::vector<TokenId> ids);
  bool repeat_others(std::vector<TokenId> ids, uint32_t min, size_t offset);
  bool define_others();

  bool read_options(RuleOptions& options);
  bool read_option(RuleOptions& options, std::set<std::string, std::less<>>& seen);
  bool apply_options(const RuleOptions& options, size_t offset, NodeId& body);

  bool read_macro(std::string_view name, size_t offset);
  bool read_arguments(Arguments& arguments);
  bool read_value(Value& value, uint32_t depth);
  bool macro_regex(const Arguments& arguments);
  bool macro_substring(const Arguments& arguments);
  bool macro_token(const Arguments& arguments, bool exclude);
  bool macro_dispatch(const Arguments& arguments);
  bool macro_token_dispatch(const Arguments& arguments);
  bool read_pairs(const Arguments& arguments, Value::Kind trigger, std::vector<NodeId>& parts);
  bool loop_argument(const Arguments& arguments, bool& loop);
  bool excludes_argument(const Arguments& arguments, Value::Kind kind, std::vector<Value>& excludes);
  bool only_named(const Arguments& arguments, std::initializer_list<std::string_view> names);

  RuleGraph& graph_;
  TextCursor cursor_;
  BnfDialect dialect_;
  BnfOptions options_;
  std::map<std::string, KnownRule, std::less<>> rules_;
  std::vector<Group> groups_;
  Repeatable repeatable_ = Repeatable::kNo;
  // Items "any token but these" that are not repeated, by node: a repetition of one is free text, which is cheaper.
  struct Others {
    RuleId rule;
    std::vector<TokenId> ids;
    size_t offset;
  };
  std::map<uint32_t, Others> others_;
  std::vector<BoundedRule> bounded_;
};

}  // namespace keyway::grammars
