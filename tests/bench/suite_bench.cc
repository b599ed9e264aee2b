// keyway-bench suite: one draft's folder of the JSON Schema Test Suite through the tokenizer, as json_suite_peers.py does.
//
// For each group of tests (one schema) the schema is refused, or right about every instance, or wrong. An instance counts
// as accepted when every token of json.dumps(instance) is allowed by its mask and the end token is allowed after them. A
// group whose valid instance is left out by a narrowing that the report names counts as declared, neither right nor wrong.
// Exit code 1 where a group is wrong.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "runtime/compile/compile.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/bench.h"
#include "tests/bench/corpus.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

struct SuiteOptions {
  std::string suite, tokenizer, json;
  bool optional = false;
};

const std::map<std::string, std::string> kMetaschemas = {
    {"draft4", "http://json-schema.org/draft-04/schema#"},
    {"draft6", "http://json-schema.org/draft-06/schema#"},
    {"draft7", "http://json-schema.org/draft-07/schema#"},
    {"draft2019-09", "https://json-schema.org/draft/2019-09/schema"},
    {"draft2020-12", "https://json-schema.org/draft/2020-12/schema"},
};

struct SuiteTally {
  size_t groups = 0, refused = 0, right = 0, wrong = 0, declared = 0;
  size_t valid_accepted = 0, valid_rejected = 0, invalid_rejected = 0, invalid_accepted = 0;

  void add(const SuiteTally& other) {
    groups += other.groups, refused += other.refused, right += other.right, wrong += other.wrong, declared += other.declared;
    valid_accepted += other.valid_accepted, valid_rejected += other.valid_rejected;
    invalid_rejected += other.invalid_rejected, invalid_accepted += other.invalid_accepted;
  }
  nlohmann::ordered_json row() const {
    return {{"groups", groups}, {"refused", refused}, {"right", right}, {"wrong", wrong}, {"declared", declared},
            {"valid_accepted", valid_accepted}, {"valid_rejected", valid_rejected},
            {"invalid_rejected", invalid_rejected}, {"invalid_accepted", invalid_accepted}, {"crash", 0}, {"timeout", 0}};
  }
};

struct Suite {
  const Tokenizer& tokenizer;
  std::string draft, documents;  // the second as JSON members
};

std::string read_suite_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The remote documents of a draft, those of other drafts left out.
std::string remote_documents(const std::filesystem::path& suite, const std::string& draft) {
  const std::filesystem::path folder = suite.parent_path() / "remotes";
  std::string out;
  for (const std::filesystem::path& path : json_files(folder)) {
    const std::filesystem::path below = std::filesystem::relative(path, folder);
    const std::string first = below.begin()->string();
    if (kMetaschemas.contains(first) && first != draft) continue;
    out += (out.empty() ? "" : ", ") + json_quote("http://localhost:1234/" + below.generic_string()) + ": " + read_suite_file(path);
  }
  return out;
}

Result<bool> accepts_text(const CompiledGrammar& compiled, const Tokenizer& tokenizer, const std::string& text) {
  Matcher matcher(compiled.grammar, compiled.start);
  std::vector<uint32_t> words(mask_words(tokenizer.vocabulary()->size()));
  for (TokenId token : tokenizer.encode(text)) {
    if (Status status = matcher.mask(words); !status.ok()) return status.error();
    const Result<bool> taken = matcher.accept(token);
    if (!taken.ok()) return taken.error();
    if (!*taken || !mask_test(words.data(), token)) return false;
  }
  if (Status status = matcher.mask(words); !status.ok()) return status.error();
  const auto& ends = matcher.grammar().end_tokens();
  return std::any_of(ends.begin(), ends.end(), [&](TokenId end) { return mask_test(words.data(), end); });
}

