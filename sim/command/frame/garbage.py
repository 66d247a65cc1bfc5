"""Garbage of a command. What comes while it starts, libraries above all, is there to stay: it is hardly searched.

Python would search it for cycles hundreds of times, a seventh of the time to the first verdict.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()
SELDOM = 200_000, 20, 50  # objects and rounds between two searches: a command loads fewer until it plays


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Garbage is searched seldom until `started` is called, and as usual at the end."""
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*USUAL)


@contextmanager
def left_alone() -> Iterator[None]:
    """While it is open libraries come, which are there to stay: garbage is not searched, nor are they afterwards."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def started() -> None:
    """What is there now is not searched any more; what comes is, as often as usual: models of replications are big."""
    if gc.get_threshold() == SELDOM:
        gc.freeze()
        gc.set_threshold(*USUAL)
