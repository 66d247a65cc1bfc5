"""Who earns, who costs: every table adds up to the underwriting result, in both languages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Bars
from sim.report.run import html, plots, worth
from sim.report.run.page import Page
from sim.report.run.who_earns import WhoEarns
from tests.report import tiny


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_tables_and_picture(result: Result, lang: str) -> None:
    labels = Labels.of(result, lang)
    earns = WhoEarns(result.contributions, labels, Numbers(labels, result.cube.currency))
    tables, right = earns.tables(), result.figures["underwriting_result"].values.mean()
    for table in tables:
        assert len(table["rows"][-1]["cells"]) == len(table["heads"]) and table["rows"][-1]["total"]
    for grouping in ("product", "segment", "business"):
        kept = [row for row in earns.rows if row.grouping in (grouping, "line")]
        assert sum(row.margin.figure for row in kept) == pytest.approx(right, abs=0.01)
        plots.contribution(result, grouping, lang).savefig(io.BytesIO(), format="png")
    (bars,) = earns.picture().marks
    assert isinstance(bars, Bars) and bars.tops.size == len(earns.picture().along.names) == len(bars.texts)
    assert labels("section.contribution") in html.report(result, {"lang": lang})


def test_the_frame_tells_the_same(result: Result) -> None:
    frame = result.contribution.set_index(["grouping", "part"])
    for name in ("contribution_new", "contribution_renewal"):
        part = name.removeprefix("contribution_")
        assert frame.loc[("business", part), "contribution"] == pytest.approx(result.figures[name].values.mean())
    whole = frame.loc[("underwriting_result", "underwriting_result"), "contribution"]
    assert whole == pytest.approx(result.figures["underwriting_result"].values.mean(), abs=0.01)


def test_partners_by_joining_year_and_lifetimes(result: Result) -> None:
    """The first replication is followed partner by partner; what is known of nothing has no table."""
    page = Page(result, {}, Labels.of(result, "en"))
    joining = worth.joining_years(result, page.labels, page.numbers)
    assert joining is not None and joining["rows"][0]["label"] == "from the start"
    (cell,) = joining["rows"][0]["cells"]
    assert len(joining["heads"]) == 1 and cell.endswith("\N{NO-BREAK SPACE}%)")
    assert all(group["rows"] for group in worth.lifetimes(result, page.groups, page.labels))


@pytest.mark.parametrize(("lang", "said"), [("en", "a whole year"), ("ru", "целый год")])
def test_what_is_not_known_is_said(result: Result, lang: str, said: str, tmp_path: Path) -> None:
    """Eight months know of neither; contracts that cannot renew have no persistency to tell."""
    labels = Labels.of(result, lang)
    contracts, partners = (labels(f"about.unknown_{name}") for name in ("contracts", "partners"))
    told = worth.unknown(result, labels)
    assert told == f"{contracts} {partners}" and said in told and told in html.report(result, {"lang": lang})
    ending = tiny.played(tmp_path, {"products.hull.renewal": "0"}, 1)
    assert worth.unknown(ending, labels) == partners
