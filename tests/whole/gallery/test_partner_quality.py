"""Dealers of whom some are unsound: how many by month, what looking at them costs and brings, whom a survey misjudges.

Expected figures are closed forms of the scenario's own figures, and the published +40 % of who understood the product.
Which dealers are unsound is the same in every replication, so shares of them are those of many segments alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.partners.columns import LEFT
from sim.scenario.schema import Scenario
from sim.theory.channels.quality import survey
from tests.whole.hypotheses import likely, z, z_mean, z_share
from tests.whole.running import Reals, many, monthly, named

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS, SEGMENTS = 100, 60
NAMES = ("other_paid", "programme_paid", "incidents", "brand_damage", "unsound.dealer", "new_contracts")


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"partner_quality{name}.yaml", sets).scenario


def of_many(one: Scenario) -> Plan:
    """The plan with many segments of dealers in place of one, alike but for their ids."""
    dealers = {f"d{k:02d}": one.segments["dealer"] for k in range(SEGMENTS)}
    return make(one.model_copy(update={"segments": dealers}), ())


@cache
def played(name: str = "", sets: tuple[str, ...] = ()) -> dict[str, Reals]:
    """Series with the result of each replication, money in mn."""
    plan = make(scenario(name, sets), ())
    found = many(plan, REPLICATIONS, *NAMES)
    return found | {one: found[one].sum(axis=1) / 1e8 for one in ("other_paid", "programme_paid")}


def path(one: Scenario) -> Reals:
    """Share unsound by month: audits and training at the close, then a share leaves and others come, some vetted."""
    dealer, audit, terms = one.segments["dealer"], one.market.events.get("quarterly"), one.policy
    assert dealer.quality is not None
    share, found = dealer.quality.unsound, np.empty(one.months)
    come = share * (1.0 - (terms.vetting.detection if terms.vetting else 0.0))
    leave = dealer.turnover.leave.at(one.start)
    for month in range(one.months):
        found[month] = share
        if audit is not None and (month + 1) % 3 == 0:
            share *= 1.0 - audit.inspection.sample * audit.inspection.detection
        if terms.training is not None and (month + 1) % terms.training.every == 0:
            share *= 1.0 - terms.training.cures
        share += leave * (come - share)
    return found


@pytest.mark.parametrize("name", ["", "_no_audits", "_no_vetting", "_no_training", "_nothing"])
def test_unsound_dealers_by_month(name: str) -> None:
    one = scenario(name)
    months = monthly(of_many(one))
    unsound = np.array([months[f"unsound.d{k:02d}"] for k in range(SEGMENTS)])
    partners = one.segments["dealer"].partners
    likely([z_mean(unsound[:, t], partners * share) for t, share in enumerate(path(one))], f"unsound {name}")


def test_incidents_and_damage_follow_who_is_unsound() -> None:
    """Given how many are unsound: Poisson numbers, and damage that heals by half in nine months."""
    one, found = scenario(), played()
    assert one.quality is not None and one.quality.brand is not None
    kinds = one.quality.incidents.values()
    there = many(make(one, ()), REPLICATIONS, "doubted.dealer")["doubted.dealer"]
    unsound = found["unsound.dealer"]
    mean = sum(one.unsound * unsound + one.sound * (there - unsound) for one in kinds)
    likely(z(found["incidents"].sum(), mean.sum(), np.sqrt(mean.sum())), "incidents")
    harm = sum(one.brand * (one.unsound * unsound + one.sound * (there - unsound)) for one in kinds)
    left = 2.0 ** (-np.arange(one.months)[::-1] / one.quality.brand.half_life)
    likely(z_mean(found["brand_damage"][:, -1] - harm @ left, 0.0), "damage")


def test_trained_dealers_sell_forty_percent_more() -> None:
    """The published figure: in the month after the first training, against training that only cures, on common luck."""
    with_it, without = (make(scenario(sets=sets), ()) for sets in ((), ("policy.training.sells=1",)))
    differences = []
    for r in range(20):
        trained, plain = PartnerNetwork(with_it, r), PartnerNetwork(without, r)
        for _ in range(7):
            trained.step()
            plain.step()
        rows = trained.table.trained[0] > 0
        differences.append(float(trained.table.new[0, rows].sum() - 1.4 * plain.table.new[0, rows].sum()))
    likely(z_mean(differences, 0.0), "sales of those trained")


def test_audits_cost_more_than_the_incidents_that_they_spare() -> None:
    """They pay by the brand: against doing nothing, incidents spared are less than looking costs, and sales grow."""
    audits = played("_no_training", ("policy.vetting=",))
    nothing = played("_nothing")
    spared = nothing["other_paid"] - audits["other_paid"]
    cost = audits["programme_paid"] - nothing["programme_paid"]
    assert z_mean(spared, 0.0) > 4.42 and z_mean(cost - spared, 0.0) > 4.42
    assert z_mean((nothing["brand_damage"] - audits["brand_damage"])[:, -1], 0.0) > 4.42
    assert z_mean((audits["new_contracts"] - nothing["new_contracts"]).sum(axis=1), 0.0) > 4.42
    looks = 8 * 0.25 * 200 * 15e3 / 1e6  # as many come as leave
    likely(z(cost.mean(), looks, cost.std(ddof=1) / np.sqrt(cost.size)), "cost of audits")


def test_training_those_found_pays_and_ending_them_does_not() -> None:
    """Results on common luck, audits alone against doing nothing, and a survey that ends dealers against no audits."""
    looks = ("policy.vetting=",)
    nothing, trains, ends = (
        result(*one)
        for one in (
            ("_nothing", ()),
            ("_no_training", looks),
            ("_no_training", (*looks, "market.events.quarterly.then=end")),
        )
    )
    assert z_mean(trains - nothing, 0.0) > 4.42 > -4.42 > z_mean(ends - nothing, 0.0)
    assert z_mean(result("_by_survey", ()) - result("_no_audits", ()), 0.0) < -4.42


def result(name: str, sets: Sequence[str]) -> Reals:
    """Result of each of some replications."""
    loaded = sim.load(SCENARIOS / f"partner_quality{name}.yaml", sets)
    return sim.run(loaded, replications=60, workers=1, doubt=0, breaks=False).figures["result"].values


def test_a_survey_misjudges_by_the_trinomial_law() -> None:
    """At the first review, without training so that nobody changes: ended below 20 points, sound dealers among them."""
    one = scenario("_by_survey", ("policy.training=", "policy.vetting="))
    quality = one.segments["dealer"].quality
    assert quality is not None and quality.promoters is not None and quality.detractors is not None
    model = PartnerNetwork(of_many(one), 0)
    for _ in range(12):
        model.step()
    table = model.table
    judged = (table.with_us[0] >= 12) & (table.survey_answers[0] > 0)
    for kind, name in enumerate(("sound", "unsound")):
        rows = judged & (table.unsound[0] == kind)
        shares = getattr(quality.promoters, name), getattr(quality.detractors, name)
        answers, number = np.unique(table.survey_answers[0, rows], return_counts=True)
        chance = np.array([survey(*shares, int(n), 0.2).below_bound for n in answers])
        ended = (table.status[rows] == LEFT).sum()
        error = np.sqrt((number * chance * (1.0 - chance)).sum())
        likely(z(ended, (number * chance).sum(), error), f"{name} dealers ended")
        assert ended > 0
    likely(z_share(table.survey_answers.sum(), model_sales(model), 0.15), "answers")


def model_sales(model: PartnerNetwork) -> float:
    """New sales of dealers so far, who sell one product once."""
    months = [f"new_contracts.d{k:02d}" for k in range(SEGMENTS)]
    found = named(model)
    return float(sum(found[one].sum() for one in months))
