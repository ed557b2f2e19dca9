#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tour.sh PALERMO DIR - three authorities on this machine, from a case to a closed request.
#
# Each line that begins with the code of an authority is a command of that authority's officer, as
# it would be typed there. Every step is checked: the exit status is 0 only if each did what it
# should, also those that must be refused. docs/tour.md walks through it.
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

rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '  %s\n' "$@"; }
fail() {
    printf '\nThe tour stops: %s\n' "$*" >&2
    exit 1
}

# A command at one authority's node: shown, run, its output indented. $want: the exit status that it
# must have (0). $out keeps what it printed. With $quiet nothing but the command is shown.
as() {
    local who=$1 code=0 word shown=''
    shift
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_.,/=:+-]*) shown+=" '$word'" ;;
        *) shown+=" $word" ;;
        esac
    done
    printf '  %s%s $ palermo%s%s\n' "$dim" "$who" "$shown" "$plain"
    out=$(PALERMO_HOME=$who PALERMO_KEY_FILE=$who.key "$palermo" "$@" 2>&1) || code=$?
    if [ -z "${quiet:-}" ] && [ -n "$out" ]; then
        printf '%s\n' "$out" | sed "${only:-}" | sed 's/^/      /'
    fi
    [ "$code" = "${want:-0}" ] || fail "exit status $code, not ${want:-0}, of: palermo$shown: $out"
}
# The last command must have said this.
expect() { grep -qE -- "$1" <<<"$out" || fail "it did not say \"$1\" but: $out"; }
never() { if grep -qE -- "$1" <<<"$out"; then fail "it said \"$1\": $out"; fi; }

# One value of the JSON that a command prints: json 'd[0]["run"]' WHO WORDS...
json() {
    local expression=$1 who=$2
    shift 2
    PALERMO_HOME=$who PALERMO_KEY_FILE=$who.key "$palermo" "$@" --json |
        python3 -c "import json, sys; d = json.load(sys.stdin); print($expression)"
}
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

parties=(IT-GDF AL-POL RO-NAT)
others() { local p; for p in "${parties[@]}"; do [ "$p" = "$1" ] || echo "$p"; done; }

step "1. Three authorities, each with its own key and its own store"
quiet=1 as IT-GDF init --code IT-GDF --name 'Guardia di Finanza (tour)' --kind police \
    --address "127.0.0.1:$(port)" --contact 'duty desk' --key-file IT-GDF.key
quiet=1 as AL-POL init --code AL-POL --name 'State Police (tour)' --kind police \
    --address "127.0.0.1:$(port)" --contact 'duty desk' --key-file AL-POL.key
quiet=1 as RO-NAT init --code RO-NAT --name 'Agency against Trafficking (tour)' --kind ngo \
    --address "127.0.0.1:$(port)" --contact 'hotline' --key-file RO-NAT.key
for p in "${parties[@]}"; do
    PALERMO_HOME=$p "$palermo" authority --json >"$p.party.json"
done

step "2. One accord: two purposes, the holder of a record learns first"
as IT-GDF accord draft --party IT-GDF.party.json --party AL-POL.party.json \
    --party RO-NAT.party.json --title 'Accord of the tour' --out draft.json
say 'The draft is edited: names and births are told with a released hit; a batch of 4 slots' \
    'each minute, 2 after a run (a real accord would rather say 32, once a day, for two weeks).'
python3 - <<'PYTHON'
import json
accord = json.load(open("draft.json", encoding="utf-8"))
accord["in_force_after"] = 3
accord["purposes"] = [p for p in accord["purposes"] if p["code"] != "sanctions"]
for purpose in accord["purposes"]:
    purpose["learns"] = "holder"
    purpose["approval"] = "officer"
    purpose["labels"] += ["birthDate", "name"]
    purpose["release"] = {"slots": 4, "minutes": 1, "batches": 2}
json.dump(accord, open("accord.json", "w", encoding="utf-8"), ensure_ascii=False, indent=1)
wish = {"reservations": [{"reason": "Law 678/2001: two officers answer for a disclosure",
                          "purposes": ["organised-crime"], "approval": "two-officers"}]}
json.dump(wish, open("reservations.json", "w", encoding="utf-8"), indent=1)
PYTHON
as IT-GDF accord adopt accord.json
accord=$out
for p in AL-POL RO-NAT; do quiet=1 as "$p" accord adopt accord.json; done
as IT-GDF accord ratify "${accord:0:8}" --out IT-GDF.ratification.json
as AL-POL accord ratify "${accord:0:8}" --out AL-POL.ratification.json
as RO-NAT accord ratify "${accord:0:8}" --reservations reservations.json \
    --out RO-NAT.ratification.json
say 'Each takes in what the other two signed:'
for p in "${parties[@]}"; do
    for q in $(others "$p"); do quiet=1 as "$p" accord add "$q.ratification.json"; done
done
as IT-GDF accord status "${accord:0:8}"
expect 'in force'
only='/^Purpose *organised-crime/,/each hit/!d' as IT-GDF accord explain --with RO-NAT
expect 'Two different officers'

