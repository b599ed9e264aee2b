// Names and wording of errors; see error.h.
#include "grammar/error.h"

namespace keyway {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kSyntax: return "syntax";
    case ErrorCode::kInvalid: return "invalid";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kUnsatisfiable: return "unsatisfiable";
    case ErrorCode::kLimit: return "limit";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kMismatch: return "mismatch";
    case ErrorCode::kNotAllowed: return "not_allowed";
    case ErrorCode::kFinished: return "finished";
    case ErrorCode::kNoCompletion: return "no_completion";
    case ErrorCode::kCancelled: return "cancelled";
  }
  return "unknown";
}

namespace {

// Cuts at a code point boundary, so that a shortened message stays UTF-8.
std::string shortened(const std::string& text, size_t limit_bytes) {
  if (text.size() <= limit_bytes) return text;
  size_t end = limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::string Error::to_string() const {
  std::string details;
  auto add = [&details](std::string_view label, const std::string& value) {
    if (value.empty()) return;
    if (!details.empty()) details += "; ";
    details += label;
    details += shortened(value, 400);
  };
  add("at ", pointer);
  add("given ", given);
  add("allowed ", allowed);
  std::string text = shortened(message, 700);
  if (!details.empty()) text += " (" + details + ")";
  return text;
}

}  // namespace keyway
