// See lark_parameters.h.
#include "schemas/grammars/lark/lark_parameters.h"

#include <bit>

namespace keyway::grammars {
namespace {

constexpr uint32_t kMostDepth = 64;  // of conditions inside conditions

void blanks(TextCursor& cursor) {
  while (cursor.at() == ' ' || cursor.at() == '\t') cursor.skip(1);
}

bool expect(TextCursor& cursor, std::string_view text) {
  blanks(cursor);
  if (!cursor.take(text)) return cursor.syntax("expected " + std::string(text), std::string(text));
  blanks(cursor);
  return true;
}

std::string word(TextCursor& cursor) {
  std::string out;
  for (char c = cursor.at(); (c >= 'a' && c <= 'z') || c == '_'; c = cursor.at()) {
    out += c;
    cursor.skip(1);
  }
  return out;
}

bool number(TextCursor& cursor, uint64_t& out, uint64_t most) {
  blanks(cursor);
  const size_t offset = cursor.position();
  uint64_t value = 0;
  bool fits = true, any = false;
  const uint64_t base = cursor.take("0x") ? 16 : 10;
  while (true) {
    const char c = cursor.at();
    const int digit = c >= '0' && c <= '9'                 ? c - '0'
                      : base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : base == 16 && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                           : -1;
    if (digit < 0) break;
    fits = fits && value <= (UINT64_MAX - static_cast<uint64_t>(digit)) / base;
    if (fits) value = value * base + static_cast<uint64_t>(digit);
    any = true;
    cursor.skip(1);
  }
  if (!any) return cursor.syntax("expected a number");
  if (!fits || value > most) {
    return cursor.refuse(ErrorCode::kInvalid, "a number that is too large", offset, "at most " + std::to_string(most));
  }
  out = value;
  return true;
}

// _ or [first:last]
bool read_bits(TextCursor& cursor, LarkBits& bits) {
  blanks(cursor);
  if (cursor.take("_")) return true;
  const size_t offset = cursor.position();
  if (!cursor.take("[")) return cursor.syntax("expected bits", "_ or [first:last]");
  uint64_t first = 0, last = 0;
  if (!number(cursor, first, 63) || !expect(cursor, ":") || !number(cursor, last, 64) || !expect(cursor, "]")) return false;
  if (first >= last) return cursor.refuse(ErrorCode::kInvalid, "bits that end before they begin", offset);
  bits = {static_cast<uint32_t>(first), static_cast<uint32_t>(last)};
  return true;
}

bool compares(std::string_view how, uint64_t a, uint64_t b) {
  if (how == "eq") return a == b;
  if (how == "ne") return a != b;
  if (how == "lt") return a < b;
  if (how == "le") return a <= b;
  return how == "gt" ? a > b : a >= b;
}

bool is_comparison(std::string_view how) {
  return how == "eq" || how == "ne" || how == "lt" || how == "le" || how == "gt" || how == "ge";
}

}  // namespace

uint64_t LarkBits::mask() const {
  const uint64_t width = last - first;
  return (width == 64 ? UINT64_MAX : (uint64_t{1} << width) - 1) << first;
}

uint64_t LarkBits::of(uint64_t value) const { return (value & mask()) >> first; }

uint64_t LarkParameter::apply(uint64_t current) const {
  switch (kind) {
    case Kind::kValue: return value;
    case Kind::kSame: return current;
    case Kind::kSetBit: return current | uint64_t{1} << value;
    case Kind::kClearBit: return current & ~(uint64_t{1} << value);
    case Kind::kAnd: return current & value;
    case Kind::kOr: return current | value;
    case Kind::kIncrement: return (current & bits.mask()) == bits.mask() ? current : current + (uint64_t{1} << bits.first);
    case Kind::kDecrement: return (current & bits.mask()) == 0 ? current : current - (uint64_t{1} << bits.first);
  }
  return current;
}

bool LarkCondition::holds(uint64_t current) const {
  switch (kind) {
    case Kind::kTrue: return true;
    case Kind::kBit: return bits.of(current) == value;
    case Kind::kOnes: return (current & bits.mask()) == (value == 1 ? bits.mask() : 0);
    case Kind::kCompare: return compares(compare, bits.of(current), value);
    case Kind::kCount: return compares(compare, static_cast<uint64_t>(std::popcount(bits.of(current))), value);
    case Kind::kAnd: return parts[0].holds(current) && parts[1].holds(current);
    case Kind::kOr: return parts[0].holds(current) || parts[1].holds(current);
    case Kind::kNot: return !parts[0].holds(current);
  }
  return true;
}

bool read_parameter(TextCursor& cursor, LarkParameter& out) {
  using Kind = LarkParameter::Kind;
  if (cursor.at() >= '0' && cursor.at() <= '9') {
    out.kind = Kind::kValue;
    return number(cursor, out.value, UINT64_MAX);
  }
  const size_t offset = cursor.position();
  const std::string name = word(cursor);
  if (name == "_") return true;
  constexpr std::pair<std::string_view, Kind> kFunctions[] = {{"set_bit", Kind::kSetBit},  {"clear_bit", Kind::kClearBit},
                                                              {"bit_and", Kind::kAnd},     {"bit_or", Kind::kOr},
                                                              {"incr", Kind::kIncrement}, {"decr", Kind::kDecrement}};
  for (const auto& [function, kind] : kFunctions) {
    if (name != function) continue;
    out.kind = kind;
    if (!expect(cursor, "(")) return false;
    const bool of_bits = kind == Kind::kIncrement || kind == Kind::kDecrement;
    const bool of_bit = kind == Kind::kSetBit || kind == Kind::kClearBit;
    if (of_bits ? !read_bits(cursor, out.bits) : !number(cursor, out.value, of_bit ? 63 : UINT64_MAX)) return false;
    return expect(cursor, ")");
  }
  return cursor.refuse(ErrorCode::kSyntax, "expected a parameter", offset, "_, a number or a function of bits");
}

bool read_condition(TextCursor& cursor, LarkCondition& out, uint32_t depth) {
  using Kind = LarkCondition::Kind;
  if (depth > kMostDepth) {
    return cursor.refuse(ErrorCode::kLimit, "conditions are nested too deeply", cursor.position(),
                         "nested conditions " + std::to_string(kMostDepth));
  }
  blanks(cursor);
  const size_t offset = cursor.position();
  std::string name = word(cursor);
  if (name == "true") return cursor.take("(") ? expect(cursor, ")") : true;
  if (name == "and" || name == "or" || name == "not") {
    out.kind = name == "and" ? Kind::kAnd : name == "or" ? Kind::kOr : Kind::kNot;
    out.parts.resize(name == "not" ? 1 : 2);
    if (!expect(cursor, "(") || !read_condition(cursor, out.parts[0], depth + 1)) return false;
    if (name != "not" && (!expect(cursor, ",") || !read_condition(cursor, out.parts[1], depth + 1))) return false;
    return expect(cursor, ")");
  }
  if (name == "bit_set" || name == "bit_clear") {
    uint64_t bit = 0;
    if (!expect(cursor, "(") || !number(cursor, bit, 63) || !expect(cursor, ")")) return false;
    out.kind = Kind::kBit;
    out.value = name == "bit_set";
    out.bits = {static_cast<uint32_t>(bit), static_cast<uint32_t>(bit) + 1};
    return true;
  }
  if (name == "is_ones" || name == "is_zeros") {
    out.kind = Kind::kOnes;
    out.value = name == "is_ones";
    return expect(cursor, "(") && read_bits(cursor, out.bits) && expect(cursor, ")");
  }
  out.kind = name.starts_with("bit_count_") ? Kind::kCount : Kind::kCompare;
  out.compare = out.kind == Kind::kCount ? name.substr(10) : name;
  if (!is_comparison(out.compare)) return cursor.refuse(ErrorCode::kSyntax, "a condition that does not exist", offset);
  return expect(cursor, "(") && read_bits(cursor, out.bits) && expect(cursor, ",") && number(cursor, out.value, UINT64_MAX) &&
         expect(cursor, ")");
}

}  // namespace keyway::grammars
