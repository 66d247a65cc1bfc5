"""Sweeps: the break-even plane, ruin by horizon, grids against hand arithmetic, the border of ruin, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.base.errors import OutputError, ScenarioError
from sim.experiments import rounds
from sim.experiments.lab import Lab
from sim.experiments.record import carried_out
from sim.experiments.study import declared, read_study
from sim.judgement.beside import break_even
from sim.runs.ahead import Account
from sim.runs.crew import Crew
from tests.experiments.laying import LINEAR, laid, study
from tests.whole.hypotheses import case, likely, z_share
from tests.whole.laws.test_ruin import PROCESSES
from tests.whole.scenarios import P

COMMISSION: dict[str, Any] = {
    "name": "commission",
    "path": "policy.rules.base.new",
    "from": 0.05,
    "to": 0.45,
    "steps": 5,
}
LOSSES: dict[str, Any] = {"name": "loss ratio", "path": f"{P}.cost_ratio", "values": ["50%", "65%", "75%", "90%"]}


def test_break_even_lies_on_the_plane(tmp_path: Path) -> None:
    """Where the result is a margin times a fixed premium the border is LR + k + e = 1, and so is the theory's line."""
    found = study(tmp_path, "sweep", policy=laid(tmp_path, LINEAR), across=COMMISSION, up=LOSSES, replications=1)
    border = found.table("break_even")
    rate = border["commission"].to_numpy()
    inside = (rate > 0.0) & (rate <= 0.45 - 1e-12)  # the present commission of 0 breaks even beyond the grid
    np.testing.assert_allclose(border["break_even"][inside], 0.95 - rate[inside], atol=1e-9)
    np.testing.assert_allclose(border["theory"][inside], 0.95 - rate[inside], atol=1e-12)
    assert inside.sum() == 4
    assert found.charts[0].levels == (0.0,)  # type: ignore[union-attr]
    assert (found.charts[0].marks[0].x, found.charts[0].marks[0].y) == (0.0, 0.7)  # type: ignore[union-attr]


def test_cells_against_hand_arithmetic(tmp_path: Path) -> None:
    """Ten contracts of 12 000 a month, earned over twelve months: the first axis runs fastest, the margin is linear.

    The present policy, commission 0 and cost 70 %, is a row and a column more.
    """
    cells = study(tmp_path, "sweep", policy=laid(tmp_path, LINEAR), across=COMMISSION, up=LOSSES, replications=1).table(
        "cells"
    )
    earned = sum(120_000 * (18 - sold - 0.5) / 12 if 18 - sold <= 12 else 120_000 for sold in range(18))
    rates = (0.0, 0.05, 0.15, 0.25, 0.35, 0.45)
    expected = [earned * (0.95 - k - loss) for loss in (0.5, 0.65, 0.7, 0.75, 0.9) for k in rates]
    np.testing.assert_allclose(cells["result"], expected, atol=1.0)
    assert cells["commission"].tolist()[:6] == pytest.approx(rates)
    assert (cells["loss"] == (np.array(expected) < -1.0)).all()  # one cell lies on the plane
    assert cells["ruined_high"].iloc[0] == pytest.approx(3.8415 / 4.8415, abs=1e-4)  # Wilson, none in one


def test_paths_set_together_and_one_axis(tmp_path: Path) -> None:
    axis = {"path": [f"{P}.cost_ratio", "policy.rules.base.new"], "values": [0.3, 0.4, 0.5]}
    found = study(tmp_path, "sweep", policy=laid(tmp_path, LINEAR), across=axis, replications=1)
    assert found.table("break_even")["break_even"].tolist() == pytest.approx([0.475], abs=1e-9)
    assert found.table("break_even")["theory"].tolist() == pytest.approx([0.475], abs=1e-9)


@pytest.mark.parametrize(("name", "replications"), [("R007", 250), pytest.param("R007", 4000, marks=pytest.mark.long),
                                                    pytest.param("R011", 4000, marks=pytest.mark.long)])  # fmt: skip
def test_ruin_by_horizon(tmp_path: Path, name: str, replications: int) -> None:
    """The published table of ruin by month, each horizon a cell."""
    one = case(name)
    known = [(m, p) for m, p in zip(one["parameters"]["months"], one["expected"]["psi"], strict=True) if m <= 12]
    changes = {"months": "12mo", "segments.agents.partners": 1, f"{P}.term": "0mo", f"{P}.cost_ratio": None,
               "opening.capital": float(one["parameters"]["u"]), **PROCESSES[name]}  # fmt: skip
    axis = {"path": "months", "values": [f"{m}mo" for m, _ in known], "unit": "month"}
    found = study(
        tmp_path, "sweep", policy=laid(tmp_path, changes), across=axis, replications=replications, ruin_budget=0
    )
    cells = found.table("cells")
    likely(
        [z_share(share * replications, replications, p) for share, (_, p) in zip(cells["ruined"], known, strict=True)],
        name,
    )
    assert (cells["ruined_low"] <= cells["ruined"]).all() and (cells["ruined_high"] > 0).all()


