"""Derivatives of a function that is known by its values alone: fourth-order central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["jacobian_of", "hessian_of"]

_STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))  # exact for polynomials of degree 4
_EPS = np.finfo(np.float64).eps


def jacobian_of(f: Callable[[NDArray[np.float64]], ArrayLike], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the derivatives of `f` at `x`, the coordinates of x on a new last axis."""
    return _differences(f, x, _EPS ** (1 / 5))  # h⁴ of truncation against eps / h of rounding


def hessian_of(f: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the second derivatives of `f` at `x`: differences of differences, shape (d, d)."""
    step = _EPS ** (1 / 6)  # h⁴ of truncation against eps / h² of rounding
    return _differences(lambda at: _differences(f, at, step), x, step)


def _differences(
    f: Callable[[NDArray[np.float64]], ArrayLike], x: NDArray[np.float64], step: float
) -> NDArray[np.float64]:
    columns = []
    for j in range(x.size):
        h = step * max(1.0, abs(float(x[j])))
        unit = np.zeros_like(x)
        unit[j] = 1.0
        # What the points differ by is exact this way: x + h - x is not h.
        with np.errstate(all="ignore"):
            points = [x + unit * (shift * h) for shift, _ in _STENCIL]
            width = (points[3][j] - points[0][j]) / 4
        values = [np.asarray(f(at), dtype=np.float64) for at in points]  # a warning of `f` is for its author
        with np.errstate(all="ignore"):
            columns.append(sum(weight * value for value, (_, weight) in zip(values, _STENCIL, strict=True)) / width)
    return np.stack(columns, axis=-1)
