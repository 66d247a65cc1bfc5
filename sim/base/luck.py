"""Keyed luck: every draw is a function of (seed, replication, month, who, purpose), never of call order.

Key of a (who, month) = Philox4x32-10 with counter (id low word, id high word, month, replication) and the seed as
key; the uniform of a purpose = SplitMix64's finaliser of key + hash of the purpose's dotted name.

Notation: i row (partner), j sub-draw of a purpose, t month.

Sources: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox and its constants);
Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from sim.base.arrays import Reals, Words
from sim.base.functions import add_words, bits_float, multiply_words, normal_quantile
from sim.base.kernels import inlined, kernel

HASH_BYTES = 8
KEPT = 2**16  # purposes whose hashes are kept: a scenario has some hundreds, and a process may load many scenarios


def _hash_text(text: str, person: bytes) -> np.uint64:
    digest = blake2b(text.encode("utf-8"), digest_size=HASH_BYTES, person=person).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@lru_cache(maxsize=KEPT)
def purpose(name: str) -> np.uint64:
    """Return the stable 64-bit hash of a purpose's dotted name, product included: ``"sales.count.motor"``."""
    return _hash_text(name, b"purpose")


def partner_key_id(partner_id: str) -> np.uint64:
    """Return the stable 64-bit hash of a partner's id, the form in which `draw_keys` takes it."""
    return _hash_text(partner_id, b"partner")


def reserved(name: str) -> np.uint64:
    """Return the key id of something that is no partner: ``reserved("world")``, ``reserved("rival.alfa")``."""
    return partner_key_id("@" + name)


WORLD = reserved("world")
_WORLD_ROW = np.array([WORLD])

# --- keys: Philox4x32-10 ---------------------------------------------------------------------------------------------

ROUNDS = 10
LOW_WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)  # golden ratio
WEYL_1 = np.uint64(0xBB67AE85)  # sqrt(3) - 1


