// The commands of `keyway`: each adds itself to the program. What each prints is fixed; runtime/README.md has the forms.
//
// Entry points: add_NAME_command, one a file (NAME_command.cc). Invariant: with --json one object goes to standard output
// and nothing else. Tested by tests/runtime/cli_test.py.
#pragma once

#include "runtime/cli/options.h"

namespace keyway::cli {

void add_call_command(CLI::App& app, Program& program);
void add_generate_command(CLI::App& app, Program& program);
void add_check_command(CLI::App& app, Program& program);
void add_tokenize_command(CLI::App& app, Program& program);
void add_score_command(CLI::App& app, Program& program);
void add_eval_command(CLI::App& app, Program& program);
void add_render_command(CLI::App& app, Program& program);
void add_parse_command(CLI::App& app, Program& program);
void add_accept_command(CLI::App& app, Program& program);
void add_registry_command(CLI::App& app, Program& program);

}  // namespace keyway::cli
