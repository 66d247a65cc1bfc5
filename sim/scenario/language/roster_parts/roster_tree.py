"""Who brought whom: the sponsors of a roster must be partners and form trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.scenario.language.suggestions import did_you_mean

LONGEST_SHOWN = 10
MOST_COMPARED = 10_000
Fault = Callable[[str, str, str], None]


def check_sponsors(ids: Sequence[str], sponsors: Sequence[str], fault: Fault) -> None:
    """Report unknown sponsors and cycles; `fault` takes the partner's id, what is wrong and the remedy."""
    if not any(sponsors) or _all_lead_up(ids, sponsors):
        return
    of = {name: sponsor or None for name, sponsor in zip(ids, sponsors, strict=True) if name}
    for name, sponsor in of.items():
        if sponsor is not None and sponsor not in of:
            near = did_you_mean(sponsor, list(of)[:MOST_COMPARED])
            fault(name, f"unknown sponsor {sponsor}", near if near.startswith("did") else "name the id of a partner")
    for cycle in cycles(of):
        shown = [*cycle[:LONGEST_SHOWN], "..."] if len(cycle) > LONGEST_SHOWN else cycle
        fault(cycle[0], f"sponsors go in a cycle {' -> '.join([*shown, cycle[0]])}", "remove one of the links")


def _all_lead_up(ids: Sequence[str], sponsors: Sequence[str]) -> bool:
    """Whether every sponsor is a partner and everybody's sponsors end with one who has none: mostly so, and quick."""
    n = len(ids)
    row = {name: k for k, name in enumerate(ids)} | {"": n}
    try:
        above = np.fromiter(map(row.__getitem__, sponsors), np.int32, n)
    except KeyError:
        return False
    above = np.append(above, n).astype(np.int32)
    for _ in range(n.bit_length()):  # those 1, 2, 4, 8 ... above
        above = above[above]
    return len(row) == n + 1 and bool((above == n).all())


def cycles(parent: dict[str, str | None]) -> list[list[str]]:
    """Every cycle of child -> parent once, from its first member in the order of `parent`."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in (child for child, above in parent.items() if above is not None):
        trail: dict[str, None] = {}
        node: str | None = start
        while node is not None and node in parent and node not in done and node not in trail:
            trail[node] = None
            node = parent[node]
        if node is not None and node in trail:
            names = list(trail)
            found.append(names[names.index(node) :])
        done.update(trail)
    return found
