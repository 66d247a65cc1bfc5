"""Colours of pages and pictures: what is drawn stands out from paper by 3 : 1 at least, what is read by 4.5 : 1."""

from __future__ import annotations

INK, SOFT, GRID, AXIS = "#1f2933", "#52606d", "#e4e8ec", "#7b8794"
PAPER, BACK = "#ffffff", "#f5f7f9"
BLUE, GOOD, BAD, ORANGE = "#2b5f8c", "#2f7d5b", "#b5482f", "#b8701a"
TOTAL, QUIET = BLUE, "#7b8794"
"""bars that stand on the ground; what is there for completeness"""
LIGHT, DENSE = 0.18, 0.38
"""how dense the bands of 90 % and of half of the replications are"""
UP = {"won": GOOD, "entered": "#5a9a7d"}
DOWN = {"lost": BAD, "left": "#c27a63", "defaulted": "#5b6b7e"}
"""colours of partners that come, and of those that go"""
AGES = {"over_30": "#b58a1f", "over_60": "#b8642a", "over_90": "#8f2f1f"}
PALETTE = ("#2b5f8c", "#b8701a", "#2f7d5b", "#a64d79", "#5b6b7e", "#3b86b5", "#7d8420", "#b5482f", "#8d6e63", "#5c6bc0")
WHITE, RISING = "#f7f9fb", ("#f7f9fb", "#8fb4d4", "#1d3f5f")
SIGNED = ("#b5412a", "#f7f7f7", "#2b5f8c")
"""losses red, profits blue, nothing white"""
FLARE = 0.05  # light that a screen adds to each


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours #rrggbb: (L1 + 0.05) / (L2 + 0.05), L1 the larger relative luminance."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + FLARE) / (low + FLARE)


def luminance(colour: str) -> float:
    """Relative luminance 0.2126 R + 0.7152 G + 0.0722 B of channels made linear (sRGB)."""
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * _linear(part) for weight, part in zip(weights, channels(colour), strict=True))


def channels(colour: str) -> list[float]:
    """Red, green and blue of #rrggbb, each 0 to 1."""
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def between(colours: tuple[str, ...], share: float) -> str:
    """The colour at a share of the way through a scale; 0 is its first, 1 its last."""
    steps = len(colours) - 1
    first = min(int(share * steps), steps - 1)
    rest = share * steps - first
    pairs = zip(channels(colours[first]), channels(colours[first + 1]), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * rest)):02x}" for a, b in pairs)


def text_on(colour: str) -> str:
    """Ink or paper, whichever reads better on a colour."""
    return max((INK, PAPER), key=lambda text: contrast(text, colour))
