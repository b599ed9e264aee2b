// One attack in a child process; see child.h. The parent's half stands last.
#include "tests/bench/attacks/child.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "grammar/utf8.h"
#include "tests/bench/attacks/recipe.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace keyway::bench {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const bool kSanitized = true;
#else
const bool kSanitized = false;
#endif

long memory_kb(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind(field + ":", 0) == 0) return std::strtol(line.c_str() + field.size() + 1, nullptr, 10);
  }
  return 0;
}

namespace {

using Clock = std::chrono::steady_clock;
using OrderedJson = nlohmann::ordered_json;

constexpr rlim_t kStackBytes = rlim_t{8} << 20;
constexpr rlim_t kAddressSpaceBytes = rlim_t{4} << 30;  // above rest
constexpr size_t kErrorTextBytes = 2048;

double megabytes(long kilobytes) { return static_cast<double>(kilobytes) * 1024.0 / 1e6; }

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

size_t open_descriptors() {
  std::error_code unreadable;
  std::filesystem::directory_iterator entries("/proc/self/fd", unreadable);
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

void limit_resources() {
  rlimit core{0, 0};
  setrlimit(RLIMIT_CORE, &core);
  rlimit stack{kStackBytes, kStackBytes};
  setrlimit(RLIMIT_STACK, &stack);
  if (kSanitized) return;
  const rlim_t rest_bytes = static_cast<rlim_t>(memory_kb("VmSize")) * 1024;
  rlimit space{rest_bytes + kAddressSpaceBytes, rest_bytes + kAddressSpaceBytes};
  setrlimit(RLIMIT_AS, &space);
}

// Makes the pages of the stack resident, so that depth reached by a case does not look like memory left behind.
__attribute__((noinline)) void touch_stack() {
  constexpr size_t kTouchedBytes = size_t{6} << 20;
  char bytes[kTouchedBytes];
  std::memset(bytes, 0, sizeof bytes);
  asm volatile("" : : "r"(bytes) : "memory");  // keeps the stores
}

// Sets the peak of resident memory (VmHWM) back to what is resident now.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// What the promise on error texts finds wrong with this one.
void check_error_text(const Error& error, const OrderedJson& attack, std::vector<std::string>& wrong) {
  const std::string text = error.to_string();
  if (error.message.empty()) wrong.push_back("the error has no words");
  if (text.size() > kErrorTextBytes) wrong.push_back("the error text is over 2 kB");
  if (!is_utf8(text)) wrong.push_back("the error text is not UTF-8");
  // An empty JSON Pointer is the whole document; then the error has to show what stood there.
  if (error.pointer.empty() && error.given.empty()) wrong.push_back("the error names no place");
  if (error.code == ErrorCode::kLimit && error.allowed.empty()) wrong.push_back("the error does not name the limit");
  if (attack.contains("message") && text.find(attack.at("message").get<std::string>()) == std::string::npos) {
    wrong.push_back("the error does not carry " + attack.at("message").dump());
  }
}

// Runs the reader under the clock and compares with what the case expects.
OrderedJson read_case(const std::function<Reading()>& open, const OrderedJson& attack, double text_limit_s) {
  std::vector<std::string> wrong;
  const auto start = Clock::now();
  Reading reading = open();
  const double elapsed_s = seconds_since(start);
  const bool answered = !reading.error.has_value();
  const std::string expect = attack.value("expect", "either");
  if (answered && expect == "error") wrong.push_back("answered where only an error is right");
  if (!answered && expect == "answer") wrong.push_back("refused what must work");
  if (reading.error) check_error_text(*reading.error, attack, wrong);
  if (reading.check) {
    auto found = reading.check(text_limit_s);
    wrong.insert(wrong.end(), found.begin(), found.end());
  }
  return {{"answered", answered},
          {"time_ms", elapsed_s * 1e3},
          {"error", reading.error ? reading.error->to_string() : std::string()},
          {"wrong", wrong}};
}

// The whole life of the child but for its limits; the returned object crosses the pipe.
OrderedJson run_child(const Surface& surface, const OrderedJson& attack, const JudgeLimits& limits) {
  auto input = case_input(attack);
  if (!input.ok()) return {{"wrong", OrderedJson::array({input.error().to_string()})}};
  auto open = surface.prepare(attack, *input);
  std::string before = surface.plain();
  if (!before.empty()) return {{"wrong", OrderedJson::array({"the plain case fails before the attack: " + before})}};
  const size_t descriptors = open_descriptors();
  if (!kSanitized) touch_stack();
  malloc_trim(0);
  const long rest_kb = memory_kb("RssAnon");
  reset_peak();
  const long peak_at_rest_kb = memory_kb("VmHWM");
  OrderedJson report = read_case(open, attack, limits.time_s);
  report["memory_mb"] = megabytes(memory_kb("VmHWM") - peak_at_rest_kb);
  std::string after = surface.plain();
  if (!after.empty()) report["wrong"].push_back("the plain case fails after the attack: " + after);
  malloc_trim(0);
  report["leftover_mb"] = megabytes(memory_kb("RssAnon") - rest_kb);
  if (open_descriptors() != descriptors) report["wrong"].push_back("a file or socket was left open");
  return report;
}

void write_all(int descriptor, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    ssize_t count = write(descriptor, text.data() + done, text.size() - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

[[noreturn]] void child_main(const Surface& surface, const OrderedJson& attack, const JudgeLimits& limits,
                             int result, int output) {
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  limit_resources();
  OrderedJson report = run_child(surface, attack, limits);
#if defined(__SANITIZE_ADDRESS__)
  if (__lsan_do_recoverable_leak_check() != 0) report["wrong"].push_back("memory was leaked");
#endif
  write_all(result, report.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
  _exit(0);
}

// Reads what the child writes until it ends or the time is over. Returns false for the latter.
bool read_until(int descriptor, double stop_s, std::string& text) {
  const auto start = Clock::now();
  char buffer[65536];
  for (;;) {
    const double left_s = stop_s - seconds_since(start);
    if (left_s <= 0) return false;
    pollfd entry{descriptor, POLLIN, 0};
    if (poll(&entry, 1, static_cast<int>(left_s * 1e3) + 1) < 0) continue;
    if (entry.revents == 0) return false;
    ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count <= 0) return true;
    text.append(buffer, static_cast<size_t>(count));
  }
}

// The first bytes of what the child printed.
std::string printed(int output) {
  std::string text(600, '\0');
  ssize_t count = pread(output, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

void fill_verdict(const OrderedJson& report, const JudgeLimits& limits, Verdict& verdict) {
  verdict.answered = report.value("answered", false);
  verdict.time_ms = report.value("time_ms", 0.0);
  verdict.memory_mb = report.value("memory_mb", 0.0);
  verdict.leftover_mb = report.value("leftover_mb", 0.0);
  verdict.error = report.value("error", "");
  verdict.wrong = report.value("wrong", std::vector<std::string>());
  if (kSanitized) return;
  verdict.slow = verdict.time_ms > limits.time_s * 1e3;
  verdict.memory = verdict.memory_mb > limits.memory_mb;
  if (verdict.leftover_mb > limits.leftover_mb) {
    verdict.wrong.push_back("memory was left behind: " + std::to_string(verdict.leftover_mb) + " MB");
  }
}

}  // namespace

Verdict judge_case(const Surface& surface, const OrderedJson& attack, const JudgeLimits& limits) {
  Verdict verdict;
  int ends[2];
  const int output = memfd_create("output", MFD_CLOEXEC);
  if (output < 0 || pipe(ends) != 0) {
    if (output >= 0) close(output);
    verdict.wrong.push_back("the runner has no file descriptors left");
    return verdict;
  }
  const pid_t child = fork();
  if (child == 0) child_main(surface, attack, limits, ends[1], output);
  close(ends[1]);
  std::string text;
  const bool ended = child > 0 && read_until(ends[0], limits.stop_s, text);
  close(ends[0]);
  int status = 0;
  if (child > 0) {
    if (!ended) kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  const OrderedJson report = OrderedJson::parse(text, nullptr, false);
  const std::string noise = printed(output);
  close(output);
  if (!ended) {
    verdict.end = CaseEnd::kHang;
  } else if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0 || !report.is_object()) {
    verdict.end = CaseEnd::kCrash;
    verdict.error = WIFSIGNALED(status) ? "ended by signal " + std::to_string(WTERMSIG(status)) : "ended early";
  } else {
    fill_verdict(report, limits, verdict);
  }
  if (!noise.empty()) verdict.wrong.push_back("something was printed: " + noise);
  return verdict;
}

}  // namespace keyway::bench
