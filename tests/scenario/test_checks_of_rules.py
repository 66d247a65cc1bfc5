"""Checks across rules: what clashes, what a rule needs, what rules pay together; each message names both places."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from sim.base.errors import ScenarioError
from sim.base.units import Dated, Share
from sim.policy.rule import Phase, Rule
from sim.scenario.load import load
from tests.scenario.minimal import write

SCALE = "scale: {kind: marginal, brackets: [{above: 0, rate: 5%}]}"
TIERS = f"kind: tiers, {SCALE}"
GOODS = {"products.goods": "{price: 10, cost_ratio: 50%}", "segments.bank.mix": "{hull: 30%, goods: 10%}"}
ROSTER = "id,segment,flow,region,group,sponsor\na,bank,1,north,gold,\nb,bank,1,,,\n"


class Judge(Rule):
    """Reads a loss ratio."""

    needs_losses: ClassVar[bool] = True
    kind: Literal["judge"]


class Clicks(Rule):
    """Pays for clicks."""

    needs_funnel: ClassVar[bool] = True
    kind: Literal["clicks"]


class Chain(Rule):
    """Pays sponsors, and may take it back."""

    phase: ClassVar[Phase] = Phase.LEVELS
    needs_sponsors: ClassVar[bool] = True
    kind: Literal["chain"]
    rate: Share = 0.1
    clawback: bool = False

    def highest_rate(self, product: str, segment: str) -> float:
        return self.rate


class Bonus(Rule):
    """A share of premium on top."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    kind: Literal["bonus"]
    share: Share

    def highest_rate(self, product: str, segment: str) -> float:
        return self.share


class Main(Rule):
    """A main rule."""

    kind: Literal["main"]
    share: Share

    @property
    def claims_cells(self) -> bool:
        return True

    def highest_rate(self, product: str, segment: str) -> float:
        return self.share


class Lapse(Rule):
    """Takes commission back."""

    phase: ClassVar[Phase] = Phase.RETURN
    takes_back: ClassVar[bool] = True
    kind: Literal["lapse"]


class Ahead(Rule):
    """Pays commission ahead."""

    advances: ClassVar[bool] = True
    takes_back: ClassVar[bool] = True
    kind: Literal["ahead"]


class Hold(Rule):
    """Holds commission back."""

    phase: ClassVar[Phase] = Phase.TIMING
    by_segment: ClassVar[bool] = True
    kind: Literal["hold"]
    share: Dated[Share]

    def arrange(self, payment: Any, cells: Any, ordinal: int) -> None:
        payment.held[cells.any(axis=0)] = self.share.at(ordinal)


class Collect(Rule):
    """Pays commission as its premium is remitted."""

    phase: ClassVar[Phase] = Phase.TIMING
    by_segment: ClassVar[bool] = True
    kind: Literal["collect"]

    def arrange(self, payment: Any, cells: Any, ordinal: int) -> None:
        payment.collected[cells.any(axis=0)] = True


EXTRA = (Judge, Clicks, Chain, Bonus, Main, Lapse, Ahead, Hold, Collect)


def rules(**named: str) -> dict[str, str]:
    return {f"policy.rules.{name}": "{" + text + "}" for name, text in named.items()}


def line_of(path: Path, key: str) -> int:
    """The number of the only line that begins with a key."""
    (found,) = [
        n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line.strip().startswith(f"{key}:")
    ]
    return found


def refusal(folder: Path, changes: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, changes), extra=EXTRA)
    return str(caught.value)


IDLE = "never_pays", "nothing_to_take_back"  # of rules that do nothing here: tests/scenario/test_checks.py


def notes(folder: Path, changes: dict[str, Any]) -> list[tuple[str, str]]:
    found = load(write(folder, changes), extra=EXTRA).notes
    return [(note.code, note.text) for note in found if note.code not in IDLE]


def fine(folder: Path, changes: dict[str, Any]) -> bool:
    return not notes(folder, changes)


# --- main rules ------------------------------------------------------------------------------------------------------


def test_main_rules_clash_and_both_places_are_named(tmp_path: Path) -> None:
    message = refusal(tmp_path, rules(one=TIERS, two=TIERS))
    path = tmp_path / "main.yaml"
    assert (
        f"main.yaml:{line_of(path, 'two')}:" in message
        and "policy.rules.two: main rules one and two both cover hull at bank" in message
    )
    assert f"one: {path}:{line_of(path, 'one')}" in message or f"main.yaml:{line_of(path, 'one')})" in message


