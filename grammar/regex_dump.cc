// The readable form of an expression; see regex.h. Not a pattern of any dialect: `&` and `~` are ours.
// Tested by tests/grammar/regex_test.cc.
#include <cstdio>

#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

void append_code_point(std::string& out, uint32_t code_point) {
  const bool plain = code_point > 0x20 && code_point < 0x7F && std::string_view("\\[](){}|&~*+?.-^,").find(
      static_cast<char>(code_point)) == std::string_view::npos;
  if (plain) {
    out.push_back(static_cast<char>(code_point));
    return;
  }
  char text[16];
  std::snprintf(text, sizeof text, code_point < 0x100 ? "\\x%02X" : "\\x{%X}", static_cast<unsigned>(code_point));
  out += text;
}

void append_class(std::string& out, const CodePointSet& set) {
  if (set == CodePointSet::all()) {
    out += ".";
    return;
  }
  const bool single = set.size() == 1;
  if (!single) out += "[";
  for (const CodePointRange& range : set.ranges()) {
    append_code_point(out, range.first);
    if (range.last > range.first + 1) out += "-";
    if (range.last > range.first) append_code_point(out, range.last);
    if (out.size() > 100000) break;
  }
  if (!single) out += "]";
}

std::string counts(uint32_t min, uint32_t max) {
  if (max == kUnbounded && min < 2) return min == 0 ? "*" : "+";
  if (min == 0 && max == 1) return "?";
  std::string out = "{" + std::to_string(min);
  if (max != min) out += ",";
  if (max != min && max != kUnbounded) out += std::to_string(max);
  return out + "}";
}

}  // namespace

std::string RegexArena::dump(RegexId r, size_t limit) const {
  struct Item {
    RegexId r;
    std::string text;  // printed in place of an expression, unless empty
  };
  const Impl& store = *impl_;
  std::string out;
  std::vector<Item> stack{{r, ""}};
  while (!stack.empty() && out.size() <= limit) {
    const Item item = std::move(stack.back());
    stack.pop_back();
    if (!item.text.empty()) {
      out += item.text;
      continue;
    }
    const Impl::Node& n = store.node(item.r);
    const auto grouped = [&](RegexId part) {
      const RegexKind kind = store.kind(part);
      const bool atom = kind == RegexKind::kClass || kind == RegexKind::kAlternative || kind == RegexKind::kIntersection;
      if (!atom) stack.push_back({r, ")"});
      stack.push_back({part, ""});
      if (!atom) out += "(";
    };
    switch (n.kind) {
      case RegexKind::kNever: out += "[]"; break;
      case RegexKind::kEpsilon: out += "()"; break;
      case RegexKind::kClass: append_class(out, store.set(store.class_of(item.r))); break;
      case RegexKind::kSequence:
        stack.push_back({store.tail(item.r), ""});
        stack.push_back({store.head(item.r), ""});
        break;
      case RegexKind::kAlternative:
      case RegexKind::kIntersection: {
        const auto parts = store.parts_of(item.r);
        stack.push_back({r, ")"});
        for (size_t i = parts.size(); i-- > 0;) {
          stack.push_back({parts[i], ""});
          if (i > 0) stack.push_back({r, n.kind == RegexKind::kAlternative ? "|" : "&"});
        }
        out += "(";
        break;
      }
      case RegexKind::kComplement:
        out += "~";
        grouped(store.part(item.r));
        break;
      case RegexKind::kDeferred: out += "<" + std::to_string(n.x) + ":" + std::to_string(n.y) + ">"; break;
      case RegexKind::kKnot: out += "<" + std::to_string(n.x) + ">"; break;
      case RegexKind::kRepeat:
        stack.push_back({r, counts(n.y, n.z)});
        grouped(store.part(item.r));
        break;
    }
  }
  if (out.size() > limit) {
    out.resize(limit);
    out += "...";
  }
  return out;
}

}  // namespace keyway
