"""Section 3 of spec/tokens.md a second time, written from its text alone, for tests.

Reads the same public tables (src/ident/tables/name-*.tsv) as the program does and nothing else of
it. `parts(name)` gives a name's parts, `deletions(word)` a word's neighbourhood.
"""
import pathlib
import unicodedata

TABLES = pathlib.Path(__file__).resolve().parents[3] / "src" / "ident" / "tables"
SCRIPTS = ("latin", "cyrillic", "arabic", "greek", "armenian", "georgian", "hebrew")
BYTES_MAX, LETTERS_MAX, WORDS_MAX, PARTS_MAX, SKELETONS_MAX, SOUNDS_MAX = 4096, 256, 32, 16, 4, 12
CLASSES_MAX, DELETED_MIN, DELETED_MAX = 4, 4, 32
INITIAL, PATRONYMIC, JOINED = 1, 2, 4
ORDERS = {"": (0, 1, 2), "cyrillic": (0, 1, 3, 4), "east": (2, 1, 0), "south": (4, 1, 0),
          "persian": (1, 0, 2)}
WITH_INITIALS = ("latin", "cyrillic", "greek", "armenian", "georgian")
PATRONYMICS = ("ovich evich ovych evych avich ovna evna ivna yivna auna ichna inichna").split()


