"""The panel that a scenario leaves behind, and its weights found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.base.errors import ScenarioError
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.experiments.calibration.choice_panel import panel_of
from sim.experiments.calibration.choice_weights import choice_weights
from sim.experiments.calibration.data import read_panel
from tests.experiments.calibration.pasting import pasted
from tests.whole.hypotheses import likely, z, z_share
from tests.whole.scenarios import CHOICE, EVERYTHING, S, plan, tree

DEALERS = "segments.dealers.choice"
REVIEW, INERTIA, COMMISSION, BRAND = 0.25, 1.0, 0.2, 0.7
TRUE = {
    f"{CHOICE}.weights.commission": COMMISSION,
    f"{CHOICE}.weights.brand": BRAND,
    f"{CHOICE}.inertia": INERTIA,
    f"{CHOICE}.review": REVIEW,
}


def rates(*points: int) -> dict[str, dict[str, float]]:
    """Commission that changes every two months."""
    return {"since": {f"2025-{1 + 2 * n:02d}": point / 100 for n, point in enumerate(points)}}


def market(seed: int = 1, **changes: object) -> Plan:
    settings = {
        "seed": seed, f"{S}.partners": 400, f"{CHOICE}.us_at_start": 0.4, **TRUE,
        "policy.rules.base.new": rates(10, 16, 12, 9, 15, 11), "us.brand": 0.5,
        "rivals": {
            "b": {"commission": {"rate": rates(14, 10, 9, 15, 11, 13)}, "brand": 1.0, "strategy": {"kind": "calendar"}},
            "c": {"commission": {"rate": rates(12, 13, 16, 10, 9, 17)}, "strategy": {"kind": "calendar"}},
        },
    }  # fmt: skip
    return plan(settings | changes)


def missing(panel: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return panel.drop(columns=list(columns))


def deviations(found: pd.DataFrame) -> list[float]:
    return [float(z(found["estimate"][name], true, found["standard_error"][name])) for name, true in TRUE.items()]


def test_weights_inertia_and_review_rate_are_found_again() -> None:
    panels = [panel_of(market(seed)) for seed in range(4)]
    known = [deviations(choice_weights(panel, "p.csv").table) for panel in panels]
    unknown = [deviations(choice_weights(missing(panel, "reviewed"), "p.csv").table) for panel in panels]
    likely(known, "reviewers known")
    likely(unknown, "reviewers not known")


def test_the_mixture_costs_precision_and_the_logit_of_everybody_is_wrong() -> None:
    panel = panel_of(market(9))
    known, unknown = (choice_weights(one, "p.csv").table for one in (panel, missing(panel, "reviewed")))
    assert (unknown["standard_error"] > known["standard_error"][unknown.index]).all()
    blind = choice_weights(panel.assign(reviewed=1.0), "p.csv").table
    inertia = blind.loc[f"{CHOICE}.inertia"]
    assert (
        z(inertia["estimate"], INERTIA, inertia["standard_error"]) > 10
    )  # who does not look counts as one who looks and stays


def test_the_panel_says_what_the_model_went_by() -> None:
    """Only reviewers move; as many review as the scenario says; offers and qualities are the scenario's."""
    panel = panel_of(market())
    assert (panel.groupby(["month", "partner"])["chosen"].sum() == 1).all()
    moved = panel[(panel["chosen"] == 1) & (panel["is_current"] == 0)]
    assert (moved["reviewed"] == 1).all()
    who = panel.drop_duplicates(["month", "partner"])
    likely(z_share(who["reviewed"].sum(), len(who), REVIEW), "reviews")
    march = panel[panel["month"] == "2025-03"].drop_duplicates("alternative").set_index("alternative")
    assert march["commission"].to_dict() == pytest.approx({"us": 16.0, "b": 10.0, "c": 13.0})
    assert march["brand"].to_dict() == {"us": 0.5, "b": 1.0, "c": 0.0}
    assert "service" not in panel
    stays = panel[panel["is_current"] == 1].set_index(["month", "partner"])["alternative"]
    before = panel[panel["chosen"] == 1].set_index(["month", "partner"])["alternative"]
    assert (stays.loc["2025-02"] == before.loc["2025-01"]).all()


def test_weighed_attributes_are_the_utilities_that_partners_went_by() -> None:
    """With every weight, a learned reliability and market shares; inertia apart."""
    world = plan({"us.brand": 0.2, f"{DEALERS}.weights.popularity": 0.8, f"{DEALERS}.weights.brand": 0.3}, EVERYTHING)
    model, segment = PartnerNetwork(world), list(world.scenario.segments).index("dealers")
    model.run()
    panel = panel_of(world)
    last = panel[(panel["segment"] == "dealers") & (panel["month"] == panel["month"].max())]
    weights = {name: series[segment, -1] for name, series in world.weights.items() if name in last}
    utility = sum(last[name] * weight for name, weight in weights.items()) + last.get("outside", 0.0) * -1.0
    row, k = (
        last[name].map(list(of).index)
        for name, of in (("partner", world.population.ids), ("alternative", world.principals))
    )
    expected = np.where(k == 0, model.table.utility[row], model.market.utilities[segment, k])
    assert utility.to_numpy() == pytest.approx(expected, abs=1e-12)
    assert set(weights) == {"commission", "brand", "reliability", "popularity"}


