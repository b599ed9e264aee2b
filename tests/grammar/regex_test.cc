#include "grammar/regex.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>
#include <unordered_map>

namespace keyway {
namespace {

// The oracle: a language as the set of its texts of at most kLongestText letters over a, b, c, where c stands for every
// other code point. Operations are those of sets; nothing is shared with the code under test.
constexpr size_t kLongestText = 4;
constexpr char kLetters[] = "abc";
const std::vector<std::string>& universe() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> all{""};
    for (size_t i = 0; i < all.size(); ++i) {
      for (size_t k = 0; k < 3 && all[i].size() < kLongestText; ++k) all.push_back(all[i] + kLetters[k]);
    }
    return all;
  }();
  return texts;
}
constexpr size_t kTexts = 1 + 3 + 9 + 27 + 81;
using Language = std::bitset<kTexts>;

size_t number_of(const std::string& text) {
  static const std::unordered_map<std::string, size_t> numbers = [] {
    std::unordered_map<std::string, size_t> map;
    for (size_t i = 0; i < universe().size(); ++i) map[universe()[i]] = i;
    return map;
  }();
  return numbers.at(text);
}

Language concatenation(const Language& a, const Language& b) {
  Language result;
  for (size_t i = 0; i < kTexts; ++i) {
    const std::string& text = universe()[i];
    for (size_t cut = 0; cut <= text.size() && !result[i]; ++cut) {
      result[i] = a[number_of(text.substr(0, cut))] && b[number_of(text.substr(cut))];
    }
  }
  return result;
}

Language repetition(const Language& part, uint32_t min, uint32_t max) {
  Language result, power;
  power[0] = true;
  // With the empty text in `part` powers only grow; without it those past kLongestText are out of sight.
  for (uint32_t n = 0; n <= std::min<uint32_t>(max, min + kLongestText); ++n) {
    if (n >= min) result |= power;
    power = concatenation(power, part);
  }
  return result;
}

struct Sample {
  RegexId id;
  Language language;
};

Language accepted(RegexArena& arena, RegexId r) {
  std::vector<RegexId> states{r};  // in the order of universe(): each text follows its prefix
  Language result;
  std::unordered_map<std::string, RegexId> after;
  for (size_t i = 0; i < kTexts; ++i) {
    const std::string& text = universe()[i];
    const RegexId state =
        text.empty() ? r : arena.derivative(after.at(text.substr(0, text.size() - 1)), static_cast<uint8_t>(text.back()));
    after[text] = state;
    result[i] = arena.nullable(state);
  }
  return result;
}

void check(RegexArena& arena, const Sample& sample) {
  const std::string shown = arena.dump(sample.id);
  ASSERT_EQ(accepted(arena, sample.id), sample.language) << shown;
  const std::optional<bool> empty = arena.is_empty(sample.id);
  ASSERT_TRUE(empty.has_value());
  if (sample.language.any()) {
    ASSERT_FALSE(*empty) << shown;
    size_t first = 0;
    while (!sample.language[first]) ++first;
    ASSERT_EQ(arena.shortest(sample.id)->size(), universe()[first].size()) << shown;
  } else if (!*empty) {
    ASSERT_GT(arena.shortest(sample.id)->size(), kLongestText) << shown;
  }
  CodePointSet covered;
  for (const RegexArena::Transition& t : arena.transitions(sample.id)) {
    const CodePointSet& on = arena.set(t.on);
    ASSERT_FALSE(on.empty()) << shown;
    ASSERT_TRUE(covered.intersect(on).empty()) << shown;
    covered = covered.unite(on);
    ASSERT_EQ(arena.is_empty(t.target), false) << shown;
  }
}

// Keeps one sample of each id and checks that equal ids are equal languages.
class Collection {
 public:
  explicit Collection(RegexArena& arena) : arena_(arena) {}
  void add(std::vector<Sample>& level, RegexId id, const Language& language) {
    auto [known, fresh] = seen_.try_emplace(id.value, language);
    if (!fresh) {
      EXPECT_EQ(known->second, language) << arena_.dump(id);
      return;
    }
    level.push_back({id, language});
    check(arena_, level.back());
  }
  void add_unary(std::vector<Sample>& level, const Sample& s) {
    add(level, arena_.complement(s.id), ~s.language);
    static constexpr std::pair<uint32_t, uint32_t> kCounts[] = {{0, kUnbounded}, {0, 1}, {1, 2}, {2, 2}, {2, kUnbounded}};
    for (auto [min, max] : kCounts) add(level, arena_.repeat(s.id, min, max), repetition(s.language, min, max));
  }
  void add_binary(std::vector<Sample>& level, const Sample& a, const Sample& b) {
    const RegexId both[] = {a.id, b.id};
    add(level, arena_.sequence(a.id, b.id), concatenation(a.language, b.language));
    add(level, arena_.alternative(both), a.language | b.language);
    add(level, arena_.intersection(both), a.language & b.language);
  }
  size_t size() const { return seen_.size(); }

