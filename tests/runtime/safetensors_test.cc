// Headers that hold, headers that lie, and folders of shards. Written against the format's description; the
// shared attack corpus is a second, independent set.
#include "runtime/model/safetensors.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "schemas/json.h"

namespace keyway {
namespace {

std::string length_field(uint64_t length) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(length >> (8 * i)));
  return bytes;
}

std::string file_bytes(const std::string& header, size_t data_bytes) {
  return length_field(header.size()) + header + std::string(data_bytes, '\1');
}

Result<SafetensorsHeader> parse(const std::string& file) {
  return parse_header(std::as_bytes(std::span(file.data(), file.size())), file.size());
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets +
         "}";
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "keyway-safetensors-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path path_;
};

TEST(Safetensors, ReadsTensorsSortedByNameWithTheirPlaces) {
  const std::string header =
      "{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "BF16", "[2,3]", "[0,12]") + "," +
      entry("a", "F32", "[]", "[12,16]") + "," + entry("c", "I64", "[0,5]", "[16,16]") + "}  ";
  const Result<SafetensorsHeader> read = parse(file_bytes(header, 16));
  ASSERT_TRUE(read.ok()) << read.error().to_string();
  ASSERT_EQ(read->tensors.size(), 3u);
  EXPECT_EQ(read->tensors[0].name, "a");
  EXPECT_EQ(read->data_offset_bytes, 8 + header.size());
  const TensorInfo* b = read->find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->type, TensorType::kBf16);
  EXPECT_EQ(b->shape, (std::vector<uint64_t>{2, 3}));
  EXPECT_EQ(b->end_bytes, 12u);
  EXPECT_EQ(read->find("d"), nullptr);
}

