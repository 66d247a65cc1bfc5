"""Still pictures of partners' moves, of network brokers and of our own pyramid, for notebooks and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.judgement import partner_flows, sales_stopped
from sim.report.language.numbers import scale_of
from sim.report.pages.colours import BAD, BLUE, GOOD, INK, ORANGE
from sim.report.run.channels import channel, units_words
from sim.report.run.plots import SIZE, WIDE, canvas, legend, months_below, say, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.judgement.result import Result


def units(result: Result, lang: str = "en") -> Figure:
    """Units sold so far, reserved and free by month; lines of what came back and of the plan so far."""
    labels, numbers = words(result, lang)
    found = units_words.by_month(result.cube)
    figure, axes = canvas(SIZE, labels("chart.units"), labels("word.units"), numbers)
    names = units_words.STACKED
    axes.stackplot(
        np.arange(found["sold"].size), *(found[name] for name in names), colors=(BLUE, ORANGE, "#dfe6ec"),
        labels=[labels(units_words.LABELS[name]) for name in names],
    )  # fmt: skip
    for name, style in (("planned", "--"), ("back", ":")):
        if name in found:
            axes.plot(found[name], color=INK, linestyle=style, linewidth=1.4, label=labels(f"units.{name}"))
    return _finished(figure, axes, result)


def hole(result: Result, lang: str = "en") -> Figure:
    """Brokers' cash, debts and equity by month; shaded by the share of hollow brokers."""
    labels, numbers = words(result, lang)
    found = channel.hole(result.cube)
    scale = scale_of([float(np.abs(values).max()) for values in found.values()])
    figure, axes = canvas(SIZE, labels("chart.hole"), numbers.money_unit(scale), numbers)
    for (name, values), colour in zip(found.items(), (BLUE, ORANGE, BAD), strict=True):
        axes.plot(values / 10**scale, color=colour, linewidth=2, label=labels(f"hole.{name}"))
    _shade(axes, np.nan_to_num(channel.hollow(result.cube)), 0.4)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    return _finished(figure, axes, result)


def survival(result: Result, lang: str = "en") -> Figure:
    """Share of brokers without default by month, with a band over the replications."""
    labels, numbers = words(result, lang)
    together, each = channel.survival(result.cube)
    low, high = np.quantile(each, (0.05, 0.95), axis=0) * 100
    figure, axes = canvas(SIZE, labels("chart.survival"), "%", numbers)
    axes.fill_between(np.arange(low.size), low, high, color=BLUE, alpha=0.16, linewidth=0, label=labels("word.band_90"))
    axes.plot(together * 100, color=BLUE, linewidth=2, label=labels("survival.survival"))
    axes.plot(channel.hollow(result.cube) * 100, color=BAD, linestyle=":", label=labels("survival.hollow"))
    axes.set_ylim(0, 104)
    return _finished(figure, axes, result)


def gains(result: Result, by: str = "joining", lang: str = "en") -> Figure:
    """What an agent has gained, by `joining` month or by months from joining to default (`before_default`)."""
    labels, numbers = words(result, lang)
    _, each = channel.gained(result, by)
    scale = scale_of([float(np.abs(each[np.isfinite(each)]).max(initial=0.0))])
    figure, axes = canvas(SIZE, labels(f"chart.{by}"), numbers.money_unit(scale), numbers)
    axes.bar(np.arange(each.size), each / 10**scale, color=[BAD if value < 0 else GOOD for value in each.tolist()])
    axes.axhline(0.0, color=INK, linewidth=0.8)
    if by == "joining":
        months_below(axes, result.cube.months)
    else:
        axes.set_xlabel(labels("word.months_before_default"))
    return figure


def stop_curve(result: Result, lang: str = "en") -> Figure:
    """What is lost if sales stop after a month, with its interval; shaded where new revenue pays old promises."""
    labels, numbers = words(result, lang)
    curve = sales_stopped.stop_curve(result)
    scale = scale_of([float(np.abs(curve[["lost", "p95"]].to_numpy()).max())])
    lost, low, high, worst, on = (
        curve[name].to_numpy() / 10**scale for name in ("lost", "low", "high", "p95", "played_on")
    )
    figure, axes = canvas(WIDE, labels("chart.stop"), numbers.money_unit(scale), numbers)
    if np.isfinite(low).all():
        axes.fill_between(
            np.arange(low.size), low, high, color=BLUE, alpha=0.16, linewidth=0, label=labels("word.interval_short")
        )
    axes.plot(lost, color=BAD, linewidth=2, label=labels("stop.lost"))
    axes.plot(worst, color=BAD, linewidth=1.2, linestyle=":", label=labels("stop.p95"))
    axes.plot(on, color=BLUE, linewidth=1.2, linestyle="--", label=labels("stop.played_on"))
    axes.axhline(0.0, color=INK, linewidth=0.8)
    _shade(axes, curve["pays_old"].to_numpy(), 0.14)
    return _finished(figure, axes, result)


def flows(result: Result, lang: str = "en") -> Figure:
    """Partners that moved by quarter, a row for each pair of places, mean over the replications."""
    labels, numbers = words(result, lang)
    found = channel.flows(result)
    pairs, quarters = list(found)[: channel.MOST_PAIRS], partner_flows.quarters(result.plan)
    shown = np.array([found[pair] for pair in pairs]).reshape(len(pairs), len(quarters))
    figure, axes = canvas((WIDE[0], 1.2 + 0.3 * len(pairs)), labels("chart.flows"), "", numbers)
    axes.imshow(shown, aspect="auto", cmap="Blues", vmin=0.0, vmax=float(shown.max(initial=1e-9)) * 1.4)
    axes.grid(visible=False)
    for y, x in zip(*np.nonzero(shown), strict=True):
        say(
            axes.text(
                x, y, numbers.plain(shown[y, x], int((shown % 1 > 0).any())), ha="center", va="center", fontsize=8
            )
        )
    axes.set_xticks(np.arange(len(quarters)), quarters, rotation=45, fontsize=8)
    names = [" → ".join(safe_text(labels.place(place)) for place in pair) for pair in pairs]
    axes.set_yticks(np.arange(len(pairs)), names, fontsize=9)
    say(*axes.get_yticklabels())
    return figure


def _shade(axes: Axes, shares: Reals, darkest: float) -> None:
    for t in np.flatnonzero(shares > 0):
        axes.axvspan(t - 0.5, t + 0.5, color=BAD, alpha=darkest * float(shares[t]), linewidth=0)


def _finished(figure: Figure, axes: Axes, result: Result) -> Figure:
    months_below(axes, result.cube.months)
    axes.margins(x=0.01)
    legend(axes)
    return figure
