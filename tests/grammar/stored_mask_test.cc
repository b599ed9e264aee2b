// Stored masks write the rows that were gathered.
#include "grammar/stored_mask.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

TEST(StoredMask, WritesTheTokensOfRowsAndListsAndClearsTheRest) {
  constexpr size_t kWords = 4;
  const std::vector<uint32_t> row{0xF0, 0, 0, 1};
  for (size_t listed : {size_t{0}, size_t{2}, size_t{100}}) {
    for (bool with_row : {false, true}) {
      MaskSink sink(kWords);
      std::vector<uint32_t> expected(kWords + 1, 0), written(kWords + 1, 0xDEADBEEF);
      for (TokenId t = 0; t < listed; ++t) {
        sink.take(t);
        mask_set(expected.data(), t);
      }
      if (with_row) {
        sink.take_all(row);
        for (size_t w = 0; w < kWords; ++w) expected[w] |= row[w];
      }
      sink.made().write(written);
      EXPECT_EQ(written, expected) << listed << " " << with_row;
    }
  }
}

TEST(StoredMask, KeepsWhatDiffersFromASharedRow) {
  StoredMask mask;
  mask.base = std::make_shared<const std::vector<uint32_t>>(std::vector<uint32_t>{0xFF, 0});
  mask.clear = {0, 1};
  mask.set = {40, 7};
  std::vector<uint32_t> words(2);
  mask.write(words);
  EXPECT_EQ(words, (std::vector<uint32_t>{0xFC, 0x100}));
  MaskSink sink(2);
  sink.take_all(mask);
  sink.take(1);
  sink.made().write(words);
  EXPECT_EQ(words, (std::vector<uint32_t>{0xFE, 0x100}));
}

}  // namespace
}  // namespace keyway
