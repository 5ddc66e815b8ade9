r"""Losses of the probability of the true class, each with its derivative: cross-entropy's push times how much it cares.

A loss that is a function φ of the surprise s = -ln p_y has the gradient φ'(s) (p - y). The surprise and 1 - p_y are
given with all their digits, so that neither the value nor the slope need subtract p from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_number, exactly_one, quiet, require_same_shape
from xentbook._rows import require_defined, rows_of_labels, sums_of_others
from xentbook._specs.doors import Array, Labelled, Outcome, finish, labelled, one_of
from xentbook._specs.entropies import softplus_pair
from xentbook._weights import as_sample_weight
from xentbook.links import sigmoid

__all__ = [
    "Seen",
    "OfSurprise",
    "SquaredError",
    "AbsoluteError",
    "FocalLoss",
    "GeneralizedCrossEntropy",
    "of_surprise",
    "of_distance",
]


class Seen(NamedTuple):
    """What a loss sees of n predictions."""

    surprise: Array  # (n,), -ln p of the true class
    rest: Array  # (n,), 1 - p of the true class
    labels: NDArray[np.intp]  # (n,)
    columns: int  # how many times an error counts: 1 for (n,), 2 for a column a class, as the others miss as much
    push: Array | None  # (n,) or (n, K), p - y, where it is looked at; from probabilities p itself

    @property
    def own(self) -> Array:
        """The probability of the true class."""
        return np.exp(-self.surprise)

    @property
    def others(self) -> Array:
        """The probabilities of the other classes, (n, K), 0 at the true one."""
        others = np.array(self.push)
        np.put_along_axis(others, self.labels[:, np.newaxis], 0.0, axis=-1)
        return others


class OfSurprise:
    """A function of the surprise, `value`, and its derivative, `slope`."""

    looks_at_others = False  # whether the value needs more than the surprise

    def value(self, seen: Seen) -> Array:
        """Return the loss of each sample."""
        raise NotImplementedError

    def slope(self, seen: Seen) -> Array:
        """Return the derivative of each loss in the surprise."""
        raise NotImplementedError

    def gradient(self, seen: Seen) -> Array:
        """Return the derivative of each loss in the logits."""
        slope, push = self.slope(seen), np.asarray(seen.push)
        return (slope if push.ndim == 1 else slope[:, np.newaxis]) * push


class AbsoluteError(OfSurprise):
    """The sum over the columns of the distance of p from y: 1 - p_y, once or twice."""

    def of_error(self, error: Array) -> Array:
        return np.abs(error)

    def value(self, seen: Seen) -> Array:
        return seen.columns * seen.rest

    def slope(self, seen: Seen) -> Array:
        return seen.columns * seen.own


class SquaredError(OfSurprise):
    """The sum over the columns of the square of that distance."""

    looks_at_others = True

    def of_error(self, error: Array) -> Array:
        return error**2

    def value(self, seen: Seen) -> Array:
        return seen.rest**2 + (0.0 if seen.columns == 1 else (seen.others**2).sum(axis=-1))

    def slope(self, seen: Seen) -> Array:
        return 2.0 * seen.own * seen.rest

    def gradient(self, seen: Seen) -> Array:
        if seen.columns == 1:
            return super().gradient(seen)
        others, own, rest = seen.others, seen.own[:, np.newaxis], seen.rest[:, np.newaxis]
        # p_k - sum of squares, with p_k written as p_k times the sum of all: what can cancel to 0 exactly does.
        spread = others * sums_of_others(others) - sums_of_others(others**2)
        gradient = 2.0 * others * (own * (others + rest) + spread)
        at_label = -2.0 * own * (rest**2 + (others**2).sum(axis=-1, keepdims=True))
        np.put_along_axis(gradient, seen.labels[:, np.newaxis], at_label, axis=-1)
        return gradient


@dataclass(frozen=True)
class FocalLoss(OfSurprise):
    """(1 - p)^γ s, and (1 - p)^γ + γ p (1 - p)^(γ - 1) s."""

    gamma: float

    def __post_init__(self) -> None:
        as_number(self.gamma, "gamma", minimum=0)

    def value(self, seen: Seen) -> Array:
        return seen.rest**self.gamma * seen.surprise

    def slope(self, seen: Seen) -> Array:
        ratio = np.where(seen.rest > 0, seen.surprise / seen.rest, 1.0)  # -ln p / (1 - p) tends to 1
        ratio = np.minimum(ratio, 1e300)  # p (-ln p) tends to 0 as p does
        return seen.rest**self.gamma * (1.0 + self.gamma * seen.own * ratio)


@dataclass(frozen=True)
class GeneralizedCrossEntropy(OfSurprise):
    """(1 - p^q) / q, and p^q."""

    q: float

    def __post_init__(self) -> None:
        as_number(self.q, "q", minimum=0, maximum=1)

    def value(self, seen: Seen) -> Array:
        return -np.expm1(-self.q * seen.surprise) / self.q if self.q else seen.surprise

    def slope(self, seen: Seen) -> Array:
        return np.exp(-self.q * seen.surprise) if self.q else np.ones_like(seen.surprise)


@quiet
def of_surprise(
    loss: OfSurprise,
    y_true: ArrayLike,
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
    gradient: bool = False,
) -> Outcome:
    """Return the value of `loss`, and its gradient where it is wanted."""
    name, raw = one_of(probs=probs, logits=logits)
    given = labelled(y_true, raw, name, ignore_index, reduction)
    weight = given.weights(reduction, sample_weight=sample_weight, class_weight=class_weight)
    seen = _from_logits(given, gradient or loss.looks_at_others) if name == "logits" else _from_probs(given)
    slope = loss.gradient(seen) if gradient else None
    return finish(given.predictions, loss.value(seen), slope, reduction, weight)


@quiet
def of_distance(
    loss: SquaredError | AbsoluteError,
    y_true: ArrayLike,
    y_pred: ArrayLike | None,
    *,
    probs: ArrayLike | None,
    logits: ArrayLike | None,
    class_weight: ArrayLike | None,
    sample_weight: ArrayLike | None,
    ignore_index: int | None,
    reduction: str,
) -> Outcome:
    """Return the value of `loss` between numbers, or between probabilities and labels."""
    options: dict[str, Any] = {"class_weight": class_weight, "ignore_index": ignore_index}
    if exactly_one(y_pred=y_pred, probs=probs, logits=logits) != "y_pred":
        predictions: dict[str, Any] = {"probs": probs, "logits": logits}
        shared: dict[str, Any] = {"sample_weight": sample_weight, "reduction": reduction}
        return of_surprise(loss, y_true, **predictions, **options, **shared)
    for name, value in options.items():
        if value is not None:
            raise TypeError(f"`{name}` must be None beside `y_pred`, which has no classes; got {value!r}")
    y, given = as_finite(y_true, "y_true"), as_finite(y_pred, "y_pred")
    require_same_shape(y, given, ("y_true", "y_pred"))
    losses = loss.of_error(given.astype(np.float64) - y)
    return finish(given, losses, None, reduction, as_sample_weight(sample_weight, y.shape))


def _from_logits(given: Labelled, with_push: bool) -> Seen:
    """Return what is seen of logits; of those that are ignored, a certain right answer."""
    labels, wide = given.labels, given.predictions.astype(np.float64)
    if wide.ndim == 1:
        signs = 2.0 * labels - 1.0
        surprise = np.where(labels == 1, *softplus_pair(wide))
        return Seen(surprise, -np.expm1(-surprise), labels, 1, -signs * sigmoid(-signs * wide))
    push = np.empty_like(wide, order="C") if with_push else None
    surprise = rows_of_labels(labels, wide, keep=given.keep, out=push)
    require_defined(surprise, given.predictions)
    return Seen(surprise, -np.expm1(-surprise), labels, 2, push)


def _from_probs(given: Labelled) -> Seen:
    """Return what is seen of probabilities; there is no gradient in the logits."""
    labels, wide = given.labels, given.predictions.astype(np.float64)
    if wide.ndim == 1:
        surprise = np.where(labels == 1, -np.log(wide), -np.log1p(-wide))
        return Seen(surprise, np.where(labels == 1, 1.0 - wide, wide), labels, 1, None)
    own = np.take_along_axis(wide, labels[:, np.newaxis], axis=-1)[:, 0]
    return Seen(-np.log(own), 1.0 - own, labels, 2, wide)
