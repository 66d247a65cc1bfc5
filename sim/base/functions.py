"""Elementary functions whose bits do not depend on the processor.

Only + - * / sqrt, integer operations and bit casts are used: libm's exp, log and pow differ in their last bits
between processors. Every function is a scalar kernel without a branch in its main path, so that LLVM vectorises the
loop of the caller; with ``NUMBA_DISABLE_JIT=1`` the same bits come from plain Python.

Notation: x argument, u probability in (0, 1), z standard normal deviate, k binary exponent.
"""

from math import sqrt
from typing import Any

import numpy as np

from sim.base.arrays import Counts, Integers, Places, Reals, Words
from sim.base.kernels import IN_CACHE, inlined, kernel, word_operation

# --- machine words: 64-bit arithmetic that wraps and bit casts, equal in compiled and in plain Python ----------------

WORD_MASK = (1 << 64) - 1


def _bits_of(x: float) -> Any:
    return np.float64(x).view(np.uint64)


def _float_of(bits: Any) -> float:
    return float(np.uint64(bits).view(np.float64))


def _sum_of_words(a: Any, b: Any) -> Any:
    return np.uint64((int(a) + int(b)) & WORD_MASK)


def _product_of_words(a: Any, b: Any) -> Any:
    return np.uint64((int(a) * int(b)) & WORD_MASK)


