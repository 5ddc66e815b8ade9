"""Weights, means and reductions, in one place: no result but a sum depends on the scale of the weights.

Conventions
-----------
- Weights are finite, not negative, and used in float64. A sample of weight 0 does not count, though its loss be inf.
- Before a mean is taken the weights are divided by the power of two that brings the largest into [0.5, 1): that changes
  no digit of them, and neither a product nor a sum overflows or vanishes, be the weights 1e-308 or 1e308.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from xentbook._checks import as_choice, as_finite, require_where

__all__ = [
    "REDUCTIONS",
    "Reduction",
    "as_class_weight",
    "as_relative_weight",
    "as_sample_weight",
    "power_of_two",
    "product",
    "rates",
    "reduce",
    "relative_product",
    "weighted_mean",
]

Array = NDArray[np.float64]
Reduction = Literal["mean", "sum", "none"]
REDUCTIONS = ("mean", "sum", "none")


def as_sample_weight(sample_weight: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    """Return the weights of samples, of the `shape` of the samples, in float64; None stays None."""
    if sample_weight is None:
        return None
    weight = _as_weight(sample_weight, "sample_weight")
    if weight.shape != shape:
        raise ValueError(
            f"`sample_weight` must have one weight for each sample, shape {shape}; got shape {weight.shape}"
        )
    return weight


def as_relative_weight(sample_weight: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    """Return what `as_sample_weight` does, not all 0, divided by the power of two of the largest; None stays None."""
    weight = as_sample_weight(sample_weight, shape)
    if weight is None:
        return None
    if not weight.any():
        raise ValueError("the weights must not sum to 0; got 0.0")
    return weight / power_of_two(weight)


def as_class_weight(class_weight: ArrayLike | None, n_classes: int) -> Array | None:
    """Return the weights of classes, (K,), in float64; None stays None."""
    if class_weight is None:
        return None
    weight = _as_weight(class_weight, "class_weight")
    if weight.shape != (n_classes,):
        raise ValueError(
            f"`class_weight` must have one weight for each of {n_classes} classes; got shape {weight.shape}"
        )
    return weight


def power_of_two(weight: Array) -> float:
    """Return the power of two that brings the largest weight into [0.5, 1) by division; 1 for weights of 0.

    It lies between 2**-1021 and 2**1021, so that it and its inverse are normal numbers.
    """
    largest = float(np.max(weight))
    exponent = math.frexp(largest)[1] if largest > 0 else 0
    return math.ldexp(1.0, min(max(exponent, -1021), 1021))


def product(weight: NDArray | float, value: NDArray) -> Array:
    """Return weight times value, and 0 where the weight is 0, though the value be inf."""
    with np.errstate(all="ignore"):
        return np.where(np.equal(weight, 0), 0.0, weight * value)  # 0 log 0 = 0 by continuity


def weighted_mean(values: ArrayLike, weight: Array | None = None) -> float:
    """Return the mean of `values`, (n,), or their mean under weights, not all 0, of any scale."""
    values = np.asarray(values, dtype=np.float64)
    if weight is not None:
        values = product(weight > 0, values)  # what does not count does not set the unit
    largest = np.max(np.abs(values))
    unit = power_of_two(np.abs(values)) if 1e290 < largest < np.inf else 1.0  # a sum must not overflow before its mean
    if weight is None:
        return float((values / unit).sum() / values.size * unit)
    weight = weight / power_of_two(weight)
    return float(product(weight, values / unit).sum() / weight.sum() * unit)


def reduce(
    losses: Array,
    reduction: str,
    dtype: DTypeLike,
    *,
    weight: Array | None = None,
    share: Array | None = None,
) -> NDArray | float:
    """Return the losses times their `weight`, or the sum, or the sum divided by that of the weights times `share`.

    `weight` multiplies the losses; `share` is a part of the weight that they hold already, by class or by being kept.
    """
    as_choice(reduction, "reduction", REDUCTIONS)
    if weight is None and share is None and reduction != "none":
        return losses.sum() / (losses.size if reduction == "mean" else 1)
    factor = 1.0 if weight is None else weight
    if reduction == "none":
        return (product(factor, losses) + 0.0).astype(dtype, copy=False)[()]
    if reduction == "sum":
        return product(factor, losses).sum()
    factor, total = _relative(weight, share)
    return product(factor, losses).sum() / total


def rates(reduction: str, samples: int, *, weight: Array | None = None, share: Array | None = None) -> Array | float:
    """Return what multiplies each loss in the number that `reduce` makes of them, and so its gradient."""
    if as_choice(reduction, "reduction", REDUCTIONS) != "mean":
        return 1.0 if weight is None else weight
    if weight is None and share is None:
        return 1.0 / samples
    factor, total = _relative(weight, share)
    return factor / total


def relative_product(*weights: Array) -> Array:
    """Return the product of weights of any scale, divided by a power of two so that the largest is below 1."""
    digits, exponents = zip(*(np.frexp(weight) for weight in weights), strict=True)
    digits, exponent = math.prod(digits), sum(exponents)
    largest = int(np.max(exponent, where=digits > 0, initial=np.iinfo(np.int32).min))
    return np.ldexp(digits, np.where(digits > 0, exponent - largest, 0))


def _relative(weight: Array | None, share: Array | None) -> tuple[Array | float, float]:
    """Return the weights of a mean and the sum of those times their share, both divided by one power of two."""
    factor = 1.0 if weight is None else weight / power_of_two(weight)
    weights = np.asarray(factor * (1.0 if share is None else share))
    if not np.any(weights):
        raise ValueError("the weights must not sum to 0 for a mean; got 0.0: pass reduction='sum', which is 0 then")
    part = power_of_two(weights)
    return factor / part, float((weights / part).sum())


def _as_weight(weight: ArrayLike, name: str) -> Array:
    array = as_finite(weight, name)
    require_where(array >= 0, array, name, "not be negative")
    return array.astype(np.float64, copy=False)
