#!/usr/bin/env python3
"""Write chat_template_heldout.txt: what transformers' apply_chat_template makes of the default model's held-out
examples, one line "FNV-1a-64 in hex, bytes" for each. Needs transformers.

  make_chat_template_golden.py examples/models/keyway-tiny > tests/tools/data/chat_template_heldout.txt
"""
import json
import sys

from transformers import AutoTokenizer


def fingerprint(data):
    value = 14695981039346656037
    for byte in data:
        value = ((value ^ byte) * 1099511628211) % 2**64
    return value


def main():
    folder = sys.argv[1]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with open(folder + "/heldout_examples.jsonl", encoding="utf-8") as lines:
        for line in lines:
            example = json.loads(line)
            text = tokenizer.apply_chat_template(
                example["messages"], tools=example.get("tools"), add_generation_prompt=True, tokenize=False)
            data = text.encode("utf-8")
            print("%016x %d" % (fingerprint(data), len(data)))


if __name__ == "__main__":
    main()
