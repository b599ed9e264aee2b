// Names of expressions: the same in every arena for what is the same, whatever was made before it, and no other's.
#include "grammar/fingerprint.h"

#include <gtest/gtest.h>

#include <map>

#include "grammar/regex.h"
#include "grammar/regex_parser.h"

namespace keyway {
namespace {

const std::vector<std::string>& patterns() {
  static const std::vector<std::string> kPatterns = {
      "", "a", "b", "ab", "ba", "aa", "a*", "a+", "a?", "a{2}", "a{2,3}", "a{2,}", "(ab)*", "(a|b)*", "a|bc", "a|bd", "ac|b",
      "[a-f0-9]{8}-[a-f0-9]{4}", "[a-f0-9]{4}-[a-f0-9]{8}", "[a-f0-8]{8}-[a-f0-9]{4}", "[^\"]*", "[^\"]+", "(x|y|z)w", "\\d{4}-\\d{2}-\\d{2}",
      "\\d{4}-\\d{2}", "\\w+@\\w+(\\.\\w+)+", "\\p{L}+", "\\p{Lu}+", "(?:[a-z]+/)*[a-z]+", "(?:[a-z]+/)*[a-y]+", "(?!ab)[a-c]*", "(?=ab)[a-c]*",
      ".*foo.*", ".*bar.*", "(?!.*foo).*", "https?://.+", "(one|two|three)(,(one|two|three))*", "(one|two|four)(,(one|two|three))*"};
  return kPatterns;
}

RegexId parsed(RegexArena& arena, const std::string& pattern) {
  const auto made = parse_regex(arena, "^(?:" + pattern + ")$", RegexOptions{RegexDialect::kEcma, true});
  EXPECT_TRUE(made.ok()) << pattern;
  return made.ok() ? *made : arena.never();
}

TEST(Fingerprint, EqualExpressionsHaveOneNameInAllArenasAndOthersAnother) {
  const Fingerprinter names;
  RegexArena forwards, backwards;
  std::map<Fingerprint, std::string> named;
  for (const std::string& pattern : patterns()) {
    const RegexId r = parsed(forwards, pattern);
    const auto name = forwards.fingerprint(r, names);
    ASSERT_TRUE(name) << pattern;
    EXPECT_EQ(forwards.fingerprint(r, names), name);
    const auto [at, is_new] = named.emplace(*name, forwards.dump(r));
    EXPECT_EQ(at->second, forwards.dump(r)) << pattern;
  }
  EXPECT_GE(named.size(), patterns().size() - 1);
  for (size_t i = patterns().size(); i-- > 0;) {
    const auto name = backwards.fingerprint(parsed(backwards, patterns()[i]), names);
    ASSERT_TRUE(name);
    EXPECT_TRUE(named.contains(*name)) << patterns()[i];
  }
}

// States are equal where the rest is, in whichever arena and behind whichever text.
TEST(Fingerprint, NamesOfStatesAreThoseOfTheRest) {
  const Fingerprinter names;
  RegexArena one, other;
  (void)parsed(other, "([a-z]+-)*zz|\\d+");
  const RegexId r = parsed(one, "[a-f0-9]{3}-(x|yy|zzz)"), s = parsed(other, "[a-f0-9]{3}-(x|yy|zzz)");
  RegexId at = r, beside = s;
  for (const char c : std::string("0a9-z")) {
    at = one.derivative(at, static_cast<uint32_t>(c));
    beside = other.derivative(beside, static_cast<uint32_t>(c));
    EXPECT_EQ(one.fingerprint(at, names), other.fingerprint(beside, names)) << c;
    EXPECT_NE(one.fingerprint(at, names), one.fingerprint(r, names)) << c;
  }
  EXPECT_EQ(one.fingerprint(at, names), other.fingerprint(other.literal("zz"), names));
}

class Named : public RegexFamily {
 public:
  explicit Named(uint64_t number) : number_(number) {}
  RegexId meaning(RegexArena& arena, uint32_t key) override { return arena.literal(std::string(key + 1, 'a')); }
  Fingerprint identity(uint32_t key) const override { return {number_, key}; }

 private:
  uint64_t number_;
};

TEST(Fingerprint, PartsThatAreMadeLaterAreNamedByTheirFamily) {
  const Fingerprinter names;
  std::map<Fingerprint, std::pair<uint64_t, uint32_t>> named;
  for (int arena = 0; arena < 2; ++arena) {
    RegexArena regexes;
    for (int unused = 0; unused < arena; ++unused) regexes.add_family(std::make_shared<Named>(9));
    for (uint64_t number : {1, 2}) {
      const FamilyId family = regexes.add_family(std::make_shared<Named>(number));
      for (uint32_t key = 0; key < 4; ++key) {
        const RegexId part = regexes.sequence(regexes.literal("-"), regexes.deferred(family, key, {false, true, key + 1}));
        const auto name = regexes.fingerprint(part, names);
        ASSERT_TRUE(name);
        EXPECT_EQ(named.emplace(*name, std::pair(number, key)).first->second, std::pair(number, key));
      }
    }
    const FamilyId nameless = regexes.add_family(std::make_shared<Named>(0));
    EXPECT_FALSE(regexes.fingerprint(regexes.deferred(nameless, 0, {false, true, 1}), names));
    EXPECT_FALSE(regexes.fingerprint(regexes.repeat(regexes.deferred(nameless, 0, {false, true, 1}), 2, 3), names));
  }
  EXPECT_EQ(named.size(), 8u);
}

TEST(Fingerprint, KnotsAndTheVeryLargeHaveNoName) {
  const Fingerprinter names;
  RegexArena regexes;
  const RegexId knot = regexes.declare_knot(false);
  regexes.define_knot(knot, regexes.sequence(regexes.literal("a"), regexes.repeat(knot, 0, 1)));
  EXPECT_FALSE(regexes.fingerprint(knot, names));
  EXPECT_FALSE(regexes.fingerprint(regexes.sequence(regexes.literal("b"), knot), names));
  EXPECT_FALSE(regexes.fingerprint(regexes.literal(std::string(10000, 'a')), names));
  EXPECT_TRUE(regexes.fingerprint(regexes.literal(std::string(600, 'a')), names));
  Budget little(3);
  regexes.set_budget(&little);
  EXPECT_FALSE(regexes.fingerprint(regexes.literal("abcdefgh"), names));
}

TEST(Fingerprint, KeysAreDrawnAnewAndOrderCounts) {
  const Fingerprinter one, other;
  EXPECT_NE(one.of(1), other.of(1));
  EXPECT_NE(one.of(1), one.of(2));
  EXPECT_NE(one.of(1, 2), one.of(2, 1));
  EXPECT_NE(one.join(one.of(1), one.of(2)), one.join(one.of(2), one.of(1)));
  EXPECT_EQ(one.join(one.of(1), one.of(2)), one.join(one.of(1), one.of(2)));
}

}  // namespace
}  // namespace keyway
