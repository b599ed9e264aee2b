// The shipped documents inside the library are the files of schemas/, byte for byte, and are JSON.
#include "schemas/embedded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "schemas/json.h"

namespace keyway {
namespace {

TEST(Embedded, EveryDocumentIsTheFileAndIsJson) {
  const std::vector<std::string_view> names = embedded_document_names();
  ASSERT_FALSE(names.empty());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (std::string_view name : names) {
    std::ifstream file(std::string(KEYWAY_SOURCE_DIR "/schemas/") + std::string(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(embedded_document(name), text.str()) << name;
    EXPECT_TRUE(parse_json(text.str()).ok()) << name;
  }
}

TEST(Embedded, AnUnknownNameIsNothing) {
  EXPECT_FALSE(embedded_document("").has_value());
  EXPECT_FALSE(embedded_document("registry").has_value());
}

}  // namespace
}  // namespace keyway
