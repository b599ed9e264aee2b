// Text references: expressions stepped on demand; see text_term.h. How code points are written is in class_spelling.cc.
#include "grammar/text_term.h"

#include <algorithm>

#include "grammar/class_spelling.h"
#include "grammar/derivative.h"
#include "grammar/layered.h"
#include "grammar/recording.h"
#include "grammar/text_like.h"
#include "grammar/utf8.h"

namespace keyway {

// The nonterminals of texts, one family per arena. x and y of a reference mean:
//   y < kEscape             text: x is the expression, y the spelling, of 16 bits
//     text(r) = choice over transitions (C, target) of class(C) text(target), and the empty text where r holds it
//   y = kEscape | spelling  what follows a backslash for a code point of class x
//   y = kDigits | case | width << 16 | base
//                           the last `width` hexadecimal digits of a code point of class x from `base` on
// A text that leads back to itself, such as every text, is its own tail, and masks of it are made once. Escapes are
// opened a digit at a time: a mask looks at their first bytes only, and complements (every key but these) make many
// classes. Receipt: the first mask of "any key but three names", 128k vocabulary: 900 us with escapes spelled out, 98 us so.
class TextTerms : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    const bool either_case = (y & kEitherCase) != 0;
    if ((y & kDigits) != 0) return unfold_digits(arena, ClassId(x), y & 0xFFFF, (y >> 16) & 7, either_case);
    if ((y & kEscape) != 0) return unfold_escape(arena, ClassId(x), static_cast<TextSpelling>(y & 0xFFFF));
    return unfold_text(arena, RegexId(x), static_cast<TextSpelling>(y));
  }

  // Texts of JSON strings are values of their own; of other texts (numbers) two may stand for one value.
  uint32_t many_within(TermArena& arena, uint32_t x, uint32_t y) override {
    const bool plain_json = y == static_cast<uint32_t>(TextSpelling::kJson) || y == static_cast<uint32_t>(TextSpelling::kJsonCanonical);
    if (!plain_json) return kLongest;
    uint32_t steps = 0;
    uint64_t bytes = 0;
    const uint64_t texts = count_texts(arena, RegexId(x), 3, steps, bytes);
    return texts > kMostRecorded ? static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest)) : kLongest;
  }

  TermId class_term(TermArena& arena, ClassId on, TextSpelling spelling) {
    const uint64_t key = class_key(on, spelling);
    if (const TermId* known = classes_.find(key)) return *known;
    const TermId term = spell(arena, on, spelling);
    if (arena.exhausted()) return TermArena::never();
    classes_.set(key, term);
    return term;
  }

  std::optional<TextState> state(const TermArena& arena, TermId term) const {
    if (arena.kind(term) != TermKind::kReference || arena.definition(term) != id) return std::nullopt;
    const uint32_t y = arena.reference_y(term);
    if ((y & (kEscape | kDigits)) != 0) return std::nullopt;
    return TextState{RegexId(arena.reference_x(term)), static_cast<TextSpelling>(y)};
  }

  std::optional<TermId> derivative(TermArena& arena, const TextState& text, uint8_t byte, ByteSet& same) {
    const bool utf8 = text.spelling == TextSpelling::kUtf8;
    if (text.spelling > TextSpelling::kJsonCanonical) return std::nullopt;
    if (byte >= 0x80) return past_ascii_derivative(arena, text, byte, same);
    if (!utf8 && byte == '\\') {
      same = ByteSet::range(byte, byte);
      return escape_derivative(arena, text);
    }
    const bool control = byte < 0x20 || byte == '"' || byte == '\\';
    if (control && utf8) return std::nullopt;
    same = ByteSet::range(byte, byte);
    if (control) return TermArena::never();
    if (const auto unlisted = unlisted_derivative(arena, text, byte, same)) return unlisted;
    for (const RegexArena::Transition& step : arena.regexes().transitions(text.expression)) {
      const CodePointSet& set = arena.regexes().set(step.on);
      if (!set.contains(byte)) continue;
      same = plain_ascii(set, TextSpelling::kJson);
      return text_term(arena, step.target, text.spelling);
    }
    return TermArena::never();
  }

  DefinitionId id;
  std::vector<DefinitionId> like;  // definitions of text_like.h

 private:
  static constexpr uint32_t kEscape = 1u << 28, kDigits = 1u << 29, kEitherCase = 1u << 30;

  TermId unfold_text(TermArena& arena, RegexId r, TextSpelling spelling) {
    const auto list = arena.regexes().transitions(r);
    const std::vector<RegexArena::Transition> steps(list.begin(), list.end());  // a copy: the calls below move it
    std::vector<TermId> choices;
    for (const RegexArena::Transition& step : steps) {
      choices.push_back(arena.sequence(class_term(arena, step.on, spelling), text_term(arena, step.target, spelling)));
    }
    if (arena.regexes().nullable(r)) choices.push_back(TermArena::epsilon());
    return arena.exhausted() ? TermArena::never() : arena.choice(choices);
  }

  // How many texts there are at least, as far as `depth` code points tell them apart; `bytes` becomes what the longest of
  // those that were counted needs at most.
  uint64_t count_texts(TermArena& arena, RegexId r, uint32_t depth, uint32_t& steps, uint64_t& bytes) {
    static constexpr uint32_t kMostSteps = 100;
    static constexpr uint32_t kMostBytes = 6;  // of a code point in a shortest spelling
    RegexArena& regexes = arena.regexes();
    uint64_t texts = regexes.nullable(r) ? 1 : 0;
    for (size_t i = 0; texts <= kMostRecorded && ++steps <= kMostSteps && i < regexes.transitions(r).size(); ++i) {
      const RegexArena::Transition step = regexes.transitions(r)[i];
      const uint64_t size = regexes.set(step.on).size();
      uint64_t behind = regexes.least_weight(step.target, least_bytes(TextSpelling::kJson)).value_or(kLongest), more = 1;
      if (depth > 1 && texts + size <= kMostRecorded) {
        more = std::max<uint64_t>(1, count_texts(arena, step.target, depth - 1, steps, behind));
      }
      texts += size * more;
      bytes = std::max(bytes, behind + kMostBytes);
    }
    return texts;
  }

  // Every other key than those that an object names: without its transitions, which are as many as the names begin with. Receipt:
  // README.md, "Masks, step by step".
  std::optional<TermId> unlisted_derivative(TermArena& arena, const TextState& text, uint8_t byte, ByteSet& same) {
    RegexArena& regexes = arena.regexes();
    listed_.clear();
    letters_.clear();
    if (!regexes.all_but(text.expression, listed_) || listed_.size() > 1 || !regexes.first_letters(listed_[0], letters_)) return std::nullopt;
    RegexId rest = regexes.never();
    for (const RegexArena::Letter& letter : letters_) {
      if (letter.code_point != byte) continue;
      if (rest != regexes.never()) return std::nullopt;
      rest = letter.rest;
    }
    if (rest == regexes.never()) {
      static const ByteSet kPlain = plain_ascii(CodePointSet::all(), TextSpelling::kJson);
      same = kPlain;
      for (const RegexArena::Letter& letter : letters_) {
        if (letter.code_point < 0x80) same.erase(static_cast<uint8_t>(letter.code_point));
      }
    }
    return text_term(arena, regexes.complement(rest), text.spelling);
  }

  // Where every code point past ASCII leads to any text, its bytes do what those of any text do.
  static std::optional<TermId> past_ascii_derivative(TermArena& arena, const TextState& text, uint8_t byte, ByteSet& same) {
    const RegexId any = arena.regexes().all();
    if (text.expression == any) return std::nullopt;
    for (const RegexArena::Transition& step : arena.regexes().transitions(text.expression)) {
      const CodePointSet& set = arena.regexes().set(step.on);
      if (step.target != any || !set.covers(0x80, 0xD7FF) || !set.covers(0xE000, kMaxCodePoint)) continue;
      return keyway::derivative(arena, text_term(arena, any, text.spelling), byte, same);
    }
    return std::nullopt;
  }

  TermId escape_derivative(TermArena& arena, const TextState& text) {
    const auto list = arena.regexes().transitions(text.expression);
    const std::vector<RegexArena::Transition> steps(list.begin(), list.end());  // a copy: the calls below move it
    std::vector<TermId> choices;
    for (const RegexArena::Transition& step : steps) {
      const TermId escape = escape_reference(arena, step.on, text.spelling);
      choices.push_back(arena.sequence(escape, text_term(arena, step.target, text.spelling)));
    }
    return arena.choice(choices);
  }

  // The id of an interned set. Requires: not empty.
  static ClassId class_of(TermArena& arena, const CodePointSet& set) {
    const RegexId r = arena.regexes().one_of(set);
    const auto list = arena.regexes().transitions(r);
    return list.empty() ? ClassId(0) : list[0].on;
  }

  TermId spell(TermArena& arena, ClassId on, TextSpelling spelling) {
    static const CodePointSet kPastAscii{{0x80, kMaxCodePoint}};
    const CodePointSet set = arena.regexes().set(on);
    const bool utf8 = spelling == TextSpelling::kUtf8;
    std::vector<TermId> choices;
    if (utf8) {
      ByteSet ascii;
      for (uint32_t c = 0; c < 0x80; ++c) {
        if (set.contains(c)) ascii.insert(static_cast<uint8_t>(c));
      }
      choices.push_back(arena.bytes(ascii));
    } else {
      choices.push_back(arena.bytes(plain_ascii(set, spelling)));
    }
    if (const CodePointSet past = set.intersect(kPastAscii); !past.empty()) {
      const uint64_t key = class_of(arena, past).value;
      const TermId* known = past_ascii_.find(key);
      const TermId spelled = known ? *known : spell_utf8(arena, past);
      if (!known && !arena.exhausted()) past_ascii_.set(key, spelled);
      choices.push_back(spelled);
    }
    if (!utf8) {
      const TermId escape = escape_reference(arena, on, spelling);
      choices.push_back(arena.sequence(arena.literal("\\"), escape));
    }
    return arena.choice(choices);
  }

  TermId escape_reference(TermArena& arena, ClassId on, TextSpelling spelling) {
    const uint64_t key = class_key(on, spelling);
    if (const TermId* known = escapes_.find(key)) return *known;
    const TermId made = make_escape_reference(arena, on, spelling);
    if (!arena.exhausted()) escapes_.set(key, made);
    return made;
  }

  TermId make_escape_reference(TermArena& arena, ClassId on, TextSpelling spelling) {
    const EscapeParts parts = escape_parts(arena.regexes().set(on), spelling);
    if (parts.letters.empty() && parts.numbered.empty()) return TermArena::never();
    const bool plane0 = parts.numbered.overlaps(0, 0xFFFF);
    const uint32_t shortest = !parts.letters.empty() ? 1 : plane0 ? 5 : 11;  // uXXXX, uXXXX\uXXXX
    return arena.reference(id, on.value, kEscape | static_cast<uint32_t>(spelling), {false, shortest});
  }

  TermId unfold_escape(TermArena& arena, ClassId on, TextSpelling spelling) {
    const EscapeParts parts = escape_parts(arena.regexes().set(on), spelling);
    const bool either_case = spelling != TextSpelling::kJsonCanonical;
    std::vector<TermId> choices{arena.bytes(parts.letters)};
    if (!parts.numbered.empty()) {
      const ClassId numbered = class_of(arena, parts.numbered);
      choices.push_back(arena.sequence(arena.literal("u"), digits_reference(arena, numbered, 0, 4, either_case)));
    }
    return arena.choice(choices);
  }

  // Requires: base is a multiple of 16^width; the block of 16^width code points, or at width 4 a code point beyond plane 0,
  // is in the class.
  TermId digits_reference(TermArena& arena, ClassId on, uint32_t base, uint32_t width, bool either_case) {
    if (width == 0) return TermArena::epsilon();
    const uint32_t shortest = width < 4 || arena.regexes().set(on).overlaps(0, 0xFFFF) ? width : 10;
    return arena.reference(id, on.value, kDigits | (either_case ? kEitherCase : 0) | width << 16 | base, {false, shortest});
  }

  TermId unfold_digits(TermArena& arena, ClassId on, uint32_t base, uint32_t width, bool either_case) {
    const CodePointSet set = arena.regexes().set(on);
    const uint32_t part = 1u << (4 * (width - 1));
    std::vector<TermId> choices;
    for (uint32_t i = 0; i < 16; ++i) {
      const uint32_t first = base + i * part, last = first + part - 1;
      if (!set.overlaps(first, last)) continue;
      const TermId rest = set.covers(first, last) ? hex_digits(arena, width - 1, either_case)
                                                  : digits_reference(arena, on, first, width - 1, either_case);
      choices.push_back(arena.sequence(arena.bytes(hex_digit(i, either_case)), rest));
    }
    if (width == 4 && set.overlaps(0x10000, kMaxCodePoint)) {
      choices.push_back(arena.sequence(arena.bytes(hex_digit(13, either_case)), spell_surrogates(arena, set, either_case)));
    }
    return arena.exhausted() ? TermArena::never() : arena.choice(choices);
  }

  static uint64_t class_key(ClassId on, TextSpelling spelling) { return uint64_t{on.value} << 16 | static_cast<uint64_t>(spelling); }

  std::vector<RegexId> listed_;  // of unlisted_derivative()
  std::vector<RegexArena::Letter> letters_;
  LayeredMap<TermId> classes_;     // by class and spelling
  LayeredMap<TermId> escapes_;     // the same
  LayeredMap<TermId> past_ascii_;  // UTF-8 of a class past ASCII, shared by the spellings
};

