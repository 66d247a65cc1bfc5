"""Keys and draws: published vectors, pinned hashes, independence of order, laws."""

import numpy as np
import pytest
from numba import config
from scipy import stats

from sim.base import luck
from sim.base.luck import (
    WORLD,
    Luck,
    draw_keys,
    draw_keys_of,
    mix,
    normals_of,
    partner_key_id,
    philox,
    purpose,
    reserved,
    subdraw,
    unit,
    world_keys,
)

ROWS = 2_000 if config.DISABLE_JIT else 200_000
# Kolmogorov's law: sqrt(n) * D above this has probability 2 * exp(-2 * 2.7**2) = 9e-7 (the false alarm rate)
KS_BOUND = 2.7
Z_BOUND = 5.0  # two-sided false alarm rate 6e-7

# Random123, kat_vectors, philox4x32 with 10 rounds: counter, key, result
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


def ids(n):
    return np.array([partner_key_id(f"partner-{i}") for i in range(n)], dtype=np.uint64)


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_known_answers(counter, key, expected):
    assert [int(w) for w in philox(*words(counter), *words(key))] == [int(w) for w in words(expected)]


def test_draw_keys_lays_out_counter_and_seed():
    identity = np.array([0x85A308D3_243F6A88], dtype=np.uint64)
    seed = 0x299F31D0_A4093822
    key = draw_keys(identity, 0x13198A2E, 0x03707344, seed, np.empty(1, dtype=np.uint64))
    assert int(key[0]) == 0x94FDCCEB_D16CFE09


def test_negative_month_is_twos_complement():
    identity = ids(3)
    below = draw_keys(identity, -1, 0, 7, np.empty_like(identity))
    wrapped = draw_keys(identity, 2**32 - 1, 0, 7, np.empty_like(identity))
    assert (below == wrapped).all()
    assert (below != draw_keys(identity, 1, 0, 7, np.empty_like(identity))).all()


REPLICATIONS = np.array([0, 11, 3, 2**32 - 1], dtype=np.uint64)


@pytest.mark.parametrize("month", [-7, 0, 31])
def test_keys_of_replications_are_those_of_each(month):
    identity, seed = ids(7), 2**62 + 5
    found = draw_keys_of(identity, month, REPLICATIONS, seed, np.empty(4 * 7, dtype=np.uint64)).reshape(4, 7)
    world = world_keys(month, REPLICATIONS, seed, np.empty(4, dtype=np.uint64))
    for r, replication in enumerate(REPLICATIONS.tolist()):
        assert (found[r] == draw_keys(identity, month, replication, seed, np.empty_like(identity))).all()
        assert world[r] == draw_keys(np.array([WORLD]), month, replication, seed, np.empty(1, dtype=np.uint64))[0]


def test_normals_of_replications_are_those_of_each():
    months = [-24, -12, 0, 12, 24]
    expected = [[Luck(9, r).normal(month, "a.b") for month in months] for r in REPLICATIONS.tolist()]
    assert normals_of("a.b", months, REPLICATIONS, 9).tolist() == expected


def test_mix_is_splitmix64():
    # first outputs of SplitMix64 seeded with 1234567, as listed by Vigna's reference implementation
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    state = [(1234567 + (j + 1) * int(luck.GOLDEN)) % 2**64 for j in range(3)]
    assert [int(mix(np.uint64(s))) for s in state] == expected


def test_unit_is_open_and_complements_exactly():
    smallest, largest = unit(np.uint64(0)), unit(np.uint64(2**64 - 1))
    assert smallest == 2.0**-53
    assert largest == 1.0 - 2.0**-53
    assert 1.0 - largest == smallest


def test_hashes_are_pinned():
    """A change here changes every result: raise `luck` in the manifest."""
    assert {name: f"{int(purpose(name)):016x}" for name in PURPOSES} == PURPOSES
    assert f"{int(partner_key_id('A-1')):016x}" == PARTNER_A1
    assert f"{int(WORLD):016x}" == WORLD_HEX
    assert reserved("world") == WORLD == partner_key_id("@world")
    assert purpose("A-1") != partner_key_id("A-1")


