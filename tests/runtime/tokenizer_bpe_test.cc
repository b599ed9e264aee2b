// Byte-pair encoding against its definition on random merge lists; the tables under it.
#include "runtime/tokenizer/bpe.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "runtime/tokenizer/byte_level.h"

namespace keyway {
namespace {

constexpr char kBlank[] = "\xE2\x96\x81";

// A random model over a few letters; some merges come twice.
struct RandomModel {
  std::vector<std::string> texts;  // by id
  std::vector<BpeMerge> merges;

  explicit RandomModel(std::mt19937& random) : texts{"a", "b", "c", kBlank} {
    std::map<std::string, TokenId> ids;
    for (TokenId id = 0; id < texts.size(); ++id) ids[texts[id]] = id;
    for (size_t count = random() % 40; merges.size() < count;) {
      const TokenId left = static_cast<TokenId>(random() % texts.size());
      const TokenId right = static_cast<TokenId>(random() % texts.size());
      const std::string joined = texts[left] + texts[right];
      if (joined.size() > 24) continue;
      const auto [at, fresh] = ids.try_emplace(joined, static_cast<TokenId>(texts.size()));
      if (fresh) texts.push_back(joined);
      merges.push_back({left, right, at->second});
    }
  }

  std::shared_ptr<const BpeModel> make(BpeOptions options = {}) const {
    std::vector<BpeToken> tokens;
    for (TokenId id = 0; id < texts.size(); ++id) tokens.push_back({texts[id], id});
    return BpeModel::create(tokens, merges, options);
  }

  // The definition: of all pairs that have a merge, the lowest rank first, of equal ones the leftmost.
  std::vector<TokenId> encode(std::vector<TokenId> ids) const {
    for (;;) {
      size_t best = ids.size();
      size_t best_rank = merges.size();
      for (size_t i = 0; i + 1 < ids.size(); ++i) {
        for (size_t rank = 0; rank < merges.size(); ++rank) {
          if (merges[rank].left != ids[i] || merges[rank].right != ids[i + 1]) continue;
          bool later = false;  // the pair comes again, and the later rank holds
          for (size_t next = rank + 1; next < merges.size(); ++next) {
            later |= merges[next].left == ids[i] && merges[next].right == ids[i + 1];
          }
          if (!later && rank < best_rank) best = i, best_rank = rank;
        }
      }
      if (best == ids.size()) return ids;
      ids[best] = merges[best_rank].result;
      ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
  }
};

std::vector<TokenId> random_symbols(std::mt19937& random, size_t length) {
  std::vector<TokenId> symbols(length);
  for (TokenId& symbol : symbols) symbol = static_cast<TokenId>(random() % 4);
  return symbols;
}

std::string join(const std::vector<std::string>& texts, const std::vector<TokenId>& ids) {
  std::string text;
  for (TokenId id : ids) text += texts[id];
  return text;
}

TEST(BpeModel, MergesByRankWhateverTheLengthOfTheWord) {
  std::mt19937 random(3);
  for (int round = 0; round < 150; ++round) {
    const RandomModel oracle(random);
    const auto model = oracle.make();
    const auto cutting = oracle.make({.unknown = 0});  // a model that may cut at blanks
    for (size_t length : {size_t{0}, size_t{1}, random() % 12, 30 + random() % 30, 60 + random() % 60}) {
      const std::vector<TokenId> symbols = random_symbols(random, length);
      const std::string word = join(oracle.texts, symbols);
      const std::vector<TokenId> expected = oracle.encode(symbols);
      std::vector<TokenId> plain, cached, again, cut;
      model->encode_plainly(word, plain);
      model->encode(word, cached);
      model->encode(word, again);
      cutting->encode(word, cut);
      ASSERT_EQ(plain, expected);
      ASSERT_EQ(cached, expected);
      ASSERT_EQ(again, expected) << "from the cache";
      ASSERT_EQ(cut, expected);
    }
  }
}

TEST(BpeModel, IgnoresMergesForAWordThatIsAToken) {
  const std::vector<BpeToken> tokens = {{"a", 0}, {"b", 1}, {"ab", 2}};
  std::vector<TokenId> with, without;
  BpeModel::create(tokens, {}, {.ignore_merges = true})->encode("ab", with);
  BpeModel::create(tokens, {}, {})->encode("ab", without);
  EXPECT_EQ(with, (std::vector<TokenId>{2}));
  EXPECT_EQ(without, (std::vector<TokenId>{0, 1}));
}

TEST(BpeModel, UnknownCharactersFuseOrNotOrVanish) {
  const std::vector<BpeToken> tokens = {{"?", 0}, {"a", 1}};
  const auto encode = [&](BpeOptions options) {
    std::vector<TokenId> ids;
    BpeModel::create(tokens, {}, options)->encode("xyazx", ids);
    return ids;
  };
  EXPECT_EQ(encode({.fuse_unknown = true, .unknown = 0}), (std::vector<TokenId>{0, 1, 0}));
  EXPECT_EQ(encode({.fuse_unknown = false, .unknown = 0}), (std::vector<TokenId>{0, 0, 1, 0, 0}));
  EXPECT_EQ(encode({}), (std::vector<TokenId>{1}));
}

TEST(BpeModel, FallsBackToBytesOnlyWhereAllAreThere) {
  const std::vector<BpeToken> tokens = {{"?", 0}, {"<0xC3>", 1}, {"<0xA9>", 2}};
  std::vector<TokenId> ids;
  BpeModel::create(tokens, {}, {.byte_fallback = true, .unknown = 0})->encode("\xC3\xA9\xC3\xA8", ids);
  EXPECT_EQ(ids, (std::vector<TokenId>{1, 2, 0}));
}

TEST(BpeModel, ThreadsShareTheCache) {
  std::mt19937 random(4);
  const RandomModel oracle(random);
  const auto model = oracle.make();
  std::vector<std::vector<TokenId>> symbols;
  for (int i = 0; i < 200; ++i) symbols.push_back(random_symbols(random, 1 + random() % 8));
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 50; ++round) {
        for (const std::vector<TokenId>& word : symbols) {
          std::vector<TokenId> ids, plain;
          model->encode(join(oracle.texts, word), ids);
          model->encode_plainly(join(oracle.texts, word), plain);
          wrong[static_cast<size_t>(thread)] += ids != plain;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(StringTable, FindsWhatWasInsertedAndNothingElse) {
  std::mt19937 random(5);
  std::map<std::string, uint32_t> expected;
  StringTable table;
  EXPECT_EQ(table.find("a"), StringTable::kNone);
  table.reserve(2000, 0);
  for (uint32_t i = 0; i < 2000; ++i) {
    std::string text(random() % 20, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3);
    table.insert(text, i);
    expected[text] = i;
  }
  for (const auto& [text, number] : expected) EXPECT_EQ(table.find(text), number);
  EXPECT_EQ(table.find("not there"), StringTable::kNone);
}

TEST(ByteLevel, EveryByteHasACharacterOfItsOwn) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(byte_level_decode(byte_level_encode(all)), all);
  EXPECT_EQ(byte_level_encode(" \n!"), "\xC4\xA0\xC4\x8A!");
  EXPECT_EQ(byte_level_decode("a b"), std::nullopt) << "a blank is written as another character";
}

}  // namespace
}  // namespace keyway
