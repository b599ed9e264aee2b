// Macros of EBNF: Regex, Substring, TagDispatch, Token, ExcludeToken, TokenTagDispatch; see bnf_reader.h.
#include <algorithm>

#include "schemas/grammars/bnf/bnf_reader.h"
#include "schemas/grammars/substring.h"
#include "schemas/grammars/token_nodes.h"
#include "schemas/grammars/xgrammar_regex.h"

namespace keyway::grammars {
namespace {

constexpr uint32_t kValueDepth = 3;  // a tuple of pairs is as deep as any macro goes

}  // namespace

bool BnfReader::read_macro(std::string_view name, size_t offset) {
  Arguments arguments;
  arguments.offset = offset;
  if (!read_arguments(arguments)) return false;
  if (name == "Regex") return macro_regex(arguments);
  if (name == "Substring") return macro_substring(arguments);
  if (name == "Token") return macro_token(arguments, false);
  if (name == "ExcludeToken") return macro_token(arguments, true);
  if (name == "TagDispatch") return macro_dispatch(arguments);
  if (name == "TokenTagDispatch") return macro_token_dispatch(arguments);
  return cursor_.refuse(ErrorCode::kInvalid, "a macro that EBNF does not have", offset,
                        "Regex, Substring, Token, ExcludeToken, TagDispatch or TokenTagDispatch");
}

bool BnfReader::read_arguments(Arguments& arguments) {
  cursor_.skip(1);
  skip_space(true);
  if (cursor_.take(")")) return true;
  do {
    skip_space(true);
    const size_t start = cursor_.position();
    std::string name;
    if (is_name_start(cursor_.at())) {
      name = std::string(read_name());
      skip_space(true);
      if (cursor_.at() != '=') name.clear();
    }
    if (name.empty()) {
      cursor_.move_to(start);
    } else {
      cursor_.skip(1);
      skip_space(true);
    }
    Value value;
    if (!read_value(value, 0)) return false;
    if (name.empty()) {
      arguments.positional.push_back(std::move(value));
    } else if (!arguments.named.emplace(name, std::move(value)).second) {
      return cursor_.refuse(ErrorCode::kInvalid, "an argument that is given twice", start);
    }
    skip_space(true);
  } while (cursor_.take(","));
  return cursor_.take(")") || cursor_.syntax("expected the end of the arguments", ")");
}

bool BnfReader::read_value(Value& value, uint32_t depth) {
  value.offset = cursor_.position();
  if (cursor_.at() == '"') return read_text(value.text);
  if (const std::optional<uint64_t> number = cursor_.decimal()) {
    value.kind = Value::Kind::kNumber;
    value.number = *number;
    return true;
  }
  if (is_name_start(cursor_.at())) {
    value.text = std::string(read_name());
    value.kind = Value::Kind::kRule;
    if (value.text != "true" && value.text != "false") return true;
    value.kind = Value::Kind::kBoolean;
    value.number = value.text == "true";
    return true;
  }
  if (depth >= kValueDepth || !cursor_.take("(")) return cursor_.syntax("expected an argument");
  value.kind = Value::Kind::kTuple;
  skip_space(true);
  while (!cursor_.take(")")) {
    value.items.emplace_back();
    if (!read_value(value.items.back(), depth + 1)) return false;
    skip_space(true);
    const bool more = cursor_.take(",");
    skip_space(true);
    if (!more && cursor_.at() != ')') return cursor_.syntax("expected the end of a tuple", ", or )");
  }
  return true;
}

bool BnfReader::only_named(const Arguments& arguments, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : arguments.named) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return cursor_.refuse(ErrorCode::kInvalid, "an argument that the macro does not have: " + name, value.offset);
    }
  }
  return true;
}

bool BnfReader::macro_regex(const Arguments& arguments) {
  if (!only_named(arguments, {"json_string", "flags"})) return false;
  if (arguments.positional.size() != 1 || arguments.positional[0].kind != Value::Kind::kText) {
    return cursor_.refuse(ErrorCode::kInvalid, "Regex takes one text", arguments.offset);
  }
  XGrammarRegexOptions options;
  options.macro = true;
  if (const auto flags = arguments.named.find("flags"); flags != arguments.named.end()) {
    if (flags->second.kind != Value::Kind::kText || flags->second.text.find_first_not_of("isu") != std::string::npos) {
      return cursor_.refuse(ErrorCode::kInvalid, "flags of a regular expression", flags->second.offset, "i, s and u");
    }
    options.fold_ascii = flags->second.text.find('i') != std::string::npos;
    options.dot_takes_line_ends = flags->second.text.find('s') != std::string::npos;
  }
  if (const auto json = arguments.named.find("json_string"); json != arguments.named.end()) {
    if (json->second.kind != Value::Kind::kBoolean) {
      return cursor_.refuse(ErrorCode::kInvalid, "json_string is true or false", json->second.offset);
    }
    options.json_string = json->second.number != 0;
  }
  const Value& pattern = arguments.positional[0];
  const Result<RegexId> regex = parse_xgrammar_regex(graph_.arena().regexes(), pattern.text, options);
  if (!regex) return cursor_.refuse(regex.error(), pattern.offset);
  push(graph_.regex(*regex));
  return true;
}

bool BnfReader::macro_substring(const Arguments& arguments) {
  if (!only_named(arguments, {})) return false;
  std::vector<std::string> chunks;
  for (const Value& value : arguments.positional) {
    if (value.kind != Value::Kind::kText) return cursor_.refuse(ErrorCode::kInvalid, "Substring takes texts", value.offset);
    chunks.push_back(value.text);
  }
  const Result<RegexId> runs = substring_regex(graph_.arena(), chunks);
  if (!runs) return cursor_.refuse(runs.error(), arguments.offset);
  push(graph_.regex(*runs));
  return true;
}

