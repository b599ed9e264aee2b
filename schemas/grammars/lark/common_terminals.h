// The terminals that %import common brings.
//
// Entry point: common_terminal. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <string_view>

namespace keyway::grammars {

// The pattern of a terminal of the library `common`, read alike by every dialect; empty for a name that it does not have.
std::string_view common_terminal(std::string_view name);

}  // namespace keyway::grammars
