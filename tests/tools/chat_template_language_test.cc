// The language, compared with Jinja2: snippets by hand and at random, with what Jinja2 3.1.6 set up as transformers does
// makes of them (tests/tools/data/make_chat_template_snippets.py). Where Python raises, rendering or parsing fails.
#include "tests/tools/chat_template_support.h"

namespace keyway {
namespace {

TEST(ChatTemplateLanguage, SnippetsRenderAsInJinja2) {
  const auto lines = read_lines(std::string(KEYWAY_SOURCE_DIR) + "/tests/tools/data/chat_template_snippets.jsonl");
  ASSERT_GE(lines.size(), 500u);
  const Result<JsonDocument> head = parse_json(lines[0]);
  ASSERT_TRUE(head.ok());
  const Json variables = *head->root().find("variables");
  size_t failing = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    const Result<JsonDocument> document = parse_json(lines[i]);
    ASSERT_TRUE(document.ok()) << i;
    const std::string_view text = document->root().find("template")->string();
    const Result<std::string> result = render_with(text, variables);
    if (const auto out = document->root().find("out")) {
      ASSERT_TRUE(result.ok()) << text << "\n" << result.error().to_string();
      EXPECT_EQ(*result, out->string()) << text;
    } else {
      ++failing;
      ASSERT_FALSE(result.ok()) << text << "\nJinja2 raises " << document->root().find("error")->string()
                                << ", here it gives " << *result;
      EXPECT_EQ(result.error().pointer.rfind("line ", 0), 0u) << text << "\n" << result.error().to_string();
    }
  }
  EXPECT_GE(failing, 100u);
}

// What Jinja2 does to a loop that is entered but never ends a turn, to names set in branches, and to names a macro
// sees: each rule apart, so that a change of scoping names itself.
TEST(ChatTemplateScopes, ALoopOwnsWhatItSets) {
  EXPECT_EQ(rendered("{% set a = 1 %}{% for i in [1, 2] %}{{ a }}{% set a = 5 %}{{ a }}{% endfor %}{{ a }}"), "15151");
}

TEST(ChatTemplateScopes, AnIfOwnsNothing) {
  EXPECT_EQ(rendered("{% if true %}{% set a = 1 %}{% endif %}{{ a }}"), "1");
  EXPECT_EQ(rendered("{% if false %}{% set a = 1 %}{% endif %}{{ a }}", R"({"a": 7})"), "7");
}

TEST(ChatTemplateScopes, AMacroSeesTheVariablesAroundItAsTheyAreWhenItRuns) {
  EXPECT_EQ(rendered("{% macro m() %}{{ a }}{% endmacro %}{% set a = 1 %}{{ m() }}{% set a = 2 %}{{ m() }}"), "12");
}

TEST(ChatTemplateScopes, ANameSetFirstHidesTheInputEvenBefore) {
  EXPECT_EQ(rendered("{% macro m() %}[{{ a }}]{% endmacro %}{{ m() }}{% set a = 1 %}{{ m() }}", R"({"a": 7})"), "[][1]");
}

TEST(ChatTemplateScopes, AMacroInALoopKeepsItsTurn) {
  EXPECT_EQ(rendered("{% set ns = namespace(m=none) %}{% for i in [1, 2] %}{% macro m() %}{{ i }}{% endmacro %}"
                     "{{ m() }}{% endfor %}"),
            "12");
}

TEST(ChatTemplateSandbox, WhatWouldChangeOrReachOutIsAnError) {
  for (const char* text :
       {"{{ x.append(1) }}", "{{ x.pop() }}", "{{ x.sort() }}", "{{ d.update({}) }}", "{{ d.clear() }}",
        "{{ ''.__class__.__mro__ }}", "{{ x.__class__.__base__ }}", "{{ cycler.__init__.__globals__ }}",
        "{{ (''|attr('__class__')).x }}", "{{ '{0.__class__.x}'.format('a') }}", "{{ lipsum() }}",
        "{% include 'a' %}", "{% import 'a' as b %}", "{% from 'a' import b %}", "{% extends 'a' %}"}) {
    EXPECT_EQ(rendered(text, R"({"x": [1], "d": {"a": 1}})").rfind("error: ", 0), 0u) << text;
  }
}

TEST(ChatTemplateInput, ToolsMayBeUndefinedNoneOrAList) {
  const char* text = "{{ tools is defined }} {{ tools is none }} {{ documents is none }} {{ tools|length }}";
  EXPECT_EQ(rendered(text), "False False True 0");
  EXPECT_EQ(rendered("{{ tools is defined }} {{ tools is none }}", R"({"tools": null})"), "True True");
  EXPECT_EQ(rendered(text, R"({"tools": [1, 2]})"), "True False True 2");
}

TEST(ChatTemplateInput, NumbersPrintAsPythonReadsThem) {
  const char* numbers = R"({"x": [1, -0, 1.0, 1.50, 1e2, 1E400, 1e-7, 123456789012345678901234567890, 0.1, 100000000000000000.0]})";
  EXPECT_EQ(rendered("{{ x }}|{{ x|tojson }}", numbers),
            "[1, 0, 1.0, 1.5, 100.0, inf, 1e-07, 123456789012345678901234567890, 0.1, 1e+17]|"
            "[1, 0, 1.0, 1.5, 100.0, Infinity, 1e-07, 123456789012345678901234567890, 0.1, 1e+17]");
}

TEST(ChatTemplateInput, ExtraHidesEverythingElse) {
  EXPECT_EQ(rendered("{{ range }}{{ messages }}", R"({"range": 2, "messages": [], "bos_token": "x"})"), "2[]");
}

TEST(ChatTemplateInput, TheClockIsTheOneGiven) {
  EXPECT_EQ(rendered("{{ strftime_now('%d %b %Y, %A %H:%M') }}"), "15 Jun 2025, Sunday 09:30");
}

}  // namespace
}  // namespace keyway
