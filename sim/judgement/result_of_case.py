"""A case that was played, as a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.judgement.beside.years_not_judged import years_not_judged
from sim.judgement.result import Result
from sim.runs.case import Case
from sim.runs.play import cube_of
from sim.runs.replicate import Replication


def result_of_case(case: Case, done: Sequence[Replication], **more: Any) -> Result:
    """The result of its replications; `more` are further fields of a `Result`."""
    assert case.loaded is not None  # a case without a file has no result, but sheets of key figures
    cube, notes = cube_of(case, done), case.notes
    return Result(
        case.loaded, case.specification, case.plan, cube, tuple(done), (*notes, *years_not_judged(cube)), **more
    )
