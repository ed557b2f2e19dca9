#!/usr/bin/env python3
"""The program and the oracle give the same parts for the same names, and the same recipe digest.

Usage: test_oracle.py NAME_KEYS SOURCE_ROOT     (NAME_KEYS: tests/support/name_keys.c, built)
"""
import csv
import hashlib
import pathlib
import random
import subprocess
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import gate_oracle  # noqa: E402
import name_oracle  # noqa: E402
import palermo_oracle as oracle  # noqa: E402

TABLE_ORDER = name_oracle.SCRIPTS + ("lookalikes", "marks", "words", "articles", "sounds",
                                     "equivalents")
RULES = [(rule, False, [(rule, "exact")]) for rule in oracle.STRONG] + [
    ("name+birthDate", True, [("name", "sound"), ("birthDate", "full")]),
    ("name+birthYear+nationality", True,
     [("name", "folded"), ("birthDate", "year"), ("nationality", "exact")])]
RECIPE_VERSION, IDENT_VERSION = 5, 4
PARTS = """Ivan Ivanov Iwanow Ivanoff Shcherbakov Chtcherbakov Scherbakow Щербаков Иванов Ёлкин Юрий
Ђорђевић Đorđević Јовановић Jovanović Шашић Šašić Їжакевич Ґудзь Лукашэвіч Ўладзімір Ќосев Ѓорѓи
محمد عبدالله عبد الرحمن الدين نورالدين أبوالقاسم ابو بكر الله حبیب گل ژاله چمران پروین ښاغلی ځدران
قاسم ذبیح ثابت ظاهر فاطمة الیاس الهام علي موسى Mohammad Muhammad Mohamed Abdul Abdulrahman Abdullah
Abdulla Abdelaziz Abd al-Rahman Abu Bakr Abou Umm Nureldin Nour ed-Din Habib Ullah Habibullah bin
ibn ben van der Haji Mullah Dr. O'Brien O’Brien D´Angelo Müller Straße Ægir Øystein Łukasz Þór
Nguyễn Trần Γιώργος Παπαδόπουλος Հովհաննես გიორგი משה 明 小龍 ﷴ ﷲ ﬁne Ⅷ İsmail ISPARTALI ıŞIK Ǆ ǈ
x xx ck scht tsch dzh off eff toff Jeff Thorne Pham Ghani Khan Schmidt Chekhov Szczecin ٠١٢
1 2 II ـمحمـد مُحَمَّد a‌b c­d е́ й ё""".split()
# Code points around which something happens, to make names nobody has.
RANGES = [(0x20, 0x7f), (0xa0, 0x250), (0x2b0, 0x370), (0x370, 0x400), (0x400, 0x530),
          (0x5d0, 0x700), (0x750, 0x780), (0x900, 0x980), (0x1100, 0x1120), (0x1e00, 0x2070),
          (0x20d0, 0x2190), (0x3040, 0x30ff), (0x4e00, 0x4e20), (0xac00, 0xac20), (0xfb00, 0xfb50),
          (0xfb50, 0xfe00), (0xfe70, 0xff60), (0x1d400, 0x1d440), (0x1f100, 0x1f1ff)]


def lookalike(random_, word):
    """The word with some letters of the other of the two scripts."""
    table = {latin: other for latin, other, _ in name_oracle.LOOKALIKES}
    table.update((other, latin) for latin, other, _ in name_oracle.LOOKALIKES)
    return "".join(table.get(c, c) if random_.random() < 0.3 else c for c in word)


def from_letters(random_, letters):
    return "".join(random_.choice(letters) for _ in range(random_.randint(1, 9)))


