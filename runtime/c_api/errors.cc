// Errors as JSON, and memory that the caller frees; see handles.h.
#include <cstdlib>
#include <cstring>

#include "runtime/c_api/handles.h"
#include "schemas/json.h"

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
    auto field = [](std::string_view name, std::string_view value) {
      return ", " + json_quote(name) + ": " + json_quote(value.substr(0, 600));
    };
    *out = copied("{\"code\": " + json_quote(error_code_name(error.code)) + field("message", error.message) +
                  field("pointer", error.pointer) + field("given", error.given) + field("allowed", error.allowed) + "}");
  } catch (...) {
    static const char kNoMemory[] = "{\"code\": \"limit\", \"message\": \"out of memory\", \"pointer\": \"\", \"given\": \"\", \"allowed\": \"\"}";
    *out = static_cast<char*>(std::malloc(sizeof kNoMemory));
    if (*out != nullptr) std::memcpy(*out, kNoMemory, sizeof kNoMemory);
  }
  return kFailed;
}

}  // namespace keyway::c_api

void keyway_free(void* memory) { std::free(memory); }
