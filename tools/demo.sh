#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# demo.sh PALERMO DIR [LISTS] - two authorities on this machine find what they have in common.
#
# Without LISTS: two synthetic registers with a known overlap. With LISTS, a folder that holds a UN
# consolidated list (un-consolidated*.xml) and OFAC's ofac-sdn*.csv, ofac-alt*.csv, ofac-add*.csv:
# the UN list against the OFAC list.
set -euo pipefail

palermo=$(realpath "$1")
dir=$2
lists=${3:-}

bold=''; dim=''; plain=''
if [ -t 1 ]; then bold=$(printf '\033[1m'); dim=$(printf '\033[2m'); plain=$(printf '\033[0m'); fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s  $ palermo %s%s\n' "$dim" "$*" "$plain"; }

server=''
stop_server() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
}
trap stop_server EXIT

rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"
a() { "$palermo" "$1" --home a "${@:2}"; }
b() { "$palermo" "$1" --home b "${@:2}"; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

step "1. Two authorities, each with its own key and its own store"
show "init --code IT-GDF ... ; palermo init --code AL-POL ..."
a init --code IT-GDF --name "Guardia di Finanza (demo)" --kind fiu --address 127.0.0.1:1 \
    --contact "duty desk" --key-file a.key >/dev/null
b init --code AL-POL --name "State Police (demo)" --kind police --address "127.0.0.1:$port" \
    --contact "duty desk" --key-file b.key >/dev/null
a authority --json >a.party.json
b authority --json >b.party.json
echo "  IT-GDF in $dir/a, AL-POL in $dir/b; neither reads the other's"

step "2. An accord, adopted and ratified by both"
show "accord draft --party a.party.json --party b.party.json --learns both"
"$palermo" accord draft --party a.party.json --party b.party.json --learns both \
    --tokens-per-run 10000000 --tokens-per-day 100000000 --out accord.json
hash=$("$palermo" accord adopt --home a accord.json)
"$palermo" accord adopt --home b accord.json >/dev/null
"$palermo" accord ratify --home a --key-file a.key "$hash" --out a.ratification.json
"$palermo" accord ratify --home b --key-file b.key "$hash" --out b.ratification.json
"$palermo" accord add --home a b.ratification.json | sed 's/^/  /'
"$palermo" accord add --home b a.ratification.json | sed 's/^/  /'
echo "  in force: ${hash:0:16}..."

step "3. Each loads its own register"
if [ -n "$lists" ]; then
    purpose=sanctions
    offence=UNSC.41
    show "load un-consolidated.xml --register un --format un --role listed --offence UNSC.41"
    a load "$lists"/un-consolidated*.xml --register un --format un --role listed \
        --offence UNSC.41 --quiet || [ $? -eq 3 ]
    show "load sdn.csv alt.csv add.csv --register ofac --format ofac --role listed --offence UNSC.41"
    b load "$lists"/ofac-sdn*.csv "$lists"/ofac-alt*.csv "$lists"/ofac-add*.csv --register ofac \
        --format ofac --role listed --offence UNSC.41 --quiet || [ $? -eq 3 ]
else
    purpose=organised-crime
    offence=TIP.5
    show "synth --seed 2000 --persons-a 2000 --persons-b 3000 --common 400 --out synth"
    "$palermo" synth --seed 2000 --persons-a 2000 --persons-b 3000 --common 400 --out synth
    show "load a.csv --register case-files --format csv --mapping mapping.json"
    a load synth/a.csv --register case-files --format csv --mapping synth/mapping.json --quiet ||
        [ $? -eq 3 ]
    b load synth/b.csv --register intelligence --format csv --mapping synth/mapping.json --quiet ||
        [ $? -eq 3 ]
fi

step "4. No run without a case at home: an offence, a penalty, a border crossed, two persons"
show "case open 2026/17 --offence $offence --penalty 8 --transnational a --group ..."
"$palermo" case open --home a 2026/17 --offence "$offence" --penalty 8 --transnational a --group \
    --officer "Inspector Rossi" --supervisor "Chief Bianchi" \
    --purpose "which of our suspects AL-POL knows" | sed 's/^/  /'

step "5. One serves, the other asks: over TLS 1.3, each pinned to the other's key"
"$palermo" serve --home b --key-file b.key >serve.out 2>serve.log &
server=$!
for _ in $(seq 100); do
    if grep -q listens serve.out; then break; fi
    sleep 0.1
done
show "match --with AL-POL --purpose $purpose --case 2026/17"
"$palermo" match --home a --key-file a.key --with AL-POL --purpose "$purpose" --case 2026/17 |
    sed 's/^/  /'
stop_server
server=''

step "6. What each side learned"
for side in a b; do
    "$palermo" hits --home "$side" --json >"$side.hits.json"
    [ "$side" = a ] && who=IT-GDF || who=AL-POL
    printf '  %s (its own records that the other has too; the first 5):\n' "$who"
    "$palermo" hits --home "$side" | sed -n '2,6p' | sed 's/^/  /'
done
count() { grep -c '"record"' "$1" || true; }
echo "  IT-GDF: $(count a.hits.json) records in common; AL-POL: $(count b.hits.json)"

step "7. What neither learned"
for side in a b; do
    [ "$side" = a ] && who=IT-GDF || who=AL-POL
    [ "$side" = a ] && other=AL-POL || other=IT-GDF
    printf '  %s: nothing of %s'\''s other records but how many tokens they make (rounded up)\n' \
        "$who" "$other"
done
echo "  Both hold the same receipt, signed by both; 'palermo ledger verify' checks the chain:"
for side in a b; do "$palermo" ledger verify --home "$side" | sed 's/^/    /'; done

if [ -z "$lists" ]; then
    step "8. Against the planted truth"
    "$palermo" synth --score synth/truth.csv --hits-a a.hits.json --hits-b b.hits.json | sed 's/^/  /'
fi
