// keyway-bench attacks: runs the attack corpus, one child process per case, and reports which come out as expected.
//
// The corpus is a folder of SURFACE.jsonl, one case a line; how a case is judged is written in attacks/child.h.
// Time is judged by 1 s, by ten times that where the environment has CI=true (shared machines).
// Invariant: exit code 0 only when every case of every surface asked for came out as expected.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/attacks/child.h"
#include "tests/bench/attacks/surface.h"
#include "tests/bench/bench.h"

namespace keyway::bench {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct AttacksOptions {
  std::string data;                   // folder of the corpus
  std::vector<std::string> surfaces;  // empty: all that there are
  std::string only;                   // run this case alone
  std::string json;                   // report file
};

// Counts of one surface, and the two extremes over all.
struct AttacksTally {
  std::map<std::string, int> counts;
  double slowest_ms = -1;
  double largest_mb = -1;
  OrderedJson slowest = OrderedJson::object();
  OrderedJson largest = OrderedJson::object();
  OrderedJson failed = OrderedJson::array();
};

JudgeLimits limits_from_environment() {
  JudgeLimits limits;
  const char* ci = std::getenv("CI");
  const bool shared_machine = ci != nullptr && std::string(ci) == "true";
  if (shared_machine) limits.time_s *= 10;
  if (shared_machine) limits.stop_s *= 2;
  if (kSanitized) limits.time_s = limits.stop_s = 120;
  return limits;
}

// Why a case failed, a word of the report's columns.
std::string failure_kind(const Verdict& verdict) {
  if (verdict.end == CaseEnd::kCrash) return "crash";
  if (verdict.end == CaseEnd::kHang) return "hang";
  if (verdict.memory) return "memory";
  return verdict.slow ? "slow" : "wrong";
}

void add_verdict(const std::string& surface, const OrderedJson& attack, const Verdict& verdict, AttacksTally& tally) {
  const std::string id = attack.value("id", "");
  ++tally.counts["cases"];
  if (attack.value("expect", "") == "either") {
    ++tally.counts["either"];
    if (verdict.answered) ++tally.counts["either_answered"];
  }
  if (verdict.time_ms > tally.slowest_ms) {
    tally.slowest_ms = verdict.time_ms;
    tally.slowest = {{"surface", surface}, {"id", id}, {"ms", verdict.time_ms}};
  }
  if (verdict.memory_mb > tally.largest_mb) {
    tally.largest_mb = verdict.memory_mb;
    tally.largest = {{"surface", surface}, {"id", id}, {"mb", verdict.memory_mb}};
  }
  if (verdict.as_expected()) {
    ++tally.counts["as_expected"];
    return;
  }
  ++tally.counts[failure_kind(verdict)];
  tally.failed.push_back({{"surface", surface}, {"id", id}, {"kind", failure_kind(verdict)}, {"why", verdict.wrong},
                          {"error", verdict.error}, {"ms", verdict.time_ms}, {"mb", verdict.memory_mb}});
}

Status run_surface(const Surface& surface, const AttacksOptions& options, AttacksTally& tally) {
  const std::string path = options.data + "/" + surface.name + ".jsonl";
  std::ifstream stream(path);
  if (!stream) return fail(ErrorCode::kNotFound, "the corpus has no such surface", path);
  const bool progress = isatty(STDERR_FILENO) != 0;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    const OrderedJson attack = OrderedJson::parse(line, nullptr, false);
    if (!attack.is_object()) {
      return fail(ErrorCode::kSyntax, "not a case", path + ", line " + std::to_string(number));
    }
    if (!options.only.empty() && attack.value("id", "") != options.only) continue;
    if (progress) std::fprintf(stderr, "\r%s %d ", surface.name.c_str(), number);
    const Verdict verdict = judge_case(surface, attack, limits_from_environment());
    add_verdict(surface.name, attack, verdict, tally);
    if (!options.only.empty()) std::printf("%s: %s\n", options.only.c_str(), verdict.error.c_str());
  }
  if (progress) std::fprintf(stderr, "\r\033[K");
  return {};
}

constexpr const char* kColumns[] = {"cases", "as_expected", "crash",  "hang",           "memory",
                                    "slow",  "wrong",       "either", "either_answered"};

void print_table(const OrderedJson& report) {
  std::printf("%-16s", "surface");
  for (const char* column : kColumns) std::printf(" %15s", column);
  std::printf("\n");
  for (const auto& [name, counts] : report.at("surfaces").items()) {
    std::printf("%-16s", name.c_str());
    for (const char* column : kColumns) std::printf(" %15d", counts.at(column).get<int>());
    std::printf("\n");
  }
  std::printf("slowest %s\nlargest %s\n", report.at("slowest").dump().c_str(), report.at("largest").dump().c_str());
  for (const auto& failure : report.at("failed")) {
    std::printf("%s\n", failure.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).c_str());
  }
}

// The surfaces asked for, in that order. Errors: kNotFound for one that Keyway has no reader for.
Result<std::vector<const Surface*>> chosen_surfaces(const AttacksOptions& options) {
  std::vector<const Surface*> chosen;
  for (const Surface& surface : all_surfaces()) {
    if (options.surfaces.empty()) chosen.push_back(&surface);
  }
  for (const std::string& name : options.surfaces) {
    const auto& all = all_surfaces();
    auto found = std::find_if(all.begin(), all.end(), [&](const Surface& one) { return one.name == name; });
    if (found == all.end()) return fail(ErrorCode::kNotFound, "there is no reader for this surface", name);
    chosen.push_back(&*found);
  }
  return chosen;
}

Result<OrderedJson> run_attacks(const AttacksOptions& options) {
  auto surfaces = chosen_surfaces(options);
  if (!surfaces.ok()) return surfaces.error();
  OrderedJson report = {{"surfaces", OrderedJson::object()}};
  AttacksTally tally;
  for (const Surface* surface : *surfaces) {
    tally.counts.clear();
    Status status = run_surface(*surface, options, tally);
    if (!status.ok()) return status.error();
    for (const char* column : kColumns) report["surfaces"][surface->name][column] = tally.counts[column];
  }
  report["slowest"] = tally.slowest;
  report["largest"] = tally.largest;
  report["failed"] = tally.failed;
  return report;
}

int attacks_main(const AttacksOptions& options) {
  auto report = run_attacks(options);
  Status written;
  if (report.ok()) {
    print_table(*report);
    if (!options.json.empty()) written = write_json(*report, options.json);
  }
  if (!report.ok() || !written.ok()) {
    const Error& error = report.ok() ? written.error() : report.error();
    std::fprintf(stderr, "keyway-bench attacks: %s\n", error.to_string().c_str());
    return 2;
  }
  return report->at("failed").empty() ? 0 : 1;
}

}  // namespace

void register_attacks(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AttacksOptions>();
  CLI::App* command = app.add_subcommand("attacks", "Run hostile inputs, one process each, and judge what comes of them");
  command->add_option("--data", options->data, "Folder of SURFACE.jsonl")->required();
  command->add_option("--surface", options->surfaces, "Surfaces, separated by commas; default: all")->delimiter(',');
  command->add_option("--case", options->only, "Run one case and print its error");
  command->add_option("--json", options->json, "Write the report to this file");
  command->callback([options, &exit_code] { exit_code = attacks_main(*options); });
}

}  // namespace keyway::bench
