"""The derivative of prediction minus label: the second derivatives of cross-entropy in the logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, quiet
from xentbook._rows import require_defined, resolve_infinities, sums_of_others

__all__ = ["softmax_hessian"]


@quiet
def softmax_hessian(logits: ArrayLike) -> NDArray:
    r"""Return the second derivatives of cross-entropy in the logits, which are the first of softmax.

    .. math:: H_{jk} = \frac{\partial^2 \ell}{\partial z_j\, \partial z_k} = \frac{\partial p_j}{\partial z_k}
       = p_j\, [j = k] - p_j p_k

    Parameters
    ----------
    logits : array_like, shape (..., K)
        Logits in nats.

    Returns
    -------
    ndarray, shape (..., K, K)
        Symmetric and positive semi-definite; each row sums to 0, since adding a constant to all logits changes nothing.

    Raises
    ------
    ValueError
        If `logits` is empty, a scalar, contains NaN or ties at infinity.

    See Also
    --------
    categorical_cross_entropy_gradient : the first derivatives.

    Notes
    -----
    The target does not appear: the Hessian of one sample is the same whatever its label. The diagonal is computed as
    p_k times the sum of the others, so that it does not cancel to 0 where p_k rounds to 1.

    Examples
    --------
    >>> print(softmax_hessian([0.0, 0.0]))
    [[ 0.25 -0.25]
     [-0.25  0.25]]
    """
    z = as_array(logits, "logits", min_ndim=1)
    p, rest = _probabilities(z)
    require_defined(p.sum(axis=-1), z)
    hessian = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
    diagonal = np.arange(z.shape[-1])
    hessian[..., diagonal, diagonal] = p * rest
    return (hessian + 0.0).astype(z.dtype, copy=False)


def _probabilities(z: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return softmax over the last axis, and for each class the sum of the other probabilities; NaN without a limit."""
    wide = z.astype(np.float64)
    weights = np.exp(np.subtract(wide, resolve_infinities(wide), out=wide))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / total, sums_of_others(weights) / total
