// What the command line prints for people: errors, colours, progress.
//
// Entry points: print_error, Paint, ProgressBar. Invariant: colours and progress only on a terminal; NO_COLOR is
// honoured. Tested by tests/runtime/cli_test.py.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "grammar/error.h"

namespace keyway::cli {

inline constexpr int kDone = 0;
inline constexpr int kBadInput = 2;
inline constexpr int kNoCompletionFits = 3;
inline constexpr int kWasCancelled = 4;

int exit_code_of(const Error& error);

// One line on standard error: {"error": {...}} with `json`, else words.
void print_error(const Error& error, bool json);

// Colours of one stream.
class Paint {
 public:
  explicit Paint(std::FILE* stream);
  std::string good(std::string_view text) const { return wrap("32", text); }
  std::string bad(std::string_view text) const { return wrap("31", text); }
  std::string faint(std::string_view text) const { return wrap("2", text); }
  std::string strong(std::string_view text) const { return wrap("1", text); }

 private:
  std::string wrap(const char* code, std::string_view text) const;
  bool on_;
};

// A line on standard error that is redrawn; nothing where that is no terminal. The line is gone when the bar ends.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();
  void show(size_t done, size_t total);

 private:
  std::string label_;
  bool on_;
  bool drawn_ = false;
};

}  // namespace keyway::cli
