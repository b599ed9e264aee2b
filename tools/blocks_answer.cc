// The recursion over blocks; see blocks_answer.h.
#include "tools/blocks_answer.h"

#include <algorithm>

#include "grammar/token_count.h"
#include "tools/free_text.h"

namespace keyway {
namespace {

// reference(0, 0) is the answer from the beginning of a block on.
class Blocks : public Definition {
 public:
  explicit Blocks(BlocksAnswer answer) : answer_(std::move(answer)) {}

  TermId start(TermArena& arena, DefinitionId self) {
    self_ = self;
    shortest_ = answer_.required || answer_.blocks.empty() ? arena.shortest(answer_.section) : shortest_answer(arena);
    return arena.reference(self_, 0, 0, {false, shortest_});
  }

  TermId unfold(TermArena& arena, uint32_t, uint32_t) override {
    std::vector<TermId> parts;
    if (answer_.section != TermArena::never()) parts.push_back(answer_.section);
    for (const AnswerBlock& block : answer_.blocks) {
      if (block.last && answer_.required) continue;
      parts.push_back(arena.sequence(block.begin, text(arena, block)));
    }
    return arena.choice(parts);
  }

 private:
  TermId text(TermArena& arena, const AnswerBlock& block) const {
    FreeTextRules rules;
    rules.tokens = block.tokens;
    rules.may_end = block.last;
    TermId after = TermArena::epsilon();
    if (!block.last) {
      const TermId more = arena.sequence(answer_.between, arena.reference(self_, 0, 0, {false, shortest_}));
      after = answer_.required ? more : arena.optional(more);
    }
    const bool bounded = block.max_tokens != kUnbounded;
    rules.exits.push_back({block.end, bounded ? TermArena::epsilon() : after, Where::kAnywhere, false});
    const TermId text = free_text(arena, rules);
    return bounded ? arena.sequence(counted_term(arena, text, block.max_tokens), after) : text;
  }

  // The fewest bytes of one block, or of a section.
  uint32_t shortest_answer(const TermArena& arena) const {
    uint32_t least = answer_.section == TermArena::never() ? kLongest : arena.shortest(answer_.section);
    for (const AnswerBlock& block : answer_.blocks) {
      const uint32_t end = block.end.kind == ElementKind::kToken ? 1 : static_cast<uint32_t>(block.end.bytes.size());
      least = std::min(least, arena.shortest(block.begin) + (block.last ? 0 : end));
    }
    return least;
  }

  BlocksAnswer answer_;
  DefinitionId self_;
  uint32_t shortest_ = 0;
};

}  // namespace

TermId blocks_answer(TermArena& arena, const BlocksAnswer& answer) {
  auto definition = std::make_shared<Blocks>(answer);
  return definition->start(arena, arena.define(definition));
}

}  // namespace keyway