TEST(Safetensors, NamesThePlaceOfEveryLie) {
  struct Case {
    std::string header;
    size_t data_bytes;
    ErrorCode code;
    std::string place;
  };
  const Case cases[] = {
      {"{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8, ErrorCode::kInvalid, "/a"},
      {"{" + entry("a", "Q7", "[2]", "[0,8]") + "}", 8, ErrorCode::kUnsupported, "/a/dtype"},
      {"{" + entry("a", "F32", "[2]", "[0,9]") + "}", 8, ErrorCode::kInvalid, "/a/data_offsets"},
      {"{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8, ErrorCode::kInvalid, "/a/data_offsets"},
      {"{" + entry("a", "F32", "[2]", "[0,8.0]") + "}", 8, ErrorCode::kInvalid, "/a/data_offsets"},
      {"{" + entry("a", "F32", "[-2]", "[0,8]") + "}", 8, ErrorCode::kInvalid, "/a/shape/0"},
      {"{" + entry("a", "F32", "[4611686018427387906]", "[0,8]") + "}", 8, ErrorCode::kInvalid, "/a"},
      {"{" + entry("a", "F32", "[4294967296,4294967296,2]", "[0,8]") + "}", 8, ErrorCode::kInvalid, "/a"},
      {"{" + entry("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") + "}", 1, ErrorCode::kLimit, "/a/shape"},
      {"{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12,
       ErrorCode::kInvalid, "/b/data_offsets"},
      {"{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[1]", "[12,16]") + "}", 16,
       ErrorCode::kInvalid, "/b/data_offsets"},
      {"{" + entry("a", "F32", "[2]", "[0,8]") + "}", 9, ErrorCode::kInvalid, ""},
      {"{\"a~/b\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, ErrorCode::kInvalid, "/a~0~1b"},
      {"{\"a\":7}", 0, ErrorCode::kInvalid, "/a"},
      {"{\"__metadata__\":{\"x\":1}}", 0, ErrorCode::kInvalid, "/__metadata__/x"},
      {"[]", 0, ErrorCode::kSyntax, "byte 8"},
  };
  for (const Case& c : cases) {
    const Result<SafetensorsHeader> read = parse(file_bytes(c.header, c.data_bytes));
    ASSERT_FALSE(read.ok()) << c.header;
    EXPECT_EQ(read.error().code, c.code) << c.header;
    EXPECT_EQ(read.error().pointer, c.place) << c.header;
  }
}

TEST(Safetensors, RefusesEveryTruncationOfAGoodFile) {
  const std::string good = file_bytes("{" + entry("a", "F16", "[2,2]", "[0,8]") + "}", 8);
  ASSERT_TRUE(parse(good).ok());
  for (size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(parse(good.substr(0, size)).ok()) << size;
}

TEST(Safetensors, HeaderLongerThanTheLimitIsRefusedWithIt) {
  const std::string header = "{" + std::string(kMaxSafetensorsHeaderBytes, ' ') + "}";
  const Result<SafetensorsHeader> read = parse(file_bytes(header, 0));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kLimit);
}

TEST(SafetensorsFolder, FindsTensorsAcrossShards) {
  TemporaryFolder folder;
  folder.write("one.safetensors", file_bytes("{" + entry("a", "U8", "[3]", "[0,3]") + "}", 3));
  folder.write("two.safetensors", file_bytes("{" + entry("b", "U8", "[1]", "[0,1]") + "}", 1));
  folder.write("model.safetensors.index.json",
               R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
  const Result<SafetensorsFolder> opened = SafetensorsFolder::open(folder.path());
  ASSERT_TRUE(opened.ok()) << opened.error().to_string();
  EXPECT_EQ(opened->find("a").bytes.size(), 3u);
  EXPECT_EQ(opened->find("b").bytes.size(), 1u);
  EXPECT_EQ(opened->find("b").bytes[0], std::byte{1});
  EXPECT_EQ(opened->find("c").info, nullptr);
}

TEST(SafetensorsFolder, RefusesAnIndexThatDisagreesOrReachesOutside) {
  struct Case {
    std::string index;
    ErrorCode code;
  };
  const Case cases[] = {
      {R"({"weight_map":{"a":"one.safetensors","b":"one.safetensors"}})", ErrorCode::kInvalid},
      {R"({"weight_map":{"a":"missing.safetensors"}})", ErrorCode::kNotFound},
      {R"({"weight_map":{"b":"one.safetensors"}})", ErrorCode::kMismatch},
      {R"({"weight_map":{"a":"../one.safetensors"}})", ErrorCode::kInvalid},
      {R"({"weight_map":{"a":"/etc/passwd"}})", ErrorCode::kInvalid},
      {R"({"weight_map":["a"]})", ErrorCode::kInvalid},
      {R"({})", ErrorCode::kInvalid},
      {R"({"weight_map":)", ErrorCode::kSyntax},
  };
  TemporaryFolder folder;
  folder.write("one.safetensors", file_bytes("{" + entry("a", "U8", "[3]", "[0,3]") + "}", 3));
  for (const Case& c : cases) {
    folder.write("model.safetensors.index.json", c.index);
    const Result<SafetensorsFolder> opened = SafetensorsFolder::open(folder.path());
    ASSERT_FALSE(opened.ok()) << c.index;
    EXPECT_EQ(opened.error().code, c.code) << c.index;
    EXPECT_NE(opened.error().pointer.find(folder.path().string()), std::string::npos);
  }
}

TEST(SafetensorsFolder, NamesAMissingFileAndAFolderInItsPlace) {
  TemporaryFolder folder;
  Result<SafetensorsFolder> opened = SafetensorsFolder::open(folder.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(opened.error().pointer, (folder.path() / "model.safetensors").string());
  std::filesystem::create_directory(folder.path() / "model.safetensors");
  opened = SafetensorsFolder::open(folder.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
}

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0, count = 0;
  for (char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<uint32_t>(kDigits.find(c));
    if ((count += 6) >= 8) out.push_back(static_cast<char>(bits >> (count -= 8)));
  }
  return out;
}

// The recipes of the corpus: text, base64, concat, repeat; nested two deep at most.
std::string expand(Json recipe) {
  if (recipe.is_string()) return std::string(recipe.string());
  if (const auto text = recipe.find("base64")) return decode_base64(text->string());
  std::string out;
  if (const auto parts = recipe.find("concat")) {
    for (size_t i = 0; i < parts->size(); ++i) out += expand(parts->at(i));
  } else if (const auto part = recipe.find("repeat")) {
    const std::string piece = expand(*part);
    for (int64_t i = 0; i < *recipe.find("times")->integer(); ++i) out += piece;
  }
  return out;
}

TEST(Safetensors, AnswersTheAttackCorpusAsExpected) {
  const char* shared = std::getenv("KEYWAY_SHARED_DIR");
  const std::filesystem::path folder = shared != nullptr ? shared : KEYWAY_SOURCE_DIR "/../shared";
  std::ifstream file(folder / "data/attacks/safetensors.jsonl");
  if (!file) {
    std::cout << "no attack corpus at " << folder << "; the cases above stand alone\n";
    return;
  }
  size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const Result<JsonDocument> document = parse_json(line);
    ASSERT_TRUE(document.ok());
    const Json root = document->root();
    const auto base64 = root.find("input_base64");
    const std::string bytes = base64 ? decode_base64(base64->string()) : expand(*root.find("generate"));
    const Result<SafetensorsHeader> read = parse(bytes);
    const std::string_view expected = root.find("expect")->string();
    if (expected != "either") {
      EXPECT_EQ(read.ok(), expected == "answer") << root.find("id")->string();
    }
    if (!read.ok()) {
      EXPECT_LE(read.error().to_string().size(), 2048u);
    }
  }
  EXPECT_EQ(cases, 29u);
}

}  // namespace
}  // namespace keyway
