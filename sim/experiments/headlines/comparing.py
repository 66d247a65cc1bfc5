"""The answer of a comparison in one sentence: what the other policy brings, what it sells, whether it ruins."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.experiments.saying import Amount, Said, Sentence, gap_unit
from sim.statistics.paired_difference import Difference

Figures = Mapping[str, Difference]
"""key figure -> its paired difference from the base"""
ASKED = ("result", "premium", "ruined")
"""key figures that the sentence speaks of"""


def of_policies(
    base: str, others: Mapping[str, Figures], between: Callable[[str, str], Difference] | None = None
) -> Sentence:
    """The best of the other policies against the base.

    Parameters
    ----------
    others : by policy, the differences of `ASKED` that both sides have.
    between : the difference of the results of the second policy named less the first, to say whether the best is told
        apart from the next.
    """
    names = sorted(others, key=lambda name: -others[name]["result"].difference)
    best = names[0]
    parts = tuple(parts_of(others[best]))
    if len(names) == 1:
        return Sentence("head_policy", {"policy": best, "base": base, "parts": parts})
    count = Amount(len(names) + 1, "count")
    values: dict[str, Said] = {"policy": best, "base": base, "count": count, "parts": (*parts, *_next(names, between))}
    return Sentence(f"head_policies_{_word(others[best]['result'])}", values)


def _next(names: list[str], between: Callable[[str, str], Difference] | None) -> list[Sentence]:
    """That the best is not told apart from the next, where it is not."""
    if between is None or between(names[1], names[0]).clear:
        return []
    return [Sentence("part_next_open", {"policy": names[1]})]


def parts_of(figures: Figures) -> list[Sentence]:
    """Result, sales and ruin, as far as they are known."""
    told = {"result": _result, "premium": _sales, "ruined": _ruin}
    found = [say(figures[kpi]) for kpi, say in told.items() if kpi in figures and figures[kpi].known]
    return [one for one in found if one is not None]


def _word(one: Difference) -> str:
    """Whether b is more, less, the same, or not told apart."""
    if one.clear:
        return "more" if one.difference > 0 else "less"
    return "same" if one.low == one.high == 0 else "open"


def _result(one: Difference) -> Sentence:
    word = _word(one)
    if word == "open":
        gap = Amount(one.difference, one.unit, one.low, one.high, signed=True, brief=True)
        return Sentence("part_open", {"gap": gap})
    return Sentence(f"part_{word}", {"gap": size(one)})


def _sales(one: Difference) -> Sentence | None:
    """Of what is sold; nothing where the base sells nothing."""
    if one.a <= 0:
        return None
    return Sentence(f"part_sales_{_word(one)}", {"share": Amount(abs(one.difference / one.a), "share", brief=True)})


def _ruin(one: Difference) -> Sentence:
    if one.a == one.b == 0:
        return Sentence("part_ruin_never")
    return Sentence(f"part_ruin_{_word(one)}", {"gap": size(one)})


def size(one: Difference) -> Amount:
    """A difference without its sign."""
    low, high = sorted((abs(one.low), abs(one.high)))
    return Amount(abs(one.difference), gap_unit(one.unit), low, high, brief=True)
