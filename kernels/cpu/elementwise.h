// Element-wise kernels of one instruction set: conversion, RMS norm, rotation, softmax, SiLU.
//
// Entry points: those of the table in kernels/cpu_kernels.h. Tested by tests/kernels/cpu_kernels_test.cc.
#pragma once

#include "kernels/cpu/products.h"

namespace keyway::cpu {

// Calls step(i) for whole vectors of [0, count) and, for the rest, once more on a padded copy: no scalar twin
// of `function` is needed. function(Float...) -> Float reads the arrays at i and its result goes to out.
template <class Isa, class Function, class... Inputs>
void map(size_t count, float* out, Function function, const Inputs*... inputs) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes)
    V::store(out + i, function(V::template load<Float>(inputs + i)...));
  if (i == count) return;
  auto padded = [&](const float* from) {
    float lanes[V::kLanes] = {};
    std::memcpy(lanes, from + i, (count - i) * sizeof(float));
    return V::template load<Float>(lanes);
  };
  const Float last = function(padded(inputs)...);
  std::memcpy(out + i, &last, (count - i) * sizeof(float));
}

template <class Isa, class Element>
void read_elements_as(const std::byte* data, size_t count, float* out) {
  using V = Vector<Isa>;
  constexpr size_t kBytes = 4 / Element::kPerWord;
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes)
    V::store(out + i, Element::template load<V>(data + i * kBytes));
  for (; i < count; ++i) out[i] = Element::one(data + i * kBytes);
}

template <class Isa>
void read_elements(const std::byte* data, ElementType type, size_t count, float* out) {
  switch (type) {
    case ElementType::kBf16:
      read_elements_as<Isa, Bf16>(data, count, out);
      break;
    case ElementType::kF16:
      read_elements_as<Isa, F16>(data, count, out);
      break;
    case ElementType::kF32:
      read_elements_as<Isa, F32>(data, count, out);
      break;
  }
}

template <class Isa>
void rms_norm(const float* x, const float* weight, size_t size, float epsilon, float* out) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  Float squares = {};
  size_t i = 0;
  for (; i + V::kLanes <= size; i += V::kLanes) {
    const Float value = V::template load<Float>(x + i);
    squares += value * value;
  }
  float total = V::sum(squares);
  for (; i < size; ++i) total += x[i] * x[i];
  const float scale = 1.0f / __builtin_sqrtf(total / static_cast<float>(size) + epsilon);
  map<Isa>(
      size, out, [scale](Float value, Float factor) { return value * scale * factor; }, x, weight);
}

template <class Isa>
void rotate(float* x, const float* cosines, const float* sines, size_t half) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  size_t i = 0;
  for (; i + V::kLanes <= half; i += V::kLanes) {
    const Float a = V::template load<Float>(x + i), b = V::template load<Float>(x + i + half);
    const Float c = V::template load<Float>(cosines + i), s = V::template load<Float>(sines + i);
    V::store(x + i, a * c - b * s);
    V::store(x + i + half, b * c + a * s);
  }
  for (; i < half; ++i) {
    const float a = x[i], b = x[i + half];
    x[i] = a * cosines[i] - b * sines[i];
    x[i + half] = b * cosines[i] + a * sines[i];
  }
}

template <class Isa>
void softmax(float* x, size_t count, float scale) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  float largest = x[0];
  if (count >= V::kLanes) {
    Float most = V::template load<Float>(x);
    for (size_t i = V::kLanes; i + V::kLanes <= count; i += V::kLanes) {
      const Float value = V::template load<Float>(x + i);
      most = value > most ? value : most;
    }
    for (int lane = 0; lane < V::kLanes; ++lane) largest = V::larger(largest, most[lane]);
  }
  for (size_t i = count / V::kLanes * V::kLanes; i < count; ++i) largest = V::larger(largest, x[i]);
  map<Isa>(
      count, x, [=](Float value) { return V::exp((value - largest) * scale); }, static_cast<const float*>(x));
  Float sums = {};
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) sums += V::template load<Float>(x + i);
  float total = V::sum(sums);
  for (; i < count; ++i) total += x[i];
  const float inverse = 1.0f / total;
  map<Isa>(
      count, x, [=](Float value) { return value * inverse; }, static_cast<const float*>(x));
}

template <class Isa>
void silu_multiply(float* gate, const float* up, size_t count) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  map<Isa>(
      count, gate, [](Float g, Float u) { return g / (V::exp(-g) + 1.0f) * u; },
      static_cast<const float*>(gate), up);
}

template <class Isa>
constexpr CpuKernels kernel_table(const char* name) {
  return {name,          pack_panels<Isa>, multiply_panels<Isa>, multiply_rows<Isa>, read_elements<Isa>,
          rms_norm<Isa>, rotate<Isa>,      softmax<Isa>,         silu_multiply<Isa>};
}

}  // namespace keyway::cpu
