#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example against comm(1), and what it says of a file with a line twice.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
seq 1 3 3000 | sed 's/^/line /' >"$dir/mine"
seq 1 5 4000 | sed 's/^/line /' >"$dir/theirs"
"$1" "$dir/mine" "$dir/theirs" | sort >"$dir/found"
sort "$dir/mine" >"$dir/mine.sorted"
sort "$dir/theirs" >"$dir/theirs.sorted"
comm -12 "$dir/mine.sorted" "$dir/theirs.sorted" >"$dir/wanted"
if [ -s "$dir/wanted" ] && cmp -s "$dir/found" "$dir/wanted"; then
    echo "ok 1 - the lines that both files have"
else
    echo "not ok 1 - the lines that both files have"
fi
echo "line 1" >>"$dir/mine"
if "$1" "$dir/mine" "$dir/theirs" >/dev/null 2>"$dir/said"; then
    echo "not ok 2 - a line twice is refused"
else
    echo "ok 2 - a line twice is refused"
fi
: >"$dir/empty"
if [ -z "$("$1" "$dir/empty" "$dir/theirs")" ]; then
    echo "ok 3 - an empty file has nothing in common"
else
    echo "not ok 3 - an empty file has nothing in common"
fi
echo "1..3"
