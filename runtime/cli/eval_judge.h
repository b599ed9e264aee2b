// Judges answers of `eval` as an outsider would: the reading of Hermes calls and the validation of arguments share no
// code with the schema compiler, the call parser or the JSON reader that the masks are made with.
//
// Entry points: judge_answer, instance_is_valid. Invariant: a schema with a keyword that the validator does not know is
// an error, never "valid". Tested by tests/runtime/eval_judge_test.cc.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "grammar/error.h"

namespace keyway::cli {

struct Judgement {
  bool calls = false;              // the answer begins a call
  bool hallucinated_name = false;  // a call names a function that the conversation does not have
  bool well_formed = false;        // every call is an object with name and arguments, and is closed
  bool schema_valid = false;       // besides, every call validates
  bool exact = false;              // besides, the calls are the expected ones, in any order
  std::vector<nlohmann::json> read;  // what was read between the delimiters, whole JSON values only
};

// `example` is a line of heldout_examples.jsonl: "tools" (OpenAI), "expected_calls". Errors: kUnsupported for a schema
// keyword that the validator does not know.
Result<Judgement> judge_answer(const std::string& text, const nlohmann::json& example);

// JSON Schema validation of type, properties, required, additionalProperties, enum, const, items, lengths, bounds,
// uniqueItems and pattern. Errors: kUnsupported, kLimit for nesting above 200.
Result<bool> instance_is_valid(const nlohmann::json& schema, const nlohmann::json& instance);

}  // namespace keyway::cli
