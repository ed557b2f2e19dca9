#!/usr/bin/env python3
"""Turns the tables of names into C (ident/name_tables.h), and their bytes into a digest.

Usage: tools/make_names.py OUT.c TABLE.tsv...

The digest is BLAKE2b-256 over, for each file in the order given: its name without folder and its
bytes, each after its length in 8 bytes, big-endian (spec/tokens.md section 6).
"""
import hashlib
import pathlib
import sys

SCRIPTS = ("latin", "cyrillic", "arabic")
CLASSES = set("ABDFGHJKLMNPRSTVX0123456789")
LETTER_BYTES_MAX = 4  # of a folded form
WORD_BYTES_MAX = 15
SPELLING_MAX = 7
PLAIN = "0123456789abcdefghijklmnopqrstuvwxyz"  # the first letters of the table, in this order


def rows(path, n_cells):
    """Rows of one table; fails on the first that is not well formed."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != n_cells or any(not cell or cell != cell.strip() for cell in cells):
            sys.exit(f"{path}:{number}: not {n_cells} filled cells")
        found.append(["" if cell == "-" else cell for cell in cells])
    for at, row in enumerate(found):
        if row[:2] in [other[:2] for other in found[:at]]:
            sys.exit(f"{path}: {row[0]} stands there twice")
    return found


def readings(path, text):
    """One or two class strings."""
    parts = text.split("|")
    if len(parts) > 2 or any(len(part) > 2 or not set(part) <= CLASSES for part in parts):
        sys.exit(f"{path}: {text} is not one or two readings")
    return parts[0], parts[1] if len(parts) == 2 else ""


def require(path, condition, what):
    if not condition:
        sys.exit(f"{path}: {what}")


def letters(paths):
    """(code point, folded, first reading, second reading, script) sorted by code point."""
    found = {ord(c): (c, c if c.isdigit() else "", "", "NONE" if c.isdigit() else "LATIN")
             for c in PLAIN}
    for script in SCRIPTS:
        path = paths[f"name-{script}.tsv"]
        for text, folded, classes in rows(path, 3):
            require(path, len(text) == 1 and ord(text) >= 128 and ord(text) not in found, text)
            require(path, folded.isascii() and len(folded) <= LETTER_BYTES_MAX, folded)
            require(path, bool(folded) == bool(classes), f"{text}: one of two is empty")
            found[ord(text)] = (folded, *readings(path, classes), script.upper())
    return [(code, *found[code]) for code in sorted(found)]


def write_letters(out, paths):
    out.write("const plm_name_letter plm_name_letters[] = {\n")
    for code, folded, first, second, script in letters(paths):
        out.write(f'    {{0x{code:04X}, "{folded}", {len(folded)}, {{"{first}", "{second}"}}, '
                  f"PLM_SCRIPT_{script}}},\n")
    out.write("};\nconst size_t plm_name_n_letters = sizeof plm_name_letters / "
              "sizeof *plm_name_letters;\n\n")


def write_lookalikes(out, paths):
    path = paths["name-lookalikes.tsv"]
    table = rows(path, 2)
    out.write("const plm_name_lookalike plm_name_lookalikes[] = {\n")
    for latin, cyrillic in table:
        require(path, latin in PLAIN and len(cyrillic) == 1, f"{latin} {cyrillic}")
        out.write(f"    {{0x{ord(latin):02X}, 0x{ord(cyrillic):04X}}},\n")
    out.write(f"}};\nconst size_t plm_name_n_lookalikes = {len(table)};\n\n")


def write_marks(out, paths):
    codes = sorted(int(code, 16) for code, _ in rows(paths["name-marks.tsv"], 2))
    out.write("const uint32_t plm_name_marks[] = {\n    ")
    out.write(", ".join(f"0x{code:04X}" for code in codes))
    out.write(f"}};\nconst size_t plm_name_n_marks = {len(codes)};\n\n")


def write_words(out, paths):
    path = paths["name-words.tsv"]
    kinds = {"title": "DROP", "particle": "DROP", "next": "NEXT", "previous": "PREVIOUS"}
    table = [(word, kinds[kind], form) for word, kind, form in rows(path, 3)]
    articles = paths["name-articles.tsv"]
    table += [(word, "NO_ARTICLE", "") for (word,) in rows(articles, 1)]
    merged = {}
    for word, kind, form in table:
        require(path, word.isascii() and word.islower() and len(word) <= WORD_BYTES_MAX, word)
        # One more for the joint: no word may grow to more than twice its letters.
        require(path, set(form) <= set(PLAIN) and len(form) + 1 <= 2 * len(word), form)
        flags, forms = merged.get(word, ([], ""))
        merged[word] = (flags + [kind], forms + form)
    out.write("const plm_name_listed plm_name_listed_words[] = {\n")
    for word in sorted(merged):
        flags = " | ".join(f"PLM_WORD_{kind}" for kind in merged[word][0])
        out.write(f'    {{"{word}", {flags}, "{merged[word][1]}"}},\n')
    out.write(f"}};\nconst size_t plm_name_n_listed_words = {len(merged)};\n\n")


def write_sounds(out, paths):
    path = paths["name-sounds.tsv"]
    table = rows(path, 3)
    require(path, [row[0][0] for row in table] == sorted(row[0][0] for row in table),
            "not in the order of first letters")
    out.write("const plm_name_sound plm_name_sounds[] = {\n")
    for spelling, after, classes in table:
        require(path, set(spelling) <= set(PLAIN[10:]) and len(spelling) <= SPELLING_MAX, spelling)
        require(path, after in ("*", "$") or set(after) <= set(PLAIN[10:]), after)
        first, second = readings(path, classes)
        out.write(f'    {{"{spelling}", "{after}", {{"{first}", "{second}"}}}},\n')
    out.write("};\n\nconst uint8_t plm_name_sounds_first[27] = {\n    ")
    starts = [min(i for i, row in enumerate(table) if row[0][0] == c) for c in PLAIN[10:]]
    out.write(", ".join(str(start) for start in starts + [len(table)]))
    for c in PLAIN[10:]:
        last = [row for row in table if row[0][0] == c][-1]
        require(path, last[:2] == [c, "*"], f"the last row of {c} must take it alone")
    out.write("};\n\n")


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    files = [pathlib.Path(name) for name in arguments[1:]]
    paths = {file.name: file for file in files}
    digest = hashlib.blake2b(digest_size=32)
    for file in files:
        for part in (file.name.encode(), file.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    with open(arguments[0], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by tools/make_names.py; not edited by hand. */\n"
                  '#include "ident/name_tables.h"\n\n')
        write_letters(out, paths)
        write_lookalikes(out, paths)
        write_marks(out, paths)
        write_words(out, paths)
        write_sounds(out, paths)
        out.write("const uint8_t plm_name_tables_digest[32] = {\n    ")
        out.write(", ".join(f"0x{byte:02x}" for byte in digest.digest()) + "};\n")


if __name__ == "__main__":
    main(sys.argv[1:])
