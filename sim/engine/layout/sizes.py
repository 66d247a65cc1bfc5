"""The partners' columns and how long their axes are: a column that a scenario does not need has the length 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from sim.base.columns import Column
from sim.base.units import MONTHS_PER_YEAR
from sim.contracts import columns as contract_columns
from sim.engine.layout.collection_schedule import months_of_sale
from sim.engine.layout.lines import Line
from sim.engine.layout.stock_terms import longest, months_of_waiting
from sim.market.shocks.post import Post
from sim.partners import columns as partner_columns
from sim.policy import columns as policy_columns
from sim.policy.book import Book
from sim.policy.rule import Phase
from sim.scenario.own_stage import OwnStage
from sim.scenario.schema import Scenario
from sim.settlement import columns as settlement_columns

DEPOSIT_MOVES = ("deposit_in", "deposit_out", "deposit_interest", "deposit_taken", "deposit_kept")
CLOSES_OF_90_DAYS = 3
OFF = {
    "instalment": ("on_instalments", "instalment_paid"),
    "discounting": ("discounted",),
    "taxed": ("vat", "tax_withheld"),
    "funding": ("fund_accrued", "fund_paid", "fund_expired"),
}  # axis -> columns of the month


def columns(book: Book, own: Sequence[type[OwnStage]] = ()) -> dict[str, tuple[Column, ...]]:
    """Columns by the room that owns them; a stage from outside is a room."""
    return {
        "partners": partner_columns.COLUMNS,
        "contracts": contract_columns.COLUMNS,
        "policy": (*policy_columns.COLUMNS, *book.needs.columns()),
        "settlement": settlement_columns.COLUMNS,
        "engine": (Column("premium_year", "i8", "minor", "premium written since the year began"),),
        **{one.room(): one.columns for one in own},
    }


def sizes(scenario: Scenario, lines: Sequence[Line], principals: Sequence[str], book: Book) -> dict[str, int]:
    """Length of each axis in front of the partners."""
    delay, quiet = book.longest(scenario.start - scenario.opening.months)
    segments = scenario.segments.values()
    waits = book.ever(scenario.start - scenario.opening.months, "collected")
    fixed = any(one.sales.law == "fixed" for one in segments)
    queued = any(one.sales.capacity is not None for one in segments)
    passing = any(rule.phase is Phase.LEVELS for _, rule in book.rules)
    return {
        "product": len(lines),
        "principal": len(principals),
        "slot": max(MONTHS_PER_YEAR + 1, *(line.slots for line in lines)),  # what was ours a year ago is asked for
        "slots": sum(line.slots for line in lines),
        "years": sum(line.years for line in lines),
        "count_slots": sum(line.slots * line.years for line in lines),
        "passed_slots": sum(line.slots for line in lines) if passing else 0,
        "passing": len(lines) if passing else 0,
        **_change_sizes(lines, book),
        "stopped": len(book.needs.stops_of_claims),
        "taking_back": len(lines) if _tells_new_apart(scenario, lines, book) or waits or _enlarged(lines) else 0,
        "ages": sum(line.ages for line in lines),
        "customers": sum(line.product.repeat_months for line in lines),
        "credited": len(lines) if scenario.credits_sales else 0,
        "tracked": int(scenario.tracks_sales),
        "poached_years": sum(line.years for line in lines) * scenario.poached,
        "banned": int(any(one.returns for one in scenario.bans.values())),
        "told": MONTHS_PER_YEAR * any(one.word_of_mouth for one in segments),
        "posting": int(any(isinstance(one, Post) for one in scenario.market.events.values())),
        "firsts": len(lines) if scenario.credits_sales and any(line.product.repeat_months for line in lines) else 0,
        "reserved": longest(scenario) * sum(line.product.stock is not None for line in lines),
        "requests": months_of_waiting(scenario),
        **_paid_when(scenario, book),
        "batches": max(ceil(one.remittance.lag) for one in segments) + 1,
        "pay_months": delay + 1,
        "quiet_months": delay + quiet + 1 if quiet else 0,
        "holding": 1 if quiet else 0,
        "advancing": 1 if book.needs.advances or book.needs.draws else 0,
        "drawing": int(book.needs.draws),
        "onloaded": int(_onloaded(scenario)),
        "onloaded_ahead": int(_onloaded(scenario) and book.needs.advances),
        "aged": _closes_remembered(scenario),
        "debits_aged": CLOSES_OF_90_DAYS if scenario.accounts.prudent and _may_run_into_debit(scenario, book) else 0,
        "deposited": 0 if scenario.policy.deposits is None else 1,
        **_network_sizes(scenario),
        **_control_sizes(scenario),
        "attended": int(scenario.forgets),
        "striving": int(any(one.effort is not None for one in segments)),
        **_quality_sizes(scenario),
        "counted": int("incidents" in book.needs.wants),
        "carried": len(lines) if fixed else 0,
        "queued": len(lines) if queued else 0,
        "funnel": 1 if any(one.funnel for one in segments) else 0,
    } | book.needs.axis_lengths()


def _tells_new_apart(scenario: Scenario, lines: Sequence[Line], book: Book) -> bool:
    """Whether commission on new business is kept apart from that on renewals."""
    return (
        book.needs.takes_back
        or (book.needs.tells_new_apart and _renews(lines))
        or scenario.credits_sales
        or scenario.poached
    )


def idle(scenario: Scenario, book: Book, lengths: Mapping[str, int]) -> frozenset[str]:
    """Columns of the month that nothing in a scenario writes, so that they need neither be cleared nor summed."""
    if scenario.own_stages:
        return frozenset()
    held = () if lengths["holding"] else ("withheld", "freed", "held_set_off", "held_lost")
    lost = () if lengths["advancing"] else ("advance_lost",)
    pledged = () if lengths["deposited"] else DEPOSIT_MOVES
    absent = {name for axis, names in OFF.items() if not lengths[axis] for name in names}
    return book.needs.idle | {*held, *lost, *pledged, *absent}


def _paid_when(scenario: Scenario, book: Book) -> dict[str, int]:
    """Lengths of what is kept of customers' payments, discounts, tax and marketing money: nothing unless stated."""
    first = scenario.start - scenario.opening.months
    months = max(len(one.instalments) for one in scenario.products.values())
    batches = max(ceil(one.remittance.lag) for one in scenario.segments.values()) + 1
    collecting, discounting = scenario.reads_collected, book.ever(first, "discount")
    return {
        "instalment_months": months if months > 1 else 0, "instalment": int(months > 1),
        "collecting": len(scenario.products) * months_of_sale(scenario) * collecting, "collected": int(collecting),
        "discount_batches": batches * discounting, "discounting": int(discounting),
        "taxed": int(book.ever(first, "vat") or book.ever(first, "tax_withheld")),
        "funding": int(bool(book.needs.funds)),
    }  # fmt: skip


