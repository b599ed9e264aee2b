#!/usr/bin/env python3
"""Rendering speed of Keyway beside Jinja2 on the longest case of a folder of chat templates, in turns in one run.

  render_compare.py --bench build/keyway-bench --data FOLDER [--turns N] [--json OUT]

Needs Python with `jinja2`. keyway-bench verifies every case and says which is the longest; Jinja2 is set up as
transformers does it, its template is compiled beforehand, and its text is compared with the expected one. On both sides
the variables are in memory and only rendering is timed. A turn is the median of many runs; the median turn counts.
"""
import argparse, datetime, json, os, statistics, subprocess, sys, tempfile, time

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOW = datetime.datetime(2025, 6, 15, 9, 30)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    made.filters["tojson"] = to_json
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


def keyway_turn(bench, data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        subprocess.run([bench, "render", "--data", data, "--json", path], check=True, stdout=subprocess.DEVNULL)
        return json.load(open(path))["longest"]


def jinja_turn(template, variables, expected, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        text = template.render(**variables)
        times.append((time.perf_counter() - start) * 1e6)
    if text != expected:
        sys.exit("Jinja2 renders another text than expected")
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=os.path.join(ROOT, "build", "keyway-bench"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--json")
    options = parser.parse_args()
    longest = keyway_turn(options.bench, options.data)
    base = os.path.join(options.data, longest["template"])
    case = json.load(open(base + ".cases.json", encoding="utf-8"))[longest["case"]]
    template = environment().from_string(open(base + ".jinja", encoding="utf-8").read())
    variables = {"messages": case["messages"], "tools": case.get("tools"), "documents": None,
                 "add_generation_prompt": case.get("add_generation_prompt", True), **case.get("extra", {})}
    keyway, jinja = [], []
    for _ in range(options.turns):
        keyway.append(keyway_turn(options.bench, options.data)["render_us"]["p50"])
        jinja.append(jinja_turn(template, variables, case["expected"], options.runs))
    row = {"template": longest["template"], "case": longest["case"], "bytes": longest["bytes"],
           "keyway_us": statistics.median(keyway), "jinja2_us": statistics.median(jinja), "jinja2": jinja2.__version__}
    row["ratio"] = row["jinja2_us"] / row["keyway_us"]
    print("%(template)s, case %(case)d, %(bytes)d bytes: Jinja2 %(jinja2)s %(jinja2_us).0f us, Keyway %(keyway_us).1f us, "
          "%(ratio).1f times" % row)
    if options.json:
        with open(options.json, "w") as out:
            json.dump(row, out, indent=1)


if __name__ == "__main__":
    main()
