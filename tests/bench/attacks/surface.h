// A surface of the attack corpus: one reader of outside input, as the runner sees it.
//
// To add one: write tests/bench/attacks/NAME_surface.cc with a function that returns its Surface, declare it in surfaces.h
// and add it to all_surfaces() in surface.cc.
// Invariant: `open` does what the clock measures and nothing else; `check` runs after the clock.
// Tested by tests/bench/attacks_test.cc.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "grammar/error.h"

namespace keyway::bench {

// What the reader made of an input. Owns what it read (inside `check`) until it is destroyed.
struct Reading {
  std::optional<Error> error;  // set: refused

  // Compares the answer, or what came before the error, with the case and returns what is wrong with it, a sentence each.
  // May be empty. One text may take `text_limit_s` seconds.
  std::function<std::vector<std::string>(double text_limit_s)> check;
};

struct Surface {
  std::string name;  // that of the file NAME.jsonl

  // Prepares a case (files written, tokenizers loaded) and returns the function that the clock measures.
  std::function<std::function<Reading()>(const nlohmann::ordered_json& attack, const std::string& input)> prepare;

  // Reads a plain input; empty where that works, else what went wrong.
  std::function<std::string()> plain;
};

// Every surface that Keyway has a reader for.
const std::vector<Surface>& all_surfaces();

}  // namespace keyway::bench
