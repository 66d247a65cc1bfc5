"""Replications that also draw what we do not know of the world: each its own figures, on the luck of its number.

Notation: n replication, d uncertain figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from sim.base.arrays import Reals
from sim.base.errors import RunError
from sim.base.luck import purpose, uniforms, world_keys
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import laid_out
from sim.runs.replicate import Doubt, Specification, laid_out_together, replicate, replicate_cases
from sim.runs.resources import place_seconds
from sim.runs.sheet import Sheet
from sim.runs.side_by_side import MOST_CASES, together
from sim.scenario.language.turned import turned


def doubt_seconds(outline: Outline, doubt: Doubt, replications: int) -> float:
    """Seconds of one processor that so many replications with doubt are reckoned to take."""
    beside = together([one for _, one in doubt], replications)
    return replications * place_seconds(outline, 1, beside)


def drawn(doubt: Doubt, seed: int, numbers: Sequence[int]) -> Reals:
    """Values[n, d] of the uncertain figures in each replication; keyed by the seed, the replication and their name."""
    keys = world_keys(0, np.array(numbers, dtype=np.uint64), seed, np.empty(len(numbers), dtype=np.uint64))
    found = np.empty((len(numbers), len(doubt)))
    for d, (name, one) in enumerate(doubt):
        u = np.empty(len(numbers))
        uniforms(keys, purpose(f"uncertainty.{name}"), u)
        law = one.of(name)
        found[:, d] = one.taken(np.clip(law.quantile(u), *law.drawn_bounds))
    return found


def specified(specification: Specification, values: Reals) -> Specification:
    """The scenario at some values[d] of its uncertain figures, without doubt."""
    sets = [
        text for (_, one), value in zip(specification.doubt, values, strict=True) for text in one.sets(float(value))
    ]
    return replace(specification, tree=turned(specification.played, sets), doubt=())


def played_with_doubt(specification: Specification, numbers: Sequence[int]) -> Sheet:
    """Key figures of replications, each at figures of its own."""
    parts = [numbers[at : at + MOST_CASES] for at in range(0, len(numbers), MOST_CASES)]
    return Sheet.joined([one for some in parts for one in _sheets(specification, some)])


def _sheets(specification: Specification, numbers: Sequence[int]) -> list[Sheet]:
    values = drawn(specification.doubt, specification.seed, numbers)
    cases = [specified(specification, row) for row in values]
    outlines = [_outline(case, number) for case, number in zip(cases, numbers, strict=True)]
    if len({one.table for one in cases}) == 1:
        plans = laid_out_together(outlines)
        return Sheet.of_cases(plans, [[one] for one in replicate_cases(plans, numbers)])
    plans = [laid_out(one) for one in outlines]
    return [Sheet.of(plan, replicate(plan, [number])) for plan, number in zip(plans, numbers, strict=True)]


def _outline(case: Specification, number: int) -> Outline:
    try:
        return case.outline()
    except ValidationError as error:
        what = f"the figures drawn do not go together: {error.errors()[0]['msg']}"
        raise RunError(what, case.seed, number, 0) from None
