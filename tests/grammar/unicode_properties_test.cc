#include "grammar/unicode/properties.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "grammar/utf8.h"

namespace keyway {
namespace {

const char* const kCategories[] = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
                                   "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn"};

CodePointSet category(const char* name) { return *unicode_category(name, NameMatch::kExact); }
CodePointSet binary(const char* name) { return *unicode_binary(name, NameMatch::kExact); }

// What RE2, whose Unicode is older, finds in the text of every code point.
CodePointSet by_re2(const std::string& property) {
  static const std::string every = [] {
    std::string text;
    for (const CodePointRange& range : CodePointSet::all().ranges()) {
      for (uint32_t c = range.first; c <= range.last; ++c) append_utf8(text, c);
    }
    return text;
  }();
  const RE2 run("(" + property + "+)");
  re2::StringPiece rest(every), found;
  std::vector<CodePointRange> ranges;
  while (RE2::FindAndConsume(&rest, run, &found)) {
    const std::string_view text(found.data(), found.size());
    size_t last = text.size() - 1;
    while (utf8_length(text.substr(last)) == 0) --last;
    ranges.push_back({utf8_code_point(text.substr(0, utf8_length(text))), utf8_code_point(text.substr(last))});
  }
  return CodePointSet(std::move(ranges));
}

TEST(UnicodeProperties, CategoriesPartitionTheCodePoints) {
  CodePointSet all;
  uint64_t count = 0;
  for (const char* name : kCategories) {
    const CodePointSet set = category(name);
    EXPECT_FALSE(set.empty()) << name;
    all = all.unite(set);
    count += set.size();
  }
  EXPECT_EQ(all, CodePointSet::all());
  EXPECT_EQ(count, CodePointSet::all().size());
  EXPECT_TRUE(category("Cs").empty());
  EXPECT_EQ(category("L").unite(category("M")).unite(category("N")).unite(category("P")).unite(category("S"))
                .unite(category("Z")).unite(category("C")), CodePointSet::all());
}

TEST(UnicodeProperties, AgreeWithRe2WhereItsUnicodeHasTheCodePoint) {
  const CodePointSet known = by_re2("\\pL").unite(by_re2("\\pM")).unite(by_re2("\\pN")).unite(by_re2("\\pP"))
                                 .unite(by_re2("\\pS")).unite(by_re2("\\pZ"));
  ASSERT_GT(known.size(), 130000u);
  uint64_t moved = 0;
  for (const char* name : kCategories) {
    if (name[0] == 'C') continue;
    moved += by_re2(std::string("\\p{") + name + "}").minus(category(name)).size();
  }
  EXPECT_LT(moved, 60u);  // categories that later versions have corrected
  for (const char* script : {"Latin", "Greek", "Han", "Arabic", "Old_Italic", "Common"}) {
    const CodePointSet older = by_re2(std::string("\\p{") + script + "}");
    EXPECT_LT(older.minus(*unicode_script(script, NameMatch::kExact)).size(), 20u) << script;
    EXPECT_GT(older.size(), 30u);
  }
}

TEST(UnicodeProperties, SetsStandInTheirKnownRelations) {
  EXPECT_TRUE(binary("ID_Start").minus(binary("ID_Continue")).empty());
  EXPECT_TRUE(category("Lu").minus(binary("Uppercase")).empty());
  EXPECT_TRUE(category("L").minus(binary("Alphabetic")).empty());
  EXPECT_TRUE(binary("Emoji_Presentation").minus(binary("Emoji")).empty());
  EXPECT_EQ(binary("Assigned"), category("Cn").complement());
  EXPECT_EQ(binary("ASCII").size(), 128u);
  EXPECT_EQ(binary("White_Space").size(), 25u);
  EXPECT_TRUE(binary("Emoji").contains(0x1F600));
  EXPECT_TRUE(unicode_script("Grek", NameMatch::kExact)->contains(0x3B1));
  EXPECT_TRUE(unicode_script_extensions("Deva", NameMatch::kExact)->contains(0x964));
  EXPECT_FALSE(unicode_script("Deva", NameMatch::kExact)->contains(0x964));
}

TEST(UnicodeProperties, NamesAreExactOrLoose) {
  EXPECT_TRUE(unicode_category("Uppercase_Letter", NameMatch::kExact).has_value());
  EXPECT_FALSE(unicode_category("uppercaseletter", NameMatch::kExact).has_value());
  EXPECT_EQ(unicode_category("is uppercase-LETTER", NameMatch::kLoose), unicode_category("Lu", NameMatch::kExact));
  EXPECT_FALSE(unicode_binary("", NameMatch::kLoose).has_value());
  EXPECT_FALSE(unicode_script("Nope", NameMatch::kLoose).has_value());
}

TEST(UnicodeProperties, FoldingIsAnEquivalence) {
  EXPECT_EQ(fold_case({{'k', 'k'}}), (CodePointSet{{'K', 'K'}, {'k', 'k'}, {0x212A, 0x212A}}));
  EXPECT_TRUE(fold_case({{0xDF, 0xDF}}).contains(0x1E9E));
  EXPECT_FALSE(fold_case({{0xDF, 0xDF}}).contains('s'));
  EXPECT_EQ(fold_case({{0x131, 0x131}}), (CodePointSet{{0x131, 0x131}}));  // no Turkic folding
  EXPECT_EQ(fold_case({{'1', '1'}}), (CodePointSet{{'1', '1'}}));
  for (const char* name : {"Lu", "Ll", "Lt", "Mn"}) {
    const CodePointSet folded = fold_case(category(name));
    EXPECT_EQ(fold_case(folded), folded);
    EXPECT_EQ(fold_case(folded.complement()), folded.complement());
  }
}

}  // namespace
}  // namespace keyway
