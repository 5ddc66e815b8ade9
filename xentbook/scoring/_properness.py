"""Is the truth the best bet? Minimise the expected loss for every truth, and see whether the minimiser is the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_number, require_where

__all__ = ["Properness", "is_proper"]

Array = NDArray[np.float64]
Loss = Callable[[NDArray[np.intp], Array], ArrayLike]

_COARSE = 4097  # forecasts on the first grid
_ROUNDS, _FINE = 12, 33  # and then so many grids around the best one, each 16 times finer
_APART = 1e-2  # a second minimiser is sought at this distance from the truth, and beyond


class Properness(NamedTuple):
    """What `is_proper` found: true in an ``if`` where the loss is proper on the grid of truths."""

    proper: bool
    strictly_proper: bool
    truths: Array
    minimizers: Array
    regrets: Array

    def __bool__(self) -> bool:
        return self.proper


def is_proper(loss: Loss, *, truths: ArrayLike | None = None, tol: float = 1e-9) -> Properness:
    r"""Return whether, for each true probability, no forecast has a smaller expected loss than the truth.

    .. math:: q^*(p) = \operatorname{arg\,min}_{q \in [0, 1]}\ p\,\ell(1, q) + (1 - p)\,\ell(0, q), \qquad
        \text{proper:}\ q^*(p) \ni p \ \text{for all}\ p

    Parameters
    ----------
    loss : callable
        ``loss(y, q)`` takes labels 0 and 1 and probabilities of class 1, both of shape (m,), and returns m losses; inf
        is allowed, and less is better. It is one sample's loss that is asked for, not a mean.
    truths : array_like, shape (t,), optional
        True probabilities in (0, 1); by default 0.01, 0.02, …, 0.99.
    tol : float
        The regret below which the truth counts as a minimiser, in the unit of the loss.

    Returns
    -------
    Properness
        ``(proper, strictly_proper, truths, minimizers, regrets)``, the last three of shape (t,). A minimiser is the
        truth where that is one; else it is found to about the square root of the rounding of the loss. A regret is what
        the truth costs beyond the minimum. *Strictly* proper: forecasts 0.01 and more from the truth cost more than it.

    Raises
    ------
    TypeError
        If `loss` is not callable.
    ValueError
        If a truth is not in (0, 1), or the loss returns NaN, -inf or another shape.

    See Also
    --------
    brier_score, log_loss, spherical_score : scores that pass.
    focal_loss : one that does not.

    Notes
    -----
    A grid is no proof: a loss that errs only between its points would pass. The definition is that of Gneiting and
    Raftery [1]_.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal of the
       American Statistical Association 102(477), 2007, 359-378. doi:10.1198/016214506000001437

    Examples
    --------
    >>> bool(is_proper(lambda y, q: (q - y) ** 2))
    True
    >>> found = is_proper(lambda y, q: abs(q - y), truths=[0.3, 0.8])
    >>> print(found.proper, found.minimizers)
    False [0. 1.]
    """
    p = np.arange(1, 100) / 100 if truths is None else as_finite(truths, "truths", ndim=1).astype(np.float64)
    require_where((p > 0) & (p < 1), p, "truths", "lie in (0, 1)")
    tol = as_number(tol, "tol", minimum=0)
    if not callable(loss):
        raise TypeError(f"`loss` must be callable as loss(y, q); got {type(loss).__name__}")
    honest = np.array([_expected(loss, x, np.array([x]))[0] for x in p])
    best, least = zip(*(_minimum(loss, x) for x in p), strict=True)
    regrets = np.maximum(honest - np.array(least), 0.0)
    good = regrets <= tol
    strict = all(_alone(loss, x, value) for x, value in zip(p, honest, strict=True))
    return Properness(bool(good.all()), bool(good.all() and strict), p, np.where(good, p, best), regrets)


def _expected(loss: Loss, p: float, q: Array) -> Array:
    """Return the expected loss of each forecast `q` if the truth is `p`, in (0, 1)."""
    one, zero = (_losses(loss, y, q) for y in (1, 0))
    with np.errstate(over="ignore"):  # inf is the right value; what the loss itself does is left to its author
        return p * one + (1.0 - p) * zero


def _losses(loss: Loss, y: int, q: Array) -> Array:
    values = np.asarray(loss(np.full(q.shape, y), q.copy()), dtype=np.float64)
    if values.shape != q.shape:
        raise ValueError(f"`loss` must return one loss for each sample, shape {q.shape}; got shape {values.shape}")
    require_where(values > -np.inf, values, f"loss({y}, q)", "be a number or inf")
    return values


def _minimum(loss: Loss, p: float) -> tuple[float, float]:
    """Return the forecast of least expected loss, and that loss: a grid, and finer ones around its best point."""
    low, high, size = 0.0, 1.0, _COARSE
    for _ in range(_ROUNDS):
        q = np.linspace(low, high, size)
        values = _expected(loss, p, q)
        at = int(np.argmin(values))
        low, high, size = float(q[max(at - 1, 0)]), float(q[min(at + 1, size - 1)]), _FINE
    return float(q[at]), float(values[at])


def _alone(loss: Loss, p: float, honest: float) -> bool:
    """Return whether every forecast far from `p` costs more than it."""
    q = np.linspace(0.0, 1.0, _COARSE)
    away = q[np.abs(q - p) >= _APART]
    return bool(np.min(_expected(loss, p, away)) > honest)
