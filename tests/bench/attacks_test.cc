// The attack runner judged by readers that misbehave on purpose: every kind of failure is seen, and nothing else is.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/attacks/child.h"
#include "tests/bench/attacks/recipe.h"
#include "tests/bench/attacks/surface.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string expanded(const char* recipe) {
  auto bytes = expand_recipe(OrderedJson::parse(recipe));
  return bytes.ok() ? *bytes : "error: " + bytes.error().to_string();
}

TEST(Recipe, ExpandsEveryForm) {
  EXPECT_EQ(expanded(R"("text")"), "text");
  EXPECT_EQ(expanded(R"({"base64": "AAECgA=="})"), std::string("\0\1\2\x80", 4));
  EXPECT_EQ(expanded(R"({"concat": ["a", {"base64": "Yg=="}], "then": "c"})"), "abc");
  EXPECT_EQ(expanded(R"({"repeat": "ab", "times": 3, "then": "!"})"), "ababab!");
  EXPECT_EQ(expanded(R"({"each": "<i>-<i+1>", "times": 3, "from": 8, "join": ","})"), "8-9,9-10,10-11");
  EXPECT_EQ(expanded(R"({"repeat": "a", "times": 0})"), "");
}

TEST(Recipe, RefusesWhatIsNoneAndWhatIsTooLarge) {
  EXPECT_FALSE(expand_recipe(OrderedJson::parse(R"({"what": 1})")).ok());
  EXPECT_FALSE(expand_recipe(OrderedJson::parse(R"({"repeat": "a"})")).ok());
  EXPECT_FALSE(expand_recipe(OrderedJson::parse(R"({"base64": "!"})")).ok());
  EXPECT_EQ(expand_recipe(OrderedJson::parse(R"({"repeat": "aa", "times": 9000000000000000000})")).error().code,
            ErrorCode::kLimit);
}

// A reader that behaves by the first word of its input.
Reading misbehave(const std::string& input) {
  Reading reading;
  if (input == "refuse") reading.error = fail(ErrorCode::kInvalid, "refused", "/place");
  if (input == "placeless") reading.error = fail(ErrorCode::kInvalid, "refused");
  if (input == "limitless") reading.error = fail(ErrorCode::kLimit, "refused", "/place");
  if (input == "binary") reading.error = fail(ErrorCode::kInvalid, "\xFF", "/place");
  if (input == "abort") std::abort();
  if (input == "exit") std::exit(0);
  if (input == "throw") throw 1;
  if (input == "print") std::fprintf(stderr, "noise\n");
  for (volatile bool forever = input == "hang"; forever;) {
  }
  if (input == "large") {
    std::vector<char> block(300'000'000, 'x');
    if (block[block.size() / 2] == 'y') reading.error = fail(ErrorCode::kInvalid, "unreachable");
  }
  if (input == "leave") {
    static std::vector<char>* kept = nullptr;
    kept = new std::vector<char>(3'000'000, 'x');
    if (kept->empty()) reading.error = fail(ErrorCode::kInvalid, "unreachable");
  }
  if (input == "mistaken") {
    reading.check = [](double) { return std::vector<std::string>{"not what was asked"}; };
  }
  return reading;
}

Surface misbehaving() {
  Surface surface;
  surface.name = "misbehaving";
  surface.prepare = [](const OrderedJson&, const std::string& input) { return [&input] { return misbehave(input); }; };
  surface.plain = [] { return std::string(); };
  return surface;
}

Verdict judged(const std::string& input, const std::string& expect, const JudgeLimits& limits = {}) {
  return judge_case(misbehaving(), {{"id", input}, {"expect", expect}, {"input", input}}, limits);
}

TEST(AttackRunner, ComparesWithWhatIsExpected) {
  EXPECT_TRUE(judged("fine", "answer").as_expected());
  EXPECT_TRUE(judged("fine", "either").as_expected());
  EXPECT_FALSE(judged("fine", "error").as_expected());
  EXPECT_TRUE(judged("refuse", "error").as_expected());
  EXPECT_TRUE(judged("refuse", "either").as_expected());
  EXPECT_FALSE(judged("refuse", "answer").as_expected());
  EXPECT_FALSE(judged("mistaken", "answer").as_expected());
}

TEST(AttackRunner, HoldsErrorsToTheirPromise) {
  for (const char* input : {"placeless", "limitless", "binary"}) EXPECT_EQ(judged(input, "error").wrong.size(), 1u);
}

TEST(AttackRunner, SeesCrashes) {
  for (const char* input : {"abort", "exit", "throw"}) {
    EXPECT_EQ(judged(input, "either").end, CaseEnd::kCrash) << input;
  }
}

TEST(AttackRunner, EndsAndReportsAHang) {
  JudgeLimits limits;
  limits.stop_s = 0.3;
  EXPECT_EQ(judged("hang", "either", limits).end, CaseEnd::kHang);
}

TEST(AttackRunner, SeesOutputAndAFailingPlainCase) {
  EXPECT_FALSE(judged("print", "either").wrong.empty());
  Surface surface = misbehaving();
  surface.plain = [] { return std::string("broken"); };
  EXPECT_FALSE(judge_case(surface, {{"input", "fine"}}, {}).wrong.empty());
}

TEST(AttackRunner, MeasuresMemoryUnlessSanitized) {
  Verdict large = judged("large", "either");
  EXPECT_EQ(large.memory, !kSanitized);
  Verdict leaving = judged("leave", "either");
  EXPECT_EQ(leaving.wrong.empty(), kSanitized);
  EXPECT_LT(judged("fine", "either").memory_mb, 2.0 + (kSanitized ? 1e9 : 0.0));
}

}  // namespace
}  // namespace keyway::bench
