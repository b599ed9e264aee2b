// The format `regex`: patterns of ECMA-262 with the flag u, as far as they are a regular language.
//
// Entry point: make_regex_format. Groups are nested up to kMostGroups deep, each depth a deferred part. Left out is what
// counts or compares without bound, or is rare: backreferences and names of groups; \0; ranges of a class between other
// than ASCII characters, two \x, two \u00, or code points told apart by their block; counts {m,n} of three digits or more
// that begin alike.
// Invariant: whatever is accepted is a pattern. Tested by tests/schemas/json_schema/formats_test.cc.
#include <string>

#include "grammar/utf8.h"
#include "schemas/json_schema/format_builder.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kMostGroups = 16;
constexpr uint32_t kLastPlain = '~';  // printable ASCII ends here

bool is_syntax_in_class(uint32_t c) { return c == '\\' || c == ']' || c == '-'; }

// What one code point of a class may be: written as it is, not by an escape.
CodePointSet plain_in_class() {
  const CodePointSet syntax{{'-', '-'}, {'\\', '\\'}, {']', ']'}};
  return syntax.complement();
}

// Escapes of one code point that are read alike inside and outside of classes, without the backslash.
std::string character_escape() {
  return "[fnrtv]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\\{0{0,4}(?:[0-9A-Fa-f]{1,5}|10[0-9A-Fa-f]{4})\\}|"
         "[\\^$\\\\.*+?()\\[\\]{}|\\/]";
}

std::string class_escape() {
  return "[dDsSwW]|[pP]\\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?|Letter|Mark|Number|"
         "Punctuation|Symbol|Separator|Other|Alphabetic|Uppercase|Lowercase|White_Space|Any|ASCII|ID_Start|ID_Continue|"
         "Emoji|(?:Script|sc|Script_Extensions|scx)=(?:Latin|Greek|Cyrillic|Armenian|Hebrew|Arabic|Devanagari|Bengali|Thai|"
         "Georgian|Hangul|Hiragana|Katakana|Han))\\}";
}

// x-y where x stands before y.
RegexId ranges(FormatBuilder& builder) {
  RegexArena& regexes = builder.regexes();
  std::vector<RegexId> choices;
  const CodePointSet plain = plain_in_class();
  const auto range = [&](const CodePointSet& from, const CodePointSet& to) {
    choices.push_back(builder.sequence({regexes.one_of(from), regexes.literal("-"), regexes.one_of(to)}));
  };
  for (uint32_t c = ' '; c <= kLastPlain; ++c) {
    if (!is_syntax_in_class(c)) range({{c, c}}, plain.intersect({{c, kMaxCodePoint}}));
  }
  for (uint32_t block : {0xE0u, 0x100u, 0x250u, 0x400u, 0x500u, 0x600u, 0x1000u, 0x2000u, 0x3000u, 0x3050u, 0x30B0u,
                         0x4E01u, 0x9000u, 0xAC01u, 0xD000u, 0xF000u, 0x10000u, 0x20000u}) {
    range({{0x80, block - 1}}, {{block, kMaxCodePoint}});
  }
  const std::string digits = "0123456789abcdef";
  std::string pairs;  // two hexadecimal digits and two that are not less
  for (uint32_t i = 0; i < 16; ++i) {
    const std::string same = {'[', digits[i], static_cast<char>(std::toupper(digits[i])), ']'};
    std::string more;
    for (uint32_t k = i + 1; k < 16; ++k) more += {digits[k], static_cast<char>(std::toupper(digits[k]))};
    for (const char* start : {"x", "u00"}) {
      if (!more.empty()) pairs += std::string("|") + start + same + "[0-9A-Fa-f]-\\\\" + start + "[" + more + "][0-9A-Fa-f]";
      for (uint32_t k = 0; k < 16; ++k) {
        const std::string low = {'[', digits[k], static_cast<char>(std::toupper(digits[k])), ']'};
        std::string from;
        for (uint32_t n = k; n < 16; ++n) from += {digits[n], static_cast<char>(std::toupper(digits[n]))};
        pairs += std::string("|") + start + same + low + "-\\\\" + start + same + "[" + from + "]";
      }
    }
    const std::string block = "[0-9A-Fa-f]{3}";
    if (!more.empty()) pairs += "|u" + same + block + "-\\\\u[" + more + "]" + block;
  }
  choices.push_back(builder.pattern("\\\\(?:" + pairs.substr(1) + ")"));
  return regexes.alternative(choices);
}

