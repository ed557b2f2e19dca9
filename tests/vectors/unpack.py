#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""unpack.py FOLDER OUT: the reference posteriors of N, if FOLDER has them, as plain files beside OUT."""

import glob
import gzip
import os
import sys


def main(folder, out):
    directory = os.path.dirname(os.path.abspath(out))
    for path in glob.glob(os.path.join(folder, "fixtures", "dga_postN_*.csv.gz")):
        name = os.path.basename(path)[len("dga_postN_"):-len(".csv.gz")]
        with gzip.open(path, "rb") as packed:
            text = packed.read()
        with open(os.path.join(directory, f"postN-{name}.csv"), "wb") as plain:
            plain.write(text)
    with open(out, "w", encoding="utf-8") as stamp:
        stamp.write("/* unpacked */\n")


main(*sys.argv[1:])
