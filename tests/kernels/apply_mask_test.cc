// apply_mask_cpu against a rule applied column by column: every type, odd sizes, strides, chosen and absent mask rows.
#include "kernels/apply_mask.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "grammar/token_mask.h"

namespace keyway {
namespace {

uint32_t minus_infinity_bits(LogitType type) {
  return type == LogitType::kFloat32 ? 0xFF800000u : type == LogitType::kBfloat16 ? 0xFF80u : 0xFC00u;
}

// Random logits and masks in the given shape; the expectation is computed from the definition.
template <typename Bits>
void expect_masked(LogitType type, size_t rows, size_t columns, size_t vocab_size, size_t padding, bool chosen_rows) {
  std::mt19937 random(static_cast<uint32_t>(rows * 1'000'003 + columns * 101 + vocab_size));
  const size_t logits_stride = columns + padding, mask_stride = mask_words(vocab_size) + padding;
  std::vector<Bits> logits(rows * logits_stride);
  for (Bits& bits : logits) bits = static_cast<Bits>(random());
  std::vector<uint32_t> masks(rows * mask_stride);
  for (uint32_t& word : masks) word = random() % 3 == 0 ? ~0u : static_cast<uint32_t>(random());
  std::vector<uint32_t> mask_rows(rows);
  for (size_t r = 0; r < rows; ++r) mask_rows[r] = r % 3 == 2 ? kNoMaskRow : static_cast<uint32_t>(rows - 1 - r);

  std::vector<Bits> expected = logits;
  for (size_t r = 0; r < rows; ++r) {
    const uint32_t mask_row = chosen_rows ? mask_rows[r] : static_cast<uint32_t>(r);
    for (size_t t = 0; t < columns; ++t) {
      const bool real = t < vocab_size;
      const bool allowed =
          real && (mask_row == kNoMaskRow ||
                   mask_test(masks.data() + mask_row * mask_stride, static_cast<uint32_t>(t)));
      if (!allowed) expected[r * logits_stride + t] = static_cast<Bits>(minus_infinity_bits(type));
    }
  }
  ApplyMaskArguments arguments{.logits = logits.data(), .type = type, .logits_stride = logits_stride,
                               .masks = masks.data(), .mask_stride = mask_stride,
                               .mask_rows = chosen_rows ? mask_rows.data() : nullptr, .rows = rows,
                               .columns = columns, .vocab_size = vocab_size};
  ASSERT_EQ(apply_mask_cpu(arguments), KernelStatus::kOk);
  EXPECT_EQ(logits, expected) << rows << " x " << columns << ", " << vocab_size << " tokens";
}

TEST(ApplyMask, WritesMinusInfinityWhereTheMaskSaysAndNowhereElse) {
  for (size_t rows : {1, 2, 7}) {
    for (size_t vocab_size : {1, 31, 32, 33, 64, 97, 1000}) {
      for (size_t extra : {0, 1, 40}) {
        for (bool chosen_rows : {false, true}) {
          expect_masked<uint32_t>(LogitType::kFloat32, rows, vocab_size + extra, vocab_size, extra, chosen_rows);
          expect_masked<uint16_t>(LogitType::kBfloat16, rows, vocab_size + extra, vocab_size, extra, chosen_rows);
          expect_masked<uint16_t>(LogitType::kFloat16, rows, vocab_size + extra, vocab_size, extra, chosen_rows);
        }
      }
    }
  }
}

// A shard of a tensor parallel engine: logits of its own, the masks of the whole from the shard's first word on.
TEST(ApplyMask, ShardsOfTheVocabularyEqualTheWhole) {
  constexpr size_t kRows = 5, kVocabulary = 1'003, kMaskStride = 33;
  for (const std::vector<size_t>& sizes :
       {std::vector<size_t>{32, 971}, std::vector<size_t>{480, 32, 480, 11}, std::vector<size_t>{0, 992, 11}}) {
    std::mt19937 random(static_cast<uint32_t>(sizes.size()));
    std::vector<uint16_t> whole(kRows * kVocabulary);
    for (uint16_t& bits : whole) bits = static_cast<uint16_t>(random() & 0x7BFFu);  // finite, so that what is masked shows
    std::vector<uint32_t> masks(kRows * kMaskStride), mask_rows{3, 0, kNoMaskRow, 3, 4};
    for (uint32_t& word : masks) word = random() % 3 == 0 ? ~0u : static_cast<uint32_t>(random());
    const std::vector<uint16_t> before = whole;
    ApplyMaskArguments arguments{.logits = whole.data(), .type = LogitType::kFloat16, .logits_stride = kVocabulary,
                                 .masks = masks.data(), .mask_stride = kMaskStride, .mask_rows = mask_rows.data(),
                                 .rows = kRows, .columns = kVocabulary, .vocab_size = kVocabulary};
    ASSERT_EQ(apply_mask_cpu(arguments), KernelStatus::kOk);
    ASSERT_NE(whole, before);
    size_t first = 0;
    for (const size_t size : sizes) {
      ASSERT_EQ(first % kMaskWordBits, 0u);
      std::vector<uint16_t> shard, slice;
      for (size_t r = 0; r < kRows; ++r) {
        for (size_t t = 0; t < size; ++t) {
          shard.push_back(before[r * kVocabulary + first + t]);
          slice.push_back(whole[r * kVocabulary + first + t]);
        }
      }
      shard.push_back(0);  // never empty, so that its address is one
      slice.push_back(0);
      arguments.logits = shard.data();
      arguments.masks = masks.data() + first / kMaskWordBits;
      arguments.logits_stride = arguments.columns = arguments.vocab_size = size;
      ASSERT_EQ(apply_mask_cpu(arguments), KernelStatus::kOk);
      EXPECT_EQ(shard, slice) << "tokens from " << first;
      first += size;
    }
    ASSERT_EQ(first, kVocabulary);
  }
}

TEST(ApplyMask, RefusesArgumentsThatDoNotFit) {
  std::vector<float> logits(64);
  std::vector<uint32_t> masks(2);
  const ApplyMaskArguments good{.logits = logits.data(), .type = LogitType::kFloat32, .logits_stride = 64,
                                .masks = masks.data(), .mask_stride = 2, .mask_rows = nullptr, .rows = 1,
                                .columns = 64, .vocab_size = 64};
  EXPECT_TRUE(valid_arguments(good));
  std::vector<ApplyMaskArguments> bad(7, good);
  bad[0].logits = nullptr;
  bad[1].masks = nullptr;
  bad[2].logits_stride = 63;
  bad[3].mask_stride = 1;
  bad[4].vocab_size = 65;
  bad[5].type = static_cast<LogitType>(9);
  bad[6].columns = bad[6].logits_stride = size_t{1} << 31;
  for (const ApplyMaskArguments& arguments : bad) {
    EXPECT_EQ(apply_mask_cpu(arguments), KernelStatus::kBadArgument);
    EXPECT_EQ(apply_mask_cuda(arguments), KernelStatus::kBadArgument);
  }
  EXPECT_EQ(logits, std::vector<float>(64));
}

TEST(ApplyMask, AnEmptyBatchIsNothingToDo) {
  EXPECT_EQ(apply_mask_cpu({}), KernelStatus::kOk);
}

}  // namespace
}  // namespace keyway
