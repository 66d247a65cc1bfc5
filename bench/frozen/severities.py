"""From keys and uniforms to sums of claims: gamma by rejection on sub-draws of its purpose.

Notation: i row, j sub-draw or component, u uniform in (0, 1).

Source: Marsaglia, Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26, 363-372.
"""

from math import sqrt

from bench.frozen.functions import exp, log, normal_quantile
from bench.frozen.kernels import inlined, kernel
from bench.frozen.luck import subdraw

# --- gamma -----------------------------------------------------------------------------------------------------------

FIRST_ATTEMPT = 1  # sub-draw 0 is the boost of a shape below 1; an attempt takes two sub-draws


@inlined
def _gamma_attempt(shape, key, purpose_hash, j):  # type: ignore[no-untyped-def]
    """One attempt from sub-draws j and j + 1 at a gamma of shape >= 1: the draw, or -1 when it is refused."""
    d = shape - 1.0 / 3.0
    z = normal_quantile(subdraw(key, purpose_hash, j))
    root = 1.0 + z / sqrt(9.0 * d)
    v = root * root * root if root > 0.0 else 1.0
    bound = 0.5 * z * z + d * (1.0 - v + log(v))
    accepted = root > 0.0 and log(subdraw(key, purpose_hash, j + 1)) < bound
    return d * v if accepted else -1.0


@inlined
def _gamma_boost(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Factor that takes a gamma of shape + 1 to one of shape below 1, and 1 for other shapes."""
    divisor = shape if 0.0 < shape < 1.0 else 1.0
    factor = exp(log(subdraw(key, purpose_hash, 0)) / divisor)
    return factor if shape < 1.0 else 1.0


@kernel
def gamma_sum(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw a gamma of this shape (>= 0; 0 gives 0) and unit scale: the sum of claims whose shapes add up to it.

    Parameters
    ----------
    shape : float
    key, purpose_hash : uint64
        `Luck.keys` and `purpose`.

    Notes
    -----
    Marsaglia and Tsang 2000, without the squeeze; not monotone in any single uniform.
    """
    if shape <= 0.0:
        return 0.0
    raised = shape if shape >= 1.0 else shape + 1.0
    j = FIRST_ATTEMPT
    draw = _gamma_attempt(raised, key, purpose_hash, j)
    while draw < 0.0:
        j += 2
        draw = _gamma_attempt(raised, key, purpose_hash, j)
    return draw if shape >= 1.0 else draw * _gamma_boost(shape, key, purpose_hash)


@inlined
def _gamma_head(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """First attempt without a branch: the draw, or below 0 when it is refused."""
    raised = shape if shape >= 1.0 else shape + 1.0
    draw = _gamma_attempt(raised, key, purpose_hash, FIRST_ATTEMPT)
    boosted = draw * _gamma_boost(shape, key, purpose_hash)
    boosted = boosted if draw >= 0.0 else draw  # a boost that underflows must not hide a refusal
    return boosted if shape > 0.0 else 0.0


@kernel
def gamma_sums(shape, keys, purpose_hash, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (float64) with `gamma_sum` of shape[n] and keys[n]; return `out`."""
    for i in range(keys.size):
        out[i] = _gamma_head(shape[i], keys[i], purpose_hash)
    for i in range(keys.size):
        if out[i] < 0.0:
            out[i] = gamma_sum(shape[i], keys[i], purpose_hash)
    return out
