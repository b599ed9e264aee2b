// The grammar alone, with somebody else's logits: links grammar and schemas, no model, no tokenizer of ours.
//
// Here the engine's vocabulary is 256 bytes, some words and an end token, and its logits are noise; the JSON is valid all
// the same. Run as a test by examples/CMakeLists.txt.
#include <algorithm>
#include <cstdio>
#include <random>

#include "grammar/matcher.h"
#include "grammar/token_mask.h"
#include "schemas/json_schema/compile.h"

namespace {

using namespace keyway;

// What an engine tells of its tokenizer: the bytes of each token, and which ones end a text.
Result<std::shared_ptr<const Vocabulary>> engine_vocabulary() {
  std::vector<TokenEntry> entries;
  for (int byte = 0; byte < 256; ++byte) entries.push_back({std::string(1, static_cast<char>(byte))});
  for (const char* word : {"{\"", "\": ", ", \"", "\"}", "true", "false", "level", "on"}) entries.push_back({word});
  const TokenId end = static_cast<TokenId>(entries.size());
  entries.push_back({"<end>", TokenKind::kSpecial});
  return Vocabulary::create(std::move(entries), {end});
}

Result<std::string> run(uint32_t seed) {
  const auto vocabulary = engine_vocabulary();
  if (!vocabulary.ok()) return vocabulary.error();
  const auto schema = parse_json(R"({"type": "object", "required": ["on", "level"], "additionalProperties": false,
      "properties": {"on": {"type": "boolean"}, "level": {"type": "integer", "minimum": 0, "maximum": 9}}})");
  if (!schema.ok()) return schema.error();
  auto arena = std::make_unique<TermArena>();
  const SchemaCompilation compiled = compile_json_schema(*arena, *schema, schema->root());
  if (compiled.error) return *compiled.error;
  const auto grammar = Grammar::create(*vocabulary, std::move(arena), compiled.value);
  if (!grammar.ok()) return grammar.error();

  Matcher matcher(*grammar);
  std::vector<uint32_t> mask(mask_words((*vocabulary)->size()));
  std::vector<float> logits((*vocabulary)->size());
  std::mt19937 random(seed);
  std::string text;
  for (uint32_t left = 40; !matcher.is_finished(); --left) {
    for (float& logit : logits) logit = static_cast<float>(random() % 1000);
    if (Status status = matcher.mask_within(mask, left); !status.ok()) return status.error();
    TokenId best = kNoToken;
    for (TokenId token = 0; token < logits.size(); ++token) {
      if (mask_test(mask.data(), token) && (best == kNoToken || logits[token] > logits[best])) best = token;
    }
    const auto taken = matcher.accept(best);
    if (!taken.ok()) return taken.error();
    if (!matcher.is_finished()) text += (*vocabulary)->bytes(best);
  }
  return text;
}

}  // namespace

int main() {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    const auto text = run(seed);
    std::printf("%s\n", text.ok() ? text->c_str() : text.error().to_string().c_str());
    if (!text.ok() || !parse_json(*text).ok()) return 1;
  }
  return 0;
}
