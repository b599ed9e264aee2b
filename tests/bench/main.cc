// keyway-bench: measurements and the attack runner, one subcommand per file (NAME_bench.cc).
//
// To add one: write tests/bench/NAME_bench.cc with register_NAME, declare it in bench.h, call it here.
// Exit codes: 0 done, 1 a case or check failed, 2 bad input or usage.
// Tested by the ctest bench.attacks.
#include <cstdio>
#include <exception>
#include <fstream>

#include "tests/bench/bench.h"

namespace keyway::bench {

Status write_json(const nlohmann::ordered_json& report, const std::string& path) {
  std::ofstream stream(path, std::ios::binary);
  stream << report.dump(1) << '\n';
  stream.close();
  if (!stream) return fail(ErrorCode::kIo, "the report cannot be written", path);
  return {};
}

}  // namespace keyway::bench

int main(int argc, char** argv) {
  int exit_code = 0;
  try {
    CLI::App app{"Benchmarks and attack runner of Keyway; what each prints is fixed in tests/bench/README.md"};
    app.require_subcommand(1);
    keyway::bench::register_attacks(app, exit_code);
    keyway::bench::register_maskbench(app, exit_code);
    keyway::bench::register_grammars(app, exit_code);
    keyway::bench::register_suite(app, exit_code);
    keyway::bench::register_tools(app, exit_code);
    keyway::bench::register_automaton(app, exit_code);
    keyway::bench::register_decode(app, exit_code);
    keyway::bench::register_parse(app, exit_code);
    keyway::bench::register_render(app, exit_code);
    keyway::bench::register_sampler(app, exit_code);
    keyway::bench::register_walks(app, exit_code);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "keyway-bench: %s\n", error.what());
    return 2;
  }
  return exit_code;
}
