// Names with their terms hold exactly the pairs that were given, and nothing between.
#include "tools/named_terms.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/derivative.h"

namespace keyway {
namespace {

TermId after(TermArena& arena, TermId term, std::string_view text) {
  for (char c : text) term = derivative(arena, term, static_cast<uint8_t>(c));
  return term;
}

TEST(NamedTerms, HoldsEveryNameWithItsOwnTermAlone) {
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    TermArena arena;
    std::vector<NamedTerm> names;
    for (int i = 0; i < 12; ++i) {
      std::string name;
      for (size_t n = 1 + random() % 4; n > 0; --n) name += "ab\xC3"[random() % 3];
      const bool used = std::any_of(names.begin(), names.end(), [&](const NamedTerm& at) { return at.name == name; });
      if (!used) names.push_back({name, arena.literal(std::to_string(100 + i))});
    }
    const TermId root = named_terms(arena, names, arena.literal("("), arena.literal(")"));
    size_t least = SIZE_MAX;
    for (const NamedTerm& named : names) least = std::min(least, named.name.size() + 5);
    EXPECT_EQ(arena.shortest(root), least);
    for (const NamedTerm& named : names) {
      EXPECT_EQ(after(arena, root, named.name + "("), arena.sequence(named.term, arena.literal(")")));
      // What is promised along the way is kept.
      for (size_t depth = 0; depth <= named.name.size(); ++depth) {
        size_t rest = SIZE_MAX;
        for (const NamedTerm& other : names) {
          if (other.name.starts_with(named.name.substr(0, depth))) rest = std::min(rest, other.name.size() - depth + 5);
        }
        EXPECT_EQ(arena.shortest(after(arena, root, std::string_view(named.name).substr(0, depth))), rest);
      }
      EXPECT_EQ(after(arena, root, named.name + ")"), TermArena::never());
      EXPECT_EQ(after(arena, root, named.name + "x"), TermArena::never());
    }
  }
  TermArena arena;
  EXPECT_EQ(named_terms(arena, {}, TermArena::epsilon(), TermArena::epsilon()), TermArena::never());
}

TEST(NamedTerms, TenThousandNamesCostTheirSortingUntilATextComes) {
  TermArena arena;
  std::vector<NamedTerm> names;
  for (int i = 0; i < 10000; ++i) names.push_back({"tool_" + std::to_string(i), arena.literal("x")});
  const size_t before = arena.size();
  const TermId root = named_terms(arena, names, TermArena::epsilon(), TermArena::epsilon());
  EXPECT_LE(arena.size(), before + 1);
  EXPECT_TRUE(arena.nullable(after(arena, root, "tool_9999x")));
  EXPECT_LE(arena.size(), before + 300);
}

}  // namespace
}  // namespace keyway
