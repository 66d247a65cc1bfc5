"""Kernels: numerical functions that numba compiles when they are first called, so that importing one costs nothing.

A file may therefore hold a declaration and its compiled half, and whoever reads a scenario does not pay for numba.

Where there is no place for compiled kernels (a package that is read-only, no home), they are compiled in each process
anew: `Kernel.kept` says so.

Notes
-----
numba's disk cache does not see a change of a kernel in *another* file: after editing one that others call, delete the
``__pycache__`` folders of those who import it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, update_wrapper
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, TypeVar, cast

# rows whose columns stay in the processor's own memory while a kernel passes over them several times
IN_CACHE = 16384  # a few columns
AT_HAND = 2048  # some twenty of them

Function = TypeVar("Function", bound=Callable[..., Any])
Call: TypeAlias = "tuple[Kernel, tuple[Any, ...]]"
"""a kernel and numba's types of the arguments"""


def kernel(function: Function) -> Function:
    """Compile a numerical kernel: cached, without the interpreter's lock, without fastmath."""
    return cast(Function, Kernel(function))


def inlined(function: Function) -> Function:
    """Compile a scalar kernel that LLVM must merge into its callers: a loop with a call in it is not vectorised."""
    return cast(Function, Kernel(function, forceinline=True))


def word_operation(plain: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """A machine instruction that plain Python spells out: numba's intrinsic, or `plain` where nothing is compiled."""

    def declared(intrinsic: Callable[..., Any]) -> Any:
        return _WordOperation(plain, intrinsic)

    return declared


class _Compiled:
    """What stands in a module for a function until it is compiled."""

    __wrapped__: Callable[..., Any]
    rehearsal: ClassVar[_Rehearsal | None] = None

    @cached_property
    def compiled(self) -> Any:
        """numba's function, made when it is first asked for; the plain one under ``NUMBA_DISABLE_JIT=1``."""
        raise NotImplementedError

    def __call__(self, *arguments: Any) -> Any:
        return self.compiled(*arguments) if self.rehearsal is None else self.rehearsal.play(self, arguments)


class Kernel(_Compiled):
    """A kernel in a module. When it is made, the compiled functions take the places of those that it names there.

    So numba finds functions that it knows, and later calls make no detour.
    """

    kept: ClassVar[bool] = True
    """whether compiled kernels are kept on disk, as far as this process knows"""

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        update_wrapper(self, function)
        self._options = options

    @cached_property
    def compiled(self) -> Any:
        """numba's function."""
        function = self.__wrapped__
        made = self._made(function)
        there = function.__globals__
        for name in (function.__name__, *function.__code__.co_names):
            if isinstance(found := there.get(name), _Compiled):
                there[name] = made if found is self else found.compiled
        return made

    def _made(self, function: Callable[..., Any]) -> Any:
        """numba's function, kept on disk where there is a place for it."""
        from numba import njit

        how = {"nogil": True, "error_model": "numpy", **self._options}
        try:
            if _has_place(Path(function.__code__.co_filename).parent):
                return njit(cache=True, **how)(function)
        except (RuntimeError, OSError):  # numba has looked everywhere, or could not even look
            pass
        Kernel.kept = False
        return njit(**how)(function)


def _has_place(folder: Path) -> bool:
    """Whether numba may look for one: without a home it would take a folder called `~` where the user stands."""
    from numba import config

    named = config.CACHE_DIR  # type: ignore[attr-defined]  # numba sets its options as it reads the environment
    return bool(named) or os.access(folder, os.W_OK) or Path("~").expanduser().is_absolute()


class _WordOperation(_Compiled):
    """Two forms of one operation with the same bits."""

    def __init__(self, plain: Callable[..., Any], intrinsic: Callable[..., Any]) -> None:
        update_wrapper(self, intrinsic)
        self.__wrapped__, self._intrinsic = plain, intrinsic

    @cached_property
    def compiled(self) -> Any:
        """numba's intrinsic."""
        from numba import config
        from numba.extending import intrinsic

        off = config.DISABLE_JIT  # type: ignore[attr-defined]  # numba sets its options as it reads the environment
        return self.__wrapped__ if off else intrinsic(self._intrinsic)


class _Rehearsal:
    """Kernels in plain Python, and what is called of them."""

    def __init__(self) -> None:
        self.calls: dict[Call, None] = {}
        self._inside = False

    def play(self, function: _Compiled, arguments: tuple[Any, ...]) -> Any:
        """Call the plain function; calls of one kernel by another are not noted: that is compiled along with this."""
        from numba import typeof

        if self._inside:
            return function.__wrapped__(*arguments)
        if isinstance(function, Kernel):
            self.calls[function, tuple(map(typeof, arguments))] = None
        self._inside = True
        try:
            return function.__wrapped__(*arguments)
        finally:
            self._inside = False


@contextmanager
def rehearsed() -> Iterator[dict[Call, None]]:
    """While it is open, kernels that this process has not called before run in plain Python: yields their calls."""
    _Compiled.rehearsal = _Rehearsal()
    try:
        yield _Compiled.rehearsal.calls
    finally:
        _Compiled.rehearsal = None
