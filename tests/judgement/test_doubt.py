"""The verdict with doubt: each replication is what the scenario with its figures is, on the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.judgement.result import Result
from sim.judgement.verdict import FAIL, PASS
from sim.runs.doubt import drawn
from tests.judgement.linear import COMMISSION, COST_RATIO, EARNED, played
from tests.report import tiny

LOSSES = "{path: products.hull.claims.loss_ratio, law: normal, mean: 65%, deviation: 4%}"
BUYERS = "{path: segments.bank.flow, law: uniform, low: 5, high: 35}"
RIVAL = "{path: rivals.other.commission, law: triangular, low: 5%, likely: 12%, high: 30%}"
BANKS = "{path: segments.bank.partners, law: uniform, low: 5, high: 40, whole: true}"
PATHS = {
    "losses": "products.hull.claims.loss_ratio",
    "buyers": "segments.bank.flow",
    "rival": "rivals.other.commission",
    "banks": "segments.bank.partners",
}
LAWS = {"losses": LOSSES, "buyers": BUYERS, "rival": RIVAL, "banks": BANKS}


def doubted(folder: Path, names: list[str], replications: int = 5, **options: Any) -> Result:
    changes = {"uncertainties": {name: LAWS[name] for name in names}}
    return tiny.played(folder, changes, replications, breaks=False, **options)


@pytest.mark.parametrize("names", [["losses"], ["losses", "rival"], ["losses", "buyers", "banks"]])
def test_a_replication_is_that_of_its_own_scenario(tmp_path: Path, names: list[str]) -> None:
    result = doubted(tmp_path, names)
    assert result.doubt is not None
    doubt = tuple(result.plan.scenario.uncertainties.items())
    for number, values in enumerate(drawn(doubt, 7, range(5))):
        sets = [f"{PATHS[name]}={value:.12g}" for name, value in zip(names, values, strict=True)]
        alone = sim.run(sim.load(tiny.scenario(tmp_path), sets), 5, 1, doubt=0)
        for kpi, figure in alone.figures.items():
            np.testing.assert_array_equal(figure.values[number], result.doubt.figures[kpi].values[number], kpi)


def test_draws_hang_on_seed_replication_and_name_alone(tmp_path: Path) -> None:
    one, more = (
        tuple(sim.load(tiny.scenario(tmp_path, {"uncertainties": laws})).scenario.uncertainties.items())
        for laws in ({"losses": LOSSES}, {"buyers": BUYERS, "losses": LOSSES})
    )
    alone = drawn(one, 7, range(400))[:, 0]
    np.testing.assert_array_equal(alone, drawn(more, 7, range(400))[:, 1])
    np.testing.assert_array_equal(alone[[3, 1]], drawn(one, 7, [3, 1])[:, 0])
    assert (alone != drawn(one, 8, range(400))[:, 0]).all()
    assert (alone != drawn((("others", one[0][1]),), 7, range(400))[:, 0]).all()
    assert alone.mean() == pytest.approx(0.65, abs=0.04 * 3.3 / 20) and alone.std() == pytest.approx(0.04, rel=0.15)


def test_a_figure_that_hardly_moves_leaves_the_luck(tmp_path: Path) -> None:
    tight = "{path: products.hull.claims.loss_ratio, law: normal, mean: 65%, deviation: 1e-9}"
    result = tiny.played(tmp_path, {"uncertainties": {"losses": tight}}, 12, breaks=False)
    assert result.doubt is not None
    np.testing.assert_allclose(
        result.doubt.figures["result"].values, result.figures["result"].values, rtol=1e-6, atol=1.0
    )
    shares = result.doubt.shares["result"]
    assert shares is not None and shares.luck.figure == pytest.approx(1.0, abs=1e-6)


def test_workers_and_store_change_nothing(tmp_path: Path) -> None:
    changes = {"uncertainties": {"losses": LOSSES, "banks": BANKS}}
    path, store = tiny.scenario(tmp_path, changes), tmp_path / "store"
    first = sim.run(path, 4, 1, store=store, breaks=False)
    longer = sim.run(path, 9, 1, store=store, breaks=False)
    others = sim.run(path, 9, 2, breaks=False)
    assert first.doubt and longer.doubt and others.doubt
    np.testing.assert_array_equal(longer.doubt.sheet.values, others.doubt.sheet.values)
    np.testing.assert_array_equal(longer.doubt.sheet.values[:4], first.doubt.sheet.values)


def test_what_was_played_with_doubt_is_not_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.runs import work

    path, store = tiny.scenario(tmp_path, {"uncertainties": {"losses": LOSSES}}), tmp_path / "store"
    first = sim.run(path, 4, 1, store=store, breaks=False)
    monkeypatch.setattr(work, "played_with_doubt", None)
    again = sim.run(path, 4, 1, store=store, breaks=False)
    assert first.doubt and again.doubt
    np.testing.assert_array_equal(first.doubt.sheet.values, again.doubt.sheet.values)


def test_stated_figures_are_as_without_uncertainties(tmp_path: Path) -> None:
    plain, with_doubt = tiny.played(tmp_path), doubted(tmp_path, ["losses", "buyers"], 3)
    np.testing.assert_array_equal(plain.cube.values, with_doubt.cube.values)
    assert plain.specification.key == with_doubt.specification.key  # so a store serves both
    assert plain.doubt is None and plain.breaking is None


def test_doubt_alone_may_undo_a_verdict(tmp_path: Path) -> None:
    """Without luck the result is a line in both figures, so its chance of keeping a bound is known."""
    wide = {"cost": COST_RATIO, "commission": COMMISSION}
    criteria = {"mostly": {"kpi": "result", "at_least": 0, "in_share": "95%"}}
    found = played(tmp_path, 300, None, uncertainties=wide, criteria=criteria)
    assert found.doubt is not None and (found.verdict, found.doubt.verdict) == (PASS, FAIL)
    rng = np.random.default_rng(1)
    kept = (0.08 * rng.normal(size=10**6) + rng.uniform(-0.2, 0.2, 10**6) <= 0.2).mean()
    (one,) = found.doubt.criteria
    assert one.low <= kept <= one.high
    shares = found.doubt.shares["result"]
    assert shares is not None and shares.luck.high == 0.0 and shares.first == "commission"
    true = 0.4**2 / 12 / (0.4**2 / 12 + 0.08**2)
    assert shares.inputs["commission"].low <= true <= shares.inputs["commission"].high
    assert shares.variance == pytest.approx(EARNED**2 * (0.4**2 / 12 + 0.08**2), rel=0.3)


def test_fewer_or_none(tmp_path: Path) -> None:
    few, none = doubted(tmp_path, ["losses"], doubt=2), doubted(tmp_path, ["losses"], doubt=0)
    assert few.doubt is not None and few.doubt.replications == 2 and none.doubt is None


def test_expected_claims_leave_luck_out_of_account(tmp_path: Path) -> None:
    found = doubted(tmp_path, ["losses"], claims="expected").doubt
    assert found is not None and not found.shares
