"""Still pictures for notebooks and the README; names from outside are shown as they are, never as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.errors import OutputError
from sim.base.in_python.arguments import Arguments
from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.pages.colours import BAD, BLUE, GOOD, INK, PALETTE, TOTAL
from sim.report.run import series
from sim.report.run.channels.whose_sale_words import CHART, WhoseSale
from sim.report.run.who_earns import GROUPINGS, WhoEarns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.judgement.result import Result

SIZE = (7.2, 4.0)
WIDE = (11.0, 4.4)


def fan(result: Result, metric: str = "equity", lang: str = "en") -> Figure:
    """Median and bands over the replications by month.

    Parameters
    ----------
    result : what `sim.run` returned
    metric : `equity`, `cash`, `result`, `premium`, or any monthly metric

    Raises
    ------
    OutputError
        Where claims were not drawn: the bands would leave out their luck.
    """
    if not result.drawn:
        raise OutputError("bands show luck, and claims are expected values in this result: play it with claims drawn")
    labels, numbers = words(result, lang)
    found = series.fan(result.cube, metric)
    scale = scale_of([float(np.abs(found.quantiles).max())]) if found.unit == "money" else 0
    low, quarter, middle, three, high = found.quantiles / 10**scale
    title = labels(f"chart.{metric}") if metric in series.FANS else labels.metric(metric)
    unit = numbers.money_unit(scale) if found.unit == "money" else ""
    figure, axes = canvas(SIZE, title, unit, numbers)
    at = np.arange(len(found.months))
    axes.fill_between(at, low, high, color=BLUE, alpha=0.16, linewidth=0, label=labels("word.band_90"))
    axes.fill_between(at, quarter, three, color=BLUE, alpha=0.34, linewidth=0, label=labels("word.band_50"))
    axes.plot(at, middle, color=BLUE, linewidth=2, label=labels("word.median"))
    if low.min() < 0:
        axes.axhline(0.0, color=INK, linewidth=0.8)
    else:
        axes.set_ylim(bottom=0.0)
    months_below(axes, found.months)
    axes.margins(x=0.01)
    legend(axes)
    return figure


def waterfall(result: Result, lang: str = "en") -> Figure:
    """From earned premium to the result, mean over the replications."""
    labels, numbers = words(result, lang)
    found = series.steps(result.cube)
    scale = scale_of([amount for _, amount in found])
    bottoms, amounts = np.array(series.bars(found)).T / 10**scale
    ends = bottoms + amounts
    colours = [TOTAL if name in series.TOTALS else GOOD if amount >= 0 else BAD for name, amount in found]
    figure, axes = canvas(WIDE, labels("chart.waterfall"), numbers.money_unit(scale), numbers)
    axes.bar(np.arange(amounts.size), amounts, bottom=bottoms, color=colours, width=0.72)
    gaps = np.arange(ends.size - 1)
    axes.hlines(ends[:-1], gaps + 0.36, gaps + 0.64, color="#9aa5b1", linewidth=0.8)
    for at, (amount, bottom) in enumerate(zip(amounts, bottoms, strict=True)):
        top = max(bottom, bottom + amount)
        say(
            axes.annotate(
                numbers.plain(amount, 1), (at, top), (0, 3), textcoords="offset points", ha="center", fontsize=9
            )
        )
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.set_xticks(
        np.arange(amounts.size), ["\n".join(labels(f"step.{name}").split()) for name, _ in found], fontsize=9
    )
    low, high = min(bottoms.min(), ends.min(), 0.0), max(bottoms.max(), ends.max(), 0.0)
    axes.set_ylim(low * 1.08, high + (high - low) * 0.08 or 1.0)
    return figure


def premium_by_segment(result: Result, lang: str = "en") -> Figure:
    """Premium by type of partner, stacked by year, mean over the replications."""
    labels, numbers = words(result, lang)
    found, years = series.premium_by_segment(result.cube), series.years(result.cube)
    total = sum(found.values(), np.zeros(len(years)))
    scale = scale_of([float(total.max(initial=0.0))])
    figure, axes = canvas(SIZE, labels("chart.segments"), numbers.money_unit(scale), numbers)
    base = np.zeros(len(years))
    for position, (name, values) in enumerate(found.items()):
        shown = safe_text(labels.name(name))
        axes.bar(
            years,
            values / 10**scale,
            bottom=base,
            width=0.68,
            color=PALETTE[position % len(PALETTE)],
            label=entry(shown),
        )
        base = base + values / 10**scale
    legend(axes, reverse=True)
    return figure


def contribution(result: Result, grouping: str = "product", lang: str = "en") -> Figure:
    """Who earns, who costs: the margin of each part with the interval of its mean.

    Parameters
    ----------
    result : what `sim.run` returned
    grouping : `product`, `segment` or `business`
    lang : `en` or `ru`

    Raises
    ------
    ScenarioError
        For another grouping.
    """
    given = Arguments()
    given.choice("grouping", grouping, GROUPINGS)
    given.check()
    labels, numbers = words(result, lang)
    earns = WhoEarns(result.contributions, labels, numbers)
    there = [row for row in earns.rows if row.grouping == grouping]
    margin, low, high = np.array([(row.margin.figure, row.margin.low, row.margin.high) for row in there]).T
    unit, at = 10.0**earns.scale, np.arange(len(there))
    title = labels(f"section.contribution_{grouping}")
    figure, axes = canvas(WIDE, title, numbers.money_unit(earns.scale), numbers)
    axes.bar(at, margin / unit, color=[GOOD if one >= 0 else BAD for one in margin], width=0.68)
    axes.errorbar(at, margin / unit, [(margin - low) / unit, (high - margin) / unit], fmt="none", ecolor=INK, capsize=3)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.set_xticks(at, [entry("\n".join(earns.label(row).split())) for row in there], fontsize=9)
    say(*axes.get_xticklabels())
    return figure


def two_profits(result: Result, lang: str = "en") -> Figure:
    """What a dashboard shows of partners against what they add, with intervals.

    Raises
    ------
    OutputError
        Where the scenario does not tell whose a sale is.
    """
    labels, numbers = words(result, lang)
    whose = WhoseSale(result, labels, numbers)
    if not whose.credited:
        raise OutputError("nothing in this scenario tells whose a sale is: state journeys, tracking or anyway")
    profit, low, high = np.array([(one.figure, one.low, one.high) for one in whose.profits().values()]).T
    unit, at = 10.0**whose.scale, np.arange(profit.size)
    figure, axes = canvas(SIZE, labels(f"chart.{CHART}"), numbers.money_unit(whose.scale), numbers)
    axes.bar(at, profit / unit, color=list(whose.colours().values()), width=0.6)
    axes.errorbar(at, profit / unit, [(profit - low) / unit, (high - profit) / unit], fmt="none", ecolor=INK, capsize=3)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.set_xticks(at, [whose.short(name).replace(" (", "\n(") for name in whose.profits()])
    return figure


def words(result: Result, lang: str) -> tuple[Labels, Numbers]:
    """Labels and numbers of a language."""
    labels = Labels.of(result, lang)
    return labels, Numbers(labels, result.cube.currency)


def canvas(size: tuple[float, float], title: str, unit: str, numbers: Numbers) -> tuple[Figure, Axes]:
    """A figure of its own, apart from pyplot's list of open ones."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    figure = Figure(figsize=size, dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, parse_math=False)
    axes.set_ylabel(unit, color="#616e7c", parse_math=False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, colors=INK)
    axes.grid(axis="y", color="#e4e8ec")
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, numbers)))
    return figure, axes


def _tick(value: float, numbers: Numbers) -> str:
    decimals = next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 4)
    return numbers.plain(value, decimals)


def months_below(axes: Axes, months: Sequence[str]) -> None:
    """Name some of the months on the axis."""
    at = np.arange(len(months))
    step = max(1, -(-at.size // 72)) * 12 if at.size > 12 else max(1, at.size // 6)
    axes.set_xticks(at[::step], [months[t] for t in at[::step]])


def legend(axes: Axes, reverse: bool = False) -> None:
    """A legend beside the picture."""
    shown = axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0), reverse=reverse)
    say(*shown.get_texts())


def say(*texts: Any) -> Iterable[Any]:
    """Texts that must not be read as formulas."""
    for text in texts:
        text.set_parse_math(False)
    return texts


def entry(name: str) -> str:
    """A legend entry: matplotlib leaves out names that begin with an underscore."""
    return f" {name}" if name.startswith("_") else name
