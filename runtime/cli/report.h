// Pieces of output that several commands share: usage, summaries, schema reports.
//
// Entry points: add_usage, print_summary, stream_to_terminal, schema_report_json, print_schema_report.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <string>

#include "runtime/cli/json_output.h"
#include "runtime/decode/decode.h"
#include "schemas/json_schema/compile.h"

namespace keyway::cli {

// "usage" and "log_allowed_mass".
void add_usage(JsonObject& object, const DecodeResult& result);

// One faint line on standard error: tokens, time, finish reason.
void print_summary(const DecodeResult& result);

// Shows the text on standard output as it comes.
DecodeObserver stream_to_terminal();

// {"enforced", "narrowed", "ignored", "refused"}
JsonObject schema_report_json(const SchemaReport& report);
void print_schema_report(const SchemaReport& report, const std::string& indent);

}  // namespace keyway::cli
