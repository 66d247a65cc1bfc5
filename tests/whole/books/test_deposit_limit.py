"""The limit of deposits in every month of random runs, mutants of the engine, and whose columns are written.

Notation: v value of a blank, b blanks out, E net premium sold and not remitted, k multiple, D deposit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.base.errors import SimError
from sim.base.units import to_minor
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.engine.stages.business import limiting
from sim.engine.stages.payment import pledging
from tests.whole.fingerprint import fingerprint
from tests.whole.running import named
from tests.whole.scenarios import EVERYTHING, plan
from tests.whole.test_protection import elsewhere, same


def over_the_limit(model: PartnerNetwork) -> list[str]:
    """Partners of the scheme that hold more than their deposit allows now."""
    terms, table = model.plan.scenario.policy.deposits, model.table
    assert terms is not None
    value, multiple = to_minor(terms.value_of_blank.at(model.ordinal)), Fraction(str(terms.multiple_at(model.ordinal)))
    net = model.plan.layout.by_row(np.append(model.plan.by_segment.net, False))
    owed = table.receivable - net * (table.due_commission.sum(axis=0) + table.arrears_commission)
    held = owed + value * table.blanks[0]
    wrong = [
        i for i in np.flatnonzero(table.in_scheme[0]) if held[i] > multiple * int(table.deposit[0, i]) or owed[i] < 0
    ]
    wrong += [i for i in range(table.rows) if table.deposit[0, i] < 0 or table.blanks[0, i] < 0]
    return [f"{model.population.ids[i]} holds {held[i]} on a deposit of {table.deposit[0, i]}" for i in wrong]


def watched(run: Plan, replication: int) -> PartnerNetwork:
    """Play a run, looking at every partner when blanks have been issued and when the month has been settled."""
    model = PartnerNetwork(run, replication)

    def looked_at(stage: Callable[[], None]) -> Callable[[], None]:
        def stage_and_look() -> None:
            stage()
            assert not over_the_limit(model), (model.month, over_the_limit(model)[:3])

        return stage_and_look

    for name in ("limits_are_set", "partners_settle"):
        model.stages[name] = looked_at(model.stages[name])
    model.run()
    return model


def random_scheme(data: st.DataObject) -> Plan:
    draw: Callable[..., Any] = lambda *choices: data.draw(st.sampled_from(choices))  # noqa: E731
    scheme = {
        "segments": draw(["dealers"], ["brokers", "dealers"], ["banks", "brokers", "dealers"]),
        "value_of_blank": draw(950.0, 2000.0),
        "multiple": draw(0.5, 1.0, 1.1, 3.3),
        "interest": draw(0.0, 0.1),
        "spare_blanks": draw(0.0, 0.5),
        "months_quiet": draw("0mo", "2mo"),
        "blank_abuse": draw(0.0, 0.4),
        "forfeited": draw(True, False),
    }
    control = draw(
        None, {"stop_sale_after": "0mo"}, {"exposure_months": "1.5mo", "allowance": {"over_30": 0.2, "over_90": 0.5}}
    )
    return plan(
        {
            "seed": data.draw(st.integers(0, 10**6)),
            "months": "9mo",
            "policy.deposits": scheme,
            "policy.credit_control": control,
            "segments.dealers.funds": draw(None, 0.05, 0.2),
            "segments.brokers.funds": draw(None, 0.1),
            "segments.dealers.remittance.net": draw(True, False),
            "policy.payment.vested_renewals": draw(True, False),
            "segments.brokers.remittance.lag": draw("0mo", "2.5mo"),
            "products.motor.price_cv": draw(0.0, 0.3),
            "credit.recovery_months": draw("1mo", "3mo"),
        },
        EVERYTHING,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_limit_holds_at_all_times(data: st.DataObject) -> None:
    """In every month b v + E <= k D for every partner asked; the ledger proves the deposits month by month."""
    model = watched(random_scheme(data), 0)
    held = model.datacollector.model_vars["figures"]
    assert len(held) == 9


TIGHT = {
    "policy.deposits": {"segments": ["brokers", "dealers"], "value_of_blank": 1000.0, "multiple": 1.5},
    "segments.dealers.funds": 0.1, "segments.brokers.funds": 0.05, "products.motor.price_cv": 0.0,
}  # fmt: skip


def no_cut_of_sales(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(limiting, "cut_sales", lambda *_: None)


def no_cut_of_renewals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(limiting, "cut_renewals", lambda *_: None)


def blanks_not_used(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pledging.deposits, "use", lambda *_: -1)


def exposure_of_gross_premium_ignored(patch: pytest.MonkeyPatch) -> None:
    real = pledging.deposits.exposures
    patch.setattr(pledging.deposits, "exposures", lambda *given: (real(*given), given[-1].fill(0)))


def net_of_all_commission(patch: pytest.MonkeyPatch) -> None:
    """Exposure as if gross partners kept their commission as well."""
    real = pledging.deposits.exposures
    patch.setattr(
        pledging.deposits, "exposures", lambda *given: (real(*given), given[-1].__imul__(4), given[-1].__ifloordiv__(5))
    )


@pytest.mark.parametrize(
    "mutant",
    [no_cut_of_sales, no_cut_of_renewals, blanks_not_used, exposure_of_gross_premium_ignored, net_of_all_commission],
)
def test_mutants_of_the_engine_are_caught(
    monkeypatch: pytest.MonkeyPatch, mutant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    run = plan(TIGHT, EVERYTHING)
    assert named(watched(run, 0))["refused_contracts"].sum() > 0
    mutant(monkeypatch)
    with pytest.raises((AssertionError, SimError)):
        watched(run, 0)


GUARDED = """
import json, sys
from tests.whole import fingerprint
from tests.whole.running import named
from tests.whole.scenarios import EVERYTHING, plan
from tests.whole.books.test_deposit_limit import STRICT
json.dump(fingerprint.fingerprint(fingerprint.protected(plan(STRICT, EVERYTHING), 0)), sys.stdout)
"""
STRICT = {
    **TIGHT, "segments.dealers.remittance.default": 0.2, "seed": 11,
    "policy.credit_control": {"exposure_months": "2mo", "stop_sale_after": "1mo", "allowance": {"over_30": 0.1}},
    "policy.deposits": {**TIGHT["policy.deposits"], "blank_abuse": 0.5, "interest": 0.05, "spare_blanks": 0.5},
}  # fmt: skip


def test_each_room_writes_its_own_columns() -> None:
    """In plain Python, with the columns of other rooms write-protected, to the same integers."""
    done = elsewhere("-c", GUARDED, NUMBA_DISABLE_JIT="1")
    assert done.returncode == 0, done.stderr[-3000:]
    model = PartnerNetwork(plan(STRICT, EVERYTHING))
    model.run()
    same(json.loads(done.stdout), fingerprint(model))
    figures = named(model)
    for name in ("refused_contracts", "deposit_in", "deposit_set_off", "deposit_interest", "provision_released"):
        assert figures[name].sum() > 0, name
