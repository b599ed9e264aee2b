// See listed_texts.h.
#include "grammar/listed_texts.h"

#include <algorithm>

namespace keyway {

// Doubling steps, then halving ones: most groups are short.
uint32_t ListedTexts::end_of_byte(const Range& range, uint32_t first) const {
  const char byte = text(first)[range.read];
  uint32_t in = first, step = 1;
  while (in + step < range.last && text(in + step)[range.read] == byte) {
    in += step;
    step *= 2;
  }
  uint32_t out = std::min(in + step, range.last);
  while (in + 1 < out) {
    const uint32_t middle = in + (out - in) / 2;
    (text(middle)[range.read] == byte ? in : out) = middle;
  }
  return out;
}

// Sorted texts share what the first and the last share.
bool ListedTexts::goes_on_alike(const Range& range) const {
  const std::string_view a = text(range.first), b = text(range.last - 1);
  return a.size() > range.read && b.size() > range.read && a[range.read] == b[range.read];
}

uint64_t ListedTexts::shortest(const Range& range) const {
  uint64_t least = shortest(range.first);
  for (uint32_t i = range.first + 1; i < range.last; ++i) least = std::min(least, shortest(i));
  return least - range.read;
}

std::optional<TermId> listed_derivative(TermArena& arena, TermId term, uint8_t byte, ByteSet& same) {
  const ListedTexts* texts = arena.kind(term) == TermKind::kReference ? arena.listed(term) : nullptr;
  if (texts == nullptr) return std::nullopt;
  const ListedTexts::Range range = texts->range(arena.reference_x(term), arena.reference_y(term));
  if (texts->text(range.first).size() == range.read || texts->goes_on_alike(range)) return std::nullopt;
  ByteSet next;
  for (uint32_t first = range.first; first < range.last && arena.pay();) {
    const uint32_t end = texts->end_of_byte(range, first);
    const auto here = static_cast<uint8_t>(texts->text(first)[range.read]);
    if (here == byte) {
      same = ByteSet::range(byte, byte);
      const TermId then = texts->reference(arena, {first, end, range.read + 1});
      return texts->goes_on_alike({first, end, range.read + 1}) ? arena.unfold(then) : then;
    }
    next.insert(here);
    first = end;
  }
  same = ~next;
  return TermArena::never();
}

}  // namespace keyway
