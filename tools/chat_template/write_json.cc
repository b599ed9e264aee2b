// json.dumps; see write_json.h. Recursion is bounded by the nesting of values and of the input.
#include "tools/chat_template/write_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/text_buffer.h"

namespace keyway::chat {
namespace {

using ByteFlags = std::array<bool, 256>;

// The bytes that stand for themselves in a JSON string.
constexpr ByteFlags plain_bytes(bool ascii) {
  ByteFlags flags{};
  for (size_t i = 0x20; i < 256; ++i) flags[i] = i != '"' && i != '\\' && !(ascii && i >= 0x7F);
  return flags;
}

constexpr std::array<ByteFlags, 2> kPlain = {plain_bytes(false), plain_bytes(true)};

// Whether eight bytes stand for themselves, at once: in each byte of the word the high bit of (byte - bound), of the
// comparison with a quote or a backslash by xor, and of the byte itself where only ASCII is plain. A borrow can make a
// plain byte look special, never the other way round; the byte-wise loop then decides.
bool all_plain(const char* text, bool ascii) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHigh = 0x8080808080808080;
  uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  auto zero_bytes = [](uint64_t value) { return (value - kOnes) & ~value; };
  uint64_t special = (word - kOnes * 0x20) & ~word;
  special |= zero_bytes(word ^ (kOnes * '"')) | zero_bytes(word ^ (kOnes * '\\'));
  if (ascii) special |= word | zero_bytes(word ^ (kOnes * 0x7F));
  return (special & kHigh) == 0;
}

class Writer {
 public:
  Writer(Heap& heap, TextBuffer& out, const JsonFormat& format) : heap_(heap), out_(out), format_(format) {}

  void write(const Value& value) {
    heap_.step();
    switch (value.kind()) {
      case Kind::kNone: out_.add("null"); return;
      case Kind::kBool: out_.add(value.as_integer() != 0 ? "true" : "false"); return;
      case Kind::kInt: return write_integer(value.as_integer());
      case Kind::kBigInt: out_.add(value.as<BigIntObject>().digits); return;
      case Kind::kFloat: out_.add(number(value.as_real())); return;
      case Kind::kString: return quote(value.text());
      case Kind::kList:
      case Kind::kTuple: return write_list(value.as<ListObject>());
      case Kind::kDict: return write_dict(value.as<DictObject>());
      default: raise_invalid("object of type " + std::string(type_name(value)) + " is not JSON serializable");
    }
  }

 private:
  void write_integer(int64_t value) {
    constexpr size_t kLongest = 24;
    char* out = out_.room(kLongest);
    out_.advance(static_cast<size_t>(std::to_chars(out, out + kLongest, value).ptr - out));
  }

  static std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    return float_repr(value);
  }

  void line() {
    if (!format_.indents) return;
    out_.add('\n');
    for (size_t i = 0; i < depth_; ++i) out_.add(format_.indent);
    heap_.step_bytes(depth_ * format_.indent.size());
  }

