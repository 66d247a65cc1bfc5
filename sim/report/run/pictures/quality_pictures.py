"""Pictures of partners' quality: incidents, damage to our brand, unsound partners and what customers say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.report.pages.colours import BAD, BLUE
from sim.report.pages.picture import Band, Line, Mark, Picture
from sim.report.run.channels.quality_words import QualityWords
from sim.report.run.pictures.run_pictures import OF_100, RunPictures


class QualityPictures(RunPictures):
    """Makes those pictures that a result has something to show for."""

    def all(self) -> dict[str, Picture]:
        """Every picture that is there, by its name."""
        self.words = QualityWords(self.result, self.labels, self.numbers)
        found = [self.incidents()] if self.words.kinds else []
        found += [self.brand_damage()] if self.words.damaged else []
        found += [self.quality()] if self.words.doubted else []
        return {one.name: one for one in found}

    def incidents(self) -> Picture:
        """Incidents a month by kind, stacked."""
        means = {self.named(one): self.cube.series(f"incidents.{one}").mean(axis=0) for one in self.words.kinds}
        sums = {name: float(mean.sum()) for name, mean in means.items()}
        number = self.numbers.count(sum(sums.values()))
        title = self.findings.say("incidents", number=number, most=max(sums, key=sums.__getitem__))
        unit = self.labels("quality.number")
        return self.picture("incidents", title, unit, replace(self.months, celled=True), self.stacked(means))

    def brand_damage(self) -> Picture:
        """Damage to our brand: its mean, and a band over the replications."""
        damage = self.cube.series("brand_damage")
        mean, (low, high) = damage.mean(axis=0), np.quantile(damage, (0.05, 0.95), axis=0)
        marks: list[Mark] = [
            Band(self.labels("word.band_90"), low, high, BAD),
            Line(self.labels("quality.damage"), mean, BAD),
        ]
        title = self.findings.change(self.labels("finding.brand_damage"), float(mean[0]), float(mean[-1]), "number")
        return self.picture("brand_damage", title, "", self.months, marks)

    def quality(self) -> Picture:
        """Share unsound, and what customers say where they are asked."""
        shares = self.words.unsound_shares()
        marks: list[Mark] = [Line(self.labels("quality.share"), OF_100 * shares, BAD)]
        if self.words.surveyed:
            answers, score = (self.cube.series(f"survey_{one}").sum(axis=0) for one in ("answers", "score"))
            nps = np.divide(score, answers, out=np.full(score.size, np.nan), where=answers > 0)
            marks.append(Line(self.labels("quality.score"), OF_100 * nps, BLUE))
        title = self.findings.change(self.labels("finding.quality"), float(shares[0]), float(shares[-1]), "share")
        return self.picture("quality", title, "%", self.months, marks)