def test_rivals_that_leave_and_an_outside_option() -> None:
    """Who was with a rival that left reviews at once; the outside option has a constant of its own."""
    gone = {"capital": 1.0, "expense_ratio": 0.9, "commission": 0.3, "brand": 2.0, "strategy": {"kind": "static"}}
    panel = panel_of(market(3, **{"rivals.b": gone, "market.outside_option": 1.5}))
    there = panel.groupby("month", sort=True)["alternative"].unique()
    assert [len(names) for names in there] == [4] + [3] * 11
    homeless = panel.groupby(["month", "partner"]).agg({"is_current": "sum", "reviewed": "max"})
    assert (homeless["is_current"] == 0).any()
    assert (homeless["reviewed"][homeless["is_current"] == 0] == 1).all()
    found = choice_weights(panel, "p.csv")
    row = found.table.loc["market.outside_option"]
    likely(
        [*deviations(found.table)[:3], float(z(row["estimate"], 1.5, row["standard_error"]))], "with an outside option"
    )
    assert "with whom the partner was" in found.notes[0]


def test_a_file_gives_the_same_weights(tmp_path: Path) -> None:
    """Semicolons, decimal commas, a mark of the encoding; who was with whom comes from the month before."""
    panel, file = panel_of(market(2)), tmp_path / "панель.csv"
    missing(panel, "is_current").to_csv(file, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    read = read_panel(file)
    later = panel[panel["month"] > "2025-01"]
    assert len(read) == len(panel)
    expected, found = choice_weights(later, "x").table, choice_weights(read, "x").table
    names = list(TRUE)[:3]
    assert found["estimate"][names].to_numpy() == pytest.approx(expected["estimate"][names].to_numpy(), rel=1e-9)


def test_the_block_can_be_pasted() -> None:
    found = choice_weights(panel_of(market(4)), "панель за 2025.csv")
    assert "панель за 2025.csv" in found.yaml
    choice = pasted(found.yaml, tree()).segments["agents"].choice
    assert choice.source == "панель за 2025.csv"
    assert choice.inertia == pytest.approx(found.table["estimate"][f"{CHOICE}.inertia"], rel=1e-5)


def test_a_brand_that_never_differs_is_refused_with_its_place() -> None:
    panel = panel_of(market()).assign(brand=0.5)
    with pytest.raises(ScenarioError, match=r"p\.csv: segments\.agents\.choice: brand: the same for all"):
        choice_weights(panel, "p.csv")


def test_a_weight_below_zero_is_not_pasted() -> None:
    panel = panel_of(market())
    found = choice_weights(panel.assign(brand=-panel["brand"]), "p.csv")
    assert "brand:" not in found.yaml.replace("agents: brand is below 0", "")
    assert "# agents: brand is below 0, which no scenario takes: left out" in found.yaml


FAULTS = """month;partner;alternative;chosen;commission;brand
2025-13;A;us;1;12,5;0
2025-01;A;b;0;x;0
2025-01;B;us;1;10%;0
2025-01;B;b;1;11;
2025-01;Ц;us;0,5;12;0
2025-01;Ц;us;0;1;0
"""


def test_every_fault_of_a_panel_at_once(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(FAULTS, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_panel(file)
    seen = {(problem.line, problem.path) for problem in caught.value.problems}
    assert {(2, "panel.month"), (3, "panel.commission"), (6, "panel.chosen")} <= seen
    file.write_text(FAULTS.replace("-13", "-01").replace(";x;", ";1;").replace("0,5", "0"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_panel(file)
    texts = [str(problem) for problem in caught.value.problems]
    assert [text.split(": ", 1)[1] for text in texts] == [
        "panel.chosen: 2 alternatives chosen by B in a month; put 1 in one row, 0 in the others",
        "panel.brand: an empty field; fill it in, or leave the column out",
        "panel.chosen: 0 alternatives chosen by Ц in a month; put 1 in one row, 0 in the others",
        "panel.alternative: us twice for Ц in a month; keep one of them",
    ]
    assert texts[0].startswith(f"{file}:4: ")


def test_no_such_file_and_an_unknown_column(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="file not found"):
        read_panel(tmp_path / "none.csv")
    (tmp_path / "p.csv").write_text("month,partner,alternative,chosen,commission,brnad\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="did you mean brand"):
        read_panel(tmp_path / "p.csv")


def test_a_commission_with_a_per_cent_sign_is_in_points(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "month,partner,alternative,chosen,commission\n2025-01,A,us,1,12.5%\n2025-01,A,b,0,9\n", encoding="utf-8"
    )
    assert read_panel(tmp_path / "p.csv")["commission"].tolist() == [12.5, 9.0]
    assert np.isnan(read_panel(tmp_path / "p.csv").get("is_current", pd.Series([np.nan]))).all()
