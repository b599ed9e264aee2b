// Remembers an undeclared key while it is written, so that it counts as a member of its own.
//
// Entry points: KeyRecorder. reference(recorder, text, ticket) stands behind the characters of a key, before its closing
// quote: `text` is what has been read of the member, from before the comma or blanks on, `ticket` what the object knows of
// the member without its key. The value does not depend on the key; it is read as a name when the next member begins, at
// reference(next, text, ticket). Thread safety: one thread at a time. Tested by tests/schemas/json_schema/min_properties_test.cc.
#pragma once

#include <string_view>

#include "grammar/term.h"
#include "schemas/json_schema/recorded_texts.h"

namespace keyway::json_schema {

// Makes the rest of an object around a recorded key.
class KeyRests {
 public:
  virtual ~KeyRests() = default;
  // From the closing quote to the end of the value.
  virtual TermId value_of(uint32_t ticket) = 0;
  // Bytes of members_after(), whatever the key is.
  virtual uint32_t members_bytes(uint32_t ticket) = 0;
  // The rest of the object behind the value.
  virtual TermId members_after(uint32_t ticket, std::string_view key) = 0;
  // The same as far as the end of the next key, which is not held against this one, and a mark.
  virtual TermId relaxed_members(uint32_t ticket) = 0;
};

class KeyRecorder : public Definition {
 public:
  // Requires: both outlive this.
  KeyRecorder(TermArena& arena, KeyRests& rests) : arena_(arena), rests_(rests) {}

  TermId start(uint32_t ticket, uint32_t shortest) {
    return arena_.reference(definition_, RecordedTexts::kEmpty, ticket, TermFacts{false, shortest});
  }
  TermId unfold(TermArena& arena, uint32_t text, uint32_t ticket) override;
  bool records() const override { return true; }
  bool recalls() const override { return false; }
  TermId after_byte(TermArena& arena, TermId self, uint32_t text, uint32_t ticket, uint8_t byte) override;
  void set_definitions(DefinitionId own, DefinitionId next) {
    definition_ = own;
    next_definition_ = next;
  }
  TermId next_members(uint32_t text, uint32_t ticket);
  TermId relaxed_members(uint32_t ticket) { return rests_.relaxed_members(ticket); }

 private:
  TermArena& arena_;
  KeyRests& rests_;
  DefinitionId definition_, next_definition_;
  RecordedTexts texts_;
};

// The members behind a recorded key and its value.
class NextMembers : public Definition {
 public:
  // Requires: outlives this.
  explicit NextMembers(KeyRecorder& recorder) : recorder_(recorder) {}
  TermId unfold(TermArena&, uint32_t text, uint32_t ticket) override { return recorder_.next_members(text, ticket); }
  bool recalls() const override { return true; }
  TermId relaxed(TermArena&, uint32_t, uint32_t ticket) override { return recorder_.relaxed_members(ticket); }

 private:
  KeyRecorder& recorder_;
};

}  // namespace keyway::json_schema
