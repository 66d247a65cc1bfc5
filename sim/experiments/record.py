"""What a study was asked and what was played for it, so that it can be told and carried out again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sim.base.discover import class_name
from sim.experiments.answer import Answer, Record
from sim.experiments.lab import Lab
from sim.experiments.policies import Variant
from sim.experiments.study import Study
from sim.experiments.what_is_named import check_named
from sim.experiments.what_is_turned import check_turned, naming
from sim.experiments.within_time import answered
from sim.figures.figure_labels import labels
from sim.figures.own import own_key_figures
from sim.runs.case import RESOLVED, Case
from sim.scenario.copied_tables import copy_of
from sim.scenario.language.dump import yaml_of

STUDY = "study.resolved.yaml"
SCENARIOS, DATA = "scenarios", "data"
_UNSAFE = re.compile(r"[^\w-]+")


def carried_out(study: Study, lab: Lab) -> Answer:
    """A study's answer with its record, the words that the study states, and labels of key figures from outside.

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    with naming(study):
        check_turned(study, study.extremes(), lab.loaded)
        check_named(study, lab.loaded)
        answer, asked = answered(study, lab)
    spoken = lab.spoken
    words = {**labels((), own_key_figures(lab.extra), spoken.trade), **study.words, **answer.words}
    notes = list(dict.fromkeys((*answer.notes, *lab.moved_prices)))
    return dataclasses.replace(
        answer, record=_recorded(asked, lab), words=words, notes=notes, spoken=spoken, judged=lab.judged,
        study=class_name(type(study)),
    )  # fmt: skip


def _recorded(study: Study, lab: Lab) -> Record:
    folders = {name: f"{SCENARIOS}/{position}-{_stem(name)}" for position, name in enumerate(lab.named, 1)}
    moved = {name: f"{DATA}/{name}.csv" for name in study.data if getattr(study, name)}
    files = {STUDY: _study_yaml(study, {name: f"{folder}/{RESOLVED}" for name, folder in folders.items()}, moved)}
    for name, loaded in lab.named.items():
        files |= {f"{folders[name]}/{file}": data for file, data in Case.of(loaded).files()}
    for name, data in moved.items():
        files[data] = copy_of(lab.file(getattr(study, name)))
    plays = lab.played.values()
    seeds = tuple(sorted({one.seed for one in plays}))
    return Record(files, len(plays), sum(len(one.numbers) for one in plays), seeds)


def _study_yaml(study: Study, moved: Mapping[str, str], data: Mapping[str, str]) -> bytes:
    plain = {"schema": 1, **_plain(study, moved), **data}
    if (kind := getattr(study, "kind", None)) is not None:
        plain.setdefault("kind", kind)  # where it is a default and was not set
    text = "# The study as it was asked; its scenarios are beside it, resolved.\n" + yaml_of(plain)
    return text.encode("utf-8", "backslashreplace")


def _plain(value: Any, moved: Mapping[str, str]) -> Any:
    """A block as plain values, only what was set; scenarios named by where they are now."""
    if isinstance(value, BaseModel):
        fields = {
            name: _plain(getattr(value, name), moved)
            for name in type(value).model_fields if name in value.model_fields_set and name != "schema_version"
        }  # fmt: skip
        if isinstance(value, Variant):
            fields["scenario"] = moved.get(value.scenario, value.scenario)
        return fields
    if isinstance(value, Mapping):
        return {str(key): _plain(item, moved) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, moved) for item in value]
    return value


def _stem(name: str) -> str:
    """A short safe name of a scenario's path."""
    return _UNSAFE.sub("-", name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]).strip("-")[:40] or "scenario"
