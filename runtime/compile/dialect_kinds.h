// The kinds gbnf, ebnf, lark and structural_tag: grammars written for other engines.
//
// Entry points: compile_gbnf_kind, compile_ebnf_kind, compile_lark_kind, compile_structural_tag_kind, rows of the table in kinds.cc.
// Tokens that a grammar names are those of the tokenizer. Thread safety: free functions.
// Tested by tests/runtime/c_api_test.cc and tests/schemas/grammars/.
#pragma once

#include "runtime/compile/kinds.h"

namespace keyway {

Result<KindRoot> compile_gbnf_kind(const KindInput& input);
Result<KindRoot> compile_ebnf_kind(const KindInput& input);
Result<KindRoot> compile_lark_kind(const KindInput& input);
Result<KindRoot> compile_structural_tag_kind(const KindInput& input);

}  // namespace keyway
