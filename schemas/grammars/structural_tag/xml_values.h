// What the members of an object may hold, in an XML style.
//
// Entry point: XmlValues. A schema is taken apart into branches, each a JSON type and the texts of its values, so that the
// word for the type and the way of writing agree. Recursion is bounded by kMostDepth.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schemas/grammars/structural_tag/xml_parameters.h"

namespace keyway::grammars {

class XmlValues {
 public:
  // Requires: `root` lives in a document that outlives this; references are read from it.
  XmlValues(RuleGraph& graph, Json root, const XmlStyle& style, const SchemaOptions& options)
      : graph_(graph), root_(root), style_(style), options_(options), excludes_(options_.excluded_texts) {}

  // The members of an object of the schema, one element each.
  NodeId members(Json schema, uint32_t depth);
  // A value of the schema. Requires: the style is recursive, as are the tagged_... below, which are in xml_parameters.cc.
  NodeId value(Json schema, uint32_t depth);
  const std::optional<Error>& error() const { return error_; }

 private:
  enum class Kind : uint8_t { kString, kNumber, kBoolean, kNull, kObject, kArray, kAny };
  struct Branch {
    Kind kind;
    NodeId node;
  };
  // A declared member.
  struct Member {
    NodeId element;
    bool required;
  };
  struct Count {
    uint32_t min = 0, max = kUnbounded;
    bool bounds() const { return min > 0 || max != kUnbounded; }
  };

  NodeId refuse(ErrorCode code, std::string message, std::string given = {});
  void refuse_keywords(Json schema, std::initializer_list<const char*> keywords);
  Json resolved(Json schema);
  std::vector<Branch> branches(Json schema, uint32_t depth);
  void typed_branches(Json schema, std::string_view type, bool only_type, uint32_t depth, std::vector<Branch>& out);
  void literal_branch(Json value, std::vector<Branch>& out);
  void any_branches(std::vector<Branch>& out);
  NodeId string_value(Json schema);
  NodeId json_value(Json schema, std::optional<std::string_view> type);
  NodeId json_text(const std::string& schema);
  NodeId element(NodeId name, const std::vector<Branch>& values);
  NodeId named_element(std::string_view name, Json schema, uint32_t depth);
  NodeId made_members(Json schema, uint32_t depth);
  NodeId items(Json schema, uint32_t depth);
  NodeId tagged(std::string_view name, NodeId value);
  NodeId tagged_members(const std::vector<Member>& members, uint32_t needed, const Count& count);
  // minProperties and maxProperties of the schema.
  Count member_count(Json schema);
  // The members in their order and others behind them, as many as the count says.
  NodeId ordered(const std::vector<Member>& members, std::optional<NodeId> other, const Count& count);
  NodeId tagged_items(Json schema, uint32_t depth);
  NodeId tagged_literal(Json value);
  NodeId other_members(Json schema, const std::vector<std::string>& declared, uint32_t depth);
  std::string_view type_word(Kind kind) const;
  NodeId raw_text();
  RegexId without(std::string_view text);
  bool holds_excluded(std::string_view text) const;
  bool json_holds_excluded(Json value) const;
  NodeId space();

  RuleGraph& graph_;
  Json root_;
  XmlStyle style_;
  SchemaOptions options_;
  const std::vector<std::string>& excludes_;
  std::optional<Error> error_;
  std::map<uint32_t, RuleId> objects_;  // by place of their schema: those that are made already or being made
  uint64_t made_ = 0;  // branches so far, against schemas that refer to themselves
};

}  // namespace keyway::grammars
