#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py DATABASE OUT FILE...: numbered .sql files as a C table (store/db.h)."""

import os
import re
import sys


def literal(text):
    lines = []
    for line in text.splitlines():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'     "{escaped}\\n"')
    return "\n".join(lines)


def main(database, out, *paths):
    names = [os.path.basename(p) for p in paths]
    for i, name in enumerate(names, 1):
        if not re.fullmatch(rf"{i:04d}-[a-z0-9-]+\.sql", name):
            sys.exit(f"embed.py: {name}: migrations are named 0001-words.sql, without gaps")
    with open(out, "w", encoding="utf-8") as f:
        f.write(f'#include "store/{database}/migrate.h"\n\n')
        f.write(f"const plm_migration plm_{database}_migrations[] = {{\n")
        for name, path in zip(names, paths):
            with open(path, encoding="utf-8") as source:
                f.write(f'    {{"{name}",\n{literal(source.read())}}},\n')
        f.write(f"}};\n\nconst size_t plm_{database}_n_migrations =\n"
                f"    sizeof plm_{database}_migrations / sizeof *plm_{database}_migrations;\n")


main(*sys.argv[1:])