step "3. Each loads its own register; nothing of it leaves the house"
columns='id,name,birth,nationality,phone,role,offence'
cat >IT-GDF.csv <<CSV
$columns
IT-01,Ivan Petrov,1974-05-21,RU,+79161234567,suspect,TIP.5
IT-02,Arben Hoxha,1981-03-14,AL,+355672345678,wanted,TIP.5
IT-03,Mohammed Al-Masri,1969-11-02,EG,,suspect,SOM.6
IT-04,Maria Rossi,1980-02-11,IT,+390612345678,suspect,TIP.5
IT-05,Olena Kovalenko,1999-08-12,UA,+380671234567,victim,TIP.5
IT-06,Luca Bianchi,1988-01-30,IT,,convicted,UNTOC.5
CSV
cat >AL-POL.csv <<CSV
$columns
AL-11,Иван Петров,1974-05-21,RU,,wanted,TIP.5
AL-12,"HOXHA, Arben",1981-03-14,AL,,convicted,TIP.5
AL-13,Besnik Leka,1977-09-09,AL,+355681112223,suspect,UNTOC.5
AL-14,Olena Kovalenko,1999-08-12,UA,,suspect,UNTOC.5
CSV
cat >RO-NAT.csv <<CSV
$columns
RO-21,محمد المصري,1969-11-02,EG,,suspect,SOM.6
RO-22,Олена Коваленко,1999-08-12,UA,,victim,TIP.5
RO-23,Elena Popescu,1995-04-17,RO,+40712345678,victim,TIP.5
RO-24,"PETROV, Ivan",1974-05-21,RU,+7 916 123 45 67,suspect,TIP.5
CSV
python3 - <<'PYTHON'
import json
fields = [("name", "name"), ("birthDate", "birth"), ("nationality", "nationality"),
          ("phone", "phone")]
json.dump({"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
           "kind": {"constant": "person"}, "role": {"column": "role"},
           "offences": {"column": "offence", "split": ";"},
           "properties": [{"type": t, "column": c, **({"dateFormat": ["YYYY-MM-DD"]}
                                                       if t == "birthDate" else {})}
                          for t, c in fields]}, open("mapping.json", "w"))
PYTHON
for p in "${parties[@]}"; do
    sed 's/^/      /' "$p.csv" | sed -n '2,$p'
    as "$p" load "$p.csv" --register cases --format csv --mapping mapping.json
done

step "4. No run without a case"
want=48 as IT-GDF match --with all --purpose organised-crime --case 2026/17
as IT-GDF case open 2026/17 --offence TIP.5 --offence SOM.6 --penalty 12 --transnational a --group \
    --officer 'Inspector Rossi' --supervisor 'Chief Bianchi' \
    --purpose 'who else knows the carriers'
as IT-GDF case open 2026/18 --offence TIP.5 --penalty 12 --transnational a \
    --officer 'Inspector Verdi' --supervisor 'Chief Bianchi' \
    --purpose 'is the missing woman in a shelter abroad'

# tools/console.sh goes on from here in the browser.
if [ -n "${CONSOLE:-}" ]; then exit 0; fi

step "5. The others serve; one command asks both"
for p in AL-POL RO-NAT; do
    printf '  %s%s $ palermo serve%s\n' "$dim" "$p" "$plain"
    PALERMO_HOME=$p PALERMO_KEY_FILE=$p.key "$palermo" serve --deliver-every 0 >"$p.out" 2>"$p.log" &
    servers+=($!)
done
for p in AL-POL RO-NAT; do
    for _ in $(seq 200); do grep -q listens "$p.out" && break; sleep 0.05; done
    grep -q listens "$p.out" || fail "$p does not serve"
done
as IT-GDF match --with all --purpose organised-crime --case 2026/17
expect 'AL-POL +done'
expect 'RO-NAT +done'
as IT-GDF match --with RO-NAT --purpose victim-protection --case 2026/18
asked=$(date +%s)
expect 'holder'
say 'The asker has learned nothing yet, not even a number:'
as IT-GDF hits
expect '^0 records in common'

step "6. The holder sees its hits first, with every gate laid out"
as AL-POL hits
expect 'AL-11.*'
never 'AL-14' # she is a victim elsewhere, and no hit of a suspect purpose
run_al=$(json 'd[0]["run"][:8]' AL-POL hits)
petrov=$(json '[h["hit"] for h in d if h["record"] == "AL-11"][0]' AL-POL hits)
hoxha=$(json '[h["hit"] for h in d if h["record"] == "AL-12"][0]' AL-POL hits)
as AL-POL release show "$run_al/$petrov"
expect 'open +political'
want=1 only='4,$d' as AL-POL release approve "$run_al/$petrov" --officer 'Major Gjoka' \
    --clear political
expect 'gate'
as AL-POL release approve "$run_al/$petrov" --officer 'Major Gjoka' --clear all
expect 'releasing'
say 'The other case is in truth about a protest. The officer lets the hit lapse:'
as AL-POL release lapse "$run_al/$hoxha" --officer 'Major Gjoka' --because 'political character'
expect 'lapsed'

