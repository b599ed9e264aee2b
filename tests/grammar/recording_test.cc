// Terms that remember what was read in front of them: a language that no automaton without memory has.
#include "grammar/recording.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/automaton.h"
#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "grammar/text_term.h"
#include "tests/support/random_term.h"

namespace keyway {
namespace {

using test::random_words;
using test::toy_vocabulary;

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

  static constexpr uint32_t kBehind = 0;
  static constexpr uint32_t kStart = 1;
  DefinitionId definition;

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

TermId two_words(TermArena& arena) {
  auto words = std::make_shared<Words>(arena.regexes().all());
  words->definition = arena.define(words);
  const DefinitionId start = arena.define(std::make_shared<Start>(words));
  return arena.sequence(arena.literal("["), arena.sequence(arena.reference(start, 0, 0, {false, 7}), arena.literal("]")));
}

TEST(Recording, AWordIsRememberedHoweverItIsStepped) {
  TermArena arena;
  Automaton automaton(arena);
  const TermId root = two_words(arena);
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

TEST(Recording, MasksEqualTheNaiveMatchers) {
  std::mt19937 random(11);
  std::vector<std::string> extra = random_words(random, "ab\",", 150, 6);
  for (const char* word : {"\",\"", "\",\"a", "b\",\"b\"]", "ab\",\"ab", "a\",\"b\"", "\\u0061", "ab\",\"ab\"]"}) extra.push_back(word);
  const auto vocabulary = toy_vocabulary(extra);
  for (const char* text : {"[", "[\"", "[\"a", "[\"ab", "[\"ab\"", "[\"b\",\"", "[\"ab\",\"a", "[\"\",\""}) {
    auto made = std::make_unique<TermArena>();
    TermArena& arena = *made;
    const TermId root = two_words(arena);
    const auto grammar = Grammar::create(vocabulary, std::move(made), root);
    ASSERT_TRUE(grammar.ok());
    Matcher matcher(*grammar);
    NaiveMatcher naive(arena, *vocabulary, root);
    for (char c : std::string_view(text)) {
      ASSERT_TRUE(*matcher.accept(static_cast<uint8_t>(c)));
      ASSERT_TRUE(naive.accept(static_cast<uint8_t>(c)));
    }
    std::vector<uint32_t> mask(mask_words(vocabulary->size())), expected(mask.size());
    ASSERT_TRUE(matcher.mask(mask).ok());
    naive.mask(expected);
    EXPECT_EQ(mask, expected) << text;
  }
}

}  // namespace
}  // namespace keyway
