// Scalar terms; see scalar_terms.h.
#include "schemas/json_schema/scalar_terms.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway::json_schema {

namespace {

// Python and marks have one spelling a character; marked texts are not escaped at all.
TextSpelling spelling_of(TextSpelling json, const ValueSpelling* form) {
  if (form == nullptr || form->form == ValueSpelling::Form::kTagged) return json;
  return form->form == ValueSpelling::Form::kMarked ? TextSpelling::kUtf8 : TextSpelling::kJsonCanonical;
}

// Any string of Python between these quotes: its characters as they are or by the escapes that mean the same in all
// strings; surrogates cannot be written.
TermId any_python_string(TermArena& arena, char quote) {
  ByteSet plain = ByteSet::range(0x20, 0x7F);
  plain.erase(static_cast<uint8_t>(quote));
  plain.erase('\\');
  const TermId past_ascii = class_term(arena, CodePointSet{{0x80, kMaxCodePoint}}, TextSpelling::kUtf8);
  const TermId hex = arena.bytes(ByteSet::of("0123456789abcdefABCDEF"));
  const TermId below_d[] = {arena.bytes(ByteSet::of("0123456789abcefABCEF")), hex, hex, hex};
  const TermId d_block[] = {arena.bytes(ByteSet::of("dD")), arena.bytes(ByteSet::range('0', '7')), hex, hex};
  const TermId four = arena.choice(arena.sequence(below_d), arena.sequence(d_block));
  const TermId zeros = arena.literal("U000"), past_four[] = {arena.bytes(ByteSet::of("123456789abcdefABCDEF")), arena.repeat(hex, 4, 4)};
  const TermId eight[] = {arena.sequence(zeros, arena.sequence(arena.literal("0"), four)), arena.sequence(zeros, arena.sequence(past_four)),
                          arena.sequence(arena.literal("U0010"), arena.repeat(hex, 4, 4))};
  // Octal digits behind the first are characters of the string as far as the language goes.
  const TermId escapes[] = {arena.bytes(ByteSet::of("\\'\"abfnrtv01234567")), arena.sequence(arena.literal("x"), arena.repeat(hex, 2, 2)),
                            arena.sequence(arena.literal("u"), four), arena.choice(eight)};
  const TermId one[] = {arena.bytes(plain), past_ascii, arena.sequence(arena.literal("\\"), arena.choice(escapes))};
  const TermId mark = arena.literal(std::string(1, quote));
  const TermId parts[] = {mark, arena.repeat(arena.choice(one), 0, kUnbounded), mark};
  return arena.sequence(parts);
}

}  // namespace

ScalarTerms::ScalarTerms(TermArena& arena, NumberAlgebra& numbers, TextSpelling spelling, const ValueSpelling* form,
                         std::shared_ptr<ExcludedTexts> excluded)
    : arena_(arena), numbers_(numbers), spelling_(excluded ? TextSpelling::kJsonCanonical : spelling_of(spelling, form)), form_(form),
      excluded_(std::move(excluded)),
      characters_(spelling_ == TextSpelling::kJson ? known_characters(arena) : nullptr),
      base_(is_json() ? known_scalars(arena) : nullptr) {
  if (base_ != nullptr) {
    null_ = base_->null_value;
    true_ = base_->true_value;
    false_ = base_->false_value;
    return;
  }
  const bool python = form != nullptr && form->form == ValueSpelling::Form::kPython;
  null_ = arena.literal(python ? "None" : "null");
  true_ = arena.literal(python ? "True" : "true");
  false_ = arena.literal(python ? "False" : "false");
  if (spelling_ > TextSpelling::kJsonCanonical) {
    legal_keys_ = arena.regexes().repeat(arena.regexes().one_of(writable(spelling_)), 0, kUnbounded);
  }
}

TermId ScalarTerms::number(const NumberSet& set) {
  if (set.plain == arena_.regexes().never()) return TermArena::never();
  const uint64_t key = key_of(set);
  if (base_ != nullptr && numbers_.spelling() == NumberSpelling::kAny) {
    if (const TermId* known = base_->numbers.find(key)) return *known;
  }
  if (const TermId* known = known_numbers_.find(key)) return *known;
  const TermId made = text_term(arena_, numbers_.spellings(set), TextSpelling::kUtf8);
  if (!arena_.exhausted()) known_numbers_.insert(key, made);
  return made;
}

TermId ScalarTerms::string(RegexId language, bool described) {
  if (language == arena_.regexes().never()) return TermArena::never();
  if (base_ != nullptr && language == arena_.regexes().all()) return base_->any_string;
  const uint64_t key = uint64_t{language.value} << 1 | (described ? 1 : 0);
  if (const TermId* known = known_strings_.find(key)) return *known;
  const TermId made = make_string(language, described);
  if (!arena_.exhausted()) known_strings_.insert(key, made);
  return made;
}

TermId ScalarTerms::make_string(RegexId language, bool described) {
  const bool free = arena_.regexes().any_bounds(language).has_value();
  const TermId inside = excluded_ && described ? any_spelling(language)
                        : excluded_ || free    ? text(language)
                                               : text_term(arena_, language, without_general_escapes(spelling_));
  if (inside == TermArena::never()) return inside;
  if (form_ == nullptr || form_->form == ValueSpelling::Form::kTagged) {
    const TermId quoted[] = {arena_.literal("\""), inside, arena_.literal("\"")};
    return arena_.sequence(quoted);
  }
  if (form_->form == ValueSpelling::Form::kMarked) {
    const TermId marked[] = {form_->mark, inside, form_->mark};
    return arena_.sequence(marked);
  }
  if (language == arena_.regexes().all()) {
    return arena_.choice(any_python_string(arena_, '"'), any_python_string(arena_, '\''));
  }
  const TermId doubled[] = {arena_.literal("\""), inside, arena_.literal("\"")};
  const TermId single[] = {arena_.literal("'"), text(plain(language)), arena_.literal("'")};
  return arena_.choice(arena_.sequence(doubled), arena_.sequence(single));
}

