// Random pipelines of components against what the `tokenizers` package gave (data/tokenizer_pipelines.jsonl).
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "runtime/tokenizer/stream_decoder.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tokenizer_texts.h"

namespace keyway {
namespace {

using nlohmann::ordered_json;

std::string hex(uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

uint64_t hash_ids(std::vector<TokenId> ids, uint64_t hash) {
  ids.push_back(kNoToken);
  for (TokenId id : ids) {
    for (int shift = 0; shift < 32; shift += 8) {
      const char byte = static_cast<char>(id >> shift);
      hash = fnv1a({&byte, 1}, hash);
    }
  }
  return hash;
}

void check_pipeline(const ordered_json& row, const ordered_json& model) {
  ordered_json file = row["parts"];
  file["model"] = model;
  for (const auto& [name, value] : row["options"].items()) file["model"][name] = value;
  const auto tokenizer = Tokenizer::parse(file.dump());
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().to_string() << "\n" << row["parts"].dump();
  uint64_t ids_hash = fnv1a(""), text_hash = fnv1a("");
  for (const size_t index : row["texts"]) {
    const std::vector<TokenId> ids = (*tokenizer)->encode(tokenizer_test_text(index));
    ids_hash = hash_ids(ids, ids_hash);
    text_hash = fnv1a("\xFF", fnv1a((*tokenizer)->decode(ids), text_hash));
    StreamDecoder decoder(**tokenizer);
    std::string joined;
    for (TokenId id : ids) {
      const std::string added = decoder.push(id);
      ASSERT_TRUE(is_utf8(added));
      joined += added;
    }
    ASSERT_EQ(joined + decoder.finish(), (*tokenizer)->decode(ids));
  }
  EXPECT_EQ(hex(ids_hash), row["ids"]) << row["parts"].dump() << row["options"].dump();
  EXPECT_EQ(hex(text_hash), row["decoded"]) << row["parts"].dump() << row["options"].dump();
}

TEST(TokenizerPipeline, IdsAndTextOfRandomPipelinesAreThoseOfThePackage) {
  std::ifstream file(std::string(KEYWAY_SOURCE_DIR) + "/tests/runtime/data/tokenizer_pipelines.jsonl");
  std::map<std::string, ordered_json> models;
  size_t pipelines = 0;
  for (std::string line; std::getline(file, line);) {
    ordered_json row = ordered_json::parse(line);
    if (row.contains("name")) {
      models[row["name"]] = std::move(row["model"]);
      continue;
    }
    check_pipeline(row, models.at(row["model"]));
    ++pipelines;
  }
  EXPECT_EQ(pipelines, 220u);
}

}  // namespace
}  // namespace keyway
