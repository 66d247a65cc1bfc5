"""Who moved where by quarter, and agents by joining month: what a replication hands over equals what was played."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.judgement import partner_flows
from sim.partners.columns import ABSENT, ACTIVE, DEFAULTED, LEFT
from sim.runs.replicate import replicate
from tests.whole.network_brokers import MANY
from tests.whole.running import named
from tests.whole.scenarios import CHOICE, EVERYTHING, S, plan

MOVING = {
    "start": "2025-02", "months": "10mo", "opening": {"kind": "warm_up", "months": "3mo", "capital": 0.0},
    f"{S}.partners": 200, f"{S}.remittance.default": 0.03, f"{S}.turnover": {"entry": 4.0, "leave": 0.02},
    f"{CHOICE}.review": 0.3, f"{CHOICE}.us_at_start": 0.4,
}  # fmt: skip
QUARTERS = {"2025-Q1": (0, 2), "2025-Q2": (2, 5), "2025-Q3": (5, 8), "2025-Q4": (8, 10)}
OUTSIDE = {LEFT: "(left)", DEFAULTED: "(defaulted)", ABSENT: "(new)"}


Standing = list[dict[str, float]]


def standing(model: PartnerNetwork) -> Standing:
    """Where each partner stands, one by one: parts of it by place."""
    table, names, found = model.table, model.plan.principals, Standing()
    for i in range(model.population.direct):
        several = model.plan.kinds[model.population.segment[i]].multi
        shares = dict(zip(names, table.share[:, i].tolist(), strict=True))
        held = shares if several else {names[table.principal[i]]: 1.0}
        found.append(held if table.status[i] == ACTIVE else {OUTSIDE[int(table.status[i])]: 1.0})
    return found


def moved(before: Standing, after: Standing) -> dict[tuple[str, str], float]:
    """What stays where it was, and what is lost shared among who gained; who stays outside counts nothing."""
    found = Counter[tuple[str, str]]()
    for was, there in zip(before, after, strict=True):
        gained = {place: there[place] - was.get(place, 0.0) for place in there if there[place] > was.get(place, 0.0)}
        for one, share in was.items():
            left = max(share - there.get(one, 0.0), 0.0)
            parts = {place: left * gain / sum(gained.values()) for place, gain in gained.items() if place != one}
            for place, part in {one: share - left, **parts}.items():
                if place != one or place not in OUTSIDE.values():
                    found[one, place] += part  # type: ignore[assignment]  # parts of partners
    return {pair: part for pair, part in found.items() if part > 0}


def by_close(run: Plan) -> tuple[list[Standing], PartnerNetwork]:
    """Where each partner stands at the opening and at each close of the horizon."""
    model, seen = PartnerNetwork(run), []
    while model.month < 0:
        model.step()
    seen.append(standing(model))
    while model.month < run.months:
        model.step()
        seen.append(standing(model))
    return seen, model


@pytest.mark.parametrize("several", [False, True])
def test_each_partner_is_counted_from_where_it_stood(several: bool) -> None:
    run = plan({**MOVING, f"{CHOICE}.homing": "multi" if several else "single"})
    seen, _ = by_close(run)
    frame = partner_flows.flows(run, replicate(run, [0]))
    assert list(dict.fromkeys(frame["quarter"])) == list(QUARTERS)
    for quarter, (first, last) in QUARTERS.items():
        rows = frame[frame["quarter"] == quarter]
        found = dict(zip(zip(rows["from"], rows["to"], strict=True), rows["partners"], strict=True))
        assert found == pytest.approx(moved(seen[first], seen[last]), abs=1e-4)
        assert several or all(part % 1 == 0 for part in found.values())
    assert set(zip(frame["from"], frame["to"], strict=True)) >= {
        ("us", "us"), ("us", "(left)"), ("us", "(defaulted)"), ("other", "(defaulted)"), ("(new)", "us"),
    }  # fmt: skip


def test_moves_agree_with_the_monthly_counts() -> None:
    """Everything at once: who entered and who defaulted in a quarter are the months' counts."""
    run = plan(base=EVERYTHING)
    model = PartnerNetwork(run)
    model.run()
    frame, series = partner_flows.flows(run, replicate(run, [0])), named(model)
    for quarter, months in (("2025-Q1", slice(0, 3)), ("2025-Q2", slice(3, 6))):
        rows = frame[frame["quarter"] == quarter]
        assert rows.loc[rows["from"] == "(new)", "partners"].sum() == series["entered"][months].sum()
        defaulted = rows.loc[rows["to"] == "(defaulted)", "partners"].sum()
        assert defaulted == pytest.approx(series["defaulted"][months].sum(), rel=1e-6) and defaulted > 0


def test_what_comes_and_goes_month_by_month() -> None:
    """Two principals: a quarter's net move is that of its months, and what is lost within a year is what shares say."""
    calm = {**MOVING, f"{S}.turnover": {}, f"{S}.remittance.default": 0.0, f"{CHOICE}.homing": "multi"}
    calm[f"{CHOICE}.weights"] = {"commission": 0.2}
    run = plan({**calm, "months": "24mo", "policy.rules.base.new": {"since": {"2024-11": 0.3, "2026-03": 0.1}}})
    seen, model = by_close(run)
    series, shares = named(model), np.array([[one["us"] for one in close] for close in seen])
    steps = np.diff(shares, axis=0)
    assert series["switched_to_us"] == pytest.approx(np.maximum(steps, 0).sum(axis=1), abs=1e-9)
    assert series["switched_away"] == pytest.approx(np.maximum(-steps, 0).sum(axis=1), abs=1e-9)
    assert series["agents"] == pytest.approx(shares[1:].sum(axis=1))
    for month in (12, 18, 23):
        lost = np.maximum(shares[month + 1 - 12] - shares[month + 1], 0).sum()
        assert series["lost_partners"][month] == pytest.approx(lost, abs=1e-4)
    assert series["switched_away"].sum() > 0 and series["switched_to_us"].sum() > 0


def test_agents_by_joining_month() -> None:
    run = plan(MANY)
    model = PartnerNetwork(run)
    model.run()
    (one,) = replicate(run, [0])
    assert np.array_equal(one.joining, model.nouns.channels.joining(0)) and one.joining.shape == (4, 30)
    frame, joined = partner_flows.joining([one]), named(model)["agents_joined"]
    first = frame[frame["by"] == "joining"]
    assert first["month"].tolist() == list(range(1, 31))
    assert np.abs(first["agents"] - joined).max() <= 0.5 < joined.max()  # the metric is in whole agents
    ended = frame[frame["by"] == "before_default"]
    assert ended["month"].tolist() == list(range(30))
    assert ended["gain"].tolist() == pytest.approx((one.joining[3] / 100).tolist(), rel=1e-12)
    assert (ended["gain"][:3] < 0).all() and ended["gain"].sum() > 0  # the last to come lose, the first have gained
    assert 0 < ended["agents"].sum() < first["agents"].sum()


def test_without_brokers_nobody_joins() -> None:
    (one,) = replicate(plan(MOVING), [0])
    assert one.joining.shape == (4, 0) and partner_flows.joining([one]).empty
