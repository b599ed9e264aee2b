// The arguments of one call, and laying them out by parameter name as Python does.
//
// Entry points: Arguments, bind, the readers of single arguments.
// Invariant: an argument that is given twice, unknown or left over is an error that names the callee.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/chat_template/value.h"

namespace keyway::chat {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string_view, Value>> named;
  Value kept;  // owns names that came from **kwargs

  bool empty() const { return positional.empty() && named.empty(); }
  const Value* find(std::string_view name) const {
    for (const auto& [key, value] : named) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

// Fills `slots`, one per name, in order; what is not given stays missing.
void bind_arguments(std::string_view callee, const Arguments& arguments, const std::string_view* names, Value* slots,
                    size_t count);

[[noreturn]] void raise_missing_argument(std::string_view callee, std::string_view parameter);

// The arguments of a callee with these parameters. The first `required` must be given.
template <size_t N>
std::array<Value, N> bind(std::string_view callee, const Arguments& arguments,
                          const std::array<std::string_view, N>& names, size_t required = 0) {
  std::array<Value, N> slots;
  bind_arguments(callee, arguments, names.data(), slots.data(), N);
  for (size_t i = 0; i < required; ++i) {
    if (slots[i].is_missing()) raise_missing_argument(callee, names[i]);
  }
  return slots;
}

// Refuses any argument.
void bind_nothing(std::string_view callee, const Arguments& arguments);

// An integer argument (int or bool), or `otherwise` where it is missing. Anything else is an error.
int64_t integer_or(const Value& value, int64_t otherwise, std::string_view callee);
bool truth_or(const Value& value, bool otherwise);
// A string argument, or `otherwise` where it is missing. Anything else is an error.
std::string_view text_or(const Value& value, std::string_view otherwise, std::string_view callee);
// Missing or None.
inline bool absent(const Value& value) { return value.is_missing() || value.is_none(); }

}  // namespace keyway::chat
