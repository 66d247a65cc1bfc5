"""Progress for a notebook or a script: one line on standard error that counts up."""

from __future__ import annotations

import sys

WIDTH = 30  # of the bar, characters


def progress(done: int, total: int) -> None:
    """Show how far a run is: `sim.run(scenario, progress=sim.progress)`. The line is rewritten in its place.

    Parameters
    ----------
    done, total : replications
    """
    share = done / total if total else 1.0
    bar = ("█" if _shows_blocks() else "#") * round(WIDTH * share)
    end = "\n" if done >= total else ""
    print(f"\r{bar:<{WIDTH}} {done} of {total} replications", end=end, file=sys.stderr, flush=True)


def _shows_blocks() -> bool:
    return (getattr(sys.stderr, "encoding", None) or "").lower().replace("-", "") == "utf8"
