// What a template may cost is counted: every limit is hit by a case of its own, names itself, and leaves nothing behind.
#include "tests/tools/chat_template_support.h"

namespace keyway {
namespace {

std::string repeat(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// The limit that a template runs into, or its output.
std::string limit_of(const std::string& text, const TemplateLimits& limits = {}) {
  const Result<std::string> result = render_with(text, std::string("{\"x\": 1}"), limits);
  if (result.ok()) return "output " + std::to_string(result->size());
  EXPECT_EQ(error_code_name(result.error().code), "limit") << result.error().to_string();
  return result.error().allowed;
}

TEST(ChatTemplateLimits, TheTextIsBounded) {
  TemplateLimits limits;
  limits.template_bytes = 10;
  EXPECT_EQ(limit_of("0123456789", limits), "output 10");
  EXPECT_EQ(limit_of("0123456789a", limits), "template_bytes 10");
}

TEST(ChatTemplateLimits, WhatIsHashedAndComparedIsPaidFor) {
  const std::string grow = "{% set n = namespace(t=('x',), u=('x',)) %}{% for i in range(60) %}{% set n.t = (n.t, n.t) %}{% set n.u = (n.u, n.u) %}{% endfor %}";
  for (const std::string use : {"{n.t: 1}", "[n.t, n.u] | unique | list", "n.t == n.u", "n.t in [n.u]"}) {
    EXPECT_EQ(limit_of(grow + "{{ (" + use + ") | length }}").substr(0, 5), "steps") << use;
  }
  const std::string texts = "{% set a = '&' * 1000000 %}{% set b = '&' * 999999 ~ '&' %}{% for i in range(100000) %}";
  for (const std::string use : {"a == b", "a < b", "a in {b: 1}", "{a: 1}[b]", "[a] == [b]", "a is sameas b", "a.strip(b)", "a.startswith((b, b))", "a | striptags"}) {
    EXPECT_EQ(limit_of(texts + "{% if (" + use + ") == 3 %}x{% endif %}{% endfor %}").substr(0, 5), "steps") << use;
  }
}

TEST(ChatTemplateLimits, WhatIsReadAsANumberAndFilledIsPaidFor) {
  const std::string texts = "{% set a = '1' * 4000 %}{% set w = '\U0001D7FF' * 100000 %}{% set l = [1] * 50000 %}{% for i in range(100000) %}";
  for (const std::string use : {"a | filesizeformat", "w | filesizeformat", "w[:4000] | int", "w | float", "l is lower", "l is upper",
                                "w.istitle()", "'{:0100000,}'.format(5)", "'{!a}'.format(w)", "'%a' % w", "a.replace('1', '2', 1)"}) {
    EXPECT_EQ(limit_of(texts + "{% if (" + use + ") == 3 %}x{% endif %}{% endfor %}").substr(0, 5), "steps") << use;
  }
}

TEST(ChatTemplateLimits, NodesAreBounded) {
  TemplateLimits limits;
  limits.template_nodes = 50;
  EXPECT_EQ(limit_of(repeat("{{ x }}", 60), limits), "template_nodes 50");
}

TEST(ChatTemplateLimits, NestingOfTheTextIsBounded) {
  for (const auto& [open, middle, close] :
       {std::array<std::string, 3>{"(", "1", ")"}, {"[", "", "]"}, {"not ", "1", ""}, {"- ", "1", ""},
        {"{'a': ", "1", "}"}, {"x[", "1", "]"}, {"range(", "1", ")"}, {"1 if x else ", "1", ""}}) {
    EXPECT_EQ(limit_of("{{ " + repeat(open, 100'000) + middle + repeat(close, 100'000) + " }}"), "syntax_depth 200") << open;
  }
}

TEST(ChatTemplateLimits, LongChainsAreBounded) {
  for (const std::string link : {"|trim", ".a", "[0]", " + 1", " or 1", "()"}) {
    EXPECT_EQ(limit_of("{{ x" + repeat(link, 50'000) + " }}").substr(0, 12), "syntax_depth") << link;
  }
  EXPECT_EQ(limit_of("{{ 1" + repeat(" ~ 1", 20'000) + " }}"), "output 20001");
  EXPECT_EQ(limit_of("{% if 0 %}" + repeat("{% elif 0 %}", 20'000) + "{% else %}x{% endif %}"), "output 1");
}

TEST(ChatTemplateLimits, NestedBlocksAreBounded) {
  for (const auto& [open, close] : {std::pair<std::string, std::string>{"{% if x %}", "{% endif %}"},
                                    {"{% for i in [1] %}", "{% endfor %}"},
                                    {"{% with %}", "{% endwith %}"},
                                    {"{% filter trim %}", "{% endfilter %}"},
                                    {"{% set q %}", "{% endset %}"},
                                    {"{% macro m() %}", "{% endmacro %}"}}) {
    EXPECT_EQ(limit_of(repeat(open, 20'000) + "y" + repeat(close, 20'000)), "syntax_depth 200") << open;
    EXPECT_EQ(limit_of(repeat(open, 90) + "y" + repeat(close, 90)).substr(0, 6), "output") << open;
  }
}

TEST(ChatTemplateLimits, StepsAreBounded) {
  EXPECT_EQ(limit_of("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"), "steps 10000000");
  EXPECT_EQ(limit_of("{% macro f(n) %}{% if n > 0 %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}"),
            "steps 10000000");
  EXPECT_EQ(limit_of("{% for i in range(1000) %}{{ (range(100000)|list|sort(reverse=true))[0] }}{% endfor %}"), "steps 10000000");
}

TEST(ChatTemplateLimits, RunningDepthIsBounded) {
  EXPECT_EQ(limit_of("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), "run_depth 3000");
  EXPECT_EQ(limit_of("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}"), "run_depth 3000");
  EXPECT_EQ(limit_of("{% macro a() %}{% call b() %}{% endcall %}{% endmacro %}{% macro b() %}{{ a() }}{{ caller() }}"
                     "{% endmacro %}{{ a() }}"),
            "run_depth 3000");
}

TEST(ChatTemplateLimits, OutputIsBounded) {
  TemplateLimits limits;
  limits.output_bytes = 1000;
  EXPECT_EQ(limit_of("{% for i in range(100) %}0123456789{% endfor %}", limits), "output 1000");
  EXPECT_EQ(limit_of("{% for i in range(101) %}0123456789{% endfor %}", limits), "output_bytes 1000");
  EXPECT_EQ(limit_of("{% set q %}{% for i in range(101) %}0123456789{% endfor %}{% endset %}", limits),
            "output_bytes 1000");
}

TEST(ChatTemplateLimits, WhatIsLargeIsRefusedBeforeItIsMade) {
  const std::string live = "live_bytes 67108864";
  for (const char* text :
       {"{{ 'aaaaaaaaaa' * 1000000000 }}", "{{ [1] * 1000000000 }}", "{{ 1000000000000000000 * 'ab' }}",
        "{{ 'x'|center(1000000000) }}", "{{ 'x'.ljust(10000000000) }}", "{{ 'x'.zfill(1000000000) }}",
        "{{ '%1000000000d'|format(1) }}", "{{ '%.1000000000f' % 1 }}", "{{ '%*d' % (1000000000, 1) }}",
        "{{ '{:1000000000}'.format(1) }}", "{{ '{:.1000000000f}'.format(1) }}", "{{ [1]|tojson(indent=1000000000) }}",
        "{{ 'a\nb'|indent(1000000000) }}", "{{ [1]|batch(1000000000, 'x')|list }}", "{{ 'a\tb'.expandtabs(1000000000) }}",
        "{% set ns = namespace(s='aaaaaaaaaa') %}{% for i in range(12) %}{% set ns.s = ns.s|replace('a', ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='aaaaaaaaaa') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{{ ('a' * 10000000)|replace('', 'bbbbbbbbbb') }}", "{{ ('a' * 10000000).join('b' * 100) }}"}) {
    EXPECT_EQ(limit_of(text), live) << text;
  }
  EXPECT_EQ(limit_of("{{ range(100001)|length }}"), "100000 items");
  EXPECT_EQ(limit_of("{{ 10 ** 100000 }}"), "digits of an integer 4300");
  EXPECT_EQ(limit_of("{{ 7 ** (7 ** (7 ** 7)) }}"), "digits of an integer 4300");
}

TEST(ChatTemplateLimits, MemoryIsCountedDownAgain) {
  // 10,000 turns of 100 kB each: 1 GB in all, never more than two alive.
  EXPECT_EQ(limit_of("{% set ns = namespace(s='') %}{% for i in range(300) %}{% set ns.s = 'a' * 1000000 %}{% endfor %}x"),
            "output 1");
}

TEST(ChatTemplateLimits, NestingOfValuesIsBounded) {
  EXPECT_EQ(limit_of("{% set ns = namespace(v=[]) %}{% for i in range(50000) %}{% set ns.v = [ns.v] %}{% endfor %}"),
            "value_depth 1200");
  EXPECT_EQ(limit_of("{% set ns = namespace(v=none) %}{% for i in range(50000) %}{% set ns.v = namespace(v=ns.v) %}"
                     "{% endfor %}{{ ns }}"),
            "value_depth 1200");
}

TEST(ChatTemplateLimits, CyclesAreTakenApart) {
  EXPECT_EQ(rendered("{% set ns = namespace() %}{% set ns.me = ns %}{{ ns.me.me is sameas ns }}"), "True");
  EXPECT_EQ(rendered("{% set ns = namespace() %}{% for i in [1] %}{% set ns.l = loop %}{{ loop.changed(loop) }}{% endfor %}"
                     "{{ ns.l.index }}"),
            "True1");
  EXPECT_EQ(rendered("{% macro a() %}{% macro b() %}{{ b }}{% endmacro %}{% endmacro %}{{ a() }}x"), "x");
}

}  // namespace
}  // namespace keyway
