"""What partners are to us changes on dates, and rules with it; states of the last close decide what rules pay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.spells import spells_of
from sim.base.units import month_ordinal
from sim.engine.model import PartnerNetwork
from sim.judgement.explain import explain
from sim.partners.listed import Listed
from sim.runs.replicate import replicate
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, Tree, plan

BASE = {"kind": "base", "new": 0.1, "renewal": 0.1}
START = {f"{P}.term": "0mo", "months": "6mo"}


def commission(changes: Tree, roster: tuple[Listed, ...] = ()) -> dict[str, list[int]]:
    """Commission of each partner by month, in per cent of its premium."""
    model = PartnerNetwork(plan(START | changes, roster=roster))
    found: dict[str, list[int]] = {name: [] for name in model.population.ids if not name.startswith("@")}
    while model.month < model.plan.months:
        model.step()
        owed, premium = model.nouns.commission.statement.commission(), model.table.premium_new.sum(axis=0)
        assert premium[: len(found)].all()
        for i, months in enumerate(found.values()):
            months.append(int(100 * owed[i] // premium[i]))
    return found


def rules(**more: Any) -> Tree:
    return {"policy.rules": {"base": BASE, **more}}


def test_an_appointment_moves_a_partner_to_the_rules_of_its_group() -> None:
    """100 a month at 10 %; from April a-2 is gold, at 15 %, in June it is no more; nobody else is."""
    events = {
        "up": {"kind": "appointment", "partners": ["a-2"], "start": "2025-04", "group": "gold"},
        "down": {"kind": "appointment", "partners": ["a-2"], "start": "2025-06", "group": ""},
    }
    roster = tuple(Listed(f"a-{i}", "agents", 3.0) for i in range(1, 4))
    gold = rules(gold={"kind": "base", "groups": ["gold"], "new": 0.15})
    found = commission({**gold, "market.events": events}, roster)
    assert found["a-2"] == [10, 10, 10, 15, 15, 10]
    assert found["a-1"] == found["a-3"] == [10] * 6
    told = explain(plan(START | gold | {"market.events": events}, roster=roster), "a-2")
    assert told["group"].tolist() == ["", "", "", "gold", "gold", ""]


def test_dated_columns_of_the_roster_do_the_same() -> None:
    """Silver from the start by its column, gold from April; the rank of another from May at the lowest bound's rate."""
    april, may = month_ordinal("2025-04"), month_ordinal("2025-05")
    roster = (
        Listed("a", "agents", 3.0, group="silver", appointed=((april, "group", "gold"),)),
        Listed("b", "agents", 3.0, appointed=((may, "rank", 2),)),
    )
    ladder = {
        "kind": "stair_step",
        "window": "1mo",
        "brackets": [{"above": 0, "rate": 0.1}, {"above": 1e6, "rate": 0.3}],
    }
    found = commission(
        {"policy.rules": {"ladder": ladder, "gold": {"kind": "share_bonus", "groups": ["gold"], "new": 0.05}}}, roster
    )
    assert found["a"] == [10, 10, 10, 15, 15, 15]
    assert found["b"] == [10, 10, 10, 10, 30, 30]


def test_terms_of_one_partner_from_a_date_on() -> None:
    """One by name goes before the rule of its group, and that before the base."""
    roster = (Listed("a", "agents", 3.0, group="gold"), Listed("b", "agents", 3.0, group="gold"))
    own = {"kind": "base", "partners": ["a"], "new": 0.2, "effective_from": "2025-03"}
    found = commission(rules(gold={"kind": "base", "groups": ["gold"], "new": 0.15}, own=own), roster)
    assert found["a"] == [15, 15, 20, 20, 20, 20] and found["b"] == [15] * 6


def test_certificates_of_the_roster_and_of_shares_of_a_segment() -> None:
    """One held in February and March alone; of 200 partners those of 30 %, then 60 %, the first among the second."""
    more = {"kind": "share_bonus", "new": 0.05, "only_if": [{"by": "certified", "least": 1}]}
    roster = (Listed("a", "agents", 3.0, certified=(("motor", spells_of("2025-02..2025-04")),)),)
    assert commission(rules(more=more), roster)["a"] == [10, 15, 15, 10, 10, 10]
    share = {"motor": {"since": {"2025-01": 0.3, "2025-04": 0.6}}}
    found = commission({**rules(more=more), f"{S}.partners": 200, f"{S}.flow": 3.0, f"{S}.certified": share})
    paid = np.array(list(found.values())) == 15
    first, second = paid[:, 2], paid[:, 3]
    assert (paid[:, :3] == first[:, None]).all() and (paid[:, 3:] == second[:, None]).all()
    assert (second | ~first).all() and abs(first.mean() - 0.3) < 0.1 and abs(second.mean() - 0.6) < 0.1


