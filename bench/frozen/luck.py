"""Keyed luck: every draw is a function of (seed, replication, month, who, purpose), never of call order.

Key of a (who, month) = Philox4x32-10 with counter (id low word, id high word, month, replication) and the seed as
key; the uniform of a purpose = SplitMix64's finaliser of key + hash of the purpose's dotted name.

Notation: i row (partner), j sub-draw of a purpose, t month.

Sources: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox and its constants);
Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).
"""

from functools import cache
from hashlib import blake2b

import numpy as np

from bench.frozen.arrays import Words
from bench.frozen.functions import add_words, bits_float, multiply_words
from bench.frozen.kernels import inlined, kernel

HASH_BYTES = 8


def _hash_text(text: str, person: bytes) -> np.uint64:
    digest = blake2b(text.encode("utf-8"), digest_size=HASH_BYTES, person=person).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@cache
def purpose(name: str) -> np.uint64:
    """Return the stable 64-bit hash of a purpose's dotted name, product included: ``"sales.count.motor"``."""
    return _hash_text(name, b"purpose")


# --- keys: Philox4x32-10 ---------------------------------------------------------------------------------------------

ROUNDS = 10
LOW_WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)  # golden ratio
WEYL_1 = np.uint64(0xBB67AE85)  # sqrt(3) - 1


@inlined
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Philox4x32-10: four counter words and two key words (each a uint64 below 2**32) to four words."""
    for _ in range(ROUNDS):
        product_0 = c0 * MULTIPLIER_0
        product_1 = c2 * MULTIPLIER_1
        c0 = (product_1 >> HALF) ^ c1 ^ k0
        c1 = product_1 & LOW_WORD
        c2 = (product_0 >> HALF) ^ c3 ^ k1
        c3 = product_0 & LOW_WORD
        k0 = (k0 + WEYL_0) & LOW_WORD
        k1 = (k1 + WEYL_1) & LOW_WORD
    return c0, c1, c2, c3


@kernel
def _draw_keys(id_hash, month, replication, seed_low, seed_high, out):  # type: ignore[no-untyped-def]
    for i in range(id_hash.size):
        x = id_hash[i]
        w0, w1, _, _ = philox(x & LOW_WORD, x >> HALF, month, replication, seed_low, seed_high)
        out[i] = w0 | (w1 << HALF)


def draw_keys(id_hash: Words, month: int, replication: int, seed: int, out: Words) -> Words:
    """Fill `out` with the key of every row in one month.

    Parameters
    ----------
    id_hash : uint64[n]
        `partner_key_id` of each row.
    month : int
        Number of the month, negative in the warm-up; taken modulo 2**32.
    replication : int
        0 .. 2**32 - 1.
    seed : int
        0 .. 2**63 - 1.
    out : uint64[n]

    Returns
    -------
    uint64[n]
        `out`.
    """
    low = int(LOW_WORD)
    words = [np.uint64(part & low) for part in (int(month), int(replication), int(seed), int(seed) >> 32)]
    _draw_keys(id_hash, *words, out)
    return out


# --- draws: SplitMix64 -----------------------------------------------------------------------------------------------

SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
UNIFORM_SHIFT = np.uint64(12)
ONE_BITS = np.uint64(0x3FF0000000000000)
HALF_STEP = 2.0**-53


@inlined
def mix(x):  # type: ignore[no-untyped-def]
    """SplitMix64's finaliser: a bijection of 64-bit words."""
    x = multiply_words(x ^ (x >> SHIFT_1), MIX_1)
    x = multiply_words(x ^ (x >> SHIFT_2), MIX_2)
    return x ^ (x >> SHIFT_3)


@inlined
def unit(word):  # type: ignore[no-untyped-def]
    """Word to the open unit interval: ((word >> 12) + 1/2) / 2**52; u and 1 - u are both exact and never 0 or 1."""
    return (bits_float((word >> UNIFORM_SHIFT) | ONE_BITS) - 1.0) + HALF_STEP


@inlined
def uniform(key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw the uniform of a key for a purpose (both uint64) in (0, 1)."""
    return unit(mix(add_words(key, purpose_hash)))


@inlined
def subkey(key, purpose_hash, j):  # type: ignore[no-untyped-def]
    """Key of the j-th sub-draw of a purpose: SplitMix64's stream that starts at the purpose's own word."""
    step = multiply_words(GOLDEN, np.uint64(j) + np.uint64(1))
    return mix(add_words(mix(add_words(key, purpose_hash)), step))


@inlined
def subdraw(key, purpose_hash, j):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1) of the j-th sub-draw (j >= 0) of a purpose: for rejection and for individual claims."""
    return unit(subkey(key, purpose_hash, j))


@kernel
def uniforms(keys, purpose_hash, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (float64) with `uniform` of keys[n] (uint64) for one purpose; return `out`."""
    for i in range(keys.size):
        out[i] = uniform(keys[i], purpose_hash)
    return out
