// Runs one attack in a child process and judges what came of it.
//
// Entry points: judge_case; memory_kb, kSanitized (for surfaces and tests).
// The child has a stack limit of 8 MB and an address space of its own at rest plus 4 GB. Time runs from handing over
// the input to the answer or error; anonymous memory is the peak above rest, the input not counted.
// Invariant: whatever the reader does (crash, hang, exhaustion), the parent goes on and reports it.
// Tested by tests/bench/attacks_test.cc.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/bench/attacks/surface.h"

namespace keyway::bench {

// Whether this build runs under a sanitizer: then time, memory and address space are not judged.
extern const bool kSanitized;

struct JudgeLimits {
  double time_s = 1.0;         // from handing over the input to the answer or error
  double stop_s = 10.0;        // the child is ended after this
  double memory_mb = 256.0;    // anonymous memory above rest, 10^6 bytes
  double leftover_mb = 1.0;    // anonymous memory above rest after the case
};

// What ended a case: kDone is an answer or an error, right or wrong.
enum class CaseEnd { kDone, kCrash, kHang };

struct Verdict {
  CaseEnd end = CaseEnd::kDone;
  bool answered = false;        // kDone: answered rather than refused
  bool slow = false;            // over time_s
  bool memory = false;          // over memory_mb
  std::vector<std::string> wrong;  // what is not as the case expects, a sentence each
  std::string error;            // text of the error, if refused
  double time_ms = 0;
  double memory_mb = 0;         // peak above rest
  double leftover_mb = 0;

  bool as_expected() const { return end == CaseEnd::kDone && !slow && !memory && wrong.empty(); }
};

// Runs `attack` (one line of the corpus) on `surface`. Thread safety: call from a process with one thread (it forks).
Verdict judge_case(const Surface& surface, const nlohmann::ordered_json& attack, const JudgeLimits& limits);

// A field of /proc/self/status, for example "RssAnon", in kB; 0 where it cannot be read.
long memory_kb(const std::string& field);

}  // namespace keyway::bench
