"""One partner's statements as rows of texts."""

from __future__ import annotations

from sim.base.text import safe_text
from sim.judgement.result import Result
from sim.report.run.statement_words import StatementWords

MOST_PARTNERS = 2000  # to choose from


class PartnerStatement:
    """Statements of a run's partners in one language."""

    def __init__(self, result: Result, lang: str) -> None:
        self.result = result
        self.words = StatementWords(lang, result.plan.scenario.spoken)

    @property
    def partners(self) -> list[str]:
        """Those there at the start, the first so many."""
        population = self.result.plan.population
        there = zip(population.ids, population.spare.tolist(), strict=False)
        return [one for one, spare in there if not spare][:MOST_PARTNERS]

    def named(self, partner: str) -> str:
        """A partner as it is chosen: with its name where it has one."""
        population = self.result.plan.population
        name = population.names[population.ids.index(partner)]
        return safe_text(f"{partner} ({name})" if name and name != partner else partner)

    @property
    def months(self) -> list[str]:
        """Months of the horizon."""
        return list(self.result.cube.months)

    def rows(self, partner: str, replication: int, month: str | None) -> list[dict[str, str]]:
        """The lines of a month's statement, or of all, from a rerun of one replication; columns that tell anything."""
        table = self.result.statement(partner, replication, month)
        kept = self.words.columns(table)
        heads, cells = [self.words.head(name) for name in kept], self.words.rows(table, kept)
        told = [any(row[at] for row in cells) for at in range(len(heads))]
        return [{head: cell for head, cell, there in zip(heads, row, told, strict=True) if there} for row in cells]
