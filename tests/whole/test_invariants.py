"""What holds whatever the scenario: the books balance, luck is common, order and number of workers do not matter."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.base.errors import LedgerError, RunError
from sim.engine.layout.plan import make
from sim.engine.model import PartnerNetwork
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind
from sim.money.ledger import Ledger
from sim.partners.listed import Listed
from sim.results.kpis import key_figures
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.fingerprint import fingerprint
from sim.runs.play import play
from sim.runs.replicate import Replication, Specification, replicate
from sim.runs.work import Job
from sim.scenario.schema import scenario_model
from tests.whole.laws.test_ruin import played
from tests.whole.running import followed, monthly
from tests.whole.scenarios import CHOICE, EVERY_RULE, EVERYTHING, P, S, plan, tree

BOOKS = {account.label for account in ACCOUNTS if account.kind in (Kind.ASSET, Kind.LIABILITY)}

# --- the books -------------------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_books_balance(data: st.DataObject) -> None:
    """Every identity of section 12 from the recorded flows alone, under options drawn at random."""
    draw: Callable[..., Any] = lambda *choices: data.draw(st.sampled_from(choices))  # noqa: E731
    changes = {
        "seed": data.draw(st.integers(0, 10**6)),
        "months": draw("5mo", "14mo"),
        "policy.payment.delay": draw("0mo", "1mo", "3mo"),
        "policy.payment.clawback": draw("pro_rata", "none"),
        "policy.payment.vested_renewals": draw(True, False),
        "accounts.acquisition": draw("deferred", "expensed"),
        "accounts.on_ruin": draw("go_on", "stop"),
        "accounts.interest": draw(-0.05, 0.0, 0.2),
        "opening": draw({"capital": 1e4}, {"kind": "warm_up", "months": "5mo", "capital": 4e5}),
        "products.motor.term": draw("3mo", "12mo"),
        "products.motor.claims.reserve_error": draw(-0.1, 0.0, 0.1),
        "products.motor.changes": draw({}, {"up": {"rate": 0.2, "size": 1.5}, "down": {"rate": 0.3, "size": 0.7}}),
        "segments.dealers.remittance.net": draw(True, False),
        "segments.banks.remittance.lag": draw("0mo", "0.4mo", "3mo"),
        "credit.recovery_lag": draw("0mo", "2mo"),
    }
    check_books(
        monthly(plan(changes, data.draw(st.sampled_from([EVERYTHING, EVERY_RULE])))),
        opened=changes["opening"].get("kind") != "warm_up",
    )


@pytest.mark.parametrize("acquisition", ["deferred", "expensed"])
def test_books_balance_where_premium_is_deficient(acquisition: str) -> None:
    """Claims above the premium, then below it: costs are written down, a provision is made, and both return."""
    ratio = {"since": {"2024-01": 1.4, "2025-05": 0.5}}
    changes = {"months": "12mo", "opening": {"capital": 4e5}, "accounts.acquisition": acquisition}
    found = monthly(plan({**changes, "products.motor.claims.loss_ratio": ratio}, EVERYTHING))
    assert found["deficiency_provided"].sum() > 0 and found["deficiency_released"].sum() > 0
    assert (found["acquisition_written_down"].sum() > 0) == (acquisition == "deferred")
    check_books(found, opened=True)


def check_books(found: dict[str, np.ndarray], opened: bool) -> None:
    balance = {
        account: found[f"balance.{account.label}"] * (1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1)
        for account in ACCOUNTS
    }
    moved = {account: np.zeros(len(found["equity"])) for account in ACCOUNTS}
    for flow in FLOWS:
        assert (found[flow.label] >= 0).all(), flow.label
        moved[flow.debit] += found[flow.label]
        moved[flow.credit] -= found[flow.label]
    for account in ACCOUNTS:
        assert (np.diff(balance[account]) == moved[account][1:]).all(), account.label
    assert (sum(balance.values()) == 0).all()
    equity = sum(balance[account] for account in ACCOUNTS if account.label in BOOKS)
    assert (equity == found["equity"]).all()
    result = -sum(moved[account] for account in ACCOUNTS if account.label not in BOOKS | {"capital"})
    assert (np.diff(found["equity"]) == result[1:]).all()

    def flows(plus: str, minus: str) -> np.ndarray:
        return sum(found[name] for name in plus.split()) - sum(found[name] for name in minus.split())

    identities = {
        "upr": flows("premium_written premium_written_direct", "premium_refunded premium_earned"),
        "loss_reserve": flows("claims_incurred cost_of_goods reserve_strengthened", "claims_paid reserve_released"),
        "dac": flows(
            "commission_accrued acquisition_paid onload_accrued onload_reversed acquisition_written_back",
            "commission_amortised acquisition_amortised commission_clawed_back onload_amortised onload_taken_back "
            "acquisition_written_down",
        ),
        "receivable": flows(
            "premium_written instalment_paid",
            "premium_remitted commission_netted receivable_written_off holdback_set_off deposit_set_off "
            "premium_on_instalments discount_taken",
        ),
        "instalments": flows("premium_on_instalments", "instalment_paid"),
        "vat_recoverable": flows("vat_paid vat_reverse_charged", "vat_recovered"),
        "tax_owed": flows("vat_reverse_charged vat_reverse_borne commission_tax_withheld", "tax_owed_paid"),
        "funds": flows("fund_accrued", "fund_paid fund_expired"),
        "commission_payable": flows(
            "commission_accrued commission_expensed debit_balance_written_off holdback_released",
            "commission_paid commission_netted commission_reversed commission_clawed_back "
            "loss_share_charged holdback_kept advance_clawed_back",
        ),
        "onload_payable": flows("onload_accrued onload_written_off", "onload_taken_back onload_paid"),
        "holdback": flows("holdback_kept", "holdback_released holdback_set_off holdback_forfeited"),
        "advance": flows("advance_paid", "advance_written_down advance_clawed_back advance_written_off"),
        "deposits": flows("deposit_in", "deposit_out deposit_set_off deposit_forfeited"),
        "allowance": flows("receivable_provided", "provision_released receivable_written_off"),
        "deficiency_provision": flows("deficiency_provided", "deficiency_released"),
        "cash": flows(
            "premium_written_direct premium_remitted recovered claims_recovered interest_earned deposit_in "
            "tax_refunded referral_income reservation_fee vat_recovered commission_tax_withheld",
            "premium_refunded commission_paid claims_paid handling_paid acquisition_paid administration_paid "
            "programme_paid interest_paid advance_paid deposit_out deposit_interest tax_paid dividend_paid onload_paid "
            "direct_channel_paid other_paid vat_paid vat_borne tax_owed_paid fund_paid",
        ),
    }
    assert set(identities) == BOOKS
    for name, expected in identities.items():
        shown = found[f"balance.{name}"]
        assert (np.diff(shown) == expected[1:]).all(), name
        if opened and name != "cash":
            assert shown[0] == expected[0], name
    for group, whole in (
        ("premium_written", ("premium_written", "premium_written_direct")),
        ("premium_earned", ("premium_earned",)),
        ("claims_incurred", ("claims_incurred", "cost_of_goods")),
        ("premium_refunded", ("premium_refunded",)),
    ):
        parts = sum(
            found[name]
            for name in found
            if name.startswith(f"{group}.")
            and name.split(".")[1] in ("banks", "dealers", "brokers", "networks", "direct")
        )
        assert (parts == sum(found[name] for name in whole)).all(), group


def spoil_receivable(model: PartnerNetwork) -> None:
    model.table.receivable[0] += 1


def spoil_cash(model: PartnerNetwork) -> None:
    model.ledger.balance[0, 0] += 1


def spoil_steps(model: PartnerNetwork) -> None:
    model.nouns.books.premium_steps[0].by_slot[0, 0] += 1


def spoil_ring(model: PartnerNetwork) -> None:
    model.table.ring_premium[0, 0] += 1


def spoil_count(model: PartnerNetwork) -> None:
    model.table.ring_count[0, 0] += 1


def spoil_reserve(model: PartnerNetwork) -> None:
    model.nouns.books.claims.payable.pending[0, 0, -1] += 1


def spoil_commission(model: PartnerNetwork) -> None:
    model.table.due_pay[0, 0] += 1


def spoil_flow(model: PartnerNetwork) -> None:
    model.ledger.post(Flow.PREMIUM_REMITTED, 1)


@pytest.mark.parametrize(
    "spoil",
    [spoil_receivable, spoil_cash, spoil_steps, spoil_ring, spoil_count, spoil_reserve, spoil_commission, spoil_flow],
)
def test_a_kopeck_too_much_is_noticed(spoil: Callable[[PartnerNetwork], None]) -> None:
    """One minor unit in any account or sub-ledger stops the run; the rings are counted once a year."""
    model = PartnerNetwork(plan({"months": "13mo", "policy.rules.base.new": 0.1, f"{S}.remittance": {"lag": "1mo"}}))
    for _ in range(10):
        model.step()
    spoil(model)
    with pytest.raises(LedgerError):
        for _ in range(3):
            model.step()


def test_ledger_refuses_negative_amounts_and_unbalanced_stocks() -> None:
    ledger = Ledger()
    with pytest.raises(LedgerError):
        ledger.post(Flow.PREMIUM_EARNED, -1)
    ledger.post(Flow.PREMIUM_WRITTEN, 100)
    with pytest.raises(LedgerError):
        ledger.close({Account.UPR: -99})


def test_a_failed_replication_says_how_to_run_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = plan({"months": "6mo", "seed": 77})
    monkeypatch.setattr(
        Ledger, "_prove", lambda self, before, stocks: (_ for _ in ()).throw(LedgerError("broken on purpose"))
    )
    with pytest.raises(RunError) as caught:
        replicate(run, [3])
    assert (caught.value.seed, caught.value.replication, caught.value.month) == (77, 3, 0)


# --- luck, order and workers -----------------------------------------------------------------------------------------


def test_workers_and_chunks() -> None:
    """Identical bytes for 1, 2 and 4 workers and for chunks in any order."""
    case, numbers = Case("everything", Specification({**EVERYTHING, "seed": 7}, 7)), list(range(8))
    alone = [_bytes(one) for one in replicate(case.plan, numbers, most=1)]
    for workers, size in ((2, 2), (4, 1)):
        shuffled = random.Random(workers).sample(numbers, len(numbers))
        with Crew(workers) as crew:
            parts = [shuffled[at : at + size] for at in range(0, len(shuffled), size)]
            jobs = [crew.submit(Job((case.specification,), tuple(part), version=fingerprint())) for part in parts]
            found = {one.number: _bytes(one) for job in jobs for (done,) in [job.result()] for one in done}
        assert [found[number] for number in numbers] == alone
    cube, done = play(case, [5, 1, 4], 1)
    assert cube.replications == (1, 4, 5)
    assert [_bytes(one) for one in done] == [alone[number] for number in (1, 4, 5)]


def _bytes(one: Replication) -> tuple[bytes, bytes]:
    return one.monthly.tobytes(), one.flows.tobytes()


ROSTER = tuple(
    Listed(
        f"partner {i:03d}",
        ("banks", "dealers", "brokers")[i % 3],
        1.0 + (i * 7) % 11,
        relativity=1.0 + 0.01 * i,
        us_share=None if i % 4 else 0.7,
    )
    for i in range(30)
)


@pytest.mark.parametrize("shuffle", [1, 2])
def test_permuted_roster(shuffle: int) -> None:
    """Rows of the roster in another order: the same bytes, and the same partner by its id."""
    scenario = scenario_model().model_validate(EVERYTHING)
    runs = [make(scenario, roster) for roster in (ROSTER, tuple(random.Random(shuffle).sample(ROSTER, len(ROSTER))))]
    models = [PartnerNetwork(run, 1) for run in runs]
    for model in models:
        model.run()
    (one,), (other,) = (replicate(run, [1]) for run in runs)
    assert _bytes(one) == _bytes(other)
    assert models[0].population.ids == models[1].population.ids
    for name, column in models[0].table.columns.items():
        if column.keeps:
            assert (models[0].table.array(name) == models[1].table.array(name)).all(), name


def test_partner_keeps_its_luck_in_other_company() -> None:
    """A partner's sales do not depend on who else is in the roster."""
    changes = {f"{S}.sales": {"law": "poisson"}, "months": "6mo"}
    many = tuple(Listed(f"p{i}", "agents", 3.0) for i in range(20))
    few = many[3:9]
    sold = []
    for roster in (many, few):
        run = plan(changes, roster=roster)
        seen = np.array(list(followed(run, 0, lambda model: model.table.new[0, :-1].copy())))
        sold.append({name: seen[:, i].tolist() for i, name in enumerate(run.population.ids[:-1])})
    assert all(sold[0][one.id] == sold[1][one.id] for one in few)


