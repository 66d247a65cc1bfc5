"""Reading files of worked examples; names that a case uses and must declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, cast

from pydantic import BaseModel

from sim.base.errors import Problem, ScenarioError
from sim.base.spelling import difference, twins
from sim.base.text import safe_text
from sim.base.units import MINOR_PER_MAJOR, month_name, to_minor
from sim.partners.segments import RESERVED
from sim.policy.measuring.condition import placed
from sim.policy.rule import Rule
from sim.policy.terms.rates import ProductRate, Rates
from sim.scenario.checks.clashes import check_clashes, check_named_rules
from sim.scenario.checks.days_of_months import note_days
from sim.scenario.checks.partners_chosen.what_conditions_read import refuse_parted
from sim.scenario.files.bounds import Bounds, Wider
from sim.scenario.files.given_file import bounded
from sim.scenario.language.findings import Findings
from sim.scenario.language.migrations import migrated
from sim.scenario.language.nodes import Path, nearest
from sim.scenario.language.reading import Reader
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.language.validation import validated
from sim.worked.case_facts import LARGEST, PartnerFacts, ProductFacts
from sim.worked.collected import beyond
from sim.worked.contradictions import contradictions
from sim.worked.example import Case, CaseMonth, PolicyCases, cases_model

ENDINGS = (".yaml", ".yml")
CLAWBACK = "payment.clawback"  # the line that the terms of payment write
OF_PRODUCTS = frozenset(ProductFacts.model_fields) - {"source", "assumed"}
MOST_MONTHS = 1_200
MOST_FILES = 10_000
_KINDS = {"certified": "certificate", "rank": "rule that gives ranks", "group": "group", "partner": "partner"}
_TELLS = {
    "certified": "state certified of a partner",
    "group": "state the group of a partner",
    "rank": "state a rule of the kind stair_step beside it, which the condition is no part of",
}


def read_cases(
    path: str | PathLike[str], extra: Sequence[type] = (), root: Wider = None
) -> list[tuple[FilePath, PolicyCases]]:
    """The cases of a file, or of every YAML file below a folder, sorted by name.

    `root` is a folder into which links may lead beside that of the cases.

    Raises
    ------
    ScenarioError
        With every problem of every file: file, line, key, value and remedy.
    """
    found: list[tuple[FilePath, PolicyCases]] = []
    problems: list[Problem] = []
    for file in _files(FilePath(path)):
        try:
            found.append((file, read_file(file, extra, _bounds(FilePath(path), root))))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def _bounds(path: FilePath, root: Wider) -> Bounds:
    """What bounds the file of cases, or all files of the folder."""
    return Bounds.of(path / "cases" if path.is_dir() else path, root)


def read_file(path: FilePath, extra: Sequence[type] = (), bounds: Bounds | None = None) -> PolicyCases:
    """The cases of one file, checked; `bounds` where the file is one of a folder's.

    Raises
    ------
    ScenarioError
    """
    findings = Findings()
    main = bounded(path, None, findings, bounds)[0]
    tree = migrated(Reader(findings).read(main, str(path)), findings)
    findings.tree = tree
    file = cast(PolicyCases | None, validated(tree, cast(Any, cases_model(tuple(extra))), findings))
    findings.raise_if_any()
    assert file is not None
    for name, case in file.cases.items():
        _Check(case, ("cases", name), findings).all()
    findings.raise_if_any()
    note_days(findings)
    file.noted(findings.notes)
    return file


def _files(path: FilePath) -> list[FilePath]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and not one.is_dir())
    except (OSError, ValueError):
        return [path]  # reading it says what is wrong
    if not files:
        raise ScenarioError(Problem("", "no YAML file in the folder", "name a file of cases", safe_text(str(path))))
    if len(files) > MOST_FILES:
        what = f"{len(files)} YAML files in the folder, at most {MOST_FILES}"
        raise ScenarioError(Problem("", what, "name a folder of cases", safe_text(str(path))))
    return files


class _Check:
    """The names in one case."""

    def __init__(self, case: Case, path: Path, findings: Findings) -> None:
        self.case, self.path, self.findings = case, path, findings
        self.segments = {name for partner in case.partners.values() for name in partner.segments}

    def all(self) -> None:
        """Add every fault to the findings."""
        before = len(self.findings.problems)
        if not self.case.partners or not self.case.products:
            self.fault("at least one partner and one product are needed", "name one, or leave the key out")
            return
        if not any(one.says_something for one in (self.case, *self.case.months)):
            self.fault("the case expects nothing, so it would always pass", "add expected: to a month", "months")
        self._partners()
        self._twins()
        for product in set(self.case.products) & set(PartnerFacts.model_fields):
            self.fault(
                f'a product cannot be named "{product}"', "it is the name of a fact: rename it", "products", product
            )
        for name, rule in self.case.rules.items():
            self._known("product", rule.products or (), self.case.products, "rules", name, "products")
            self._known("segment", rule.segments or (), self.segments, "rules", name, "segments")
            self._known("partner", rule.partners or (), self.case.partners, "rules", name, "partners")
            self._conditions(rule, "rules", name, "only_if")
            self._known("rule", rule.named, self.case.rules, "rules", name, "rules")
            weighted = getattr(rule, "product_points", {})
            self._known("product", weighted, self.case.products, "rules", name, "product_points")
            self._stated(name, rule)
            counted = getattr(rule, "count_products", None) or ()
            self._known("product", counted, self.case.products, "rules", name, "count_products")
            self._rates(rule, ("rules", name))
            if getattr(rule, "legs", "") == "stated" and not any(one.leg for one in self.case.partners.values()):
                self.fault("no partner says on which side it stands", "give them a leg", "rules", name, "legs")
        cells = [(p, s) for p in self.case.products for s in self.segments]
        check_clashes(self.case.rules, cells, self.findings, (*self.path, "rules"))
        check_named_rules(self.case.rules, cells, self.findings, (*self.path, "rules"))
        self._expected(self.case.expected, ())
        for t, month in enumerate(self.case.months):
            self._month(month, ("months", t))
        self._collected()
        self._calendar()
        if len(self.findings.problems) == before:
            contradictions(self.case, self.fault, self._line_of)

    def _stated(self, name: str, rule: Rule) -> None:
        """Facts that a rule reads and no month or partner states."""
        quotas = [one.quota for one in self.case.partners.values()]
        if all(one is None for one in quotas) and any(one.of_quota and one.quota is None for one in rule.measures):
            what = f"the rule {name} reads a share of quota, and no partner has one"
            self.fault(what, "state `quota` of partners, or beside of_quota in the rule", "rules", name)
        if rule.reads_cost and not any(self._costs(month) for month in self.case.months):
            what = f"the rule {name} reads a margin, and no month says what premium costs"
            self.fault(what, "state cost_new or cost_renewal among the facts", "rules", name)

    def _costs(self, month: CaseMonth) -> bool:
        by_product = [one.by_product(self.case.products) for one in month.facts.values()]
        return any(one.cost_new or one.cost_renewal for facts in by_product for one in facts.values())

    def _twins(self) -> None:
        """Refuse names that a reader takes for one."""
        for group in ("partners", "products", "rules"):
            for name, other in twins(getattr(self.case, group)):
                what = f'"{name}" and "{other}" are one name but for {difference(name, other)}'
                self.fault(what, "rename one so that they differ in more", group, name)

    def fault(self, what: str, remedy: str, *path: str | int) -> None:
        self.findings.fault(what, remedy, (*self.path, *path))

    def _line_of(self, path: Path) -> int:
        """The line where a path of the case stands."""
        tree = self.findings.tree
        return 0 if tree is None else nearest(tree, (*self.path, *path)).place.line

    def _known(self, kind: str, names: Iterable[str], known: Iterable[str], *path: str | int) -> None:
        for ordinal, name in enumerate(names):
            if name not in known:
                last = name if isinstance(names, dict) else ordinal
                self.fault(f'unknown {kind} "{name}"', did_you_mean(name, known), *path, last)

    def _conditions(self, rule: Rule, *at: str | int) -> None:
        refuse_parted(rule, (*self.path, *at), self.findings)
        for place, one in placed(rule.only_if):
            self._known("product", one.count_products or (), self.case.products, *at, *place, "count_products")
            known = self._which(one.by)
            if known is not None:
                self._known(_KINDS[one.by], one.which or (), known, *at, *place, "which")
            if known is not None and (not known or (one.by == "rank" and rule.gives_ranks)):
                self.fault(f"nothing tells {one.by} to this rule", _TELLS[one.by], *at, *place)

    def _which(self, by: str) -> list[str] | None:
        """Names of what may be told apart in a condition."""
        if by == "certified":
            return [name for one in self.case.partners.values() for name in one.certified]
        if by == "group":
            return [name for one in self.case.partners.values() for name in one.group.since.values() if name]
        if by == "partner":
            return list(self.case.partners)
        ranking = [name for name, rule in self.case.rules.items() if rule.gives_ranks]
        return ranking if by == "rank" else None

    def _partners(self) -> None:
        partners = self.case.partners
        for name, partner in partners.items():
            if RESERVED in partner.segments:
                self.fault(f"the name {RESERVED} is reserved for ourselves", "rename it", "partners", name, "segment")
            if name.startswith("@"):
                self.fault("a partner's id cannot begin with @", "rename it", "partners", name)
            if partner.sponsor is None:
                continue
            if partner.sponsor not in partners:
                self.fault(
                    f'unknown partner "{partner.sponsor}"',
                    did_you_mean(partner.sponsor, partners),
                    "partners",
                    name,
                    "sponsor",
                )
            elif name in self._line(partner.sponsor):
                self.fault(
                    f'"{name}" stands above itself', "a tree of sponsors has no circle", "partners", name, "sponsor"
                )

    def _line(self, name: str | None) -> list[str]:
        """The partner and those above it, each once."""
        line: list[str] = []
        while name is not None and name in self.case.partners and name not in line:
            line.append(name)
            name = self.case.partners[name].sponsor
        return line

    def _rates(self, value: object, path: Path) -> None:
        for at, table in _tables(value, path):
            if isinstance(table, Rates):
                self._known("product", table.products, self.case.products, *at, "products")
            else:
                self._known("segment", table.segments, self.segments, *at, "segments")

    def _month(self, month: CaseMonth, path: Path) -> None:
        self._expected(month.expected, path)
        for partner, facts in month.facts.items():
            at = self._of(partner, (*path, "facts"))
            if partner not in self.case.partners:
                self.fault(f'unknown partner "{partner}"', did_you_mean(partner, self.case.partners), *at)
            self._known("product", facts.products, self.case.products, *at)
            stated = sorted(facts.model_fields_set & OF_PRODUCTS)
            if stated and (facts.products or len(self.case.products) > 1):
                names = ", ".join(self.case.products)
                self.fault(f"{stated[0]} of which product?", f"put it under one of {names}", *at, stated[0])
            for product, one in facts.by_product(self.case.products).items():
                known = self.case.products.get(product)
                if known is not None and max(map(abs, known.premium(one))) * MINOR_PER_MAJOR > LARGEST:
                    self.fault("the price times the contracts is too much", "lower one of the two", *at)
                self._single_claims(one, (*at, product) if facts.products else at)

    def _single_claims(self, one: ProductFacts, at: Path) -> None:
        """Where a rule counts single claims, a sum that its stop may cut must be told apart."""
        stops = {stop: name for name, rule in self.case.rules.items() for stop in rule.stops_of_claims}
        if stops and not one.claims and to_minor(one.incurred) > min(stops):
            what = f"incurred of {one.incurred:g} in one sum, and rules.{stops[min(stops)]} stops each claim"
            stop = min(stops) / MINOR_PER_MAJOR
            self.fault(f"{what} at {stop:g}", "state single claims: `claims: [...]`", *at, "incurred")

    def _collected(self) -> None:
        for t, partner, product, fact, amount in beyond(self.case):
            at = self._of(partner, ("months", t, "facts"))
            below = (product,) if self.case.months[t].facts[partner].products else ()
            what = f"{amount:,.2f} more premium has come in" if fact == "collected" else f"{amount:g} more are paid up"
            remedy = f"lower {fact}, or state the sales that it belongs to"
            self.fault(f"{what} by then than was sold", remedy, *at, *below, fact)

    def _expected(self, expected: dict[str, Any], path: Path) -> None:
        rules = [*self.case.rules, CLAWBACK]
        for partner, amounts in expected.items():
            at = self._of(partner, (*path, "expected"))
            if partner not in self.case.partners:
                self.fault(f'unknown partner "{partner}"', did_you_mean(partner, self.case.partners), *at)
            self._known("rule", amounts.rules, rules, *at, "rules")

    def _of(self, partner: str, path: Path) -> Path:
        """The path of a partner, as the user wrote it."""
        return (*path, partner) if "partners" in self.case.model_fields_set else path

    def _calendar(self) -> None:
        starts, months = self.case.starts, self.case.months
        for t in range(1, len(starts)):
            gap = starts[t] - starts[t - 1] - months[t - 1].times
            if gap < 0:
                what = f"{month_name(starts[t])} is not later than the month before"
                self.fault(what, "sort the months", "months", t, "month")
            elif gap > MOST_MONTHS:
                self.fault(
                    f"{gap} months since the one before", f"leave out at most {MOST_MONTHS}", "months", t, "month"
                )


def _tables(value: object, path: Path) -> Iterator[tuple[Path, Rates | ProductRate]]:
    """Every table of rates below a rule's field, with its path."""
    if isinstance(value, Rates | ProductRate):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _tables(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _tables(item, (*path, name))
    elif isinstance(value, list):
        for ordinal, item in enumerate(value):
            yield from _tables(item, (*path, ordinal))
