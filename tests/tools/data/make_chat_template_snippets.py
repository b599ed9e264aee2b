#!/usr/bin/env python3
"""Snippets of the template language with what Jinja2 3.1.6, set up as transformers does, makes of them.

  make_chat_template_snippets.py golden > tests/tools/data/chat_template_snippets.jsonl
  make_chat_template_snippets.py random --count 10000 --seed 1      one JSON object a line, for comparing by hand

Each line: {"template", "out"} or {"template", "error": Python's exception type}. The variables are VARIABLES below;
they are written into the first line of the golden file. Needs jinja2 and nothing else.
"""
import argparse
import datetime
import json
import random
import re
import sys

import jinja2
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chat_template_snippets import SNIPPETS

VARIABLES = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello <world> & \"you\""},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "c1", "function": {"name": "get_weather", "arguments": {"city": "Köln", "days": 3, "f": 1.50}}}]},
        {"role": "tool", "content": "{\"t\": 21}", "tool_call_id": "c1"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "get_weather", "description": "Weather\nnow",
         "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                        "required": ["city"]}}},
        {"type": "function", "function": {"name": "noop", "parameters": {}}},
    ],
    "documents": None,
    "add_generation_prompt": True,
    "bos_token": "<s>",
    "text": "  The quick Brown-fox (jumps) over\tthe lazy dog.\n\nNew Line  ",
    "word": "straße",
    "wide": "naïve 日本語 ÀÉ 😀x",
    "empty": "",
    "digits": "0042",
    "n": 7,
    "z": 0,
    "neg": -3,
    "big": 123456789012345678901234567890,
    "pi": 3.14159,
    "tiny": 1e-7,
    "huge": 1e22,
    "yes": True,
    "no": False,
    "nil": None,
    "numbers": [3, 1, 2, 10, -1, 2],
    "words": ["pear", "Apple", "fig", "apple", "Banana"],
    "mixed": [1, "a", None, True, 2.5, [1, 2], {"k": "v"}],
    "pairs": [["a", 1], ["b", 2]],
    "people": [{"name": "Ann", "age": 31, "tags": ["x", "y"]}, {"name": "bob", "age": 25, "tags": []},
               {"name": "Cyd", "age": 31}],
    "mapping": {"b": 2, "a": 1, "C": 3, "items": "shadowed", "nested": {"deep": {"er": "end"}}},
}


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_support"), [], [], body).set_lineno(line)

    def _support(self, caller):
        return caller()


class TemplateNamespace(jinja2.utils.Namespace):
    def __init__(*args, **kwargs):
        self, args = args[0], args[1:]
        attributes = dict(*args, **kwargs)
        for name in attributes:
            TemplateNamespace._check(name)
        jinja2.utils.Namespace.__init__(self, attributes)

    def __setitem__(self, name, value):
        TemplateNamespace._check(name)
        jinja2.utils.Namespace.__setitem__(self, name, value)

    @staticmethod
    def _check(name):
        if isinstance(name, str) and name.startswith("_"):
            raise jinja2.exceptions.SecurityError(name)


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda f: datetime.datetime(2025, 6, 15, 9, 30).strftime(f)
    env.globals["namespace"] = TemplateNamespace
    return env


ENV = environment()


def judge(template):
    """{"template", "out"} or {"template", "error"}; None where the output holds an address."""
    variables = json.loads(json.dumps(VARIABLES))
    try:
        out = ENV.from_string(template).render(**variables)
        out.encode("utf-8")
    except Exception as error:  # noqa: BLE001: every exception is an answer
        return {"template": template, "error": type(error).__name__}
    if re.search(r" at 0x|<function|<bound method|<built-in method|<generator|<list_reverse|<class|_reverseiterator", out):
        return None
    return {"template": template, "out": out}


