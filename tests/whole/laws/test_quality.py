"""Unsound partners: how many there are, what they do to us and to our brand, what audits, training and surveys change.

Figures of the cases K... are given from outside. Who is unsound is said by ids alone, so where a test is about a share
of partners its sample is of segments, whose ids differ, and not of replications. Statistical tests use the limit of
`tests.whole.hypotheses`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.runs.replicate import replicate
from sim.theory.channels.quality import Turnover, unsound_path
from tests.whole.fingerprint import protected
from tests.whole.hypotheses import channel_case, likely, z, z_mean, z_share, z_variance
from tests.whole.running import Reals, many, monthly, named
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, SMALLEST, P, S, Tree, plan, tree

SOLD = {f"{P}.term": "0mo", f"{P}.price": 1000.0}
SEGMENTS = 120
AUDITS = {"kind": "audit", "start": "2025-03", "every": "3mo", "sample": 0.25, "detection": 0.6, "finds": ["unsound"]}


def alike(of: dict[str, Any], **incident: float) -> Tree:
    """Many segments of partners alike but for their ids, as many leaving as entering in the mean, all to us."""
    one = SMALLEST["segments"]["agents"] | {
        "partners": of["partners"], "quality": {"unsound": of["unsound_entrants"]},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0, "brand": 1.0}},
        "turnover": {"leave": of["leave"], "entry": of["leave"] * of["partners"]},
    }  # fmt: skip
    segments = {f"s{k:03d}": one for k in range(SEGMENTS)}
    hit = {"sound": of["hazard_sound"], "unsound": of["hazard_unsound"], "cost": of["incident_cost"], **incident}
    return tree(
        {**SOLD, "months": f"{of['months']}mo", "segments": segments, "quality.incidents.hit": hit, "us.brand": 1e3}
    )


def unsound(months: dict[str, Reals]) -> Reals:
    """Unsound partners by segment and month."""
    return np.array([months[f"unsound.s{k:03d}"] for k in range(SEGMENTS)])


def likely_path(months: dict[str, Reals], partners: int, expected: Reals, what: str) -> None:
    """The mean number over segments is that of the path of their share, in every month."""
    likely([z_mean(unsound(months)[:, t], partners * share) for t, share in enumerate(expected)], what)


def test_k051_damage_to_the_brand() -> None:
    """Mean of every month, variance of the last, and the factor on own demand in the month after it."""
    of, expected = channel_case("K051")
    changes = {
        "months": f"{of['months'] + 1}mo",
        "quality": {
            "incidents": {"price_break": {"sound": of["incidents_a_month"] / 10, "brand": of["damage"]}},
            "brand": {"half_life": f"{of['half_life']}mo", "elasticity": of["elasticity"]},
        },
        "own.site": {"kind": "organic", "default": True, "demand": {"line": 1000.0}},
    }
    found = many(plan(changes), 2000, "brand_damage", "incidents", "new_contracts.site")
    damage, own = found["brand_damage"], found["new_contracts.site"]
    likely([z_mean(damage[:, t], mean) for t, mean in enumerate(expected["mean"])], "mean")
    likely(z_variance(damage[:, of["months"] - 1], expected["variance_end"]), "variance")
    likely(z_mean(found["incidents"], of["incidents_a_month"]), "incidents")
    factors = {0: 1.0, of["months"]: expected["demand_factor_end"]}
    likely([z_mean(own[:, t], 1000.0 * factor) for t, factor in factors.items()], "own demand")


def test_k053_audits_find_and_cure() -> None:
    """Unsound partners by month, the incidents that come with them, and what audits cost."""
    of, expected = channel_case("K053")
    audits = {"market.events.quarterly": AUDITS | {"then": "train", "cost": of["audit_cost"]}}
    model = PartnerNetwork(plan(audits, alike(of)), 0)
    model.run()
    found = named(model)
    likely_path(found, of["partners"], expected["unsound_with_audits"], "unsound")
    mean = of["hazard_unsound"] * unsound(found).sum(axis=0) + of["hazard_sound"] * (
        np.sum([found[f"doubted.s{k:03d}"] for k in range(SEGMENTS)], axis=0) - unsound(found).sum(axis=0)
    )
    likely(z(found["incidents"].sum(), mean.sum(), np.sqrt(mean.sum())), "incidents given who is unsound")
    likely(z(mean.sum(), SEGMENTS * expected["incidents_with"], _spread(of, found)), "incidents")
    assert found["other_paid"].sum() == found["incidents"].sum() * of["incident_cost"] * 100
    looked = found["programme_paid"] / (of["audit_cost"] * 100)
    assert not looked[[t for t in range(of["months"]) if (t + 1) % of["every"]]].any()
    share = SEGMENTS * of["partners"] * of["sample"] * (of["months"] // of["every"])
    likely(z(looked.sum(), share, np.sqrt(share)), "partners looked at")


def _spread(of: dict[str, Any], found: dict[str, Reals]) -> float:
    """Standard error of the expected incidents of all segments together, from their differences."""
    hazards = of["hazard_unsound"] * unsound(found) + of["hazard_sound"] * (
        np.array([found[f"doubted.s{k:03d}"] for k in range(SEGMENTS)]) - unsound(found)
    )
    return float(hazards.sum(axis=1).std(ddof=1) * np.sqrt(SEGMENTS))


@pytest.mark.parametrize(
    ("policy", "entrants", "found", "every"),
    [
        ({}, 0.2, 0.0, 1),
        ({"policy.vetting": {"detection": 0.5, "cost": 10.0}}, 0.1, 0.0, 1),
        ({"policy.training": {"every": "6mo", "cures": 0.3, "cost": 10.0}}, 0.2, 0.3, 6),
    ],
    ids=["nothing", "vetting", "training"],
)
def test_vetting_and_training(policy: Tree, entrants: float, found: float, every: int) -> None:
    """Vetting lowers the share unsound of those who come, training cures without looking; each at its cost."""
    of, _ = channel_case("K053")
    months = monthly(plan(policy, alike(of)))
    expected = unsound_path(of["start"], Turnover(entrants, of["leave"]), found, every, of["months"])
    likely_path(months, of["partners"], expected, "unsound")
    trained = np.sum([months[f"doubted.s{k:03d}"] for k in range(SEGMENTS)], axis=0)[every - 1 :: every]
    paid = {"policy.vetting": months["entered"].sum(), "policy.training": trained.sum()}
    assert months["programme_paid"].sum() == sum(1000 * paid[name] for name in policy)


def test_audits_may_end_those_found() -> None:
    """All are looked at, half is detected: of the unsound half goes, of the sound nobody."""
    of, _ = channel_case("K053")
    event = {"market.events.look": AUDITS | {"start": "2025-01", "every": None, "sample": 1.0, "detection": 0.5}}
    still = alike(of | {"leave": 0.0})
    found = monthly(plan({k: {n: v for n, v in e.items() if v} for k, e in event.items()}, still))
    before, after = unsound(found)[:, 0].sum(), unsound(found)[:, 1].sum()
    likely(z_share(before - after, before, 0.5), "ended")
    doubted = np.sum([found[f"doubted.s{k:03d}"] for k in range(SEGMENTS)], axis=0)
    assert doubted[0] - doubted[1] == before - after == found["ended"][0]


TRAINED = {"months": "9mo", f"{S}.flow": 100.0, f"{S}.sales.law": "poisson",
           "policy.training": {"every": "3mo", "sells": 1.4, "effective_from": "2025-04"}}  # fmt: skip


def test_trained_partners_sell_more() -> None:
    """Trained first at the close of June; partners of whose quality nothing is said are trained as well."""
    found = many(plan(TRAINED), 100, "new_contracts.agents")["new_contracts.agents"]
    likely([z_mean(found[:, t], 1000.0 * (1.0 if t < 6 else 1.4)) for t in range(9)], "sales")


def test_an_incident_may_stop_sales() -> None:
    """Every partner has one in each month in which it sells; two months without sales and incidents follow."""
    fines = {"quality.incidents.fine": {"sound": 50.0, "stop": "2mo"}, "months": "7mo"}
    found = monthly(plan(fines))
    assert (found["new_contracts"] > 0).tolist() == [t % 3 == 0 for t in range(7)]
    assert (found["incidents"] > 0).tolist() == [t % 3 == 0 for t in range(7)]
    queued = fines | {f"{S}.sales": {"law": "fixed", "capacity": 0.5, "waiting_decay": 0.1}, f"{S}.flow": 10.0}
    assert (monthly(plan(queued))["new_contracts"] > 0).tolist() == [t % 3 == 0 for t in range(7)]


def test_what_incidents_cost() -> None:
    """So much each, and a share of the premium that the partner has sold in the month; books carry both."""
    kinds = {"price_break": {"sound": 0.3, "discount": 0.1}, "wrong_data": {"sound": 0.5, "cost": 700.0},
             "all": {"sound": 40.0, "discount": 0.1}}  # fmt: skip
    found = many(
        plan({**SOLD, "months": "1mo", "quality.incidents": kinds}), 4000, "other_paid", "balance.other",
        *(f"incident_cost.{name}" for name in kinds),
    )  # fmt: skip
    cost = {name: found[f"incident_cost.{name}"][:, 0] / 100 for name in kinds}
    likely(z_mean(cost["price_break"], 10 * 1000.0 * 0.1 * 0.3), "discount")  # ten times or more a month is rare
    likely(z_mean(cost["wrong_data"], 10 * 0.5 * 700.0), "cost")
    assert (cost["all"] == 10_000.0).all()  # at most all of the premium
    paid = sum(cost.values())
    np.testing.assert_allclose(found["other_paid"][:, 0] / 100, paid, rtol=1e-12)


@pytest.mark.parametrize("name", ["K055", "K056"])
@pytest.mark.parametrize("kind", ["good", "poor"])
def test_k055_k056_a_survey_errs(name: str, kind: str) -> None:
    """Mean and deviation of the measured score, how often it misjudges a partner; and the rating that it makes."""
    of, expected = channel_case(name)
    shares = {
        key: {"sound": of[kind][at], "unsound": of[kind][at]} for at, key in enumerate(("promoters", "detractors"))
    }
    rating = {"remittance": 1.0, "claims": 0.0, "premium": 0.0, "survey": 3.0, "half_premium": 1.0}
    model = PartnerNetwork(
        plan({
            "months": "1mo", f"{S}.partners": 20_000, f"{S}.flow": float(of["answers"]),
            f"{S}.quality": {"unsound": 0.0, **shares}, "policy.survey": {"answers": 1.0},
            "policy.control": {"grace": "0mo", "rating": rating},
        }), 0,
    )  # fmt: skip
    model.run()
    answers, points = (model.table.array(one)[0, :20_000] for one in ("survey_answers", "survey_score"))
    assert (answers == of["answers"]).all()
    nps, law = points / answers, expected[kind]
    likely(z_mean(100.0 * nps, law["nps"]), "score")
    likely(z_variance(100.0 * nps, law["sd"] ** 2), "its variance")
    likely(z_share((nps < of["bound"]).sum(), nps.size, law["below_bound"]), "below the bound")
    np.testing.assert_allclose(model.table.rating[0, :20_000], (1.0 + 3.0 * (1.0 + nps) / 2.0) / 4.0, rtol=1e-12)


def test_a_survey_forgets_after_a_year() -> None:
    """Of a tenth of the customers; the rating has those of the last twelve months, the figure all."""
    of = {"sound": 0.5, "unsound": 0.5}
    changes = {
        "months": "15mo", f"{S}.flow": 50.0, "policy.survey": {"answers": 0.1},
        f"{S}.quality": {"unsound": 0.0, "promoters": of, "detractors": of},
    }  # fmt: skip
    model = PartnerNetwork(plan(changes), 0)
    model.run()
    found = named(model)
    assert model.table.survey_answers.sum() == model.table.answers_by_month.sum() == found["survey_answers"][3:].sum()
    assert model.table.survey_score.sum() == model.table.score_by_month.sum() == found["survey_score"][3:].sum()
    likely(z_share(found["survey_answers"].sum(), 15 * 500, 0.1), "answers")


def test_bad_leads_by_type() -> None:
    funnel = {"click_rate": 0.1, "lead_rate": 0.5, "conversion": 0.2}
    shares = {"sound": 0.08, "unsound": 0.35}
    changes = {
        "months": "1mo", f"{S}.partners": 2000, f"{S}.flow": 30.0, f"{S}.sales.law": "poisson",
        f"{S}.quality": {"unsound": 0.3, "bad_leads": shares}, f"{S}.funnel": funnel,
        "policy.rules.junk": {"kind": "bad_lead_penalty", "amount": 1.0},
    }  # fmt: skip
    model = PartnerNetwork(plan(changes), 0)
    model.run()
    table, there = model.table, slice(0, 2000)
    unsold = table.leads[0, there] - table.new[0, there]
    for kind, name in enumerate(("sound", "unsound")):
        rows = table.unsound[0, there] == kind
        likely(z_share(table.bad_leads[0, there][rows].sum(), unsold[rows].sum(), shares[name]), name)


def test_damage_lowers_what_partners_and_customers_think_of_us() -> None:
    """Share of those who compare: 1 / (1 + exp(w B')); customers who ask for us by name: times exp(-elasticity B')."""
    base = SMALLEST["segments"]["agents"]
    named_for = base | {"flow": 1e6, "choice": base["choice"] | {"pull": 0.4, "us_at_start": 0.0}}
    comparing = base | {"choice": {"homing": "multi", "review": 1.0, "weights": {"commission": 0.0, "brand": 0.8}}}
    changes = {
        "segments": {"doers": base, "asked_for": named_for, "comparing": comparing}, **SOLD, "months": "6mo",
        "quality": {"incidents": {"price_break": {"sound": 0.3, "brand": 0.1}},
                    "brand": {"half_life": "9mo", "elasticity": 0.5}},
    }  # fmt: skip
    model, before = PartnerNetwork(plan(changes), 0), 0.0
    for _ in range(6):
        model.step()
        rows = [model.nouns.now.batch.rows_by_slice[s] for s in (1, 2)]
        np.testing.assert_allclose(model.table.share[0, rows[1]], 1.0 / (1.0 + np.exp(0.8 * before)), rtol=1e-12)
        np.testing.assert_allclose(model.table.new[0, rows[0]], 0.4e6 * np.exp(-0.5 * before), atol=1.0)
        before = float(model.nouns.brand.damage[0]) if model.nouns.brand else 0.0
    assert before > 0.0


def test_without_a_programme_nothing_happens() -> None:
    """Damage done in the warm-up heals; nobody sells, so nobody does any more."""
    changes = {
        "opening": {"kind": "warm_up", "months": "6mo", "capital": 0.0}, "policy.programme": False,
        "quality": {"incidents": {"price_break": {"sound": 0.3, "brand": 0.1}}, "brand": {"half_life": "2mo"}},
        "policy.training": {"every": "1mo", "cost": 5.0, "sells": 2.0},
    }  # fmt: skip
    found = monthly(plan(changes))
    damage = found["brand_damage"]
    assert damage[0] > 0.0 and not found["incidents"].any() and not found["programme_paid"].any()
    np.testing.assert_allclose(damage[2:], damage[:-2] / 2.0, rtol=1e-12)


QUALITY: Tree = {
    "segments.banks.quality": {
        "unsound": 0.5, "bad_leads": {"sound": 0.1, "unsound": 0.4}, "promoters": {"sound": 0.5, "unsound": 0.2},
        "detractors": {"sound": 0.1, "unsound": 0.5},
    },
    "segments.dealers.quality": {"unsound": 0.4},
    "quality": {
        "incidents": {
            "price_break": {"sound": 0.1, "unsound": 0.6, "discount": 0.1, "brand": 0.05},
            "fine": {"unsound": 0.3, "cost": 50.0, "stop": "1mo"},
        },
        "brand": {"half_life": "4mo", "elasticity": 0.5},
    },
    "policy.vetting": {"detection": 0.5, "cost": 3.0},
    "policy.training": {"every": "3mo", "cures": 0.3, "sells": 1.2, "cost": 2.0},
    "policy.survey": {"answers": 0.3},
    "policy.control.rating.survey": 1.0,
    "market.events.doubts": {"kind": "audit", "start": "2025-02", "sample": 0.5, "detection": 0.9, "cost": 1.0,
                             "finds": ["unsound"], "then": "train"},
    "own.site": {"kind": "organic", "default": True, "demand": {"motor": 20.0}},
}  # fmt: skip


def test_a_batch_gives_what_its_replications_give_alone() -> None:
    laid = plan(QUALITY | {"segments.banks.funnel.bad_leads": None}, EVERY_RULE)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]


def test_stages_write_what_their_rows_say() -> None:
    """Every column but those that a stage declares is write-protected."""
    model = protected(plan(QUALITY | {"segments.banks.funnel.bad_leads": None}, EVERY_RULE), [0, 1])
    assert model.nouns.brand is not None and (model.nouns.brand.damage > 0.0).all()


def test_where_all_are_sound_and_nothing_happens_no_bit_changes() -> None:
    """What is said of partners adds its own figures and moves none of the others."""
    plain = monthly(plan({}, EVERYTHING), 3)
    stated = monthly(
        plan({"segments.banks.quality": {"unsound": 0.9}, "policy.vetting": {"detection": 0.4}}, EVERYTHING), 3
    )
    assert all(np.array_equal(stated[name], values, equal_nan=True) for name, values in plain.items())
    assert stated["unsound.banks"].any()


def test_luck_is_common() -> None:
    """Worse partners cause no fewer incidents, on the same luck; the same partners are unsound in each replication."""
    changes = {"quality.incidents.hit": {"unsound": 0.3, "cost": 1.0}, "months": "12mo", f"{S}.partners": 100}
    found = [
        many(plan(changes | {f"{S}.quality": {"unsound": x}}), 5, "incidents", "unsound.agents") for x in (0.2, 0.6)
    ]
    assert (found[1]["incidents"] >= found[0]["incidents"]).all()
    assert np.unique(found[0]["unsound.agents"]).size == 1
