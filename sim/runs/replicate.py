"""Replications of a plan, played in batches, and what a worker needs to build the plan."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Reals
from sim.base.errors import Problem, RunError, ScenarioError, SimError
from sim.base.units import month_name
from sim.engine.layout.by_case import case_of, may_stand_together
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan, laid_out
from sim.engine.placing import month_with
from sim.partners.listed import Listed
from sim.results.metrics import rows
from sim.runs.batches import batch_size, claims_are_acted_on, family_size
from sim.runs.fingerprint import fingerprint
from sim.runs.from_outside import raised_outside
from sim.runs.panel import Panel
from sim.runs.side_by_side import without_figures
from sim.scenario.language.rewritten import KEY as REWRITTEN
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import UNPLAYED, scenario_model
from sim.scenario.unknown import Unknown

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

Doubt = tuple[tuple[str, Unknown], ...]
"""uncertain figures by name"""


@dataclass(frozen=True)
class Specification:
    """All that a worker needs to build a plan, in plain data."""

    tree: dict[str, Any]
    seed: int
    roster: tuple[Listed, ...] = ()
    extra: tuple[type, ...] = ()
    claims: Claims = DRAWN
    doubt: Doubt = ()
    """what each replication draws besides its luck (`sim.runs.doubt`); nothing: the figures stated"""

    @property
    def played(self) -> dict[str, Any]:
        """The tree without what no figure depends on."""
        return {name: block for name, block in self.tree.items() if name not in UNPLAYED or name in ("name", "roster")}

    @cached_property
    def key(self) -> str:
        """A digest of everything that the figures of a replication depend on, the simulator's own code included."""
        acting = {name: _acting(name, block) for name, block in self.tree.items() if name not in UNPLAYED}
        said = json.dumps(acting, sort_keys=True, ensure_ascii=True, default=str)
        extra = [f"{one.__module__}.{one.__qualname__}" for one in self.extra]
        doubt = [(name, one.model_dump(exclude={"source", "assumed"})) for name, one in self.doubt]
        others = (self.seed, self.roster, extra, self.claims, doubt, fingerprint())
        return hashlib.sha256(f"{said}\n{others!r}".encode()).hexdigest()

    @cached_property
    def family(self) -> str:
        """The same digest without loss ratios: scenarios of one family differ in nothing else."""
        products = {name: _without_loss_ratio(product) for name, product in self.tree.get("products", {}).items()}
        return dataclasses.replace(self, tree={**self.tree, "products": products}).key

    @cached_property
    def table(self) -> str:
        """The same digest without what may differ in one table (`sim.runs.side_by_side`)."""
        return dataclasses.replace(self, tree=without_figures(self.tree)).key

    def outline(self) -> Outline:
        """Validate the scenario and lay it out but for its partners; stages from outside find their places."""
        scenario = scenario_model(self.extra).model_validate({**self.tree, "seed": self.seed})
        outline = Outline(scenario, self.roster, self.claims)
        if scenario.own_stages:
            month_with(scenario.own_stages, outline.table(1))
        return outline

    def plan(self) -> Plan:
        """Validate and lay out the scenario."""
        return laid_out(self.outline())


@dataclass
class Replication:
    """What one replication returns: float64[month, metric] in minor units, its events, and panels asked for.

    `flows` are partners that moved, float64[quarter, place from, place to] (`sim.engine.state.moves`); `joining` is
    what agents gained by joining month, float64[4, months] (`Channels.joining`), of no months without network brokers.
    """

    number: int
    monthly: Reals
    events: list[tuple[float, str, str]]
    flows: Reals
    joining: Reals
    panel: dict[str, NDArray[Any]] = field(default_factory=dict)


def _acting(name: str, block: Any) -> Any:
    """A block without what only tells people how the scenario came about."""
    return {key: item for key, item in block.items() if key != REWRITTEN} if name == "opening" else block


def _without_loss_ratio(product: dict[str, Any]) -> dict[str, Any]:
    claims = product.get("claims")
    if not isinstance(claims, dict) or "loss_ratio" not in claims:
        return product
    return {**product, "claims": {**claims, "loss_ratio": None}}


def replicate(
    plan: Plan, numbers: Sequence[int], panels: Container[int] = (), most: int | None = None
) -> list[Replication]:
    """Play replications, in batches of at most `most`; yearly figures of every partner are kept for those in `panels`.

    What a replication gives does not depend on the batch that it is played in. Left out, `most` is what serves best.
    """
    return [one for (one,) in replicate_family([plan], numbers, panels, most)]


def replicate_family(
    plans: Sequence[Plan], numbers: Sequence[int], panels: Container[int] = (), most: int | None = None
) -> list[tuple[Replication, ...]]:
    """Play replications of plans that differ in loss ratios alone, bit for bit as each by itself would be.

    Their events are those of the first: what else a world would have logged, its own ruin, its figures tell.
    """
    together = plans if len(plans) == 1 or not claims_are_acted_on(plans[0]) else plans[:1]
    others = [replicate(plan, numbers, panels, most) for plan in plans[len(together) :]]
    size = (most or family_size(plans[0], len(together))) if plans[0].batched else 1
    found = [
        one for at in range(0, len(numbers), size) for one in _batch(together, numbers[at : at + size], panels, most)
    ]
    return [(*one, *rest) for one, *rest in zip(found, *others, strict=True)]