  template <typename Each>
  void container(char open, char close, size_t count, Each each) {
    out_.add(open);
    ++depth_;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_.add(format_.item_separator);
      line();
      each(i);
    }
    --depth_;
    if (count > 0) line();
    out_.add(close);
  }

  void write_list(ListObject& list) {
    if (list.source) return write_source(*list.source);
    const auto values = list.items();
    container('[', ']', values.size(), [&](size_t i) { write(values[i]); });
  }

  void write_dict(DictObject& dict) {
    if (dict.source && !format_.sort_keys) return write_source(*dict.source);
    std::vector<const DictObject::Entry*> entries;
    for (const auto& entry : dict.entries()) entries.push_back(&entry);
    heap_.step(entries.size() / 8);
    if (format_.sort_keys) {
      std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
        heap_.step();
        return order(a->key, b->key, "<") == -1;
      });
    }
    container('{', '}', entries.size(), [&](size_t i) {
      write_key(entries[i]->key);
      out_.add(format_.key_separator);
      write(entries[i]->value);
    });
  }

  // What was never looked into is written from the input as it stands.
  void write_source(Json json) {
    heap_.step();
    switch (json.kind()) {
      case JsonKind::kString: return quote(json.string());
      case JsonKind::kArray: return container('[', ']', json.size(), [&](size_t i) { write_source(json.at(i)); });
      case JsonKind::kObject:
        if (format_.sort_keys) return write(heap_.from_json(json));
        return container('{', '}', json.size(), [&](size_t i) {
          quote(json.key(i));
          out_.add(format_.key_separator);
          write_source(json.at(i));
        });
      default: return write(heap_.from_json(json));
    }
  }

  void write_key(const Value& key) {
    switch (key.kind()) {
      case Kind::kString: return quote(key.text());
      case Kind::kNone:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kBigInt:
      case Kind::kFloat:
        out_.add('"');
        write(key);
        out_.add('"');
        return;
      default: raise_invalid("keys must be str, int, float, bool or None, not " + std::string(type_name(key)));
    }
  }

  // Copies what stands for itself, eight bytes at a time where it can, and escapes the rest.
  void quote(std::string_view text) {
    constexpr size_t kLongestEscape = 12;
    heap_.step_bytes(text.size());
    const auto& plain = kPlain[format_.ascii ? 1 : 0];
    char* out = out_.room(text.size() + 2);
    const char* const start = out;
    *out++ = '"';
    size_t at = 0;
    while (at < text.size()) {
      while (at + 8 <= text.size() && all_plain(text.data() + at, format_.ascii)) {
        std::memcpy(out, text.data() + at, 8);
        out += 8;
        at += 8;
      }
      while (at < text.size() && plain[static_cast<unsigned char>(text[at])]) *out++ = text[at++];
      if (at == text.size()) break;
      // The rest of the text and one escape still fit.
      out_.advance(static_cast<size_t>(out - start));
      return quote_rest(text, at, kLongestEscape);
    }
    *out++ = '"';
    out_.advance(static_cast<size_t>(out - start));
  }

  // From the first character that needs an escape on.
  void quote_rest(std::string_view text, size_t at, size_t longest_escape) {
    const auto& plain = kPlain[format_.ascii ? 1 : 0];
    while (at < text.size()) {
      const size_t from = at;
      while (at < text.size() && plain[static_cast<unsigned char>(text[at])]) ++at;
      out_.add(text.substr(from, at - from));
      if (at == text.size()) break;
      out_.advance(escape(next_point(text, at), out_.room(longest_escape)));
    }
    out_.add('"');
  }

  // Writes the escape of a character; its length.
  static size_t escape(uint32_t point, char* out) {
    constexpr std::pair<char, char> kShort[] = {{'"', '"'},  {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'},
                                                {'\t', 't'}, {'\f', 'f'},  {'\b', 'b'}};
    for (const auto& [character, letter] : kShort) {
      if (point != static_cast<uint32_t>(character)) continue;
      out[0] = '\\';
      out[1] = letter;
      return 2;
    }
    if (point <= 0xFFFF) return unit(point, out);
    unit(0xD800 + ((point - 0x10000) >> 10), out);
    return 6 + unit(0xDC00 + ((point - 0x10000) & 0x3FF), out + 6);
  }

  static size_t unit(uint32_t value, char* out) {
    constexpr char kHex[] = "0123456789abcdef";
    const char text[6] = {'\\', 'u', kHex[value >> 12 & 15], kHex[value >> 8 & 15], kHex[value >> 4 & 15], kHex[value & 15]};
    std::memcpy(out, text, sizeof text);
    return sizeof text;
  }

  Heap& heap_;
  TextBuffer& out_;
  const JsonFormat& format_;
  size_t depth_ = 0;
};

}  // namespace

Value write_json(Heap& heap, const Value& value, const JsonFormat& format) {
  TextBuffer out(heap);
  Writer(heap, out, format).write(value);
  return heap.copy(out.view());
}

}  // namespace keyway::chat
