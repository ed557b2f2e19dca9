# SPDX-License-Identifier: Apache-2.0
"""The published JSON Schemas and our own readers give the same verdict on the same documents.

Usage: test_schema.py ACCORD_VERDICT SOURCE_ROOT. The rules that a schema can't say are those of
spec/accord.md section 8; documents that break only one of them are marked, and then our reader must
refuse what the schema lets pass.
"""
import copy
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP no module jsonschema")
    sys.exit(0)

VERDICT, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
DELETE = object()
BOTH, OURS = "both", "ours"  # who refuses; None: nobody

TEXTS = ["", "x", "x" * 200, "x" * 201, "a\nb", "ends\n", "\x7f", "\u0085", "Ж" * 100, 7, None, []]
# Anything that may stand for anything: no reader may take the one where the other does not.
JUNK = [None, True, 0, 1, -1, 2 ** 40, 1.5, "", "x", "suspect", [], ["x"], {}, {"x": 1}]


def at(document, pointer):
    """The container and last key of a pointer; "-" appends."""
    keys = pointer.split("/")[1:]
    for key in keys[:-1]:
        document = document[int(key)] if isinstance(document, list) else document[key]
    last = keys[-1]
    return document, (last if isinstance(document, dict) or last == "-" else int(last))


def changed(document, pointer, value):
    document = copy.deepcopy(document)
    container, key = at(document, pointer)
    if value is DELETE:
        del container[key]
    elif key == "-":
        container.append(value)
    else:
        container[key] = value
    return document


PERSON_RULES = {"tables": ["ab" * 32], "records": 100, "expected_overlap": 7, "c": 2, "second_look": True}

TALLY = {"strata": ["sex", "age-group"], "tokens_each": 8, "smallest_list": 50, "pad_to": 100,
         "release": {"mechanism": "laplace", "epsilon_milli": 500},
         "budget": {"days": 365, "epsilon_milli": 1000, "tallies": 4}, "hours": 72}

STANDING = {"shortest_minutes": 60, "whole_days": 7, "last_day": "2031-12-31",
            "started_by": "officer"}
ALWAYS_WHOLE = {k: v for k, v in STANDING.items() if k != "whole_days"}

