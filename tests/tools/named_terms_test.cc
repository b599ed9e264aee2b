// Names with their terms hold exactly the pairs that were given, and nothing between.
#include "tools/named_terms.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/automaton.h"
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

TEST(NamedTerms, ReadOffTheListTheyAreWhatTheirDerivativesAre) {
  std::mt19937 random(2);
  for (int round = 0; round < 40; ++round) {
    TermArena arena;
    std::vector<NamedTerm> names;
    for (int i = 0; i < 20; ++i) {
      std::string name;
      for (size_t n = 1 + random() % 12; n > 0; --n) name += "ab\xC3"[random() % (round % 3 + 1)];
      const bool used = std::any_of(names.begin(), names.end(), [&](const NamedTerm& at) { return at.name == name; });
      if (!used) names.push_back({name, arena.literal(std::to_string(100 + i))});
    }
    const TermId before = round % 2 ? arena.literal("(") : TermArena::epsilon();
    const TermId either = arena.choice(named_terms(arena, names, before, arena.literal(")")), arena.literal("abba!"));
    Automaton automaton(arena);
    for (int text = 0; text < 60; ++text) {
      const NamedTerm& named = names[random() % names.size()];
      std::string bytes = named.name + (round % 2 ? "(" : "") + std::to_string(100 + random() % 20) + ")";
      if (text % 3 == 0) bytes[random() % bytes.size()] = "ab1"[random() % 3];
      State state = automaton.split(either);
      TermId term = either;
      for (char byte : bytes) {
        state = automaton.step(state, static_cast<uint8_t>(byte));
        term = derivative(arena, term, static_cast<uint8_t>(byte));
        ASSERT_EQ(Automaton::is_dead(state), term == TermArena::never()) << bytes;
        if (Automaton::is_dead(state)) break;
        ASSERT_EQ(automaton.shortest(state), arena.shortest(term)) << bytes;
        ASSERT_EQ(automaton.accepting(state), arena.nullable(term)) << bytes;
        ASSERT_EQ(first_bytes(arena, automaton.term(state)), first_bytes(arena, term)) << bytes;
      }
    }
  }
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
