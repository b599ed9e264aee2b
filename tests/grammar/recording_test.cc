// Terms that remember what was read in front of them: a language that no automaton without memory has.
#include "grammar/recording.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/automaton.h"
#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "grammar/text_term.h"
#include "tests/support/random_term.h"
#include "tests/support/walk_beside_naive.h"

namespace keyway {
namespace {

using test::random_words;
using test::toy_vocabulary;

// What follows a value that a relaxed term leaves to be compared.
class Mark : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t, uint32_t) override { return arena.literal("]"); }
  bool recalls() const override { return true; }
  bool marks() const override { return true; }
};

// "W","W2" where W2 differs from W, as long as W is remembered: reference(this, text, 0) reads `,"` and another word.
class Words : public Definition {
 public:
  explicit Words(RegexId word) : word_(word) {}

  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    if (y == kStart) return arena.sequence(quoted(arena, word_), arena.reference(definition, 0, kBehind, {false, 5}));
    std::string text = texts_[x];
    const std::string_view inside = std::string_view(text).substr(1, text.size() - 2);
    RegexArena& regexes = arena.regexes();
    const RegexId parts[] = {word_, regexes.complement(regexes.literals({inside}))};
    return arena.sequence(arena.literal(","), quoted(arena, regexes.intersection(parts)));
  }
  bool records() const override { return true; }
  TermId after_byte(TermArena& arena, TermId self, uint32_t x, uint32_t y, uint8_t byte) override {
    texts_.push_back(texts_[x] + static_cast<char>(byte));
    for (uint32_t i = 0; i + 1 < texts_.size(); ++i) {
      if (texts_[i] != texts_.back()) continue;
      texts_.pop_back();
      return arena.reference(definition, i, y, {false, arena.shortest(self)});
    }
    return arena.reference(definition, static_cast<uint32_t>(texts_.size() - 1), y, {false, arena.shortest(self)});
  }

  // Any other word, which is to be compared.
  TermId relaxed(TermArena& arena, uint32_t, uint32_t) override {
    if (!relaxes) return TermArena::never();
    const TermId parts[] = {arena.literal(","), quoted(arena, word_), arena.reference(mark, 0, 0, {false, 1})};
    return arena.sequence(parts);
  }

  static constexpr uint32_t kBehind = 0;
  static constexpr uint32_t kStart = 1;
  DefinitionId definition, mark;
  bool relaxes = false;

 private:
  static TermId quoted(TermArena& arena, RegexId word) {
    const TermId parts[] = {arena.literal("\""), text_term(arena, word, TextSpelling::kJson), arena.literal("\"")};
    return arena.sequence(parts);
  }
  RegexId word_;
  std::vector<std::string> texts_ = {""};
};

// The start is unfolded by a definition that does not record, so that nothing in front of it counts.
class Start : public Definition {
 public:
  explicit Start(std::shared_ptr<Words> words) : words_(std::move(words)) {}
  TermId unfold(TermArena& arena, uint32_t, uint32_t) override { return words_->unfold(arena, 0, Words::kStart); }

 private:
  std::shared_ptr<Words> words_;
};

TermId two_words(TermArena& arena, RegexId word, bool relaxes) {
  auto words = std::make_shared<Words>(word);
  words->definition = arena.define(words);
  words->mark = arena.define(std::make_shared<Mark>());
  words->relaxes = relaxes;
  const DefinitionId start = arena.define(std::make_shared<Start>(words));
  return arena.sequence(arena.literal("["), arena.sequence(arena.reference(start, 0, 0, {false, 7}), arena.literal("]")));
}

TEST(Recording, AWordIsRememberedHoweverItIsStepped) {
  TermArena arena;
  Automaton automaton(arena);
  const TermId root = two_words(arena, arena.regexes().all(), false);
  for (const auto& [text, expected] : {std::pair{R"(["ab","ba"])", true}, {R"(["ab","ab"])", false},
                                       {R"(["ab","abc"])", true}, {R"(["",""])", false}, {R"(["a",""])", true}}) {
    TermId at = root;
    State state = automaton.split(root);
    for (char c : std::string_view(text)) {
      at = derivative(arena, at, static_cast<uint8_t>(c));
      state = automaton.step(state, static_cast<uint8_t>(c));
      EXPECT_EQ(automaton.term(state), at) << text;
    }
    EXPECT_EQ(arena.nullable(at), expected) << text;
  }
}

// Texts in front of a recorder: any, of few characters, all but some, and of two parts.
std::vector<RegexId> words_of(RegexArena& regexes) {
  const RegexId few = regexes.one_of(CodePointSet{{'a', 'b'}, {0xE9, 0xE9}});
  const RegexId most = regexes.one_of(CodePointSet{{0x20, 'a'}, {'c', 0xFFFF}});
  const RegexId any_most = regexes.repeat(most, 1, kUnbounded), two[] = {regexes.literal("ab"), regexes.literal("b")};
  return {regexes.all(), regexes.repeat(few, 0, kUnbounded), regexes.repeat(few, 1, 3), any_most, regexes.length(2, 30),
          regexes.complement(regexes.alternative(two)), regexes.sequence(regexes.repeat(few, 0, 1), any_most)};
}

TEST(Recording, MasksEqualTheNaiveMatchers) {
  std::mt19937 random(11);
  std::vector<std::string> extra = random_words(random, "ab\",", 150, 6);
  for (const char* word : {"\",\"", "\",\"a", "b\",\"b\"]", "ab\",\"ab", "a\",\"b\"", "\\u0061", "ab\",\"ab\"]", "\xC3\xA9\",\"\xC3", "\\\"\",\"b"}) extra.push_back(word);
  const auto vocabulary = toy_vocabulary(extra);
  int compared = 0;
  for (int round = 0; round < 42; ++round) {
    auto made = std::make_unique<TermArena>();
    TermArena& arena = *made;
    const auto words = words_of(arena.regexes());
    const TermId root = two_words(arena, words[static_cast<size_t>(round) % words.size()], round % 2 == 0);
    const auto grammar = Grammar::create(vocabulary, std::move(made), root);
    ASSERT_TRUE(grammar.ok());
    for (int text = 0; text < 2; ++text) {
      NaiveMatcher naive(arena, *vocabulary, root);
      compared += test::walk_beside_naive(*grammar, arena, naive, "ab\",[]\\", 12, random);
    }
  }
  EXPECT_GT(compared, 200);
}

}  // namespace
}  // namespace keyway
