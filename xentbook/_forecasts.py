"""The one door for outcomes beside forecasts, for labels beside predictions, and for bins with exact edges.

Conventions
-----------
- A 1-D forecast holds probabilities of class 1 (the second of `labels`), a 2-D one a row of K probabilities a sample.
- Outcomes beside a 1-D forecast are 0 and 1, or soft, in [0, 1]; beside a 2-D one they are labels 0 … K - 1. With
  `labels`, the order of the columns, they are of any kind.
- The type that came in decides the tolerance of a row's sum: float16 and float32 are taken as they are given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_integer,
    as_label_order,
    as_labels,
    as_numpy,
    as_probabilities,
    as_probability,
    require_same_shape,
)

__all__ = [
    "as_binary_forecasts",
    "as_forecasts",
    "as_kept_labels",
    "as_labelled_forecasts",
    "as_outcomes",
    "bin_of",
    "edges_of",
]

Array = NDArray[np.float64]

_ORDER = "pass labels=…, the values in the order of the columns"
_OUTCOMES = "beside a 1-D `y_prob` outcomes are 0 and 1"


def as_forecasts(y_true: ArrayLike, y_prob: ArrayLike, *, labels: ArrayLike | None = None) -> tuple[NDArray, NDArray]:
    """Return outcomes (n,), soft ones in float64 or labels in `np.intp`, and probabilities (n,) or (n, K)."""
    given = as_numpy(y_prob, "y_prob")
    if given.ndim == 1:
        return as_binary_forecasts(y_true, given, labels=labels)
    if given.ndim != 2:
        raise ValueError(f"`y_prob` must have the shape (n,) or (n, K); got {given.shape}")
    return as_labelled_forecasts(y_true, given, labels=labels)


def as_labelled_forecasts(
    y_true: ArrayLike, y_prob: ArrayLike, *, labels: ArrayLike | None = None
) -> tuple[NDArray[np.intp], NDArray]:
    """Return labels (n,) and rows of probabilities (n, K)."""
    given = as_numpy(y_prob, "y_prob")
    if given.ndim == 2 and given.shape[1] == 1:
        raise ValueError(
            f"`y_prob` must have a column for each class; got shape {given.shape}; "
            "pass `y_prob[:, 0]` if it holds the probabilities of class 1"
        )
    p = as_probabilities(given, "y_prob", ndim=2)
    order = as_label_order(labels, n_classes=p.shape[1])
    outcome = as_labels(y_true, "y_true", n_classes=p.shape[1], labels=order, fix=_ORDER)
    if len(outcome) != len(p):
        raise ValueError(f"`y_true` and `y_prob` must have the same number of samples; got {len(outcome)} and {len(p)}")
    return outcome, p


def as_binary_forecasts(
    y_true: ArrayLike, y_prob: ArrayLike, *, labels: ArrayLike | None = None
) -> tuple[Array, NDArray]:
    """Return outcomes in [0, 1] as float64 and probabilities of class 1, each of shape (n,)."""
    p = as_probability(y_prob, "y_prob", ndim=1)
    outcome = as_outcomes(y_true, labels=labels)
    require_same_shape(outcome, p, ("y_true", "y_prob"))
    return outcome.astype(np.float64, copy=False), p


def as_outcomes(y_true: ArrayLike, *, labels: ArrayLike | None = None) -> NDArray:
    """Return outcomes (n,) beside a 1-D forecast, in [0, 1]: booleans and integers as they are, others in float64."""
    given = as_numpy(y_true, "y_true")
    if labels is not None:
        return as_labels(given, "y_true", labels=as_label_order(labels, n_classes=2))
    if given.dtype.kind in "US" or (given.dtype.kind == "O" and any(isinstance(value, str) for value in given.flat)):
        as_labels(given, "y_true", fix="pass labels=(NEGATIVE, POSITIVE)")  # raises, as text is no number
    if given.dtype.kind in "iub" and given.ndim == 1 and given.size and given.min() >= 0 and given.max() <= 1:
        return given
    return as_probability(given, "y_true", ndim=1, fix=_OUTCOMES).astype(np.float64, copy=False)


def as_kept_labels(
    y_true: ArrayLike, shape: tuple[int, ...], ignore_index: int | None, *, name: str = "logits"
) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Return the labels for predictions `name` of `shape` (..., K), and which of them count; ignored ones become 0."""
    given = as_numpy(y_true, "y_true")
    if given.shape != shape[:-1]:
        raise ValueError(_shape_message(given.shape, shape, name))
    keep = None if ignore_index is None else given != as_integer(ignore_index, "ignore_index")
    labels = as_labels(given if keep is None else np.where(keep, given, 0), "y_true", n_classes=shape[-1], ndim=None)
    return labels, keep


def edges_of(n_bins: int, dtype: np.dtype | type = np.float64) -> NDArray:
    """Return the edges 0, 1/n, …, 1 of `n_bins` bins, each rounded once, to the precision of the probabilities."""
    n = as_integer(n_bins, "n_bins", minimum=1)
    return (np.arange(n + 1) / n).astype(dtype)


def bin_of(p: NDArray, edges: NDArray) -> NDArray[np.intp]:
    """Return for each probability the number of its bin (low, high] between `edges`; 0 lies in the first."""
    return np.maximum(np.searchsorted(edges, p, side="left") - 1, 0)


def _shape_message(labels: tuple[int, ...], shape: tuple[int, ...], name: str) -> str:
    """Return what is wrong with labels of that shape beside predictions of `shape`, and what may mend it."""
    fix = ""
    if len(shape) > 2 and labels == (shape[0], *shape[2:]):
        fix = f"; move the classes to the last axis: pass `numpy.moveaxis({name}, 1, -1)`"
    elif labels == shape:
        fix = "; pass targets of that shape to `categorical_cross_entropy`"
    return f"`y_true` must have the shape {shape[:-1]}, a label for each row of `{name}`; got {labels}{fix}"