def rows(name):
    with open(TABLES / name, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


class Letter:
    def __init__(self, text, script="", sounds="", tell="-", forms="-"):
        self.text, self.script, self.tell = text, script, "" if tell == "-" else tell
        self.readings = ["" if part == "-" else part for part in sounds.split("|")]
        parts = ["" if part == "-" else part for part in forms.split("|")]
        parts = [parts[0] if part == "=" else part for part in parts]
        self.forms = parts + parts[:1] * (5 - len(parts))
        self.is_known = script != "other"
        self.is_dropped = self.readings == [""] and not any(self.forms)


JOINT = Letter("", "joint")  # between the parts of a joined word
LETTERS = {c: Letter(c, "", c, "-", c) for c in "0123456789"}
for SCRIPT in SCRIPTS:
    for char, sounds_, tell_, forms_ in rows(f"name-{SCRIPT}.tsv"):
        LETTERS[char] = Letter(char, SCRIPT, sounds_, tell_, forms_)
MARKS = {chr(int(code, 16)) for code, _ in rows("name-marks.tsv")}
LOOKALIKES = [(latin, other, LETTERS[other].script) for latin, other in rows("name-lookalikes.tsv")]
ARTICLES = {row[0] for row in rows("name-articles.tsv")}
WORDS = {word: (kind, "" if form == "-" else form) for word, kind, form in rows("name-words.tsv")}
SOUNDS = {}  # by first letter; longer spellings first, then in the table's order
for NUMBER, (spelling_, before_, after_, text_) in enumerate(
        sorted(rows("name-sounds.tsv"), key=lambda row: -len(row[0]))):
    SOUNDS.setdefault(spelling_[0], []).append(
        (NUMBER, spelling_, before_, after_,
         ["" if part == "-" else part for part in text_.split("|")]))


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
                    if not LETTERS[piece].is_dropped:
                        yield LETTERS[piece]
                elif category in ("Mn", "Me", "Cf"):
                    continue
                else:
                    is_letter = category[0] in "LN" or category == "Mc"
                    yield Letter(piece, "other", "", "-", piece) if is_letter else None


def fold(word, column=0):
    return "".join(letter.forms[column] for letter in word)


def spell(text):
    return [LETTERS[c] for c in text]


def repaired(word, name):
    """Section 3.3."""
    mixed = {letter.script for letter in word} & {"latin", "cyrillic", "greek"}
    if len(mixed) != 2 or "latin" not in mixed:
        return word
    (other,) = mixed - {"latin"}
    to_other, to_latin = {}, {}
    for latin, char, script in LOOKALIKES:
        if script == other:
            to_other.setdefault(latin, char)
            to_latin.setdefault(char, latin)

    def sure(text):
        return (any(x.script == "latin" and x.text not in to_other for x in text),
                any(x.script == other and x.text not in to_latin for x in text))

    sure_latin, sure_other = sure(word)
    if sure_latin and sure_other:
        return word
    if not sure_latin and not sure_other:
        sure_latin = sure([x for w in name for x in w]) == (True, False)
    table = to_latin if sure_latin else to_other
    return [LETTERS[table[x.text]] if x.text in table else x for x in word]


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
    return [piece[2:] if len(piece) >= 4 and piece[0].text in "اٱ" and piece[1].text == "ل"
            and fold(piece) not in ARTICLES else piece for piece in pieces]


def shortened(word):
    """Section 3.4: the article inside "Abdulrahman" and "Nureldin"."""
    folded = fold(word)
    plain = [len(letter.forms[0].encode()) == 1 for letter in word]
    if len(word) >= 5 and all(plain[:5]) and folded[:3] == "abd" and folded[3] in "aeiou" \
            and folded[4] == "l":
        if folded[5:] in ("a", "ah", "la", "lah"):
            return word[:3] + [JOINT] + spell("allah")
        if len(word) >= 8:
            return word[:3] + [JOINT] + word[5:]
    elif all(plain) and len(word) >= 7:
        for end in ("din", "dine", "deen"):
            if folded.endswith("l" + end) and folded[-len(end) - 2] in "aeiou":
                return word[:-len(end) - 1] + word[-len(end):]
    return word


def is_initial(word):
    return len(word) == 1 and word[0].script in WITH_INITIALS


def words(name):
    """Sections 3.1 to 3.4; None where a limit is passed."""
    raw, count = [[]], 0
    for letter in letters(name):
        if letter is None:
            raw.append([])
        else:
            raw[-1].append(letter)
            count += 1
    if count > LETTERS_MAX or len(name.encode()) > BYTES_MAX:
        return None
    found, prefix = [], []
    for word in (piece for w in raw if w for piece in split_arabic(repaired(w, raw))):
        kind, form = WORDS.get(fold(word), ("", ""))
        if kind in ("title", "particle") or (is_initial(word) and prefix) \
                or (kind == "inner" and (found or prefix)):
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
    return found if len(found) <= WORDS_MAX else None


def forms(word):
    """Section 3.4, last part."""
    script = next((x.script for x in word if x.script in SCRIPTS), "")
    tell = next((x.tell for x in word if x.tell), "")
    order = ORDERS.get(tell or script, ORDERS[""])
    return list(dict.fromkeys(form for form in (fold(word, i) for i in order) if form))


def sounds(word):
    """Section 3.5: (group, readings) of the word's sounds; None at a joint."""
    at, is_first = 0, True
    while at < len(word):
        if word[at] is JOINT:
            at, is_first = at + 1, True
            yield None
            continue
        for number, spelling, before, after, readings in SOUNDS.get(word[at].text, ()):
            end = at + len(spelling)
            if "".join(x.text for x in word[at:end]) != spelling or JOINT in word[at:end]:
                continue
            following = word[end].text if end < len(word) else ""
            if (before == "*" or is_first) and (after == "*" or (
                    following == "" if after == "$" else following != "" and following in after)):
                yield number, readings
                break
        else:
            end = at + 1
            yield word[at].text, word[at].readings
        at, is_first = end, False


MERGED = {"DX": "J", "TX": "X", "SX": "X", "TS": "T"}


def skeleton(read):
    """One way to read a word: its sounds, None at joints."""
    kept, last = [], ""
    for sound in read:
        pair = last + (sound or "")
        if sound is None or sound in "AV":
            last = ""
        elif len(pair) == 2 and (pair in MERGED or pair[0] == pair[1]):
            last = kept[-1] = MERGED.get(pair, sound)
        elif len(kept) < SOUNDS_MAX:
            kept.append(sound)
            last = sound
    heard = [sound for sound in read if sound is not None]
    front = "A" if heard[:1] == ["A"] and len(kept) <= 2 else ""
    end = "A" if len(heard) > 1 and heard[-1] == "A" and len(kept) < 2 else ""
    return front + "".join(kept) + end


def skeletons(word):
    """Section 3.5: the word's different skeletons, first reading first."""
    if not all(letter.is_known for letter in word):
        return []
    ways = [([], {})]
    for cut in sounds(word):
        if cut is None:
            ways = [(read + [None], chosen) for read, chosen in ways]
            continue
        group, readings = cut
        if len(readings) > 1 and group not in ways[0][1]:
            ways = [(read, {**chosen, group: i}) for i in range(len(readings))
                    for read, chosen in ways][:max(SKELETONS_MAX, len(ways))]
        ways = [(read + list(readings[chosen.get(group, 0)]), chosen) for read, chosen in ways]
    return list(filter(None, dict.fromkeys(skeleton(read) for read, _ in ways)))


def read_classes():
    """Section 3.6: the names of a folded form's classes."""
    found = {}
    for (line,) in rows("name-equivalents.tsv"):
        names = [forms(list(letters(name)))[0] for name in line.split()]
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(names[0])
    return found


CLASSES = read_classes()


def parts(name):
    """A list of (folded forms, skeletons, classes, flags); None for a name that is refused."""
    found = words(name)
    if found is None:
        return None
    made = []
    for word in found:
        folded = forms(word)
        if not folded:
            continue
        if is_initial(word):
            made.append((folded, [], [], INITIAL))
            continue
        classes = list(dict.fromkeys(c for form in folded for c in CLASSES.get(form, ())))
        flags = JOINED * (JOINT in word)
        if any(folded[0].endswith(end) and len(folded[0].encode()) >= len(end) + 2
               for end in PATRONYMICS):
            flags += PATRONYMIC
        made.append((folded, skeletons(word) or folded[:1], classes[:CLASSES_MAX], flags))
    return made[:PARTS_MAX]


def deletions(word):
    """Section 3.7."""
    word = word[:DELETED_MAX]
    if len(word) < DELETED_MIN:
        return [word]
    return list(dict.fromkeys([word] + [word[:i] + word[i + 1:] for i in range(len(word))]))
