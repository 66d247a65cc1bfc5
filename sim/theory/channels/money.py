"""Integer amounts shared out: largest remainder, and credit of one amount that is rounded once.

Method: Hamilton's (largest remainder), ties to the lowest index; exact integers throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.theory.channels.bounds import at_least, exactly, shares


def split_amount(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount in minor units in proportion to integer weights; they add up to it.

    Parameters
    ----------
    amount : int
        Of either sign; what is taken back is split as what was given.
    weights : sequence of int, shape (n,)
        At least 0, not all 0 unless the amount is 0.

    Raises
    ------
    ValueError
        For a negative weight, or an amount that nobody has a weight in.
    """
    at_least(0, weights=list(weights))
    whole = sum(weights)
    if not whole:
        return _nothing(amount, len(weights))
    size, sign = abs(amount), -1 if amount < 0 else 1
    parts = [size * weight // whole for weight in weights]
    left = [size * weight % whole for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: (-left[i], i))[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def _nothing(amount: int, parties: int) -> list[int]:
    if amount:
        raise ValueError(f"{amount} cannot be split: every weight is 0")
    return [0] * parties


def granted_units(free: int, requests: Sequence[int]) -> list[int]:
    """Units that each row gets of those free: all it asked for, or its part by largest remainder.

    Parameters
    ----------
    free : int
        Units, at least 0.
    requests : sequence of int, shape (n,)
        Units, at least 0; nobody gets more than it asked for.
    """
    at_least(0, free=free, requests=list(requests))
    return list(requests) if sum(requests) <= free else split_amount(free, requests)


def credited_amount(amount: int, share: float) -> int:
    """Share of an amount in minor units, rounded once, half to even; the share is the decimal that was written."""
    shares(share=share)
    return round(amount * exactly(share))
