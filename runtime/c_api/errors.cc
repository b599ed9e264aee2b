// Errors as JSON, and memory that the caller frees; see handles.h.
#include <cstdlib>
#include <cstring>

#include "runtime/c_api/handles.h"

namespace keyway::c_api {

char* copied(const std::string& text) noexcept {
  char* memory = static_cast<char*>(std::malloc(text.size() + 1));
  if (memory != nullptr) std::memcpy(memory, text.c_str(), text.size() + 1);
  return memory;
}

int report_error(const Error& error, char** out) noexcept {
  if (out == nullptr) return kFailed;
  *out = nullptr;
  try {
    *out = copied(error_json(error));
  } catch (...) {
    static const char kNoMemory[] =
        R"({"code": "limit", "message": "out of memory", "pointer": "", "given": "", "allowed": ""})";
    *out = static_cast<char*>(std::malloc(sizeof kNoMemory));
    if (*out != nullptr) std::memcpy(*out, kNoMemory, sizeof kNoMemory);
  }
  return kFailed;
}

int missing(const char* argument, char** out) noexcept {
  return guarded(out, [&] {
    return report_error(fail(ErrorCode::kInvalid, "an argument is NULL", argument, "NULL", "a pointer"), out);
  });
}

}  // namespace keyway::c_api

void keyway_free(void* memory) { std::free(memory); }
