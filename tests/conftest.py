"""Commands of tests speak English and keep no replications, unless told otherwise; Ctrl-C reaches them everywhere.

Several processes test at once: no example has to be quick, and none writes the file of a kernel that another writes.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

from sim.runs.rehearsal import name_own_files

os.environ["PARTNER_SIM_STORE"] = "none"
os.environ["PARTNER_SIM_LANG"] = "en"
os.environ.pop("COLUMNS", None)  # pytest-xdist states it; where no terminal does, tables have a width of ours

# a shell that starts the tests in the background has them ignore it, and every process that they start with them
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("beside others", deadline=None)
settings.load_profile("beside others")
if "PYTEST_XDIST_WORKER" in os.environ:
    name_own_files()
