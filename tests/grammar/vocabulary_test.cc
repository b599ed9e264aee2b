// The trie against a plain map of prefixes, on random vocabularies.
#include "grammar/vocabulary.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "grammar/trie_child.h"

namespace keyway {
namespace {

std::vector<TokenEntry> text_entries(const std::vector<std::string>& texts) {
  std::vector<TokenEntry> entries;
  for (const std::string& text : texts) entries.push_back({text, TokenKind::kText});
  return entries;
}

std::vector<TokenEntry> random_entries(std::mt19937& random) {
  std::vector<TokenEntry> entries(1 + random() % 200);
  const unsigned letters = 1 + random() % 4;
  for (TokenEntry& entry : entries) {
    const size_t length = random() % 7;
    for (size_t i = 0; i < length; ++i) {
      entry.bytes += static_cast<char>(random() % 8 == 0 ? random() % 256 : 'a' + random() % letters);
    }
    entry.kind = static_cast<TokenKind>(random() % 8 < 5 ? 0 : random() % 4);
  }
  return entries;
}

// Tokens by the bytes that lead to them, collected by a walk that allows every byte.
std::map<std::string, std::set<TokenId>> walk_all(const Vocabulary& vocabulary) {
  std::map<std::string, std::set<TokenId>> found;
  std::string path;
  for (uint32_t i = 0; i < vocabulary.trie().size(); ++i) {
    const TrieNode node = vocabulary.trie().nodes()[i];
    path.resize(node.depth() - 1);
    path += static_cast<char>(node.byte());
    found[path].insert(vocabulary.trie().tokens_at(i).begin(), vocabulary.trie().tokens_at(i).end());
  }
  return found;
}

TEST(Vocabulary, TrieHoldsEveryPrefixOfEveryTextTokenAndNothingElse) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const std::vector<TokenEntry> entries = random_entries(random);
    const auto made = Vocabulary::create(entries, {});
    ASSERT_TRUE(made.ok());
    std::map<std::string, std::set<TokenId>> expected;
    for (TokenId token = 0; token < entries.size(); ++token) {
      const TokenEntry& entry = entries[token];
      if (entry.kind != TokenKind::kText) continue;
      for (size_t length = 1; length <= entry.bytes.size(); ++length) expected[entry.bytes.substr(0, length)];
      if (!entry.bytes.empty()) expected[entry.bytes].insert(token);
    }
    EXPECT_EQ(walk_all(**made), expected);
    EXPECT_EQ((*made)->trie().size(), expected.size());
  }
}

TEST(Vocabulary, SubtreeEndIsTheNextNodeThatIsNotBelow) {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    const auto made = Vocabulary::create(random_entries(random), {});
    ASSERT_TRUE(made.ok());
    const Vocabulary& vocabulary = **made;
    for (uint32_t i = 0; i < vocabulary.trie().size(); ++i) {
      uint32_t end = i + 1;
      while (end < vocabulary.trie().size() && vocabulary.trie().nodes()[end].depth() > vocabulary.trie().nodes()[i].depth()) ++end;
      ASSERT_EQ(vocabulary.trie().nodes()[i].subtree_end(), end);
      ASSERT_LE(vocabulary.trie().nodes()[i].depth(), vocabulary.max_token_bytes());
    }
  }
}

// By the siblings one after the other, for nodes of large subtrees and of small ones.
TEST(Vocabulary, ChildrenAreFoundByTheirBytes) {
  std::mt19937 random(5);
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    std::string text(1 + random() % 5, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() % 256 : 'a' + random() % 4);
    texts.push_back(text);
  }
  const auto made = Vocabulary::create(text_entries(texts), {});
  ASSERT_TRUE(made.ok());
  const TokenTrie& trie = (*made)->trie();
  size_t large = 0;
  for (uint32_t node = 0; node < trie.size(); ++node) {
    std::map<uint8_t, uint32_t> expected;
    const uint32_t end = trie.nodes()[node].subtree_end();
    for (uint32_t child = node + 1; child < end; child = trie.nodes()[child].subtree_end()) expected[trie.nodes()[child].byte()] = child;
    large += trie.children(node) != nullptr;
    const ByteSet some{{random() * random(), random() * random(), random() * random(), ~0ull}};
    std::vector<uint32_t> visited, wanted;
    for_each_child(trie, node, some, [&](uint32_t child) { visited.push_back(child); });
    ByteSet bytes;
    for (const auto& [byte, child] : expected) {
      bytes.insert(byte);
      if (some.contains(byte)) wanted.push_back(child);
    }
    ASSERT_EQ(visited, wanted);
    ASSERT_EQ(child_bytes(trie, node), bytes);
    for (unsigned b = 0; b < 256; ++b) {
      const auto at = expected.find(static_cast<uint8_t>(b));
      ASSERT_EQ(child_of(trie, node, static_cast<uint8_t>(b)), at == expected.end() ? TokenTrie::kNone : at->second);
    }
  }
  EXPECT_GT(large, 10u);
  EXPECT_LT(large, trie.size() / 2);
}

