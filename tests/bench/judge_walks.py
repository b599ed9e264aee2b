#!/usr/bin/env python3
"""Judges random walks under the mask of real schemas: every text that a walk ends in parses and validates.

The walks are those of `keyway-bench walks`; the judge is the package jsonschema, which knows nothing of this project.
It does not assert formats: a oneOf of a string and a string of a format is judged otherwise than we read it.
Counted: walks judged, texts that do not validate (printed with their schema's name), texts whose schema has a pattern or
reference that the judge cannot read.

Needs: pip install jsonschema.
  build/keyway-bench walks --data DIR_OF_JSONL --tokenizer DIR --walks 100000 --out WALKS
  python3 tests/bench/judge_walks.py --walks WALKS
"""
import argparse
import decimal
import json
import multiprocessing
import re
import sys

import jsonschema

decimal.getcontext().prec = 6000


def ecma_pattern(pattern):
    """A pattern as Python reads it alike: what white space, digits, words, any character and the end are in ECMA-262."""
    spelled = {"s": r"\s\ufeff", "d": "0-9", "w": "A-Za-z0-9_"}
    out, in_class, i = "", False, 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\" and i + 1 < len(pattern):
            inner = spelled.get(pattern[i + 1])
            out += pattern[i:i + 2] if inner is None else inner if in_class else f"[{inner}]"
            i += 2
            continue
        in_class = c == "[" or (in_class and c != "]")
        apart = {} if in_class else {"$": r"\Z", ".": r"[^\n\r\u2028\u2029]"}
        out += apart.get(c, c)
        i += 1
    return out


def check_pattern(validator, pattern, instance, schema):
    if isinstance(instance, str) and not re.search(ecma_pattern(pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def exact_number(text):
    """A number with a fraction or exponent: the integer where it is one, for a float may be infinite or rounded."""
    digits, _, exponent = text.lower().partition("e")
    if not digits.strip("-0."):
        return 0
    if abs(int(exponent or 0)) > 5000 or len(digits) > 900:  # as large or as small as no schema asks about
        size = 10**6000 if int(exponent or 0) > 0 else 5e-324
        return -size if digits.startswith("-") else size
    value = decimal.Decimal(text)
    return int(value) if value == value.to_integral_value() else float(text)


def decimal_of(text):
    value = exact_number(text)
    return float(value) if abs(value) < 10**300 else value


def with_ecma_names(schema, named=False):
    """The schema with the patterns of patternProperties as Python reads them alike; `named`: its keys are names, not keywords."""
    if isinstance(schema, list):
        return [with_ecma_names(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    maps = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
    out = {}
    for key, value in schema.items():
        if not named and key == "patternProperties" and isinstance(value, dict):
            value = {ecma_pattern(pattern): part for pattern, part in value.items()}
        literal = not named and key in ("enum", "const", "default", "examples")
        out[key] = value if literal else with_ecma_names(value, not named and key in maps)
    return out


def judge_of(schema):
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    return jsonschema.validators.extend(kind, {"pattern": check_pattern})(with_ecma_names(schema))


def judge(schema, text):
    """"valid", "not_judged", or what is wrong."""
    try:
        # In draft 4 a number with a fraction is no integer, be it 0.
        old = isinstance(schema, dict) and "draft-04" in str(schema.get("$schema"))
        value = json.loads(text, parse_float=decimal_of if old else exact_number)
    except ValueError as error:
        return f"not JSON: {error}"
    try:
        problem = next(judge_of(schema).iter_errors(value), None)
    except Exception:  # a pattern or reference that the judge cannot read
        return "not_judged"
    return "valid" if problem is None else problem.message[:200]


def judge_lines(group):
    schema, texts = group
    return [judge(schema, text) for text in texts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walks", required=True, help="what keyway-bench walks wrote")
    parser.add_argument("--json", help="write the counts to this file")
    args = parser.parse_args()
    groups = []  # (name, schema, texts)
    for line in map(json.loads, open(args.walks)):
        if "schema" in line:
            groups.append((line["name"], json.loads(line["schema"]), []))
        else:
            groups[-1][2].append(line["text"])
    counts = {"schemas": len(groups), "walks": 0, "valid": 0, "invalid": 0, "not_judged": 0}
    with multiprocessing.Pool() as pool:
        verdicts = pool.imap(judge_lines, ((schema, texts) for _, schema, texts in groups), chunksize=8)
        for (name, _, texts), of_group in zip(groups, verdicts):
            for text, verdict in zip(texts, of_group):
                counts["walks"] += 1
                counts[verdict if verdict in counts else "invalid"] += 1
                if verdict not in counts:
                    print(f"invalid: {name}: {text[:300]!r}: {verdict}", file=sys.stderr)
    print(json.dumps(counts))
    if args.json:
        with open(args.json, "w") as file:
            json.dump(counts, file)
    return 1 if counts["invalid"] else 0


if __name__ == "__main__":
    sys.exit(main())