@inlined
def philox(
    c0: np.uint64,
    c1: np.uint64,
    c2: np.uint64,
    c3: np.uint64,
    k0: np.uint64,
    k1: np.uint64,
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
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
def _draw_keys(
    id_hash: Words,
    month: np.uint64,
    replications: Words,  # [r]
    seed_low: np.uint64,
    seed_high: np.uint64,
    out: Words,  # [r * n]
) -> None:
    rows = id_hash.size
    for r in range(replications.size):
        keys, replication = out[r * rows : (r + 1) * rows], replications[r]
        for i in range(rows):
            x = id_hash[i]
            w0, w1, _, _ = philox(x & LOW_WORD, x >> HALF, month, replication, seed_low, seed_high)
            keys[i] = w0 | (w1 << HALF)


def draw_keys_of(id_hash: Words, month: int, replications: Words, seed: int, out: Words) -> Words:
    """Fill `out` with the key of every row in one month of several replications.

    Parameters
    ----------
    id_hash : uint64[n]
        `partner_key_id` of each row.
    month : int
        Number of the month, negative in the warm-up; taken modulo 2**32.
    replications : uint64[r]
        Each 0 .. 2**32 - 1.
    seed : int
        0 .. 2**63 - 1.
    out : uint64[r * n]
        Replication by replication.

    Returns
    -------
    uint64[r * n]
        `out`.
    """
    low = int(LOW_WORD)
    when, seed_low, seed_high = (np.uint64(part & low) for part in (int(month), int(seed), int(seed) >> 32))
    _draw_keys(id_hash, when, replications, seed_low, seed_high, out)
    return out


def draw_keys(id_hash: Words, month: int, replication: int, seed: int, out: Words) -> Words:
    """Fill `out`, uint64[n], with the key of every row in one month of one replication: see `draw_keys_of`."""
    return draw_keys_of(id_hash, month, np.array([replication], dtype=np.uint64), seed, out)


def world_keys(month: int, replications: Words, seed: int, out: Words) -> Words:
    """Fill `out`, uint64[r], with the key of the world of a month in each of the replications, uint64[r]."""
    return draw_keys_of(_WORLD_ROW, month, replications, seed, out)


# --- draws: SplitMix64 -----------------------------------------------------------------------------------------------

SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
UNIFORM_SHIFT = np.uint64(12)
ONE_BITS = np.uint64(0x3FF0000000000000)
HALF_STEP = 2.0**-53


@inlined
def mix(x: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: a bijection of 64-bit words."""
    x = multiply_words(x ^ (x >> SHIFT_1), MIX_1)
    x = multiply_words(x ^ (x >> SHIFT_2), MIX_2)
    return x ^ (x >> SHIFT_3)


@inlined
def unit(word: np.uint64) -> float:
    """Word to the open unit interval: ((word >> 12) + 1/2) / 2**52; u and 1 - u are both exact and never 0 or 1."""
    return (bits_float((word >> UNIFORM_SHIFT) | ONE_BITS) - 1.0) + HALF_STEP


@inlined
def uniform(key: np.uint64, purpose_hash: np.uint64) -> float:
    """Draw the uniform of a key for a purpose (both uint64) in (0, 1)."""
    return unit(mix(add_words(key, purpose_hash)))


@inlined
def subkey(key: np.uint64, purpose_hash: np.uint64, j: int) -> np.uint64:
    """Key of the j-th sub-draw of a purpose: SplitMix64's stream that starts at the purpose's own word."""
    step = multiply_words(GOLDEN, np.uint64(j) + np.uint64(1))
    return mix(add_words(mix(add_words(key, purpose_hash)), step))


@inlined
def subdraw(key: np.uint64, purpose_hash: np.uint64, j: int) -> float:
    """Uniform in (0, 1) of the j-th sub-draw (j >= 0) of a purpose: for rejection and for individual claims."""
    return unit(subkey(key, purpose_hash, j))


@kernel
def uniforms(keys: Words, purpose_hash: np.uint64, out: Reals) -> None:
    """Fill out[n] (float64) with `uniform` of keys[n] (uint64) for one purpose."""
    for i in range(keys.size):
        out[i] = uniform(keys[i], purpose_hash)


@kernel
def normals(keys: Words, purpose_hash: np.uint64, out: Reals) -> None:
    """Fill out[n] (float64) with standard normal draws of keys[n] (uint64) for one purpose."""
    for i in range(keys.size):
        out[i] = normal_quantile(uniform(keys[i], purpose_hash))


def normals_of(name: str, months: Sequence[int], replications: Words, seed: int) -> Reals:
    """Standard normal draws common to all partners, of a purpose by its dotted name: float64[r, months].

    Row r is what `Luck.normal` of that replication, uint64[r], gives month by month.
    """
    keys, drawn = np.empty(replications.size, dtype=np.uint64), np.empty((len(months), replications.size))
    for month, row in zip(months, drawn, strict=True):
        normals(world_keys(month, replications, seed, keys), purpose(name), row)
    return np.ascontiguousarray(drawn.T)


class Luck:
    """The luck of one replication.

    Parameters
    ----------
    seed : int
        0 .. 2**63 - 1.
    replication : int
        0 .. 2**32 - 1.
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed must be in 0 .. 2**63 - 1, got {seed}")
        if not 0 <= replication < 2**32:
            raise ValueError(f"replication must be in 0 .. 2**32 - 1, got {replication}")
        self.seed = seed
        self.replication = replication
        self._month: int | None = None
        self._ids: Words = np.empty(0, dtype=np.uint64)
        self._keys: Words = np.empty(0, dtype=np.uint64)

    def keys(self, id_hash: Words, month: int) -> Words:
        """Return the keys, read-only uint64[n], of the rows with these id hashes; the last month asked is kept."""
        if month != self._month or not np.array_equal(id_hash, self._ids):
            self._ids = id_hash.copy()
            self._keys = draw_keys(self._ids, month, self.replication, self.seed, np.empty_like(self._ids))
            self._keys.flags.writeable = False
            self._month = month
        return self._keys

    def uniforms(self, keys: Words, name: str, out: Reals | None = None) -> Reals:
        """Return one uniform in (0, 1) a key, float64[n], for the purpose of this dotted name."""
        filled = np.empty(keys.size) if out is None else out
        uniforms(keys, purpose(name), filled)
        return filled

    def normals(self, keys: Words, name: str, out: Reals | None = None) -> Reals:
        """Return one standard normal draw a key, float64[n], for the purpose of this dotted name."""
        filled = np.empty(keys.size) if out is None else out
        normals(keys, purpose(name), filled)
        return filled

    def common(self, who: np.uint64, month: int, name: str) -> float:
        """Return the uniform of one reserved id (`WORLD`, ``reserved("rival.alfa")``) in a month for a purpose."""
        key = draw_keys(np.array([who]), month, self.replication, self.seed, np.empty(1, dtype=np.uint64))
        return float(self.uniforms(key, name)[0])

    def world(self, month: int, name: str) -> float:
        """Return a uniform in (0, 1) common to all partners, keyed by the month alone."""
        return self.common(WORLD, month, name)

    def normal(self, month: int, name: str) -> float:
        """Return a standard normal draw common to all partners, keyed by the month alone."""
        return float(normal_quantile(self.world(month, name)))
