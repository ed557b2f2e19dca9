#!/usr/bin/env python3
"""The keys of spec/tokens.md a second time, written from its text alone, for tests.

Reads the same public tables (src/ident/tables/name-*.tsv) as the program does and nothing else of
it. `record_keys(record)` gives what two records must share for a rule to match them; `tokens` makes
the 128-bit tokens of it. Section numbers below are those of spec/tokens.md.
"""
import hashlib
import itertools
import pathlib
import unicodedata

TABLES = pathlib.Path(__file__).resolve().parents[3] / "src" / "ident" / "tables"
LETTERS_MAX, WORDS_MAX, READINGS_MAX, CHOICES_MAX, KEY_MIN = 256, 32, 8, 2, 4
STRONG = ("document", "phone", "email", "iban", "imei", "vin", "plate", "imo", "btc", "eth",
          "nationalId", "imsi", "iccid", "mac", "pan", "lei", "account", "container", "airWaybill",
          "firearm", "domain", "url", "onion", "fileHash", "handle", "imoCompany", "mmsi")


def rows(name):
    with open(TABLES / name, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield ["" if cell == "-" else cell for cell in line.rstrip("\n").split("\t")]


class Letter:
    def __init__(self, text, folded, readings, script):
        self.text, self.folded, self.readings, self.script = text, folded, readings, script


JOINT = Letter("", "", [""], "joint")  # between the parts of a joined word
LETTERS = {c: Letter(c, c, [c], "latin") for c in "abcdefghijklmnopqrstuvwxyz"}
LETTERS.update({c: Letter(c, c, [c], "") for c in "0123456789"})
for SCRIPT in ("latin", "cyrillic", "arabic"):
    for text, folded, classes in rows(f"name-{SCRIPT}.tsv"):
        LETTERS[text] = Letter(text, folded, classes.split("|"), SCRIPT)
MARKS = {chr(int(code, 16)) for code, _ in rows("name-marks.tsv")}
TO_CYRILLIC = dict(rows("name-lookalikes.tsv"))
TO_LATIN = {cyrillic: latin for latin, cyrillic in TO_CYRILLIC.items()}
ARTICLES = {row[0] for row in rows("name-articles.tsv")}
WORDS = {word: (kind, form) for word, kind, form in rows("name-words.tsv")}
SOUNDS = [(spelling, after, classes.split("|")) for spelling, after, classes
          in rows("name-sounds.tsv")]


def letter_of(char):
    return LETTERS.get(char) or Letter(char, char, [char], "other")


def letters(name):
    """Section 3.1: a list of letters, None between words."""
    for char in name:
        if char in MARKS:
            continue
        for part in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold()):
            if part in MARKS:
                continue
            for piece in [part] if part in LETTERS else unicodedata.normalize("NFD", part):
                category = unicodedata.category(piece)
                if piece in LETTERS:
                    if LETTERS[piece].folded:
                        yield LETTERS[piece]
                elif category in ("Mn", "Me", "Cf"):
                    continue
                else:
                    yield letter_of(piece) if category[0] in "LN" or category == "Mc" else None


def fold(word):
    return "".join(letter.folded for letter in word)


def spell(text):
    return [LETTERS[c] for c in text]


def repaired(word):
    """Section 3.3: a word of Latin and Cyrillic letters becomes one script's where it can."""
    if not {"latin", "cyrillic"} <= {letter.script for letter in word}:
        return word
    sure_latin = any(x.script == "latin" and x.text not in TO_CYRILLIC for x in word)
    sure_cyrillic = any(x.script == "cyrillic" and x.text not in TO_LATIN for x in word)
    if sure_latin and sure_cyrillic:
        return word
    table = TO_LATIN if sure_latin else TO_CYRILLIC
    return [letter_of(table.get(x.text, x.text)) for x in word]


def split_arabic(word):
    """Section 3.4, first part."""
    if any(letter.script != "arabic" for letter in word):
        return [word]
    pieces = [word]
    folded = fold(word)
    if len(folded) >= 7 and folded[:5] in ("abdal", "abwal"):
        pieces = [word[:3], word[3:]]
    last = pieces[-1]
    if len(fold(last)) >= 7 and fold(last).endswith("aldyn"):
        pieces[-1:] = [last[:-5], last[-3:]]
    return [piece[2:] if len(fold(piece)) >= 4 and fold(piece).startswith("al")
            and fold(piece) not in ARTICLES else piece for piece in pieces]


