// See lark_rivals.h.
#include "schemas/grammars/lark/lark_rivals.h"

#include <algorithm>

namespace keyway::grammars {
namespace {

bool is_lazy(const LarkDefinition& definition) { return definition.lazy || definition.marker.has_value(); }

void add(std::set<std::string>& into, const std::set<std::string>& names) { into.insert(names.begin(), names.end()); }

void keep_common(std::set<std::string>& names, const std::set<std::string>& others) {
  std::erase_if(names, [&](const std::string& name) { return !others.contains(name); });
}

// Least fixed point of `first` and `nullable`, then of `behind`, over the rules.
class EdgeFinder {
 public:
  EdgeFinder(const LarkTree& tree, const std::set<std::string>& nullable, Budget* budget)
      : tree_(tree), nullable_(nullable), budget_(budget), edges_(tree.nodes.size()) {}

  std::vector<LarkEdges> find() {
    for (bool grown = true; grown && pay();) {
      grown = false;
      for (const auto& [name, definition] : tree_.definitions) {
        if (definition.is_terminal || is_lazy(definition)) continue;
        const LarkEdges next = of(definition.body);
        LarkEdges& known = rules_[name];
        grown |= next != known;
        known = next;
      }
    }
    return std::move(edges_);
  }

 private:
  bool pay() { return budget_ == nullptr || budget_->pay(); }

  // Recursion is bounded by the nesting that the reader allows.
  const LarkEdges& of(uint32_t index) {
    LarkEdges& out = edges_[index];
    if (!pay()) return out;
    const LarkNode& at = tree_.nodes[index];
    switch (at.kind) {
      case LarkKind::kText: out.nullable = at.text.empty(); break;
      case LarkKind::kName: out = of_name(at.text); break;
      case LarkKind::kSequence: out = of_sequence(at.parts); break;
      case LarkKind::kChoice: out = of_choice(at.parts); break;
      case LarkKind::kRepeat:
        out = of(at.parts[0]);
        if (at.max > 1) add(out.behind, out.first);
        out.nullable |= at.min == 0;
        break;
      case LarkKind::kGuard: out = of(at.parts[0]); break;
      default: break;
    }
    return out;
  }

  LarkEdges of_name(const std::string& name) {
    const LarkDefinition& definition = tree_.definitions.find(name)->second;
    LarkEdges out;
    if (definition.is_terminal) return out;
    if (!is_lazy(definition)) return rules_[name];
    out.first.insert(name);
    out.nullable = nullable_.contains(name);
    return out;
  }

  LarkEdges of_choice(const std::vector<uint32_t>& parts) {
    LarkEdges out;
    for (size_t i = 0; i < parts.size(); ++i) {
      const LarkEdges& part = of(parts[i]);
      if (i == 0) out.behind = part.behind;
      keep_common(out.behind, part.behind);
      add(out.first, part.first);
      out.nullable |= part.nullable;
    }
    return out;
  }

  LarkEdges of_sequence(const std::vector<uint32_t>& parts) {
    LarkEdges out;
    out.nullable = true;
    for (const uint32_t index : parts) {
      const LarkEdges& part = of(index);
      if (out.nullable) add(out.first, part.first);
      if (part.nullable) {  // left out, what went on before still does, or the part comes after all
        add(out.behind, part.first);
        keep_common(out.behind, part.behind);
      } else {
        out.behind = part.behind;
      }
      out.nullable = out.nullable && part.nullable;
    }
    return out;
  }

  const LarkTree& tree_;
  const std::set<std::string>& nullable_;
  Budget* budget_;
  std::map<std::string, LarkEdges> rules_;
  std::vector<LarkEdges> edges_;
};

}  // namespace

std::vector<LarkEdges> find_edges(const LarkTree& tree, const std::set<std::string>& nullable, Budget* budget) {
  const bool any = std::any_of(tree.definitions.begin(), tree.definitions.end(),
                               [](const auto& entry) { return is_lazy(entry.second); });
  return any || !tree.ignored.empty() ? EdgeFinder(tree, nullable, budget).find() : std::vector<LarkEdges>{};
}

}  // namespace keyway::grammars
