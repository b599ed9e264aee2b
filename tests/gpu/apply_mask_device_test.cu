// apply_mask_cuda against apply_mask_cpu, bit for bit: types, strides, odd sizes, chosen and absent mask rows.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "grammar/token_mask.h"
#include "kernels/apply_mask.h"

namespace keyway {
namespace {

template <typename T>
T* to_device(const std::vector<T>& values) {
  void* memory = nullptr;
  EXPECT_EQ(cudaMalloc(&memory, values.size() * sizeof(T)), cudaSuccess);
  EXPECT_EQ(cudaMemcpy(memory, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
  return static_cast<T*>(memory);
}

template <typename Bits>
void expect_twin(LogitType type, size_t rows, size_t vocab_size, size_t extra, size_t padding, bool chosen_rows) {
  std::mt19937 random(static_cast<uint32_t>(rows * 7'919 + vocab_size + extra));
  const size_t columns = vocab_size + extra, stride = columns + padding, mask_stride = mask_words(vocab_size) + padding;
  std::vector<Bits> logits(rows * stride);
  for (Bits& bits : logits) bits = static_cast<Bits>(random());
  std::vector<uint32_t> masks(rows * mask_stride), mask_rows(rows);
  for (uint32_t& word : masks) word = random() % 3 == 0 ? ~0u : static_cast<uint32_t>(random());
  for (size_t r = 0; r < rows; ++r) mask_rows[r] = r % 3 == 2 ? kNoMaskRow : static_cast<uint32_t>(rows - 1 - r);

  Bits* device_logits = to_device(logits);
  uint32_t* device_masks = to_device(masks);
  uint32_t* device_rows = to_device(mask_rows);
  ApplyMaskArguments arguments{.logits = device_logits, .type = type, .logits_stride = stride, .masks = device_masks,
                               .mask_stride = mask_stride, .mask_rows = chosen_rows ? device_rows : nullptr, .rows = rows,
                               .columns = columns, .vocab_size = vocab_size};
  ASSERT_EQ(apply_mask_cuda(arguments), KernelStatus::kOk);
  std::vector<Bits> got(logits.size());
  ASSERT_EQ(cudaMemcpy(got.data(), device_logits, got.size() * sizeof(Bits), cudaMemcpyDeviceToHost), cudaSuccess);
  cudaFree(device_logits);
  cudaFree(device_masks);
  cudaFree(device_rows);

  arguments.logits = logits.data();
  arguments.masks = masks.data();
  arguments.mask_rows = chosen_rows ? mask_rows.data() : nullptr;
  ASSERT_EQ(apply_mask_cpu(arguments), KernelStatus::kOk);
  EXPECT_EQ(got, logits) << rows << " rows, " << vocab_size << " tokens";
}

TEST(ApplyMaskDevice, LeavesTheBitsOfTheTwin) {
  for (const size_t rows : {1, 7}) {
    for (const size_t vocab_size : {1, 31, 32, 97, 1'000, 128'256}) {
      for (const size_t extra : {0, 1, 40}) {
        for (const bool chosen_rows : {false, true}) {
          expect_twin<uint32_t>(LogitType::kFloat32, rows, vocab_size, extra, extra, chosen_rows);
          expect_twin<uint16_t>(LogitType::kBfloat16, rows, vocab_size, extra, extra, chosen_rows);
          expect_twin<uint16_t>(LogitType::kFloat16, rows, vocab_size, extra, 3, chosen_rows);
        }
      }
    }
  }
}

}  // namespace
}  // namespace keyway
