"""Values of `--set`: what is read without the parser of YAML is what the parser finds."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin
from sim.scenario.language.reading import Reader

AT = Origin("--set", 1, 1, "set")


def read(text: str) -> tuple[Any, ...]:
    """The value with its type, and what is found fault with."""
    findings = Findings()
    value = Reader(findings).parse_value(text, AT).value
    return repr(value), type(value), [(one.what, one.remedy) for one in findings.problems]


@given(st.text("0123456789abefnotuxyNTEO_.%+-", min_size=1, max_size=8))
@example("0x10")
@example("012")
@example("1_000")
@example("yes")
@example("null")
@example("1e400")
@example("2025-01-01")
def test_a_plain_value_is_what_the_parser_finds(text: str) -> None:
    commented = f"{text} # the comment keeps it from the quick way"
    try:
        expected = read(commented)
    except Exception as error:  # a fault that ends the reading ends it either way
        expected = (type(error),)
    try:
        found = read(text)
    except Exception as error:
        found = (type(error),)
    assert found == expected
