# SPDX-License-Identifier: Apache-2.0
"""The UN's and OFAC's published lists, read anew from spec/imports.md and spec/identifiers.md, in
order to be joined in plain. Only what both lists have is read: names, dates of birth,
nationalities and passports. Nothing of src/register or src/ident is used but the tables.
"""

import csv
import os
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

TABLES = os.path.join(os.path.dirname(__file__), "..", "..", "src", "ident", "tables")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
ISSUER_WORDS = dict(pair.split() for pair in (
    "afghan AF,british GB,car CF,egyptian EG,french FR,german DE,iraqi IQ,jordanian JO,kuwaiti KW,"
    "libyan LY,moroccan MA,pakistani PK,qatari QA,russian RU,saudi SA,somali SO,sudanese SD,"
    "syrian SY,tunisian TN,yemeni YE").split(","))


def country_table():
    table = {}
    with open(os.path.join(TABLES, "countries.tsv"), encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#") and line.strip():
                fields = line.rstrip("\n").split("\t")
                for key in fields[:2] + [n for part in fields[2:] for n in part.split("|")]:
                    table[folded(key)] = fields[0]
    return table


def folded(text):
    plain = "".join(c for c in unicodedata.normalize("NFKD", text)
                    if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


COUNTRIES = country_table()


def country(text):
    return COUNTRIES.get(folded(text or ""))


def clean(text):
    text = re.sub(r"\s+", " ", text or "").strip()
    return "" if text.lower() in ("na", "n/a", "-") else text


def foreign(text):
    return any("\u0370" <= c <= "\u1dff" or "\u2e80" <= c <= "\ua71f" for c in text)


def turned(name):
    """SURNAME, Given, Jr. -> Given Jr. SURNAME"""
    surname, *rest = name.replace('"', "").split(",")
    return clean(" ".join(rest + [surname]))


def person_names(text):
    inside = re.findall(r"\(([^()]*)\)", text)
    rest = re.split(r",\s+born ", re.sub(r"\([^()]*\)", " ", text))[0]
    names = [turned(piece) for piece in rest.split(";")]
    for part in inside:
        for piece in part.split(";"):
            piece = clean(re.sub(r"(?i)^\s*original script:", "", piece))
            if piece and foreign(piece) != foreign(rest):
                names.append(turned(piece))
    return [n for n in names if n]


def entity_names(text):
    """Pieces between the semicolons that stand outside of parentheses."""
    return re.split(r";(?![^()]*\))", text)


def canonical_name(text):
    """Section 2.1 and 3: NFC, at least one letter, no placeholder."""
    name = clean(unicodedata.normalize("NFC", text))
    bare = "".join(c for c in name.lower() if c.isalnum())
    if not any(c.isalpha() for c in name) or bare in (
            "unknown", "na", "none", "null", "nil", "nan", "notknown", "notavailable", "missing"):
        return None
    return name


def valid_date(year, month=0, day=0):
    lengths = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30,
               31, 31, 30, 31, 30, 31)
    if not 1800 <= year <= 2200 or month > 12 or (day and (not month or day > lengths[month - 1])):
        return None
    text = "%04d-%s-%s" % (year, "%02d" % month if month else "XX", "%02d" % day if day else "XX")
    return None if text == "1900-01-01" else text


def document_number(text):
    """Section 2.4: letters and digits, 5 to 20 of them, at least one digit, no placeholder."""
    number = re.sub(r"[ \-./'_<]", "", text.upper())
    if not re.fullmatch(r"[A-Z0-9]{5,20}", number) or not re.search(r"\d", number):
        return None
    digits = re.sub(r"^[A-Z]{0,2}", "", number)
    if len(set(digits)) <= 1 or "1234567890123456789".startswith(digits) or (
            "0123456789012345678".startswith(digits)):
        return None
    return number


class Entry:
    def __init__(self, kind):
        self.record = {"kind": kind, "names": [], "birthDates": [], "nationalities": [],
                       "documents": []}
        self.without_issuer = []

    def add(self, what, value):
        if value and value not in self.record[what]:
            self.record[what].append(value)

    def add_document(self, issuer_text, number_text):
        number = document_number(number_text)
        if issuer_text:
            issuer = country(issuer_text)
            if issuer and number:
                self.add("documents", f"{issuer}:P:{number}")
        elif number:
            self.without_issuer.append(number)

    def finish(self):
        if len(self.record["nationalities"]) == 1:
            for number in self.without_issuer:
                self.add("documents", f"{self.record['nationalities'][0]}:P:{number}")
        return self.record


# --- UN -----------------------------------------------------------------------------------------


def un_document(entry, element):
    kind = clean(element.findtext("TYPE_OF_DOCUMENT")).lower()
    text = clean(element.findtext("NUMBER"))
    if not text or not re.search("passport|passeport|pasaporte", kind):
        return
    words = text.split(" ")
    first = next((i for i, w in enumerate(words) if re.search(r"\d", w)), None)
    if first is None:
        return
    if first > 0 and re.fullmatch(r"-*(?:[A-Z]-*){1,3}", words[first - 1]):
        first -= 1
    rest = " ".join(words[first:])
    rest = re.sub(r"^No\.? ?(?=\d)", "", rest)
    cut = re.search(r"[,(]", rest)
    number = rest[:cut.start()] if cut else rest
    if re.search(r"[a-z]", number) or not number.strip():
        return
    issuer = clean(element.findtext("ISSUING_COUNTRY")) or clean(
        element.findtext("COUNTRY_OF_ISSUE"))
    if not issuer:
        for n in range(first, 0, -1):
            named = " ".join(words[:n])
            if country(named) or named.lower() in ISSUER_WORDS:
                issuer = country(named) or ISSUER_WORDS[named.lower()]
                break
    if not issuer and cut:
        behind = clean(rest[cut.end():].split(")")[0])
        if country(behind) or behind.lower() in ISSUER_WORDS:
            issuer = country(behind) or ISSUER_WORDS[behind.lower()]
    entry.add_document(issuer, number)


def un_date(entry, element):
    date = clean(element.findtext("DATE"))[:10]
    year = clean(element.findtext("YEAR"))
    first, last = clean(element.findtext("FROM_YEAR")), clean(element.findtext("TO_YEAR"))
    text = date or year
    if not text and (first == last or not last):
        text = first
    if not text and not first:
        text = last
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if found:
        year, month, day = (int(g or 0) for g in found.groups())
        if clean(element.findtext("TYPE_OF_DATE")).upper() == "APPROXIMATELY":
            month = day = 0
        entry.add("birthDates", valid_date(year, month, day))


def read_un(path):
    records = {}
    for element in ElementTree.parse(path).getroot().iter():
        if element.tag not in ("INDIVIDUAL", "ENTITY"):
            continue
        is_person = element.tag == "INDIVIDUAL"
        entry = Entry("person" if is_person else "organisation")
        texts = [" ".join(filter(None, (clean(element.findtext(tag)) for tag in (
            "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"))))]
        texts.append(clean(element.findtext("NAME_ORIGINAL_SCRIPT")))
        for alias in element.findall(element.tag + "_ALIAS"):
            texts.append(clean(alias.findtext("ALIAS_NAME")))
            found = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?",
                             clean(alias.findtext("DATE_OF_BIRTH")))
            if found:
                entry.add("birthDates", valid_date(*(int(g or 0) for g in found.groups())))
        for text in texts:
            for name in person_names(text) if is_person else entity_names(text):
                entry.add("names", canonical_name(name))
        for date in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
            un_date(entry, date)
        for value in element.findall("NATIONALITY/VALUE"):
            entry.add("nationalities", country(clean(value.text)))
        for document in element.findall("INDIVIDUAL_DOCUMENT"):
            un_document(entry, document)
        number = clean(element.findtext("REFERENCE_NUMBER")) or clean(element.findtext("DATAID"))
        if entry.record["names"] or entry.record["documents"]:
            records[number] = entry.finish()
    return records


