"""The core as a Mesa model is usually written: one agent a partner, a month in two steps, pure Python in each.

Nothing is made slow on purpose: agents act in order (no shuffle), uniforms come from the model's `random`, counts and
severities from its NumPy generator, and draws that cannot matter are skipped.
"""

from math import exp

import mesa

from bench import parameters as P
from bench.population import NO_SPONSOR, build


class PartnerAgent(mesa.Agent):
    """A partner: its contracts by product and slot, its choice, and its columns of the ledger."""

    receivable: int
    payable: int

    def __init__(self, model: "PlainMesa", flow: float, weight: float, principal: int) -> None:
        super().__init__(model)
        self.flow = flow
        self.weight = weight
        self.principal = principal
        self.sponsor: PartnerAgent | None = None
        self.rate_seen = P.TIER_RATES[0]
        self.ring = [[0] * P.TERM for _ in range(P.PRODUCTS)]
        self.in_force = [0] * P.PRODUCTS
        self.received = 0
        for name in P.LEDGER:
            setattr(self, name, 0)

    def trade(self) -> None:
        """Choose, renew, sell, earn, bear claims, lose contracts, earn commission."""
        self.choose()
        self.premium_new = self.premium_renewal = self.premium_earned = self.claims = 0
        for p in range(P.PRODUCTS):
            parts = self.sell(p)
            if parts:
                self.premium_earned += P.PRICE[p] // P.PARTS * parts
                self.claims += self.claim(p, parts)
        self.refund = self.cancel()
        self.draw_statement()

    def choose(self) -> None:
        """Draw a principal from the logit with inertia."""
        weight = self.weight * P.POINTS
        odds = [exp(weight * rate + service) for rate, service in zip(self.model.rates, P.SERVICE, strict=True)]
        odds[0] *= exp(weight * self.rate_seen)
        odds[self.principal] *= self.model.exp_inertia
        level = self.model.random.random() * sum(odds)
        chosen = 0
        while chosen < P.PRINCIPALS - 1 and level >= odds[chosen]:
            level -= odds[chosen]
            chosen += 1
        self.principal = chosen

    def sell(self, p: int) -> int:
        """Renew what is due and sell; return the parts of a contract that are earned this month."""
        model, slot = self.model, self.model.slot
        due = self.ring[p][slot]
        renewed = new = 0
        if due:
            chance = P.RENEWAL[p] if self.principal == 0 else P.RENEWAL[p] * P.LEFT_FACTOR
            renewed = int(model.rng.binomial(due, chance))
        if self.principal == 0:
            new = int(model.rng.poisson(self.flow * P.MIX[p] * P.SEASON[p][slot]))
        begun = new + renewed
        parts = 2 * self.in_force[p] - due + begun
        self.in_force[p] += begun - due
        self.ring[p][slot] = begun
        self.premium_new += new * P.PRICE[p]
        self.premium_renewal += renewed * P.PRICE[p]
        return parts

    def claim(self, p: int, parts: int) -> int:
        """What the claims on the month's exposure cost."""
        rng, shape = self.model.rng, P.SEVERITY_SHAPE[p]
        count = rng.poisson(parts * P.FREQUENCY[p] / P.PARTS)
        return round(rng.gamma(count * shape, P.SEVERITY_MEAN[p] / shape)) if count else 0

    def cancel(self) -> int:
        """Lose contracts inside their term; return what is refunded."""
        held = sum(self.in_force)
        if not held:
            return 0
        refund = 0
        for _ in range(self.model.rng.binomial(held, P.CANCELLATION)):
            refund += self.cancel_one(int(self.model.random.random() * held))
            held -= 1
        return refund

    def cancel_one(self, nth: int) -> int:
        """Cancel the nth contract in force; return its unearned premium."""
        p = 0
        while nth >= self.in_force[p]:
            nth -= self.in_force[p]
            p += 1
        ring, slot = self.ring[p], 0
        while nth >= ring[slot]:
            nth -= ring[slot]
            slot += 1
        ring[slot] -= 1
        self.in_force[p] -= 1
        return P.PRICE[p] // P.PARTS * (2 * (P.TERM - (self.model.month - slot) % P.TERM) - 1)

    def draw_statement(self) -> None:
        """Commission by marginal tiers, clawback on the refund, override to the sponsor."""
        written = self.premium_new + self.premium_renewal
        (r0, r1, r2), (b1, b2) = P.TIER_RATES, P.TIER_BOUNDS
        exact = r0 * written + (r1 - r0) * max(0, written - b1) + (r2 - r1) * max(0, written - b2)
        self.rate_seen = exact / written if written else r0
        self.commission = round(exact)
        self.clawback = round(self.refund * self.rate_seen)
        if self.sponsor is not None:
            self.override = round(written * P.OVERRIDE)
            self.sponsor.received += self.override

    def settle(self) -> None:
        """Be paid, then default, remit, or let the receivable roll on."""
        random = self.model.random.random
        self.paid = max(self.payable, 0)
        self.payable += self.commission + self.received - self.clawback - self.paid
        self.received = self.remitted = self.set_off = self.bad_debt = 0
        total = self.receivable + self.premium_new + self.premium_renewal
        if random() < P.DEFAULT:
            self.set_off = min(max(self.payable, 0), total)
            self.bad_debt = total - self.set_off
            self.payable -= self.set_off
            total = 0
        elif random() < P.DISCIPLINE:
            self.remitted = self.receivable
            total -= self.remitted
        self.receivable = total


class PlainMesa(mesa.Model):
    """One replication of the core, `partners` agents."""

    def __init__(self, partners: int, seed: int = 1, replication: int = 0) -> None:
        super().__init__(seed=seed * 1_000_003 + replication)
        people = build(partners)
        self.month = self.slot = 0
        self.rates = (0.0, *P.RIVAL_RATES)
        self.exp_inertia = exp(P.INERTIA)
        self.totals = [0] * len(P.LEDGER)
        rows = enumerate(zip(people.flow.tolist(), people.weight.tolist(), strict=True))
        members = [PartnerAgent(self, flow, weight, i % P.PRINCIPALS) for i, (flow, weight) in rows]
        for agent, sponsor in zip(members, people.sponsor.tolist(), strict=True):
            agent.sponsor = None if sponsor == NO_SPONSOR else members[sponsor]

    def step(self) -> None:
        """Play one month and total the ledger."""
        self.slot = self.month % P.TERM
        self.agents.do("trade")
        self.agents.do("settle")
        self.totals = [self.agents.agg(name, sum) for name in P.LEDGER]
        self.month += 1
