"""Worked examples: all pass, each figure in them is compared, and what is wrong in a file is said with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest

import sim
from sim.base.discover import kinds
from sim.base.errors import Problem, ScenarioError
from sim.command.guard import guarded
from sim.policy.rule import Rule
from sim.worked.compared import AMOUNTS, check_case
from sim.worked.example import Amounts, Case, Outcome
from sim.worked.example_file import read_cases, read_file
from tests.docs.reading import blocks, text
from tests.theory.cases import CARRIED, load

FOLDER = Path(__file__).parent / "examples"
FILES = sorted(FOLDER.glob("*.yaml"))
FEWEST = 75
KOPECK = 0.01
OTHERS = ("expected_fees", "expected_programme")
Stated = TypeVar("Stated", bound=Outcome)

HEAD = """
schema: 1
cases:
  one:
    source: a contract
    text: 500 x 10 % = 50
    rules: {base: {kind: base, new: 10%}}
"""
SHORT = (
    HEAD
    + """
    months:
      - facts: {premium_new: 500}
        expected: 50
"""
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    failed = {one.name: one.differences for one in sim.policy_check(path) if not one.passed}
    assert not failed


def test_there_are_examples_of_every_rule_and_reference_case() -> None:
    cases = [case for _, file in read_cases(FOLDER) for case in file.cases.values()]
    assert len(cases) >= FEWEST
    assert {rule.kind for case in cases for rule in case.rules.values()} == set(kinds("sim.policy.rules", Rule, "none"))
    wanted = {
        one["id"] for one in load(CARRIED / "cases.json") if one["family"] in ("tiers_overrides", "variable_commission")
    }
    assert not {name for name in wanted if not any(name in case.source for case in cases)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_figure_is_compared(path: Path) -> None:
    """Each amount that a case states, a kopeck off, makes it fail at that very place and nowhere else."""
    for name, case in read_file(path).cases.items():
        wrong = check_case(path, name, _off(case))
        stated = sum(_stated(month) * month.times for month in case.months) + _stated(case)
        assert len(wrong.differences) == stated > 0
        assert all(one.expected - one.found == 1 for one in wrong.differences), name


def _off(case: Case) -> Case:
    changed = _shifted(case)
    return changed.model_copy(update={"months": [_shifted(month) for month in case.months]})


def _shifted(outcome: Stated) -> Stated:
    expected = {name: _amounts(amounts) for name, amounts in outcome.expected.items()}
    others = {name: value + KOPECK for name in OTHERS if (value := getattr(outcome, name)) is not None}
    return outcome.model_copy(update={"expected": expected, **others})


def _amounts(amounts: Amounts) -> Amounts:
    stated = {name: getattr(amounts, name) + KOPECK for name in AMOUNTS if getattr(amounts, name) is not None}
    return amounts.model_copy(
        update={**stated, "rules": {name: value + KOPECK for name, value in amounts.rules.items()}}
    )


def _stated(outcome: Outcome) -> int:
    of_partners = sum(
        sum(getattr(amounts, name) is not None for name in AMOUNTS) + len(amounts.rules)
        for amounts in outcome.expected.values()
    )
    return of_partners + sum(getattr(outcome, name) is not None for name in OTHERS)


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    path = folder / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        sim.policy_check(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "path", "what", "remedy"),
    [
        ("premium_new", "premium_nw", "cases.one.months[0].facts.premium_nw",
         'unknown key "premium_nw"', "did you mean premium_new?"),
        ("expected: 50", "expected: {comission: 50}", "cases.one.months[0].expected.comission",
         'unknown key "comission"', "did you mean commission?"),
        ("kind: base", "kind: bass", "cases.one.rules.base.kind", 'unknown kind "bass"', "did you mean base?"),
        ("new: 10%", "new: 10", "cases.one.rules.base.new", 'a share is 0..1, got 10', 'did you mean 0.1 or "10%"?'),
        ("new: 10%", "new: 10%, products: [hul]", "cases.one.rules.base.products[0]",
         'unknown product "hul"', "known: product"),
        ("new: 10%", "new: 10%, of: margin", "cases.one.rules.base",
         "the rule base reads a margin, and no month says what premium costs",
         "state cost_new or cost_renewal among the facts"),
        ("new: 10%", "new: 10%, only_if: [{by: premium, of_quota: true, least: 1}]", "cases.one.rules.base",
         "the rule base reads a share of quota, and no partner has one",
         "state `quota` of partners, or beside of_quota in the rule"),
        ("expected: 50", "expected: {rules: {bas: 50}}", "cases.one.months[0].expected.rules.bas",
         'unknown rule "bas"', "did you mean base?"),
        ("premium_new: 500", "hull: {premium_new: 500}", "cases.one.months[0].facts.hull",
         'unknown product "hull"', "known: product"),
        ("expected: 50", "expected: 50.005", "cases.one.months[0].expected",
         "whole minor units expected, got 50.005", "write at most two decimals"),
        ("premium_new: 500", "incurred: -5", "cases.one.months[0].facts.incurred",
         "an amount of money must not be negative, got -5", ""),
        ("    text: 500 x 10 % = 50\n", "", "cases.one.text", "required key is missing", "add text: ..."),
        ("premium_new: 500", "lost: {early: 1}", "cases.one.months[0].facts.lost.early",
         'a whole number expected as key, got "early"', ""),
        ("expected: 50", "expected: {}", "cases.one.months",
         "the case expects nothing, so it would always pass", "add expected: to a month"),
        ("premium_new: 500", "premium_new: 5, renewed: {1: 1}", "cases.one.months[0].facts.renewed.1",
         'terms are numbered from the sale, the first renewal begins term 2, got "1"', ""),
        ("premium_new: 500", "premium_new: 5e12", "cases.one.months[0].facts.premium_new",
         "an amount of at most 1e+12 expected, got 5e+12", ""),
        ("months:", "products: {hull: {price: 1e9}}\n    months:", "cases.one.months[0].facts",
         "the price times the contracts is too much", "lower one of the two"),
        ("expected: 50", "expected: 50\n        times: 0", "cases.one.months[0].times", "must be >= 1, got 0", ""),
    ],
)  # fmt: skip
def test_messages(old: str, new: str, path: str, what: str, remedy: str, tmp_path: Path) -> None:
    case = SHORT.replace("premium_new: 500", "new: 2000") if "price" in new else SHORT
    (problem,) = problems(tmp_path, case.replace(old, new))
    assert (problem.path, problem.what, problem.remedy) == (path, what, remedy)
    assert problem.file == str(tmp_path / "cases.yaml") and problem.line > 1 and problem.column > 1


def test_names_of_partners_and_products(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
    partners: {ann: {sponsor: bob}, bob: {sponsor: ann}, cy: {sponsor: dan}, di: {segmnt: direct}}
    products: {hull: {}, views: {}}
    months:
      - {month: 2025-03, facts: {ann: {premium_new: 5}, eve: {leads: 1}}, expected: {bib: 1}}
      - {month: 2025-03}
"""
    )
    (one,) = problems(tmp_path, text)
    assert (one.path, one.remedy) == ("cases.one.partners.di.segmnt", "did you mean segment?")
    found = {(one.path, one.what) for one in problems(tmp_path, text.replace("segmnt", "segment"))}
    assert found == {
        ("cases.one.partners.ann.sponsor", '"ann" stands above itself'),
        ("cases.one.partners.bob.sponsor", '"bob" stands above itself'),
        ("cases.one.partners.cy.sponsor", 'unknown partner "dan"'),
        ("cases.one.partners.di.segment", "the name direct is reserved for ourselves"),
        ("cases.one.products.views", 'a product cannot be named "views"'),
        ("cases.one.months[0].facts.ann.premium_new", "premium_new of which product?"),
        ("cases.one.months[0].facts.eve", 'unknown partner "eve"'),
        ("cases.one.months[0].expected.bib", 'unknown partner "bib"'),
        ("cases.one.months[1].month", "2025-03 is not later than the month before"),
    }


