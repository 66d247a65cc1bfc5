"""Log-likelihood of choices with its slopes: the conditional logit, alone or behind a review that may not happen.

Notation: n choice set, k alternative, x attributes, b weights, s_k = exp(x_k b) / sum_j exp(x_j b), nu probability of a
review, r probability that there was one, given what was seen.

Known reviewers: log s_chosen. Everybody: log((1 - nu) [chosen = present] + nu s_chosen), with nu = expit(eta).

Sources: McFadden 1974; Train 2009, section 3.7 (slopes of the logit); Louis 1982 (slopes of a mixture).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from sim.base.arrays import Integers, Reals


@dataclass(frozen=True)
class ChoiceSets:
    """Alternatives of all sets one below another, those of a set together.

    Attributes
    ----------
    x : float64[rows, attributes]
    starts : int64[sets]
        First row of each set.
    chosen : int64[sets]
        Row that was chosen.
    present : int64[sets]
        Row that the chooser was with; -1 where it was with none. Read only where reviews are not known.
    weights : float64[sets]
    """

    x: Reals
    starts: Integers
    chosen: Integers
    present: Integers
    weights: Reals

    @cached_property
    def of(self) -> Integers:
        """Set of each row."""
        return np.repeat(np.arange(self.starts.size), np.diff(np.append(self.starts, len(self.x))))

    @cached_property
    def sizes(self) -> Integers:
        """Alternatives of each set."""
        return np.diff(np.append(self.starts, len(self.x)))

    @cached_property
    def centred(self) -> Reals:
        """Attributes less their mean within the set."""
        return self.x - (np.add.reduceat(self.x, self.starts) / self.sizes[:, None])[self.of]

    def scaled(self, scale: Reals) -> ChoiceSets:
        """The same with attributes in other units."""
        return ChoiceSets(self.centred / scale, self.starts, self.chosen, self.present, self.weights)


@dataclass(frozen=True)
class _At:
    """What every slope needs at one point."""

    shares: Reals  # by row
    log_chosen: Reals  # by set, log s of what was chosen
    log_seen: Reals  # by set, log of the likelihood
    reviewed: Reals  # by set, r
    nu: float


def value(sets: ChoiceSets, theta: Reals, mixed: bool) -> float:
    """Log-likelihood at theta: the weights, then eta where reviews are not known."""
    return float(sets.weights @ _at(sets, theta, mixed).log_seen)


def gradient(sets: ChoiceSets, theta: Reals, mixed: bool) -> Reals:
    """First derivatives."""
    at = _at(sets, theta, mixed)
    of_weights = (sets.weights * at.reviewed) @ _apart(sets, at)
    return np.append(of_weights, sets.weights @ (at.reviewed - at.nu)) if mixed else of_weights


def hessian(sets: ChoiceSets, theta: Reals, mixed: bool) -> Reals:
    """Second derivatives."""
    at, w = _at(sets, theta, mixed), sets.weights
    apart, doubt = _apart(sets, at), at.reviewed * (1.0 - at.reviewed)
    mean = sets.x[sets.chosen] - apart
    certain = w * at.reviewed
    spread = (sets.x * (at.shares * certain[sets.of])[:, None]).T @ sets.x - (mean * certain[:, None]).T @ mean
    of_weights = (apart * (w * doubt)[:, None]).T @ apart - spread
    if not mixed:
        return of_weights
    cross = (w * doubt) @ apart
    last = w @ (doubt - at.nu * (1.0 - at.nu))
    return np.block([[of_weights, cross[:, None]], [cross[None, :], np.full((1, 1), last)]])


def rises_to_certainty(sets: ChoiceSets, b: Reals) -> bool:
    """Whether the likelihood still rises where nu comes to 1, so that everybody looks: sum of 1 - [stayed] / s >= 0."""
    stayed = np.where(sets.chosen == sets.present, np.exp(-_shares(sets, b)[1]), 0.0)
    return float(sets.weights @ (1.0 - stayed)) >= 0.0


def _at(sets: ChoiceSets, theta: Reals, mixed: bool) -> _At:
    shares, log_chosen = _shares(sets, theta[: sets.x.shape[1]])
    if not mixed:
        return _At(shares, log_chosen, log_chosen, np.ones(log_chosen.size), 1.0)
    review, stay = scipy.special.log_expit(theta[-1]), scipy.special.log_expit(-theta[-1])
    stayed = np.where(sets.chosen == sets.present, stay, -np.inf)
    seen = np.logaddexp(stayed, review + log_chosen)
    return _At(shares, log_chosen, seen, np.exp(review + log_chosen - seen), float(np.exp(review)))


def _shares(sets: ChoiceSets, b: Reals) -> tuple[Reals, Reals]:
    utility = sets.x @ b
    utility = utility - np.maximum.reduceat(utility, sets.starts)[sets.of]
    total = np.add.reduceat(np.exp(utility), sets.starts)
    return np.exp(utility) / total[sets.of], utility[sets.chosen] - np.log(total)


def _apart(sets: ChoiceSets, at: _At) -> Reals:
    """Attributes of what was chosen less their mean over the shares: float64[sets, attributes]."""
    return sets.x[sets.chosen] - np.add.reduceat(sets.x * at.shares[:, None], sets.starts)
