"""What all calibrators share: one door for logits and labels, and what they remember of them."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_label_order, as_labels, as_numpy
from xentbook._estimator import Classifier, remember_columns, require_fitted
from xentbook._weights import as_relative_weight
from xentbook.links import logsumexp

__all__ = ["Calibrator", "as_class_logits", "joined", "log_odds"]

Array = NDArray[np.float64]


class Calibrator(Classifier):
    """A map from logits to probabilities that is learned from held-out logits and their labels.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        The labels in the order of the columns.
    n_features_in_ : int
        The number of columns of the logits, 1 for logits of shape (n,).
    """

    classes_: NDArray
    n_features_in_: int

    def __init__(self) -> None:
        pass  # no parameters: those of `object` would be any

    def fit(
        self,
        logits: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        labels: ArrayLike | None = None,
    ) -> Self:
        """Learn from held-out logits; return the calibrator itself.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Held-out logits, finite; those of shape (n,) are the log-odds of class 1 of two.
        y : array_like, shape (n,)
            Their labels, 0 … K−1, or of those in `labels`.
        sample_weight : array_like, shape (n,), optional
            Non-negative weights, of which only the ratios count. A sample of weight 0 is left out.
        labels : array_like, optional
            The values of the labels, of any kind, in the order of the columns; beside logits of shape (n,)
            (negative, positive).

        Returns
        -------
        Calibrator
            This calibrator.

        Raises
        ------
        TypeError
            If labels are not integers, and no `labels` are given.
        ValueError
            If an input is empty, not finite, out of range or of another length, if all weights are 0, or if no best
            calibrator exists, as the class says. A calibrator that was fitted before is then as it was.
        """
        z = as_class_logits(logits)
        order = as_label_order(labels, n_classes=z.shape[1])
        fix = "pass labels=…, the values in the order of the columns"
        codes = as_labels(y, "y", n_classes=z.shape[1], labels=order, fix=fix)
        if len(codes) != len(z):
            raise ValueError(f"`logits` and `y` must have the same number of samples; got {len(z)} and {len(codes)}")
        weight = as_relative_weight(sample_weight, codes.shape)
        weight = np.ones(len(z)) if weight is None else weight
        used = weight > 0
        self._learn(z[used], codes[used], weight[used], binary=np.ndim(logits) == 1)
        self.classes_ = np.arange(z.shape[1]) if order is None else order
        remember_columns(self, logits if np.ndim(logits) == 2 else z[:, 1:])
        return self

    def predict_proba(self, logits: ArrayLike) -> Array:
        """Return the calibrated probabilities, the columns in the order of `classes_`.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n, 2) or (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the calibrator is not fitted, or the logits are empty, not finite or of another number of classes.
        """
        require_fitted(self, "classes_", call="fit(logits, y)")
        z = as_class_logits(logits)
        if z.shape[1] != len(self.classes_):
            raise ValueError(f"`logits` must be of {len(self.classes_)} classes, as in `fit`; got {z.shape[1]}")
        with np.errstate(all="ignore"):
            return self._probabilities(z)

    def predict(self, logits: ArrayLike) -> NDArray:
        """Return the label with the largest calibrated probability, the first of equals.

        Parameters
        ----------
        logits : array_like, shape (n,) or (n, K)
            Logits, finite.

        Returns
        -------
        ndarray, shape (n,)
            Labels, of those in `classes_`.

        Raises
        ------
        ValueError
            As of `predict_proba`.
        """
        return self.classes_[self.predict_proba(logits).argmax(axis=1)]

    def _learn(self, z: Array, codes: NDArray[np.intp], weight: Array, *, binary: bool) -> None:
        """Learn from (n, K) logits, labels 0 … K−1 and weights above 0; `binary` if logits of shape (n,) were given."""
        raise NotImplementedError

    def _probabilities(self, z: Array) -> Array:
        """Return the probabilities for checked logits (n, K)."""
        raise NotImplementedError


def as_class_logits(logits: ArrayLike) -> Array:
    """Return finite logits of shape (n, K) in float64; those of shape (n,) are log-odds of class 1 beside a 0."""
    z = as_finite(as_numpy(logits, "logits"), "logits", min_ndim=1).astype(np.float64)
    if z.ndim == 2 and z.shape[1] == 1:
        fix = "pass `logits[:, 0]` if it holds the log-odds of class 1"
        raise ValueError(f"`logits` must have a column for each class; got shape {z.shape}; {fix}")
    if z.ndim > 2:
        raise ValueError(f"`logits` must have the shape (n,) or (n, K); got {z.shape}")
    return np.stack([np.zeros_like(z), z], axis=1) if z.ndim == 1 else z


def log_odds(z: Array) -> dict[int, Array]:
    """Return the log-odds of each class against the rest, ±inf beyond 1.8e308; of two classes, of class 1."""
    classes = [1] if z.shape[1] == 2 else range(z.shape[1])
    with np.errstate(all="ignore"):  # the class's own logit goes off before the sum: a shift of a row costs no digits
        return {k: -np.asarray(logsumexp(np.delete(z, k, axis=1) - z[:, k, np.newaxis])) for k in classes}


def joined(ahead: list[Array], behind: list[Array]) -> Array:
    """Return rows of probabilities from those of each class, and of its opposite, divided by their sum if K > 2."""
    if len(ahead) == 1:
        return np.stack([behind[0], ahead[0]], axis=1)
    table = np.stack(ahead, axis=1)
    total = table.sum(axis=1, keepdims=True)
    return np.where(total > 0, table, 1.0) / np.where(total > 0, total, table.shape[1])  # nothing left: all alike
