"""Forecasts beside what came, checked once for all scores, and sorted into bins with exact edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_integer, as_labels, as_probabilities, as_probability, require_same_shape
from xentbook.losses._reduce import as_sample_weight

__all__ = ["as_forecasts", "as_weights", "as_labelled_forecasts", "as_binary_forecasts", "edges_of", "bin_of"]

Array = NDArray[np.float64]


def as_forecasts(y_true: ArrayLike, y_prob: ArrayLike) -> tuple[NDArray, NDArray]:
    """Return outcomes (n,), soft ones in float64 or labels in int64, and probabilities (n,) or (n, K), as given."""
    given = as_array(y_prob, "y_prob")
    if given.ndim not in (1, 2):
        raise ValueError(f"`y_prob` must have the shape (n,) or (n, K); got {given.shape}")
    if given.ndim == 1:
        return as_binary_forecasts(y_true, given)
    return as_labelled_forecasts(y_true, given)


def as_labelled_forecasts(y_true: ArrayLike, y_prob: ArrayLike) -> tuple[NDArray[np.int64], NDArray]:
    """Return labels (n,) and rows of probabilities (n, K)."""
    p = as_probabilities(y_prob, "y_prob", ndim=2)
    labels = as_labels(y_true, "y_true", n_classes=p.shape[1])
    if len(labels) != len(p):
        raise ValueError(f"`y_true` and `y_prob` must have the same number of samples; got {len(labels)} and {len(p)}")
    return labels, p


def as_binary_forecasts(y_true: ArrayLike, y_prob: ArrayLike) -> tuple[Array, NDArray]:
    """Return outcomes in [0, 1] as float64 and probabilities of class 1, each of shape (n,)."""
    p = as_probability(y_prob, "y_prob", ndim=1)
    outcome = as_probability(y_true, "y_true", ndim=1, fix="beside a 1-D `y_prob` outcomes are 0 and 1")
    require_same_shape(outcome, p, ("y_true", "y_prob"))
    return outcome.astype(np.float64, copy=False), p


def as_weights(sample_weight: ArrayLike | None, outcome: NDArray) -> Array | None:
    """Return non-negative weights, not all 0, of the shape of `outcome`; None stays None."""
    weight = as_sample_weight(sample_weight, outcome)
    if weight is not None and not weight.any():
        raise ValueError("the weights must not sum to 0; got 0.0")
    return weight


def edges_of(n_bins: int, dtype: np.dtype | type = np.float64) -> NDArray:
    """Return the edges 0, 1/n, …, 1 of `n_bins` bins, each rounded once, to the precision of the probabilities."""
    n = as_integer(n_bins, "n_bins", minimum=1)
    return (np.arange(n + 1) / n).astype(dtype)


def bin_of(p: NDArray, edges: NDArray) -> NDArray[np.int64]:
    """Return for each probability the number of its bin (low, high] between `edges`; 0 lies in the first."""
    return np.maximum(np.searchsorted(edges, p, side="left") - 1, 0)