# --- OFAC ---------------------------------------------------------------------------------------


def ofac_rows(path, columns):
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.reader(f):
            if len(row) == columns:
                yield ["" if c.strip() == "-0-" else c.strip() for c in row]


def date_parts(text):
    """(year, month, day) with zeroes for what is not said."""
    found = re.fullmatch(r"(?:(?:(\d{1,2}) )?([A-Za-z]{3}) )?(\d{4})", text.strip())
    if not found:
        return None
    day, month, year = found.groups()
    if month and month.lower() not in MONTHS:
        return None
    return int(year), MONTHS.index(month.lower()) + 1 if month else 0, int(day or 0)


def ofac_date(entry, text):
    circa = re.match(r"(?i)circa ", text)
    ends = re.split(r" to |(?<=\d{4})-(?=\d{4}$)", text[circa.end():] if circa else text)
    parts = [date_parts(re.sub(r"(?i)^circa ", "", end)) for end in ends]
    if not all(parts):
        return
    year, month, day = parts[0]
    for other in parts[1:]:
        if other[0] != year:
            return
        month, day = (month, day if day == other[2] else 0) if month == other[1] else (0, 0)
    entry.add("birthDates", valid_date(year, *((0, 0) if circa else (month, day))))


def ofac_passport(entry, text):
    text = text.strip()
    for word in ("Booklet", "Number", "No.", "#", ":"):
        if text.lower().startswith(word.lower()):
            text = text[len(word):].strip()
    ends = [(m.start(), m.group()) for m in re.finditer(r"\(| issued | expire| \[", text)]
    at, mark = min(ends, default=(len(text), ""))
    issuer = re.split(r"\)|\. ", text[at + 1:])[0] if mark == "(" else ""
    entry.add_document(clean(issuer), text[:at])


