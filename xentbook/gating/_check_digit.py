r"""A check digit as a second opinion: what it catches, and the most probable number that passes it.

The digit is that of Luhn: every second digit is doubled, counted from the right end and beginning left of the check
digit, a double above 9 loses 9, and the sum is a multiple of 10.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_labels, as_probabilities, require_where
from xentbook.links import logsumexp

__all__ = ["luhn_digit", "luhn_valid", "Decoding", "luhn_decode"]

Array = NDArray[np.float64]

_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])  # twice a digit, less 9 if above 9: a permutation of the digits


class Decoding(NamedTuple):
    """The most probable valid number, its probability given that the number is valid, and the probability of that."""

    digits: NDArray[np.intp]
    confidence: NDArray[np.float64] | float
    valid: NDArray[np.float64] | float


def luhn_digit(payload: ArrayLike) -> NDArray[np.intp] | np.intp:
    r"""Return the digit that makes a number valid when it is put at its end.

    .. math:: d_m = -\sum_{j<m} w_j(d_j) \bmod 10, \qquad w_{m-1}(d) = 2d - 9\,[d > 4],\ w_{m-2}(d) = d,\ \dots

    Parameters
    ----------
    payload : array_like of int, shape (..., m - 1)
        Digits 0 … 9, one number along the last axis.

    Returns
    -------
    ndarray of int, shape (...), or int
        Check digits.

    Raises
    ------
    TypeError
        If a digit is no integer.
    ValueError
        If a digit leaves 0 … 9 or there is none.

    See Also
    --------
    luhn_valid : the check.

    References
    ----------
    .. [1] H. P. Luhn, "Computer for verifying numbers", US patent 2,950,048, 1960: the digit of [1]_.

    Examples
    --------
    >>> print(luhn_digit([7, 9, 9, 2, 7, 3, 9, 8, 7, 1]))
    3
    """
    digits = _as_digits(payload, "payload")
    weights = _weights(digits.shape[-1] + 1)[:-1]
    return -_sum(digits, weights) % 10


def luhn_valid(numbers: ArrayLike) -> NDArray[np.bool_] | np.bool_:
    r"""Return whether numbers pass the check of their last digit.

    .. math:: \sum_{j \le m} w_j(d_j) \equiv 0 \pmod{10}

    Parameters
    ----------
    numbers : array_like of int, shape (..., m)
        Digits 0 … 9, one number along the last axis.

    Returns
    -------
    ndarray of bool, shape (...), or bool
        False wherever one digit alone is wrong, as each :math:`w_j` is a permutation.

    Raises
    ------
    TypeError
        If a digit is no integer.
    ValueError
        If a digit leaves 0 … 9 or there is none.

    See Also
    --------
    luhn_digit : makes a number valid.
    luhn_decode : corrects, where the check only detects.

    Examples
    --------
    >>> print(luhn_valid([[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3], [7, 9, 9, 2, 7, 3, 9, 8, 1, 7, 3]]))
    [ True False]
    """
    digits = _as_digits(numbers, "numbers")
    return _sum(digits, _weights(digits.shape[-1])) % 10 == 0


def luhn_decode(probs: ArrayLike) -> Decoding:
    r"""Return the most probable number among the valid ones, and how probable it is among them.

    .. math:: P(d \mid \text{valid}) = \frac{\prod_j q_j(d_j)}{Z}, \qquad Z = \sum_{\text{valid } d} \prod_j q_j(d_j)

    Parameters
    ----------
    probs : array_like, shape (..., m, 10)
        Probabilities of the ten digits at each of m places, independent of each other but for the check.

    Returns
    -------
    Decoding
        ``(digits, confidence, valid)``, shapes (..., m), (...) and (...): the number, its probability given that the
        number is valid, and Z, the probability of a valid number before that is known. Exact, by dynamic programming
        over the sum modulo 10; of equals it takes one.

    Raises
    ------
    ValueError
        If the shape is wrong, probabilities do not sum to 1, or no valid number is possible.

    See Also
    --------
    luhn_valid : the check alone.

    Examples
    --------
    >>> middle = [0, 0.6, 0, 0, 0, 0, 0, 0.4, 0, 0]  # a 1 or a 7, between a sure 2 and a sure 3
    >>> found = luhn_decode([[0, 0, 1, 0, 0, 0, 0, 0, 0, 0], middle, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]])
    >>> print(found.digits, found.confidence, f"{found.valid:.1f}")  # 213 fails the check
    [2 7 3] 1.0 0.4
    """
    p = as_probabilities(probs, "probs").astype(np.float64)
    if p.ndim < 2 or p.shape[-1] != 10:
        raise ValueError(f"`probs` must have shape (..., m, 10); got {p.shape}")
    by_share = np.argsort(_weights(p.shape[-2]), axis=-1)  # at each place, the digit that adds 0, 1, …, 9
    with np.errstate(divide="ignore"):  # log 0 = -inf: a digit that is not possible
        log_q = np.log(np.take_along_axis(p, np.broadcast_to(by_share, p.shape), axis=-1))
    best, total, back = _forward(log_q)
    require_where(np.isfinite(total), np.exp(total), "probs", "leave a valid number possible")
    confidence = np.exp(best - total)  # at most 1: the total starts from the largest, and rounding keeps the order
    return Decoding(_trace(back, by_share), confidence[()], np.exp(np.minimum(total, 0.0))[()])


def _forward(log_q: Array) -> tuple[Array, Array, list[NDArray[np.intp]]]:
    """Return the largest and the total log-probability of numbers of sum 0, and at each place the best last share."""
    before = (np.arange(10)[:, None] - np.arange(10)) % 10  # the sum before, by the sum after and what the place adds
    best = np.where(np.arange(10) == 0, 0.0, -np.inf) + np.zeros((*log_q.shape[:-2], 1))
    total: Any = best
    back: list[NDArray[np.intp]] = []
    for j in range(log_q.shape[-2]):
        place = log_q[..., j, None, :]
        paths = best[..., before] + place
        back.append(paths.argmax(axis=-1))
        best, total = paths.max(axis=-1), logsumexp(total[..., before] + place)
    return best[..., 0], total[..., 0], back


def _trace(back: list[NDArray[np.intp]], by_share: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the digits of the best number, read from its end."""
    rest, digits = np.zeros(back[0].shape[:-1], np.intp), []
    for share_of, digit_of in zip(reversed(back), reversed(by_share), strict=True):
        share = np.take_along_axis(share_of, rest[..., None], axis=-1)[..., 0]
        digits.append(digit_of[share])
        rest = (rest - share) % 10
    return np.stack(digits[::-1], axis=-1)


def _weights(m: int) -> NDArray[np.intp]:
    """Return what each digit adds to the sum at each of m places, shape (m, 10)."""
    doubled = (m - 1 - np.arange(m)) % 2 == 1
    return np.where(doubled[:, None], _DOUBLED, np.arange(10))


def _sum(digits: NDArray[np.intp], weights: NDArray[np.intp]) -> NDArray[np.intp]:
    return weights[np.arange(digits.shape[-1]), digits].sum(axis=-1)


def _as_digits(x: ArrayLike, name: str) -> NDArray[np.intp]:
    digits = as_labels(x, name, n_classes=10, ndim=None)
    if digits.ndim == 0:
        raise ValueError(f"`{name}` must have its digits along the last axis; got a single one")
    return digits
