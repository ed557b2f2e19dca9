#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUT FILE...: numbered .sql files as a C table (store/sqlite/migrate.h)."""

import os
import re
import sys


def literal(text):
    lines = []
    for line in text.splitlines():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'     "{escaped}\\n"')
    return "\n".join(lines)


def main(out, *paths):
    names = [os.path.basename(p) for p in paths]
    for i, name in enumerate(names, 1):
        if not re.fullmatch(rf"{i:04d}-[a-z0-9-]+\.sql", name):
            sys.exit(f"embed.py: {name}: migrations are named 0001-words.sql, without gaps")
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "store/sqlite/migrate.h"\n\n')
        f.write("const plm_migration plm_sqlite_migrations[] = {\n")
        for name, path in zip(names, paths):
            with open(path, encoding="utf-8") as source:
                f.write(f'    {{"{name}",\n{literal(source.read())}}},\n')
        f.write("};\n\nconst size_t plm_sqlite_n_migrations =\n"
                "    sizeof plm_sqlite_migrations / sizeof *plm_sqlite_migrations;\n")


main(*sys.argv[1:])
