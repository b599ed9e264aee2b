// Divisibility as remainders; see number_residues.h.
//
// A spelling is read digit by digit: r becomes (10 r + digit) mod modulus, in the integer part and on through the digits of
// the fraction that count. k more digits lead from r to the remainders 10^k r, 10^k r + 1, ..., 10^k r + 10^k - 1, so that a sum
// over an interval tells whether k digits are enough: the shortest text of a state, and whether it has any, need no search.
#include "schemas/json_schema/number_residues.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "schemas/json_schema/number_text.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kNoText = 0xFFFFFFFFu;

class ResidueFamily : public RegexFamily {
 public:
  explicit ResidueFamily(const Residues& set) : digits_(set.digits), others_(set.others), modulus_(set.modulus()) {
    // before_[place][r]: how many of the remainders under r, after `place` fraction digits, may be followed by nothing.
    uint64_t scale = 1;
    before_.resize(digits_ + 1);
    for (uint32_t place = digits_ + 1; place-- > 0; scale = scale * 10 % modulus_) {
      std::vector<uint32_t>& sums = before_[place];
      sums.assign(modulus_ + 1, 0);
      for (uint64_t r = 0; r < modulus_; ++r) sums[r + 1] = sums[r] + (set.in[r * scale % modulus_] ? 1 : 0);
    }
  }
  void set_family(FamilyId family) { family_ = family; }

  RegexId start(RegexArena& arena) const {
    NumberText text(arena);
    std::vector<RegexId> first = {text.join({text.one_of("0"), end_of_integer(arena, 0)})};
    for (char digit = '1'; digit <= '9'; ++digit) {
      first.push_back(text.join({text.digits(digit, digit), state(arena, 0, static_cast<uint64_t>(digit - '0') % modulus_)}));
    }
    return text.join({text.optional(text.one_of("-")), arena.alternative(first)});
  }

  RegexId meaning(RegexArena& arena, uint32_t key) override {
    const uint32_t place = static_cast<uint32_t>(key / modulus_);
    const uint64_t r = key % modulus_;
    NumberText text(arena);
    const RegexId more = any_digit(arena, place == 0 ? 0 : place + 1, r);
    if (place == 0) return text.either(more, end_of_integer(arena, r));
    return may_end(place, r) ? text.optional(more) : more;
  }

 private:
  bool may_end(uint32_t place, uint64_t r) const { return before_[place][r + 1] != before_[place][r]; }

  // Whether k more digits can lead from r to a remainder that may be followed by nothing there.
  bool reaches(uint32_t place, uint64_t r, uint32_t k) const {
    uint64_t width = 1;
    for (uint32_t i = 0; i < k && width < modulus_; ++i) width *= 10;
    const std::vector<uint32_t>& sums = before_[place];
    if (width >= modulus_) return sums[modulus_] > 0;
    const uint64_t first = r * width % modulus_, last = first + width;
    if (last <= modulus_) return sums[last] > sums[first];
    return sums[modulus_] > sums[first] || sums[last - modulus_] > 0;
  }

  // Code points of the shortest text from a state. `integer_digits`: as many may come before the point.
  uint32_t shortest(uint32_t place, uint64_t r, bool in_integer) const {
    uint32_t best = others_ ? digits_ - place + 1 + (in_integer ? 1 : 0) : kNoText;
    uint32_t most = 1;
    for (uint64_t width = 1; width < modulus_; width *= 10) ++most;
    for (uint32_t before_point = 0; before_point <= (in_integer ? most : 0); ++before_point) {
      if (in_integer && reaches(0, r, before_point)) best = std::min(best, before_point);
      for (uint32_t to = in_integer ? 1 : place; to <= digits_; ++to) {
        const uint32_t k = before_point + to - place;
        if (reaches(to, r, k)) best = std::min(best, k + (in_integer ? 1 : 0));
      }
    }
    return best;
  }

  RegexId state(RegexArena& arena, uint32_t place, uint64_t r) const {
    if (place > 0 && place == digits_) return end_of_fraction(arena, r, 0);
    const uint32_t least = shortest(place, r, place == 0);
    if (least == kNoText) return arena.never();
    return arena.deferred(family_, static_cast<uint32_t>(place * modulus_ + r), {may_end(place, r), true, least});
  }

  RegexId any_digit(RegexArena& arena, uint32_t then, uint64_t r) const {
    NumberText text(arena);
    std::vector<RegexId> parts;
    for (char digit = '0'; digit <= '9'; ++digit) {
      parts.push_back(text.join({text.digits(digit, digit), state(arena, then, (r * 10 + static_cast<uint64_t>(digit - '0')) % modulus_)}));
    }
    return arena.alternative(parts);
  }

  // What may follow the integer part.
  RegexId end_of_integer(RegexArena& arena, uint64_t r) const {
    NumberText text(arena);
    const RegexId fraction = digits_ == 0 ? end_of_fraction(arena, r, 1) : any_digit(arena, 1, r);
    const RegexId part = text.join({text.one_of("."), fraction});
    return may_end(0, r) ? text.optional(part) : part;
  }

