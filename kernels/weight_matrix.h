// A weight matrix as it lies in a model file: its own element type, row-major, not necessarily aligned.
//
// Entry points: ElementType, WeightMatrix. Invariant: data holds rows * columns elements and outlives the
// view. The functions are always inlined, because files compiled for different instruction sets share them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace keyway {

enum class ElementType : uint8_t { kBf16, kF16, kF32 };

[[gnu::always_inline]] inline constexpr size_t element_bytes(ElementType type) {
  return type == ElementType::kF32 ? 4 : 2;
}

// y = W x: `rows` outputs, `columns` inputs.
struct WeightMatrix {
  const std::byte* data = nullptr;  // (rows, columns) of `type`, row-major, little-endian
  ElementType type = ElementType::kF32;
  size_t rows = 0;
  size_t columns = 0;

  [[gnu::always_inline]] const std::byte* row(size_t index) const {
    return data + index * columns * element_bytes(type);
  }
};

}  // namespace keyway
