// What the tests of the schema front end share: compiling a schema text and stepping a text through its term.
//
// Entry points: Grammar. The judge is the definitional derivative, without caches of an automaton.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "grammar/derivative.h"
#include "schemas/json_schema/compile.h"

namespace keyway::test {

class Grammar {
 public:
  explicit Grammar(std::string_view schema, const SchemaOptions& options = {}) {
    Result<JsonDocument> parsed = parse_json(schema);
    EXPECT_TRUE(parsed.ok()) << schema;
    if (!parsed.ok()) return;
    arena_ = std::make_unique<TermArena>();
    result_ = compile_json_schema(*arena_, *parsed, parsed->root(), options);
  }

  bool ok() const { return !result_.error.has_value(); }
  // Requires: !ok().
  const Error& error() const { return *result_.error; }
  const SchemaReport& report() const { return result_.report; }
  TermArena& arena() { return *arena_; }
  TermId start() const { return result_.value; }
  // Requires: nothing else is asked for afterwards but start().
  std::unique_ptr<TermArena> take_arena() { return std::move(arena_); }

  // The state after the text; never() where it is not a prefix.
  TermId after(std::string_view text) {
    TermId at = start();
    for (char c : text) at = derivative(*arena_, at, static_cast<uint8_t>(c));
    return at;
  }
  bool accepts(std::string_view text) { return arena_->nullable(after(text)); }

 private:
  std::unique_ptr<TermArena> arena_;
  SchemaCompilation result_;
};

}  // namespace keyway::test