def _batch(
    plans: Sequence[Plan], numbers: Sequence[int], panels: Container[int], most: int | None
) -> list[tuple[Replication, ...]]:
    try:
        return _together(plans, numbers, panels, most)
    except SimError:
        if len(numbers) == 1:
            raise
        # one after another it shows which of them it is, and when
        alone = {number: _batch(plans, [number], panels, most)[0] for number in sorted(numbers)}
        return [alone[number] for number in numbers]


def _together(
    plans: Sequence[Plan], numbers: Sequence[int], panels: Container[int], most: int | None
) -> list[tuple[Replication, ...]]:
    """Play replications in one table; worlds in which partners would act otherwise are played anew, alone."""
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    first, *others = plans
    model = PartnerNetwork(first, numbers, others=others)
    panel = Panel(model, [place for place, number in enumerate(numbers) if number in panels])
    figures = _stepped(model, panel)
    parted = model.nouns.books.parted
    by_world = [
        [_played(model, place, figures[w, place], panel) for place in range(len(numbers))] for w in range(len(plans))
    ]
    model.table.give_back()
    for w, plan in enumerate(plans):
        anew = np.flatnonzero(parted[w]).tolist()
        for place, one in zip(anew, replicate(plan, [numbers[place] for place in anew], (), most), strict=True):
            by_world[w][place] = one
    return list(zip(*by_world, strict=True))


def _stepped(model: PartnerNetwork, panel: Panel) -> Reals:
    """Play a model to its end; its monthly figures by world and replication."""
    number = model.numbers[0]
    try:
        while model.month < model.plan.months:
            model.step()
            panel.add()
    except ScenarioError as error:  # what only shows as it is played, and yet is the user's to mend
        raise ScenarioError([_when(one, number, model) for one in error.problems]) from error
    except SimError as error:
        raise RunError(str(error), model.plan.scenario.seed, number, model.month) from error
    except Exception as error:  # our own bugs stay as they are
        if not (where := raised_outside(error, model.plan)):
            raise
        what = f"{type(error).__name__}: {error} (raised at {where})"
        raise RunError(what, model.plan.scenario.seed, number, model.month) from error
    return rows(model.datacollector.model_vars)


def laid_out_together(outlines: Sequence[Outline]) -> list[Plan]:
    """Plans of scenarios of one table (`Specification.table`): they share what they do not differ in."""
    first = laid_out(outlines[0])
    return [first, *(case_of(first, outlines[0], outline) for outline in outlines[1:])]


def replicate_cases(plans: Sequence[Plan], numbers: Sequence[int]) -> list[Replication]:
    """Play a replication of each plan, in one table where they may stand in one, bit for bit as each by itself."""
    first, found = plans[0], dict[int, Replication]()
    acted_on = claims_are_acted_on(first)
    together = [
        place for place, plan in enumerate(plans)
        if plan is first or (first.batched and may_stand_together(first, plan, acted_on))
    ]  # fmt: skip
    size = batch_size(first)
    for at in range(0, len(together), size):
        places = together[at : at + size]
        done = _side_by_side([plans[place] for place in places], [numbers[place] for place in places])
        found.update(zip(places, done, strict=True))
    rest = [place for place in range(len(plans)) if place not in found]
    if rest:
        done = replicate_cases([plans[place] for place in rest], [numbers[place] for place in rest])
        found.update(zip(rest, done, strict=True))
    return [found[place] for place in range(len(plans))]


def _side_by_side(plans: Sequence[Plan], numbers: Sequence[int]) -> list[Replication]:
    from sim.engine.model import PartnerNetwork

    try:
        model = PartnerNetwork(plans, numbers)
        panel = Panel(model, ())
        figures = _stepped(model, panel)
    except SimError:
        if len(plans) == 1:
            raise
        # one after another it shows which of them it is, and when
        return [_side_by_side([plan], [number])[0] for plan, number in zip(plans, numbers, strict=True)]
    done = [_played(model, place, figures[0, place], panel) for place in range(len(numbers))]
    model.table.give_back()
    return done


def _when(problem: Problem, number: int, model: PartnerNetwork) -> Problem:
    what = f"{problem.what}, in {month_name(model.ordinal)} of replication {number}"
    return dataclasses.replace(problem, what=what)


def _played(model: PartnerNetwork, place: int, monthly: Reals, panel: Panel) -> Replication:
    nouns = model.nouns
    moved, joined = nouns.moves.flows(place), nouns.channels.joining(place)
    events = nouns.now.calendars[place].events
    return Replication(model.numbers[place], monthly, events, moved, joined, panel.of(place))
