// Blocks of code points to byte terms; see class_spelling.h.
#include "grammar/class_spelling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr uint32_t kFirstBeyondPlane0 = 0x10000;
constexpr std::string_view kShortEscapes = "\"\\/\b\f\n\r\t";
constexpr std::string_view kShortLetters = "\"\\/bfnrt";  // the letter after the backslash, in the same order

// The plain code points of a JSON string: all but controls, the quote and the backslash.
const CodePointSet& plain() {
  static const CodePointSet set{{0x20, '"' - 1}, {'"' + 1, '\\' - 1}, {'\\' + 1, kMaxCodePoint}};
  return set;
}

// The spellings of json_spelling(): a bit for each letter, one for u_writes_all, one that tells them apart.
constexpr std::string_view kNamedOnes = "\"\\bfnrtu";
constexpr uint32_t kNamedLetters = 0xFF, kGeneral = 0x100, kNamed = 0x200;

bool is_named(TextSpelling spelling) { return (static_cast<uint32_t>(spelling) & kNamed) != 0; }
bool is_general(TextSpelling spelling) { return (static_cast<uint32_t>(spelling) & kGeneral) != 0; }
constexpr bool has_letter(uint32_t letters, char letter) { return (letters >> kNamedOnes.find(letter) & 1) != 0; }
bool has_letter(TextSpelling spelling, char letter) {
  return letter != '/' && has_letter(static_cast<uint32_t>(spelling) & kNamedLetters, letter);
}

// What u writes where it does not write everything.
const CodePointSet& controls() {
  static const CodePointSet set{{0, 0x1F}, {0x7F, 0x7F}};
  return set;
}

uint32_t least_past_ascii(const CodePointSet& set) {
  if (set.overlaps(0x80, 0x7FF)) return 2;
  if (set.overlaps(0x800, 0xFFFF)) return 3;
  return set.overlaps(kFirstBeyondPlane0, kMaxCodePoint) ? 4 : 6;
}

uint32_t least_utf8(const CodePointSet& set) {
  const uint32_t first = set.ranges().front().first;
  return first < 0x80 ? 1 : least_past_ascii(set);
}

uint32_t least_json(const CodePointSet& set) {
  if (set.overlaps(0x20, '"' - 1) || set.overlaps('"' + 1, '\\' - 1) || set.overlaps('\\' + 1, 0x7F)) return 1;
  if (set.contains('"') || set.contains('\\') || set.overlaps('\b', '\n') || set.overlaps('\f', '\r')) return 2;
  return least_past_ascii(set);
}

template <size_t kLetters>
uint32_t least_with(const CodePointSet& set) {
  if (set.overlaps(0x20, '"' - 1) || set.overlaps('"' + 1, '\\' - 1) || set.overlaps('\\' + 1, 0x7E)) return 1;
  for (size_t i = 0; i < kShortEscapes.size(); ++i) {
    const bool named = kShortLetters[i] != '/' && has_letter(kLetters, kShortLetters[i]);
    if (named && set.contains(static_cast<unsigned char>(kShortEscapes[i]))) return 2;
  }
  return least_past_ascii(set);
}

// A weight is a plain function (RegexArena::least_weight remembers what it found by its address): one for every set of letters.
template <size_t... kLetters>
RegexArena::Weight least_named(size_t letters, std::index_sequence<kLetters...>) {
  static constexpr RegexArena::Weight kWeights[] = {least_with<kLetters>...};
  return kWeights[letters];
}
RegexArena::Weight least_named(size_t letters) { return least_named(letters, std::make_index_sequence<kNamedLetters + 1>()); }

// How the offset of a code point in its block is written, a fixed number of bits at a time.
class Speller {
 public:
  Speller(TermArena& arena, const CodePointSet& set) : arena_(arena), set_(set) {}

  // UTF-8 by lead bytes; what follows a lead byte is a block of 64 code points per continuation byte.
  TermId utf8() {
    std::vector<TermId> choices;
    add_leads(choices, 0xC2, 0xDF, 0xC0, 1);
    add_leads(choices, 0xE0, 0xEF, 0xE0, 2);
    add_leads(choices, 0xF0, 0xF4, 0xF0, 3);
    return arena_.choice(choices);
  }

  // The digits of a surrogate pair after its first "D".
  TermId surrogates(bool either_case) {
    either_case_ = either_case;
    return surrogate_digits(0, 0);
  }

