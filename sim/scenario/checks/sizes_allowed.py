"""Sizes that must be refused before anything is allocated: partners, sales, claims, sums of money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import exp, log

from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated
from sim.contracts.products import Product
from sim.partners.segments import Segment
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.room import Room, highest_demand, rooms
from sim.scenario.schema import Scenario

BYTES_PER_PARTNER = 1024
MOST_CLAIMS_PER_CONTRACT = 1e4
MOST_PER_MONTH = 1e9
MOST_LIVES = 50.0  # terms that a contract may renew, in a bound on contracts in force
MOST_MINOR = 2.0**62
LARGEST_POWER = 700.0  # of e that a float holds


def check_sizes(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report what no machine could hold or no 64-bit sum could count."""
    room = rooms(scenario, None if roster is None else Counter(roster.segments))
    _partners(scenario, room, findings)
    _recruits(scenario, room, findings)
    sales = dict(_sales(scenario, roster, room))
    _claims(scenario, sales, findings)
    _money(scenario, sales, findings)


def _partners(scenario: Scenario, room: dict[str, Room], findings: Findings) -> None:
    """Refuse more partners, those that enter and their other names included, than the limit."""
    rows = {name: (one.here + one.banned + one.entrants) * one.names for name, one in room.items()}
    total = sum(rows.values())
    if total <= scenario.population_limit:
        return
    largest = max(rows, key=rows.__getitem__)
    by_entry = room[largest].entrants > room[largest].here
    path: Path = ("segments", largest, *(("turnover", "entry") if by_entry else ("partners",)))
    again = (
        "; each that may return under another name counts twice" if any(one.names > 1 for one in room.values()) else ""
    )
    findings.fault(
        f"{total:,.0f} partners are over the limit of {scenario.population_limit:,.0f}: they would take about "
        f"{_bytes(total * BYTES_PER_PARTNER)} of memory{again}",
        "lower the number of partners, or raise population_limit", path,
    )  # fmt: skip


def _recruits(scenario: Scenario, room: dict[str, Room], findings: Findings) -> None:
    """Refuse growth by recruiting that no population limit would hold."""
    for name, one in room.items():
        if one.recruits * one.names > scenario.population_limit:
            findings.fault(
                f"recruiting may bring {one.recruits:.3g} partners, over the limit of {scenario.population_limit:,.0f}",
                "lower it, or raise population_limit", ("segments", name, "turnover", "recruiting"),
            )  # fmt: skip


def _sales(scenario: Scenario, roster: RosterTable | None, room: dict[str, Room]) -> Iterator[tuple[str, float]]:
    """Bound on contracts sold a month, by product: newcomers have the mean flow, agents have grown as far as may be."""
    mean = {name: float(item.flow.expected or 0.0) for name, item in scenario.segments.items()}
    stated = {name: one.here * mean[name] for name, one in room.items()}
    if roster is not None:
        stated = dict.fromkeys(stated, 0.0)
        for segment, flow in zip(roster.segments, roster.flows, strict=True):
            stated[segment] += flow
    flows = {
        name: (stated[name] + (one.entrants + min(one.recruits, scenario.population_limit)) * mean[name])
        * _growth(scenario, name)
        for name, one in room.items()
    }
    demand = highest_demand(scenario)
    for product in scenario.products:
        again = 1.0 + scenario.products[product].repeat * scenario.products[product].repeat_for
        buyers = sum(flow * _mix(scenario.segments[name], product) for name, flow in flows.items())
        yield product, again * demand * _drawn_by_price(scenario, product) * buyers


def _drawn_by_price(scenario: Scenario, name: str) -> float:
    """Largest factor by which our price may raise sales: (lowest of ours / highest of theirs)^-elasticity."""
    product = scenario.products[name]
    ours = [one for one in product.price.since.values() if one > 0]
    usual = product.price.at(0) if product.reference_price is None else product.reference_price
    stated = [_most(rival.price[name]) for rival in scenario.rivals.values() if name in rival.price]
    power = product.price_response * log(max(usual, *stated, *ours) / min(ours)) if ours else 0.0
    return exp(min(power, LARGEST_POWER))


def _growth(scenario: Scenario, segment: str) -> float:
    """Largest factor by which the flow of a segment's partners may grow."""
    network, warm = scenario.segments[segment].network, scenario.opening.months
    return 1.0 if network is None else network.most(scenario.start - warm, warm + scenario.months)


def _claims(scenario: Scenario, sales: dict[str, float], findings: Findings) -> None:
    trend = _most(scenario.market.claims_frequency)
    for name, product in scenario.products.items():
        if sales[name] > MOST_PER_MONTH:
            findings.fault(
                f"expected number of sales of {name} a month is up to {sales[name]:.3g}, over {MOST_PER_MONTH:.0e}",
                "lower flow, mix, the number of partners or price_response", ("products", name),
            )  # fmt: skip
        if product.claims is None:
            continue
        frequency = _most(product.claims.frequency) * trend
        claims = sales[name] * frequency * _years(product)
        if frequency > MOST_CLAIMS_PER_CONTRACT or claims > MOST_PER_MONTH:
            findings.fault(
                f"expected number of claims is absurd: {frequency:.3g} a contract-year, up to {claims:.3g} a month",
                f"at most {MOST_CLAIMS_PER_CONTRACT:.0e} a contract-year and {MOST_PER_MONTH:.0e} a month",
                ("products", name, "claims", "frequency"),
            )  # fmt: skip


def _money(scenario: Scenario, sales: dict[str, float], findings: Findings) -> None:
    months = scenario.months + scenario.opening.months
    for name, product in scenario.products.items():
        premium = _most(product.price) * sales[name] * months * _lives(product) * _enlarged(product, months)
        if (premium + _most(product.price)) * MINOR_PER_MAJOR > MOST_MINOR:
            _too_much(premium, ("products", name, "price"), findings)
    if scenario.opening.capital * MINOR_PER_MAJOR > MOST_MINOR:
        _too_much(scenario.opening.capital, ("opening", "capital"), findings)


def _too_much(amount: float, path: Path, findings: Findings) -> None:
    findings.fault(f"an amount of about {amount:.3g} does not fit 64-bit books", "state money in larger units", path)


def _lives(product: Product) -> float:
    """Bound on the number of terms that a contract runs."""
    last = product.renewal[-1]
    return min(len(product.renewal) + 1.0 / max(1.0 - last, 1.0 / MOST_LIVES), MOST_LIVES + len(product.renewal))


def _enlarged(product: Product, months: int) -> float:
    """Factor by which the premium of a contract grows on average over the months, where some is added to it."""
    up = product.enlarged
    return 1.0 if up is None else exp(min(months * log(1.0 + up.rate * up.size), LARGEST_POWER))


def _years(product: Product) -> float:
    return product.term / MONTHS_PER_YEAR * _lives(product) if product.term else 1.0


def _mix(segment: Segment, product: str) -> float:
    return segment.mix.get(product, 0.0)


def _most(dated: Dated[float]) -> float:
    return max(dated.since.values())


def _bytes(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} PiB"
