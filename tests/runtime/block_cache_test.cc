// The operators of libkeyway.so (runtime/c_api/block_cache.cc), which this program has been given as its own: blocks are as large as
// asked for and nobody else's, are taken again, and go back to malloc with the thread that kept them.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <random>
#include <thread>
#include <vector>

namespace {

struct Held {
  unsigned char* memory;
  size_t bytes;
  unsigned char mark;
};

// As a library does whose operators are malloc's; out of line, for GCC calls it a mismatch where it sees both sides.
[[gnu::noinline]] void* take_elsewhere(size_t bytes) { return std::malloc(bytes); }
[[gnu::noinline]] void give_back_elsewhere(void* memory) { std::free(memory); }

bool holds_its_mark(const Held& held) {
  return std::all_of(held.memory, held.memory + held.bytes, [&](unsigned char byte) { return byte == held.mark; });
}

// Gives a block back in one of the ways that a caller may know about it.
void give_back(const Held& held, unsigned way) {
  switch (way % 4) {
    case 0: ::operator delete(held.memory); break;
    case 1: ::operator delete(held.memory, held.bytes); break;
    case 2: ::operator delete[](held.memory, held.bytes); break;
    default: give_back_elsewhere(held.memory); break;
  }
}

Held take(size_t bytes, unsigned way, unsigned char mark) {
  void* const memory = way % 3 == 0 ? ::operator new(bytes) : way % 3 == 1 ? ::operator new[](bytes) : take_elsewhere(bytes);
  std::memset(memory, mark, bytes);
  return {static_cast<unsigned char*>(memory), bytes, mark};
}

TEST(BlockCache, BlocksAreAsLargeAsAskedForAndNobodyElses) {
  std::mt19937 random(7);
  std::vector<Held> held;
  for (int round = 0; round < 200000; ++round) {
    if (held.size() < 400 && random() % 2 == 0) {
      const size_t bytes = random() % 8 == 0 ? random() % 5000 : random() % 300;
      held.push_back(take(bytes, random(), static_cast<unsigned char>(random())));
      if (bytes >= alignof(std::max_align_t)) { ASSERT_EQ(reinterpret_cast<uintptr_t>(held.back().memory) % alignof(std::max_align_t), 0u); }
      ASSERT_GE(malloc_usable_size(held.back().memory), bytes);
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      ASSERT_TRUE(holds_its_mark(held.back())) << held.back().bytes;
      give_back(held.back(), random());
      held.pop_back();
    }
  }
  for (const Held& rest : held) {
    ASSERT_TRUE(holds_its_mark(rest));
    ::operator delete(rest.memory);
  }
}

// Of every size that two neighbours may be asked for: a block that comes back for one holds all of the other.
TEST(BlockCache, ABlockIsTakenAgainForWhatItHolds) {
  for (size_t given = 0; given < 400; ++given) {
    for (const size_t wanted : {given, given + 1, given + 8, given + 15, given + 16}) {
      ::operator delete(take_elsewhere(given));
      void* const memory = ::operator new(wanted);
      ASSERT_GE(malloc_usable_size(memory), wanted) << given;
      ::operator delete(memory);
    }
  }
  int again = 0;
  std::thread([&] {  // which keeps nothing yet
    for (size_t bytes = 1; bytes <= 264; ++bytes) {
      void* const first = ::operator new(bytes);
      const auto place = reinterpret_cast<uintptr_t>(first);
      ::operator delete(first, bytes);
      void* const second = ::operator new(bytes);
      again += reinterpret_cast<uintptr_t>(second) == place;
      ::operator delete(second);
    }
  }).join();
  EXPECT_EQ(again, 264);
}

size_t bytes_in_use() { return mallinfo2().uordblks; }

constexpr size_t kBytes = 100, kMostKept = size_t{128} << 10, kMany = 1000;

void take_and_give_back(size_t blocks) {
  std::vector<void*> taken(blocks);
  for (void*& block : taken) block = ::operator new(kBytes);
  for (void* block : taken) ::operator delete(block, kBytes);
}

TEST(BlockCache, WhatIsKeptIsBoundedAndGoesWithTheThread) {
  constexpr size_t kSlack = 16 << 10;
  const size_t before = bytes_in_use();
  size_t kept = 0;
  std::thread([&] {
    take_and_give_back(kMostKept / kBytes + kMany / 2);
    kept = bytes_in_use() - before;
  }).join();
  EXPECT_GT(kept, kMostKept / 2);
  EXPECT_LT(kept, kMostKept + kMostKept / 4);  // and what malloc adds to each
  EXPECT_LT(bytes_in_use(), before + kSlack);
}

// A block here and there would hold on to the memory of them all.
TEST(BlockCache, OfMuchThatIsGivenBackAtOnceNothingIsKept) {
  constexpr size_t kSlack = 16 << 10;
  size_t kept = 0, kept_after = 0;
  std::thread([&] {
    const size_t before = bytes_in_use();
    take_and_give_back(kMostKept / kBytes + 2 * kMany);
    kept = bytes_in_use() - before;
    take_and_give_back(kMany);
    kept_after = bytes_in_use() - before;
  }).join();
  EXPECT_LT(kept, kSlack);
  EXPECT_GT(kept_after, kMany * kBytes / 2);  // of less it is
}

TEST(BlockCache, BlocksGoFromThreadToThread) {
  std::vector<Held> held;
  for (int round = 0; round < 20; ++round) {
    std::thread([&, round] {
      std::mt19937 random(static_cast<unsigned>(round));
      for (const Held& from_before : held) {
        EXPECT_TRUE(holds_its_mark(from_before));
        give_back(from_before, random());
      }
      held.clear();
      for (int i = 0; i < 3000; ++i) held.push_back(take(random() % 280, random(), static_cast<unsigned char>(random())));
    }).join();
  }
  for (const Held& rest : held) give_back(rest, 0);
}

int handled = 0;

TEST(BlockCache, MemoryThatCannotBeHadIsSaidAfterTheHandlerHasTried) {
  constexpr size_t kTooMuch = std::numeric_limits<size_t>::max() / 4;
  volatile size_t bytes = kTooMuch;
  EXPECT_THROW(::operator delete(::operator new(bytes)), std::bad_alloc);
  std::set_new_handler([] {
    if (++handled == 3) std::set_new_handler(nullptr);
  });
  EXPECT_THROW(::operator delete(::operator new(bytes)), std::bad_alloc);
  EXPECT_EQ(handled, 3);
  EXPECT_EQ(::operator new(bytes, std::nothrow), nullptr);
}

}  // namespace
