// See corpus.h.
#include "tests/bench/corpus.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "tools/chat_template/numbers.h"

namespace keyway::bench {
namespace {

bool is_float(std::string_view number) { return number.find_first_of(".eE") != std::string_view::npos; }

std::string python_number(Json value) {
  if (!is_float(value.number())) return value.number() == "-0" ? "0" : std::string(value.number());
  return chat::float_repr(value.real());
}

Result<CorpusCase> read_case(const std::string& group, const std::string& line) {
  auto document = parse_json(line);
  if (!document.ok()) return document.error();
  const Json root = document->root();
  const auto name = root.find("name"), schema = root.find("schema"), tests = root.find("tests");
  if (!name || !schema || !tests) return fail(ErrorCode::kInvalid, "a case has name, schema and tests");
  CorpusCase made{group, std::string(name->string()), python_text(*schema), {}};
  for (size_t i = 0; i < tests->size(); ++i) {
    const Json test = tests->at(i);
    made.instances.push_back({python_text(*test.find("data")), test.find("valid")->is_true()});
  }
  return made;
}

}  // namespace

std::string python_text(Json value) {
  std::string out;
  std::vector<std::pair<Json, size_t>> open;
  auto begin = [&](Json v) {
    if (v.is_array() || v.is_object()) {
      out += v.is_array() ? '[' : '{';
      open.emplace_back(v, 0);
    } else {
      out += v.is_number() ? python_number(v) : to_json_text(v);
    }
  };
  begin(value);
  while (!open.empty()) {
    auto [container, next] = open.back();
    if (next == container.size()) {
      out += container.is_array() ? ']' : '}';
      open.pop_back();
      continue;
    }
    ++open.back().second;
    if (next > 0) out += ", ";
    if (container.is_object()) out += json_quote(container.key(next)) + ": ";
    begin(container.at(next));
  }
  return out;
}

Result<std::vector<CorpusCase>> read_corpus(const std::string& folder, size_t sample, uint64_t seed) {
  std::vector<std::filesystem::path> paths;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().extension() == ".jsonl") paths.push_back(entry.path());
  }
  if (paths.empty()) return fail(ErrorCode::kNotFound, "there is no .jsonl file", folder);
  std::sort(paths.begin(), paths.end());
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& path : paths) {
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) lines.emplace_back(path.stem().string(), std::move(line));
  }
  if (sample > 0 && sample < lines.size()) {
    std::mt19937_64 random(seed);
    std::shuffle(lines.begin(), lines.end(), random);
    lines.resize(sample);
  }
  std::vector<CorpusCase> cases;
  for (const auto& [group, line] : lines) {
    auto made = read_case(group, line);
    if (!made.ok()) {
      // Python reads what strict JSON refuses (lone surrogates): such a case is counted by the caller as unreadable.
      cases.push_back({group, "unreadable: " + made.error().to_string(), {}, {}});
      continue;
    }
    cases.push_back(std::move(*made));
  }
  return cases;
}

nlohmann::ordered_json distribution(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  auto rounded = [](double v) { return std::round(v * 100) / 100; };
  nlohmann::ordered_json out;
  double sum = 0;
  for (double v : samples) sum += v;
  out["avg"] = samples.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(rounded(sum / static_cast<double>(samples.size())));
  for (const auto& [name, p] : {std::pair("p25", 25.0), std::pair("p50", 50.0), std::pair("p75", 75.0), std::pair("p90", 90.0),
                                std::pair("p95", 95.0), std::pair("p99", 99.0), std::pair("p99.9", 99.9)}) {
    const size_t at = std::min(samples.size() - (samples.empty() ? 0 : 1), static_cast<size_t>(static_cast<double>(samples.size()) * p / 100));
    out[name] = samples.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(rounded(samples[at]));
  }
  out["max"] = samples.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(rounded(samples.back()));
  return out;
}

}  // namespace keyway::bench