def _cast(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.bitcast(args[0], context.get_value_type(signature.return_type))


@word_operation(_bits_of)
def float_bits(typing_context: Any, x: Any) -> Any:
    """The bits of a double as an unsigned word."""
    from numba import types

    return types.uint64(types.float64), _cast


@word_operation(_float_of)
def bits_float(typing_context: Any, bits: Any) -> Any:
    """The double that an unsigned word spells."""
    from numba import types

    return types.float64(types.uint64), _cast


@word_operation(_sum_of_words)
def add_words(typing_context: Any, a: Any, b: Any) -> Any:
    """Sum of two unsigned words, modulo 2**64."""
    from numba import types

    return types.uint64(types.uint64, types.uint64), _add


@word_operation(_product_of_words)
def multiply_words(typing_context: Any, a: Any, b: Any) -> Any:
    """Product of two unsigned words, modulo 2**64."""
    from numba import types

    return types.uint64(types.uint64, types.uint64), _multiply


def _add(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.add(*args)


def _multiply(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.mul(*args)


# --- layout of an IEEE 754 double ------------------------------------------------------------------------------------

MANTISSA_BITS = np.uint64(52)
MANTISSA_MASK = np.uint64((1 << 52) - 1)
EXPONENT_BIAS = np.uint64(1023)
TWO_52_BITS = np.uint64(0x4330000000000000)  # bits of 2**52: a small integer put below them reads 2**52 + integer
TWO_52_PLUS_BIAS = 2.0**52 + 1023.0
ROUNDING_MAGIC = 1.5 * 2.0**52  # adding it leaves a double no room below the unit: it rounds half to even
HALF_TOLERANCE = 1e-8  # rates have far fewer decimals than this
HALF_RELATIVE = 4.0 * 2.0**-53  # error of a rate and of its product
ROUNDING_MAGIC_BITS = int(np.float64(ROUNDING_MAGIC).view(np.int64))


@inlined
def round_line(rate: float, amount: float) -> int:
    """Rate x amount to the nearest integer, ties to even, as if the rate were the decimal fraction it is written as.

    0.55 x 1350 is 742.5 and goes to 742, although the double nearest to 0.55 lies a little above it: a product within
    the error of doubles of a half is taken for the half. abs(rate x amount) < 2**51.
    """
    x = rate * amount
    shifted = x + ROUNDING_MAGIC
    bits = np.int64(float_bits(shifted))  # the nearest integer and an even number
    rest = x - (shifted - ROUNDING_MAGIC)
    half = 0.5 - abs(rest) <= HALF_TOLERANCE + abs(x) * HALF_RELATIVE
    odd = (bits & 1) if half else 0
    return int(bits - ROUNDING_MAGIC_BITS + (-odd if rest < 0.0 else odd))


@inlined
def round_half_even(x: float) -> int:
    """Nearest integer, ties to even.

    Parameters
    ----------
    x : float
        abs(x) < 2**51.

    Returns
    -------
    int64
    """
    return int(np.int64(float_bits(x + ROUNDING_MAGIC)) - ROUNDING_MAGIC_BITS)


# --- exp and log (fdlibm e_exp.c and e_log.c, Sun Microsystems 1993; both below 1 ulp) -------------------------------

EXP_LOWEST = -708.0  # below it exp is 0 here: no subnormal results
EXP_HIGHEST = 709.0  # above it exp is inf here
INVERSE_LN2 = 1.44269504088896338700e00
LN2_HIGH = 6.93147180369123816490e-01  # its last 32 bits are 0: k * LN2_HIGH is exact
LN2_LOW = 1.90821492927058770002e-10
EXP_P1 = 1.66666666666666019037e-01
EXP_P2 = -2.77777777770155933842e-03
EXP_P3 = 6.61375632143793436117e-05
EXP_P4 = -1.65339022054652515390e-06
EXP_P5 = 4.13813679705723846039e-08


@inlined
def exp(x: float) -> float:
    """Exponential, within 1 ulp; 0 below -708, inf above 709.

    Source: fdlibm e_exp.c, with the power of two put into the exponent bits.
    """
    y = EXP_LOWEST if x < EXP_LOWEST else x
    y = EXP_HIGHEST if y > EXP_HIGHEST else y
    shifted = y * INVERSE_LN2 + ROUNDING_MAGIC
    k = shifted - ROUNDING_MAGIC
    high = y - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (EXP_P1 + t * (EXP_P2 + t * (EXP_P3 + t * (EXP_P4 + t * EXP_P5))))
    value = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    result = value * bits_float((float_bits(shifted) + EXPONENT_BIAS) << MANTISSA_BITS)
    result = 0.0 if x < EXP_LOWEST else result
    return np.inf if x > EXP_HIGHEST else result


@kernel
def exponentials(values: Reals) -> None:
    """Put exp of each of values[r, n] in its place."""
    for r in range(values.shape[0]):
        for i in range(values.shape[1]):
            values[r, i] = exp(values[r, i])


SQRT_HALF_BITS = np.uint64(0x3FE6A09E00000000)  # high word of sqrt(1/2): mantissas in [sqrt(1/2), sqrt(2))
ONE_LESS_SQRT_HALF_BITS = np.uint64(0x3FF0000000000000 - 0x3FE6A09E00000000)
LOG_1 = 6.666666666666735130e-01
LOG_2 = 3.999999999940941908e-01
LOG_3 = 2.857142874366239149e-01
LOG_4 = 2.222219843214978396e-01
LOG_5 = 1.818357216161805012e-01
LOG_6 = 1.531383769920937332e-01
LOG_7 = 1.479819860511658591e-01


@inlined
def log(x: float) -> float:
    """Natural logarithm of a positive normal double, within 1 ulp; not defined here for 0, negative or subnormal x.

    Source: fdlibm e_log.c in the arrangement of musl.
    """
    shifted = float_bits(x) + ONE_LESS_SQRT_HALF_BITS
    k = bits_float((shifted >> MANTISSA_BITS) | TWO_52_BITS) - TWO_52_PLUS_BIAS
    f = bits_float((shifted & MANTISSA_MASK) + SQRT_HALF_BITS) - 1.0
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (LOG_2 + w * (LOG_4 + w * LOG_6))
    odd = z * (LOG_1 + w * (LOG_3 + w * (LOG_5 + w * LOG_7)))
    return s * (half_square + (odd + even)) + k * LN2_LOW - half_square + f + k * LN2_HIGH


# --- normal law ------------------------------------------------------------------------------------------------------

# Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484: numerators A, C, E; denominators B, D, F.
CENTRAL_HALF_WIDTH = 0.425
CENTRAL_OFFSET = 0.180625
TAIL_SPLIT = 5.0
MIDDLE_OFFSET = 1.6
A = (
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
B = (
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
)  # fmt: skip
C = (
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
D = (
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
)  # fmt: skip
E = (
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
G = (
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
)  # fmt: skip


@inlined
def _polynomial(x: float, c: bool, m: bool, a: tuple[float, ...], b: tuple[float, ...], d: tuple[float, ...]) -> float:
    """Degree 7 in x with the coefficients of region a (c true), b (m true) or d: chosen per coefficient, no branch."""
    y = a[7] if c else (b[7] if m else d[7])
    y = y * x + (a[6] if c else (b[6] if m else d[6]))
    y = y * x + (a[5] if c else (b[5] if m else d[5]))
    y = y * x + (a[4] if c else (b[4] if m else d[4]))
    y = y * x + (a[3] if c else (b[3] if m else d[3]))
    y = y * x + (a[2] if c else (b[2] if m else d[2]))
    y = y * x + (a[1] if c else (b[1] if m else d[1]))
    return y * x + (a[0] if c else (b[0] if m else d[0]))


@inlined
def normal_quantile(u: float) -> float:
    """Standard normal quantile of u in (0, 1), relative error about 1e-15.

    Source: Wichura 1988, AS 241 (PPND16).
    """
    q = u - 0.5
    central = abs(q) <= CENTRAL_HALF_WIDTH
    smaller = u if q < 0.0 else 1.0 - u
    tail = sqrt(-log(smaller))
    middle = tail <= TAIL_SPLIT
    r = tail - (MIDDLE_OFFSET if middle else TAIL_SPLIT)
    r = CENTRAL_OFFSET - q * q if central else r
    ratio = _polynomial(r, central, middle, A, C, E) / _polynomial(r, central, middle, B, D, G)
    sign = -1.0 if q < 0.0 else 1.0
    return ratio * (q if central else sign)


# Hart 1968, Computer Approximations, function 5666, as given by West 2005, "Better approximations to cumulative
# normal functions", Wilmott Magazine, 70-76.
CDF_SPLIT = 7.07106781186547  # 5 * sqrt(2): rational function below, continued fraction above
SQRT_TWO_PI = 2.506628274631000502
CDF_TOP = (
    220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383,
    6.37396220353165, 0.700383064443688, 3.52624965998911e-02,
)  # fmt: skip
CDF_BOTTOM = (
    440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674,
    86.7807322029461, 16.064177579207, 1.75566716318264, 8.83883476483184e-02,
)  # fmt: skip
CDF_FRACTION_END = 0.65


@kernel
def _upper_tail(x: float, density: float) -> float:
    """Probability above x >= 0, given density = exp(-x * x / 2)."""
    if x >= CDF_SPLIT:
        fraction = x + 1.0 / (x + 2.0 / (x + 3.0 / (x + 4.0 / (x + CDF_FRACTION_END))))
        return density / (fraction * SQRT_TWO_PI)
    top = CDF_TOP[6]
    for j in range(5, -1, -1):
        top = top * x + CDF_TOP[j]
    bottom = CDF_BOTTOM[7]
    for j in range(6, -1, -1):
        bottom = bottom * x + CDF_BOTTOM[j]
    return density * top / bottom


@kernel
def normal_cdf(x: float) -> float:
    """Standard normal distribution function, absolute error below 1e-14.

    Source: West 2005 after Hart 1968.
    """
    size = abs(x)
    tail = _upper_tail(size, exp(-0.5 * size * size))
    return tail if x <= 0.0 else 1.0 - tail


@inlined
def _product(left: Counts | Reals, right: Reals | None, i: int) -> float:
    return left[i] if right is None else left[i] * right[i]


@kernel
def strands(left: Counts | Reals, right: Reals | None) -> float:
    """Sum of left[n] x right[n], or of left[n], in four strands, element i in strand i mod 4.

    One strand alone would wait for each addition. The order is fixed, and zeros at the end change nothing.
    """
    a = b = c = d = 0.0
    whole = left.size - left.size % 4
    for i in range(0, whole, 4):
        a += _product(left, right, i)
        b += _product(left, right, i + 1)
        c += _product(left, right, i + 2)
        d += _product(left, right, i + 3)
    rest = left.size - whole
    a += _product(left, right, whole) if rest > 0 else 0.0
    b += _product(left, right, whole + 1) if rest > 1 else 0.0
    c += _product(left, right, whole + 2) if rest > 2 else 0.0
    return (a + b) + (c + d)


@kernel
def dot(left: Counts | Reals, right: Reals, edges: Words, out: Reals) -> None:
    """Sum of left x right by slice, out[slices], so that rows kept for entrants do not change its last bit."""
    for s in range(out.size):
        out[s] = strands(left[edges[s] : edges[s + 1]], right[edges[s] : edges[s + 1]])


@kernel
def add_slices(values: Reals, edges: Words, out: Reals) -> None:
    """Sum of values[n] by slice, out[slices], in the order of `dot`."""
    for s in range(out.size):
        out[s] = strands(values[edges[s] : edges[s + 1]], None)


@kernel
def count_slices(numbers: Integers, edges: Words, out: Integers) -> None:
    """Sum of numbers[n] by slice, out[slices]."""
    for s in range(out.size):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += numbers[i]
        out[s] = total


@kernel
def in_order(parts: Reals | Integers, owner: Places, out: Reals | Integers) -> None:
    """Add parts[slices] to what owns them, out[owner[slices]], in the order of the slices: numpy's sum has another."""
    out[:] = 0
    for s in range(parts.size):
        out[owner[s]] += parts[s]


@kernel
def add_up(parts: tuple[Integers, ...], out: Integers) -> None:
    """Write the sums over all columns of all parts, int64[columns, n] each, to out[n]."""
    for first in range(0, out.size, IN_CACHE):
        last, begun = min(first + IN_CACHE, out.size), False
        sums = out[first:last]
        for part in parts:
            for k in range(part.shape[0]):
                if begun:
                    _add_to(part[k, first:last], sums)
                else:
                    sums[:] = part[k, first:last]
                begun = True
        if not begun:
            sums[:] = 0


@kernel
def _add_to(column: Integers, sums: Integers) -> None:
    for i in range(sums.size):
        sums[i] += column[i]