def test_files_of_a_folder_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "bad.yml").write_text(SHORT.replace("500", "many"), encoding="utf-8")
    (tmp_path / "worse.yaml").write_text("schema: 2\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        sim.policy_check(tmp_path)
    assert [Path(one.file).name for one in caught.value.problems] == ["bad.yml", "worse.yaml"]
    (tmp_path / "below" / "bad.yml").unlink()
    (tmp_path / "worse.yaml").unlink()
    assert [one.name for one in sim.policy_check(tmp_path)] == ["one"]


def played(folder: Path, text: str) -> list[str]:
    path = folder / "cases.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    (result,) = sim.policy_check(path)
    return [f"{one.month} {one.what}: {one.found}" for one in result.differences]


def test_months_between_are_played(tmp_path: Path) -> None:
    """Ten months a year apart: the sum is over all of them, and each is compared at its own month."""
    text = """
    months:
      - {month: 2025-11, times: 2, facts: {premium_new: 100}, expected: 10}
      - {month: 2026-03, facts: {premium_new: 200}, expected: 10}
      - {facts: {premium_new: 300}, expected: {accrued: 10}}
    expected: {commission: 60}
"""
    assert played(tmp_path, text) == ["2026-03 commission: 2000", "2026-04 accrued: 3000", "total commission: 7000"]


def test_price_gives_premium_and_margin_allows(tmp_path: Path) -> None:
    text = """
    products: {hull: {price: 250}}
    margin: 0.01
    months:
      - {facts: {new: 2, renewed: 1}, expected: 75.01}
      - {facts: {new: 2, premium_new: 100}, expected: 10.02}
"""
    assert played(tmp_path, text) == ["2025-02 commission: 1000"]


LOST = """
    months:
      - {facts: {premium_new: 500, new: 2}, expected: 50}
      - {facts: {lost: {1: 1}}, expected: %s}
"""


@pytest.mark.parametrize(
    ("old", "new", "back", "noted"),
    [
        ("", "", "-21.88", False),  # 250 x 10 % x 21/24
        ("10%}}", "10%}}\n    payment: {clawback: none}", "0", False),
        ("lost:", "released: 0, lost:", "0", False),
        ("lost: {1: 1}", "lost: {1: 1}, refunded: {1: 0}", "0", True),
        ("lost: {1", "lost: {7", "0", True),
        ("kind: base, new: 10%", "kind: fixed_fee, per: sale, amount: 25", "0", True),
    ],
)
def test_a_loss_that_takes_nothing_back_is_noted(old: str, new: str, back: str, noted: bool, tmp_path: Path) -> None:
    """Where unearned commission goes back, and the case neither knows of any nor says that there is none."""
    path = tmp_path / "cases.yaml"
    path.write_text((HEAD + LOST % back).replace(old, new), encoding="utf-8")
    [found] = sim.policy_check(path)
    assert found.passed, found.differences
    assert [one.code for one in found.notes] == ["lost_takes_nothing_back"] * noted
    assert all("contracts lost in 2025-02" in one.text and one.path == "cases.one" for one in found.notes)


def test_states_last_until_stated_anew(tmp_path: Path) -> None:
    """A share once stated holds; contracts in force follow sales and losses and are those of the close before."""
    text = """
    partners: {ann: {}}
    payment: {clawback: none}
    months:
      - {facts: {ann: {share: 80%, new: 3, premium_new: 100}}, expected: {ann: 0}}
      - {facts: {ann: {premium_new: 100, lost: {1: 2}}}, expected: {ann: 0}}
      - {facts: {ann: {premium_new: 100, share: 100%}}, expected: {ann: 0}}
"""
    rules = (
        "{size: {kind: tiers, by: customers, "
        "scale: {kind: retroactive, brackets: [{above: 0, rate: 1%}, {above: 2, rate: 2%}]}}, "
        "loyal: {kind: exclusivity_bonus, rate: 10%}}"
    )
    path = tmp_path / "cases.yaml"
    path.write_text((HEAD + text).replace("{base: {kind: base, new: 10%}}", rules), encoding="utf-8")
    assert [one.found for one in sim.policy_check(path)[0].differences] == [100, 200, 1100]


def test_the_documented_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examples of the document pass, and the output that it shows is what a wrong expectation gives."""
    monkeypatch.chdir(tmp_path)
    (block,) = blocks("docs/policy_cases.md", "yaml")
    path = tmp_path / "my_contract.yaml"
    path.write_text(block, encoding="utf-8")
    assert guarded(["policy-check", "my_contract.yaml"]) == 0
    path.write_text(block.replace("commission: 84000", "commission: 90000"), encoding="utf-8")
    capsys.readouterr()
    assert guarded(["policy-check", "my_contract.yaml"]) == 1
    assert "".join(f"    {line}\n" for line in capsys.readouterr().out.splitlines()) in text("docs/policy_cases.md")
