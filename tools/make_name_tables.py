#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_name_tables.py OUT.c letters.tsv twins.tsv words.tsv sounds.tsv countries.tsv

The tables of spec/tokens.md as sorted C arrays (ident/name_tables.h), and the digest of their bytes.
"""

import hashlib
import sys


def rows(path, n_fields):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != n_fields:
                sys.exit(f"{path}:{number}: {len(fields)} fields, not {n_fields}")
            yield ["" if field == "-" else field for field in fields]


def ascending(path, keys):
    for a, b in zip(keys, keys[1:]):
        if a >= b:
            sys.exit(f"{path}: not sorted, or twice: {b}")


def array(f, kind, name, lines):
    f.write(f"\nconst {kind} {name}[] = {{\n")
    f.writelines(f"    {line},\n" for line in lines)
    f.write(f"}};\n\nconst size_t {name.replace('plm_', 'plm_n_', 1)} = "
            f"sizeof {name} / sizeof *{name};\n")


def main(out, letters, twins, words, sounds, countries):
    digest = hashlib.blake2b(digest_size=32)
    for path in (letters, twins, words, sounds, countries):
        with open(path, "rb") as f:
            content = f.read()
        digest.update(len(content).to_bytes(8, "big") + content)
    letter_rows = [(int(code, 16), latin) for code, _, latin in rows(letters, 3)]
    twin_rows = [(int(code, 16), latin) for code, latin in rows(twins, 2)]
    word_rows = list(rows(words, 3))
    sound_rows = list(rows(sounds, 2))
    ascending(letters, [r[0] for r in letter_rows])
    ascending(twins, [r[0] for r in twin_rows])
    ascending(words, [r[0] for r in word_rows])
    ascending(sounds, [(-len(r[0]), r[0]) for r in sound_rows])
    kinds = {"title": "PLM_WORD_TITLE", "particle": "PLM_WORD_PARTICLE",
             "prefix": "PLM_WORD_PREFIX"}
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "ident/name_tables.h"\n')
        array(f, "plm_letter", "plm_letters", [f'{{0x{c:04X}, "{t}"}}' for c, t in letter_rows])
        array(f, "plm_letter", "plm_twins", [f'{{0x{c:04X}, "{t}"}}' for c, t in twin_rows])
        array(f, "plm_word", "plm_words",
              [f'{{"{w}", {kinds[k]}, "{j}"}}' for w, k, j in word_rows])
        array(f, "plm_sound", "plm_sounds", [f'{{"{p}", "{c}"}}' for p, c in sound_rows])
        f.write("\nconst uint8_t plm_tables_digest[32] = {\n    ")
        f.write(", ".join(f"0x{b:02x}" for b in digest.digest()))
        f.write("};\n")


main(*sys.argv[1:])
