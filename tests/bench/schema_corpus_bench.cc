// Schemas with labelled instances against the JSON Schema front end, byte by byte and without a tokenizer.
//
//   schema_corpus_bench [--draft 4|6|7|2019|2020] [--annotate] [--declared] [--remotes DIR] [--list] FILE...
// FILE.jsonl: one {"name", "schema", "tests": [{"data", "valid"}]} a line; FILE.json: an array of groups of the JSON Schema
// Test Suite. Instances are written as Python's json.dumps does, keys in the order of the file. Prints one JSON object:
// schemas, compiled, refused by keyword, valid instances rejected, invalid ones accepted, compile time; --list names
// every failure. Exit code 1 where an invalid instance was accepted.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "grammar/derivative.h"
#include "schemas/json_schema/compile.h"

namespace keyway {
namespace {

struct Totals {
  size_t schemas = 0, compiled = 0, right = 0, wrong_error = 0;
  size_t valid = 0, valid_rejected = 0, invalid = 0, invalid_accepted = 0, unfinished = 0;
  std::map<std::string, size_t> refused;
  std::vector<double> compile_us;
};

struct Run {
  SchemaOptions options;
  bool list = false;
  Totals totals;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

enum class Verdict { kAccepted, kRejected, kUnfinished };

Verdict judge(TermArena& arena, TermId start, const std::string& text) {
  TermId at = start;
  for (char c : text) {
    at = derivative(arena, at, static_cast<uint8_t>(c));
    if (at == TermArena::never()) return arena.exhausted() ? Verdict::kUnfinished : Verdict::kRejected;
  }
  return arena.nullable(at) ? Verdict::kAccepted : Verdict::kRejected;
}

void say(const Run& run, const char* what, const std::string& name, const std::string& text) {
  if (run.list) std::fprintf(stderr, "%s: %s: %s\n", what, name.c_str(), text.substr(0, 400).c_str());
}

void run_schema(Run& run, const std::string& name, JsonDocument document, Json schema, Json tests) {
  Totals& totals = run.totals;
  ++totals.schemas;
  TermArena arena;
  Budget compile_budget(arena.limits().compile_fuel);
  arena.set_budget(&compile_budget);
  const auto start = std::chrono::steady_clock::now();
  const SchemaCompilation compilation = compile_json_schema(arena, document, schema, run.options);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  totals.compile_us.push_back(took.count());
  bool any_valid = false;
  for (size_t i = 0; i < tests.size(); ++i) any_valid = any_valid || tests.at(i).find("valid")->is_true();
  if (compilation.error) {
    if (compilation.error->code == ErrorCode::kUnsatisfiable && !any_valid) {
      ++totals.compiled, ++totals.right;
      return;
    }
    const KeywordNotes& refused = compilation.report.refused;
    const std::string keyword = refused.empty() ? "-" : refused[0].keyword;
    ++totals.refused[std::string(error_code_name(compilation.error->code)) + " " + keyword];
    say(run, "refused", name, compilation.error->to_string());
    return;
  }
  ++totals.compiled;
  bool right = true;
  for (size_t i = 0; i < tests.size(); ++i) {
    Budget budget(arena.limits().mask_fuel);
    arena.set_budget(&budget);
    const bool valid = tests.at(i).find("valid")->is_true();
    const std::string text = to_json_text(*tests.at(i).find("data"));
    const Verdict verdict = judge(arena, compilation.value, text);
    ++(valid ? totals.valid : totals.invalid);
    if (verdict == (valid ? Verdict::kAccepted : Verdict::kRejected)) continue;
    right = false;
    if (verdict == Verdict::kUnfinished) {
      ++totals.unfinished;
      say(run, "unfinished", name, text);
      break;
    }
    ++(valid ? totals.valid_rejected : totals.invalid_accepted);
    say(run, valid ? "valid rejected" : "INVALID ACCEPTED", name, text);
  }
  if (right) ++totals.right;
}

void run_cases(Run& run, const std::string& path, const std::string& text) {
  Result<JsonDocument> document = parse_json(text);
  if (!document.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), document.error().to_string().c_str());
    return;
  }
  const Json root = document->root();
  const auto run_case = [&](Json at) {
    const std::optional<Json> name = at.find("name") ? at.find("name") : at.find("description");
    run_schema(run, path + " " + (name ? std::string(name->string()) : ""), *document, *at.find("schema"),
               *at.find("tests"));
  };
  if (root.is_object()) run_case(root);
  for (size_t i = 0; root.is_array() && i < root.size(); ++i) run_case(root.at(i));
}

void add_remotes(Run& run, const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    Result<JsonDocument> document = parse_json(read_file(entry.path()));
    if (!document.ok()) continue;
    const std::string below = std::filesystem::relative(entry.path(), directory).generic_string();
    run.options.documents.emplace_back("http://localhost:1234/" + below, *document);
  }
}

void print(Totals& totals) {
  std::sort(totals.compile_us.begin(), totals.compile_us.end());
  const auto at = [&](double share) {
    const size_t count = totals.compile_us.size();
    return count == 0 ? 0.0 : totals.compile_us[std::min(count - 1, static_cast<size_t>(share * double(count)))];
  };
  std::printf("{\"schemas\": %zu, \"compiled\": %zu, \"right\": %zu, \"valid\": %zu, \"valid_rejected\": %zu, "
              "\"invalid\": %zu, \"invalid_accepted\": %zu, \"unfinished\": %zu,\n \"compile_us\": {\"p50\": %.0f, "
              "\"p99\": %.0f, \"max\": %.0f},\n \"refused\": {",
              totals.schemas, totals.compiled, totals.right, totals.valid, totals.valid_rejected, totals.invalid,
              totals.invalid_accepted, totals.unfinished, at(0.5), at(0.99), at(1));
  const char* separator = "";
  for (const auto& [keyword, count] : totals.refused) {
    std::printf("%s%s: %zu", separator, json_quote(keyword).c_str(), count);
    separator = ", ";
  }
  std::printf("}}\n");
}

int run_main(int argc, char** argv) {
  Run run;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--annotate") run.options.formats = FormatPolicy::kAnnotate;
    else if (argument == "--declared") run.options.order = PropertyOrder::kDeclared;
    else if (argument == "--list") run.list = true;
    else if (argument == "--remotes" && i + 1 < argc) add_remotes(run, argv[++i]);
    else if (argument == "--draft" && i + 1 < argc) {
      const std::string draft = argv[++i];
      run.options.draft = draft == "4"      ? Draft::k4
                          : draft == "6"    ? Draft::k6
                          : draft == "7"    ? Draft::k7
                          : draft == "2019" ? Draft::k2019
                                            : Draft::k2020;
    } else files.push_back(argument);
  }
  for (const std::string& file : files) {
    if (file.ends_with(".jsonl")) {
      std::ifstream stream(file, std::ios::binary);
      for (std::string line; std::getline(stream, line);) run_cases(run, file, line);
    } else {
      run_cases(run, file, read_file(file));
    }
  }
  print(run.totals);
  return run.totals.invalid_accepted == 0 ? 0 : 1;
}

}  // namespace
}  // namespace keyway

int main(int argc, char** argv) { return keyway::run_main(argc, argv); }
