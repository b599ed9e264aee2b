// Masks of real schemas at random reachable states, bit for bit those of an oracle that tries every token by derivatives.
//
// In the repository: a sample of MaskBench's schemas under the default model's tokenizer. On demand, thousands of schemas and
// every tokenizer of a folder:
//   KEYWAY_MASKS_DATA=FOLDER_OF_JSONL KEYWAY_MASKS_TOKENIZERS=FOLDER KEYWAY_MASKS_SCHEMAS=2000
//     build/keyway_test_runtime --gtest_filter='SchemaMasks.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "grammar/matcher.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json_schema/base.h"
#include "tests/runtime/mask_oracle.h"

namespace keyway {
namespace {

// One of the allowed tokens; of eight drawn the first that leaves a string, so that walks see more than string bodies.
TokenId draw(const std::vector<uint32_t>& words, const Vocabulary& vocabulary, std::mt19937& random) {
  std::vector<TokenId> allowed;
  for (TokenId t = 0; t < vocabulary.size(); ++t) {
    if (mask_test(words.data(), t)) allowed.push_back(t);
  }
  TokenId token = 0;
  for (int tries = 0; tries < 8; ++tries) {
    token = allowed[random() % allowed.size()];
    if (vocabulary.bytes(token).find_first_of("\"}],:") != std::string_view::npos) break;
  }
  return token;
}

struct Compiled {
  std::shared_ptr<Grammar> grammar;
  TermArena* arena = nullptr;
  TermId root;
};

std::optional<Compiled> compile(const std::string& line, const std::shared_ptr<const Vocabulary>& vocabulary) {
  auto document = parse_json(line);
  if (!document.ok()) return std::nullopt;
  Compiled made;
  auto arena = schema_arena();
  Budget budget(arena->limits().compile_fuel);
  arena->set_budget(&budget);
  const SchemaCompilation compilation = compile_json_schema(*arena, *document, *document->root().find("schema"));
  arena->set_budget(nullptr);
  if (compilation.error) return std::nullopt;
  // The oracle steps every token on its own, and where texts are recorded each step is a term.
  arena->set_arena_bytes(uint64_t{2} << 30);
  made.arena = arena.get();
  made.root = compilation.value;
  made.grammar = *Grammar::create(vocabulary, std::move(arena), made.root);
  return made;
}

// Walks at random and compares masks on the way. Returns the number of masks compared.
size_t walk(const Compiled& made, const std::string& line, std::mt19937& random) {
  const Vocabulary& vocabulary = made.grammar->vocabulary();
  Matcher matcher(made.grammar);
  MaskOracle oracle(*made.arena, vocabulary, made.root);
  std::vector<uint32_t> words(mask_words(vocabulary.size()));
  size_t compared = 0;
  for (int step = 0; step < 40; ++step) {
    if (!matcher.mask(words).ok()) return compared;  // past its budget: an error, never a wrong mask
    if (step < 3 || random() % 8 == 0) {
      EXPECT_EQ(words, oracle.mask()) << line.substr(0, 300) << " at step " << step;
      ++compared;
    }
    const TokenId token = draw(words, vocabulary, random);
    if (vocabulary.is_end(token)) return compared;
    const Result<bool> accepted = matcher.accept(token);
    if (!accepted.ok()) return compared;
    EXPECT_TRUE(*accepted);
    EXPECT_TRUE(oracle.take(token)) << line.substr(0, 300) << " token " << token;
    if (::testing::Test::HasFailure()) return compared;
  }
  return compared;
}

std::vector<std::string> schema_lines() {
  const char* folder = std::getenv("KEYWAY_MASKS_DATA");
  std::vector<std::filesystem::path> files{std::filesystem::path(KEYWAY_SOURCE_DIR) / "tests/runtime/data/schema_sample.jsonl"};
  if (folder != nullptr) {
    files.clear();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
  }
  std::vector<std::string> lines;
  for (const auto& file : files) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
  }
  const char* count = std::getenv("KEYWAY_MASKS_SCHEMAS");
  if (count != nullptr) {
    std::mt19937 random(1);
    std::shuffle(lines.begin(), lines.end(), random);
    lines.resize(std::min<size_t>(lines.size(), std::strtoul(count, nullptr, 10)));
  }
  return lines;
}

TEST(SchemaMasks, EqualTheOraclesAtRandomStatesOfRealSchemas) {
  const std::vector<std::string> lines = schema_lines();
  ASSERT_FALSE(lines.empty());
  for (const std::string& folder : mask_tokenizer_folders()) {
    auto tokenizer = Tokenizer::open(folder);
    ASSERT_TRUE(tokenizer.ok()) << folder;
    size_t compiled = 0, compared = 0;
    for (size_t i = 0; i < lines.size(); ++i) {
      std::mt19937 random(static_cast<uint32_t>(i));
      const auto made = compile(lines[i], (*tokenizer)->vocabulary());
      if (!made) continue;
      ++compiled;
      compared += walk(*made, lines[i], random);
      if (HasFailure()) return;
    }
    EXPECT_GE(compiled * 10, lines.size() * 9);
    EXPECT_GE(compared, compiled);
    std::printf("%s: %zu schemas, %zu masks compared\n", folder.c_str(), compiled, compared);
  }
}

}  // namespace
}  // namespace keyway
