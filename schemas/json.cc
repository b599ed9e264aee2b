// JSON text to arena and back; see json.h.
#include "schemas/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "grammar/utf8.h"

namespace keyway {
namespace {

using json_detail::Arena;
using json_detail::Node;

// Reads one text from left to right. Open containers are a stack of their own, never the call stack; the children
// of a container are collected on a common stack and moved to Arena::children when it closes, so that they lie side
// by side.
class Reader {
 public:
  Reader(std::string_view text, const Limits& limits) : limits_(limits) {
    arena_->source = text;
    text_ = arena_->source;
  }

  Result<JsonDocument> read() {
    if (!read_document() && !error_) error_ = syntax("unexpected text");
    if (error_) return std::move(*error_);
    return JsonDocument(std::move(arena_));
  }

 private:
  struct Open {
    uint32_t node;
    size_t first_pending;  // index into pending_ of the first child
  };
  struct Pending {
    uint32_t node;
    uint32_t key;
  };

  // Room for the values of most documents at once; large ones are mostly text.
  void reserve() {
    constexpr size_t kBytesOfValue = 16, kMostValues = 4096;
    const size_t values = std::min(text_.size() / kBytesOfValue + 1, kMostValues);
    arena_->nodes.reserve(values);
    arena_->texts.reserve(2 * values);
    for (auto* list : {&arena_->children, &arena_->keys, &arena_->order}) list->reserve(values);
  }

  bool read_document() {
    reserve();
    skip_space();
    if (!read_value()) return false;
    while (!open_.empty()) {
      if (!read_next_child()) return false;
    }
    skip_space();
    return at_ == text_.size() || refuse("text after the end of the value");
  }

  // One step inside the innermost container: its next child, or its end.
  bool read_next_child() {
    const bool object = arena_->nodes[open_.back().node].kind == JsonKind::kObject;
    const bool first = pending_.size() == open_.back().first_pending;
    skip_space();
    if (peek() == (object ? '}' : ']')) {
      ++at_;
      return close();
    }
    if (!first) {
      if (peek() != ',') return refuse(object ? "expected ',' or '}'" : "expected ',' or ']'");
      ++at_;
      skip_space();
    }
    if (object && !read_key()) return false;
    return read_value();
  }

  bool read_key() {
    if (peek() != '"') return refuse("expected a name in quotes");
    std::string_view name;
    if (!read_string(name)) return false;
    key_ = intern(name);
    skip_space();
    if (peek() != ':') return refuse("expected ':'");
    ++at_;
    skip_space();
    return true;
  }

  bool read_value() {
    switch (peek()) {
      case '{': return open(JsonKind::kObject);
      case '[': return open(JsonKind::kArray);
      case '"': return read_string_value();
      case 't': return read_word("true", JsonKind::kTrue);
      case 'f': return read_word("false", JsonKind::kFalse);
      case 'n': return read_word("null", JsonKind::kNull);
      default: return read_number();
    }
  }

  bool read_word(std::string_view word, JsonKind kind) {
    if (text_.substr(at_, word.size()) != word) return refuse("expected a value");
    add({kind, static_cast<uint32_t>(at_), 0, 0, 0});
    at_ += word.size();
    return true;
  }

  bool digits() {
    size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > from || refuse("expected a digit");
  }

