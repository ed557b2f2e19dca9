#!/usr/bin/env python3
"""Turns the catalogue of treaty offences into a C table, sorted by code.

Usage: tools/make_catalogue.py CATALOGUE.tsv OUT.c
       tools/make_catalogue.py --codes CATALOGUE.tsv     (prints the codes as a JSON array)
"""
import json
import re
import sys

CODE = re.compile(r"[A-Z]+[0-9]*(?:\.[0-9]+[a-z]*)+\Z")  # the form spec/accord.md section 6 gives
CODE_MAX = 32  # bytes, as wire/message.h has it
TITLE_MAX = 78  # columns of a line that "palermo accord explain" prints


def read(path):
    """Rows (code, title, source) sorted by code; fails on the first that is not well formed."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if len(cells) != 3 or any(cell != cell.strip() or not cell for cell in cells):
                sys.exit(f"{path}:{number}: not three filled cells")
            code, title, _ = cells
            if not CODE.match(code) or len(code) > CODE_MAX:
                sys.exit(f"{path}:{number}: {code} is not a code")
            if len(title) > TITLE_MAX:
                sys.exit(f"{path}:{number}: the title is longer than {TITLE_MAX}")
            rows.append(tuple(cells))
    rows.sort(key=lambda row: row[0].encode())
    for before, after in zip(rows, rows[1:]):
        if before[0] == after[0]:
            sys.exit(f"{path}: {after[0]} stands there twice")
    if not rows:
        sys.exit(f"{path}: empty")
    return rows


def c_string(text):
    if not all(" " <= character <= "~" for character in text):
        sys.exit(f"not ASCII: {text}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    if arguments[0] == "--codes":
        print(json.dumps([row[0] for row in read(arguments[1])]))
        return
    rows = read(arguments[0])
    with open(arguments[1], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by tools/make_catalogue.py; not edited by hand. */\n"
                  '#include "accord/catalogue.h"\n\n'
                  "const plm_offence plm_catalogue[] = {\n")
        for row in rows:
            out.write("    {" + ", ".join(c_string(cell) for cell in row) + "},\n")
        out.write(f"}};\n\nconst size_t plm_catalogue_count = {len(rows)};\n")


if __name__ == "__main__":
    main(sys.argv[1:])
