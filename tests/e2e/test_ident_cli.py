#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""palermo ident: explanations, machine-readable zones, and that every list of types is the same.

Usage: test_ident_cli.py PALERMO [...]
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]


def ident(*arguments, text=""):
    run = subprocess.run([sys.argv[1], "ident", *arguments], input=text.encode(),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def as_json(*arguments, text=""):
    code, out, _ = ident(*arguments, "--json", text=text)
    return code, json.loads(out)


def every_list_of_types_is_the_same():
    code, out, _ = ident("--help")
    assert code == 0
    types = re.findall(r"^  (\w+) +\*? ", out, re.MULTILINE)
    schema = json.loads((ROOT / "spec/mapping.schema.json").read_text(encoding="utf-8"))
    assert types == schema["$defs"]["property"]["properties"]["type"]["enum"], types
    with_country = re.findall(r"^  (\w+) +\* ", out, re.MULTILINE)
    rule = schema["$defs"]["property"]["allOf"][1]["if"]["properties"]["type"]["enum"]
    assert sorted(with_country) == sorted(rule), with_country
    text = (ROOT / "spec/identifiers.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| 2\.\d+ \| `(\w+)`", text, re.MULTILINE) == types
    mapping = (ROOT / "spec/mapping.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in mapping for name in types)


def steps_are_told():
    code, out, _ = ident("nationalId", "7707083894", "--country", "Russia")
    assert code == 0
    assert out.splitlines()[0] == "RU:INN:7707083894"
    assert "expected 3, found 4" in out and "matched by no rule" in out
    code, answer = as_json("pan", "4111 1111 1111 1111")
    assert code == 0 and answer["test"] and not answer["check_failed"]
    assert answer["steps"][:2] == ["left out between its characters: blanks",
                                   "check by Luhn's formula: expected 1, found 1"], answer
    code, answer = as_json("url", "http://a.gov.uk/?x=1&utm_source=y")
    forms = {form["name"]: form["value"] for form in answer["second_forms"]}
    assert forms == {"without tracking parameters": "http://a.gov.uk/?x=1", "host": "a.gov.uk",
                     "registrable domain": "a.gov.uk"}, forms
    code, answer = as_json("handle", "telegram:p\u0430ypal")  # a Cyrillic a
    assert answer["second_forms"][0]["value"] == as_json("handle", "telegram:paypal")[1][
        "second_forms"][0]["value"]


def rejections_are_told():
    code, answer = as_json("ip", "192.168.1.1")
    assert code == 5 and not answer["accepted"] and "RFC 1918" in answer["detail"]
    assert ident("ip", "192.168.1.1")[1].startswith("rejected: it is out of range: ")
    assert ident("inn", "1")[0] == 2 and "no identifier type" in ident("inn", "1")[2]
    assert ident("ip")[0] == 2


def zones_are_read():
    code, zone = as_json("mrz", *TD3)
    assert code == 0 and zone["valid"] and zone["fields"]["document number"] == "L898902C3"
    assert [check["found"] for check in zone["checks"]] == list("62910")
    assert as_json("mrz", text="\n".join(TD3) + "\n") == (code, zone)
    code, out, _ = ident("mrz", TD3[0], TD3[1].replace("740812", "74O812").replace("L8", "LB"))
    assert code == 5 and "line 2, column 16: O read as 0" in out
    assert "the document number may be L898902C3" in out and "does not fit" in out
    code, zone = as_json("mrz", TD3[0])
    assert code == 5 and not zone["accepted"] and "44 characters" in zone["detail"]
    assert as_json("mrz", text="")[1]["reason"] == "it is empty"
    assert as_json("mrz", text="<" * 5000)[0] == 5
    assert as_json("mrz", "<" * 300, "<" * 300)[0] == 5


def main():
    tests = [every_list_of_types_is_the_same, steps_are_told, rejections_are_told, zones_are_read]
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            good = True
        except (AssertionError, KeyError, IndexError, ValueError) as error:
            good = False
            print(f"# {type(error).__name__}: {error}")
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {test.__name__.replace('_', ' ')}")
    print(f"1..{len(tests)}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
