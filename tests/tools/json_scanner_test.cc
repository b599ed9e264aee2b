// The scanner agrees with parse_json on what a JSON object is, at every split, and says where it ends.
#include "tools/json_scanner.h"

#include <gtest/gtest.h>

#include <random>

#include "schemas/json.h"

namespace keyway {
namespace {

using Verdict = JsonScanner::Verdict;

struct Reading {
  Verdict verdict;
  size_t taken;
  friend bool operator==(const Reading&, const Reading&) = default;
};

// Reads in pieces of `piece` bytes, 0 for the whole.
Reading scan(std::string_view text, size_t piece = 0) {
  JsonScanner scanner(512);
  size_t at = 0;
  while (at < text.size() && scanner.verdict() == Verdict::kMore) {
    at += scanner.feed(text.substr(at, piece == 0 ? text.size() : piece));
  }
  return {scanner.verdict(), at};
}

TEST(JsonScanner, EndsBehindTheClosingBrace) {
  EXPECT_EQ(scan("{}}"), (Reading{Verdict::kDone, 2}));
  EXPECT_EQ(scan(R"({"a": [1, {"b": "}"}]} rest)"), (Reading{Verdict::kDone, 22}));
  EXPECT_EQ(scan(R"({"a": 1)"), (Reading{Verdict::kMore, 7}));
  EXPECT_EQ(scan(R"({'a')"), (Reading{Verdict::kBad, 1}));
  EXPECT_EQ(scan("[]"), (Reading{Verdict::kBad, 0}));
  EXPECT_EQ(scan(" {}"), (Reading{Verdict::kBad, 0}));
}

TEST(JsonScanner, DepthIsCounted) {
  EXPECT_EQ(scan("{\"a\":" + std::string(511, '[')).verdict, Verdict::kMore);
  EXPECT_EQ(scan("{\"a\":" + std::string(100'000, '[')), (Reading{Verdict::kTooDeep, 5 + 511}));
}

TEST(JsonScanner, SurrogatesArePairedAndUtf8IsWellFormed) {
  for (const char* bad : {R"({"a":"\ud800"})", R"({"a":"\udc00"})", R"({"a":"\ud800\ud800"})", R"({"a":"\ud800x"})",
                          "{\"a\":\"\xC0\x80\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\xF4\x90\x80\x80\"}",
                          "{\"a\":\"\xE0\x80\x80\"}", "{\"a\":\"\xFF\"}", "{\"a\":\"\xC3\"}"}) {
    EXPECT_EQ(scan(bad).verdict, Verdict::kBad) << bad;
  }
  for (const char* good : {R"({"a":"\ud83d\ude00"})", "{\"a\":\"\xF4\x8F\xBF\xBF\"}", "{\"a\":\"\xED\x9F\xBF\"}"}) {
    EXPECT_EQ(scan(good).verdict, Verdict::kDone) << good;
  }
}

// Random edits of valid objects, judged by parse_json. Members without equal names, since the scanner ignores those.
TEST(JsonScanner, AgreesWithTheJsonReaderAtEverySplit) {
  const std::string seeds[] = {
      R"({"a": [1, -2.5e+3, 0, true, false, null], "b": {"c": "x\n\u00e9"}})", R"({"k":"\"\\\/\b\f\r\t"})",
      "{\"s\": \"gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\x80\", \"n\": 1E5, \"m\": [[], {}]}", "{ }"};
  const std::string alphabet = "{}[]:,\"\\u0123456789abcdefnrtle+-. \n\x01\xC3\xBC";
  std::mt19937 random(7);
  size_t good = 0, bad = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seeds[random() % std::size(seeds)];
    for (uint32_t edits = random() % 3; edits > 0; --edits) {
      const size_t at = random() % text.size();
      const char byte = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0: text[at] = byte; break;
        case 1: text.insert(at, 1, byte); break;
        default: text.erase(at, 1);
      }
    }
    const auto parsed = parse_json(text);
    if (!parsed.ok() && parsed.error().code == ErrorCode::kInvalid) continue;  // a name used twice
    const Reading whole = scan(text);
    size_t end = whole.taken;
    while (end < text.size() && std::string_view(" \n").find(text[end]) != std::string_view::npos) ++end;
    const bool object = parsed.ok() && parsed->root().is_object() && text[0] == '{';
    EXPECT_EQ(whole.verdict == Verdict::kDone && end == text.size(), object) << text;
    for (size_t piece : {1u, 2u, 7u}) EXPECT_EQ(scan(text, piece), whole) << text;
    ++(object ? good : bad);
  }
  EXPECT_GT(good, 5'000u);
  EXPECT_GT(bad, 5'000u);
}

TEST(JsonScanner, IsReadyAgainAfterReset) {
  JsonScanner scanner(8);
  scanner.feed("{\"a\": \"\\ud800");
  scanner.reset();
  EXPECT_EQ(scanner.feed("{\"a\": \"\\u0041\"}"), 15u);
  EXPECT_EQ(scanner.verdict(), Verdict::kDone);
}

}  // namespace
}  // namespace keyway
