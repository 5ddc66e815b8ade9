"""Logistic regression: one linear logit, trained by cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_array, as_numpy, as_probability
from xentbook._estimator import as_classes
from xentbook.links import sigmoid
from xentbook.models.linear import LinearClassifier
from xentbook.models.objective import BinaryObjective

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["LogisticRegression"]

Array = NDArray[np.float64]

# The words by which scikit-learn tells a model of two classes.
_BINARY = "Only binary classification is supported. The type of the target is multiclass."


class LogisticRegression(LinearClassifier):
    r"""Predict a binary outcome by the sigmoid of a weighted sum.

    .. math:: P(y = 1 \mid x) = \sigma(w \cdot x + b), \qquad
        (w, b) = \arg\min\; -\ell(w, b) + \frac{\text{l2}}{2} \|w\|^2

    Parameters
    ----------
    l2 : float
        Strength of the penalty, which leaves the intercept alone; 0 for maximum likelihood. scikit-learn's C is 1 / l2.
    fit_intercept : bool
        Whether there is a b.
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
    coef_ : ndarray, shape (d,)
        The weights w.
    intercept_ : float
        b; 0.0 without an intercept.
    log_likelihood_ : float
        Nats, the sum over samples, without the penalty.
    covariance_ : ndarray, shape (1 + d, 1 + d), or (d, d) without an intercept
        Inverse Fisher information, the intercept first; with ``l2 > 0`` the penalty is added to the information first,
        which is the Laplace approximation of the posterior under the prior w ~ N(0, 1/l2). NaN if not `converged_`, or
        if the curvature is lost in rounding.
    standard_errors_ : ndarray, shape (d,)
        Of `coef_`: square roots of its entries in the diagonal of `covariance_`.
    intercept_standard_error_ : float
        Of `intercept_`; NaN without an intercept.
    converged_ : bool
        Whether the solver met its tolerance, on features of spread 1; stochastic solvers seldom do, and no warning is
        given.
    descent_ : Descent
        The path of the solver, told as (b, w) in the units of `X`; the norms of the gradient are those it saw.
    classes_ : ndarray, shape (2,)
        The labels, that of y = 1 last; 0 and 1 for soft targets.
    n_features_in_, feature_names_in_ : int and ndarray
        The number of columns, and their names where a data frame was fitted.

    See Also
    --------
    SoftmaxRegression : more than two classes.
    separating_direction : why no estimate may exist.

    Notes
    -----
    Every solver runs on columns measured from their mean (beside an intercept) in units of about their spread, so that
    no result depends on origins and units, be they seconds since 1970; `predict_proba` measures new samples from there
    too. For features far from 0 that is more exact than `coef_` and `intercept_`, whose sum cancels. Options are
    checked by `fit`.

    Maximum likelihood by Newton's method is iteratively reweighted least squares ([1]_, section 4.4.1). With soft
    targets the fit is that of a population: the KL projection of P(y | x) onto the model. The published analysis below
    is that of [2]_.

    References
    ----------
    .. [1] T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd ed., Springer, 2009.
       doi:10.1007/978-0-387-84858-7
    .. [2] S. R. Dalal, E. B. Fowlkes and B. Hoadley, "Risk analysis of the space shuttle: pre-Challenger prediction of
       failure", Journal of the American Statistical Association 84, 1989, 945-957.
       doi:10.1080/01621459.1989.10478858

    Examples
    --------
    >>> from xentbook.datasets import load_challenger
    >>> flights = load_challenger()
    >>> model = LogisticRegression().fit(flights.temperature[:, None], flights.distress)
    >>> print(f"{model.intercept_:.4f} ± {model.intercept_standard_error_:.4f}")
    15.0429 ± 7.3786
    >>> print(f"{model.coef_[0]:.4f} ± {model.standard_errors_[0]:.4f} per °F, {model.log_likelihood_:.4f} nats")
    -0.2322 ± 0.1082 per °F, -10.1576 nats
    """

    def __init__(
        self,
        *,
        l2: float = 0.0,
        fit_intercept: bool = True,
        solver: str = "newton",
        step_size: float | None = None,
        batch_size: int | None = None,
        max_iter: int | None = None,
        tol: float | None = None,
        seed: int | np.random.Generator = 0,
    ) -> None:
        self.l2, self.fit_intercept = l2, fit_intercept
        self.solver, self.step_size, self.batch_size = solver, step_size, batch_size
        self.max_iter, self.tol, self.seed = max_iter, tol, seed

    def fit(self, X: ArrayLike, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> LogisticRegression:
        """Find the weights under which the outcomes are most probable; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Outcomes, 0 or 1; or soft, numbers in [0, 1] that are not all whole; or labels of two other values.
        sample_weight : array_like, shape (n,), optional
            How often each sample counts.

        Returns
        -------
        LogisticRegression
            This model.

        Raises
        ------
        SeparableDataError
            If no finite estimate exists: a hyperplane divides the outcomes and l2 is 0, or one outcome never occurs.
        ValueError
            If an option or an input is out of range, an input is empty or not finite, the lengths differ, or columns
            depend on each other and l2 is 0, so that many weights are equally good.
        """
        classes, targets = _as_targets(y)
        self._learn(X, targets, classes, sample_weight)
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the logit of each sample, in nats.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            Log-odds of class 1.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        return self._logits(X)[:, 0]

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities of class 0 and of class 1.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n, 2)
            Probabilities; each column has full relative precision.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        z = self.decision_function(X)
        return np.stack([sigmoid(-z), sigmoid(z)], axis=1)

    def predict(self, X: ArrayLike) -> NDArray:
        """Return the more probable class.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray, shape (n,)
            Labels, of those in `classes_`: the second where its probability is above one half, else the first.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        above = self.decision_function(X) > 0
        return self.classes_[above.astype(np.intp)]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _objective(self, X: Array, y: NDArray, shares: Array, penalty: Array, n_classes: int) -> BinaryObjective:
        return BinaryObjective(X, y, shares, penalty)

    def _take(self, table: Array, errors: Array, n_free: int) -> None:
        self.coef_, self.standard_errors_ = table[0, n_free:], errors[0, n_free:]
        self.intercept_ = float(table[0, 0]) if n_free else 0.0
        self.intercept_standard_error_ = float(errors[0, 0]) if n_free else np.nan


def _as_targets(y: ArrayLike) -> tuple[NDArray, Array]:
    """Return the two classes, and for each sample the probability of the second."""
    given = as_numpy(y, "y")
    if given.dtype.kind in "biuf" and given.ndim == 1:
        numbers = as_array(given, "y")
        if ((numbers == 0) | (numbers == 1)).all() or (numbers != np.floor(numbers)).any():
            fix = "soft targets are probabilities, and labels whole numbers or text (Unknown label type: continuous)"
            return np.arange(2), as_probability(numbers, "y", fix=fix).astype(np.float64)
    classes, codes = as_classes(y)
    if classes.size != 2:
        raise ValueError(f"`y` must hold two classes; got {_listed(classes)}; SoftmaxRegression takes more. {_BINARY}")
    return classes, codes.astype(np.float64)


def _listed(classes: NDArray) -> str:
    count = "one class" if classes.size == 1 else f"{classes.size} classes"
    return f"{count}, {', '.join(repr(label) for label in classes.tolist()[:8])}"
