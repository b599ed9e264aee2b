// Whether the grammar of a call format and its reader are of one mind, on texts made from the format itself.
//
// Entry points: check_agreement. Texts are calls as the format writes them, after text and reasoning, and the same with a
// byte left out, doubled or cut off. Every one is either accepted by the grammar under auto and read without an error, or
// neither: a format for which that does not hold is ambiguous, and no model could be held to it.
// Thread safety: a free function. Tested by tests/tools/call_format_test.cc.
#pragma once

#include <memory>

#include "tools/call_format.h"

namespace keyway {

// Requires: check_call_format and check_round_trip. Errors: kInvalid at /call; `given` is the text.
Status check_agreement(const std::shared_ptr<const CallFormat>& format);

// The grammar of `written`, and texts made from it, beside the reader of another format: what a test needs to see that a
// difference is told. Requires: as above, of both.
Status check_agreement(const std::shared_ptr<const CallFormat>& written, const std::shared_ptr<const CallFormat>& read);

// Names that the format can write, one the beginning of another.
std::vector<std::string> sample_tool_names(const CallFormat& format);

}  // namespace keyway
