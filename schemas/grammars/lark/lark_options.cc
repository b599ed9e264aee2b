// Statements, and the options of rules; see lark_reader.h.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "schemas/grammars/lark/common_terminals.h"
#include "schemas/grammars/lark/lark_reader.h"
#include "schemas/json.h"

namespace keyway::grammars {

bool LarkReader::read_statement() {
  const size_t offset = cursor_.position();
  if (cursor_.take("%ignore")) {
    uint32_t node = 0;
    if (!read_expansions(node)) return false;
    tree_->ignored.push_back(node);
    return ends_definition() || cursor_.syntax("expected the end of the statement");
  }
  if (cursor_.take("%import")) return read_import();
  if (!xgrammar() && cursor_.take("%llguidance")) return read_settings(true);
  if (xgrammar() && cursor_.take("%grammar_options")) return read_settings(false);
  if (cursor_.starts_with("%declare") || cursor_.starts_with("%override") || cursor_.starts_with("%extend")) {
    return cursor_.refuse(ErrorCode::kUnsupported, "a statement that is not read", offset);
  }
  return cursor_.syntax("a statement that does not exist", xgrammar() ? "%ignore, %import or %grammar_options"
                                                                      : "%ignore, %import or %llguidance");
}

bool LarkReader::read_import() {
  skip_space(false);
  const size_t offset = cursor_.position();
  if (!cursor_.take("common")) return cursor_.syntax("only the library common can be imported", "common");
  if (cursor_.take(".")) {
    const std::string name = read_word();
    std::string as = name;
    skip_space(false);
    if (cursor_.take("->")) {
      skip_space(false);
      as = read_word();
    }
    return import_terminal(name, as, offset);
  }
  skip_space(false);
  if (!cursor_.take("(")) return cursor_.syntax("expected the names to import", ". or (");
  do {
    skip_space(true);
    const std::string name = read_word();
    if (!import_terminal(name, name, offset)) return false;
    skip_space(true);
  } while (cursor_.take(","));
  return cursor_.take(")") || cursor_.syntax("expected the end of the names", ")");
}

bool LarkReader::import_terminal(const std::string& name, const std::string& as, size_t offset) {
  const std::string_view pattern = common_terminal(name);
  if (pattern.empty()) return cursor_.refuse(ErrorCode::kNotFound, "a terminal that common does not have", offset);
  if (!is_terminal_name(as)) return cursor_.refuse(ErrorCode::kInvalid, "a terminal is imported as a terminal", offset);
  const uint32_t node = add(LarkKind::kRegex, offset);
  node_at(node).text = std::string(pattern);
  LarkDefinition definition;
  definition.offset = offset;
  definition.body = node;
  definition.is_terminal = true;
  return define(as, std::move(definition), offset);
}

bool LarkReader::read_settings(bool llguidance) {
  const size_t offset = cursor_.position();
  std::string text;
  if (!read_json_text(text)) return false;
  const Result<JsonDocument> document = parse_json(text, limits_);
  const Json root = document->root();
  for (size_t i = 0; i < root.size(); ++i) {
    const std::string_view name = root.key(i);
    const bool known = name == "allow_initial_skip" || name == "no_forcing" || name == "allow_invalid_utf8" ||
                       (llguidance && name == "ignore_once");
    if (!known || !root.at(i).is_boolean()) return cursor_.refuse(ErrorCode::kInvalid, "not an option, or not true or false", offset);
    if (name == "allow_initial_skip") tree_->initial_skip = root.at(i).is_true();
    if (name == "ignore_once") tree_->ignore_once = root.at(i).is_true();
    if (name == "allow_invalid_utf8" && root.at(i).is_true()) {
      return cursor_.refuse(ErrorCode::kUnsupported, "text that is not UTF-8", offset);
    }
    if (!llguidance && name == "no_forcing" && root.at(i).is_true()) {
      return cursor_.refuse(ErrorCode::kUnsupported, "an option that has no meaning here", offset);
    }
  }
  return true;
}

bool LarkReader::read_rule_options(LarkDefinition& definition) {
  const size_t offset = cursor_.position();
  cursor_.skip(1);
  std::map<std::string, bool> seen;
  do {
    skip_space(true);
    if (!read_rule_option(definition, seen)) return false;
    skip_space(true);
  } while (cursor_.take(","));
  if (xgrammar() && seen.contains("stop_capture") && !seen.contains("stop") && !seen.contains("suffix")) {
    return cursor_.refuse(ErrorCode::kInvalid, "stop_capture without stop or suffix", offset);
  }
  return cursor_.take("]") || cursor_.syntax("expected the end of the options", "]");
}

bool LarkReader::read_rule_option(LarkDefinition& definition, std::map<std::string, bool>& seen) {
  const size_t offset = cursor_.position();
  const std::string name = read_word();
  if (!seen.emplace(name, true).second) return cursor_.refuse(ErrorCode::kInvalid, "an option that is given twice", offset);
  skip_space(false);
  const bool has_value = cursor_.take("=");
  skip_space(false);
  if (name == "lazy") {
    definition.lazy = true;
    return !has_value || cursor_.syntax("lazy takes no value");
  }
  if (name == "capture" && !has_value) return true;
  if (!has_value) return cursor_.syntax("expected a value, or a known option", "=");
  if (name == "capture" || name == "stop_capture") {
    std::string value;
    if (cursor_.at() != '"') return cursor_.syntax("expected a quoted name", "\"");
    if (!read_text(value)) return false;
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
    const bool good = !xgrammar() || (!value.empty() && std::all_of(value.begin(), value.end(), is_plain));
    return good || cursor_.refuse(ErrorCode::kInvalid, "the name of a capture is not one", offset, "letters, digits, _, - and .");
  }
  if (name == "stop" || name == "suffix") {
    if (seen.contains("stop") && seen.contains("suffix")) {
      return cursor_.refuse(ErrorCode::kInvalid, "stop and suffix exclude each other", offset);
    }
    return read_marker(definition, name);
  }
  if (name == "max_tokens" || (name == "max_chars" && xgrammar())) {
    const std::optional<uint64_t> value = cursor_.decimal();
    if (!value || *value > 2'147'483'647) return cursor_.syntax("expected a count", "0 to 2147483647");
    if (*value == 0 && name == "max_tokens" && xgrammar()) return cursor_.refuse(ErrorCode::kInvalid, "a bound of no token", offset, "1 or more");
    if (name == "max_chars") definition.max_chars = static_cast<uint32_t>(*value);
    if (name == "max_tokens") definition.max_tokens = static_cast<uint32_t>(*value);
    return true;
  }
  if (name != "temperature") return cursor_.refuse(ErrorCode::kInvalid, "an option that rules do not have", offset);
  double value = -1;
  const char* end = cursor_.text().data() + cursor_.text().size();
  const auto [stop, code] = std::from_chars(cursor_.text().data() + cursor_.position(), end, value);
  if (code != std::errc() || !std::isfinite(value) || value < 0) return cursor_.syntax("expected a temperature of at least 0");
  cursor_.move_to(static_cast<size_t>(stop - cursor_.text().data()));
  return true;
}

// A text, a regular expression or a terminal. An empty stop means the end of the answer and marks nothing.
bool LarkReader::read_marker(LarkDefinition& definition, const std::string& name) {
  const size_t offset = cursor_.position();
  uint32_t node = 0;
  if (!read_atom(node)) return false;
  const LarkKind kind = node_at(node).kind;
  const bool is_name = kind == LarkKind::kName;
  if (is_name && !is_terminal_name(node_at(node).text)) {
    return cursor_.refuse(ErrorCode::kInvalid, "the marker of " + name + " is a terminal", offset);
  }
  const bool empty = kind == LarkKind::kText && node_at(node).text.empty();
  if (xgrammar() && (empty || (kind == LarkKind::kRegex && !node_at(node).flags.empty()))) {
    return cursor_.refuse(empty ? ErrorCode::kInvalid : ErrorCode::kUnsupported,
                          empty ? "an empty " + name : "a " + name + " with flags", offset);
  }
  if (!empty) definition.marker = node;
  return true;
}

}  // namespace keyway::grammars
