// Sets of texts as tries: TermArena::literal, literals, literals_then; see term.h.
//
// The texts are sorted and folded into a trie from the last text to the first, one open node per byte of the current
// path. Nodes are closed bottom-up, so that hash-consing shares equal suffixes: the result is the minimal acyclic
// automaton of the set (Daciuk et al. 2000), without any recursion.
#include <algorithm>

#include "grammar/common_prefix.h"
#include "grammar/term.h"

namespace keyway {
namespace {

// An open node of the current path: alternatives seen so far, by first byte.
struct OpenNode {
  std::vector<TermId> alternatives;
};

}  // namespace

TermId TermArena::literal(std::string_view text) {
  if (!allows_text(text.size())) return never();
  TermId result = epsilon();
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    ByteSet set;
    set.insert(static_cast<uint8_t>(*c));
    result = sequence(bytes(set), result);
  }
  return result;
}

TermId TermArena::literals(std::vector<std::string_view> texts) {
  std::vector<std::pair<std::string_view, TermId>> pairs;
  pairs.reserve(texts.size());
  for (std::string_view text : texts) pairs.emplace_back(text, epsilon());
  return literals_then(std::move(pairs));
}

TermId TermArena::literals_then(std::vector<std::pair<std::string_view, TermId>> texts) {
  if (texts.empty()) return never();
  std::sort(texts.begin(), texts.end());
  std::vector<OpenNode> path(1);
  // Closes the nodes below `depth`; `text` is the path they stand on.
  auto close_to = [&](size_t depth, std::string_view text) {
    while (path.size() > depth + 1) {
      const TermId node = choice(path.back().alternatives);
      path.pop_back();
      ByteSet set;
      set.insert(static_cast<uint8_t>(text[path.size() - 1]));
      path.back().alternatives.push_back(sequence(bytes(set), node));
    }
  };
  std::string_view previous;
  for (const auto& [text, tail] : texts) {
    if (!allows_text(text.size())) return never();
    close_to(common_prefix(previous, text), previous);
    path.resize(text.size() + 1);
    path.back().alternatives.push_back(tail);
    previous = text;
  }
  close_to(0, previous);
  return choice(path[0].alternatives);
}

}  // namespace keyway
