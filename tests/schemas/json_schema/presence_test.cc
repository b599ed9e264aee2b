// Members that ask for or exclude one another, against every set of members in every order.
#include "schemas/json_schema/presence.h"

#include <algorithm>
#include <map>
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

// Objects of the first names with two values each, and where `undeclared` one more whose name is not declared.
struct Objects {
  uint32_t names = 0;
  bool undeclared = false;
  std::vector<PresenceClause> clauses;
  uint32_t some = 0, not_all = 0;  // sets of names; empty: nothing is asked
  std::vector<std::vector<uint32_t>> constants;  // none of these; by name: absent, first or second value

  bool holds(const std::vector<uint32_t>& object) const {
    uint32_t set = 0;
    for (uint32_t i = 0; i < names; ++i) set |= (object[i] != 0 ? 1u : 0u) << i;
    return keyway::holds(clauses, set) && (some == 0 || (set & some) != 0) && (not_all == 0 || (set & not_all) != not_all) &&
           std::find(constants.begin(), constants.end(), object) == constants.end();
  }

  std::string member(const std::vector<uint32_t>& object, uint32_t name) const {
    return (name == names ? "\"\"" : '"' + name_of(name) + '"') + (object[name] == 1 ? ":\"x\"" : ":\"yy\"");
  }

  // Every object in every order, and whether it is one of these.
  std::map<std::string, bool> texts(PropertyOrder order) const {
    std::map<std::string, bool> out;
    std::vector<uint32_t> object(names + 1);
    for (uint32_t number = 0, most = undeclared ? 2u : 1u; object[names] < most; ++number) {
      std::vector<uint32_t> written;
      for (uint32_t i = 0; i <= names; ++i) {
        if (object[i] != 0) written.push_back(i);
      }
      do {
        std::string text = "{";
        for (uint32_t name : written) text += (text.size() > 1 ? "," : "") + member(object, name);
        out[text + "}"] = holds(object);
      } while (order == PropertyOrder::kAny && std::next_permutation(written.begin(), written.end()));
      uint32_t next = 0;
      while (next < names && object[next] == 2) object[next++] = 0;
      ++object[next];
    }
    return out;
  }

  std::string schema() const {
    std::string properties, listed, some_of, all_of;
    for (uint32_t i = 0; i < names; ++i) {
      properties += (i == 0 ? "\"" : ", \"") + name_of(i) + R"(": {"enum": ["x", "yy"]})";
      if (has(some, i)) some_of += (some_of.empty() ? "" : ", ") + literal({i, true});
      if (has(not_all, i)) all_of += (all_of.empty() ? "\"" : ", \"") + name_of(i) + '"';
    }
    for (const std::vector<uint32_t>& object : constants) {
      std::string text;
      for (uint32_t i = 0; i < names; ++i) {
        if (object[i] != 0) text += (text.empty() ? "" : ", ") + member(object, i);
      }
      listed += (listed.empty() ? "{" : ", {") + text + "}";
    }
    std::string out = R"({"type": "object", "properties": {)" + properties + "}, \"additionalProperties\": false";
    if (undeclared) out += R"(, "patternProperties": {"^$": {"const": "x"}})";
    if (some != 0) out += ", \"anyOf\": [" + some_of + "]";
    out += ", \"not\": {\"enum\": [" + listed + "]}, \"allOf\": [{" + (not_all != 0 ? "\"not\": {\"required\": [" + all_of + "]}" : "") + "}";
    for (const PresenceClause& clause : clauses) out += ", {\"anyOf\": [" + literal(clause.first) + ", " + literal(clause.second) + "]}";
    return out + "]}";
  }

  static Objects random(std::mt19937& random, uint32_t names, bool undeclared) {
    Objects out{names, undeclared, {}, 0, 0, {}};
    const auto literal = [&] { return json_schema::PresenceLiteral{static_cast<uint32_t>(random() % names), random() % 3 == 0}; };
    for (size_t count = random() % 7; count > 0; --count) out.clauses.push_back({literal(), literal()});
    if (random() % 2 == 0) out.some = static_cast<uint32_t>(random() % (1u << names));
    if (random() % 2 == 0) out.not_all = static_cast<uint32_t>(random() % (1u << names));
    for (size_t count = 1 + random() % 6; count > 0; --count) {
      std::vector<uint32_t> object(names + 1);
      for (uint32_t i = 0; i < names; ++i) object[i] = static_cast<uint32_t>(random() % 3);
      out.constants.push_back(object);
    }
    return out;
  }
};

