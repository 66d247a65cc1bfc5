"""What in a scenario acts on drawn claims, so that expected values in their place would move its means.

Expected claims leave a mean as it is as long as nothing but sums of money depends on them. Rules that read losses,
reviews of partners by result, and what follows from our own want of cash or capital bend: the mean of what they do is
not what they do at the mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from sim.base.errors import SimError
from sim.base.notes import Note
from sim.policy.terms.control_terms import Control
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Path, dotted
from sim.scenario.schema import Scenario

Claims = Literal["drawn", "expected"]
"""How claims are played: each drawn, or its mean given all else in place of the draw"""
DRAWN: Claims = "drawn"
_CLAIMS = {"books", "commission", "table.incurred"}  # what stages from outside name to see them
_WHY = "claims as expected values would give a wrong mean"
NOTE = Note(
    "claims_expected",
    "claims are expected values, not drawn: figures are means; "
    "this run says nothing of the probability of a loss or of ruin",
)


class Reader(NamedTuple):
    """Something that acts on drawn claims: where it stands, what it does, how to do without."""

    path: Path
    what: str
    remedy: str


def readers(scenario: Scenario) -> Iterator[Reader]:
    """Everything in the scenario that acts on drawn claims; nothing where no product has any."""
    if all(product.claims is None for product in scenario.products.values()):
        return
    yield from readers_of_losses(scenario)
    for one in scenario.own_stages:
        if _CLAIMS.intersection((*one.reads, *one.writes)):
            yield Reader(
                ("stages", one.name), f"the stage {one.name} looks at claims or at our books", "take the stage out"
            )
    if scenario.us.late_payment_penalty > 0:
        yield Reader(("us", "late_payment_penalty"), "trust in us falls when our cash runs out", "set it to 0")
    if scenario.accounts.on_ruin == "stop":
        yield Reader(("accounts", "on_ruin"), "we stop selling when we are ruined", "write on_ruin: go_on")
    yield from _accounts(scenario)


def _accounts(scenario: Scenario) -> Iterator[Reader]:
    """Rates that hold on one side of 0 only."""
    accounts = scenario.accounts
    if accounts.tax > 0:
        yield Reader(("accounts", "tax"), "only a profit is taxed", "set it to 0")
    if accounts.dividends > 0:
        yield Reader(("accounts", "dividends"), "only a profit is paid out", "set it to 0")
    if accounts.overdraft is not None and accounts.overdraft != accounts.interest:
        yield Reader(("accounts", "overdraft"), "cash below 0 has a rate of its own", "leave it out")


def readers_of_losses(scenario: Scenario) -> Iterator[Reader]:
    """What looks at the losses of single partners, and not at what they leave of our cash and equity."""
    for name, rule in scenario.rules:
        if rule.reads_losses:
            yield Reader(("policy", "rules", name), f"the rule {name} reads losses", "take the rule out")
    for policy in scenario.policies:
        yield from _control(policy.control)


def _control(terms: Control | None) -> Iterator[Reader]:
    if terms is None:
        return
    for bound in ("end_when_result_below", "end_when_margin_below"):
        if getattr(terms, bound) is not None:
            yield Reader(
                ("policy", "control", bound),
                "partners are ended by their result, claims included",
                "take the bound out",
            )
    if terms.rating is not None and terms.rating.claims > 0:
        yield Reader(
            ("policy", "control", "rating", "claims"), "partners are rated by their loss ratio", "give it the weight 0"
        )


def check_expected(scenario: Scenario, tree: Node) -> None:
    """Refuse expected claims where something acts on drawn ones, each with its place.

    Raises
    ------
    ScenarioError
    """
    findings = Findings(tree=tree)
    for path, what, remedy in readers(scenario):
        findings.fault(f"{what}: {_WHY}", f"{remedy}, or play it with claims drawn", path)
    findings.raise_if_any()


def refuse_readers(scenario: Scenario) -> None:
    """The same for a scenario without a file.

    Raises
    ------
    SimError
    """
    for path, what, remedy in readers(scenario):
        raise SimError(f"{dotted(path)}: {what}: {_WHY}; {remedy}, or play it with claims drawn")
