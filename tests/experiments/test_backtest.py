"""Back-test: actuals made by the scenario itself lie inside; scaled, they show the bias and what to recalibrate."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.errors import ScenarioError
from sim.experiments.answer import Answer
from sim.experiments.study import read_study
from sim.experiments.tables.backtest import played
from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.study import answer_folder
from sim.report.study.words import Words
from sim.scenario.language.actuals import FIGURES, Part, read_actuals
from sim.statistics import fan
from tests.experiments.written import answered, scenario
from tests.whole.hypotheses import LIMIT
from tests.whole.scenarios import CHOICE, P, S

LUCKY: dict[str, Any] = {
    "months": "12mo", f"{S}.partners": 300, f"{S}.flow": 3.0, f"{S}.sales.law": "poisson", "opening.capital": 1e6,
    f"{P}.cost_ratio": None, f"{CHOICE}.us_at_start": 0.7,
    f"{P}.claims": {"loss_ratio": 0.6, "frequency": 6.0, "severity": {"dist": "gamma", "cv": 1.0}},
    f"{P}.term": "1mo", "policy.rules.base.new": 0.2,
}  # fmt: skip
GROUPS, POOL = 60, 20


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Replications of which none is in the fans of the studies below."""
    path = scenario(tmp_path_factory.mktemp("truth"), LUCKY | {"seed": 5, f"{S}.partners": 40})
    return sim.run(path, replications=GROUPS * POOL, workers=1)


def test_actuals_of_the_scenario_itself_lie_inside_as_often_as_stated(truth: Result) -> None:
    """Pools of twenty replications, the first of each taken for what happened; |z| < 4.42."""
    held, chances = [], []
    for figure in ("premium", "claims", "commission"):
        series = played(truth.cube, Part("segment", "agents"), figure).reshape(GROUPS, POOL, -1)
        found = [fan.band(one[0], one[1:], 0.9) for one in series]
        held.append([one.inside[0].mean() for one in found])
        chances += [fan.chance(one.inside) for one in found]
    share = np.mean(held, axis=0)
    assert abs(share.mean() - 0.9) / (share.std(ddof=1) / np.sqrt(GROUPS)) < LIMIT
    assert np.mean(np.array(chances) <= 0.05) < 0.15


def write(path: Path, result: Result, scaled: tuple[str, ...] = (), by: str = "segment", factor: float = 1.2) -> Path:
    """One replication as a file of actuals, some of its columns scaled."""
    parts = [Part(by, name) for name in (["agents"] if by == "segment" else ["line"])]  # type: ignore[arg-type]
    figures = FIGURES if by == "segment" else FIGURES[:3]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["month", by, *figures])
        for part in parts:
            series = [played(result.cube, part, one)[0] * (factor if one in scaled else 1.0) for one in figures]
            writer.writerows([month, part.name, *row] for month, *row in zip(result.cube.months, *series, strict=True))
    return path


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return sim.run(scenario(tmp_path_factory.mktemp("one"), LUCKY | {"seed": 9}), replications=1, workers=1)


def asked(folder: Path, one: Result, *scaled: str, by: str = "segment") -> Answer:
    path = scenario(folder, LUCKY)
    write(folder / "actuals.csv", one, scaled, by)
    return answered(folder, "backtest", policy=path.name, actuals="actuals.csv", replications=59)


def test_what_the_scenario_itself_makes_needs_no_recalibration(tmp_path: Path, one: Result) -> None:
    answer = asked(tmp_path, one)
    assert answer.says[-1].key in ("backtest_none", "backtest_perhaps")  # one of eight may look odd alone
    rows = answer.table("backtest")
    assert rows.stated.tolist() == pytest.approx([0.9] * len(rows)) and rows.inside.mean() > 0.75
    assert not rows.clear.any()


