// Vectors of 4, 8 or 16 floats on the compiler's own vector types: no intrinsics, one source for every
// instruction set.
//
// Entry points: Vector<Isa>. `Isa` is a type of an unnamed namespace in the one file that is compiled for
// that instruction set, so that each instantiation stays inside its file: the linker can never pick AVX-512
// code for a machine without it. For the same reason nothing here calls an inline function that other files
// compile too. Invariant: loads and stores need no alignment; exp is within 2e-7 relative of the exact value
// in [-87, 88]. Tested by tests/kernels/cpu_kernels_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace keyway::cpu {

template <int lanes>
struct VectorTypes;
template <>
struct VectorTypes<4> {
  typedef float Float __attribute__((vector_size(16)));
  typedef uint32_t Word __attribute__((vector_size(16)));
  typedef int32_t Int __attribute__((vector_size(16)));
  typedef uint16_t Half __attribute__((vector_size(8)));
};
template <>
struct VectorTypes<8> {
  typedef float Float __attribute__((vector_size(32)));
  typedef uint32_t Word __attribute__((vector_size(32)));
  typedef int32_t Int __attribute__((vector_size(32)));
  typedef uint16_t Half __attribute__((vector_size(16)));
};
template <>
struct VectorTypes<16> {
  typedef float Float __attribute__((vector_size(64)));
  typedef uint32_t Word __attribute__((vector_size(64)));
  typedef int32_t Int __attribute__((vector_size(64)));
  typedef uint16_t Half __attribute__((vector_size(32)));
};

template <class Isa>
struct Vector {
  static constexpr int kLanes = Isa::kLanes;
  using Float = typename VectorTypes<kLanes>::Float;
  using Word = typename VectorTypes<kLanes>::Word;
  using Int = typename VectorTypes<kLanes>::Int;
  using Half = typename VectorTypes<kLanes>::Half;

  template <class To, class From>
  static inline To bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof(to));
    return to;
  }
  template <class T>
  static inline T load(const void* from) {
    T value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  static inline void store(float* to, Float value) { std::memcpy(to, &value, sizeof(value)); }
  static inline Float all(float value) { return all_lanes(value, Lanes{}); }

  static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
  static inline float larger(float a, float b) { return a > b ? a : b; }

  // The sum of all lanes, halves added to halves: the order is the same on every machine with as many lanes.
  static inline float sum(Float value) {
#pragma GCC unroll 4
    for (int width = kLanes / 2; width > 0; width /= 2) {
      Float shifted = value;
      if (width == 8) shifted = turned<8>(value, Lanes{});
      if (width == 4) shifted = turned<4>(value, Lanes{});
      if (width == 2) shifted = turned<2>(value, Lanes{});
      if (width == 1) shifted = turned<1>(value, Lanes{});
      value += shifted;
    }
    return value[0];
  }

  // Halves to floats, exact, subnormals and infinities included. Each word holds one half in its low 16 bits.
  static inline Float from_f16(Word half) {
    const Word magnitude = (half & 0x7FFFu) << 13;
    const Float scaled = bits<Float>(magnitude) * 0x1p112f;
    const Word special = bits<Word>(magnitude >= 0x0F800000u) & 0x7F800000u;  // infinity or NaN
    return bits<Float>(bits<Word>(scaled) | special | ((half & 0x8000u) << 16));
  }
  // Each word holds one bf16 in its low 16 bits.
  static inline Float from_bf16(Word half) { return bits<Float>(half << 16); }
  static inline Word widen(Half half) { return __builtin_convertvector(half, Word); }

  // e^x by 2^n * p(r), |r| <= ln(2) / 2; x is clamped to [-87, 88].
  static inline Float exp(Float x) {
    x = x < -87.0f ? all(-87.0f) : x;
    x = x > 88.0f ? all(88.0f) : x;
    const Float magic = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer in the low bits
    const Float shifted = x * 1.44269504f + magic;
    const Float n = shifted - magic;
    const Float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    Float p = all(1.0f / 720);
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const Word power = (bits<Word>(shifted) + (127u - 0x4B400000u)) << 23;
    return p * bits<Float>(power);
  }

  // Transposes a kLanes x kLanes block of words: log2(kLanes) rounds of perfect shuffles.
  static inline void transpose(Word (&block)[kLanes]) {
#pragma GCC unroll 4
    for (int round = 1; round < kLanes; round *= 2) {
      Word next[kLanes];
#pragma GCC unroll 8
      for (int i = 0; i < kLanes / 2; ++i) {
        next[2 * i] = zip<0>(block[i], block[i + kLanes / 2], Lanes{});
        next[2 * i + 1] = zip<kLanes / 2>(block[i], block[i + kLanes / 2], Lanes{});
      }
#pragma GCC unroll 16
      for (int i = 0; i < kLanes; ++i) block[i] = next[i];
    }
  }

 private:
  using Lanes = std::make_integer_sequence<int, kLanes>;
  template <int... lane>
  static inline Float all_lanes(float value, std::integer_sequence<int, lane...>) {
    return Float{(static_cast<void>(lane), value)...};
  }
  template <int by, int... lane>
  static inline Float turned(Float value, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(value, value, ((lane + by) % kLanes)...);
  }
  template <int first, int... lane>
  static inline Word zip(Word a, Word b, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, (first + lane / 2 + (lane % 2) * kLanes)...);
  }
};

}  // namespace keyway::cpu
