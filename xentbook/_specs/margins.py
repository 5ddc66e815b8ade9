"""Margin losses, each with its derivative: what a score falls short of 1, and a push of one size until it does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from xentbook._checks import quiet
from xentbook._specs.doors import Array, Labelled, Outcome, finish, labelled_scores

__all__ = ["Hinge", "CategoricalHinge", "of_scores"]


class Hinge:
    """max(0, 1 - s z) with the sign s = 2 y - 1, and -s where that is above 0."""

    binary = True

    def value(self, seen: Labelled) -> Array:
        return np.maximum(0.0, 1.0 - _signs(seen) * seen.predictions)

    def gradient(self, seen: Labelled) -> Array:
        return np.where(self.value(seen) > 0, -_signs(seen), 0.0)


class CategoricalHinge:
    """max(0, 1 + z_r - z_y) with the best rival r, and 1 at r, -1 at y where that is above 0."""

    binary = False

    def value(self, seen: Labelled) -> Array:
        wide, t = seen.predictions.astype(np.float64), seen.labels[..., np.newaxis]
        own = np.take_along_axis(wide, t, axis=-1)[..., 0]
        np.put_along_axis(wide, t, -np.inf, axis=-1)
        lead, lost = _difference(own, wide.max(axis=-1))
        short, lost_too = _difference(np.ones_like(lead), lead)
        return np.maximum(0.0, short + (lost_too - lost))  # two roundings undone: a small loss keeps its digits

    def gradient(self, seen: Labelled) -> Array:
        wide, t = seen.predictions.astype(np.float64), seen.labels[..., np.newaxis]
        np.put_along_axis(wide, t, -np.inf, axis=-1)
        push = np.where(self.value(seen) > 0, 1.0, 0.0)[..., np.newaxis]
        gradient = np.zeros(wide.shape)
        np.put_along_axis(gradient, wide.argmax(axis=-1)[..., np.newaxis], push, axis=-1)
        np.put_along_axis(gradient, t, -push, axis=-1)
        return gradient


@quiet
def of_scores(
    loss: Hinge | CategoricalHinge,
    y_true: ArrayLike,
    scores: ArrayLike,
    *,
    class_weight: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
    gradient: bool = False,
) -> Outcome:
    """Return the value of `loss`, and its gradient in the scores where it is wanted."""
    seen = labelled_scores(y_true, scores, ignore_index, reduction, binary=loss.binary)
    weight = seen.weights(reduction, sample_weight=sample_weight, class_weight=class_weight)
    slope = loss.gradient(seen) if gradient else None
    return finish(seen.predictions, loss.value(seen), slope, reduction, weight)


def _signs(seen: Labelled) -> Array:
    """Return -1 and 1 for the labels 0 and 1."""
    return (2 * seen.labels - 1).astype(np.float64)


def _difference(a: Array, b: Array) -> tuple[Array, Array]:
    """Return a - b, rounded, and what the rounding took away, exactly (Knuth's TwoSum)."""
    difference = a - b
    virtual = a - difference
    lost = (a - (difference + virtual)) - (b - virtual)
    return difference, np.where(np.isfinite(difference), lost, 0.0)