@pytest.mark.parametrize(
    ("one", "two", "clash"),
    [
        ("effective_until: 2024-07", "effective_from: 2024-07", False),
        ("effective_until: 2024-08", "effective_from: 2024-07", True),
        ("effective_from: 2024-03", "reason: no dates", True),
        ("pilot: 10%", "reason: stands back from the pilot", False),
        ("pilot: 10%", "pilot: 20%", True),
        ("pilot: 10%", "regions: [north]", True),
        ("regions: [north]", "regions: [south]", False),
        ("regions: [north]", "regions: [south, north]", True),
        ("regions: [north]", "regions: [north], effective_from: 2030-01", True),
        ("products: [hull]", "products: []", False),
    ],
)
def test_only_rules_of_one_standing_and_one_month_clash(tmp_path: Path, one: str, two: str, clash: bool) -> None:
    south = {
        "segments.bank.region": "north",
        "segments.shop": "{preset: broker, partners: 1, region: south, mix: {hull: 10%}}",
    }
    changes = south | rules(one=f"{TIERS}, {one}", two=f"{TIERS}, {two}")
    if clash:
        assert "main rules one and two both cover hull" in refusal(tmp_path, changes)
    else:
        assert fine(tmp_path, changes)


def test_a_rule_that_clashes_with_many_is_named_once(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOODS | rules(one=TIERS, two=TIERS, three=TIERS)).count("main rules") == 2


# --- names -----------------------------------------------------------------------------------------------------------