namespace {

TextTerms& text_terms(TermArena& arena) {
  if (arena.text_terms() == nullptr) {
    arena.text_terms() = std::make_shared<TextTerms>();
    arena.text_terms()->id = arena.define(arena.text_terms());
  }
  return *arena.text_terms();
}

}  // namespace

std::shared_ptr<TextTerms> copy_text_terms(const TextTerms& terms) { return std::make_shared<TextTerms>(terms); }

std::shared_ptr<Definition> as_definition(const std::shared_ptr<TextTerms>& terms) { return terms; }

TermId class_term(TermArena& arena, const CodePointSet& set, TextSpelling spelling) {
  const RegexId r = arena.regexes().one_of(set);
  const auto list = arena.regexes().transitions(r);
  if (list.empty()) return TermArena::never();
  return text_terms(arena).class_term(arena, list[0].on, spelling);
}

TermId text_term(TermArena& arena, RegexId r, TextSpelling spelling) {
  RegexArena& regexes = arena.regexes();
  if (spelling > TextSpelling::kJsonCanonical) {
    const RegexId parts[] = {r, regexes.repeat(regexes.one_of(writable(spelling)), 0, kUnbounded)};
    r = regexes.intersection(parts);
  }
  if (r == regexes.epsilon()) return TermArena::epsilon();
  const std::optional<bool> empty = regexes.is_empty(r);
  if (!empty.has_value() || *empty) return TermArena::never();
  const auto shortest = regexes.least_weight(r, least_bytes(spelling));
  if (!shortest.has_value()) return TermArena::never();
  const TermFacts facts{regexes.nullable(r), *shortest};
  return arena.reference(text_terms(arena).id, r.value, static_cast<uint32_t>(spelling), facts);
}

void add_text_like(TermArena& arena, DefinitionId definition) { text_terms(arena).like.push_back(definition); }

bool is_text_like(TermArena& arena, TermId term) {
  if (arena.text_terms() == nullptr || arena.text_terms()->like.empty() || arena.kind(term) != TermKind::kReference) return false;
  const std::vector<DefinitionId>& like = arena.text_terms()->like;
  return std::find(like.begin(), like.end(), arena.definition(term)) != like.end();
}

std::optional<TermId> text_derivative(TermArena& arena, TermId text, uint8_t byte, ByteSet& same) {
  const auto state = text_state(arena, text);
  return state ? arena.text_terms()->derivative(arena, *state, byte, same) : std::nullopt;
}

std::optional<TextState> text_state(TermArena& arena, TermId term) {
  if (arena.text_terms() == nullptr) return std::nullopt;
  return arena.text_terms()->state(arena, term);
}

}  // namespace keyway
