#!/usr/bin/env python3
"""Masks of grammars against the engine whose dialect they are in, bit for bit, along random walks.

gbnf, ebnf and structural_tag go against XGrammar, lark against llguidance. A walk takes tokens that both masks allow, at
random with a liking for short ones, and ends at an end token or after --steps. Special tokens are left out of the
comparison, for engines differ in what they are. Counted: cases that both engines read, masks, masks that are equal, masks
whose differences are all of known kinds (DIFFERENCES; what is behind each is in tests/bench/record/grammar_walks.md), and the
others, of which the first of a case is printed: what came before, and tokens that one side alone allows. A walk goes on
along tokens that both allow.

Needs: pip install numpy xgrammar llguidance. The library is KEYWAY_LIBRARY, by default build/libkeyway.so.
  python3 tests/bench/grammar_walks.py --data DIR_OF_JSONL --tokenizer DIR [--kind K] [--sample N] [--json FILE]
"""
import argparse
import ctypes
import json
import os
import random
import sys

import numpy as np

from byte_level import byte_of_character

KINDS = {"gbnf": "gbnf", "ebnf_xgrammar": "ebnf", "lark": "lark", "structural_tag": "structural_tag"}
END_SPELLINGS = ("<|eot_id|>", "<|im_end|>", "<|endoftext|>", "</s>", "<eos>")


def begins_utf8(text):
    """Whether the bytes are the beginning of well-formed UTF-8."""
    try:
        text.decode()
        return True
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.end == len(text)


def is_forced(text, token, mine, other, words):
    """Whether the peer allows one token alone, and this one begins or goes on with the same bytes."""
    only = np.flatnonzero(other)
    if len(only) != 1:
        return False
    a, b = words.text[only[0]], words.text[token]
    return a.startswith(b) or b.startswith(a)


# Name, the side that alone allows the token, and whether a token is of the kind: (text before, token, masks, words).
DIFFERENCES = (
    ("ill-formed UTF-8", "peer", lambda t, i, m, o, w: not begins_utf8(t + w.text[i])),
    ("carriage return", "peer", lambda t, i, m, o, w: b"\r" in w.text[i]),
    ("DEL", "keyway", lambda t, i, m, o, w: b"\x7f" in w.text[i]),
    ("escape", "keyway", lambda t, i, m, o, w: b"\\" in w.text[i]),
    ("forced text", "keyway", is_forced),
    ("integer", "keyway", lambda t, i, m, o, w: t[-1:].isdigit() and w.text[i][:1] in (b".", b"e", b"E")),
)


def kinds_of_difference(text, mine, other, words):
    """The kinds of every token that one side alone allows; None where one is of no kind."""
    kinds = set()
    for side, alone in (("keyway", mine & ~other), ("peer", other & ~mine)):
        for i in np.flatnonzero(alone):
            kind = next((n for n, s, test in DIFFERENCES if s == side and test(text, i, mine, other, words)), None)
            if kind is None:
                return None
            kinds.add(kind)
    return kinds


