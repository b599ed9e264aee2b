// JSON texts inside of strings: `contentMediaType` of draft 7.
//
// Entry point: make_json_content. Containers are nested up to kMostContainers deep, each depth a deferred part.
// Invariant: whatever is accepted is a text of RFC 8259. Tested by tests/schemas/json_schema/formats_test.cc.
#include <string>

#include "schemas/json_schema/format_builder.h"

namespace keyway::json_schema {
namespace {

constexpr uint32_t kMostContainers = 16;

std::string blank_text() { return "[ \\t\\n\\r]*"; }
std::string string_text() { return "\"(?:[^\"\\\\\\u{0}-\\u{1f}]|\\\\(?:[\"\\\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*\""; }
std::string number_text() { return "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"; }

RegexId json_array_rest(FormatBuilder& builder, uint32_t depth);
RegexId json_object_rest(FormatBuilder& builder, uint32_t depth);

// A value inside of `depth` containers.
RegexId json_text(FormatBuilder& builder, uint32_t depth) {
  RegexArena& regexes = builder.regexes();
  const RegexId scalar = builder.pattern(string_text() + "|" + number_text() + "|true|false|null");
  if (depth == kMostContainers) return scalar;
  constexpr DeferredFacts kRest{false, true, 1};
  return builder.either({scalar, regexes.sequence(regexes.literal("["), builder.deferred(json_array_rest, depth, kRest)),
                         regexes.sequence(regexes.literal("{"), builder.deferred(json_object_rest, depth, kRest))});
}

// `entry`, any number of them between commas, and what closes them.
RegexId json_entries(FormatBuilder& builder, RegexId entry, const char* close) {
  RegexArena& regexes = builder.regexes();
  const RegexId blank = builder.pattern(blank_text()), item = builder.sequence({entry, blank});
  const RegexId more = regexes.repeat(builder.sequence({regexes.literal(","), blank, item}), 0, kUnbounded);
  return builder.sequence({blank, builder.either({builder.sequence({item, more}), regexes.epsilon()}), regexes.literal(close)});
}

RegexId json_array_rest(FormatBuilder& builder, uint32_t depth) { return json_entries(builder, json_text(builder, depth + 1), "]"); }

RegexId json_object_rest(FormatBuilder& builder, uint32_t depth) {
  const RegexId key = builder.pattern(string_text() + blank_text() + ":" + blank_text());
  return json_entries(builder, builder.regexes().sequence(key, json_text(builder, depth + 1)), "}");
}

}  // namespace

RegexId make_json_content(FormatBuilder& builder) {
  return builder.sequence({builder.pattern(blank_text()), json_text(builder, 0), builder.pattern(blank_text())});
}

}  // namespace keyway::json_schema
