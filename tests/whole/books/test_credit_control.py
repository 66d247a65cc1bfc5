"""Credit control by hand: exposure limits, stop-sale, arrears by age, allowance, repayment in parts.

One partner sells three contracts of 100.00 a month, over at once, due a month later unless said otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.errors import ScenarioError
from sim.engine.model import PartnerNetwork
from sim.settlement import ageing
from sim.settlement.credit import Recoveries
from tests.scenario.minimal import write
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

W = 10_000
FIRST_PAYS = {"since": {"2024-01": 1.0, "2025-03": 0.0}}  # up to February


def controlled(changes: dict[str, Any] | None = None, months: int = 8, **control: Any) -> dict[str, np.ndarray]:
    base = {
        f"{P}.term": "0mo",
        "months": f"{months}mo",
        f"{S}.partners": 1,
        f"{S}.flow": 3.0,
        f"{S}.remittance": {"lag": "1mo"},
    }
    return monthly(plan({**base, "policy.credit_control": control, **(changes or {})}))


# --- exposure --------------------------------------------------------------------------------------------------------


def test_exposure_limit() -> None:
    """500 with a lag of 2: 300, then 200, then nothing until the first batch comes in."""
    found = controlled({f"{S}.remittance": {"lag": "2mo"}}, exposure_limit=500.0)
    assert found["new_contracts"].tolist() == [3, 2, 0, 3, 2, 0, 3, 2]
    assert found["refused_contracts"].tolist() == [0, 1, 3, 0, 1, 3, 0, 1]
    assert found["refused_premium"].tolist() == (W * found["refused_contracts"]).tolist()
    assert found["balance.receivable"].max() == 5 * W


def test_exposure_limit_of_a_net_partner_is_net() -> None:
    """It keeps a fifth: 400 hold five contracts of 80."""
    net = {f"{S}.remittance": {"lag": "2mo", "net": True}, "policy.rules.base.new": 0.2}
    assert controlled(net, exposure_limit=400.0)["new_contracts"].tolist() == [3, 2, 0, 3, 2, 0, 3, 2]


def test_exposure_months() -> None:
    """Half a month of 300 beside 500: the lower limit holds, and it is above 0 for a newcomer too."""
    assert controlled({}, exposure_limit=500.0, exposure_months="15d")["new_contracts"].tolist() == [1, 0] * 4


def test_limits_of_named_segments() -> None:
    other = {
        "partners": 1,
        "flow": 2.0,
        "mix": {"line": 1.0},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
        "sales": {"law": "fixed"},
        "remittance": {"lag": "1mo"},
    }
    found = controlled({"segments.banks": other}, exposure_limit=0.0, segments=["agents"])
    assert found["new_contracts.agents"].sum() == 0
    assert found["new_contracts.banks"].tolist() == [2] * 8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([300.0, 2000.0, 9000.0]), st.booleans())
def test_exposure_is_never_over_its_limit(seed: int, limit: float, net: bool) -> None:
    """At fixed prices, three products, renewals, arrears and defaults."""
    run = plan({"seed": seed, "months": "8mo", "products.motor.price_cv": 0.0, "segments.dealers.remittance.net": net,
                "policy.credit_control": {"exposure_limit": limit}}, EVERYTHING)  # fmt: skip
    kept = run.layout.by_row(np.append(run.by_segment.net, False))
    for owed, commission in followed(
        run,
        0,
        lambda model: (
            model.table.receivable.copy(),
            model.table.due_commission.sum(axis=0) + model.table.arrears_commission,
        ),
    ):
        assert (owed - kept * commission <= limit * 100).all()


# --- stop-sale and age -----------------------------------------------------------------------------------------------


def test_stop_sale_when_overdue() -> None:
    """Nobody pays from March on: February's batch is late at its close, and over a month late at April's."""
    late = {f"{S}.remittance.discipline": FIRST_PAYS}
    assert controlled(late, stop_sale_after="0mo")["new_contracts"].tolist() == [3, 3, 3, 0, 0, 0, 0, 0]
    assert controlled(late, stop_sale_after="1mo")["new_contracts"].tolist() == [3, 3, 3, 3, 0, 0, 0, 0]
    assert controlled(late, stop_sale_after="5mo")["new_contracts"].tolist() == [3] * 8
    found = controlled(
        {f"{S}.remittance.discipline": {"since": {"2024-01": 1.0, "2025-03": 0.0, "2025-05": 1.0}}},
        stop_sale_after="0mo",
    )
    assert found["new_contracts"].tolist() == [3, 3, 3, 0, 0, 3, 3, 3]


def test_arrears_by_age() -> None:
    """Batches of 300 due from February on and never paid: from the third month after on all ages are seen."""
    found = controlled({f"{S}.remittance.discipline": 0.0}, stop_sale_after="12mo")
    arrears = 3 * W * np.arange(8)
    for name, months in (("overdue_30", 1), ("overdue_60", 2), ("overdue_90", 3)):
        assert found[name].tolist() == [0] * months + arrears[: 8 - months].tolist()
    assert found["overdue_90_days"].tolist() == found["overdue_90"].tolist()  # nothing secures it


def test_ageing_takes_the_oldest_first() -> None:
    """100 falls due a month and is late; 150 is paid in the fourth: the oldest batch, and half of the next."""
    edges, before, late = (
        np.array([0, 1], dtype=np.uint64),
        np.zeros((3, 1), dtype=np.int64),
        np.zeros((1, 3), dtype=np.int64),
    )
    oldest = np.zeros(1, dtype=np.int64)
    arrears, seen = 0, []
    for month, paid in enumerate([0, 0, 0, 150, 0, 0, 450, 0]):
        arrears += 100 - paid
        ageing.close(edges, month, np.array([arrears]), np.array([paid]), before, late, oldest)
        seen.append([arrears, *late[0].tolist()])
    assert seen == [[100, 0, 0, 0], [200, 100, 0, 0], [300, 200, 100, 0], [250, 150, 50, 0], [350, 250, 150, 50],
                    [450, 350, 250, 150], [100, 0, 0, 0], [200, 100, 0, 0]]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 300)), min_size=1, max_size=30))
def test_ageing_against_a_list_of_batches(months: list[tuple[int, int]]) -> None:
    """The ring against batches kept one by one and paid in their order."""
    edges, before, late = (
        np.array([0, 1], dtype=np.uint64),
        np.zeros((4, 1), dtype=np.int64),
        np.zeros((1, 3), dtype=np.int64),
    )
    batches: list[list[int]] = []
    oldest = np.zeros(1, dtype=np.int64)
    for month, (due, wish) in enumerate(months):
        batches.append([month, due])
        left = paid = min(wish, sum(amount for _, amount in batches))
        for batch in batches:
            part = min(left, batch[1])
            batch[1] -= part
            left -= part
        arrears = sum(amount for _, amount in batches)
        ageing.close(edges, month, np.array([arrears]), np.array([paid]), before, late, oldest)
        assert oldest[0] == late[0, 2]
        assert late[0].tolist() == [sum(amount for born, amount in batches if month - born >= age) for age in (1, 2, 3)]
        out = np.zeros(1, dtype=np.int64)
        for months_late in range(4):
            ageing.older(month + 1, months_late, before, out)
            assert out[0] == sum(amount for born, amount in batches if month - born >= months_late)


# --- allowance -------------------------------------------------------------------------------------------------------


def test_allowance_by_age() -> None:
    """10 %, 30 % and 60 % of 300 each; all is paid in July, and the allowance is released."""
    pays = {f"{S}.remittance.discipline": {"since": {"2024-01": 0.0, "2025-07": 1.0}}}
    found = controlled(pays, allowance={"over_30": 0.1, "over_60": 0.3, "over_90": 0.6})
    batch = 3 * W
    expected = [0, 0, 0.1 * batch, 0.4 * batch, 1.0 * batch, 1.6 * batch, 0, 0]
    np.testing.assert_allclose(found["balance.allowance"], expected)
    assert found["receivable_provided"].tolist() == [0, 0, 0.1 * batch, 0.3 * batch, 0.6 * batch, 0.6 * batch, 0, 0]
    assert found["provision_released"].tolist() == [0] * 6 + [1.6 * batch, 0]
    assert found["receivable_written_off"].sum() == 0
    np.testing.assert_array_equal(found["bad_debt.agents"], found["receivable_provided"] - found["provision_released"])


def test_allowance_is_used_by_a_default() -> None:
    """Four batches are out, three of them late: 1200 written off, 140 was set aside before for all over 30 days."""
    late = {
        f"{S}.remittance": {"lag": "1mo", "discipline": 0.0, "default": {"since": {"2024-01": 0.0, "2025-04": 1.0}}}
    }
    found = controlled(late, allowance={"over_30": 0.1})
    assert found["receivable_written_off"].tolist() == [0, 0, 0, 12 * W, 0, 0, 0, 0]
    assert found["balance.allowance"].tolist() == [0, 0, 3_000, 0, 0, 0, 0, 0]
    assert (found["receivable_provided"] - found["provision_released"]).sum() == 12 * W


def test_ninety_days_and_allowance_count_once() -> None:
    """Equity is tested without what is over 90 days past due and not set aside already."""
    never = {f"{S}.remittance.discipline": 0.0}
    plain, aside = controlled(never), controlled(never, allowance={"over_90": 0.25})
    assert plain["overdue_90_days"].tolist() == plain["overdue_90"].tolist()
    assert aside["overdue_90_days"].tolist() == (0.75 * plain["overdue_90"]).tolist()
    tested = [found["equity"] - found["overdue_90_days"] for found in (plain, aside)]
    np.testing.assert_array_equal(*tested)


# --- repayment -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=10), st.integers(0, 4), st.integers(1, 7), st.floats(0.0, 1.0)
)
def test_repayment_in_parts(losses: list[int], lag: int, months: int, share: float) -> None:
    """Every debt comes back in equal parts, to the last minor unit, from its lag on."""
    plan_, found = Recoveries(lag, months), []
    for lost in [*losses, *[0] * (lag + months)]:
        found.append(plan_.expect(np.array([lost]), share).item())
    expected = np.zeros(len(found), dtype=object)
    for t, lost in enumerate(losses):
        back = round(lost * share)
        expected[t + lag : t + lag + months] += np.diff([back * j // months for j in range(months + 1)])
    assert found == expected.tolist()


def test_repayment_plan_through_the_books() -> None:
    """Half of 600 lost in March comes back over three months from May on."""
    gone = {f"{S}.remittance": {"lag": "1mo", "default": {"since": {"2024-01": 0.0, "2025-03": 1.0}}},
            "credit": {"recovery": 0.5, "recovery_lag": "2mo", "recovery_months": "3mo"}}  # fmt: skip
    found = monthly(plan({f"{P}.term": "0mo", "months": "8mo", f"{S}.partners": 1, f"{S}.flow": 3.0, **gone}))
    assert found["receivable_written_off"].tolist() == [0, 0, 6 * W, 0, 0, 0, 0, 0]
    assert found["recovered"].tolist() == [0, 0, 0, 0, W, W, W, 0]


# --- without it, and bad input ---------------------------------------------------------------------------------------


def test_nothing_is_kept_without_it() -> None:
    model = PartnerNetwork(
        plan({"policy.deposits": None, "policy.credit_control": None, "accounts.prudent": False}, EVERYTHING)
    )
    assert model.nouns.limits is None
    for name in ("deposit", "blanks", "in_scheme", "idle", "abused", "arrears_before", "debits_before", "deposit_in"):
        assert model.table.array(name).nbytes == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"segments": "[banks]"}, 'policy.credit_control.segments[0]: unknown segment "banks"; did you mean bank?'),
        ({"exposure_limit": "-1"}, "must not be negative"),
        ({"stop_sale_after": "1.5mo"}, "a whole number of months"),
        ({"allowance.over_30": "150%"}, "policy.credit_control.allowance.over_30"),
        ({"exposure": "5"}, "did you mean exposure_limit"),
    ],
)
def test_bad_input(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    from sim.scenario.load import load

    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, {f"policy.credit_control.{name}": value for name, value in changes.items()}))
    assert words in str(caught.value)
