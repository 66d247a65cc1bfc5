"""Figures of the core of the month. `SPECIFICATION.md` says what each one does; every side reads them from here.

Money is in minor units. Every price is a multiple of 24 = 2 x TERM, so that earning is exact in integers.
"""

from math import exp, pi, sin

# --- partners --------------------------------------------------------------------------------------------------------
MEAN_FLOW = 5.0  # buyers a month at a partner, from whichever principal
FLOW_SIGMA = 0.8  # of the logarithm of the flow
WEIGHT_LOW, WEIGHT_HIGH = 0.10, 0.30  # weight of a percentage point of commission
SPONSOR_EVERY = 10  # the first n // SPONSOR_EVERY partners sponsor all others

# --- principals: 0 is us ---------------------------------------------------------------------------------------------
PRINCIPALS = 4
RIVAL_RATES = (0.12, 0.11, 0.13)
SERVICE = (0.5, 0.2, 0.3, 0.0)
INERTIA = 4.0
POINTS = 100.0  # percentage points in 1

# --- products --------------------------------------------------------------------------------------------------------
PRODUCTS = 3
TERM = 12
PARTS = 2 * TERM  # a contract earns one part in its first and last month, two in each between
PRICE = (6_000_000, 840_000, 1_200_000)
MIX = (0.25, 0.50, 0.25)
SEASON_SWING = (0.20, 0.10, 0.30)
SEASON = tuple(tuple(1.0 + swing * sin(2.0 * pi * m / TERM) for m in range(TERM)) for swing in SEASON_SWING)
RENEWAL = (0.75, 0.80, 0.70)
LEFT_FACTOR = 0.5  # on the chance of renewal while the partner sells for a rival
FREQUENCY = (0.30, 0.06, 0.03)  # claims a contract-year
SEVERITY_MEAN = (12_000_000.0, 8_000_000.0, 15_000_000.0)
SEVERITY_SHAPE = (1.2, 0.8, 0.5)
CANCELLATION = 0.005  # chance a month of each contract in force

# --- policy and settlement -------------------------------------------------------------------------------------------
TIER_BOUNDS = (5_000_000, 20_000_000)  # premium written in the month
TIER_RATES = (0.10, 0.13, 0.16)
OVERRIDE = 0.015
DEFAULT = 0.002
DISCIPLINE = 0.95

# --- the ledger ------------------------------------------------------------------------------------------------------
LEDGER = (
    "premium_new", "premium_renewal", "premium_earned", "refund", "claims", "commission", "override", "clawback",
    "remitted", "set_off", "bad_debt", "paid", "receivable", "payable",
)  # fmt: skip
BALANCES = ("receivable", "payable")  # the two that are balances at the close; the others are flows of the month

MEAN_OF_LOGNORMAL = exp(0.5 * FLOW_SIGMA**2)