bool BnfReader::macro_token(const Arguments& arguments, bool exclude) {
  if (!only_named(arguments, {})) return false;
  std::vector<TokenId> ids;
  for (const Value& value : arguments.positional) {
    if (value.kind != Value::Kind::kNumber || value.number >= kMaxVocabularySize) {
      return cursor_.refuse(ErrorCode::kInvalid, "expected the id of a token", value.offset);
    }
    ids.push_back(static_cast<TokenId>(value.number));
  }
  if (ids.empty()) return cursor_.refuse(ErrorCode::kInvalid, "expected the id of a token", arguments.offset);
  if (exclude) {
    push_others(std::move(ids));
    return true;
  }
  const Result<NodeId> node = token_node(graph_, options_.vocabulary, std::move(ids));
  if (!node) return cursor_.refuse(node.error(), arguments.offset);
  push(*node);
  return true;
}

bool BnfReader::loop_argument(const Arguments& arguments, bool& loop) {
  const auto at = arguments.named.find("loop_after_dispatch");
  if (at == arguments.named.end()) return true;
  loop = at->second.number != 0;
  return at->second.kind == Value::Kind::kBoolean ||
         cursor_.refuse(ErrorCode::kInvalid, "loop_after_dispatch is true or false", at->second.offset);
}

// A tuple of values of that kind; one value without its comma is taken for a tuple of one.
bool BnfReader::excludes_argument(const Arguments& arguments, Value::Kind kind, std::vector<Value>& excludes) {
  const auto at = arguments.named.find("excludes");
  if (at == arguments.named.end()) return true;
  if (at->second.kind != Value::Kind::kTuple) {
    return cursor_.refuse(ErrorCode::kInvalid, "excludes is a tuple", at->second.offset);
  }
  for (const Value& value : at->second.items) {
    const bool empty = kind == Value::Kind::kText && value.text.empty();
    if (value.kind != kind || empty) return cursor_.refuse(ErrorCode::kInvalid, "not a thing to exclude", value.offset);
    excludes.push_back(value);
  }
  return true;
}

// The rules of (trigger, rule) pairs.
bool BnfReader::read_pairs(const Arguments& arguments, Value::Kind trigger, std::vector<NodeId>& parts) {
  for (const Value& pair : arguments.positional) {
    const bool is_pair = pair.kind == Value::Kind::kTuple && pair.items.size() == 2 && pair.items[0].kind == trigger &&
                         pair.items[1].kind == Value::Kind::kRule;
    if (!is_pair) return cursor_.refuse(ErrorCode::kInvalid, "expected a trigger and a rule", pair.offset, "(trigger, rule)");
    if (trigger == Value::Kind::kText && pair.items[0].text.empty()) {
      return cursor_.refuse(ErrorCode::kInvalid, "a trigger that is empty", pair.offset);
    }
    const size_t back = cursor_.position();
    cursor_.move_to(pair.items[1].offset + pair.items[1].text.size());
    parts.push_back(graph_.rule(known(pair.items[1].text).id));
    cursor_.move_to(back);
  }
  return true;
}

bool BnfReader::macro_dispatch(const Arguments& arguments) {
  DispatchPlan plan;
  std::vector<NodeId> parts;
  std::vector<Value> excludes;
  if (!only_named(arguments, {"loop_after_dispatch", "excludes"}) || !loop_argument(arguments, plan.loop)) return false;
  if (!excludes_argument(arguments, Value::Kind::kText, excludes)) return false;
  if (!read_pairs(arguments, Value::Kind::kText, parts)) return false;
  for (const Value& pair : arguments.positional) plan.triggers.push_back(pair.items[0].text);
  for (const Value& value : excludes) {
    for (const std::string& trigger : plan.triggers) {
      if (trigger.starts_with(value.text)) {
        return cursor_.refuse(ErrorCode::kInvalid, "an excluded text that begins a trigger", value.offset);
      }
    }
    plan.excludes.push_back(value.text);
  }
  push(graph_.dispatch(std::move(plan), parts));
  return true;
}

bool BnfReader::macro_token_dispatch(const Arguments& arguments) {
  std::vector<NodeId> parts;
  std::vector<Value> excludes;
  bool loop = true;
  if (!only_named(arguments, {"loop_after_dispatch", "excludes"}) || !loop_argument(arguments, loop)) return false;
  if (!excludes_argument(arguments, Value::Kind::kNumber, excludes)) return false;
  if (!read_pairs(arguments, Value::Kind::kNumber, parts)) return false;
  std::vector<TokenId> triggers, excluded;
  for (const Value& pair : arguments.positional) triggers.push_back(static_cast<TokenId>(pair.items[0].number));
  for (const Value& value : excludes) {
    excluded.push_back(static_cast<TokenId>(value.number));
    if (std::find(triggers.begin(), triggers.end(), excluded.back()) != triggers.end()) {
      return cursor_.refuse(ErrorCode::kInvalid, "a trigger that is excluded", value.offset);
    }
  }
  const Result<NodeId> node = token_dispatch_node(graph_, options_.vocabulary, triggers, parts, excluded, loop);
  if (!node) return cursor_.refuse(node.error(), arguments.offset);
  push(*node);
  return true;
}

}  // namespace keyway::grammars
