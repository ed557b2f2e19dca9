#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""palermo evaluate on lists whose persons in common are known. Usage: test_evaluate.py PALERMO ROGUE

The figures that spec/resolution.md and docs/evaluation.md promise: with a table of frequencies that
was not made from the records that are matched, and at the cut that the program proposes. FEBRL's
and the UN's lists are read from ../shared/data where that is there; without it the synthetic
population alone is tried.
"""
import collections
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PERSONS = os.path.join(ROOT, "..", "shared", "data", "persons")
PALERMO = sys.argv[1]
FEBRL = ("given_name surname street_number address_1 address_2 suburb postcode state date_of_birth "
         "soc_sec_id").split()
NAMES = [{"type": "name", "template": "{given_name} {surname}"},
         {"type": "birthDate", "column": "date_of_birth", "dateFormat": "YYYYMMDD"}]
ADDRESS = ([{"type": "address", "column": c} for c in ("address_1", "address_2", "suburb")]
           + [{"type": "postcode", "column": "postcode"}])
NUMBER = [{"type": "document", "column": "soc_sec_id", "country": {"constant": "AU"}}]


class Tap:
    count = failed = 0


def check(good, what):
    Tap.count += 1
    Tap.failed += not good
    print(f"{'ok' if good else 'not ok'} {Tap.count} - {what}", flush=True)


def febrl(name):
    with open(os.path.join(PERSONS, f"febrl-dataset{name}.csv"), encoding="utf-8") as f:
        for row in csv.DictReader(f, skipinitialspace=True):
            yield {k.strip(): (v or "").strip() for k, v in row.items()}


def write_csv(path, columns, rows):
    """Rows in an order that says nothing of who is whom."""
    rows = list(rows)
    random.Random(7).shuffle(rows)
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(columns)
        writer.writerows(rows)


def write_mapping(path, properties):
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
                   "kind": {"constant": "person"}, "properties": properties}, f)


def evaluate(*arguments):
    done = subprocess.run([PALERMO, "evaluate", "--json", *arguments], capture_output=True,
                          check=False, text=True)
    if done.returncode != 0:
        print("# " + done.stderr.replace("\n", "\n# "))
        return {"f1": 0, "candidates_per_pair": 0, "tokens_per_record": [0, 0]}
    trial = json.loads(done.stdout)["trials"][0]
    print(f"# {' '.join(arguments[-4:])}: F1 {trial['f1']:.4f} precision {trial['precision']:.4f} "
          f"recall {trial['recall']:.4f}, {trial['candidates_per_pair']:.2f} candidates per pair, "
          f"{trial['tokens_per_record'][0]:.0f} tokens a record")
    return trial


def looks(lists, first, second, what):
    """Tokens alone at c = 2, and with the second look at c = 0."""
    alone = evaluate(*lists, "--look", "first", "--c", "2")
    check(alone["f1"] >= first, f"{what}: tokens alone, F1 {alone['f1']:.4f}, at least {first}")
    if second is not None:
        both = evaluate(*lists, "--look", "second", "--c", "0")
        check(both["f1"] >= second, f"{what}: second look, F1 {both['f1']:.4f}, at least {second}")


def febrl_table(path):
    """Of the -org rows of sets 1 to 3: other persons of the same population."""
    counts, n = collections.Counter(), 0
    for row in (row for name in "123" for row in febrl(name) if row["rec_id"].endswith("-org")):
        n += 1
        found = {("name", word) for column in ("given_name", "surname")
                 for word in re.findall("[a-z]+", re.sub("['-]", " ", row[column]))}
        found |= {("address", " ".join(re.findall("[a-z0-9]+", row[column])))
                  for column in ("address_1", "address_2", "suburb")}
        found.add(("postcode", row["postcode"]))
        counts.update(pair for pair in found if pair[1])
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"palermo-frequencies/1\nname: febrl\npopulation: FEBRL\ndate: 2004\npersons: {n}\n"
                "made: from other records of the generator\n\n")
        f.writelines(f"{kind}\t{value}\t{m}\n" for (kind, value), m in sorted(counts.items()))


def test_febrl(folder):
    def at(name):
        return os.path.join(folder, name)

    numbers = collections.defaultdict(list)
    for letter, left_out in (("a", 3), ("b", 2)):
        rows = [(int(row["rec_id"].split("-")[1]), row) for row in febrl("4" + letter)]
        for name, kept in (("half", [r for r in rows if r[0] % 4 != left_out]), ("whole", rows)):
            write_csv(at(f"{name}-{letter}.csv"), ["id"] + FEBRL,
                      ([number] + [row[c] for c in FEBRL] for number, row in kept))
            numbers[name].append({number for number, _ in kept})
    for name, (ours, theirs) in numbers.items():
        write_csv(at(f"{name}-truth.csv"), ["a", "b"], ((n, n) for n in sorted(ours & theirs)))
    check((len(numbers["half"][0] & numbers["half"][1]), len(numbers["whole"][0])) == (2500, 5000),
          "febrl4half has 2,500 pairs, febrl4 5,000")
    write_mapping(at("names.json"), NAMES)
    write_mapping(at("address.json"), NAMES + ADDRESS)
    write_mapping(at("number.json"), NAMES + ADDRESS + NUMBER)
    febrl_table(at("febrl.tsv"))
    for lists, mapping, first, second, what in (
            ("half", "names", 0.968, 0.976, "febrl4half, names and date of birth"),
            ("half", "address", 0.998, 0.9997, "febrl4half, all but the number"),
            ("whole", "number", 1.0, None, "febrl4, everything")):
        looks([at(f"{lists}-a.csv"), at(f"{lists}-b.csv"), "--truth", at(f"{lists}-truth.csv"),
               "--mapping", at(mapping + ".json"), "--table", at("febrl.tsv")], first, second, what)


def test_un(folder):
    def at(name):
        return os.path.join(folder, name)

    people = collections.defaultdict(list)
    with open(os.path.join(PERSONS, "un-persons-variants.tsv"), encoding="utf-8") as f:
        for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            people[row["id"]].append(row)
    columns = ["id", "name", "dob"]
    for name, is_other in (("original", lambda row: row["role"] == "orig"),
                           ("alias", lambda row: row["role"] == "alias"
                            and row["script"] == "LATIN")):
        pairs = [([r for r in rows if r["role"] == "name"][0], [r for r in rows if is_other(r)][0])
                 for rows in people.values()
                 if any(r["role"] == "name" for r in rows) and any(map(is_other, rows))]
        write_csv(at(f"un-name-{name}.csv"), columns, ([a[c] for c in columns] for a, _ in pairs))
        write_csv(at(f"un-{name}.csv"), columns,
                  sorted([b[c] for c in columns] for _, b in pairs))
    write_mapping(at("un.json"), [
        {"type": "name", "column": "name"},
        {"type": "birthDate", "column": "dob", "dateFormat": ["YYYY-MM-DD", "YYYY-MM", "YYYY"]}])
    for name, first, second in (("original", 0.90, 0.93), ("alias", 0.85, 0.85)):
        looks([at(f"un-name-{name}.csv"), at(f"un-{name}.csv"), "--same-id", "--mapping",
               at("un.json"), "--table", "arabic"], first, second, f"UN list, Latin and {name}")


def test_population(folder):
    """3,000 persons a side here; docs/evaluation.md has the figure for 100,000."""
    out = os.path.join(folder, "population")
    subprocess.run([PALERMO, "synth", "--population", "--out", out, "--persons-a", "3000",
                    "--persons-b", "3000", "--common", "1500", "--seed", "5"], check=True,
                   stdout=subprocess.DEVNULL)
    lists = [f"{out}/a.csv", f"{out}/b.csv", "--truth", f"{out}/truth.csv", "--mapping",
             f"{out}/mapping.json", "--table", "us"]
    looks(lists, 0.98, 0.98, "synthetic population")
    picture = os.path.join(folder, "curve.svg")
    strict = evaluate(*lists, "--svg", picture, "--look", "first", "--c", "4")
    lax = evaluate(*lists, "--look", "first", "--c", "0")
    check(strict["candidates_per_pair"] < lax["candidates_per_pair"], "a higher c discloses less")
    with open(picture, encoding="utf-8") as f:
        drawn = f.read()
    check(drawn.count("<circle") == 1, "the picture has the proposed cut")
    check(drawn.count("stroke-dasharray") == 2, "its legend shows the curve's dashes")


def small_population(folder, n):
    out = os.path.join(folder, f"small-{n}")
    subprocess.run([PALERMO, "synth", "--population", "--out", out, "--persons-a", str(n),
                    "--persons-b", str(n), "--common", str(n // 2), "--seed", "11"], check=True,
                   stdout=subprocess.DEVNULL)
    return out, [f"{out}/a.csv", f"{out}/b.csv", "--mapping", f"{out}/mapping.json", "--table",
                 "us", "--look", "first"]


def test_small(folder):
    """No date of birth alone is a hit: precision holds however small the lists are."""
    for n in (500, 2000):
        out, lists = small_population(folder, n)
        trial = evaluate(*lists, "--truth", f"{out}/truth.csv", "--c", "0")
        check(trial.get("precision", 0) >= 0.98, f"{n} and {n} persons, tokens alone, precision")
        check(trial["f1"] >= 0.985, f"{n} and {n} persons, tokens alone, F1")


def test_truth(folder):
    """The truth is CSV, and ids of nobody are told and counted."""
    out, lists = small_population(folder, 200)
    with open(f"{out}/truth.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    path = os.path.join(folder, "quoted.csv")

    def judge(rows):
        with open(path, "w", encoding="utf-8", newline="") as f:
            csv.writer(f, quoting=csv.QUOTE_ALL).writerows(rows)
        return subprocess.run([PALERMO, "evaluate", "--json", *lists, "--c", "4", "--truth", path],
                              capture_output=True, check=False, text=True)

    plain = json.loads(judge(rows).stdout)
    check(plain["pairs"] == 100 and plain["unknown_a"] == plain["unknown_b"] == 0,
          "ids in quotes are ids")
    nobody = judge([*rows, ["no, body", rows[1][1]], ["nobody", "nobody"]])
    told = json.loads(nobody.stdout)
    check((told["unknown_a"], told["unknown_b"]) == (2, 1), "ids of no record are counted")
    check("2 ids of no record of A, 1 of no record of B: 1 of 101 pairs" in nobody.stderr,
          "and told: " + nobody.stderr.strip())
    check(judge([rows[0], ["nobody", "nobody"]]).returncode != 0, "a truth of nobody is refused")
    broken = judge([*rows, ["alone"]])
    check(broken.returncode != 0 and f"quoted.csv:{len(rows) + 1}: not two ids" in broken.stderr,
          "a row of one id is told with its line")


def main():
    with tempfile.TemporaryDirectory(prefix="palermo-test-") as folder:
        test_population(folder)
        test_small(folder)
        test_truth(folder)
        if os.path.isdir(PERSONS):
            test_febrl(folder)
            test_un(folder)
        else:
            print("# ../shared/data is not there: FEBRL and the UN list are skipped")
    print(f"1..{Tap.count}")
    return 1 if Tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