 private:
  struct Group {
    TermId rest;
    ByteSet first;
  };

  // A choice over first bytes, those with the same rest together.
  TermId join(std::vector<Group>& groups) {
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.rest < b.rest; });
    std::vector<TermId> choices;
    for (size_t i = 0; i < groups.size();) {
      ByteSet first;
      const TermId rest = groups[i].rest;
      for (; i < groups.size() && groups[i].rest == rest; ++i) first = first | groups[i].first;
      if (rest != TermArena::never()) choices.push_back(arena_.sequence(arena_.bytes(first), rest));
    }
    return arena_.choice(choices);
  }

  // The 64^width code points from `base` on, by `width` continuation bytes.
  TermId continuation(uint32_t base, uint32_t width) {
    const uint32_t size = 1u << (6 * width);
    if (!set_.overlaps(base, base + size - 1)) return TermArena::never();
    if (set_.covers(base, base + size - 1)) {
      TermId full = TermArena::epsilon();
      for (uint32_t i = 0; i < width; ++i) full = arena_.sequence(arena_.bytes(ByteSet::range(0x80, 0xBF)), full);
      return full;
    }
    std::vector<Group> groups;
    for (uint32_t i = 0; i < 64; ++i) {
      const uint32_t part = base + i * (size / 64);
      const TermId rest = width > 1 ? continuation(part, width - 1)
                                    : (set_.contains(part) ? TermArena::epsilon() : TermArena::never());
      groups.push_back({rest, ByteSet::range(static_cast<uint8_t>(0x80 + i), static_cast<uint8_t>(0x80 + i))});
    }
    return join(groups);
  }

  void add_leads(std::vector<TermId>& choices, uint32_t first, uint32_t last, uint32_t zero, uint32_t width) {
    std::vector<Group> groups;
    for (uint32_t lead = first; lead <= last; ++lead) {
      const uint8_t byte = static_cast<uint8_t>(lead);
      groups.push_back({lead_block(lead - zero, width), ByteSet::range(byte, byte)});
    }
    choices.push_back(join(groups));
  }

  // Blocks of the first lead bytes hold code points with shorter forms; those are cut off here.
  TermId lead_block(uint32_t number, uint32_t width) {
    const uint32_t size = 1u << (6 * width), base = number * size;
    const uint32_t least = width == 1 ? 0x80 : width == 2 ? 0x800 : kFirstBeyondPlane0;
    if (base >= least) return continuation(base, width);
    if (base + size <= least) return TermArena::never();
    std::vector<Group> groups;
    for (uint32_t i = 0; i < 64; ++i) {
      const uint32_t part = base + i * (size / 64);
      const uint8_t byte = static_cast<uint8_t>(0x80 + i);
      if (part >= least) groups.push_back({continuation(part, width - 1), ByteSet::range(byte, byte)});
    }
    return join(groups);
  }

  // The last digits of a surrogate pair after its first "D". The 20 bits of a code point beyond plane 0 come as
  //   2 4 4 | 2 4 4: \uD[8-B]XX \uD[C-F]XX
  // Requires: step < 6 or the block is one code point.
  TermId surrogate_digits(uint32_t offset, uint32_t step) {
    static constexpr std::array<uint32_t, 6> kBits = {2, 4, 4, 2, 4, 4};
    uint32_t bits = 0;
    for (uint32_t i = step; i < kBits.size(); ++i) bits += kBits[i];
    const uint32_t base = kFirstBeyondPlane0 + offset, size = 1u << bits;
    if (!set_.overlaps(base, base + size - 1)) return TermArena::never();
    if (step == kBits.size()) return TermArena::epsilon();
    const uint32_t count = 1u << kBits[step], part = size / count;
    const uint32_t first_digit = step == 0 ? 8 : step == 3 ? 12 : 0;
    const bool whole = set_.covers(base, base + size - 1);
    const TermId shared = whole ? surrogate_digits(offset, step + 1) : TermArena::never();
    std::vector<Group> groups;
    for (uint32_t i = 0; i < count; ++i) {
      const TermId rest = whole ? shared : surrogate_digits(offset + i * part, step + 1);
      groups.push_back({rest, hex_digit(first_digit + i, either_case_)});
    }
    const TermId digits = join(groups);
    if (step != 3) return digits;
    const TermId prefix = arena_.sequence(arena_.literal("\\u"), arena_.bytes(hex_digit(13, either_case_)));
    return arena_.sequence(prefix, digits);
  }

  TermArena& arena_;
  const CodePointSet& set_;
  bool either_case_ = true;
};

}  // namespace