def figures(changes: dict[str, Any], replication: int = 0, base: dict[str, Any] = EVERYTHING) -> np.ndarray:
    return replicate(plan(changes, base), [replication])[0].monthly


def test_months_before_a_change_are_untouched() -> None:
    """Two policies that differ from month 24 on have identical months 0 to 23, whatever else answers them."""

    def policy(then: float) -> dict[str, Any]:
        return {"months": "30mo", "policy.rules.base.new": {"since": {"2024-01": 0.15, "2027-01": then}}}

    one, other = figures(policy(0.15)), figures(policy(0.3))
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    assert same[:24].all()
    assert not same[24].all()


@pytest.mark.parametrize("base", [EVERYTHING, EVERY_RULE], ids=["without new rules", "every rule"])
def test_longer_horizon_contains_the_shorter(base: dict[str, Any]) -> None:
    one, other = figures({"months": "24mo"}, base=base), figures({"months": "36mo"}, base=base)
    same = (one == other[:24]) | (np.isnan(one) & np.isnan(other[:24]))
    if base is EVERY_RULE:  # rows kept for entrants change the order of sums that a rival answers to
        same |= np.isclose(one, other[:24], rtol=1e-12, atol=1e-6)
    assert same.all(), f"months {np.flatnonzero(~same.all(axis=1))} differ"


