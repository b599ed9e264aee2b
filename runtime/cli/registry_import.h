// keyway registry import: a list of others as a registry file. See registry_command.cc for the other actions.
//
// Entry points: add_registry_import. Tested by tests/runtime/cli_test.py.
#pragma once

#include "runtime/cli/options.h"

namespace keyway::cli {

void add_registry_import(CLI::App& command, Program& program);

}  // namespace keyway::cli
