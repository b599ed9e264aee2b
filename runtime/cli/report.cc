// Shared pieces of output; see report.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/report.h"

#include <cstdio>

#include "runtime/cli/inputs.h"
#include "runtime/cli/terminal.h"

namespace keyway::cli {
namespace {

std::string notes_json(const KeywordNotes& notes, bool excludes, bool refused) {
  std::vector<std::string> items;
  for (const KeywordNote& note : notes) {
    JsonObject item;
    item.add("pointer", note.pointer).add("keyword", note.keyword);
    if (excludes) item.add("excludes", note.excludes);
    if (refused) item.add("given", note.given).add("allowed", note.allowed);
    if (refused || !note.message.empty()) item.add("message", note.message);
    items.push_back(item.text());
  }
  return json_array(items);
}

std::string seconds(std::chrono::nanoseconds time) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", std::chrono::duration<double>(time).count());
  return buffer;
}

}  // namespace

void add_usage(JsonObject& object, const DecodeResult& result) {
  object.add("usage", JsonObject().add("prompt_tokens", result.prompt_tokens)
                          .add("completion_tokens", result.completion_tokens));
  object.add("log_allowed_mass", result.log_allowed_mass);
}

std::vector<Error> missing_tools(const Registry& registry, std::vector<Error> missing, const std::string& path) {
  for (const RegistryEntry& entry : registry.entries()) {
    if (entry.status == ToolStatus::kRefused) missing.push_back(in_file(entry.error, path));
  }
  if (registry.incomplete()) missing.push_back(in_file(*registry.incomplete(), path));
  return missing;
}

void print_missing_tools(const std::vector<Error>& missing) {
  for (const Error& error : missing) std::fprintf(stderr, "keyway: %s\n", well_formed(error.to_string()).c_str());
}

void print_summary(const DecodeResult& result) {
  const DecodeTimes& times = result.times;
  const std::string line =
      std::to_string(result.prompt_tokens) + " prompt tokens and " + std::to_string(result.completion_tokens) +
      " answer tokens in " + seconds(times.prompt + times.forward + times.mask + times.sample) + " s; " +
      std::string(finish_reason_name(result.finish)) + "; log of the allowed mass " +
      json_rounded(result.log_allowed_mass, 3);
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", Paint(stderr).faint(line).c_str());
}

DecodeObserver stream_to_terminal() {
  DecodeObserver observer;
  observer.on_text = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };
  return observer;
}

JsonObject schema_report_json(const SchemaReport& report) {
  JsonObject object;
  object.add_raw("enforced", notes_json(report.enforced, false, false));
  object.add_raw("narrowed", notes_json(report.narrowed, true, false));
  object.add_raw("ignored", notes_json(report.ignored, false, false));
  object.add_raw("refused", notes_json(report.refused, false, true));
  return object;
}

void print_schema_report(const SchemaReport& report, const std::string& indent) {
  const Paint paint(stdout);
  const auto line = [&](const std::string& label, const KeywordNote& note, const std::string& why) {
    std::printf("%s%s %s%s%s\n", indent.c_str(), label.c_str(), well_formed(note.pointer).c_str(),
                why.empty() ? "" : ": ", well_formed(why).c_str());
  };
  for (const KeywordNote& note : report.enforced) line(paint.good("enforced"), note, "");
  for (const KeywordNote& note : report.narrowed) line(paint.strong("narrowed"), note, "excludes " + note.excludes);
  for (const KeywordNote& note : report.ignored) line(paint.faint("ignored "), note, note.message);
  for (const KeywordNote& note : report.refused) {
    std::string why = note.message;
    if (!note.given.empty()) why += "; given " + note.given;
    if (!note.allowed.empty()) why += "; allowed " + note.allowed;
    line(paint.bad("refused "), note, why);
  }
}

}  // namespace keyway::cli