def generated():
    random_ = random.Random(20260101)
    latin = "abcdefghijklmnopqrstuvwxyzchkszhdžčćşßæ'-. "
    scripts = {script: [c for c, letter in name_oracle.LETTERS.items() if letter.script == script]
               for script in name_oracle.SCRIPTS}
    arabic = scripts["arabic"] + list("الدينعبو") * 4
    listed = list(name_oracle.WORDS) + [row for row in name_oracle.ARTICLES]
    clusters = [row[1] for rows in name_oracle.SOUNDS.values() for row in rows]
    equivalents = [name for (line,) in name_oracle.rows("name-equivalents.tsv")
                   for name in line.split()]
    for _ in range(4000):
        parts = []
        for _ in range(random_.choice((1, 2, 2, 3, 3, 4, 6, 12))):
            parts.append(random_.choice((
                lambda: random_.choice(PARTS), lambda: random_.choice(PARTS).upper(),
                lambda: lookalike(random_, random_.choice(PARTS).lower()),
                lambda: from_letters(random_, latin), lambda: from_letters(random_, arabic),
                lambda: from_letters(random_, random_.choice(list(scripts.values()))),
                lambda: random_.choice(equivalents), lambda: random_.choice(equivalents).title(),
                lambda: random_.choice(listed),
                lambda: random_.choice(listed) + random_.choice(listed),
                lambda: from_letters(random_, clusters), lambda: "".join(
                    chr(random_.randrange(*random_.choice(RANGES))) for _ in range(4)),
            ))())
        yield random_.choice((" ", " ", " ", "-", "", ", ")).join(parts)
    # At the limits: letters, words, readings.
    for n in (255, 256, 257):
        yield "ab " + "x" * (n - 2)
        yield "ш" * 8 + " " + "ب" * (n - 8)
    for n in (31, 32, 33):
        yield " ".join(["bab"] * n)
        yield " ".join(["bab"] * (n - 1) + ["abd"])
    yield " ".join(["jojo", "chacha", "šašić", "قذج"])


