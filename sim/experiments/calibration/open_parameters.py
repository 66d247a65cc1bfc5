"""Open parameters of a scenario from target figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.base.errors import Problem, ScenarioError
from sim.experiments.calibration.estimates import Calibration, Parameter
from sim.statistics.targets import Evaluate, Found, Targets, find

UNLIKELY = 0.01  # probability of the gaps below which the reader is told that the model does not meet the targets


@dataclass(frozen=True)
class Target:
    """A key figure to be met. `error`: its own standard error, 0 where it is exact."""

    value: float
    weight: float = 1.0
    error: float = 0.0


def open_parameters(
    evaluate: Evaluate,
    targets: Mapping[str, Target],
    bounds: Mapping[tuple[str, ...], tuple[float, float]],
    source: str,
) -> Calibration:
    """Values of parameters at which key figures come nearest to their targets.

    Parameters
    ----------
    evaluate : from points float64[n, parameters] to figures float64[n, targets, replications], the same luck at every
    point targets : by key figure, in the order of `evaluate` bounds : by path in the scenario, in the order of the
    points

    Raises
    ------
    ScenarioError
        Where a target is 0, since gaps are relative, or bounds are not in order.
    """
    _check(targets, bounds, source)
    values, weights, errors = np.array([(one.value, one.weight, one.error) for one in targets.values()], dtype=float).T
    names = [".".join(path) for path in bounds]
    found = find(evaluate, Targets(values, weights, errors), names, list(bounds.values()))
    parameters = tuple(_parameter(found, n, path) for n, path in enumerate(bounds))
    return Calibration(parameters, source, _notes(found), _figures(found, targets))


def _check(targets: Mapping[str, Target], bounds: Mapping[tuple[str, ...], tuple[float, float]], source: str) -> None:
    problems = [
        Problem(f"targets.{name}", "a target of 0 has no relative gap", "choose a figure that is not 0", source)
        for name, one in targets.items()
        if one.value == 0
    ] + [
        Problem(".".join(path), f"bounds must rise, got {low:g} to {high:g}", "write the lower one first", source)
        for path, (low, high) in bounds.items()
        if not low < high
    ]
    if not targets or not bounds:
        problems.append(Problem("", "a target and a parameter are needed", "declare some", source))
    if problems:
        raise ScenarioError(problems)


def _parameter(found: Found, n: int, path: tuple[str, ...]) -> Parameter:
    """One estimate; what is not identified is not pasted."""
    estimate, error = float(found.estimates[n]), float(found.errors[n])
    known = found.names[n] not in found.unidentified
    return Parameter(
        path, estimate, error, float(found.low[n]), float(found.high[n]), "as in the scenario", pasted=known
    )


def _notes(found: Found) -> tuple[str, ...]:
    notes = [
        f"{name} is not identified: over its whole range the targets hardly tell: left out"
        for name in found.unidentified
    ]
    notes += [f"{name} ends at its bound: widen it, or doubt the targets" for name in found.at_bound]
    if found.misfit_probability < UNLIKELY:
        notes.append(
            "the targets are not met: "
            f"noise alone leaves such gaps with a probability of {found.misfit_probability:.2g}"
        )
    return tuple(notes)


def _figures(found: Found, targets: Mapping[str, Target]) -> tuple[tuple[str, float], ...]:
    reached = [(f"reached.{name}", float(value)) for name, value in zip(targets, found.reached, strict=True)]
    gaps = [(f"gap_error.{name}", float(value)) for name, value in zip(targets, found.gap_errors, strict=True)]
    return (
        *reached,
        *gaps,
        ("misfit_probability", found.misfit_probability),
        ("evaluations", float(found.evaluations)),
    )