ACCORD_CHANGES = [
    # (pointer, value, who refuses it)
    ("/palermo", "accord/1", BOTH), ("/palermo", "accord/3", BOTH), ("/palermo", DELETE, BOTH),
    ("/notice_days", 0, None), ("/notice_days", 3650, None), ("/notice_days", 3651, BOTH),
    ("/notice_days", DELETE, BOTH), ("/amends", "ab" * 32, None), ("/amends", "ab" * 31, BOTH),
    ("/parties/1/languages", ["it", "ita"], None), ("/parties/1/languages", [], BOTH),
    ("/parties/1/languages", ["it", "it"], BOTH), ("/parties/1/languages", ["IT"], BOTH),
    ("/parties/1/languages", ["it\n"], BOTH), ("/parties/1/languages", list("abcdefghi"), BOTH),
    ("/parties/1/death_penalty", ["DRUGS88.3.1"], None),
    ("/parties/1/death_penalty", ["BLASPHEMY"], BOTH), ("/parties/1/death_penalty", DELETE, BOTH),
    ("/parties/1/assurances", "x", None), ("/parties/1/assurances", "", BOTH),
    ("/purposes/0/approval", "two-officers", None), ("/purposes/0/approval", "none", BOTH),
    ("/purposes/0/labels", [], None), ("/purposes/0/labels", ["name", "phone"], None),
    ("/purposes/0/labels", ["religion"], BOTH), ("/purposes/0/labels", ["name", "name"], BOTH),
    ("/purposes/0/deadlines/urgent_hours", 720, None),
    ("/purposes/0/deadlines/urgent_hours", 721, BOTH),
    ("/purposes/0/deadlines/ordinary_days", 0, BOTH),
    ("/purposes/0/deadlines", {"urgent_hours": 1}, BOTH),
    ("/purposes/0/budgets/lookups_per_hour", 10 ** 6, None),
    ("/purposes/0/budgets/lookups_per_hour", -1, BOTH),
    ("/purposes/0/person_rules", PERSON_RULES, None), ("/purposes/0/person_rules", {}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "equivalents": "cd" * 32}, None),
    ("/purposes/0/person_rules", {**PERSON_RULES, "equivalents": "cd" * 31}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "equivalents": ["cd" * 32]}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "c": 33}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "tables": ["ab" * 32] * 2}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "second_look": 1}, BOTH),
    ("/purposes/0/person_rules", {**PERSON_RULES, "expected_overlap": 0}, BOTH),
    ("/purposes/0/tally", TALLY, BOTH), ("/purposes/1/aim", "statistics", BOTH),
    ("/purposes/1/tally", TALLY, None), ("/purposes/1/tally", {}, BOTH),
    ("/purposes/1/tally", {**TALLY, "strata": ["sex", "sex"]}, BOTH),
    ("/purposes/1/tally", {**TALLY, "strata": ["religion"]}, BOTH),
    ("/purposes/1/tally", {**TALLY, "strata": []}, None),
    ("/purposes/1/tally", {**TALLY, "tokens_each": 65}, BOTH),
    ("/purposes/1/tally", {**TALLY, "smallest_list": 9}, BOTH),
    ("/purposes/1/tally", {**TALLY, "note": 1}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "none"}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "laplace"}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "laplace", "epsilon_milli": 0}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "laplace", "epsilon_milli": 1,
                                               "threshold": 2}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "suppression", "threshold": 2}}, None),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "gaussian", "rho_milli": 5},
                           "budget": {"days": 9, "epsilon_milli": 900, "delta_exponent": 6, "tallies": 4}}, None),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "gaussian", "rho_milli": 0},
                           "budget": {"days": 9, "epsilon_milli": 900, "delta_exponent": 6, "tallies": 4}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "gaussian", "epsilon_milli": 5}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "gaussian", "rho_milli": 1}}, OURS),
    ("/purposes/1/tally", {**TALLY, "budget": {"days": 365, "epsilon_milli": 1000, "delta_exponent": 13,
                                              "tallies": 4}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "release": {"mechanism": "suppression", "threshold": 1}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "budget": {"days": 1, "epsilon_milli": 1}}, BOTH),
    ("/purposes/1/tally", {**TALLY, "budget": {"days": 1, "epsilon_milli": 499, "tallies": 1}}, OURS),
    ("/purposes/1/tally", {**TALLY, "hours": 0}, BOTH),
    ("/purposes/0/standing", STANDING, None), ("/purposes/1/standing", ALWAYS_WHOLE, None),
    ("/purposes/0/standing", {}, BOTH), ("/purposes/0/standing", {**STANDING, "note": 1}, BOTH),
    ("/purposes/0/standing", {**STANDING, "shortest_minutes": 0}, BOTH),
    ("/purposes/0/standing", {**STANDING, "shortest_minutes": 525600}, None),
    ("/purposes/0/standing", {**STANDING, "shortest_minutes": 525601}, BOTH),
    ("/purposes/0/standing", {**STANDING, "whole_days": 0}, BOTH),
    ("/purposes/0/standing", {**STANDING, "whole_days": 367}, BOTH),
    ("/purposes/0/standing", {**STANDING, "last_day": "2031-02-29"}, BOTH),
    ("/purposes/0/standing", {**STANDING, "last_day": "2031-XX-XX"}, BOTH),
    ("/purposes/0/standing", {**STANDING, "last_day": "2031"}, BOTH),
    ("/purposes/0/standing", {**STANDING, "started_by": "analyst"}, BOTH),
    ("/note", 1, BOTH), ("/parties/0/note", 1, BOTH), ("/purposes/0/note", 1, BOTH),
    ("/recipe", "0" * 64, None), ("/recipe", "0" * 63, BOTH), ("/recipe", "A" * 64, BOTH),
    ("/recipe", "0" * 64 + "\n", BOTH), ("/recipe", "0" * 63 + "\n", BOTH),
    ("/in_force_after", 3, None), ("/in_force_after", 1, BOTH), ("/in_force_after", 201, BOTH),
    ("/in_force_after", 4, OURS), ("/in_force_after", 2.0, OURS), ("/in_force_after", True, BOTH),
    ("/expires", "2031-02-28", None), ("/expires", "2031-02-29", BOTH),
    ("/expires", "2031-12-31\n", BOTH), ("/expires", "20311231", BOTH), ("/expires", "2031", BOTH),
    ("/expires", "2031-XX-XX", BOTH), ("/expires", "0000-01-01", BOTH),
    ("/expires", "9999-12-31", None), ("/expires", "2031-1-01", BOTH),
    ("/parties", [], BOTH), ("/parties/2", DELETE, None),
    ("/parties/1/code", "AA-ONE", OURS), ("/parties/1/code", "X", BOTH),
    ("/parties/1/code", "X" * 32, None), ("/parties/1/code", "X" * 33, BOTH),
    ("/parties/1/code", "XX\n", BOTH), ("/parties/1/code", "É1", BOTH),
    ("/parties/1/kind", "ngo", None), ("/parties/1/kind", "NGO", BOTH),
    ("/parties/1/kind", "a-", None), ("/parties/1/kind", "-a", BOTH),
    ("/parties/1/kind", "a" * 33, BOTH), ("/parties/1/kind", "ngo\n", BOTH),
    ("/parties/1/identity_key", "f" * 64, None), ("/parties/1/identity_key", 5, BOTH),
    ("/parties/1/address", "h:1", None), ("/parties/1/address", "h:65535", None),
    ("/parties/1/address", "h:65536", BOTH), ("/parties/1/address", "h:70000", BOTH),
    ("/parties/1/address", "h:0", BOTH), ("/parties/1/address", "h:01", BOTH),
    ("/parties/1/address", "h:123456", BOTH), ("/parties/1/address", "h", BOTH),
    ("/parties/1/address", "h:", BOTH), ("/parties/1/address", "h:1\n", BOTH),
    ("/parties/1/address", "h h:1", BOTH), ("/parties/1/address", "[::1]:1", None),
    ("/parties/1/address", "[:]:1", BOTH), ("/parties/1/address", "[::1:1", BOTH),
    ("/parties/1/address", "[::g]:1", BOTH), ("/parties/1/address", "http://h:1", BOTH),
    ("/parties/1/address", "a" * 253 + ":1", None), ("/parties/1/address", "a" * 254 + ":1", BOTH),
    ("/purposes", [], BOTH), ("/purposes/1/code", "organised-crime", OURS),
    ("/purposes/1/code", "a" * 32, None), ("/purposes/1/code", "a" * 33, BOTH),
    ("/purposes/1/code", "A", BOTH), ("/purposes/1/code", "a\n", BOTH),
    ("/purposes/0/aim", "protection", None), ("/purposes/0/aim", "tally", BOTH),
    ("/purposes/1/aim", "suspect", BOTH),
    ("/purposes/0/offences/0", "UNTOC.2b", None), ("/purposes/0/offences/0", "EXTREMISM", BOTH),
    ("/purposes/0/offences/0", "UNTOC.6", BOTH), ("/purposes/0/offences/0", "UNTOC.5\n", BOTH),
    ("/purposes/0/offences", [], BOTH), ("/purposes/0/offences", ["untoc.5"], BOTH),
    ("/purposes/0/roles/asker", [], BOTH), ("/purposes/0/roles/asker", ["lost", "lost"], BOTH),
    ("/purposes/0/roles/asker", ["lost"], None), ("/purposes/0/roles/asker", ["king"], BOTH),
    ("/purposes/0/roles/asker/-", "victim", BOTH), ("/purposes/0/roles/holder/-", "witness", BOTH),
    ("/purposes/0/roles/holder/-", "missing", BOTH), ("/purposes/0/roles/both", ["lost"], BOTH),
    ("/purposes/1/roles/holder/-", "witness", None), ("/purposes/1/roles/holder/-", "suspect", None),
    ("/purposes/0/roles/holder", DELETE, BOTH), ("/purposes/0/rules", [], BOTH),
    ("/purposes/0/rules/0", "shoe size", OURS), ("/purposes/0/rules/0", "", BOTH),
    ("/purposes/0/engine", "oprf", None), ("/purposes/0/engine", "vole", None),
    ("/purposes/0/engine", "by-size", None), ("/purposes/0/engine", "hash", BOTH),
    ("/purposes/0/engine", "by-size\n", BOTH), ("/purposes/0/engine", 2, BOTH), ("/purposes/0/learns", "asker", None),
    ("/purposes/0/learns", "nobody", BOTH), ("/purposes/0/budgets", DELETE, BOTH),
    ("/purposes/0/budgets/more", 1, BOTH),
    ("/purposes/0/budgets/tokens_per_run", 1, None),
    ("/purposes/0/budgets/tokens_per_run", 2 ** 31 - 1, None),
    ("/purposes/0/budgets/tokens_per_run", 2 ** 31, BOTH),
    ("/purposes/0/budgets/tokens_per_run", 0, BOTH),
    ("/purposes/0/budgets/tokens_per_day", 10 ** 12, None),
    ("/purposes/0/budgets/tokens_per_day", 10 ** 12 + 1, BOTH),
    ("/purposes/0/budgets/tokens_per_day", 10 ** 30, BOTH),
    ("/purposes/0/budgets/runs_per_day", 10 ** 6, None),
    ("/purposes/0/budgets/runs_per_day", 10 ** 6 + 1, BOTH),
    ("/purposes/0/smallest_set", 2 ** 31 - 1, None), ("/purposes/0/smallest_set", 0, BOTH),
    ("/purposes/0/smallest_set", 2 ** 31, BOTH),
    ("/purposes/0/pad_to", 0, BOTH), ("/purposes/0/pad_to", 2 ** 31 - 1, None),
    ("/purposes/0/retention_days", 36500, None), ("/purposes/0/retention_days", 36501, BOTH),
    ("/purposes/0/retention_days", 1.5, BOTH), ("/purposes/0/retention_days", "7", BOTH),
]
# Texts that are short enough in characters and too long in bytes: only ours counts bytes.
ACCORD_CHANGES += [(p, "Ж" * 101, OURS) for p in ("/title", "/parties/0/name")]

