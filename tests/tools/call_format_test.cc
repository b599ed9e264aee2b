// A format file is read, bound to a tokenizer's tokens and rendered; a file that breaks an invariant is refused.
#include "tools/call_format.h"

#include <gtest/gtest.h>

#include "grammar/derivative.h"
#include "schemas/embedded.h"
#include "schemas/json_schema/compile.h"
#include "tools/call_format_agreement.h"
#include "tools/render_calls.h"

namespace keyway {
namespace {

std::shared_ptr<const CallFormat> hermes() { return *shipped_call_format("hermes"); }

std::string minimal(const std::string& call, const std::string& more = "") {
  return R"({"keyway_call_format": 1, "name": "m", "names": {"pattern": "[a-z_]+", "max_bytes": 64}, "space_max": 4,
             "call": )" + call + more + "}";
}

TEST(CallFormat, HermesRendersAsItsTemplatesDo) {
  EXPECT_EQ(render_calls(*hermes(), {{"f", "{\"a\": 1}", {}}}),
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>");
  EXPECT_EQ(render_calls(*hermes(), {{"f", "{}", {}}, {"g", "{}", {}}}),
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n"
            "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>");
  EXPECT_EQ(render_calls(*hermes(), {}), "");
}

TEST(CallFormat, JsonPartsHaveAGapBetweenAllTokens) {
  const auto format = read_call_format(minimal(R"(["<c>", {"json": "{\"n\":\"$name\", \"a\": $arguments}"}, "</c>"])"));
  ASSERT_TRUE(format.ok()) << format.error().to_string();
  std::string shape;
  for (const FormatPart& part : (*format)->layouts[0].call) {
    switch (part.kind) {
      case PartKind::kText: shape += part.text; break;
      case PartKind::kSpace: shape += "[" + part.text + "]"; break;
      case PartKind::kName: shape += "NAME"; break;
      case PartKind::kArguments: shape += "ARGUMENTS"; break;
      default: shape += "?"; break;
    }
  }
  EXPECT_EQ(shape, "<c>{[]\"n\"[]:[]\"NAME\"[],[ ]\"a\"[]:[ ]ARGUMENTS[]}</c>");
}

TEST(CallFormat, DelimitersThatTheTokenizerHasAreTokens) {
  const auto spelled = bind_call_format(hermes());
  EXPECT_EQ(spelled->layouts[0].trigger().kind, ElementKind::kBytes);
  EXPECT_EQ(spelled->layouts[0].trigger().bytes, "<tool_call>");
  const auto bound = bind_call_format(hermes(), [](std::string_view text) -> std::optional<TokenId> {
    if (text == "<tool_call>") return 7;
    return std::nullopt;
  });
  EXPECT_EQ(bound->layouts[0].trigger().kind, ElementKind::kToken);
  EXPECT_EQ(bound->layouts[0].trigger().token, 7u);
  EXPECT_EQ(bound->layouts[0].call.back().kind, ElementKind::kBytes);
  EXPECT_EQ(bound->layouts[0].call.back().bytes, "</tool_call>");
  EXPECT_FALSE(bound->reasons()) << "a model without the token does not reason";
  EXPECT_EQ(spelled->reasoning_begin.front().bytes, "<think>");
}

TEST(CallFormat, ATextIsCutAtTheTokensInIt) {
  const auto format = read_call_format(
      minimal(R"(["<a><b>x<c><a>y", {"name": "raw"}, "(", {"arguments": "json"}])", R"(, "delimiters": ["<a>", "<a><b>"])"));
  ASSERT_TRUE(format.ok()) << format.error().to_string();
  const auto bound = bind_call_format(*format, [](std::string_view text) -> std::optional<TokenId> {
    return static_cast<TokenId>(text.size());
  });
  ASSERT_EQ(bound->layouts[0].call.size(), 7u);
  EXPECT_EQ(bound->layouts[0].call[0].token, 6u) << "the longest delimiter is taken";
  EXPECT_EQ(bound->layouts[0].call[1].bytes, "x<c>");
  EXPECT_EQ(bound->layouts[0].call[2].token, 3u);
}

TEST(CallFormat, RefusesAFileThatBreaksAnInvariant) {
  const std::string call = R"x(["<c>", {"name": "raw"}, "(", {"arguments": "json"}, ")"])x";
  ASSERT_TRUE(read_call_format(minimal(call)).ok());
  const std::string bad[] = {
      "5", "{}", "[", minimal("5"), minimal("[]"), minimal(R"x(["<c>"])x"),
      minimal(R"x([{"name": "raw"}, "(", {"arguments": "json"}])x"),            // no trigger
      minimal(R"x([{"space": ""}, "<c>", {"name": "raw"}, "(", {"arguments": "json"}])x"),
      minimal(R"x(["<c>", {"arguments": "json"}, "(", {"name": "raw"}, ")"])x"),  // wrong order
      minimal(R"x(["<c>", {"name": "raw"}, {"id": {"characters": "digits", "min": 1, "max": 2}}, {"arguments": "json"}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "yaml"}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"optional": [{"arguments": "json"}]}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "marked"}])x"),   // without the mark
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"members": ["<p>", {"key": "raw"}, {"value": "raw"}, "</p>"]}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"members": ["<p>", {"key": "raw"}, ">", {"value": "raw"}]}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"id": {"characters": "any", "min": 1, "max": 2}}, {"arguments": "json"}])x"),
      minimal(call, R"x(, "where": "end")x"),
      minimal(call, R"x(, "layouts": [])x"),
      minimal(call, R"x(, "blocks": [{"begin": [{"space": ""}], "end": "</b>"}])x"),
      minimal(R"x(["<c>", {"name": "raw"}, "x", {"arguments": "json"}])x"),     // x may be part of a name
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"name": "raw"}, "(", {"arguments": "json"}])x"),
      minimal(R"x(["<c<", {"name": "raw"}, "(", {"arguments": "json"}])x"),     // the trigger overlaps itself
      minimal(R"x([" <c>", {"name": "raw"}, "(", {"arguments": "json"}])x"),    // starts with white space
      minimal(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "json"}, {"space": "xx"}])x"),
      minimal(R"x(["<c>", {"name": "json"}, "(", {"arguments": "json"}])x"),
      minimal(call, R"x(, "between_calls": [{"name": "raw"}])x"),
      minimal(call, R"x(, "section_begin": ["<c>", {"arguments": "json"}])x"),
      minimal(call, R"x(, "between": [])x"),
      minimal(call, R"x(, "delimiters": [""])x"),
      minimal(call, R"x(, "reasoning": {"begin": "<t>"})x"),
      minimal(call, R"x(, "reasoning": {"begin": "<c><t>", "end": "</t>"})x"),
      R"x({"keyway_call_format": 2, "name": "m", "names": {"pattern": "a", "max_bytes": 6}, "space_max": 4, "call": )x" +
          call + "}",
      R"x({"keyway_call_format": 1, "name": "m", "names": {"pattern": "(", "max_bytes": 6}, "space_max": 4, "call": )x" +
          call + "}",
      R"x({"keyway_call_format": 1, "name": "m", "names": {"pattern": "a", "max_bytes": 0}, "space_max": 4, "call": )x" +
          call + "}"};
  for (const std::string& text : bad) {
    const auto format = read_call_format(text);
    ASSERT_FALSE(format.ok()) << text;
    EXPECT_FALSE(format.error().pointer.empty()) << text;
  }
}

