"""A vocabulary must fit the products, and words of the user's own must replace something that is said."""

from __future__ import annotations

from sim.figures.key import KEY
from sim.figures.monthly import MONTHLY
from sim.figures.vocabulary import NOUNS
from sim.money.flows import ACCOUNTS
from sim.scenario.language.findings import Findings
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario
from sim.scenario.trade import goes_on

HARD_ENDINGS = "бвгдзклмнпрстфхц"
"""Russian nouns that end in one of these take the endings of those that they replace"""


def check_vocabulary(scenario: Scenario, findings: Findings) -> None:
    """Refuse words of a trade that no product is of, and words for what is never said."""
    _contradiction(scenario, findings)
    known = {*NOUNS, *(one.name for one in (*KEY, *MONTHLY)), *(one.label for one in ACCOUNTS)}
    for name, word in scenario.words.items():
        if name not in known:
            what = f'no figure, account or noun is called "{name}", so nothing would be said in its place'
            findings.fault(what, did_you_mean(name, known), ("words", name))
        elif name in NOUNS and word.ru and word.ru.strip()[-1].lower() not in HARD_ENDINGS:
            what = f'"{word.ru}" does not take the endings of "{NOUNS[name].ru}"'
            remedy = "give a masculine noun that ends in a hard consonant, such as дилер"
            findings.fault(what, remedy, ("words", name, "ru"))


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
    findings.fault(f"the vocabulary is {stated}, and {what}", remedy, ("vocabulary",))
