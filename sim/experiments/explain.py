"""One partner month by month: a rerun of one replication that records its row, to the last minor unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sim.base.errors import ScenarioError
from sim.base.units import month_name
from sim.engine.model import PartnerNetwork
from sim.engine.plan import Plan
from sim.scenario.suggestions import did_you_mean

if TYPE_CHECKING:
    import pandas

MINOR = Decimal("0.01")


def explain(plan: Plan, partner: str, replication: int = 0) -> pandas.DataFrame:
    """Rows by month: sales, commission line by line, remittance, payment, balances (exact decimals, major units)."""
    import pandas

    row = row_of(plan, partner)
    model = PartnerNetwork(plan, replication, watched=row)
    rows = []
    while model.month < plan.months:
        model.step()
        rows.append({"month": month_name(model.ordinal - 1), **_record(model, row)})
    names = {name for found in rows for name in found}
    nothing = Decimal(0) * MINOR
    return pandas.DataFrame([{**dict.fromkeys(names, nothing), **found} for found in rows], columns=_order(rows)).set_index(
        "month"
    )


def _order(rows: list[dict[str, Any]]) -> list[str]:
    """Names of the columns in the order in which they first occur."""
    return list(dict.fromkeys(name for found in rows for name in found))


def row_of(plan: Plan, partner: str) -> int:
    """Row of a partner by id, or by its name where that is unique."""
    population = plan.population
    if partner in population.ids:
        return population.ids.index(partner)
    named = [row for row, name in enumerate(population.names) if name == partner and name]
    if len(named) == 1:
        return named[0]
    raise ScenarioError(f"no partner {partner!r}; {did_you_mean(partner, population.ids)}")


def _record(model: PartnerNetwork, row: int) -> dict[str, Any]:
    table, statement = model.table, model.statement
    found: dict[str, Any] = {"principal": model.plan.principals[int(table.principal[row])], "share": table.share[0, row]}
    for p, line in enumerate(model.plan.lines):
        found[f"new.{line.name}"] = int(table.new[p, row])
        found[f"renewed.{line.name}"] = int(table.renewed[p, row])
        found[f"premium.{line.name}"] = _money(table.premium_new[p, row] + table.premium_renewal[p, row])
        found[f"claims.{line.name}"] = _money(table.incurred[p, row])
    for one in statement.lines:
        name = ".".join(part for part in ("commission", one.rule, one.product) if part)
        found[name] = found.get(name, Decimal(0)) + _money(one.amount)
    for name in ("refund", "remitted", "netted", "paid", "lost", "receivable", "payable"):
        found[name] = _money(table.array(name)[row])
    return found


def _money(minor: Any) -> Decimal:
    return Decimal(int(minor)) * MINOR