def shared(root):
    """Names of real lists where they are at hand."""
    data = root.parent / "shared" / "data"
    persons = data / "persons" / "un-persons-variants.tsv"
    if persons.exists():
        with open(persons, encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield row["name"]
    for script in ("cyrillic", "arabic"):
        words = data / "names" / f"names-latin-{script}.tsv"
        if words.exists():
            with open(words, encoding="utf-8") as file:
                lines = [line.split("\t") for line in file][::20]
            for (latin, other, *_), (_, second, *_) in zip(lines, lines[1:]):
                yield f"{latin} {other.replace(' ', '')} {second.replace(' ', '')}"


def lines_of_program(program, lines, *arguments):
    run = subprocess.run([program, *arguments], input="".join(f"{x}\n" for x in lines).encode(),
                         stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().split("\n")[:-1]


def line_of_oracle(name):
    parts = name_oracle.parts(name)
    if parts is None:
        return "limit"
    return "\t".join("/".join(["|".join(values) for values in part[:3]] + [str(part[3])])
                     for part in parts)


def compare(program, names):
    """The number of names with parts, of all names, and what differs."""
    names = [unicodedata.normalize("NFC", name) for name in names]
    # Characters this Python's Unicode does not know yet are nobody's fault.
    names = [name for name in names if "\n" not in name
             and all(unicodedata.category(c) != "Cn" for c in name)]
    with_parts, differing, folded = 0, [], {}
    for name, line in zip(names, lines_of_program(program, names), strict=True):
        wanted = line_of_oracle(name)
        with_parts += wanted not in ("", "limit")
        if line != wanted:
            differing.append(f"{name!r}: program {line!r}, oracle {wanted!r}")
        folded.update((part[0][0], None) for part in name_oracle.parts(name) or ())
    for word, line in zip(folded, lines_of_program(program, folded, "--deletions"), strict=True):
        if line != "|".join(name_oracle.deletions(word)):
            differing.append(f"deletions of {word!r}: program {line!r}")
    return with_parts, len(names), differing


def number(value):
    return value.to_bytes(4, "big")


def text(value):
    return number(len(value.encode())) + value.encode()


def recipe_digest():
    """Section 6."""
    tables = hashlib.blake2b(digest_size=32)
    for table in TABLE_ORDER:
        name = f"name-{table}.tsv"
        for part in (name.encode(), (name_oracle.TABLES / name).read_bytes()):
            tables.update(len(part).to_bytes(8, "big") + part)
    schemes = hashlib.blake2b((name_oracle.TABLES / "national.tsv").read_bytes(), digest_size=32)
    whole = (text("palermo recipe") + number(RECIPE_VERSION) + number(IDENT_VERSION)
             + tables.digest() + schemes.digest() + number(len(RULES)))
    for name, is_of_persons, components in RULES:
        whole += text(name) + number(is_of_persons) + number(len(components))
        whole += b"".join(text(part) for component in components for part in component)
    whole += gate_oracle.described()
    return hashlib.blake2b(whole, digest_size=32).hexdigest()


PLURALS = {"name": "names", "birthDate": "birthDates", "nationality": "nationalities"}


def check_vectors(path):
    """Differences between the published tokens and those the oracle makes."""
    published, made = set(), set()
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            what, case, *cells = line.rstrip("\n").split("\t")
            if what == "token":
                published.add((case, *cells))
            elif what == "record":
                record = {"kind": cells[1]}
                for value in cells[2:]:
                    kind, _, canonical = value.partition("=")
                    record.setdefault(PLURALS.get(kind, kind + "s"), []).append(canonical)
                made |= {(case, *token)
                         for token in oracle.tokens(record, bytes.fromhex(cells[0]))}
    return sorted(published ^ made) or ([] if len(made) > 20 else ["too few tokens"])


PERSONS = [("Ivan Shcherbakov", "1974-03-12"), ("ЩЕРБАКОВ Иван Петрович", "1974-12-03"),
           ("محمد عبد الرحمن القاسم", "1961-XX-XX"), ("Abdul Rahman Mohammad", "1961-05-XX"),
           ("Maria Smith", "1980-01-01"), ("John A. Smith", "1980-11-30"), ("Li Wei", "1990-09-09"),
           ("Anne-Marie Oberhuber", "1955-02-28"), ("Y", "1970-07-07"), ("Noah", "1999-12-31"),
           ("Šašić Đorđe", "1966-06-16"), ("Mary Mary Quite Contrary", "1944-04-04")]


def compare_persons(program, root):
    """Lines on persons whose tokens the program and the oracle see differently."""
    wrong = []
    for table_name, threshold, look in (("us", 256 * 25, "first"), ("arabic", 256 * 15, "second"),
                                        ("us", 256 * 18 + 64, "first"), ("us", 256 * 12, "first"),
                                        ("us", 256 * 12, "second")):
        table = gate_oracle.Table(root / "src" / "ident" / "tables" / f"freq-{table_name}.tsv")
        lines = "".join(f"{name}\t{date}\n" for name, date in PERSONS)
        done = subprocess.run([program, "--persons", table_name, str(threshold), look],
                              input=lines.encode(), stdout=subprocess.PIPE, check=True)
        for (name, date), line in zip(PERSONS, done.stdout.decode().split("\n")):
            want = gate_oracle.tokens(table, name, date, threshold, look)
            got = set(line.split())
            if got != want:
                wrong.append(f"{table_name} {threshold} {look} {name} {date}: {len(got - want)} more, "
                             f"{len(want - got)} fewer than {len(want)}")
    return wrong


class Tap:
    count = failed = 0

    def ok(self, good, what, details=()):
        self.count += 1
        self.failed += not good
        for line in list(details)[:20]:
            print("#", line)
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")


def main(program, root):
    tap = Tap()
    for what, names, least in (("generated names", list(generated()), 2000),
                               ("names of real lists", list(shared(root)), 5000)):
        if not names:
            tap.ok(True, what + " # SKIP no such data here")
            continue
        with_parts, n, differing = compare(program, names)
        print(f"# {n} {what}, {with_parts} with parts")
        tap.ok(not differing and with_parts >= least, f"{what} have the same parts", differing)
    digest = subprocess.run([program, "--digest"], stdout=subprocess.PIPE, check=True)
    tap.ok(digest.stdout.decode().strip() == recipe_digest(), "the recipe's digest is the same",
           [digest.stdout.decode().strip(), recipe_digest()])
    rules = subprocess.run([program, "--rules"], stdout=subprocess.PIPE, check=True)
    tap.ok(rules.stdout.decode().split() == [rule for rule, *_ in RULES], "so are the rules")
    wrong = check_vectors(root / "tests" / "vectors" / "data" / "tokens.tsv")
    tap.ok(not wrong, "the published tokens are the oracle's", wrong)
    differing = compare_persons(program, root)
    tap.ok(not differing, "persons have the same tokens by the rule person", differing)
    print(f"1..{tap.count}")
    return tap.failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
