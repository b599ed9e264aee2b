// What expressions are made of; see lark_reader.h.
#include "grammar/utf8.h"
#include "grammar/vocabulary.h"
#include "schemas/grammars/lark/lark_reader.h"
#include "schemas/grammars/substring.h"
#include "schemas/json.h"

namespace keyway::grammars {

bool LarkReader::read_atom(uint32_t& node) {
  switch (cursor_.at()) {
    case '(':
    case '[': return read_group(node);
    case '"': return read_literal(node);
    case '/': return read_regex(node);
    case '<': return read_special(node);
    case '%': return read_directive(node);
    case '@': {
      const size_t offset = cursor_.position();
      cursor_.skip(1);
      node = add(LarkKind::kReference, offset);
      node_at(node).text = read_word();
      return !node_at(node).text.empty() || cursor_.refuse(ErrorCode::kSyntax, "a reference to no grammar", offset);
    }
    default: return read_name(node);
  }
}

bool LarkReader::read_group(uint32_t& node) {
  const size_t offset = cursor_.position();
  const bool optional = cursor_.at() == '[';
  cursor_.skip(1);
  skip_space(true);
  if (!read_expansions(node)) return false;
  skip_space(true);
  if (!cursor_.take(optional ? "]" : ")")) {
    return cursor_.refuse(ErrorCode::kSyntax, "a group that is not closed", offset, optional ? "]" : ")");
  }
  if (!optional) return true;
  const uint32_t repeat = add(LarkKind::kRepeat, offset);
  node_at(repeat).parts = {node};
  node_at(repeat).max = 1;
  node = repeat;
  return true;
}

bool LarkReader::read_name(uint32_t& node) {
  const size_t offset = cursor_.position();
  node = add(LarkKind::kName, offset);
  std::string name = read_identifier();
  if (name.empty()) return cursor_.syntax("expected a name, a text or a regular expression");
  node_at(node).text = std::move(name);
  if (cursor_.at() == '{' && !(cursor_.at(1) >= '0' && cursor_.at(1) <= '9') && cursor_.at(1) != ',' && cursor_.at(1) != ' ' &&
      cursor_.at(1) != '-') {
    return cursor_.refuse(ErrorCode::kUnsupported, "a template", offset);
  }
  if (!cursor_.take("::")) return true;
  LarkParameter parameter;
  if (!read_parameter(cursor_, parameter)) return false;
  node_at(node).parameter = parameter;
  return true;
}

// A quoted text with the escapes of JSON and \xHH; the cursor is at its quote.
bool LarkReader::read_text(std::string& out) {
  const size_t start = cursor_.position();
  cursor_.skip(1);
  while (!cursor_.done() && cursor_.at() != '"' && cursor_.at() != '\n') {
    if (cursor_.at() != '\\') {
      append_utf8(out, cursor_.next_code_point());
      continue;
    }
    const size_t escape = cursor_.position();
    cursor_.skip(1);
    const char letter = cursor_.at();
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    const size_t at = kLetters.find(letter);
    cursor_.skip(1);
    if (letter != '\0' && at != std::string_view::npos) {
      out += kMeant[at];
      continue;
    }
    std::optional<uint32_t> value;
    if (letter == 'u' || letter == 'x') value = cursor_.hex(letter == 'u' ? 4 : 2);
    if (value && *value >= 0xD800 && *value < 0xDC00 && cursor_.take("\\u")) {
      const std::optional<uint32_t> low = cursor_.hex(4);
      if (low && *low >= 0xDC00 && *low < 0xE000) value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (!value || (*value >= 0xD800 && *value < 0xE000)) {
      return cursor_.refuse(ErrorCode::kSyntax, "an escape that texts do not have", escape);
    }
    append_utf8(out, *value);
  }
  return cursor_.take("\"") || cursor_.refuse(ErrorCode::kSyntax, "a text that is not closed", start, "\"");
}

bool LarkReader::read_literal(uint32_t& node) {
  const size_t offset = cursor_.position();
  std::string text;
  if (!read_text(text)) return false;
  node = add(LarkKind::kText, offset);
  node_at(node).text = std::move(text);
  const bool after = (cursor_.at(1) >= 'a' && cursor_.at(1) <= 'z') || (cursor_.at(1) >= 'A' && cursor_.at(1) <= 'Z');
  if (cursor_.at() == 'i' && !after) {
    cursor_.skip(1);
    node_at(node).flags = "i";
  }
  const size_t back = cursor_.position();
  skip_space(false);
  if (cursor_.take("..")) return read_range_end(node);
  cursor_.move_to(back);
  return true;
}

bool LarkReader::read_range_end(uint32_t& node) {
  skip_space(false);
  std::string last;
  const size_t offset = cursor_.position();
  if (cursor_.at() != '"') return cursor_.syntax("expected the end of a range", "\"");
  if (!read_text(last)) return false;
  LarkNode& range = node_at(node);
  const auto one = [](const std::string& text) { return !text.empty() && utf8_length(text) == text.size(); };
  if (!range.flags.empty() || cursor_.at() == 'i') {
    return cursor_.refuse(ErrorCode::kInvalid, "a range has no flags", range.offset);
  }
  if (!one(range.text) || !one(last)) {
    return cursor_.refuse(ErrorCode::kInvalid, "the ends of a range are one character each", range.offset);
  }
  range.kind = LarkKind::kRange;
  range.first = utf8_code_point(range.text);
  range.last = utf8_code_point(last);
  return range.first <= range.last || cursor_.refuse(ErrorCode::kInvalid, "a range whose ends are in the wrong order", offset);
}

bool LarkReader::read_regex(uint32_t& node) {
  const size_t start = cursor_.position();
  cursor_.skip(1);
  const size_t from = cursor_.position();
  while (!cursor_.done() && cursor_.at() != '/') {
    if (cursor_.at() == '\\') cursor_.skip(1);
    if (cursor_.at() == '\n' && cursor_.text()[cursor_.position() - 1] == '\\' && !xgrammar()) break;  // an escaped line break
    cursor_.skip(1);
  }
  const std::string_view body = cursor_.text().substr(from, cursor_.position() - from);
  if (!cursor_.take("/")) return cursor_.refuse(ErrorCode::kSyntax, "a regular expression that is not closed", start, "/");
  node = add(LarkKind::kRegex, start);
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size()) {
      if (body[i + 1] != '/') node_at(node).text += '\\';
      node_at(node).text += body[++i];
    } else {
      node_at(node).text += body[i];
    }
  }
  for (; cursor_.at() >= 'a' && cursor_.at() <= 'z'; cursor_.skip(1)) {
    const std::string_view known = xgrammar() ? "isu" : "imsux";
    if (known.find(cursor_.at()) == std::string_view::npos) return cursor_.syntax("a flag that is not read", std::string(known));
    node_at(node).flags += cursor_.at();
  }
  return true;
}

