"""Kernels are compiled in this run: the user is told why the first replication takes long, when it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from sim.base.kernels import Kernel
from sim.command.frame import streams

COMPILING = "compiling kernels for this machine; this is done once and takes up to half a minute"

NOT_KEPT = (
    "kernels are compiled in each run anew, which takes up to half a minute: there is no place to keep them; "
    "NUMBA_CACHE_DIR names one"
)


def told_when_compiling_in(lang: str) -> AbstractContextManager[None]:
    """The same as `told_when_compiling`, for a command that shows no progress: said in a language as it happens."""
    return told_when_compiling(partial(streams.tell, lang=lang))


@contextmanager
def told_when_compiling(tell: Callable[[str], None]) -> Iterator[None]:
    """While it is open, `tell` is called once if this process compiles a kernel; one that comes from disk is none."""
    from numba.core import event

    class Teller(event.Listener):  # type: ignore[misc]  # numba is untyped
        told = False

        def on_start(self, event: object) -> None:
            if not self.told:
                self.told = True
                tell(COMPILING if Kernel.kept else NOT_KEPT)

        def on_end(self, event: object) -> None:
            pass

    with event.install_listener("numba:compile", Teller()):
        yield
