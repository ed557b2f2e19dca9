#!/usr/bin/env python3
"""Makes a table of frequencies (src/ident/tables/freq-*.tsv) from a published sanctions list.

Usage: tools/make_list_frequencies.py TABLE LIST > freq-TABLE.tsv

TABLE is one of those below, which say whose names are counted; LIST is what they are counted in:
Canada's consolidated autonomous sanctions list (official XML), or the SDN list of the US Treasury
(official CSV). Each word counts once for a person, words of one person only are left out.
"""
import collections
import csv
import re
import sys
import unicodedata
import xml.etree.ElementTree

EAST_SLAVIC = ("Russia / Russie", "Ukraine", "Belarus / Bélarus")
SPANISH = ("Argentina", "Bolivia", "Chile", "Colombia", "Costa Rica", "Cuba", "Dominican Republic",
           "Ecuador", "El Salvador", "Guatemala", "Honduras", "Mexico", "Nicaragua", "Panama",
           "Paraguay", "Peru", "Spain", "Uruguay", "Venezuela")


def canada(path, countries):
    """Names of persons under the regulations on these countries, each person once."""
    seen = set()
    for record in xml.etree.ElementTree.parse(path).getroot().iter("record"):
        name = " ".join(record.findtext(tag) or "" for tag in ("GivenName", "LastName"))
        key = (name, record.findtext("DateOfBirthOrShipBuildDate") or "")
        if (record.findtext("Country") in countries and record.findtext("LastName")
                and key not in seen):
            seen.add(key)
            yield re.sub(r"\([^()]*\)", " ", name)


def sdn(path, countries):
    """Names of individuals who are said to be of these countries by birth or nationality."""
    of_country = re.compile(r"(?:POB [^;]*|nationality |citizen )(?:%s)\b" % "|".join(countries))
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.reader(f):
            if len(row) == 12 and row[2].strip() == "individual" and of_country.search(row[11]):
                yield row[1]


TABLES = {
    "east-slavic": (canada, EAST_SLAVIC, "2025",
                    "persons with Russian, Ukrainian or Belarusian names, written in Latin letters",
                    "words of the names of the persons whom Canada's consolidated autonomous "
                    "sanctions list has under its regulations on Russia, Ukraine and Belarus"),
    "spanish": (sdn, SPANISH, "2022-01",
                "persons with Spanish names, of Latin America above all",
                "words of the names of the individuals on the SDN list (US Treasury, public domain) "
                "who are born in, or nationals of, Spanish-speaking countries"),
}


def words(name):
    plain = "".join(c for c in unicodedata.normalize("NFC", name.lower())
                    if c.isalpha() or c in " -,./")
    return {word for word in re.split(r"[ \-,./]+", plain) if len(word) > 1}


def main(table, path):
    read, countries, date, population, made = TABLES[table]
    n = 0
    counts = collections.Counter()
    for name in read(path, countries):
        n += 1
        counts.update(words(name))
    print(f"palermo-frequencies/1\nname: {table}\npopulation: {population}\ndate: {date}\n"
          f"persons: {n}\nmade: {made}; words of one person only are left out\n")
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count > 1:
            print(f"name\t{word}\t{count}")


if len(sys.argv) != 3 or sys.argv[1] not in TABLES:
    sys.exit(__doc__)
main(*sys.argv[1:])