def read_ofac(sdn_path, alt_path):
    aliases, records = {}, {}
    for row in ofac_rows(alt_path, 5):
        aliases.setdefault(row[0], []).append(row[3])
    for number, name, kind, *_, remarks in ofac_rows(sdn_path, 12):
        if number in records:
            continue
        is_person = kind == "individual"
        entry = Entry("person" if is_person else "thing")
        texts = [name] + aliases.get(number, [])
        clauses = remarks.split(";")
        if len(remarks.encode()) >= 1000 and not remarks.endswith("."):
            clauses.pop()
        clauses = [c.strip() for c in clauses]
        if clauses:
            clauses[-1] = clauses[-1].removesuffix(".")
        for clause in clauses:
            clause = re.sub(r"^alt\. ", "", clause, flags=re.I)
            found = re.match(r"(a\.k\.a|f\.k\.a|n\.k\.a)\. (.*)", clause, flags=re.I | re.S)
            if found:
                texts.append(found.group(2).strip().strip("'"))
            tail = re.match(r"Aircraft Tail Number (.*)", clause, flags=re.I | re.S)
            if tail and kind == "aircraft":
                entry.add("names", canonical_name(tail.group(1)))
            if not is_person:
                continue
            for beginning, take in ((r"(?:DOB|D\.O\.B\.) ", ofac_date), (
                    r"(?:(?:Diplomatic|Official|Service) )?Passport ", ofac_passport)):
                found = re.match(beginning, clause, flags=re.I)
                if found:
                    take(entry, clause[found.end():])
            found = re.match(r"(?:nationality|citizen) (.*)", clause, flags=re.I | re.S)
            if found:
                entry.add("nationalities", country(found.group(1)))
        for text in texts:
            entry.add("names", canonical_name(turned(text) if is_person else text))
        records[number] = entry.finish()
    return records