// The rest of a class after '['. A '-' stands for itself first, last and after a range.
RegexId character_class(FormatBuilder& builder, uint32_t) {
  RegexArena& regexes = builder.regexes();
  const RegexId hyphen = builder.pattern("-?");
  const RegexId range = regexes.sequence(ranges(builder), hyphen);
  const RegexId escape = builder.pattern("\\\\(?:[b-]|" + class_escape() + "|" + character_escape() + ")");
  const RegexId item = builder.either({range, escape, regexes.one_of(plain_in_class())});
  return builder.sequence({builder.pattern("\\^?-?"), regexes.repeat(item, 0, kUnbounded), hyphen, regexes.literal("]")});
}

// {m}, {m,} and {m,n} without the opening brace: of as many digits, n is told by the first that differs.
RegexId counts(FormatBuilder& builder, uint32_t) {
  std::string pairs = "0,[0-9]+|[1-9],[1-9][0-9]+|[1-9][0-9],[1-9][0-9]{2,}|[1-9][0-9]{2},[1-9][0-9]{3,}";
  for (char a = '1'; a <= '9'; ++a) {
    pairs += std::string("|") + a + ",[" + a + "-9]";
    for (char b = '0'; b <= '9'; ++b) pairs += std::string("|") + a + b + "," + a + "[" + b + "-9]";
    if (a == '9') break;
    const std::string more = std::string("[") + static_cast<char>(a + 1) + "-9]";
    pairs += std::string("|") + a + "[0-9]," + more + "[0-9]|" + a + "[0-9]{2}," + more + "[0-9]{2}";
  }
  return builder.pattern("(?:[0-9]+,?|" + pairs + ")\\}");
}

// What follows a backslash outside of classes, but the assertions.
RegexId escape(FormatBuilder& builder, uint32_t) { return builder.pattern(class_escape() + "|" + character_escape()); }

RegexId disjunction(FormatBuilder& builder, uint32_t depth) {
  RegexArena& regexes = builder.regexes();
  const RegexId count = regexes.sequence(regexes.literal("{"), builder.deferred(counts, 0, {false, true, 2}));
  const RegexId repeats = builder.sequence({builder.either({builder.pattern("[*+?]"), count}), builder.pattern("\\??")});
  const RegexId quantifier = builder.either({repeats, regexes.epsilon()});
  const RegexId in_class = builder.deferred(character_class, 0, {false, true, 1});
  std::vector<RegexId> atoms = {
      builder.pattern("[^\\^$\\\\*+?()\\[\\]{}|]"),
      regexes.sequence(regexes.literal("\\"), builder.deferred(escape, 0, {false, true, 1})),
      regexes.sequence(regexes.literal("["), in_class)};
  std::vector<RegexId> items = {builder.pattern("[\\^$|]|\\\\[bB]")};
  if (depth < kMostGroups) {
    const RegexId inner = regexes.sequence(builder.deferred(disjunction, depth + 1, {true, true, 0}), regexes.literal(")"));
    atoms.push_back(regexes.sequence(builder.pattern("\\((?:\\?:)?"), inner));
    items.push_back(regexes.sequence(builder.pattern("\\(\\?<?[=!]"), inner));
  }
  items.push_back(regexes.sequence(regexes.alternative(atoms), quantifier));
  return regexes.repeat(regexes.alternative(items), 0, kUnbounded);
}

}  // namespace

RegexId make_regex_format(FormatBuilder& builder) { return disjunction(builder, 0); }

}  // namespace keyway::json_schema
