// What the tests of devices walk: the default model's vocabulary and the sample of real schemas.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json.h"
#include "tests/support/device_walks.h"

namespace keyway::test {

inline std::shared_ptr<const Vocabulary> tiny_vocabulary() {
  static const auto tokenizer = *Tokenizer::open(std::string(KEYWAY_SOURCE_DIR) + "/examples/models/keyway-tiny");
  return tokenizer->vocabulary();
}

inline std::vector<std::string> sample_schemas() {
  std::ifstream stream(std::string(KEYWAY_SOURCE_DIR) + "/tests/runtime/data/schema_sample.jsonl");
  std::vector<std::string> schemas;
  for (std::string line; std::getline(stream, line);) {
    const auto document = parse_json(line);
    if (document.ok()) schemas.push_back(to_json_text(*document->root().find("schema")));
  }
  return schemas;
}

}  // namespace keyway::test
