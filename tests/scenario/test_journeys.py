"""Journeys, attribution and separation as a scenario states them: what is refused, where, and with which remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from sim.base.errors import ScenarioError
from sim.base.units import month_ordinal
from sim.policy.attribution_in_force import in_force
from sim.policy.attribution_rule import AttributionRule, Shares, Weights
from sim.policy.attribution_rule import Path as Touches
from sim.scenario.load import Loaded, load
from tests.policy.attribution import path
from tests.scenario.minimal import write

STATED: dict[str, Any] = {
    "segments.bank.anyway": "10%",
    "own.site": {"kind": "organic", "default": "true", "demand": "{hull: 20}"},
    "own.ads": {"kind": "marketing", "spend": "1e6", "top": "40%", "half": "1e6", "buyers": "{hull: 100}"},
    "own.ads.conversion": "1%",
    "journeys.ads_too.of": "[bank]",
    "journeys.ads_too.share": "60%",
    "journeys.ads_too.anyway": "30%",
    "journeys.ads_too.path": "[{who: partner, days: 15}, {who: ads, days: 5}]",
    "policy.attribution.lost": "{kind: removal_effect, lost: {ads_too: 3, alone: 1}}",
    "policy.separation.apart": "{channels: [ads], strict: {since: {2024-01: 0%, 2024-05: 50%}}}",
}
SECOND = "{of: [bank], share: 50%, path: [{who: partner, days: 1}]}"
MANY = {f"journeys.j{at}": "{of: [bank], share: 1%, path: [{who: partner, days: 1}]}" for at in range(12)}


class Nearest(AttributionRule):
    """A rule from outside: the touch nearest to the sale, the oldest of several."""

    kind: Literal["nearest"]

    def split(self, path: Touches, weights: Weights) -> Shares:
        return {path.who[path.days.index(min(path.days))]: 1.0}


def loaded(folder: Path, changes: dict[str, Any], **how: Any) -> Loaded:
    """The stated scenario, changed."""
    return load(write(folder, {**STATED, **changes}), **how)


def test_what_is_stated_stands(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, {}).scenario
    assert scenario.segments["bank"].closes == "partner"
    assert [(one.who, one.days) for one in scenario.journeys["ads_too"].path] == [("partner", 15.0), ("ads", 5.0)]
    assert scenario.policy.separation["apart"].strict.at(month_ordinal("2024-05")) == 0.5


PATH, WHO = "journeys.ads_too.path", "journeys.ads_too.path[{}].who"
RULE, LOST = "policy.attribution.w", "policy.attribution.lost"
NO_OWN = {"own": None, "policy.separation": None}
INSIDE = "{kind: window, days: 30, effective_from: 2024-02, then: %s}"
WARM = {"opening.kind": "warm_up", "opening.months": "12mo"}
TWICE = "{rules: {base: {kind: base, new: 15%}}, attribution: {a: {kind: linear}, b: {kind: shapley}}}"
ALONE = "{of: [bank], share: 1%, path: [{who: partner, days: 1}]}"
REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"journeys.more": SECOND}, "journeys.more.share", "journeys of bank are 1.1", "at most 1"),
    ({PATH: "[{who: ads, days: 5}]"}, PATH, "no touch by the partner", "who: partner"),
    ({"own.ads.spend": 0}, WHO.format(1), "ads reaches nobody", "take the touch out"),
    ({"own.ads.spend": "{since: {2024-01: 0, 2024-06: 1e6}}"}, WHO.format(1), "ads reaches", "at the opening"),
    ({"own.site.demand": "{hull: 0}", PATH: "[{who: site, days: 1}, {who: partner, days: 0}]"},
     WHO.format(0), "site reaches nobody", "take the touch out"),
    ({**NO_OWN, "journeys": None}, "segments.bank.anyway", "no own channel", "anyway out"),
    ({**NO_OWN, "segments.bank.anyway": None, PATH: "[{who: partner, days: 1}]"},
     "journeys.ads_too.anyway", "no own channel", "state own channels"),
    ({RULE: "{kind: window, days: 30, no_earlier: true, then: {kind: linear}}"}, RULE, "no_earlier says by itself", ""),
    ({RULE: "{kind: linear, no_earlier: true}"}, f"{RULE}.no_earlier", "unknown key", "known"),
    ({RULE: INSIDE % "{kind: linar}"}, f"{RULE}.then.kind", "linar", "linear"),
    ({RULE: INSIDE % "{kind: removal_effect, lost: {alne: 1}}"}, f"{RULE}.then.lost.alne", "unknown journey", "alone"),
    ({PATH: "[{who: partner, days: 5}, {who: ads, days: 15}]"},
     f"{PATH}[1].days", "15 days before the sale stands after 5", "oldest first"),
    ({PATH: "[{who: partner, days: 15d}]"}, f"{PATH}[0].days", "15d", ""),
    ({PATH: "[{who: partner, days: 5}, {who: add, days: 1}]"}, WHO.format(1), 'unknown toucher "add"', "ads"),
    ({"journeys.ads_too.of": "[bank, bnk]"}, "journeys.ads_too.of[1]", 'unknown segment "bnk"', "bank"),
    ({"journeys.ads_too.of": "[bank, bank]"}, "journeys.ads_too.of[1]", "named twice", "once"),
    (MANY, "journeys.j11.of", "more than 12 journeys", "join"),
    ({"segments.bank.closes": "us"}, "segments.bank.closes", "closes: us", "lag: 0d"),
    ({LOST: "{kind: removal_effect}"}, f"{LOST}.lost", "required", ""),
    ({LOST: "{kind: removal_effect, lost: {}}"}, f"{LOST}.lost", "1", ""),
    ({LOST: "{kind: removal_effect, lost: {adstoo: 3}}"}, f"{LOST}.lost.adstoo", "unknown journey", "ads_too"),
    ({RULE: "{kind: linear}"}, RULE, "lost and w both hold from the beginning", "effective_from"),
    ({"own.bank": "{kind: organic, demand: {hull: 1}}"}, "own.bank", "a segment and an own channel", "rename"),
    ({"own.partner": "{kind: organic, demand: {hull: 1}}"}, "own.partner", "reserved for the partner", "rename"),
    ({"journeys.alone": ALONE}, "journeys.alone", "reserved for sales that nobody else touched", "rename"),
    ({"policy.separation.apart": "{channels: [adz], strict: 1}"},
     "policy.separation.apart.channels[0]", 'unknown own channel "adz"', "ads"),
    ({"policy.separation.apart": "{channels: [ads], regions: [north], strict: 1}"},
     "policy.separation.apart.regions[0]", "no partner has the region", "column region"),
    ({"policy.separation.apart": "{channels: [ads], segments: [bonk], strict: 1}"},
     "policy.separation.apart.segments[0]", "unknown segment", "bank"),
    ({**WARM, "opening.policy": TWICE}, "opening.policy.attribution.b", "both hold", "effective_from"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "what", "remedy"), REFUSED)
def test_what_is_refused(tmp_path: Path, changes: dict[str, Any], where: str, what: str, remedy: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, changes)
    found = [one for one in caught.value.problems if one.path == where and what in one.what]
    assert found, [str(one) for one in caught.value.problems]
    assert remedy in found[0].remedy + found[0].what
    assert found[0].line > 0


def test_the_same_month_twice_says_where_the_other_one_stands(tmp_path: Path) -> None:
    begins = "{kind: linear, effective_from: 2024-03}"
    with pytest.raises(ScenarioError, match=r"a and b both begin in 2024-03.*a: .*main.yaml:\d+"):
        loaded(tmp_path, {"policy.attribution.a": begins, "policy.attribution.b": begins})


def test_customers_may_pay_us_where_nothing_is_remitted_later(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"segments.bank.closes": "us", "segments.bank.remittance": "{lag: 0d}"}).scenario


def test_advertising_that_still_works_at_the_opening_reaches_somebody(tmp_path: Path) -> None:
    spent = {"own.ads.spend": "{since: {2023-01: 1e6, 2024-01: 0}}", **WARM}
    assert loaded(tmp_path, {**spent, "own.ads.carry": "50%"}).scenario
    with pytest.raises(ScenarioError, match="reaches nobody"):
        loaded(tmp_path, spent)


def test_shares_that_fill_a_segment_to_the_last_digit_are_taken(tmp_path: Path) -> None:
    parts = {f"journeys.j{at}": SECOND.replace("50%", "4%") for at in range(10)}
    assert loaded(tmp_path, parts).scenario


def test_without_journeys_a_rule_changes_nothing_and_a_note_says_so(tmp_path: Path) -> None:
    notes = {(one.code, one.path) for one in loaded(tmp_path, {"journeys": None}).notes}
    assert {("no_journeys", "policy.attribution"), ("no_journeys", "policy.separation")} <= notes
    assert not any(one.code == "no_journeys" for one in loaded(tmp_path, {}).notes)


def test_a_segment_may_be_called_partner_where_there_are_no_journeys(tmp_path: Path) -> None:
    bank = "{partners: 1, flow: 2, mix: {hull: 30%}, choice: {review: 5%, weights: {commission: 0.2}}}"
    assert loaded(tmp_path, {"segments.partner": bank, "journeys": None}).scenario
    with pytest.raises(ScenarioError, match="reserved for the partner that sells"):
        loaded(tmp_path, {"segments.partner": bank})


@pytest.mark.parametrize(
    ("lever", "seen"),
    [
        ("journeys.ads_too.share=20%", "journeys['ads_too'].share"),
        ("journeys.ads_too.share-=40pp", "journeys['ads_too'].share"),
        ("journeys.ads_too.path[1].days=0.2", "journeys['ads_too'].path[1].days"),
        ("segments.bank.anyway*=2", "segments['bank'].anyway"),
        ("policy.separation.apart.strict=20%", "policy.separation['apart'].strict.at(0)"),
        ("policy.attribution.w.then.last=20%", "policy.attribution['w'].then.last"),
        ("policy.attribution.lost.lost.alone=0.2", "policy.attribution['lost'].lost['alone']"),
    ],
)
def test_levers_move_what_is_stated(tmp_path: Path, lever: str, seen: str) -> None:
    window = "{kind: window, days: 30, then: {kind: position}, effective_from: 2024-05}"
    position = {"policy.attribution.w": window.replace("position", "position, last: 40%")}
    scenario = loaded(tmp_path, position, sets=[lever]).scenario
    assert eval(f"scenario.{seen}", {"scenario": scenario}) == pytest.approx(0.2)


def test_figures_of_journeys_and_rules_may_be_uncertain(tmp_path: Path) -> None:
    laws = {
        "uncertainties.k": "{path: journeys.ads_too.anyway, low: 0, high: 90, unit: '%'}",
        "uncertainties.s": "{path: journeys.ads_too.share, low: 0, high: 100, unit: '%'}",
        "uncertainties.l": "{path: policy.attribution.lost.lost.alone, low: 0, high: 9}",
    }
    assert set(loaded(tmp_path, laws).scenario.uncertainties) == {"k", "s", "l"}
    with pytest.raises(ScenarioError, match="nothing reads policy"):
        loaded(tmp_path, {"journeys": None, "uncertainties.l": laws["uncertainties.l"]})
    law = "{path: journeys.more.share, low: 0, high: 90, unit: '%'}"
    with pytest.raises(ScenarioError, match=r"journeys of bank are 1\.5"):
        loaded(tmp_path, {"journeys.more": SECOND.replace("50%", "10%"), "uncertainties.m": law})


def test_a_rule_from_outside_is_known_by_itself_and_inside_a_window(tmp_path: Path) -> None:
    stated = {"policy.attribution.lost": "{kind: window, days: 30, then: {kind: nearest}}"}
    scenario = loaded(tmp_path, stated, extra=(Nearest,)).scenario
    found = in_force(scenario.policy, scenario.start)
    assert found.shares(path(("partner", 40), ("ads", 5), ("partner", 5))) == {"ads": 1.0}