class Keyway:
    def __init__(self, folder, ends):
        self.c = ctypes.CDLL(os.environ.get("KEYWAY_LIBRARY", "build/libkeyway.so"))
        self.error, self.tokenizer, self.ends = ctypes.c_char_p(), ctypes.c_void_p(), ends
        if self.c.keyway_tokenizer_open(folder.encode(), ctypes.byref(self.tokenizer), ctypes.byref(self.error)) < 0:
            raise SystemExit(self.error.value)
        self.c.keyway_matcher_close.argtypes = self.c.keyway_grammar_release.argtypes = [ctypes.c_void_p]
        self.c.keyway_mask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
        self.c.keyway_accept.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        self.words = np.zeros((self.c.keyway_vocab_size(self.tokenizer) + 31) // 32, dtype=np.uint32)

    def compile(self, case, text):
        options = {k: case[k] for k in ("root", "dialect", "named_grammars") if k in case}
        options["stop_tokens"] = self.ends
        grammar, raw = ctypes.c_void_p(), text.encode()
        code = self.c.keyway_compile(self.tokenizer, KINDS[case["kind"]].encode(), raw, ctypes.c_size_t(len(raw)),
                                     json.dumps(options).encode(), ctypes.byref(grammar), ctypes.byref(self.error))
        return grammar if code >= 0 else None

    def open(self, grammar):
        matcher = ctypes.c_void_p()
        if self.c.keyway_matcher_open(grammar, ctypes.byref(matcher), ctypes.byref(self.error)) < 0:
            raise SystemExit(self.error.value)
        return matcher

    def mask(self, matcher):
        code = self.c.keyway_mask(matcher, self.words.ctypes.data, len(self.words), ctypes.byref(self.error))
        return np.unpackbits(self.words.view(np.uint8), bitorder="little") if code >= 0 else None

    def accept(self, matcher, token):
        return self.c.keyway_accept(matcher, token) == 1


class XGrammar:
    def __init__(self, folder, ends):
        import xgrammar
        self.x = xgrammar
        spec = json.load(open(os.path.join(folder, "tokenizer.json")))
        vocabulary = dict(spec["model"]["vocab"])
        vocabulary.update({t["content"]: t["id"] for t in spec["added_tokens"]})
        self.size = max(vocabulary.values()) + 1
        encoded = [""] * self.size
        for text, i in vocabulary.items():
            encoded[i] = text
        info = xgrammar.TokenizerInfo(encoded, vocab_type=xgrammar.VocabType.BYTE_LEVEL, vocab_size=self.size, stop_token_ids=ends)
        self.compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        self.bits = xgrammar.allocate_token_bitmask(1, self.size)

    def compile(self, case, text):
        try:
            if case["kind"] == "structural_tag":
                return self.compiler.compile_structural_tag(text)
            return self.compiler.compile_grammar(self.x.Grammar.from_ebnf(text, root_rule_name=case.get("root", "root")))
        except Exception:
            return None

    def open(self, grammar):
        return self.x.GrammarMatcher(grammar)

    def mask(self, matcher):
        self.bits.fill_(-1)
        matcher.fill_next_token_bitmask(self.bits)
        return np.unpackbits(self.bits.numpy()[0].view(np.uint8), bitorder="little")

    def accept(self, matcher, token):
        return matcher.accept_token(token)


class Llguidance:
    def __init__(self, folder, ends):
        import llguidance
        import llguidance.numpy
        self.l = llguidance
        text = open(os.path.join(folder, "tokenizer.json")).read()
        self.tokenizer = llguidance.LLTokenizer(text, eos_token=ends[0])
        self.bits = llguidance.numpy.allocate_token_bitmask(1, self.tokenizer.vocab_size)

    def compile(self, case, text):
        if "named_grammars" in case or case.get("dialect") == "xgrammar":
            return None
        matcher = self.l.LLMatcher(self.tokenizer, self.l.LLMatcher.grammar_from_lark(text))
        return None if matcher.is_error() else matcher

    def open(self, grammar):
        return grammar.deep_copy()

    def mask(self, matcher):
        self.l.numpy.fill_next_token_bitmask(matcher, self.bits, 0)
        return None if matcher.is_error() else np.unpackbits(self.bits[0].view(np.uint8), bitorder="little")

    def accept(self, matcher, token):
        return matcher.consume_token(token)


class Vocabulary:
    def __init__(self, folder):
        table = byte_of_character()
        spec = json.load(open(os.path.join(folder, "tokenizer.json")))
        added = {t["content"]: t["id"] for t in spec["added_tokens"]}
        self.size = max(list(spec["model"]["vocab"].values()) + list(added.values())) + 1
        self.text = [b""] * self.size
        for text, i in spec["model"]["vocab"].items():
            self.text[i] = bytes(table.get(c, 63) for c in text)
        for text, i in added.items():
            self.text[i] = text.encode()
        self.ends = [added[s] for s in END_SPELLINGS if s in added][:1]
        self.compared = np.ones(self.size, dtype=bool)
        for i in set(added.values()) - set(self.ends):
            self.compared[i] = False
        for i in range(self.size):
            self.compared[i] &= bool(self.text[i])


def walk(keyway, peer, ours, theirs, words, choose, steps, tally):
    """Returns the first difference of the walk, or None."""
    text, first = b"", None
    for _ in range(steps):
        mine, other = keyway.mask(ours), peer.mask(theirs)
        if mine is None or other is None:
            return first
        mine, other = mine[:words.size].astype(bool) & words.compared, other[:words.size].astype(bool) & words.compared
        tally["masks"] += 1
        if (mine == other).all():
            tally["equal"] += 1
        elif (kinds := kinds_of_difference(text, mine, other, words)) is not None:
            tally["explained"] += 1
            for kind in kinds:
                tally["kinds"][kind] = tally["kinds"].get(kind, 0) + 1
        elif first is None:
            alone = [[words.text[i].decode("utf-8", "replace") for i in np.flatnonzero(a & ~b)[:6]] for a, b in ((mine, other), (other, mine))]
            first = {"after": text.decode("utf-8", "replace"), "keyway_alone": alone[0], "peer_alone": alone[1],
                     "counts": [int((mine & ~other).sum()), int((other & ~mine).sum())]}
        both = np.flatnonzero(mine & other)
        if len(both) == 0:
            return first
        some = choose.sample(list(both), min(8, len(both)))
        token = int(min(some, key=lambda i: len(words.text[i])) if choose.random() < 0.5 else some[0])
        if token in words.ends or not (keyway.accept(ours, token) and peer.accept(theirs, token)):
            return first
        text += words.text[token]
    return first


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--kind", choices=sorted(KINDS))
    parser.add_argument("--sample", type=int, default=0, help="cases a kind; 0: all")
    parser.add_argument("--walks", type=int, default=4)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    words = Vocabulary(arguments.tokenizer)
    keyway, report = Keyway(arguments.tokenizer, words.ends), {}
    peers = {}
    for file in [arguments.kind] if arguments.kind else sorted(KINDS):
        make = Llguidance if file == "lark" else XGrammar
        peer = peers.setdefault(make, None) or make(arguments.tokenizer, words.ends)
        peers[make] = peer
        cases = [json.loads(line) for line in open(os.path.join(arguments.data, file + ".jsonl"))]
        cases = [c for c in cases if "vocab" not in c and "special_tokens" not in c]
        choose = random.Random(arguments.seed)
        if arguments.sample:
            cases = choose.sample(cases, min(arguments.sample, len(cases)))
        tally = {"cases": 0, "masks": 0, "equal": 0, "explained": 0, "kinds": {}, "cases_that_differ": 0, "differences": []}
        for case in cases:
            text = case["grammar"] if isinstance(case["grammar"], str) else json.dumps(case["grammar"])
            ours, theirs = keyway.compile(case, text), peer.compile(case, text)
            if ours is None or theirs is None:
                continue
            tally["cases"] += 1
            first = None
            for _ in range(arguments.walks):
                matcher = keyway.open(ours)
                found = walk(keyway, peer, matcher, peer.open(theirs), words, choose, arguments.steps, tally)
                keyway.c.keyway_matcher_close(matcher)
                first = first or found
            keyway.c.keyway_grammar_release(ours)
            if first:
                tally["cases_that_differ"] += 1
                tally["differences"].append({"id": case["id"], **first})
                print(file, case["id"], json.dumps(first), file=sys.stderr)
        report[file] = tally
        print(f"{file:15} {tally['cases']:4} cases {tally['masks']:6} masks {tally['equal']:6} equal "
              f"{tally['explained']:5} explained {tally['kinds']}; {tally['cases_that_differ']} cases differ otherwise")
    if arguments.json:
        json.dump(report, open(arguments.json, "w"), indent=1)


if __name__ == "__main__":
    main()
