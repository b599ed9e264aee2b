// RFC 3986: the examples of section 5.4, and percent decoding.
#include "schemas/json_schema/uri.h"

#include <gtest/gtest.h>

namespace keyway::json_schema {
namespace {

TEST(Uri, ResolvesTheExamplesOfTheStandard) {
  const char* base = "http://a/b/c/d;p?q";
  const std::pair<const char*, const char*> cases[] = {
      {"g:h", "g:h"},           {"g", "http://a/b/c/g"},          {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"},            {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"},  {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"}, {";x", "http://a/b/c/;x"},     {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},    {"..", "http://a/b/"},           {"../g", "http://a/b/g"},
      {"../..", "http://a/"},    {"../../../g", "http://a/g"},    {"/./g", "http://a/g"},
      {"g/../h", "http://a/b/c/h"},
  };
  for (const auto& [reference, target] : cases) EXPECT_EQ(resolve_uri(base, reference), target) << reference;
}

TEST(Uri, PercentDecoding) {
  EXPECT_EQ(percent_decode("a%25b%22c"), "a%b\"c");
  EXPECT_FALSE(percent_decode("%2").has_value());
  EXPECT_FALSE(percent_decode("%zz").has_value());
  EXPECT_FALSE(percent_decode("%ff").has_value());
}

}  // namespace
}  // namespace keyway::json_schema
