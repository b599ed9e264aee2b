// Members that ask for or exclude one another, against every set of members in every order.
#include "schemas/json_schema/presence.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/schemas/json_schema/single_tokens.h"

namespace keyway {
namespace {

using json_schema::PresenceClause;
using test::expect_masks_of_single_tokens;
using test::Grammar;

constexpr uint32_t kNames = 5;

bool has(uint32_t set, uint32_t name) { return (set >> name & 1) != 0; }

bool holds(const std::vector<PresenceClause>& clauses, uint32_t set) {
  return std::all_of(clauses.begin(), clauses.end(), [&](const PresenceClause& clause) {
    return has(set, clause.first.name) == clause.first.present || has(set, clause.second.name) == clause.second.present;
  });
}

std::string name_of(uint32_t name) { return std::string(name + 1, static_cast<char>('a' + name)); }  // longer names cost more

std::string literal(json_schema::PresenceLiteral at) {
  const std::string required = "{\"required\": [\"" + name_of(at.name) + "\"]}";
  return at.present ? required : "{\"not\": " + required + "}";
}

std::string schema_of(const std::vector<PresenceClause>& clauses, const std::string& more = "") {
  std::string out = R"({"type": "object", "additionalProperties": false, "properties": )"
                    R"({"a": {"const": 1}, "bb": {"const": 1}, "ccc": {"const": 1}, "dddd": {"const": 1}, "eeeee": {"const": 1}})";
  out += more + ", \"allOf\": [";
  for (size_t i = 0; i < clauses.size(); ++i) {
    out += (i == 0 ? "{\"anyOf\": [" : ", {\"anyOf\": [") + literal(clauses[i].first) + ", " + literal(clauses[i].second) + "]}";
  }
  return out + "]}";
}

std::string object_of(const std::vector<uint32_t>& names) {
  std::string out = "{";
  for (uint32_t name : names) out += (out.size() > 1 ? ",\"" : "\"") + name_of(name) + "\":1";
  return out + "}";
}

std::vector<PresenceClause> random_clauses(std::mt19937& random, size_t count) {
  std::vector<PresenceClause> clauses;
  while (clauses.size() < count) {
    const auto literal = [&] { return json_schema::PresenceLiteral{static_cast<uint32_t>(random() % kNames), random() % 2 == 0}; };
    clauses.push_back({literal(), literal()});
  }
  return clauses;
}

TEST(Presence, ObjectsAreThoseWhoseMembersMeetEveryClause) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const std::vector<PresenceClause> clauses = random_clauses(random, 4 + random() % 8);
    for (PropertyOrder order : {PropertyOrder::kAny, PropertyOrder::kDeclared}) {
      SchemaOptions options;
      options.order = order;
      Grammar grammar(schema_of(clauses), options);
      size_t shortest = 0;
      for (uint32_t set = 0; set < 1u << kNames; ++set) {
        std::vector<uint32_t> names;
        for (uint32_t i = 0; i < kNames; ++i) {
          if (has(set, i)) names.push_back(i);
        }
        if (!holds(clauses, set)) {
          EXPECT_FALSE(grammar.ok() && grammar.accepts(object_of(names))) << schema_of(clauses) << object_of(names);
          continue;
        }
        ASSERT_TRUE(grammar.ok()) << schema_of(clauses) << grammar.error().to_string();
        if (shortest == 0 || object_of(names).size() < shortest) shortest = object_of(names).size();
        size_t orders = 0, accepted = 0;
        do {
          ++orders;
          accepted += grammar.accepts(object_of(names)) ? 1 : 0;
        } while (std::next_permutation(names.begin(), names.end()));
        EXPECT_EQ(accepted, order == PropertyOrder::kAny ? orders : 1) << schema_of(clauses) << set;
      }
      ASSERT_EQ(grammar.ok(), shortest > 0) << schema_of(clauses);
      if (grammar.ok()) {
        EXPECT_EQ(grammar.arena().shortest(grammar.start()), shortest) << schema_of(clauses);
      } else {
        EXPECT_EQ(grammar.error().code, ErrorCode::kUnsatisfiable);
      }
    }
  }
}

