// The call format of the model that a tokenizer belongs to, found from its chat template and added tokens.
//
// Entry points: model_call_format. Thread safety: a free function. Tested by tests/runtime/model_call_format_test.cc.
#pragma once

#include "runtime/tokenizer/tokenizer.h"
#include "tools/find_call_format.h"

namespace keyway {

// Looks at the template for tools where the model has one beside its default. Errors: kNotFound for a tokenizer without chat
// template; those of find_call_format.
Result<FoundFormat> model_call_format(const Tokenizer& tokenizer);

}  // namespace keyway