def test_seeds_and_replications_differ() -> None:
    base = figures({})
    assert (base != figures({"seed": 8})).any()
    assert (base != figures({}, 1)).any()
    assert (base == figures({})).all() or np.isnan(base).any()
    assert figures({}).tobytes() == base.tobytes()


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_npv_at_rate_nought_is_the_run_off_value(seed: int) -> None:
    """npv = V_T + what was paid out - opening capital at rate 0 and an empty opening."""
    changes = {"seed": seed, "months": "15mo", "accounts.discount_rate": 0.0, "opening": {"capital": 5e4}}
    cube, _, scenario = played(tree(changes, EVERYTHING), 2)
    npv = key_figures(cube, scenario)["npv"].values
    paid_out = cube.series("dividend_paid").sum(axis=1)
    np.testing.assert_allclose(npv, cube.series("run_off_value")[:, -1] + paid_out - 5e4, rtol=0, atol=1e-4)


def test_npv_discounts_what_the_end_is_worth() -> None:
    """100 a month, all cash, three months: 300 a quarter of a year from now."""
    changes = {"months": "3mo", f"{S}.partners": 1, f"{P}.term": "0mo", "accounts.discount_rate": 0.12}
    cube, _, scenario = played(tree(changes), 1)
    npv = key_figures(cube, scenario)["npv"].values[0]
    assert npv == pytest.approx(300 / 1.12**0.25, abs=1e-9)


