"""Commission that follows the loss ratio: its expectation under a law of that ratio.

Notation: L the loss ratio, f(L) the commission rate, (l_j, r_j) the points of a slide,
K the loss ratio at which profit ends, D_n the deficit carried after year n.
Sources: Bear and Nemlick (1990), Proceedings of the Casualty Actuarial Society 77,
129-149 (slides); Lee (1988), same journal 75, 49-77 (limited means).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.frequency import fixed
from sim.theory.severity import Law, Lognormal, limited_mean, survival


@dataclass(frozen=True)
class Scaled:
    """A law divided by an amount: total claims over premium is a loss ratio."""

    law: Law
    divisor: float

    @property
    def mean(self) -> float:
        """E X."""
        return self.law.mean / self.divisor

    @property
    def second_moment(self) -> float:
        """E X^2."""
        return self.law.second_moment / self.divisor**2

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[L^k; L > x]."""
        return self.law.upper_moment(k, floats(x) * self.divisor) / self.divisor**k

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(L - x)+]."""
        return self.law.stop_loss(floats(x) * self.divisor) / self.divisor


@dataclass(frozen=True)
class Layer:
    """A band of loss ratio in which the commission falls by `slope` a point."""

    lr_from: float
    lr_to: float
    slope: float


@dataclass(frozen=True)
class Slide:
    """Commission linear between points, flat outside.

    Parameters
    ----------
    loss_ratios, rates : tuple of float
        Points in order. A repeated loss ratio is a jump whose value there is the later
        rate.
    """

    loss_ratios: tuple[float, ...]
    rates: tuple[float, ...]

    @classmethod
    def from_layers(cls, max_commission: float, layers: Sequence[Layer]) -> Slide:
        """Slide that starts at the maximum and falls through the layers in turn."""
        points, rate = [(layers[0].lr_from, max_commission)], max_commission
        for layer in layers:
            points.append((layer.lr_from, rate))
            rate -= layer.slope * (layer.lr_to - layer.lr_from)
            points.append((layer.lr_to, rate))
        ordered = list(dict.fromkeys(points))
        return cls(tuple(x for x, _ in ordered), tuple(r for _, r in ordered))

    def rate(self, loss_ratio: FloatsLike) -> Floats:
        """Commission rate at each loss ratio."""
        x, rates = floats(self.loss_ratios), floats(self.rates)
        point = floats(loss_ratio)
        right = np.searchsorted(x, point, side="right")
        low, high = np.maximum(right - 1, 0), np.minimum(right, len(x) - 1)
        width = np.where(x[high] > x[low], x[high] - x[low], 1.0)
        weight = np.clip((point - x[low]) / width, 0.0, 1.0)
        return np.asarray(rates[low] + weight * (rates[high] - rates[low]), dtype=np.float64)

    def segments(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Bounds (a, b] and coefficients of f = p + q L of each piece, flat ends included."""
        x, rates = floats(self.loss_ratios), floats(self.rates)
        width = np.diff(x)
        slope = np.divide(np.diff(rates), width, out=np.zeros_like(width), where=width > 0.0)
        q = np.concatenate([[0.0], slope, [0.0]])
        lower = np.concatenate([[-np.inf], x])
        upper = np.concatenate([x, [np.inf]])
        anchor = np.concatenate([[rates[0]], rates[:-1] - slope * x[:-1], [rates[-1]]])
        return lower, upper, anchor, q


@dataclass(frozen=True)
class SlideResult:
    """Expectation, deviation and end probabilities of a sliding commission."""

    expected_commission: float
    sd_commission: float
    commission_at_mean_lr: float
    prob_max: float
    prob_min: float
    expected_lr_plus_commission: float


def expected_slide(slide: Slide, law: Law) -> SlideResult:
    """Moments of f(L) in closed form, by partial moments of L over the pieces.

    Parameters
    ----------
    slide : Slide
    law : Law
        Law of the loss ratio with a density above 0; an atom at 0 is allowed.
    """
    first, second = _piecewise_moments(slide, law)
    ends = survival(law, [slide.loss_ratios[0], slide.loss_ratios[-1]])
    return SlideResult(
        expected_commission=first,
        sd_commission=max(second - first**2, 0.0) ** 0.5,
        commission_at_mean_lr=float(slide.rate(law.mean)[0]),
        prob_max=1.0 - float(ends[0]),
        prob_min=float(ends[1]),
        expected_lr_plus_commission=law.mean + first,
    )


