// How patterns of names are compiled: quietly, and within a bound of memory.
//
// Entry points: name_pattern_options. Tested by tests/tools/registry_test.cc.
#pragma once

#include <re2/re2.h>

namespace keyway {

inline RE2::Options name_pattern_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(int64_t{1} << 20);  // of one compiled pattern and its automaton, bytes
  return options;
}

}  // namespace keyway
