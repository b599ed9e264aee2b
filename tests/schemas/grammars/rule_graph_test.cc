// Random context-free grammars against a recogniser that knows nothing of terms: rules may be left-recursive, hidden
// behind empty rules, ambiguous, endless or without any text.
#include "schemas/grammars/lower_rules.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "grammar/derivative.h"

namespace keyway::grammars {
namespace {

constexpr size_t kLongestText = 5;

// A grammar as plain data: alternatives are lists of symbols, lower-case letters are themselves, capitals are rules.
using Productions = std::vector<std::vector<std::string>>;

Productions random_productions(std::mt19937& random) {
  Productions rules(1 + random() % 4);
  for (auto& alternatives : rules) {
    for (size_t n = 1 + random() % 3; n > 0; --n) {
      std::string symbols;
      for (size_t k = random() % 4; k > 0; --k) {
        symbols += random() % 2 == 0 ? static_cast<char>('a' + random() % 2) : static_cast<char>('A' + random() % rules.size());
      }
      alternatives.push_back(symbols);
    }
  }
  return rules;
}

// The texts of every rule up to kLongestText, as the least fixed point of the productions.
std::vector<std::set<std::string>> texts_of(const Productions& rules) {
  std::vector<std::set<std::string>> texts(rules.size());
  for (bool grown = true; grown;) {
    grown = false;
    for (size_t r = 0; r < rules.size(); ++r) {
      for (const std::string& symbols : rules[r]) {
        std::set<std::string> made = {""};
        for (const char symbol : symbols) {
          std::set<std::string> longer;
          for (const std::string& begin : made) {
            const std::set<std::string> letter = {std::string(1, symbol)};
            const bool is_rule = symbol >= 'A' && symbol <= 'Z';
            for (const std::string& end : is_rule ? texts[static_cast<size_t>(symbol - 'A')] : letter) {
              if (begin.size() + end.size() <= kLongestText) longer.insert(begin + end);
            }
          }
          made = std::move(longer);
        }
        for (const std::string& text : made) grown |= texts[r].insert(text).second;
      }
    }
  }
  return texts;
}

// The same grammar; some alternatives are written with repetitions of a rule instead.
NodeId graph_of(RuleGraph& graph, const Productions& rules) {
  std::vector<RuleId> ids;
  for (size_t r = 0; r < rules.size(); ++r) ids.push_back(graph.declare(std::string(1, static_cast<char>('A' + r))));
  for (size_t r = 0; r < rules.size(); ++r) {
    std::vector<NodeId> branches;
    for (const std::string& symbols : rules[r]) {
      std::vector<NodeId> items;
      for (const char symbol : symbols) {
        const bool is_rule = symbol >= 'A' && symbol <= 'Z';
        items.push_back(is_rule ? graph.rule(ids[static_cast<size_t>(symbol - 'A')]) : graph.text(std::string(1, symbol)));
      }
      branches.push_back(graph.sequence(items));
    }
    graph.define(ids[r], graph.choice(branches));
  }
  return graph.rule(ids[0]);
}

void for_each_text(const std::function<void(const std::string&)>& visit) {
  std::vector<std::string> texts = {""};
  for (size_t i = 0; i < texts.size(); ++i) {
    visit(texts[i]);
    if (texts[i].size() == kLongestText) continue;
    for (const char c : {'a', 'b'}) texts.push_back(texts[i] + c);
  }
}

std::string shown(const Productions& rules) {
  std::string out;
  for (size_t r = 0; r < rules.size(); ++r) {
    out += static_cast<char>('A' + r);
    for (const std::string& symbols : rules[r]) out += (&symbols == &rules[r][0] ? " -> " : " | ") + symbols;
    out += "\n";
  }
  return out;
}

// Steps a text; checks that a state that is left can be completed in exactly the bytes that it promises.
bool accepts(TermArena& arena, TermId term, const std::string& text) {
  for (const char c : text) term = derivative(arena, term, static_cast<uint8_t>(c));
  return arena.nullable(term);
}

TEST(RuleGraph, RandomGrammarsHoldExactlyTheirTexts) {
  std::mt19937 random(20261121);
  size_t unsatisfiable = 0;
  for (int round = 0; round < 4000; ++round) {
    const Productions rules = random_productions(random);
    const std::set<std::string> expected = texts_of(rules)[0];
    TermArena arena;
    Budget budget(50'000'000);
    arena.set_budget(&budget);
    const auto graph = std::make_shared<RuleGraph>(&arena);
    const NodeId root = graph_of(*graph, rules);
    const Result<TermId> term = lower_rules(graph, root);
    if (!term.ok()) {
      ++unsatisfiable;
      ASSERT_EQ(term.error().code, ErrorCode::kUnsatisfiable) << term.error().to_string();
      ASSERT_TRUE(expected.empty()) << shown(rules);
      continue;
    }
    size_t wrong = 0;
    for_each_text([&](const std::string& text) { wrong += accepts(arena, *term, text) != expected.contains(text); });
    ASSERT_EQ(wrong, 0u) << shown(rules);
    ASSERT_FALSE(arena.exhausted()) << shown(rules);
    const bool short_text = !expected.empty();
    if (short_text) {
      size_t shortest = kLongestText;
      for (const std::string& text : expected) shortest = std::min(shortest, text.size());
      ASSERT_EQ(arena.shortest(*term), shortest) << shown(rules);
    }
  }
  EXPECT_GT(unsatisfiable, 50u);
}

TEST(RuleGraph, RepetitionsOfRulesThatMayBeEmptyEnd) {
  TermArena arena;
  const auto graph = std::make_shared<RuleGraph>(&arena);
  const RuleId a = graph->declare("a"), b = graph->declare("b");
  // a: (b b*)* "x" | a+ "y" b;  b: "" | a "z" | b b
  const NodeId stars = graph->repeat(graph->sequence(graph->rule(b), graph->repeat(graph->rule(b), 0, kUnbounded)), 0, kUnbounded);
  const NodeId many[] = {graph->repeat(graph->rule(a), 1, kUnbounded), graph->text("y"), graph->rule(b)};
  graph->define(a, graph->choice(graph->sequence(stars, graph->text("x")), graph->sequence(many)));
  const NodeId choices[] = {graph->empty(), graph->sequence(graph->rule(a), graph->text("z")),
                            graph->sequence(graph->rule(b), graph->rule(b))};
  graph->define(b, graph->choice(choices));
  const Result<TermId> term = lower_rules(graph, graph->rule(a));
  ASSERT_TRUE(term.ok()) << term.error().to_string();
  for (const char* text : {"x", "xzx", "xy", "xxy", "xyxz", "xzxzx"}) EXPECT_TRUE(accepts(arena, *term, text)) << text;
  for (const char* text : {"", "z", "y", "zx", "yx", "xzz"}) EXPECT_FALSE(accepts(arena, *term, text)) << text;
}

TEST(RuleGraph, ALazyPartEndsWhereItFirstMay) {
  TermArena arena;
  const auto graph = std::make_shared<RuleGraph>(&arena);
  const NodeId any = graph->one_of(CodePointSet::all());
  const NodeId marked = graph->lazy(graph->sequence(graph->repeat(any, 0, kUnbounded), graph->text("--")));
  const Result<TermId> term = lower_rules(graph, graph->sequence(marked, graph->text("b")));
  ASSERT_TRUE(term.ok());
  for (const char* text : {"--b", "a--b", "-a--b"}) EXPECT_TRUE(accepts(arena, *term, text)) << text;
  for (const char* text : {"--", "----b", "a--b--b"}) EXPECT_FALSE(accepts(arena, *term, text)) << text;
}

TEST(RuleGraph, AChainOfRulesIsRefusedPastItsLimit) {
  TermArena arena;
  const auto graph = std::make_shared<RuleGraph>(&arena);
  std::vector<RuleId> rules;
  for (int i = 0; i < 5000; ++i) rules.push_back(graph->declare("r"));
  for (size_t i = 0; i < rules.size(); ++i) {
    const NodeId next = i + 1 < rules.size() ? graph->rule(rules[i + 1]) : graph->text("a");
    graph->define(rules[i], graph->sequence(next, graph->text("b")));
  }
  const Result<TermId> term = lower_rules(graph, graph->rule(rules[0]));
  ASSERT_FALSE(term.ok());
  EXPECT_EQ(term.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace keyway::grammars
