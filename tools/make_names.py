#!/usr/bin/env python3
"""Turns the tables of names into C (ident/name_tables.h), and their bytes into a digest.

Usage: tools/make_names.py OUT.c TABLE.tsv...

The digest is BLAKE2b-256 over, for each file in the order given: its name without folder and its
bytes, each after its length in 8 bytes, big-endian (spec/tokens.md section 6).
"""
import collections
import hashlib
import pathlib
import sys
import unicodedata

SCRIPTS = ("latin", "cyrillic", "arabic", "greek", "armenian", "georgian", "hebrew")
TELLS = {"-": "NONE", "east": "EAST", "south": "SOUTH", "persian": "PERSIAN"}
# The columns of forms that a word takes first, by what its letters tell; else the first one.
TOLD_FORM = {"east": 2, "south": 4, "persian": 1}
CLASSES = set("ABDFHJKLMNPRSTVX0123456789")
FORMS_MAX, FORM_BYTES_MAX = 5, 4
READINGS_MAX, READING_SOUNDS = 4, 2
WORD_BYTES_MAX = 15
SPELLING_MAX = 7
CONTEXTS_MAX = 30  # sets of letters, besides "anything" and "the end"
CLASSES_OF_A_NAME = 4
PLAIN = "0123456789abcdefghijklmnopqrstuvwxyz"  # the first letters of the table, in this order


def require(path, condition, what):
    if not condition:
        sys.exit(f"{path}: {what}")


def rows(path, n_cells):
    """Rows of one table; fails on the first that is not well formed."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != n_cells or any(not cell or cell != cell.strip() for cell in cells):
            sys.exit(f"{path}:{number}: not {n_cells} filled cells")
        yield cells


class Groups:
    """Numbers for what has several readings; 0 for what has one."""

    def __init__(self):
        self.n = 0

    def readings(self, path, text):
        """C's plm_name_readings."""
        parts = ["" if part == "-" else part for part in text.split("|")]
        require(path, len(parts) <= READINGS_MAX, f"{text}: too many readings")
        for part in parts:
            require(path, len(part) <= READING_SOUNDS and set(part) <= CLASSES,
                    f"{text}: no reading")
        require(path, len(set(parts)) == len(parts), f"{text}: equal readings")
        group = 0
        if len(parts) > 1:
            self.n += 1
            group = self.n
            require(path, group < 256, "too many groups")
        sounds = ", ".join("{" + ", ".join(f"'{c}'" for c in part) + "}" if part else "{0}"
                           for part in parts)
        return f"{{{len(parts)}, {group}, {{{sounds}}}}}"


class Letter:
    def __init__(self, path, char, sounds, tell, forms, script):
        parts = forms.split("|")
        first = "" if parts[0] == "-" else parts[0]
        parts = [first if part == "=" else "" if part == "-" else part for part in parts]
        require(path, len(parts) <= FORMS_MAX, f"{char}: too many forms")
        for part in parts:
            require(path, part.isascii() and len(part) <= FORM_BYTES_MAX and set(part) <= set(PLAIN),
                    f"{char}: {part}")
        self.char, self.sounds, self.tell, self.script = char, sounds, tell, script
        self.forms = parts + [first] * (FORMS_MAX - len(parts))
        self.is_dropped = sounds == "-" and not any(self.forms)


def read_letters(paths):
    """All letters, by character."""
    found = {c: Letter("", c, c, "-", c, "none") for c in PLAIN[:10]}
    for script in SCRIPTS:
        path = paths[f"name-{script}.tsv"]
        for char, sounds, tell, forms in rows(path, 4):
            require(path, len(char) == 1 and char not in found, f"{char} stands there twice")
            require(path, tell in TELLS, tell)
            found[char] = Letter(path, char, sounds, tell, forms, script)
    require(paths["name-latin.tsv"], set(PLAIN) <= set(found), "not all of a to z")
    return {char: found[char] for char in sorted(found)}


