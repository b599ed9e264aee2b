// See lark_beginnings.h.
#include "schemas/grammars/lark/lark_beginnings.h"

#include <set>

namespace keyway::grammars {
namespace {

constexpr size_t kMostParts = 64;  // of an alternative, names read as what they stand for; one with more is no beginning
constexpr uint32_t kMostNames = 32;  // on the way

class BeginningFinder {
 public:
  BeginningFinder(const LarkTree& tree, Budget* budget)
      : tree_(tree), budget_(budget), found_(tree.nodes.size()), known_(tree.nodes.size()) {}

  std::vector<bool> find() {
    for (const LarkNode& at : tree_.nodes) {
      if (at.kind == LarkKind::kChoice && at.parts.size() > 1) compare(at.parts);
    }
    return std::move(found_);
  }

 private:
  using Parts = std::vector<uint32_t>;  // of an alternative: shapes

  bool pay(uint64_t amount = 1) { return budget_ == nullptr || budget_->pay(amount); }

  void compare(const std::vector<uint32_t>& alternatives) {
    std::vector<Parts> parts(alternatives.size());
    std::set<Parts> begins;  // of every alternative but the whole
    for (size_t i = 0; i < alternatives.size(); ++i) {
      if (!flatten(alternatives[i], kMostNames, parts[i]) || !pay(parts[i].size())) {
        parts[i].clear();
        continue;
      }
      for (size_t n = 1; n < parts[i].size(); ++n) begins.emplace(parts[i].begin(), parts[i].begin() + static_cast<ptrdiff_t>(n));
    }
    for (size_t i = 0; i < alternatives.size(); ++i) {
      found_[alternatives[i]] = begins.contains(parts[i]);
    }
  }

  // Appends the shapes of what the node is a sequence of. False: past kMostParts. Recursion is bounded by the nesting that the
  // reader allows and by `names`.
  bool flatten(uint32_t index, uint32_t names, Parts& out) {
    if (out.size() > kMostParts || !pay()) return false;
    const LarkNode& at = tree_.nodes[index];
    if (at.kind == LarkKind::kText && at.text.empty()) return true;
    if (at.kind == LarkKind::kRepeat && at.max == 0) return true;
    if (at.kind == LarkKind::kSequence) {
      for (const uint32_t part : at.parts) {
        if (!flatten(part, names, out)) return false;
      }
      return true;
    }
    if (at.kind == LarkKind::kName && !at.parameter && names > 0) {
      const LarkDefinition& definition = tree_.definitions.find(at.text)->second;
      const LarkKind body = tree_.without_sequence(definition.body).kind;
      const bool whole = body == LarkKind::kText || body == LarkKind::kRegex || body == LarkKind::kName ||
                         (body == LarkKind::kSequence && !definition.is_terminal);
      const bool plain = !definition.lazy && !definition.marker && !definition.max_chars && !definition.max_tokens;
      if (whole && plain) return flatten(definition.body, names - 1, out);
    }
    out.push_back(shape(index));
    return out.size() <= kMostParts;
  }

  // Equal for nodes that are written alike. What is seldom written twice is like itself alone.
  uint32_t shape(uint32_t index) {
    if (known_[index] != 0) return known_[index];
    const LarkNode& at = tree_.nodes[index];
    std::string key = std::to_string(static_cast<int>(at.kind)) + ":";
    switch (at.kind) {
      case LarkKind::kName:
        key += at.parameter ? "#" + std::to_string(index) : at.text;
        break;
      case LarkKind::kText:
      case LarkKind::kRegex:
      case LarkKind::kNamedToken:
      case LarkKind::kReference: key += at.flags + ":" + at.text; break;
      case LarkKind::kRange: key += std::to_string(at.first) + "-" + std::to_string(at.last); break;
      case LarkKind::kRepeat: key += std::to_string(at.min) + "-" + std::to_string(at.max); [[fallthrough]];
      case LarkKind::kSequence:
      case LarkKind::kChoice:
        for (const uint32_t part : at.parts) key += "," + std::to_string(shape(part));
        break;
      default: key += "#" + std::to_string(index);
    }
    pay(1 + key.size() / 64);
    known_[index] = shapes_.try_emplace(std::move(key), static_cast<uint32_t>(shapes_.size() + 1)).first->second;
    return known_[index];
  }

  const LarkTree& tree_;
  Budget* budget_;
  std::vector<bool> found_;
  std::vector<uint32_t> known_;  // shapes by node, from 1 on
  std::map<std::string, uint32_t> shapes_;
};

}  // namespace

std::vector<bool> find_beginnings(const LarkTree& tree, Budget* budget) { return BeginningFinder(tree, budget).find(); }

}  // namespace keyway::grammars
