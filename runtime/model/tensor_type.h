// Element types of safetensors files, with their names and sizes.
//
// Entry points: TensorType, tensor_type_name, tensor_type_bytes, tensor_type_from_name.
// Invariant: the table has one row per type and its order is that of the enum.
// Tested by tests/runtime/safetensors_test.cc.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace keyway {

enum class TensorType : uint8_t {
  kBool,
  kU8,
  kI8,
  kF8E5M2,
  kF8E4M3,
  kF8E8M0,
  kI16,
  kU16,
  kF16,
  kBf16,
  kI32,
  kU32,
  kF32,
  kC64,
  kF64,
  kI64,
  kU64,
};

namespace tensor_type_detail {

struct Row {
  std::string_view name;  // as safetensors writes it
  uint32_t bytes;         // of one element
};
inline constexpr Row kRows[] = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"F8_E8M0", 1},
    {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},     {"U32", 4},
    {"F32", 4},  {"C64", 8}, {"F64", 8}, {"I64", 8},     {"U64", 8},
};

}  // namespace tensor_type_detail

inline constexpr std::string_view tensor_type_name(TensorType type) {
  return tensor_type_detail::kRows[static_cast<uint8_t>(type)].name;
}

// Bytes of one element.
inline constexpr uint32_t tensor_type_bytes(TensorType type) {
  return tensor_type_detail::kRows[static_cast<uint8_t>(type)].bytes;
}

inline constexpr std::optional<TensorType> tensor_type_from_name(std::string_view name) {
  for (uint8_t i = 0; i < std::size(tensor_type_detail::kRows); ++i) {
    if (tensor_type_detail::kRows[i].name == name) return static_cast<TensorType>(i);
  }
  return std::nullopt;
}

}  // namespace keyway