SuiteTally run_group(const Suite& suite, Json group, bool asserts_formats) {
  SuiteTally tally;
  tally.groups = 1;
  const Json schema = *group.find("schema"), tests = *group.find("tests");
  std::string text = python_text(schema);
  if (schema.is_object() && !schema.find("$schema")) {
    text = "{\"$schema\": " + json_quote(kMetaschemas.at(suite.draft)) + (schema.size() > 0 ? ", " : "") + text.substr(1);
  }
  std::string options = "{\"draft\": " + json_quote(suite.draft) + ", \"formats\": " + (asserts_formats ? "\"assert\"" : "\"annotate\"");
  if (text.find("localhost:1234") != std::string::npos) options += ", \"documents\": {" + suite.documents + "}";
  auto compiled = compile_grammar(suite.tokenizer.vocabulary(), "json_schema", text, options + "}");
  if (!compiled.ok()) {
    bool any_valid = false;
    for (size_t i = 0; i < tests.size(); ++i) any_valid = any_valid || tests.at(i).find("valid")->is_true();
    if (compiled.error().code == ErrorCode::kUnsatisfiable && !any_valid) {
      tally.right = 1;
      tally.invalid_rejected = tests.size();
    } else {
      tally.refused = 1;
    }
    return tally;
  }
  for (size_t i = 0; i < tests.size(); ++i) {
    const bool valid = tests.at(i).find("valid")->is_true();
    if (compiled->grammar->has_half_made()) {  // as the C interface does for the next matcher
      auto again = compile_grammar(suite.tokenizer.vocabulary(), "json_schema", text, options + "}");
      if (again.ok()) compiled = std::move(again);
    }
    const Result<bool> accepted = accepts_text(*compiled, suite.tokenizer, python_text(*tests.at(i).find("data")));
    const bool taken = accepted.ok() && *accepted;
    ++(valid ? (taken ? tally.valid_accepted : tally.valid_rejected) : (taken ? tally.invalid_accepted : tally.invalid_rejected));
  }
  const bool left_out = tally.valid_rejected > 0 && tally.invalid_accepted == 0 && !compiled->report.schema.narrowed.empty();
  ++(tally.valid_rejected + tally.invalid_accepted == 0 ? tally.right : left_out ? tally.declared : tally.wrong);
  return tally;
}

int run_suite(const SuiteOptions& options) {
  std::filesystem::path folder(options.suite);
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string draft = folder.filename().string();
  auto tokenizer = Tokenizer::open(options.tokenizer);
  if (!tokenizer.ok() || !kMetaschemas.contains(draft)) {
    std::fprintf(stderr, "%s\n", tokenizer.ok() ? "--suite names the folder of a draft: draft4 to draft2020-12"
                                                : tokenizer.error().to_string().c_str());
    return 2;
  }
  const Suite suite{**tokenizer, draft, remote_documents(folder, draft)};
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& path : json_files(folder)) {
    const bool required = path.parent_path() == folder;
    if (required || options.optional) files.push_back(path);
  }
  const auto start = Clock::now();
  SuiteTally total;
  nlohmann::ordered_json rows = nlohmann::ordered_json::object();
  for (const std::filesystem::path& path : files) {
    const Result<JsonDocument> document = parse_json(read_suite_file(path));
    if (!document.ok()) {
      std::fprintf(stderr, "%s: %s\n", path.c_str(), document.error().to_string().c_str());
      return 2;
    }
    const bool asserts_formats = path.parent_path().filename() == "format";
    SuiteTally row;
    for (size_t i = 0; i < document->root().size(); ++i) row.add(run_group(suite, document->root().at(i), asserts_formats));
    const std::string name = std::filesystem::relative(path, folder).replace_extension().generic_string();
    std::fprintf(stderr, "%s: %zu of %zu right\n", name.c_str(), row.right, row.groups);
    rows[name] = row.row();
    total.add(row);
  }
  nlohmann::ordered_json report = {{"engine", "keyway"}, {"suite", draft}};
  report["tokenizer"] = std::filesystem::path(options.tokenizer).filename().string();
  report["seconds"] = std::round(us_since(start) / 1e5) / 10;
  report["total"] = total.row();
  report["files"] = std::move(rows);
  std::printf("%s\n", report["total"].dump(1).c_str());
  if (!options.json.empty()) {
    if (const Status written = write_json(report, options.json); !written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
      return 2;
    }
  }
  return total.wrong == 0 ? 0 : 1;
}

}  // namespace

void register_suite(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SuiteOptions>();
  CLI::App* command = app.add_subcommand("suite", "One draft of the JSON Schema Test Suite: right, refused, wrong");
  command->add_option("--suite", options->suite, "one draft's folder, beside remotes/")->required();
  command->add_option("--tokenizer", options->tokenizer, "Hugging Face folder or tokenizer.json")->required();
  command->add_flag("--optional", options->optional, "the optional files too");
  command->add_option("--json", options->json, "the report goes here");
  command->callback([options, &exit_code] { exit_code = run_suite(*options); });
}

}  // namespace keyway::bench