  // Behind the digits that count: zeros, or a digit that makes it one of the others.
  RegexId end_of_fraction(RegexArena& arena, uint64_t r, uint32_t least) const {
    NumberText text(arena);
    const RegexId zeros = arena.repeat(text.one_of("0"), least, kUnbounded);
    if (!others_) return may_end(digits_, r) ? zeros : arena.never();
    if (may_end(digits_, r)) return text.any_digits(least, kUnbounded);
    return text.join({arena.repeat(text.one_of("0"), 0, kUnbounded), text.digits('1', '9'), text.any_digits(0, kUnbounded)});
  }

  uint32_t digits_;
  bool others_;
  uint64_t modulus_;
  FamilyId family_;
  std::vector<std::vector<uint32_t>> before_;
};

// The same set, told by a multiple of its modulus in smaller units.
Residues refined(const Residues& set, uint32_t digits, uint64_t modulus) {
  uint64_t scale = 1;
  for (uint32_t i = set.digits; i < digits; ++i) scale *= 10;
  Residues out{digits, std::vector<bool>(modulus), set.others};
  for (uint64_t r = 0; r < modulus; ++r) out.in[r] = r % scale == 0 ? set.in[r / scale % set.modulus()] : set.others;
  return out;
}

// The modulus of the set in units of 10^-digits; 0 where that is too large.
uint64_t modulus_in(const Residues& set, uint32_t digits) {
  uint64_t modulus = set.modulus();
  for (uint32_t i = set.digits; i < digits && modulus != 0; ++i) modulus = modulus > kMostResidues ? 0 : modulus * 10;
  return modulus;
}

}  // namespace

std::string Residues::key() const {
  std::string out = std::to_string(digits) + (others ? "o" : "n");
  for (bool bit : in) out += bit ? '1' : '0';
  return out;
}

std::optional<Residues> residues_of_multiples(uint64_t divisor, int64_t exponent) {
  Residues out;
  out.others = false;
  for (int64_t i = 0; i < exponent && divisor <= kMostResidues; ++i) divisor *= 10;
  if (exponent < 0) out.digits = static_cast<uint32_t>(std::min<int64_t>(-exponent, kMostResidues));
  if (divisor * (out.digits + 1) > kMostResidues) return std::nullopt;
  out.in.assign(divisor, false);
  out.in[0] = true;
  return reduced(std::move(out));
}

std::optional<Residues> combine(const Residues& a, const Residues& b, bool intersection) {
  const uint32_t digits = std::max(a.digits, b.digits);
  const uint64_t modulus_a = modulus_in(a, digits), modulus_b = modulus_in(b, digits);
  if (modulus_a == 0 || modulus_b == 0) return std::nullopt;
  const uint64_t modulus = std::lcm(modulus_a, modulus_b);
  if (modulus * (digits + 1) > kMostResidues) return std::nullopt;
  Residues left = refined(a, digits, modulus);
  const Residues right = refined(b, digits, modulus);
  for (uint64_t r = 0; r < modulus; ++r) left.in[r] = intersection ? left.in[r] && right.in[r] : left.in[r] || right.in[r];
  left.others = intersection ? left.others && right.others : left.others || right.others;
  return reduced(std::move(left));
}

Residues complement_of(Residues set) {
  set.in.flip();
  set.others = !set.others;
  return set;
}

Residues reduced(Residues set) {
  const auto repeats = [&](uint64_t period) {
    for (uint64_t r = period; r < set.modulus(); ++r) {
      if (set.in[r] != set.in[r - period]) return false;
    }
    return true;
  };
  uint64_t left = set.modulus();
  for (uint64_t factor = 2; left > 1; ++factor) {
    if (factor * factor > left) factor = left;
    for (; left % factor == 0; left /= factor) {
      if (repeats(set.modulus() / factor)) set.in.resize(set.modulus() / factor);
    }
  }
  // A fraction digit that only tells what the others are anyway.
  while (set.digits > 0) {
    if (set.modulus() % 10 != 0) {
      if (set.modulus() != 1 || set.in[0] != set.others) break;
      set.digits = 0;
      break;
    }
    bool alike = true;
    for (uint64_t r = 0; r < set.modulus() && alike; ++r) alike = r % 10 == 0 || set.in[r] == set.others;
    if (!alike) break;
    std::vector<bool> in(set.modulus() / 10);
    for (uint64_t r = 0; r < in.size(); ++r) in[r] = set.in[10 * r];
    set.in = std::move(in);
    --set.digits;
  }
  return set;
}

RegexId spelled(RegexArena& regexes, const Residues& set) {
  const auto family = std::make_shared<ResidueFamily>(set);
  family->set_family(regexes.add_family(family));
  return family->start(regexes);
}

}  // namespace keyway::json_schema
