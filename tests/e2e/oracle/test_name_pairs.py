#!/usr/bin/env python3
"""How often words of names meet across scripts, and how often words meet that have no business to.

Usage: test_name_pairs.py NAME_KEYS SOURCE_ROOT [--developed]

Runs on ../shared/data/names where that is at hand, else skips. The pairs (Latin, other script, count;
some of them wrong) are cut in two by the lowest bit of the first byte of BLAKE2b-64 of the Latin
word. The tables were
made from pairs where it is 0; what is measured here is the other half (with --developed, the first).

A word is one name here; of a word with several parts the first counts.
"""
import collections
import hashlib
import itertools
import math
import pathlib
import subprocess
import sys

# What must be reached: a skeleton shared, a skeleton or one deletion shared; and the most at which
# random words may share a skeleton.
WANTED = {"cyrillic": (0.82, 0.90), "arabic": (0.78, 0.88)}
RANDOM_MAX = 2**-9


def read(path, half):
    with open(path, encoding="utf-8") as file:
        for line in file:
            latin, other, count = line.rstrip("\n").split("\t")
            digest = hashlib.blake2b(latin.encode(), digest_size=8).digest()
            if digest[0] & 1 == half:
                yield latin, other.replace(" ", ""), int(count)


def run(program, lines, *arguments):
    done = subprocess.run([program, *arguments], input="".join(f"{x}\n" for x in lines).encode(),
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\n")[:-1]


def values(program, words):
    """(folded forms, skeletons) of each word's first part."""
    for line in run(program, words):
        folded, skeletons = (line.split("\t")[0].split("/") + ["", ""])[:2]
        yield set(filter(None, folded.split("|"))), set(filter(None, skeletons.split("|")))


def neighbours(program, forms):
    """The deletion neighbourhoods of sets of folded forms."""
    flat = list(itertools.chain.from_iterable(forms))
    made = iter([set(line.split("|")) for line in run(program, flat, "--deletions")])
    return [set().union(*itertools.islice(made, len(part))) for part in forms]


def random_share(left, right):
    """How often a word of one side shares a skeleton with any word of the other (at most: pairs
    that share two count twice)."""
    counts = [collections.Counter(itertools.chain.from_iterable(side)) for side in (left, right)]
    return sum(n * counts[1][key] for key, n in counts[0].items()) / len(left) / len(right)


def measure(program, pairs):
    latin, other, counts = zip(*pairs)
    folded, skeletons = zip(*([*zip(*values(program, side))] for side in (latin, other)))
    close = [neighbours(program, side) for side in folded]
    meets = [bool(a & b) for a, b in zip(*skeletons)]
    near = [hit or bool(a & b) for hit, a, b in zip(meets, *close)]
    total = sum(counts)
    return {
        "skeleton": sum(meets) / len(pairs), "near": sum(near) / len(pairs),
        "weighted": [sum(n for n, hit in zip(counts, hits) if hit) / total for hits in (meets, near)],
        "random": random_share(*skeletons),
        "random_latin": random_share(skeletons[0], skeletons[0]),
        "per_word": [sum(map(len, side)) / len(side) for side in skeletons]}


def main(program, root, half):
    failed = 0
    for at, (script, (least, least_near)) in enumerate(WANTED.items(), 1):
        path = root.parent / "shared" / "data" / "names" / f"names-latin-{script}.tsv"
        if not path.exists():
            print(f"ok {at} - Latin and {script} # SKIP no such data here")
            continue
        pairs = list(read(path, half))
        got = measure(program, pairs)
        print(f"# {len(pairs)} pairs: skeleton {got['skeleton']:.4f}, skeleton or one deletion "
              f"{got['near']:.4f}; by count {got['weighted'][0]:.4f}, {got['weighted'][1]:.4f}")
        print(f"# random words: across 2^{math.log2(got['random']):.2f}, Latin alone "
              f"2^{math.log2(got['random_latin']):.2f}; skeletons a word "
              f"{got['per_word'][0]:.2f} and {got['per_word'][1]:.2f}")
        good = (got["skeleton"] >= least and got["near"] >= least_near
                and max(got["random"], got["random_latin"]) <= RANDOM_MAX)
        print(f"{'ok' if good else 'not ok'} {at} - Latin and {script} words meet, others don't")
        failed += not good
    print(f"1..{len(WANTED)}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), 0 if "--developed" in sys.argv else 1))