def _piecewise_moments(slide: Slide, law: Law) -> tuple[float, float]:
    lower, upper, p, q = slide.segments()
    # A loss ratio is never negative, so the left end may stand anywhere below 0.
    low, high = np.where(np.isinf(lower), -1.0, lower), np.minimum(upper, 1e300)
    m0, m1, m2 = (_between(law, k, low, high) for k in range(3))
    first = p @ m0 + q @ m1
    second = p**2 @ m0 + 2.0 * (p * q) @ m1 + q**2 @ m2
    return float(first), float(second)


def _between(law: Law, k: int, low: Floats, high: Floats) -> Floats:
    ends = np.where(high >= 1e300, 0.0, law.upper_moment(k, np.minimum(high, 1e30)))
    return np.asarray(law.upper_moment(k, low) - ends, dtype=np.float64)


def expected_profit_commission(share: float, k: float, law: Law, year: int = 1) -> float:
    """Expected profit commission of a year, deficits carried forward without end.

    With D_n = max(0, D_{n-1} + L_n - K) the payment of year n is share times
    D_n - D_{n-1} + K - L_n, and Spitzer's identity gives
    E[D_n] - E[D_{n-1}] = E[(S_n - nK)+] / n. So the expectation is
    share E[(K - mean of n loss ratios)+]: carrying deficits averages the years.

    Parameters
    ----------
    share, k : float
        Share of the profit and the loss ratio at which it ends.
    law : Law
        Loss ratio of one year; years are independent with equal premiums.
    year : int
        1 is the closed form without a deficit; from 2 the average is taken on a
        lattice (about 1e-10).
    """
    if year == 1:
        return share * (k - law.mean + float(law.stop_loss(k)[0]))
    if year == 2:
        return share * _two_year_put(k, law)
    return share * (k - law.mean + _sum_stop_loss(law, year, k * year) / year)


def _two_year_put(k: float, law: Law, nodes: int = 200) -> float:
    """E[(K - L2 - (L1 - K)+)+] by quadrature over L1, split where the deficit starts and ends."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    middle = k + 0.5 * k * (x + 1.0)
    # After parts, d P(L1 > x) never appears: only the put and its slope P(L2 < .).
    put = k - law.mean + float(law.stop_loss(k)[0])
    slope = 1.0 - survival(law, 2.0 * k - middle)
    return put - float((0.5 * k * w * slope) @ survival(law, middle))


def _sum_stop_loss(law: Law, years: int, x: float) -> float:
    from sim.theory.aggregate import LatticeTotal

    return LatticeTotal(fixed(years), law).stop_loss(x)


def profit_commission_path(
    share: float, k: float, loss_ratios: Sequence[float], premiums: Sequence[float]
) -> tuple[Floats, float]:
    """Profit commission of each year with deficits carried in money, and the last deficit.

    Returns
    -------
    payments : array, shape (years,)
    deficit : float
    """
    deficit, paid = 0.0, []
    for ratio, premium in zip(loss_ratios, premiums, strict=True):
        balance = (k - ratio) * premium - deficit
        paid.append(share * max(0.0, balance))
        deficit = max(0.0, -balance)
    return np.array(paid), deficit


@dataclass(frozen=True)
class Corridor:
    """Expected effect of a loss corridor, as fractions of premium."""

    expected_corridor: float
    net_expected_lr: float
    excess: float


def loss_corridor(law: Law, lr_from: float, lr_to: float, share: float = 1.0) -> Corridor:
    """Expected part of a band of loss ratio that the partner bears, by limited means."""
    low, high = limited_mean(law, [lr_from, lr_to])
    borne = share * float(high - low)
    return Corridor(borne, law.mean - borne, float(law.stop_loss(lr_to)[0]))


def lognormal_loss_ratio(mean: float, cv: float) -> Lognormal:
    """Lognormal loss ratio of the given mean and coefficient of variation."""
    return Lognormal.from_mean_cv(mean, cv)
