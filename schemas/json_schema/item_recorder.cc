// Recorded items; see item_recorder.h.
#include "schemas/json_schema/item_recorder.h"

#include <string_view>

namespace keyway::json_schema {

TermId ItemRecorder::after_byte(TermArena& arena, TermId self, uint32_t text, uint32_t state, uint8_t byte) {
  return arena.reference(definition_, longer(text, byte), state, TermFacts{false, arena.shortest(self)});
}

NodeId ItemRecorder::constant_of(uint32_t text) {
  const std::string item = texts_.written(text);
  arena_.pay(item.size());
  const Result<JsonDocument> document = parse_json(item);
  return document.ok() ? constants_.of(document->root()) : kNoNode;
}

TermId ItemRecorder::unfold(TermArena& arena, uint32_t text, uint32_t state) {
  const TermFacts facts{false, rests_.items_bytes(state)};
  return rests_.rest_with(state, arena.reference(next_definition_, text, state, facts));
}

TermId ItemRecorder::known_rest(uint32_t text, uint32_t state) {
  const NodeId constant = constant_of(text);
  // After an item that cannot be compared (nested deeper than JSON is read, a number of thousands of digits) no other comes.
  const TermId rest = constant == kNoNode ? rests_.end(state) : rests_.rest(states_.with_item(state, constant));
  if (rest == TermArena::never()) arena_.pay(~uint64_t{0});
  return rest;
}

TermId ItemRecorder::relaxed_rest(uint32_t state) {
  const TermId items = rests_.relaxed_items(state);
  return items == TermArena::never() ? items : rests_.rest_with(state, items);
}

// An item that cannot be compared is past a limit here, for the comma stands already.
TermId ItemRecorder::next_items(uint32_t text, uint32_t state) {
  const NodeId constant = constant_of(text);
  const TermId items = constant == kNoNode ? TermArena::never() : rests_.items(states_.with_item(state, constant));
  if (items == TermArena::never()) arena_.pay(~uint64_t{0});
  return items;
}

}  // namespace keyway::json_schema
