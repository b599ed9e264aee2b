// Matrix products of one instruction set: packing of weights into panels, panel products, products with few
// rows.
//
// Entry points: pack_panels, multiply_panels, multiply_rows; see kernels/cpu_kernels.h for their contracts.
// Invariant: the tile of sums (Isa::kTileRows x Isa::kTilePanels panels) fits the registers of the
// instruction set. Tested by tests/kernels/cpu_kernels_test.cc.
#pragma once

#include "kernels/cpu/vector.h"
#include "kernels/cpu_kernels.h"

namespace keyway::cpu {

// The element types as words of 32 bits with kPerWord elements each, first element in the low bits.
struct Bf16 {
  static constexpr size_t kPerWord = 2;
  template <class V>
  static inline typename V::Float unpack(typename V::Word word, size_t index) {
    return V::template bits<typename V::Float>(index == 0 ? word << 16 : word & 0xFFFF0000u);
  }
  template <class V>
  static inline typename V::Float load(const std::byte* from) {
    return V::from_bf16(V::widen(V::template load<typename V::Half>(from)));
  }
  static inline float one(const std::byte* from) {
    uint16_t half;
    std::memcpy(&half, from, sizeof(half));
    const uint32_t word = static_cast<uint32_t>(half) << 16;
    float value;
    std::memcpy(&value, &word, sizeof(value));
    return value;
  }
};
struct F16 {
  static constexpr size_t kPerWord = 2;
  template <class V>
  static inline typename V::Float unpack(typename V::Word word, size_t index) {
    return V::from_f16(index == 0 ? word & 0xFFFFu : word >> 16);
  }
  template <class V>
  static inline typename V::Float load(const std::byte* from) {
    return V::from_f16(V::widen(V::template load<typename V::Half>(from)));
  }
  static inline float one(const std::byte* from) {
    uint16_t half;
    std::memcpy(&half, from, sizeof(half));
    const uint32_t magnitude = (half & 0x7FFFu) << 13;
    float value;
    std::memcpy(&value, &magnitude, sizeof(value));
    value *= 0x1p112f;
    uint32_t word;
    std::memcpy(&word, &value, sizeof(word));
    word |= (magnitude >= 0x0F800000u ? 0x7F800000u : 0u) | (half & 0x8000u) << 16;
    std::memcpy(&value, &word, sizeof(value));
    return value;
  }
};
struct F32 {
  static constexpr size_t kPerWord = 1;
  template <class V>
  static inline typename V::Float unpack(typename V::Word word, size_t) {
    return V::template bits<typename V::Float>(word);
  }
  template <class V>
  static inline typename V::Float load(const std::byte* from) {
    return V::template load<typename V::Float>(from);
  }
  static inline float one(const std::byte* from) {
    float value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
};

// kLanes rows of weights into kLanes columns of a panel, depth elements from `rows[i]` on; a null row is
// zeros.
template <class Isa, class Element>
void pack_lanes(const std::byte* const* rows, size_t depth, float* panel) {
  using V = Vector<Isa>;
  constexpr size_t kStep = V::kLanes * Element::kPerWord;
  constexpr size_t kBytes = 4 / Element::kPerWord;
  size_t k = 0;
  for (; k + kStep <= depth; k += kStep) {
    typename V::Word block[V::kLanes];
    for (int i = 0; i < V::kLanes; ++i) {
      block[i] =
          rows[i] == nullptr ? typename V::Word{} : V::template load<typename V::Word>(rows[i] + k * kBytes);
    }
    V::transpose(block);
    for (size_t i = 0; i < V::kLanes; ++i) {
      for (size_t part = 0; part < Element::kPerWord; ++part) {
        V::store(panel + (k + i * Element::kPerWord + part) * kPanelWidth,
                 Element::template unpack<V>(block[i], part));
      }
    }
  }
  for (; k < depth; ++k) {
    for (size_t i = 0; i < V::kLanes; ++i)
      panel[k * kPanelWidth + i] = rows[i] == nullptr ? 0.0f : Element::one(rows[i] + k * kBytes);
  }
}

template <class Isa>
void pack_panels(const WeightMatrix& weights, size_t first_row, size_t panel_count, size_t first_column,
                 size_t end_column, float* panels) {
  constexpr size_t kLanes = Vector<Isa>::kLanes;
  const size_t depth = end_column - first_column;
  for (size_t first = 0; first < panel_count * kPanelWidth; first += kLanes) {
    const std::byte* rows[kLanes];
    for (size_t i = 0; i < kLanes; ++i) {
      const size_t row = first_row + first + i;
      rows[i] = row < weights.rows ? weights.row(row) + first_column * element_bytes(weights.type) : nullptr;
    }
    float* to = panels + first / kPanelWidth * depth * kPanelWidth + first % kPanelWidth;
    switch (weights.type) {
      case ElementType::kBf16:
        pack_lanes<Isa, Bf16>(rows, depth, to);
        break;
      case ElementType::kF16:
        pack_lanes<Isa, F16>(rows, depth, to);
        break;
      case ElementType::kF32:
        pack_lanes<Isa, F32>(rows, depth, to);
        break;
    }
  }
}

// One tile of sums, all of it in registers: row_count rows by panel_count panels. Columns past `columns` are
// not written.
template <class Isa, int row_count, int panel_count>
void multiply_tile(const PanelProduct& p, size_t first_row, size_t first_column) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  constexpr int kPerPanel = static_cast<int>(kPanelWidth) / V::kLanes;
  constexpr int kVectors = panel_count * kPerPanel;
  const float* left = p.left + first_row * p.left_stride;
  const float* panels = p.panels + first_column / kPanelWidth * p.panel_stride;
  Float sums[row_count][kVectors];
#pragma GCC unroll 16
  for (int r = 0; r < row_count; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sums[r][v] = Float{};
  }
  for (size_t d = 0; d < p.depth; ++d) {
    Float right[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      right[v] = V::template load<Float>(panels + v / kPerPanel * p.panel_stride + d * kPanelWidth +
                                         v % kPerPanel * V::kLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < row_count; ++r) {
      const Float factor = V::all(left[r * p.left_stride + d]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += factor * right[v];
    }
  }
  float* out = p.out + first_row * p.out_stride + first_column;
  const size_t columns = V::smaller(p.columns - first_column, panel_count * kPanelWidth);
  if (columns == panel_count * kPanelWidth) {
#pragma GCC unroll 16
    for (int r = 0; r < row_count; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        float* to = out + r * p.out_stride + v * V::kLanes;
        V::store(to, p.accumulate ? V::template load<Float>(to) + sums[r][v] : sums[r][v]);
      }
    }
    return;
  }
#pragma GCC unroll 16
  for (int r = 0; r < row_count; ++r) {
    float row[panel_count * kPanelWidth];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) V::store(row + v * V::kLanes, sums[r][v]);
    float* to = out + r * p.out_stride;
    for (size_t j = 0; j < columns; ++j) to[j] = p.accumulate ? to[j] + row[j] : row[j];
  }
}

template <class Isa, int panel_count, int... row>
void multiply_tile_rows(const PanelProduct& p, size_t first_row, size_t rows, size_t first_column,
                        std::integer_sequence<int, row...>) {
  using Tile = void (*)(const PanelProduct&, size_t, size_t);
  static constexpr Tile kTiles[] = {multiply_tile<Isa, row + 1, panel_count>...};
  kTiles[rows - 1](p, first_row, first_column);
}

template <class Isa>
void multiply_panels(const PanelProduct& p) {
  constexpr size_t kColumns = Isa::kTilePanels * kPanelWidth;
  using Rows = std::make_integer_sequence<int, Isa::kTileRows>;
  for (size_t column = 0; column < p.columns;) {
    const bool whole = column + kColumns - kPanelWidth < p.columns;
    for (size_t row = 0; row < p.rows; row += Isa::kTileRows) {
      const size_t rows = Vector<Isa>::smaller(Isa::kTileRows, p.rows - row);
      if (whole)
        multiply_tile_rows<Isa, Isa::kTilePanels>(p, row, rows, column, Rows{});
      else
        multiply_tile_rows<Isa, 1>(p, row, rows, column, Rows{});
    }
    column += whole ? kColumns : kPanelWidth;
  }
}

// Dot products of weight_rows rows of weights with x_rows rows of x.
template <class Isa, class Element, int weight_rows, int x_rows>
void dot_rows(const WeightProduct& p, size_t row) {
  using V = Vector<Isa>;
  using Float = typename V::Float;
  constexpr size_t kBytes = 4 / Element::kPerWord;
  const size_t columns = p.weights.columns;
  const std::byte* data = p.weights.row(row);
  const size_t row_bytes = columns * kBytes;
  Float sums[weight_rows][x_rows] = {};
  size_t k = 0;
  for (; k + V::kLanes <= columns; k += V::kLanes) {
    Float x[x_rows];
#pragma GCC unroll 4
    for (int r = 0; r < x_rows; ++r) x[r] = V::template load<Float>(p.x + r * p.x_stride + k);
#pragma GCC unroll 4
    for (int w = 0; w < weight_rows; ++w) {
      const Float weight = Element::template load<V>(data + w * row_bytes + k * kBytes);
#pragma GCC unroll 4
      for (int r = 0; r < x_rows; ++r) sums[w][r] += weight * x[r];
    }
  }
  for (int w = 0; w < weight_rows; ++w) {
    for (int r = 0; r < x_rows; ++r) {
      float total = V::sum(sums[w][r]);
      for (size_t i = k; i < columns; ++i)
        total += Element::one(data + w * row_bytes + i * kBytes) * p.x[r * p.x_stride + i];
      float& out = p.out[r * p.out_stride + row + w];
      out = p.accumulate ? out + total : total;
    }
  }
}

template <class Isa, class Element, int x_rows>
void multiply_rows_of(const WeightProduct& p) {
  constexpr int kWeightRows = 4;
  size_t row = p.first_row;
  for (; row + kWeightRows <= p.end_row; row += kWeightRows)
    dot_rows<Isa, Element, kWeightRows, x_rows>(p, row);
  for (; row < p.end_row; ++row) dot_rows<Isa, Element, 1, x_rows>(p, row);
}

template <class Isa, class Element>
void multiply_rows_as(const WeightProduct& p) {
  switch (p.rows) {
    case 1:
      multiply_rows_of<Isa, Element, 1>(p);
      break;
    case 2:
      multiply_rows_of<Isa, Element, 2>(p);
      break;
    case 3:
      multiply_rows_of<Isa, Element, 3>(p);
      break;
    default:
      multiply_rows_of<Isa, Element, 4>(p);
      break;
  }
}

template <class Isa>
void multiply_rows(const WeightProduct& p) {
  switch (p.weights.type) {
    case ElementType::kBf16:
      multiply_rows_as<Isa, Bf16>(p);
      break;
    case ElementType::kF16:
      multiply_rows_as<Isa, F16>(p);
      break;
    case ElementType::kF32:
      multiply_rows_as<Isa, F32>(p);
      break;
  }
}

}  // namespace keyway::cpu
