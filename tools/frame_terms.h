// The parts of a format as terms.
//
// Entry points: FrameTerms, argument_spelling. Thread safety: as the arena.
// Tested by tests/tools/tool_grammar_test.cc, call_format_samples_test.cc.
#pragma once

#include <memory>
#include <span>

#include "schemas/json_schema/compile.h"
#include "tools/call_format.h"

namespace keyway {

class FrameTerms {
 public:
  // `space_max`: bytes at each space. `whitespace`: kFlexible allows them all, the others what a renderer writes.
  FrameTerms(TermArena& arena, uint32_t space_max, Whitespace whitespace)
      : arena_(arena), space_max_(space_max), whitespace_(whitespace) {}

  TermId space();
  TermId element(const Element& element);
  // A run of parts, with `arguments` in their place.
  TermId frame(std::span<const Element> elements, TermId arguments = TermArena::never());

 private:
  TermId space(const Element& element);
  TermId id(const Element& element);

  TermArena& arena_;
  uint32_t space_max_;
  Whitespace whitespace_;
};

// How a format writes arguments, for SchemaOptions::arguments; null where they are JSON.
std::shared_ptr<const ValueSpelling> argument_spelling(TermArena& arena, const BoundFormat& format,
                                                       Whitespace whitespace = Whitespace::kFlexible);

}  // namespace keyway
