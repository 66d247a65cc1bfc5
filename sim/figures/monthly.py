"""Names of the figures that are kept of every month, by group: light to import."""

from __future__ import annotations

COUNTS = (
    "new_contracts",
    "renewed_contracts",
    "renewed_directly",
    "ended_contracts",
    "cancelled_contracts",
    "claims",
    "in_force",
    "active_partners",
    "lost_partners",
    "our_partners",
    "agents",
    "switched_to_us",
    "switched_away",
    "entered",
    "recruited",
    "left",
    "defaulted",
    "ended",
    "returned",
    "refused_contracts",
    "blanks_out",
)
BY_PRODUCT = ("premium_new", "premium_renewal", "premium_earned", "claims_incurred", "commission_accrued")
BY_SEGMENT = (
    "premium_written", "premium_earned", "claims_incurred", "commission", "premium_refunded", "bad_debt", "remitted",
    "new_contracts", "active",
)  # fmt: skip
BY_RULE = ("commission_of_rule", "rated_premium", "rated_commission")
SURPRISES = ("choice", "sales", "renewals", "claims")
VALUES = (
    "equity", "run_off_value", "written_12_months", "overdue_90_days", "overdue_30", "overdue_60", "overdue_90",
    "exposure", "refused_premium",
)  # fmt: skip
NETWORK = (
    "brokers",
    "broker_defaults",
    "brokers_hollow",
    "broker_cash",
    "broker_deposits",
    "broker_unremitted",
    "network_agents",
    "agents_joined",
    "agents_lost",
)
CONCENTRATION = ("hhi", "top_10_share")
