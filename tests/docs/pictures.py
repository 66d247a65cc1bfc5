"""The pictures of README and of the first pages of the site, made from a shipped scenario.

python -m tests.docs.pictures    plays it, and draws its page, its fan and a map of its rates (wants `chromium`)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import sim
from sim.judgement.result import Result
from tests.docs.notebooks import few_colours
from tests.docs.reading import ROOT

FOLDER = ROOT / "docs" / "pictures"
SCENARIO = ROOT / "scenarios" / "gallery" / "small_network.yaml"
IN_RUSSIAN = "Небольшая сеть брокеров"
PAGE, PAGE_RU, FAN, MAP = (FOLDER / f"{name}.png" for name in ("page", "page.ru", "fan", "map"))
ACROSS = {"name": "commission", "path": "policy.rules.base.new", "from": "9%", "to": "29%", "steps": 6}
UP = {"name": "loss ratio", "path": "products.motor.claims.loss_ratio", "from": "55%", "to": "80%", "steps": 6}
REPLICATIONS_OF_A_CELL = 20
DPI = 90
WIDE, HIGH = 1280, 1000


def page(result: Result, path: Path, language: str) -> None:
    """The first screen of its page."""
    with TemporaryDirectory() as room:
        folder = result.write(Path(room) / "out", lang=language)
        browser = shutil.which("chromium") or sys.exit("chromium is not here: the page cannot be drawn")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDE},{HIGH}"]
        address = (folder / "report.html").as_uri()
        subprocess.run([browser, *options, f"--screenshot={path}", address], check=True, capture_output=True)


def main() -> int:
    """Play and draw."""
    FOLDER.mkdir(exist_ok=True)
    small = sim.load(SCENARIO)
    result = sim.run(small)
    page(result, PAGE, "en")
    page(sim.run(small.with_({"name": IN_RUSSIAN})), PAGE_RU, "ru")
    result.plot.fan("equity").figure.savefig(FAN, dpi=DPI)
    asked = {
        "kind": "sweep",
        "name": "Commission against loss ratio",
        "policy": str(SCENARIO),
        "across": ACROSS,
        "up": UP,
    }
    sim.study({**asked, "replications": REPLICATIONS_OF_A_CELL}).plot.map().figure.savefig(MAP, dpi=DPI)
    for path in (PAGE, PAGE_RU, FAN, MAP):
        path.write_bytes(few_colours(path.read_bytes()))
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
