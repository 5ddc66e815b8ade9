"""What every loss shares: one of two ways to give the prediction, weights, and how samples become one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from xentbook._checks import as_choice, as_finite, as_integer, as_labels, require_same_shape, require_where

__all__ = [
    "quiet",
    "REDUCTIONS",
    "as_kept_labels",
    "as_class_weight",
    "as_sample_weight",
    "exactly_one",
    "reduce",
    "smoothed",
    "times",
]

REDUCTIONS = ("mean", "sum", "none")
# Overflow to inf and underflow to 0 are the right values here, whatever the caller's error state.
quiet = np.errstate(all="ignore")


def exactly_one(**given: ArrayLike | None) -> str:
    """Return the name of the one argument that is not None."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        listed = ", ".join(f"`{name}=`" for name in given)
        got = " and ".join(f"`{name}=`" for name in names) or "none"
        raise TypeError(f"exactly one of {listed} must be given; got {got}")
    return names[0]


def as_kept_labels(
    y_true: ArrayLike, shape: tuple[int, ...], ignore_index: int | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    """Return the labels for predictions of `shape` (..., K), and which of them count; ignored ones become 0."""
    keep = None if ignore_index is None else np.asarray(y_true) != as_integer(ignore_index, "ignore_index")
    given = y_true if keep is None else np.where(keep, y_true, 0)
    labels = as_labels(given, "y_true", n_classes=shape[-1], ndim=None)
    if labels.shape != shape[:-1]:
        raise ValueError(
            f"`y_true` must have the shape {shape[:-1]} of the predictions without classes; got {labels.shape}"
        )
    if keep is not None and not keep.any():
        raise ValueError(f"`y_true` must have a label other than `ignore_index`; got {ignore_index} everywhere")
    return labels, keep


def as_sample_weight(sample_weight: ArrayLike | None, like: NDArray) -> NDArray[np.float64] | None:
    """Return the weights of samples, of the shape of `like`, in float64."""
    if sample_weight is None:
        return None
    weight = _as_weight(sample_weight, "sample_weight")
    require_same_shape(weight, like, ("sample_weight", "y_true without classes"))
    return weight


def as_class_weight(class_weight: ArrayLike | None, n_classes: int) -> NDArray[np.float64] | None:
    """Return the weights of classes, (K,), in float64."""
    if class_weight is None:
        return None
    weight = _as_weight(class_weight, "class_weight")
    if weight.shape != (n_classes,):
        raise ValueError(
            f"`class_weight` must have one weight for each of {n_classes} classes; got shape {weight.shape}"
        )
    return weight


def smoothed(y: NDArray[np.float64], amount: float, n_classes: int) -> NDArray[np.float64]:
    """Return `y` moved towards the uniform distribution by `amount`."""
    return (1.0 - amount) * y + amount / n_classes if amount else y


def times(weight: NDArray | float, value: NDArray) -> NDArray[np.float64]:
    """Return the product, 0 where the weight is 0, though the value be inf."""
    return np.where(np.equal(weight, 0), 0.0, weight * value)  # 0 log 0 = 0 by continuity


def reduce(
    losses: NDArray[np.float64],
    reduction: str,
    dtype: DTypeLike,
    *,
    weight: NDArray[np.float64] | None = None,
    share: NDArray[np.float64] | None = None,
) -> NDArray | float:
    """Return the losses times their `weight`, or the sum, or the sum divided by that of the weights times `share`.

    `weight` multiplies the losses; `share` is a part of the weight that they hold already, by class or by being kept.
    """
    as_choice(reduction, "reduction", REDUCTIONS)
    factor = 1.0 if weight is None else weight
    if reduction == "none":
        return (times(factor, losses) + 0.0).astype(dtype, copy=False)[()]
    if reduction == "sum":
        return times(factor, losses).sum() + 0.0
    if weight is None and share is None:
        return losses.sum() / losses.size + 0.0
    weights = factor * (1.0 if share is None else share)
    largest = np.max(weights)
    if largest == 0:
        raise ValueError("the weights must not sum to 0 for a mean; got 0.0: pass reduction='sum' instead")
    unit = np.ldexp(0.5, np.frexp(largest)[1])  # a power of 2: the sums neither overflow nor round by it
    return times(factor / unit, losses).sum() / (weights / unit).sum() + 0.0


def _as_weight(weight: ArrayLike, name: str) -> NDArray[np.float64]:
    array = as_finite(weight, name)
    require_where(array >= 0, array, name, "not be negative")
    return array.astype(np.float64, copy=False)
