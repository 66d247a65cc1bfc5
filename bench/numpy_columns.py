"""The core as a good NumPy user writes it: an array a column, `numpy.random.Generator`, no compiled code."""

import numpy as np
from numpy.typing import NDArray

from bench import parameters as P
from bench.population import NO_SPONSOR, build

Integers = NDArray[np.int64]


class NumpyColumns:
    """One replication of the core, `partners` rows."""

    def __init__(self, partners: int, seed: int = 1, replication: int = 0) -> None:
        people = build(partners)
        n = people.size
        self.month = 0
        self.rng = np.random.default_rng([seed, replication])
        self.flow, self.weight, self.sponsor = people.flow, people.weight, people.sponsor
        self.sponsored = np.flatnonzero(people.sponsor != NO_SPONSOR)
        self.principal = np.arange(n) % P.PRINCIPALS
        self.rate_seen = np.full(n, P.TIER_RATES[0])
        self.in_force = np.zeros((P.PRODUCTS, n), dtype=np.int64)
        self.ring = np.zeros((P.PRODUCTS, P.TERM, n), dtype=np.int64)
        self.ledger = np.zeros((len(P.LEDGER), n), dtype=np.int64)
        self.books = {name: self.ledger[c] for c, name in enumerate(P.LEDGER)}
        self.service = np.array(P.SERVICE)[:, None]
        self.rates = np.array([0.0, *P.RIVAL_RATES])[:, None].repeat(n, axis=1)
        self.rows = np.arange(n)
        self.prices = np.array(P.PRICE)
        self.totals = np.zeros(len(P.LEDGER), dtype=np.int64)

    @property
    def state_bytes(self) -> int:
        """Bytes of the arrays kept from month to month."""
        return sum(a.nbytes for a in vars(self).values() if isinstance(a, np.ndarray))

    def step(self) -> None:
        """Play one month."""
        self.ledger[: P.LEDGER.index("commission")] = 0
        self._choose()
        for p in range(P.PRODUCTS):
            self._sell_and_claim(p)
        self._cancel()
        self._draw_statement()
        self._settle()
        self.month += 1
        self.totals = self.ledger.sum(axis=1)

    def _choose(self) -> None:
        self.rates[0] = self.rate_seen
        utility = self.weight * P.POINTS * self.rates + self.service
        utility[self.principal, self.rows] += P.INERTIA
        running = np.exp(utility).cumsum(axis=0)
        self.principal = (self.rng.random(self.rows.size) * running[-1] >= running[:-1]).sum(axis=0)

    def _sell_and_claim(self, p: int) -> None:
        slot, books = self.month % P.TERM, self.books
        ours = self.principal == 0
        due = self.ring[p, slot]
        renewed = self.rng.binomial(due, np.where(ours, P.RENEWAL[p], P.RENEWAL[p] * P.LEFT_FACTOR))
        new = self.rng.poisson(self.flow * ours * (P.MIX[p] * P.SEASON[p][slot]))
        begun = new + renewed
        parts = 2 * self.in_force[p] - due + begun
        self.in_force[p] += begun - due
        self.ring[p, slot] = begun
        books["premium_new"] += P.PRICE[p] * new
        books["premium_renewal"] += P.PRICE[p] * renewed
        books["premium_earned"] += P.PRICE[p] // P.PARTS * parts
        self._claim(p, parts)

    def _claim(self, p: int, parts: Integers) -> None:
        count = self.rng.poisson(parts * (P.FREQUENCY[p] / P.PARTS))
        hit = np.flatnonzero(count)
        severity = self.rng.gamma(count[hit] * P.SEVERITY_SHAPE[p], P.SEVERITY_MEAN[p] / P.SEVERITY_SHAPE[p])
        self.books["claims"][hit] += np.rint(severity).astype(np.int64)

    def _cancel(self) -> None:
        held = self.in_force.sum(axis=0)
        count = self.rng.binomial(held, P.CANCELLATION)
        rows = np.flatnonzero(count)
        done = 0
        while rows.size:
            self._cancel_one(rows, held[rows] - done)
            done += 1
            rows = rows[count[rows] > done]

    def _cancel_one(self, rows: Integers, held: Integers) -> None:
        """Cancel one contract of each row, all its contracts being equally likely."""
        flat = self.ring.reshape(P.PRODUCTS * P.TERM, -1)
        running = flat[:, rows].cumsum(axis=0)
        cell = (self.rng.random(rows.size) * held >= running[:-1]).sum(axis=0)
        product, slot = np.divmod(cell, P.TERM)
        flat[cell, rows] -= 1
        self.in_force[product, rows] -= 1
        left = 2 * (P.TERM - (self.month - slot) % P.TERM) - 1
        self.books["refund"][rows] += self.prices[product] // P.PARTS * left

    def _draw_statement(self) -> None:
        books = self.books
        written = books["premium_new"] + books["premium_renewal"]
        (r0, r1, r2), (b1, b2) = P.TIER_RATES, P.TIER_BOUNDS
        exact = r0 * written + (r1 - r0) * np.maximum(written - b1, 0) + (r2 - r1) * np.maximum(written - b2, 0)
        self.rate_seen = np.where(written > 0, exact / np.maximum(written, 1), r0)
        books["commission"][:] = np.rint(exact)
        books["clawback"][:] = np.rint(books["refund"] * self.rate_seen)
        books["override"][self.sponsored] = np.rint(written[self.sponsored] * P.OVERRIDE)

    def _settle(self) -> None:
        books, n = self.books, self.rows.size
        received = np.bincount(self.sponsor[self.sponsored], books["override"][self.sponsored], n).astype(np.int64)
        np.maximum(books["payable"], 0, out=books["paid"])
        books["payable"] += books["commission"] + received - books["clawback"] - books["paid"]
        owed = books["receivable"].copy()
        total = owed + books["premium_new"] + books["premium_renewal"]
        defaulted = self.rng.random(n) < P.DEFAULT
        lost = np.where(defaulted, total, 0)
        np.minimum(np.maximum(books["payable"], 0), lost, out=books["set_off"])
        np.subtract(lost, books["set_off"], out=books["bad_debt"])
        remits = ~defaulted & (self.rng.random(n) < P.DISCIPLINE)
        books["remitted"][:] = np.where(remits, owed, 0)
        books["receivable"][:] = total - lost - books["remitted"]
        books["payable"] -= books["set_off"]