@pytest.mark.parametrize("interest", [0.12, -0.05])
def test_interest_compounds_to_its_annual_rate(interest: float) -> None:
    """Effective annual rate on opening cash: after twelve months capital has grown by it, within rounding."""
    found = monthly(plan({"market.demand": 0.0, "opening.capital": 1e7, "accounts.interest": interest}))
    assert found["equity"][-1] == pytest.approx(1e9 * (1 + interest), abs=12)


def test_interest_on_overdrawn_cash_is_paid() -> None:
    found = monthly(plan({f"{P}.term": "0mo", f"{P}.cost_ratio": 2.0, "months": "3mo", "accounts.interest": 0.1}))
    assert found["balance.cash"][0] == -10 * 10_000
    assert found["interest_paid"].tolist() == [
        0,
        *(round(-cash * (1.1 ** (1 / 12) - 1)) for cash in found["balance.cash"][:2]),
    ]
    assert found["interest_earned"].sum() == 0


def test_a_thousand_times_the_money() -> None:
    """All sums of money times a thousand: every flow times a thousand, within the rounding of its lines."""
    money = {
        "products.motor.price": 1.0,
        "opening.capital": 1.0,
        "products.motor.expenses.administration_fixed": 1.0,
        "products.travel.price": 1.0,
        "products.service.price": 1.0,
        "segments.banks.cost.base": 1.0,
        "segments.banks.cost.onboarding": 1.0,
        "policy.deposits.value_of_blank": 1.0,
        "policy.control.rating.half_premium": 1.0,
        "segments.networks.network.joining_cost": 1.0,
        "segments.networks.network.overhead": 1.0,
        "segments.networks.network.opening_cash": 1.0,
        "market.events.looks.cost": 1.0,
        "rivals.still.price.motor": 1.0,
    }

    def scaled(factor: float) -> dict[str, Any]:
        found = tree({"months": "12mo", "rivals.follower.capital": None, "rivals.dated.capital": None}, EVERYTHING)
        for path in money:
            *above, last = path.split(".")
            block = found
            for part in above:
                block = block[part]
            value = block[last]
            block[last] = (
                {"since": {k: v * factor for k, v in value["since"].items()}}
                if isinstance(value, dict)
                else value * factor
            )
        for part in found["products"]["travel"]["claims"]["severity"]["parts"]:
            part["mean"] *= factor
        for bracket in found["policy"]["rules"]["volume"]["scale"]["brackets"]:
            bracket["above"] *= factor
        return found

    one, thousand = (monthly(plan({}, scaled(factor))) for factor in (1.0, 1000.0))
    lines = 12 * 3 * 40  # rounded lines of a month
    for name, values in one.items():
        if name in ("new_contracts", "in_force", "claims", "defaulted", "entered", "left"):
            assert (values == thousand[name]).all(), name
        elif name in {flow.label for flow in FLOWS} | {"equity"}:
            months = np.arange(1, values.size + 1) if name == "equity" else 13
            assert (np.abs(thousand[name] - 1000 * values) <= 1000 * lines * 4 * months).all(), name
            if values.sum() > 1e6:  # less is rounding
                np.testing.assert_allclose(thousand[name].sum(), 1000 * values.sum(), rtol=2e-3, err_msg=name)


