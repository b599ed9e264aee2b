#!/usr/bin/env python3
"""Writes registry_verdicts.json: registry files, good and bad, with the verdict of Python's jsonschema.

  make_registry_verdicts.py [OUT]     needs: pip install jsonschema

Every value of a plain registry, and every member that it could have, is replaced by values of every type, one at a time.
A row holds the registry's text with "@" in the place of the value, the values with which the schema takes it and those with
which it does not; a row without "@" holds null in one of the two. The cases are those on which the schema alone decides; what only the reader can know (a name used twice, a pattern that
RE2 does not read, parameters of another type than object) is tested by hand-written cases.
"""
import copy, json, os, sys
from jsonschema import Draft202012Validator

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = json.load(open(os.path.join(HERE, "../../../schemas/registry.schema.json")))
PLAIN = {
    "$schema": "registry.schema.json",
    "keyway_registry": 1,
    "description": "d",
    "tools": [{"name": "t", "description": "d", "parameters": {}, "tags": ["a"], "enabled": True}, {"name": "u"}],
    "allow": ["t|u", "x"],
    "deny": ["x"],
    "options": {"property_order": "any", "whitespace": "compact", "parallel_calls": 2, "max_string_length": 10,
                "max_items": 10, "strict": False},
}
VALUES = [None, True, False, 0, 1, 1.0, 2, -1, 1.5, 1000, 1001, 10**9, 10**9 + 1, "", "x", "t", "any", "declared",
          "flexible", "json_dumps", "compact", "n" * 256, "n" * 257, "n" * 1000, "n" * 1001, [], ["x"], [1], [""],
          [None], {}, {"x": 1}]

def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield from places(child, path + (key,))

def names_used_twice(case):
    tools = case.get("tools") if isinstance(case, dict) else None
    names = [t.get("name") for t in tools if isinstance(t, dict)] if isinstance(tools, list) else []
    return len(names) != len({json.dumps(n) for n in names})

def changed(path, value):
    out = copy.deepcopy(PLAIN)
    if not path:
        return value
    at = out
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return out

def without(path):
    out = copy.deepcopy(PLAIN)
    at = out
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return out

def main():
    hole = "@"
    groups = [{"registry": changed(path, hole), "values": VALUES} for path in places(PLAIN)]
    groups += [{"registry": without(path), "values": []} for path in places(PLAIN) if path]
    groups += [{"registry": changed(path + ("unknown",), hole), "values": [1]} for path in ((), ("tools", 0), ("options",))]
    groups.append({"registry": PLAIN, "values": []})
    validator, rows, count = Draft202012Validator(SCHEMA), [], 0
    for group in groups:
        text = json.dumps(group["registry"])
        verdicts = {True: [], False: []}
        for value in group["values"] or [None]:
            case = json.loads(text.replace(json.dumps(hole), json.dumps(value)))
            if not names_used_twice(case):
                verdicts[validator.is_valid(case)].append(value)
                count += 1
        rows.append({"registry": text, "valid": verdicts[True], "invalid": verdicts[False]})
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "registry_verdicts.json")
    with open(out, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")
    print(count, "cases,", sum(len(r["valid"]) for r in rows), "valid")

if __name__ == "__main__":
    main()
