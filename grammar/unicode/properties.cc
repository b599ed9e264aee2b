// Names to tables; see properties.h.
#include "grammar/unicode/properties.h"

#include <array>
#include <string>

#include "grammar/unicode/tables.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// A group of general categories: those whose name begins with one of these letters.
struct Group {
  const char* name;
  const char* alias;
  const char* second;
  std::string_view members;  // two letters each
};

constexpr Group kGroups[] = {
    {"L", "Letter", "", "LuLlLtLmLo"},
    {"LC", "Cased_Letter", "L&", "LuLlLt"},
    {"M", "Mark", "Combining_Mark", "MnMcMe"},
    {"N", "Number", "", "NdNlNo"},
    {"P", "Punctuation", "punct", "PcPdPsPePiPfPo"},
    {"S", "Symbol", "", "SmScSkSo"},
    {"Z", "Separator", "", "ZsZlZp"},
    {"C", "Other", "", "CcCfCoCn"},
};

std::string loose_form(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == ' ' || c == '_' || c == '-') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (out.size() > 2 && out.compare(0, 2, "is") == 0) out.erase(0, 2);
  return out;
}

bool same_name(std::string_view given, std::string_view known, NameMatch match) {
  if (known.empty()) return false;
  return match == NameMatch::kExact ? given == known : loose_form(given) == loose_form(known);
}

template <typename Row>
bool is_named(const Row& row, std::string_view name, NameMatch match) {
  return same_name(name, row.name, match) || same_name(name, row.alias, match) || same_name(name, row.second, match);
}

CodePointSet decode(const UnicodeRow& row) {
  std::vector<CodePointRange> ranges;
  uint32_t position = 0;
  for (size_t i = 0; i + 1 < row.numbers; i += 2) {
    const uint32_t first = position + row.ranges[i], last = first + row.ranges[i + 1];
    ranges.push_back({first, last});
    position = last + 1;
  }
  return CodePointSet(std::move(ranges));
}

std::optional<CodePointSet> find(std::span<const UnicodeRow> rows, std::string_view name, NameMatch match) {
  for (const UnicodeRow& row : rows) {
    if (is_named(row, name, match)) return decode(row);
  }
  return std::nullopt;
}

}  // namespace

std::optional<CodePointSet> unicode_category(std::string_view name, NameMatch match) {
  for (const Group& group : kGroups) {
    if (!is_named(group, name, match)) continue;
    CodePointSet set;
    for (size_t i = 0; i < group.members.size(); i += 2) {
      set = set.unite(*find(unicode_categories(), group.members.substr(i, 2), NameMatch::kExact));
    }
    return set;
  }
  // Surrogates are no code points here; the category exists and is empty.
  if (same_name(name, "Cs", match) || same_name(name, "Surrogate", match)) return CodePointSet();
  return find(unicode_categories(), name, match);
}

std::optional<CodePointSet> unicode_script(std::string_view name, NameMatch match) {
  std::optional<CodePointSet> set = find(unicode_scripts_1(), name, match);
  return set.has_value() ? set : find(unicode_scripts_2(), name, match);
}

std::optional<CodePointSet> unicode_script_extensions(std::string_view name, NameMatch match) {
  std::optional<CodePointSet> set = find(unicode_script_extensions(), name, match);
  return set.has_value() ? set : unicode_script(name, match);
}

std::optional<CodePointSet> unicode_binary(std::string_view name, NameMatch match) {
  if (same_name(name, "Any", match)) return CodePointSet::all();
  if (same_name(name, "ASCII", match)) return CodePointSet{{0, 0x7F}};
  if (same_name(name, "Assigned", match)) return unicode_category("Cn", NameMatch::kExact)->complement();
  std::optional<CodePointSet> set = find(unicode_binary_1(), name, match);
  return set.has_value() ? set : find(unicode_binary_2(), name, match);
}

CodePointSet fold_case(const CodePointSet& set) {
  std::vector<CodePointRange> more;
  const std::span<const uint32_t> orbits = unicode_folding();
  for (size_t i = 0; i < orbits.size(); i += orbits[i] + 1) {
    bool in = false;
    for (size_t k = 1; k <= orbits[i]; ++k) in = in || set.contains(orbits[i + k]);
    for (size_t k = 1; in && k <= orbits[i]; ++k) more.push_back({orbits[i + k], orbits[i + k]});
  }
  return set.unite(CodePointSet(std::move(more)));
}

}  // namespace keyway