def shortened(word):
    """Section 3.4: the article inside "Abdulrahman" and "Nureldin"."""
    folded = fold(word)
    plain = [len(letter.folded.encode()) == 1 for letter in word]
    if all(plain[:5]) and folded[:3] == "abd" and folded[3:4] in tuple("aeiou") \
            and folded[4:5] == "l":
        rest = folded[5:]
        if rest in ("a", "ah", "la", "lah"):
            return word[:3] + [JOINT] + spell("allah")
        if len(word) >= 8:
            return word[:3] + [JOINT] + word[5:]
    elif all(plain) and len(word) >= 7:
        for end in ("din", "dine", "deen"):
            if folded.endswith("l" + end) and folded[-len(end) - 2] in "aeiou":
                return word[:-len(end) - 1] + word[-len(end):]
    return word


def words(name):
    """Sections 3.1 to 3.4: the words of a name's keys; none if a limit is passed."""
    raw, count = [[]], 0
    for letter in letters(name):
        if letter is None:
            raw.append([])
        else:
            raw[-1].append(letter)
            count += 1
    if count > LETTERS_MAX:
        return []
    found, prefix = [], []
    for word in (piece for w in raw if w for piece in split_arabic(repaired(w))):
        folded = fold(word)
        kind, form = WORDS.get(folded, ("", ""))
        if kind in ("title", "particle") or (len(folded) == 1 and "a" <= folded <= "z"):
            continue
        if kind == "next":
            prefix += spell(form) + [JOINT]
            continue
        if kind == "previous":
            word = spell(form)
            if found and not prefix:
                found[-1] = found[-1] + [JOINT] + word
                continue
        else:
            word = shortened(word)
        found.append(prefix + word)
        prefix = []
    if prefix:
        found.append(prefix)
    return found if len(found) <= WORDS_MAX else []


def sounds(word):
    """Section 3.5: (group, readings) of the word's sounds; "" breaks the stream."""
    at = 0
    while at < len(word):
        letter = word[at]
        at += 1
        if letter is JOINT:
            yield "", [""]
        elif letter.script == "latin" and letter.text in "abcdefghijklmnopqrstuvwxyz":
            for spelling, after, readings in SOUNDS:
                end = at - 1 + len(spelling)
                if [x.text for x in word[at - 1:end]] != list(spelling):
                    continue
                following = word[end].text if end < len(word) else ""
                if after == "*" or (following == "" if after == "$" else
                                    following != "" and following in after):
                    break
            else:
                raise AssertionError("the table has a row for each letter")
            at = end
            yield spelling + after, readings
        else:
            yield (letter.text if letter.script == "arabic" else "marked"), letter.readings
            if letter.script == "arabic" and letter.folded != "l":
                yield "", [""]


MERGED = {"DX": "J", "TX": "X", "SX": "X", "TS": "T"}


def skeletons(word):
    """Section 3.5: the word's distinct (thin, thick) skeletons, first reading first."""
    cut = list(sounds(word))
    free = list(dict.fromkeys(group for group, readings in cut if len(readings) > 1))[:CHOICES_MAX]
    found = []
    for choice in itertools.product((0, 1), repeat=len(free)):
        stream, open_end = [], False
        for group, readings in cut:
            choose = len(readings) > 1 and group in free
            text = readings[choice[free.index(group)] if choose else 0]
            if text == "":
                open_end = False
            for sound in text:
                pair = (stream[-1] if open_end else "") + sound
                if len(pair) == 2 and (pair in MERGED or pair[0] == pair[1]):
                    stream[-1] = MERGED.get(pair, sound)
                else:
                    stream.append(sound)
                open_end = True
        if stream and stream[-1] == "H":
            stream.pop()
        text = "".join(stream).replace("G", "H")
        bare = text.replace("A", "")
        thick, thin = ("A" if text.startswith("A") else "") + bare, bare.replace("V", "")
        if (thin, thick) not in found:
            found.append((thin, thick))
    return found


def joined(parts):
    parts = sorted((part for part in parts if part), key=lambda part: part.encode())
    return " ".join(parts) if len(parts) >= 2 and sum(map(len, parts)) >= KEY_MIN else ""


def name_keys(name):
    """Section 3.6: (folded, [sound, ...]); ("", []) if the name carries too little."""
    found = words(name)
    if len(found) < 2:
        return "", []
    keys = []
    for reading in itertools.islice(itertools.product(*map(skeletons, found)), READINGS_MAX):
        key = joined(thin for thin, _ in reading)
        if not key:
            key = joined(thick for _, thick in reading)
            key = "+" + key if key else ""
        if key and key not in keys:
            keys.append(key)
    if not keys:
        return "", []
    return " ".join(sorted(map(fold, found), key=lambda word: word.encode())), keys


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
