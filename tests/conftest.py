"""Commands of tests speak English and keep no replications, unless told otherwise; Ctrl-C reaches them everywhere."""

from __future__ import annotations

import os
import signal

os.environ["PARTNER_SIM_STORE"] = "none"
os.environ["PARTNER_SIM_LANG"] = "en"

# a shell that starts the tests in the background has them ignore it, and every process that they start with them
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