TEST(Vocabulary, KeepsBytesAndKindsAndFindsSpellings) {
  const auto made = Vocabulary::create({{"a", TokenKind::kText},
                                        {"<call>", TokenKind::kAdded},
                                        {"<end>", TokenKind::kText},
                                        {"gone", TokenKind::kAbsent},
                                        {"<call>", TokenKind::kSpecial},
                                        {"", TokenKind::kText},
                                        {std::string("\0\xFF", 2), TokenKind::kText}},
                                       {2, 2});
  ASSERT_TRUE(made.ok());
  const Vocabulary& vocabulary = **made;
  EXPECT_EQ(vocabulary.size(), 7u);
  EXPECT_EQ(vocabulary.bytes(0), "a");
  EXPECT_EQ(vocabulary.bytes(3), "");
  EXPECT_EQ(vocabulary.bytes(6), std::string_view("\0\xFF", 2));
  EXPECT_EQ(vocabulary.kind(2), TokenKind::kSpecial) << "an end token is no text";
  EXPECT_EQ(vocabulary.end_tokens(), std::vector<TokenId>{2});
  EXPECT_TRUE(vocabulary.is_end(2));
  EXPECT_FALSE(vocabulary.is_end(1));
  EXPECT_EQ(vocabulary.find("<call>"), 1u);
  EXPECT_EQ(vocabulary.find("<end>"), 2u);
  EXPECT_EQ(vocabulary.find("a"), std::nullopt) << "text is found by its bytes";
  EXPECT_EQ(vocabulary.find("gone"), std::nullopt);
  EXPECT_EQ(vocabulary.find("zz"), std::nullopt);
  const std::vector<TokenId> sorted(vocabulary.trie().tokens().begin(), vocabulary.trie().tokens().end());
  EXPECT_EQ(sorted, (std::vector<TokenId>{6, 0}));
}

TEST(Vocabulary, SortsLongCommonPrefixesAndEmbeddedZeros) {
  const std::string zeros(12, '\0');
  const auto made = Vocabulary::create(
      text_entries({"abcdefghij", "abcdefgh", "abcdefghia", zeros, zeros.substr(0, 3), "abcdefgh"}), {});
  ASSERT_TRUE(made.ok());
  const std::vector<TokenId> sorted((*made)->trie().tokens().begin(), (*made)->trie().tokens().end());
  EXPECT_EQ(sorted, (std::vector<TokenId>{4, 3, 1, 5, 2, 0}));
}

TEST(Vocabulary, RefusesWhatItCannotHold) {
  EXPECT_EQ(Vocabulary::create({}, {}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(Vocabulary::create(text_entries({"a"}), {1}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(Vocabulary::create({{"a", TokenKind::kAbsent}}, {0}).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(Vocabulary::create(text_entries({std::string(kMaxTokenBytes, 'a')}), {}).ok());
  EXPECT_EQ(Vocabulary::create(text_entries({std::string(kMaxTokenBytes + 1, 'a')}), {}).error().code,
            ErrorCode::kLimit);
  EXPECT_EQ(Vocabulary::create(std::vector<TokenEntry>(kMaxVocabularySize + 1), {}).error().code, ErrorCode::kLimit);
}

TEST(Vocabulary, RefusesATrieThatIsTooLarge) {
  std::vector<TokenEntry> entries;
  for (unsigned i = 0; i < 5000; ++i) {
    std::string text(kMaxTokenBytes, 'a');
    text[0] = static_cast<char>(i & 0xFF);
    text[1] = static_cast<char>(i >> 8);
    entries.push_back({text, TokenKind::kText});
  }
  const auto made = Vocabulary::create(std::move(entries), {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace keyway
