#!/usr/bin/env python3
"""Random walks under the mask of real schemas: every text that a walk ends in parses and validates.

The judge is the package jsonschema, which knows nothing of this project. A walk takes tokens that the mask allows, at random
with a liking for short ones; after --steps tokens it prefers what closes containers and strings, and names that the schema
requires. Counted: walks that ended,
instances that do not validate (printed with their schema's number), masks that were empty, walks still open after six times
--steps tokens.

Needs: pip install numpy jsonschema. The library is KEYWAY_LIBRARY, by default build/libkeyway.so.
  python3 tests/bench/random_walks.py --data DIR_OF_JSONL --tokenizer DIR --walks 100000
"""
import argparse
import ctypes
import decimal
import glob
import json
import os
import random
import re
import sys

import jsonschema
import numpy as np

from byte_level import byte_of_character

decimal.getcontext().prec = 6000


class Library:
    def __init__(self, path, tokenizer):
        self.c = ctypes.CDLL(path)
        for name in ("keyway_tokenizer_open", "keyway_compile", "keyway_matcher_open", "keyway_mask", "keyway_accept"):
            getattr(self.c, name).restype = ctypes.c_int
        self.error = ctypes.c_char_p()
        self.tokenizer = ctypes.c_void_p()
        if self.c.keyway_tokenizer_open(tokenizer.encode(), ctypes.byref(self.tokenizer), ctypes.byref(self.error)) < 0:
            raise SystemExit(self.error.value)
        self.c.keyway_vocab_size.argtypes = [ctypes.c_void_p]
        self.c.keyway_can_end.argtypes = self.c.keyway_is_finished.argtypes = [ctypes.c_void_p]
        self.c.keyway_matcher_close.argtypes = self.c.keyway_grammar_release.argtypes = [ctypes.c_void_p]
        self.size = self.c.keyway_vocab_size(self.tokenizer)

    def compile(self, schema):
        grammar = ctypes.c_void_p()
        text = schema.encode()
        code = self.c.keyway_compile(self.tokenizer, b"json_schema", text, ctypes.c_size_t(len(text)), b"{}",
                                     ctypes.byref(grammar), ctypes.byref(self.error))
        return grammar if code >= 0 else None


def token_bytes(folder, size):
    """The bytes of every token of a byte-level tokenizer; None for added tokens."""
    table = byte_of_character()
    spec = json.load(open(os.path.join(folder, "tokenizer.json")))
    added = {t["id"] for t in spec["added_tokens"]}
    out = [None] * size
    for text, i in spec["model"]["vocab"].items():
        if i not in added:
            out[i] = bytes(table[c] for c in text)
    return out


def ecma_pattern(pattern):
    """A pattern as Python reads it alike: what white space, digits, words and the end are in ECMA-262."""
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
        out += r"\Z" if c == "$" and not in_class else c
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


def judge_of(schema):
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    return jsonschema.validators.extend(kind, {"pattern": check_pattern})(schema)


# What ends an answer soon, the first kind that is allowed.
CLOSERS = (("}", "]", '"}', '"]', "}}", "]}", "}]", "]]"), ('"', '":'), (":", "0", "1", "null", "true", "false", ","))


class Words:
    """The tokens of a vocabulary, by what a walk looks for."""

    def __init__(self, spelling):
        self.spelling = spelling
        self.ids = {text: i for i, text in reversed(list(enumerate(spelling))) if text}
        self.short = np.array([s is not None and len(s) <= 4 and s.isascii() for s in spelling], dtype=np.uint8)
        self.closers = [[self.ids[c.encode()] for c in kind if c.encode() in self.ids] for kind in CLOSERS]

    def ending(self, bits, text, names, choose):
        """A token that brings the end nearer; None where none of the known ones is allowed."""
        in_string = False
        for i, byte in enumerate(text):
            in_string ^= byte == ord('"') and (len(text[:i]) - len(text[:i].rstrip(b"\\"))) % 2 == 0
        if in_string:
            partial = text[text.rfind(b'"') + 1:]
            for name in choose.sample(names, len(names)):
                rest = name[len(partial):] if name.startswith(partial) else b""
                for length in range(len(rest), 0, -1):
                    token = self.ids.get(rest[:length])
                    if token is not None and bits[token]:
                        return token
        for kind in self.closers[1:2] if in_string else self.closers:
            for token in (t for t in kind if bits[t]):
                return token
        return None


