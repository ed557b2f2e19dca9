# SPDX-License-Identifier: Apache-2.0
"""Lists of a hidden population for tools/tally.sh, and the accord of those who keep them.

tally_lists.py CODE...                  writes CODE.csv for each and mapping.json; prints the truth
tally_lists.py --accord PALERMO CODE... writes accord.json from CODE.party.json
"""
import json
import random
import subprocess
import sys

TRUTH = 1000
ODDS = [.25, .2, .15, .3]
TOGETHER = 3  # odds ratio of the first two lists: who is known to one is known to the other


def histories(n):
    weights = []
    for h in range(1 << n):
        weight = TOGETHER if h & 3 == 3 else 1
        for i in range(n):
            weight *= ODDS[i] if h >> i & 1 else 1
        weights.append(weight)
    return weights


def write_lists(codes):
    rng = random.Random(7)
    lists = [[] for _ in codes]
    for person, history in enumerate(rng.choices(range(1 << len(codes)), histories(len(codes)),
                                                 k=TRUTH)):
        row = [f"Person Number{person}", f"{1975 + person % 35}-{1 + person % 12:02}-{1 + person % 28:02}",
               f"+35567{2000000 + person}", "female" if person % 3 else "male"]
        for i in range(len(codes)):
            if history >> i & 1:
                # Every list has its own ids, and now and then no telephone number.
                phone = row[2] if rng.random() < .8 else ""
                lists[i].append([f"{codes[i]}-{len(lists[i])}", row[0], row[1], phone, row[3]])
    for code, rows in zip(codes, lists):
        rng.shuffle(rows)
        with open(f"{code}.csv", "w", encoding="utf-8") as f:
            f.write("id,name,birth,phone,sex\n")
            f.writelines(",".join(row) + "\n" for row in rows)
    with open("mapping.json", "w", encoding="utf-8") as f:
        json.dump({"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
                   "kind": {"constant": "person"}, "role": {"constant": "victim"},
                   "offences": {"constant": "TIP.5"}, "sex": {"column": "sex"},
                   "properties": [
                       {"type": "name", "column": "name"},
                       {"type": "birthDate", "column": "birth", "dateFormat": ["YYYY-MM-DD"]},
                       {"type": "phone", "column": "phone"}]}, f)
    print(TRUTH)


def write_accord(palermo, codes):
    words = [w for c in codes for w in ("--party", f"{c}.party.json")]
    draft = json.loads(subprocess.run([palermo, "accord", "draft", *words], check=True,
                                      capture_output=True, text=True).stdout)
    purpose = draft["purposes"][1]
    purpose.update(
        code="victims", title="How many victims are there", aim="statistics", offences=["TIP.5"],
        roles={"asker": ["victim"], "holder": ["victim"]}, rules=["name+birthDate", "phone"],
        approval="automatic", labels=[],
        tally={"strata": ["sex", "age-group"], "tokens_each": 4, "smallest_list": 50, "pad_to": 20,
               "release": {"mechanism": "laplace", "epsilon_milli": 1000},
               "budget": {"days": 365, "epsilon_milli": 2000, "tallies": 4}, "hours": 24})
    draft["purposes"] = [purpose]
    draft["title"] = "Accord on counting victims"
    with open("accord.json", "w", encoding="utf-8") as f:
        json.dump(draft, f, indent=1)


if sys.argv[1] == "--accord":
    write_accord(sys.argv[2], sys.argv[3:])
else:
    write_lists(sys.argv[1:])
