// Places inside names: every prefix of every name is one place, found again by its number, and steps by bytes and by code points agree.
#include "schemas/json_schema/name_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace keyway::json_schema {
namespace {

const std::vector<std::string_view> kNames = {"", "a", "ab", "abc", "abd", "b", "name", "names", "z\xC3\xA9", "z\xC3\xAA"};

TEST(NamePlaces, EveryPrefixIsOnePlaceThatItsNumberFinds) {
  const NamePlaces places(kNames);
  std::set<std::string> prefixes;
  std::set<uint32_t> numbers;
  for (uint32_t i = 0; i < kNames.size(); ++i) {
    for (uint32_t depth = 0; depth <= kNames[i].size(); ++depth) {
      const std::string prefix(kNames[i].substr(0, depth));
      const auto has = [&](std::string_view name) { return name.starts_with(prefix); };
      const uint32_t first = static_cast<uint32_t>(std::find_if(kNames.begin(), kNames.end(), has) - kNames.begin());
      const uint32_t last = first + static_cast<uint32_t>(std::count_if(kNames.begin(), kNames.end(), has));
      const uint32_t number = places.number({first, last, depth});
      const NamePlaces::Place found = places.place(number);
      EXPECT_EQ(found.first, first);
      EXPECT_EQ(found.last, last);
      EXPECT_EQ(found.depth, depth);
      EXPECT_EQ(places.ends(found), kNames[first] == prefix);
      EXPECT_LT(number, places.count());
      prefixes.insert(prefix);
      numbers.insert(number);
    }
  }
  EXPECT_EQ(numbers.size(), prefixes.size());
}

TEST(NamePlaces, StepsByBytesAndByCodePointsAgree) {
  const NamePlaces places(kNames);
  const NamePlaces::Place all{0, static_cast<uint32_t>(kNames.size()), 0};
  std::string letters;
  for (const NamePlaces::Place& next : places.below(all)) letters += kNames[next.first][0];
  EXPECT_EQ(letters, "abnz");
  for (const char c : letters) {
    const NamePlaces::Place next = places.below(all, static_cast<uint8_t>(c));
    for (uint32_t i = 0; i < kNames.size(); ++i) {
      EXPECT_EQ(i >= next.first && i < next.last, !kNames[i].empty() && kNames[i][0] == c) << kNames[i];
    }
  }
  const NamePlaces::Place none = places.below(all, 'q');
  EXPECT_EQ(none.first, none.last);
  const NamePlaces::Place z = places.below(all, 'z');
  EXPECT_EQ(places.below(z).size(), 2u);  // two code points that begin with one byte
}

TEST(NamePlaces, ArePlainWhereJsonWritesEachCharacterInDigitsOrAsItIs) {
  EXPECT_FALSE(NamePlaces(kNames).plain());
  EXPECT_TRUE(NamePlaces({"a b", "x-y_0"}).plain());
  for (const std::string_view name : {"a/b", "\"", "\\", "\x7F", "\n"}) EXPECT_FALSE(NamePlaces({name}).plain());
}

}  // namespace
}  // namespace keyway::json_schema
