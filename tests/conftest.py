"""Commands of tests keep no replications, unless a test gives a store."""

from __future__ import annotations

import os

os.environ["PARTNER_SIM_STORE"] = "none"
