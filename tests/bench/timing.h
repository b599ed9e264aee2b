// The clock of the benchmarks and what they say of many times.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace keyway::bench {

using Clock = std::chrono::steady_clock;

// Microseconds.
inline double us_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// The upper of two in the middle; 0 of none.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

}  // namespace keyway::bench
