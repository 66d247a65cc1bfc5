"""Charts of partners' moves, credit, network brokers and our own pyramid, as plotly's plain data."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.base.units import month_name, month_ordinal
from sim.judgement import partner_flows, sales_stopped
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.run.channels import channel, units_words
from sim.report.run.channels.channel import Pair
from sim.report.run.charts import BAD, BANDS, BLUE, GOOD, INK, ORANGE, Chart, Charts, points

if TYPE_CHECKING:
    from sim.judgement.result import Result

AGES = {"over_30": "#e9c46a", "over_60": "#d9843b", "over_90": BAD}
UNITS = {"sold": BLUE, "reserved": ORANGE, "free": "#dfe6ec"}
SCALE = [[0.0, "#f4f7fa"], [0.02, "#dfeaf3"], [0.25, "#a9c8e0"], [1.0, BLUE]]
MARK = "rgba(192,86,62,{opacity:.3f})"
MOST_TEXTS = 24  # quarters whose cells have room for a figure


class ChannelCharts(Charts):
    """Makes those charts that a result has something to show for."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        super().__init__(result.cube, labels, numbers, {})
        self.result = result

    def all(self) -> dict[str, Chart]:
        """Every chart that is there, by its name."""
        return {name: getattr(self, name)() for name in channel.present(self.result)}

    def flows(self) -> Chart:
        """Moves by quarter, a row for each pair of places."""
        found, quarters = channel.flows(self.result), partner_flows.quarters(self.result.plan)
        pairs = list(found)[: channel.MOST_PAIRS]
        shown = np.array([found[pair] for pair in pairs])
        names = [self.pair(pair) for pair in pairs]
        digits = int((shown % 1 > 0).any())  # means of several replications have decimals
        texts = [[self.numbers.plain(value, digits) if value else "" for value in row] for row in shown.tolist()]
        trace = {
            "type": "heatmap",
            "x": [f"{self.labels('word.quarter', n=one[-1])}<br>{one[:4]}" for one in quarters],
            "y": list(range(len(pairs))),
            "z": [points(row) for row in shown],
            "text": texts,
            "texttemplate": "%{text}" if len(quarters) <= MOST_TEXTS else "",
            "textfont": {"size": 11},
            "xgap": 1,
            "ygap": 1,
            "colorscale": SCALE,
            "showscale": False,
            "zmin": 0,
            "zmax": float(shown.max()),
            "customdata": [[name] * len(quarters) for name in names],
            "hovertemplate": "%{customdata}: %{z:,.1f}<extra></extra>",
        }
        chart = self._chart([trace], "")
        chart["layout"]["xaxis"] |= {"type": "category", "side": "top", "tickangle": 0, "linecolor": "rgba(0,0,0,0)"}
        rows = {"tickvals": trace["y"], "ticktext": names}  # by number: two names may look alike
        chart["layout"]["yaxis"] |= {"autorange": "reversed", "showgrid": False, "zeroline": False, **rows}
        chart["layout"] |= {"hovermode": "closest", "margin": {"l": 10, "r": 14, "t": 8, "b": 8}}
        return chart

    def pair(self, pair: Pair) -> str:
        """A move in words."""
        return " → ".join(escape(safe_text(self.labels.place(place)), quote=False) for place in pair)

    def ageing(self) -> Chart:
        """Receivable past due by age, stacked."""
        found = channel.ageing(self.cube)
        scale = scale_of([float(sum(found.values(), np.zeros(1)).max())])
        traces = [
            self._line("", values / 10**scale, AGES[age]) | {
                "name": self.labels(f"age.{age}"), "stackgroup": "all", "fillcolor": AGES[age], "line": {"width": 0},
            }
            for age, values in reversed(found.items())
        ]  # fmt: skip
        return self._money(traces, scale)

    def pledged(self) -> Chart:
        """Deposits against exposure."""
        return self._lines(channel.pledged(self.cube), {"exposure": BAD, "deposits": GOOD}, "pledged")

    def units(self) -> Chart:
        """Units sold so far, reserved and free, stacked; lines of what came back and of the plan so far."""
        found = units_words.by_month(self.cube)
        stacked = {"stackgroup": "all", "line": {"width": 0}}
        traces = [
            self._line("", found[name], colour)
            | {"name": self.labels(units_words.LABELS[name]), "fillcolor": colour, **stacked}
            for name, colour in UNITS.items()
        ]
        for name, dash in (("planned", "dash"), ("back", "dot")):
            if name in found:
                line = {"color": INK, "width": 1.4, "dash": dash}
                traces.append(self._line("", found[name], INK) | {"name": self.labels(f"units.{name}"), "line": line})
        chart = self._chart(traces, self.labels("word.units"), dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def hole(self) -> Chart:
        """Brokers' cash, debts and equity; marked by the share of brokers whose equity is below 0 and cash is not."""
        chart = self._lines(channel.hole(self.cube), {"cash": BLUE, "owed": ORANGE, "equity": BAD}, "hole")
        self._mark(chart, np.nan_to_num(channel.hollow(self.cube)), darkest=0.4)
        return chart

    def survival(self) -> Chart:
        """Brokers that have not defaulted, with a band over the replications, and the hollow among those going on."""
        together, each = channel.survival(self.cube)
        low, high = np.quantile(each, (0.05, 0.95), axis=0)
        traces = self._band(low * 100, high * 100, self.labels("word.band_90"))
        for name, values, colour in (("survival", together, BLUE), ("hollow", channel.hollow(self.cube), BAD)):
            line = {"color": colour, "width": 2.2, "dash": "solid" if name == "survival" else "dot"}
            traces.append(
                self._line("", values * 100, colour) | {"name": self.labels(f"survival.{name}"), "line": line}
            )
        chart = self._chart(traces, "%", dated=True)
        chart["layout"]["yaxis"]["range"] = [0, 104]
        return chart

    def joining(self) -> Chart:
        """What an agent has gained, by joining month."""
        return self._gains("joining", self._dates(), dated=True)

    def before_default(self) -> Chart:
        """The same of defaulted brokers, by months from joining to default."""
        chart = self._gains("before_default", list(range(len(self.cube.months))), dated=False)
        chart["layout"]["xaxis"] |= {"title": {"text": self.labels("word.months_before_default"), "font": {"size": 12}}}
        return chart

    def stop(self) -> Chart:
        """What is lost if sales stop at the close of month m; months whose new revenue pays old promises are marked."""
        curve = sales_stopped.stop_curve(self.result)
        names = ("lost", "low", "high", "p95", "played_on")
        scale = scale_of([float(np.abs(curve[["lost", "p95"]].to_numpy()).max())])
        lost, low, high, worst, played_on = (curve[name].to_numpy() / 10**scale for name in names)
        bounded = np.isfinite(low).all()
        traces = self._band(low, high, self.labels("word.interval_short")) if bounded else []
        traces.append(self._line("", lost, BAD) | {"name": self.labels("stop.lost")})
        for name, values, dash in (("p95", worst, "dot"), ("played_on", played_on, "dash")):
            line = {"color": BAD if name == "p95" else BLUE, "width": 1.4, "dash": dash}
            traces.append(self._line("", values, "") | {"name": self.labels(f"stop.{name}"), "line": line})
        chart = self._chart(traces, self.numbers.money_unit(scale), dated=True)
        self._mark(chart, curve["pays_old"].to_numpy(), darkest=0.14)
        return chart

    def _lines(self, found: dict[str, Reals], colours: dict[str, str], group: str) -> Chart:
        """Lines of money on one scale."""
        scale = scale_of([float(np.abs(values).max()) for values in found.values()])
        return self._money([
            self._line("", values / 10**scale, colours[name]) | {"name": self.labels(f"{group}.{name}")}
            for name, values in found.items()
        ], scale)  # fmt: skip

    def _money(self, traces: list[Chart], scale: int) -> Chart:
        chart = self._chart(traces, self.numbers.money_unit(scale), dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def _band(self, low: Reals, high: Reals, name: str) -> list[Chart]:
        edge = {"x": self._dates(), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        fill = {"fill": "tonexty", "fillcolor": BANDS[0], "name": name}
        return [{**edge, "y": points(low), "showlegend": False}, {**edge, "y": points(high), **fill}]

    def _gains(self, by: str, x: list[str] | list[int], dated: bool) -> Chart:
        agents, each = channel.gained(self.result, by)
        known = each[np.isfinite(each)]
        scale = scale_of([float(np.abs(known).max(initial=0.0))])
        trace = {
            "type": "bar",
            "x": x,
            "y": points(each / 10**scale),
            "customdata": [self.numbers.count(one) for one in agents.tolist()],
            "marker": {"color": [BAD if value < 0 else GOOD for value in each.tolist()]},
            "showlegend": False,
            "hovertemplate": f"%{{y:,.2f}}; {self.labels('word.agents')}: %{{customdata}}<extra></extra>",
        }
        return self._chart([trace], self.numbers.money_unit(scale), dated=dated)

    def _mark(self, chart: Chart, shares: Reals, darkest: float) -> None:
        """Shade months, the darker the larger the share; `darkest` is the opacity of a share of 1."""
        at = [*self._dates(), f"{month_name(month_ordinal(self.cube.months[-1]) + 1)}-01"]
        edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), shares.size]
        chart["layout"]["shapes"] = [
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": at[first],
                "x1": at[last],
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 0},
                "fillcolor": MARK.format(opacity=darkest * shares[first]),
            }
            for first, last in pairwise(edges)
            if shares[first] > 0
        ]
