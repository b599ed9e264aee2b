// keyway-bench render: chat templates, verified against their cases, then timed on the longest case.
//
// Entry points: register_render. The folder holds NAME.jinja and NAME.cases.json in the fields of keyway render, with
// "expected" or "error". The longest case is the one with most bytes of expected text. Timed are parsing the template
// and rendering it, each on its own; the case is read beforehand.
// Invariant: a case that renders otherwise than expected fails the run, before any timing.
// Tested by the ctest bench.render.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/bench/bench.h"
#include "tests/bench/timing.h"
#include "tools/chat_template/chat_template.h"

namespace keyway::bench {
namespace {

struct RenderOptions {
  std::string data;
  std::string json;
  uint32_t rounds = 300;
};

struct TemplateFile {
  std::string name;
  std::string text;
  JsonDocument cases;
};

struct Case {
  const TemplateFile* file = nullptr;
  size_t index = 0;
  size_t bytes = 0;  // of the expected text

  Json json() const { return file->cases.root().at(index); }
};

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kIo, "the file cannot be read", path.string());
  return text.str();
}

Result<std::vector<TemplateFile>> read_templates(const std::string& folder) {
  std::vector<TemplateFile> files;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    if (entry.path().extension() != ".jinja") continue;
    const auto text = read_file(entry.path());
    if (!text.ok()) return text.error();
    const auto cases_text = read_file(std::filesystem::path(entry.path()).replace_extension(".cases.json"));
    if (!cases_text.ok()) return cases_text.error();
    auto cases = parse_json(*cases_text);
    if (!cases.ok()) return cases.error();
    files.push_back({entry.path().stem().string(), *text, std::move(*cases)});
  }
  if (files.empty()) return fail(ErrorCode::kInvalid, "there is no template in this folder", folder, {}, "NAME.jinja");
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

TemplateInput input_of(Json one) {
  TemplateInput input;
  input.messages = *one.find("messages");
  input.tools = one.find("tools");
  if (const auto generate = one.find("add_generation_prompt")) input.add_generation_prompt = generate->is_true();
  if (const auto extra = one.find("extra"); extra && extra->is_object()) {
    for (size_t i = 0; i < extra->size(); ++i) input.extra.emplace_back(std::string(extra->key(i)), extra->at(i));
  }
  // The clock of the cases: a Sunday.
  std::tm now{};
  strptime("2025-06-15T09:30:00", "%Y-%m-%dT%H:%M:%S", &now);
  input.now = now;
  return input;
}

// Empty where the case renders as expected.
std::string check_case(const ChatTemplate& parsed, Json one) {
  const auto output = parsed.render(input_of(one));
  if (const auto error = one.find("error")) {
    if (output.ok()) return "renders, but has to fail";
    const bool raised = one.find("error_type")->string() == "raise_exception";
    return raised && output.error().message != error->string() ? "fails otherwise: " + output.error().to_string() : "";
  }
  if (!output.ok()) return output.error().to_string();
  return *output == one.find("expected")->string() ? "" : "renders another text";
}

struct Verified {
  size_t cases = 0;
  std::vector<std::string> wrong;
  Case longest;
};

Verified verify(const std::vector<TemplateFile>& files) {
  Verified verified;
  for (const TemplateFile& file : files) {
    const auto parsed = ChatTemplate::parse(file.text);
    for (size_t i = 0; i < file.cases.root().size(); ++i, ++verified.cases) {
      const Json one = file.cases.root().at(i);
      const std::string problem = parsed.ok() ? check_case(*parsed, one) : parsed.error().to_string();
      if (!problem.empty()) verified.wrong.push_back(file.name + " " + std::to_string(i) + ": " + problem);
      const auto expected = one.find("expected");
      const size_t bytes = expected ? expected->string().size() : 0;
      if (bytes > verified.longest.bytes) verified.longest = {&file, i, bytes};
    }
  }
  return verified;
}

// Microseconds of each run of `work`, sorted.
template <typename Work>
std::vector<double> time_us(uint32_t rounds, Work work) {
  std::vector<double> times;
  for (uint32_t round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    work();
    times.push_back(us_since(start));
  }
  std::sort(times.begin(), times.end());
  return times;
}

nlohmann::ordered_json distribution(const std::vector<double>& sorted) {
  return {{"least", sorted.front()}, {"p50", sorted[sorted.size() / 2]}, {"max", sorted.back()}};
}

nlohmann::ordered_json time_case(const Case& longest, uint32_t rounds) {
  const auto parsed = ChatTemplate::parse(longest.file->text);
  const TemplateInput input = input_of(longest.json());
  size_t bytes = 0;
  // Parsing takes some ten times as long, and happens once for each model.
  const auto parse_us = time_us(rounds / 10 + 1, [&] { bytes += ChatTemplate::parse(longest.file->text).ok(); });
  const auto render_us = time_us(rounds, [&] { bytes += parsed->render(input)->size(); });
  std::printf("%s, case %zu, %zu bytes: parse %.1f us, render %.1f us (p50 of %u), least %.1f us\n",
              longest.file->name.c_str(), longest.index, longest.bytes, parse_us[parse_us.size() / 2],
              render_us[render_us.size() / 2], rounds, render_us.front());
  return {{"template", longest.file->name}, {"case", longest.index}, {"bytes", longest.bytes},
          {"parse_us", distribution(parse_us)}, {"render_us", distribution(render_us)}};
}

int run_render(const RenderOptions& options) {
  const auto files = read_templates(options.data);
  if (!files.ok()) {
    std::fprintf(stderr, "keyway-bench: %s\n", files.error().to_string().c_str());
    return 2;
  }
  const Verified verified = verify(*files);
  for (const std::string& line : verified.wrong) std::printf("%s\n", line.c_str());
  std::printf("%zu templates, %zu of %zu cases as expected\n", files->size(), verified.cases - verified.wrong.size(),
              verified.cases);
  nlohmann::ordered_json report = {{"templates", files->size()}, {"cases", verified.cases},
                                   {"right", verified.cases - verified.wrong.size()}};
  const bool right = verified.wrong.empty() && verified.longest.file != nullptr;
  if (right) report["longest"] = time_case(verified.longest, std::max(1u, options.rounds));
  const Status written = options.json.empty() ? Status() : write_json(report, options.json);
  if (!written.ok()) std::fprintf(stderr, "keyway-bench: %s\n", written.error().to_string().c_str());
  return !written.ok() ? 2 : right ? 0 : 1;
}

}  // namespace

void register_render(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RenderOptions>();
  CLI::App* command = app.add_subcommand("render", "Chat templates: every case verified, the longest one timed");
  command->add_option("--data", options->data, "A folder with NAME.jinja and NAME.cases.json")->required();
  command->add_option("--rounds", options->rounds, "Runs that are timed");
  command->add_option("--json", options->json, "Where to write the report");
  command->callback([options, &exit_code] { exit_code = run_render(*options); });
}

}  // namespace keyway::bench
