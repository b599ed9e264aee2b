// Contexts that take turns on one thread of the machine: what swapcontext does, without a call of the system.
//
// Entry points: keyway_on_cpu_switch, fresh_context. Only for x86-64 (System V ABI, 3.2.1: the registers that a call keeps).
// swapcontext takes two calls of the system: 100 times as long for a step of an automaton.
#pragma once

#include <cstddef>
#include <cstdint>

// Leaves what runs, its stack pointer in *left, and goes on where `next` was left.
extern "C" void keyway_on_cpu_switch(void** left, void* next);

namespace keyway::on_cpu {

// The stack pointer of a context that begins in `entry`, which must not return. top: one past a stack, aligned to 16 bytes.
inline void* fresh_context(char* top, void (*entry)()) {
  constexpr size_t kKept = 6;  // registers, below the address to go on at; above it what `entry` would return to
  auto* words = reinterpret_cast<uint64_t*>(top) - kKept - 2;
  for (size_t i = 0; i < kKept + 2; ++i) words[i] = 0;
  words[kKept] = reinterpret_cast<uint64_t>(entry);
  return words;
}

}  // namespace keyway::on_cpu
