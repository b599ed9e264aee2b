// keyway: the command line.
//
// Exit codes: 0 done, 2 bad input or usage, 3 no completion fits, 4 cancelled.
// Tested by tests/runtime/cli_test.py.
#include <cstring>
#include <exception>
#include <new>

#include "runtime/cli/commands.h"
#include "runtime/cli/terminal.h"

namespace keyway::cli {
namespace {

// CLI11 names the option in its message, "--seed: ...", which becomes the place.
Error usage_error(const CLI::ParseError& error) {
  std::string message = error.what();
  std::string place;
  if (const size_t at = message.find("--"); at != std::string::npos) {
    place = message.substr(at, message.find_first_of(" :=,", at) - at);
  }
  return fail(ErrorCode::kInvalid, std::move(message), std::move(place), {}, "keyway --help tells the usage");
}

bool asks_for_json(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) return true;
  }
  return false;
}

int run(int argc, char** argv) {
  CLI::App app{"Keyway: a local model calls tools, and writes JSON, that cannot be wrong in form"};
  app.set_version_flag("--version", "keyway " KEYWAY_VERSION);
  app.require_subcommand(1);
  app.footer("Each command has a --help with an example.");
  Program program;
  add_call_command(app, program);
  add_generate_command(app, program);
  add_check_command(app, program);
  add_score_command(app, program);
  add_eval_command(app, program);
  add_tokenize_command(app, program);
  add_render_command(app, program);
  add_parse_command(app, program);
  add_accept_command(app, program);
  add_registry_command(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    print_error(usage_error(error), asks_for_json(argc, argv));
    return kBadInput;
  }
  const Result<int> code = program.action();
  if (code.ok()) return *code;
  print_error(code.error(), program.json);
  return exit_code_of(code.error());
}

}  // namespace
}  // namespace keyway::cli

int main(int argc, char** argv) {
  try {
    return keyway::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    keyway::cli::print_error(keyway::fail(keyway::ErrorCode::kLimit, "out of memory"), false);
  } catch (const std::exception& error) {
    keyway::cli::print_error(keyway::fail(keyway::ErrorCode::kIo, error.what()), false);
  }
  return keyway::cli::kBadInput;
}
