"""Commands of tests keep no replications, unless a test gives a store; Ctrl-C reaches them wherever the tests run."""

from __future__ import annotations

import os
import signal

os.environ["PARTNER_SIM_STORE"] = "none"

# a shell that starts the tests in the background has them ignore it, and every process that they start with them
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
