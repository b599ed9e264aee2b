// A set of texts as an expression; see regex.h.
//
// Entry points: RegexArena::Impl::literal and literals. The texts are sorted and their trie is made from the leaves up, so that
// hash-consing shares equal subtrees and the result is a minimal acyclic automaton whose states have as many parts as
// they have children. Tested by tests/grammar/regex_test.cc.
#include <algorithm>

#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// A trie node whose children are not all known yet.
struct Open {
  uint32_t last = 0;  // the code point under which the child being built will hang
  bool final = false;
  std::vector<std::pair<RegexId, CodePointRange>> children;
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
  const std::u32string text = decode(utf8);
  std::unordered_map<uint32_t, RegexId> letters;
  RegexId result = kEpsilon;
  for (auto c = text.rbegin(); c != text.rend() && !exhausted(); ++c) {
    RegexId& letter = letters[*c];
    if (letter == kNever) letter = one_of(intern_class({{*c, *c}}));
    result = sequence(letter, result);
  }
  return exhausted() ? kNever : result;
}

RegexId RegexArena::Impl::literals(std::vector<std::string_view> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.empty()) return kNever;
  std::vector<Open> path(1);  // path[d] is the node after d code points of the text before
  std::u32string before;

  const auto close = [&](Open& open) {
    std::sort(open.children.begin(), open.children.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.second.first) < std::tie(b.first, b.second.first);
    });
    std::vector<RegexId> list;
    if (open.final) list.push_back(kEpsilon);
    for (size_t i = 0; i < open.children.size();) {
      std::vector<CodePointRange> ranges;
      const RegexId child = open.children[i].first;
      for (; i < open.children.size() && open.children[i].first == child; ++i) ranges.push_back(open.children[i].second);
      list.push_back(sequence(one_of(intern_class(CodePointSet(std::move(ranges)))), child));
    }
    return alternative(std::move(list));
  };
  const auto close_down_to = [&](size_t depth) {
    while (path.size() > depth + 1) {
      const RegexId child = close(path.back());
      path.pop_back();
      path.back().children.push_back({child, {path.back().last, path.back().last}});
    }
  };

  for (std::string_view text : texts) {
    const std::u32string now = decode(text);
    size_t common = 0;
    while (common < now.size() && common < before.size() && now[common] == before[common]) ++common;
    close_down_to(common);
    for (size_t i = common; i < now.size(); ++i) {
      path.back().last = now[i];
      path.emplace_back();
    }
    path.back().final = true;
    before = now;
    if (exhausted()) return kNever;
  }
  close_down_to(0);
  return close(path[0]);
}

}  // namespace keyway
