// Sets of numbers; see number_set.h.
#include "schemas/json_schema/number_set.h"

#include "schemas/json_schema/number_text.h"

namespace keyway::json_schema {
namespace {

// "1e5" and "0e-3": integral mantissas with an exponent that keeps them so.
RegexId sure_integers(NumberText& text) {
  const RegexId up = text.join({text.one_of("eE"), text.optional(text.one_of("+")), text.any_digits(1, kUnbounded)});
  return text.join({text.optional(text.one_of("-")), text.unsigned_integer(), text.zero_fraction(), up});
}

}  // namespace

NumberAlgebra::NumberAlgebra(RegexArena& regexes) : regexes_(regexes) {
  NumberText text(regexes);
  const RegexId minus = text.optional(text.one_of("-"));
  const RegexId plain = text.join({minus, text.unsigned_plain()});
  const RegexId scientific = text.join({plain, text.exponent()});
  const RegexId integer = text.join({minus, text.unsigned_integer()});
  all_ = {plain, scientific, scientific};
  none_ = {regexes.never(), regexes.never(), regexes.never()};
  integers_ = {text.join({integer, text.zero_fraction()}), sure_integers(text), scientific};
  lexical_integers_ = {integer, regexes.never(), regexes.never()};
}

NumberSet NumberAlgebra::at_least(const Decimal& bound, bool strict) {
  NumberText text(regexes_);
  const RegexId minus = text.one_of("-");
  if (bound.is_zero()) {
    // The sign decides, whatever the exponent: all spellings without one, and zeros with one.
    const RegexId zeros = text.join({text.optional(minus), text.unsigned_zero()});
    const RegexId positive = text.greater(bound);
    if (strict) {
      const RegexId scientific = text.join({positive, text.exponent()});
      return {positive, scientific, scientific};
    }
    const RegexId plain = text.either(positive, zeros);
    const RegexId scientific = text.join({plain, text.exponent()});
    return {plain, scientific, scientific};
  }
  RegexId plain;
  if (!bound.negative) {
    plain = text.greater(bound);
    if (!strict) plain = text.either(plain, text.equal(bound));
  } else {
    RegexId below = text.less(bound.absolute());
    if (!strict) below = text.either(below, text.equal(bound.absolute()));
    plain = text.either(text.unsigned_plain(), text.join({minus, below}));
  }
  return {plain, regexes_.never(), all_.possible};
}

NumberSet NumberAlgebra::at_most(const Decimal& bound, bool strict) { return complement(at_least(bound, !strict)); }

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
  if (zero) integers.push_back("-0");
  std::vector<RegexId> parts;
  if (!integers.empty()) {
    const std::vector<std::string_view> views(integers.begin(), integers.end());
    parts.push_back(text.join({regexes_.literals(views), text.zero_fraction()}));
  }
  if (!fractions.empty()) {
    const std::vector<std::string_view> views(fractions.begin(), fractions.end());
    parts.push_back(text.join({regexes_.literals(views), regexes_.repeat(text.one_of("0"), 0, kUnbounded)}));
  }
  return {regexes_.alternative(parts), regexes_.never(), all_.possible};
}

NumberSet NumberAlgebra::unite(std::span<const NumberSet> sets) {
  std::vector<RegexId> plain, sure, possible;
  for (const NumberSet& set : sets) {
    if (set == all_) return all_;
    plain.push_back(set.plain);
    sure.push_back(set.sure);
    possible.push_back(set.possible);
  }
  return {regexes_.alternative(plain), regexes_.alternative(sure), regexes_.alternative(possible)};
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
  return {regexes_.intersection(plain), regexes_.intersection(sure), regexes_.intersection(possible)};
}

NumberSet NumberAlgebra::complement(const NumberSet& set) {
  if (set == all_) return none_;
  if (set == none_) return all_;
  const auto minus = [&](RegexId from, RegexId what) {
    if (what == regexes_.never()) return from;
    const RegexId parts[] = {from, regexes_.complement(what)};
    return regexes_.intersection(parts);
  };
  return {minus(all_.plain, set.plain), minus(all_.possible, set.possible), minus(all_.sure, set.sure)};
}

RegexId NumberAlgebra::spellings(const NumberSet& set) {
  const RegexId parts[] = {set.plain, set.sure};
  return regexes_.alternative(parts);
}

}  // namespace keyway::json_schema
