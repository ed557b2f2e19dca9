# SPDX-License-Identifier: Apache-2.0
"""The published schema of requests and our own reader give the same verdict on the same documents:
each kind, each direction, each field left out, blank, or replaced by something else.

Usage: test_request_schema.py REQUEST_VERDICT SOURCE_ROOT. What a schema can't say (the catalogue of
offences, days there are not) is marked: then our reader refuses what the schema lets pass.
"""
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP no module jsonschema")
    sys.exit(0)

VERDICT, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
SCHEMA = json.loads((ROOT / "spec" / "request.schema.json").read_text(encoding="utf-8"))
KINDS = SCHEMA["properties"]["kind"]["enum"]

WHOLE = {
    "palermo": "request/1", "kind": "information", "direction": "ask", "urgent": True,
    "authority": {"name": "Guardia di Finanza", "contact": "desk"}, "case": "12/26",
    "offences": ["TIP.5", "UNTOC.5"], "subject": "s", "nature": "n", "conducted_by": "c",
    "facts": "line one\nline two", "assistance": "a", "procedure": "p", "purpose": "p",
    "legal_basis": "l", "warrant": "w", "penalty": "8 years", "place": "p", "items": "i",
    "person": {"name": "Иван", "birth_date": "1980-02-XX", "nationality": "HR", "location": "x",
               "document": "HR:P:1", "role": "suspect", "description": "d"},
    "hearing": {"questions": "q", "mode": "video"}, "team": {"members": "m", "duration": "d"},
    "protection": {"needs": "n", "safety": "s", "voluntary": False},
    "firearm": {"make": "m", "model": "m", "serial": "1", "calibre": "9", "country": "HR"},
    "hit": {"run": "00", "rules": ["phone"]},
    "conditions": {"purpose": "suspects", "confidential": True, "third_parties": False,
                   "retention": "2030-01-31", "assurances": ["no-torture"]},
}
JUNK = [None, True, False, 0, 1.5, "", " \n", "x", "2030-01-31", "TIP.5", [], ["TIP.5"], [""],
        [7], {}, {"x": 1}, "a\x07b", "offer", "x" * 65537]


def pointers(document, prefix=""):
    for key, value in document.items():
        yield prefix + "/" + key
        if isinstance(value, dict):
            yield from pointers(value, prefix + "/" + key)


def without(document, pointer):
    document = copy.deepcopy(document)
    at, keys = document, pointer.split("/")[1:]
    for key in keys[:-1]:
        at = at[key]
    return document, at, keys[-1]


def variants():
    for kind in KINDS:
        for direction in ("ask", "offer", None):
            base = {**copy.deepcopy(WHOLE), "kind": kind, "direction": direction}
            if direction is None:
                del base["direction"]
            yield base
            for pointer in list(pointers(base)):
                document, at, key = without(base, pointer)
                del at[key]
                yield document
    dice = random.Random(7)
    for pointer in list(pointers(WHOLE)) + ["/ethnicity", "/person/religion", "/hit/record"]:
        for junk in JUNK:
            kind = dice.choice(KINDS)
            document, at, key = without({**WHOLE, "kind": kind}, pointer)
            at[key] = junk
            yield document


def only_ours(document):
    """What a schema can't say: offences of the catalogue, days there are."""
    offences = document.get("offences")
    if isinstance(offences, list) and any(o not in ("TIP.5", "UNTOC.5") for o in offences):
        return True
    for group, key in (("person", "birth_date"), ("conditions", "retention")):
        value = document.get(group)
        value = value.get(key) if isinstance(value, dict) else None
        if value is not None and value not in ("1980-02-XX", "2030-01-31"):
            return True
    return False


def verdicts(documents):
    with tempfile.TemporaryDirectory() as directory:
        paths = []
        for i, document in enumerate(documents):
            paths.append(pathlib.Path(directory) / f"{i}.json")
            paths[-1].write_text(json.dumps(document), encoding="utf-8")
        out = subprocess.run([VERDICT, *map(str, paths)], capture_output=True, text=True,
                             check=True).stdout
    return out.splitlines()


def main():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    documents = list(variants())
    bad, n_ok, n_missing = 0, 0, 0
    for document, verdict in zip(documents, verdicts(documents), strict=True):
        ours, theirs = verdict == "ok", validator.is_valid(document)
        n_ok += ours
        n_missing += verdict.endswith("missing")
        if ours != theirs and not (theirs and only_ours(document)):
            bad += 1
            errors = [e.message[:100] for e in validator.iter_errors(document)][:2]
            print(f"# ours: {verdict}; the schema: {errors}; "
                  f"{json.dumps(document)[:300]}")
    print(f"{'not ' if bad else ''}ok 1 - {len(documents)} documents, one verdict")
    good = n_ok > 200 and n_missing > 200
    print(f"{'' if good else 'not '}ok 2 - {n_ok} of them whole, {n_missing} incomplete")
    print("1..2")
    return 1 if bad or not good else 0


sys.exit(main())