step "7. Where a ratification reserved it, two officers; for a victim, words"
as RO-NAT hits
run_ro=$(json '[r["run"][:8] for r in d if r["purpose"] == "organised-crime"][0]' RO-NAT runs)
run_victim=$(json '[r["run"][:8] for r in d if r["purpose"] == "victim-protection"][0]' RO-NAT runs)
masri=$(json '[h["hit"] for h in d if h["record"] == "RO-21"][0]' RO-NAT hits)
olena=$(json '[h["hit"] for h in d if h["record"] == "RO-22"][0]' RO-NAT hits)
as RO-NAT release approve "$run_ro/$masri" --officer 'Officer Ionescu' --clear all
expect 'approved'
want=1 as RO-NAT release approve "$run_ro/$masri" --officer 'Officer Ionescu' --clear all
as RO-NAT release approve "$run_ro/$masri" --officer 'Officer Dumitru' --clear all
expect 'releasing'
want=2 as RO-NAT release approve "$run_victim/$olena" --officer 'Officer Ionescu' --clear all
expect 'words'
as RO-NAT release approve "$run_victim/$olena" --officer 'Officer Ionescu' --clear all \
    --because 'she has asked us to tell her family that she is safe'
expect 'releasing'

step "8. Batches leave on a schedule, alike whatever was decided"
say 'The first is due a minute after the receipt; until then there is nothing to post:'
as AL-POL release post
expect '^0 batches'
say '(waiting)'
sleep $((asked + 62 > $(date +%s) ? asked + 62 - $(date +%s) : 0))
as AL-POL release post
expect '^1 batch'
as RO-NAT release post
expect '^2 batches'
as IT-GDF deliver --with AL-POL
as IT-GDF deliver --with RO-NAT
as IT-GDF hits
for record in IT-01 IT-03 IT-05; do expect "$record"; done
never 'IT-02' # lapsed: to the asker the same as no hit
as IT-GDF release show "$run_victim/$(json '[h["hit"] for h in d if h["record"] == "IT-05"][0]' IT-GDF hits)"
expect 'Коваленко'

step "9. From the hit to a request: what is missing is told"
as IT-GDF request new --hit "$run_al/IT-01" --kind information
request=$(tail -n 1 <<<"$out")
request=${request:0:8}
want=5 as IT-GDF request check "$request"
expect '18\(15\)\(c\)'
want=5 quiet=1 as IT-GDF request send "$request"
as IT-GDF request edit "$request" --set 'subject=Trafficking in persons' \
    --set 'nature=investigation' --set 'conducted_by=Prosecutor, first section' \
    --set 'facts=Two victims named him as the driver.' \
    --set 'assistance=All addresses on record' --set 'purpose=To find the suspect'
as IT-GDF request check "$request"
as IT-GDF request send "$request"
as IT-GDF deliver --with AL-POL
expect 'AL-POL'

step "10. The other side answers, under conditions"
as AL-POL request list
expect 'received'
as AL-POL request accept "$request" --condition confidential=yes
as AL-POL request answer "$request" --text 'Rruga e Kavajës 1, Tirana, since March.' \
    --condition purpose=organised-crime --condition retention=2099-12-31
as AL-POL request answer "$request" --text 'And a second address, in Durrës.'
as IT-GDF deliver --with AL-POL
as IT-GDF request show "$request"
expect 'answered'
expect 'Tirana'

step "11. Conditions are kept: another purpose, another authority, a recall"
want=5 as IT-GDF request export "$request" --purpose victim-protection --out export.json
want=5 as IT-GDF request export "$request" --purpose organised-crime --to RO-NAT --out export.json
as IT-GDF request export "$request" --purpose organised-crime --out export.json
say 'The second address was wrong: it is taken back, and the copy is deleted.'
recalled=$(json '[s["step"] for s in d["steps"] if s["action"] == "answer"][-1]' AL-POL request show "$request")
as AL-POL request recall "$request" --step "$recalled" --text 'It was another person.'
as IT-GDF deliver --with AL-POL
as IT-GDF request show "$request"
never 'Durrës'
as IT-GDF release outcome "$run_al/$(json '[h["hit"] for h in d if h["record"] == "IT-01"][0]' IT-GDF hits)" \
    confirmed --officer 'Inspector Rossi'
as IT-GDF request close "$request" --outcome confirmed
as IT-GDF deliver --with AL-POL
as AL-POL request list
expect 'closed'

step "12. What is left to check, by anybody, at any time"
for p in "${parties[@]}"; do
    as "$p" ledger verify
done
as IT-GDF ledger report
never 'Petrov|Rossi|2026/17'
as AL-POL ledger subject --record AL-11 --officer 'Data Protection' --reason 'asked by the person'
expect 'IT-GDF'
for p in "${parties[@]}"; do
    number=$(json 'd[-1]["sequence"]' "$p" ledger list)
    quiet=1 as "$p" ledger prove "$number"
    printf '%s\n' "$out" >"$p.proof.json"
    identity=$(python3 -c "import json; print(json.load(open('$p.party.json'))['identity_key'])")
    as "$p" ledger check-proof "$p.proof.json" --identity "$identity"
done
stop_servers

step "Every step did what it should."
