// Terminal output; see terminal.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/cli/json_output.h"

namespace keyway::cli {

int exit_code_of(const Error& error) {
  if (error.code == ErrorCode::kNoCompletion) return kNoCompletionFits;
  return error.code == ErrorCode::kCancelled ? kWasCancelled : kBadInput;
}

void print_error(const Error& error, bool json) {
  if (json) {
    JsonObject inner;
    inner.add("code", error_code_name(error.code)).add("message", error.message).add("pointer", error.pointer);
    inner.add("given", error.given).add("allowed", error.allowed);
    std::fprintf(stderr, "%s\n", JsonObject().add("error", inner).text().c_str());
    return;
  }
  const Paint paint(stderr);
  std::fprintf(stderr, "%s %s\n", paint.bad("keyway:").c_str(), well_formed(error.message).c_str());
  const auto line = [&](const char* label, const std::string& text) {
    if (!text.empty()) std::fprintf(stderr, "  %s %s\n", paint.faint(label).c_str(), well_formed(text).c_str());
  };
  line("where:  ", error.pointer);
  line("given:  ", error.given);
  line("allowed:", error.allowed);
}

Paint::Paint(std::FILE* stream) : on_(isatty(fileno(stream)) != 0 && std::getenv("NO_COLOR") == nullptr) {}

std::string Paint::wrap(const char* code, std::string_view text) const {
  if (!on_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

ProgressBar::ProgressBar(std::string label) : label_(std::move(label)), on_(isatty(fileno(stderr)) != 0) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
}

void ProgressBar::show(size_t done, size_t total) {
  if (!on_) return;
  constexpr size_t kCells = 40;
  const size_t filled = total == 0 ? 0 : std::min(kCells, kCells * done / total);
  std::fprintf(stderr, "\r%s [%s%s] %zu/%zu\x1b[K", label_.c_str(), std::string(filled, '#').c_str(),
               std::string(kCells - filled, ' ').c_str(), done, total);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace keyway::cli
