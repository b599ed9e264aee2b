// The CPU twin of apply_mask_cuda; see apply_mask.h. A word of the mask with every bit set is skipped whole.
//
// Tested by tests/kernels/apply_mask_test.cc.
#include "grammar/token_mask.h"
#include "kernels/apply_mask.h"

namespace keyway {
namespace {

// Bit patterns of -infinity.
constexpr uint32_t kMinusInfinity32 = 0xFF800000u;
constexpr uint16_t kMinusInfinityBfloat16 = 0xFF80u;
constexpr uint16_t kMinusInfinityFloat16 = 0xFC00u;

// `mask` is null for a row without a constraint.
template <typename Bits>
void apply_row(Bits* row, const uint32_t* mask, size_t columns, size_t vocab_size, Bits minus_infinity) {
  for (size_t first = 0; mask != nullptr && first < vocab_size; first += kMaskWordBits) {
    const uint32_t word = mask[first / kMaskWordBits];
    if (word == ~0u) continue;
    const size_t end = first + kMaskWordBits < vocab_size ? first + kMaskWordBits : vocab_size;
    for (size_t token = first; token < end; ++token) {
      if (!((word >> (token - first)) & 1u)) row[token] = minus_infinity;
    }
  }
  for (size_t token = vocab_size; token < columns; ++token) row[token] = minus_infinity;
}

template <typename Bits>
void apply_rows(const ApplyMaskArguments& arguments, Bits minus_infinity) {
  Bits* logits = static_cast<Bits*>(arguments.logits);
  for (size_t r = 0; r < arguments.rows; ++r) {
    const size_t mask_row = arguments.mask_rows != nullptr ? arguments.mask_rows[r] : r;
    const bool constrained = arguments.mask_rows == nullptr || arguments.mask_rows[r] != kNoMaskRow;
    const uint32_t* mask = constrained ? arguments.masks + mask_row * arguments.mask_stride : nullptr;
    apply_row(logits + r * arguments.logits_stride, mask, arguments.columns, arguments.vocab_size, minus_infinity);
  }
}

}  // namespace

bool valid_arguments(const ApplyMaskArguments& arguments) {
  if (arguments.rows == 0 || arguments.columns == 0) return true;
  if (arguments.logits == nullptr || arguments.masks == nullptr) return false;
  if (arguments.type > LogitType::kFloat16) return false;
  if (arguments.columns > 0x7FFFFFFFu || arguments.vocab_size > arguments.columns) return false;
  return arguments.logits_stride >= arguments.columns && arguments.mask_stride >= mask_words(arguments.vocab_size);
}

KernelStatus apply_mask_cpu(const ApplyMaskArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32:
      // Written as bits: every element is four bytes and a pattern is stored, not a value.
      apply_rows<uint32_t>(arguments, kMinusInfinity32);
      break;
    case LogitType::kBfloat16: apply_rows<uint16_t>(arguments, kMinusInfinityBfloat16); break;
    case LogitType::kFloat16: apply_rows<uint16_t>(arguments, kMinusInfinityFloat16); break;
  }
  return KernelStatus::kOk;
}

}  // namespace keyway
