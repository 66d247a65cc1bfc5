"""The value of a blank against what contracts bring: a blank that is worth less than its contract limits nothing."""

from __future__ import annotations

from sim.base.units import month_name
from sim.contracts.products import Product
from sim.partners.segments import Segment
from sim.policy.kept import least_kept
from sim.policy.terms.deposit_terms import DepositTerms
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.schema import Scenario

PATH: Path = ("policy", "deposits", "value_of_blank")
SPREAD = 3.0  # standard deviations of a price that a blank should hold
DUST = 1e-6


def check_deposits(scenario: Scenario, findings: Findings) -> None:
    """Refuse a blank's value below the net price of a contract; note one that prices will often pass."""
    terms = scenario.policy.deposits
    if terms is None:
        return
    control = scenario.policy.control
    if terms.rating_below is not None and (control is None or control.rating is None):
        findings.fault(
            "no partner has a rating",
            "state policy.control.rating, or leave out rating_below",
            (*PATH[:2], "rating_below"),
        )
    for name in terms.segments:
        segment = scenario.segments.get(name)
        sold = (
            {} if segment is None else {p: one for p, one in scenario.products.items() if segment.mix.get(p, 0.0) > 0}
        )
        for product, item in sold.items():
            assert segment is not None
            if _too_small(scenario, terms, (product, item), (name, segment), findings):
                return


def _too_small(
    scenario: Scenario, terms: DepositTerms, of: tuple[str, Product], at: tuple[str, Segment], findings: Findings
) -> bool:
    """Report the first month in which a contract brings more than its blank holds."""
    (product, item), (name, segment) = of, at
    for ordinal in _dates(scenario, terms, item):
        kept = (
            least_kept([rule for _, rule in scenario.rules], product, name, ordinal, item.commission_cap)
            if segment.remittance.net
            else 0.0
        )
        net, value = item.price.at(ordinal) * (1.0 - kept), terms.value_of_blank.at(ordinal)
        if net > value + DUST:
            what = (
                f"a blank holds {value:,.2f}, and a contract of {product} at {name} "
                f"brings {net:,.2f} from {month_name(ordinal)}"
            )
            less = (
                ""
                if kept or not segment.remittance.net
                else "; what tiers, levels and limits pay is not sure to be kept"
            )
            findings.fault(what + less, f"raise value_of_blank to {net:,.2f} or more", PATH)
            return True
        if net * (1.0 + SPREAD * item.price_spread) > value and item.price_spread > 0:
            text = f"prices of {product} at {name} vary: what a blank brings over {value:,.2f} is cut to that"
            findings.note("blank_too_small", text, PATH)
            return True
    return False


def _dates(scenario: Scenario, terms: DepositTerms, item: Product) -> list[int]:
    """Months of the horizon, the scheme in force, from which the price, the value or commission may be others."""
    first, end = scenario.start - scenario.opening.months, scenario.start + scenario.months
    changes = {
        first,
        *item.price.changes,
        *terms.value_of_blank.changes,
        *(item.commission_cap.changes if item.commission_cap else ()),
    }
    for _, rule in scenario.rules:
        changes |= set(rule.dates) | {
            date for rates in _rates(rule) for dated in rates.dated() for date in dated.changes
        }
    changes |= {date for date in (terms.effective_from,) if date is not None}
    return sorted(date for date in changes if first <= date < end and terms.in_force(date))


def _rates(rule: object) -> list:
    return [rates for rates in (getattr(rule, "new", None), getattr(rule, "renewal", None)) if hasattr(rates, "dated")]
