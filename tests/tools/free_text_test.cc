// Free text against a plain reading of its rules, on every short text of a small alphabet.
#include "tools/free_text.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

#include "grammar/derivative.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

TextExit exit_by(ElementKind kind, const std::string& text, TokenId token, TermId then, Where where = Where::kAnywhere) {
  TextExit out;
  out.where = where;
  out.by.kind = kind;
  out.by.bytes = text;
  out.by.token = token;
  out.then = then;
  return out;
}

// The term after a text; never() where it is not the beginning of one.
TermId after(TermArena& arena, TermId term, std::string_view text) {
  for (char c : text) term = derivative(arena, term, static_cast<uint8_t>(c));
  return term;
}

bool accepts(TermArena& arena, TermId term, std::string_view text) { return arena.nullable(after(arena, term, text)); }

// Calls f with every text over the alphabet of at most that many letters.
void every_text(std::string_view alphabet, size_t most, const std::function<void(const std::string&)>& f) {
  std::vector<std::string> texts{""};
  for (size_t i = 0; i < texts.size(); ++i) {
    f(texts[i]);
    if (texts[i].size() == most) continue;
    for (char c : alphabet) texts.push_back(texts[i] + c);
  }
}

struct Rules {
  std::string trigger, opener;  // opener: at the start; empty: none
  bool may_end;
};

// What the rules say, read from the front: the opener, else the first trigger, else text.
bool expected(const Rules& rules, const std::string& text) {
  const size_t blanks = std::min(text.find_first_not_of(' '), text.size());
  if (!rules.opener.empty() && text.substr(blanks).starts_with(rules.opener)) {
    return text.substr(blanks + rules.opener.size()) == "Y";
  }
  const size_t trigger = text.find(rules.trigger);
  if (trigger == std::string::npos) return rules.may_end;
  return text.substr(trigger + rules.trigger.size()) == "X";
}

TermId make(TermArena& arena, const Rules& rules) {
  FreeTextRules out;
  out.exits.push_back(exit_by(ElementKind::kBytes, rules.trigger, kNoToken, arena.literal("X")));
  if (!rules.opener.empty()) {
    out.exits.push_back(exit_by(ElementKind::kBytes, rules.opener, kNoToken, arena.literal("Y"), Where::kStart));
  }
  out.may_end = rules.may_end;
  return free_text(arena, out);
}

TEST(FreeText, AgreesWithAPlainReadingOnEveryShortText) {
  for (const Rules& rules : {Rules{"ab", "", true}, Rules{"aab", "", false}, Rules{"abc", "ca", true},
                             Rules{"aab", "aac", true}, Rules{"a", "", true}}) {
    TermArena arena;
    const TermId term = make(arena, rules);
    every_text("abcXY ", 6, [&](const std::string& text) {
      ASSERT_EQ(accepts(arena, term, text), expected(rules, text)) << rules.trigger << "|" << rules.opener << "|" << text;
    });
  }
}

// The shortest length of every state is that of its shortest text, found by trying all.
TEST(FreeText, ShortestLengthsAreExact) {
  for (const Rules& rules : {Rules{"ab", "", false}, Rules{"aab", "", false}, Rules{"aab", "ca", true}}) {
    TermArena arena;
    const TermId term = make(arena, rules);
    every_text("abc", 4, [&](const std::string& text) {
      const TermId state = after(arena, term, text);
      if (state == TermArena::never()) return;
      size_t shortest = 99;
      every_text("abcXY", 4, [&](const std::string& more) {
        if (accepts(arena, state, more)) shortest = std::min(shortest, more.size());
      });
      EXPECT_EQ(arena.shortest(state), shortest) << text;
    });
  }
}

TEST(FreeText, IsWellFormedUtf8) {
  TermArena arena;
  const TermId term = make(arena, {"\xEF\xBD\x9C", "", true});
  std::mt19937 random(5);
  const uint8_t bytes[] = {'a', 0x80, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0x90, 0x8F, 0xFF, 0xBD, 0x9C};
  size_t good = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (size_t n = random() % 5; n > 0; --n) text += static_cast<char>(bytes[random() % std::size(bytes)]);
    const bool plain = is_utf8(text) && text.find("\xEF\xBD\x9C") == std::string::npos;
    ASSERT_EQ(accepts(arena, term, text), plain) << round;
    good += plain;
  }
  EXPECT_GT(good, 1'000u);
  EXPECT_EQ(arena.shortest(after(arena, term, "\xF0")), 3u);
}

TEST(FreeText, ATokenExitIsTheTokenAndItsSpellingDoesNotOccur) {
  TermArena arena;
  FreeTextRules rules;
  rules.exits.push_back(exit_by(ElementKind::kToken, "<c>", 7, arena.literal("X")));
  rules.tokens = {8, 9};
  const TermId term = free_text(arena, rules);
  EXPECT_EQ(next_tokens(arena, term), (std::vector<TokenId>{7, 8, 9}));
  EXPECT_TRUE(accepts(arena, token_derivative(arena, after(arena, term, "a<c"), 7), "X"));
  EXPECT_TRUE(accepts(arena, token_derivative(arena, after(arena, term, "a<c"), 8), ">"));
  EXPECT_EQ(after(arena, term, "a<c>"), TermArena::never());
  EXPECT_TRUE(next_tokens(arena, after(arena, term, "\xC3")).empty()) << "no token inside a code point";
}

TEST(FreeText, AClosedExitJustDoesNotOccur) {
  TermArena arena;
  FreeTextRules rules;
  rules.exits.push_back(exit_by(ElementKind::kToken, "<c>", 7, TermArena::never()));
  const TermId term = free_text(arena, rules);
  EXPECT_TRUE(next_tokens(arena, term).empty());
  EXPECT_EQ(after(arena, term, "<c>"), TermArena::never());
  EXPECT_TRUE(accepts(arena, term, "<c <c"));
}

}  // namespace
}  // namespace keyway