def test_ruin_stops_sales() -> None:
    """on_ruin stop: no more sales or renewals, run-off; go_on: the run goes on as if nothing had happened."""
    changes = {
        "months": "30mo",
        f"{P}.term": "3mo",
        f"{P}.renewal": 0.5,
        f"{P}.cost_ratio": 1.5,
        "opening.capital": 6000.0,
    }
    on, stopped = (monthly(plan({**changes, "accounts.on_ruin": rule})) for rule in ("go_on", "stop"))
    ruin = int(np.argmax(stopped["equity"] < 0))
    assert 0 < ruin < 20
    assert (on["equity"][: ruin + 1] == stopped["equity"][: ruin + 1]).all()
    assert stopped["new_contracts"][ruin + 1 :].sum() == stopped["renewed_contracts"][ruin + 1 :].sum() == 0
    assert (on["new_contracts"] == 10).all()
    assert stopped["balance.upr"][-1] == stopped["in_force"][-1] == 0


# --- the pathwise law ------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.0, 0.4), st.floats(0.0, 0.3), st.floats(0.0, 0.5), st.floats(0.0, 4.0), st.floats(0.05, 1.0),
    st.floats(0.0, 0.5), st.sampled_from(["single", "multi"]), st.integers(0, 1000),
)  # fmt: skip
def test_more_commission_never_loses_share(
    rate: float, more: float, rival: float, inertia: float, review: float, weight: float, homing: str, seed: int
) -> None:
    """Two principals, a static rival, common luck: partner by partner, month by month."""
    paths = []
    for ours in (rate, rate + more):
        changes = {
            "months": "8mo",
            "seed": seed,
            f"{S}.partners": 60,
            f"{S}.flow": {"dist": "lognormal", "mean": 5, "cv": 1},
            f"{CHOICE}.homing": homing,
            f"{CHOICE}.review": review,
            f"{CHOICE}.inertia": inertia,
            f"{CHOICE}.weights": {"commission": weight},
            f"{CHOICE}.us_at_start": None,
            f"{S}.cost_of_money": 0.2,
            "policy.rules.base.new": ours,
            "rivals.other.commission": rival,
        }
        paths.append(np.array(list(followed(plan(changes), 0, lambda model: model.table.share[0].copy()))))
    assert (paths[1] >= paths[0] - 1e-12).all()


