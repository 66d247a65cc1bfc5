"""What each attribution rule would have credited of the same sales: those of partners that were seen, by journey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.base.discover import kinds
from sim.base.text import safe_text
from sim.policy.attribution_rule import PARTNER, AttributionRule, Path
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers

if TYPE_CHECKING:
    from sim.judgement.result import Result

PARTIES = ("partners", "own", "others")
Sales = list[tuple[str, Path, float]]
Row = dict[str, Any]


def table(result: Result, labels: Labels, numbers: Numbers) -> Row | None:
    """A row for each rule: who is credited with which share; None where nobody else touched a sale."""
    sold = seen(result)
    total = sum(premium for _, _, premium in sold)
    if not result.plan.scenario.journeys or total <= 0:
        return None
    rows = []
    for name, rule in rules(result).items():
        parts = credited(rule, sold)
        shares = [parts[party] / total for party in PARTIES]
        cells = [numbers.figure(share, "share") for share in (*shares, sum(shares))]
        rows.append({"label": safe_text(_named(name, rule, labels)), "total": False, "cells": cells})
    heads = [labels(f"credited.{party}") for party in PARTIES]
    return {"title": labels("section.credit_by_rule"), "unit": "", "rows": rows,
            "heads": [*heads, labels("word.together_paid")], "about": labels("about.credit_by_rule")}  # fmt: skip


def seen(result: Result) -> Sales:
    """Journeys with their paths and the premium of sales of partners that were seen, means over the replications."""
    paths, cube = result.plan.paths, result.cube
    if paths is None:
        return []
    found = [float(cube.series(f"premium_seen.{name}").sum(axis=1).mean()) for name in cube.named("premium_seen")]
    return paths.expected(found)


def rules(result: Result) -> dict[str, AttributionRule]:
    """The scenario's own rules by name, then those of other kinds that need nothing stated by their kind."""
    stated: dict[str, AttributionRule] = dict(result.plan.scenario.policy.attribution)
    known = {one.kind for one in stated.values()}  # type: ignore[attr-defined]  # every rule that is found has one
    found = kinds("sim.policy.attribution", AttributionRule, "partner_sim.attribution")
    free = [kind for kind, one in found.items() if kind not in known and not _wants(one)]
    return stated | {f"({kind})": found[kind].model_validate({"kind": kind}) for kind in free}


def credited(rule: AttributionRule, sold: Sales) -> Mapping[str, float]:
    """Premium credited to partners, own channels and partners of other types; a rule learns from the whole horizon."""
    parts, weights = dict.fromkeys(PARTIES, 0.0), rule.weights(sold)
    for _, path, premium in sold:
        for who, share in rule.shares(path, weights).items():
            party = "partners" if who == PARTNER else "own" if who in path.own else "others"
            parts[party] += share * premium
    return parts


def _wants(rule: type[AttributionRule]) -> bool:
    return any(one.is_required() for name, one in rule.model_fields.items() if name != "kind")


def _named(name: str, rule: AttributionRule, labels: Labels) -> str:
    kind = str(rule.kind)  # type: ignore[attr-defined]  # every rule that is found has one
    words = labels(f"attribution.{kind}") if f"attribution.{kind}" in labels else kind.replace("_", " ")
    return words if name == f"({kind})" else labels("attribution.stated", name=labels.name(name), kind=words)