bool LarkReader::read_special(uint32_t& node) {
  const size_t start = cursor_.position();
  if (cursor_.starts_with("<[")) {
    cursor_.skip(2);
    node = add(LarkKind::kTokens, start);
    return read_token_ranges(node_at(node), start);
  }
  while (!cursor_.done() && cursor_.at() != '>' && cursor_.at() != '\n' && cursor_.at() != ' ') cursor_.skip(1);
  if (!cursor_.take(">")) return cursor_.refuse(ErrorCode::kSyntax, "a special token that is not closed", start, ">");
  node = add(LarkKind::kNamedToken, start);
  node_at(node).text = std::string(cursor_.text().substr(start, cursor_.position() - start));
  return true;
}

// The rest of <[1,3-8]>, <[^1]> or <[*]>.
bool LarkReader::read_token_ranges(LarkNode& node, size_t start) {
  constexpr uint32_t kMostRange = 1'000'000;
  node.negative = cursor_.take("^");
  if (cursor_.take("*")) {
    if (node.negative || !cursor_.take("]>")) return cursor_.refuse(ErrorCode::kSyntax, "any token stands alone", start, "<[*]>");
    node.negative = true;
    return true;
  }
  do {
    const size_t offset = cursor_.position();
    const std::optional<uint64_t> first = cursor_.decimal();
    if (!first) return cursor_.syntax("expected the id of a token");
    std::optional<uint64_t> last = first;
    if (cursor_.take("-")) last = cursor_.decimal();
    if (!last || *last < *first || *last - *first > kMostRange || *last >= kMaxVocabularySize) {
      return cursor_.refuse(ErrorCode::kInvalid, "not a range of tokens", offset);
    }
    node.ranges.emplace_back(static_cast<uint32_t>(*first), static_cast<uint32_t>(*last));
  } while (cursor_.take(","));
  return cursor_.take("]>") || cursor_.syntax("expected the end of the tokens", "]>");
}

