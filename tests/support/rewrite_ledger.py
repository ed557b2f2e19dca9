# SPDX-License-Identifier: Apache-2.0
"""Rewrites the past of a ledger: rewrite_ledger.py STORE SEQUENCE

Adds a byte to that entry's body, and makes chain and tree fit again, as who owns the machine can.
"""

import hashlib
import sqlite3
import struct
import sys


def main(path, changed):
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT sequence, time_ms, kind, body FROM ledger ORDER BY sequence"
                          ).fetchall()
        previous, peaks = b"\0" * 32, {}
        for sequence, time_ms, kind, body in rows:
            if sequence == changed:
                body += b"!"
            name = kind.encode()
            entry = (previous + struct.pack(">QQH", sequence, time_ms, len(name)) + name +
                     struct.pack(">I", len(body)) + body)
            previous = hashlib.blake2b(entry, digest_size=32).digest()
            nodes = [hashlib.sha256(b"\0" + entry).digest()]
            level = 0
            while (sequence - 1) >> level & 1:
                nodes.append(hashlib.sha256(b"\1" + peaks[level] + nodes[level]).digest())
                level += 1
            peaks[level] = nodes[level]
            db.execute("UPDATE ledger SET body = ?, hash = ? WHERE sequence = ?",
                       (body, previous, sequence))
            db.execute("UPDATE ledger_tree SET nodes = ? WHERE sequence = ?",
                       (b"".join(nodes), sequence))
    db.close()


main(sys.argv[1], int(sys.argv[2]))
