#!/usr/bin/env python3
"""Check digits a second time, each as its own formula, against the program's.

Usage: test_checks.py IDENT_LINES     (tests/support/ident_lines.c, built)

For each scheme: random numbers with every check character that could stand there. Which of them fit
must be the same here and there. The formulas are written from the schemes' descriptions
(spec/identifiers.md names them), not from src/ident/tables/national.tsv.
"""
import base64
import hashlib
import random
import subprocess
import sys

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FAILED, UNCHECKED = 1, 2


def dot(number, weights):
    return sum(int(c) * w for c, w in zip(number, weights))


def luhn(number):
    doubled = [sum(divmod(2 * int(c), 10)) for c in number[-2::-2]]
    return (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0


def last(compute):
    """A check whose last character is that of the rest."""
    return lambda number: str(compute(number[:-1])) == number[-1]


def inn(number):
    def digit(head):
        weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)[-len(head):]
        return dot(head, weights) % 11 % 10
    return all(digit(number[:n]) == int(number[n])
               for n in ((9,) if len(number) == 10 else (10, 11)))


def snils(number):
    return dot(number[:9], range(9, 0, -1)) % 101 % 100 == int(number[9:])


def fiscale(number):
    odd = dict(zip(DIGITS, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)))
    odd.update(zip(LETTERS, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14,
                             16, 10, 22, 25, 24, 23)))
    even = {**{c: int(c) for c in DIGITS}, **{c: i for i, c in enumerate(LETTERS)}}
    total = sum((even if i % 2 else odd)[c] for i, c in enumerate(number[:15]))
    return LETTERS[total % 26] == number[15]


def egn(head):
    return sum(int(c) * pow(2, i + 1, 11) for i, c in enumerate(head)) % 11 % 10


def cnp(head):
    rest = dot(head, map(int, "279146358279")) % 11
    return 1 if rest == 10 else rest


def jmbg(head):
    pairs = sum((7 - i) * (int(head[i]) + int(head[i + 6])) for i in range(6))
    digit = 11 - pairs % 11
    return 0 if digit > 9 else digit


def tckn(number):
    d = list(map(int, number))
    return (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


def dni(number):
    if number[0] in "XYZ":
        number = str("XYZ".index(number[0])) + number[1:]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:-1]) % 23] == number[-1]


def nir(number):
    number = number.replace("2A", "19").replace("2B", "18")
    return 97 - int(number[:13]) % 97 == int(number[13:])


def idnr(number):
    product = 10
    for c in number[:-1]:
        product = ((product + int(c)) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[-1])


def nn(number):
    return int(number[9:]) in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)


def hetu(number):
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number[:6] + number[7:10]) % 31] == number[10]


