// Notes of keywords and the places of schemas: what was added is read back, and pointers take no more memory than their steps.
#include "schemas/json_schema/keyword_notes.h"

#include <gtest/gtest.h>

#include "grammar/term.h"
#include "schemas/json_schema/compile.h"

namespace keyway {
namespace {

std::vector<std::string> written(const KeywordNotes& notes) {
  std::vector<std::string> out;
  for (const KeywordNote& note : notes) {
    out.push_back(note.pointer + "|" + note.keyword + "|" + note.excludes + "|" + note.given + "|" + note.allowed + "|" + note.message);
  }
  return out;
}

TEST(KeywordNotes, PlacesGiveThePointersOfTheirSteps) {
  SchemaPlaces places;
  const uint32_t root = places.add(SchemaPlaces::kTop, "");
  const uint32_t a = places.add(root, "/properties/a~1b");
  const uint32_t b = places.add(root, "/items");
  EXPECT_EQ(places.pointer(SchemaPlaces::kTop), "");
  EXPECT_EQ(places.pointer(root), "");
  EXPECT_EQ(places.pointer(a), "/properties/a~1b");
  EXPECT_EQ(places.pointer(places.add(b, "/not")), "/items/not");
  EXPECT_EQ(places.pointer(places.add(a, "/anyOf/12")), "/properties/a~1b/anyOf/12");
}

TEST(KeywordNotes, NotesAreReadAsTheyWereAddedAndPackedWhole) {
  auto places = std::make_shared<SchemaPlaces>();
  places->add(SchemaPlaces::kTop, "");
  for (int i = 0; i < 300; ++i) places->add(0, "/properties/" + std::to_string(i));
  KeywordNotes notes;
  notes.name_places(places);
  notes.add(0, {"type", "", "", "", ""});
  notes.add({"/a/b", "b", "x", std::string(300, 'g'), "z", "m"});
  notes.add(300, {"un/known~", "these", "given", "allowed", "why"});
  notes.add(7, {"type", "", "", "", ""});
  const std::vector<std::string> all = {"/type|type||||", "/a/b|b|x|" + std::string(300, 'g') + "|z|m",
                                        "/properties/299/un~1known~0|un/known~|these|given|allowed|why",
                                        "/properties/6/type|type||||"};
  EXPECT_EQ(written(notes), all);
  const std::optional<KeywordNotes> read = KeywordNotes::unpacked(notes.packed());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(written(*read), all);
  notes.erase(7, "minimum");
  EXPECT_EQ(notes.size(), 4u);
  notes.erase(0, "type");
  EXPECT_EQ(written(notes), std::vector<std::string>(all.begin() + 1, all.end()));
}

// 780 kB of schema took a gigabyte of pointers: with the notes of each keyword, and with the place of each anchor or $id.
TEST(KeywordNotes, SchemasBelowLongNamesShareThem) {
  constexpr size_t kLevels = 250, kName = 3000;
  for (const std::string named : {"\"x-b\": 1", "\"$anchor\": \"a#\"", "\"$id\": \"urn:a#\""}) {
    std::string text = R"({"type": "string", "x-last": 1})";
    for (size_t i = 0; i < kLevels; ++i) {
      std::string name = named;
      if (const size_t at = name.find('#'); at != std::string::npos) name.replace(at, 1, std::to_string(i));
      text = "{" + name + R"(, "title": "t", "properties": {")" + std::string(kName, 'k') + "\": " + text + "}}";
    }
    Result<JsonDocument> document = parse_json(text);
    ASSERT_TRUE(document.ok());
    TermArena arena;
    const SchemaCompilation compiled = compile_json_schema(arena, *document, document->root(), {});
    ASSERT_FALSE(compiled.error.has_value()) << compiled.error->to_string().substr(0, 300);
    EXPECT_EQ(compiled.report.enforced.size() + compiled.report.ignored.size(), 3 * kLevels + 2) << named;
    const std::string last = compiled.report.ignored.back().pointer;
    EXPECT_EQ(last.size(), kLevels * (kName + std::string("/properties/").size()) + std::string("/x-last").size());
    EXPECT_TRUE(last.ends_with("k/x-last"));
    EXPECT_LT(compiled.report.ignored.bytes(), 3 * text.size());
  }
}

}  // namespace
}  // namespace keyway
