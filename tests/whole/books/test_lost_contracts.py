"""Contracts lost inside their term: the statement that the simulator draws up is that of a worked example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.partners.listed import Listed
from sim.worked.compared import check_case
from sim.worked.example import cases_model
from tests.whole.running import followed
from tests.whole.scenarios import P, S, plan

TERM = 12
PEOPLE = {"top": None, "boss": "top", "seller": "boss"}
FLOWS = {"top": 20.0, "boss": 3.0, "seller": 5.0}
BASE = {"kind": "base", "new": 0.1}
BRACKETS = [{"above": 0, "rate": 0.1}, {"above": 500_000, "rate": 0.2}]
SCALE = {"kind": "retroactive", "brackets": BRACKETS}
RULES: dict[str, dict[str, Any]] = {
    "base": {"base": BASE},
    "levels": {"base": BASE, "up": {"kind": "levels", "rates": [0.03, 0.02]}},
    "levels that keep theirs": {"base": BASE, "up": {"kind": "levels", "rates": [0.03], "clawback": False}},
    "levels on tiers": {"t": {"kind": "tiers", "window": "quarter", "scale": SCALE},
                        "up": {"kind": "levels", "rates": [0.03]}},
    "ranks": {"r": {"kind": "stair_step", "window": "1mo", "brackets": [BRACKETS[0], {"above": 200_000, "rate": 0.2}]}},
    "gross volume": {"t": {"kind": "tiers", "window": "quarter", "volume": "gross", "scale": SCALE}},
    "customers held": {"t": {"kind": "tiers", "by": "customers", "scale": {
        "kind": "retroactive", "brackets": [{"above": 0, "rate": 0.1}, {"above": 50, "rate": 0.2}]}}},
    "a clawback": {"base": BASE, "back": {"kind": "clawback", "window": "6mo", "how": "full"}},
}  # fmt: skip


def played(rules: dict[str, Any], clawback: str) -> Iterator[dict[str, Any]]:
    """Month by month what was sold and lost of contracts at 24 000 (steps of 1 000), and what is owed for it."""
    people = tuple(Listed(name, "agents", FLOWS[name], sponsor=above) for name, above in PEOPLE.items())
    laid = plan({
        "months": f"{TERM}mo", f"{S}.partners": 0, f"{P}.price": 24_000.0, f"{P}.cancellation": 0.1,
        "policy.rules": rules, "policy.payment": {"clawback": clawback}, "opening.capital": 1e9,
    }, roster=people)  # fmt: skip
    held = np.zeros((TERM, len(people)), dtype=np.int64)

    def look(model: PartnerNetwork) -> dict[str, Any]:
        month, rows = model.month - 1, [model.plan.population.ids.index(name) for name in PEOPLE]
        sold, held[month] = model.table.new[0, rows], model.table.new[0, rows]
        left = model.table.ring_count[:TERM, rows]
        lost, held[:] = held - left, left
        facts = {
            name: {"premium_new": 24_000 * int(sold[i]), "new": int(sold[i]),
                   "lost": {str(month - s): int(lost[s, i]) for s in np.flatnonzero(lost[:, i])}}
            for i, name in enumerate(PEOPLE)
        }  # fmt: skip
        owed = [model.nouns.commission.statement.owed(row) / 100 for row in rows]
        return {"facts": facts, "expected": dict(zip(PEOPLE, owed, strict=True))}

    yield from followed(laid, 0, look)


@pytest.mark.parametrize(("rules", "clawback"), [*((one, "pro_rata") for one in RULES), ("levels on tiers", "none")])
def test_a_statement_is_that_of_the_worked_example(rules: str, clawback: str) -> None:
    """Month by month, seller and sponsors, to the minor unit; what goes back is derived from the contracts lost."""
    months = list(played(RULES[rules], clawback))
    assert sum(bool(one["lost"]) for month in months for one in month["facts"].values()) > TERM
    case = {
        "source": "the simulator", "text": "the same facts", "products": {"line": {"term": f"{TERM}mo"}},
        "partners": {name: {"sponsor": above} for name, above in PEOPLE.items()}, "rules": RULES[rules],
        "payment": {"clawback": clawback}, "months": months,
    }  # fmt: skip
    read = cases_model().model_validate({"schema": 1, "cases": {"twin": case}}).cases["twin"]
    assert not check_case(Path("twin.yaml"), "twin", read).differences
