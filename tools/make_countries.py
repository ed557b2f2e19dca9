#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_countries.py IN.tsv OUT.c: the table of countries as sorted C arrays (ident/country.h)."""

import sys


def main(source, out):
    codes, names = [], []
    with open(source, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 3 or len(fields[0]) != 2 or len(fields[1]) != 3:
                sys.exit(f"{source}:{number}: not alpha-2, alpha-3 and names")
            codes.append((fields[1], fields[0]))
            names += [(name, fields[0]) for name in fields[2].split("|")]
    for table in (codes, names):
        table.sort()
        for a, b in zip(table, table[1:]):
            if a[0] == b[0]:
                sys.exit(f"{source}: \"{a[0]}\" stands there twice")
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "ident/country.h"\n')
        for array, table in (("alpha3", codes), ("names", names)):
            f.write(f"\nconst plm_country_key plm_country_{array}[] = {{\n")
            f.writelines(f'    {{"{key}", "{code}"}},\n' for key, code in table)
            f.write("};\n\n")
            f.write(f"const size_t plm_country_n_{array} =\n    sizeof plm_country_{array} / "
                    f"sizeof *plm_country_{array};\n")


main(*sys.argv[1:])
