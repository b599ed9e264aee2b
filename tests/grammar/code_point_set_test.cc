#include "grammar/code_point_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace keyway {
namespace {

// An independent model over a small universe that spans the interesting edges.
const std::vector<uint32_t> kProbes = {0,      1,      2,      3,      4,      5,      6,       7,        0xD7FE,  0xD7FF,
                                       0xE000, 0xE001, 0xFFFF, 0x10000, 0x10001, 0x10FFFE, 0x10FFFF};

std::set<uint32_t> probes_in(const CodePointSet& set) {
  std::set<uint32_t> in;
  for (uint32_t probe : kProbes) {
    if (set.contains(probe)) in.insert(probe);
  }
  return in;
}

void expect_normal(const CodePointSet& set) {
  for (size_t i = 0; i < set.ranges().size(); ++i) {
    const CodePointRange range = set.ranges()[i];
    EXPECT_LE(range.first, range.last);
    EXPECT_TRUE(range.last < 0xD800 || range.first > 0xDFFF);
    if (i > 0) {
      EXPECT_GT(range.first, set.ranges()[i - 1].last + 1);
    }
  }
}

CodePointSet random_set(std::mt19937& random) {
  std::vector<CodePointRange> ranges;
  for (unsigned n = random() % 4; n > 0; --n) {
    uint32_t a = kProbes[random() % kProbes.size()], b = kProbes[random() % kProbes.size()];
    ranges.push_back({std::min(a, b), std::max(a, b)});
  }
  return CodePointSet(std::move(ranges));
}

TEST(CodePointSet, OperationsAreThoseOfSets) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    const CodePointSet a = random_set(random), b = random_set(random);
    for (const CodePointSet& set : {a.unite(b), a.intersect(b), a.minus(b), a.complement()}) expect_normal(set);
    for (uint32_t probe : kProbes) {
      EXPECT_EQ(a.unite(b).contains(probe), a.contains(probe) || b.contains(probe));
      EXPECT_EQ(a.intersect(b).contains(probe), a.contains(probe) && b.contains(probe));
      EXPECT_EQ(a.minus(b).contains(probe), a.contains(probe) && !b.contains(probe));
      EXPECT_EQ(a.complement().contains(probe), !a.contains(probe));
    }
    for (const CodePointRange& gap : std::vector<CodePointRange>{{0, 2}, {3, 7}, {0xD7FE, 0xD7FF}, {0xE000, 0xFFFF}}) {
      const CodePointSet span{{gap.first, gap.last}};
      EXPECT_EQ(a.overlaps(gap.first, gap.last), !a.intersect(span).empty());
      EXPECT_EQ(a.covers(gap.first, gap.last), span.minus(a).empty());
    }
    EXPECT_EQ(a.complement().complement(), a);
    EXPECT_EQ(a.unite(b).size() + a.intersect(b).size(), a.size() + b.size());
    EXPECT_EQ(a == b, probes_in(a) == probes_in(b) && a.size() == b.size());
  }
}

TEST(CodePointSet, HoldsNoSurrogate) {
  EXPECT_EQ(CodePointSet::all().size(), 0x110000u - 2048u);
  EXPECT_TRUE((CodePointSet{{0xD800, 0xDFFF}}.empty()));
  EXPECT_FALSE(CodePointSet::all().contains(0xD800));
  EXPECT_FALSE(CodePointSet::all().contains(0xDFFF));
  EXPECT_FALSE(CodePointSet::all().contains(0x110000));
  EXPECT_EQ((CodePointSet{{0x41, 0xFFFFFFFF}}.ranges().back().last), 0x10FFFFu);
}

TEST(CodePointSet, UnitesWhatTouches) {
  EXPECT_EQ((CodePointSet{{'c', 'd'}, {'a', 'b'}}), (CodePointSet{{'a', 'd'}}));
  EXPECT_EQ((CodePointSet{{'a', 'z'}, {'b', 'c'}}), (CodePointSet{{'a', 'z'}}));
}

}  // namespace
}  // namespace keyway
