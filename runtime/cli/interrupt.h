// Ctrl-C as cancellation: the first asks the answer to stop, the second ends the program.
//
// Entry points: Interrupt. Invariant: while one lives SIGINT and SIGTERM do not kill at once; threads started meanwhile
// have them blocked. Requires: at most one at a time, made before other threads are.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <signal.h>

#include <stop_token>
#include <thread>

namespace keyway::cli {

class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  std::stop_token token() const { return cancel_.get_token(); }

 private:
  std::stop_source cancel_;
  sigset_t before_;
  std::jthread waiter_;
};

}  // namespace keyway::cli