RegexId ScalarTerms::legal_keys(RegexId language) {
  if (!legal_keys_) return language;
  const RegexId parts[] = {language, *legal_keys_};
  return arena_.regexes().intersection(parts);
}

bool ScalarTerms::is_legal_key(std::string_view utf8) {
  RegexArena& regexes = arena_.regexes();
  if (!legal_keys_ || utf8.empty()) return !legal_keys_ || regexes.nullable(*legal_keys_);
  const size_t first = utf8_length(utf8);
  if (first == 0) return false;
  const RegexId inside = regexes.derivative(*legal_keys_, utf8_code_point(utf8.substr(0, first)));
  if (!key_loop_ || key_loop_->first != inside) {
    ByteSet loops;
    for (uint8_t c = 0; c < 0x80; ++c) {
      if (regexes.derivative(inside, c) == inside) loops.insert(c);
    }
    key_loop_ = {inside, loops};
  }
  size_t known = first;
  while (known < utf8.size() && key_loop_->second.contains(static_cast<uint8_t>(utf8[known]))) ++known;
  return regexes.matches(inside, utf8.substr(known));
}

RegexId ScalarTerms::plain(RegexId language) {
  RegexArena& regexes = arena_.regexes();
  const CodePointSet quotes{{'"', '"'}, {'\'', '\''}};
  const RegexId parts[] = {language, regexes.repeat(regexes.one_of(quotes.complement()), 0, kUnbounded)};
  return regexes.intersection(parts);
}

TermId ScalarTerms::code_point(uint32_t value) {
  if (characters_ != nullptr && value < characters_->size() && (*characters_)[value] != TermArena::never()) {
    return (*characters_)[value];
  }
  const auto [at, added] = code_points_.try_emplace(value);
  if (added) at->second = class_term(arena_, CodePointSet{{value, value}}, spelling_);
  return at->second;
}

void ScalarTerms::append(const ValueSum& sum, std::vector<TermId>& parts) {
  if (sum.null_value) parts.push_back(null_);
  if (sum.true_value) parts.push_back(true_);
  if (sum.false_value) parts.push_back(false_);
  const TermId number_term = number(sum.numbers);
  if (number_term != TermArena::never()) parts.push_back(number_term);
  const TermId string_term = string(sum.strings, sum.described);
  if (string_term != TermArena::never()) parts.push_back(string_term);
}

void ScalarTerms::append_text(std::string_view utf8, std::vector<TermId>& parts) {
  while (!utf8.empty()) {
    const size_t length = std::max<size_t>(utf8_length(utf8), 1);
    parts.push_back(code_point(utf8_code_point(utf8.substr(0, length))));
    utf8.remove_prefix(length);
  }
}

std::optional<std::vector<std::string>> ScalarTerms::few_values(const ValueSum& sum, uint32_t most) {
  std::vector<std::string> out;
  if (sum.null_value) out.push_back("null");
  if (sum.true_value) out.push_back("true");
  if (sum.false_value) out.push_back("false");
  const std::optional<std::vector<std::string>> numbers =
      arena_.regexes().enumerate(numbers_.shortest_spellings(sum.numbers), most);
  const std::optional<std::vector<std::string>> strings = arena_.regexes().enumerate(sum.strings, most);
  if (!numbers || !strings) return std::nullopt;
  out.insert(out.end(), numbers->begin(), numbers->end());
  for (const std::string& text : *strings) out.push_back('"' + text);
  if (out.size() >= most) return std::nullopt;
  return out;
}

std::vector<uint64_t> ScalarTerms::two_lengths(const ValueSum& sum) {
  RegexArena& regexes = arena_.regexes();
  std::vector<uint64_t> lengths;
  if (sum.null_value) lengths.push_back(arena_.shortest(null_));
  if (sum.true_value) lengths.push_back(arena_.shortest(true_));
  if (sum.false_value) lengths.push_back(arena_.shortest(false_));
  const auto add_two = [&](RegexId language, uint64_t quotes) {
    const std::optional<std::u32string> one = regexes.shortest(language);
    if (!one) return;
    std::string text;
    for (char32_t point : *one) append_utf8(text, point);
    lengths.push_back(quotes + text_bytes(text));
    const std::string_view known = text;
    const RegexId others[] = {language, regexes.complement(regexes.literals({known}))};
    const std::optional<std::u32string> two = regexes.shortest(regexes.intersection(others));
    if (!two) return;
    text.clear();
    for (char32_t point : *two) append_utf8(text, point);
    lengths.push_back(quotes + text_bytes(text));
  };
  add_two(numbers_.shortest_spellings(sum.numbers), 0);
  add_two(sum.strings, 2);
  return lengths;
}

uint32_t ScalarTerms::text_bytes(std::string_view utf8) {
  if (spelling_ == TextSpelling::kUtf8) return static_cast<uint32_t>(utf8.size());
  uint32_t bytes = 0;
  while (!utf8.empty()) {
    const size_t length = std::max<size_t>(utf8_length(utf8), 1);
    bytes += arena_.shortest(code_point(utf8_code_point(utf8.substr(0, length))));
    utf8.remove_prefix(length);
  }
  return bytes;
}

}  // namespace keyway::json_schema
