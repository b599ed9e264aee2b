// Ids and decoded text of 6,000 texts against what the `tokenizers` package gave (data/tokenizer_golden.txt).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "runtime/tokenizer/stream_decoder.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tokenizer_texts.h"

namespace keyway {
namespace {

namespace fs = std::filesystem;

// Hashes of the groups by "name ids" and "name decoded"; the head under "texts".
std::map<std::string, std::vector<std::string>> read_golden() {
  std::map<std::string, std::vector<std::string>> golden;
  std::ifstream file(std::string(KEYWAY_SOURCE_DIR) + "/tests/runtime/data/tokenizer_golden.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name, what;
    words >> name;
    if (name != "texts") words >> what;
    std::vector<std::string>& hashes = golden[name == "texts" ? name : name + " " + what];
    for (std::string word; words >> word;) hashes.push_back(word);
  }
  return golden;
}

std::string hex(uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

// The folder of a tokenizer: in the repository, or in the shared data beside it; empty where there is none.
fs::path find_folder(const std::string& name) {
  const char* given = std::getenv("KEYWAY_SHARED_DIR");
  const fs::path shared = given ? fs::path(given) : fs::path(KEYWAY_SOURCE_DIR) / ".." / "shared";
  for (const fs::path& folder : {fs::path(KEYWAY_SOURCE_DIR) / "examples/models" / name,
                                 shared / "data/tokenizers" / name, shared / "models" / name}) {
    if (fs::exists(folder / "tokenizer.json")) return folder;
  }
  return {};
}

std::vector<std::string> make_texts() {
  std::vector<std::string> texts;
  for (size_t i = 0; i < kTokenizerTestTexts; ++i) texts.push_back(tokenizer_test_text(i));
  return texts;
}

TEST(TokenizerGolden, TextsAreThoseOfTheScript) {
  uint64_t hash = fnv1a("");
  for (size_t i = 0; i < kTokenizerTestTexts; ++i) {
    if (i > 0) hash = fnv1a(std::string_view("\0", 1), hash);
    hash = fnv1a(tokenizer_test_text(i), hash);
  }
  EXPECT_EQ(read_golden()["texts"].back(), hex(hash));
}

class TokenizerGoldenEach : public testing::TestWithParam<const char*> {};

TEST_P(TokenizerGoldenEach, IdsAndDecodedTextAreThoseOfThePackage) {
  const std::string name = GetParam();
  const fs::path folder = find_folder(name);
  if (folder.empty()) {
    std::printf("not checked: there is no %s in examples/models or in the shared data\n", name.c_str());
    return;
  }
  const auto tokenizer = Tokenizer::open(folder);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().to_string();
  auto golden = read_golden();
  const std::vector<std::string> expected_ids = golden[name + " ids"], expected_texts = golden[name + " decoded"];
  const std::vector<std::string> texts = make_texts();
  ASSERT_EQ(expected_ids.size() * kTokenizerTestGroup, texts.size());
  ASSERT_EQ(expected_texts.size(), expected_ids.size());
  for (size_t group = 0; group < expected_ids.size(); ++group) {
    uint64_t ids_hash = fnv1a(""), text_hash = fnv1a("");
    for (size_t i = group * kTokenizerTestGroup; i < (group + 1) * kTokenizerTestGroup; ++i) {
      std::vector<TokenId> ids = (*tokenizer)->encode(texts[i]);
      text_hash = fnv1a("\xFF", fnv1a((*tokenizer)->decode(ids), text_hash));
      ids.push_back(kNoToken);
      for (TokenId id : ids) {
        for (int shift = 0; shift < 32; shift += 8) {
          const char byte = static_cast<char>(id >> shift);
          ids_hash = fnv1a({&byte, 1}, ids_hash);
        }
      }
    }
    EXPECT_EQ(hex(ids_hash), expected_ids[group]) << "texts from " << group * kTokenizerTestGroup;
    EXPECT_EQ(hex(text_hash), expected_texts[group]) << "texts from " << group * kTokenizerTestGroup;
  }
}

// Token by token: what has been emitted after each push is well formed and a beginning of the whole.
TEST_P(TokenizerGoldenEach, IncrementalDecodingEqualsDecodingAtEverySplit) {
  const fs::path folder = find_folder(GetParam());
  if (folder.empty()) {
    std::printf("not checked: there is no %s in examples/models or in the shared data\n", GetParam());
    return;
  }
  const auto tokenizer = Tokenizer::open(folder);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().to_string();
  for (size_t i = 0; i < kTokenizerTestTexts; i += 7) {
    const std::vector<TokenId> ids = (*tokenizer)->encode(tokenizer_test_text(i));
    StreamDecoder whole(**tokenizer);
    std::string text;
    for (size_t split = 0; split < ids.size(); ++split) {
      const std::string added = whole.push(ids[split]);
      ASSERT_TRUE(is_utf8(added));
      text += added;
      if (split % 16 != i % 16) continue;
      // A decoder that stops here gives the decoding of the tokens so far.
      StreamDecoder cut = whole;
      ASSERT_EQ(text + cut.finish(), (*tokenizer)->decode({ids.data(), split + 1}));
    }
    ASSERT_EQ(text + whole.finish(), (*tokenizer)->decode(ids));
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizers, TokenizerGoldenEach,
                         testing::Values("keyway-tiny", "gpt2", "gpt4o", "llama3_1", "qwen2_5", "llama2", "gemma2"),
                         [](const auto& param) {
                           std::string name = param.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace keyway
