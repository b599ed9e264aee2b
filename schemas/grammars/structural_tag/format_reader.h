// Formats of structural tags, read into a rule graph.
//
// Entry point: FormatReader. format_reader.cc reads the primitive and composed formats, tag_formats.cc tags and
// dispatches, token_formats.cc those of tokens; XML styles of schemas are in xml_parameters.h.
// Invariant: recursion is bounded by the depth that parse_json allows; the first error is kept, with its place.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/vocabulary.h"
#include "schemas/grammars/rule_graph.h"
#include "schemas/grammars/text_cursor.h"
#include "schemas/json.h"

namespace keyway::grammars {

class FormatReader {
 public:
  FormatReader(RuleGraph& graph, std::string_view text, JsonDocument document, const Vocabulary* vocabulary)
      : graph_(graph), cursor_(text), document_(std::move(document)), vocabulary_(vocabulary) {}

  // The node of the whole tag.
  Result<NodeId> read();

 private:
  // What ends the nearest enclosing tag: unlimited text stops there.
  struct Ends {
    std::vector<std::string> texts;
    std::vector<TokenId> tokens;
  };
  // How a tag begins: a text, or a token.
  struct Tag {
    std::string begin;
    std::vector<TokenId> begin_tokens;
    NodeId begin_node, rest;  // rest: the content and the end
    Json place;
  };

  NodeId refuse(Json at, std::string message, std::string allowed = {}, ErrorCode code = ErrorCode::kInvalid);
  NodeId read_root();
  static std::string_view type_of(Json at);
  NodeId format(Json at, const Ends& ends);
  NodeId composed_format(Json at, std::string_view type, const Ends& ends);
  NodeId elements(Json at, bool alternatives, const Ends& ends);
  NodeId repeated(Json at, const Ends& ends);
  NodeId any_text(Json at, const Ends& ends);
  NodeId json_schema(Json at, Json schema, std::string_view style);
  NodeId regex(Json at);
  NodeId grammar(Json at);

  NodeId tag_format(Json at);
  bool read_tag(Json at, Tag& tag);
  bool read_end(Json end, std::vector<NodeId>& nodes, Ends& ends);
  bool read_tags(Json at, std::vector<Tag>& tags);
  NodeId triggered_tags(Json at, const Ends& ends);
  NodeId with_first(const std::vector<Tag>& tags, NodeId dispatch, bool at_least_one, bool stop_after_first);
  NodeId separated_tags(Json at);
  NodeId dispatch(Json at, const Ends& ends);
  NodeId older_form(Json structures);
  bool unlimited(Json at) const;

  bool read_tokens(Json list, std::vector<TokenId>& out);
  bool read_token(Json value, std::vector<TokenId>& out);
  NodeId token(Json at);
  NodeId exclude_token(Json at, const Ends& ends);
  NodeId any_tokens(Json at, const Ends& ends);
  NodeId token_triggered_tags(Json at, const Ends& ends);
  NodeId token_dispatch(Json at, const Ends& ends);

  // Members: the value where it is there and right; an error where it is there and wrong.
  bool flag(Json at, std::string_view name, bool& out);
  bool texts(Json at, std::string_view name, bool required, std::vector<std::string>& out);
  bool count(Json at, std::string_view name, std::optional<uint32_t>& out);
  bool failed() const { return cursor_.error().has_value(); }

  RuleGraph& graph_;
  TextCursor cursor_;
  JsonDocument document_;
  const Vocabulary* vocabulary_;
};

}  // namespace keyway::grammars