HEAD = {"accord": "ab" * 32, "party": "AA-ONE", "time": "2026-03-01T12:34:56.789Z",
        "signature": "cd" * 64}
RESERVATION = {
    "reason": "law", "purposes": ["crime"], "counterparties": ["BB-TWO"], "offences": ["TIP.5"],
    "categories": ["witness"], "rules": ["phone"], "engines": ["vole"], "labels": ["name"],
    "holder_first": True, "refuses": True, "smallest_set": 3, "retention_days": 30,
    "approval": "two-officers", "deadlines": {"urgent_hours": 72, "ordinary_days": 30},
    "budgets": {"tokens_per_run": 5, "tokens_per_day": 6, "runs_per_day": 7,
                "lookups_per_hour": 0}}
RATIFICATION = {"palermo": "ratification/2", **HEAD, "catalogue": ["TIP.5", "UNTOC.5"],
                "reservations": [RESERVATION]}
DENUNCIATION = {"palermo": "denunciation/1", **HEAD, "last_day": "2027-01-31", "reason": "law"}


def reserved(**members):
    return [{"reason": "law", **members}]


RATIFICATION_CHANGES = [
    ("/palermo", "accord/1", BOTH), ("/note", 1, BOTH), ("/accord", "AB" * 32, BOTH),
    ("/accord", "ab" * 31, BOTH), ("/party", "aa", BOTH), ("/party", "AA\n", BOTH),
    ("/party", "A" * 32, None), ("/party", "A" * 33, BOTH), ("/party", "A", BOTH),
    ("/time", "2026-03-01T12:34:56Z", BOTH), ("/time", "2026-03-01T12:34:56.789+00:00", BOTH),
    ("/time", "2026-02-30T12:34:56.789Z", OURS), ("/time", "2026-03-01T24:00:00.000Z", BOTH),
    ("/time", "1969-12-31T23:59:59.999Z", BOTH), ("/time", "1970-01-01T00:00:00.000Z", None),
    ("/time", "2026-03-01T12:34:60.000Z", BOTH), ("/time", "2026-13-01T12:34:56.000Z", BOTH),
    ("/time", "9999-12-31T23:59:59.999Z", None), ("/time", "2026-03-01T12:34:56.789Z\n", BOTH),
    ("/reservations", ["x"], BOTH), ("/signature", "cd" * 63, BOTH), ("/signature", DELETE, BOTH),
    ("/reservations", [], None), ("/reservations", [RESERVATION] * 64, None),
    ("/reservations", [RESERVATION] * 65, BOTH), ("/reservations", reserved(), BOTH),
    ("/reservations", reserved(refuses=True), BOTH),
    ("/reservations", reserved(refuses=True, purposes=["a"]), None),
    ("/reservations", reserved(refuses=True, counterparties=["AA"]), None),
    ("/reservations", reserved(refuses=False, purposes=["a"]), BOTH),
    ("/reservations", reserved(purposes=["a"], counterparties=["AA"]), BOTH),
    ("/reservations", reserved(holder_first=True), None),
    ("/reservations", reserved(holder_first=False), BOTH),
    ("/reservations", reserved(no_standing=True), None),
    ("/reservations", reserved(no_standing=False), BOTH),
    ("/reservations", reserved(budgets={}), BOTH), ("/reservations", reserved(deadlines={}), BOTH),
    ("/reservations", reserved(budgets={"lookups_per_hour": 0}), None),
    ("/reservations", reserved(budgets={"tokens_per_run": 0}), BOTH),
    ("/reservations", reserved(budgets={"tokens": 1}), BOTH),
    ("/reservations", reserved(budgets={}, smallest_set=1), None),
    ("/reservations", reserved(offences=["EXTREMISM"]), BOTH),
    ("/reservations", reserved(offences=["TIP.5", "TIP.5"]), BOTH),
    ("/reservations", reserved(rules=["shoe size"]), OURS),
    ("/reservations", reserved(engines=["by-size"]), BOTH),
    ("/reservations", reserved(note=1, smallest_set=1), BOTH),
    ("/catalogue", [], BOTH), ("/catalogue", ["OPINION.1"], BOTH),
]
DENUNCIATION_CHANGES = [
    ("/palermo", "ratification/2", BOTH), ("/note", 1, BOTH), ("/last_day", "2027-02-29", BOTH),
    ("/last_day", "2027", BOTH), ("/reason", "", BOTH), ("/reason", "x" * 200, None),
    ("/reason", "x" * 201, BOTH), ("/reason", "Ж" * 101, OURS), ("/signature", "cd" * 63, BOTH),
]