class Writer:
    """Random templates over the supported language."""

    NAMES = [k for k in VARIABLES if k not in ("documents",)] + ["missing", "loop", "x", "y", "ns"]
    FILTERS = [
        "abs", "capitalize", "count", "default('d')", "d('e', true)", "dictsort", "e", "first", "float", "int", "items|list",
        "join", "join(', ')", "last", "length", "list", "lower", "max", "min", "reject('none')|list", "replace('a', 'bb')",
        "replace('', '-')", "reverse|list", "round", "round(2)", "round(1, 'floor')", "safe", "select|list", "sort",
        "sort(reverse=true)", "string", "sum", "title", "tojson", "tojson(indent=2)", "trim", "truncate(9)",
        "truncate(5, true, '~')", "unique|list", "upper", "urlencode", "wordcount", "batch(2)|list", "slice(3)|list",
        "slice(2, 'x')|list", "batch(4, '-')|list", "map('string')|list", "map('upper')|join('/')", "center(20)",
        "indent", "indent(2, true)", "indent(width=3, blank=true)", "select('string')|list", "select('number')|list",
        "map(attribute='name')|list", "map(attribute='age', default=0)|list", "selectattr('age')|list",
        "selectattr('age', 'gt', 30)|list", "rejectattr('tags')|list", "groupby('age')|list", "sort(attribute='age')",
        "sort(attribute='age,name')", "dictsort(by='value')", "dictsort(true)", "forceescape", "filesizeformat",
        "attr('x')", "format(1)", "format('a', 2)", "xmlattr", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))",
        "tojson(ensure_ascii=true)", "items", "map('int')|list", "min(attribute='age')", "max(attribute='name')",
        "sum(attribute='age')", "unique(attribute='age')|list", "int(5)", "int(base=16)", "float(1.5)", "first|string",
    ]
    TESTS = [
        "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping",
        "sequence", "iterable", "callable", "odd", "even", "divisibleby 3", "divisibleby(2)", "lower", "upper", "eq 7",
        "eq('a')", "ne 1", "lt 3", "gt 1", "ge(2)", "le 7", "in [1, 7, 'a']", "in 'abc'", "sameas true", "sameas none",
        "equalto 3", "not none", "not string", "not defined", "not in [7]", "escaped", "filter", "test",
    ]
    METHODS = [
        "split()", "split(' ')", "split('a', 1)", "rsplit(None, 1)", "strip()", "strip(' .')", "lstrip()", "rstrip('n')",
        "startswith('a')", "endswith('e')", "startswith(('T', ' '))", "replace('e', 'E')", "replace('e', '', 1)",
        "upper()", "lower()", "title()", "capitalize()", "swapcase()", "find('o')", "rfind('o')", "find('o', 3, -2)",
        "count('e')", "index('q')", "isdigit()", "isalpha()", "isalnum()", "isspace()", "isupper()", "islower()",
        "istitle()", "isdecimal()", "isnumeric()", "isidentifier()", "isascii()", "isprintable()", "splitlines()",
        "splitlines(true)", "removeprefix('pe')", "removesuffix('r')", "zfill(6)", "center(11, '*')", "ljust(8)",
        "rjust(9, '.')", "join(['a', 'b'])", "join(words)", "partition(' ')", "rpartition('-')", "expandtabs(4)",
        "format(1, a=2)", "items()", "keys()", "values()", "get('a')", "get('q', 5)", "items()|list", "keys()|list",
        "values()|list", "copy()", "append(1)", "update({})", "pop()", "count(2)", "index(2)", "nested.deep",
        "name", "role", "items", "__class__", "_x", "0", "get('items')", "casefold()",
    ]

    def __init__(self, rng):
        self.r = rng
        self.depth = 0

    def pick(self, items):
        return self.r.choice(items)

    def literal(self):
        r = self.r
        return self.pick([
            lambda: str(r.randint(-5, 20)), lambda: repr(round(r.uniform(-9, 9), r.randint(0, 4))),
            lambda: self.pick(["'a'", "'abc'", "''", "'%s'", "'%d-%s'", "'a b c'", "\"it's\"", "'\\n'", "'\\u00e9\\x41'",
                               "'%5.2f|'", "'{}:{}'", "'{0!r:>8}'", "'{a:<5}|'", "'x' 'y'", "'日本'"]),
            lambda: self.pick(["true", "false", "none", "True", "None", "0x1F", "1_000", "1e3", "0.5", "99999999999999999999"]),
            lambda: "[" + ", ".join(self.expr() for _ in range(r.randint(0, 3))) + "]",
            lambda: "(" + "".join(self.expr() + ", " for _ in range(r.randint(0, 3))) + ")",
            lambda: "{" + ", ".join("%s: %s" % (self.pick(["'a'", "'b'", "1", "n", "word"]), self.expr())
                                    for _ in range(r.randint(0, 3))) + "}",
            lambda: "range(%d)" % r.randint(0, 6), lambda: "range(%d, %d, %d)" % (r.randint(-3, 3), r.randint(-3, 9), r.randint(-3, 3)),
        ])()

    def atom(self):
        return self.pick(self.NAMES) if self.r.random() < 0.65 else self.literal()

    def expr(self):
        self.depth += 1
        try:
            if self.depth > 5:
                return self.pick(self.NAMES)
            r = self.r.random()
            if r < 0.30:
                return self.atom()
            if r < 0.42:
                return "%s|%s" % (self.expr(), self.pick(self.FILTERS))
            if r < 0.50:
                return "%s.%s" % (self.atom() if self.r.random() < 0.7 else "(%s)" % self.expr(), self.pick(self.METHODS))
            if r < 0.56:
                return "%s[%s]" % (self.pick(self.NAMES), self.pick([self.expr, self.slice, lambda: str(self.r.randint(-4, 4)),
                                                                     lambda: self.pick(["'a'", "'role'", "'items'"])])())
            if r < 0.58:
                return "%s ** %d" % (self.atom(), self.r.randint(0, 4))  # no tower of powers: Python would compute it
            if r < 0.70:
                return "%s %s %s" % (self.expr(), self.pick(["+", "-", "*", "/", "//", "%", "~", "~", "+"]), self.operand())
            if r < 0.78:
                return "%s %s %s" % (self.expr(), self.pick(["==", "!=", "<", ">", "<=", ">=", "in", "not in"]), self.expr())
            if r < 0.84:
                return "(%s %s %s)" % (self.expr(), self.pick(["and", "or"]), self.expr())
            if r < 0.88:
                return "(%s if %s else %s)" % (self.expr(), self.expr(), self.expr())
            if r < 0.90:
                return "(%s if %s)" % (self.expr(), self.expr())
            if r < 0.96:
                return "(%s is %s)" % (self.expr(), self.pick(self.TESTS))
            return self.pick(["not %s", "-%s", "(%s)", "+%s"]) % self.expr()
        finally:
            self.depth -= 1

    def operand(self):
        return self.expr() if self.r.random() < 0.6 else str(self.r.randint(0, 5))

    def slice(self):
        part = lambda: self.pick(["", "", str(self.r.randint(-5, 5))])
        return part() + ":" + part() + (":" + part() if self.r.random() < 0.3 else "")

    def tag(self, inside):
        left, right = self.pick(["", "", "-", "+"]), self.pick(["", "", "-"])
        return "{%%%s %s %s%%}" % (left, inside, right)

    def space(self):
        return self.pick(["", "", " ", "\n", "\n  ", "x", " y ", "\n\n", "  \n"])

    def body(self, level, loop=False):
        return "".join(self.space() + self.statement(level + 1, loop) for _ in range(self.r.randint(1, 3))) + self.space()

    def statement(self, level=0, loop=False):
        r = self.r.random()
        if level > 3 or r < 0.45:
            sign = self.pick(["", "", "-"])
            return "{{%s %s %s}}" % (sign, self.expr(), self.pick(["", "-"]))
        if r < 0.60:
            out = self.tag("if " + self.expr()) + self.body(level, loop)
            if self.r.random() < 0.3:
                out += self.tag("elif " + self.expr()) + self.body(level, loop)
            if self.r.random() < 0.4:
                out += self.tag("else") + self.body(level, loop)
            return out + self.tag("endif")
        if r < 0.75:
            target = self.pick(["x", "x", "y", "x, y"])
            inside = self.body(level, True)
            if self.r.random() < 0.5:
                inside += "{{ loop.%s }}" % self.pick(["index", "index0", "first", "last", "length", "revindex", "revindex0",
                                                       "previtem", "nextitem", "depth", "cycle('a', 'b')", "changed(x)"])
            if self.r.random() < 0.1:
                inside += self.tag("if loop.index > 2") + self.tag(self.pick(["break", "continue"])) + self.tag("endif")
            head = "for %s in %s" % (target, self.pick([self.expr, lambda: self.pick(["numbers", "words", "messages", "people", "mixed", "pairs", "mapping", "mapping.items()", "range(3)"])])())
            if self.r.random() < 0.2:
                head += " if " + self.expr()
            out = self.tag(head) + inside
            if self.r.random() < 0.2:
                out += self.tag("else") + self.body(level, loop)
            return out + self.tag("endfor")
        if r < 0.87:
            name = self.pick(["x", "y", "n", "word"])
            if self.r.random() < 0.2:
                return self.tag("set " + name + self.pick(["", " | upper", " | trim | title"])) + self.body(level, loop) + self.tag("endset")
            return self.tag("set %s = %s" % (name, self.expr()))
        if r < 0.90:
            return self.tag("with x = %s" % self.expr()) + self.body(level, loop) + self.tag("endwith")
        if r < 0.93:
            return self.tag("set ns = namespace(a=%s)" % self.expr()) + self.tag("set ns.b = %s" % self.expr()) + "{{ ns.a }}{{ ns.b }}{{ ns.c }}"
        if r < 0.96:
            parameters = self.pick(["", "x", "x, y=1", "x='q', y=x"])
            call = self.pick(["m()", "m(1)", "m(%s)" % self.expr(), "m(y=2)", "m(1, 2)", "m(1, 2, 3)", "m(q=1)"])
            return self.tag("macro m(%s)" % parameters) + self.body(level) + self.tag("endmacro") + "{{ %s }}" % call
        if r < 0.98:
            return self.tag("filter " + self.pick(["upper", "trim", "replace('x', 'z')", "indent(2)"])) + self.body(level, loop) + self.tag("endfilter")
        return "{#" + self.pick(["", "-"]) + " note " + self.pick(["", "-"]) + "#}"

    def template(self):
        return "".join(self.space() + self.statement() for _ in range(self.r.randint(1, 3))) + self.space()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["golden", "random"])
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=20250615)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    templates = list(SNIPPETS) if arguments.what == "golden" else []
    rows = [row for row in map(judge, templates) if row]
    wanted, failures = arguments.count, 0
    while wanted > 0:
        row = judge(Writer(rng).template())
        if row is None or len(row.get("out", "")) > 2000:
            continue
        if "error" in row:
            failures += 1
            if failures % (8 if arguments.what == "golden" else 3) != 0:
                continue
        rows.append(row)
        wanted -= 1
    print(json.dumps({"variables": VARIABLES}, ensure_ascii=True))
    for row in rows:
        print(json.dumps(row, ensure_ascii=True))


if __name__ == "__main__":
    main()
