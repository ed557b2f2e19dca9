#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tally.sh PALERMO COVERAGE DIR - four bodies that know victims count them together, linking nobody.
#
# First four real nodes on this machine, each with a synthetic list drawn from one hidden population;
# then the same with many other populations, the whole protocol each time in one process, to see how
# often the estimate's interval holds the truth. SEEDS=n: of how many (20).
set -euo pipefail

palermo=$(realpath "$1")
coverage=$(realpath "$2")
dir=$3
seeds=${SEEDS:-20}
here=$(dirname "$(realpath "$0")")

bold=''; dim=''; plain=''
if [ -t 1 ]; then bold=$(printf '\033[1m'); dim=$(printf '\033[2m'); plain=$(printf '\033[0m'); fi

servers=()
stop_servers() {
    local pid
    for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${servers[@]}"; do wait "$pid" 2>/dev/null || true; done
    servers=()
}
trap stop_servers EXIT

rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '  %s\n' "$@"; }
# A command at one body's node, shown and run.
as() {
    local who=$1
    shift
    printf '  %s%s $ palermo %s%s\n' "$dim" "$who" "$*" "$plain"
    PALERMO_HOME=$who PALERMO_KEY_FILE=$who.key "$palermo" "$@" | sed 's/^/      /'
}
quietly() {
    local who=$1
    shift
    PALERMO_HOME=$who PALERMO_KEY_FILE=$who.key "$palermo" "$@" >/dev/null
}
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

parties=(NAT-RAP POLICE HOTLINE SHELTER)

step "1. A hidden population of 1,000 persons, and four lists of some of them"
truth=$(python3 "$here/tally_lists.py" "${parties[@]}")
for p in "${parties[@]}"; do say "$p: $(($(wc -l <"$p.csv") - 1)) records"; done

step "2. Four nodes, one accord: victims may be counted, with noise, and nothing else"
for p in "${parties[@]}"; do
    quietly "$p" init --code "$p" --name "$p (tally)" --kind ngo --address "127.0.0.1:$(port)" \
        --contact 'duty desk' --key-file "$p.key"
    PALERMO_HOME=$p "$palermo" authority --json >"$p.party.json"
    quietly "$p" load "$p.csv" --register list --format csv --mapping mapping.json
done
python3 "$here/tally_lists.py" --accord "$palermo" "${parties[@]}"
hash=''
for p in "${parties[@]}"; do
    hash=$(PALERMO_HOME=$p "$palermo" accord adopt accord.json)
    quietly "$p" accord ratify "$hash" --out "$p.ratification.json"
done
for p in "${parties[@]}"; do
    for q in "${parties[@]}"; do [ "$p" = "$q" ] || quietly "$p" accord add "$q.ratification.json"; done
done
PALERMO_HOME=NAT-RAP "$palermo" accord explain "$hash" --with POLICE | sed -n '/^tally /,/is over/p' | sed 's/^/  /'

step "3. The national rapporteur proposes; the nodes do the rest by themselves"
for p in "${parties[@]}"; do
    PALERMO_HOME=$p PALERMO_KEY_FILE=$p.key "$palermo" serve --deliver-every 1 >"$p.log" 2>&1 &
    servers+=($!)
done
as NAT-RAP tally propose --with POLICE --with HOTLINE --with SHELTER --purpose victims \
    --officer Rapporteur
id=$(PALERMO_HOME=NAT-RAP "$palermo" tally list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["tally"][:12])')
for _ in $(seq 240); do
    all=1
    for p in "${parties[@]}"; do
        PALERMO_HOME=$p "$palermo" tally show "$id" --json 2>/dev/null | grep -q '"state": "done"' || all=0
    done
    [ "$all" = 1 ] && break
    sleep 0.5
done
[ "$all" = 1 ] || { as NAT-RAP tally show "$id"; echo 'The tally did not end.' >&2; exit 1; }
as NAT-RAP tally show "$id"
as SHELTER tally table "$id"
for p in "${parties[@]}"; do
    PALERMO_HOME=$p "$palermo" tally table "$id" --json >"$p.table.json"
    cmp -s "$p.table.json" NAT-RAP.table.json || { echo "$p has another table" >&2; exit 1; }
    quietly "$p" ledger verify
done
say "All four have the same table, with four signatures; their ledgers verify."
stop_servers

step "4. How many are on no list?"
PALERMO_HOME=NAT-RAP "$palermo" tally estimate "$id" --quick --html report.html --json >estimate.json
python3 - "$truth" <<'PYTHON'
import json
import sys
truth = int(sys.argv[1])
for m in json.load(open("estimate.json"))["methods"]:
    if m["method"] == "errors":
        held = m["low"] is not None and m["high"] is not None and m["low"] <= truth <= m["high"]
        print(f"  with the noise taken into account: {m['estimate']:.0f} "
              f"({m['low']:.0f} to {m['high']:.0f}); the truth is {truth}: "
              f"{'inside' if held else 'OUTSIDE (as one in twenty is)'}")
PYTHON
say "The whole report: $dir/report.html"

step "5. The same with $seeds other populations, the whole protocol each time"
"$coverage" protocol "$seeds" | sed 's/^/  /'