// The JSON value at the cursor, by its brackets.
bool LarkReader::read_json_text(std::string& out) {
  skip_space(true);
  const size_t start = cursor_.position();
  int64_t open = 0;
  bool quoted = false;
  do {
    if (cursor_.done()) return cursor_.refuse(ErrorCode::kSyntax, "a JSON value that is not closed", start);
    const char c = cursor_.at();
    if (quoted) {
      if (c == '\\') cursor_.skip(1);
      if (c == '"') quoted = false;
    } else {
      if (open == 0 && c != '{' && c != '[') return cursor_.refuse(ErrorCode::kSyntax, "expected a JSON object", start, "{");
      if (c == '"') quoted = true;
      if (c == '{' || c == '[') ++open;
      if (c == '}' || c == ']') --open;
    }
    cursor_.skip(1);
  } while (open > 0 || quoted);
  out = std::string(cursor_.text().substr(start, cursor_.position() - start));
  const Result<JsonDocument> document = parse_json(out, limits_);
  if (!document) return cursor_.refuse(document.error(), start);
  return document->root().is_object() || cursor_.refuse(ErrorCode::kInvalid, "expected a JSON object", start, "{");
}

bool LarkReader::read_directive(uint32_t& node) {
  const size_t start = cursor_.position();
  if (cursor_.take("%json")) {
    std::string text;
    skip_space(true);
    for (const char* word : {"true", "false"}) {
      if (text.empty() && cursor_.take(word)) text = word;
    }
    if (text.empty() && !read_json_text(text)) return false;
    node = add(LarkKind::kJson, start);
    node_at(node).text = std::move(text);
    return true;
  }
  if (cursor_.take("%regex")) return read_chunks(node, start);
  cursor_.take("%lark");
  skip_space(true);
  if (!cursor_.take("{")) return cursor_.syntax("expected a grammar in braces", "{");
  auto tree = std::make_unique<LarkTree>();
  if (!LarkReader(cursor_, dialect_, limits_).read(*tree, true, depth_ / 8 + 1)) return false;
  node = add(LarkKind::kNested, start);
  node_at(node).nested = tree_->nested.size();
  tree_->nested.push_back(std::move(tree));
  return true;
}

// %regex {"substring_chunks": [...]}, or chars or words of a text.
bool LarkReader::read_chunks(uint32_t& node, size_t start) {
  std::string text;
  if (!read_json_text(text)) return false;
  const Result<JsonDocument> document = parse_json(text, limits_);
  const Json root = document->root();
  if (root.size() != 1) return cursor_.refuse(ErrorCode::kInvalid, "%regex has one member", start);
  const std::string_view name = root.key(0);
  const Json value = root.at(0);
  node = add(LarkKind::kChunks, start);
  std::vector<std::string>& chunks = node_at(node).chunks;
  if (name == "substring_chunks" && value.is_array()) {
    if (value.size() > kMostChunks) return cursor_.refuse(too_many_chunks(), start);
    for (size_t i = 0; i < value.size(); ++i) {
      if (!value.at(i).is_string()) return cursor_.refuse(ErrorCode::kInvalid, "chunks are texts", start);
      chunks.emplace_back(value.at(i).string());
    }
    return true;
  }
  if ((name != "substring_chars" && name != "substring_words") || !value.is_string()) {
    return cursor_.refuse(ErrorCode::kInvalid, "not a member of %regex, or of the wrong type", start,
                          "substring_chunks, substring_chars or substring_words");
  }
  const auto in_word = [](uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
  };
  bool open_word = false;
  for (std::string_view rest = value.string(); !rest.empty();) {
    const size_t length = utf8_length(rest);
    const bool word = name == "substring_words" && in_word(utf8_code_point(rest.substr(0, length)));
    if (word && open_word) {
      chunks.back() += rest.substr(0, length);
    } else if (chunks.size() == kMostChunks) {
      return cursor_.refuse(too_many_chunks(), start);
    } else {
      chunks.emplace_back(rest.substr(0, length));
    }
    open_word = word;
    rest.remove_prefix(length);
  }
  return true;
}

}  // namespace keyway::grammars
