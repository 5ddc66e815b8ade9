"""Finite differences: the derivative that anyone can check, good to about ten digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_choice, as_finite, as_number, require_same_shape

__all__ = ["numerical_gradient", "check_gradient"]

# Truncation grows like a power of the step, rounding like its inverse: these balance the two (Nocedal and Wright).
_STEP = {"central": float(np.finfo(np.float64).eps ** (1 / 3)), "forward": float(np.finfo(np.float64).eps ** (1 / 2))}


def numerical_gradient(
    f: Callable[[NDArray[np.float64]], float], x: ArrayLike, *, step: float | None = None, scheme: str = "central"
) -> NDArray[np.float64]:
    r"""Return the gradient of a function of many numbers by differences of its values.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    Parameters
    ----------
    f : callable
        Takes an array like `x` in float64, returns one number.
    x : array_like
        The point, finite, any shape.
    step : float, optional
        h relative to max(1, \|x_i\|), at least 1e-300. By default about 6e-6 (central) or 1.5e-8 (forward), near the
        best.
    scheme : {"central", "forward"}
        "forward" takes (f(x + h e_i) - f(x)) / h: half the calls, half the digits.

    Returns
    -------
    ndarray, the shape of `x`
        In float64. The error of the central scheme is about h² from truncation and 1e-16 / h from rounding.

    Raises
    ------
    TypeError
        If `f` does not return one number.
    ValueError
        If `x` is empty or not finite, or if `f` returns NaN, or both values of a difference are the same infinity.

    See Also
    --------
    check_gradient : compares it with a formula.

    References
    ----------
    The steps that balance truncation and rounding are derived in [1]_, section 8.1.

    .. [1] J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., Springer, 2006. doi:10.1007/978-0-387-40065-5

    Examples
    --------
    >>> print(numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(8))
    [ 2. -6.]
    """
    point = as_finite(x, "x").astype(np.float64)
    relative = _STEP[as_choice(scheme, "scheme", ("central", "forward"))] if step is None else step
    widths = as_number(relative, "step", minimum=1e-300) * np.maximum(1.0, np.abs(point))
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        with np.errstate(over="ignore"):
            above[index] += widths[index]
            below[index] -= widths[index] if scheme == "central" else 0.0
        if not np.isfinite([above[index], below[index]]).all():
            raise ValueError(f"`x` must leave room for a step; got {point[index]} at index {index}")
        width = above[index] - below[index]  # what the step became by rounding
        if width == 0:
            raise ValueError(f"`step` must change `x`; got {relative} at index {index}")
        gradient[index] = (_value(f, above) - _value(f, below)) / width
    return gradient


def check_gradient(
    f: Callable[[NDArray[np.float64]], float],
    gradient: Callable[[NDArray[np.float64]], ArrayLike] | ArrayLike,
    x: ArrayLike,
) -> float:
    r"""Return how far a gradient is from central differences: below about 1e-8 it is right, around 1 it is wrong.

    .. math:: \frac{\max_i |g_i - \tilde g_i|}{\max(1, \max_i |\tilde g_i|)}

    Parameters
    ----------
    f : callable
        Takes an array like `x` in float64, returns one number.
    gradient : callable or array_like
        Takes the same and returns the gradient; or the gradient at `x` itself.
    x : array_like
        The point, finite, any shape.

    Returns
    -------
    float
        The largest error, relative to the largest entry of the difference quotients :math:`\tilde g`, or to 1.

    Raises
    ------
    TypeError
        If `f` does not return one number.
    ValueError
        If `x` is empty or not finite, if the gradient has another shape than `x` or contains NaN, or if `f` returns
        NaN.

    See Also
    --------
    numerical_gradient : the differences.

    Examples
    --------
    >>> f = lambda x: (x**2).sum()
    >>> check_gradient(f, lambda x: 2 * x, [1.0, -3.0]) < 1e-8
    True
    >>> check_gradient(f, lambda x: 2 * abs(x), [1.0, -3.0]) > 0.1  # a wrong sign
    True
    """
    point = as_finite(x, "x").astype(np.float64)
    given = as_array(gradient(point.copy()) if callable(gradient) else gradient, "gradient")
    require_same_shape(given, point, ("gradient", "x"))
    numerical = numerical_gradient(f, point)
    return float(np.abs(given - numerical).max() / max(1.0, np.abs(numerical).max()))


def _value(f: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64]) -> float:
    """Return f(x) as a float."""
    value = np.asarray(f(x))
    if value.size != 1 or value.dtype.kind not in "biuf":
        raise TypeError(f"`f` must return one number; got shape {value.shape} of dtype {value.dtype}")
    number = float(value.reshape(()))
    if not np.isfinite(number):
        raise ValueError(f"`f` must be finite near `x`; got {number} at {x.tolist()}")
    return number
