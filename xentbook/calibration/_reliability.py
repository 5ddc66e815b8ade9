"""Mean forecast beside observed frequency, bin by bin, and how far apart the two may be by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_choice,
    as_generator,
    as_integer,
    as_number,
    as_numpy,
    as_probability,
    require_same_shape,
)
from xentbook._forecasts import as_labelled_forecasts, as_outcomes, bin_of, edges_of
from xentbook._weights import as_relative_weight, as_sample_weight, power_of_two

__all__ = [
    "ReliabilityCurve",
    "reliability_curve",
    "ConsistencyBand",
    "consistency_band",
    "as_confidence",
    "as_given",
    "bins_of",
    "curve_of",
]

Array = NDArray[np.float64]

STRATEGIES = ("uniform", "quantile")
_BLOCK = 2**16  # forecasts that are sorted into bins while they are in the cache
_DRAWS = 2**22  # random numbers held at a time


class ReliabilityCurve(NamedTuple):
    """Of each bin: mean forecast, observed frequency, and number (or weight) of forecasts; and the edges."""

    confidence: Array
    frequency: Array
    count: NDArray  # type: ignore[assignment]  # hides tuple.count, which nobody misses
    edges: NDArray


class ConsistencyBand(NamedTuple):
    """Of each bin: between what frequencies a calibrated forecaster would lie."""

    low: Array
    high: Array


def reliability_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> ReliabilityCurve:
    r"""Return mean forecast, observed frequency and number of forecasts of each bin.

    .. math:: \bar p_b = \frac{1}{n_b} \sum_{i \in b} p_i, \qquad \bar y_b = \frac{1}{n_b} \sum_{i \in b} y_i

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes in [0, 1] beside a 1-D `y_prob`, labels 0 … K−1 beside a 2-D one.
    y_prob : array_like, shape (n,) or (n, K)
        P(class 1); or the probabilities of each class, of which the largest counts, against whether it was right.
    n_bins : int
        Number of bins B.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or of about equal numbers of forecasts; equal forecasts are never parted.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights; the count of a bin is then the sum of its weights, and quantile bins are of about equal
        weight. An integer weight counts as so many samples.
    labels : array_like, optional
        The values of the labels, of any kind, in the order of the columns; beside a 1-D `y_prob` (negative, positive).

    Returns
    -------
    ReliabilityCurve
        ``(confidence, frequency, count, edges)``: shapes (B,), (B,), (B,), (B + 1,). An empty bin has count 0 and NaN
        means.

    Raises
    ------
    TypeError
        If labels are not integers (pass `labels` then) or `n_bins` is no integer.
    ValueError
        If a probability leaves [0, 1], rows do not sum to 1, a label is not among those given, lengths differ, the
        input is empty, `n_bins` is below 1, or all weights are 0.

    See Also
    --------
    consistency_band : how far from the diagonal chance alone leads.
    expected_calibration_error : the distances as one number.

    Notes
    -----
    scikit-learn's `calibration_curve` bins by (low, high] too, but compares with edges in float64 whatever the
    precision of the forecasts, and drops empty bins; torchmetrics bins by [low, high) and divides [0, 1] in the
    precision of its input. Either moves forecasts that lie on an edge.

    References
    ----------
    .. [1] M. H. DeGroot and S. E. Fienberg, "The comparison and evaluation of forecasters", The Statistician 32, 1983,
       12-22; the curve is that of [1]_. doi:10.2307/2987588

    Examples
    --------
    >>> curve = reliability_curve([0, 1, 1, 1], [0.2, 0.3, 0.8, 1.0], n_bins=2)
    >>> print(curve.confidence, curve.frequency, curve.count, curve.edges)
    [0.25 0.9 ] [0.5 1. ] [2 2] [0.  0.5 1. ]
    """
    outcome, p = as_confidence(y_true, y_prob, labels)
    curve = curve_of(outcome, p, n_bins, strategy, as_relative_weight(sample_weight, p.shape))
    weight = as_sample_weight(sample_weight, p.shape)
    return curve if weight is None else curve._replace(count=_scaled(curve.count, power_of_two(weight)))


def consistency_band(
    y_prob: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "uniform",
    level: float = 0.9,
    n_resamples: int = 1000,
    seed: int | np.random.Generator | None = 0,
    sample_weight: ArrayLike | None = None,
) -> ConsistencyBand:
    r"""Return between what frequencies a calibrated forecaster with these forecasts would lie, bin by bin.

    .. math:: y_i^* \sim \mathrm{Bernoulli}(p_i): \quad
        \text{the quantiles } \tfrac{1 \mp \text{level}}{2} \text{ of } \bar y_b^*

    Parameters
    ----------
    y_prob : array_like, shape (n,) or (n, K)
        Forecasts, as of `reliability_curve`.
    n_bins : int
        Number of bins B.
    strategy : {"uniform", "quantile"}
        As of `reliability_curve`.
    level : float
        The share of calibrated forecasters that lie inside, for each bin by itself; between 0 and 1.
    n_resamples : int
        How often outcomes are drawn.
    seed : int, numpy.random.Generator or None
        Source of randomness.
    sample_weight : array_like, shape (n,), optional
        Non-negative weights of the forecasts in the frequency of their bin. A weight of 2 is one outcome that counts
        twice, not two outcomes: it makes the band wider, where a forecast that is repeated makes it narrower.

    Returns
    -------
    ConsistencyBand
        ``(low, high)``, each of shape (B,), frequencies in [0, 1]; NaN for an empty bin.

    Raises
    ------
    TypeError
        If a number is of the wrong kind.
    ValueError
        If a probability leaves [0, 1], the input is empty, `level`, `n_bins` or `n_resamples` is out of range, or all
        weights are 0.

    See Also
    --------
    reliability_curve : what to hold against it.

    Notes
    -----
    Of B bins, about (1 − level) B of a calibrated forecaster lie outside.

    References
    ----------
    .. [1] J. Bröcker and L. A. Smith, "Increasing the reliability of reliability diagrams", Weather and Forecasting
       22(3), 2007, 651-661: the bars of [1]_, with the forecasts kept as they are. doi:10.1175/WAF993.1

    Examples
    --------
    >>> band = consistency_band([0.5] * 100, n_bins=1)
    >>> print(band.low.round(1), band.high.round(1))
    [0.4] [0.6]
    """
    p = _confidence(y_prob)
    weight = as_relative_weight(sample_weight, p.shape)
    share, draws = as_number(level, "level", minimum=0, maximum=1), as_integer(n_resamples, "n_resamples", minimum=1)
    edges, rng = _edges(p, n_bins, strategy, weight), as_generator(seed)
    bins, size = bin_of(p, edges), len(edges) - 1
    count = np.bincount(bins, weight, minlength=size)
    hits = np.concatenate([_draw(p, bins, size, some, rng, weight) for some in _portions(draws, p.size)])
    with np.errstate(invalid="ignore"):
        low, high = np.quantile(hits, [(1 - share) / 2, (1 + share) / 2], axis=0) / count
    return ConsistencyBand(low, high)


def as_confidence(y_true: ArrayLike, y_prob: ArrayLike, labels: ArrayLike | None = None) -> tuple[NDArray, NDArray]:
    """Return outcomes, booleans or integers 0 and 1, or soft ones; and the probability of each, in the type given."""
    given = as_numpy(y_prob, "y_prob")
    if given.ndim == 2:
        codes, rows = as_labelled_forecasts(y_true, given, labels=labels)
        return rows.argmax(axis=1) == codes, as_given(rows.max(axis=1), given)
    p, outcome = _confidence(given), as_outcomes(y_true, labels=labels)
    require_same_shape(outcome, p, ("y_true", "y_prob"))
    return outcome, p


def curve_of(outcome: NDArray, p: NDArray, n_bins: int, strategy: str, weight: Array | None) -> ReliabilityCurve:
    """Return the curve of checked outcomes and forecasts; the counts are sums of the weights as they are."""
    edges = _edges(p, n_bins, strategy, weight)
    count, forecasts, outcomes = _sums(outcome, p, edges, weight)
    filled = np.where(count > 0, count, np.nan)
    return ReliabilityCurve(
        forecasts / filled, outcomes / filled, count.astype(np.intp) if weight is None else count, edges
    )


def bins_of(p: NDArray, edges: NDArray) -> NDArray[np.intp]:
    """Return the bin of each forecast, by the faster way where the edges are those of bins of equal width."""
    return _finder(edges)(p, edges)


def _finder(edges: NDArray) -> Callable[[NDArray, NDArray], NDArray[np.intp]]:
    uniform = edges.dtype != np.float16 and (edges == edges_of(len(edges) - 1, edges.dtype)).all()
    return _uniform_bins if uniform else bin_of


def _confidence(y_prob: ArrayLike) -> NDArray:
    """Return P(class 1), or the top probability of each row, in the type given if it is one of NumPy's floats."""
    given = as_numpy(y_prob, "y_prob")
    if given.ndim == 1:
        inside = (
            given.dtype.kind == "f" and given.size > 0 and given.min() >= 0 and given.max() <= 1
        )  # no NaN is inside
        return as_given(given if inside else as_probability(given, "y_prob"), given)
    if given.ndim != 2:
        raise ValueError(f"`y_prob` must have the shape (n,) or (n, K); got {given.shape}")
    return as_given(as_labelled_forecasts(np.zeros(len(given), np.intp), given)[1].max(axis=1), given)


