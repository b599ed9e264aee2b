// The questions of the Berkeley Function Calling Leaderboard, single-turn: read, converted to OpenAI tools, judged.
//
// Entry points: read_bfcl (a file BFCL_*.json, or a folder of them with possible_answer/ beside), is_bfcl, bfcl_exact.
// The dialect writes types of Python, Java and JavaScript where JSON Schema has its own; what is converted is counted by
// what it was, and nothing is dropped without being counted. Multi-turn files of a folder are passed over.
// Invariant: a question without possible answers is one that expects no call (category irrelevance).
// Tested by tests/runtime/bfcl_test.cc.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

#include "grammar/error.h"

namespace keyway::cli {

struct BfclQuestion {
  std::string id;
  std::string category;  // of the file's name: simple_python, parallel, irrelevance, ...
  nlohmann::ordered_json example;  // {"tools", "messages", "expected_calls": []}
  nlohmann::json answers;          // an array of {name: {argument: [accepted values]}}; empty where no call is expected
};

struct BfclSet {
  std::vector<BfclQuestion> questions;
  std::map<std::string, size_t> converted;  // what was converted, and how often
};

// A folder that holds BFCL files, or a file whose first line has "question" and "function".
bool is_bfcl(const std::string& path);

// Errors: kNotFound, kIo; kSyntax, kInvalid with file and line.
Result<BfclSet> read_bfcl(const std::string& path);

// As many calls as the answer lists, each matched once: name equal, every argument among its accepted values, left out
// only where the answer accepts the empty string. Requires: every call has "name" and "arguments".
bool bfcl_exact(const std::vector<nlohmann::json>& calls, const nlohmann::json& answers);

}  // namespace keyway::cli
