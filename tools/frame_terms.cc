// Terms of parts; see frame_terms.h.
#include "tools/frame_terms.h"

#include <algorithm>

namespace keyway {

TermId FrameTerms::space() { return arena_.repeat(arena_.bytes(ByteSet::of(" \t\n\r")), 0, space_max_); }

TermId FrameTerms::space(const Element& element) {
  if (whitespace_ == Whitespace::kFlexible) return space();
  // Compact leaves out the blanks of json.dumps; a line break is a part of the layout.
  const bool blank = whitespace_ == Whitespace::kCompact && element.bytes == " ";
  return arena_.literal(blank ? "" : element.bytes);
}

TermId FrameTerms::id(const Element& element) {
  ByteSet set = ByteSet::range('0', '9');
  if (!element.digits) set = set | ByteSet::range('a', 'z') | ByteSet::range('A', 'Z');
  return arena_.repeat(arena_.bytes(set), element.min, element.max);
}

// The reader of formats limits how deep branches are nested.
TermId FrameTerms::element(const Element& element) {
  switch (element.kind) {
    case ElementKind::kToken: return arena_.tokens({element.token});
    case ElementKind::kSpace: return space(element);
    case ElementKind::kId: return id(element);
    case ElementKind::kOptional: return arena_.optional(frame(element.branches[0]));
    case ElementKind::kAny: {
      std::vector<TermId> branches;
      for (const Elements& branch : element.branches) branches.push_back(frame(branch));
      return arena_.choice(branches);
    }
    default: return arena_.literal(element.bytes);
  }
}

TermId FrameTerms::frame(std::span<const Element> elements, TermId arguments) {
  std::vector<TermId> parts;
  for (const Element& e : elements) {
    const bool place = e.kind == ElementKind::kArguments || e.kind == ElementKind::kMembers;
    parts.push_back(place ? arguments : element(e));
  }
  return arena_.sequence(parts);
}

namespace {

// From the parts of a member. The reader of formats has made sure that there is one in each layout, and that a text
// follows key and value.
void spell_members(FrameTerms& frames, const BoundFormat& format, ValueSpelling& out) {
  const Elements& call = format.layouts.front().call;
  const auto members = std::find_if(call.begin(), call.end(), [](const Element& e) { return e.kind == ElementKind::kMembers; });
  const std::span<const Element> member = members->branches[0];
  size_t key = 0, value = 0;
  for (size_t i = 0; i < member.size(); ++i) {
    if (member[i].kind == ElementKind::kKey) key = i;
    if (member[i].kind == ElementKind::kValue) value = i;
  }
  out.member_open = frames.frame(member.first(key));
  out.key_end = frames.frame(member.subspan(key + 1, value - key - 1));
  out.member_close = frames.frame(member.subspan(value + 1));
  out.not_in_keys = member[key + 1].bytes.substr(0, 1);
  for (const Element& e : member.subspan(value + 1)) {
    if (e.kind != ElementKind::kBytes && e.kind != ElementKind::kToken) break;
    const size_t first = std::min(e.bytes.find_first_not_of(" \t\n\r"), e.bytes.size());
    out.closing_blanks += e.bytes.substr(0, first);
    out.closing_tag = e.bytes.substr(first);
    if (!out.closing_tag.empty()) break;
  }
  out.python_words = format.format->python_words;
}

}  // namespace

std::shared_ptr<const ValueSpelling> argument_spelling(TermArena& arena, const BoundFormat& format, Whitespace whitespace) {
  if (format.format->style == ArgumentStyle::kJson) return nullptr;
  auto spelling = std::make_shared<ValueSpelling>();
  FrameTerms frames(arena, format.format->space_max, whitespace);
  switch (format.format->style) {
    case ArgumentStyle::kPython: spelling->form = ValueSpelling::Form::kPython; break;
    case ArgumentStyle::kMarked:
      spelling->form = ValueSpelling::Form::kMarked;
      spelling->mark_text = format.format->mark;
      spelling->mark = format.mark ? arena.tokens({*format.mark}) : arena.literal(format.format->mark);
      break;
    default:
      spelling->form = ValueSpelling::Form::kTagged;
      spell_members(frames, format, *spelling);
  }
  return spelling;
}

}  // namespace keyway
