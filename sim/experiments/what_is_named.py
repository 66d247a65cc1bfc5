"""What a study names of its scenarios, key figures and criteria: each must be there before anything is played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.base.errors import Problem, ScenarioError
from sim.experiments.policies import Variant
from sim.experiments.what_is_turned import Loads, placed
from sim.results.kpis import names
from sim.scenario.language.nodes import Path, dotted
from sim.scenario.language.suggestions import did_you_mean


def check_named(study: Any, loads: Loads) -> None:
    """Refuse key figures and criteria that none of the study's scenarios has.

    Raises
    ------
    ScenarioError
        Its problems name the place in the study.
    """
    figures, criteria = list(study.named_figures()), list(study.named_criteria())
    if not figures and not criteria:
        return
    scenarios = [loads(one, ()).scenario for _, one in placed(study, Variant)]
    known = {name for one in scenarios for name in names(one)}
    stated = {name for one in scenarios for name in one.criteria}
    problems = [
        *_unknown(figures, known, 'unknown key figure "{}"'),
        *_unknown(criteria, stated, 'the scenario has no criterion "{}"'),
    ]
    if problems:
        raise ScenarioError(problems)


def _unknown(named: Iterable[tuple[Path, str]], known: set[str], what: str) -> Iterator[Problem]:
    for at, name in named:
        if name not in known:
            yield Problem(dotted(at), what.format(name), did_you_mean(name, known))