class Rules:
    """name-sounds.tsv, sorted for C."""

    def __init__(self, path, letters):
        self.path, self.contexts, self.table = path, [], []
        index = {char: i for i, char in enumerate(letters)}
        for spelling, before, after, sounds in rows(path, 4):
            require(path, len(spelling) <= SPELLING_MAX and set(spelling) <= set(index), spelling)
            require(path, before in ("*", "^"), before)
            require(path, after in ("*", "$") or set(after) <= set(index), after)
            if after not in ("*", "$") and after not in self.contexts:
                self.contexts.append(after)
            self.table.append((spelling, before, after, sounds))
        require(path, len(self.contexts) <= CONTEXTS_MAX, "too many sets of letters")
        self.table.sort(key=lambda rule: (index[rule[0][0]], -len(rule[0])))
        self.index = index

    def context(self, after):
        return {"*": 1, "$": 2}.get(after) or 4 << self.contexts.index(after)

    def contexts_of(self, char):
        return 1 + sum(self.context(after) for after in self.contexts if char in after)

    def of(self, char):
        """The first rule of a letter, and their number."""
        places = [i for i, rule in enumerate(self.table) if rule[0][0] == char]
        return (places[0], len(places)) if places else (0, 0)

    def write(self, out, groups):
        out.write("const plm_name_rule plm_name_rules[] = {\n")
        for spelling, before, after, sounds in self.table:
            indices = ", ".join(str(self.index[char]) for char in spelling)
            out.write(f"    {{{{{indices}}}, {len(spelling)}, {int(before == '^')}, "
                      f"0x{self.context(after):X}, {groups.readings(self.path, sounds)}}},\n")
        out.write("};\n\n")


def write_letters(out, letters, rules, groups):
    out.write("const plm_name_letter plm_name_letters[] = {\n")
    for char, letter in letters.items():
        first, n = rules.of(char)
        lengths = ", ".join(str(len(form)) for form in letter.forms)
        forms = ", ".join("{" + (", ".join(f"'{c}'" for c in form) or "0") + "}"
                          for form in letter.forms)
        out.write(f"    {{0x{ord(char):04X}, 0x{rules.contexts_of(char):X}, {first}, {n}, "
                  f"PLM_SCRIPT_{letter.script.upper()}, PLM_TELL_{TELLS[letter.tell]}, "
                  f"{{{lengths}}},\n     {{{forms}}}, {int(len(set(letter.forms)) > 1)}, "
                  f"{groups.readings(letter.script, letter.sounds)}}},\n")
    out.write("};\nconst size_t plm_name_n_letters = sizeof plm_name_letters / "
              "sizeof *plm_name_letters;\n\n")


def write_lookalikes(out, paths, letters):
    path = paths["name-lookalikes.tsv"]
    table = list(rows(path, 2))
    out.write("const plm_name_lookalike plm_name_lookalikes[] = {\n")
    for latin, other in table:
        require(path, latin in PLAIN and other in letters, f"{latin} {other}")
        out.write(f"    {{0x{ord(latin):02X}, 0x{ord(other):04X}, "
                  f"PLM_SCRIPT_{letters[other].script.upper()}}},\n")
    out.write(f"}};\nconst size_t plm_name_n_lookalikes = {len(table)};\n\n")


def read_marks(paths):
    return sorted(int(code, 16) for code, _ in rows(paths["name-marks.tsv"], 2))


def write_marks(out, paths):
    codes = read_marks(paths)
    out.write("const uint32_t plm_name_marks[] = {\n    ")
    out.write(", ".join(f"0x{code:04X}" for code in codes))
    out.write(f"}};\nconst size_t plm_name_n_marks = {len(codes)};\n\n")


def hash_of(word):
    value = 2166136261
    for byte in word.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def hashed(entries):
    """An open hash table of entries by their first cell; None in free places."""
    size = 1
    while size < 2 * len(entries):
        size *= 2
    places = [None] * size
    for entry in entries:
        at = hash_of(entry[0]) % size
        while places[at]:
            at = (at + 1) % size
        places[at] = entry
    return places


