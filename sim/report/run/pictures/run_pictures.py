"""The pictures that every run may have: bands of money, the way to the result, premium, market, partners, debt."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.report.pages.colours import BAD, BLUE, DENSE, DOWN, GOOD, PALETTE, TOTAL, UP
from sim.report.pages.picture import Along, Band, Bars, Line, Mark, Picture
from sim.report.run import series
from sim.report.run.pictures.drawing import Drawing

OF_CLAIMS = ("equity", "cash", "result")
"""bands that would leave out the luck of claims where these are not drawn"""
US, WIDE_LINE = "us", 3.0
STILL = 1e-3  # of its largest figure: a line that moves less says nothing
OF_100 = 100.0


class RunPictures(Drawing):
    """Makes those pictures of a run that it has something to show for."""

    def all(self) -> dict[str, Picture]:
        """Every picture by its name, in the order of the page."""
        fans = [name for name in series.FANS if self.result.drawn or name not in OF_CLAIMS]
        found = [self.waterfall(), *map(self.fan, fans), self.segments(), self.loss_ratios(), self.shares()]
        found += [self.switching()] if any(one.any() for one in series.moves(self.cube).values()) else []
        found += [self.debt()] if any(one.any() for one in series.debt(self.cube)) else []
        return {one.name: one for one in found if _shows(one)}

    def fan(self, name: str) -> Picture:
        """Median and bands over the replications by month."""
        quantiles = series.fan(self.cube, name).quantiles
        divisor, unit = self.money(quantiles)
        low, quarter, middle, three, high = quantiles / divisor
        marks: list[Mark] = [
            Band(self.labels("word.band_90"), low, high, BLUE),
            Band(self.labels("word.band_50"), quarter, three, BLUE, DENSE),
            Line(self.labels("word.median"), middle, BLUE),
        ]
        return self.picture(name, self._of_fan(name, middle * divisor), unit, self.months, marks, "about.fan")

    def _of_fan(self, name: str, median: Reals) -> str:
        if name == "result":
            return self._of_results(median)
        if name == "premium":
            return self._of_premium()
        said = self.findings.change(self.labels(f"chart.{name}"), float(median[0]), float(median[-1]), "money")
        return self.findings.below_zero(said, float((series.FANS[name](self.cube)[:, -1] < 0).mean()))

    def _of_results(self, median: Reals) -> str:
        losses = np.flatnonzero(median < 0)
        if losses.size in (0, median.size):
            return self.findings.say("result_losses" if losses.size else "result_gains")
        last = self.labels.month(self.cube.months[int(losses[-1])])
        return self.findings.say("result_some", some=losses.size, all=median.size, month=last)

    def _of_premium(self) -> str:
        """Whole years compared where there are two, else months."""
        premium = series.FANS["premium"](self.cube)
        whole = premium.shape[1] // MONTHS_PER_YEAR
        sums = series.yearly(premium)[:whole] if whole > 1 else premium.mean(axis=0)
        what = self.findings.say("a_year" if whole > 1 else "a_month", what=self.labels("finding.premium"))
        return self.findings.change(what, float(sums[0]), float(sums[-1]), "money")

    def waterfall(self) -> Picture:
        """Earned premium, costs, result, one below the other."""
        found = series.steps(self.cube)
        divisor, unit = self.money(np.array([amount for _, amount in found]))
        bottoms, heights = np.array(series.bars(found)).T / divisor
        colours = [TOTAL if name in series.TOTALS else GOOD if amount >= 0 else BAD for name, amount in found]
        texts = [self.numbers.plain(amount, 2 if divisor > 1 else 0) for amount in heights.tolist()]
        bars = Bars("", bottoms + heights, colours, bottoms, texts, joined=True)
        names = Along.of([self.labels(f"step.{name}") for name, _ in found])
        return self.picture("waterfall", self._of_steps(dict(found)), unit, names, [bars], lying=True)

    def _of_steps(self, steps: dict[str, float]) -> str:
        earned, left = steps.get("premium_earned", 0.0), list(steps.values())[-1]
        costs = {name: -amount for name, amount in steps.items() if amount < 0 and name not in series.TOTALS}
        if earned <= 0 or not costs:
            return self.labels("chart.waterfall")
        largest = max(costs, key=costs.__getitem__)
        said = [self.numbers.count(round(OF_100 * amount / earned, 1)) for amount in (costs[largest], abs(left))]
        name = self.labels(f"step.{largest}")
        key = "waterfall_loss" if left < 0 else "waterfall_result"
        return self.findings.say(key, cost=said[0], left=said[1], largest=name[:1].lower() + name[1:])

    def segments(self) -> Picture:
        """Premium by type of partner, stacked by year."""
        found = series.premium_by_segment(self.cube)
        sums = {name: float(values.sum()) for name, values in found.items()}
        divisor, unit = self.money(np.asarray(sum(found.values(), np.zeros(1))))
        best, all_of_them = max(sums, key=sums.__getitem__), sum(sums.values())
        share = self.findings.figure(sums[best] / all_of_them if all_of_them else 0.0, "share")
        title = self.findings.say("segments", best=self.named(best), share=share)
        return self.picture("segments", title, unit, self.years, self.stacked(
            {self.named(name): values / divisor for name, values in found.items()}
        ))  # fmt: skip

    def stacked(self, found: dict[str, Reals], colours: tuple[str, ...] = PALETTE) -> list[Mark]:
        """Bars of each name upon those before it."""
        marks: list[Mark] = []
        base = np.zeros_like(next(iter(found.values())))
        for (name, values), colour in zip(found.items(), cycle(colours), strict=False):
            marks.append(Bars(name, base + values, [colour], base))
            base = base + values
        return marks

    def loss_ratios(self) -> Picture:
        """By product, with the closed form dotted."""
        found = series.loss_ratios(self.cube)
        marks: list[Mark] = []
        for (name, values), colour in zip(found.items(), cycle(PALETTE), strict=False):
            marks.append(Line(self.named(name), values * OF_100, colour))
            form = self.result.theory.get(f"loss_ratio.{name}")
            if form is not None and np.isfinite(form.value):
                marks.append(Line("", np.full(values.size, form.value * OF_100), colour, "dot", 1.2))
        last = {name: float(values[-1]) for name, values in found.items() if np.isfinite(values[-1])}
        return self.picture("loss_ratios", self._highest(last), "%", self.months, marks)

    def _highest(self, last: dict[str, float]) -> str:
        what = self.labels("kpi_of.loss_ratio")
        if not last:
            return what
        best = max(last, key=last.__getitem__)
        figure = self.findings.figure(last[best], "ratio")
        return self.findings.say("highest" if len(last) > 1 else "one", what=what, best=self.named(best), figure=figure)

    def shares(self) -> Picture:
        """Shares of new premium in the market."""
        found = series.market_shares(self.cube)
        marks: list[Mark] = [
            Line(self.named(name), values * OF_100, colour, width=WIDE_LINE if name == US else 2.0)
            for (name, values), colour in zip(found.items(), cycle(PALETTE), strict=False)
        ]
        ours = found[US]
        title = self.findings.change(self.labels("finding.share"), float(ours[0]), float(ours[-1]), "share")
        return self.picture("shares", title, "%", self.months, marks)

    def switching(self) -> Picture:
        """Partners won upwards, lost downwards, by year."""
        found = series.moves(self.cube)
        marks: list[Mark] = []
        for sign, colours in ((1, UP), (-1, DOWN)):
            there = [move for move in colours if found[move].any()]
            bars = {self.labels(f"move.{move}"): sign * found[move] for move in there}
            marks += self.stacked(bars, tuple(colours[move] for move in there)) if bars else []
        sums = [self.numbers.count(sum(float(found[move].sum()) for move in side)) for side in (UP, DOWN)]
        title = self.findings.say("switching", come=sums[0], gone=sums[1])
        return self.picture("switching", title, "", self.years, marks)

    def debt(self) -> Picture:
        """What partners owe, and what was lost."""
        receivable, bad = series.debt(self.cube)
        divisor, unit = self.money(receivable, bad)
        names = [self.labels(f"debt.{name}") for name in ("receivable", "bad_debt")]
        lost = float(self.result.figures["bad_debt"].values.mean())
        said = {
            "last": self.findings.figure(float(receivable[-1]), "money"),
            "bad": self.findings.figure(lost, "money"),
        }
        marks = self.lines(dict(zip(names, (receivable / divisor, bad / divisor), strict=True)), (BLUE, BAD))
        title = self.findings.say("debt" if receivable.any() else "bad_debt", **said)
        return self.picture(
            "debt", title, unit, self.months, [one for one in marks if isinstance(one, Line) and one.y.any()]
        )


def _shows(picture: Picture) -> bool:
    """Whether it has anything to show: a line that moves, or a bar."""
    lines = [one.y for one in picture.marks if isinstance(one, Line) and one.style == "solid"]
    bars = [one.tops for one in picture.marks if isinstance(one, Bars)]
    return any(_moves(one) for one in lines) or any(bool((one != 0).any()) for one in bars)


def _moves(line: Reals) -> bool:
    known = line[np.isfinite(line)]
    return known.size > 0 and float(np.ptp(known)) > STILL * float(np.abs(known).max())
