// JSON text to arena by SAX events, and back; see json.h.
#include "schemas/json.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace keyway {
namespace {

using json_detail::Arena;
using json_detail::Node;

// Receives the events of one text and fills an arena. Open containers are a stack of their own: their children are
// collected aside and moved to Arena::children when the container closes, so that they lie side by side.
class ArenaBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  ArenaBuilder(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  bool null() override { return add({JsonKind::kNull, 0, 0, 0}); }
  bool boolean(bool value) override { return add({value ? JsonKind::kTrue : JsonKind::kFalse, 0, 0, 0}); }
  bool number_integer(number_integer_t value) override { return add_text(JsonKind::kNumber, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add_text(JsonKind::kNumber, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return add_text(JsonKind::kNumber, text); }
  bool string(string_t& value) override { return add_text(JsonKind::kString, std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(JsonKind::kObject); }
  bool start_array(size_t) override { return open(JsonKind::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    stack_.back().key = intern(std::move(name));
    return true;
  }
  bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception& cause) override {
    // The library counts bytes read so far; the byte before is the one it could not use.
    size_t offset = position > 0 ? std::min(position - 1, text_.size()) : 0;
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset; ++i) {
      if (text_[i] == '\n') {
        ++line;
        column = 1;
      } else {
        ++column;
      }
    }
    std::string reason = cause.what();
    if (size_t colon = reason.rfind(": "); colon != std::string::npos && reason.find("syntax error") < colon) {
      reason = reason.substr(reason.find("syntax error"));
    }
    for (char& c : reason) {
      if (static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) < 0x20) c = '?';
    }
    (void)token;  // may hold bytes that are not UTF-8; the position says where to look
    error_ = fail(ErrorCode::kSyntax, "not a JSON text: " + reason.substr(0, 300),
                  "line " + std::to_string(line) + ", column " + std::to_string(column));
    return false;
  }

  Result<JsonDocument> finish(bool ok) {
    if (!ok) {
      return error_ ? std::move(*error_) : fail(ErrorCode::kSyntax, "not a JSON text");
    }
    return JsonDocument(std::move(arena_));
  }

 private:
  struct Open {
    uint32_t node;
    uint32_t key = 0;                 // name of the member being read
    std::vector<uint32_t> children;
    std::vector<uint32_t> keys;
  };

  uint32_t intern(std::string text) {
    arena_->texts.push_back(std::move(text));
    return static_cast<uint32_t>(arena_->texts.size() - 1);
  }

  bool add(Node node) {
    uint32_t index = static_cast<uint32_t>(arena_->nodes.size());
    arena_->nodes.push_back(node);
    if (!stack_.empty()) {
      stack_.back().children.push_back(index);
      stack_.back().keys.push_back(stack_.back().key);
    }
    return true;
  }

  bool add_text(JsonKind kind, std::string text) { return add({kind, intern(std::move(text)), 0, 0}); }

  bool open(JsonKind kind) {
    if (stack_.size() >= limits_.document_depth) {
      error_ = fail(ErrorCode::kLimit, "arrays and objects are nested too deep", pointer(), {},
                    "document_depth " + std::to_string(limits_.document_depth));
      return false;
    }
    uint32_t index = static_cast<uint32_t>(arena_->nodes.size());
    add({kind, 0, 0, 0});
    stack_.push_back(Open{index, 0, {}, {}});
    return true;
  }

  bool close() {
    Open top = std::move(stack_.back());
    stack_.pop_back();
    Node& node = arena_->nodes[top.node];
    node.first = static_cast<uint32_t>(arena_->children.size());
    node.count = static_cast<uint32_t>(top.children.size());
    std::vector<uint32_t> order(top.children.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    if (node.kind == JsonKind::kObject) {
      auto name = [&](uint32_t i) -> const std::string& { return arena_->texts[top.keys[i]]; };
      std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return name(a) < name(b); });
      for (size_t i = 1; i < order.size(); ++i) {
        if (name(order[i - 1]) == name(order[i])) {
          error_ = fail(ErrorCode::kInvalid, "a name is used twice in one object", pointer(),
                        json_quote(name(order[i]).substr(0, 100)), "each name once");
          return false;
        }
      }
    }
    arena_->children.insert(arena_->children.end(), top.children.begin(), top.children.end());
    arena_->keys.insert(arena_->keys.end(), top.keys.begin(), top.keys.end());
    arena_->order.insert(arena_->order.end(), order.begin(), order.end());
    return true;
  }

  // The JSON Pointer of the innermost open container, at most 200 bytes of it.
  std::string pointer() const {
    std::string text;
    for (size_t i = 0; i + 1 <= stack_.size() && text.size() < 200; ++i) {
      const Open& open = stack_[i];
      if (i + 1 == stack_.size() && open.children.empty()) break;
      if (arena_->nodes[open.node].kind == JsonKind::kObject) {
        text = pointer_append(text, arena_->texts[open.key]);
      } else {
        text = pointer_append(text, open.children.empty() ? 0 : open.children.size() - 1);
      }
    }
    return text;
  }

  std::string_view text_;
  const Limits& limits_;
  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
  std::vector<Open> stack_;
  std::optional<Error> error_;
};

}  // namespace

