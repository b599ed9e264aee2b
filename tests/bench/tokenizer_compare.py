#!/usr/bin/env python3
"""Encoding speed of Keyway beside the `tokenizers` package, one thread, text by text.

  tokenizer_compare.py --bench build/keyway-tokenizer-bench [--rounds N] [--json OUT] FOLDER...

Needs Python with `tokenizers`. The corpus is made here, from a seed: prose, code, JSON, other scripts, and the test
texts (tests/runtime/data/make_tokenizer_texts.py), in texts of about 2 kB; every word list is shuffled, so that a cache
of words helps both sides as it does in real text. Both sides must give the same number of tokens; ids are compared by
the golden test. The best of N rounds counts.
"""
import os
os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
import argparse, glob, json, random, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "runtime", "data"))
sys.dont_write_bytecode = True
import make_tokenizer_texts as maker

SCRIPTS = {
    "de": "Die Gr\u00f6\u00dfe des Rahmens h\u00e4ngt von der L\u00e4nge der W\u00f6rter ab und nicht von der H\u00f6he \u00fcber dem Boden weshalb",
    "fr": "Les \u00e9l\u00e8ves ont re\u00e7u leurs r\u00e9sultats apr\u00e8s l\u2019\u00e9t\u00e9 et plusieurs \u00e9taient d\u00e9\u00e7us mais d\u2019autres tr\u00e8s heureux",
    "ru": "\u0421\u0435\u0433\u043e\u0434\u043d\u044f \u0443\u0442\u0440\u043e\u043c \u043d\u0430 \u043f\u043b\u043e\u0449\u0430\u0434\u0438 \u0441\u043e\u0431\u0440\u0430\u043b\u043e\u0441\u044c \u043c\u043d\u043e\u0433\u043e \u043b\u044e\u0434\u0435\u0439 \u043a\u043e\u0442\u043e\u0440\u044b\u0435 \u0445\u043e\u0442\u0435\u043b\u0438 \u0443\u0441\u043b\u044b\u0448\u0430\u0442\u044c \u043d\u043e\u0432\u043e\u0441\u0442\u0438 \u043e \u043f\u043e\u0433\u043e\u0434\u0435 \u0438 \u0434\u043e\u0440\u043e\u0433\u0430\u0445",
    "zh": "\u6211\u4eec \u5728 \u57ce\u5e02 \u91cc \u5b66\u4e60 \u8bed\u8a00 \u6a21\u578b \u5982\u4f55 \u8c03\u7528 \u5de5\u5177 \u5e76\u4e14 \u8fd4\u56de \u6b63\u786e \u7684 \u7ed3\u679c \u7136\u540e \u7ee7\u7eed \u4e0b\u4e00\u6b65 \u5de5\u4f5c",
    "ja": "\u4eca\u65e5\u306f \u3068\u3066\u3082 \u826f\u3044 \u5929\u6c17 \u3067\u3059 \u304b\u3089 \u516c\u5712 \u307e\u3067 \u6b69\u3044\u3066 \u884c\u304d\u307e\u3057\u3087\u3046 \u305d\u3057\u3066 \u663c\u3054\u306f\u3093 \u3092 \u98df\u3079\u307e\u3059",
    "ar": "\u0647\u0630\u0627 \u0627\u0644\u0643\u062a\u0627\u0628 \u0645\u0641\u064a\u062f \u062c\u062f\u0627 \u0644\u0645\u0646 \u064a\u0631\u064a\u062f \u0623\u0646 \u064a\u062a\u0639\u0644\u0645 \u0627\u0644\u0644\u063a\u0629 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0628\u0633\u0631\u0639\u0629 \u0648\u0628\u062f\u0648\u0646 \u0645\u0639\u0644\u0645 \u0641\u064a \u0627\u0644\u0628\u064a\u062a \u0623\u0648 \u0627\u0644\u0645\u062f\u0631\u0633\u0629",
    "hi": "\u0906\u091c \u092e\u094c\u0938\u092e \u092c\u0939\u0941\u0924 \u0905\u091a\u094d\u091b\u093e \u0939\u0948 \u0907\u0938\u0932\u093f\u090f \u0939\u092e \u0938\u092c \u092c\u0917\u0940\u091a\u0947 \u092e\u0947\u0902 \u0916\u0947\u0932\u0928\u0947 \u091c\u093e \u0930\u0939\u0947 \u0939\u0948\u0902 \u0914\u0930 \u0936\u093e\u092e \u0915\u094b \u0935\u093e\u092a\u0938 \u0906\u090f\u0901\u0917\u0947",
    "ko": "\uc624\ub298\uc740 \ub0a0\uc528\uac00 \uc88b\uc544\uc11c \uce5c\uad6c\ub4e4\uacfc \ud568\uaed8 \uacf5\uc6d0\uc5d0 \uac00\uc11c \uc810\uc2ec\uc744 \uba39\uace0 \uc0ac\uc9c4\uc744 \ub9ce\uc774 \ucc0d\uc5c8\uc2b5\ub2c8\ub2e4",
}


