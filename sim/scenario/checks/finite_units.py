"""Finite stock together: units are sold once, somebody reserves them, and on stated terms."""

from __future__ import annotations

from sim.contracts.finite_stock import Stock
from sim.market.downturn import Downturn
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.schema import Scenario

NOBODY_RESERVES, NOTHING_ON_SALE = "nobody_reserves", "nothing_on_sale"


def check_units(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of stock, of reservations, and of what is said of either where it is not there."""
    stocked = {name for name, one in scenario.products.items() if one.stock is not None}
    for name in stocked:
        _sold_once(scenario, name, findings)
    _reserving(scenario, stocked, findings)
    _terms(scenario, bool(stocked), findings)
    _plan(scenario, findings)


def _sold_once(scenario: Scenario, name: str, findings: Findings) -> None:
    product, path = scenario.products[name], ("products", name)
    assert product.stock is not None
    if product.term > 0:
        what = f"a unit of stock is sold once, and contracts of {name} run for {product.term}mo"
        findings.fault(what, "write term: 0mo, or take stock out", (*path, "stock"))
    if product.repeat > 0.0:
        what = f"customers of {name} come back (repeat), and a unit of stock is sold once"
        findings.fault(what, "take repeat or stock out", (*path, "repeat"))
    if product.stock.price_held and product.price_spread > 0.0:
        what = f"prices of {name} vary (price_cv, sizes), and a reservation would hold a price that nobody knows"
        findings.fault(what, "take price_held, or price_cv and sizes, out", (*path, "stock", "price_held"))
    _answered(scenario, name, product.stock, findings)
    first = min(product.stock.released(scenario.start), default=None)
    if first is None or first >= scenario.start + scenario.months:
        text = "no unit is put on sale before the horizon ends: nothing is sold"
        findings.note(NOTHING_ON_SALE, text, (*path, "stock", "units"))


def _answered(scenario: Scenario, name: str, stock: Stock, findings: Findings) -> None:
    """Whoever sells on the blanks of a month cannot wait for an answer."""
    terms = scenario.policy.deposits
    asked = () if terms is None else terms.segments
    selling = [one for one, segment in scenario.segments.items() if one in asked and segment.mix.get(name)]
    if stock.approval is not None and stock.approval.wait and selling:
        what = f"partners of {selling[0]} sell {name} on blanks of the month, and their requests would wait"
        remedy = f"take {selling[0]} out of policy.deposits.segments, or wait out"
        findings.fault(what, remedy, ("products", name, "stock", "approval", "wait"))


def _reserving(scenario: Scenario, stocked: set[str], findings: Findings) -> None:
    """Customers who reserve, reserve something, and the policy says for how long."""
    for name, segment in scenario.segments.items():
        path: Path = ("segments", name, "reserves")
        if segment.reserves is None:
            continue
        if not any(segment.mix.get(product, 0.0) > 0.0 for product in stocked):
            what = f"{name} sells no product with stock, and only units of stock are reserved"
            findings.fault(what, "state products.<product>.stock.units, or take reserves out", path)
        elif scenario.policy.reservation is None:
            remedy = "state policy.reservation, such as {length: 2mo}; length: 0mo where none may be made"
            findings.fault(f"customers of {name} reserve, and the policy says nothing of reservations", remedy, path)
        if scenario.policy.deposits is not None and name in scenario.policy.deposits.segments:
            what = f"partners of {name} sell on blanks of the month, and a reserved unit is sold in a later one"
            findings.fault(what, f"take {name} out of policy.deposits.segments, or reserves out", path)


def _terms(scenario: Scenario, stocked: bool, findings: Findings) -> None:
    """What is said of reservations is read by somebody."""
    reserved = any(one.reserves is not None for one in scenario.segments.values())
    path: Path = ("policy", "reservation")
    if scenario.policy.reservation is not None and not stocked:
        remedy = "state products.<product>.stock.units, or take reservation out"
        findings.fault("no product has a stock of which units could be reserved", remedy, path)
    elif scenario.policy.reservation is not None and not reserved:
        findings.note(NOBODY_RESERVES, "no segment says reserves: nothing is ever reserved", path)
    for name, story in scenario.market.events.items():
        if isinstance(story, Downturn) and story.own_flat != 1.0 and not reserved:
            text = "no segment says reserves: nobody waits for an own flat to be sold"
            findings.note(NOBODY_RESERVES, text, ("market", "events", name, "own_flat"))


def _plan(scenario: Scenario, findings: Findings) -> None:
    planned = any(one.stock is not None and one.stock.plan is not None for one in scenario.products.values())
    for name, criterion in scenario.criteria.items():
        if criterion.kpi == "plan_gap" and scenario.has_stock and not planned:
            remedy = "state products.<product>.stock.plan, units a month, or take the criterion out"
            findings.fault("no product has a plan to be compared with", remedy, ("criteria", name, "kpi"))
