// A thread that waits for signals, so that nothing runs inside a signal handler; see interrupt.h.
// Tested by tests/runtime/cli_test.py.
#include "runtime/cli/interrupt.h"

#include <unistd.h>

#include "runtime/cli/terminal.h"

namespace keyway::cli {

Interrupt::Interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
  waiter_ = std::jthread([signals, cancel = cancel_](std::stop_token done) mutable {
    const timespec patience = {0, 20'000'000};  // how soon the thread sees that it is to end
    while (!done.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &patience) < 0) continue;
      if (cancel.stop_requested()) _exit(kWasCancelled);
      cancel.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  waiter_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace keyway::cli
