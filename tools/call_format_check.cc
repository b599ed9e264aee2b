// Samples written and read back; see call_format_check.h.
#include "tools/call_format_check.h"

#include <re2/re2.h>

#include "tools/call_parser.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

// Names of sample tools, one the beginning of another; those that the format cannot write are left out.
std::vector<std::string> sample_names(const CallFormat& format) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 legal(format.name_pattern, options);
  std::vector<std::string> names;
  for (const char* name : {"f", "fa", "get_a", "get-b", "G", "1", "a.b/c:d"}) {
    if (std::string_view(name).size() <= format.name_max_bytes && RE2::FullMatch(name, legal)) names.emplace_back(name);
  }
  return names;
}

bool same_calls(const ParsedAnswer& answer, const std::vector<RenderedCall>& calls) {
  if (answer.error || answer.calls.size() != calls.size()) return false;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (answer.calls[i].name != calls[i].name || answer.calls[i].arguments != calls[i].arguments) return false;
  }
  return true;
}

}  // namespace

Status check_round_trip(const std::shared_ptr<const CallFormat>& format) {
  const std::vector<std::string> names = sample_names(*format);
  if (names.empty()) return {};
  const auto plan = CallParserPlan::create(bind_call_format(format), names);
  std::vector<std::string> before = {""};
  if (format->content_before_calls) before.push_back("Text.\n");
  if (!format->reasoning_begin.empty()) before.push_back(format->reasoning_begin + "So." + format->reasoning_end);
  const char* arguments[] = {"{}", R"({"a": [1, {"b": "}\"]"}], "c": null})"};
  std::vector<RenderedCall> calls;
  for (size_t i = 0; i < names.size() + 1; ++i) {
    calls.push_back({names[i % names.size()], arguments[i % 2]});
    for (const std::string& start : before) {
      const std::string text = start + render_calls(*format, calls);
      const ParsedAnswer answer = parse_answer(text, plan);
      if (same_calls(answer, calls)) continue;
      const std::string why = answer.error ? answer.error->to_string() : "other calls were read";
      return fail(ErrorCode::kInvalid, "what this call format writes is not what it reads: " + excerpt(why, 300), "/call",
                  excerpt(text, 190), "a format whose calls are read back as they were written");
    }
  }
  return {};
}

}  // namespace keyway