def read_sources():
    """Prose and code of the repository itself."""
    texts = {"code": [], "prose": []}
    for pattern, kind in (("**/*.cc", "code"), ("**/*.h", "code"), ("**/*.py", "code"), ("**/*.md", "prose")):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True)):
            if os.sep + "build" not in path:
                texts[kind].append(open(path, encoding="utf-8", errors="replace").read())
    return texts


def chunks(text, size=2000):
    return [text[i:i + size] for i in range(0, len(text), size)]


def make_corpus(megabytes):
    rng = random.Random(7)
    sources = read_sources()
    kinds = {k: chunks("\n".join(v)) for k, v in sources.items()}
    words = " ".join(sources["prose"]).split()
    kinds["shuffled prose"] = [" ".join(rng.choice(words) for _ in range(320)) for _ in range(200)]
    kinds["json"] = [json.dumps([{"name": rng.choice(words), "id": rng.randrange(10 ** 6), "score": rng.random(),
                                  "tags": rng.sample(words, 3)} for _ in range(16)]) for _ in range(200)]
    for name, line in SCRIPTS.items():
        own = line.split()
        kinds[name] = [" ".join(rng.choice(own) for _ in range(200)) + "." for _ in range(40)]
    kinds["test texts"] = chunks("".join(maker.make_text(i) for i in range(1500)))
    texts = [t for kind in kinds.values() for t in kind]
    rng.shuffle(texts)
    total, chosen = 0, []
    for text in texts:
        if total >= megabytes * 1e6:
            break
        chosen.append(text)
        total += len(text.encode())
    return chosen, total


def measure_package(folder, texts, rounds):
    import tokenizers
    start = time.perf_counter()
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    load = time.perf_counter() - start
    best = None
    for _ in range(rounds):
        start = time.perf_counter()
        tokens = sum(len(tokenizer.encode(t, add_special_tokens=False)) for t in texts)
        elapsed = time.perf_counter() - start
        best = elapsed if best is None else min(best, elapsed)
    return {"load_ms": load * 1e3, "tokens": tokens, "seconds": best}


def measure_keyway(bench, folder, corpus, rounds):
    out = subprocess.run([bench, folder, corpus, "--time", str(rounds)], check=True, capture_output=True, text=True)
    result = json.loads(out.stdout)
    return {"load_ms": result["load_ms"], "tokens": result["tokens"], "seconds": min(result["encode_s"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--bench", default=os.path.join(ROOT, "build", "keyway-tokenizer-bench"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=float, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    texts, total = make_corpus(options.megabytes)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = os.path.join(folder, "texts.jsonl")
        with open(corpus, "w") as out:
            out.writelines(json.dumps(t) + "\n" for t in texts)
        print("%d texts, %.2f MB" % (len(texts), total / 1e6))
        print("%-14s %12s %12s %8s %12s %12s" % ("", "package MB/s", "keyway MB/s", "ratio", "package load", "keyway load"))
        for path in options.folders:
            package = measure_package(path, texts, options.rounds)
            keyway = measure_keyway(options.bench, path, corpus, options.rounds)
            if package["tokens"] != keyway["tokens"]:
                sys.exit("%s: %d tokens, the package gives %d" % (path, keyway["tokens"], package["tokens"]))
            row = {"tokenizer": os.path.basename(os.path.normpath(path)), "bytes": total, "tokens": keyway["tokens"],
                   "package_mb_s": total / package["seconds"] / 1e6, "keyway_mb_s": total / keyway["seconds"] / 1e6,
                   "package_load_ms": package["load_ms"], "keyway_load_ms": keyway["load_ms"]}
            row["ratio"] = row["keyway_mb_s"] / row["package_mb_s"]
            rows.append(row)
            print("%-14s %12.2f %12.2f %8.1f %9.0f ms %9.0f ms" % (row["tokenizer"], row["package_mb_s"], row["keyway_mb_s"],
                                                                   row["ratio"], row["package_load_ms"], row["keyway_load_ms"]))
    if options.json:
        with open(options.json, "w") as out:
            json.dump({"rows": rows}, out, indent=1)


if __name__ == "__main__":
    main()
