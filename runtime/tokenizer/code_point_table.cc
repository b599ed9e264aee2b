// The categories of Unicode 16; see code_point_table.h.
#include "runtime/tokenizer/code_point_table.h"

#include <utf8proc.h>

#include <algorithm>
#include <map>

#include "grammar/utf8.h"

namespace keyway {
namespace {

struct CategoryRange {
  uint32_t first;
  uint32_t last;
  utf8proc_category_t category;
};

// What Unicode 15.1 and 16 changed since 15.0, the version of the oldest utf8proc that we build with.
constexpr CategoryRange kSinceUnicode15[] = {
    {0x897, 0x897, UTF8PROC_CATEGORY_MN}, {0x1B4E, 0x1B4F, UTF8PROC_CATEGORY_PO},
    {0x1B7F, 0x1B7F, UTF8PROC_CATEGORY_PO}, {0x1C89, 0x1C89, UTF8PROC_CATEGORY_LU},
    {0x1C8A, 0x1C8A, UTF8PROC_CATEGORY_LL}, {0x2427, 0x2429, UTF8PROC_CATEGORY_SO},
    {0x2FFC, 0x2FFF, UTF8PROC_CATEGORY_SO}, {0x31E4, 0x31E5, UTF8PROC_CATEGORY_SO},
    {0x31EF, 0x31EF, UTF8PROC_CATEGORY_SO}, {0xA7CB, 0xA7CC, UTF8PROC_CATEGORY_LU},
    {0xA7CD, 0xA7CD, UTF8PROC_CATEGORY_LL}, {0xA7DA, 0xA7DA, UTF8PROC_CATEGORY_LU},
    {0xA7DB, 0xA7DB, UTF8PROC_CATEGORY_LL}, {0xA7DC, 0xA7DC, UTF8PROC_CATEGORY_LU},
    {0x105C0, 0x105F3, UTF8PROC_CATEGORY_LO}, {0x10D40, 0x10D49, UTF8PROC_CATEGORY_ND},
    {0x10D4A, 0x10D4D, UTF8PROC_CATEGORY_LO}, {0x10D4E, 0x10D4E, UTF8PROC_CATEGORY_LM},
    {0x10D4F, 0x10D4F, UTF8PROC_CATEGORY_LO}, {0x10D50, 0x10D65, UTF8PROC_CATEGORY_LU},
    {0x10D69, 0x10D6D, UTF8PROC_CATEGORY_MN}, {0x10D6E, 0x10D6E, UTF8PROC_CATEGORY_PD},
    {0x10D6F, 0x10D6F, UTF8PROC_CATEGORY_LM}, {0x10D70, 0x10D85, UTF8PROC_CATEGORY_LL},
    {0x10D8E, 0x10D8F, UTF8PROC_CATEGORY_SM}, {0x10EC2, 0x10EC4, UTF8PROC_CATEGORY_LO},
    {0x10EFC, 0x10EFC, UTF8PROC_CATEGORY_MN}, {0x11380, 0x11389, UTF8PROC_CATEGORY_LO},
    {0x1138B, 0x1138B, UTF8PROC_CATEGORY_LO}, {0x1138E, 0x1138E, UTF8PROC_CATEGORY_LO},
    {0x11390, 0x113B5, UTF8PROC_CATEGORY_LO}, {0x113B7, 0x113B7, UTF8PROC_CATEGORY_LO},
    {0x113B8, 0x113BA, UTF8PROC_CATEGORY_MC}, {0x113BB, 0x113C0, UTF8PROC_CATEGORY_MN},
    {0x113C2, 0x113C2, UTF8PROC_CATEGORY_MC}, {0x113C5, 0x113C5, UTF8PROC_CATEGORY_MC},
    {0x113C7, 0x113CA, UTF8PROC_CATEGORY_MC}, {0x113CC, 0x113CD, UTF8PROC_CATEGORY_MC},
    {0x113CE, 0x113CE, UTF8PROC_CATEGORY_MN}, {0x113CF, 0x113CF, UTF8PROC_CATEGORY_MC},
    {0x113D0, 0x113D0, UTF8PROC_CATEGORY_MN}, {0x113D1, 0x113D1, UTF8PROC_CATEGORY_LO},
    {0x113D2, 0x113D2, UTF8PROC_CATEGORY_MN}, {0x113D3, 0x113D3, UTF8PROC_CATEGORY_LO},
    {0x113D4, 0x113D5, UTF8PROC_CATEGORY_PO}, {0x113D7, 0x113D8, UTF8PROC_CATEGORY_PO},
    {0x113E1, 0x113E2, UTF8PROC_CATEGORY_MN}, {0x116D0, 0x116E3, UTF8PROC_CATEGORY_ND},
    {0x1171E, 0x1171E, UTF8PROC_CATEGORY_MC}, {0x11BC0, 0x11BE0, UTF8PROC_CATEGORY_LO},
    {0x11BE1, 0x11BE1, UTF8PROC_CATEGORY_PO}, {0x11BF0, 0x11BF9, UTF8PROC_CATEGORY_ND},
    {0x11F5A, 0x11F5A, UTF8PROC_CATEGORY_MN}, {0x13460, 0x143FA, UTF8PROC_CATEGORY_LO},
    {0x16100, 0x1611D, UTF8PROC_CATEGORY_LO}, {0x1611E, 0x16129, UTF8PROC_CATEGORY_MN},
    {0x1612A, 0x1612C, UTF8PROC_CATEGORY_MC}, {0x1612D, 0x1612F, UTF8PROC_CATEGORY_MN},
    {0x16130, 0x16139, UTF8PROC_CATEGORY_ND}, {0x16D40, 0x16D42, UTF8PROC_CATEGORY_LM},
    {0x16D43, 0x16D6A, UTF8PROC_CATEGORY_LO}, {0x16D6B, 0x16D6C, UTF8PROC_CATEGORY_LM},
    {0x16D6D, 0x16D6F, UTF8PROC_CATEGORY_PO}, {0x16D70, 0x16D79, UTF8PROC_CATEGORY_ND},
    {0x18CFF, 0x18CFF, UTF8PROC_CATEGORY_LO}, {0x1CC00, 0x1CCEF, UTF8PROC_CATEGORY_SO},
    {0x1CCF0, 0x1CCF9, UTF8PROC_CATEGORY_ND}, {0x1CD00, 0x1CEB3, UTF8PROC_CATEGORY_SO},
    {0x1E5D0, 0x1E5ED, UTF8PROC_CATEGORY_LO}, {0x1E5EE, 0x1E5EF, UTF8PROC_CATEGORY_MN},
    {0x1E5F0, 0x1E5F0, UTF8PROC_CATEGORY_LO}, {0x1E5F1, 0x1E5FA, UTF8PROC_CATEGORY_ND},
    {0x1E5FF, 0x1E5FF, UTF8PROC_CATEGORY_PO}, {0x1F8B2, 0x1F8BB, UTF8PROC_CATEGORY_SO},
    {0x1F8C0, 0x1F8C1, UTF8PROC_CATEGORY_SO}, {0x1FA89, 0x1FA89, UTF8PROC_CATEGORY_SO},
    {0x1FA8F, 0x1FA8F, UTF8PROC_CATEGORY_SO}, {0x1FABE, 0x1FABE, UTF8PROC_CATEGORY_SO},
    {0x1FAC6, 0x1FAC6, UTF8PROC_CATEGORY_SO}, {0x1FADC, 0x1FADC, UTF8PROC_CATEGORY_SO},
    {0x1FADF, 0x1FADF, UTF8PROC_CATEGORY_SO}, {0x1FAE9, 0x1FAE9, UTF8PROC_CATEGORY_SO},
    {0x1FBCB, 0x1FBEF, UTF8PROC_CATEGORY_SO}, {0x2EBF0, 0x2EE5D, UTF8PROC_CATEGORY_LO},
};

// The whole code space as runs of one category, in order.
std::vector<CategoryRange> make_category_runs() {
  std::vector<CategoryRange> runs;
  const auto* change = std::begin(kSinceUnicode15);
  for (uint32_t point = 0; point <= kMaxCodePoint; ++point) {
    while (change != std::end(kSinceUnicode15) && change->last < point) ++change;
    const bool changed = change != std::end(kSinceUnicode15) && change->first <= point;
    const auto category =
        changed ? change->category : utf8proc_category(static_cast<utf8proc_int32_t>(point));
    if (!runs.empty() && runs.back().category == category) {
      runs.back().last = point;
    } else {
      runs.push_back({point, point, category});
    }
  }
  return runs;
}

const std::vector<CategoryRange>& category_runs() {
  static const std::vector<CategoryRange> runs = make_category_runs();
  return runs;
}

constexpr std::string_view kCategoryNames[] = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd",
                                               "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
                                               "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"};
static_assert(UTF8PROC_CATEGORY_LU == 1 && UTF8PROC_CATEGORY_ZS == 23 && UTF8PROC_CATEGORY_CO == 29);

constexpr std::pair<std::string_view, std::string_view> kLongNames[] = {
    {"Letter", "L"},           {"Mark", "M"},
    {"Number", "N"},           {"Punctuation", "P"},
    {"Punct", "P"},            {"Symbol", "S"},
    {"Separator", "Z"},        {"Other", "C"},
    {"Uppercase_Letter", "Lu"}, {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"}, {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},    {"Decimal_Number", "Nd"},
};

}  // namespace

std::optional<CodePointSet> unicode_category(std::string_view name) {
  for (const auto& [long_name, short_name] : kLongNames) {
    if (name == long_name) name = short_name;
  }
  if (name.empty() || name.size() > 2) return std::nullopt;
  std::vector<CodePointRange> ranges;
  bool known = false;
  for (std::string_view category : kCategoryNames) known |= category.substr(0, name.size()) == name;
  if (!known) return std::nullopt;
  for (const CategoryRange& run : category_runs()) {
    if (kCategoryNames[run.category].substr(0, name.size()) == name) ranges.push_back({run.first, run.last});
  }
  return CodePointSet(std::move(ranges));
}

CodePointSet unicode_white_space() {
  return CodePointSet{{0x09, 0x0D}, {0x85, 0x85}}.unite(*unicode_category("Z"));
}

CodePointSet unicode_word() {
  // The circled and squared letters are Alphabetic though their category is So.
  const CodePointSet rest{
      {0x200C, 0x200D}, {0x24B6, 0x24E9}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
  CodePointSet word = rest;
  for (const char* name : {"L", "M", "Nd", "Nl", "Pc"}) word = word.unite(*unicode_category(name));
  return word;
}

CodePointTable::CodePointTable(const CodePointSet& set) {
  std::map<Block, uint16_t> known;
  auto range = set.ranges().begin();
  for (uint32_t start = 0; start <= kMaxCodePoint; start += 256) {
    Block block{};
    while (range != set.ranges().end() && range->last < start) ++range;
    for (auto r = range; r != set.ranges().end() && r->first < start + 256; ++r) {
      const uint32_t last = std::min(r->last, start + 255);
      for (uint32_t point = std::max(r->first, start); point <= last; ++point) {
        block[(point >> 6) & 3] |= uint64_t{1} << (point & 63);
      }
    }
    const auto [at, fresh] = known.try_emplace(block, static_cast<uint16_t>(blocks_.size()));
    if (fresh) blocks_.push_back(block);
    index_.push_back(at->second);
  }
  ascii_ = {blocks_[index_[0]][0], blocks_[index_[0]][1]};
}

const CodePointTable& white_space() {
  static const CodePointTable table(unicode_white_space());
  return table;
}

}  // namespace keyway
