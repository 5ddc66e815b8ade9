"""Sums in which nothing cancels: what the functions of this package share.

The key is phi(t) = (1 + t) ln(1 + t) - t, at least 0: a divergence is a sum of such terms, so that it has full
precision where the textbook formula subtracts numbers that agree in most digits.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_probabilities, log_of_base, normalize_axis, require_broadcast

__all__ = [
    "quiet",
    "pair",
    "outcomes_last",
    "plain",
    "log",
    "expectation",
    "phi",
    "divergence",
    "sum_exactly",
    "multiply_exactly",
]

# log 0 = -inf and underflow to 0 are the right values here, whatever the caller's error state.
quiet = np.errstate(all="ignore")


def pair(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return truth and belief as `outcomes_last` does, with one number of outcomes and shapes that broadcast."""
    truth, belief = outcomes_last(p, "p", axis), outcomes_last(q, "q", axis)
    require_broadcast(truth, belief, names=("p", "q"), same_last=True)
    return truth, belief


def outcomes_last(p: ArrayLike, name: str, axis: int) -> NDArray[np.float64]:
    """Return probabilities in float64, outcomes on the last axis and contiguous, where NumPy sums in pairs."""
    probs = as_probabilities(p, name, axis=axis)
    last = np.moveaxis(probs, normalize_axis(axis, probs.ndim), -1)
    return np.ascontiguousarray(last, dtype=np.float64)


@overload
def plain(result: np.float64) -> float: ...


@overload
def plain(result: NDArray[np.float64]) -> NDArray[np.float64] | float: ...


def plain(result: NDArray[np.float64] | np.float64) -> NDArray[np.float64] | float:
    """Return a scalar if there is no dimension, and 0.0 for -0.0."""
    return (np.asarray(result) + 0.0)[()]


def log(x: NDArray[np.float64], base: float) -> NDArray[np.float64]:
    """Return log x to `base`; powers of 2 have whole numbers of bits, exactly."""
    scale = log_of_base(base)
    return np.log2(x) if base == 2 else np.log(x) / scale


def expectation(p: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of p times values over the last axis."""
    return np.where(p > 0, p * values, 0.0).sum(axis=-1)  # 0 log 0 = 0 by continuity


def phi(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (1 + t) ln(1 + t) - t, which is t²/2 - t³/6 + t⁴/12 - … near 0, with all its digits."""
    near = np.abs(t) < 0.05
    small = np.where(near, t, 0.0)
    series = np.zeros_like(small)
    for k in range(15, 1, -1):
        series = 1.0 / (k * (k - 1)) - small * series
    direct = np.where(t > -1.0, (1.0 + t) * np.log1p(t), 0.0) - t  # 0 log 0 = 0 by continuity
    return np.where(near, small * small * series, direct)


def divergence(excess: NDArray[np.float64], q: NDArray[np.float64], log_q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of q phi(excess / q) over the last axis: D(q + excess || q) in nats, if excess adds up to 0."""
    t = excess / q
    beyond = excess * (np.log(excess) - log_q - 1.0)  # the limit for large t, which may itself overflow
    terms = np.where(t > 1e100, beyond, q * phi(t))
    return np.where(excess == 0, 0.0, terms).sum(axis=-1)  # 0 log 0 = 0 by continuity


def sum_exactly(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums over the last axis and the rounding errors they carry (Knuth's two-sum, in pairs)."""
    error = np.zeros(x.shape[:-1])
    while x.shape[-1] > 1:
        if x.shape[-1] % 2:
            x = np.concatenate([x, np.zeros_like(x[..., :1])], axis=-1)
        a, b = x[..., ::2], x[..., 1::2]
        x = a + b
        b_seen = x - a
        error = error + ((a - (x - b_seen)) + (b - b_seen)).sum(axis=-1)
    return x[..., 0], error


def multiply_exactly(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the products and their rounding errors (Veltkamp's splitting, Dekker's product)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _split(a), _split(b)
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def _split(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two halves of 26 bits whose sum is x and whose products are exact."""
    scaled = 134217729.0 * x  # 2**27 + 1
    high = scaled - (scaled - x)
    return high, x - high
