"""Where the tables of an answer stand in its folder."""

from __future__ import annotations

from sim.experiments.answer import Table
from sim.report.run import folder

TABLES = "tables"


def table_file(one: Table) -> str:
    """Path of a table within the folder."""
    return f"{TABLES}/{folder.safe_name(one.name) or 'table'}.csv"