 private:
  RegexArena& arena_;
  std::unordered_map<uint32_t, Language> seen_;
};

std::vector<Sample> atoms(RegexArena& arena, Collection& collection) {
  std::vector<Sample> level;
  Language none, empty, any;
  empty[0] = true;
  for (char letter : {'a', 'b'}) {
    Language one;
    one[number_of(std::string(1, letter))] = true;
    collection.add(level, arena.literal(std::string(1, letter)), one);
  }
  for (const char* letter : {"a", "b", "c"}) any[number_of(letter)] = true;
  collection.add(level, arena.never(), none);
  collection.add(level, arena.epsilon(), empty);
  collection.add(level, arena.any(), any);
  return level;
}

TEST(Regex, AllSmallExpressionsMeanTheirSets) {
  RegexArena arena;
  Collection collection(arena);
  std::vector<std::vector<Sample>> levels{{}, atoms(arena, collection)};
  for (size_t size = 2; size <= 5; ++size) {
    std::vector<Sample> level;
    for (const Sample& s : levels[size - 1]) collection.add_unary(level, s);
    for (size_t left = 1; left + 1 < size; ++left) {
      for (const Sample& a : levels[left]) {
        for (const Sample& b : levels[size - 1 - left]) collection.add_binary(level, a, b);
      }
    }
    levels.push_back(std::move(level));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(collection.size(), 1000u);
}

TEST(Regex, RandomLargerExpressionsMeanTheirSets) {
  std::mt19937 random(7);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    RegexArena arena;
    Collection collection(arena);
    std::vector<Sample> pool = atoms(arena, collection);
    for (int i = 0; i < 60 && !HasFatalFailure(); ++i) {
      std::vector<Sample> fresh;
      const Sample a = pool[random() % pool.size()], b = pool[random() % pool.size()];
      if (random() % 2 == 0) collection.add_unary(fresh, a);
      else collection.add_binary(fresh, a, b);
      if (!fresh.empty()) pool.push_back(fresh[random() % fresh.size()]);
    }
  }
}