std::string_view json_kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull: return "null";
    case JsonKind::kFalse:
    case JsonKind::kTrue: return "boolean";
    case JsonKind::kNumber: return "number";
    case JsonKind::kString: return "string";
    case JsonKind::kArray: return "array";
    case JsonKind::kObject: return "object";
  }
  return "unknown";
}

Result<JsonDocument> parse_json(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return fail(ErrorCode::kLimit, "the document is too large", {}, std::to_string(text.size()) + " bytes",
                "document_bytes " + std::to_string(limits.document_bytes));
  }
  ArenaBuilder builder(text, limits);
  bool ok = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.finish(ok);
}

std::optional<int64_t> Json::integer() const {
  if (!is_number()) return std::nullopt;
  std::string_view text = number();
  int64_t value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc() && end == text.data() + text.size()) return value;
  if (code != std::errc()) return std::nullopt;
  double d = real();
  if (d != d || d < -9007199254740992.0 || d > 9007199254740992.0) return std::nullopt;
  value = static_cast<int64_t>(d);
  if (static_cast<double>(value) != d) return std::nullopt;
  return value;
}

double Json::real() const { return std::strtod(arena_->texts[node().text].c_str(), nullptr); }

std::optional<Json> Json::find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  const Node& n = node();
  auto begin = arena_->order.begin() + n.first;
  auto it = std::lower_bound(begin, begin + n.count, name, [&](uint32_t i, std::string_view wanted) {
    return std::string_view(arena_->texts[arena_->keys[n.first + i]]) < wanted;
  });
  if (it == begin + n.count || key(*it) != name) return std::nullopt;
  return at(*it);
}

std::string json_quote(std::string_view text, bool ascii) {
  // nlohmann's dump replaces what is not UTF-8 by U+FFFD here, so that an error message is always UTF-8.
  return nlohmann::json(text).dump(-1, ' ', ascii, nlohmann::json::error_handler_t::replace);
}

std::string to_json_text(Json value, const JsonStyle& style) {
  // An explicit stack: each entry is a container and the position of its next child.
  std::string out;
  std::vector<std::pair<Json, size_t>> open;
  auto begin = [&](Json v) {
    switch (v.kind()) {
      case JsonKind::kNull: out += "null"; break;
      case JsonKind::kFalse: out += "false"; break;
      case JsonKind::kTrue: out += "true"; break;
      case JsonKind::kNumber: out += v.number(); break;
      case JsonKind::kString: out += json_quote(v.string(), style.ascii); break;
      case JsonKind::kArray: out += '['; open.emplace_back(v, 0); break;
      case JsonKind::kObject: out += '{'; open.emplace_back(v, 0); break;
    }
  };
  begin(value);
  while (!open.empty()) {
    auto [container, next] = open.back();
    if (next == container.size()) {
      out += container.is_array() ? ']' : '}';
      open.pop_back();
      continue;
    }
    ++open.back().second;
    if (next > 0) out += style.item_separator;
    if (container.is_object()) {
      out += json_quote(container.key(next), style.ascii);
      out += style.key_separator;
    }
    begin(container.at(next));
  }
  return out;
}

std::string pointer_append(std::string_view pointer, std::string_view token) {
  std::string out(pointer);
  out += '/';
  for (char c : token) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

std::string pointer_append(std::string_view pointer, size_t index) {
  return pointer_append(pointer, std::string_view(std::to_string(index)));
}

}  // namespace keyway
