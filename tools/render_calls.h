// Calls as a family's models write them.
//
// Entry points: render_calls. The text is that of the format's first layout, with its usual spaces.
// Tested by tests/tools/call_format_test.cc.
#pragma once

#include <string>
#include <vector>

#include "tools/call_format.h"

namespace keyway {

struct RenderedCall {
  std::string name;
  std::string arguments;  // JSON text of an object
  std::string id{};       // what the format's id part holds; empty: the place of the call, where an id is needed
};

// The section that holds these calls, as the family's chat template writes it. Empty for no calls. Requires: arguments are
// JSON, and what the format can hold: no mark inside a string between marks, no closing text inside a raw value.
std::string render_calls(const CallFormat& format, const std::vector<RenderedCall>& calls);

}  // namespace keyway