def every_pointer(value, pointer=""):
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield f"{pointer}/{key}"
            yield from every_pointer(item, f"{pointer}/{key}")


def cases_of(base, changes):
    """(what was changed, document, who refuses it or "same" if only agreement is asked for)"""
    yield "nothing", base, None
    for pointer, value, who in changes:
        yield f"{pointer} = {value!r}"[:90], changed(base, pointer, value), who
    chance = random.Random(7)
    for pointer in every_pointer(base):
        yield f"{pointer} gone", changed(base, pointer, DELETE), "same"
        junk = JUNK + TEXTS if base.get("purposes") is None else chance.sample(JUNK + TEXTS, 5)
        for value in junk:
            if "/rules" in pointer and isinstance(value, (str, list)):
                continue  # which rules there are is the recipe's business
            yield f"{pointer} = {value!r}"[:90], changed(base, pointer, value), "same"


def ours(kind, documents):
    with tempfile.TemporaryDirectory() as directory:
        paths = []
        for i, document in enumerate(documents):
            paths.append(f"{directory}/{i}.json")
            pathlib.Path(paths[-1]).write_text(json.dumps(document), encoding="utf-8")
        out = subprocess.run([VERDICT, kind, *paths], capture_output=True, text=True, check=True)
    verdicts = out.stdout.split()
    assert len(verdicts) == len(paths) and "error" not in verdicts, out.stdout[-200:]
    return [v == "ok" for v in verdicts]


