"""Answers to the families of offers: quality, influencers, popularity, own channels, figures that were published."""

from __future__ import annotations

from typing import Any

from sim.theory import channels
from tests.theory.cases import Case

Answer = dict[str, Any]


def answer_quality(case: Case) -> Answer:
    """Damage to the brand, audits, or a survey of good and poor partners."""
    p = dict(case["parameters"])
    if "damage" in p:
        return vars(channels.brand_damage(**p))
    if "answers" in p:
        return {who: vars(channels.survey(*p[who], p["answers"], p["bound"])) for who in ("good", "poor")}
    turnover = channels.Turnover(p.pop("unsound_entrants"), p.pop("leave"))
    found = channels.audits(turnover, hazards=(p.pop("hazard_unsound"), p.pop("hazard_sound")), **p)
    # The given sums of 24 months carry rounding of 6e-9 in 5e6: 1e-9 is a unit in their last place.
    return {**vars(found), "net": found.net, "tolerances": {key: {"rel": 4e-14} for key in ("saved", "net")}}


def answer_influencer(case: Case) -> Answer:
    """One post by month, or pay by post against pay by sale."""
    p = case["parameters"]
    return vars((channels.burst if "post_at" in p else channels.fee_or_commission)(**p))


def answer_popularity(case: Case) -> Answer:
    """An offer among thousands, or traffic that success draws."""
    p = case["parameters"]
    if "classes" not in p:
        rule = p["advantage"], p["popularity"], p["review"]
        paths = {str(start): channels.popularity_path(*rule, start, p["months"]) for start in p["starts"]}
        return {**vars(channels.popularity_fixed_points(*rule)), "paths": paths}
    others = [channels.Offers(**one) for one in p["classes"]]
    market, cost = channels.Market(p["weight"], p["own_attraction"], others), p["cost_of_goods"]
    best = channels.best_rate(market, cost)
    return {
        "at": [vars(channels.listed_at(market, rate, cost)) for rate in p["rates"]],
        "first_from_rate": channels.first_from_rate(market),
        "best_rate": best.rate,
        "best_profit": best.profit,
        "best_rank": best.rank,
    }


def answer_own(case: Case) -> Answer:
    """Marketing by month, or an office against a dealer."""
    p = dict(case["parameters"])
    if "carry" in p:
        spend, start = p.pop("spend"), p.pop("start")
        found = channels.marketing(channels.Media(**p), spend, start)
        return {**vars(found), "path": list(zip(found.stock, found.reach, found.demand, strict=True))}
    office = channels.Office(p["opening"], p["running"], p["demand"], p["capacity"])
    dealer = channels.Dealer(p["onboarding"], p["service"], p["dealer_sales"], p["commission"])
    return vars(channels.office_or_dealer(office, dealer, p["price"], p["ramp"], p["life"], p["discount"]))


def answer_published(case: Case) -> Answer:
    """A conflict, traffic, a burst, or a chain that gives the published figures."""
    p = dict(case["parameters"])
    if "block" in p:
        return _conflict(case)
    if "traffic" in p:
        return vars(channels.more_entry(**p))
    if "chain_share_of_market" in p:
        p.pop("own_share")  # points are of the market, whatever we had of it
        return vars(channels.points_through_a_chain(**p))
    counts = [one["posts"] for one in case["expected"].get("by_posts", [])] or [1]
    found = channels.burst_needs(**p, posts=counts)
    listed = [{"posts": count, "conversion_needed": found.by_posts[count]} for count in counts]
    return {**vars(found), "by_posts": listed}


def _conflict(case: Case) -> Answer:
    p = dict(case["parameters"])
    before, after = (channels.Terms(**p.pop(when)) for when in ("before", "after"))
    dispute = channels.Dispute(**p, before=before, after=after)
    found = channels.ended_conflict(dispute, months=len(case["expected"]["months"]) - 1)
    shares = [one["partner_share_before"] for one in case["expected"].get("own_sales_factor_by_share_before", [])]
    return {
        **vars(found),
        "months": [{**vars(m), "total": m.total, "partner_share": m.partner_share} for m in found.months],
        "gain_over_no_programme_month_3": found.gain_over_no_programme,
        "own_sales_factor_by_share_before": [
            {
                "partner_share_before": share,
                "own_sales_factor": channels.own_sales_factor(p["target_growth"], p["target_share"], share),
            }
            for share in shares
        ],
    }
