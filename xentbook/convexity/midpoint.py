"""Halfway between two points a convex function lies below halfway between its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_generator, as_integer, as_number, require_same_shape, require_where

__all__ = ["MidpointTest", "midpoint_test"]


class MidpointTest(NamedTuple):
    """The largest excess found at a midpoint, the two points it lies between, and whether it refutes convexity."""

    refuted: bool
    violation: float
    a: NDArray[np.float64]
    b: NDArray[np.float64]


def midpoint_test(
    f: Callable[[NDArray[np.float64]], float],
    low: ArrayLike,
    high: ArrayLike,
    *,
    n_pairs: int = 1000,
    tolerance: float = 1e-12,
    seed: int | np.random.Generator | None = 0,
) -> MidpointTest:
    r"""Return the worst violation of midpoint convexity among random pairs of points of a box.

    .. math:: f\left(\frac{a + b}{2}\right) \le \frac{f(a) + f(b)}{2}

    Parameters
    ----------
    f : callable
        From a point, shape (d,), to a number.
    low, high : array_like, shape (d,)
        Opposite corners of the box.
    n_pairs : int
        Number of pairs. Their distances spread over three powers of ten, so that small dents are met too.
    tolerance : float
        Rounding in `f`, relative to the largest of the three values: a smaller excess refutes nothing.
    seed : int, Generator or None
        Where the pairs come from.

    Returns
    -------
    MidpointTest
        One violation proves that `f` is not convex. None found is evidence, not proof. `violation` is in the unit of
        `f`, above its tolerance where `refuted`, and negative where all pairs were strictly convex.

    Raises
    ------
    ValueError
        If the box is empty or upside down, an option is out of range, or `f` is not finite somewhere.

    See Also
    --------
    curvature_certificate : a proof, where there is a Hessian.

    Examples
    --------
    >>> midpoint_test(lambda x: float(np.sum(x**2)), [-1.0, -1.0], [1.0, 1.0]).refuted
    False
    >>> midpoint_test(lambda x: float(np.cos(x[0])), [-1.0], [1.0]).refuted
    True
    """
    corner, extent = _box(low, high)
    count, slack = as_integer(n_pairs, "n_pairs", minimum=1), as_number(tolerance, "tolerance", minimum=0)
    generator = as_generator(seed)
    first, other = corner + extent * generator.random((2, count, corner.size))
    reach = 10.0 ** -generator.uniform(0.0, 3.0, size=(count, 1))
    second = first + reach * (other - first)
    values = np.array([[float(f(x)) for x in points] for points in (first, first / 2 + second / 2, second)])
    require_where(np.isfinite(values), values, "f(x)", "be finite")
    excess = values[1] - (values[0] + values[2]) / 2
    beyond = excess - slack * np.max(np.abs(values), axis=0)
    worst = int(np.argmax(beyond))
    return MidpointTest(bool(beyond[worst] > 0), float(excess[worst]), first[worst].copy(), second[worst].copy())


def _box(low: ArrayLike, high: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower corner of the box and its extent."""
    bottom, top = as_finite(low, "low", ndim=1).astype(np.float64), as_finite(high, "high", ndim=1).astype(np.float64)
    require_same_shape(bottom, top, ("low", "high"))
    require_where(top > bottom, top, "high", "lie above `low`")
    with np.errstate(over="ignore"):
        extent = top - bottom
    require_where(np.isfinite(extent), top, "high", "lie within 1.8e308 of `low`")
    return bottom, extent