def as_given(p: NDArray, given: NDArray) -> NDArray:
    """Return the probabilities in the precision they came in, to which the edges of the bins are rounded."""
    native = given.dtype.newbyteorder("=")
    return p.astype(native if native in (np.float16, np.float32) else np.float64, copy=False)


def _scaled(count: Array, unit: float) -> Array:
    with np.errstate(over="ignore"):  # a sum of weights may lie beyond the largest number
        return count * unit


def _edges(p: NDArray, n_bins: int, strategy: str, weight: Array | None) -> NDArray:
    edges = edges_of(n_bins, p.dtype)
    if as_choice(strategy, "strategy", STRATEGIES) == "uniform" or len(edges) == 2:
        return edges
    steps, size = np.arange(1, len(edges) - 1), len(edges) - 1
    if weight is None:
        last = -(-steps * p.size // size) - 1  # the last forecast of each bin but one
        edges[1:-1] = np.partition(p, last)[last]
        return edges
    order = np.argsort(p)
    reached = np.cumsum(weight[order])
    rounding = p.size * np.finfo(np.float64).eps  # of the sums: what is equal but for it counts as equal
    edges[1:-1] = p[order][np.searchsorted(reached, reached[-1] * (steps / size - rounding))]
    return edges


def _sums(outcome: NDArray, p: NDArray, edges: NDArray, weight: Array | None) -> tuple[Array, Array, Array]:
    """Return of each bin the number of forecasts, the sum of the forecasts, and that of the outcomes, in float64."""
    size = len(edges) - 1
    totals, find = np.zeros((3, size)), _finder(edges)
    for start in range(0, p.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        totals += _block_sums(
            outcome[part], p[part], find(p[part], edges), size, None if weight is None else weight[part]
        )
    return totals[0], totals[1], totals[2]


def _block_sums(outcome: NDArray, p: NDArray, bins: NDArray[np.intp], size: int, weight: Array | None) -> Array:
    if weight is not None:
        return np.stack([np.bincount(bins, w, minlength=size) for w in (weight, weight * p, weight * outcome)])
    forecasts = np.bincount(bins, p, minlength=size)
    if outcome.dtype.kind == "f":
        return np.stack([np.bincount(bins, minlength=size), forecasts, np.bincount(bins, outcome, minlength=size)])
    both = np.bincount(bins + size * outcome.astype(np.intp), minlength=2 * size).reshape(2, size)  # one pass for two
    return np.stack([both.sum(axis=0), forecasts, both[1]])


def _uniform_bins(p: NDArray, edges: NDArray) -> NDArray[np.intp]:
    """Return what `bin_of` does, faster: by multiplying, with a second look at whatever lies near an edge."""
    size = len(edges) - 1
    scaled = p * p.dtype.type(size)
    up = np.ceil(scaled)
    bins = up.astype(np.intp)
    bins -= 1
    near = np.abs(scaled - np.rint(scaled)) <= 4 * size * np.finfo(p.dtype).eps
    if near.any():
        bins[near] = bin_of(p[near], edges)
    return bins


def _portions(draws: int, n: int) -> list[int]:
    at_once = max(1, _DRAWS // n)
    return [min(at_once, draws - start) for start in range(0, draws, at_once)]


def _draw(
    p: NDArray, bins: NDArray[np.intp], size: int, draws: int, rng: np.random.Generator, weight: Array | None
) -> Array:
    """Return the number (or weight) of successes in each bin, (draws, size), if every forecast is right."""
    hit = rng.random((draws, p.size)) < p
    rows = np.arange(draws, dtype=np.intp)[:, np.newaxis] * size + bins
    each = None if weight is None else np.broadcast_to(weight, hit.shape)[hit]
    return np.bincount(rows[hit], each, minlength=draws * size).reshape(draws, size).astype(np.float64)
