// The reader of Lark grammars.
//
// Entry point: LarkReader. lark_reader.cc reads items and expressions, lark_atoms.cc what they are made of,
// lark_options.cc statements and the options of rules.
// Invariant: recursion is bounded by kMostNesting groups; the first error is kept, with its place.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <string>

#include "grammar/budget.h"
#include "schemas/grammars/lark/lark.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

class LarkReader {
 public:
  LarkReader(TextCursor& cursor, LarkDialect dialect, const Limits& limits)
      : cursor_(cursor), dialect_(dialect), limits_(limits) {}

  // Reads items to the end of the text, or to the brace that ends a nested grammar. False: refused.
  bool read(LarkTree& tree, bool nested, uint32_t depth);

 private:
  static constexpr uint32_t kMostNesting = 250;
  static std::string nesting_limit() { return "nested groups " + std::to_string(kMostNesting); }
  bool xgrammar() const { return dialect_ == LarkDialect::kXGrammar; }

  bool read_item();
  bool read_definition();
  bool read_expansions(uint32_t& node);
  bool read_conjunction(uint32_t& node);
  bool read_expansion(uint32_t& node);
  bool read_expression(uint32_t& node);
  bool read_repetition(uint32_t& node);
  bool read_count(uint32_t& out);
  bool at_expression() const;
  bool ends_definition();
  bool at_next_definition();

  bool read_atom(uint32_t& node);
  bool read_group(uint32_t& node);
  bool read_name(uint32_t& node);
  bool read_text(std::string& out);
  bool read_literal(uint32_t& node);
  bool read_range_end(uint32_t& node);
  bool read_regex(uint32_t& node);
  bool read_special(uint32_t& node);
  bool read_token_ranges(LarkNode& node, size_t start);
  bool read_directive(uint32_t& node);
  bool read_chunks(uint32_t& node, size_t start);
  bool read_json_text(std::string& out);

  bool read_statement();
  bool read_import();
  bool import_terminal(const std::string& name, const std::string& as, size_t offset);
  bool read_settings(bool llguidance);
  bool read_rule_options(LarkDefinition& definition);
  bool read_rule_option(LarkDefinition& definition, std::map<std::string, bool>& seen);
  bool read_marker(LarkDefinition& definition, const std::string& name);

  uint32_t add(LarkKind kind, size_t offset);
  LarkNode& node_at(uint32_t node) { return tree_->nodes[node]; }
  std::string read_word();
  std::string read_identifier();
  void skip_space(bool newlines);
  bool define(const std::string& name, LarkDefinition definition, size_t offset);

  TextCursor& cursor_;
  LarkDialect dialect_;
  Limits limits_;
  LarkTree* tree_ = nullptr;
  bool nested_ = false;
  uint32_t depth_ = 0;
};

bool is_terminal_name(std::string_view name);

}  // namespace keyway::grammars