TEST(Regex, EnumeratesFiniteLanguagesOnly) {
  std::mt19937 random(11);
  RegexArena arena;
  Collection collection(arena);
  std::vector<Sample> pool = atoms(arena, collection);
  const RegexId bound = arena.repeat(arena.one_of({{'a', 'c'}}), 0, kLongestText);
  for (int i = 0; i < 300; ++i) {
    std::vector<Sample> fresh;
    const Sample a = pool[random() % pool.size()], b = pool[random() % pool.size()];
    if (random() % 2 == 0) collection.add_unary(fresh, a);
    else collection.add_binary(fresh, a, b);
    if (fresh.empty()) continue;
    pool.push_back(fresh[random() % fresh.size()]);
    const RegexId both[] = {bound, pool.back().id};
    std::vector<std::string> expected;
    for (size_t n = 0; n < kTexts; ++n) {
      if (pool.back().language[n]) expected.push_back(universe()[n]);
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(arena.enumerate(arena.intersection(both), kTexts), expected);
    if (!expected.empty()) {
      EXPECT_EQ(arena.enumerate(arena.intersection(both), expected.size() - 1), std::nullopt);
    }
  }
  EXPECT_EQ(arena.enumerate(arena.repeat(arena.literal("ab"), 0, kUnbounded), 1000000), std::nullopt);
  EXPECT_EQ(arena.enumerate(arena.repeat(arena.any(), 1, 1), 1000), std::nullopt);
}

TEST(Regex, EqualLanguagesOfCommonFormsHaveEqualIds) {
  RegexArena arena;
  const RegexId a = arena.literal("a"), b = arena.literal("b");
  const auto either = [&](RegexId x, RegexId y) { const RegexId p[] = {x, y}; return arena.alternative(p); };
  const auto both = [&](RegexId x, RegexId y) { const RegexId p[] = {x, y}; return arena.intersection(p); };
  const auto star = [&](RegexId x) { return arena.repeat(x, 0, kUnbounded); };
  EXPECT_EQ(either(a, b), arena.one_of({{'a', 'b'}}));
  EXPECT_EQ(either(a, arena.all()), arena.all());
  EXPECT_EQ(either(a, arena.complement(a)), arena.all());
  EXPECT_EQ(both(a, arena.complement(a)), arena.never());
  EXPECT_EQ(both(a, arena.all()), a);
  EXPECT_EQ(arena.complement(arena.complement(star(a))), star(a));
  EXPECT_EQ(star(star(a)), star(a));
  EXPECT_EQ(star(either(star(a), b)), star(either(a, b)));
  EXPECT_EQ(arena.sequence(arena.repeat(a, 1, 2), arena.repeat(a, 3, 5)), arena.repeat(a, 4, 7));
  EXPECT_EQ(arena.repeat(arena.repeat(a, 1000, 1000), 1000, 1000), arena.repeat(a, 1000000, 1000000));
  EXPECT_EQ(arena.sequence(arena.all(), star(a)), arena.all());
  EXPECT_EQ(either(arena.literal("ab"), arena.literal("ac")), arena.sequence(a, arena.one_of({{'b', 'c'}})));
  EXPECT_EQ(both(arena.length(2, 9), arena.length(5, 20)), arena.length(5, 9));
  EXPECT_EQ(both(arena.length(5, 9), arena.length(1, 4)), arena.never());
  EXPECT_EQ(arena.complement(arena.length(0, 4)), arena.length(5, kUnbounded));
  EXPECT_EQ(arena.repeat(a, 3, 2), arena.never());
  EXPECT_EQ(arena.repeat(arena.epsilon(), 5, kUnbounded), arena.epsilon());
}

TEST(Regex, CountsAreNeverExpanded) {
  RegexArena arena;
  const RegexId r = arena.repeat(arena.one_of({{'a', 'z'}}), 3, 1000000);
  RegexId state = r;
  const size_t before = arena.size();
  for (int i = 0; i < 1000; ++i) state = arena.derivative(state, 'q');
  EXPECT_LE(arena.size(), before + 2000);
  EXPECT_TRUE(arena.nullable(state));
  EXPECT_FALSE(arena.matches(r, "ab"));
}

TEST(Regex, UnanchoredCountsStayLazy) {
  RegexArena arena;
  const RegexId parts[] = {arena.all(), arena.one_of({{'a', 'a'}, {'e', 'e'}}), arena.length(60, 60)};
  const RegexId r = arena.sequence(parts);
  RegexId state = r;
  for (int i = 0; i < 200; ++i) state = arena.derivative(state, i % 3 == 0 ? 'a' : 'x');
  EXPECT_LT(arena.size(), 30000u);
  EXPECT_EQ(arena.is_empty(state), false);
  EXPECT_EQ(arena.shortest(r)->size(), 61u);
  const RegexId both[] = {r, arena.length(0, 60)};
  EXPECT_EQ(arena.is_empty(arena.intersection(both)), true);
}

TEST(Regex, LiteralsAreAMinimalAutomaton) {
  std::vector<std::string> words;
  for (int i = 0; i < 50000; ++i) words.push_back("word-" + std::to_string(i) + "-end");
  RegexArena arena;
  const RegexId r = arena.literals({words.begin(), words.end()});
  EXPECT_LT(arena.size(), 1000u);  // words of digits share nearly all of their suffixes
  EXPECT_TRUE(arena.matches(r, "word-49999-end"));
  EXPECT_TRUE(arena.matches(r, "word-0-end"));
  EXPECT_FALSE(arena.matches(r, "word-50000-end"));
  EXPECT_FALSE(arena.matches(r, "word-01-end"));
  EXPECT_EQ(arena.enumerate(r, 50000)->size(), 50000u);
}

TEST(Regex, LiteralsAreExactlyTheTexts) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    RegexArena arena;
    std::vector<std::string> texts;
    for (unsigned n = random() % 12; n > 0; --n) {
      std::string text;
      for (unsigned k = random() % 5; k > 0; --k) {
        static const char* const kPieces[] = {"a", "b", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
        text += kPieces[random() % 5];
      }
      texts.push_back(text);
    }
    const RegexId r = arena.literals({texts.begin(), texts.end()});
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    EXPECT_EQ(arena.enumerate(r, 100), texts);
  }
}

