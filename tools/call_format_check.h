// What the schema of format files cannot say: the invariants of call_format.h.
//
// Entry points: check_call_format, check_round_trip (calls are rendered, read back and compared; a format whose calls are read
// back otherwise is ambiguous or has no way to tell where something ends), read_trusted_call_format.
// Tested by tests/tools/call_format_test.cc.
#pragma once

#include <memory>

#include "tools/call_format.h"

namespace keyway {

// Errors: kInvalid with the place in the file.
Status check_call_format(const CallFormat& format);

// Requires: check_call_format. Errors: kInvalid at /call; `given` is the sample.
Status check_round_trip(const std::shared_ptr<const CallFormat>& format);

// A format whose samples have been judged before: read_call_format without check_round_trip and check_agreement.
Result<std::shared_ptr<const CallFormat>> read_trusted_call_format(std::string_view text);

}  // namespace keyway