def _onloaded(scenario: Scenario) -> bool:
    """Whether commission on some product costs tax and social charges."""
    return any(one.expenses.onload > 0.0 for one in scenario.products.values())


def _closes_remembered(scenario: Scenario) -> int:
    """How many closes back arrears are told apart by age."""
    scheme = scenario.policy.deposits
    controls = [one.credit_control for one in scenario.policies if one.credit_control is not None]
    waits = [*(one.stop_sale_after for one in controls), None if scheme is None else scheme.after_arrears]
    prudent = scenario.accounts.prudent and _may_be_late(scenario)
    counted = prudent or bool(controls) or any(one is not None for one in waits)
    return max([CLOSES_OF_90_DAYS, *(one + 1 for one in waits if one is not None)]) if counted else 0


def _may_be_late(scenario: Scenario) -> bool:
    """Whether a partner may remit later than it is due."""
    return bool(scenario.market.events) or any(
        one.network is not None or one.remittance.wilful is not None or not one.remittance.discipline.is_always(1.0)
        for one in scenario.segments.values()
    )


def _may_run_into_debit(scenario: Scenario, book: Book) -> bool:
    """Whether a partner may ever owe us commission."""
    refunds = any(one.cancellation > 0 or one.reduced is not None for one in scenario.products.values())
    returned = refunds and any(one.payment.clawback != "none" for one in scenario.policies)
    return returned or not book.needs.built_in or any(rule.owes_back for _, rule in book.rules)


def _control_sizes(scenario: Scenario) -> dict[str, int]:
    """Lengths of what is kept to judge partners: nothing without control."""
    stated = [one.control for one in scenario.policies if one.control is not None]
    window, rated = max((one.window for one in stated), default=0), any(one.rating is not None for one in stated)
    return {
        "controlled": min(window, 1), "window": window, "rated_window": window * rated, "rated": int(rated),
        "returning": int(any(one.turnover.phoenix for one in scenario.segments.values())),
    }  # fmt: skip


def _quality_sizes(scenario: Scenario) -> dict[str, int]:
    """Lengths of what is kept of partners' quality: nothing where nothing is said of it."""
    kinds = () if scenario.quality is None else scenario.quality.incidents.values()
    teaches = any(one.training is not None and one.training.sells != 1.0 for one in scenario.policies)
    surveyed = scenario.surveys and scenario.tells_quality
    return {
        "in_doubt": int(scenario.tells_quality),
        "trained": int(teaches),
        "suspended": int(any(one.stop for one in kinds)),
        "survey": MONTHS_PER_YEAR * surveyed,
        "surveyed": int(surveyed),
    }


def _change_sizes(lines: Sequence[Line], book: Book) -> dict[str, int]:
    """Lengths of what is kept of contracts changed inside their term: nothing where none is."""
    slots = sum(line.slots for line in lines)
    changed = any(line.product.changed for line in lines)
    followed = book.needs.takes_back and any(line.product.reduced for line in lines)
    return {
        "changed": len(lines) * changed,
        "changed_slots": slots * changed,
        "enlarged": len(lines) * _enlarged(lines),
        "unreturned_slots": slots * followed,
    }


def _enlarged(lines: Sequence[Line]) -> bool:
    """Whether premium is added to contracts of some product inside their term."""
    return any(line.product.enlarged is not None for line in lines)


def _renews(lines: Sequence[Line]) -> bool:
    """Whether contracts of some product renew."""
    return any(line.renews for line in lines)


def _network_sizes(scenario: Scenario) -> dict[str, int]:
    """Lengths of what is kept of network brokers: nothing without one."""
    networks = [(one.remittance, one.network) for one in scenario.segments.values() if one.network is not None]
    return {
        "network": min(len(networks), 1),
        "others_batches": max((ceil(remittance.lag) + 1 for remittance, _ in networks), default=0),
        "agents_batches": max((terms.pay_lag + terms.grace + 1 for _, terms in networks), default=0),
    }
