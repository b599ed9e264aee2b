// A grammar made in a copy of the frozen base is the grammar that an empty arena gives.
#include "schemas/json_schema/base.h"

#include <gtest/gtest.h>

#include <random>

#include "grammar/derivative.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

constexpr const char* kSchemas[] = {
    R"({})",
    R"({"type": "integer"})",
    R"({"type": "integer", "minimum": 0})",
    R"({"type": ["number", "boolean", "null"]})",
    R"({"$schema": "http://json-schema.org/draft-04/schema#", "type": ["integer", "boolean"]})",
    R"({"type": "number", "minimum": 3, "exclusiveMaximum": 1e3})",
    R"({"type": "string", "pattern": "^a[0-9]+$", "minLength": 3})",
    R"({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]})",
    R"({"type": "array", "items": {"type": ["integer", "null", "string"]}, "maxItems": 3})",
    R"({"enum": [1, 2.5, "x", null, {"a": [true]}]})",
};

struct Made {
  explicit Made(std::unique_ptr<TermArena> given, const char* schema, NumberSpelling numbers) : arena(std::move(given)) {
    auto document = *parse_json(schema);
    SchemaOptions options;
    options.numbers = numbers;
    term = compile_json_schema(*arena, document, document.root(), options).value;
  }
  std::unique_ptr<TermArena> arena;
  TermId term;
};

TEST(SchemaBase, GrammarsAreThoseOfAnEmptyArena) {
  std::mt19937 random(1);
  for (const char* schema : kSchemas) {
    for (NumberSpelling numbers : {NumberSpelling::kAny, NumberSpelling::kPlain, NumberSpelling::kLexical}) {
      Made copied(schema_arena(), schema, numbers), empty(std::make_unique<TermArena>(), schema, numbers);
      ASSERT_NE(copied.term, TermArena::never());
      for (int walk = 0; walk < 30; ++walk) {
        TermId a = copied.term, b = empty.term;
        for (int step = 0; step < 40; ++step) {
          ASSERT_EQ(copied.arena->nullable(a), empty.arena->nullable(b));
          ASSERT_EQ(copied.arena->shortest(a), empty.arena->shortest(b));
          const ByteSet next = first_bytes(*copied.arena, a);
          ASSERT_EQ(next, first_bytes(*empty.arena, b)) << schema;
          if (next.empty()) break;
          std::vector<uint8_t> bytes;
          next.for_each([&](uint8_t byte) { bytes.push_back(byte); });
          const uint8_t byte = bytes[random() % bytes.size()];
          a = derivative(*copied.arena, a, byte);
          b = derivative(*empty.arena, b, byte);
        }
      }
    }
  }
}

TEST(SchemaBase, CharactersAreThoseMadeAnew) {
  const auto arena = schema_arena();
  const auto* known = json_schema::known_characters(*arena);
  ASSERT_NE(known, nullptr);
  size_t count = 0;
  for (uint32_t c = 0; c < known->size(); ++c) {
    if ((*known)[c] == TermArena::never()) continue;
    ++count;
    EXPECT_EQ((*known)[c], class_term(*arena, CodePointSet{{c, c}}, TextSpelling::kJson)) << c;
  }
  EXPECT_EQ(count, 64u);
  TermArena empty;
  EXPECT_EQ(json_schema::known_characters(empty), nullptr);
}

TEST(SchemaBase, ScalarsAreThoseMadeAnew) {
  const auto arena = schema_arena();
  const auto* known = json_schema::known_scalars(*arena);
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->null_value, arena->literal("null"));
  EXPECT_EQ(known->true_value, arena->literal("true"));
  EXPECT_EQ(known->false_value, arena->literal("false"));
  json_schema::NumberAlgebra numbers(arena->regexes(), NumberSpelling::kAny,
                                     json_schema::known_numbers(*arena, NumberSpelling::kAny));
  for (const json_schema::NumberSet& set : {numbers.all(), numbers.integers(false), numbers.at_least(Decimal{}, false)}) {
    const TermId* term = known->numbers.find(key_of(set));
    ASSERT_NE(term, nullptr);
    EXPECT_EQ(*term, text_term(*arena, numbers.spellings(set), TextSpelling::kUtf8));
  }
  TermArena empty;
  EXPECT_EQ(json_schema::known_scalars(empty), nullptr);
}

TEST(SchemaBase, CopiesDoNotShareWhatTheyAdd) {
  const auto one = schema_arena(), other = schema_arena();
  const size_t before = other->size();
  const auto document = *parse_json(kSchemas[4]);
  EXPECT_NE(compile_json_schema(*one, document, document.root()).value, TermArena::never());
  EXPECT_GT(one->size(), before);
  EXPECT_EQ(other->size(), before);
}

}  // namespace
}  // namespace keyway