TEST(Presence, BesideCountsAndConstants) {
  std::mt19937 random(12);
  for (int round = 0; round < 40; ++round) {
    const std::vector<PresenceClause> clauses = random_clauses(random, 5 + random() % 4);
    Grammar grammar(schema_of(clauses, R"(, "minProperties": 2, "maxProperties": 3, "not": {"enum": [{"a": 1, "bb": 1}, {"a": 1, "dddd": 1}]})"));
    for (uint32_t set = 0; set < 1u << kNames; ++set) {
      std::vector<uint32_t> names;
      for (uint32_t i = 0; i < kNames; ++i) {
        if (has(set, i)) names.push_back(i);
      }
      const bool valid = holds(clauses, set) && names.size() >= 2 && names.size() <= 3 && set != 0b00011 && set != 0b01001;
      EXPECT_EQ(grammar.ok() && grammar.accepts(object_of(names)), valid) << schema_of(clauses) << object_of(names);
    }
  }
}

TEST(Presence, ManyClausesAreNoProduct) {
  std::string pairs, apart, chain, long_chain, each;
  const auto key = [](char letter, int i) { return '"' + std::string(1, letter) + std::to_string(i) + '"'; };
  for (int i = 0; i < 500; ++i) long_chain += (i == 0 ? "" : ", ") + key('p', i) + ": [" + key('p', i + 1) + "]";
  for (int i = 0; i < 30; ++i) {
    const std::string comma = i == 0 ? "" : ", ";
    pairs += comma + "{\"anyOf\": [{\"required\": [" + key('a', i) + "]}, {\"required\": [" + key('b', i) + "]}]}";
    apart += comma + "{\"allOf\": [{\"required\": [" + key('a', i) + "]}, {\"required\": [" + key('b', i) + "]}]}";
    chain += comma + key('p', i) + ": [" + key('p', i + 1) + "]";
    each += comma + key('k', i) + ": {\"properties\": {" + key('k', i + 1) + ": false}}";
  }
  Grammar all("{\"type\": \"object\", \"allOf\": [" + pairs + "]}");
  ASSERT_TRUE(all.ok()) << all.error().to_string();
  std::string text = "{";
  for (int i = 0; i < 30; ++i) text += (i == 0 ? "" : ", ") + key(i % 3 == 0 ? 'a' : 'b', i) + ": 1";
  EXPECT_TRUE(all.accepts(text + "}"));
  EXPECT_TRUE(all.accepts(text + ", \"b0\": 2, \"other\": 3}"));
  EXPECT_FALSE(all.accepts(text.substr(0, text.rfind(',')) + "}"));
  EXPECT_EQ(all.arena().shortest(all.start()), text.size() - 29 - 30 + 1);  // without blanks
  Grammar none("{\"type\": \"object\", \"not\": {\"anyOf\": [" + apart + "]}}");
  ASSERT_TRUE(none.ok()) << none.error().to_string();
  EXPECT_TRUE(none.accepts("{}"));
  EXPECT_TRUE(none.accepts(R"({"a0": 1, "b1": 1, "x": 1})"));
  EXPECT_FALSE(none.accepts(R"({"a0": 1, "b0": 1})"));
  Grammar needs("{\"type\": \"object\", \"dependentRequired\": {" + chain + "}}");
  ASSERT_TRUE(needs.ok()) << needs.error().to_string();
  EXPECT_TRUE(needs.accepts(R"({"p29": 1, "p30": 2})"));
  EXPECT_TRUE(needs.accepts(R"({"p30": 2})"));
  EXPECT_FALSE(needs.accepts(R"({"p28": 1, "p30": 2})"));
  Grammar longest("{\"type\": \"object\", \"dependentRequired\": {" + long_chain + "}}");
  ASSERT_TRUE(longest.ok()) << longest.error().to_string();
  EXPECT_TRUE(longest.accepts(R"({"p499": 1, "p500": 2})"));
  EXPECT_FALSE(longest.accepts(R"({"p499": 1})"));
  Grammar parted("{\"type\": \"object\", \"dependentSchemas\": {" + each + "}}");
  ASSERT_TRUE(parted.ok()) << parted.error().to_string();
  EXPECT_TRUE(parted.accepts(R"({"k1": 1, "k3": 1})"));
  EXPECT_FALSE(parted.accepts(R"({"k1": 1, "k2": 1})"));
}

TEST(Presence, MasksAreThoseOfSingleTokens) {
  const auto vocabulary =
      test::toy_vocabulary({"{\"", "\":1", "\":1,\"", ",\"", "1,\"bb\":", "1}", "a\":1,\"bb\":1}", "bb", "cc", "dd", "ee", "\":1,\"ccc\":1,\""});
  std::mt19937 random(13);
  for (int round = 0; round < 12; ++round) {
    const std::vector<PresenceClause> clauses = random_clauses(random, 6);
    if (Grammar(schema_of(clauses)).ok()) expect_masks_of_single_tokens(schema_of(clauses), vocabulary, random);
  }
}

}  // namespace
}  // namespace keyway
