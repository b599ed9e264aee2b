// A format file is believed only when what it writes is read back.
//
// Entry points: check_round_trip. Tested by tests/tools/call_format_test.cc.
#pragma once

#include <memory>

#include "grammar/error.h"
#include "tools/call_format.h"

namespace keyway {

// Renders one and several sample calls, alone and after content and reasoning, and reads them with the parser of the
// same format. Errors: kInvalid with the sample as `given`, where other calls come back than went in.
Status check_round_trip(const std::shared_ptr<const CallFormat>& format);

}  // namespace keyway