@settings(max_examples=10, deadline=None)
@given(st.floats(0.0, 0.4), st.floats(0.0, 0.3), st.floats(0.05, 1.0), st.integers(0, 1000))
def test_more_commission_never_loses_share_without_inertia(rate: float, more: float, review: float, seed: int) -> None:
    """Several principals and an outside option, but no inertia."""
    paths = []
    for ours in (rate, rate + more):
        changes = {
            "months": "8mo",
            "seed": seed,
            f"{S}.partners": 60,
            f"{CHOICE}.review": review,
            f"{CHOICE}.weights": {"commission": 0.2},
            f"{CHOICE}.us_at_start": 0.3,
            "policy.rules.base.new": ours,
            "rivals.other.commission": 0.2,
            "rivals.third": {"commission": 0.1, "strategy": {"kind": "static"}},
            "market.outside_option": 1.0,
        }
        paths.append(np.array(list(followed(plan(changes), 0, lambda model: model.table.share[0].copy()))))
    assert (paths[1] >= paths[0]).all()


# --- rivals ----------------------------------------------------------------------------------------------------------


def rival_rates(changes: dict[str, Any], months: int = 8) -> list[float]:
    return [
        float(one)
        for one in followed(plan({"months": f"{months}mo", **changes}), 0, lambda model: model.rivals[0].public[0, 0])
    ]


OURS = {"policy.rules.base.new": {"since": {"2024-01": 0.1, "2025-04": 0.2}}}


def test_rivals_answer_last_months_rates() -> None:
    """Us: 10 %, from the fourth month 20 %. A follower answers a month later, with its lag and gap; others do not."""
    follow = {"kind": "follow", "lag": "1mo", "gap": 0.01}
    assert rival_rates({**OURS, "rivals.other.strategy": follow})[1:] == pytest.approx([0.11] * 3 + [0.21] * 4)
    assert rival_rates({**OURS, "rivals.other.strategy": {**follow, "lag": "3mo"}})[3:] == pytest.approx(
        [0.11] * 3 + [0.21] * 2
    )
    assert rival_rates({**OURS, "rivals.other.strategy": {**follow, "cap": 0.15}})[-1] == 0.15
    dated = {"rivals.other.commission": {"since": {"2024-01": 0.12, "2025-03": 0.14}}}
    assert rival_rates({**OURS, **dated}) == [0.12] * 8
    assert rival_rates({**OURS, **dated, "rivals.other.strategy": {"kind": "calendar"}}) == [0.12] * 2 + [0.14] * 6


@pytest.mark.parametrize("homing", ["single", "multi"])
def test_ruined_rival_leaves_and_its_partners_review_at_once(homing: str) -> None:
    changes = {
        "months": "4mo",
        f"{CHOICE}.us_at_start": 0.0,
        f"{CHOICE}.inertia": 5.0,
        f"{CHOICE}.homing": homing,
        "rivals.other": {"commission": 0.5, "capital": 100.0, "loss_ratio": 0.9, "strategy": {"kind": "static"}},
    }
    ours = list(followed(plan(changes), 0, lambda model: float(model.table.share[0, :-1].sum())))
    assert ours == [0, 10, 10, 10]


def test_solvency_counts_the_premium_of_the_warm_up() -> None:
    """Premium of the last twelve months is 1 200 a month from the first month on; half of it is above the capital."""
    changes = {
        "months": "2mo",
        f"{P}.term": "0mo",
        f"{P}.cost_ratio": 1.0,
        f"{S}.partners": 12,
        "accounts.solvency_margin": 0.5,
        "opening": {"kind": "warm_up", "months": "12mo", "capital": 7_000.0},
    }
    cube, _, scenario = played(tree(changes), 1)
    assert key_figures(cube, scenario)["insolvent"].values[0] == 1
