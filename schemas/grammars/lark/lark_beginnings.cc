// See lark_beginnings.h.
#include "schemas/grammars/lark/lark_beginnings.h"

#include <algorithm>
#include <set>

namespace keyway::grammars {
namespace {

constexpr size_t kMostParts = 64;  // of an alternative, names read as what they stand for; one with more is no beginning
constexpr uint32_t kMostNames = 32;  // on the way
constexpr size_t kMostTexts = 16;    // that the choices of an alternative are read as; of more nothing is known

class BeginningFinder {
 public:
  BeginningFinder(const LarkTree& tree, Budget* budget)
      : tree_(tree), budget_(budget), found_(tree.nodes.size()), known_(tree.nodes.size()) {}

  LarkBeginnings find() {
    for (uint32_t index = 0; index < tree_.nodes.size(); ++index) {
      const LarkNode& at = tree_.nodes[index];
      if (at.kind != LarkKind::kChoice || at.parts.size() < 2) continue;
      compare(at.parts);
      compare_texts(index);
    }
    return {std::move(found_), std::move(within_)};
  }

 private:
  using Parts = std::vector<uint32_t>;  // of an alternative: shapes
  using Texts = std::vector<Parts>;     // nodes

  bool is_plain(const LarkNode& name) const {
    const LarkDefinition& definition = tree_.definitions.find(name.text)->second;
    return !name.parameter && !definition.lazy && !definition.marker && !definition.max_chars && !definition.max_tokens;
  }

  // Alternatives that are choices, text by text: each that another alternative goes on from.
  void compare_texts(uint32_t choice) {
    const std::vector<uint32_t>& alternatives = tree_.nodes[choice].parts;
    std::vector<Texts> texts(alternatives.size());
    std::map<Parts, size_t> begins;  // and the alternative; alternatives.size() where several have it
    bool several = false;
    for (size_t i = 0; i < alternatives.size(); ++i) {
      texts[i] = {{}};
      if (!expand(alternatives[i], kMostNames, texts[i])) texts[i].clear();
      several = several || texts[i].size() > 1;
    }
    if (!several) return;
    for (size_t i = 0; i < alternatives.size(); ++i) {
      for (const Parts& text : texts[i]) {
        Parts shapes;
        for (size_t n = 0; n + 1 < text.size() && pay(1 + n); ++n) {
          shapes.push_back(shape(text[n]));
          const auto [at, added] = begins.emplace(shapes, i);
          if (!added && at->second != i) at->second = alternatives.size();
        }
      }
    }
    for (size_t i = 0; i < alternatives.size(); ++i) {
      for (const Parts& text : texts[i]) {
        Parts shapes;
        for (const uint32_t part : text) shapes.push_back(shape(part));
        const auto found = pay(1 + text.size()) ? begins.find(shapes) : begins.end();
        const bool goes_on = found != begins.end() && found->second != i;
        if (goes_on && texts[i].size() > 1) within_[choice].push_back(text);
      }
    }
  }

  // Each text goes on with those of the node. False: more than are looked at, or of parameters. Recursion as that of flatten().
  bool expand(uint32_t index, uint32_t names, Texts& texts) {
    if (!pay(texts.size())) return false;
    const LarkNode& at = tree_.nodes[index];
    if (at.kind == LarkKind::kText && at.text.empty()) return true;
    if (at.kind == LarkKind::kSequence) {
      return std::all_of(at.parts.begin(), at.parts.end(), [&](uint32_t part) { return expand(part, names, texts); });
    }
    if (at.kind == LarkKind::kChoice) {
      Texts all;
      for (const uint32_t part : at.parts) {
        Texts some = texts;
        if (!expand(part, names, some) || all.size() + some.size() > kMostTexts) return false;
        all.insert(all.end(), some.begin(), some.end());
      }
      texts = std::move(all);
      return true;
    }
    if (at.kind == LarkKind::kName && names > 0 && is_plain(at)) {
      const LarkDefinition& definition = tree_.definitions.find(at.text)->second;
      const LarkKind body = tree_.without_sequence(definition.body).kind;
      const bool whole = body == LarkKind::kText || body == LarkKind::kName || body == LarkKind::kSequence || body == LarkKind::kChoice;
      if (whole && !definition.is_terminal) return expand(definition.body, names - 1, texts);
    }
    if (at.parameter || at.kind == LarkKind::kGuard) return false;
    for (Parts& text : texts) text.push_back(index);
    return texts.empty() || texts[0].size() <= kMostParts;
  }

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
    // x{2,5} is x x x{0,3}.
    constexpr uint32_t kMostUnrolled = 8;
    if (at.kind == LarkKind::kRepeat && at.min > 0 && at.min <= kMostUnrolled) {
      for (uint32_t i = 0; i < at.min; ++i) {
        if (!flatten(at.parts[0], names, out)) return false;
      }
      if (at.max > at.min) out.push_back(repeat_shape(0, at.max == kUnbounded ? kUnbounded : at.max - at.min, at.parts[0]));
      return out.size() <= kMostParts;
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

  uint32_t shape_of(std::string key) {
    pay(1 + key.size() / 64);
    return shapes_.try_emplace(std::move(key), static_cast<uint32_t>(shapes_.size() + 1)).first->second;
  }

  uint32_t repeat_shape(uint32_t min, uint32_t max, uint32_t part) {
    return shape_of("*" + std::to_string(min) + "-" + std::to_string(max) + "," + std::to_string(shape(part)));
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
      case LarkKind::kRepeat: return known_[index] = repeat_shape(at.min, at.max, at.parts[0]);
      case LarkKind::kSequence:
      case LarkKind::kChoice:
        for (const uint32_t part : at.parts) key += "," + std::to_string(shape(part));
        break;
      default: key += "#" + std::to_string(index);
    }
    return known_[index] = shape_of(std::move(key));
  }

