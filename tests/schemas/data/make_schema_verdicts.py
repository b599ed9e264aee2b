#!/usr/bin/env python3
"""Random schemas over tiny domains, judged by Python's jsonschema on every value of a fixed list.

    python3 make_schema_verdicts.py [COUNT SEED] > schema_verdicts.json

Prints {"values": [text, ...], "schemas": [{"schema": ..., "valid": hex}, ...]}: bit i of `valid` (bit 0 first, four
bits a digit) says whether value i is valid. Deterministic for a seed; the committed file has the defaults. tests/schemas/json_schema/verdicts_test.cc
demands that the grammar of each schema accepts exactly the valid ones. Needs the package jsonschema.
"""
import itertools
import json
import random
import sys

import jsonschema

COUNT = 1600
DRAFTS = [("https://json-schema.org/draft/2020-12/schema", jsonschema.Draft202012Validator),
          ("https://json-schema.org/draft/2019-09/schema", jsonschema.Draft201909Validator),
          ("http://json-schema.org/draft-07/schema#", jsonschema.Draft7Validator),
          ("http://json-schema.org/draft-06/schema#", jsonschema.Draft6Validator),
          ("http://json-schema.org/draft-04/schema#", jsonschema.Draft4Validator)]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
KEYS = ["a", "b", "ab"]
SCALARS = [None, True, False, 0, 1, 2, 3, -1, 1.5, 2.0, "", "a", "b", "ab", "aba"]


def all_values():
    small = [None, True, 0, 1, 1.5, "a", "ab"]
    values = list(SCALARS)
    values += [[], {}]
    values += [[v] for v in small] + [[[]], [{}], [[1]], [{"a": 1}], [["a"]]]
    values += [list(p) for p in itertools.product([None, 0, 1, "a"], repeat=2)] + [[1, 1.0], [[], []], [{}, 1], [1, {}]]
    values += [list(p) for p in itertools.product([0, 1, "a"], repeat=3)]
    values += [[1, 0, 1, 0], [0, 1, 2, 3], ["a", "a", "a", "a"]]
    values += [{k: v} for k in KEYS + ["c"] for v in small + [[], {}]]
    values += [{"a": v, "b": w} for v in [0, 1, "a", {}] for w in [0, 1, "a", None]]
    values += [{"b": 1, "a": v} for v in [1, "a"]]
    values += [{"a": v, "ab": w} for v in [1, "a"] for w in [1, "a"]]
    values += [{"a": v, "c": w} for v in [1, "a"] for w in [1, "a", None]]
    values += [{"c": 1, "d": 2}, {"a": 1, "b": 1, "ab": 1}, {"a": "a", "b": 1, "c": 0}, {"a": 1, "b": 1, "ab": 1, "c": 1}]
    values += [{"a": {"a": 1}}, {"a": {"b": 1}}, {"a": {"a": {"a": 1}}}, {"a": [1]}, {"a": [{"a": 1}]}, {"b": {"a": "a"}}]
    values += [[{"a": 1}, {"a": "a"}], [{"a": 1, "b": 1}], [[[]]], [[1, "a"], [1]], {"a": {"a": 1}, "b": {"a": 1}}]
    return values


