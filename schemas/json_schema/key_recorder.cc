// Recorded keys; see key_recorder.h.
#include "schemas/json_schema/key_recorder.h"

#include "schemas/json.h"

namespace keyway::json_schema {

TermId KeyRecorder::after_byte(TermArena& arena, TermId self, uint32_t text, uint32_t ticket, uint8_t byte) {
  return arena.reference(definition_, texts_.longer(text, byte), ticket, TermFacts{false, arena.shortest(self)});
}

TermId KeyRecorder::unfold(TermArena& arena, uint32_t text, uint32_t ticket) {
  const TermFacts facts{false, rests_.members_bytes(ticket)};
  return arena.sequence(rests_.value_of(ticket), arena.reference(next_definition_, text, ticket, facts));
}

TermId KeyRecorder::next_members(uint32_t text, uint32_t ticket) {
  const std::string read = texts_.written(text);
  arena_.pay(read.size());
  const size_t quote = read.find('"');
  const Result<JsonDocument> key = parse_json(quote == std::string::npos ? std::string() : read.substr(quote) + '"');
  const TermId rest = key.ok() ? rests_.members_after(ticket, key->root().string()) : TermArena::never();
  if (rest == TermArena::never()) arena_.pay(~uint64_t{0});
  return rest;
}

}  // namespace keyway::json_schema
