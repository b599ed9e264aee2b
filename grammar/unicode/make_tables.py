#!/usr/bin/env python3
"""Writes the Unicode tables beside this script: categories.cc, scripts.cc, script_extensions.cc, binary_*.cc, folding.cc.

Needs the PyPI module `regex`, whose data is that of its Unicode version, and perl, whose Unicode::UCD knows how names are
written. Run: python3 grammar/unicode/make_tables.py [directory]; the output is committed. A range is two numbers: how
far it begins after the one before has ended, and how many code points more than one it has.
"""
import importlib.metadata
import pathlib
import re
import subprocess
import sys

import regex
from regex import _regex

OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
TEXT = "".join(map(chr, POINTS))
LINES_PER_FILE = 600

CATEGORIES = """Lu Uppercase_Letter;Ll Lowercase_Letter;Lt Titlecase_Letter;Lm Modifier_Letter;Lo Other_Letter;
Mn Nonspacing_Mark;Mc Spacing_Mark;Me Enclosing_Mark;Nd Decimal_Number digit;Nl Letter_Number;No Other_Number;
Pc Connector_Punctuation;Pd Dash_Punctuation;Ps Open_Punctuation;Pe Close_Punctuation;Pi Initial_Punctuation;
Pf Final_Punctuation;Po Other_Punctuation;Sm Math_Symbol;Sc Currency_Symbol;Sk Modifier_Symbol;So Other_Symbol;
Zs Space_Separator;Zl Line_Separator;Zp Paragraph_Separator;Cc Control cntrl;Cf Format;Co Private_Use;Cn Unassigned"""
# The binary properties of ECMA-262, table 69, with their aliases.
BINARY = """ASCII_Hex_Digit AHex;Alphabetic Alpha;Bidi_Control Bidi_C;Bidi_Mirrored Bidi_M;Case_Ignorable CI;Cased;
Changes_When_Casefolded CWCF;Changes_When_Casemapped CWCM;Changes_When_Lowercased CWL;Changes_When_Titlecased CWT;
Changes_When_Uppercased CWU;Dash;Default_Ignorable_Code_Point DI;Deprecated Dep;Diacritic Dia;Emoji;Emoji_Component EComp;
Emoji_Modifier EMod;Emoji_Modifier_Base EBase;Emoji_Presentation EPres;Extended_Pictographic ExtPict;Extender Ext;
Grapheme_Base Gr_Base;Grapheme_Extend Gr_Ext;Hex_Digit Hex;IDS_Binary_Operator IDSB;IDS_Trinary_Operator IDST;
ID_Continue IDC;ID_Start IDS;Ideographic Ideo;Join_Control Join_C;Logical_Order_Exception LOE;Lowercase Lower;Math;
Noncharacter_Code_Point NChar;Pattern_Syntax Pat_Syn;Pattern_White_Space Pat_WS;Quotation_Mark QMark;Radical;
Regional_Indicator RI;Sentence_Terminal STerm;Soft_Dotted SD;Terminal_Punctuation Term;Unified_Ideograph UIdeo;
Uppercase Upper;Variation_Selector VS;White_Space space;XID_Continue XIDC;XID_Start XIDS"""
# Scripts younger than the perl at hand.
YOUNG = """Kawi;Nagm Nag_Mundari;Gara Garay;Gukh Gurung_Khema;Krai Kirat_Rai;Onao Ol_Onal;Sunu Sunuwar;Todr Todhri;
Tutg Tulu_Tigalari;Berf Beria_Erfe;Sidt Sidetic;Tayo Tai_Yo;Tols Tolong_Siki;Chis Chisoi;
Pcun Proto_Cuneiform;Jurc Jurchen;Seal"""


def names(text):
    return [entry.split() for entry in text.replace("\n", "").split(";")]


def ranges(pattern):
    found = []
    for match in regex.finditer(f"(?:{pattern})+", TEXT):
        begin, end = POINTS[match.start()], POINTS[match.end() - 1]
        if begin < 0xD800 and end > 0xDFFF:
            found += [(begin, 0xD7FF), (0xE000, end)]
        else:
            found.append((begin, end))
    return found


def encode(found):
    out, position = [], 0
    for first, last in found:
        out += [first - position, last - first]
        position = last + 1
    return out


def wrap(numbers):
    lines, line = [], "   "
    for number in numbers:
        if len(line) + len(str(number)) > 108:
            lines.append(line)
            line = "   "
        line += f" {number},"
    return lines + [line]


HEADER = """// {what} of Unicode {version}. Made by make_tables.py: do not edit.
//
// Entry point: {entry}, see grammar/unicode/tables.h for the form of the numbers.
#include "grammar/unicode/tables.h"

namespace keyway {{
namespace {{
"""