def test_agreement(kind, base, changes):
    schema = json.loads((ROOT / "spec" / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker(formats=["date"]))
    cases = list(cases_of(base, changes))
    bad = 0
    for (what, document, who), taken in zip(cases, ours(kind, [c[1] for c in cases])):
        by_schema = validator.is_valid(document)
        good = (by_schema == taken if who == "same" else
                (by_schema, taken) == (who != BOTH, who is None))
        if not good:
            bad += 1
            print(f"# {kind}: {what}: schema {by_schema}, we {taken}, expected {who}")
    print(f"# {kind}: {len(cases)} documents")
    return bad == 0


def test_catalogue():
    """The schema's offences are the catalogue, and its roles the whole set."""
    schema = json.loads((ROOT / "spec" / "accord.schema.json").read_text(encoding="utf-8"))
    codes = json.loads(subprocess.run(
        [sys.executable, ROOT / "tools" / "make_catalogue.py", "--codes",
         ROOT / "src" / "accord" / "catalogue.tsv"], capture_output=True, text=True,
        check=True).stdout)
    if schema["$defs"]["offence"]["enum"] != codes:
        print("# offences of spec/accord.schema.json are not those of src/accord/catalogue.tsv")
        return False
    other = json.loads((ROOT / "spec" / "ratification.schema.json").read_text(encoding="utf-8"))
    labels = subprocess.run([VERDICT, "labels"], capture_output=True, text=True,
                            check=True).stdout.split()
    for name in ("offence", "role", "label", "approval"):
        if schema["$defs"][name] != other["$defs"][name]:
            print(f"# {name} is not the same in the two schemas")
            return False
    if schema["$defs"]["label"]["enum"] != labels:
        print(f"# labels of spec/accord.schema.json are not {labels}")
        return False
    return True


def test_engine_by_size():
    """The number of tokens that spec/accord.md gives for "by-size" is the policy's."""
    policy = (ROOT / "src" / "accord" / "policy.h").read_text(encoding="utf-8")
    text = (ROOT / "spec" / "accord.md").read_text(encoding="utf-8")
    number = re.search(r"PLM_ENGINE_BY_SIZE = (\d+)", policy)
    if number is None or f"is at least **{number.group(1)}**" not in text:
        print("# spec/accord.md section 3 does not give src/accord/policy.h's number")
        return False
    return True


def main():
    draft = json.loads(subprocess.run([VERDICT, "draft"], capture_output=True, text=True,
                                      check=True).stdout)
    tests = [
        ("accords", lambda: test_agreement("accord", draft, ACCORD_CHANGES)),
        ("ratifications",
         lambda: test_agreement("ratification", RATIFICATION, RATIFICATION_CHANGES)),
        ("denunciations",
         lambda: test_agreement("denunciation", DENUNCIATION, DENUNCIATION_CHANGES)),
        ("catalogue", test_catalogue),
        ("engine by size", test_engine_by_size),
    ]
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        good = test()
        failed += not good
        print(f"{'' if good else 'not '}ok {number} - {name}")
    print(f"1..{len(tests)}")
    return 1 if failed else 0


sys.exit(main())
