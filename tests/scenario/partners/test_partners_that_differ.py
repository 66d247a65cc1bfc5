"""What segments state of their partners beside the usual: what is refused, and what is noted to change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

BANK = "segments.bank"
RAMP, COST = {f"{BANK}.turnover": "{ramp: 2mo}"}, {f"{BANK}.cost": "{base: 5}"}
BAN = "market.events.no_banks"
BACK = "{kind: ban, segment: bank, start: 2024-03, returns: 50%%, as: %s}"
ONLY_BAN, NO_SHOPS = (f"{{kind: ban, segment: {one}, start: 2024-05}}" for one in ("bank", "shop"))
Changes = dict[str, Any]


SHOP = {
    "segments.shop": {
        "partners": "3", "flow": "1", "mix": {"hull": "30%"},
        "choice": {"review": "5%", "weights": {"commission": "0.2"}},
    }
}  # fmt: skip


def notes(folder: Path, changes: Changes) -> set[str]:
    return {one.code for one in load(write(folder, changes)).notes}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({BAN: "{kind: ban, segment: bnk, start: 2024-03}"}, r'unknown segment "bnk".*did you mean'),
        ({BAN: BACK % "bank"}, r"segment that is banned; name another one"),
        ({BAN: BACK % "agents"}, r'no_banks\.as: unknown segment "agents"'),
        ({BAN: "{kind: ban, segment: bank, start: 2024-03, returns: 50%}"}, r"as what do they come back\?"),
        ({BAN: "{kind: ban, segment: bank, start: 2024-03, as: shop}"}, r"nobody comes back: state returns"),
        ({BAN: BACK % "shop", "market.events.again": ONLY_BAN}, r"again\.segment: bank is banned by no_banks already"),
        ({BAN: BACK % "shop", "market.events.shops": NO_SHOPS}, r"no_banks\.as: .*shop, which is banned too"),
        ({f"{BANK}.poaches": "{share: 130%}"}, r"segments\.bank\.poaches\.share"),
        (
            {f"{BANK}.poaches": "{share: 60%}", "segments.shop.poaches": "{share: 50%}"},
            r"shop\.poaches\.share: .*110%.*more than all.*lower the shares",
        ),
        ({f"{BANK}.word_of_mouth": "0.5"}, r"segments\.bank\.word_of_mouth"),
        ({"us.late_or_denied": "-4%"}, r"us\.late_or_denied"),
        ({f"{BANK}.activation": "120%"}, r"segments\.bank\.activation"),
        ({f"{BANK}.branches": "{number: 0.5}"}, r"at least one branch, not 0\.5 on average: raise number"),
        ({f"{BANK}.branches": "{number: 3, per_branch: -5%}"}, r"branches\.per_branch"),
        ({f"{BANK}.branches": "19"}, r"segments\.bank\.branches"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, changes: Changes, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load(write(tmp_path, {**SHOP, **changes}))


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"products.hull.renewal": "0%", f"{BANK}.poaches": "{share: 10%}"}, {"products.hull.renewal": "60%"}),
        ({f"{BANK}.word_of_mouth": "-0.5"}, {"us.late_or_denied": "4%"}),
        ({f"{BANK}.activation": "25%"}, {f"{BANK}.turnover": "{entry: 1}"}),
        ({f"{BANK}.branches": "{number: 19, per_branch: 5%}"}, RAMP),
        ({f"{BANK}.branches": "{number: 19}"}, COST),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_noted(tmp_path: Path, changes: Changes, read: Changes) -> None:
    assert "changes_nothing" in notes(tmp_path, changes)
    assert "changes_nothing" not in notes(tmp_path, {**changes, **read})