class Table:
    def __init__(self, stem, what, entry):
        self.stem, self.what, self.entry = stem, what, entry
        self.arrays, self.rows = [], []

    def add(self, row_names, found):
        first = " / ".join(row_names)
        numbers = encode(found)
        name = f"k{self.entry}{len(self.rows)}"
        self.arrays.append([f"constexpr uint32_t {name}[] = {{  // {first}"] + wrap(numbers or [0]) + ["};"])
        alias = list(row_names) + [""] * (3 - len(row_names))
        self.rows.append(f'    {{"{alias[0]}", "{alias[1]}", "{alias[2]}", {name}, {len(numbers)}}},')

    def write(self):
        groups, count = [[]], 0
        for array, row in zip(self.arrays, self.rows):
            if count + len(array) + 1 > LINES_PER_FILE - 20:
                groups.append([])
                count = 0
            groups[-1].append((array, row))
            count += len(array) + 1
        for number, group in enumerate(groups):
            part = "" if len(groups) == 1 else f"_{number + 1}"
            entry = f"unicode_{self.stem}{part}"
            lines = [HEADER.format(what=self.what, version=VERSION, entry=entry)]
            for array, _ in group:
                lines += array
            rows = "k" + "".join(word.capitalize() for word in entry.split("_")) + "Rows"
            lines += ["", f"constexpr UnicodeRow {rows}[] = {{"] + [row for _, row in group] + ["};", "", "}  // namespace", ""]
            lines += [f"std::span<const UnicodeRow> {entry}() {{ return {rows}; }}", "", "}  // namespace keyway", ""]
            (OUT / f"{self.stem}{part}.cc").write_text("\n".join(lines))
            print(f"{self.stem}{part}.cc: {sum(map(lambda l: l.count(chr(10)) + 1, lines))} lines")


def perl_scripts():
    code = ('print join("\\n", map { join(" ", prop_value_aliases("script", $_)) } prop_values("script"))')
    output = subprocess.run(["perl", "-MUnicode::UCD=prop_value_aliases,prop_values", "-e", code],
                            capture_output=True, text=True, check=True).stdout
    rows = [line.replace(",", "").split() for line in output.splitlines()]
    return [row for row in rows if row and row[0] != "Zzzz"]


def unicode_version():
    description = importlib.metadata.metadata("regex")["Description"]
    found = re.search(r"supports Unicode (\d+\.\d+)", description)
    return found.group(1)


def folding():
    """Orbits of simple case folding; the Turkic dotted and dotless i are not folded."""
    orbits = set()
    for c in POINTS:
        if c in (0x130, 0x131):
            continue
        cases = sorted(set(_regex.get_all_cases(regex.IGNORECASE | regex.UNICODE, c)) - {0x130, 0x131})
        if len(cases) > 1:
            orbits.add(tuple(cases))
    seen = [c for orbit in orbits for c in orbit]
    assert len(seen) == len(set(seen)), "orbits overlap"
    numbers = []
    for orbit in sorted(orbits):
        numbers += [len(orbit), *orbit]
    lines = [HEADER.format(what="Simple case folding", version=VERSION, entry="unicode_folding")]
    lines += ["// Each orbit: how many code points fold together, then they."]
    lines += ["constexpr uint32_t kOrbits[] = {"] + wrap(numbers) + ["};", "", "}  // namespace", ""]
    lines += ["std::span<const uint32_t> unicode_folding() { return kOrbits; }", "", "}  // namespace keyway", ""]
    (OUT / "folding.cc").write_text("\n".join(lines))
    print(f"folding.cc: {len(orbits)} orbits")


VERSION = unicode_version()
table = Table("categories", "General categories", "Category")
for entry in names(CATEGORIES):
    table.add(entry, ranges(rf"\p{{General_Category={entry[0]}}}"))
table.write()

scripts = Table("scripts", "Scripts", "Script")
extensions = Table("script_extensions", "Script extensions, where they differ from the script", "ScriptExtensions")
for entry in sorted(perl_scripts() + names(YOUNG)):
    try:
        own = ranges(rf"\p{{Script={entry[0]}}}")
    except regex.error:
        continue
    extended = ranges(rf"\p{{Script_Extensions={entry[0]}}}")
    scripts.add(entry, own)
    if extended != own:
        extensions.add(entry, extended)
scripts.write()
extensions.write()

binary = Table("binary", "Binary properties", "Binary")
for entry in names(BINARY):
    binary.add(entry, ranges(rf"\p{{{entry[0]}}}"))
binary.write()
folding()