def fnr(number):
    return dot(number, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0 and \
        dot(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def ik(head):
    first = dot(head, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    return first if first < 10 else dot(head, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10


def iin(head):
    first = sum(int(c) * (i + 1) for i, c in enumerate(head)) % 11
    return first if first < 10 else sum(int(c) * ((i + 2) % 11 + 1) for i, c in enumerate(head)) % 11


def elevens(head, top=7):
    """Weights 2 to `top`, again and again, from the right; 11 less the remainder."""
    total = sum(int(c) * (2 + i % (top - 1)) for i, c in enumerate(reversed(head)))
    return 11 - total % 11


def cut(value):
    return 0 if value > 9 else value


def cpf(number):
    return all(cut(elevens(number[:n], 12)) == int(number[n]) for n in (9, 10))


def cnpj(number):
    return all(cut(elevens(number[:n], 9)) == int(number[n]) for n in (12, 13))


def curp(head):
    alphabet = DIGITS + "ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    return -sum(alphabet.index(c) * (18 - i) for i, c in enumerate(head)) % 10


def ric(number):
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def verhoeff(number):
    # Multiplication in D5 as symmetries of a pentagon: (rotation, is it a reflection).
    def times(a, b):
        turn = (a % 5 + (-1 if a > 4 else 1) * (b % 5)) % 5
        return turn + 5 * ((a > 4) != (b > 4))
    rows = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    while len(rows) < 8:
        rows.append([rows[-1][rows[1][i]] for i in range(10)])
    left = 0
    for i, c in enumerate(reversed(number)):
        left = times(left, rows[i % 8][int(c)])
    return left == 0


def container(number):
    values, v = {c: int(c) for c in DIGITS}, 10
    for c in LETTERS:
        v += v % 11 == 0
        values[c] = v
        v += 1
    return sum(values[c] << i for i, c in enumerate(number[:10])) % 11 % 10 == int(number[10])


def spelled(number):
    return int("".join(str(int(c, 36)) for c in number))


def iban(number):
    return "02" <= number[2:4] <= "98" and spelled(number[4:] + number[:4]) % 97 == 1


# scheme: (type, prefix, alphabet of the random part by character, check characters, formula)
SCHEMES = [
    ("nationalId", "RU:INN:", "#########", 1, inn), ("nationalId", "RU:INN:", "##########", 2, inn),
    ("nationalId", "RU:SNILS:", "#########", 2, snils),
    ("nationalId", "RU:OGRN:", "1###########", 1, last(lambda h: int(h) % 11 % 10)),
    ("nationalId", "RU:OGRNIP:", "3#############", 1, last(lambda h: int(h) % 13 % 10)),
    ("nationalId", "UA:RNTRC:", "#########", 1,
     last(lambda h: dot(h, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)),
    ("nationalId", "IT:CF:", "@@@@@@##@##@###", "@", fiscale),
    ("nationalId", "PL:PESEL:", "##########", 1,
     last(lambda h: -dot(h, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)),
    ("nationalId", "PL:NIP:", "#########", 1,
     lambda n: dot(n, (6, 5, 7, 2, 3, 4, 5, 6, 7, -1)) % 11 == 0),
    ("nationalId", "BG:EGN:", "#########", 1, last(egn)),
    ("nationalId", "RO:CNP:", "1###########", 1, last(cnp)),
    ("nationalId", "YU:JMBG:", "############", 1, last(jmbg)),
    ("nationalId", "TR:TCKN:", "1########", 2, tckn),
    ("nationalId", "ES:DNI:", "########", "@", dni), ("nationalId", "ES:NIE:", "X#######", "@", dni),
    ("nationalId", "ES:NIE:", "Z#######", "@", dni), ("nationalId", "FR:NIR:", "1############", 2, nir),
    ("nationalId", "FR:NIR:", "1####2A######", 2, nir),
    ("nationalId", "FR:NIR:", "2####2B######", 2, nir),
    ("nationalId", "FR:SIREN:", "########", 1, luhn),
    ("nationalId", "DE:IDNR:", "1#########", 1, idnr), ("nationalId", "HR:OIB:", "##########", 1, idnr),
    ("nationalId", "NL:BSN:", "########", 1,
     lambda n: dot(n, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0),
    ("nationalId", "BE:NN:", "#########", 2, nn), ("nationalId", "SE:PNR:", "#########", 1, luhn),
    ("nationalId", "FI:HETU:", "######-###", "*", hetu),
    ("nationalId", "NO:FNR:", "#########", 2, fnr),
    ("nationalId", "EE:IK:", "3#########", 1, last(ik)),
    ("nationalId", "LT:AK:", "4#########", 1, last(ik)),
    ("nationalId", "LV:PK:", "##########", 1,
     last(lambda h: (1101 - dot(h, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11 % 10)),
    ("nationalId", "DK:CPR:", "#########", 1,
     lambda n: dot(n, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0),
    ("nationalId", "CS:RC:", "#########", 1, last(lambda h: int(h) % 11 % 10)),
    ("nationalId", "GR:AMKA:", "##########", 1, luhn), ("nationalId", "IL:TZ:", "########", 1, luhn),
    ("nationalId", "ZA:ID:", "############", 1, luhn),
    ("nationalId", "PT:NIF:", "2#######", 1, last(lambda h: cut(elevens(h, 10)))),
    ("nationalId", "CH:AHV13:", "756#########", 1,
     lambda n: dot(n, (1, 3) * 6 + (1,)) % 10 == 0),
    ("nationalId", "BR:CPF:", "#########", 2, cpf), ("nationalId", "BR:CNPJ:", "############", 2, cnpj),
    ("nationalId", "MX:CURP:", "@@@@######@@@@@@#", 1, last(curp)),
    ("nationalId", "CN:RIC:", "1################", "#X", ric),
    ("nationalId", "IN:AADHAAR:", "2##########", 1, verhoeff),
    ("nationalId", "KZ:IIN:", "###########", 1, last(iin)),
    ("nationalId", "IR:NID:", "#########", 1,
     last(lambda h: (lambda r: r if r < 2 else 11 - r)(dot(h, range(10, 1, -1)) % 11))),
    ("nationalId", "KR:RRN:", "############", 1,
     last(lambda h: (11 - dot(h, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10)),
    ("nationalId", "TH:PIN:", "1###########", 1,
     last(lambda h: (11 - dot(h, range(13, 1, -1)) % 11) % 10)),
    ("nationalId", "CL:RUT:", "########", "#K",
     last(lambda h: {10: "K", 11: "0"}.get(elevens(h), elevens(h)))),
    ("pan", "", "4##############", 1, luhn), ("iccid", "", "89################", 1, luhn),
    ("lei", "", "****##############", 2, lambda n: spelled(n) % 97 == 1),
    ("iban", "DE", "####################", 0, lambda n: iban("DE" + n)),
    ("container", "", "@@@U######", 1, container),
    ("cas", "", "1######", 1,
     last(lambda h: sum(int(c) * (i + 1) for i, c in enumerate(reversed(h))) % 10)),
    ("imo", "", "9#####", 1, last(lambda h: dot(h, range(7, 1, -1)) % 10)),
    ("imoCompany", "", "######", 1,
     last(lambda h: (11 - dot(h, (8, 6, 4, 2, 9, 7)) % 11) % 10)),
    ("airWaybill", "125", "#######", 1, last(lambda h: int(h) % 7)),
    ("account", "US:", "########", 1, lambda n: dot(n, (3, 7, 1) * 3) % 10 == 0),
]


def fill(random_, pattern):
    sets = {"#": DIGITS, "@": LETTERS, "*": DIGITS + LETTERS}
    return "".join(random_.choice(sets.get(c, c)) for c in pattern)


def tails(checks):
    if isinstance(checks, int):
        return [""] if checks == 0 else [f"{i:0{checks}}" for i in range(10 ** checks)]
    return list("".join({"#": DIGITS, "@": LETTERS, "*": DIGITS + LETTERS}.get(c, c)
                        for c in checks))


def compare(program):
    random_ = random.Random(20260202)
    lines, wanted = [], []
    for kind, prefix, pattern, checks, formula in SCHEMES:
        for _ in range(300 if checks == 0 else 12):
            head = fill(random_, pattern)
            for tail in tails(checks):
                behind = ":10203040506" if kind == "account" else ""
                lines.append(f"{kind}\t\t{prefix}{head}{tail}{behind}")
                wanted.append((kind + " " + prefix + pattern, formula(head + tail)))
    run = subprocess.run([program], input="\n".join(lines).encode() + b"\n",
                         stdout=subprocess.PIPE, check=True)
    results = [line.split("\t") for line in run.stdout.decode().split("\n")[:-1]]
    differing, fitting, judged = [], {}, {}
    for line, (scheme, fits), (canonical, flags) in zip(lines, wanted, results, strict=True):
        if canonical.startswith("!"):
            continue  # a placeholder or a prefix that no number has
        judged[scheme] = judged.get(scheme, 0) + 1
        fitting[scheme] = fitting.get(scheme, 0) + fits
        if fits != (int(flags) & (FAILED | UNCHECKED) == 0):
            differing.append(f"{line!r}: {canonical} {flags}, the formula says {fits}")
    weak = [s for s in {scheme for scheme, _ in wanted}
            if judged.get(s, 0) < 10 or not 0 < fitting[s] < judged[s]]
    return len(lines), differing, weak


def onions(program):
    """Addresses with right and wrong checksums."""
    random_ = random.Random(3)
    lines, wanted = [], []
    for i in range(64):
        key = random_.randbytes(32)
        check = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
        check = check if i % 2 else bytes([check[0] ^ 1, check[1]])
        lines.append("onion\t\t" + base64.b32encode(key + check + b"\x03").decode().lower())
        wanted.append(bool(i % 2))
    run = subprocess.run([program], input="\n".join(lines).encode() + b"\n",
                         stdout=subprocess.PIPE, check=True)
    got = [not line.startswith("!") for line in run.stdout.decode().split("\n")[:-1]]
    return [line for line, a, b in zip(lines, wanted, got, strict=True) if a != b]


def main(program):
    n, differing, weak = compare(program)
    print(f"# {n} numbers of {len(SCHEMES)} schemes")
    for line in differing[:20] + weak:
        print("#", line)
    print(f"{'not ok' if differing else 'ok'} 1 - the same numbers fit")
    print(f"{'not ok' if weak else 'ok'} 2 - each scheme was judged both ways")
    wrong = onions(program)
    for line in wrong:
        print("#", line)
    print(f"{'not ok' if wrong else 'ok'} 3 - checksums of Tor services\n1..3")
    return bool(differing or weak or wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
