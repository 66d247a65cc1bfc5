"""The core in the product's way: a plain Python month calls small compiled stages over all partners; keyed draws."""

import numpy as np
from numpy.typing import NDArray

from bench.frozen import parameters as P
from bench.frozen import stages
from bench.frozen.luck import draw_keys, purpose, uniforms
from bench.frozen.population import NO_SPONSOR, build
from bench.frozen.samplers import binomial, poisson
from bench.frozen.severities import gamma_sums


class Core:
    """One replication of the core, `partners` rows."""

    def __init__(self, partners: int, seed: int = 1, replication: int = 0) -> None:
        people = build(partners)
        n = people.size
        self.month, self.seed, self.replication = 0, seed, replication
        self.id_hash = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        self.flow, self.weight = people.flow, people.weight
        self.sponsored = people.sponsor != NO_SPONSOR
        self.sponsor = np.where(self.sponsored, people.sponsor, n).astype(np.int32)
        self.principal = (np.arange(n) % P.PRINCIPALS).astype(np.int8)
        self.rate_seen = np.full(n, P.TIER_RATES[0])
        self.in_force = np.zeros((P.PRODUCTS, n), dtype=np.int32)
        self.ring = np.zeros((P.PRODUCTS, P.TERM, n), dtype=np.int32)
        self.ledger = np.zeros((len(P.LEDGER), n), dtype=np.int64)
        self.books = {name: self.ledger[c] for c, name in enumerate(P.LEDGER)}
        self.totals = np.zeros(len(P.LEDGER), dtype=np.int64)
        self._take_scratch(n)

    def _take_scratch(self, n: int) -> None:
        self.keys, self.keys_there, self.our_keys = np.empty((3, n), dtype=np.uint64)
        self.rows, self.our_rows = np.empty((2, n), dtype=np.int64)
        self.our_flow = np.empty(n)
        self.u, self.v, self.x = np.empty((3, n))
        self.new, self.renewed, self.parts, self.count = np.empty((4, n), dtype=np.int64)
        self.received = np.empty(n + 1, dtype=np.int64)
        self.prices = np.array(P.PRICE) // P.PARTS

    @property
    def state_bytes(self) -> int:
        """Bytes of all arrays, work space included."""
        held = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        owners = {id(owner): owner for owner in (a if a.base is None else a.base for a in held)}
        return sum(owner.nbytes for owner in owners.values())

    def step(self) -> None:
        """Play one month."""
        draw_keys(self.id_hash, self.month, self.replication, self.seed, self.keys)
        self.ledger[: P.LEDGER.index("commission")] = 0
        self._choose()
        for p in range(P.PRODUCTS):
            self._sell(p)
            self._claim(p)
        self._cancel()
        self._draw_statement()
        self._settle()
        self.month += 1
        stages.total(self.ledger, self.totals)

    def _draw(self, name: str, out: NDArray[np.float64]) -> NDArray[np.float64]:
        return uniforms(self.keys, purpose(name), out)  # type: ignore[no-any-return]

    def _choose(self) -> None:
        rates = [P.POINTS * rate for rate in P.RIVAL_RATES]
        gaps = [service - P.SERVICE[0] for service in P.SERVICE[1:]]
        u = self._draw("choice", self.u)
        stages.choose(u, self.weight, self.rate_seen, *rates, *gaps, P.INERTIA, self.principal)
        self.ours = self.our_rows[: stages.find_ours(self.principal, self.our_rows)]
        m = self.ours.size
        stages.bring(self.ours, self.flow, self.keys, self.our_flow[:m], self.our_keys[:m])

    def _sell(self, p: int) -> None:
        slot = self.month % P.TERM
        due = self.ring[p, slot]
        self._renew(p, due)
        self._find_buyers(p, P.MIX[p] * P.SEASON[p][slot])
        stages.write(
            self.new, self.renewed, P.PRICE[p], due, self.in_force[p], self.parts,
            self.books["premium_new"], self.books["premium_renewal"],
        )  # fmt: skip

    def _renew(self, p: int, due: NDArray[np.int32]) -> None:
        """Draw the renewals of the rows where something is due."""
        rows = self.rows[: stages.find(due, self.rows)]
        m = rows.size
        due_there, chance, keys, u, drawn = self.parts[:m], self.x[:m], self.keys_there[:m], self.u[:m], self.count[:m]
        rates = P.RENEWAL[p], P.RENEWAL[p] * P.LEFT_FACTOR
        stages.bring_due(rows, due, self.principal, self.keys, *rates, due_there, chance, keys)
        binomial(due_there, chance, uniforms(keys, purpose(f"renewal.{p}"), u), drawn)  # type: ignore[no-untyped-call]
        stages.spread(rows, drawn, self.renewed)

    def _find_buyers(self, p: int, per_buyer: float) -> None:
        """Draw the sales of the rows that are ours."""
        m = self.ours.size
        mu, u, drawn = self.x[:m], self.u[:m], self.count[:m]
        stages.sales_mean(self.our_flow[:m], per_buyer, mu)
        poisson(mu, uniforms(self.our_keys[:m], purpose(f"sales.{p}"), u), drawn)
        stages.spread(self.ours, drawn, self.new)

    def _claim(self, p: int) -> None:
        per_part = P.FREQUENCY[p] / P.PARTS
        stages.earn(self.parts, P.PRICE[p] // P.PARTS, per_part, self.books["premium_earned"], self.x)
        poisson(self.x, self._draw(f"claims.{p}", self.u), self.count)
        rows = self.rows[: stages.find(self.count, self.rows)]
        shapes, keys, cost = self.v[: rows.size], self.keys_there[: rows.size], self.x[: rows.size]
        stages.gather(rows, self.count, P.SEVERITY_SHAPE[p], self.keys, shapes, keys)
        gamma_sums(shapes, keys, purpose(f"severity.{p}"), cost)
        stages.book_claims(rows, cost, P.SEVERITY_MEAN[p] / P.SEVERITY_SHAPE[p], self.books["claims"])

    def _cancel(self) -> None:
        held = self.parts
        stages.all_in_force(self.in_force, held)
        binomial(held, P.CANCELLATION, self._draw("cancellation", self.u), self.count)  # type: ignore[no-untyped-call]
        rows = self.rows[: stages.find(self.count, self.rows)]
        stages.cancel(
            rows, self.count, held, self.keys, purpose("cancellation.which"), self._price_left(), self.ring,
            self.in_force, self.books["refund"],
        )  # fmt: skip

    def _price_left(self) -> NDArray[np.int64]:
        """Unearned premium of a contract, int64[product, slot]: one that was sold this month has 23 parts left."""
        ages = (self.month - np.arange(P.TERM)) % P.TERM
        left: NDArray[np.int64] = self.prices[:, None] * (2 * (P.TERM - ages) - 1)
        return left

    def _draw_statement(self) -> None:
        books = self.books
        new, renewal = books["premium_new"], books["premium_renewal"]
        stages.tiers(new, renewal, *P.TIER_BOUNDS, *P.TIER_RATES, books["commission"], self.rate_seen)
        stages.take_back(books["refund"], self.rate_seen, books["clawback"])
        stages.override(new, renewal, self.sponsored, P.OVERRIDE, books["override"])
        stages.pass_up(books["override"], self.sponsor, self.received)

    def _settle(self) -> None:
        books = self.books
        stages.pay(books["commission"], self.received, books["clawback"], books["payable"], books["paid"])
        stages.settle(
            self._draw("default", self.u), self._draw("remittance", self.v), P.DEFAULT, P.DISCIPLINE,
            books["premium_new"], books["premium_renewal"], books["receivable"], books["payable"],
            books["remitted"], books["set_off"], books["bad_debt"],
        )  # fmt: skip
