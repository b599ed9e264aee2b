// The JSON reader: exact values, places of errors, limits.
#include "schemas/json.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

TEST(Json, KeepsOrderAndNumberTexts) {
  auto document = parse_json(R"({"b": 1.50, "a": [1e400, -0.0, 12345678901234567890123], "": null})");
  ASSERT_TRUE(document.ok()) << document.error().to_string();
  Json root = document->root();
  ASSERT_EQ(root.size(), 3u);
  EXPECT_EQ(root.key(0), "b");
  EXPECT_EQ(root.at(0).number(), "1.50");
  EXPECT_EQ(root.find("a")->at(0).number(), "1e400");
  EXPECT_EQ(root.find("a")->at(2).number(), "12345678901234567890123");
  EXPECT_TRUE(root.find("")->is_null());
  EXPECT_FALSE(root.find("c").has_value());
  EXPECT_EQ(to_json_text(root), R"({"b": 1.50, "a": [1e400, -0.0, 12345678901234567890123], "": null})");
}

TEST(Json, DecodesStrings) {
  auto document = parse_json(R"(["\u00e9\n\ud83d\ude00\"", "é"])");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().at(0).string(), "\xC3\xA9\n\xF0\x9F\x98\x80\"");
  EXPECT_EQ(to_json_text(document->root(), {.ascii = true, .item_separator = ",", .key_separator = ":"}),
            R"(["\u00e9\n\ud83d\ude00\"","\u00e9"])");
}

TEST(Json, IntegersOfEverySpelling) {
  auto document = parse_json("[3, 3.0, 3e0, 3.5, 9223372036854775808, -7]");
  ASSERT_TRUE(document.ok());
  Json root = document->root();
  EXPECT_EQ(root.at(0).integer(), 3);
  EXPECT_EQ(root.at(1).integer(), 3);
  EXPECT_EQ(root.at(2).integer(), 3);
  EXPECT_FALSE(root.at(3).integer().has_value());
  EXPECT_FALSE(root.at(4).integer().has_value());
  EXPECT_EQ(root.at(5).integer(), -7);
}

TEST(Json, RejectsMalformedTextWithItsPlace) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "nul", "[1] 2", "\"\xFF\"", "\"\\ud800\"", "'a'", "\"\x01\""}) {
    auto document = parse_json(text);
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().code, ErrorCode::kSyntax) << text;
    EXPECT_NE(document.error().pointer.find("line "), std::string::npos);
  }
  auto document = parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().pointer, "line 3, column 7");
}

TEST(Json, RejectsANameUsedTwice) {
  auto document = parse_json(R"({"a": {"x": 1, "y": 2, "x": 3}})");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(document.error().pointer, "/a");
}

TEST(Json, BoundsDepthAndSize) {
  Limits limits;
  limits.document_depth = 10;
  EXPECT_TRUE(parse_json(std::string(10, '[') + std::string(10, ']'), limits).ok());
  auto deep = parse_json(std::string(1'000'000, '['), limits);
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code, ErrorCode::kLimit);
  EXPECT_EQ(deep.error().allowed, "document_depth 10");
  limits.document_bytes = 4;
  EXPECT_TRUE(parse_json("1234", limits).ok());
  EXPECT_EQ(parse_json("12345", limits).error().code, ErrorCode::kLimit);
}

TEST(Json, EscapesPointers) { EXPECT_EQ(pointer_append("/a", "b/c~d"), "/a/b~1c~0d"); }

}  // namespace
}  // namespace keyway