// Behind `before` each text and each beginning of one is taken exactly where one that is valid begins with it, and is told how
// many bytes are left of the shortest of these with `closing` bytes behind it.
void expect_beginnings(Grammar& grammar, const std::string& before, const std::map<std::string, bool>& texts, size_t closing,
                       const std::string& what) {
  std::map<std::string, size_t> least;  // bytes of the shortest valid text that begins so
  for (const auto& [text, valid] : texts) {
    for (size_t length = 0; valid && length <= text.size(); ++length) {
      size_t& bytes = least.try_emplace(text.substr(0, length), text.size()).first->second;
      bytes = std::min(bytes, text.size());
    }
  }
  std::vector<TermId> terms = {grammar.after(before)};  // by bytes of `last`
  std::string last;
  for (const auto& [text, valid] : texts) {
    size_t length = 0;
    while (length < std::min(text.size(), last.size()) && text[length] == last[length]) ++length;
    terms.resize(length + 1);
    for (; length < text.size(); ++length) {
      terms.push_back(derivative(grammar.arena(), terms.back(), static_cast<uint8_t>(text[length])));
      if (length >= text.find("\"\":")) continue;  // what is not declared may come twice
      const auto at = least.find(text.substr(0, length + 1));
      ASSERT_EQ(terms.back() != TermArena::never(), at != least.end()) << what << before << text.substr(0, length + 1);
      if (at == least.end()) break;
      ASSERT_EQ(grammar.arena().shortest(terms.back()), at->second - length - 1 + closing) << what << before << at->first;
    }
    last = text.substr(0, terms.size() - 1);
    if (closing == 0) {
      EXPECT_EQ(last == text && grammar.arena().nullable(terms.back()), valid) << what << text;
    }
  }
}

std::vector<std::string> members_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (char c : text.substr(1, text.size() - 2)) {
    if (c == ',') out.emplace_back();
    if (c != ',') out.back() += c;
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool any_valid(const std::map<std::string, bool>& texts) {
  return std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.second; });
}

TEST(Presence, BesideConstantsNothingLeadsNowhere) {
  std::mt19937 random(14);
  for (int round = 0; round < 60; ++round) {
    const Objects objects = Objects::random(random, round % 8 == 0 ? 4 : 3, round % 3 == 0);
    for (PropertyOrder order : {PropertyOrder::kAny, PropertyOrder::kDeclared}) {
      SchemaOptions options;
      options.order = order;
      const std::map<std::string, bool> texts = objects.texts(order);
      Grammar grammar(objects.schema(), options);
      ASSERT_EQ(grammar.ok(), any_valid(texts)) << objects.schema();
      if (grammar.ok()) expect_beginnings(grammar, "", texts, 0, objects.schema());
    }
  }
}

// The second item of a unique array is any object but the first.
TEST(Presence, ItemsOfUniqueArraysDiffer) {
  std::mt19937 random(15);
  for (int round = 0; round < 60; ++round) {
    const Objects objects = Objects::random(random, 3, round % 4 == 0);
    const std::map<std::string, bool> texts = objects.texts(PropertyOrder::kAny);
    Grammar grammar(R"({"type": "array", "uniqueItems": true, "items": )" + objects.schema() + "}");
    ASSERT_TRUE(grammar.ok()) << objects.schema();
    for (int k = 0; k < 3 && any_valid(texts); ++k) {
      auto first = texts.begin();
      do {
        first = std::next(texts.begin(), static_cast<std::ptrdiff_t>(random() % texts.size()));
      } while (!first->second);
      std::map<std::string, bool> seconds = texts;
      for (auto& [text, valid] : seconds) valid = valid && members_of(text) != members_of(first->first);
      if (any_valid(seconds)) expect_beginnings(grammar, "[" + first->first + ",", seconds, 1, objects.schema());
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
