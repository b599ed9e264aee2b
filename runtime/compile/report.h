// What a compile enforces, narrows, ignores and refuses, kept as data and written as JSON when somebody asks.
//
// Entry points: GrammarReport, report_json. Tested by tests/runtime/c_api_test.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schemas/json_schema/compile.h"

namespace keyway {

// One entry of a tool list.
struct ToolVerdict {
  std::string name;
  bool ok = false;
  Error error;          // where not ok: refused, disabled or excluded, and why
  SchemaReport report;  // pointers are relative to the tool's parameters
};

struct GrammarReport {
  SchemaReport schema;                                      // kinds other than tools
  std::vector<std::shared_ptr<const std::vector<ToolVerdict>>> tools;  // kind tools: the lists, in the order they came
  std::vector<Error> incomplete;                            // kind tools: lists that are one page of several
  std::optional<Error> cache_unwritten;                     // kind tools: why the option `cache` kept nothing
};

// {"enforced", "narrowed", "ignored", "refused"}, or {"tools": [{"name", "ok", "report", "error"?}], "incomplete"?,
// "cache_unwritten"?} where there are lists.
std::string report_json(const GrammarReport& report);

// {"code", "message", "pointer", "given", "allowed"}
std::string error_json(const Error& error);

}  // namespace keyway