class Maker:
    def __init__(self, rng, draft):
        self.rng = rng
        self.draft = draft  # index into DRAFTS
        self.defs = []

    def pick(self, *choices):
        return self.rng.choice(choices)

    def constant(self):
        return self.rng.choice(SCALARS + [[], {}, [1], ["a", 1], {"a": 1}, {"a": 1, "b": "a"}])

    def schema(self, depth, in_place=0):
        """`in_place`: index of the first definition that may be referred to for the same value."""
        rng = self.rng
        roll = rng.random()
        if self.draft < 4 and roll < 0.05:
            return rng.random() < 0.7
        if self.defs is not None and roll < 0.13 and depth < 3:
            if in_place < 3:
                return {"$ref": "#/%s/d%d" % (self.holder(), rng.randrange(in_place, 3))}
        out = {}
        if rng.random() < 0.55:
            out["type"] = rng.choice(TYPES) if rng.random() < 0.75 else rng.sample(TYPES, 2)
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            self.add_keyword(out, depth, in_place)
        return out

    def holder(self):
        return "$defs" if self.draft < 2 else "definitions"

    def child(self, depth):
        return self.schema(depth - 1, 0) if depth > 0 else self.leaf()

    def leaf(self):
        return self.pick({"type": "integer"}, {"type": "string"}, {"const": 1} if self.draft < 4 else {"enum": [1]},
                         {"enum": [1, "a"]}, {"minimum": 1}, {"maxLength": 1}, {}, {"type": ["null", "integer"]})

    def add_keyword(self, out, depth, in_place):
        rng = self.rng
        kinds = ["enum", "bounds", "lengths", "properties", "properties", "required", "additional", "items", "prefix",
                 "counts", "patterns", "names", "pattern"]
        if self.draft < 4:
            kinds.append("const")
            kinds += ["contains"]
        if self.draft < 3:
            kinds += ["if"]
        kinds += ["members", "dependencies"]
        if self.draft < 2:
            kinds += ["unevaluated", "unevaluated", "unevaluated"]
        if depth > 0:
            kinds += ["anyOf", "allOf", "oneOf", "oneOf", "not", "not"]
        getattr(self, "add_" + rng.choice(kinds))(out, depth, in_place)

    def add_enum(self, out, depth, in_place):
        values = []
        for _ in range(self.rng.randint(1, 4)):
            value = self.constant()
            if all(json.dumps(value).replace(".0", "") != json.dumps(v).replace(".0", "") for v in values):
                values.append(value)
        out["enum"] = values

    def add_const(self, out, depth, in_place):
        out["const"] = self.constant()

    def add_bounds(self, out, depth, in_place):
        if self.rng.random() < 0.25:
            out["multipleOf"] = self.rng.choice([1, 2, 3, 0.5, 1.5, 1.0])
            return
        names = ["minimum", "maximum"]
        if self.draft < 4:
            names += ["exclusiveMinimum", "exclusiveMaximum"]
        name = self.rng.choice(names)
        out[name] = self.rng.choice([0, 1, 2, -1, 0.5, 1.5, 1e0, 2.5])
        if self.draft == 4 and self.rng.random() < 0.5:
            out["exclusiveM" + name[1:]] = self.rng.random() < 0.8

    def add_lengths(self, out, depth, in_place):
        out[self.pick("minLength", "maxLength")] = self.rng.randint(0, 3)

    def add_counts(self, out, depth, in_place):
        out[self.pick("minItems", "maxItems")] = self.rng.randint(0, 3)

    def add_properties(self, out, depth, in_place):
        names = self.rng.sample(KEYS, self.rng.randint(1, 3))
        out["properties"] = {name: self.child(depth) for name in names}

    def add_required(self, out, depth, in_place):
        out["required"] = self.rng.sample(KEYS + ["c"], self.rng.randint(1, 2))

    def add_additional(self, out, depth, in_place):
        out["additionalProperties"] = self.pick(False, self.child(depth))

    def add_items(self, out, depth, in_place):
        out["items"] = self.child(depth)

    def add_prefix(self, out, depth, in_place):
        items = [self.child(depth) for _ in range(self.rng.randint(1, 2))]
        if self.draft == 0:
            out["prefixItems"] = items
        else:
            out["items"] = items
            if self.rng.random() < 0.5:
                out["additionalItems"] = self.pick(False, self.child(depth))

    def add_anyOf(self, out, depth, in_place):
        out["anyOf"] = [self.schema(depth - 1, in_place) for _ in range(self.rng.randint(1, 3))]

    def add_allOf(self, out, depth, in_place):
        out["allOf"] = [self.schema(depth - 1, in_place) for _ in range(self.rng.randint(1, 2))]

    def add_patterns(self, out, depth, in_place):
        out["patternProperties"] = {self.pick("a", "^b", "b$", "^.$"): self.child(depth)}

    def add_names(self, out, depth, in_place):
        if self.draft < 4:
            out["propertyNames"] = self.pick({"maxLength": 1}, {"enum": ["a", "ab"]}, {"not": {"const": "a"}}, {"pattern": "b"})

    def add_pattern(self, out, depth, in_place):
        out["pattern"] = self.pick("a", "^b", "^[ab]{2}$", "^(?!a)", "b|^$")

    def add_oneOf(self, out, depth, in_place):
        out["oneOf"] = [self.schema(depth - 1, in_place) for _ in range(self.rng.randint(1, 3))]

    def add_not(self, out, depth, in_place):
        out["not"] = self.schema(depth - 1, in_place)

    def add_if(self, out, depth, in_place):
        out["if"] = self.schema(min(depth, 1), in_place)
        for branch in self.pick(["then"], ["else"], ["then", "else"]):
            out[branch] = self.schema(min(depth, 1), in_place)

    def add_contains(self, out, depth, in_place):
        out["contains"] = self.child(depth)
        if self.draft < 2 and self.rng.random() < 0.5:
            out[self.pick("minContains", "maxContains")] = self.rng.randint(0, 2)

    def add_unevaluated(self, out, depth, in_place):
        out[self.pick("unevaluatedProperties", "unevaluatedProperties", "unevaluatedItems")] = self.pick(
            False, False, {"type": "string"}, {"const": 1})

    def add_members(self, out, depth, in_place):
        if self.rng.random() < 0.5:
            out["maxProperties"] = self.rng.randint(0, 3)
        else:
            out["minProperties"] = 1

    def add_dependencies(self, out, depth, in_place):
        if self.draft < 2 and self.rng.random() < 0.5:
            out["dependentRequired"] = {self.pick(*KEYS): [self.pick(*KEYS)]}
        elif self.draft < 2:
            out["dependentSchemas"] = {self.pick(*KEYS): self.schema(min(depth, 1), in_place)}
        else:
            out["dependencies"] = {self.pick(*KEYS): self.pick([self.pick(*KEYS)], self.schema(min(depth, 1), in_place))}

    def make(self):
        out = self.schema(2)
        if not isinstance(out, dict):
            out = {"allOf": [out]}
        if "$ref" in json.dumps(out) or self.rng.random() < 0.1:
            # A definition may refer in place to later ones only; the last one refers to nothing for the same value.
            definitions = {}
            for i in range(3):
                definitions["d%d" % i] = self.schema(1, i + 1)
            out[self.holder()] = definitions
        if self.draft > 0:
            out["$schema"] = DRAFTS[self.draft][0]
        return out


def main():
    count, seed = (int(a) for a in sys.argv[1:3]) if len(sys.argv) == 3 else (COUNT, 20261121)
    rng = random.Random(seed)
    values = all_values()
    schemas = []
    seen = set()
    while len(schemas) < count:
        draft = rng.choices(range(5), weights=[60, 10, 15, 5, 10])[0]
        schema = Maker(rng, draft).make()
        text = json.dumps(schema)
        if text in seen:
            continue
        seen.add(text)
        validator = DRAFTS[draft][1]
        validator.check_schema(schema)
        judge = validator(schema)
        bits = [1 if judge.is_valid(value) else 0 for value in values]
        if sum(bits) in (0, len(bits)) and rng.random() < 0.7:
            continue
        digits = "".join("%x" % sum(bit << k for k, bit in enumerate(bits[i:i + 4])) for i in range(0, len(bits), 4))
        schemas.append({"schema": schema, "valid": digits})
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in schemas)
    texts = ",\n".join(json.dumps(json.dumps(value)) for value in values)
    sys.stdout.write('{"values": [\n%s\n],\n"schemas": [\n%s\n]}\n' % (texts, lines))


if __name__ == "__main__":
    main()