TEST(Regex, CodePointsBeyondTheBasicPlaneAreOneStep) {
  RegexArena arena;
  const RegexId r = arena.length(2, 2);
  EXPECT_TRUE(arena.matches(r, "\xF0\x9F\x98\x80\xC3\xA9"));
  EXPECT_FALSE(arena.matches(r, "\xF0\x9F\x98\x80"));
  EXPECT_FALSE(arena.matches(r, "\xED\xA0\x80x"));  // a surrogate is no code point
  EXPECT_EQ(arena.derivative(r, 0xD800), arena.never());
}

TEST(Regex, ContainmentFollowsSets) {
  RegexArena arena;
  const RegexId digits = arena.repeat(arena.one_of({{'0', '9'}}), 1, kUnbounded);
  EXPECT_EQ(arena.contains(digits, arena.literal("2026")), true);
  EXPECT_EQ(arena.contains(digits, arena.literal("2026a")), false);
  EXPECT_EQ(arena.contains(arena.complement(arena.literal("x")), digits), true);
  EXPECT_EQ(arena.contains(digits, arena.complement(arena.literal("x"))), false);
}

TEST(Regex, DeadTargetsAreDropped) {
  RegexArena arena;
  const auto star = [&](const char* text) { return arena.repeat(arena.literal(text), 0, kUnbounded); };
  // (a* b) and (a* c) share no text, though every prefix of a's is in both.
  const RegexId parts[] = {arena.sequence(star("a"), arena.literal("b")), arena.sequence(star("a"), arena.literal("c"))};
  const RegexId none = arena.intersection(parts);
  EXPECT_EQ(arena.is_empty(none), true);
  const RegexId choice[] = {arena.sequence(arena.literal("x"), none), arena.literal("y")};
  const RegexId r = arena.alternative(choice);
  ASSERT_EQ(arena.transitions(r).size(), 1u);
  EXPECT_TRUE(arena.set(arena.transitions(r)[0].on).contains('y'));
}

TEST(Regex, WithinTheBudgetOrRefused) {
  // The same work with every budget up to what it needs: it ends in a refusal or in the same answer.
  const auto work = [](Budget* budget) -> std::optional<std::string> {
    RegexArena arena;
    arena.set_budget(budget);
    const RegexId parts[] = {arena.repeat(arena.literal("ab"), 0, kUnbounded), arena.complement(arena.literal("abab")),
                             arena.length(3, 20)};
    const RegexId r = arena.intersection(parts);
    const auto text = arena.shortest(r);
    if (arena.exhausted() || !text.has_value()) return std::nullopt;
    return std::string(text->begin(), text->end());
  };
  Budget plenty(1000000);
  ASSERT_EQ(work(&plenty), "ababab");
  ASSERT_GT(plenty.used(), 10u);
  for (uint64_t fuel = 0; fuel < plenty.used(); ++fuel) {
    Budget budget(fuel);
    EXPECT_EQ(work(&budget), std::nullopt) << fuel;
    EXPECT_TRUE(budget.exhausted());
  }
  Budget exact(plenty.used());
  EXPECT_EQ(work(&exact), "ababab");
}

TEST(Regex, AFreshBudgetHealsAnArena) {
  RegexArena arena;
  Budget little(3), plenty(100000);
  arena.set_budget(&little);
  const RegexId r = arena.literal("abcdef");
  EXPECT_EQ(r, arena.never());
  EXPECT_TRUE(arena.exhausted());
  EXPECT_EQ(arena.limit_error("mask_fuel").allowed, "mask_fuel 3");
  arena.set_budget(&plenty);
  EXPECT_TRUE(arena.matches(arena.literal("abcdef"), "abcdef"));
}

TEST(Regex, DepthIsCounted) {
  Limits limits;
  limits.regex_depth = 10;
  RegexArena arena(limits);
  RegexId r = arena.literal("a");
  for (int i = 0; i < 1000; ++i) {
    r = arena.repeat(arena.sequence(r, arena.literal("b")), 2, 2);
    r = arena.sequence(r, arena.literal("c"));
    if (arena.exhausted()) break;
  }
  EXPECT_TRUE(arena.exhausted());
  EXPECT_EQ(arena.limit_error().allowed, "regex_depth 10");
}

