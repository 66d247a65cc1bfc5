"""docs/rules.md: every kind of commission rule with its formula, its keys and one case, made from the declarations.

    python -m tests.docs.rules            says whether the document, and its Russian, are as declarations and cases are
    python -m tests.docs.rules --write    writes them

What a kind is, and its formula, are paragraphs of its class; its case is the one named by it in CASES.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from sim.base.discover import kinds
from sim.policy.rule import Phase, Rule
from sim.scenario.keys import BESIDE, blocks_below, keys_of
from tests.docs import generated
from tests.docs.keys import ROOT, WIDTH, table

CASES = ROOT / "tests" / "worked" / "examples" / "kinds.yaml"
DOCUMENT = ROOT / "docs" / "rules.md"
FORMULA = "Formula: "
CASE = re.compile(r"^  (\w+):\n", re.MULTILINE)
OF_ALL = (*Rule.model_fields, "kind", *BESIDE)
"""keys that are not a kind's own"""
HEAD = "schema: 1\ncases:\n"
PHASES = {
    Phase.RATE: "Rates on premium",
    Phase.AMOUNT: "Amounts beside them",
    Phase.LEVELS: "Sponsors",
    Phase.LIMIT: "Limits",
    Phase.SPLIT: "Parts of others",
    Phase.TIMING: "When commission is paid",
    Phase.RETURN: "What goes back, waits or is taxed",
    Phase.DRAW: "Draws",
}
ABOUT = """\
# Every commission rule

What each kind of rule under `policy.rules` is, its formula, its keys, and a case that can be copied into a file and
played by `policy-check` (see `policy_cases.md`). Made from the declarations, and from the cases of
`tests/worked/examples/kinds.yaml`, by `python -m tests.docs.rules --write`. `policy.md` answers questions about
agreements, `scenarios.md` explains how rules stand together, `keys.md` lists the keys of everything else.

    python run_scenario.py policy-check my_contract.yaml --lines

{contents}

## What all rules share

Rules act in the order of this document, within a phase by their names. `role: main` stands in place of `base` where it
holds, `role: bonus` adds to it.

**Notation.** P is premium, V what a rule measures in a window, r a rate; x is times. Money is stated in major units and
counted in minor ones. A line is what one rule pays one partner for one product and month, on new business and on
renewals apart: it is rounded to the minor unit, half to even, where it comes into being, and sums are of rounded lines.
A bound is reached by what is equal to it, unless `edge: right` is stated. What is left out is off; a default that is
empty means so. `dated`: a value, or `{{since: {{2025-01: ..., 2026-01: ...}}}}`.
"""


@cache
def cases() -> dict[str, str]:
    """The text of each worked case, by its name."""
    _, *parts = CASE.split(CASES.read_text("utf-8"))
    return {name: f"  {name}:\n{text.rstrip()}\n" for name, text in zip(parts[::2], parts[1::2], strict=True)}


@cache
def rules() -> dict[str, type[Rule]]:
    """Every kind of rule, in the order of phases, then of names."""
    found = kinds("sim.policy.rules", Rule, "none")
    return dict(sorted(found.items(), key=lambda one: (one[1].phase, one[0])))


def said(block: type[BaseModel]) -> list[str]:
    """Paragraphs of what a rule or a block says of itself."""
    return [" ".join(part.split()) for part in (block.__doc__ or "").split("\n\n")]


def formulas(rule: type[Rule]) -> list[str]:
    """Its paragraphs that are formulas."""
    return [part.removeprefix(FORMULA) for part in said(rule) if part.startswith(FORMULA)]


def tables(path: str, block: type[BaseModel], skip: tuple[str, ...]) -> Iterator[str]:
    """The keys of a block and of those below the keys that are not skipped."""
    for below, one in blocks_below(block, path):
        if below.removeprefix(f"{path}.").split(".")[0] in skip:
            continue
        if one is not block:
            yield from wrapped(f"`{below}`: {said(one)[0]}")
        if keys := keys_of(one, skip if one is block else BESIDE):
            yield from table(keys)


def wrapped(text: str) -> list[str]:
    """Lines of a paragraph, and an empty one."""
    return [*textwrap.wrap(text, WIDTH, break_on_hyphens=False, break_long_words=False), ""]


def section(kind: str, rule: type[Rule]) -> Iterator[str]:
    """What it is, formula, keys, case."""
    about, *others = said(rule)
    yield from (f"### `{kind}`", "", *wrapped(about))
    for formula in formulas(rule):
        yield from wrapped(f"**Formula.** {formula}")
    for other in (one for one in others if not one.startswith(FORMULA)):
        yield from wrapped(other)
    yield from tables(kind, rule, OF_ALL)
    yield from ("```yaml", *(HEAD + cases()[kind]).splitlines(), "```", "")


def whom_and_when() -> list[str]:
    """What the keys of every rule are, and where not."""
    found = rules().items()
    by_segment = [kind for kind, rule in found if rule.by_segment]
    always = [kind for kind, rule in found if not (rule.conditional or rule.by_segment)]
    by_days = [kind for kind, rule in found if rule.by_days]
    return [
        *wrapped("**Whom and when.** Every rule has these keys; left out, they hold for everyone and always. But:"),
        *_listed(by_segment, "know `segments` and dates alone, as terms of payment"),
        *_listed(always, "know no `only_if`"),
        *_listed(by_days, "are parted by days where a date lies inside a month; all others hold for whole months"),
        "",
    ]


def _listed(kinds_of_rules: list[str], what: str) -> list[str]:
    named = ", ".join(f"`{kind}`" for kind in kinds_of_rules)
    return textwrap.wrap(f"- {named}: {what}", WIDTH, subsequent_indent="  ")


def document() -> str:
    """The whole document."""
    names = ", ".join(f"[`{kind}`](#{kind})" for kind in rules())
    lines = [ABOUT.format(contents="\n".join(wrapped(names)).rstrip()), *whom_and_when(), *tables("", Rule, BESIDE)]
    for phase, title in PHASES.items():
        lines += [f"## {title}", ""]
        for kind, rule in rules().items():
            lines += section(kind, rule) if rule.phase == phase else ()
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(generated.main({DOCUMENT: document()}, "declarations are"))
