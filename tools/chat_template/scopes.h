// Which variable a name means: Jinja2's compile-time scoping, to the slot.
//
// Entry points: resolve_scopes.
// What is reproduced: every loop body, macro, block and `with` has variables of its own, an `if` has none; a variable set
// in a body starts as a copy of the outer one, one set nowhere comes from the input, one set before any other mention
// starts unset even where the input has that name, and one set in a branch only starts from the input. Macros see the
// variables around them as they are when the macro runs.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include "tools/chat_template/syntax.h"

namespace keyway::chat {

// Fills the slots of names and targets, the inits of bodies, and the functions. Requires: as parse_program() made it.
void resolve_scopes(Program& program);

}  // namespace keyway::chat