TEST(Regex, LongTextsNestNothing) {
  Limits limits;
  limits.arena_bytes *= 2;  // a million letters take 50 MB
  RegexArena arena(limits);
  const std::string text(1000000, 'x');
  std::vector<std::string> prefixes{"", text, text + "y", text.substr(0, 500000)};
  const RegexId r = arena.literals({prefixes.begin(), prefixes.end()});
  EXPECT_FALSE(arena.exhausted());
  EXPECT_TRUE(arena.matches(r, text + "y"));
  EXPECT_FALSE(arena.matches(r, text + "z"));
  EXPECT_EQ(arena.shortest(r)->size(), 0u);
  EXPECT_EQ(arena.least_weight(arena.literal(text), [](const CodePointSet&) { return 2u; }), 2000000u);
}

// a^n c with the rest of each deferred, as many as the key says; meanings are counted.
class Chain : public RegexFamily {
 public:
  RegexId meaning(RegexArena& arena, uint32_t key) override {
    ++made;
    if (key == 0) return arena.literal("c");
    return arena.sequence(arena.literal("a"), arena.deferred(id, key - 1, {false, true, key}));
  }
  FamilyId id;
  int made = 0;
};

TEST(Regex, DeferredPartsAreMadeWhenATextReachesThem) {
  RegexArena arena;
  const auto chain = std::make_shared<Chain>();
  chain->id = arena.add_family(chain);
  const RegexId whole = arena.deferred(chain->id, 1000, {false, true, 1001});
  const RegexId either[] = {arena.sequence(arena.literal("b"), whole), arena.literal("aab")};
  const RegexId r = arena.alternative(either);
  EXPECT_EQ(arena.is_empty(r), false);
  EXPECT_EQ(arena.least_weight(r, [](const CodePointSet&) { return 1u; }), 3u);
  EXPECT_EQ(chain->made, 0);
  EXPECT_TRUE(arena.matches(r, "aab"));
  EXPECT_FALSE(arena.matches(r, "baac"));
  EXPECT_LE(chain->made, 4);
  EXPECT_TRUE(arena.matches(r, "b" + std::string(1000, 'a') + "c"));
  EXPECT_FALSE(arena.matches(r, "b" + std::string(999, 'a') + "c"));
  EXPECT_EQ(chain->made, 1001);
  EXPECT_EQ(arena.deferred(chain->id, 1000, {false, true, 1001}), whole);
}

TEST(Regex, DeferredPartsTakePartInTheAlgebra) {
  RegexArena arena;
  const auto chain = std::make_shared<Chain>();
  chain->id = arena.add_family(chain);
  for (uint32_t n = 0; n < 4; ++n) {
    const RegexId part = arena.deferred(chain->id, n, {false, true, n + 1});
    const RegexId plain = arena.literal(std::string(n, 'a') + "c");
    EXPECT_EQ(arena.contains(part, plain), true);
    EXPECT_EQ(arena.contains(plain, part), true);
    EXPECT_EQ(arena.contains(arena.complement(part), plain), false);
    EXPECT_EQ(arena.enumerate(arena.repeat(part, 2, 2), 10)->size(), 1u);
  }
}

TEST(Regex, DeferredPartsAreMadeAgainAfterTheBudgetRanOut) {
  RegexArena arena;
  const auto chain = std::make_shared<Chain>();
  chain->id = arena.add_family(chain);
  const RegexId r = arena.deferred(chain->id, 50, {false, true, 51});
  Budget small(40), large(100000);
  arena.set_budget(&small);
  EXPECT_FALSE(arena.matches(r, std::string(50, 'a') + "c"));
  EXPECT_TRUE(arena.exhausted());
  arena.set_budget(&large);
  EXPECT_TRUE(arena.matches(r, std::string(50, 'a') + "c"));
}

TEST(Regex, MultiplesMeetInTheirLeastCommonMultiple) {
  RegexArena arena;
  const auto rounds = [&](uint32_t n) { return arena.repeat(arena.length(n, n), 0, kUnbounded); };
  const RegexId six[] = {rounds(2), rounds(3)};
  EXPECT_EQ(arena.intersection(six), rounds(6));
  const RegexId twelve[] = {rounds(6), rounds(4), arena.repeat(arena.literal("a"), 0, kUnbounded)};
  const RegexId r = arena.intersection(twelve);
  for (size_t n = 0; n < 40; ++n) EXPECT_EQ(arena.matches(r, std::string(n, 'a')), n % 12 == 0) << n;
  std::vector<RegexId> primes;
  for (uint32_t p : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31}) primes.push_back(rounds(p));
  const RegexId huge = arena.intersection(primes);
  EXPECT_TRUE(arena.matches(huge, ""));
  EXPECT_FALSE(arena.matches(huge, std::string(1000, 'a')));
  EXPECT_FALSE(arena.exhausted());
}