  const LarkTree& tree_;
  Budget* budget_;
  std::vector<bool> found_;
  std::map<uint32_t, std::vector<Parts>> within_;
  std::vector<uint32_t> known_;  // shapes by node, from 1 on
  std::map<std::string, uint32_t> shapes_;
};

// Circles of what rules begin with.
class CircleFinder {
 public:
  CircleFinder(const LarkTree& tree, Budget* budget) : tree_(tree), budget_(budget) {}

  std::set<std::string, std::less<>> find() {
    for (const auto& [name, definition] : tree_.definitions) {
      const bool plain = !definition.is_terminal && !definition.lazy && !definition.marker && !definition.max_chars && !definition.max_tokens;
      if (plain) rules_.emplace(name, static_cast<uint32_t>(rules_.size()));
    }
    heads_.resize(rules_.size());
    behind_.resize(rules_.size());
    for (const auto& [name, rule] : rules_) add_heads(tree_.definitions.find(name)->second.body, rule, false);
    const std::vector<uint32_t> circle = components();
    std::set<std::string, std::less<>> out;
    std::set<uint32_t> growing;
    for (uint32_t rule = 0; rule < rules_.size(); ++rule) {
      for (const Head& head : heads_[rule]) {
        if (head.more && circle[head.rule] == circle[rule]) growing.insert(circle[rule]);
      }
    }
    for (const auto& [name, rule] : rules_) {
      if (growing.contains(circle[rule])) out.insert(name);
    }
    return out;
  }

 private:
  struct Head {
    uint32_t rule;
    bool more;  // something follows it
  };

  // Recursion is bounded by the nesting that the reader allows.
  void add_heads(uint32_t index, uint32_t rule, bool more) {
    if (budget_ != nullptr && !budget_->pay()) return;
    const LarkNode& at = tree_.nodes[index];
    if (at.kind == LarkKind::kSequence && !at.parts.empty()) add_heads(at.parts[0], rule, more || at.parts.size() > 1);
    if (at.kind == LarkKind::kChoice) {
      for (const uint32_t part : at.parts) add_heads(part, rule, more);
    }
    if (at.kind != LarkKind::kName) return;
    const auto named = rules_.find(at.text);
    if (named == rules_.end() || (at.parameter && named->second != rule)) return;
    heads_[rule].push_back({named->second, more});
    behind_[named->second].push_back(rule);
  }

  // By rule, one number for all that lead to each other: rules in the order in which they are left, then backwards.
  std::vector<uint32_t> components() const {
    std::vector<uint32_t> order, out(rules_.size(), kNone);
    std::vector<bool> seen(rules_.size());
    std::vector<std::pair<uint32_t, size_t>> path;
    for (uint32_t start = 0; start < rules_.size(); ++start) {
      if (seen[start]) continue;
      seen[start] = true;
      path.emplace_back(start, 0);
      while (!path.empty()) {
        auto& [rule, next] = path.back();
        if (next == heads_[rule].size()) {
          order.push_back(rule);
          path.pop_back();
          continue;
        }
        const uint32_t to = heads_[rule][next++].rule;
        if (!seen[to]) path.emplace_back(to, 0);
        seen[to] = true;
      }
    }
    for (size_t i = order.size(); i-- > 0;) {
      std::vector<uint32_t> open;
      if (out[order[i]] == kNone) open.push_back(order[i]);
      while (!open.empty()) {
        const uint32_t rule = open.back();
        open.pop_back();
        if (out[rule] != kNone) continue;
        out[rule] = order[i];
        open.insert(open.end(), behind_[rule].begin(), behind_[rule].end());
      }
    }
    return out;
  }

  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  const LarkTree& tree_;
  Budget* budget_;
  std::map<std::string, uint32_t, std::less<>> rules_;
  std::vector<std::vector<Head>> heads_;       // by rule
  std::vector<std::vector<uint32_t>> behind_;  // by rule, those that begin with it
};

}  // namespace

std::set<std::string, std::less<>> find_circles(const LarkTree& tree, Budget* budget) { return CircleFinder(tree, budget).find(); }

LarkBeginnings find_beginnings(const LarkTree& tree, Budget* budget) { return BeginningFinder(tree, budget).find(); }

}  // namespace keyway::grammars