TEST(CallFormat, AFormatThatIsNotReadBackIsRefusedWithTheSample) {
  const auto format = read_call_format(minimal(
      R"x(["<c>", {"optional": [{"id": {"characters": "digits", "min": 1, "max": 2}}]}, {"name": "raw"}, "(",
           {"arguments": "json"}])x"));
  ASSERT_FALSE(format.ok());
  EXPECT_NE(format.error().message.find("not what it reads"), std::string::npos) << format.error().to_string();
  EXPECT_NE(format.error().given.find("<c>f({}"), std::string::npos) << format.error().given;
}

// The files below are sound, each by itself: what differs is that the grammar of one stands beside the reader of the other.
TEST(CallFormat, AFormatWhoseGrammarAndReaderDisagreeIsRefusedWithTheSample) {
  const auto file = [](std::string_view call) { return read_call_format(minimal(std::string(call))); };
  const auto one = file(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "json"}, ")"])x");
  const auto same = file(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "json"}, ")"])x");
  const auto looser = file(R"x(["<c>", {"name": "raw"}, "(", {"arguments": "json"}, {"optional": [")"]}])x");
  const auto other = file(R"x(["<c>", {"name": "raw"}, "[", {"arguments": "json"}, "]"])x");
  for (const auto& format : {one, same, looser, other}) ASSERT_TRUE(format.ok()) << format.error().to_string();
  EXPECT_TRUE(check_agreement(*one, *same).ok());
  const Status unread = check_agreement(*one, *other), taken = check_agreement(*one, *looser);
  for (const Status& status : {unread, taken}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(status.error().pointer, "/call");
    EXPECT_NE(status.error().given.find("<c>"), std::string::npos) << status.error().given;
  }
  EXPECT_NE(unread.error().message.find("the grammar takes it, and the reader does not"), std::string::npos);
  EXPECT_NE(taken.error().message.find("the reader takes it, and the grammar does not"), std::string::npos);
}

