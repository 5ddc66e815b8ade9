"""Softmax regression: a linear logit for each class, trained by cross-entropy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook.links import softmax
from xentbook.models.linear import LinearClassifier
from xentbook.models.objective import SoftmaxObjective
from xentbook.models.training import as_known_classes

__all__ = ["SoftmaxRegression"]

Array = NDArray[np.float64]


class SoftmaxRegression(LinearClassifier):
    r"""Predict a class by the softmax of weighted sums.

    .. math:: P(y = k \mid x) = \operatorname{softmax}(W x + b)_k, \qquad
        (W, b) = \arg\min\; -\ell(W, b) + \frac{\text{l2}}{2} \|W\|_F^2

    Parameters
    ----------
    l2 : float
        Strength of the penalty, which leaves the intercepts alone; 0 for maximum likelihood. scikit-learn's C is 1 /
        l2.
    fit_intercept : bool
        Whether there is a b.
    n_classes : int, optional
        K, where labels are 0 … K−1 and one may never occur, an error; by default the classes are the values in `y`.
    solver : {"newton", "lbfgs", "gradient_descent", "momentum", "adam", "sgd"}
        Which optimiser of `xentbook.optimize` runs, from weights 0, on the mean loss.
    step_size : float, optional
        Of the last four solvers, for features of spread 1; by default the inverse of the largest possible curvature,
        for Adam 0.01.
    batch_size : int, optional
        Minibatches for "momentum" and "adam" (by default all samples at once) and "sgd" (by default 32).
    max_iter : int, optional
        Largest number of steps; by default 100 for Newton and 10 000 for the others.
    tol : float, optional
        Of the optimiser; by default 1e-10 (the decrement) for Newton, 1e-8 (the norm of the gradient) for the others.
    seed : int or Generator
        Of the minibatches.

    Attributes
    ----------
    coef_ : ndarray, shape (K, d)
        The weights W; each column sums to 0.
    intercept_ : ndarray, shape (K,)
        b; it sums to 0, and is 0 without an intercept.
    log_likelihood_ : float
        Nats, the sum over samples, without the penalty.
    covariance_ : ndarray, shape (K·(1 + d), K·(1 + d)), or (K·d, K·d) without an intercept
        Inverse Fisher information of the weights under the constraint that they sum to 0 over the classes, class by
        class, the intercept first; it has rank (K − 1)(1 + d). NaN if not `converged_`, or if the
        curvature is lost in rounding.
    standard_errors_ : ndarray, shape (K, d)
        Of `coef_`: square roots of its entries in the diagonal of `covariance_`.
    intercept_standard_errors_ : ndarray, shape (K,)
        Of `intercept_`; NaN without an intercept.
    converged_ : bool
        Whether the solver met its tolerance, on features of spread 1; stochastic solvers seldom do, and no warning is
        given.
    descent_ : Descent
        The path of the solver, told as (b, W) in the units of `X`, flattened class by class; the norms of the gradient
        are those it saw.
    classes_ : ndarray, shape (K,)
        The labels, in the order of the rows of `coef_`.
    n_features_in_, feature_names_in_ : int and ndarray
        The number of columns, and their names where a data frame was fitted.

    See Also
    --------
    LogisticRegression : two classes, with half as many weights.
    softmax_null_directions : why there is a whole plane of minima, of which this is the one nearest to 0.

    Notes
    -----
    Every solver runs on columns measured from their mean (beside an intercept) in units of about their spread, so that
    no result depends on origins and units, be they seconds since 1970; `predict_proba` measures new samples from there
    too. For features far from 0 that is more exact than `coef_` and `intercept_`, whose sum cancels. Options are
    checked by `fit`.

    The same constant added to the weights of all classes changes no probability: of all equivalent minima the one with
    sums 0 is returned. For weights relative to class 0, as other programs print them, subtract its row. The model is
    the multinomial logit of [1]_.

    References
    ----------
    .. [1] D. McFadden, "Conditional logit analysis of qualitative choice behavior", in Frontiers in Econometrics,
       Academic Press, 1974, 105-142.

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]
    >>> model = SoftmaxRegression().fit(X, [0, 1, 0, 2, 1, 2])
    >>> print(model.predict_proba([[2.5]]).round(4))
    [[0.2434 0.5131 0.2434]]
    """

    def __init__(
        self,
        *,
        l2: float = 0.0,
        fit_intercept: bool = True,
        n_classes: int | None = None,
        solver: str = "newton",
        step_size: float | None = None,
        batch_size: int | None = None,
        max_iter: int | None = None,
        tol: float | None = None,
        seed: int | np.random.Generator = 0,
    ) -> None:
        self.l2, self.fit_intercept, self.n_classes = l2, fit_intercept, n_classes
        self.solver, self.step_size, self.batch_size = solver, step_size, batch_size
        self.max_iter, self.tol, self.seed = max_iter, tol, seed

    def fit(self, X: ArrayLike, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> SoftmaxRegression:
        """Find the weights under which the labels are most probable; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Labels of any values; with `n_classes` 0 … K−1.
        sample_weight : array_like, shape (n,), optional
            How often each sample counts.

        Returns
        -------
        SoftmaxRegression
            This model.

        Raises
        ------
        SeparableDataError
            If no finite estimate exists: hyperplanes divide the classes and l2 is 0, or a class never occurs.
        ValueError
            If an option or an input is out of range, an input is empty or not finite, the lengths differ, or columns
            depend on each other and l2 is 0.
        """
        classes, labels = as_known_classes(y, self.n_classes)
        self._learn(X, labels, classes, sample_weight)
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the logits of each sample, in nats.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, K)
            Logits; each row sums to 0. Of two classes, as scikit-learn has it, shape (n,): the log-odds of the second.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, K)
            Probabilities.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        return softmax(self._logits(X))

    def predict(self, X: ArrayLike) -> NDArray:
        """Return the most probable class, the first of those that tie.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            Labels, of those in `classes_`.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        best = self._logits(X).argmax(axis=1)
        return self.classes_[best]

    def _objective(self, X: Array, y: NDArray, shares: Array, penalty: Array, n_classes: int) -> SoftmaxObjective:
        return SoftmaxObjective(X, y, shares, penalty, n_classes=n_classes)

    def _take(self, table: Array, errors: Array, n_free: int) -> None:
        self.coef_, self.standard_errors_ = table[:, n_free:], errors[:, n_free:]
        self.intercept_ = table[:, 0] if n_free else np.zeros(len(table))
        self.intercept_standard_errors_ = errors[:, 0] if n_free else np.full(len(table), np.nan)
