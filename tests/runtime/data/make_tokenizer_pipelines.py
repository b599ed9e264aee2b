#!/usr/bin/env python3
"""Random pipelines of tokenizer components and what the `tokenizers` package makes of them.

  make_tokenizer_pipelines.py > tokenizer_pipelines.jsonl

The first two lines are the models that the pipelines share (one byte-level, one of characters); every further line is
{"model", "parts": the other members of the tokenizer.json, "options": of the model, "texts": indices into the texts of
make_tokenizer_texts.py, "ids", "decoded": FNV-1a hashes}. Left out is what Keyway declares to read otherwise (README.md of
runtime/tokenizer): \\X, accents and scripts that are younger than a library's tables, added tokens that normalize to nothing,
Metaspace at the start of a text that a normalization form changes.
"""
import json, random, unicodedata
import tokenizers
import make_tokenizer_texts as maker

COUNT, TEXTS = 220, 24
BLANK = "\u2581"

PATTERNS = [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", "\\p{N}{1,3}", "[0-9][0-9][0-9]", "\\s?\\p{L}+", "\\s+", "\\w+|[^\\w\\s]+",
    " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+", "[\\p{Han}]+", "\\p{Han}+|[\\p{L}&&[^\\p{Han}]]+", "\\d", "\\n",
    "[^\\S\\n]+", "a|b|", "x*", "(?<=a)b", "\\bthe\\b", "(a|b)+", "[a-z]{2,3}", "\\p{L}{1,3}+", "\\s++", "(?:'s|'t)?\\p{Lu}",
    "\\p{Alphabetic}+", "[[:alpha:]]+", "\\p{Greek}+", "[\\u4e00-\\u9fff]+", "[^\\x00-\\x7F]+", "\\x{1F600}", "\\h+",
    "^\\s+|\\s+$", "(?i)abc", "\\S+", "\\p{^L}+", "\\P{L}+", "[\\W_]+", ".+?e", ".", "\\p{L}*\\p{N}", "(?=\\p{L})\\p{Lu}+", " (?= )",
]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
ADDED = ["<s>", "</s>", "<|im_end|>", " ", "  ", "\n\n", "the", "and", "<0x0A>", "<|", "\u00c9", "\u00e9", "ABC", "ab", BLANK * 2, "x", "\t"]


def byte_alphabet():
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {b: chr(b) for b in own}, 256
    for byte in range(256):
        if byte not in table:
            table[byte], extra = chr(extra), extra + 1
    return table


ALPHABET = byte_alphabet()


def make_model(rng, byte_level):
    vocab = {"<unk>": 0}
    if byte_level:
        letters = [ALPHABET[b] for b in rng.sample(range(256), 200)]
        source = "".join(ALPHABET[b] for i in range(60) for b in maker.make_text(i).encode())
    else:
        letters = [c for c in " abcdefghijklmnopqrstuvwxyzTHEAX0123456789.,!'\n\t" + BLANK + "\u00e9\u00df\u0434\u4e2d\u0301"]
        source = "".join(maker.make_text(i) for i in range(60)).replace(" ", BLANK)
    for token in letters + ["<0x%02X>" % b for b in range(256)]:
        vocab.setdefault(token, len(vocab))
    merges = []

    def longest(at):
        for length in range(12, 0, -1):
            piece = source[at:at + length]
            if piece in vocab and not piece.startswith("<0x"):
                return piece
    while len(merges) < 250:
        at = rng.randrange(len(source) - 30)
        left = longest(at)
        right = left and longest(at + len(left))
        if right and [left, right] not in merges:
            vocab.setdefault(left + right, len(vocab))
            merges.append([left, right])
    return {"type": "BPE", "dropout": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "vocab": vocab, "merges": merges}


def split(rng):
    pattern = {"Regex": rng.choice(PATTERNS)} if rng.random() < 0.8 else {"String": rng.choice([" ", "\n", "the", BLANK, "ab", "  "])}
    return {"type": "Split", "pattern": pattern, "behavior": rng.choice(BEHAVIORS), "invert": rng.random() < 0.4}


def normalizer(rng):
    return rng.choice([
        {"type": "Prepend", "prepend": rng.choice([BLANK, "x"])},
        {"type": "Replace", "pattern": {"String": rng.choice([" ", "the", "\n"])}, "content": rng.choice([BLANK, "", "zz"])},
        {"type": "Replace", "pattern": {"Regex": rng.choice(PATTERNS[3:11] + ["a+"])}, "content": rng.choice(["_", " "])},
        {"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Lowercase"}, {"type": "StripAccents"},
        {"type": "Strip", "strip_left": rng.random() < 0.5, "strip_right": rng.random() < 0.7}])


def pre_tokenizer(rng, byte_level):
    kind = rng.randrange(8)
    if kind == 3:
        return {"type": "Digits", "individual_digits": rng.random() < 0.5}
    if kind == 4:
        return {"type": "Punctuation", "behavior": rng.choice(BEHAVIORS)}
    if kind == 5:
        return {"type": rng.choice(["Whitespace", "WhitespaceSplit"])}
    if kind == 6 and not byte_level:
        return {"type": "Metaspace", "replacement": BLANK, "prepend_scheme": rng.choice(["always", "first", "never"]), "split": rng.random() < 0.5}
    return split(rng)


