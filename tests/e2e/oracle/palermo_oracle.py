#!/usr/bin/env python3
"""The keys of spec/tokens.md a second time, written from its text alone, for tests.

What concerns names is in name_oracle.py. `record_keys(record)` gives what two records must share for a rule to match them; `tokens` makes
the 128-bit tokens of it. Section numbers below are those of spec/tokens.md.
"""
import hashlib
import itertools

import name_oracle

SOUND_KEYS_MAX, KEY_MIN = 8, 4
STRONG = ("document", "phone", "email", "iban", "imei", "vin", "plate", "imo", "btc", "eth",
          "nationalId", "imsi", "iccid", "mac", "pan", "lei", "account", "container", "airWaybill",
          "firearm", "domain", "url", "onion", "fileHash", "handle", "imoCompany", "mmsi")


def joined(words):
    return " ".join(sorted(words, key=lambda word: word.encode()))


def name_keys(name):
    """Section 3.8: (folded, [sound, ...]); ("", []) if the name carries too little."""
    found = [part for part in name_oracle.parts(name) or () if part[3] != name_oracle.INITIAL]
    if len(found) < 2 or sum(len(part[1][0].encode()) for part in found) < KEY_MIN:
        return "", []
    readings = itertools.product(*(part[1] for part in found))
    keys = dict.fromkeys(map(joined, readings))
    return joined(part[0][0] for part in found), list(keys)[:SOUND_KEYS_MAX]


def dates(values):
    """Section 4.2: (full dates, years)."""
    full = {d for d in values if "X" not in d and d[5:] != "01-01"}
    return full, {d[:4] for d in values}


def record_components(record):
    """Section 4: {rule: [list of (type, level, value), ...]} of a record in canonical forms.

    record: {"kind": "person", "names": [...], "birthDates": [...], "nationalities": [...],
    "documents": [...], "phones": [...], ...}; values whose check digit failed are to be left out.
    """
    made = {}
    for rule in STRONG:
        made[rule] = [[(rule, "exact", value)] for value in record.get(rule + "s", ())]
    if record["kind"] == "person":
        keys = [name_keys(name) for name in record.get("names", ())]
        full, years = dates(record.get("birthDates", ()))
        made["name+birthDate"] = [
            [("name", "sound", sound), ("birthDate", "full", date)]
            for _, sounds_of in keys for sound in sounds_of for date in full]
        made["name+birthYear+nationality"] = [
            [("name", "folded", folded), ("birthDate", "year", year),
             ("nationality", "exact", nationality)]
            for folded, _ in keys if folded for year in years
            for nationality in record.get("nationalities", ())]
    return made


def record_keys(record):
    """What two records must have in common: a set of (rule, key string)."""
    return {(rule, "; ".join("/".join(part) for part in key))
            for rule, keys in record_components(record).items() for key in keys}


def tokens(record, accord_hash):
    """Section 5: a set of (rule, token in hexadecimal)."""
    made = set()
    for rule, keys in record_components(record).items():
        key = hashlib.blake2b(b"palermo token 1" + rule.encode(), key=accord_hash, digest_size=32)
        for components in keys:
            token = hashlib.blake2b(key=key.digest(), digest_size=16)
            for text in itertools.chain.from_iterable(components):
                token.update(len(text.encode()).to_bytes(2, "big") + text.encode())
            made.add((rule, token.hexdigest()))
    return made
