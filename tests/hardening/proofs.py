"""What must hold of any scenario that loads: it plays without a fault, its books foot, nothing depends on the batch.

Every month that is played proves the ledger and the sub-ledgers by itself (`LedgerError`); here is what comes on top.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine.layout.plan import Plan
from sim.experiments.against_actuals import against_actuals
from sim.judgement.result import Result
from sim.judgement.session import Run
from sim.money.flows import ACCOUNTS, FLOWS, Kind
from sim.policy.rules.credibility_rate import CredibilityRate
from sim.results.kpis import Kpi
from sim.results.loading import load
from sim.runs import chunk
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import cube_of
from sim.runs.replicate import Replication, replicate
from sim.scenario.load import Loaded
from sim.scenario.show import resolved_yaml

NUMBERS = (0, 1, 2)
VERDICTS = ("PASS", "FAIL", "UNDECIDED")
SIDE = {Kind.ASSET: 1, Kind.EXPENSE: 1}
WHOLE = {
    "premium_written": ("premium_written", "premium_written_direct"),
    "premium_earned": ("premium_earned",),
    "claims_incurred": ("claims_incurred", "cost_of_goods"),
    "premium_refunded": ("premium_refunded",),
}
"""flows of which the whole of a figure by part consists"""
BOOKS = (Kind.ASSET, Kind.LIABILITY)


@dataclass(frozen=True)
class Looks:
    """What is looked at besides the figures: a language of the folder, or none, and a partner, or none."""

    lang: str = ""
    partner: bool = False


def prove(again: Callable[[], Loaded], home: Path, looks: Looks = Looks()) -> None:
    """Play a scenario small and assert all that must hold; the errors are those of the run.

    `again` loads it; it is loaded twice, so that nothing is shared by the two playings that are compared.
    """
    loaded = again()
    case = Case.of(loaded)
    Run(case, len(NUMBERS)).check(1)
    alone = replicate(case.plan, NUMBERS, panels={0}, most=1)
    same(alone, replicate(Case.of(again()).plan, NUMBERS, panels={0}, most=len(NUMBERS)))
    for one in alone:
        prove_books(case.plan, one.monthly)
    prove_kept(alone, home)
    result = Result(loaded, case.specification, case.plan, cube_of(case, alone), tuple(alone), case.notes)
    if case.plan.scenario.uncertainties or case.plan.scenario.breaks:
        result = with_doubt(case, alone)
    prove_figures(result)
    look_beside(result)
    if looks.partner:
        look_at_a_partner(result)
    if looks.lang:
        write(result, home, looks.lang)


def with_doubt(case: Case, alone: Sequence[Replication]) -> Result:
    """The run as the command plays it, with what stands beside the verdict; the same replications, figures known."""
    with Crew(1) as crew:
        result = Run(case, len(NUMBERS), (0,)).play(crew)
    same(alone, result.replications)
    if result.doubt is not None:
        prove_values(result.doubt.figures)
        assert result.doubt.verdict in VERDICTS
    if result.breaking is not None:
        assert all(one.value is None or np.isfinite(one.value) for one in result.breaking.points), "a breaking point"
    return result


def look_beside(result: Result) -> None:
    """What is made of a result where the scenario has something for it: a back-test, rates solved by partner."""
    if result.loaded.actuals is not None:
        assert against_actuals(result) is not None
    if any(isinstance(rule, CredibilityRate) for _, rule in result.plan.book.rules):
        assert len(result.solved_rates().columns)


def same(one: Sequence[Replication], other: Sequence[Replication]) -> None:
    """The same replications, played apart and played together: the same bytes."""
    for mine, its in zip(one, other, strict=True):
        names = [f"row {m}" for m in np.flatnonzero(_differs(mine.monthly, its.monthly).any(axis=0))]
        assert mine.monthly.tobytes() == its.monthly.tobytes(), f"replication {mine.number} in a batch: {names[:9]}"
        assert mine.events == its.events and mine.flows.tobytes() == its.flows.tobytes(), "events or moves in a batch"
        assert mine.joining.tobytes() == its.joining.tobytes(), "agents that join in a batch"
        assert all(np.array_equal(values, its.panel[name]) for name, values in mine.panel.items()), "panel in a batch"


def _differs(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((one != other) & ~(np.isnan(one) & np.isnan(other)))


def prove_books(plan: Plan, monthly: NDArray[np.float64]) -> None:
    """From the recorded flows alone: no flow is negative, accounts move by them, balances add up to 0, equity foots."""
    found = {metric.name: monthly[:, m] for m, metric in enumerate(plan.metrics)}
    balance = {one: found[f"balance.{one.label}"] * SIDE.get(one.kind, -1) for one in ACCOUNTS}
    moved = {one: np.zeros(len(monthly)) for one in ACCOUNTS}
    for flow in FLOWS:
        assert (found[flow.label] >= 0).all(), f"{flow.label} is negative"
        moved[flow.debit] += found[flow.label]
        moved[flow.credit] -= found[flow.label]
    for one in ACCOUNTS:
        assert (np.diff(balance[one]) == moved[one][1:]).all(), f"{one.label} does not move by its flows"
    assert (sum(balance.values()) == 0).all(), "balances do not add up to 0"
    assert (sum(balance[one] for one in ACCOUNTS if one.kind in BOOKS) == found["equity"]).all(), "equity"
    prove_parts(plan, found)


def prove_kept(alone: Sequence[Replication], home: Path) -> None:
    """What the store writes is what it reads."""
    path = home / "chunk"
    path.write_bytes(chunk.packed(alone))
    found = chunk.held(path, "months") or {}
    path.unlink()
    same(alone, [found[number][0] for number in NUMBERS])


def prove_parts(plan: Plan, found: dict[str, NDArray[np.float64]]) -> None:
    """Parts by product and by segment add up to the whole."""
    one = plan.scenario
    for name, whole in WHOLE.items():
        total = sum(found[flow] for flow in whole)
        for group in ((*one.segments, *one.own, "direct"), tuple(one.products)):
            parts = [found[f"{name}.{part}"] for part in group if f"{name}.{part}" in found]
            assert not parts or np.array_equal(sum(parts), total), f"{name} of {group}"


def prove_figures(result: Result) -> None:
    """Key figures are numbers, or unknown, within their bounds; the verdict is one of three."""
    prove_values(result.figures)
    assert result.verdict in VERDICTS
    assert result.kpis is not None and result.contribution is not None


def prove_values(figures: Mapping[str, Kpi]) -> None:
    """No key figure is infinite, a probability is one."""
    for name, figure in figures.items():
        assert not np.isinf(figure.values).any(), f"{name} is infinite"
        known = figure.values[~np.isnan(figure.values)]
        if figure.unit == "probability":
            assert ((known >= 0) & (known <= 1)).all(), f"{name} is no probability"


def look_at_a_partner(result: Result) -> None:
    """What `explain` shows of the first and the last partner: month by month and line by line."""
    ids = [one for one in result.plan.population.ids if one]
    for partner in {ids[0], ids[-2]} if len(ids) > 1 else set():
        result.explain(partner)
        result.statement(partner)


def write(result: Result, home: Path, lang: str) -> None:
    """The folder of the run; the scenario that lies in it is the same scenario."""
    out = result.write(home / "out", lang=lang, overwrite=True)
    again = load(out / "scenario.resolved.yaml")
    assert resolved_yaml(again).split("\n")[1:] == resolved_yaml(result.loaded).split("\n")[1:], "resolved scenario"
    shutil.rmtree(out)
