// White space and brackets; see spacing.h.
#include "schemas/json_schema/spacing.h"

#include "schemas/json_schema/base.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kMostIndent = 40;

}  // namespace

Spacing::Spacing(TermArena& arena, Whitespace policy, uint32_t most)
    : inside_(TermArena::epsilon()),
      last_(TermArena::epsilon()),
      open_object_(arena.literal("{")),
      close_object_(arena.literal("}")),
      keys_{{arena.literal("\""), arena.literal("\""), false}} {
  if (policy == Whitespace::kFree) {
    inside_ = last_ = arena.repeat(arena.bytes(ByteSet::of(" \t\n\r")), 0, most);
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
  inside_ = last_ = arena.choice(choices);
  const TermId before = arena.optional(arena.literal(" "));
  const TermId comma[] = {before, arena.literal(","), inside_};
  comma_ = arena.sequence(comma);
  const TermId colon[] = {before, arena.literal(":"), inside_};
  colon_ = arena.sequence(colon);
}

Spacing::Spacing(TermArena& arena, const JsonSeparators& separators)
    : comma_(separators.comma),
      colon_(separators.colon),
      inside_(separators.inside),
      last_(separators.inside),
      open_object_(arena.literal("{")),
      close_object_(arena.literal("}")),
      keys_{{arena.literal("\""), arena.literal("\""), false}} {}

Spacing Spacing::nested(TermArena& arena, Whitespace policy, uint32_t most, const ValueSpelling* spelling) {
  if (spelling == nullptr && policy == Whitespace::kFlexible) {
    if (const Spacing* known = known_spacing(arena)) return *known;
  }
  const bool marked = spelling != nullptr && spelling->form == ValueSpelling::Form::kMarked;
  Spacing out(arena, marked ? Whitespace::kCompact : policy, most);
  if (marked) out.keys_ = {{TermArena::epsilon(), TermArena::epsilon(), false}};
  if (spelling != nullptr && spelling->form == ValueSpelling::Form::kPython) {
    out.keys_.push_back({arena.literal("'"), arena.literal("'"), true});
    out.last_ = arena.choice(out.inside_, out.comma_);
  }
  return out;
}

Spacing Spacing::outermost(TermArena& arena, Whitespace policy, uint32_t most, const ValueSpelling& spelling) {
  Spacing out = nested(arena, policy, most, &spelling);
  if (spelling.form == ValueSpelling::Form::kMarked) return out;
  out.keys_ = {{TermArena::epsilon(), TermArena::epsilon(), false}};
  if (spelling.form == ValueSpelling::Form::kPython) {
    out.open_object_ = arena.literal("(");
    out.close_object_ = arena.literal(")");
    const TermId blank = policy == Whitespace::kFlexible ? arena.optional(arena.literal(" ")) : TermArena::epsilon();
    const TermId equals[] = {blank, arena.literal("="), blank};
    out.colon_ = arena.sequence(equals);
    return out;
  }
  out.open_object_ = out.close_object_ = out.inside_ = out.last_ = out.comma_ = TermArena::epsilon();
  out.keys_ = {{spelling.member_open, TermArena::epsilon(), false}};
  out.colon_ = spelling.key_end;
  return out;
}

}  // namespace keyway::json_schema
