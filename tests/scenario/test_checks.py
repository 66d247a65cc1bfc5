"""What concerns several blocks: unknown names, clashing rules, sizes, and warnings that are only noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

SEVERITY = "products.hull.claims.severity"
SCALE = "scale: {kind: marginal, brackets: [{above: 0, rate: 5%}]}"
TIERS = f"{{kind: tiers, {SCALE}}}"
CAMPAIGN = "{{kind: campaign, rival: {rival}, start: {start}, length: 3mo, addition: 2%}}"


def refusal(folder: Path, changes: dict[str, Any], kpis: set[str] | None = None) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, changes), kpis=(lambda scenario: kpis) if kpis else None)
    return str(caught.value)


def notes_of(folder: Path, changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [(note.code, note.path) for note in load(write(folder, changes)).notes]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"segments.bank.mix.hul": "5%"}, 'segments.bank.mix.hul: unknown product "hul"; did you mean hull?'),
        ({"policy.rules.base.products": "[hull, hulk]"}, 'products[1]: unknown product "hulk"; did you mean hull?'),
        ({"policy.rules.base.segments": "[banks]"}, 'unknown segment "banks"; did you mean bank?'),
        ({"policy.rules.base.new": "{rate: 5%, products: {hall: 6%}}"}, 'new.products.hall: unknown product "hall"'),
        (
            {"rivals.other.commission": "{rate: 5%, products: {hull: {rate: 5%, segments: {shop: 6%}}}}"},
            'commission.products.hull.segments.shop: unknown segment "shop"',
        ),
        (
            {"market.events.push": CAMPAIGN.format(rival="othr", start="2024-06")},
            'market.events.push.rival: unknown rival "othr"; did you mean other?',
        ),
        (
            {"policy.rules.a": TIERS, "policy.rules.b": TIERS},
            "policy.rules.b: main rules a and b both cover hull at bank",
        ),
        ({"segments.direct": "{preset: bank, partners: 1, mix: {hull: 1%}}"}, "the name direct is reserved"),
        ({"segments.bank.partners": "6000000"}, "5.72 GiB of memory"),
        ({"segments.bank.turnover.entry": "1e8"}, "segments.bank.turnover.entry: 2,400,000,010 partners are over"),
        ({"products.hull.claims.frequency": "2e4"}, "expected number of claims"),
        ({"segments.bank.flow": "1e300"}, "expected number of sales"),
        ({"opening.capital": "1e18"}, "an amount of money of at most 90071992547409 expected"),
        ({"products.hull.price": "9e13"}, "does not fit 64-bit books"),
        ({'products." hull"': "{price: 1, cost_ratio: 50%}"}, "the name cannot be used"),
    ],
)
def test_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    message = refusal(tmp_path, changes)
    assert words in message
    assert "main.yaml:" in message


def test_expected_claims_of_the_whole_population(tmp_path: Path) -> None:
    size = {"segments.bank.partners": "4000000", "segments.bank.flow": "100"}
    assert "expected number of claims" in refusal(tmp_path, {**size, "products.hull.claims.frequency": "9000"})


def test_criteria_name_kpis(tmp_path: Path) -> None:
    changes = {"criteria.ok": "{kpi: operatng_result, at_least: 0}"}
    message = refusal(tmp_path, changes, {"operating_result", "npv"})
    assert 'criteria.ok.kpi: unknown KPI "operatng_result"; did you mean operating_result?' in message
    assert load(write(tmp_path, changes)).notes == ()


def test_all_reported_at_once(tmp_path: Path) -> None:
    message = refusal(tmp_path, {"segments.bank.mix.hul": "5%", "policy.rules.a": TIERS, "policy.rules.b": TIERS})
    assert message.count("\n") == 1


def test_tiers_that_do_not_meet_or_are_a_bonus_are_accepted(tmp_path: Path) -> None:
    shop = {"segments.shop": "{preset: broker, partners: 1, mix: {hull: 10%}}"}
    apart = {"policy.rules.a": f"{{kind: tiers, segments: [bank], {SCALE}}}",
             "policy.rules.b": f"{{kind: tiers, segments: [shop], {SCALE}}}"}  # fmt: skip
    idle = [("never_pays", "policy.rules.base")]
    assert notes_of(tmp_path, {**shop, **apart}) == idle
    bonus = f"{{kind: tiers, role: bonus, {SCALE}}}"
    assert notes_of(tmp_path, {"policy.rules.a": TIERS, "policy.rules.b": bonus}) == idle


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"policy.rules.base.segments": "[]"}, "no_commission", "policy.rules"),
        ({"policy.rules.base.new": "100%"}, "commission_100", "policy.rules.base.new"),
        ({"policy.rules.more": TIERS}, "never_pays", "policy.rules.base"),
        (
            {"policy.rules.back": "{kind: clawback, window: 6mo}", "products.hull.cancellation": "0%"},
            "nothing_to_take_back", "policy.rules.back",
        ),
        ({"products.hull.renewal": "[50%, 100%]"}, "renewal_certain", "products.hull.renewal"),
        ({SEVERITY: "{dist: pareto, alpha: 2}"}, "infinite_variance", SEVERITY),
        (
            {"market.events.late": CAMPAIGN.format(rival="other", start="2026-01")},
            "event_outside_horizon", "market.events.late",
        ),
        (
            {"market.events.early": CAMPAIGN.format(rival="other", start="2023-10")},
            "event_outside_horizon", "market.events.early",
        ),
    ],
)  # fmt: skip
def test_noted(tmp_path: Path, changes: dict[str, Any], code: str, path: str) -> None:
    assert notes_of(tmp_path, changes) == [(code, path)]


def test_an_event_that_reaches_into_the_horizon_is_fine(tmp_path: Path) -> None:
    assert notes_of(tmp_path, {"market.events.early": CAMPAIGN.format(rival="other", start="2023-11")}) == []


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys\n"
        "import sim.scenario.load, sim.scenario.show, sim.scenario.editor\n"
        f"sim.scenario.load.load({str(write(tmp_path))!r})\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert not {"mesa", "scipy", "pandas", "xarray", "matplotlib", "numba", "simpy"} & set(done.stdout.split())


NETWORK = "{promised: 30%, agents: 100, contracts_per_agent: 2, growth: 1}"


@pytest.mark.parametrize(
    ("changes", "noted"),
    [
        ({}, [("flow_of_agents", "segments.bank.flow")]),
        ({"segments.bank.flow": None}, []),
        ({"segments.bank.flow": None, "segments.bank.preset": "broker"}, []),
        ({"segments.bank.network": None}, []),
    ],
)
def test_a_flow_beside_a_network_is_noted(
    tmp_path: Path, changes: dict[str, Any], noted: list[tuple[str, str]]
) -> None:
    """A stated flow is not read where agents bring the buyers; the flow of a preset says nothing."""
    assert notes_of(tmp_path, {"segments.bank.network": NETWORK, **changes}) == noted


def test_the_note_on_a_flow_says_what_counts(tmp_path: Path) -> None:
    (note,) = load(write(tmp_path, {"segments.bank.network": NETWORK})).notes
    assert "200 a month at a broker" in note.text


def test_sizes_allow_for_what_may_grow(tmp_path: Path) -> None:
    """Agents that grow fivefold a month for 24 months, entrants, recruits, other names count; at first each is fine."""
    agents = {"segments.bank.flow": None, "segments.bank.network": NETWORK}
    growing = "{promised: 40%, agents: 100, growth: 10}"
    assert "expected number of sales" in refusal(tmp_path, {**agents, "segments.bank.network": growing})
    load(write(tmp_path, {**agents, "segments.bank.network": growing.replace("}", ", ceiling: 3}")}))
    many = {
        "segments.bank.partners": "1500000",
        "segments.bank.remittance.default": "1%",
        "population_limit": "2000000",
    }
    load(write(tmp_path, many))
    assert "3,000,000 partners are over" in refusal(
        tmp_path, {**many, "segments.bank.turnover.phoenix": "{chance: 10%}"}
    )
    large = {"segments.bank.flow": "1e7", "segments.bank.partners": "10"}
    load(write(tmp_path, large))
    assert "expected number of sales" in refusal(tmp_path, {**large, "segments.bank.turnover.entry": "30"})
    assert "expected number of sales" in refusal(tmp_path, {**large, "segments.bank.turnover.recruiting": "0.2"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy.deposits": "{segments: [bank], multiple: 2}"},
         ("policy.deposits", "value of a blank", "state value_of_blank")),
        ({"policy.deposits": "{segments: [bank], value_of_blank: 0, multiple: 2}"},
         ("policy.deposits", "must be above 0, got 0", "state the largest")),
        ({"policy.deposits": "{segments: [bank], value_of_blank: 60e3, multiple: 0}"},
         ("policy.deposits", "multiple must be from", "take the deposits out; got 0")),
        ({"policy.deposits": "{segments: [bank], value_of_blank: 60e3, multiple: 2, interest: 600%}"},
         ("policy.deposits.interest", "from 0% to 100%, got 6")),
        ({"segments.bank.network": "{promised: 30%, agents: 0}"},
         ("segments.bank.network", "without agents", "state a mean of agents",
          "got agents 0 and contracts_per_agent 1")),
        ({"segments.bank.network": "{promised: 30%, agents: 5, contracts_per_agent: 0}"},
         ("segments.bank.network", "without agents")),
        ({"segments.bank.network": "{promised: 30%}"}, ("segments.bank.network.agents",)),
        ({"segments.bank.network": "{promised: 300%, agents: 5}"},
         ("segments.bank.network.promised", "from 0% to 100%, got 3")),
        ({"segments.bank.network": "{promised: 30%, agents: 5, leave: -1%}"},
         ("segments.bank.network.leave", "from 0% to 100%, got -0.01")),
        ({"segments.bank.network": "{promised: 30%, agents: 5, ceiling: 0.5}"},
         ("segments.bank.network", "at least 1", "got 0.5")),
        ({"rivals.other.strategy": "{kind: best_response, step: 0}"}, ("rivals.other.strategy.step",)),
        ({"rivals.other.strategy": "{kind: best_response, floor: 30%, cap: 20%}"},
         ("rivals.other.strategy", "floor is above the cap", "lower it")),
        ({"rivals.other.settling": "{months: 2mo}"}, ("rivals.other.settling.months",)),
        ({"rivals.other.settling": "{unsettled: stop}"}, ("rivals.other.settling.unsettled", "damp", "hold")),
    ],
)  # fmt: skip
def test_faults_of_brokers_deposits_and_rivals(tmp_path: Path, changes: dict[str, Any], words: tuple[str, ...]) -> None:
    """Each names file, line and column, the key, the value or what is missing, and the remedy."""
    message = refusal(tmp_path, changes)
    assert "main.yaml:" in message and message.count("\n") <= 1, message
    for word in words:
        assert word in message, message


def test_dates_of_a_static_rival_are_not_followed(tmp_path: Path) -> None:
    dated = {"rivals.other.commission": "{since: {2024-01: 12%, 2024-06: 15%}}"}
    assert notes_of(tmp_path, dated) == [("dates_not_followed", "rivals.other.commission")]
    assert notes_of(tmp_path, {**dated, "rivals.other.strategy": "{kind: calendar}"}) == []


def test_a_criterion_is_about_a_figure_that_the_scenario_has(tmp_path: Path) -> None:
    """A ratio to a margin of solvency that nobody states is no figure, though its name is right."""
    changes = {"criteria.ok": "{kpi: solvency_ratio_end, at_least: 1}"}
    message = refusal(tmp_path, changes, {"result"})
    assert 'criteria.ok.kpi: the scenario has no "solvency_ratio_end"' in message
