// Attention in blocks of query rows; see attention.h.
#include "kernels/attention.h"

#include <algorithm>
#include <cstring>

namespace keyway {
namespace {

// Rows of one block: two tiles of the widest kernel, so that its scores stay in the second-level cache.
constexpr size_t kBlockRows = 24;

size_t tokens_in_block(size_t group) { return std::max<size_t>(1, kBlockRows / group); }
size_t rounded_up(size_t count) { return (count + kPanelWidth - 1) / kPanelWidth * kPanelWidth; }

// Scratch of one block, in this order: queries (rows, head_size), outputs (rows, head_size), scores (rows,
// columns).
struct Block {
  size_t first_token = 0;
  size_t tokens = 0;
  size_t begin = 0;    // first position that is looked at, a multiple of 16
  size_t columns = 0;  // positions that are looked at, a multiple of 16
  size_t score_stride() const { return columns + kPanelWidth; }
  float* queries = nullptr;
  float* outputs = nullptr;
  float* scores = nullptr;
};

// Softmax of each row over the positions that its token sees; 0 for the others.
void normalise(const CpuKernels& kernels, const AttentionQuery& query, const Block& block) {
  for (size_t row = 0; row < block.tokens * query.group; ++row) {
    const size_t position = query.first_position + block.first_token + row / query.group;
    const size_t first = query.window != 0 && position + 1 > query.window ? position + 1 - query.window : 0;
    const size_t begin = std::max(first, block.begin) - block.begin;
    const size_t end = position + 1 - block.begin;
    float* scores = block.scores + row * block.score_stride();
    std::fill(scores, scores + begin, 0.0f);
    kernels.softmax(scores + begin, end - begin, query.scale);
    std::fill(scores + end, scores + block.columns, 0.0f);
  }
}

void attend_block(const CpuKernels& kernels, const AttentionQuery& query, const KvHead& head,
                  const Block& block) {
  const size_t row_floats = query.group * query.head_size;
  const size_t rows = block.tokens * query.group;
  for (size_t i = 0; i < block.tokens; ++i) {
    std::memcpy(block.queries + i * row_floats, query.queries + (block.first_token + i) * query.stride,
                row_floats * sizeof(float));
  }
  kernels.multiply_panels({.left = block.queries,
                           .left_stride = query.head_size,
                           .rows = rows,
                           .depth = query.head_size,
                           .panels = head.keys + block.begin * query.head_size,
                           .panel_stride = query.head_size * kPanelWidth,
                           .columns = block.columns,
                           .out = block.scores,
                           .out_stride = block.score_stride(),
                           .accumulate = false});
  normalise(kernels, query, block);
  kernels.multiply_panels({.left = block.scores,
                           .left_stride = block.score_stride(),
                           .rows = rows,
                           .depth = query.first_position + block.first_token + block.tokens - block.begin,
                           .panels = head.values + block.begin * kPanelWidth,
                           .panel_stride = head.capacity * kPanelWidth,
                           .columns = query.head_size,
                           .out = block.outputs,
                           .out_stride = query.head_size,
                           .accumulate = false});
  for (size_t i = 0; i < block.tokens; ++i) {
    std::memcpy(query.out + (block.first_token + i) * query.stride, block.outputs + i * row_floats,
                row_floats * sizeof(float));
  }
}

}  // namespace

size_t attention_scratch_floats(size_t group, size_t head_size, size_t positions) {
  return tokens_in_block(group) * group * (2 * head_size + rounded_up(positions) + kPanelWidth);
}

void attend(const CpuKernels& kernels, const AttentionQuery& query, const KvHead& head, float* scratch) {
  const size_t block_tokens = tokens_in_block(query.group);
  for (size_t first = 0; first < query.tokens; first += block_tokens) {
    Block block;
    block.first_token = first;
    block.tokens = std::min(block_tokens, query.tokens - first);
    const size_t position = query.first_position + first;
    if (query.window != 0 && position + 1 > query.window)
      block.begin = (position + 1 - query.window) / kPanelWidth * kPanelWidth;
    block.columns = rounded_up(position + block.tokens) - block.begin;
    block.queries = scratch;
    block.outputs = block.queries + block.tokens * query.group * query.head_size;
    block.scores = block.outputs + block.tokens * query.group * query.head_size;
    attend_block(kernels, query, head, block);
  }
}

}  // namespace keyway
