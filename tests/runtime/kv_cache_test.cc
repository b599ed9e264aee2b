// Growth keeps what was written, truncation forgets, the context bounds both.
#include "runtime/model/kv_cache.h"

#include <gtest/gtest.h>

#include "runtime/model/worker_pool.h"

namespace keyway {
namespace {

constexpr KvShape kShape{2, 3, 20, 1'000};

float value_at(uint32_t layer, uint32_t head, uint32_t position, uint32_t feature) {
  return static_cast<float>(((layer * 3 + head) * 1'000 + position) * 20 + feature);
}

void fill(KvCache& cache, uint32_t begin, uint32_t end) {
  ASSERT_TRUE(cache.reserve(end).ok());
  for (uint32_t position = begin; position < end; ++position) {
    for (uint32_t layer = 0; layer < 2; ++layer) {
      for (uint32_t head = 0; head < 3; ++head) {
        float key[20], value[20];
        for (uint32_t d = 0; d < 20; ++d) {
          key[d] = value_at(layer, head, position, d);
          value[d] = -key[d];
        }
        cache.write(layer, head, position, key, value);
      }
    }
  }
  cache.set_position(end);
}

void expect_filled(const KvCache& cache, uint32_t end) {
  for (uint32_t layer = 0; layer < 2; ++layer) {
    for (uint32_t head = 0; head < 3; ++head) {
      const KvHead panels = cache.head(layer, head);
      for (uint32_t position = 0; position < end; ++position) {
        for (uint32_t d = 0; d < 20; ++d) {
          const float expected = value_at(layer, head, position, d);
          ASSERT_EQ(panels.keys[(position / 16 * 20 + d) * 16 + position % 16], expected);
          ASSERT_EQ(panels.values[(d / 16 * panels.capacity + position) * 16 + d % 16], -expected);
        }
      }
    }
  }
}

TEST(KvCache, GrowthKeepsEveryPosition) {
  KvCache cache(kShape);
  EXPECT_EQ(cache.bytes(), 0u);
  uint32_t growths = 0, capacity = 0;
  for (uint32_t end = 37; end <= 1'000; end += 37) {
    fill(cache, end - 37, end);
    growths += cache.capacity() != capacity;
    capacity = cache.capacity();
    expect_filled(cache, end);
  }
  EXPECT_LE(growths, 5u);
  EXPECT_EQ(cache.capacity() % 16, 0u);
  EXPECT_LE(cache.capacity(), 1'008u);
}

TEST(KvCache, TruncationIsAPositionAndWritingGoesOnThere) {
  KvCache cache(kShape);
  fill(cache, 0, 50);
  cache.truncate(20);
  EXPECT_EQ(cache.position(), 20u);
  fill(cache, 20, 60);
  EXPECT_EQ(cache.position(), 60u);
  expect_filled(cache, 60);
}

TEST(KvCache, TheContextIsTheLimitAndARefusalChangesNothing) {
  KvCache cache(kShape);
  fill(cache, 0, 10);
  const uint32_t capacity = cache.capacity();
  const Status status = cache.reserve(1'001);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kLimit);
  EXPECT_EQ(cache.capacity(), capacity);
  EXPECT_TRUE(cache.reserve(1'000).ok());
  expect_filled(cache, 10);
}

TEST(WorkerPool, EveryTaskRunsOnceWhoeverCalls) {
  for (const uint32_t threads : {1u, 2u, 5u}) {
    Result<std::unique_ptr<WorkerPool>> pool = WorkerPool::create(threads);
    ASSERT_TRUE(pool.ok());
    EXPECT_EQ((*pool)->threads(), threads);
    auto call = [&] {
      for (size_t tasks = 0; tasks < 40; ++tasks) {
        std::vector<std::atomic<int>> runs(tasks);
        (*pool)->run(tasks, [&](size_t index, uint32_t worker) {
          EXPECT_LT(worker, threads);
          ++runs[index];
        });
        for (const std::atomic<int>& count : runs) EXPECT_EQ(count, 1);
      }
    };
    std::thread other(call);
    call();
    other.join();
  }
}

}  // namespace
}  // namespace keyway
