// Reports and errors as JSON text; see report.h.
#include "runtime/compile/report.h"

#include "schemas/json.h"

namespace keyway {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += (out.back() == '{' ? "" : ", ") + json_quote(name) + ": " + json_quote(value);
}

void append_notes(std::string& out, std::string_view name, const KeywordNotes& notes) {
  out += (out.back() == '{' ? "" : ", ") + json_quote(name) + ": [";
  for (const KeywordNote& note : notes) {
    out += out.back() == '[' ? "{" : ", {";
    append_field(out, "pointer", note.pointer);
    append_field(out, "keyword", note.keyword);
    for (auto [field, value] : {std::pair("excludes", &note.excludes), std::pair("given", &note.given),
                                std::pair("allowed", &note.allowed), std::pair("message", &note.message)}) {
      if (!value->empty()) append_field(out, field, *value);
    }
    out += '}';
  }
  out += ']';
}

std::string schema_json(const SchemaReport& report) {
  std::string out = "{";
  append_notes(out, "enforced", report.enforced);
  append_notes(out, "narrowed", report.narrowed);
  append_notes(out, "ignored", report.ignored);
  append_notes(out, "refused", report.refused);
  return out + '}';
}

}  // namespace

std::string error_json(const Error& error) {
  std::string out = "{";
  append_field(out, "code", error_code_name(error.code));
  append_field(out, "message", error.message);
  append_field(out, "pointer", error.pointer);
  append_field(out, "given", error.given);
  append_field(out, "allowed", error.allowed);
  return out + '}';
}

std::string report_json(const GrammarReport& report) {
  if (report.tools.empty()) return schema_json(report.schema);
  std::string out = "{\"tools\": [";
  bool first = true;
  for (const auto& list : report.tools) {
    for (const ToolVerdict& tool : *list) {
      out += first ? "{" : ", {";
      first = false;
      append_field(out, "name", tool.name);
      out += std::string(", \"ok\": ") + (tool.ok ? "true" : "false") + ", \"report\": " + schema_json(tool.report);
      if (!tool.ok) out += ", \"error\": " + error_json(tool.error);
      out += '}';
    }
  }
  out += ']';
  if (!report.incomplete.empty()) {
    out += ", \"incomplete\": [";
    for (const Error& missing : report.incomplete) out += (&missing == &report.incomplete[0] ? "" : ", ") + error_json(missing);
    out += ']';
  }
  if (report.cache_unwritten) out += ", \"cache_unwritten\": " + error_json(*report.cache_unwritten);
  return out + '}';
}

}  // namespace keyway
