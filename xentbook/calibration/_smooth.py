"""A calibration error without bins: every forecast lends its residual to its neighbours, as far as the error itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_number
from xentbook._weights import as_relative_weight
from xentbook.calibration._reliability import as_confidence

__all__ = ["smooth_calibration_error"]

Array = NDArray[np.float64]

_CELLS = 2**15  # cells of [0, 1], and terms of the cosine series
_ORDER = 8  # of the Taylor series within a cell
_NARROWEST = 1e-4  # bandwidth that so many terms still resolve


def smooth_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    bandwidth: float | None = None,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    r"""Return the smooth calibration error (smECE): the mean absolute residual after smoothing with a Gaussian.

    .. math:: \mathrm{smECE}_\sigma = \int_0^1 \left| \frac1n \sum_i (y_i - p_i)\, \tilde K_\sigma(t, p_i) \right| dt,
        \qquad \mathrm{smECE} = \mathrm{smECE}_{\sigma^*} = \sigma^*

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        P(class 1); or the probabilities of each class, of which the largest counts.
    bandwidth : float, optional
        σ, at least 0.0001; by default σ*, the one that is equal to the error it gives.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; an integer weight counts as so many samples.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    float
        In [0, 1]. It changes little where forecasts change little, and asks for no number of bins. An error below
        0.0001 is given as that of the bandwidth 0.0001.

    Raises
    ------
    TypeError
        If labels are not integers: pass `labels` then.
    ValueError
        If a probability leaves [0, 1], lengths differ, the input is empty, the bandwidth is below 0.0001, or all
        weights are 0.

    See Also
    --------
    expected_calibration_error : with bins.

    Notes
    -----
    The kernel is a Gaussian reflected at 0 and 1, the heat kernel of the interval, and so a series of cosines:
    1 + 2 Σ exp(−π²k²σ²/2) cos(πkt) cos(πkp). The sums over samples are taken once, and cost no more for a narrow
    kernel.

    References
    ----------
    .. [1] J. Błasiok and P. Nakkiran, "Smooth ECE: principled reliability diagrams via kernel smoothing", ICLR 2024;
       the error of [1]_. arXiv:2309.12236

    Examples
    --------
    >>> print(f"{smooth_calibration_error([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]):.4f}")
    0.0000
    >>> print(f"{smooth_calibration_error([0, 1, 1, 1], [0.5, 0.5, 0.5, 0.5]):.4f}")
    0.2500
    """
    outcome, p = as_confidence(y_true, y_prob, labels)
    weight = as_relative_weight(sample_weight, p.shape)
    residual = outcome - p.astype(np.float64)
    residual = residual / p.size if weight is None else residual * weight / weight.sum()
    series = _cosines(p.astype(np.float64), residual)
    if bandwidth is not None:
        return _smoothed(series, as_number(bandwidth, "bandwidth", minimum=_NARROWEST))
    return _fixed_point(series)


def _fixed_point(series: Array) -> float:
    """Return the bandwidth that equals its error: the error falls as the bandwidth grows, so that there is one."""
    low = max(_smoothed(series, 1.0), _NARROWEST)  # no error of a narrower kernel is smaller
    high = _smoothed(series, low)
    return high if high <= low else _crossing(lambda width: _smoothed(series, width) - width, low, high)


def _crossing(gap: Callable[[float], float], low: float, high: float) -> float:
    """Return where `gap`, with a slope of -1 or steeper, crosses 0: regula falsi, as in Illinois."""
    ends, gaps, kept = [low, high], [gap(low), gap(high)], None
    while ends[1] - ends[0] > 1e-12 * high and gaps[1] < 0:
        middle = (ends[0] * gaps[1] - ends[1] * gaps[0]) / (gaps[1] - gaps[0])
        here = gap(middle)
        if abs(here) <= 1e-12 * middle:  # with that slope the root is no farther away
            return middle
        moved = 0 if here > 0 else 1
        ends[moved], gaps[moved] = middle, here
        if kept == 1 - moved:
            gaps[kept] /= 2  # an end that stays twice counts half
        kept = 1 - moved
    return ends[1]


def _smoothed(series: Array, sigma: float) -> float:
    """Return the integral over [0, 1] of the absolute value of the cosine series, damped by the kernel."""
    k = np.arange(series.size)
    damped = series * np.exp(-0.5 * (math.pi * sigma * k) ** 2)
    terms = 1 << math.ceil(math.log2(64 / min(sigma, 1.0)))  # 64 points or more to a bandwidth; terms beyond are 0
    values = 2 * terms * np.fft.irfft(damped[: terms + 1], n=2 * terms)[: terms + 1]
    a, b = np.abs(values[:-1]), np.abs(values[1:])
    crossing = np.sign(values[:-1]) * np.sign(values[1:]) < 0
    whole = np.where(crossing, (a * a + b * b) / np.where(crossing, a + b, 1.0), a + b)  # of the chord's absolute value
    return float(whole.sum() / (2 * terms))


def _cosines(p: Array, residual: Array) -> Array:
    """Return Σ residual cos(π k p) for k = 0 … cells: by moments in each cell, and a Fourier transform of each."""
    cell = np.minimum((p * _CELLS).astype(np.intp), _CELLS - 1)
    offset = p - (cell + 0.5) / _CELLS
    k = np.arange(_CELLS + 1)
    total, factor, power = np.zeros(_CELLS + 1, complex), np.ones(_CELLS + 1, complex), residual
    for j in range(_ORDER):
        moments = np.bincount(cell, power, minlength=2 * _CELLS)
        total += factor * np.conj(np.fft.rfft(moments))
        factor = factor * (1j * math.pi * k) / (j + 1)
        power = power * offset
    return (total * np.exp(0.5j * math.pi * k / _CELLS)).real
