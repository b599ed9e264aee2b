// Layered lists, maps, tables and indices hold what plain ones hold, and a copy holds what its original held then.
#include "grammar/layered.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace keyway {
namespace {

TEST(LayeredList, CopiesGrowApart) {
  LayeredList<uint32_t> base;
  for (uint32_t i = 0; i < 10; ++i) base.push_back(i);
  const LayeredList<uint32_t> frozen = base;
  EXPECT_EQ(frozen.frozen_size(), 10u);
  LayeredList<uint32_t> a = frozen, b = frozen;
  const uint32_t more[] = {7, 8, 9};
  a.append(std::begin(more), std::end(more));
  b.push_back(99);
  base.push_back(55);
  ASSERT_EQ(a.size(), 13u);
  ASSERT_EQ(b.size(), 11u);
  for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(a[i], i);
  EXPECT_TRUE(std::equal(a.from(10), a.from(10) + 3, more));
  EXPECT_EQ(b[10], 99u);
  a.own(11) = 1000;
  const LayeredList<uint32_t> both = a;  // of a frozen part and its own
  a.shrink(10);
  EXPECT_EQ(a.size(), 10u);
  ASSERT_EQ(both.size(), 13u);
  EXPECT_EQ(both[11], 1000u);
  EXPECT_EQ(both[9], 9u);
}

// Random writes to a chain of copies, each beside a map of the standard library.
TEST(LayeredTable, HoldsWhatAMapHoldsAcrossCopies) {
  std::mt19937 random(3);
  constexpr uint32_t kUnknown = 77;
  auto table = std::make_unique<LayeredTable<uint32_t>>(kUnknown);
  std::map<size_t, uint32_t> oracle;
  const auto check = [&](const LayeredTable<uint32_t>& of, const std::map<size_t, uint32_t>& expected) {
    for (size_t i = 0; i < 330; ++i) {
      const auto at = expected.find(i);
      ASSERT_EQ(of[i], at == expected.end() ? kUnknown : at->second) << i;
    }
  };
  for (int copies = 0; copies < 6; ++copies) {
    for (int i = 0; i < 40; ++i) {
      const size_t at = random() % (50u * (copies + 1));
      table->set(at, oracle[at] = random() % 1000);
    }
    check(*table, oracle);
    auto copy = std::make_unique<LayeredTable<uint32_t>>(*table);
    table->set(5, 123456);  // the copy does not see it
    check(*copy, oracle);
    table = std::move(copy);
  }
}

TEST(LayeredMap, HoldsWhatAMapHoldsAcrossCopies) {
  std::mt19937_64 random(4);
  auto map = std::make_unique<LayeredMap<uint32_t>>();
  std::map<uint64_t, uint32_t> oracle;
  for (int copies = 0; copies < 5; ++copies) {
    for (uint32_t i = 0; i < 100; ++i) {
      const uint64_t key = random() % 300;
      map->set(key, oracle[key] = static_cast<uint32_t>(random()));
    }
    auto copy = std::make_unique<LayeredMap<uint32_t>>(*map);
    EXPECT_EQ(copy->own_size(), 0u);
    EXPECT_EQ(copy->frozen_size(), oracle.size());
    map->set(1000, 1);
    map = std::move(copy);
    for (uint64_t key = 0; key <= 1000; ++key) {
      const auto expected = oracle.find(key);
      ASSERT_EQ(map->find(key) != nullptr, expected != oracle.end());
      if (expected != oracle.end()) {
        EXPECT_EQ(*map->find(key), expected->second);
      }
    }
  }
}

// Interned texts whose hashes are all alike or all different, through growth and copies.
TEST(LayeredIndex, FindsEachTextAndNoOther) {
  for (const uint64_t spread : {uint64_t{1}, uint64_t{3}, uint64_t{1} << 40}) {
    std::vector<std::string> texts;
    auto index = std::make_unique<LayeredIndex>();
    const auto find = [&](const LayeredIndex& in, const std::string& text) {
      return in.find(std::hash<std::string>()(text) % spread, [&](uint32_t i) { return texts[i] == text; });
    };
    for (int copies = 0; copies < 4; ++copies) {
      for (int i = 0; i < 100; ++i) {
        const std::string text = std::to_string(copies) + "/" + std::to_string(i);
        ASSERT_EQ(find(*index, text), LayeredIndex::kNone);
        texts.push_back(text);
        index->insert(std::hash<std::string>()(text) % spread, static_cast<uint32_t>(texts.size() - 1));
      }
      auto copy = std::make_unique<LayeredIndex>(*index);
      texts.push_back("only in the original");
      index->insert(std::hash<std::string>()(texts.back()) % spread, static_cast<uint32_t>(texts.size() - 1));
      EXPECT_EQ(find(*copy, texts.back()), LayeredIndex::kNone);
      index = std::move(copy);
      texts.pop_back();
      for (uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(find(*index, texts[i]), i);
    }
  }
}

TEST(HashFilter, HoldsWhatWasAddedAndLittleElse) {
  std::mt19937 random(6);
  HashFilter filter(1000);
  std::vector<uint32_t> added;
  for (int i = 0; i < 1000; ++i) filter.add(added.emplace_back(random()));
  for (uint32_t hash : added) EXPECT_TRUE(filter.may_hold(hash));
  int others = 0;
  for (int i = 0; i < 1000; ++i) others += filter.may_hold(random());
  EXPECT_LT(others, 200);
}

}  // namespace
}  // namespace keyway
