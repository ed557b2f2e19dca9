#!/usr/bin/env python3
"""Turns the table of countries into sorted C arrays (src/ident/country.h).

Usage: tools/make_countries.py COUNTRIES.tsv OUT.c
"""
import re
import sys

FOLDED = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*\Z")


def read(path):
    """alpha-2 codes, and (key, alpha-2) pairs of alpha-3 codes and of names, each sorted."""
    codes, alpha3, names = [], [], []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#"):
                continue
            cells = line.rstrip("\n").split("\t")
            if len(cells) != 3 or not re.match(r"[A-Z]{2}\Z", cells[0]) or \
                    not re.match(r"[A-Z]{3}\Z", cells[1]):
                sys.exit(f"{path}:{number}: not alpha-2, alpha-3 and names")
            codes.append(cells[0])
            alpha3.append((cells[1], cells[0]))
            for name in cells[2].split("|"):
                if not FOLDED.match(name):
                    sys.exit(f"{path}:{number}: \"{name}\" is not folded")
                names.append((name, cells[0]))
    for table in (codes, alpha3, names):
        table.sort()
        keys = [row[0] if isinstance(row, tuple) else row for row in table]
        for before, after in zip(keys, keys[1:]):
            if before == after:
                sys.exit(f"{path}: {after} stands there twice")
    return codes, alpha3, names


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    codes, alpha3, names = read(arguments[0])
    masks = [0] * 26
    for code in codes:
        masks[ord(code[0]) - ord("A")] |= 1 << (ord(code[1]) - ord("A"))
    with open(arguments[1], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by tools/make_countries.py; not edited by hand. */\n"
                  '#include "ident/country.h"\n\n'
                  "const uint32_t plm_country_letters[26] = {\n")
        out.writelines(f"    0x{mask:x},\n" for mask in masks)
        out.write("};\n")
        for array, table in (("alpha3", alpha3), ("names", names)):
            out.write(f"\nconst plm_country_key plm_country_{array}[] = {{\n")
            out.writelines(f'    {{"{key}", "{code}"}},\n' for key, code in table)
            out.write(f"}};\nconst size_t plm_country_n_{array} = {len(table)};\n")


if __name__ == "__main__":
    main(sys.argv[1:])