def test_regions_and_groups_must_be_some_partners(tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_text(ROSTER, encoding="utf-8")
    base = {"roster": "{csv: partners.csv}", "segments.bank.region": "south"}
    assert fine(tmp_path, base | rules(a="kind: bonus, share: 1%, regions: [north, south], groups: [gold]"))
    message = refusal(tmp_path, base | rules(a="kind: bonus, share: 1%, regions: [nort], groups: [silver, goldd]"))
    assert 'policy.rules.a.regions[0]: no partner has the region "nort"; did you mean north?' in message
    assert 'policy.rules.a.groups[1]: no partner has the group "goldd"; did you mean gold?' in message
    message = refusal(tmp_path, rules(a="kind: bonus, share: 1%, groups: [gold]"))
    assert "give the roster a column group" in message


def test_main_rules_that_depend_go_one_after_another(tmp_path: Path) -> None:
    """Gold before silver, and both before what holds always; the same conditions twice leave the second nothing."""
    gold, silver = (f"{TIERS}, only_if: [{{by: premium, least: {least}}}]" for least in (500, 200))
    assert fine(tmp_path, rules(gold=gold, silver=silver, usual=TIERS))
    assert "main rules gold and silver both cover" in refusal(tmp_path, rules(gold=gold, silver=gold))


# --- what a rule needs -----------------------------------------------------------------------------------------------


def test_a_share_of_quota_needs_quotas(tmp_path: Path) -> None:
    of_quota = f"{TIERS}, of_quota: true"
    message = refusal(tmp_path, rules(a=of_quota))
    assert "policy.rules.a: the rule a reads a share of quota, and no partner has one; give the roster" in message
    assert fine(tmp_path, rules(a=f"{of_quota}, quota: 500"))
    (tmp_path / "partners.csv").write_text("id,segment,flow,quota\na,bank,1,\nb,bank,1,70000\n", encoding="utf-8")
    assert fine(tmp_path, {"roster": "{csv: partners.csv}"} | rules(a=of_quota))


def test_a_loss_ratio_needs_claims(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOODS | rules(a="kind: judge"))
    assert "policy.rules.a: the rule a reads a loss ratio, and goods has no claims" in message
    assert f"main.yaml:{line_of(tmp_path / 'main.yaml', 'goods')})" in message
    assert "policy.rules.a.products[1]" in refusal(tmp_path, GOODS | rules(a="kind: judge, products: [hull, goods]"))
    assert fine(tmp_path, GOODS | rules(a="kind: judge, products: [hull]"))
    assert fine(tmp_path, GOODS | {"segments.bank.mix": "{hull: 30%}"} | rules(a="kind: judge"))


def test_a_funnel_is_needed_where_clicks_are_paid(tmp_path: Path) -> None:
    funnel = "{click_rate: 10%, lead_rate: 10%, conversion: 10%}"
    shop = {"segments.shop": f"{{preset: broker, partners: 1, mix: {{hull: 10%}}, funnel: {funnel}}}"}
    message = refusal(tmp_path, shop | rules(a="kind: clicks"))
    assert "pays for what a funnel counts, and bank has no funnel" in message
    assert f"main.yaml:{line_of(tmp_path / 'main.yaml', 'bank')})" in message
    assert fine(tmp_path, shop | rules(a="kind: clicks, segments: [shop]"))


@pytest.mark.parametrize(
    "tree",
    [{"segments.bank.sponsors": "{share: 50%, fan_out: 2}"}, {"segments.bank.turnover.recruiting": "0.01"}, "sponsor"],
)
def test_levels_need_sponsors(tmp_path: Path, tree: dict[str, str] | str) -> None:
    assert "policy.rules.a: the rule a pays sponsors, and no partner has one" in refusal(
        tmp_path, rules(a="kind: chain")
    )
    if isinstance(tree, str):
        tree = {"roster": "{csv: partners.csv}"}
        (tmp_path / "partners.csv").write_text(ROSTER, encoding="utf-8")
        assert "roster: " in refusal(tmp_path, tree | rules(a="kind: chain"))
        (tmp_path / "partners.csv").write_text(ROSTER.replace("b,bank,1,,,", "b,bank,1,,,a"), encoding="utf-8")
    assert fine(tmp_path, tree | rules(a="kind: chain"))


# --- terms of payment ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["products: [hull]", "pilot: 10%", "regions: [north]"])
def test_terms_of_payment_hold_for_whole_segments(tmp_path: Path, key: str) -> None:
    message = refusal(tmp_path, {"segments.bank.region": "north"} | rules(a=f"kind: hold, share: 10%, {key}"))
    name = key.partition(":")[0]
    assert f"policy.rules.a.{name}: terms of payment hold for whole segments: they cannot differ by {name}" in message


def test_one_rule_sets_a_term(tmp_path: Path) -> None:
    shop = {"segments.shop": "{preset: broker, partners: 1, mix: {hull: 10%}, remittance: {net: false}}"}
    message = refusal(tmp_path, shop | rules(a="kind: hold, share: 10%", b="kind: hold, share: 20%, segments: [shop]"))
    assert "policy.rules.b: rules a and b both set hold at shop" in message
    assert f"main.yaml:{line_of(tmp_path / 'main.yaml', 'a')})" in message
    assert fine(
        tmp_path, shop | rules(a="kind: hold, share: 1%, segments: [bank]", b="kind: hold, share: 2%, segments: [shop]")
    )
    ended, later = "effective_until: 2024-06", "effective_from: 2024-06"
    assert fine(tmp_path, rules(a=f"kind: hold, share: 10%, {ended}", b=f"kind: hold, share: 20%, {later}"))


def test_what_is_collected_cannot_be_held_back(tmp_path: Path) -> None:
    message = refusal(tmp_path, rules(a="kind: hold, share: 10%", b="kind: collect"))
    assert "policy.rules.b: rules a and b hold commission back and pay it as collected at bank" in message
    later = "kind: hold, share: {since: {2024-01: 0%, 2024-09: 10%}}"
    assert "pay it as collected" in refusal(tmp_path, rules(a=later, b="kind: collect"))
    assert fine(tmp_path, rules(a="kind: hold, share: 0%", b="kind: collect"))
    assert fine(tmp_path, rules(a=later, b="kind: collect, effective_until: 2024-02, segments: []"))


def test_kinds_of_the_package_are_seen(tmp_path: Path) -> None:
    hold, ahead = "kind: holdback, share: 10%, months: 3mo", "kind: advance, months: 12mo, rate: 10%"
    assert "pay it as collected at bank" in refusal(tmp_path, rules(a=hold, b="kind: collected"))
    assert "both set holdback at bank" in refusal(tmp_path, rules(a=hold, b=hold))
    back = "kind: clawback, window: 3mo, how: pro_rata"
    assert "both take back" in refusal(tmp_path, rules(a=back, b=back))
    assert "both advance" in refusal(tmp_path, rules(a=ahead, b=ahead))
    assert fine(tmp_path, rules(a=ahead, b=back, c=hold))
    tree = {"segments.bank.sponsors": "{share: 50%, fan_out: 2}"}
    levels = "kind: levels, rates: [1%, 1%], clawback: true"
    assert "both take back" in refusal(tmp_path, tree | rules(a=levels, b=levels))
    assert "no partner has one" in refusal(tmp_path, rules(a=levels))


# --- taking back, and rates together ---------------------------------------------------------------------------------


def test_commission_is_taken_back_once(tmp_path: Path) -> None:
    tree = {"segments.bank.sponsors": "{share: 50%, fan_out: 2}"}
    assert "rules a and b both take back commission on hull at bank" in refusal(
        tmp_path, rules(a="kind: lapse", b="kind: lapse")
    )
    assert "both take back" in refusal(
        tmp_path, tree | rules(a="kind: chain, clawback: true", b="kind: chain, clawback: true")
    )
    assert fine(tmp_path, tree | rules(a="kind: chain, clawback: true", b="kind: chain", c="kind: lapse"))
    assert fine(tmp_path, rules(a="kind: ahead", b="kind: lapse"))
    assert "rules a and b both advance commission on hull" in refusal(tmp_path, rules(a="kind: ahead", b="kind: ahead"))
    assert fine(tmp_path, rules(a="kind: lapse, effective_until: 2024-06", b="kind: lapse, effective_from: 2024-06"))


def test_rates_over_the_premium_are_noted_with_the_two_largest(tmp_path: Path) -> None:
    big = rules(a="kind: main, share: 60%", b="kind: bonus, share: 30%", c="kind: bonus, share: 11%")
    ((code, text),) = notes(tmp_path, big)
    place = {name: f"main.yaml:{line_of(tmp_path / 'main.yaml', name)}" for name in "ab"}
    assert code == "commission_over_100" and "101% of the price" in text
    assert f"a 60% ({place['a']})" in text.replace(f"{tmp_path}/", "") and "and 1 more" in text
    assert f"b 30% ({place['b']})" in text.replace(f"{tmp_path}/", "")
    assert fine(tmp_path, big | rules(c="kind: bonus, share: 10%"))
    assert fine(tmp_path, rules(a="kind: main, share: 90%, pilot: 10%", b="kind: main, share: 80%"))  # one of them pays
    apart = rules(
        b="kind: bonus, share: 90%, effective_until: 2024-06", c="kind: bonus, share: 90%, effective_from: 2024-06"
    )
    assert fine(tmp_path, apart | {"policy.rules.base.new": "5%"})


def test_sponsors_alone_must_not_pass_a_cap(tmp_path: Path) -> None:
    base = {"products.hull.commission_cap": "15%", "segments.bank.sponsors": "{share: 50%, fan_out: 2}"}
    both = rules(a="kind: chain, rate: 10%", b="kind: chain, rate: 6%")
    message = refusal(tmp_path, base | both)
    assert "sponsors may get 0.16 of the premium of hull at bank by a and b, over its commission_cap of 0.15" in message
    assert f"main.yaml:{line_of(tmp_path / 'main.yaml', 'commission_cap')})" in message
    assert fine(tmp_path, base | rules(a="kind: chain, rate: 9%", b="kind: chain, rate: 6%"))
    later = {**base, "products.hull.commission_cap": "{since: {2024-01: 20%, 2024-07: 15%}}"}
    assert "commission_cap of 0.15" in refusal(tmp_path, later | both)


@pytest.mark.parametrize(
    ("rule", "products", "message"),
    [
        ("{kind: advance, months: 12mo, rate: 5%}",
         {"products.phone": "{price: 5e4, term: 0mo, cost_ratio: 80%}", "segments.bank.mix.phone": "1%"},
         "phone is sold once"),
        ("{kind: advance, months: 7mo, rate: 5%}", {}, "an advance of 7mo is no whole number of terms of hull"),
    ],
)  # fmt: skip
def test_advances_fit_the_terms(tmp_path: Path, rule: str, products: dict[str, str], message: str) -> None:
    assert message in refusal(tmp_path, {**products, "policy.rules.early": rule})
