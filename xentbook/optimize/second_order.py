"""Optimisers that use the curvature: computed in Newton's method, guessed from the path in L-BFGS."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_integer, as_number
from xentbook._optional import scipy_part
from xentbook.optimize.descent import Descent, Recorder, as_start, require_finite

__all__ = ["newton", "lbfgs"]

_EPS = np.finfo(np.float64).eps
_FLAT = 1e-10  # a slope along a flat direction that may be the rounding of its terms
Function = Callable[[NDArray[np.float64]], float]
Map = Callable[[NDArray[np.float64]], ArrayLike]


def newton(
    f: Function, gradient: Map, hessian: Map, x0: ArrayLike, *, max_iter: int = 100, tol: float = 1e-10
) -> Descent:
    r"""Return the path of Newton's method, each step shortened until the function falls.

    .. math:: x_t = x_{t-1} - \eta_t\, \nabla^2 f(x_{t-1})^{-1} \nabla f(x_{t-1}), \qquad
        \eta_t \in \{1, \tfrac12, \tfrac14, \dots\}

    Parameters
    ----------
    f : callable
        The function to minimise.
    gradient : callable
        Its gradient.
    hessian : callable
        Its Hessian. Along directions in which that is flat no step is taken; where it curves downwards, the sign of
        the curvature is changed, so that the step leads down.
    x0 : array_like, shape (d,)
        Where to start.
    max_iter : int
        Largest number of steps.
    tol : float
        The Newton decrement, √(gᵀH⁻¹g), at which the step that is then taken is the last: it does not depend on the
        units of x, and the error left after that step is of the order of its square. A slope along a flat direction,
        where there is no decrement, must vanish as well, to 1e-10.

    Returns
    -------
    Descent
        The path.

    Raises
    ------
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    lbfgs : without a Hessian.

    Notes
    -----
    The step is halved until f falls by 1e-4 of what the gradient promises, up to rounding in f: the damped
    method of [1]_, section 9.5.

    References
    ----------
    .. [1] S. Boyd and L. Vandenberghe, Convex Optimization, Cambridge University Press, 2004.
       doi:10.1017/CBO9780511804441

    Examples
    --------
    >>> result = newton(lambda x: np.cosh(x[0]), np.sinh, lambda x: np.diag(np.cosh(x)), [3.0])
    >>> print(result.converged, result.n_iterations, abs(result.x[0]) < 1e-15)
    True 7 True
    """
    x, limit = as_start(x0), as_integer(max_iter, "max_iter", minimum=0)
    goal, recorder, done, arrived = as_number(tol, "tol", minimum=0), Recorder(f, gradient, tol=0.0), 0, False
    with np.errstate(over="ignore", invalid="ignore"):  # what diverges overflows
        recorder.record(0, x)
        require_finite(recorder)
        while done < limit and not (arrived or recorder.lost):
            step, fall, flat = _newton_step(hessian(x), gradient(x))
            arrived = fall <= goal**2 and flat <= max(goal, _FLAT)
            moved = _shortened(f, x, step, fall)
            if not moved.any():
                break  # f falls no further: rounding, or a gradient that is not that of f
            x, done = x + moved, done + 1
            recorder.record(done, x)
    return recorder.result(done, converged=arrived)


def lbfgs(
    f: Function, gradient: Map, x0: ArrayLike, *, memory: int = 10, max_iter: int = 1000, tol: float = 1e-8
) -> Descent:
    r"""Return the path of L-BFGS, which guesses the inverse Hessian from its last few steps.

    .. math:: x_t = x_{t-1} - \eta_t H_t \nabla f(x_{t-1}), \qquad
        H_t \big( \nabla f(x_s) - \nabla f(x_{s-1}) \big) = x_s - x_{s-1} \quad (s = t - 1)

    Parameters
    ----------
    f : callable
        The function to minimise.
    gradient : callable
        Its gradient.
    x0 : array_like, shape (d,)
        Where to start.
    memory : int
        Number of steps that are remembered.
    max_iter : int
        Largest number of steps.
    tol : float
        The norm of the gradient at which to stop.

    Returns
    -------
    Descent
        The path. If no step makes f fall any more, at rounding error, it ends there, not converged.

    Raises
    ------
    ValueError
        If `x0` is empty or not finite, if `f` or its gradient is not finite there, or an option is out of range.

    See Also
    --------
    newton : with the Hessian itself.

    Notes
    -----
    SciPy's ``L-BFGS-B`` without bounds [1]_, loaded on first use.

    References
    ----------
    .. [1] C. Zhu, R. H. Byrd, P. Lu and J. Nocedal, "Algorithm 778: L-BFGS-B", ACM Transactions on Mathematical
       Software 23, 1997, 550-560. doi:10.1145/279232.279236

    Examples
    --------
    >>> result = lbfgs(lambda x: x @ x / 2, lambda x: x, [3.0, 4.0])
    >>> print(result.converged, np.abs(result.x).max() < 1e-8)
    True True
    """
    minimize = scipy_part("optimize").minimize
    x, goal = as_start(x0), as_number(tol, "tol", minimum=0)
    steps, kept = as_integer(max_iter, "max_iter", minimum=0), as_integer(memory, "memory", minimum=1)
    options = {"maxcor": kept, "maxiter": steps, "maxfun": 100 * (steps + 1), "ftol": 0.0, "gtol": goal / x.size**0.5}
    recorder, count = Recorder(f, gradient, tol=goal), itertools.count(1)
    with np.errstate(over="ignore", invalid="ignore"):  # what diverges overflows
        recorder.record(0, x)
        require_finite(recorder)
        if steps and not recorder.arrived:
            keep = lambda point: recorder.record(next(count), np.array(point))  # noqa: E731
            minimize(f, x, jac=gradient, method="L-BFGS-B", callback=keep, options=options)
    return recorder.result(next(count) - 1)


def _newton_step(hessian: ArrayLike, gradient: ArrayLike) -> tuple[NDArray[np.float64], float, float]:
    """Return -|H|⁺ g, curvature counted as positive, the fall it promises, and the slope along what is flat."""
    hessian, g = np.asarray(hessian, dtype=np.float64), np.asarray(gradient, dtype=np.float64)
    diagonal = np.abs(np.diagonal(hessian))
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))  # the units of x must not look like flatness
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2 / scale[:, np.newaxis] / scale)
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        inverse = 1.0 / size
    curved = size > len(g) * _EPS * size.max()
    inverse = np.where(curved, inverse, 0.0)
    part = vectors.T @ (g / scale)
    return -(vectors @ (inverse * part)) / scale, float(inverse @ part**2), float(np.linalg.norm(part[~curved]))


def _shortened(f: Function, x: NDArray[np.float64], step: NDArray[np.float64], fall: float) -> NDArray[np.float64]:
    """Return the step, halved until f falls enough; nothing if it never does."""
    here = float(f(x))
    slack = 16 * _EPS * abs(here)
    for halvings in range(60):
        shorter = step * 0.5**halvings
        if float(f(x + shorter)) <= here - 1e-4 * 0.5**halvings * fall + slack:
            return shorter
    return np.zeros_like(step)
