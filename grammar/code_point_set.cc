// Set operations on sorted ranges; see code_point_set.h.
#include "grammar/code_point_set.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr uint32_t kFirstSurrogate = 0xD800;
constexpr uint32_t kLastSurrogate = 0xDFFF;

// Appends a range that begins after every range before it has begun, uniting what touches.
void append(std::vector<CodePointRange>& out, CodePointRange range) {
  if (!out.empty() && range.first <= out.back().last + 1) {
    out.back().last = std::max(out.back().last, range.last);
  } else {
    out.push_back(range);
  }
}

// As append, with the surrogates cut out.
void append_scalars(std::vector<CodePointRange>& out, CodePointRange range) {
  range.last = std::min(range.last, kMaxCodePoint);
  if (range.first > range.last) return;
  if (range.first < kFirstSurrogate) append(out, {range.first, std::min(range.last, kFirstSurrogate - 1)});
  if (range.last > kLastSurrogate) append(out, {std::max(range.first, kLastSurrogate + 1), range.last});
}

}  // namespace

CodePointSet::CodePointSet(std::initializer_list<CodePointRange> ranges)
    : CodePointSet(std::vector<CodePointRange>(ranges)) {}

CodePointSet::CodePointSet(std::vector<CodePointRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const CodePointRange& a, const CodePointRange& b) { return a.first < b.first; });
  for (const CodePointRange& range : ranges) append_scalars(ranges_, range);
}

const CodePointSet& CodePointSet::all() {
  static const CodePointSet every{{0, kMaxCodePoint}};
  return every;
}

bool CodePointSet::contains(uint32_t code_point) const { return overlaps(code_point, code_point); }

bool CodePointSet::overlaps(uint32_t first, uint32_t last) const {
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), last,
                                [](uint32_t value, const CodePointRange& range) { return value < range.first; });
  return after != ranges_.begin() && first <= std::prev(after)->last;
}

bool CodePointSet::covers(uint32_t first, uint32_t last) const {
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), first,
                                [](uint32_t value, const CodePointRange& range) { return value < range.first; });
  return after != ranges_.begin() && last <= std::prev(after)->last;
}

uint64_t CodePointSet::size() const {
  uint64_t count = 0;
  for (const CodePointRange& range : ranges_) count += range.last - range.first + 1;
  return count;
}

CodePointSet CodePointSet::unite(const CodePointSet& other) const {
  CodePointSet result;
  result.ranges_.reserve(ranges_.size() + other.ranges_.size());
  auto a = ranges_.begin(), b = other.ranges_.begin();
  while (a != ranges_.end() || b != other.ranges_.end()) {
    const bool take_a = b == other.ranges_.end() || (a != ranges_.end() && a->first < b->first);
    append(result.ranges_, take_a ? *a++ : *b++);
  }
  return result;
}

CodePointSet CodePointSet::intersect(const CodePointSet& other) const {
  CodePointSet result;
  auto a = ranges_.begin(), b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    const uint32_t first = std::max(a->first, b->first), last = std::min(a->last, b->last);
    if (first <= last) result.ranges_.push_back({first, last});
    (a->last < b->last ? a : b)++;
  }
  return result;
}

CodePointSet CodePointSet::complement() const {
  CodePointSet result;
  uint32_t next = 0;
  for (const CodePointRange& range : ranges_) {
    if (next < range.first) append_scalars(result.ranges_, {next, range.first - 1});
    next = range.last + 1;
  }
  append_scalars(result.ranges_, {next, kMaxCodePoint});
  return result;
}

CodePointSet CodePointSet::minus(const CodePointSet& other) const { return intersect(other.complement()); }

}  // namespace keyway