// Every text of at most `longest` code points over three letters: it is in both or in none, and can go on in both or in none.
TEST(Regex, SaturatedCountsAgreeOnShortTexts) {
  RegexArena arena;
  const RegexId letter = arena.one_of(CodePointSet{{'a', 'b'}}), space = arena.literal(" ");
  const RegexId word = arena.repeat(letter, 1, kUnbounded);
  const RegexId step = arena.sequence(word, arena.repeat(space, 1, kUnbounded));
  std::vector<RegexId> texts;
  for (uint32_t most : {0, 1, 2, 3, 5, 6, 9}) {
    texts.push_back(arena.sequence(arena.repeat(step, 0, most), word));
    texts.push_back(arena.sequence(arena.repeat(letter, 0, kUnbounded), arena.sequence(space, arena.repeat(step, 0, most))));
    texts.push_back(arena.sequence(arena.repeat(arena.literal("ab"), most, 9), arena.literal("a")));
    const RegexId either[] = {arena.sequence(arena.repeat(letter, most, 7), space), arena.repeat(arena.literal("ba "), 1, most)};
    texts.push_back(arena.alternative(either));
  }
  const size_t plain = texts.size();
  for (size_t i = 0; i < plain; ++i) {
    for (const auto& [least, most] : {std::pair(0u, 4u), std::pair(0u, 7u), std::pair(1u, 9u), std::pair(5u, 14u)}) {
      const RegexId both[] = {texts[i], arena.length(least, most)};
      texts.push_back(arena.intersection(both));
    }
  }
  size_t changed = 0;
  for (RegexId r : texts) {
    for (uint32_t longest : {1u, 2u, 4u}) {
      const RegexId made = arena.counts_saturated(r, longest);
      changed += made != r;
      std::vector<std::pair<RegexId, RegexId>> states = {{r, made}};
      for (uint32_t length = 0; length <= longest; ++length) {
        std::vector<std::pair<RegexId, RegexId>> next;
        for (const auto& [a, b] : states) {
          ASSERT_EQ(arena.nullable(a), arena.nullable(b)) << arena.dump(r) << " and " << arena.dump(made) << " after " << length;
          ASSERT_EQ(*arena.is_empty(a), *arena.is_empty(b)) << arena.dump(r) << " and " << arena.dump(made) << " after " << length;
          if (a == b) continue;
          for (char c : {'a', 'b', ' '}) next.push_back({arena.derivative(a, static_cast<uint8_t>(c)), arena.derivative(b, static_cast<uint8_t>(c))});
        }
        states = std::move(next);
      }
    }
  }
  EXPECT_GT(changed, texts.size() / 2);
}

TEST(Regex, ADecisionThatOpensTooManyStatesIsALimit) {
  RegexArena arena;
  std::vector<RegexId> parts = {arena.length(1, kUnbounded)};
  for (uint32_t p : {31, 37, 41, 43}) parts.push_back(arena.repeat(arena.alternative(std::vector<RegexId>{
      arena.length(p, p), arena.sequence(arena.literal("b"), arena.length(p, p))}), 0, kUnbounded));
  parts.push_back(arena.repeat(arena.literal("a"), 0, kUnbounded));
  EXPECT_EQ(arena.is_empty(arena.intersection(parts)), std::nullopt);
  ASSERT_TRUE(arena.exhausted());
  EXPECT_EQ(arena.limit_error().allowed, "regex_states 262144");
}

TEST(Regex, DumpsTheNormalForm) {
  RegexArena arena;
  const RegexId parts[] = {arena.literal("ab"), arena.literal("ac"), arena.repeat(arena.literal("d"), 2, 5)};
  EXPECT_EQ(arena.dump(arena.alternative(parts)), "(d{2,5}|a[bc])");
  EXPECT_EQ(arena.dump(arena.complement(arena.literal("a b"))), "~(a\\x20b)");
  EXPECT_EQ(arena.dump(arena.all()), ".*");
  EXPECT_EQ(arena.dump(arena.literal("abcdef"), 3), "abc...");
}

}  // namespace
}  // namespace keyway
