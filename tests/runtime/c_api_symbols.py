#!/usr/bin/env python3
"""libkeyway.so shows exactly the functions that its headers declare. Usage: c_api_symbols.py NM LIBRARY HEADER..."""
import re, subprocess, sys

nm, library, *headers = sys.argv[1:]
out = subprocess.run([nm, "-D", "--defined-only", "--extern-only", "--format=posix", library], stdout=subprocess.PIPE, check=True).stdout.decode()
# Local ones too lie in that table where link-time optimisation left them: nobody can bind to those.
shown = {line.split()[0].split("@")[0] for line in out.splitlines()}
declared = set(re.findall(r"KEYWAY_API[^;(]*\b(keyway_\w+)\(", "".join(open(header, encoding="ascii").read() for header in headers)))
print("declared but not shown:", sorted(declared - shown))
print("shown but not declared:", sorted(shown - declared))
sys.exit(0 if shown == declared and len(declared) >= 20 else 1)
