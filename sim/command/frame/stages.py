"""Words for the parts of the work ahead, and the sentence that says before it starts how much it is."""

from __future__ import annotations

from collections.abc import Sequence

from sim.runs.ahead import Part, Room

STAGES = {
    "en": {
        "replications": "at the stated figures", "doubt": "with doubt", "twin": "without partners",
        "ends": "ends of ranges", "edges": "breaking points", "cases": "cases", "cells": "cells of the map",
        "border": "border of ruin", "points": "points of the design", "search": "search", "scan": "scan",
        "levels": "levels", "sample": "sample of worlds", "nearest": "nearest failing world",
        "most_likely": "likeliest failing world", "round": "round", "fresh": "winner on fresh luck",
    },
    "ru": {
        "replications": "при заявленных числах", "doubt": "с неопределённостью", "twin": "без партнёров",
        "ends": "края диапазонов", "edges": "точки излома", "cases": "варианты", "cells": "клетки карты",
        "border": "граница разорения", "points": "точки плана", "search": "поиск", "scan": "обзор",
        "levels": "уровни", "sample": "выборка миров", "nearest": "ближайший мир с провалом",
        "most_likely": "вероятнейший мир с провалом", "round": "раунд", "fresh": "победитель на новой случайности",
    },
}  # fmt: skip
ONE = "replications"  # the part of a run, which is of one case
AHEAD = {
    "en": "at most {total} replications{cases}: {parts}; about {time}, {memory} of memory, {disk} of disk",
    "ru": "прогонов не более {total}{cases}: {parts}; около {time}, памяти {memory}, диска {disk}",
}
CASES = {"en": ", cases: {cases}", "ru": ", вариантов: {cases}"}
SO_FAR = {"en": "after {played} replications: {words}", "ru": "после {played} прогонов: {words}"}
TOOK = {"en": "{played} replications in {time}", "ru": "прогонов {played}, время {time}"}
BETWEEN = {"en": ",", "ru": "\u202f"}
BYTES = {"en": ("GiB", "MiB"), "ru": ("ГиБ", "МиБ")}
GIB, MIB = 2**30, 2**20
UNITS = {"en": ("s", "min", "h"), "ru": ("с", "мин", "ч")}


def stage(part: Part, lang: str) -> str:
    """`levels (profitable, 48)`: a part in words."""
    name = STAGES[lang].get(part.name, part.name)
    return f"{name} ({part.detail})" if part.detail else name


def ahead(parts: Sequence[Part], seconds: float, room: Room, lang: str) -> str:
    """How many replications and cases at most, of what parts, about how long, and the room that they need."""
    sizes: dict[str, int] = {}
    for one in parts:
        name = STAGES[lang].get(one.name, one.name)
        sizes[name] = sizes.get(name, 0) + one.replications
    listed = ", ".join(f"{name} {number(size, lang)}" for name, size in sizes.items())
    cases = 0 if parts[0].name == ONE else sum(one.cases for one in parts)
    of = CASES[lang].format(cases=number(cases, lang)) if cases else ""
    total = number(sum(sizes.values()), lang)
    needed = {"memory": size(room.memory, lang), "disk": size(room.disk, lang)}
    return AHEAD[lang].format(total=total, cases=of, parts=listed, time=duration(seconds, lang), **needed)


def so_far(played: int, words: str, lang: str) -> str:
    """An early answer."""
    return SO_FAR[lang].format(played=number(played, lang), words=words)


def took(played: int, seconds: float, lang: str) -> str:
    """What was played and how long it took."""
    return TOOK[lang].format(played=number(played, lang), time=duration(seconds, lang))


def number(value: int, lang: str) -> str:
    """Thousands apart."""
    return f"{value:,}".replace(",", BETWEEN[lang])


def size(number_of_bytes: float, lang: str = "en") -> str:
    """`1.2 GiB` or `40 MiB`, at least 1 MiB."""
    gib, mib = BYTES[lang]
    if number_of_bytes >= GIB:
        return f"{number_of_bytes / GIB:.1f} {gib}"
    return f"{max(number_of_bytes / MIB, 1):.0f} {mib}"


def duration(seconds: float, lang: str = "en") -> str:
    """`45 s`, `3 min 20 s` or `2 h 5 min`."""
    of_seconds, of_minutes, of_hours = UNITS[lang]
    whole = round(seconds)
    if whole < 60:
        return f"{whole} {of_seconds}"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} {of_minutes} {rest} {of_seconds}"
    return f"{minutes // 60} {of_hours} {minutes % 60} {of_minutes}"
