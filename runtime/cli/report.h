// Pieces of output that several commands share: usage, summaries, schema reports.
//
// Entry points: add_usage, missing_tools, print_missing_tools, print_summary, stream_to_terminal, schema_report_json, print_schema_report.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <string>

#include "runtime/cli/json_output.h"
#include "runtime/decode/decode.h"
#include "schemas/json_schema/compile.h"
#include "tools/registry.h"

namespace keyway::cli {

// "usage" and "log_allowed_mass".
void add_usage(JsonObject& object, const DecodeResult& result);

// `missing` and, with the name of their file, the tools that `registry` refuses and whether it is one page of several.
std::vector<Error> missing_tools(const Registry& registry, std::vector<Error> missing, const std::string& path);
// A line on standard error for each.
void print_missing_tools(const std::vector<Error>& missing);

// One faint line on standard error: tokens, time, finish reason.
void print_summary(const DecodeResult& result);

// Shows the text on standard output as it comes.
DecodeObserver stream_to_terminal();

// {"enforced", "narrowed", "ignored", "refused"}
JsonObject schema_report_json(const SchemaReport& report);
void print_schema_report(const SchemaReport& report, const std::string& indent);

}  // namespace keyway::cli
