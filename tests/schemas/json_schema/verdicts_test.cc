// Thousands of random schemas over tiny domains: accepted exactly when Python's jsonschema says valid, and from every
// prefix a completion of exactly the promised length. The corpus is made by tests/schemas/data/make_schema_verdicts.py.
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/schemas/json_schema/stepping.h"

namespace keyway {
namespace {

struct Corpus {
  JsonDocument document;
  std::vector<std::string> values;
  Json schemas;
};

Corpus read_corpus() {
  // A larger file than the committed one, made with another seed.
  const char* other = std::getenv("KEYWAY_SCHEMA_VERDICTS");
  std::ifstream stream(
      other != nullptr ? other : std::string(KEYWAY_SOURCE_DIR) + "/tests/schemas/data/schema_verdicts.json",
      std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  Corpus corpus;
  Result<JsonDocument> document = parse_json(text.str());
  EXPECT_TRUE(document.ok());
  if (!document.ok()) return corpus;
  corpus.document = *document;
  corpus.schemas = *corpus.document.root().find("schemas");
  const Json values = *corpus.document.root().find("values");
  for (size_t i = 0; i < values.size(); ++i) corpus.values.emplace_back(values.at(i).string());
  return corpus;
}

bool is_valid(std::string_view digits, size_t i) {
  const char c = digits[i / 4];
  const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
  return (digit >> (i % 4)) & 1;
}

SchemaCompilation compile(TermArena& arena, const Corpus& corpus, Json schema) {
  return compile_json_schema(arena, corpus.document, schema);
}

bool accepts(TermArena& arena, TermId at, std::string_view text) {
  for (char c : text) at = derivative(arena, at, static_cast<uint8_t>(c));
  return arena.nullable(at);
}

// Some valid object may be left out: the report says so of a keyword that counts members.
bool declares_narrowing(const SchemaReport& report) {
  for (const KeywordNote& note : report.narrowed) {
    for (const char* keyword : {"additionalProperties", "patternProperties", "minProperties", "maxProperties",
                                "unevaluatedProperties"}) {
      if (note.keyword == keyword) return true;
    }
  }
  return false;
}

TEST(SchemaVerdicts, AcceptsExactlyWhatAValidatorAccepts) {
  const Corpus corpus = read_corpus();
  ASSERT_GT(corpus.schemas.size(), 1500u);
  size_t wrong = 0, left_out = 0, past_limit = 0;
  for (size_t i = 0; i < corpus.schemas.size() && wrong < 20; ++i) {
    const Json schema = *corpus.schemas.at(i).find("schema");
    const std::string_view digits = corpus.schemas.at(i).find("valid")->string();
    TermArena arena;
    const SchemaCompilation compiled = compile(arena, corpus, schema);
    const bool empty = compiled.error && compiled.error->code == ErrorCode::kUnsatisfiable;
    const bool narrowed = declares_narrowing(compiled.report);
    if (narrowed && compiled.error && compiled.error->code == ErrorCode::kLimit) {
      ++past_limit;
      continue;
    }
    ASSERT_TRUE(!compiled.error || empty) << compiled.error->to_string() << "\n" << to_json_text(schema);
    for (size_t v = 0; v < corpus.values.size(); ++v) {
      const bool accepted = !empty && accepts(arena, compiled.value, corpus.values[v]);
      if (accepted == is_valid(digits, v)) continue;
      if (!accepted && narrowed) {
        ++left_out;
        break;
      }
      ++wrong;
      ADD_FAILURE() << (accepted ? "accepted: " : "rejected: ") << corpus.values[v] << "\nby " << to_json_text(schema);
      break;
    }
  }
  // Declared narrowing is the exception.
  RecordProperty("left_out", static_cast<int>(left_out + past_limit));
  EXPECT_LT(left_out + past_limit, corpus.schemas.size() / 50) << left_out << " and " << past_limit;
}

// Follows the promise of TermFacts::shortest to the end of the text.
void expect_completion(TermArena& arena, TermId at, const std::string& schema, std::string text) {
  while (arena.shortest(at) > 0) {
    const uint32_t promised = arena.shortest(at);
    TermId best = TermArena::never();
    first_bytes(arena, at).for_each([&](uint8_t byte) {
      const TermId next = derivative(arena, at, byte);
      ASSERT_NE(next, TermArena::never()) << "dead end after " << text << " in " << schema;
      ASSERT_GE(arena.shortest(next) + 1, promised) << "shorter than promised after " << text << " in " << schema;
      if (best == TermArena::never() && arena.shortest(next) + 1 == promised) {
        best = next;
        text += static_cast<char>(byte);
      }
    });
    ASSERT_NE(best, TermArena::never()) << "no completion of " << promised << " after " << text << " in " << schema;
    at = best;
  }
  EXPECT_TRUE(arena.nullable(at));
}

TEST(SchemaVerdicts, EveryPrefixHasACompletionOfThePromisedLength) {
  const Corpus corpus = read_corpus();
  std::mt19937 random(7);
  for (size_t i = 0; i < corpus.schemas.size(); i += 3) {
    const Json schema = *corpus.schemas.at(i).find("schema");
    TermArena arena;
    const SchemaCompilation compiled = compile(arena, corpus, schema);
    if (compiled.error) continue;
    TermId at = compiled.value;
    std::string text;
    for (int step = 0; step < 60; ++step) {
      std::vector<uint8_t> bytes;
      first_bytes(arena, at).for_each([&](uint8_t byte) { bytes.push_back(byte); });
      if (bytes.empty()) break;
      const uint8_t byte = bytes[random() % bytes.size()];
      at = derivative(arena, at, byte);
      text += static_cast<char>(byte);
      ASSERT_NE(at, TermArena::never()) << "dead end after " << text << " in " << to_json_text(schema);
      if (step % 12 == 0) expect_completion(arena, at, to_json_text(schema), text);
      if (HasFatalFailure()) return;
    }
    expect_completion(arena, at, to_json_text(schema), text);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace keyway
