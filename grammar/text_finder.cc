// The automaton of texts to be found; see text_finder.h.
#include "grammar/text_finder.h"

namespace keyway {

TextFinder::TextFinder(std::span<const std::string> texts) {
  nodes_.emplace_back();
  for (size_t i = 0; i < texts.size(); ++i) {
    uint32_t at = 0;
    for (const char c : texts[i]) {
      const auto [child, added] = nodes_[at].children.try_emplace(static_cast<uint8_t>(c), states());
      at = child->second;
      if (added) nodes_.emplace_back();
    }
    nodes_[at].ends.push_back(static_cast<uint32_t>(i));
    nodes_[at].finds = true;
  }
  // Fallbacks in breadth-first order; what ends at a fallback ends here too.
  std::vector<uint32_t> order = {0};
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t at = order[i];
    for (const auto& [byte, child] : nodes_[at].children) {
      order.push_back(child);
      Node& node = nodes_[child];
      node.fallback = at == 0 ? 0 : step(nodes_[at].fallback, byte);
      node.finds = node.finds || nodes_[node.fallback].finds;
    }
  }
}

uint32_t TextFinder::step(uint32_t state, uint8_t byte) const {
  while (true) {
    const auto child = nodes_[state].children.find(byte);
    if (child != nodes_[state].children.end()) return child->second;
    if (state == 0) return 0;
    state = nodes_[state].fallback;
  }
}

std::vector<uint32_t> TextFinder::found(uint32_t state) const {
  std::vector<uint32_t> out;
  for (; nodes_[state].finds; state = nodes_[state].fallback) {
    out.insert(out.end(), nodes_[state].ends.begin(), nodes_[state].ends.end());
  }
  return out;
}

}  // namespace keyway