@pytest.mark.parametrize(
    ("scaled", "by", "driver", "path"),
    [
        (("claims",), "segment", "claims_over_premium", "products.line.claims.loss_ratio"),
        (("claims",), "product", "claims_over_premium", "products.line.claims.loss_ratio"),
        (("commission",), "segment", "commission_over_premium", "policy.rules"),
        (("premium",), "product", "premium", "products.line.price"),
        (("premium", "claims", "commission"), "segment", "premium_of_partner", "segments.agents.flow"),
        (FIGURES, "segment", "partners", "segments.agents.turnover"),
    ],
)  # fmt: skip
def test_what_is_scaled_shows_and_is_named(
    tmp_path: Path, one: Result, scaled: tuple[str, ...], by: str, driver: str, path: str
) -> None:
    answer = asked(tmp_path, one, *scaled, by=by)
    rows = answer.table("backtest").set_index(["kind_of_part", "measure"])
    for figure in scaled:
        assert rows.bias[by, figure] == pytest.approx(0.2, abs=0.06) and rows.clear[by, figure]
        assert rows.inside[by, figure] < 0.7
    first = answer.table("recalibrate").set_index("kind_of_part").loc[[by]].iloc[0]
    assert first.driver == driver and first.clear and path in first.paths
    said = next(said for said in answer.says if said.key == "backtest_first")
    assert said.values["driver"] == f"driver.{driver}"


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_it_is_told_in_both_languages_and_can_be_carried_out_again(tmp_path: Path, one: Result, lang: str) -> None:
    scenario(tmp_path, LUCKY)
    write(tmp_path / "actuals.csv", one, ("claims",))
    (tmp_path / "study.yaml").write_text(
        "kind: backtest\npolicy: scenario.yaml\nactuals: actuals.csv\nreplications: 19\n", "utf-8"
    )
    answer = sim.study(tmp_path / "study.yaml", workers=1)
    words = Words(answer, lang)
    columns = {str(column) for table in answer.tables for column in table.frame.columns}
    assert not {one for one in columns if not words.knows(one)}
    assert Labels(lang)("driver.claims_over_premium") in " ".join(words.sentences())
    out = answer_folder.write(answer, tmp_path / lang, lang)
    page = (out / "report.html").read_text("utf-8")
    assert Labels(lang)("chart.backtest_claims") in page and (out / "workbook.xlsx").stat().st_size > 0
    again = getattr(read_study(out / "study.resolved.yaml"), "actuals", "")
    assert (out / again).read_bytes() == (tmp_path / "actuals.csv").read_bytes()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("month,segment,premium\n2024-12,agents,1\n", r"csv:2: actuals.month: 2024-12 is not in the scenario, which"),
        ("month,segment,premium\n2025-1x,agents,1\n", r"csv:2: actuals.month: .*2025-1x.*; write it as 2025-01"),
        ("month,segment,premium\n2025-01,agent,1\n", r'csv:2: actuals.segment: .*"agent"; did you mean agents'),
        ("month;product;premium\n2025-01;line;1 00\n", r'csv:2: actuals.premium: number expected, got "1 00"'),
        ("month,product,partners\n2025-01,line,5\n", r'csv:2: actuals.partners: .* by product, got "5"'),
        (
            "month,segment,product,premium\n2025-01,agents,line,5\n",
            r"csv:2: actuals.product: .*leave one of them empty",
        ),
        ("month,premium\n2025-01,1\n2025-01,2\n", r"csv:3: actuals.month: the whole twice .* line 2; add them up"),
        ("month,premium\n2025-01,\n", r"csv:1: actuals: the file tells nothing; fill in one of premium"),
        ("month,premiums\n2025-01,1\n", r'csv:1: actuals: unknown column "premiums"; did you mean premium'),
        ("segment,premium\nagents,1\n", r'csv:1: actuals: required column "month" is missing'),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "actuals.csv").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=says):
        read_actuals(tmp_path / "actuals.csv", sim.load(scenario(tmp_path, LUCKY)).scenario)


def test_what_cannot_be_answered(tmp_path: Path, one: Result) -> None:
    path = scenario(tmp_path, LUCKY)
    write(tmp_path / "actuals.csv", one)
    with pytest.raises(ScenarioError, match="18 replications have no band of 90%; give 19 or more"):
        answered(tmp_path, "backtest", policy=path.name, actuals="actuals.csv", replications=18)
    with pytest.raises(ScenarioError, match="file not found"):
        answered(tmp_path, "backtest", policy=path.name, actuals="none.csv")


def test_the_whole_and_direct_sales(tmp_path: Path, one: Result) -> None:
    """Rows without a name are about all, our own channel among them; cells left empty tell nothing."""
    text = "month,segment,premium,partners\n2025-01,,100,300\n2025-03,direct,0,\n2025-02,,,299\n"
    (tmp_path / "actuals.csv").write_text(text, "utf-8")
    found = read_actuals(tmp_path / "actuals.csv", one.loaded.scenario)
    whole, direct = found[Part("whole")], found[Part("segment", "direct")]
    assert np.isnan(whole["premium"]).sum() == 11 and whole["partners"][:2].tolist() == [300.0, 299.0]
    assert list(direct) == ["premium"] and direct["premium"][2] == 0.0
    total = played(one.cube, Part("whole"), "premium")
    parts = [played(one.cube, Part("segment", name), "premium") for name in ("agents", "direct")]
    assert total == pytest.approx(sum(parts))


def test_a_sum_is_called_by_what_it_sums(tmp_path: Path) -> None:
    """The whole only where no sales are left out; of two types of partner among three channels, these two."""
    own = {"own": {"site": {"kind": "organic", "default": True, "demand": {"line": 90.0}}}}
    path = scenario(tmp_path, LUCKY | own | {f"{S}.partners": 20, "months": "2mo"})

    def told(*segments: str) -> list[tuple[str, str]]:
        rows = "".join(f"2025-01,{one},90e3\n" for one in segments)
        (tmp_path / "actuals.csv").write_text(f"month,segment,premium\n{rows}", "utf-8")
        table = answered(tmp_path, "backtest", policy=path.name, actuals="actuals.csv", replications=19)
        return [(kind, part) for kind, part in table.table("backtest")[["kind_of_part", "part"]].to_numpy().tolist()]

    assert told("agents") == [("segment", "agents")]
    assert told("agents", "site")[0] == ("whole", "")
    assert told("site", "direct")[0] == ("segments", "site, direct")


def test_own_channels_have_premium_and_no_partners(tmp_path: Path) -> None:
    """What is off in a channel of ours is looked for where it is stated."""
    path = scenario(tmp_path, LUCKY | {"own": {"site": {"kind": "organic", "default": True, "demand": {"line": 90.0}}}})
    (tmp_path / "actuals.csv").write_text("month,segment,premium,claims\n2025-01,site,90e3,9e3\n", "utf-8")
    answer = answered(tmp_path, "backtest", policy=path.name, actuals="actuals.csv", replications=19)
    rows = answer.table("recalibrate").query("part == 'site'").set_index("driver")
    assert rows.paths["premium"] == "own.site" and "claims" in rows.paths["claims_over_premium"]
    (tmp_path / "actuals.csv").write_text("month,segment,partners\n2025-01,site,1\n", "utf-8")
    with pytest.raises(ScenarioError, match='our own channel has no partners, got "1"'):
        read_actuals(tmp_path / "actuals.csv", sim.load(path).scenario)
