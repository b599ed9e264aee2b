// Comparisons of number spellings, against exact decimals.
#include "schemas/json_schema/number_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace keyway::json_schema {
namespace {

std::vector<std::string> spellings() {
  std::vector<std::string> out;
  for (const char* integer : {"0", "1", "2", "9", "10", "11", "19", "20", "99", "100", "101", "1000"}) {
    for (const char* fraction : {"", ".0", ".5", ".05", ".49", ".50", ".51", ".999"}) {
      for (const char* exponent : {"", "e0", "e1", "E-1", "e+2", "e-03", "e010"}) {
        for (const char* sign : {"", "-"}) out.push_back(std::string(sign) + integer + fraction + exponent);
      }
    }
  }
  return out;
}

bool is_scientific(const std::string& text) { return text.find_first_of("eE") != std::string::npos; }

bool is_normal(const std::string& text) {
  const size_t first = text[0] == '-' ? 1 : 0;
  return text[first] != '0' && (text[first + 1] == '.' || text[first + 1] == 'e' || text[first + 1] == 'E');
}

TEST(NumberSet, BoundsAgreeWithExactDecimals) {
  RegexArena regexes;
  NumberAlgebra numbers(regexes, NumberSpelling::kAny);
  const std::vector<std::string> texts = spellings();
  for (const char* text : {"0", "1", "-1", "10", "1.5", "-0.05", "100.5", "0.5", "99", "1e2", "-2e-2", "1000"}) {
    const Decimal bound = *parse_decimal(text);
    for (const bool strict : {false, true}) {
      const NumberSet above = numbers.at_least(bound, strict);
      const NumberSet below = numbers.at_most(bound, strict);
      const NumberSet not_below = numbers.complement(below);
      for (const std::string& spelling : texts) {
        const Decimal value = *parse_decimal(spelling);
        const bool is_above = strict ? value > bound : value >= bound;
        const bool is_below = strict ? value < bound : value <= bound;
        const bool exact = !is_scientific(spelling) || is_normal(spelling);
        const bool in_above = regexes.matches(numbers.spellings(above), spelling);
        const bool in_below = regexes.matches(numbers.spellings(below), spelling);
        const bool in_rest = regexes.matches(numbers.spellings(not_below), spelling);
        EXPECT_TRUE(exact ? in_above == is_above : !in_above || is_above) << spelling << " against " << text;
        EXPECT_TRUE(exact ? in_below == is_below : !in_below || is_below) << spelling << " against " << text;
        EXPECT_TRUE(exact ? in_rest == !is_below : !in_rest || !is_below) << spelling << " against " << text;
      }
    }
  }
}

// Whether value is a multiple, by scaling both to integers.
bool is_multiple(const Decimal& value, const Decimal& divisor) {
  if (value.is_zero()) return true;
  const int64_t low = std::min(value.exponent, divisor.exponent);
  const auto scaled = [&](const Decimal& d) {
    __extension__ __int128 out = std::stoll(d.digits);
    for (int64_t i = low; i < d.exponent; ++i) out *= 10;
    return out;
  };
  return scaled(value) % scaled(divisor) == 0;
}

TEST(NumberSet, MultiplesAgreeWithIntegerArithmetic) {
  RegexArena regexes;
  NumberAlgebra numbers(regexes, NumberSpelling::kAny);
  for (const char* text : {"1", "2", "3", "7", "10", "20", "100", "0.5", "0.05", "0.01", "0.25", "1.5", "0.3", "12"}) {
    const Decimal divisor = *parse_decimal(text);
    ASSERT_TRUE(is_compiled_divisor(divisor));
    const NumberSet multiples = numbers.multiples(divisor);
    const NumberSet others = numbers.complement(multiples);
    for (const std::string& spelling : spellings()) {
      if (is_scientific(spelling)) continue;
      const bool expected = is_multiple(*parse_decimal(spelling), divisor);
      EXPECT_EQ(regexes.matches(numbers.spellings(multiples), spelling), expected) << spelling << " of " << text;
      EXPECT_EQ(regexes.matches(numbers.spellings(others), spelling), !expected) << spelling << " of " << text;
    }
    for (int i = -300; i < 300; ++i) {
      const std::string spelling = std::to_string(i);
      EXPECT_EQ(regexes.matches(numbers.spellings(multiples), spelling), is_multiple(*parse_decimal(spelling), divisor));
    }
  }
}

// Random Boolean combinations of divisors and bounds against arithmetic; the shortest member is as short as promised.
TEST(NumberSet, CombinationsOfDivisorsAgreeWithArithmetic) {
  std::vector<std::string> texts;
  for (int i = -130; i < 130; ++i) {
    for (const char* fraction : {"", ".0", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9", ".25", ".50", ".05"}) texts.push_back(std::to_string(i) + fraction);
  }
  std::mt19937 random(7);
  const char* divisors[] = {"1", "2", "3", "4", "6", "10", "0.5", "0.25", "1.5", "0.3", "20", "7"};
  for (int round = 0; round < 60; ++round) {
    RegexArena regexes;
    NumberAlgebra numbers(regexes, NumberSpelling::kAny);
    std::vector<std::pair<NumberSet, std::vector<bool>>> sets;
    const auto members = [&](auto&& holds) {
      std::vector<bool> out;
      for (const std::string& text : texts) out.push_back(holds(*parse_decimal(text)));
      return out;
    };
    for (int i = 0; i < 3; ++i) {
      const Decimal divisor = *parse_decimal(divisors[random() % std::size(divisors)]);
      sets.push_back({numbers.multiples(divisor), members([&](const Decimal& value) { return is_multiple(value, divisor); })});
    }
    const Decimal bound = *parse_decimal(random() % 2 == 0 ? "-3.5" : "12");
    sets.push_back({numbers.at_least(bound, false), members([&](const Decimal& value) { return value >= bound; })});
    sets.push_back({numbers.integers(false), members([](const Decimal& value) { return value.is_integer(); })});
    for (int i = 0; i < 6; ++i) {
      const auto& a = sets[random() % sets.size()];
      const auto& b = sets[random() % sets.size()];
      const NumberSet both[] = {a.first, b.first};
      const int how = static_cast<int>(random() % 3);
      std::vector<bool> expected;
      for (size_t k = 0; k < texts.size(); ++k) {
        expected.push_back(how == 0 ? a.second[k] && b.second[k] : how == 1 ? a.second[k] || b.second[k] : !a.second[k]);
      }
      const NumberSet made = how == 0 ? numbers.intersect(both) : how == 1 ? numbers.unite(both) : numbers.complement(a.first);
      size_t shortest = 100;
      for (size_t k = 0; k < texts.size(); ++k) {
        ASSERT_EQ(regexes.matches(made.plain, texts[k]), expected[k]) << texts[k] << " round " << round;
        if (expected[k]) shortest = std::min(shortest, texts[k].size());
      }
      if (!*regexes.is_empty(made.plain)) {
        EXPECT_EQ(std::min(shortest, size_t{4}), std::min(regexes.shortest(made.plain)->size(), size_t{4})) << round;
      } else {
        EXPECT_EQ(shortest, 100u);
      }
      sets.push_back({made, expected});
    }
  }
}

TEST(NumberSet, IntegersAndConstantsByValue) {
  RegexArena regexes;
  NumberAlgebra numbers(regexes, NumberSpelling::kAny);
  const NumberSet integers = numbers.integers(false);
  const Decimal values[] = {*parse_decimal("1"), *parse_decimal("0.50"), *parse_decimal("-0"), *parse_decimal("20")};
  const NumberSet constants = numbers.constants(values);
  for (const std::string& spelling : spellings()) {
    const Decimal value = *parse_decimal(spelling);
    const bool plain = !is_scientific(spelling);
    const bool integer = regexes.matches(numbers.spellings(integers), spelling);
    EXPECT_TRUE(plain || is_normal(spelling) ? integer == value.is_integer() : !integer || value.is_integer())
        << spelling;
    bool listed = false;
    for (const Decimal& one : values) listed = listed || one == value;
    const bool constant = regexes.matches(numbers.spellings(constants), spelling);
    EXPECT_TRUE(plain ? constant == listed : !constant || listed) << spelling;
  }
  EXPECT_TRUE(regexes.matches(numbers.spellings(integers), "1.7976931348623157e+308"));
  EXPECT_FALSE(regexes.matches(numbers.spellings(integers), "1.7976931348623157e+15"));
  EXPECT_FALSE(regexes.matches(numbers.spellings(numbers.integers(true)), "1.0"));
}

}  // namespace
}  // namespace keyway::json_schema
