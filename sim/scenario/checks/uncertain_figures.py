"""Figures declared uncertain and those whose breaking points are wanted: each must be read, and take its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.base.errors import ScenarioError
from sim.base.notes import Note
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Path, dotted, nearest, plain
from sim.scenario.language.overrides import parsed_path
from sim.scenario.language.turned import Stated, stated
from sim.scenario.lever_signs import UNMOVED
from sim.scenario.schema import UNPLAYED, Scenario
from sim.scenario.unknown import Knob, Unknown

NOT_OF_THE_WORLD = UNPLAYED | {"schema", "currency", "start", "months", "seed", "population_limit", "extends"}
SAYS = {"source", "assumed", "reason"}
# notes of what nothing reads
UNREAD = {
    "flow_of_agents", "event_outside_horizon", "no_journeys", "nobody_needs_staff", "all_are_helped",
    "nobody_reserves", "nothing_on_sale", "damage_moves_nobody", "answers_not_asked",
}  # fmt: skip
LEFT_OUT = "declaration_left_out"
Again = Callable[[Sequence[str]], Sequence[Note]]
"""composes and checks the scenario with each `path=value` put in; its notes, or ScenarioError"""
FARTHER = "cut the law with low and high, or choose one with ends: no draw may leave what the scenario takes"
STATE_IT = "a figure that the scenario states, with its unit, can be turned"
WITHIN = 0.381966  # of a law's range: a value that is no round number
ROUNDING = 1e-9  # of a value: what writing it down may move


def moved_away(scenario: Scenario, tree: Node, levers: Sequence[Path], findings: Findings) -> set[Path]:
    """Declarations whose figure a lever, or a file laid over theirs, has moved to where they say nothing of it; noted.

    `levers` are paths that the command line or a study sets.
    """
    found, there = set[Path](), plain(tree)
    declared: dict[Path, Knob | None] = {("uncertainties", name): one for name, one in scenario.uncertainties.items()}
    declared |= {("breaks", at): knob_of(scenario, there, text) for at, text in enumerate(scenario.breaks)}
    for place, knob in declared.items():
        texts = knob.paths if knob is not None else [scenario.breaks[int(place[1])]]
        paths = [path for text in texts if (path := parsed_path(text)) is not None]
        if not _fits(scenario, there, knob) and any(_is_moved(tree, path, place, levers) for path in paths):
            findings.note(LEFT_OUT, "the figure has been moved, so that what is declared of it is left out", place)
            found.add(place)
    return found


def _fits(scenario: Scenario, tree: object, knob: Knob | None) -> bool:
    now = None if knob is None else at_present(scenario, tree, knob)
    if now is None or not isinstance(knob, Unknown):
        return bool(now)
    low, high = knob.of("law").bounds
    return low <= now <= high


def _is_moved(tree: Node, path: Path, place: Path, levers: Sequence[Path]) -> bool:
    layer = nearest(tree, place).origin.layer
    over = nearest(tree, path).origin.layer > layer
    return over or any(path[: len(one)] == one or one[: len(path)] == path for one in levers)


def check_uncertain(scenario: Scenario, again: Again, findings: Findings) -> None:
    """Add every fault of `uncertainties` and `breaks`."""
    for name, one in scenario.uncertainties.items():
        _Check(scenario, again, findings, ("uncertainties", name)).law(one)
    for at, text in enumerate(scenario.breaks):
        _Check(scenario, again, findings, ("breaks", at)).alone(text)


def knob_of(scenario: Scenario, tree: object, text: str) -> Knob | None:
    """A listed path as what is turned there; None where no single figure stands."""
    path = parsed_path(text)
    found = None if path is None or not isinstance(tree, dict) else stated(tree, scenario, path)
    return None if found is None else Knob(path=text, unit=found.unit, whole=found.whole)


def at_present(scenario: Scenario, tree: object, knob: Knob) -> float | None:
    """What the scenario states where a knob is turned, in the knob's unit; None where it states no or several.

    Of a relative knob that which moves nothing.
    """
    if knob.change != "set":
        return UNMOVED[knob.change]
    if not isinstance(tree, dict):
        return None
    found = [_number(stated(tree, scenario, parsed_path(text) or ()), knob.unit) for text in knob.paths]
    first = found[0]
    if first is None or any(one is None or abs(one - first) > ROUNDING * abs(first) for one in found):
        return None
    return first


def _number(found: Stated | None, unit: str) -> float | None:
    return None if found is None else found.of_unit(unit)


class _Check:
    """The checks of one declaration, which stands at `place`."""

    def __init__(self, scenario: Scenario, again: Again, findings: Findings, place: Path) -> None:
        self.scenario, self.again, self.findings, self.place = scenario, again, findings, place
        assert findings.tree is not None
        self.tree = plain(findings.tree)

    def law(self, one: Unknown) -> None:
        """Of an uncertainty."""
        at = (*self.place, "path")
        faults = len(self.findings.problems)
        for text in one.paths:
            self._path(text, at)
        if len(self.findings.problems) > faults:
            return
        law, now = one.of(str(self.place[-1])), at_present(self.scenario, self.tree, one)
        if now is None:
            self._no_figure(one, law.drawn_bounds[0], at)
            return
        if not one.whole and one.change == "set" and self._whole(one):
            remedy = "add whole: true, and draws are rounded"
            self.findings.fault(f"{' and '.join(one.paths)} takes whole numbers only", remedy, at)
            return
        ends = law.drawn_bounds
        for value in (*ends, ends[0] + WITHIN * (ends[1] - ends[0])):
            if not self._takes(one, value, FARTHER):
                return
        low, high = law.bounds
        if not low - ROUNDING * abs(now) <= now <= high + ROUNDING * abs(now):
            what = f"the scenario states {one.words(now)}, outside of the law, {one.words(low)} to {one.words(high)}"
            self.findings.fault(what, "widen the law, or correct the figure", self.place)
        if one.present is not None and abs(one.present - now) > ROUNDING * abs(now):
            what = f"present is {one.words(one.present)}, and the scenario states {one.words(now)}"
            self.findings.fault(what, "leave present out: a scenario's own figure is today's", (*self.place, "present"))

    def alone(self, text: str) -> None:
        """Of a listed path."""
        faults = len(self.findings.problems)
        self._path(text, self.place)
        if len(self.findings.problems) > faults:
            return
        knob = knob_of(self.scenario, self.tree, text)
        now = None if knob is None else at_present(self.scenario, self.tree, knob)
        if knob is None or now is None:
            self._no_figure(Knob(path=text), 1.0, self.place)
        elif now == 0.0:
            what = f"{text} is 0, and breaking points of a listed figure are in per cent of it"
            self.findings.fault(what, "give it a law under uncertainties instead", self.place)
        else:
            self._takes(knob, now, STATE_IT)

    def _no_figure(self, knob: Knob, value: float, at: Path) -> None:
        """What to say where the scenario states no single figure: perhaps nothing of that name is known."""
        found = [_number(stated(self.tree, self.scenario, parsed_path(text) or ()), knob.unit) for text in knob.paths]
        if len(found) > 1 and None not in found:
            self.findings.fault("what is turned together states different figures", "state one, or turn them apart", at)
        elif self._takes(knob, value, known=False):
            remedy = "name the path of one number that is stated; of a dated figure, one date under since"
            self.findings.fault(f"no single figure stands at {' and '.join(knob.paths)}", remedy, at)

    def _whole(self, knob: Knob) -> bool:
        found = [stated(self.tree, self.scenario, parsed_path(text) or ()) for text in knob.paths]
        return any(one is not None and one.whole for one in found)

    def _path(self, text: str, at: Path) -> None:
        path = parsed_path(text)
        if path is None:
            self.findings.fault(f'"{text[:80]}" is no path', "such as products.motor.claims.loss_ratio", at)
        elif path[0] in NOT_OF_THE_WORLD or path[-1] in SAYS:
            remedy = "name a figure of the world or of the policy, such as products.motor.claims.loss_ratio"
            self.findings.fault(f"nothing that is played reads {text}", remedy, at)

    def _takes(self, knob: Knob, value: float, remedy: str = "", known: bool = True) -> bool:
        """Whether the scenario takes a value and something reads it; else adds the fault. Not `known`: if a key is."""
        at = self.place if self.place[0] == "breaks" else (*self.place, "path")
        try:
            notes = self.again(knob.sets(value))
        except ScenarioError as error:
            first = error.problems[0]
            if first.what.startswith("unknown key"):
                self.findings.fault(f"nothing reads {' or '.join(knob.paths)}: {first.what}", first.remedy, at)
                return False
            if known:
                what = f"at {knob.words(value)}{knob.unit}, {first.path}: {first.what}"
                self.findings.fault(what, "; ".join(filter(None, (first.remedy, remedy))), self.place)
            return not known
        for note in notes:
            if note.code in UNREAD and any(_below(text, note.path) for text in knob.paths):
                self.findings.fault(f"nothing reads {note.path}: {note.text}", "take the uncertainty out", at)
                return False
        return True


def _below(text: str, above: str) -> bool:
    path = dotted(parsed_path(text) or ())
    return path == above or path.startswith((f"{above}.", f"{above}["))