// The schema of format files, compiled by Keyway itself.
class FormatSchema {
 public:
  FormatSchema() : arena_(std::make_unique<TermArena>()) {
    const auto document = parse_json(*embedded_document("call_format.schema.json"));
    SchemaOptions options;
    options.whitespace = Whitespace::kFree;
    const SchemaCompilation made = compile_json_schema(*arena_, *document, document->root(), options);
    EXPECT_FALSE(made.error) << made.error->to_string();
    root_ = made.value;
  }
  bool takes(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    TermId at = root_;
    for (size_t i = 0; i < text.size() && at != TermArena::never(); ++i) at = derivative(*arena_, at, static_cast<uint8_t>(text[i]));
    return at != TermArena::never() && arena_->nullable(at);
  }

 private:
  std::unique_ptr<TermArena> arena_;
  TermId root_;
};

// The value as JSON with the place of number `hole` replaced; an object there has a member more where `into` is set.
std::string with_hole(Json value, size_t& hole, const std::string& with, bool into) {
  const bool here = hole-- == 0;
  if (here && (!into || !value.is_object())) return with;
  if (!value.is_object() && !value.is_array()) return to_json_text(value);
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    out += (i > 0 ? ", " : "") + (value.is_object() ? json_quote(value.key(i)) + ": " : "") + with_hole(value.at(i), hole, with, into);
  }
  if (here) out += (out.empty() ? "" : ", ") + std::string("\"misspelt\": ") + with;
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

size_t places(Json value) {
  size_t count = 1;
  for (size_t i = 0; (value.is_object() || value.is_array()) && i < value.size(); ++i) count += places(value.at(i));
  return count;
}

TEST(CallFormat, WhatTheReaderTakesIsOfTheSchema) {
  FormatSchema schema;
  const auto both = parse_json("[" + minimal(R"x(["<c>", {"name": "raw"}, {"optional": ["#", {"id": {"characters": "digits", "min": 1, "max": 2}}]},
      "(", {"arguments": "json"}, {"any": [[")"], ["]"]]}])x", R"x(, "delimiters": ["<c>"], "turn_end": ["<e>"], "told_by": ["<c>"],
      "where": "anywhere", "reasoning": {"begin": "<t>", "end": "</t>"}, "values": {"python_words": true}, "section_end": [{"space": ""}])x") +
      ", " + std::string(*embedded_document("call_formats/gpt-oss.json")) + "]");
  ASSERT_TRUE(both.ok());
  const std::string values[] = {"null", "true", "0", "1.5", "-1", "100000", "\"\"", "\"x\"", "\"" + std::string(1001, 'y') + "\"", "[]", "[1]", "{}"};
  size_t taken = 0, refused = 0;
  for (size_t file = 0; file < both->root().size(); ++file) {
    const Json root = both->root().at(file);
    ASSERT_TRUE(read_call_format(to_json_text(root)).ok()) << to_json_text(root);
    for (size_t place = 0; place < places(root); ++place) {
      for (const std::string& value : values) {
        size_t hole = place;
        const std::string text = with_hole(root, hole, value, value == "null");
        const auto read = read_call_format(text);
        EXPECT_TRUE(!read.ok() || schema.takes(text)) << text;
        ++(read.ok() ? taken : refused);
      }
    }
  }
  EXPECT_GT(taken, 50u);
  EXPECT_GT(refused, 1000u);
}

TEST(CallFormat, EveryShippedFormatReadsAndAnUnknownOneIsNotFound) {
  size_t formats = 0;
  FormatSchema schema;
  for (std::string_view name : embedded_document_names()) {
    if (!name.starts_with("call_formats/")) continue;
    ++formats;
    EXPECT_TRUE(schema.takes(*embedded_document(name))) << name;
    const auto format = read_call_format(*embedded_document(name));
    ASSERT_TRUE(format.ok()) << name << format.error().to_string();
    EXPECT_EQ("call_formats/" + (*format)->name + ".json", name);
  }
  EXPECT_GE(formats, 1u);
  const auto unknown = shipped_call_format("../hermes");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_NE(unknown.error().allowed.find("hermes"), std::string::npos);
}

}  // namespace
}  // namespace keyway