@pytest.mark.parametrize("by", ["arrears", "rating", "survey", "incidents"])
def test_states_of_the_last_close(by: str) -> None:
    """Who is paid more is who kept to the bound at the close before."""
    bound = {"arrears": {"most": 0}, "rating": {"least": 0.8}, "survey": {"least": 0.5}, "incidents": {"most": 0}}[by]
    changes = {
        **rules(more={"kind": "share_bonus", "new": 0.05, "only_if": [{"by": by, **bound}]}), f"{S}.partners": 30,
        f"{S}.flow": 4.0, f"{S}.remittance": {"lag": "1mo", "discipline": 0.6}, "months": "9mo",
        "policy.control": {"rating": {"claims": 0, "premium": 0, "half_premium": 1, "newcomer": 0.0}, "grace": "1mo"},
        "policy.survey": {"answers": 0.5},
        f"{S}.quality": {"unsound": 0.0, "promoters": {"sound": 0.6, "unsound": 0.1},
                         "detractors": {"sound": 0.1, "unsound": 0.5}},
        "quality.incidents": {"hit": {"sound": 0.3, "unsound": 0.3, "cost": 1.0}},
    }  # fmt: skip
    model, seen = PartnerNetwork(plan(START | changes)), set[bool]()
    while model.month < model.plan.months:
        table, last = model.table, model.population.partners
        kept = {
            "arrears": table.arrears_premium == 0,
            "rating": table.rating[0] >= 0.8,
            "survey": (2 * table.survey_score[0] >= table.survey_answers[0]) & (table.survey_answers[0] > 0),
            "incidents": table.incidents[0] == 0 if len(table.incidents) else table.present,
        }[by][:last].copy()
        model.step()
        paid, sold = model.nouns.commission.statement.commission()[:last], table.premium_new[0, :last]
        assert np.array_equal(paid, np.where(kept, 15, 10) * sold // 100) and sold.all()
        seen |= set(kept.tolist())
    assert seen == {True, False}


MIXED: Tree = {
    **START, "months": "9mo", f"{S}.partners": 12, f"{S}.flow": 3.0, f"{S}.sales": {"law": "poisson"},
    f"{S}.sponsors": {"share": 0.7, "fan_out": 2}, f"{S}.remittance": {"lag": "1mo", "discipline": 0.6},
    f"{S}.turnover": {"entry": 1.0}, f"{S}.certified": {"motor": {"since": {"2025-01": 0.3, "2025-04": 0.7}}},
    "market.events.up": {"kind": "appointment", "partners": ["agents-01"], "start": "2025-05", "rank": 2, "group": "x"},
}  # fmt: skip
TOLD: Tree = {
    "ladder": {
        "kind": "stair_step", "window": "3mo", "measure": "group",
        "brackets": [{"above": 0, "rate": 0.01}, {"above": 1500, "rate": 0.02}],
    },
    "of_rank": {"kind": "share_bonus", "new": 0.01, "only_if": [{"by": "rank", "least": 2}]},
    "of_certified": {"kind": "share_bonus", "new": 0.01, "only_if": [{"by": "certified", "least": 1}]},
    "of_payers": {"kind": "share_bonus", "new": 0.01, "only_if": [
        {"any_of": [{"by": "arrears", "most": 0}, {"by": "outstanding", "most": 300}]},
        {"by": "tenure", "least": "2mo"},
    ]},
}  # fmt: skip


def test_a_batch_knows_the_same() -> None:
    """Ranks, certificates, arrears and tenure of each replication: the same bytes alone and by three."""
    laid, numbers = plan({**MIXED, "policy.rules": TOLD}), (2, 0, 5)
    alone = replicate(laid, numbers, most=1)
    paid = [
        m for m, metric in enumerate(laid.metrics) if metric.name in [f"commission_of_rule.{name}" for name in TOLD]
    ]
    assert len(paid) == len(TOLD) and all((one.monthly[:, paid] > 0).any(axis=0).all() for one in alone)
    for one, other in zip(alone, replicate(laid, numbers, most=3), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes()


def test_what_no_rule_reads_changes_nothing() -> None:
    """Certificates, groups and ranks of partners that no rule asks for."""
    stated = {f"{S}.certified", "market.events.up"}
    with_it, without = (plan(one) for one in (MIXED, {key: MIXED[key] for key in MIXED if key not in stated}))
    found = monthly(without)
    assert all(series.tobytes() == found[name].tobytes() for name, series in monthly(with_it).items())
