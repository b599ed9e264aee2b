// A set of texts as an expression; see regex.h.
//
// Entry points: RegexArena::Impl::literal and literals; RegexArena::all_but and first_letters, which read such a set. The
// texts are sorted and their trie is made from the leaves up, so that hash-consing shares equal subtrees and the result is a
// minimal acyclic automaton whose states have as many parts as they have children. Tested by tests/grammar/regex_test.cc.
#include <algorithm>
#include <span>

#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// A trie node whose children are not all known yet.
struct Open {
  uint32_t last = 0;  // the code point under which the child being built will hang
  bool final = false;
  std::vector<std::pair<RegexId, uint32_t>> children;  // below a code point each
};

std::u32string decode(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const size_t length = static_cast<unsigned char>(utf8[0]) < 0x80 ? 1 : utf8_length(utf8);
    if (length == 0) return out;
    out.push_back(utf8_code_point(utf8.substr(0, length)));
    utf8.remove_prefix(length);
  }
  return out;
}

}  // namespace

RegexId RegexArena::Impl::literal(std::string_view utf8) {
  if (!allows(utf8.size())) return kNever;
  const std::u32string text = decode(utf8);
  RegexId result = kEpsilon;
  for (auto c = text.rbegin(); c != text.rend() && !exhausted(); ++c) result = sequence(letter(*c), result);
  return exhausted() ? kNever : result;
}

RegexId RegexArena::Impl::literals(std::vector<std::string_view> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.empty()) return kNever;
  std::vector<Open> path(1);  // path[d] is the node after d code points of the text before, for d to depth
  size_t depth = 0;
  std::u32string before;

  const auto letters_of = [&](std::span<const std::pair<RegexId, uint32_t>> children) {
    if (children.size() == 1) return letter(children[0].second);
    std::vector<CodePointRange> ranges;
    for (const auto& [child, code_point] : children) ranges.push_back({code_point, code_point});
    return one_of(intern_class(CodePointSet(std::move(ranges))));
  };
  const auto close = [&](Open& open) {
    // Most nodes have one child: the names of a schema were a tenth of the time to its first mask.
    if (open.children.size() == 1 && !open.final) {
      return sequence(letter(open.children[0].second), open.children[0].first);
    }
    if (open.children.empty()) return open.final ? kEpsilon : kNever;
    std::sort(open.children.begin(), open.children.end());
    std::vector<RegexId> list;
    list.reserve(open.children.size() + 1);
    bool settled = true;
    for (size_t i = 0; i < open.children.size();) {
      const size_t first = i;
      const RegexId child = open.children[i].first;
      while (i < open.children.size() && open.children[i].first == child) ++i;
      const RegexId on = letters_of(std::span(open.children).subspan(first, i - first));
      list.push_back(sequence(on, child));
      // A letter in front of itself is a repetition, which may have to be united with others.
      settled = settled && kind(list.back()) == RegexKind::kSequence && head(list.back()) == on;
    }
    if (!settled || exhausted()) {
      if (open.final) list.push_back(kEpsilon);
      return alternative(std::move(list));
    }
    // Heads and tails differ, so that this is the normal form.
    if (list.size() == 1) return open.final ? repeat(list[0], 0, 1) : list[0];
    if (open.final) list.push_back(kEpsilon);
    std::sort(list.begin(), list.end());
    return intern_list(RegexKind::kAlternative, list);
  };
  const auto close_down_to = [&](size_t least) {
    for (; depth > least; --depth) {
      const RegexId child = close(path[depth]);
      path[depth - 1].children.push_back({child, path[depth - 1].last});
    }
  };
  const auto open_below = [&](uint32_t code_point) {
    path[depth++].last = code_point;
    if (depth == path.size()) path.emplace_back();
    path[depth].final = false;
    path[depth].children.clear();
  };

  for (std::string_view text : texts) {
    if (!allows(text.size())) return kNever;
    const std::u32string now = decode(text);
    size_t common = 0;
    while (common < now.size() && common < before.size() && now[common] == before[common]) ++common;
    close_down_to(common);
    for (size_t i = common; i < now.size(); ++i) open_below(now[i]);
    path[depth].final = true;
    before = now;
    if (exhausted()) return kNever;
  }
  close_down_to(0);
  return close(path[0]);
}

bool RegexArena::all_but(RegexId r, std::vector<RegexId>& left_out) const {
  const auto add = [&](RegexId part) {
    if (const auto bounds = any_bounds(part); bounds && bounds->min == 1 && bounds->max == kUnbounded) {
      left_out.push_back(epsilon());
      return true;
    }
    const bool such = impl_->kind(part) == RegexKind::kComplement && impl_->node(impl_->part(part)).max_length < kHeaviest;
    if (such) left_out.push_back(impl_->part(part));
    return such;
  };
  if (impl_->kind(r) != RegexKind::kIntersection) return add(r);
  const auto parts = impl_->parts_of(r);
  return std::all_of(parts.begin(), parts.end(), add);
}

bool RegexArena::first_letters(RegexId r, std::vector<Letter>& letters) const {
  // Past these, reading one by one costs more than transitions, which are kept.
  static constexpr size_t kMost = 64;
  static constexpr uint64_t kMostOfClass = 16;
  const auto add = [&](RegexId part) {
    const bool chained = impl_->kind(part) == RegexKind::kSequence;
    const RegexId first = chained ? impl_->head(part) : part;
    if (impl_->kind(first) == RegexKind::kEpsilon) return true;
    if (impl_->kind(first) != RegexKind::kClass) return false;
    const CodePointSet& on = impl_->set(impl_->class_of(first));
    if (letters.size() >= kMost || on.size() > kMostOfClass) return false;
    for (const CodePointRange& range : on.ranges()) {
      for (uint32_t c = range.first; c <= range.last; ++c) letters.push_back({c, chained ? impl_->tail(part) : epsilon()});
    }
    return true;
  };
  // A text that may be over, and its one letter more.
  if (impl_->kind(r) == RegexKind::kRepeat && impl_->node(r).y == 0 && impl_->node(r).z == 1) r = impl_->part(r);
  if (impl_->kind(r) != RegexKind::kAlternative) return add(r);
  const auto parts = impl_->parts_of(r);
  return std::all_of(parts.begin(), parts.end(), add);
}

}  // namespace keyway
