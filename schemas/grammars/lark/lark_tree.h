// A Lark grammar as it is written: a tree of expressions, rules and terminals by name.
//
// Entry points: LarkTree, LarkNode, LarkDefinition. Filled by lark_reader.h, given a meaning by lark_builder.h.
// Thread safety: a value. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "grammar/ids.h"
#include "grammar/regex.h"
#include "schemas/grammars/lark/lark_parameters.h"

namespace keyway::grammars {

enum class LarkKind : uint8_t {
  kText,       // text; flags "i"
  kRange,      // one character of first to last
  kRegex,      // text is the pattern, with flags
  kName,       // a rule or a terminal; `parameter` where it is called with one
  kSequence,
  kChoice,
  kRepeat,     // min, max
  kAnd,        // texts that every part has; terminals only
  kNot,        // texts that the part has not; terminals only
  kGuard,      // the part, where `condition` holds
  kTokens,     // one token of `ids`, or none of them (negative), or any
  kNamedToken, // text is the spelling
  kJson,       // text is a JSON Schema
  kChunks,     // a run of `chunks`
  kNested,     // grammar `nested`
  kReference,  // text is the name of a named grammar
};

struct LarkNode {
  LarkKind kind;
  size_t offset = 0;
  std::string text, flags;
  uint32_t first = 0, last = 0;            // kRange
  uint32_t min = 0, max = kUnbounded;      // kRepeat
  bool negative = false;                   // kTokens
  std::vector<TokenId> ids;
  std::vector<std::pair<uint32_t, uint32_t>> ranges;  // of ids, both ends included
  std::vector<std::string> chunks;
  std::vector<uint32_t> parts;             // indices of nodes
  std::optional<LarkParameter> parameter;
  std::optional<LarkCondition> condition;
  size_t nested = 0;
};

struct LarkDefinition {
  size_t offset = 0;
  uint32_t body = 0;
  bool is_terminal = false, parametric = false;
  bool lazy = false;
  std::optional<uint32_t> marker;          // of stop or suffix, a node
  std::optional<uint32_t> max_chars, max_tokens;
};

struct LarkTree {
  std::vector<LarkNode> nodes;
  std::map<std::string, LarkDefinition, std::less<>> definitions;
  std::vector<uint32_t> ignored;           // nodes
  std::vector<std::unique_ptr<LarkTree>> nested;
  bool ignore_once = false, initial_skip = false;
  size_t offset = 0;                       // of the grammar in the text

  // The node, or what it is a sequence of alone.
  const LarkNode& without_sequence(uint32_t index) const {
    while (nodes[index].kind == LarkKind::kSequence && nodes[index].parts.size() == 1) index = nodes[index].parts[0];
    return nodes[index];
  }
};

}  // namespace keyway::grammars
