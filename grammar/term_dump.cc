// TermArena::dump: a readable form for golden tests; see term.h.
#include <cstdio>

#include "grammar/term.h"

namespace keyway {
namespace {

void append_byte(std::string& out, uint8_t b) {
  if (b > 0x20 && b < 0x7F && b != '\\' && b != '-' && b != ']') {
    out += static_cast<char>(b);
    return;
  }
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02x", b);
  out += text;
}

void append_set(std::string& out, const ByteSet& set) {
  if (set.size() == 1) {
    set.for_each([&](uint8_t b) { append_byte(out, b); });
    return;
  }
  out += '[';
  for (unsigned first = 0; first < 256; ++first) {
    if (!set.contains(static_cast<uint8_t>(first))) continue;
    unsigned last = first;
    while (last < 255 && set.contains(static_cast<uint8_t>(last + 1))) ++last;
    append_byte(out, static_cast<uint8_t>(first));
    if (last > first) {
      out += '-';
      append_byte(out, static_cast<uint8_t>(last));
    }
    first = last;
  }
  out += ']';
}

}  // namespace

// An explicit stack of what is still to be written: a term, or a piece of punctuation.
std::string TermArena::dump(TermId t, size_t limit) const {
  struct Item {
    TermId term;
    std::string text;
  };
  std::string out;
  std::vector<Item> stack{{t, {}}};
  while (!stack.empty() && out.size() < limit) {
    const Item item = stack.back();
    stack.pop_back();
    if (!item.text.empty()) {
      out += item.text;
      continue;
    }
    const Node& node = nodes_[item.term.value];
    switch (node.kind) {
      case TermKind::kNever: out += "<never>"; break;
      case TermKind::kEpsilon: out += "<empty>"; break;
      case TermKind::kBytes: append_set(out, byte_set(item.term)); break;
      case TermKind::kTokens:
        out += "<tokens";
        for (TokenId id : token_set(item.term)) out += " " + std::to_string(id);
        out += ">";
        break;
      case TermKind::kSequence:
        stack.push_back({tail(item.term), {}});
        stack.push_back({head(item.term), {}});
        break;
      case TermKind::kChoice: {
        stack.push_back({{}, ")"});
        auto inner = parts(item.term);
        for (size_t i = inner.size(); i-- > 0;) {
          stack.push_back({inner[i], {}});
          if (i > 0) stack.push_back({{}, "|"});
        }
        stack.push_back({{}, "("});
        break;
      }
      case TermKind::kRepeat: {
        const std::string max = node.z == kUnbounded ? "" : std::to_string(node.z);
        stack.push_back({{}, "){" + std::to_string(node.y) + "," + max + "}"});
        stack.push_back({part(item.term), {}});
        stack.push_back({{}, "("});
        break;
      }
      case TermKind::kReference:
        out += "<" + std::to_string(node.x) + ":" + std::to_string(node.y) + "," + std::to_string(node.z) + ">";
        break;
    }
  }
  return out.size() > limit ? out.substr(0, limit) + "..." : out;
}

}  // namespace keyway
