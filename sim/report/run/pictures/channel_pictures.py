"""Pictures of partners' moves, credit, network brokers, our own pyramid and finite units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.judgement import partner_flows, sales_stopped
from sim.report.pages.colours import AGES, BAD, BLUE, GOOD, INK, ORANGE, QUIET, RISING, between
from sim.report.pages.picture import Along, Band, Bars, Cells, Line, Mark, Picture, Shade, Style
from sim.report.run.channels import channel, units_words
from sim.report.run.channels.channel import Pair
from sim.report.run.pictures.drawing import Drawing

UNITS = {"sold": BLUE, "reserved": ORANGE, "free": QUIET}
STACK = 0.85
"""how dense areas are that stand upon one another"""
OF_100, ALL = 100.0, 104.0
PALE = 0.12  # of the scale of colours, for the smallest move
DARKEST_HOLLOW, DARKEST_OLD = 0.4, 0.14


class ChannelPictures(Drawing):
    """Makes those pictures that a result has something to show for."""

    def all(self) -> dict[str, Picture]:
        """Every picture that is there, by its name."""
        return {name: getattr(self, name)() for name in channel.present(self.result)}

    def flows(self) -> Picture:
        """Moves by quarter, a row for each pair of places."""
        found, quarters = channel.flows(self.result), partner_flows.quarters(self.result.plan)
        pairs = list(found)[: channel.MOST_PAIRS]
        shown = np.array([found[pair] for pair in pairs])
        digits = int((shown % 1 > 0).any())  # means of several replications have decimals
        names = Along.of([self.pair(pair) for pair in pairs])
        along = Along.of([f"{one[:4]} {self.labels('word.quarter', n=one[-1])}" for one in quarters])
        texts = [[self.numbers.plain(value, digits) if value else "" for value in row] for row in shown.tolist()]
        said = [
            [f"{along.names[x]}\n{names.names[y]}: {self.numbers.plain(value, 1)}" for x, value in enumerate(row)]
            for y, row in enumerate(shown.tolist())
        ]
        cells = Cells(_coloured(shown), texts, said)
        caption = self.labels("about.flows", n=channel.MOST_PAIRS)
        (before, after), number = pairs[0], self.numbers.count(float(found[pairs[0]].sum()))
        title = self.findings.say("flows", before=self.place(before), after=self.place(after), number=number)
        picture = self.picture("flows", title, "", along, [cells], wide=True, up=names)
        return replace(picture, about=caption)

    def pair(self, pair: Pair) -> str:
        """A move in words."""
        return " → ".join(map(self.place, pair))

    def place(self, name: str) -> str:
        """Where a partner may be, in words."""
        return safe_text(self.labels.place(name))

    def ageing(self) -> Picture:
        """Receivable past due by age, stacked."""
        found = channel.ageing(self.cube)
        divisor, unit = self.money(np.asarray(sum(found.values(), np.zeros(1))))
        oldest = found["over_90"]
        said = [self.findings.figure(float(one), "money") for one in (oldest[-1], oldest.max())]
        areas = {self.labels(f"age.{age}"): values / divisor for age, values in reversed(found.items())}
        title = self.findings.say("ageing", last=said[0], most=said[1])
        return self.picture("ageing", title, unit, self.months, _areas(areas, tuple(reversed(AGES.values()))))

    def pledged(self) -> Picture:
        """Deposits against exposure."""
        found = channel.pledged(self.cube)
        exposure, deposits = (float(found[name][-1]) for name in ("exposure", "deposits"))
        if exposure > 0:
            title = self.findings.say("pledged", share=self.findings.figure(deposits / exposure, "share"))
        else:
            title = self.findings.say("pledged_none", deposits=self.findings.figure(deposits, "money"))
        return self._money("pledged", found, (BAD, GOOD), title)

    def units(self) -> Picture:
        """Units sold so far, reserved and free, stacked; lines of what came back and of the plan so far."""
        found = units_words.by_month(self.cube)
        there = [float(found[name][-1]) for name in UNITS]
        said = [self.numbers.count(value) for value in (there[0], sum(there))]
        marks = _areas({self.labels(units_words.LABELS[name]): found[name] for name in UNITS}, tuple(UNITS.values()))
        styles: dict[str, Style] = {"planned": "dash", "back": "dot"}
        marks += [
            Line(self.labels(f"units.{name}"), found[name], INK, styles[name], 1.4) for name in styles if name in found
        ]
        title = self.findings.say("units", sold=said[0], all=said[1])
        return self.picture("units", title, self.labels("word.units"), self.months, marks)

    def hole(self) -> Picture:
        """Brokers' cash, debts and equity; shaded by the share of brokers whose equity is below 0 and cash is not."""
        found = channel.hole(self.cube)
        said = {name: self.findings.figure(float(found[name][-1]), "money") for name in ("cash", "owed")}
        shade = Shade("", np.nan_to_num(channel.hollow(self.cube)), BAD, DARKEST_HOLLOW)
        return self._money("hole", found, (BLUE, ORANGE, BAD), self.findings.say("hole", **said), shade)

    def survival(self) -> Picture:
        """Brokers that have not defaulted, with a band over the replications, and the hollow among those going on."""
        together, each = channel.survival(self.cube)
        low, high = np.quantile(each, (0.05, 0.95), axis=0) * OF_100
        marks: list[Mark] = [
            Band(self.labels("word.band_90"), low, high, BLUE),
            Line(self.labels("survival.survival"), together * OF_100, BLUE),
            Line(self.labels("survival.hollow"), channel.hollow(self.cube) * OF_100, BAD, "dot"),
        ]
        title = self.findings.say("survival", share=self.findings.figure(float(together[-1]), "share"))
        return self.picture("survival", title, "%", self.months, marks, reach=(0.0, ALL))

    def joining(self) -> Picture:
        """What an agent has gained, by joining month."""
        return self._gains("joining", replace(self.months, celled=True))

    def before_default(self) -> Picture:
        """The same of defaulted brokers, by months from joining to default."""
        at = np.arange(len(self.cube.months), dtype=np.float64)
        named = [self.numbers.count(one) for one in at.tolist()]
        return self._gains(
            "before_default", Along(at, named, "numbers", self.labels("word.months_before_default"), True)
        )

    def stop(self) -> Picture:
        """What is lost if sales stop at the close of month m; months whose new revenue pays old promises are shaded."""
        curve = sales_stopped.stop_curve(self.result)
        lost, low, high, worst, on = (curve[one].to_numpy() for one in ("lost", "low", "high", "p95", "played_on"))
        divisor, unit = self.money(lost, worst)
        between = Band(self.labels("word.interval_short"), low / divisor, high / divisor, BLUE)
        marks: list[Mark] = [between] if np.isfinite(low).all() else []
        marks += [
            Shade("", curve["pays_old"].to_numpy(), BAD, DARKEST_OLD),
            Line(self.labels("stop.lost"), lost / divisor, BAD),
            Line(self.labels("stop.p95"), worst / divisor, BAD, "dot", 1.4),
            Line(self.labels("stop.played_on"), on / divisor, BLUE, "dash", 1.4),
        ]
        month = int(lost.argmax())
        said = {
            "lost": self.findings.figure(float(lost[month]), "money"),
            "month": self.labels.month(self.cube.months[month]),
        }
        title = self.findings.say("stop", **said) if lost[month] > 0 else self.findings.say("stop_none")
        return self.picture("stop", title, unit, self.months, marks)

    def _money(self, name: str, found: dict[str, Reals], colours: tuple[str, ...], title: str, *more: Mark) -> Picture:
        """Lines of money on one scale."""
        divisor, unit = self.money(*found.values())
        lines = self.lines({self.labels(f"{name}.{one}"): values / divisor for one, values in found.items()}, colours)
        return self.picture(name, title, unit, self.months, [*more, *lines])

    def _gains(self, by: str, along: Along) -> Picture:
        _, each = channel.gained(self.result, by)
        divisor, unit = self.money(each)
        bars = Bars("", each / divisor, [BAD if value < 0 else GOOD for value in each.tolist()])
        return self.picture(by, self._of_gains(each[np.isfinite(each)]), unit, along, [bars])

    def _of_gains(self, each: Reals) -> str:
        losing = int((each < 0).sum())
        if not losing:
            return self.findings.say(
                "gains", gain=self.findings.figure(float(each.mean()) if each.size else 0.0, "money")
            )
        worst = self.findings.figure(abs(float(each.min())), "money")
        return self.findings.say("gains_some", some=losing, all=each.size, worst=worst)


def _areas(found: dict[str, Reals], colours: tuple[str, ...]) -> list[Mark]:
    """Areas upon one another."""
    marks: list[Mark] = []
    base: Reals = np.zeros(1)
    for (name, values), colour in zip(found.items(), colours, strict=True):
        marks.append(Band(name, np.broadcast_to(base, values.shape), base + values, colour, STACK))
        base = base + values
    return marks


def _coloured(shown: Reals) -> list[list[str]]:
    """A colour for each move, none where nobody moves."""
    shares = PALE + (1 - PALE) * shown / shown.max()
    return [
        [between(RISING, share) if value else "" for share, value in zip(*both, strict=True)]
        for both in zip(shares.tolist(), shown.tolist(), strict=True)
    ]
