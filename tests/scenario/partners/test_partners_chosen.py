"""Conditions on what nobody can tell, partners named by id, appointments, and the roster's dated columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.base.spells import spells_of
from sim.base.units import month_ordinal
from sim.scenario.load import Loaded, load
from tests.scenario.minimal import write

EVENT = "market.events.up"
SHOP = {"segments.shop": "{preset: broker, partners: 1, mix: {hull: 10%}}"}
BRANCHES = {"segments.shop": SHOP["segments.shop"][:-1] + ", branches: {number: {dist: constant, mean: 2}}}"}
ADVANCE = "{kind: advance, groups: [gold], months: 12mo, rate: 1%}"
OF_BANKS = "{kind: advance, segments: [bank], months: 12mo, rate: 1%}"
RANKS = {"policy.rules.ladder": "{kind: stair_step, brackets: [{above: 0, rate: 1%}, {above: 500, rate: 2%}]}"}
LADDER = RANKS | {"segments.bank.sponsors": "{share: 50%, fan_out: 2}"}


def asking(condition: str, **changes: str) -> dict[str, str]:
    """A rule with a condition."""
    return {"policy.rules.more": f"{{kind: share_bonus, new: 1%, only_if: [{condition}]}}"} | changes


def loaded(tmp_path: Path, changes: dict[str, str], roster: str = "") -> Loaded:
    if roster:
        (tmp_path / "partners.csv").write_text(roster, encoding="utf-8")
        changes = changes | {"roster": "{csv: partners.csv}"}
    return load(write(tmp_path, changes))


def refusal(tmp_path: Path, changes: dict[str, str], roster: str = "") -> str:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, changes, roster)
    return str(caught.value)


@pytest.mark.parametrize(
    ("condition", "told", "cured"),
    [
        ("{by: arrears, most: 0}", "remit in time", {"segments.bank.remittance": "{discipline: 90%}"}),
        ("{by: outstanding, most: 0}", "", {}),
        ("{by: rating, least: 50%}", "no partner is rated", {"policy.control": "{rating: {half_premium: 1e6}}"}),
        ("{by: incidents, most: 0}", "there are none", {"quality.incidents.hit": "{sound: 1%, unsound: 2%, cost: 5}"}),
        ("{by: team, least: 1}", "no partner has a sponsor", {"segments.bank.sponsors": "{share: 50%, fan_out: 2}"}),
        ("{by: certified}", "no partner ever has a certificate", {"segments.bank.certified": "30%"}),
        ("{by: certified, which: [motor]}", "no partner ever", {"segments.bank.certified": "{motor: 30%}"}),
        ("{by: rank, least: 2}", "no rule gives ranks", RANKS),
        ("{by: loss_ratio, most: 60%, window: year}", "", {}),
    ],
)
def test_what_nobody_can_tell(tmp_path: Path, condition: str, told: str, cured: dict[str, str]) -> None:
    """It is refused with both places, and taken where something tells it."""
    if told:
        message = refusal(tmp_path, asking(condition))
        assert "policy.rules.more.only_if[0]: the rule more asks for" in message and told in message
        assert message.count("main.yaml:") == 2
    loaded(tmp_path, asking(condition, **cured))


@pytest.mark.parametrize(
    ("condition", "changes", "told"),
    [
        ("{by: certified, which: [moter]}", {"segments.bank.certified": "{motor: 30%}"}, "did you mean motor?"),
        ("{by: group, which: [gold]}", {}, 'no partner has the group "gold"'),
        ("{by: partner, which: [bank-99]}", {}, 'unknown partner "bank-99"'),
        ("{by: group}", {}, "which group?"),
        ("{by: certified, least: 2}", {"segments.bank.certified": "30%"}, "certificates that count are 1"),
        ("{by: rank, least: 3}", LADDER, "ranks there are are 2"),
        ("{by: premium, least: 9}, {by: premium, most: 5}", {}, "exclude each other"),
        (
            "{any_of: [{by: premium, least: 9}, {by: premium, least: 8}]}, {by: premium, most: 5}", {},
            "exclude each other",
        ),
        ("{by: premium, least: 9, most: 5}", {}, "least is above most"),
        ("{by: tenure, least: 12}", {}, "write least: 12mo"),
        ("{by: premium, least: 12mo}", {}, "not counted in months"),
        ("{by: rating, least: 1, window: year}", {}, "leave out window"),
        ("{by: count, least: 1, which: [motor]}", {}, "leave it out of count"),
    ],
)  # fmt: skip
def test_what_can_never_hold(tmp_path: Path, condition: str, changes: dict[str, str], told: str) -> None:
    assert told in refusal(tmp_path, asking(condition, **changes))


def test_conditions_part_two_main_rules(tmp_path: Path) -> None:
    """Of rates for sizes that overlap the first by name that holds goes before; the same condition twice is a clash."""

    def two(least: str) -> dict[str, str]:
        conditions = (f"{{by: count, least: {least}}}", "{by: count, least: 10}")
        return {f"policy.rules.r{i}": f"{{kind: base, new: 1%, only_if: [{one}]}}" for i, one in enumerate(conditions)}

    loaded(tmp_path, two("20"))
    assert "main rules r0 and r1 both cover" in refusal(tmp_path, two("10"))


def test_partners_by_name(tmp_path: Path) -> None:
    """They must exist and be covered; of two main rules the one by name goes first, two by name of the same clash."""
    own = {"policy.rules.own": "{kind: base, partners: [bank-01], new: 20%}"}
    loaded(tmp_path, own)
    assert 'unknown partner "bank-99"' in refusal(
        tmp_path, {"policy.rules.own": "{kind: base, partners: [bank-99], new: 1%}"}
    )
    shop = {"segments.shop": "{preset: broker, partners: 1, mix: {hull: 10%}}"}
    elsewhere = {"policy.rules.own": "{kind: base, partners: [bank-01], segments: [shop], new: 1%}"}
    assert "which the rule own does not cover (segments: " in refusal(tmp_path, shop | elsewhere)
    twice = own | {"policy.rules.also": "{kind: base, partners: [bank-02, bank-01], new: 1%}"}
    assert "main rules own and also both cover" in refusal(tmp_path, twice)
    assert "leave out partners" in refusal(
        tmp_path, {"policy.rules.d": "{kind: deferred, months: 2mo, partners: [bank-01]}"}
    )


@pytest.mark.parametrize(
    ("said", "changes", "told"),
    [
        ("segment: shop", {}, 'unknown segment "shop"'),
        ("segment: bank", {}, "bank-01 is a partner of bank already in 2024-05"),
        ("segment: shop", BRANCHES, "segments.shop.branches says stays behind"),
        ("segment: shop", SHOP | {"policy.rules.b": OF_BANKS}, "all that was sold under it (b: "),
        ("", {}, "appointed to what?"),
        ("rank: 2", {}, "no rule gives ranks"),
        ("rank: 3", LADDER, "no rule has a rank 3"),
        ("certified: [a], withdrawn: [a]", {}, "both name a"),
        ("group: gold", {"policy.rules.b": ADVANCE}, "all that was sold under it (b: "),
    ],
)  # fmt: skip
def test_appointments_to_nothing(tmp_path: Path, said: str, changes: dict[str, str], told: str) -> None:
    event = {EVENT: f"{{kind: appointment, partners: [bank-01], start: 2024-05{', ' * bool(said)}{said}}}"}
    assert told in refusal(tmp_path, changes | event)


def test_an_appointment_brings_its_group(tmp_path: Path) -> None:
    gold = {"policy.rules.gold": "{kind: share_bonus, groups: [gold], new: 1%}"}
    assert 'no partner has the group "gold"' in refusal(tmp_path, gold)
    event = {EVENT: "{kind: appointment, partners: [bank-01], start: 2024-05, group: gold, certified: true}"}
    loaded(tmp_path, gold | event | asking("{by: certified}"))
    assert 'unknown partner "x"' in refusal(
        tmp_path, {EVENT: "{kind: appointment, partners: [x], start: 2024-05, group: a}"}
    )


def test_dated_columns_of_the_roster(tmp_path: Path) -> None:
    header = "id,segment,flow,group,group.2024-07,certified,certified.motor,rank,rank.2024-09,sponsor\n"
    rows = "a,bank,1,silver,gold,2024-02..2024-05 2024-09,,,2,\nb,bank,1,,,,2024-03,1,,a\n"
    found = loaded(tmp_path, RANKS, header + rows).roster
    assert found is not None
    assert found.certified == (
        (("certificate", spells_of("2024-02..2024-05 2024-09")),), (("motor", spells_of("2024-03")),),
    )  # fmt: skip
    july, september = month_ordinal("2024-07"), month_ordinal("2024-09")
    assert found.appointed == (((july, "group", "gold"), (september, "rank", 2)), ((0, "rank", 1),))


def test_what_is_wrong_in_them(tmp_path: Path) -> None:
    header = "id,segment,flow,group.2024-13,certified,rank\n"
    message = refusal(tmp_path, {}, header + "a,bank,1,gold,in March,high\nb,bank,1,,2024-05..2024-02,\n")
    for told in (
        'roster."group.2024-13": a month expected',
        "roster.certified: months expected",
        "number of a rank",
        "end later",
    ):
        assert told in message
    assert 'unknown column "group.july"' in refusal(tmp_path, {}, "id,segment,flow,group.july\na,bank,1,gold\n")


def test_a_dated_column_names_a_segment(tmp_path: Path) -> None:
    """Read as the column `segment` is; who is named in a rule of the segment that it comes to is covered by it."""
    header = "id,segment,flow,segment.2024-07\n"
    own = {"policy.rules.own": "{kind: base, partners: [a], segments: [shop], new: 1%}"}
    found = loaded(tmp_path, SHOP | own, header + "a,bank,1,Shop\nb,shop,1,\n").roster
    assert found is not None and found.appointed == (((month_ordinal("2024-07"), "segment", "shop"),), ())
    assert 'unknown segment "shp"; did you mean shop?' in refusal(tmp_path, SHOP, header + "a,bank,1,shp\n")
    told = "b is a partner of shop already in 2024-07"
    assert told in refusal(tmp_path, SHOP, header + "b,shop,1,shop\n")
