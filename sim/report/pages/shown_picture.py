"""A picture as a page shows it: its finding as the title, both drawings, legend and caption."""

from __future__ import annotations

import json
from typing import Any

from sim.report.language.numbers import Numbers
from sim.report.pages.hover import told
from sim.report.pages.picture import Picture
from sim.report.pages.svg import drawn


def figure(picture: Picture, numbers: Numbers) -> dict[str, Any]:
    """What the macro `figure` of `parts.html` asks for; texts are plain, drawings are safe as they are."""
    return {
        "id": picture.name, "title": picture.title, "about": picture.about, "wide": picture.wide,
        "subtitle": picture.subtitle if picture.title != picture.shows else picture.unit,
        "legend": picture.legend, "said": json.dumps(told(picture, numbers), ensure_ascii=False),
        "drawings": [drawn(picture, numbers), drawn(picture, numbers, narrow=True)],
    }  # fmt: skip