def required_names(schema):
    """The names that a schema requires anywhere, each with the quote that ends it."""
    names, open_parts = set(), [schema]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, dict):
            required = part.get("required")
            if isinstance(required, list):
                names.update(json.dumps(n, ensure_ascii=False)[1:].encode() for n in required if isinstance(n, str))
            open_parts.extend(part.values())
        elif isinstance(part, list):
            open_parts.extend(part)
    return sorted(names)


def walk(library, grammar, words_of, names, steps, choose):
    """The bytes of one walk; None where it did not end. An empty mask raises."""
    matcher, error = ctypes.c_void_p(), ctypes.c_char_p()
    library.c.keyway_matcher_open(grammar, ctypes.byref(matcher), ctypes.byref(error))
    words = np.zeros((library.size + 31) // 32, dtype=np.uint32)
    pointer = words.ctypes.data_as(ctypes.c_void_p)
    text = b""
    try:
        for step in range(6 * steps):
            if library.c.keyway_mask(matcher, pointer, ctypes.c_size_t(len(words)), ctypes.byref(error)) < 0:
                raise RuntimeError(error.value.decode())
            bits = np.unpackbits(words.view(np.uint8), bitorder="little")[: library.size]
            if not bits.any():
                raise RuntimeError("empty mask")
            if library.c.keyway_can_end(matcher) and (step > steps or choose.random() < 0.3):
                return text
            token = words_of.ending(bits, text, names, choose) if step > steps else None
            if token is None:
                liked = np.flatnonzero(bits & words_of.short if choose.random() < 0.7 else bits)
                liked = liked if len(liked) else np.flatnonzero(bits)
                token = int(liked[choose.randrange(len(liked))])
            if words_of.spelling[token] is None:
                return text
            if library.c.keyway_accept(matcher, ctypes.c_uint32(token)) != 1:
                raise RuntimeError(f"a token of the mask was refused: {token}")
            text += words_of.spelling[token]
    finally:
        library.c.keyway_matcher_close(matcher)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--walks", type=int, default=10000)
    parser.add_argument("--each", type=int, default=10, help="walks of one schema")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the counts to this file")
    args = parser.parse_args()
    library = Library(os.environ.get("KEYWAY_LIBRARY", "build/libkeyway.so"), args.tokenizer)
    words_of = Words(token_bytes(args.tokenizer, library.size))
    schemas = [line for path in sorted(glob.glob(os.path.join(args.data, "*.jsonl"))) for line in open(path)]
    choose = random.Random(args.seed)
    choose.shuffle(schemas)
    counts = {"walks": 0, "ended": 0, "invalid": 0, "open": 0, "errors": 0, "schemas": 0, "refused": 0, "not_judged": 0}
    for line in schemas:
        if counts["walks"] >= args.walks:
            break
        case = json.loads(line)
        schema = case.get("schema", case.get("parameters"))
        grammar = library.compile(json.dumps(schema, ensure_ascii=False))
        if grammar is None:
            counts["refused"] += 1
            continue
        counts["schemas"] += 1
        judge, names = judge_of(schema), required_names(schema)
        for _ in range(args.each):
            counts["walks"] += 1
            if counts["walks"] % 1000 == 0:
                print(json.dumps(counts), file=sys.stderr)
            try:
                text = walk(library, grammar, words_of, names, args.steps, choose)
            except RuntimeError as error:
                counts["errors"] += 1
                print(f"error: {error}: {json.dumps(schema)[:300]}", file=sys.stderr)
                break
            if text is None:
                counts["open"] += 1
                continue
            counts["ended"] += 1
            try:
                value = json.loads(text, parse_float=exact_number)
            except ValueError as error:
                counts["invalid"] += 1
                print(f"not JSON: {text!r}: {error}", file=sys.stderr)
                continue
            try:
                problem = next(judge.iter_errors(value), None)
            except Exception:  # a pattern or reference that the judge cannot read
                counts["not_judged"] += 1
                continue
            if problem is not None:
                counts["invalid"] += 1
                print(f"invalid: {text[:300]!r}: {problem.message[:200]}: {json.dumps(schema)[:400]}", file=sys.stderr)
        library.c.keyway_grammar_release(grammar)
    print(json.dumps(counts))
    if args.json:
        with open(args.json, "w") as file:
            json.dump(counts, file)
    return 1 if counts["invalid"] or counts["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