  bool read_number() {
    const size_t from = at_;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (peek() >= '1' && peek() <= '9') {
      digits();
    } else {
      return refuse(at_ > from ? "expected a digit" : at_ == text_.size() ? "the text ends too early" : "expected a value");
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    uint32_t text = intern(text_.substr(from, at_ - from));
    add({JsonKind::kNumber, static_cast<uint32_t>(from), text, 0, 0});
    return true;
  }

  bool read_string_value() {
    const size_t from = at_;
    std::string_view value;
    if (!read_string(value)) return false;
    add({JsonKind::kString, static_cast<uint32_t>(from), intern(value), 0, 0});
    return true;
  }

  // A string is a part of the text until its first escape. Requires: peek() == '"'.
  bool read_string(std::string_view& out) {
    size_t run = ++at_;
    std::string* decoded = nullptr;
    for (;;) {
      skip_plain();
      if (at_ >= text_.size()) return refuse("a string does not end");
      const unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        const std::string_view last = text_.substr(run, at_++ - run);
        out = decoded == nullptr ? last : std::string_view(decoded->append(last));
        return true;
      }
      if (c == '\\') {
        if (decoded == nullptr) decoded = &arena_->decoded.emplace_back();
        decoded->append(text_, run, at_ - run);
        if (!read_escape(*decoded)) return false;
        run = at_;
      } else if (c < 0x20) {
        return refuse("a control character in a string");
      } else if (const size_t length = utf8_length(text_.substr(at_, 4))) {
        at_ += length;
      } else {
        return refuse("bytes that are not UTF-8");
      }
    }
  }

  static bool plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

