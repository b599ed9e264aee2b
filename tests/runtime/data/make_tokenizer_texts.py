#!/usr/bin/env python3
"""The texts of the tokenizer tests, and what the `tokenizers` package makes of them.

  make_tokenizer_texts.py texts OUT.jsonl             one JSON string a line; tokenizer_texts.h makes the same in C++
  make_tokenizer_texts.py golden FOLDER... > GOLDEN   a line a tokenizer: name, version, then for each group of 50 texts
                                                      the FNV-1a hashes of the ids and of the decoded texts

Both need nothing but a seed: texts come from splitmix64, which is the same in both languages. The tables below are
written out again in tokenizer_texts.h; the hash of all texts, the first line of the golden file, ties the two together.
"""
import json, sys

COUNT, GROUP, SEED = 6000, 50, 20240607
MASK = (1 << 64) - 1

# Ranges of code points, each a script or a kind of symbol; a text takes its letters from one to three of them.
RANGES = [
    (0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39), (0x21, 0x2F), (0x3A, 0x40), (0x20, 0x7E), (0xC0, 0xFF), (0x100, 0x17F),
    (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x587), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0x9FF),
    (0xB80, 0xBFF), (0xE00, 0xE7F), (0x1100, 0x11FF), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x209F),
    (0x20A0, 0x20BF), (0x2100, 0x218F), (0x2190, 0x21FF), (0x2460, 0x24FF), (0x2580, 0x259F), (0x3000, 0x303F),
    (0x3040, 0x309F), (0x30A0, 0x30FF), (0x4E00, 0x4FFF), (0x9F00, 0xA0FF), (0xAC00, 0xADFF), (0xF900, 0xFAFF),
    (0xFB00, 0xFB4F), (0xFE00, 0xFE0F), (0xFF00, 0xFF9F), (0xFFF0, 0xFFFD), (0x10300, 0x1034F), (0x1D400, 0x1D4FF),
    (0x1F300, 0x1F64F), (0x1F900, 0x1F9FF), (0x20000, 0x200FF), (0x300, 0x36F), (0x0, 0x1F), (0x7F, 0xA0),
    (0xE000, 0xE01F), (0x10FFF0, 0x10FFFF), (0x1C80, 0x1C8F), (0x0, 0xD7FF), (0xE000, 0x10FFFF),
]

# Whole pieces: words, code, emoji of several code points, spellings of added tokens, white space.
PIECES = [
    "the", " and", " tokenizer", "don't", "I'll", "we'RE", "it'S", "they\u2019ve", "'\u017f", " 3.14159", "1000000",
    "\u0661\u0662\u0663", "\u00bd\u00b2", "camelCaseWord", "SCREAMING_SNAKE", "MixedCASEtext", "if (x == 0) {\n\t\treturn;\n}",
    "def f(a, *b):\n    return {'k': [1, 2]}\n", "#include <map>\r\n", "</div><br/>", "{\"name\": \"get\", \"arguments\": {}}",
    "https://example.org/a?b=c&d=%20", "e\u0301", "\u00e9", "A\u030a\u0301", "\u1ec7", "\u1112\u1161\u11ab", "\ud55c",
    "\u0915\u094d\u0937\u093f", "\u0e19\u0e49\u0e33", "\u0644\u0627", "\ufb01n", "\u0130\u0131", "\u1e9e\u00df", "\u01c5",
    "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F3F3\uFE0F\u200D\U0001F308", "\U0001F44D\U0001F3FD",
    "\U0001F1E9\U0001F1EA", "1\uFE0F\u20E3", "\u2764\uFE0F", " ", "  ", "   ", "        ", "\t", "\t\t\t", "\n", "\n\n", "\n\n\n\n",
    "\r\n", "\r", " \n", "\n ", " \t \n", "\u00a0", "\u3000", "\u2028", "\u0085", "\u180e", "\u200b", "\ufeff", "\v", "\f",
    "\0", "\x1b[0m", "\x7f", "\u2581", "\u2581\u2581", "\u0120", "\u010a", "\ufffd", "<0x0A>", "<0xE2>", "<s>", "</s>", "<unk>",
    "<bos>", "<eos>", "<pad>", "<mask>", "<start_of_turn>", "<end_of_turn>", "<unused7>", "<table>", "</td>", "<|endoftext|>",
    "<|endofprompt|>", "<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|reserved_special_token_1|>",
    "<|reserved_special_token_10|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tools>", "<tool_response>",
    "<|im_start", "|>", "<|fim_prefix|>", "<|file_sep|>", "[@BOS@]", "supercalifragilisticexpialidocious",
    "\u6211\u4eec\u5728\u4e2d\u56fd\uff0c\u4f60\u597d\uff01", "\u3053\u3093\u306b\u3061\u306f\u4e16\u754c",
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u05e9\u05dc\u05d5\u05dd", "Gr\u00fc\u00dfe", "na\u00efve caf\u00e9", "\u0928\u092e\u0938\u094d\u0924\u0947",
]


class Random:
    """splitmix64."""
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n


def letter(random, first, last):
    point = first + random.below(last - first + 1)
    return "\ufffd" if 0xD800 <= point <= 0xDFFF else chr(point)


def make_text(index):
    random = Random(SEED + index)
    ranges = [RANGES[random.below(len(RANGES))] for _ in range(1 + random.below(3))]
    out = []
    kind = random.below(8)
    if kind == 0:  # one long run
        unit = PIECES[random.below(len(PIECES))]
        out.append(unit * (1 + random.below(60)))
    for _ in range(random.below(24)):
        choice = random.below(8)
        if choice < 4:
            out.append(PIECES[random.below(len(PIECES))])
        elif choice < 7:
            first, last = ranges[random.below(len(ranges))]
            out.append("".join(letter(random, first, last) for _ in range(1 + random.below(10))))
        else:
            out.append(" ")
    return "".join(out)


def fnv1a(data, value=0xCBF29CE484222325):
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def hash_groups(items):
    return [fnv1a(b"".join(items[i:i + GROUP])) for i in range(0, len(items), GROUP)]


def golden(folders):
    import os, tokenizers
    texts = [make_text(i) for i in range(COUNT)]
    print("texts %d group %d %016x" % (COUNT, GROUP, fnv1a(b"\0".join(t.encode() for t in texts))))
    for folder in folders:
        tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        ids = [tokenizer.encode(t, add_special_tokens=False).ids for t in texts]
        packed = [b"".join(i.to_bytes(4, "little") for i in line) + b"\xff\xff\xff\xff" for line in ids]
        decoded = [tokenizer.decode(line, skip_special_tokens=False).encode() + b"\xff" for line in ids]
        for name, items in (("ids", packed), ("decoded", decoded)):
            hashes = " ".join("%016x" % h for h in hash_groups(items))
            print(os.path.basename(os.path.normpath(folder)), name, hashes)


def main():
    if sys.argv[1:2] == ["texts"]:
        with open(sys.argv[2], "w") as out:
            for i in range(COUNT):
                out.write(json.dumps(make_text(i)) + "\n")
    elif sys.argv[1:2] == ["golden"]:
        golden(sys.argv[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
