// What the subcommands of keyway-bench share.
//
// Entry points: register_* (one per subcommand, called by main.cc), write_json.
// Invariant: a subcommand verifies before it times; it sets `exit_code` (0 all right, 1 a case or check failed, 2 bad
// input) and prints its table on standard output; --json goes to the named file.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#pragma once

#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "grammar/error.h"

namespace keyway::bench {

// Each adds one subcommand to `app`; its callback sets `exit_code`. Requires: both outlive parsing.
void register_attacks(CLI::App& app, int& exit_code);
void register_maskbench(CLI::App& app, int& exit_code);
void register_grammars(CLI::App& app, int& exit_code);
void register_suite(CLI::App& app, int& exit_code);
void register_tools(CLI::App& app, int& exit_code);
void register_automaton(CLI::App& app, int& exit_code);
void register_decode(CLI::App& app, int& exit_code);
void register_parse(CLI::App& app, int& exit_code);
void register_render(CLI::App& app, int& exit_code);
void register_sampler(CLI::App& app, int& exit_code);
void register_walks(CLI::App& app, int& exit_code);

// Writes `report` as indented JSON with a final newline. Errors: kIo with the path as pointer.
Status write_json(const nlohmann::ordered_json& report, const std::string& path);

}  // namespace keyway::bench
