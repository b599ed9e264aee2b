#include "grammar/text_term.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <unordered_map>

#include "grammar/automaton.h"
#include "grammar/derivative.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// Steps terms by the definitional derivative, remembering each step.
class Stepper {
 public:
  explicit Stepper(TermArena& arena) : arena_(arena) {}
  TermId step(TermId term, std::string_view bytes) {
    for (char c : bytes) {
      const uint64_t key = (uint64_t{term.value} << 8) | static_cast<unsigned char>(c);
      auto [known, fresh] = steps_.try_emplace(key);
      if (fresh) {
        const TermId next = derivative(arena_, term, static_cast<uint8_t>(c));
        steps_[key] = next;
      }
      term = steps_[key];
    }
    return term;
  }
  bool accepts(TermId term, std::string_view bytes) {
    const TermId end = step(term, bytes);
    return end != TermArena::never() && arena_.nullable(end);
  }

 private:
  TermArena& arena_;
  std::unordered_map<uint64_t, TermId> steps_;
};

std::string utf8(uint32_t code_point) {
  std::string out;
  append_utf8(out, code_point);
  return out;
}

std::string escape_unit(uint32_t unit, bool upper) {
  char text[8];
  std::snprintf(text, sizeof text, upper ? "\\u%04X" : "\\u%04x", static_cast<unsigned>(unit));
  return text;
}

std::string escape(uint32_t code_point, bool upper) {
  if (code_point < 0x10000) return escape_unit(code_point, upper);
  const uint32_t offset = code_point - 0x10000;
  return escape_unit(0xD800 + (offset >> 10), upper) + escape_unit(0xDC00 + (offset & 0x3FF), upper);
}

