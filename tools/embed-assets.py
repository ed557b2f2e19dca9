#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed-assets.py OUT DESCRIPTION DIRECTORY: the console's files as a C table (src/api/assets.h).

DESCRIPTION is api/openapi.json, which goes in without its white space. DIRECTORY is the built
console; if it has no index.html, a page that says so stands in its place. The same input gives the
same bytes.
"""

import gzip
import hashlib
import json
import mimetypes
import os
import re
import sys

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
         ".woff2": "font/woff2", ".map": "application/json", ".txt": "text/plain; charset=utf-8",
         ".webmanifest": "application/manifest+json"}
NO_CONSOLE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Palermo</title>
<h1>This node has no console</h1>
<p>The program was built without it. The API is there: see <a href="/v1/openapi.json">its
description</a>.</p>
</html>
"""
HASHED = re.compile(r"[-.][0-9A-Za-z_]{8,}\.[a-z0-9]+$")


def array(name, data):
    lines = [f"static const uint8_t {name}[] = {{"]
    for i in range(0, len(data), 24):
        lines.append("    " + "".join(f"{b}," for b in data[i:i + 24]))
    lines.append("};")
    return "\n".join(lines)


def entry(out, number, path, data):
    """Writes the arrays; returns the initialiser."""
    suffix = os.path.splitext(path)[1]
    kind = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    packed = gzip.compress(data, 9, mtime=0)
    etag = hashlib.sha256(data).hexdigest()[:32]
    out.append(array(f"plain_{number}", data))
    if len(packed) < len(data):
        out.append(array(f"gzip_{number}", packed))
        compressed = f"gzip_{number}, sizeof gzip_{number}"
    else:
        compressed = "NULL, 0"
    immutable = "true" if HASHED.search(path) else "false"
    return (f'{{"{path}", "{kind}", "\\"{etag}\\"", {immutable}, plain_{number}, '
            f"sizeof plain_{number}, {compressed}}}")


def console(directory):
    files = {}
    for root, _, names in os.walk(directory):
        for name in names:
            full = os.path.join(root, name)
            with open(full, "rb") as f:
                files["/" + os.path.relpath(full, directory).replace(os.sep, "/")] = f.read()
    if "/index.html" not in files:
        return {"/index.html": NO_CONSOLE, "/": NO_CONSOLE}
    files["/"] = files["/index.html"]
    return files


def main(target, description, directory):
    with open(description, encoding="utf-8") as f:
        text = json.dumps(json.load(f), separators=(",", ":"), ensure_ascii=False).encode()
    out = ['#include "api/assets.h"\n']
    described = entry(out, "description", "/v1/openapi.json", text)
    files = sorted(console(directory).items())
    entries = [entry(out, i, "/index.html" if path == "/" else path, data).replace(
        '"/index.html"', f'"{path}"', 1) for i, (path, data) in enumerate(files)]
    out.append(f"const plm_asset plm_api_description = {described};")
    out.append("const plm_asset plm_assets[] = {\n    " + ",\n    ".join(entries) + "};")
    out.append("const size_t plm_n_assets = sizeof plm_assets / sizeof *plm_assets;\n")
    with open(target, "w", encoding="utf-8") as f:
        f.write("\n\n".join(out))


main(*sys.argv[1:])
