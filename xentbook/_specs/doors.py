"""Predictions beside labels, checked once for a loss and its gradient; what is ignored may hold anything."""

from __future__ import annotations

import functools
import sys
import warnings
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import (
    as_array,
    as_finite,
    as_integer,
    as_labels,
    as_numpy,
    as_probabilities,
    as_probability,
    exactly_one,
    require_same_shape,
)
from xentbook._forecasts import as_kept_labels
from xentbook._rows import as_logits
from xentbook._weights import as_class_weight, as_sample_weight, rates, reduce, relative_product

__all__ = [
    "Labelled",
    "Outcome",
    "one_of",
    "labelled",
    "labelled_rows",
    "labelled_scores",
    "finish",
    "as_out",
    "warn_of_one_output",
    "FIX",
]

Array = NDArray[np.float64]
Outcome = tuple[Any, Any]  # the value, and the gradient where it is wanted, else None: the faces know their types

FIX = "pass logits=… instead"


class Labelled(NamedTuple):
    """Predictions and their labels, and which of them count (None: all)."""

    predictions: NDArray
    labels: NDArray[np.intp]
    keep: NDArray[np.bool_] | None
    n_classes: int

    def weights(
        self, reduction: str, *, sample_weight: ArrayLike | None, class_weight: ArrayLike | None
    ) -> Array | None:
        """Return the weight of each sample: kept, its own, and that of its label; for a mean up to a power of two."""
        by_class = as_class_weight(class_weight, self.n_classes)
        kept = None if self.keep is None else self.keep.astype(np.float64)
        sample = as_sample_weight(_blanked_weight(sample_weight, self.keep), self.labels.shape)
        given = [kept, sample, None if by_class is None else by_class[self.labels]]
        parts = [part for part in given if part is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        return relative_product(*parts) if reduction == "mean" else functools.reduce(np.multiply, parts)


def one_of(**given: ArrayLike | None) -> tuple[str, ArrayLike]:
    """Return the name and the value of the one argument that is not None."""
    name = exactly_one(**given)
    return name, cast(ArrayLike, given[name])


def labelled_rows(
    y_true: ArrayLike, predictions: ArrayLike, name: str, ignore_index: int | None, reduction: str
) -> Labelled:
    """Return rows of `probs` or `logits`, (..., K), and a label for each; rows of logits may hold NaN where ignored."""
    raw = _with_entries(predictions, name)
    labels, keep = as_kept_labels(y_true, raw.shape, ignore_index, name=name)
    keep = _required(keep, ignore_index, reduction)
    if name == "logits":
        warn_of_one_output(raw.shape)
        fast = raw.dtype.kind == "f" and raw.dtype.itemsize in (4, 8)  # the kernel leaves out what is ignored
        given = as_logits(raw if fast else _blanked(raw, keep, 0.0))
    else:
        given = as_probabilities(_blanked(raw, keep, 1.0 / raw.shape[-1]), name, fix=FIX)
    return Labelled(given, labels, keep, given.shape[-1])


def labelled(
    y_true: ArrayLike, predictions: ArrayLike, name: str, ignore_index: int | None, reduction: str
) -> Labelled:
    """Return `probs` or `logits` of class 1, (n,), or of K classes, (n, K), with a label for each."""
    raw = _with_entries(predictions, name)
    if raw.ndim > 2:
        raise ValueError(f"`{name}` must have the shape (n,) or (n, K); got {raw.shape}")
    if raw.ndim == 2:
        return labelled_rows(y_true, raw, name, ignore_index, reduction)
    labels, keep = _kept_outcomes(y_true, raw, name, ignore_index)
    keep = _required(keep, ignore_index, reduction)
    blank = _blanked(raw, keep, 0.0)
    return Labelled(
        as_array(blank, name) if name == "logits" else as_probability(blank, name, fix=FIX), labels, keep, 2
    )


def labelled_scores(
    y_true: ArrayLike, scores: ArrayLike, ignore_index: int | None, reduction: str, *, binary: bool
) -> Labelled:
    """Return finite scores of labels 0 and 1, any shape, or of K classes, (..., K), with a label for each."""
    raw = as_numpy(scores, "scores")
    if binary:
        labels, keep = _kept_outcomes(y_true, raw, "scores", ignore_index)
    else:
        raw = _with_entries(raw, "scores")
        labels, keep = as_kept_labels(y_true, raw.shape, ignore_index, name="scores")
    keep = _required(keep, ignore_index, reduction)
    given = as_finite(_blanked(raw, keep, 0.0), "scores")
    if not binary and given.shape[-1] < 2:
        raise ValueError(f"`scores` must have at least 2 classes; got {given.shape[-1]}")
    return Labelled(given, labels, keep, 2 if binary else given.shape[-1])


def finish(predictions: NDArray, losses: Array, slope: Array | None, reduction: str, weight: Array | None) -> Outcome:
    """Return the reduced value, and the gradient `slope` of each sample multiplied as its loss is."""
    value = reduce(losses, reduction, predictions.dtype, weight=weight)
    if slope is None:
        return value, None
    rate = rates(reduction, losses.size, weight=weight)
    if isinstance(rate, np.ndarray) and slope.ndim > rate.ndim:
        rate = rate[..., np.newaxis]
    return value, (rate * slope + 0.0).astype(predictions.dtype)[()]


def as_out(out: NDArray, z: NDArray) -> NDArray:
    """Return `out` if the gradient can be written into it."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"`out` must be a NumPy array; got {type(out).__name__}")
    if out.shape != z.shape or out.dtype != z.dtype:
        raise ValueError(f"`out` must have shape {z.shape} and dtype {z.dtype}; got {out.shape} and {out.dtype}")
    if not (out.flags.c_contiguous and out.flags.writeable):
        raise ValueError("`out` must be C-contiguous and writeable; got an array that is not")
    if np.may_share_memory(out, z):
        raise ValueError("`out` must not share memory with `logits`; got an overlap")
    return out


def warn_of_one_output(shape: tuple[int, ...]) -> None:
    """Warn the caller of the package where softmax has one output, and so nothing to say."""
    if shape[-1] == 1:
        warnings.warn(
            f"softmax over one output is always 1, and the loss of `logits` of shape {shape} always 0: "
            "use `binary_cross_entropy` for one logit a sample",
            UserWarning,
            stacklevel=_depth_of_caller(),
        )


def _depth_of_caller() -> int:
    """Return the `stacklevel` at which the caller's `warnings.warn` names the line outside the package."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in ("xentbook", "numpy", "contextlib"):
        frame, depth = frame.f_back, depth + 1
    return depth


def _with_entries(x: ArrayLike, name: str) -> NDArray:
    """Return `x` as an array of any type with at least one axis and one entry."""
    array = as_numpy(x, name)
    return array if array.ndim and array.size else as_array(array, name, min_ndim=1)  # which raises


def _kept_outcomes(
    y_true: ArrayLike, predictions: NDArray, name: str, ignore_index: int | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_] | None]:
    """Return labels 0 and 1 beside predictions of their shape, and which of them count; ignored ones become 0."""
    given = as_numpy(y_true, "y_true")
    keep = None if ignore_index is None else given != as_integer(ignore_index, "ignore_index")
    labels = as_labels(given if keep is None else np.where(keep, given, 0), "y_true", n_classes=2, ndim=None)
    require_same_shape(labels, predictions, ("y_true", name))
    return labels, keep


def _required(keep: NDArray[np.bool_] | None, ignore_index: int | None, reduction: str) -> NDArray[np.bool_] | None:
    """Return which samples count, None where all do; a mean needs one."""
    if keep is None or keep.all():
        return None
    if reduction == "mean" and not keep.any():
        raise ValueError(
            f"`y_true` must have a label other than `ignore_index` for a mean; got {ignore_index} everywhere; "
            "pass reduction='sum', which is 0 then"
        )
    return keep


def _blanked(array: NDArray, keep: NDArray[np.bool_] | None, value: float) -> NDArray:
    """Return the predictions with `value` in place of whatever stands where it is ignored."""
    if keep is None:
        return array
    return np.where(keep if keep.ndim == array.ndim else keep[..., np.newaxis], array, value)


def _blanked_weight(sample_weight: ArrayLike | None, keep: NDArray[np.bool_] | None) -> ArrayLike | None:
    """Return the weights with 0 in place of whatever stands where it is ignored."""
    if sample_weight is None or keep is None:
        return sample_weight
    weight = as_numpy(sample_weight, "sample_weight")
    return np.where(keep, weight, 0.0) if weight.shape == keep.shape else weight
