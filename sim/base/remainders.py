"""Amounts split into whole parts."""

from __future__ import annotations

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount not below 0 in parts by weights, whole and of the same sum, exact at any size.

    What is left of the whole parts goes to the largest remainders, then to the lowest index.

    Raises
    ------
    ZeroDivisionError
        Where the weights sum to 0.
    """
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    by_rest = sorted(range(len(parts)), key=lambda at: -(amount * weights[at] % total))
    for at in by_rest[: amount - sum(parts)]:
        parts[at] += 1
    return parts
