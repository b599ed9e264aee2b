// The trie of names, node by node; see named_terms.h.
#include "tools/named_terms.h"

#include <algorithm>

#include "grammar/listed_texts.h"

namespace keyway {
namespace {

// reference(x, y) is what may follow the first y bytes of name x, which is the first of the names that begin with them.
class NamedTerms : public Definition, public ListedTexts {
 public:
  NamedTerms(TermArena& arena, std::vector<NamedTerm> names, TermId before, TermId after)
      : names_(std::move(names)), before_(before), after_(after) {
    std::sort(names_.begin(), names_.end(), [](const NamedTerm& a, const NamedTerm& b) { return a.name < b.name; });
    const uint64_t around = uint64_t{arena.shortest(before)} + arena.shortest(after);
    for (const NamedTerm& named : names_) bytes_.push_back(named.name.size() + around + arena.shortest(named.term));
  }

  void set_definition(DefinitionId id) { id_ = id; }
  const ListedTexts* listed() const override { return this; }

  std::string_view text(uint32_t index) const override { return names_[index].name; }
  std::array<TermId, 3> after(uint32_t index) const override { return {before_, names_[index].term, after_}; }
  uint64_t shortest(uint32_t index) const override { return bytes_[index]; }
  using ListedTexts::shortest;

  Range range(uint32_t first, uint32_t depth) const override {
    const std::string_view prefix = text(first).substr(0, depth);
    const auto last = std::partition_point(names_.begin() + first, names_.end(),
                                           [prefix](const NamedTerm& at) { return std::string_view(at.name).starts_with(prefix); });
    return {first, static_cast<uint32_t>(last - names_.begin()), depth};
  }

  TermId reference(TermArena& arena, const Range& range) const override {
    arena.pay((range.last - range.first) / 16);
    return arena.reference(id_, range.first, range.read, {false, static_cast<uint32_t>(std::min<uint64_t>(shortest(range), kLongest))});
  }

  TermId unfold(TermArena& arena, uint32_t first, uint32_t depth) override {
    const std::string_view name = text(first);
    const uint32_t last = range(first, depth).last;
    const uint32_t shared = shared_bytes(first, last);
    if (shared == depth) return branches(arena, first, last, depth);
    // The names are sorted: what the first and the last share, all share. Of a long part a mask looks at few bytes.
    const uint32_t next = std::min(shared, depth + kMostBytes);
    const TermId then = next < shared ? reference(arena, {first, last, next}) : branches(arena, first, last, next);
    return arena.sequence(arena.literal(name.substr(depth, next - depth)), then);
  }

 private:
  static constexpr uint32_t kMostBytes = 8;  // that are made at once

  uint32_t shared_bytes(uint32_t first, uint32_t last) const {
    const std::string_view a = names_[first].name, b = names_[last - 1].name;
    return static_cast<uint32_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first - a.begin());
  }

  TermId branches(TermArena& arena, uint32_t first, uint32_t last, uint32_t depth) {
    std::vector<TermId> choices;
    if (names_[first].name.size() == depth) {
      const TermId parts[] = {before_, names_[first].term, after_};
      choices.push_back(arena.sequence(parts));
      ++first;
    }
    while (first < last) {
      const char byte = names_[first].name[depth];
      const uint32_t end = static_cast<uint32_t>(
          std::partition_point(names_.begin() + first, names_.begin() + last,
                               [byte, depth](const NamedTerm& at) { return at.name[depth] == byte; }) -
          names_.begin());
      choices.push_back(arena.sequence(arena.literal(std::string_view(&byte, 1)), reference(arena, {first, end, depth + 1})));
      first = end;
    }
    return arena.choice(choices);
  }

  std::vector<NamedTerm> names_;  // sorted
  std::vector<uint64_t> bytes_;   // shortest text of each, the name included
  TermId before_, after_;
  DefinitionId id_;
};

}  // namespace

TermId named_terms(TermArena& arena, std::vector<NamedTerm> names, TermId before, TermId after) {
  if (names.empty()) return TermArena::never();
  const uint32_t count = static_cast<uint32_t>(names.size());
  const auto definition = std::make_shared<NamedTerms>(arena, std::move(names), before, after);
  definition->set_definition(arena.define(definition));
  return definition->reference(arena, {0, count, 0});
}

}  // namespace keyway
