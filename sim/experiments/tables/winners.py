"""Who wins and who loses commission under another policy, in the replications whose partners were followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiments.tables.decisive import Others
from sim.judgement import partner_panel
from sim.judgement.result import Result

if TYPE_CHECKING:
    import pandas

DECIDING = 10  # partners that are named on each side


def partners(base: Result, others: Others) -> pandas.DataFrame:
    """Partners that gain and lose most commission under b, mean over the replications that were followed."""
    import pandas

    before = _commission(base)
    found = []
    for name, b in others:
        other = _commission(b)
        if before.empty or other.empty:
            continue
        both = before.add_suffix("_a").join(other.add_suffix("_b"), how="outer")
        both = both.assign(segment=both.segment_a.fillna(both.segment_b)).reset_index()
        both = both[["segment", "partner", "commission_a", "commission_b", "premium_a", "premium_b"]].fillna(
            dict.fromkeys(("commission_a", "commission_b", "premium_a", "premium_b"), 0.0)
        )
        both["difference"] = both.commission_b - both.commission_a
        ranked = both.sort_values(["difference", "partner"], ascending=[False, True], kind="stable")
        ends = pandas.concat([ranked.head(DECIDING), ranked.tail(DECIDING)])
        ends = ends[~ends.index.duplicated()]
        ends.insert(0, "policy", name)
        found.append(ends)
    return pandas.concat(found, ignore_index=True) if found else pandas.DataFrame()


def segments(base: Result, others: Others) -> pandas.DataFrame:
    """How many partners of each segment gain and lose commission, and how much together."""
    import pandas

    before, rows = _commission(base), []
    for name, b in others:
        other = _commission(b)
        if before.empty or other.empty:
            continue
        gap = other.commission.sub(before.commission, fill_value=0.0)
        segment = other.segment.combine_first(before.segment)
        for one, part in gap.groupby(segment):
            rows.append({"policy": name, "segment": one, "gain": int((part > 0).sum()), "lose": int((part < 0).sum()),
                         "difference": float(part.sum())})  # fmt: skip
    return pandas.DataFrame(rows)


def _commission(result: Result) -> pandas.DataFrame:
    """Commission and premium of each followed partner over the horizon, mean over replications; by partner."""
    import pandas

    frame = result.partners
    if "partner" not in frame:
        return pandas.DataFrame(columns=["segment", "commission", "premium"])
    frame = partner_panel.of_partners(frame, result.plan)
    count = max(frame.replication.nunique(), 1)
    found = frame.groupby("partner").agg({"segment": "first", "commission": "sum", "premium": "sum"})
    return found.assign(commission=found.commission / count, premium=found.premium / count)
