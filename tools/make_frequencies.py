#!/usr/bin/env python3
"""Turns the tables of frequencies that ship with Palermo into C (ident/frequency_builtin.h).

Usage: tools/make_frequencies.py OUT.c freq-NAME.tsv...
"""
import hashlib
import pathlib
import re
import sys

BYTES_A_LINE = 24


def main(out, *paths):
    names = []
    with open(out, "w", encoding="ascii") as f:
        f.write('#include "ident/frequency_builtin.h"\n\n')
        for path in map(pathlib.Path, paths):
            found = re.fullmatch(r"freq-([a-z0-9-]+)\.tsv", path.name)
            if found is None:
                sys.exit(f"{path}: tables are named freq-NAME.tsv")
            text = path.read_bytes()
            f.write(f"static const unsigned char table_{len(names)}[] = {{\n")
            for at in range(0, len(text), BYTES_A_LINE):
                f.write(",".join(map(str, text[at:at + BYTES_A_LINE])) + ",\n")
            f.write("};\n\n")
            names.append((found.group(1), len(text), hashlib.blake2b(text, digest_size=32).digest()))
        f.write("const plm_frequency_file plm_frequency_files[] = {\n")
        for i, (name, n_bytes, digest) in enumerate(names):
            f.write(f'    {{"{name}", table_{i}, {n_bytes}, {{{", ".join(map(str, digest))}}}}},\n')
        f.write("};\nconst size_t plm_frequency_n_files =\n"
                "    sizeof plm_frequency_files / sizeof *plm_frequency_files;\n")


main(*sys.argv[1:])
