"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. 1 is a policy that fails and nothing else: our own errors end with 70."""

    PASS = 0
    FAIL = 1
    WRONG_INPUT = 2
    UNDECIDED = 3
    CANNOT = 4
    """the results cannot be written, or the machine has not the memory for the run"""
    OWN_ERROR = 70
    INTERRUPTED = 130
    TERMINATED = 143


def of_verdict(verdict: str) -> Exit:
    """Exit code of PASS, FAIL or UNDECIDED."""
    return Exit[verdict]
