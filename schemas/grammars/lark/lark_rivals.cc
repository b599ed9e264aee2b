// See lark_rivals.h.
#include "schemas/grammars/lark/lark_rivals.h"

namespace keyway::grammars {
namespace {

bool is_lazy(const LarkDefinition& definition) { return definition.lazy || definition.marker.has_value(); }

// What a text of a node may begin with.
struct Beginnings {
  std::set<uint32_t> terminals;  // nodes
  std::set<std::string> lazy;    // rules
  bool nullable = false;

  void add(const Beginnings& other) {
    terminals.insert(other.terminals.begin(), other.terminals.end());
    lazy.insert(other.lazy.begin(), other.lazy.end());
  }
};

class RivalFinder {
 public:
  RivalFinder(const LarkTree& tree, Budget* budget) : tree_(tree), budget_(budget) {}

  std::map<uint32_t, std::set<std::string>> find() {
    for (bool grown = true; grown && pay();) {
      grown = false;
      for (const auto& [name, definition] : tree_.definitions) {
        if (definition.is_terminal || is_lazy(definition)) continue;
        Beginnings next = of(definition.body);
        Beginnings& known = rules_[name];
        grown |= next.terminals.size() > known.terminals.size() || next.lazy.size() > known.lazy.size() ||
                 next.nullable != known.nullable;
        known = std::move(next);
      }
    }
    for (const auto& [name, definition] : tree_.definitions) {
      if (!definition.is_terminal && !is_lazy(definition)) pair_up(definition.body);
    }
    return std::move(rivals_);
  }

 private:
  bool pay() { return budget_ == nullptr || budget_->pay(); }

  Beginnings of(uint32_t index) {
    const LarkNode& at = tree_.nodes[index];
    Beginnings out;
    if (!pay()) return out;
    switch (at.kind) {
      case LarkKind::kText:
        out.nullable = at.text.empty();
        break;
      case LarkKind::kName: return of_name(index);
      case LarkKind::kRegex: out.terminals.insert(index); break;
      case LarkKind::kSequence: return of_sequence(at.parts, 0);
      case LarkKind::kChoice:
        for (const uint32_t part : at.parts) {
          const Beginnings some = of(part);
          out.add(some);
          out.nullable |= some.nullable;
        }
        break;
      case LarkKind::kRepeat:
        out = of(at.parts[0]);
        out.nullable |= at.min == 0;
        break;
      case LarkKind::kGuard: return of(at.parts[0]);
      default: break;
    }
    return out;
  }

  Beginnings of_name(uint32_t index) {
    const std::string& name = tree_.nodes[index].text;
    const LarkDefinition& definition = tree_.definitions.find(name)->second;
    Beginnings out;
    if (definition.is_terminal) {
      out.terminals.insert(index);
    } else if (is_lazy(definition)) {
      out.lazy.insert(name);
    } else {
      return rules_[name];
    }
    return out;
  }

  Beginnings of_sequence(const std::vector<uint32_t>& parts, size_t from) {
    Beginnings out;
    out.nullable = true;
    for (size_t i = from; i < parts.size() && out.nullable; ++i) {
      const Beginnings next = of(parts[i]);
      out.add(next);
      out.nullable = next.nullable;
    }
    return out;
  }

  // Recursion is bounded by the nesting that the reader allows.
  void pair_up(uint32_t index) {
    const LarkNode& at = tree_.nodes[index];
    if (at.kind == LarkKind::kChoice) note(of(index));
    if (at.kind == LarkKind::kSequence) {
      for (size_t i = 0; i < at.parts.size() && pay(); ++i) {
        Beginnings here = of(at.parts[i]);
        const LarkNode& part = tree_.nodes[at.parts[i]];
        const bool again = part.kind == LarkKind::kRepeat && part.max > 1;
        if (here.nullable || again) here.add(of_sequence(at.parts, i + 1));
        note(here);
      }
    }
    for (const uint32_t part : at.parts) pair_up(part);
  }

  void note(const Beginnings& together) {
    for (const uint32_t terminal : together.terminals) {
      if (!together.lazy.empty()) rivals_[terminal].insert(together.lazy.begin(), together.lazy.end());
    }
  }

  const LarkTree& tree_;
  Budget* budget_;
  std::map<std::string, Beginnings> rules_;
  std::map<uint32_t, std::set<std::string>> rivals_;
};

}  // namespace

std::map<uint32_t, std::set<std::string>> find_rivals(const LarkTree& tree, Budget* budget) {
  bool any = false;
  for (const auto& [name, definition] : tree.definitions) any |= is_lazy(definition);
  if (!any) return {};
  return RivalFinder(tree, budget).find();
}

}  // namespace keyway::grammars
