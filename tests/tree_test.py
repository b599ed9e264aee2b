#!/usr/bin/env python3
"""What the tree says of itself holds: tests that headers and READMEs name exist, files stay small, every folder has a README.

Usage: tree_test.py SOURCE_DIR. Prints each finding and exits with 1 where there is one.
"""
import os
import re
import sys

SOURCES = (".h", ".cc", ".c", ".cu", ".cuh", ".py")
TEST_NAME = re.compile(r"tests/[a-z0-9_/]+_test\.(?:cc|py)")
MOST_LINES = 700  # the recipe of the default model apart
FOLDERS = ("runtime", "grammar", "tools", "kernels", "schemas", "tests", "examples", "cmake")


def files(top):
    for folder in FOLDERS:
        for path, folders, names in os.walk(os.path.join(top, folder)):
            folders[:] = [f for f in folders if not f.startswith((".", "build"))]
            yield from (os.path.join(path, name) for name in names)


def main():
    top = sys.argv[1]
    findings = [f"{folder}: no README.md" for folder in FOLDERS[:-1] if not os.path.exists(os.path.join(top, folder, "README.md"))]
    for path in files(top):
        if not path.endswith(SOURCES + (".md",)):
            continue
        name = os.path.relpath(path, top)
        text = open(path, encoding="utf-8").read()
        lines = text.count("\n")
        if path.endswith(SOURCES) and lines > MOST_LINES and not name.startswith("examples/models/"):
            findings.append(f"{name}: {lines} lines")
        findings += [f"{name}: names {test}, which is not there" for test in sorted(set(TEST_NAME.findall(text)))
                     if not os.path.exists(os.path.join(top, test))]
    print("\n".join(findings) or "nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
