// json.dumps; see write_json.h. Recursion is bounded by the nesting of values and of the input.
#include "tools/chat_template/write_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/text.h"

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
  Writer(Heap& heap, std::string& out, const JsonFormat& format) : heap_(heap), out_(out), format_(format) {}

  void write(const Value& value) {
    heap_.step();
    switch (value.kind()) {
      case Kind::kNone: out_ += "null"; return;
      case Kind::kBool: out_ += value.as_integer() != 0 ? "true" : "false"; return;
      case Kind::kInt: out_ += std::to_string(value.as_integer()); return;
      case Kind::kBigInt: out_ += value.as<BigIntObject>().digits; return;
      case Kind::kFloat: out_ += number(value.as_real()); return;
      case Kind::kString: return quote(value.text());
      case Kind::kList:
      case Kind::kTuple: return write_list(value.as<ListObject>());
      case Kind::kDict: return write_dict(value.as<DictObject>());
      default: raise_invalid("object of type " + std::string(type_name(value)) + " is not JSON serializable");
    }
  }

 private:
  static std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    return float_repr(value);
  }

  void line() {
    if (!format_.indents) return;
    heap_.require(depth_, format_.indent.size());
    heap_.require(out_.size() + depth_ * format_.indent.size());
    out_ += '\n';
    for (size_t i = 0; i < depth_; ++i) out_ += format_.indent;
    heap_.step_bytes(depth_ * format_.indent.size());
  }

  template <typename Each>
  void container(char open, char close, size_t count, Each each) {
    out_ += open;
    ++depth_;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_ += format_.item_separator;
      line();
      each(i);
    }
    --depth_;
    if (count > 0) line();
    out_ += close;
  }

  void write_list(ListObject& list) {
    if (list.source) return write_source(*list.source);
    const auto& values = list.items();
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
      out_ += format_.key_separator;
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
          out_ += format_.key_separator;
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
        out_ += '"';
        write(key);
        out_ += '"';
        return;
      default: raise_invalid("keys must be str, int, float, bool or None, not " + std::string(type_name(key)));
    }
  }

  void quote(std::string_view text) {
    heap_.require(out_.size() + text.size());
    heap_.step_bytes(text.size());
    out_ += '"';
    const auto& plain = kPlain[format_.ascii ? 1 : 0];
    for (size_t at = 0; at < text.size();) {
      const size_t start = at;
      while (at + 8 <= text.size() && all_plain(text.data() + at, format_.ascii)) at += 8;
      while (at < text.size() && plain[static_cast<unsigned char>(text[at])]) ++at;
      out_.append(text.data() + start, at - start);
      if (at < text.size()) escape(next_point(text, at));
    }
    out_ += '"';
  }

  void escape(uint32_t point) {
    switch (point) {
      case '"': out_ += "\\\""; return;
      case '\\': out_ += "\\\\"; return;
      case '\n': out_ += "\\n"; return;
      case '\r': out_ += "\\r"; return;
      case '\t': out_ += "\\t"; return;
      case '\f': out_ += "\\f"; return;
      case '\b': out_ += "\\b"; return;
      default: break;
    }
    if (point > 0xFFFF) {
      unit(0xD800 + ((point - 0x10000) >> 10));
      point = 0xDC00 + ((point - 0x10000) & 0x3FF);
    }
    unit(point);
  }

  void unit(uint32_t value) {
    char buffer[12];
    std::snprintf(buffer, sizeof buffer, "\\u%04x", value);
    out_ += buffer;
  }

  Heap& heap_;
  std::string& out_;
  const JsonFormat& format_;
  size_t depth_ = 0;
};

}  // namespace

void write_json(Heap& heap, std::string& out, const Value& value, const JsonFormat& format) {
  Writer(heap, out, format).write(value);
}

}  // namespace keyway::chat
