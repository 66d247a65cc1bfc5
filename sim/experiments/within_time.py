"""A study within a time: smaller versions of it first, each answered before a larger one is begun.

The answer is that of the largest version that was done in time; the record names that version, so that it can be
carried out again without a clock.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import partial
from math import sqrt

from sim.experiments.answer import Amount, Answer, Sentence
from sim.experiments.lab import Lab
from sim.experiments.study import Study, variants
from sim.runs.ahead import Part, Room, Seconds, TimeIsUp, reckoned
from sim.runs.resources import place_seconds, room

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)  # of the whole study


def answered(study: Study, lab: Lab) -> tuple[Answer, Study]:
    """The answer, and the version of the study that it is of.

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    whole, seconds, needs = foreseen(study, lab)
    if not lab.account.limited:
        lab.account.plan(whole, seconds, needs)
        found = study.answer(lab), study
        lab.account.finish()
        return found
    lab.remember()
    found = _largest(study, lab, seconds, needs)
    return (found[0] if found[1] is study else _told(found[0], lab, whole)), found[1]


def foreseen(study: Study, lab: Lab) -> tuple[list[Part], Seconds, Room]:
    """The parts of a study, what reckons the seconds of one of its cases, and the room that it needs."""
    first, parts = next(variants(study), None), study.ahead(lab)
    if first is None:
        return parts, lambda replications, together: 0.0, Room()
    case = lab.case(first.scenario, first.sets, study.seed)
    seconds = partial(place_seconds, case.outline)
    lab.runner.time_months(case, max((one.each * one.together for one in parts), default=1), reckoned(parts, seconds))
    needs = room(case.outline, parts, lab.crew.here, lab.store is not None)
    return parts, seconds, needs


def _largest(study: Study, lab: Lab, seconds: Seconds, needs: Room) -> tuple[Answer, Study]:
    found: tuple[Answer, Study] | None = None
    account, done = lab.account, dict(lab.played)
    for version in _versions(study):
        parts = version.ahead(lab)
        if found is not None and not account.fits(reckoned(parts, seconds)):
            break
        account.plan(parts, seconds, needs)
        lab.played = {}
        try:
            found = version.answer(lab), version
        except TimeIsUp:
            break
        account.bounded, done = True, lab.played
        account.answer(found[0])
    account.finish()
    lab.played = done
    assert found is not None
    return found


def _versions(study: Study) -> Iterator[Study]:
    """From the smallest to the study itself, each once."""
    last: Study | None = None
    for share in SHARES:
        version = study if share == 1.0 else study.scaled(share)
        if version == study:
            version = study
        if version != last:
            yield version
        if version is study:
            return
        last = version


def _told(answer: Answer, lab: Lab, whole: list[Part]) -> Answer:
    """The answer with what it is of, and what the whole study would bring."""
    played = sum(len(one.numbers) for one in lab.played.values())
    most = max(sum(one.replications for one in whole), played, 1)
    sizes = {"played": Amount(played, "count"), "whole": Amount(most, "count")}
    values = {**sizes, "width": Amount(sqrt(played / most), "share")}
    return dataclasses.replace(answer, says=[*answer.says, Sentence("within_part", values)])
