#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# console.sh PALERMO DIR - the three authorities of the tour (docs/tour.md) with their consoles, until
# Ctrl-C: an accord in force, a register each, a case, and hits that wait for a decision.
set -euo pipefail

palermo=$(realpath "$1")
dir=$2

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
trap 'exit 0' INT TERM

printf 'Three authorities are made, with an accord, registers, a case and hits ...\n'
# The tour's first steps make the authorities, their accord and their registers.
CONSOLE=1 "$(dirname "$0")/tour.sh" "$palermo" "$dir" >"${dir%/}.log" 2>&1 || {
    tail -n 20 "${dir%/}.log" >&2
    echo "console.sh: the authorities could not be set up; all of it is in ${dir%/}.log" >&2
    exit 1
}
cd "$dir"

password=$(python3 -c 'import secrets; print("-".join(secrets.token_hex(2) for _ in range(4)))')
printf '%s\n' "$password" >password
chmod 600 password

parties=(IT-GDF AL-POL RO-NAT)
users=(analyst officer supervisor auditor)
for p in "${parties[@]}"; do
    for user in "${users[@]}"; do
        PALERMO_HOME=$p "$palermo" user add "$user" --role "$user" --passphrase-file password \
            >/dev/null
    done
    PALERMO_HOME=$p "$palermo" user add colleague --role officer --passphrase-file password \
        >/dev/null
    PALERMO_HOME=$p PALERMO_KEY_FILE=$p.key "$palermo" serve --api 127.0.0.1:0 --deliver-every 5 \
        >"$p.out" 2>"$p.log" &
    servers+=($!)
done
for p in "${parties[@]}"; do
    for _ in $(seq 200); do grep -q 'API is at http' "$p.out" && break; sleep 0.05; done
    grep -q 'API is at http' "$p.out" || { cat "$p.log" >&2; exit 1; }
done

# One run from Italy, so that the others have something to decide.
PALERMO_HOME=IT-GDF PALERMO_KEY_FILE=IT-GDF.key "$palermo" match --with all \
    --purpose organised-crime --case 2026/17 >/dev/null 2>>IT-GDF.log || true

printf '\n%sThree authorities, and their consoles%s\n' "$bold" "$plain"
for p in "${parties[@]}"; do
    printf '  %-8s %s\n' "$p" "$(sed -n 's/.*API is at \(http.*\)/\1/p' "$p.out" | head -n 1)"
done
printf '\n  users     %s colleague (a second officer)\n  password  %s\n' "${users[*]}" "$password"
printf '\n  %sAL-POL and RO-NAT have hits to decide on; what they release reaches IT-GDF within two minutes.\n' "$dim"
printf '  Everything is in %s. Ctrl-C stops it.%s\n' "$PWD" "$plain"
wait
