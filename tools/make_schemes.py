#!/usr/bin/env python3
"""Turns the table of national numbers into C arrays (src/ident/national.h).

Usage: tools/make_schemes.py NATIONAL.tsv OUT.c

The table's head says what its columns mean.
"""
import hashlib
import re
import sys

KINDS = {"luhn": "LUHN", "verhoeff": "VERHOEFF", "mod11,10": "MOD11_10", "fiscale": "FISCALE",
         "curp": "CURP"}
JOINS = {"&": "AND", "|": "OR", ">": "ELSE"}
WEIGHTS_MAX = 17


class Bad(Exception):
    """What is wrong with a row."""


def weights_of_number(pattern, count, modulus):
    """Weights that make a weighted sum of the number which the first `count` characters spell."""
    weights, power = [], 1
    for c in reversed(pattern[:count]):
        weights.append(0 if c == "~" else power % modulus)
        power = power if c == "~" else power * 10
    return weights[::-1]


def check_of(words, pattern):
    """kind, modulus, start, map, weights of one check."""
    start = 0
    if words[-1].startswith("+"):
        start = int(words.pop()[1:])
    if len(words) == 1 and words[0] in KINDS:
        return KINDS[words[0]], 0, start, "", []
    kind, modulus = words[0], int(words[1])
    if kind in ("w", "n") and len(words) == 4:
        mapping = words[2]
        weights = [int(w) for w in words[3].split(",")] if kind == "w" else \
            weights_of_number(pattern, int(words[3]), modulus)
        if len(mapping) != modulus:
            raise Bad(f"{len(mapping)} characters for the remainders of {modulus}")
        result = ("WEIGHTED", modulus, start, mapping, weights)
    elif kind == "p" and len(words) == 3:
        result = ("PAIR", modulus, start, "", [int(w) for w in words[2].split(",")])
    elif kind == "c" and len(words) == 3:
        result = ("COMPLEMENT", modulus, start, "",
                  weights_of_number(pattern, int(words[2]), modulus))
    else:
        raise Bad(f"\"{' '.join(words)}\" is no check")
    n_digits = 1 if result[0] == "WEIGHTED" else 2
    if len(result[4]) > WEIGHTS_MAX or len(result[4]) + n_digits > len(pattern):
        raise Bad("the check does not fit the pattern")
    return result


def checks_of(text, pattern):
    """The row's checks with what joins each to the one before, and whether they may fail."""
    if text == "-":
        return [], False
    words = text.split()
    may_fail = words[-1] == "?"
    words = words[:-1] if may_fail else words
    checks, join, part = [], "AND", []
    for word in words + ["&"]:
        if word in JOINS:
            checks.append((join,) + check_of(part, pattern))
            join, part = JOINS[word], []
        else:
            part.append(word)
    if len(checks) > 2:
        raise Bad("more than two checks")
    return checks, may_fail


def parse(line):
    """A row as the C initialiser's cells."""
    cells = line.rstrip("\n").split("\t")
    if len(cells) != 8:
        raise Bad("not eight cells")
    countries, scheme, also, pattern, cut, refused, checks, words = cells
    head, _, members = countries.rpartition("=")
    members = members.split(",")
    if not all(re.match(r"[A-Z]{2}\Z", c) for c in members) or not re.match(r"[A-Z0-9]+\Z", scheme):
        raise Bad("no country or scheme")
    if not re.match(r"[#@*~0-9A-Z]{5,20}\Z", pattern):
        raise Bad("no pattern")
    front, back = (int(n) for n in cut.split(","))
    pattern_left = pattern[front:len(pattern) - back]
    return {"head": head or members[0], "members": members, "scheme": scheme,
            "also": [] if also == "-" else also.split(","), "pattern": pattern, "front": front,
            "back": back, "refused": [] if refused == "-" else refused.split(","),
            "checks": checks_of(checks, pattern_left), "words": words}


def quoted(items):
    """A string of items, each ended by a NUL, the last by two."""
    return '"' + "".join(item + '\\0" "' for item in items) + '"'


def row_of(row):
    """The C initialiser."""
    checks, may_fail = row["checks"]
    parts = []
    for join, kind, modulus, start, mapping, weights in checks:
        parts.append(f"{{PLM_SCHEME_{kind}, PLM_SCHEME_{join}, {len(weights)}, {modulus}, {start}, "
                     f"\"{mapping}\", {{{', '.join(map(str, weights)) or '0'}}}}}")
    return (f"    {{\"{row['head']}\", \"{''.join(row['members'])}\", \"{row['scheme']}\",\n"
            f"     {quoted(row['also'])}, \"{row['pattern']}\", {row['front']}, {row['back']},\n"
            f"     {quoted(row['refused'])}, {len(checks)}, {str(may_fail).lower()},\n"
            f"     {{{', '.join(parts) or '{0}'}}},\n     \"{row['words']}\"}},\n")


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    rows = []
    with open(arguments[0], "rb") as file:
        digest = hashlib.blake2b(file.read(), digest_size=32).digest()
    with open(arguments[0], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#"):
                continue
            try:
                rows.append(parse(line))
            except (Bad, ValueError, IndexError) as error:
                sys.exit(f"{arguments[0]}:{number}: {error}")
    with open(arguments[1], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by tools/make_schemes.py; not edited by hand. */\n"
                  '#include "ident/national.h"\n\n'
                  "const plm_scheme plm_schemes[] = {\n")
        out.writelines(row_of(row) for row in rows)
        out.write(f"}};\nconst size_t plm_n_schemes = {len(rows)};\n\n"
                  "const uint8_t plm_schemes_digest[32] = {\n    "
                  + ", ".join(f"0x{byte:02x}" for byte in digest) + "};\n")


if __name__ == "__main__":
    main(sys.argv[1:])
