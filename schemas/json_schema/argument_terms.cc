// Arguments that are not JSON; see argument_terms.h.
#include "schemas/json_schema/argument_terms.h"

#include "grammar/code_point_set.h"
#include "grammar/utf8.h"

namespace keyway::json_schema {
namespace {

using Form = ValueSpelling::Form;

}  // namespace

ArgumentTerms::ArgumentTerms(TermArena& arena, Expander& expander, ShapeStore& shapes, Members& members,
                             Differing& differing, Facts& facts, NumberAlgebra& numbers, const ValueSpelling& spelling,
                             Whitespace policy, uint32_t max_whitespace, PropertyOrder order, ValueTerms& values)
    : arena_(arena),
      expander_(expander),
      shapes_(shapes),
      facts_(facts),
      numbers_(numbers),
      spelling_(spelling),
      values_(values),
      spacing_(Spacing::outermost(arena, policy, max_whitespace, spelling)),
      raw_scalars_(arena, numbers, TextSpelling::kUtf8),
      children_(*this),
      presences_(arena),
      objects_(arena, shapes, members, differing, presences_, raw_scalars_, spacing_, order, children_),
      counted_objects_(arena, shapes, members, raw_scalars_, spacing_, order, children_) {
  raw_scalars_.set_legal_keys(legal_keys());
}

void ArgumentTerms::define(const std::shared_ptr<void>& owner) {
  objects_.set_definition(arena_.define(std::shared_ptr<Definition>(owner, &objects_)));
  counted_objects_.define(owner);
}

// Texts in which `text` does not occur.
RegexId ArgumentTerms::without(std::string_view text) {
  RegexArena& regexes = arena_.regexes();
  const RegexId parts[] = {regexes.all(), regexes.literal(text), regexes.all()};
  return regexes.complement(regexes.sequence(parts));
}

void ArgumentTerms::limit(Expander::ValueLimits& limits) {
  if (spelling_.form != Form::kMarked) return;
  limits.strings = without(spelling_.mark_text);
  limits.keys = legal_keys();
}

RegexId ArgumentTerms::legal_keys() {
  RegexArena& regexes = arena_.regexes();
  CodePointSet excluded{{0, 0x1F}};
  std::string_view bytes = spelling_.not_in_keys;
  if (spelling_.form == Form::kMarked) bytes = ":{}[],\"<";
  if (spelling_.form == Form::kPython) {
    const CodePointSet first{{'a', 'z'}, {'A', 'Z'}, {'_', '_'}, {0x80, kMaxCodePoint}};
    const CodePointSet next{{'a', 'z'}, {'A', 'Z'}, {'_', '_'}, {'0', '9'}, {0x80, kMaxCodePoint}};
    return regexes.sequence(regexes.one_of(first), regexes.repeat(regexes.one_of(next), 0, kUnbounded));
  }
  for (char byte : bytes) {
    const auto code_point = static_cast<uint32_t>(static_cast<unsigned char>(byte));
    excluded = excluded.unite(CodePointSet{{code_point, code_point}});
  }
  const RegexId rest = regexes.repeat(regexes.one_of(excluded.complement()), 0, kUnbounded);
  if (spelling_.form != Form::kMarked) return rest;
  const CodePointSet blank{{' ', ' '}};  // not before a bare key
  return regexes.sequence(regexes.one_of(excluded.unite(blank).complement()), rest);
}

TermId ArgumentTerms::value(ConjunctionId conjunction) {
  const ValueSum& sum = expander_.sum(conjunction);
  std::vector<TermId> parts;
  for (ObjectShapeId id : sum.objects) {
    if (!facts_.possible(id) || arena_.exhausted()) continue;
    parts.push_back(is_counted(shapes_.object(id)) ? counted_objects_.object(id) : objects_.object(std::span(&id, 1)));
  }
  return arena_.choice(parts);
}

std::vector<ParameterKinds> ArgumentTerms::parameters(ConjunctionId conjunction) {
  std::vector<ParameterKinds> out;
  if (spelling_.form != Form::kTagged) return out;
  const std::vector<ObjectShapeId> objects = expander_.sum(conjunction).objects;
  for (ObjectShapeId id : objects) {
    const std::vector<NamedProperty> named = shapes_.object(id).named;
    for (const NamedProperty& property : named) {
      const ValueKinds one = kinds(expander_.sum(property.value));
      const std::string name(shapes_.name_text(property.name));
      bool known = false;
      for (ParameterKinds& other : out) {
        if (other.name != name) continue;
        other.kinds |= one;
        known = true;
      }
      if (!known) out.push_back({name, one});
    }
  }
  return out;
}

Fact ArgumentTerms::MemberValues::fact(ConjunctionId conjunction) {
  if (owner_.spelling_.form != Form::kTagged) return owner_.facts_.decide(conjunction);
  const TermId term = owner_.member(conjunction);
  if (term == TermArena::never()) return {};
  return {false, owner_.arena_.shortest(term)};
}

TermId ArgumentTerms::member(ConjunctionId conjunction) {
  if (spelling_.form != Form::kTagged) return values_.value(conjunction);
  if (const auto found = raw_values_.find(conjunction.value); found != raw_values_.end()) return found->second;
  const TermId term = arena_.sequence(raw(conjunction), spelling_.member_close);
  raw_values_.emplace(conjunction.value, term);
  return term;
}

// Numbers are none exactly where they have no plain spelling (number_set.h).
ValueKinds ArgumentTerms::kinds(const ValueSum& sum) const {
  RegexArena& regexes = arena_.regexes();
  ValueKinds out = 0;
  if (!regexes.is_empty(sum.strings).value_or(true)) out |= kStringKind;
  if (!regexes.is_empty(sum.numbers.plain).value_or(true)) out |= kNumberKind;
  if (sum.true_value || sum.false_value) out |= kBooleanKind;
  if (sum.null_value) out |= kNullKind;
  if (!sum.arrays.empty() || !sum.objects.empty()) out |= kContainerKind;
  return out;
}

// Most members of a list are one of a few kinds of strings.
TermId ArgumentTerms::raw_text(RegexId strings, ValueKinds kinds) {
  if (strings == arena_.regexes().never()) return TermArena::never();
  const uint64_t key = uint64_t{strings.value} << 32 | kinds;
  if (const TermId* known = raw_texts_.find(key)) return *known;
  const TermId made = make_raw_text(strings, kinds);
  if (!arena_.exhausted()) raw_texts_.insert(key, made);
  return made;
}

// Few texts, as those of an enum, are looked at one by one: to intersect them is 135,000 instructions, this 85,000.
TermId ArgumentTerms::make_raw_text(RegexId strings, ValueKinds kinds) {
  static constexpr size_t kFewTexts = 64;
  RegexArena& regexes = arena_.regexes();
  const std::optional<std::vector<std::string>> texts = regexes.enumerate(strings, kFewTexts);
  const RegexId taken = raw_strings(kinds);
  if (!texts) {
    const RegexId parts[] = {strings, taken};
    return raw_scalars_.text(regexes.intersection(parts));
  }
  std::vector<std::string_view> written;
  for (const std::string& text : *texts) {
    if (regexes.matches(taken, text)) written.push_back(text);
  }
  return arena_.literals(std::move(written));
}

// What the reader takes for a string. Texts of a number with more than 64 bytes are left out, for it would.
RegexId ArgumentTerms::raw_strings(ValueKinds kinds) {
  RegexArena& regexes = arena_.regexes();
  std::vector<RegexId> parts = {without(spelling_.closing_tag)};
  const auto exclude = [&](std::string_view text) { parts.push_back(regexes.complement(regexes.literal(text))); };
  if (kinds & kNullKind) {
    exclude("null");
    if (spelling_.python_words) exclude("None");
  }
  if (kinds & kBooleanKind) {
    for (std::string_view word : {"true", "false"}) exclude(word);
    if (spelling_.python_words) {
      for (std::string_view word : {"True", "False"}) exclude(word);
    }
  }
  if (kinds & kNumberKind) {
    const auto digits = [&](uint32_t min) { return regexes.repeat(regexes.one_of({{'0', '9'}}), min, kUnbounded); };
    const RegexId sign = regexes.repeat(regexes.literal("-"), 0, 1);
    const RegexId point = regexes.repeat(regexes.sequence(regexes.literal("."), digits(1)), 0, 1);
    const RegexId exponent[] = {regexes.one_of({{'e', 'e'}, {'E', 'E'}}),
                                regexes.repeat(regexes.one_of({{'+', '+'}, {'-', '-'}}), 0, 1), digits(1)};
    const RegexId number[] = {sign, digits(1), point, regexes.repeat(regexes.sequence(exponent), 0, 1)};
    parts.push_back(regexes.complement(regexes.sequence(number)));
  }
  if (kinds & kContainerKind) {
    const CodePointSet blank{{' ', ' '}, {'\t', '\n'}, {'\r', '\r'}};
    const RegexId bracket[] = {regexes.repeat(regexes.one_of(blank), 0, kUnbounded),
                               regexes.one_of({{'{', '{'}, {'[', '['}}), regexes.all()};
    parts.push_back(regexes.complement(regexes.sequence(bracket)));
  }
  return regexes.intersection(parts);
}

TermId ArgumentTerms::python_words(const ValueSum& sum) {
  std::vector<TermId> parts;
  if (!spelling_.python_words) return TermArena::never();
  if (sum.null_value) parts.push_back(arena_.literal("None"));
  if (sum.true_value) parts.push_back(arena_.literal("True"));
  if (sum.false_value) parts.push_back(arena_.literal("False"));
  return arena_.choice(parts);
}

TermId ArgumentTerms::raw(ConjunctionId conjunction) {
  const ValueSum& sum = expander_.sum(conjunction);
  std::vector<TermId> parts = {raw_text(sum.strings, kinds(sum)), python_words(sum)};
  ValueSum others = sum;
  others.strings = arena_.regexes().never();
  others.arrays.clear();
  others.objects.clear();
  raw_scalars_.append(others, parts);
  if (!sum.arrays.empty() || !sum.objects.empty()) parts.push_back(values_.containers(conjunction));
  return arena_.choice(parts);
}

}  // namespace keyway::json_schema
