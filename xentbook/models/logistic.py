"""Logistic regression: one linear logit, trained by cross-entropy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_number, as_probability
from xentbook.links import sigmoid
from xentbook.models.existence import require_minimum
from xentbook.models.objective import BinaryObjective, as_weights, with_intercept
from xentbook.models.training import Settings, check_settings, minimize_linear, require_columns, require_fitted, spread

__all__ = ["LogisticRegression"]


class LogisticRegression:
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
        Of the last four solvers; by default the inverse of the largest possible curvature, for Adam 0.01.
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
        Whether the solver met its tolerance; stochastic solvers seldom do, and no warning is given.
    descent_ : Descent
        The path of the solver over (b, w).

    Raises
    ------
    ValueError
        If an option is out of range or unknown.

    See Also
    --------
    SoftmaxRegression : more than two classes.
    separating_direction : why no estimate may exist.

    Notes
    -----
    Maximum likelihood by Newton's method is iteratively reweighted least squares ([1]_, section 4.4.1). With soft targets
    the fit is that of a population: the KL projection of P(y | x) onto the model. The published analysis below is
    that of [2]_.

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
        self.l2 = as_number(l2, "l2", minimum=0)
        self.fit_intercept = bool(fit_intercept)
        self.settings = check_settings(Settings(solver, step_size, batch_size, max_iter, tol, seed))

    def __repr__(self) -> str:
        return f"LogisticRegression(l2={self.l2}, fit_intercept={self.fit_intercept}, solver={self.settings.solver!r})"

    def fit(self, X: ArrayLike, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> LogisticRegression:
        """Find the weights under which the outcomes are most probable; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Outcomes, 0 or 1, or soft: a number in [0, 1].
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
            If an input is empty, not finite or out of range, the lengths differ, or columns depend on each other and l2
            is 0, so that many weights are equally good.
        """
        samples = with_intercept(X, self.fit_intercept)
        targets = as_probability(y, "y", ndim=1, fix="labels are 0 and 1").astype(np.float64)
        if targets.size != len(samples):
            raise ValueError(f"`X` and `y` must have the same number of samples; got {len(samples)} and {targets.size}")
        weights = as_weights(sample_weight, targets.size)
        objective = BinaryObjective(samples, targets, weights, l2=self.l2, n_free=int(self.fit_intercept))
        require_minimum(objective)
        self._learn(objective)
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
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
        require_fitted(self, "coef_")
        return require_columns(X, self.coef_.size) @ self.coef_ + self.intercept_

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
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

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the more probable class.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray of int, shape (n,)
            1 where its probability is above one half, else 0.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        return (self.decision_function(X) > 0).astype(np.int64)

    def _learn(self, objective: BinaryObjective) -> None:
        self.descent_ = minimize_linear(objective, self.settings)
        theta, free = self.descent_.x, objective.n_free
        self.converged_, self.n_iter_ = self.descent_.converged, self.descent_.n_iterations
        self.coef_, self.intercept_ = theta[free:], float(theta[0]) if free else 0.0
        self.log_likelihood_ = objective.log_likelihood(theta)
        self.covariance_, errors = spread(objective, self.descent_)
        self.standard_errors_ = errors[free:]
        self.intercept_standard_error_ = float(errors[0]) if free else np.nan