PURPOSES = {"sales.count.motor": "a97cd92bfac6500e", "claims.count.motor": "9546757d20c2d6b3"}
PARTNER_A1 = "629cca07b402fcad"
WORLD_HEX = "d6491a272cd079e3"


def test_draw_does_not_depend_on_row_order_or_chunk():
    identity = ids(100)
    order = np.random.default_rng(1).permutation(100)
    whole = Luck(3, 1).uniforms(Luck(3, 1).keys(identity, 5), "a.b")
    shuffled = Luck(3, 1).uniforms(Luck(3, 1).keys(identity[order], 5), "a.b")
    part = Luck(3, 1).uniforms(Luck(3, 1).keys(identity[40:60], 5), "a.b")
    assert (whole[order] == shuffled).all()
    assert (whole[40:60] == part).all()


@pytest.mark.parametrize("change", ["seed", "high seed", "replication", "month", "purpose", "sub-draw"])
def test_streams_are_uniform_and_uncorrelated(change):
    identity = ids(ROWS)
    first = Luck(3).uniforms(Luck(3).keys(identity, 5), "a.b")
    second = {
        "seed": lambda: Luck(4).uniforms(Luck(4).keys(identity, 5), "a.b"),
        "high seed": lambda: Luck(3 + 2**32).uniforms(Luck(3 + 2**32).keys(identity, 5), "a.b"),
        "replication": lambda: Luck(3, 1).uniforms(Luck(3, 1).keys(identity, 5), "a.b"),
        "month": lambda: Luck(3).uniforms(Luck(3).keys(identity, 6), "a.b"),
        "purpose": lambda: Luck(3).uniforms(Luck(3).keys(identity, 5), "a.c"),
        "sub-draw": lambda: np.array([subdraw(k, purpose("a.b"), 0) for k in Luck(3).keys(identity, 5)]),
    }[change]()
    assert stats.kstest(second, "uniform").statistic * np.sqrt(ROWS) < KS_BOUND
    assert abs(np.corrcoef(first, second)[0, 1]) * np.sqrt(ROWS) < Z_BOUND


def test_keys_are_kept_for_the_month_and_follow_the_rows():
    stream = Luck(3)
    identity = ids(4)
    kept = stream.keys(identity, 5)
    assert stream.keys(identity.copy(), 5) is kept
    assert not kept.flags.writeable
    identity[0] += np.uint64(1)
    changed = stream.keys(identity, 5)
    assert changed[0] != kept[0]
    assert (changed[1:] == kept[1:]).all()
    assert (stream.keys(identity, 6) != changed).all()


def test_common_draws_are_keyed_by_month_alone():
    assert Luck(3).world(5, "x") == Luck(3).world(5, "x")
    assert Luck(3).world(5, "x") != Luck(3).world(6, "x")
    assert Luck(3).common(reserved("rival.alfa"), 5, "x") != Luck(3).world(5, "x")
    assert stats.norm.cdf(Luck(3).normal(5, "x")) == pytest.approx(Luck(3).world(5, "x"), rel=1e-12)


def test_normals_are_quantiles_of_the_uniforms():
    keys = Luck(3).keys(ids(500), 1)
    assert stats.norm.cdf(Luck(3).normals(keys, "x")) == pytest.approx(Luck(3).uniforms(keys, "x"), rel=1e-12)


def test_out_is_filled_in_place():
    keys = Luck(3).keys(ids(5), 1)
    out = np.empty(5)
    assert Luck(3).uniforms(keys, "x", out) is out
    assert Luck(3).normals(keys, "x", out) is out


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (2**63, 0), (0, -1), (0, 2**32)])
def test_out_of_range_is_refused(seed, replication):
    with pytest.raises(ValueError, match=r"must be in 0 \.\. 2\*\*"):
        Luck(seed, replication)