def decoder(rng, byte_level):
    if byte_level:
        return {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    replace, fallback = {"type": "Replace", "pattern": {"String": BLANK}, "content": " "}, {"type": "ByteFallback"}
    metaspace = {"type": "Metaspace", "replacement": BLANK, "prepend_scheme": rng.choice(["always", "never", "first"]), "split": True}
    strip = {"type": "Strip", "content": " ", "start": rng.randrange(3), "stop": rng.randrange(2)}
    return rng.choice([
        None, metaspace, {"type": "Sequence", "decoders": [replace, fallback, {"type": "Fuse"}, strip]},
        {"type": "Sequence", "decoders": [fallback, metaspace]}, {"type": "Sequence", "decoders": [replace, fallback, {"type": "Fuse"}]},
        {"type": "Sequence", "decoders": [{"type": "Strip", "content": "a", "start": 1, "stop": 0}, fallback,
                                          {"type": "Replace", "pattern": {"Regex": "[a-d]+"}, "content": "Q"}]}])


def sequence(items, key):
    return None if not items else items[0] if len(items) == 1 else {"type": "Sequence", key: items}


def make_parts(rng, model, byte_level):
    added, fresh = [], len(model["vocab"])
    for content in rng.sample(ADDED, rng.randrange(6)):
        known = model["vocab"].get(content)
        added.append({"id": fresh if known is None else known, "content": content, "single_word": rng.random() < 0.25,
                      "lstrip": rng.random() < 0.25, "rstrip": rng.random() < 0.25, "normalized": rng.random() < 0.4,
                      "special": rng.random() < 0.5})
        fresh += known is None
    pre = [pre_tokenizer(rng, byte_level) for _ in range(rng.randrange(3))]
    if byte_level:
        step = {"type": "ByteLevel", "add_prefix_space": rng.random() < 0.4, "trim_offsets": True, "use_regex": rng.random() < 0.5}
        pre.insert(rng.randrange(len(pre) + 1) if rng.random() < 0.4 else len(pre), step)
    return {"added_tokens": added, "normalizer": sequence([normalizer(rng) for _ in range(rng.randrange(3))], "normalizers"),
            "pre_tokenizer": sequence(pre, "pretokenizers"), "post_processor": None, "decoder": decoder(rng, byte_level)}


def is_ambiguous(tokenizer, parts):
    """Of added tokens that read the same once normalized the package takes any, another one in each run."""
    if not tokenizer.normalizer:
        return False
    contents = [tokenizer.normalizer.normalize_str(a["content"]) for a in parts["added_tokens"] if a["normalized"]]
    return "" in contents or len(set(contents)) < len(contents)


def run(tokenizer, indices):
    ids_hash, text_hash = maker.fnv1a(b""), maker.fnv1a(b"")
    for index in indices:
        ids = tokenizer.encode(maker.make_text(index), add_special_tokens=False).ids
        ids_hash = maker.fnv1a(b"".join(i.to_bytes(4, "little") for i in ids) + b"\xff" * 4, ids_hash)
        text_hash = maker.fnv1a(tokenizer.decode(ids, skip_special_tokens=False).encode() + b"\xff", text_hash)
    return ids_hash, text_hash


def main():
    models = {kind: make_model(random.Random(5), kind == "bytes") for kind in ("bytes", "characters")}
    for kind, model in models.items():
        print(json.dumps({"name": kind, "model": model}, separators=(",", ":")))
    done = seed = 0
    while done < COUNT:
        seed += 1
        rng = random.Random(seed)
        kind = rng.choice(["bytes", "characters"])
        parts = make_parts(rng, models[kind], kind == "bytes")
        options = {"byte_fallback": rng.random() < 0.5, "fuse_unk": rng.random() < 0.5, "ignore_merges": rng.random() < 0.3,
                   "unk_token": "<unk>" if rng.random() < 0.6 else None}
        text = json.dumps(parts)
        if '"first"' in text and '"NF' in text:
            continue
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps({"version": "1.0", "truncation": None, "padding": None, **parts,
                                                              "model": {**models[kind], **options}}))
        if is_ambiguous(tokenizer, parts):
            continue
        indices = [rng.randrange(maker.COUNT) for _ in range(TEXTS)]
        if "StripAccents" in text:
            indices = [i for i in indices if all(ord(c) < 0x7FD for c in maker.make_text(i))]
        if any(name in text for name in ("Alphabetic", "alpha", "Greek", "Han")):
            indices = [i for i in indices if all(unicodedata.category(c)[0] not in "CM" for c in maker.make_text(i))]
        try:
            ids_hash, text_hash = run(tokenizer, indices)
        except BaseException as error:  # the package panics on some overlapping added tokens
            if "Panic" not in type(error).__name__:
                raise
            continue
        print(json.dumps({"model": kind, "parts": parts, "options": options, "texts": indices, "ids": "%016x" % ids_hash,
                          "decoded": "%016x" % text_hash}, separators=(",", ":")))
        done += 1


if __name__ == "__main__":
    main()