def write_words(out, paths):
    path = paths["name-words.tsv"]
    kinds = {"title": "DROP", "particle": "DROP", "inner": "INNER", "next": "NEXT",
             "previous": "PREVIOUS"}
    table = [(word, kinds[kind], "" if form == "-" else form) for word, kind, form in rows(path, 3)]
    table += [(word, "NO_ARTICLE", "") for (word,) in rows(paths["name-articles.tsv"], 1)]
    merged = {}
    for word, kind, form in table:
        require(path, word.isascii() and word.islower() and len(word) <= WORD_BYTES_MAX, word)
        # One more for the joint: no word may grow to more than twice its letters.
        require(path, set(form) <= set(PLAIN) and len(form) + 1 <= 2 * len(word), form)
        flags, forms = merged.get(word, ([], ""))
        require(path, kind not in flags, f"{word} stands there twice")
        merged[word] = (flags + [kind], forms + form)
    places = hashed([(word, *merged[word]) for word in sorted(merged)])
    out.write("const plm_name_listed plm_name_listed_words[] = {\n")
    for place in places:
        if place:
            flags = " | ".join(f"PLM_WORD_{kind}" for kind in place[1])
            out.write(f'    {{"{place[0]}", {flags}, "{place[2]}"}},\n')
        else:
            out.write('    {"", 0, ""},\n')
    out.write(f"}};\nconst size_t plm_name_n_listed_words = {len(places)};\n\n")


def folded(path, name, letters, marks):
    """Section 3.4 for one word without particles: its first folded form."""
    word = []
    for part in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()):
        pieces = [part] if part in letters else unicodedata.normalize("NFD", part)
        for piece in pieces:
            if ord(piece) in marks or unicodedata.category(piece) == "Mn":
                continue
            require(path, piece in letters, f"{name}: no letter of the tables")
            word.append(letters[piece])
    told = [letter.tell for letter in word if letter.tell != "-"]
    column = TOLD_FORM[told[0]] if told else 0
    return "".join(letter.forms[column] for letter in word)


def write_equivalents(out, paths, letters):
    path = paths["name-equivalents.tsv"]
    marks = set(read_marks(paths))
    pairs = []
    for (line,) in rows(path, 1):
        names = [folded(path, name, letters, marks) for name in line.split()]
        require(path, len(names) > 1, f"{line}: one name alone")
        pairs += dict.fromkeys((name, names[0]) for name in names)
    require(path, len(pairs) == len(set(pairs)), "a class stands there twice")
    for word, n in collections.Counter(word for word, _ in pairs).items():
        require(path, n <= CLASSES_OF_A_NAME, f"{word}: in too many classes")
    places = hashed(pairs)
    out.write("const plm_name_equivalent plm_name_equivalents[] = {\n")
    for pair in places:
        out.write(f'    {{"{pair[0]}", "{pair[1]}"}},\n' if pair else "    {NULL, NULL},\n")
    out.write(f"}};\nconst size_t plm_name_n_equivalents = {len(places)};\n\n")


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    files = [pathlib.Path(name) for name in arguments[1:]]
    paths = {file.name: file for file in files}
    digest = hashlib.blake2b(digest_size=32)
    for file in files:
        for part in (file.name.encode(), file.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    letters = read_letters(paths)
    rules = Rules(paths["name-sounds.tsv"], letters)
    groups = Groups()
    with open(arguments[0], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by tools/make_names.py; not edited by hand. */\n"
                  '#include "ident/name_tables.h"\n\n')
        write_letters(out, letters, rules, groups)
        rules.write(out, groups)
        write_lookalikes(out, paths, letters)
        write_marks(out, paths)
        write_words(out, paths)
        write_equivalents(out, paths, letters)
        out.write("const uint8_t plm_name_tables_digest[32] = {\n    ")
        out.write(", ".join(f"0x{byte:02x}" for byte in digest.digest()) + "};\n")


if __name__ == "__main__":
    main(sys.argv[1:])
