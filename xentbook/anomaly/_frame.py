"""Samples, free of where they lie and of their unit: what every detector of this package learns from."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite
from xentbook._weights import as_relative_weight, power_of_two

__all__ = ["Frame", "as_samples", "as_shares", "frame_of", "require_fitted"]

Array = NDArray[np.float64]


class Frame(NamedTuple):
    """Where samples lie and how far they spread: inside, their mean is 0 and none is beyond 1.

    `size` and `spread` are powers of two: a change of unit alters no digit. Samples are divided by `size` first, as
    a difference of theirs could overflow.
    """

    size: float
    origin: Array
    rest: Array  # what `origin`, a rounded mean, lacks
    spread: float

    def inside(self, samples: Array) -> Array:
        return ((samples / self.size - self.origin) - self.rest) / self.spread

    def outside(self, inner: Array) -> Array:
        return (self.origin + (self.rest + inner * self.spread)) * self.size

    def gap_outside(self, inner: Array) -> Array:
        return inner * self.spread * self.size

    def squares_outside(self, inner: Array) -> Array:
        unit = self.size * self.spread
        return inner * unit * unit

    @property
    def log_volume(self) -> float:
        return self.origin.size * (math.log(self.size) + math.log(self.spread))


def frame_of(samples: Array, shares: Array) -> tuple[Frame, Array]:
    """Return the frame of samples, (n, d), of which each counts by its share, and the samples inside of it."""
    size = 2.0 * power_of_two(np.abs(samples))
    halved = samples / size
    origin = shares @ halved
    rest = shares @ (halved - origin)
    frame = Frame(size, origin, rest, power_of_two(np.abs((halved - origin) - rest)))
    return frame, frame.inside(samples)


def as_samples(X: ArrayLike, d: int | None = None) -> Array:
    """Return finite samples, (n, d), in float64."""
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    if d is not None and samples.shape[1] != d:
        raise ValueError(f"`X` must have {d} columns, as in `fit`; got {samples.shape[1]}")
    return samples


def as_shares(sample_weight: ArrayLike | None, n: int) -> Array:
    """Return the share of each sample, (n,), adding up to 1."""
    weight = as_relative_weight(sample_weight, (n,))
    return np.full(n, 1.0 / n) if weight is None else weight / weight.sum()


def require_fitted(detector: object, attribute: str) -> None:
    """Raise unless the detector has learned something."""
    if not hasattr(detector, attribute):
        raise ValueError(f"the detector must be fitted first; call {type(detector).__name__}.fit(X)")