def test_border_of_ruin_gets_more_replications(tmp_path: Path) -> None:
    """Only cells that the border passes are looked at again, doubled, within the budget; certain ones are not."""
    changes = {
        "months": "6mo",
        "segments.agents.partners": 1,
        f"{P}.term": "0mo",
        f"{P}.cost_ratio": None,
        "opening.capital": 30.0,
        **PROCESSES["R007"],
    }
    axis = {"path": "opening.capital", "values": [0.0, 8.0, 16.0, 1e5, 2e5]}
    fields: dict[str, Any] = {"policy": laid(tmp_path, changes), "across": axis, "replications": 20, "ruin_bound": 0.1}
    played = study(tmp_path, "sweep", **fields, ruin_budget=200).table("cells")["replications"]
    assert played.iloc[0] == 20 and played.iloc[4] == 20
    assert set(played) <= {20, 40, 80, 160, 320} and 100 < played.sum() <= 300
    assert (study(tmp_path, "sweep", **fields, ruin_budget=0).table("cells")["replications"] == 20).all()


def test_who_is_looked_at_again() -> None:
    ruined, played = np.array([[0, 0, 1, 20, 20]]), np.full((1, 5), 20)
    assert rounds.wanting(ruined, played, 0.02).tolist() == [[False, True, True, False, False]]
    chosen = list(rounds.shares(ruined, played, 0.02, 30))
    assert chosen == [((0, 1), 20)]  # nearest to the bound first, and no part of a round
    assert rounds.wanting(np.array([[0, 0]]), np.array([[20, 20]]), 0.02).sum() == 0


def test_crossing() -> None:
    assert break_even.crossing(np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, -1.0])) == 3.0
    assert np.isnan(break_even.crossing(np.array([1.0, 2.0]), np.array([1.0, 2.0])))


def test_unknown_path_is_refused_before_play(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    one = declared(
        "sweep", {"policy": laid(tmp_path, LINEAR), "across": {"path": "products.line.cost_ration", "values": [0.1]}}
    )
    with pytest.raises(ScenarioError, match="did you mean cost_ratio"), Crew(1) as crew:
        one.answer(Lab(home=tmp_path, crew=crew, account=Account(lambda done, total: seen.append((done, total)))))
    assert not seen


def test_many_cells_want_a_yes(tmp_path: Path) -> None:
    across, up = COMMISSION | {"steps": 30}, {"path": f"{P}.cost_ratio", "from": 0.1, "to": 0.9, "steps": 30}
    with pytest.raises(
        OutputError, match=r"900 cells, over 500: 21600 replications, at most about \d+ minutes on 1 processors.*--yes"
    ):
        study(tmp_path, "sweep", policy=laid(tmp_path, LINEAR), across=across, up=up)


@pytest.mark.parametrize(
    "axis", [{"path": "a"}, {"path": "a", "values": [1], "from": 0.1}, {"path": "a", "from": 1, "to": 2}, {"path": []}]
)
def test_axis_of_one_kind(axis: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        declared("sweep", {"policy": "small.yaml", "across": axis})


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        ({"from": 0.2, "to": 0.1, "steps": 3}, "the axis runs backwards, from 0.2 to 0.15; exchange from and to"),
        ({"from": 0.1, "to": 0.1, "steps": 3}, "the axis stands still"),
        ({"values": ["5%", "20%", 0.1]}, "the axis runs backwards, from 0.2 to 0.1; list its values rising"),
    ],
)
def test_an_axis_that_does_not_rise_says_so(axis: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        declared("sweep", {"policy": "small.yaml", "across": {"path": "a"} | axis})


@pytest.mark.parametrize(("across", "up"), [("result", None), ("loss_ratio", "loss"), ("k", "k")])
def test_an_axis_is_no_column_of_figures(across: str, up: str | None) -> None:
    axes = {"across": COMMISSION | {"name": across}} | ({} if up is None else {"up": COMMISSION | {"name": up}})
    with pytest.raises(ValueError, match=rf'cannot be called "{across}"'):
        declared("sweep", {"policy": "small.yaml", **axes})


@pytest.mark.parametrize("name", ["stress_map", "stress_map_full", "cost_of_worlds"])
def test_studies_load(name: str) -> None:
    path = Path("scenarios/experiments") / f"{name}.yaml"
    found: Any = read_study(path)
    lab = Lab(home=path.parent)
    sets = [found.across.sets(0) + found.up.sets(0)] if name != "cost_of_worlds" else []
    for one in sets:
        lab.case(found.policy.scenario, (*found.policy.sets, *one))


def test_a_price_on_an_axis_leaves_the_cost_and_is_noted(tmp_path: Path) -> None:
    """A contract costs what it costs at the file's price of 12 000, in the run and in the theory beside it."""
    price = {"name": "price", "path": f"{P}.price", "values": [10_000, 12_000, 15_000]}
    fields = {"policy": laid(tmp_path, LINEAR), "across": price, "up": LOSSES, "replications": 1}
    with Crew(1) as crew:
        found = carried_out(declared("sweep", fields), Lab(tmp_path, crew))
    cells = found.table("cells")
    stated = np.repeat([0.5, 0.65, 0.7, 0.75, 0.9], 3) * 12_000 / cells["price"]
    np.testing.assert_allclose(cells["loss_ratio"], stated, rtol=2e-5)
    np.testing.assert_allclose(cells["theory_loss_ratio"], stated, rtol=1e-9)
    assert [note.code for note in found.notes] == ["price_without_response"]
