// Sets of numbers; see number_set.h.
#include "schemas/json_schema/number_set.h"

#include "schemas/json_schema/number_text.h"

namespace keyway::json_schema {
namespace {

// Digits after the point of an integer in scientific spelling: a double has at most 17 digits, one is before it.
constexpr uint32_t kMostIntegerFraction = 16;

// "1e5" and "0e-3": integral mantissas with an exponent that keeps them so.
RegexId sure_integers(NumberText& text) {
  const RegexId up = text.join({text.one_of("eE"), text.optional(text.one_of("+")), text.any_digits(1, kUnbounded)});
  return text.join({text.optional(text.one_of("-")), text.unsigned_integer(), text.zero_fraction(), up});
}

}  // namespace

NumberAlgebra::NumberAlgebra(RegexArena& regexes, NumberSpelling spelling, const KnownNumbers* known)
    : regexes_(regexes), spelling_(spelling) {
  if (known != nullptr) {
    all_ = known->all;
    none_ = known->none;
    integers_ = known->integers;
    known_bounds_ = known->bounds;
    return;
  }
  NumberText text(regexes);
  const RegexId plain = text.join({text.optional(text.one_of("-")), text.unsigned_plain()});
  const RegexId scientific = text.join({plain, text.exponent()});
  all_ = {plain, scientific, scientific};
  none_ = {regexes.never(), regexes.never(), regexes.never()};
}

NumberSet NumberAlgebra::integers(bool lexical) {
  if (!lexical && integers_) return *integers_;
  NumberText text(regexes_);
  const RegexId minus = text.optional(text.one_of("-"));
  const RegexId integer = text.join({minus, text.unsigned_integer()});
  if (lexical || spelling_ == NumberSpelling::kLexical) return {integer, regexes_.never(), regexes_.never()};
  RegexId sure = sure_integers(text);
  if (spelling_ == NumberSpelling::kAny) {
    sure = text.either(sure, text.join({minus, text.scientific_integer(kMostIntegerFraction)}));
  }
  integers_ = {text.join({integer, text.zero_fraction()}), sure, all_.possible};
  return *integers_;
}

// A set from its plain spellings, the scientific ones that are known to be in it, and those known not to be.
NumberSet NumberAlgebra::compared(RegexId plain, RegexId sure, RegexId surely_not) {
  if (spelling_ != NumberSpelling::kAny) return {plain, regexes_.never(), all_.possible};
  const RegexId possible[] = {all_.possible, regexes_.complement(surely_not)};
  return {plain, sure, regexes_.intersection(possible)};
}

NumberSet NumberAlgebra::at_least(const Decimal& bound, bool strict) { return beyond(bound, strict, false); }

// value <= bound is -value >= -bound: the same spellings with the other sign.
NumberSet NumberAlgebra::at_most(const Decimal& bound, bool strict) {
  Decimal negated = bound;
  negated.negative = !bound.negative && !bound.is_zero();
  return beyond(negated, strict, true);
}

// Asked for again by every schema of a list: "minimum": 1 is 6,000 instructions.
NumberSet NumberAlgebra::beyond(const Decimal& bound, bool strict, bool mirrored) {
  std::string key = bound.digits;
  key += strict ? 's' : 'l';
  key += mirrored ? 'm' : 'p';
  key += bound.negative ? '-' : '+';
  key += std::to_string(bound.exponent);
  if (known_bounds_ != nullptr) {
    if (const auto known = known_bounds_->find(key); known != known_bounds_->end()) return known->second;
  }
  if (const auto known = bounds_.find(key); known != bounds_.end()) return known->second;
  const NumberSet made = make_beyond(bound, strict, mirrored);
  if (!regexes_.exhausted()) bounds_.emplace(std::move(key), made);
  return made;
}

NumberSet NumberAlgebra::make_beyond(const Decimal& bound, bool strict, bool mirrored) {
  NumberText text(regexes_);
  const RegexId minus = text.one_of("-");
  const RegexId up = mirrored ? minus : regexes_.epsilon();    // the sign of values that grow
  const RegexId down = mirrored ? regexes_.epsilon() : minus;  // the sign of the others
  const RegexId any_zero = text.join({text.optional(minus), text.unsigned_zero()});
  if (bound.is_zero()) {
    // The sign decides, whatever the exponent.
    const RegexId positive = text.join({up, text.greater(bound)});
    const RegexId plain = strict ? positive : text.either(positive, any_zero);
    const RegexId scientific = text.join({plain, text.exponent()});
    const bool lexical = spelling_ == NumberSpelling::kLexical;
    return {plain, lexical ? regexes_.never() : scientific, scientific};
  }
  const Decimal size = bound.absolute();
  const RegexId zeros = text.join({any_zero, text.exponent()});
  if (!bound.negative) {
    const RegexId plain = strict ? text.greater(size) : text.either(text.greater(size), text.equal(size));
    const RegexId below = text.join({down, text.unsigned_plain(), text.exponent()});
    const RegexId less = text.join({up, text.scientific_less(size, strict)});
    return compared(text.join({up, plain}), text.join({up, text.scientific_greater(size, !strict)}),
                    text.either(below, text.either(zeros, less)));
  }
  const RegexId nearer = strict ? text.less(size) : text.either(text.less(size), text.equal(size));
  const RegexId plain = text.either(text.join({up, text.unsigned_plain()}), text.join({down, nearer}));
  const RegexId above = text.join({up, text.unsigned_plain(), text.exponent()});
  const RegexId less = text.join({down, text.scientific_less(size, !strict)});
  return compared(text.either(plain, any_zero), text.either(above, text.either(zeros, less)),
                  text.join({down, text.scientific_greater(size, strict)}));
}

NumberSet NumberAlgebra::constants(std::span<const Decimal> values) {
  if (values.empty()) return none_;
  NumberText text(regexes_);
  std::vector<std::string> integers, fractions;
  bool zero = false;
  for (const Decimal& value : values) {
    zero = zero || value.is_zero();
    const std::string sign = value.negative ? "-" : "";
    if (value.is_integer()) {
      integers.push_back(sign + value.integer_digits());
    } else {
      fractions.push_back(sign + value.integer_digits() + "." + value.fraction_digits());
    }
  }
  const bool lexical = spelling_ == NumberSpelling::kLexical;
  const RegexId zeros = lexical ? regexes_.epsilon() : regexes_.repeat(text.one_of("0"), 0, kUnbounded);
  if (zero && !lexical) integers.push_back("-0");
  std::vector<RegexId> parts;
  if (!integers.empty()) {
    const std::vector<std::string_view> views(integers.begin(), integers.end());
    parts.push_back(text.join({regexes_.literals(views), lexical ? zeros : text.zero_fraction()}));
  }
  if (!fractions.empty()) {
    const std::vector<std::string_view> views(fractions.begin(), fractions.end());
    parts.push_back(text.join({regexes_.literals(views), zeros}));
  }
  return {regexes_.alternative(parts), regexes_.never(), all_.possible};
}

RegexId NumberAlgebra::shortest_spellings(const NumberSet& set) {
  NumberText text(regexes_);
  const RegexId integer = text.either(text.one_of("0"), text.join({text.digits('1', '9'), text.any_digits(0, kUnbounded)}));
  const RegexId fraction = text.join({text.one_of("."), text.any_digits(0, kUnbounded), text.digits('1', '9')});
  const std::string_view zero = "-0";
  const RegexId parts[] = {set.plain, text.join({text.optional(text.one_of("-")), integer, text.optional(fraction)}),
                           regexes_.complement(regexes_.literals({zero}))};
  return regexes_.intersection(parts);
}

NumberSet NumberAlgebra::unite(std::span<const NumberSet> sets) {
  std::vector<RegexId> plain, sure, possible;
  for (const NumberSet& set : sets) {
    if (set == all_) return all_;
    plain.push_back(set.plain);
    sure.push_back(set.sure);
    possible.push_back(set.possible);
  }
  const std::optional<RegexId> by_residues = unite_by_residues(plain);
  return {by_residues ? *by_residues : regexes_.alternative(plain), regexes_.alternative(sure), regexes_.alternative(possible)};
}

NumberSet NumberAlgebra::intersect(std::span<const NumberSet> sets) {
  std::vector<RegexId> plain, sure, possible;
  for (const NumberSet& set : sets) {
    if (set == none_) return none_;
    if (set == all_) continue;
    plain.push_back(set.plain);
    sure.push_back(set.sure);
    possible.push_back(set.possible);
  }
  if (plain.empty()) return all_;
  return {intersect_plain(plain), regexes_.intersection(sure), regexes_.intersection(possible)};
}

NumberSet NumberAlgebra::complement(const NumberSet& set) {
  if (set == all_) return none_;
  if (set == none_) return all_;
  const auto minus = [&](RegexId from, RegexId what) {
    if (what == regexes_.never()) return from;
    const RegexId parts[] = {from, regexes_.complement(what)};
    return regexes_.intersection(parts);
  };
  const Factors known = factors(set.plain);
  const bool divides = known.rest == all_.plain;
  const RegexId plain = divides ? product({complement_of(known.residues), all_.plain}) : minus(all_.plain, set.plain);
  return {plain, minus(all_.possible, set.possible), minus(all_.sure, set.sure)};
}

NumberAlgebra::Factors NumberAlgebra::factors(RegexId plain) {
  if (plain == all_.plain) return {Residues(), plain};
  if (const auto known = factors_.find(plain.value); known != factors_.end()) return known->second;
  if (!integers_ || plain != integers_->plain || spelling_ == NumberSpelling::kLexical) return {Residues(), plain};
  // Spelled as they are, in front of bounds too: the base has their states (base.h).
  remember(plain, *residues_of_multiples(1, 0));
  return factors_.at(plain.value);
}

void NumberAlgebra::remember(RegexId plain, Residues residues) {
  by_residues_.emplace(residues.key(), plain);
  factors_.emplace(plain.value, Factors{std::move(residues), all_.plain});
}

// What sets of remainders may cost together: past it expressions are combined as before.
bool NumberAlgebra::may_combine(const Residues& a, const Residues& b) {
  constexpr uint64_t kMostCombined = 1u << 23;
  combined_ += std::min(kMostResidues, a.modulus() * b.modulus());
  return combined_ <= kMostCombined;
}

RegexId NumberAlgebra::product(const Factors& both) {
  if (both.residues.is_none()) return regexes_.never();
  if (both.residues.is_all()) return both.rest;
  const auto [at, added] = by_residues_.try_emplace(both.residues.key(), regexes_.never());
  if (added) at->second = spelled(regexes_, both.residues);
  const RegexId divisible = at->second;
  if (added) factors_.emplace(divisible.value, Factors{both.residues, all_.plain});
  if (both.rest == all_.plain) return divisible;
  const RegexId parts[] = {divisible, both.rest};
  const RegexId plain = regexes_.intersection(parts);
  factors_.emplace(plain.value, both);
  return plain;
}

RegexId NumberAlgebra::intersect_plain(const std::vector<RegexId>& plain) {
  Residues residues;
  std::vector<RegexId> rests;
  for (RegexId set : plain) {
    const Factors next = factors(set);
    const std::optional<Residues> both =
        may_combine(residues, next.residues) ? combine(residues, next.residues, true) : std::nullopt;
    if (both) residues = *both;
    rests.push_back(both ? next.rest : set);
  }
  if (residues.is_all()) return regexes_.intersection(plain);
  std::erase(rests, all_.plain);
  return product({residues, rests.empty() ? all_.plain : regexes_.intersection(rests)});
}

// Where all but divisibility is the same.
std::optional<RegexId> NumberAlgebra::unite_by_residues(const std::vector<RegexId>& plain) {
  std::optional<Factors> all;
  for (RegexId set : plain) {
    const Factors next = factors(set);
    if (set == regexes_.never()) continue;
    if (!all) {
      all = next;
      continue;
    }
    if (all->rest != next.rest || !may_combine(all->residues, next.residues)) return std::nullopt;
    const std::optional<Residues> either = combine(all->residues, next.residues, false);
    if (!either) return std::nullopt;
    all->residues = *either;
  }
  if (!all) return std::nullopt;
  return product(*all);
}

NumberSet NumberAlgebra::exactly_one(const NumberSet& one, const NumberSet& seen, const NumberSet& next) {
  if (regexes_.is_empty(intersect_plain({seen.plain, next.plain})).value_or(false)) {
    const NumberSet both[] = {one, next};
    return unite(both);
  }
  const NumberSet before[] = {one, complement(next)};
  const NumberSet now[] = {next, complement(seen)};
  const NumberSet either[] = {intersect(before), intersect(now)};
  return unite(either);
}

RegexId NumberAlgebra::spellings(const NumberSet& set) {
  const RegexId parts[] = {set.plain, set.sure};
  return regexes_.alternative(parts);
}

}  // namespace keyway::json_schema
