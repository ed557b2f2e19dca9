# SPDX-License-Identifier: Apache-2.0
"""AES-128 (FIPS 197), one block, from the standard alone; for the hashes of spec/tokens.md 5.1."""


def times_x(a):
    return (a << 1) ^ (0x11b if a & 0x80 else 0)


def product(a, b):
    out = 0
    while b:
        out ^= a if b & 1 else 0
        a, b = times_x(a), b >> 1
    return out


def make_box():
    """Section 5.1.1: inverse in GF(2^8), then the affine transformation."""
    box = []
    for a in range(256):
        inverse = next((b for b in range(256) if product(a, b) == 1), 0)
        value = 0x63
        for i in range(5):
            value ^= ((inverse << i) | (inverse >> (8 - i))) & 0xff
        box.append(value)
    return box


BOX = make_box()
DOUBLE = [times_x(a) for a in range(256)]


def expand(key):
    words = [key[i:i + 4] for i in range(0, 16, 4)]
    constant = 1
    for i in range(4, 44):
        word = words[-1]
        if i % 4 == 0:
            word = bytes(BOX[b] for b in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = times_x(constant)
        words.append(bytes(a ^ b for a, b in zip(words[-4], word)))
    return [b"".join(words[i:i + 4]) for i in range(0, 44, 4)]


def mix(column):
    total = column[0] ^ column[1] ^ column[2] ^ column[3]
    return [a ^ total ^ DOUBLE[a ^ column[(i + 1) % 4]] for i, a in enumerate(column)]


def encrypt(key, block):
    keys = expand(key)
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number, round_key in enumerate(keys[1:], 1):
        state = [BOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 10:
            state = [b for i in range(0, 16, 4) for b in mix(state[i:i + 4])]
        state = [a ^ b for a, b in zip(state, round_key)]
    return bytes(state)


def chain(block, key):
    """Davies and Meyer: E under the key of the block, xored with the block."""
    return bytes(a ^ b for a, b in zip(encrypt(key, block), block))


assert encrypt(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == (
    "69c4e0d86a7b0430d8cdb78070b4c55a")  # FIPS 197, appendix C.1
