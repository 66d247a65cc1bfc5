"""Sections of the report that only some scenarios have: moves, credit, network brokers, our own pyramid; in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import safe_text
from sim.judgement import partner_flows, sales_stopped
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run.channels import channel, units_words

if TYPE_CHECKING:
    from sim.judgement.result import Result

SECTIONS = {
    "units": ("units",),
    "flows": ("flows",),
    "credit": ("ageing", "pledged"),
    "brokers": ("hole", "survival", "joining", "before_default"),
    "pyramid": ("stop",),
}
Row = dict[str, Any]


def sections(result: Result, labels: Labels, numbers: Numbers) -> list[Row]:
    """Sections that there are: name, sentences, names of pictures, a table of moves."""
    there, found = channel.present(result), []
    for name, charts in SECTIONS.items():
        shown = [one for one in charts if one in there]
        if shown:
            found.append({
                "name": name, "pictures": shown,
                "says": SAYS[name](result, labels, numbers) if name in SAYS else [],
                "table": flows_table(result, labels, numbers) if name == "flows" else None,
            })  # fmt: skip
    return found


def flows_table(result: Result, labels: Labels, numbers: Numbers) -> Row:
    """Moves of all quarters together: a row for each place left, a column for each place reached."""
    found = {pair: float(values.sum()) for pair, values in channel.flows(result).items()}
    before, after = (
        [one for one in partner_flows.places(result.plan) if one in {pair[end] for pair in found}] for end in (0, 1)
    )
    digits = int(any(value % 1 > 0 for value in found.values()))
    rows = [
        {
            "label": safe_text(labels.place(one)),
            "cells": [numbers.plain(found[one, other], digits) if (one, other) in found else "" for other in after],
        }
        for one in before
    ]
    heads = [f"→ {safe_text(labels.place(other))}" for other in after]
    return {"title": labels("word.flows_all"), "corner": labels("word.from_place"), "heads": heads, "rows": rows}


def pyramid_says(result: Result, labels: Labels, numbers: Numbers) -> list[str]:
    """From which month new revenue pays old promises, how long growth must last, what is lost if sales stop."""
    return [*_how_long(result, labels, numbers), *_what_is_lost(result, labels, numbers)]


SAYS: dict[str, Callable[[Result, Labels, Numbers], list[str]]] = {"pyramid": pyramid_says, "units": units_words.says}


def _how_long(result: Result, labels: Labels, numbers: Numbers) -> list[str]:
    names = ("pyramid_months", "pyramid_from_month", "growth_must_last")
    months, first, safe = (result.figures[name].values for name in names)
    there, known, never = months > 0, safe > 0, np.isnan(safe)
    said = [
        labels(
            "pyramid.from",
            share=numbers.figure(float(there.mean()), "share"),
            month=numbers.month(float(first[there].mean())),
            months=numbers.count(float(months[there].mean())),
        )
    ]
    if known.any():
        share, month = numbers.figure(float(known.mean()), "share"), numbers.month(float(safe[known].mean()))
        said.append(labels("pyramid.last", share=share, month=month))
    if never.any():
        share = numbers.figure(float(never.mean()), "share")
        said.append(labels("pyramid.never", share=share, month=labels.month(result.cube.months[-1], ".in")))
    return said


def _what_is_lost(result: Result, labels: Labels, numbers: Numbers) -> list[str]:
    curve = sales_stopped.stop_curve(result)
    worst = int(curve["lost"].to_numpy().argmax())
    row = {str(name): float(value) for name, value in curve.drop(columns="date").iloc[worst].items()}
    said = {name: numbers.figure(row[name], "money") for name in ("lost", "low", "high", "p95")}
    lost, on = row["lost"], row["played_on"]
    key = "none" if lost <= 0 else "lost" if np.isfinite(row["low"]) else "lost_once"
    stopped = labels(f"pyramid.{key}", month=numbers.month(worst + 1.0), **said)
    if worst + 1 == len(curve):
        return [stopped]
    amount, end = numbers.figure(abs(on), "money"), labels.month(result.cube.months[-1], ".of")
    return [stopped, labels("pyramid.on_lost" if on > 0 else "pyramid.on_won", amount=amount, month=end)]
