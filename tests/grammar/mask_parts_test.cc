// Masks by alternatives equal those of the naive matcher, whether heads are shared between grammars or not.
#include "grammar/mask_parts.h"

#include <gtest/gtest.h>

#include <array>

#include "grammar/excluded_texts.h"
#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "grammar/text_term.h"
#include "tests/support/toy_vocabulary.h"
#include "tests/support/walk_beside_naive.h"

namespace keyway {
namespace {

// What the grammars below are made of. Made in a base, they are frozen in its copies.
struct Pieces {
  explicit Pieces(TermArena& arena) : terms(arena) {
    const TermId blanks = terms.repeat(terms.bytes(ByteSet::of(" \t")), 0, 5);
    const TermId choices[] = {TermArena::epsilon(), terms.literal(" "), terms.sequence(terms.literal("\n"), blanks)};
    space = terms.choice(choices);
    text = text_term(terms, terms.regexes().all(), TextSpelling::kJson);
    const RegexId digit = terms.regexes().one_of(CodePointSet{{'0', '9'}});
    number = text_term(terms, terms.regexes().repeat(digit, 1, 9), TextSpelling::kUtf8);
    for (char c : {'a', 'b', 'c'}) letters.push_back(class_term(terms, CodePointSet{{uint32_t(c), uint32_t(c)}}, TextSpelling::kJson));
  }
  TermArena& terms;
  TermId space, text, number;
  std::vector<TermId> letters;
};

TermId random_value(Pieces& pieces, std::mt19937& random, int depth);

// The texts of a string: any, of few characters, of all but some, and of those in turn.
RegexId random_text(RegexArena& regexes, std::mt19937& random) {
  const RegexId few = regexes.one_of(CodePointSet{{'a', 'b'}, {'"', '"'}});
  const RegexId ascii = regexes.one_of(CodePointSet{{0x20, 0x7E}});
  const RegexId most = regexes.one_of(CodePointSet{{0x20, 'a'}, {'c', 0xFFFF}});
  const RegexId in_turn[] = {regexes.repeat(most, 0, kUnbounded), regexes.repeat(few, 0, 1), regexes.repeat(ascii, 1, kUnbounded)};
  const RegexId two[] = {regexes.all(), regexes.literal("\"\""), regexes.all()};
  switch (random() % 8) {
    case 0: return regexes.all();
    case 6: return regexes.length(random() % 3, 16 + random() % 8);  // more than most tokens hold
    case 7: {  // so many words
      const CodePointSet blank{{' ', ' '}, {'c', 'c'}, {0xE9, 0xE9}};
      const RegexId word = regexes.repeat(regexes.one_of(blank.complement()), 1, kUnbounded);
      const RegexId gap = regexes.repeat(regexes.one_of(blank), 1, kUnbounded);
      return regexes.sequence(regexes.repeat(regexes.sequence(word, gap), 0, 4 + random() % 8), word);
    }
    case 5: {  // most characters lead to where a quote may follow, from where it may not
      const RegexId parts[] = {regexes.complement(regexes.sequence(two[0], regexes.sequence(two[1], two[2]))), regexes.repeat(ascii, 0, kUnbounded)};
      return regexes.intersection(parts);
    }
    case 1: return regexes.repeat(few, 0, random() % 2 == 0 ? kUnbounded : 20);
    case 2: return regexes.repeat(most, random() % 2, kUnbounded);
    case 3: return regexes.sequence(in_turn[0], regexes.sequence(in_turn[1], in_turn[2]));
    default: return regexes.sequence(in_turn[1], in_turn[random() % 2 * 2]);
  }
}

// {"name": value, ...}: some names letter by letter, and every other key or none.
TermId random_object(Pieces& pieces, std::mt19937& random, int depth) {
  TermArena& terms = pieces.terms;
  RegexArena& regexes = terms.regexes();
  std::vector<TermId> members;
  std::vector<RegexId> names;
  for (const std::string& name : test::random_words(random, "abc", 3, 3)) {
    names.push_back(regexes.literal(name));
    std::vector<TermId> parts;
    for (char c : name) parts.push_back(pieces.letters[static_cast<size_t>(c - 'a')]);
    const TermId tail[] = {terms.literal("\":"), pieces.space, random_value(pieces, random, depth - 1)};
    parts.insert(parts.end(), std::begin(tail), std::end(tail));
    if (random() % 4 != 0) members.push_back(terms.sequence(parts));
  }
  if (members.empty() || random() % 3 != 0) {
    const RegexId others = regexes.complement(regexes.alternative(names));
    const TermId parts[] = {text_term(terms, others, TextSpelling::kJson), terms.literal("\":"), pieces.space,
                            random_value(pieces, random, depth - 1)};
    members.push_back(terms.sequence(parts));
  }
  const TermId member = terms.sequence(terms.literal("\""), terms.choice(members));
  const TermId more[] = {terms.optional(terms.literal(" ")), terms.literal(","), pieces.space, member};
  const TermId parts[] = {terms.literal("{"), pieces.space, member, terms.repeat(terms.sequence(more), 0, kUnbounded),
                          pieces.space, terms.literal("}")};
  return terms.sequence(parts);
}

TermId random_value(Pieces& pieces, std::mt19937& random, int depth) {
  TermArena& terms = pieces.terms;
  RegexArena& regexes = terms.regexes();
  switch (random() % (depth == 0 ? 3 : 5)) {
    case 0: return pieces.number;
    case 1: return terms.choice(terms.literal("ab"), terms.tokens({test::kToyCall}));
    case 2: {
      const TermId inside = text_term(terms, random_text(regexes, random), TextSpelling::kJson);
      const TermId parts[] = {terms.literal("\""), inside, terms.literal("\"")};
      return terms.sequence(parts);
    }
    case 3: return terms.choice(random_value(pieces, random, depth - 1), random_object(pieces, random, depth));
    default: return random_object(pieces, random, depth);
  }
}

std::shared_ptr<const Vocabulary> vocabulary_with_crossings(std::mt19937& random) {
  auto words = test::random_words(random, "abc\",: {}\n", 120, 6);
  const char* const more[] = {"\xC3\xA9", "a\xC3", "b\xC3\xA9\":", "\\u0061", "\\u0061b\"", "a\\\"b\"", "\\\"\"", "\":\"", "\": {\"a", "\n    ", "12", "345", "7,", "bcab\":1", "abababababababababab", "aaaaaaaaaaaaaaaaaaaaaa\":"};
  words.insert(words.end(), std::begin(more), std::end(more));
  return test::toy_vocabulary(words);
}

// Walks at random near what the grammar is made of; counts the masks that it compared.
int walk_beside_naive(const std::shared_ptr<Grammar>& grammar, TermArena& terms, TermId root, std::mt19937& random) {
  NaiveMatcher naive(terms, grammar->vocabulary(), root);
  return test::walk_beside_naive(grammar, terms, naive, "abc\",: {}\n1<'", 14, random);
}

TEST(MaskParts, MasksEqualTheNaiveMatchersWithAndWithoutAFrozenBase) {
  std::mt19937 random(11);
  const auto vocabulary = vocabulary_with_crossings(random);
  TermArena base;
  const Pieces in_base(base);
  int compared = 0;
  for (int round = 0; round < 8; ++round) {
    auto arena = round % 2 == 0 ? std::make_unique<TermArena>() : std::make_unique<TermArena>(base, Limits{});
    TermArena& terms = *arena;
    Pieces pieces(terms);
    EXPECT_EQ(terms.is_frozen(pieces.text), round % 2 == 1);
    const TermId root = random_object(pieces, random, 2);
    const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    for (int text = 0; text < 2; ++text) compared += walk_beside_naive(grammar, terms, root, random);
  }
  EXPECT_GT(compared, 100);
}

// Strings and keys without some texts, which are no text terms but masked as those are.
TEST(MaskParts, MasksOfTextsWithoutOthersEqualTheNaiveMatchers) {
  std::mt19937 random(17);
  const auto vocabulary = vocabulary_with_crossings(random);
  int compared = 0;
  for (int round = 0; round < 24; ++round) {
    auto arena = std::make_unique<TermArena>();
    TermArena& terms = *arena;
    RegexArena& regexes = terms.regexes();
    const auto excluded = ExcludedTexts::define(terms, {test::random_words(random, "abc\\", 1, 3)[0], round % 2 == 0 ? "ab" : "cc,a"});
    const RegexId kinds[] = {regexes.all(), regexes.length(1, 9), regexes.complement(regexes.literal("ba"))};
    const TermId text = excluded->without(terms, text_term(terms, kinds[round % 3], TextSpelling::kJson));
    const TermId member[] = {terms.literal("\""), text, terms.literal("\": \""), text, terms.literal("\"")};
    const TermId again[] = {terms.literal(", "), terms.sequence(member)};
    const TermId parts[] = {terms.literal("{"), terms.sequence(member), terms.repeat(terms.sequence(again), 0, kUnbounded), terms.literal("}")};
    const TermId root = terms.sequence(parts);
    const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    for (int walk = 0; walk < 3; ++walk) compared += walk_beside_naive(grammar, terms, root, random);
  }
  EXPECT_GT(compared, 500);
}

// Keys told apart by what they hold, as those of several patterns: of each but the one that takes what any text takes the quotes
// alone are looked at.
TEST(MaskParts, BesideATextThatTakesAnyTheOthersCostTheirQuotes) {
  std::mt19937 random(29);
  const auto vocabulary = vocabulary_with_crossings(random);
  const auto key = [](TermArena& terms, RegexId text, std::string_view value) {
    const TermId parts[] = {text_term(terms, text, TextSpelling::kJson), terms.literal("\":"), terms.literal(value)};
    return terms.sequence(parts);
  };
  const auto grammar_of = [&](bool beside, uint64_t fuel, TermArena*& terms, TermId& root) {
    Limits limits;
    limits.mask_fuel = fuel;
    auto arena = std::make_unique<TermArena>(limits);
    terms = arena.get();
    RegexArena& regexes = terms->regexes();
    const auto held = [&](std::string_view word) { return regexes.sequence(regexes.all(), regexes.sequence(regexes.literal(word), regexes.all())); };
    const std::array both{held("abcab"), held("bcb")};
    const std::array one{both[0], regexes.complement(both[1])}, none{regexes.complement(both[0]), regexes.complement(both[1])};
    std::vector<TermId> keys = {key(*terms, regexes.intersection(one), "1"), key(*terms, regexes.intersection(none), "2")};
    if (beside) keys.push_back(key(*terms, regexes.intersection(both), "b"));
    const TermId parts[] = {terms->literal("{\""), terms->choice(keys), terms->literal("}")};
    root = terms->sequence(parts);
    return *Grammar::create(vocabulary, std::move(arena), root);
  };
  std::array<uint64_t, 2> work{};
  int compared = 0;
  TermArena* terms = nullptr;
  TermId root{0};
  for (const bool beside : {false, true}) {
    bool enough = false;
    for (uint64_t fuel = 1; !enough; fuel += 1 + fuel / 16) {
      Matcher matcher(grammar_of(beside, fuel, terms, root));
      std::vector<uint32_t> words(mask_words(vocabulary->size()));
      for (const char c : {'{', '"'}) {
        const auto taken = matcher.accept(static_cast<TokenId>(c));
        enough = taken.ok() && *taken;
      }
      enough = enough && matcher.mask(words).ok();
      work[beside] = fuel;
    }
    const auto grammar = grammar_of(beside, Limits{}.mask_fuel, terms, root);
    for (int text = 0; text < 4; ++text) compared += walk_beside_naive(grammar, *terms, root, random);
  }
  EXPECT_LT(work[1], work[0]);
  EXPECT_GT(compared, 30);
}

// A text that may be empty and may hold what its end begins with, in front of that end: raw values between tags, strings of
// Python, the end a special token or nothing.
TermId random_raw_text(TermArena& terms, std::mt19937& random, const std::string& mark) {
  RegexArena& regexes = terms.regexes();
  const RegexId held[] = {regexes.all(), regexes.literal(mark), regexes.all()};
  const RegexId without = regexes.complement(regexes.sequence(held));
  const RegexId number = regexes.repeat(regexes.one_of(CodePointSet{{'0', '9'}}), 1, kUnbounded);
  const RegexId excluded[] = {without, regexes.complement(number), regexes.complement(regexes.literal("ab"))};
  const RegexId bounded[] = {without, regexes.length(random() % 3, 3 + random() % 20)};
  const TermId character = class_term(terms, CodePointSet{{0x20, '&'}, {'(', 0x10FFFF}}, TextSpelling::kUtf8);
  switch (random() % 5) {
    case 0: return text_term(terms, without, TextSpelling::kUtf8);
    case 1: return text_term(terms, regexes.intersection(excluded), TextSpelling::kUtf8);
    case 2: return text_term(terms, regexes.intersection(bounded), TextSpelling::kUtf8);
    case 3: return text_term(terms, without, json_spelling({"bn\\u", false}));
    default: return terms.repeat(terms.choice(character, terms.literal("\\'")), 0, kUnbounded);
  }
}

TEST(MaskParts, MasksOfRawTextsEqualTheNaiveMatchers) {
  std::mt19937 random(17);
  auto words = test::random_words(random, "ab<>/'\n 1", 200, 7);
  words.insert(words.end(), {"</a>", "a</", "/a>\n<", "\xC3\xA9<", "<\xC3", "'a'", "\\'", "aaaaaaaaaaaaaaaaaaaa</a", "12", "<<<<", "\n\n<"});
  const auto vocabulary = test::toy_vocabulary(words);
  int compared = 0;
  for (int round = 0; round < 30; ++round) {
    auto arena = std::make_unique<TermArena>();
    TermArena& terms = *arena;
    const std::string mark = std::array{"</a>", "\n</a", "<", "'"}[random() % 4];
    const TermId ends[] = {terms.literal(mark), terms.optional(terms.literal(mark)), terms.tokens({test::kToyDone}),
                           terms.sequence(terms.optional(terms.literal("\n")), terms.literal(mark)),
                           terms.choice(terms.literal(mark), terms.literal("a"))};
    std::vector<TermId> parts = {terms.literal("<")};
    for (int member = 0; member < 3; ++member) {
      parts.push_back(random_raw_text(terms, random, mark));
      parts.push_back(ends[random() % 5]);
      if (random() % 2 == 0) parts.push_back(terms.repeat(terms.bytes(ByteSet::of(" \n")), 0, 3));
    }
    const TermId root = terms.sequence(parts);
    const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    compared += walk_beside_naive(grammar, terms, root, random);
  }
  EXPECT_GT(compared, 200);
}

// Texts that other grammars of the vocabulary have had, made in another order: from the second that asks for them on they are kept,
// from the third on found by name and not made.
TEST(MaskParts, TextsOfOtherGrammarsHaveTheirMasks) {
  std::mt19937 random(23);
  const auto vocabulary = vocabulary_with_crossings(random);
  int compared = 0;
  std::array<size_t, 3> made{};  // expressions
  for (int round = 0; round < 10; ++round) {
    for (size_t turn : {0, 1, 2}) {
      auto arena = std::make_unique<TermArena>();
      TermArena& terms = *arena;
      RegexArena& regexes = terms.regexes();
      for (size_t other = 0; other < turn; ++other) (void)regexes.alternative(std::array{regexes.literal("xbc"), regexes.length(3, 9)});
      std::mt19937 same(static_cast<uint32_t>(round));
      std::vector<TermId> parts = {terms.literal("{")};
      for (int text = 0; text < 3; ++text) {
        const TermId quoted[] = {terms.literal("\""), text_term(terms, random_text(regexes, same), TextSpelling::kJson), terms.literal("\":")};
        parts.insert(parts.end(), std::begin(quoted), std::end(quoted));
      }
      const TermId root = terms.sequence(parts);
      const size_t before = regexes.size();
      const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
      Matcher matcher(grammar);
      std::vector<uint32_t> words(mask_words(vocabulary->size()));
      for (const char c : {'{', '"'}) {
        ASSERT_TRUE(*matcher.accept(static_cast<TokenId>(c)));
        ASSERT_TRUE(matcher.mask(words).ok());
      }
      made[turn] += regexes.size() - before;
      compared += walk_beside_naive(grammar, terms, root, random);
    }
  }
  EXPECT_GT(made[1], made[0] / 2);
  EXPECT_LT(made[2], made[0] / 2);
  EXPECT_GT(compared, 100);
}

// The same schema with the least work that is enough in a vocabulary that no grammar has used: it is enough in one that
// others have used, and one unit less is too little in both.
TEST(MaskParts, TheWorkOfAMaskDoesNotDependOnWhatOtherGrammarsMade) {
  TermArena base;
  const Pieces in_base(base);
  const auto works = [&](const std::shared_ptr<const Vocabulary>& vocabulary, uint64_t fuel) {
    Limits limits;
    limits.mask_fuel = fuel;
    auto arena = std::make_unique<TermArena>(base, limits);
    Pieces pieces(*arena);
    RegexArena& regexes = arena->regexes();
    const TermId raw = text_term(*arena, regexes.complement(regexes.literal("<")), TextSpelling::kUtf8);
    const TermId parts[] = {pieces.space, arena->literal("\""), pieces.text, arena->literal("\""), raw, arena->literal("<"), pieces.number};
    const auto grammar = *Grammar::create(vocabulary, std::move(arena), pieces.terms.sequence(parts));
    Matcher matcher(grammar);
    std::vector<uint32_t> words(mask_words(vocabulary->size()));
    bool enough = matcher.mask(words).ok();
    for (TokenId token : {TokenId{'\n'}, TokenId{'"'}, TokenId{'a'}, TokenId{'"'}, TokenId{'b'}}) {
      const auto taken = enough ? matcher.accept(token) : Result<bool>(false);
      enough = enough && taken.ok() && *taken && matcher.mask(words).ok();
    }
    return enough;
  };
  const auto fresh = [] {
    std::mt19937 random(12);
    return vocabulary_with_crossings(random);
  };
  uint64_t least = 1;
  while (!works(fresh(), least)) ++least;
  const auto used = fresh();
  ASSERT_TRUE(works(used, 1'000'000));
  EXPECT_TRUE(works(used, least));
  EXPECT_FALSE(works(used, least - 1));
}

}  // namespace
}  // namespace keyway
