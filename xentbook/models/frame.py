"""Columns from their own middle in their own unit, so that no fit depends on where zero lies or what the unit is.

Conventions
-----------
- A column is centred only beside an intercept, and before anything is squared or summed: near its middle a difference
  of two floats is exact, so that seconds since 1970 lose nothing.
- Units are powers of 2, which change no digit. They are those of the spread or, where that is wider, of the penalty:
  2√(l2 / total), so that a sample and the penalty together curve the mean loss by about 1 at most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xentbook.convexity.separation import centres

__all__ = ["Design", "Frame", "Penalty", "standardize"]

Array = NDArray[np.float64]


class Penalty(NamedTuple):
    """l2 over the total weight, as a number from 1/2 to 1, or 0, times a power of 2: it may be beyond float64."""

    mantissa: float
    exponent: int

    def in_units(self, exponents: NDArray[np.intp]) -> Array:
        """Return the penalty on the square of a weight for each unit 2**e of its column."""
        return np.ldexp(self.mantissa, self.exponent - 2 * exponents)


class Frame(NamedTuple):
    """Where each column is measured from, and its unit's exponent of 2; `n_free` is 1 with an intercept, else 0."""

    centre: Array
    unit: NDArray[np.intp]
    n_free: int

    def standardize(self, samples: Array) -> Array:
        """Return (x - centre) / unit, behind a column of ones if there is an intercept."""
        with np.errstate(all="ignore"):  # what lies 1e300 times further out than the data may overflow
            columns = _times_power(samples, -self.unit) - np.ldexp(self.centre, -self.unit)
        return _with_ones(columns, self.n_free)

    def original(self, table: Array) -> Array:
        """Return weights over the columns of this frame, (..., q), as weights over the columns that were given."""
        with np.errstate(all="ignore"):  # in units of 1e-308 weights may overflow
            weights = np.ldexp(table[..., self.n_free :], -self.unit)
            if not self.n_free:
                return weights
            moved = table[..., 1:] @ np.ldexp(self.centre, -self.unit)
            return np.concatenate([table[..., :1] - moved[..., np.newaxis], weights], axis=-1)


class Design(NamedTuple):
    """Samples in their frame, and how far rounding of the data may have moved each column, in units of its length."""

    X: Array
    frame: Frame
    noise: Array


def standardize(samples: NDArray, shares: Array, *, penalty: Penalty, fit_intercept: bool) -> Design:
    """Return the samples in the frame of their columns; `shares` are weights that sum to 1."""
    precision = np.finfo(samples.dtype).eps
    shift = np.frexp(np.abs(samples).max(axis=0).astype(np.float64))[1]
    columns = _times_power(samples.astype(np.float64, copy=False), -shift)
    centre = centres(columns, shares) if fit_intercept else np.zeros(columns.shape[1])
    moved = columns - centre
    unit = _exponents(moved, shares, shift, penalty)
    length, width = np.linalg.norm(columns, axis=0), np.linalg.norm(moved, axis=0)
    noise = precision * np.divide(length, width, out=np.zeros_like(length), where=width > 0)
    free = int(fit_intercept)
    frame = Frame(np.ldexp(centre, shift), unit, free)
    return Design(_with_ones(_times_power(moved, shift - unit), free), frame, np.append(np.zeros(free), noise))


def _exponents(moved: Array, shares: Array, shift: NDArray[np.intp], penalty: Penalty) -> NDArray[np.intp]:
    spread = np.sqrt(shares @ moved**2)
    nearest = np.frexp(spread)[1] - (np.frexp(spread)[0] < np.sqrt(0.5))  # the power of 2 with a ratio below √2
    unit = shift + np.where(spread > 0, nearest, 0)
    if penalty.mantissa > 0:
        unit = np.maximum(unit, penalty.exponent // 2 + 2)
    return unit.astype(np.intp)


def _times_power(columns: Array, exponents: NDArray[np.intp]) -> Array:
    """Return columns · 2**exponents, as `ldexp` does, but faster where the powers are normal numbers."""
    if np.abs(exponents).max() <= 1000:
        return columns * np.ldexp(1.0, exponents)
    return np.ldexp(columns, exponents)


def _with_ones(columns: Array, n_free: int) -> Array:
    return np.concatenate([np.ones((len(columns), 1)), columns], axis=1) if n_free else columns
