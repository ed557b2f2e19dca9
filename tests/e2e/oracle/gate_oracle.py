# SPDX-License-Identifier: Apache-2.0
"""The rule "person" of spec/tokens.md (sections 4.3 to 5.1), from that page alone."""
import collections
import hashlib
import itertools

import aes_oracle
import name_oracle

KINDS = ("folded skeleton class deletion nearSound date swap wild yearMonth yearDay monthDay year "
         "digits value valueDeletion has").split()
DATE_BITS = {"date": 152, "swap": 145, "wild": 123, "yearMonth": 102, "yearDay": 115,
             "monthDay": 85, "year": 66}
DEFAULT_BITS = {"name": 11, "address": 11, "postcode": 9, "birthPlace": 8, "nationality": 4}
# slot: (letter in the page, most bits in tenths, kinds that fill it)
SLOTS = {"none": ("", 0, ()), "name": ("K", 110, ("skeleton", "class")),
         "written": ("F", 110, ("folded",)), "spelling": ("D", 110, ("deletion",)),
         "date": ("SW", 145, ("swap",)), "wild": ("W", 123, ("wild",)),
         "year-month": ("YM", 102, ("yearMonth",)), "year-day": ("YD", 115, ("yearDay",)),
         "month-day": ("MD", 85, ("monthDay",)), "year": ("Y", 66, ("year",)),
         "other": ("X", 320, ("value",)), "near": ("N", 320, ("valueDeletion",))}
OF_NAMES = ("name", "written", "spelling")
TABLES = "arabic east-slavic international spanish us us-given us-surnames".split()
LETTERS = {letter: slot for slot, (letter, _, _) in SLOTS.items()}
PATTERNS = [(line.split()[0], [LETTERS[letter] for letter in line.split()[1:]]) for line in """
other X;date SW;date+name SW K;date+spelling SW D;date+name+name SW K K;date+name+spelling SW K D
other+other X X;date+other SW X;name+other K X;wild+name W K;wild+name+name W K K;year-month+name YM K;year-day+name YD K;month-day+name MD K
year+name Y K;year-month+name+name YM K K;year-day+name+name YD K K;month-day+name+name MD K K
year+name+name Y K K;name+name K K;name+name+name K K K;name+spelling K D;written+written F F
year-month+other YM X;year-day+other YD X;month-day+other MD X;year+other Y X
spelling+other D X;date+near SW N;name+near K N
""".replace(";", "\n").split("\n") if line]
TYPES = """name birthDate nationality document phone email iban imei vin plate imo btc eth nationalId
imsi iccid mac pan lei bic account container airWaybill firearm cas ip domain url onion fileHash
handle imoCompany mmsi address postcode birthPlace""".split()
Feature = collections.namedtuple("Feature", "kind type text value words bits")


def bit(tenths):
    return 256 * tenths // 10


def log2(v):
    """Section 4.4, by squaring."""
    whole = v.bit_length() - 1
    m = (v << 31) >> whole
    bits = whole
    for _ in range(8):
        m = m * m >> 31
        two = m >> 32
        m >>= two
        bits = 2 * bits + two
    return bits


def number(value):
    return value.to_bytes(4, "big")


def text(value):
    return number(len(value.encode())) + value.encode()


def described():
    """What of this page is in the recipe's digest (section 6)."""
    out = number(len(SLOTS))
    out += b"".join(text(slot) + number(bit(most)) for slot, (_, most, _) in SLOTS.items())
    out += number(len(PATTERNS))
    for name, slots in PATTERNS:
        out += text(name) + number(len(slots)) + b"".join(map(text, slots))
    out += number(len(KINDS))
    out += b"".join(text(kind) + number(bit(DATE_BITS.get(kind, 0))) for kind in KINDS)
    out += number(len(TYPES)) + b"".join(map(text, TYPES))
    out += number(8) + number(len(TABLES))
    for table in TABLES:
        content = (name_oracle.TABLES / f"freq-{table}.tsv").read_bytes()
        out += text(table) + hashlib.blake2b(content, digest_size=32).digest()
    return out


class Table:
    def __init__(self, path):
        header, _, rows = path.read_text(encoding="utf-8").partition("\n\n")
        self.persons = int(dict(line.split(": ", 1) for line in header.split("\n")[1:])["persons"])
        self.counts = collections.Counter()
        self.types = set()
        for row in rows.splitlines():
            kind, value, count = row.split("\t")
            self.types.add(kind)
            assert kind == "name", "the oracle reads tables of names alone"
            for folded, skeletons, classes, _ in name_oracle.parts(value) or ():
                for key in ([("folded", f) for f in folded] + [("skeleton", s) for s in skeletons]
                            + [("class", c) for c in classes]
                            + [("deletion", d) for d in name_oracle.deletions(folded[0])]):
                    self.counts[key] += int(count)

    def bits(self, kind, of, value):
        if of == "birthDate":
            return bit(DATE_BITS[kind])
        if of not in self.types:
            return 256 * DEFAULT_BITS.get(of, 32)
        count = self.counts.get((kind, value))
        return max(0, log2(2 * self.persons) if count is None
                   else log2(self.persons) - log2(count))


