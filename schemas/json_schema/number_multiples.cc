// Multiples of a decimal as spellings; see number_set.h. A divisor is digits * 10^exponent.
//
// With an exponent >= 0 a multiple is a multiple of the digits followed by that many zeros. With a negative one the
// fraction goes on where the integer part ends: the remainder of all digits so far, read as one integer, decides, and
// past the divisor's own fraction digits only zeros may come. Remainders are states: knots of the regular algebra.
#include "schemas/json_schema/number_set.h"
#include "schemas/json_schema/number_text.h"

namespace keyway::json_schema {
namespace {

class Remainders {
 public:
  Remainders(RegexArena& regexes, uint64_t divisor) : regexes_(regexes), text_(regexes), divisor_(divisor) {}

  // Unsigned spellings of multiples of divisor / 10^digits.
  RegexId with_fraction(uint32_t digits) {
    // After the last digit that counts: zeros, where nothing is left over.
    std::vector<RegexId> after(divisor_, regexes_.never());
    after[0] = regexes_.repeat(text_.one_of("0"), 0, kUnbounded);
    uint64_t scale = 1;  // 10^(digits that are missing), modulo the divisor
    for (uint32_t i = digits; i-- > 0;) {
      std::vector<RegexId> before(divisor_, regexes_.never());
      scale = scale * 10 % divisor_;
      for (uint64_t r = 0; r < divisor_; ++r) {
        before[r] = step(r, after);
        if (i > 0 && r * scale % divisor_ == 0) before[r] = text_.optional(before[r]);
      }
      after = std::move(before);
    }
    std::vector<RegexId> ends(divisor_);
    for (uint64_t r = 0; r < divisor_; ++r) {
      RegexId end = regexes_.never();
      // Without fraction digits of its own the divisor allows any number of zeros there, at least one.
      const RegexId fraction = digits > 0 ? after[r]
                               : r == 0   ? regexes_.repeat(text_.one_of("0"), 1, kUnbounded)
                                          : regexes_.never();
      end = text_.join({text_.one_of("."), fraction});
      if (r * scale % divisor_ == 0) end = text_.optional(end);
      ends[r] = end;
    }
    return integer_then(ends);
  }

  // Unsigned integers without leading zeros, each followed by what its remainder asks for.
  RegexId integer_then(const std::vector<RegexId>& ends) {
    std::vector<RegexId> knots(divisor_);
    for (uint64_t r = 0; r < divisor_; ++r) knots[r] = regexes_.declare_knot(regexes_.nullable(ends[r]));
    for (uint64_t r = 0; r < divisor_; ++r) regexes_.define_knot(knots[r], text_.either(step(r, knots), ends[r]));
    std::vector<RegexId> first = {text_.join({text_.one_of("0"), ends[0]})};
    for (char digit = '1'; digit <= '9'; ++digit) {
      first.push_back(text_.join({text_.digits(digit, digit), knots[static_cast<uint64_t>(digit - '0') % divisor_]}));
    }
    return regexes_.alternative(first);
  }

 private:
  // One more digit.
  RegexId step(uint64_t remainder, const std::vector<RegexId>& next) {
    std::vector<RegexId> parts;
    for (char digit = '0'; digit <= '9'; ++digit) {
      const uint64_t then = (remainder * 10 + static_cast<uint64_t>(digit - '0')) % divisor_;
      parts.push_back(text_.join({text_.digits(digit, digit), next[then]}));
    }
    return regexes_.alternative(parts);
  }

  RegexArena& regexes_;
  NumberText text_;
  uint64_t divisor_;
};

}  // namespace

bool is_compiled_divisor(const Decimal& divisor) {
  if (divisor.digits.size() > 9 || divisor.exponent > kMostDivisorZeros) return false;
  const int64_t fraction = divisor.exponent < 0 ? -divisor.exponent : 0;
  return std::stoll(divisor.digits) * (fraction + 1) <= kMostDivisorStates;
}

NumberSet NumberAlgebra::multiples(const Decimal& divisor) {
  const std::string key = divisor.digits + "e" + std::to_string(divisor.exponent);
  const auto found = multiples_.find(key);
  if (found != multiples_.end()) return found->second;
  if (divisor == Decimal{false, "1", 0}) return multiples_.emplace(key, integers(false)).first->second;
  NumberText text(regexes_);
  Remainders remainders(regexes_, std::stoull(divisor.digits));
  RegexId plain;
  if (divisor.exponent < 0) {
    plain = remainders.with_fraction(static_cast<uint32_t>(-divisor.exponent));
  } else {
    std::vector<RegexId> ends(std::stoull(divisor.digits), regexes_.never());
    const uint32_t zeros = static_cast<uint32_t>(divisor.exponent);
    ends[0] = text.join({regexes_.repeat(text.one_of("0"), zeros, zeros), text.zero_fraction()});
    plain = text.either(remainders.integer_then(ends), text.unsigned_zero());
  }
  const NumberSet set = {text.join({text.optional(text.one_of("-")), plain}), regexes_.never(), all_.possible};
  if (const std::optional<Residues> residues = residues_of_multiples(std::stoull(divisor.digits), divisor.exponent)) {
    remember(set.plain, *residues);
  }
  return multiples_.emplace(key, set).first->second;
}

}  // namespace keyway::json_schema
