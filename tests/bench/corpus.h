// Schemas with instances: the JSONL files of MaskBench and of real tools, and the distributions that benches print.
//
// Entry points: read_corpus, python_text, Distribution. Instances are written as Python's json.dumps(ensure_ascii=False)
// writes them, since the published engines are fed that text.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "schemas/json.h"

namespace keyway::bench {

struct Instance {
  std::string text;  // as json.dumps writes it
  bool valid = false;
};

struct CorpusCase {
  std::string group;   // file name without .jsonl
  std::string name;
  std::string schema;  // as json.dumps writes it
  std::vector<Instance> instances;
};

// Every *.jsonl of the folder, in the order of names; `sample` > 0 keeps so many, chosen by `seed`.
Result<std::vector<CorpusCase>> read_corpus(const std::string& folder, size_t sample, uint64_t seed);

// json.dumps(json.loads(text), ensure_ascii=False): numbers as Python spells them.
std::string python_text(Json value);

// avg, p25, p50, p75, p90, p95, p99, p99.9, max; nulls without samples.
nlohmann::ordered_json distribution(std::vector<double> samples);

}  // namespace keyway::bench