char short_letter(uint32_t code_point) {
  switch (code_point) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

// Every spelling that RFC 8259 allows inside a string, digits all of one case.
std::vector<std::string> json_spellings(uint32_t code_point) {
  std::vector<std::string> all{escape(code_point, false), escape(code_point, true)};
  if (code_point >= 0x20 && code_point != '"' && code_point != '\\') all.push_back(utf8(code_point));
  if (char letter = short_letter(code_point)) all.push_back(std::string("\\") + letter);
  return all;
}

// What Python's json.dumps(ensure_ascii=False) writes.
std::string canonical(uint32_t code_point) {
  if (code_point >= 0x20 && code_point != '"' && code_point != '\\') return utf8(code_point);
  if (char letter = short_letter(code_point)) return std::string("\\") + letter;
  return escape(code_point, false);
}

std::vector<CodePointSet> sample_classes() {
  std::vector<CodePointSet> classes{CodePointSet::all(),
                                    {{'a', 'z'}, {'/', '/'}},
                                    {{0, 0x1F}, {'"', '"'}, {'\\', '\\'}},
                                    {{0x7F, 0x800}, {0xD7FF, 0xE000}, {0xFFFF, 0x10000}},
                                    {{0x10FFFF, 0x10FFFF}},
                                    {{0x1F600, 0x1F64F}, {0xE9, 0xE9}, {0x20AC, 0x20AC}}};
  std::mt19937 random(5);
  for (int i = 0; i < 2; ++i) {
    std::vector<CodePointRange> ranges;
    for (int n = 0; n < 40; ++n) {
      const uint32_t first = random() % (n % 2 ? 0x3000 : 0x110000);
      ranges.push_back({first, first + static_cast<uint32_t>(random() % 300)});
    }
    classes.push_back(CodePointSet(std::move(ranges)));
  }
  return classes;
}

// Every code point for the first and the fourth class, which have every kind of edge; every seventh beyond U+3000, and
// those beside an edge, for the others.
TEST(TextTerm, ClassesHoldEveryCodePointOfTheirsAndNoOther) {
  const std::vector<CodePointSet> classes = sample_classes();
  for (size_t number = 0; number < classes.size(); ++number) {
    const CodePointSet& set = classes[number];
    const bool every = number == 0 || number == 3;
    TermArena arena;
    Stepper stepper(arena);
    const TermId plain = class_term(arena, set, TextSpelling::kUtf8);
    const TermId any_json = class_term(arena, set, TextSpelling::kJson);
    const TermId one_json = class_term(arena, set, TextSpelling::kJsonCanonical);
    uint32_t wrong = 0;
    for (uint32_t c = 0; c <= kMaxCodePoint; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      const bool in = set.contains(c);
      if (!every && c > 0x3000 && c % 7 != 0 && set.contains(c - 1) == in && set.contains(c + 1) == in) continue;
      wrong += stepper.accepts(plain, utf8(c)) != in;
      for (const std::string& spelling : json_spellings(c)) wrong += stepper.accepts(any_json, spelling) != in;
      wrong += stepper.accepts(one_json, canonical(c)) != in;
      if (c < 0x800) {
        for (const std::string& spelling : json_spellings(c)) {
          wrong += stepper.accepts(one_json, spelling) != (in && spelling == canonical(c));
        }
      }
    }
    EXPECT_EQ(wrong, 0u);
    EXPECT_LT(arena.size(), 3000u);
  }
}

TEST(TextTerm, FactsAreExact) {
  for (const CodePointSet& set : sample_classes()) {
    for (TextSpelling spelling : {TextSpelling::kUtf8, TextSpelling::kJson, TextSpelling::kJsonCanonical}) {
      TermArena arena;
      size_t least = 99;
      for (const CodePointRange& range : set.ranges()) {
        for (uint32_t c = range.first; c <= range.last; ++c) {
          least = std::min(least, (spelling == TextSpelling::kUtf8 ? utf8(c) : canonical(c)).size());
        }
      }
      EXPECT_EQ(arena.shortest(class_term(arena, set, spelling)), least);
      EXPECT_EQ(arena.shortest(text_term(arena, arena.regexes().one_of(set), spelling)), least);
    }
  }
}

TEST(TextTerm, ShortestSeesThroughIntersectionAndComplement) {
  TermArena arena;
  RegexArena& r = arena.regexes();
  const CodePointSet letters{{'a', 'b'}, {0x1F600, 0x1F600}};
  // Two or more letters, not "..b" at the end unless it is the smiley: the shortest in bytes is "aa".
  const RegexId parts[] = {r.repeat(r.one_of(letters), 2, kUnbounded), r.complement(r.sequence(r.all(), r.literal("a"))),
                           r.complement(r.sequence(r.all(), r.literal("b")))};
  const RegexId smiley_last = r.intersection(parts);
  EXPECT_EQ(arena.shortest(text_term(arena, smiley_last, TextSpelling::kUtf8)), 5u);
  EXPECT_FALSE(arena.nullable(text_term(arena, smiley_last, TextSpelling::kUtf8)));
  const RegexId not_empty = r.complement(r.epsilon());
  EXPECT_EQ(arena.shortest(text_term(arena, not_empty, TextSpelling::kJson)), 1u);
  const RegexId quotes = r.repeat(r.literal("\""), 3, 9);
  EXPECT_EQ(arena.shortest(text_term(arena, quotes, TextSpelling::kJson)), 6u);
  const RegexId none[] = {r.literal("a"), r.sequence(r.any(), r.any())};
  EXPECT_EQ(text_term(arena, r.intersection(none), TextSpelling::kJson), TermArena::never());
}

TEST(TextTerm, EveryTextLeadsBackToItself) {
  for (TextSpelling spelling : {TextSpelling::kUtf8, TextSpelling::kJson, TextSpelling::kJsonCanonical}) {
    TermArena arena;
    Stepper stepper(arena);
    const TermId all = text_term(arena, arena.regexes().all(), spelling);
    for (const char* text : {"a", "xyz", "\xC3\xA9", "\xF0\x9F\x98\x80"}) EXPECT_EQ(stepper.step(all, text), all);
    if (spelling != TextSpelling::kUtf8) {
      EXPECT_EQ(stepper.step(all, "\\n\\\\"), all);
      EXPECT_EQ(stepper.step(all, "\""), TermArena::never());
    }
    // Continuation bytes are shared by all lead bytes of one length.
    EXPECT_EQ(stepper.step(all, "\xC3"), stepper.step(all, "\xD0"));
    EXPECT_EQ(stepper.step(all, "\xE2\x82"), stepper.step(all, "\xC3"));
  }
}

TEST(TextTerm, DerivativesThatNeedNoSpellingAreThoseOfTheDefinition) {
  TermArena arena;
  RegexArena& regexes = arena.regexes();
  const RegexId names[] = {regexes.literal("ab"), regexes.literal("a\"c"), regexes.literal("b\xC3\xA9"), regexes.literal("\\n")};
  const RegexId few = regexes.repeat(regexes.one_of(CodePointSet{{'a', 'c'}, {0x7E, 0x90}}), 1, 5);
  const RegexId texts[] = {regexes.all(), regexes.alternative(names), regexes.complement(regexes.alternative(names)), few,
                           regexes.sequence(few, regexes.complement(names[0])), regexes.length(2, 4)};
  size_t known = 0;
  for (const TextSpelling spelling : {TextSpelling::kUtf8, TextSpelling::kJson, TextSpelling::kJsonCanonical}) {
    std::vector<TermId> open;
    for (RegexId text : texts) open.push_back(text_term(arena, text, spelling));
    for (size_t done = 0; done < open.size() && done < 60; ++done) {
      const TermId text = open[done];
      for (unsigned b = 0; b < 256; ++b) {
        ByteSet same;
        const std::optional<TermId> found = text_derivative(arena, text, static_cast<uint8_t>(b), same);
        if (!found) continue;
        ++known;
        EXPECT_TRUE(same.contains(static_cast<uint8_t>(b)));
        same.for_each([&](uint8_t other) { EXPECT_EQ(*found, derivative(arena, text, other)) << "byte " << unsigned{other}; });
        const bool fresh = text_state(arena, *found) && std::find(open.begin(), open.end(), *found) == open.end();
        if (fresh) open.push_back(*found);
      }
    }
    EXPECT_GT(open.size(), std::size(texts));
  }
  EXPECT_GT(known, 3000u);
}

// The inside of a class: single characters, and ranges that rise. Behind a character every state is like that behind any
// other but for the hyphen, so that rows and transitions of one are begun with those of the other.
TEST(TextTerm, RowsOfTextsThatAreAlikeAreThoseOfTheDefinition) {
  TermArena arena;
  RegexArena& regexes = arena.regexes();
  const RegexId hyphen = regexes.literal("-");
  std::vector<RegexId> items{regexes.one_of({{'/', '~'}, {0xE0, 0xFF}, {0x3040, 0x30FF}})};
  for (uint32_t c = '/'; c <= '~'; ++c) {
    const RegexId range[] = {regexes.one_of({{c, c}}), hyphen, regexes.one_of({{c, '~'}, {0xE0, 0xFF}}), regexes.repeat(hyphen, 0, 1)};
    items.push_back(regexes.sequence(range));
  }
  const RegexId rest = regexes.repeat(regexes.alternative(items), 0, kUnbounded);
  const RegexId inside = regexes.sequence(rest, regexes.literal("]"));
  const RegexId negated[] = {regexes.sequence(regexes.repeat(hyphen, 0, 1), inside), regexes.derivative(inside, '^')};
  EXPECT_TRUE(regexes.like(regexes.derivative(inside, 'a')).has_value());
  const auto rises = [](std::string_view text) {
    for (size_t i = 1; i + 1 < text.size(); ++i) {
      if (text[i] != '-') continue;
      if (text[i + 1] < text[i - 1]) return false;
      i += i + 2 < text.size() && text[i + 2] == '-' ? 3 : 2;  // a hyphen behind a range stands for itself
    }
    return true;
  };
  for (const std::string text : {"a-z", "z-a", "a-b-c", "abc", "a-ab-c", "xa-a-", "ba-b", "b-ab", "a0-9z", "a9-0z"}) {
    EXPECT_EQ(regexes.matches(inside, text + "]"), rises(text)) << text;
  }
  Automaton automaton(arena);
  std::mt19937 random(7);
  const std::string letters = "abz059-^]\\u\"\xC3\xA9\xE3\x81\x82";
  for (int round = 0; round < 60; ++round) {
    const TextSpelling spelling = round % 2 == 0 ? TextSpelling::kJson : TextSpelling::kUtf8;
    State state = automaton.split(text_term(arena, round % 3 == 0 ? regexes.alternative(negated) : inside, spelling));
    for (int i = 0; i < 12 && !Automaton::is_dead(state); ++i) {
      const TermId term = automaton.term(state);
      for (unsigned b = 0; b < 256; ++b) {
        const State next = automaton.step(state, static_cast<uint8_t>(b));
        ASSERT_EQ(automaton.term(next), derivative(arena, term, static_cast<uint8_t>(b))) << round << " " << b;
      }
      state = automaton.step(state, static_cast<uint8_t>(letters[random() % letters.size()]));
    }
  }
}

TEST(TextTerm, RejectsWhatIsNoJsonString) {
  TermArena arena;
  Stepper stepper(arena);
  const TermId all = text_term(arena, arena.regexes().all(), TextSpelling::kJson);
  const char* const kDead[] = {"\"", "\n", "\x1F", "\\x", "\\U0041", "\\u004G", "\\u{41}", "\\'",
                               "\\uDC00", "\\uD800x", "\\uD800\\n", "\\uD800\\u0041", "\\uD800\\uD800",
                               "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                               "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xC3x", "\xE2\x82x"};
  for (const char* text : kDead) EXPECT_EQ(stepper.step(all, text), TermArena::never()) << text;
  const char* const kUnfinished[] = {"\\", "\\u", "\\u00e", "\\uD83D", "\\uD83D\\", "\\uD83D\\uDE0", "\xC3", "\xE2\x82",
                                     "\xF0\x9F\x98"};
  for (const char* text : kUnfinished) {
    EXPECT_NE(stepper.step(all, text), TermArena::never()) << text;
    EXPECT_FALSE(stepper.accepts(all, text)) << text;
  }
  EXPECT_TRUE(stepper.accepts(all, "\\uD83D\\uDE00\\u00e9\\u00E9\x7F"));
}

// Random expressions against RegexArena::matches, in random spellings.
TEST(TextTerm, EverySpellingOfATextIsAcceptedAndNoOtherText) {
  const uint32_t kLetters[] = {'a', 'b', '"', '\\', '/', '\n', 1, 0xE9, 0x20AC, 0x1F600};
  std::mt19937 random(17);
  int accepted = 0;
  for (int round = 0; round < 300; ++round) {
    TermArena arena;
    RegexArena& r = arena.regexes();
    std::vector<RegexId> pool{r.any()};
    for (int i = 0; i < 4; ++i) {
      const uint32_t a = kLetters[random() % 10], b = kLetters[random() % 10];
      pool.push_back(r.one_of({{a, a}, {b, b}}));
    }
    for (int i = 0; i < 12; ++i) {
      const RegexId two[] = {pool[random() % pool.size()], pool[random() % pool.size()]};
      switch (random() % 6) {
        case 0: pool.push_back(r.alternative(two)); break;
        case 1: pool.push_back(r.intersection(two)); break;
        case 2: pool.push_back(r.complement(two[0])); break;
        case 3: pool.push_back(r.repeat(two[0], random() % 2, 1 + random() % 3)); break;
        default: pool.push_back(r.sequence(two[0], two[1])); break;
      }
    }
    const RegexId language = pool.back();
    Stepper stepper(arena);
    const TermId plain = text_term(arena, language, TextSpelling::kUtf8);
    const TermId json = text_term(arena, language, TextSpelling::kJson);
    const TermId strict = text_term(arena, language, TextSpelling::kJsonCanonical);
    for (int k = 0; k < 30; ++k) {
      std::string text, spelled, dumped;
      for (unsigned n = random() % 5; n > 0; --n) {
        const uint32_t c = kLetters[random() % 10];
        text += utf8(c);
        dumped += canonical(c);
        const std::vector<std::string> spellings = json_spellings(c);
        spelled += spellings[random() % spellings.size()];
      }
      const bool in = r.matches(language, text);
      accepted += in;
      EXPECT_EQ(stepper.accepts(plain, text), in);
      EXPECT_EQ(stepper.accepts(json, spelled), in) << spelled;
      EXPECT_EQ(stepper.accepts(strict, dumped), in) << dumped;
      EXPECT_EQ(stepper.accepts(strict, spelled), in && spelled == dumped) << spelled;
    }
    // Every state on the way promises a length, and some byte keeps the promise.
    TermId state = json;
    for (int n = 0; n < 40 && state != TermArena::never() && arena.shortest(state) > 0; ++n) {
      const uint32_t promised = arena.shortest(state);
      TermId next = TermArena::never();
      for (unsigned byte = 0; byte < 256 && next == TermArena::never(); ++byte) {
        const TermId after = derivative(arena, state, static_cast<uint8_t>(byte));
        if (after != TermArena::never() && arena.shortest(after) + 1 == promised) next = after;
      }
      EXPECT_NE(next, TermArena::never());
      state = next;
    }
  }
  EXPECT_GT(accepted, 1000);
}

TEST(TextTerm, StopsAtTheBudget) {
  TermArena arena;
  RegexArena& r = arena.regexes();
  const RegexId language = r.repeat(r.one_of({{0xE9, 0xFFFF}}), 5, 5);
  Budget little(5), plenty(100000);
  arena.set_budget(&little);
  const TermId refused = text_term(arena, language, TextSpelling::kJson);
  EXPECT_EQ(refused == TermArena::never() ? refused : arena.unfold(refused), TermArena::never());
  EXPECT_TRUE(arena.exhausted());
  arena.set_budget(&plenty);
  Stepper stepper(arena);
  EXPECT_TRUE(stepper.accepts(text_term(arena, language, TextSpelling::kJson), "\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9"));
}

}  // namespace
}  // namespace keyway