  // Past bytes that stand for themselves, eight at a time. Receipt: tools/README.md, "Lists of a thousand tools".
  void skip_plain() {
    constexpr uint64_t kOnes = 0x0101010101010101ull, kHigh = 0x80 * kOnes;
    const auto has_zero = [](uint64_t x) { return (x - kOnes) & ~x & kHigh; };
    for (; at_ + 8 <= text_.size(); at_ += 8) {
      uint64_t x;
      std::memcpy(&x, text_.data() + at_, sizeof x);
      const uint64_t below_space = (x - 0x20 * kOnes) & ~x & kHigh;
      const uint64_t ends = (x & kHigh) | below_space | has_zero(x ^ '"' * kOnes) | has_zero(x ^ '\\' * kOnes);
      if (ends == 0) continue;
      // Borrows make marks only behind a true one, so that the first is right; bytes lie in memory from the lowest on.
      if constexpr (std::endian::native == std::endian::little) {
        at_ += static_cast<size_t>(std::countr_zero(ends)) / 8;
        return;
      }
      break;
    }
    while (at_ < text_.size() && plain(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool read_escape(std::string& out) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (size_t i = kNames.find(c); c != '\0' && i != std::string_view::npos) {
      out += kBytes[i];
      at_ += 2;
      return true;
    }
    uint32_t point = 0;
    if (c != 'u' || !read_hex(at_ + 2, point)) return refuse("an escape that JSON does not know");
    size_t length = 6;
    if (point >= 0xD800 && point <= 0xDFFF) {
      uint32_t low = 0;
      const bool pair = point <= 0xDBFF && text_.substr(at_ + 6, 2) == "\\u" && read_hex(at_ + 8, low) &&
                        low >= 0xDC00 && low <= 0xDFFF;
      if (!pair) return refuse("half of a surrogate pair");
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      length = 12;
    }
    append_utf8(out, point);
    at_ += length;
    return true;
  }

  bool read_hex(size_t from, uint32_t& point) const {
    if (from + 4 > text_.size()) return false;
    auto [end, code] = std::from_chars(text_.data() + from, text_.data() + from + 4, point, 16);
    return code == std::errc() && end == text_.data() + from + 4;
  }

  uint32_t intern(std::string_view text) {
    arena_->texts.push_back(text);
    return static_cast<uint32_t>(arena_->texts.size() - 1);
  }

  uint32_t add(Node node) {
    const uint32_t index = static_cast<uint32_t>(arena_->nodes.size());
    arena_->nodes.push_back(node);
    if (!open_.empty()) pending_.push_back({index, key_});
    return index;
  }

  bool open(JsonKind kind) {
    if (open_.size() >= limits_.document_depth) {
      error_ = fail(ErrorCode::kLimit, "arrays and objects are nested too deep", text_place(text_, at_), {},
                    "document_depth " + std::to_string(limits_.document_depth));
      return false;
    }
    const uint32_t index = add({kind, static_cast<uint32_t>(at_), 0, 0, 0});
    open_.push_back({index, pending_.size()});
    ++at_;
    return true;
  }

  bool close() {
    const Open top = open_.back();
    Node& node = arena_->nodes[top.node];
    node.first = static_cast<uint32_t>(arena_->children.size());
    node.count = static_cast<uint32_t>(pending_.size() - top.first_pending);
    for (size_t i = top.first_pending; i < pending_.size(); ++i) {
      arena_->children.push_back(pending_[i].node);
      arena_->keys.push_back(pending_[i].key);
      arena_->order.push_back(static_cast<uint32_t>(i - top.first_pending));
    }
    if (node.kind == JsonKind::kObject && !sort_names(node)) return false;
    pending_.resize(top.first_pending);
    open_.pop_back();
    return true;
  }

  bool sort_names(const Node& node) {
    auto name = [&](uint32_t i) -> std::string_view { return arena_->texts[arena_->keys[node.first + i]]; };
    auto begin = arena_->order.begin() + node.first;
    std::sort(begin, begin + node.count, [&](uint32_t a, uint32_t b) { return name(a) < name(b); });
    for (uint32_t i = 1; i < node.count; ++i) {
      if (name(begin[i - 1]) != name(begin[i])) continue;
      error_ = fail(ErrorCode::kInvalid, "a name is used twice in one object", pointer(),
                    json_quote(name(begin[i]).substr(0, 100)), "each name once");
      return false;
    }
    return true;
  }

  // The JSON Pointer of the innermost open container, about 200 bytes of it at most.
  std::string pointer() const {
    std::string text;
    for (size_t i = 0; i + 1 < open_.size() && text.size() < 200; ++i) {
      const size_t last = open_[i + 1].first_pending - 1;  // the child that is being read
      if (arena_->nodes[open_[i].node].kind == JsonKind::kObject) {
        text = pointer_append(text, arena_->texts[pending_[last].key]);
      } else {
        text = pointer_append(text, last - open_[i].first_pending);
      }
    }
    return text;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      if (at_ >= text_.size()) return;
      ++at_;
    }
  }
  Error syntax(std::string reason) const {
    return fail(ErrorCode::kSyntax, "not a JSON text: " + std::move(reason), text_place(text_, at_),
                at_ < text_.size() ? json_quote(text_.substr(at_, 20)) : "the end of the text");
  }
  bool refuse(const char* reason) {
    error_ = syntax(at_ < text_.size() ? reason : "the text ends too early");
    return false;
  }

  std::string_view text_;
  const Limits& limits_;
  size_t at_ = 0;
  uint32_t key_ = 0;  // name of the member being read
  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
  std::vector<Open> open_;
  std::vector<Pending> pending_;
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
  return Reader(text, limits).read();
}

std::string text_place(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t start = before.rfind('\n');
  const size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
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

// The text goes on with what ends a number, or with the end of the text, which is a zero.
double Json::real() const { return std::strtod(number().data(), nullptr); }

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
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  auto escape = [&out](uint32_t unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
  };
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: c < 0x20 ? escape(c) : out.push_back(static_cast<char>(c));
      }
      continue;
    }
    const size_t length = utf8_length(text.substr(i, 4));
    // Bytes that are not UTF-8 become U+FFFD, so that an error message always is.
    const uint32_t point = length == 0 ? 0xFFFD : utf8_code_point(text.substr(i, length));
    i += length == 0 ? 1 : length;
    if (!ascii) {
      append_utf8(out, point);
    } else if (point < 0x10000) {
      escape(point);
    } else {
      escape(0xD800 + ((point - 0x10000) >> 10));
      escape(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out + '"';
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

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  size_t done = 0;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~' && token[i] != '/') continue;
    pointer.append(token, done, i - done);
    pointer.append(token[i] == '~' ? "~0" : "~1");
    done = i + 1;
  }
  pointer.append(token, done);
}

std::string pointer_append(std::string_view pointer, std::string_view token) {
  std::string out;
  out.reserve(pointer.size() + 1 + token.size());
  out = pointer;
  append_pointer_token(out, token);
  return out;
}

std::string pointer_append(std::string_view pointer, size_t index) {
  return pointer_append(pointer, std::string_view(std::to_string(index)));
}

}  // namespace keyway
