// What the sanitizers have to be told of contexts that take turns; nothing in a build without them.
//
// Entry points: leave_stack, enter_stack (address), thread_made, thread_gone, thread_here, switch_thread, ordered_before,
// ordered_after (threads).
// KEYWAY_RACES: the thread sanitizer watches the kernels. What switches is itself compiled without it: it is below the threads.
// Invariant: a switch orders nothing for the thread sanitizer; what is ordered is said by ordered_before and ordered_after.
#pragma once

#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef KEYWAY_RACES
#include <sanitizer/tsan_interface.h>
#endif

namespace keyway::on_cpu {

// saved: null where the stack that is left is not entered again.
inline void leave_stack([[maybe_unused]] void** saved, [[maybe_unused]] const void* bottom, [[maybe_unused]] size_t size) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(saved, bottom, size);
#endif
}
inline void enter_stack([[maybe_unused]] void* saved, [[maybe_unused]] const void** left_bottom, [[maybe_unused]] size_t* left_size) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(saved, left_bottom, left_size);
#endif
}

#ifdef KEYWAY_RACES
inline void* thread_made() { return __tsan_create_fiber(0); }
inline void thread_gone(void* thread) { __tsan_destroy_fiber(thread); }
inline void* thread_here() { return __tsan_get_current_fiber(); }
inline void switch_thread(void* thread) { __tsan_switch_to_fiber(thread, __tsan_switch_to_fiber_no_sync); }
inline void ordered_before(void* what) { __tsan_release(what); }
inline void ordered_after(void* what) { __tsan_acquire(what); }
#else
inline void* thread_made() { return nullptr; }
inline void thread_gone(void*) {}
inline void* thread_here() { return nullptr; }
inline void switch_thread(void*) {}
inline void ordered_before(void*) {}
inline void ordered_after(void*) {}
#endif

}  // namespace keyway::on_cpu
