"""Partners' quality as a scenario states it: what is refused, with a remedy, and what is noted to change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

ANSWERS = "promoters: {sound: 50%, unsound: 30%}, detractors: {sound: 10%, unsound: 40%}"
BREAK = "{sound: 1%, unsound: 6%, discount: 10%, brand: 0.01}"
STATED: dict[str, Any] = {
    "segments.bank.quality": f"{{unsound: 20%, {ANSWERS}}}",
    "quality.incidents.price_break": BREAK, "quality.brand": "{half_life: 9mo, elasticity: 0.6}",
    "policy.vetting": "{detection: 50%, cost: 20e3}", "policy.training": "{every: 6mo, cures: 30%}",
    "policy.survey": "{answers: 15%}",
    "policy.control": "{rating: {survey: 2, half_premium: 1e6}, end_when_rating_below: 30%}",
    "market.events.look": "{kind: audit, start: 2024-03, detection: 60%, finds: [unsound], then: train}",
    "own.site": "{kind: organic, default: true, demand: {hull: 20}}",
}  # fmt: skip
RATED = "{rating: {survey: 2, half_premium: 1e6}}"


def test_what_belongs_together_is_taken(tmp_path: Path) -> None:
    found = load(write(tmp_path, STATED))
    assert not {"damage_moves_nobody", "answers_not_asked"} & {one.code for one in found.notes}
    assert found.scenario.segments["bank"].quality is not None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quality.incidents.fine": "{cost: 1e3}"}, r"incidents\.fine: nobody can cause.*state one"),
        (
            {"segments.bank.quality": f"{{unsound: 0%, {ANSWERS}}}",
             "quality.incidents.fine": "{unsound: 1%, cost: 1e3}"},
            r"fine\.unsound: nobody can cause.*segments\.<name>\.quality\.unsound",
        ),
        ({"quality.incidents.fine": "{sound: 1%}"}, r"fine: the incident does no harm: state cost"),
        ({"quality.brand": None}, r"price_break\.brand: .*nothing says how that heals; state quality\.brand"),
        ({"quality.incidents.price_break": "{sound: 1%, cost: 5}"}, r"quality\.brand: no incident damages our brand"),
        ({"segments.bank.quality": "{unsound: 0%}"}, r"policy\.vetting: no partner is unsound.*take it out"),
        ({"segments.bank.quality": "{unsound: 0%}"}, r"training\.cures: no partner is unsound"),
        ({"segments.bank.quality": "{unsound: 20%}"}, r"policy\.survey: no segment says.*state promoters"),
        ({"policy.survey": None}, r"rating\.survey: customers are not asked.*state policy\.survey"),
        ({"segments.bank.quality": "{unsound: 0%}"}, r"look\.finds: the audit look looks for unsound partners"),
        ({"policy.training": "{every: 6mo}"}, r"policy\.training: training that cures nobody"),
        ({"market.events.look": "{kind: audit, start: 2024-03, detection: 60%, then: train}"}, r"look: then is about"),
        (
            {"segments.bank.quality": "{unsound: 20%, bad_leads: {sound: 1%, unsound: 5%}}"},
            r"quality\.bad_leads: the segment has no funnel.*state its funnel",
        ),
        (
            {"segments.bank.quality": "{unsound: 20%, promoters: {sound: 50%, unsound: 30%}}"},
            r"bank\.quality: .*state detractors too",
        ),
        (
            {"segments.bank.quality": "{unsound: 20%, promoters: {sound: 50%, unsound: 70%}, "
             "detractors: {sound: 10%, unsound: 40%}}"},
            r"bank\.quality: promoters and detractors of unsound partners are 1\.1 of the customers: lower one",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ScenarioError, match=r"(?s)main\.yaml:\d+.*" + says):
        load(write(tmp_path, {**STATED, **changes}))


def test_two_figures_of_bad_leads_are_refused(tmp_path: Path) -> None:
    both = {
        "segments.bank.quality": "{unsound: 20%, bad_leads: {sound: 1%, unsound: 5%}}", "policy.survey": None,
        "policy.control": None,
        "segments.bank.funnel": "{click_rate: 5%, lead_rate: 20%, conversion: 30%, bad_leads: 10%}",
    }  # fmt: skip
    with pytest.raises(ScenarioError, match=r"quality\.bad_leads: its funnel states bad_leads.*state one of the two"):
        load(write(tmp_path, {**STATED, **both}))


def test_what_changes_nothing_is_noted(tmp_path: Path) -> None:
    changes = {"own": None, "policy.survey": None, "policy.control": None}
    found = {one.code for one in load(write(tmp_path, {**STATED, **changes})).notes}
    assert {"damage_moves_nobody", "answers_not_asked"} <= found
