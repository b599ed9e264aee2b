// White space; see spacing.h.
#include "schemas/json_schema/spacing.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kMostIndent = 40;

}  // namespace

Spacing::Spacing(TermArena& arena, Whitespace policy, uint32_t most) : inside_(TermArena::epsilon()) {
  if (policy == Whitespace::kFree) {
    inside_ = arena.repeat(arena.bytes(ByteSet::of(" \t\n")), 0, most);
    const TermId comma[] = {inside_, arena.literal(","), inside_};
    const TermId colon[] = {inside_, arena.literal(":"), inside_};
    comma_ = arena.sequence(comma);
    colon_ = arena.sequence(colon);
    return;
  }
  if (policy != Whitespace::kFlexible) {
    comma_ = arena.literal(policy == Whitespace::kCompact ? "," : ", ");
    colon_ = arena.literal(policy == Whitespace::kCompact ? ":" : ": ");
    return;
  }
  const TermId indent = arena.repeat(arena.bytes(ByteSet::of(" \t")), 0, kMostIndent);
  const TermId choices[] = {TermArena::epsilon(), arena.literal(" "), arena.sequence(arena.literal("\n"), indent)};
  inside_ = arena.choice(choices);
  const TermId before = arena.optional(arena.literal(" "));
  const TermId comma[] = {before, arena.literal(","), inside_};
  comma_ = arena.sequence(comma);
  const TermId colon[] = {before, arena.literal(":"), inside_};
  colon_ = arena.sequence(colon);
}

}  // namespace keyway::json_schema