RegexArena::Weight least_bytes(TextSpelling spelling) {
  if (spelling == TextSpelling::kUtf8) return least_utf8;
  return is_named(spelling) ? least_named(static_cast<uint32_t>(spelling) & kNamedLetters) : least_json;
}

TextSpelling json_spelling(const JsonEscapes& escapes) {
  uint32_t bits = kNamed | (escapes.u_writes_all ? kGeneral : 0);
  for (size_t i = 0; i < kNamedOnes.size(); ++i) {
    if (escapes.letters.find(kNamedOnes[i]) != std::string_view::npos) bits |= 1u << i;
  }
  return static_cast<TextSpelling>(bits);
}

TextSpelling without_general_escapes(TextSpelling spelling) {
  return is_named(spelling) ? static_cast<TextSpelling>(static_cast<uint32_t>(spelling) & ~kGeneral) : spelling;
}

CodePointSet writable(TextSpelling spelling) {
  if (!is_named(spelling) || (has_letter(spelling, 'u') && is_general(spelling))) return CodePointSet::all();
  std::vector<CodePointRange> ranges(plain().ranges().begin(), plain().ranges().end());
  for (size_t i = 0; i < kShortEscapes.size(); ++i) {
    const uint32_t c = static_cast<unsigned char>(kShortEscapes[i]);
    if (has_letter(spelling, kShortLetters[i])) ranges.push_back({c, c});
  }
  CodePointSet set = CodePointSet(std::move(ranges)).minus(has_letter(spelling, 'u') ? CodePointSet{} : CodePointSet{{0x7F, 0x7F}});
  return has_letter(spelling, 'u') ? set.unite(controls()) : set;
}

ByteSet hex_digit(uint32_t value, bool either_case) {
  ByteSet set;
  set.insert(static_cast<uint8_t>("0123456789abcdef"[value]));
  if (either_case) set.insert(static_cast<uint8_t>("0123456789ABCDEF"[value]));
  return set;
}

TermId hex_digits(TermArena& arena, uint32_t count, bool either_case) {
  ByteSet digit;
  for (uint32_t i = 0; i < 16; ++i) digit = digit | hex_digit(i, either_case);
  TermId digits = TermArena::epsilon();
  for (uint32_t i = 0; i < count; ++i) digits = arena.sequence(arena.bytes(digit), digits);
  return digits;
}

TermId spell_utf8(TermArena& arena, const CodePointSet& set) { return Speller(arena, set).utf8(); }

TermId spell_surrogates(TermArena& arena, const CodePointSet& set, bool either_case) {
  return Speller(arena, set).surrogates(either_case);
}

ByteSet plain_ascii(const CodePointSet& set, TextSpelling spelling) {
  ByteSet ascii;
  for (const CodePointRange& range : set.ranges()) {
    for (uint32_t c = range.first; c <= range.last && c < 0x80; ++c) ascii.insert(static_cast<uint8_t>(c));
    if (range.last >= 0x80) break;
  }
  if (is_named(spelling)) ascii.erase(0x7F);
  return ascii & ~(ByteSet::range(0x00, 0x1F) | ByteSet::of("\"\\"));
}

EscapeParts escape_parts(const CodePointSet& set, TextSpelling spelling) {
  // Canonically only what must be escaped is, and each in one way.
  const bool canonical = spelling == TextSpelling::kJsonCanonical, named = is_named(spelling);
  const CodePointSet escaped = canonical ? set.minus(plain()) : set;
  EscapeParts parts;
  std::vector<CodePointRange> short_ones;
  for (size_t i = 0; i < kShortEscapes.size(); ++i) {
    const uint32_t c = static_cast<unsigned char>(kShortEscapes[i]);
    if (!escaped.contains(c) || (named && !has_letter(spelling, kShortLetters[i]))) continue;
    parts.letters.insert(static_cast<uint8_t>(kShortLetters[i]));
    short_ones.push_back({c, c});
  }
  parts.numbered = canonical ? escaped.minus(CodePointSet(std::move(short_ones))) : escaped;
  if (named && !is_general(spelling)) parts.numbered = parts.numbered.intersect(controls());
  if (named && !has_letter(spelling, 'u')) parts.numbered = {};
  return parts;
}

}  // namespace keyway
