"""How sure a prediction is of itself, as one number."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_choice, as_probabilities, exactly_one
from xentbook.information import entropy
from xentbook.links import softmax

__all__ = ["Calibrator", "confidence"]

Array = NDArray[np.float64]


class Calibrator(Protocol):
    """Anything that turns logits into probabilities, as those of `xentbook.calibration` do once fitted."""

    def predict_proba(self, logits: ArrayLike) -> NDArray:
        """Return probabilities, (n, K)."""


def confidence(
    *,
    probs: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    kind: str = "max_probability",
    calibrator: Calibrator | None = None,
) -> Array | float:
    r"""Return how sure each prediction is of itself.

    .. math:: \max_k p_k, \qquad p_{(1)} - p_{(2)}, \qquad 1 - \frac{H(p)}{\ln K}

    Parameters
    ----------
    probs : array_like, shape (..., K), optional
        Probabilities of K ≥ 2 classes.
    logits : array_like, shape (..., K), optional
        Logits, in nats, instead.
    kind : {"max_probability", "margin", "entropy"}
        The probability of the most probable class; its lead over the second; or one less the entropy as a share of its
        maximum.
    calibrator : object with `predict_proba`, optional
        A fitted calibrator that makes the probabilities out of `logits`, in place of softmax.

    Returns
    -------
    ndarray of float64, shape (...), or float
        In [0, 1]. The first alone is a probability, that of being right, if the probabilities are calibrated; the other
        two rank predictions. Of two classes all three rank alike.

    Raises
    ------
    TypeError
        If not exactly one of `probs` and `logits` is given, or a calibrator without logits.
    ValueError
        If probabilities do not sum to 1, a logit is NaN, or there are fewer than two classes.

    See Also
    --------
    Gate : what to do with it.
    risk_coverage_curve : how well it ranks.

    References
    ----------
    .. [1] D. Hendrycks and K. Gimpel, "A baseline for detecting misclassified and out-of-distribution examples in
       neural networks", ICLR 2017: the first kind is the baseline of [1]_. arXiv:1610.02136

    Examples
    --------
    >>> print(confidence(probs=[[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]]))
    [0.5 1. ]
    >>> print(f"{confidence(probs=[0.5, 0.25, 0.25], kind='entropy'):.4f}")
    0.0536
    """
    given = exactly_one(probs=probs, logits=logits)
    as_choice(kind, "kind", tuple(_KINDS))
    if calibrator is not None and given == "probs":
        raise TypeError("a `calibrator` needs `logits=`; got `probs=`")
    if given == "logits":
        z = as_array(logits, "logits", min_ndim=1)
        probs = softmax(z.astype(np.float64)) if calibrator is None else calibrator.predict_proba(z)
    p = as_probabilities(probs, "probs").astype(np.float64)
    if p.shape[-1] < 2:
        raise ValueError(f"`{given}` must have 2 classes at least; got {p.shape[-1]}")
    return np.clip(_KINDS[kind](p), 0.0, 1.0)[()]  # rounding may leave the range by a last digit


def _margin(p: Array) -> Array:
    first_two = np.partition(p, -2, axis=-1)
    return first_two[..., -1] - first_two[..., -2]


_KINDS = {
    "max_probability": lambda p: p.max(axis=-1),
    "margin": _margin,
    "entropy": lambda p: 1.0 - entropy(p, base=math.e) / math.log(p.shape[-1]),
}
