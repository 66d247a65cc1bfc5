"""A file of one's own in the output folder: written with the others, in the manifest, refused where it clashes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.report.files.output_file import OutputFile, own_files
from sim.report.run import folder
from tests.docs.reading import blocks
from tests.docs.test_examples import classes
from tests.report import tiny


@pytest.fixture(scope="module")
def ruin_dates() -> type[OutputFile]:
    """The example of the document."""
    (example,) = [one for one in blocks("docs/architecture.md", "python") if "(OutputFile)" in one]
    found: type[OutputFile] = classes(example)["RuinDates"]
    return found


def test_written_with_the_others(tmp_path: Path, ruin_dates: type[OutputFile]) -> None:
    result = tiny.played(tmp_path, extra=[ruin_dates])
    out = folder.write(result, tmp_path / "out")
    assert (out / "ruin_dates.csv").read_text("utf-8").splitlines() == ["replication,month", "0,", "1,", "2,"]
    assert "ruin_dates.csv" in json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    folder.write(result, out, overwrite=True)  # it is ours to replace


def test_refused_with_both_names(ruin_dates: type[OutputFile]) -> None:
    class Page(ruin_dates):  # type: ignore[valid-type, misc]
        name = "report.html"

    class Silent(ruin_dates):  # type: ignore[valid-type, misc]
        name, holds = "silent.csv", " "

    class Outside(ruin_dates):  # type: ignore[valid-type, misc]
        name = "../outside.csv"

    class Again(ruin_dates):  # type: ignore[valid-type, misc]
        pass

    for extra, said in (
        ([Page], "Page.*report.html, which is a file of every run"),
        ([Silent], "Silent, silent.csv, does not say what it holds"),
        ([Outside], "Outside.*outside.csv.*file name with an ending"),
        ([ruin_dates, Again], "Again.*ruin_dates.csv, which is that of RuinDates"),
    ):
        with pytest.raises(sim.OutputError, match=said):
            own_files(extra, folder.FILES)
