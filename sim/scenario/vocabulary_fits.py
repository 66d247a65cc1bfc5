"""A vocabulary must fit the products, and words of the user's own must replace something that is said."""

from __future__ import annotations

from collections.abc import Mapping

from sim.figures.key import KEY
from sim.figures.monthly import MONTHLY
from sim.figures.vocabulary import NOUNS
from sim.money.flows import ACCOUNTS
from sim.scenario.language.findings import Findings
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario
from sim.scenario.trade import goes_on

HARD = "бвдзлмнпрстф"
"""Russian masculine nouns that end in one of these take the endings of those that they replace"""
NOT_WITH_S = ("s", "x", "z", "ch", "sh", "y")
"""English nouns that end in one of these have a plural of their own"""


def check_vocabulary(scenario: Scenario, findings: Findings) -> None:
    """Refuse words of a trade that no product is of, and words for what is never said."""
    _contradiction(scenario, findings)
    known = {*NOUNS, *(one.name for one in (*KEY, *MONTHLY)), *(one.label for one in ACCOUNTS)}
    for name, word in scenario.words.items():
        if name not in known:
            what = f'no figure, account or noun is called "{name}", so nothing would be said in its place'
            findings.fault(what, did_you_mean(name, known), ("words", name))
        elif name in NOUNS:
            _endings(name, word.texts, findings)


def _endings(noun: str, stated: Mapping[str, str], findings: Findings) -> None:
    """A noun is replaced within every text, so its plural and cases must be those of the noun that it replaces."""
    if (word := stated.get("ru", "")) and word[-1].lower() not in HARD:
        what = f'"{word}" does not take the endings of "{NOUNS[noun].ru}"'
        remedy = "give a masculine noun that ends in a hard consonant, such as дилер"
        findings.fault(what, remedy, ("words", noun, "ru"))
    if (word := stated.get("en", "")).lower().endswith(NOT_WITH_S):
        what = f'the plural of "{word}" is not made by -s'
        findings.fault(what, "give a noun whose plural is, such as dealer", ("words", noun, "en"))


def _contradiction(scenario: Scenario, findings: Findings) -> None:
    stated, products = scenario.vocabulary, scenario.products.values()
    if stated == "insurance" and all(one.claims is None for one in products):
        what, remedy = "no product has claims", f"leave it out to speak of {scenario.trade}, or state claims"
    elif stated in ("sales", "subscription") and all(one.claims is not None for one in products):
        what, remedy = "every product has claims", "leave it out to speak of insurance, or state cost_ratio"
    elif stated == "subscription" and not any(map(goes_on, products)):
        what, remedy = "no product has a term and a renewal", "write sales, or state term and renewal"
    else:
        return
    findings.fault(f"it is {stated}, and {what}", remedy, ("vocabulary",))
