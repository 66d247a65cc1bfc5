"""Channels: whose sale it is, what partners add, and what they do with our product.

One family a file; all public functions stand here, too. Shares, rates and margins are fractions of 1, money is in any
one unit, times are in months unless a name says days or hours. A bad figure raises a ValueError that names it. Where a
quotient has nothing below the line it is infinite, and NaN where it has nothing above either.
"""

from sim.theory.attribution import Path
from sim.theory.channels.attention import CallRule, Calls, Cycle, attention_cycle, call_plan
from sim.theory.channels.capacity import (
    Desk,
    Served,
    Stationary,
    desk,
    desk_sales_factor,
    served_in_order,
    stationary_service,
)
from sim.theory.channels.conflict import Dispute, DisputeMonth, EndedConflict, ended_conflict, own_sales_factor
from sim.theory.channels.effort import BestPay, Worked, Worker, best_pay, effort_at
from sim.theory.channels.experiment import Experiment, held_out_regions
from sim.theory.channels.journeys import (
    Journey,
    Rule,
    Split,
    Touch,
    both_paid,
    by_weights,
    check_journey,
    credited_sales,
    first_touch,
    haggled,
    last_touch,
    linear,
    no_earlier_tag,
    position,
    shapley_of_touchers,
    time_decay,
    window,
)
from sim.theory.channels.money import credited_amount, granted_units, split_amount
from sim.theory.channels.network import Active, Leaving, active_partners, leaving_a_network
from sim.theory.channels.overlap import (
    Displaced,
    JointPay,
    PartnerSales,
    Separated,
    displacement,
    incremental_estimate,
    joint_pay,
    separated_journeys,
    separation,
)
from sim.theory.channels.own_channels import (
    Dealer,
    Marketing,
    Media,
    Office,
    OfficeOrDealer,
    marketing,
    office_or_dealer,
)
from sim.theory.channels.popularity import (
    Fixed,
    Listed,
    Market,
    Offers,
    best_rate,
    first_from_rate,
    listed_at,
    popularity_fixed_points,
    popularity_path,
)
from sim.theory.channels.posts import Burst, BurstNeeds, PostPay, burst, burst_needs, fee_or_commission, within_month
from sim.theory.channels.published import Chain, Traffic, more_entry, points_through_a_chain
from sim.theory.channels.quality import (
    Audits,
    Brand,
    Survey,
    Turnover,
    audits,
    brand_damage,
    survey,
    unsound_after_audit,
    unsound_path,
)
from sim.theory.channels.reach import Game, Reached, reach_game, sales_of, shapley_of
from sim.theory.channels.referral import (
    Credited,
    Window,
    monthly_repeats,
    referral_share,
    repeats_in_all,
    repeats_in_window,
)
from sim.theory.channels.removal import Removal, expected_paths, removal_effects
from sim.theory.channels.staff import (
    BestBonus,
    Terms,
    best_cross_bonus,
    cooperation_path,
    cooperation_target,
    cross_bonus_profit,
    indifferent_cross_bonus,
    staff_factor,
)
from sim.theory.channels.stock import House, Reserved, house, reservation
from sim.theory.channels.thinning import CreditedJourney, ThinnedMonth, thinned_month
from sim.theory.channels.touch_times import FirstAndInside, Timed, first_and_inside
from sim.theory.channels.tracking import (
    Medium,
    Programme,
    Seen,
    Trust,
    programmes,
    seen_offline,
    tracked_pay,
    trust_in_pay,
)
from sim.theory.channels.warm_leads import HandedOver, Returned, fewer_steps_factor, handover, returned_leads

__all__ = [
    "Active", "Audits", "BestBonus", "BestPay", "Brand", "Burst", "BurstNeeds", "CallRule", "Calls", "Chain",
    "Credited", "CreditedJourney", "Cycle", "Dealer", "Desk", "Displaced", "Dispute", "DisputeMonth",
    "EndedConflict", "Experiment", "FirstAndInside", "Fixed", "Game", "HandedOver", "House", "JointPay", "Journey",
    "Leaving", "Listed", "Market", "Marketing", "Media", "Medium", "Offers", "Office", "OfficeOrDealer",
    "PartnerSales", "Path", "PostPay", "Programme", "Reached", "Removal", "Reserved", "Returned", "Rule", "Seen",
    "Separated", "Served", "Split", "Stationary", "Survey", "Terms", "ThinnedMonth", "Timed", "Touch", "Traffic",
    "Trust", "Turnover", "Window", "Worked", "Worker", "active_partners", "attention_cycle", "audits",
    "best_cross_bonus", "best_pay", "best_rate", "both_paid", "brand_damage", "burst", "burst_needs", "by_weights",
    "call_plan", "check_journey", "cooperation_path", "cooperation_target", "credited_amount", "credited_sales",
    "cross_bonus_profit", "desk", "desk_sales_factor", "displacement", "effort_at", "ended_conflict",
    "expected_paths", "fee_or_commission", "fewer_steps_factor", "first_and_inside", "first_from_rate",
    "first_touch", "granted_units", "haggled", "handover", "held_out_regions", "house", "incremental_estimate",
    "indifferent_cross_bonus", "joint_pay", "last_touch", "leaving_a_network", "linear", "listed_at", "marketing",
    "monthly_repeats", "more_entry", "no_earlier_tag", "office_or_dealer", "own_sales_factor",
    "points_through_a_chain", "popularity_fixed_points", "popularity_path", "position", "programmes", "reach_game",
    "referral_share", "removal_effects", "repeats_in_all", "repeats_in_window", "reservation", "returned_leads",
    "sales_of", "seen_offline", "separated_journeys", "separation", "served_in_order", "shapley_of",
    "shapley_of_touchers", "split_amount", "staff_factor", "stationary_service", "survey", "thinned_month",
    "time_decay", "tracked_pay", "trust_in_pay", "unsound_after_audit", "unsound_path", "window", "within_month",
]  # fmt: skip
