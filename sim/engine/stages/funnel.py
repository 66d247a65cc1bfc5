"""Views, clicks and leads of the month, counted behind its sales in segments that state a funnel.

They are those of the contracts that buyers ask for this month, whether or not capacity serves them now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.base.arrays import Integers, Reals
from sim.base.luck import purpose, uniforms
from sim.base.samplers import binomial
from sim.contracts import leads as stages

if TYPE_CHECKING:
    from sim.engine.layout.lines import Kind, Line
    from sim.engine.model import PartnerNetwork

# the model's buffers of one float a row, and what they hold while contracts are sold
DRAW, EXPECTED = 0, 2


def begin(model: PartnerNetwork) -> None:
    """Nothing is expected and nothing has been counted yet."""
    if len(model.table.views):
        model.buffers[EXPECTED][:] = 0.0
        for name in ("views", "clicks", "leads", "bad_leads"):
            model.table.array(name)[:] = 0


def expect(model: PartnerNetwork, line: Line, mu: Reals) -> None:
    """Take in the mean number mu[n] of new contracts of a product.

    Negative binomial sales mix each product by a factor of its own, so these segments climb product by product.
    """
    if not len(model.table.views):
        return
    model.buffers[EXPECTED] += mu
    for kind in _with_funnel(model):
        if kind.segment.sales.law == "negative_binomial":
            rows = slice(kind.first, kind.last)
            _climb(model, kind, mu[rows], model.table.new[line.position, rows].copy(), f".{line.name}")


def fill(model: PartnerNetwork) -> None:
    """Count what stands before this month's new contracts; capacity has not yet cut them."""
    for kind in _with_funnel(model):
        rows = slice(kind.first, kind.last)
        asked = model.table.new[:, rows].sum(axis=0)
        if kind.segment.sales.law != "negative_binomial":
            _climb(model, kind, model.buffers[EXPECTED][rows], asked.copy(), "")
        _spoil(model, kind, model.table.leads[0, rows] - asked)


def _with_funnel(model: PartnerNetwork) -> list[Kind]:
    return [kind for kind in model.plan.kinds if kind.segment.funnel is not None]


def _climb(model: PartnerNetwork, kind: Kind, mu: Reals, level: Integers, suffix: str) -> None:
    """Go from contracts (level) up to views, and add each level to its column."""
    terms, law = kind.segment.funnel, kind.segment.sales
    assert terms is not None
    scale = 1.0
    for name, passes in (("leads", terms.chance), ("clicks", terms.lead_rate), ("views", terms.click_rate)):
        if law.law == "fixed":
            stages.climb_fixed(mu, scale, passes, level)
        elif law.law == "negative_binomial":
            u = _draw(model, kind, name + suffix)
            stages.climb_mixed(mu, scale, passes, law.volatility**-2.0, u, level)
        else:
            stages.climb_poisson(mu, scale, passes, _draw(model, kind, name + suffix), level)
        model.table.array(name)[0, kind.first : kind.last] += level
        scale /= passes


def _spoil(model: PartnerNetwork, kind: Kind, unsold: Integers) -> None:
    """Some of the leads that did not buy were none."""
    bad = model.table.bad_leads[0, kind.first : kind.last]
    share = 0.0 if kind.segment.funnel is None else kind.segment.funnel.bad_leads
    if kind.segment.sales.law == "fixed":
        stages.expected_share(unsold, share, bad)
    elif share > 0.0:
        binomial(unsold, share, _draw(model, kind, "bad_leads"), bad)


def _draw(model: PartnerNetwork, kind: Kind, name: str) -> Reals:
    rows = slice(kind.first, kind.last)
    drawn: Reals = uniforms(model.keys[rows], purpose(f"funnel.{name}"), model.buffers[DRAW][rows])
    return drawn