def name_features(table, at, name):
    made = []
    parts = (name_oracle.parts(name) or [])[:8]

    def add(kind, value, words):
        made.append(Feature(kind, "name", value, at, words, table.bits(kind, "name", value)))

    for i, (folded, skeletons, classes, flags) in enumerate(parts):
        if flags & name_oracle.INITIAL:
            continue
        for kind, values in (("folded", folded), ("skeleton", skeletons), ("class", classes),
                             ("deletion", name_oracle.deletions(folded[0]))):
            for value in values:
                add(kind, value, (i,))
    for i in range(len(parts) - 1 if len(parts) > 2 else 0):
        joined = name_oracle.parts(parts[i][0][0] + parts[i + 1][0][0]) or []
        if len(joined) == 1:
            add("folded", joined[0][0][0], (i, i + 1))
            for skeleton in joined[0][1]:
                add("skeleton", skeleton, (i, i + 1))
    return made


def date_features(table, at, date):
    year, month, day = date.split("-")
    if (month, day) == ("01", "01"):
        month = day = "XX"
    made = []
    if "XX" not in (month, day):
        made += [("date", date), ("swap", "-".join([year, *sorted((month, day))]))]
        made += [("wild", date[:i] + "X" + date[i + 1:]) for i in range(10) if date[i] != "-"]
        made += [("yearDay", f"{year}-XX-{day}"), ("monthDay", f"XXXX-{month}-{day}")]
    if month != "XX":
        made.append(("yearMonth", f"{year}-{month}-XX"))
    made.append(("year", f"{year}-XX-XX"))
    return [Feature(kind, "birthDate", value, at, (), table.bits(kind, "birthDate", value))
            for kind, value in made]


def counts_for(feature, slot):
    return min(feature.bits, bit(SLOTS[slot][1]))


def fills(feature, slot):
    return feature.kind in SLOTS[slot][2] and (len(feature.words) < 2 or slot == "name")


def fit(slots, chosen):
    for (s, a), (t, b) in itertools.combinations(zip(slots, chosen), 2):
        if s in OF_NAMES and t in OF_NAMES:
            if a.value != b.value or set(a.words) & set(b.words):
                return False
        elif s in ("other", "near") and t in ("other", "near") and a.value == b.value:
            return False
    return True


def coarser(slot, f, features):
    """Bits of what agrees wherever f does, in its slot; None if that is nothing else."""
    if slot == "wild":
        at = f.text.index("X")
        slots = ["month-day"] if at < 4 else ["year-day"] if at < 7 else ["year-month"]
    else:
        slots = {"year-month": ["year"], "year-day": ["year"], "written": ["name"]}.get(slot)
    return slots and max((counts_for(g, t) for t in slots for g in features
                          if fills(g, t) and g.value == f.value and g.words == f.words), default=0)


def allows_too_much(slots, chosen, features):
    first = {}
    for f in features:
        if f.kind == "skeleton":
            first.setdefault((f.value, f.words), f)
    readings = sum(slot == "name" and (len(f.words) > 1 or f != first.get((f.value, f.words)))
                   for slot, f in zip(slots, chosen))
    full = {f.value for f in features if f.kind == "swap"}
    tolerant = any(slot in ("spelling", "near")
                   or slot in ("wild", "year-month", "year-day", "month-day", "year")
                   and f.value in full for slot, f in zip(slots, chosen))
    return readings > (0 if tolerant else 1)


def patterns(look):
    """Section 4.6: without a second look a date of birth alone is none."""
    return PATTERNS if look == "second" else [p for p in PATTERNS if p[0] != "date"]


def is_spared(slots, chosen, features, threshold, look):
    """A part passes by itself, or something coarser does."""
    for n in range(1, len(slots)):
        for part in itertools.combinations(range(len(slots)), n):
            if ([slots[i] for i in part] in [p for _, p in patterns(look)]
                    and sum(counts_for(chosen[i], slots[i]) for i in part) >= threshold):
                return True
    replaced = [coarser(s, f, features) for s, f in zip(slots, chosen)]
    if not any(bits is not None for bits in replaced):
        return False
    return sum(counts_for(f, s) if bits is None else bits
               for s, f, bits in zip(slots, chosen, replaced)) >= threshold


def feature_hash(f):
    raw = f.text.encode()
    block = (bytes([KINDS.index(f.kind), TYPES.index(f.type)]) + len(raw).to_bytes(2, "big")
             + b"palermo feat")
    for at in range(0, max(len(raw), 1), 16):
        block = aes_oracle.chain(block, raw[at:at + 16].ljust(16, b"\0"))
    return block


def token(key, slots, chosen):
    message = hashlib.blake2b(key=bytes(32), digest_size=16)
    message.update(b"palermo pattern 2" + key.encode())
    block = message.digest()
    for _, group in itertools.groupby(zip(slots, chosen), key=lambda pair: pair[0]):
        for one in sorted(feature_hash(f) for _, f in group):
            block = aes_oracle.chain(block, one)
    return block.hex()


def tokens(table, name, date, threshold, look):
    """The set of tokens before a second look, or without ("first"), under an accord whose hash is 32 zero bytes."""
    features = name_features(table, 0, name) + date_features(table, 1, date)
    made = set()
    for key, slots in patterns(look):
        for chosen in itertools.product(*([f for f in features if fills(f, s)] for s in slots)):
            if (fit(slots, chosen)
                    and sum(counts_for(f, s) for s, f in zip(slots, chosen)) >= threshold
                    and not allows_too_much(slots, chosen, features)
                    and not is_spared(slots, chosen, features, threshold, look)):
                made.add(token(key, slots, chosen))
    return made
