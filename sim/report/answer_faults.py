"""What an answer says that no page can show: texts that are lacking, units and types that nobody knows.

A study from outside is told all of it at once, in terms of its class, before a half of its page is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from sim.base.errors import Problem, ScenarioError
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Amount, Answer, Chart, Cloud, Lines, Map, Sentence, Table, Unit
from sim.judgement.verdict import FAIL, PASS, UNDECIDED
from sim.report.language import labels
from sim.report.run.folder_names import safe_name
from sim.report.study.words import Words

if TYPE_CHECKING:
    import pandas

UNITS = get_args(Unit)
OF_COLUMNS = (*UNITS, BY_ROW, BY_ROW_GAP)
KINDS = ("lines", "bars", "points", "lying", "waterfall")
VERDICTS = ("", PASS, FAIL, UNDECIDED)
OURS = "sim."  # package of the studies whose words the tests of the table prove
_READ = re.compile(r"\{([^{}]+?)(?:@first)?\}")
_OF_ROW = re.compile(r"<(\w+)>")
Faults = Iterator[Problem]


def words_of(answer: Answer, lang: str = "en") -> Words:
    """The words of an answer in one language.

    Raises
    ------
    ScenarioError
        With everything in the answer that cannot be shown.
    """
    words, whose = Words(answer, lang), answer.study or f"the answer of {answer.kind or 'a study'}"
    found = list(labels.faults(answer.words, whose)) or list(_Faults(answer, words, whose).all())
    if found:
        raise ScenarioError(list(dict.fromkeys(found)))
    return words


class _Faults:
    """Goes through an answer."""

    def __init__(self, answer: Answer, words: Words, whose: str) -> None:
        self.answer, self.words, self.whose = answer, words, whose
        self.outside = bool(answer.study) and not answer.study.startswith(OURS)

    def all(self) -> Faults:
        """Every fault."""
        answer = self.answer
        if answer.verdict not in VERDICTS:
            yield self._fault(f'the verdict "{answer.verdict}" is unknown', f"give {', '.join(VERDICTS[1:])}, or none")
        yield from self._each("says", answer.says, Sentence, self._sentence)
        yield from self._each("tables", answer.tables, Table, self._table)
        yield from self._each("charts", answer.charts, Lines | Map | Cloud, self._chart)
        for name, amount in answer.inputs.items():
            yield from self._units(f'the input "{name}"', [amount.unit], UNITS)
        yield from self._twice(
            "tables", [f"{safe_name(one.name)}.csv" for one in answer.tables if hasattr(one, "name")]
        )
        yield from self._twice("charts", [one.name for one in answer.charts if hasattr(one, "name")])

    def _each(self, part: str, found: Sequence[Any], known: Any, faults: Callable[[Any], Faults]) -> Faults:
        for at, one in enumerate(found):
            if isinstance(one, known):
                yield from faults(one)
            else:
                wanted = " or ".join(kind.__name__ for kind in get_args(known) or (known,))
                yield self._fault(f"{part}[{at}] is a {type(one).__name__}", f"give a {wanted} of {Answer.__module__}")

    def _sentence(self, one: Sentence) -> Faults:
        key, where = f"says.{one.key}", f'the sentence "{one.key}"'
        if key not in self.words.labels:
            yield self._lacks(where, key)
            return
        for name in sorted(labels.values_of(self.words.labels(key)) - set(one.values)):
            yield self._fault(f"{where} is not given {name}", f"give it among its values, or leave {{{name}}} out")
        for name, value in one.values.items():
            if isinstance(value, Amount):
                yield from self._units(f"{name} of {where}", [value.unit], UNITS)
            elif parts := [part for part in _listed(value) if isinstance(part, Sentence)]:
                for part in parts:
                    yield from self._sentence(part)
            elif not isinstance(value, str | tuple):
                told = f"{name} of {where} is a {type(value).__name__}"
                yield self._fault(told, "give an Amount with its unit, a text, or a tuple of texts")

    def _table(self, one: Table) -> Faults:
        if not hasattr(one.frame, "columns"):
            told = f'the table "{one.name}" holds a {type(one.frame).__name__}'
            yield self._fault(told, "give a pandas.DataFrame")
            return
        columns = {*map(str, one.frame.columns), *one.formulas}
        yield from self._title("table", one.name)
        yield from self._named("column", sorted(columns))
        yield from self._units_of(one)
        for name, formula in one.formulas.items():
            yield from self._reads(
                one, f"the formula of {name}", _read(one.frame, formula) - {*self.answer.inputs}, columns
            )
        if one.foot is not None:
            model = {name for figures in one.foot.model.values() for name in figures}
            yield from self._reads(one, "the foot", {one.foot.by, *model}, columns)

    def _units_of(self, one: Table) -> Faults:
        where, units = f'the table "{one.name}"', set(one.units.values())
        yield from self._units(where, sorted(units), OF_COLUMNS)
        if units & {BY_ROW, BY_ROW_GAP} and "unit" not in one.frame:
            yield self._fault(f"{where} has units by row and no column of them", 'add the column "unit"')
        elif units & {BY_ROW, BY_ROW_GAP}:
            yield from self._units(where, one.frame["unit"].unique(), UNITS)

    def _reads(self, one: Table, what: str, read: set[str], columns: set[str]) -> Faults:
        for name in sorted(read - columns):
            told = f'{what} in the table "{one.name}" reads {name}, no column of it and no input of the answer'
            yield self._fault(told, "name a column, or for a formula an input of Answer.inputs")

    def _chart(self, one: Chart) -> Faults:
        of_plane = [] if isinstance(one, Lines) else [one.y_unit]
        units = [*([] if isinstance(one, Cloud) else [one.unit]), one.x_unit, *of_plane]
        yield from () if one.finding is None else self._sentence(one.finding)
        yield from self._title("chart", one.name)
        yield from self._named("axis", [one.x_label, *([one.y_label] if one.y_label else [])])
        yield from self._units(f'the chart "{one.name}"', units, UNITS)
        if isinstance(one, Lines) and one.kind not in KINDS:
            told = f'the chart "{one.name}" is of the unknown kind "{one.kind}"'
            yield self._fault(told, f"give {', '.join(KINDS)}")

    def _title(self, group: str, name: str) -> Faults:
        key = f"{group}.{name.partition('.')[0]}"
        if self.outside and key not in self.words.labels:
            yield self._lacks(f'the {group} "{name}"', key)

    def _named(self, what: str, names: Iterable[str]) -> Faults:
        """Columns and axes without words; a name that only the study's file knows stands in `Answer.own`."""
        for name in names:
            if self.outside and not self.words.knows(name):
                or_else = "; or name it in Answer.own, to be shown as it stands"
                yield self._lacks(f'the {what} "{name}"', f"column.{name}", or_else)

    def _units(self, where: str, units: Iterable[Any], known: tuple[str, ...]) -> Faults:
        for unit in units:
            if unit not in known:
                yield self._fault(f'{where} has the unknown unit "{unit}"', f"give one of {', '.join(known)}")

    def _twice(self, part: str, names: Iterable[str]) -> Faults:
        for name, times in Counter(names).items():
            if times > 1:
                yield self._fault(f'{times} {part} would be called "{name}"', "give each a name of its own")

    def _lacks(self, what: str, key: str, or_else: str = "") -> Problem:
        return self._fault(f"{what} has no text", labels.example(key) + or_else)

    def _fault(self, what: str, remedy: str) -> Problem:
        return Problem(self.whose, what, remedy)


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _read(frame: pandas.DataFrame, formula: str) -> set[str]:
    """Columns and inputs that a formula reads in some row."""
    of_row = set(_OF_ROW.findall(formula))
    if not of_row <= set(map(str, frame.columns)):
        return of_row
    rows = frame[sorted(of_row)].drop_duplicates().to_dict("records") if of_row else [{}]
    return of_row.union(*(_READ.findall(_filled(formula, row)) for row in rows))


def _filled(formula: str, row: Mapping[Any, Any]) -> str:
    """A formula with what a row has in its `<column>`."""
    return _OF_ROW.sub(lambda found: str(row[found[1]]), formula)
