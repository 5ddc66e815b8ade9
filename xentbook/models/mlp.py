"""A network with hidden layers, its gradient worked out by hand: the chain rule, layer by layer, from the loss back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_generator, as_integer, as_labels, as_number
from xentbook._estimator import Classifier, as_columns, as_samples, remember_columns, require_fitted
from xentbook.gradients import sparse_categorical_cross_entropy_value_and_gradient, squared_error_gradient
from xentbook.links import sigmoid, softmax
from xentbook.losses import squared_error
from xentbook.models.training import (
    Settings,
    as_known_classes,
    as_totals,
    check_settings,
    minimize_first_order,
    require_same_length,
)

__all__ = ["MLPClassifier"]

Array = NDArray[np.float64]
Loss = Callable[..., tuple[float, Array]]

# Each gives the activation, and its derivative written in terms of the activation itself.
_ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "tanh": (np.tanh, lambda a: 1.0 - a * a),
    "relu": (lambda z: np.maximum(z, 0.0), lambda a: (a > 0).astype(np.float64)),
    "sigmoid": (lambda z: np.asarray(sigmoid(z)), lambda a: a * (1.0 - a)),
}
_SOLVERS = ("adam", "momentum", "sgd", "gradient_descent", "lbfgs")


class _Start(NamedTuple):
    """What training starts from."""

    settings: Settings
    samples: Array
    labels: NDArray[np.intp]
    classes: NDArray
    sizes: Sequence[int]
    layers: list[tuple[Array, Array]]


class MLPClassifier(Classifier):
    r"""Predict a class by a network with hidden layers, trained by backpropagation.

    .. math:: a_0 = x, \quad a_l = \varphi(W_l a_{l-1} + b_l), \quad
        P(y = k \mid x) = \operatorname{softmax}(W_L a_{L-1} + b_L)_k

    Parameters
    ----------
    hidden_sizes : sequence of int
        Width of each hidden layer; ``()`` leaves a linear model.
    activation : {"tanh", "relu", "sigmoid"}
        φ.
    n_classes : int, optional
        K, where labels are 0 … K−1 and some may not occur; by default the classes are the values in `y`.
    loss : {"cross_entropy", "squared_error"} or callable
        Squared error is that of the probabilities, summed over the classes. A callable takes (labels, logits) to the
        mean loss and its gradient over the logits, shape (n, K); if `fit` is given weights, (labels, logits, shares) to
        the sum of shares times losses and its gradient.
    l2 : float
        Strength of the penalty, per sample: l2/2 · Σ w² over all weights, intercepts not counted, added to the mean
        loss.
    solver : {"adam", "momentum", "sgd", "gradient_descent", "lbfgs"}
        Which optimiser of `xentbook.optimize` runs.
    step_size : float, optional
        By default 0.01 for Adam and 0.1 for the other step rules.
    batch_size : int, optional
        Minibatches for "momentum" and "adam" (by default all samples at once) and "sgd" (by default 32).
    max_iter : int
        Largest number of steps.
    tol : float
        The norm of the gradient at which to stop.
    seed : int or Generator
        Of the first weights and of the minibatches.

    Attributes
    ----------
    coefs_ : list of ndarray, shapes (fan_out, fan_in)
        The weights of each layer.
    intercepts_ : list of ndarray, shapes (fan_out,)
        Its constants.
    descent_ : Descent
        The path of the solver over all parameters, flattened as `flatten` does; `values` is the loss curve.
    converged_ : bool
        Whether the solver met its tolerance: the gradient is 0 there, as it is too where all units are saturated.
    classes_ : ndarray, shape (K,)
        The labels, in the order of the columns of `predict_proba`.
    n_features_in_, feature_names_in_ : int and ndarray
        The number of columns, and their names where a data frame was fitted.

    See Also
    --------
    SoftmaxRegression : no hidden layer, and one minimum.

    Notes
    -----
    `fit` takes `sample_weight`; `initialize` draws and sees no sample's size, and `loss_and_gradients` shows one even
    pass.

    Unlike the linear models it takes the features as they are, since the first weights, the path and its steps are
    those of the network that is shown: give each column mean 0 and spread 1 first. Options are checked by `fit`.

    The loss is not convex: another seed may lead to another minimum. First weights are those of Glorot and Bengio [1]_,
    uniform within ±√(6 / (fan_in + fan_out)), for "relu" those of He and others [2]_, within ±√(6 / fan_in). The
    algorithm is that of [3]_. At the kink of "relu" the derivative is taken as 0.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS
       2010.
    .. [2] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015. doi:10.1109/ICCV.2015.123
    .. [3] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors",
       Nature 323, 1986, 533-536. doi:10.1038/323533a0

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]  # exclusive or: no line divides it
    >>> model = MLPClassifier([8], max_iter=500).fit(X, y)
    >>> print(model.predict(X))
    [0 1 1 0]
    """

    def __init__(
        self,
        hidden_sizes: Sequence[int] = (16,),
        *,
        activation: str = "tanh",
        n_classes: int | None = None,
        loss: str | Loss = "cross_entropy",
        l2: float = 0.0,
        solver: str = "adam",
        step_size: float | None = None,
        batch_size: int | None = None,
        max_iter: int | None = 1000,
        tol: float | None = 1e-8,
        seed: int | np.random.Generator = 0,
    ) -> None:
        self.hidden_sizes, self.activation, self.n_classes = hidden_sizes, activation, n_classes
        self.loss, self.l2, self.solver, self.step_size = loss, l2, solver, step_size
        self.batch_size, self.max_iter, self.tol, self.seed = batch_size, max_iter, tol, seed

    def fit(self, X: ArrayLike, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> MLPClassifier:
        """Train from random weights; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Labels of any values; with `n_classes` 0 … K−1.
        sample_weight : array_like, shape (n,), optional
            How often each sample counts in the mean loss. Minibatches are drawn evenly, and weighted.

        Returns
        -------
        MLPClassifier
            This model.

        Raises
        ------
        ValueError
            If an option or an input is out of range, an input is empty or not finite, the lengths differ, `y` holds one
            class alone, or samples so large that the loss of the first weights is not finite.
        """
        start = self._draw(X, y)
        shares = None if sample_weight is None else as_totals(sample_weight, len(start.samples)).shares
        loss, theta = self._loss_over(start, shares), self.flatten(start.layers)
        _require_finite(loss, theta, start.samples)
        self.descent_ = minimize_first_order(
            lambda theta: loss(theta)[0],
            lambda theta, rows=None: self.flatten(loss(theta, rows)[1]),
            theta,
            len(start.samples),
            start.settings,
            0.01 if start.settings.solver == "adam" else 0.1,
        )
        self._set(X, start.classes, split_layers(self.descent_.x, start.sizes))
        self.converged_, self.n_iter_ = self.descent_.converged, self.descent_.n_iterations
        return self

    def initialize(self, X: ArrayLike, y: ArrayLike) -> MLPClassifier:
        """Draw the first weights for data of this shape, without training; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Labels, as in `fit`.

        Returns
        -------
        MLPClassifier
            This model.

        Raises
        ------
        ValueError
            If an option or an input is out of range, an input is empty or not finite, or the lengths differ.
        """
        start = self._draw(X, y)
        self._set(X, start.classes, start.layers)
        return self

    def loss_and_gradients(self, X: ArrayLike, y: ArrayLike) -> tuple[float, list[tuple[Array, Array]]]:
        """Return the mean loss with its penalty, and its gradient over the weights and constants of each layer.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Labels, as in `fit`.

        Returns
        -------
        loss : float
            Nats for cross-entropy.
        gradients : list of (ndarray, ndarray)
            For each layer from the first, the shapes of `coefs_` and `intercepts_`.

        Raises
        ------
        ValueError
            If the model has no weights yet, or the data do not fit them.
        """
        require_fitted(self, "coefs_")
        samples, labels = self._data(X, y)
        with np.errstate(all="ignore"):
            loss, gradients = self._pass(self._layers(), samples, labels)
        if not np.isfinite(loss):
            raise ValueError(f"`X` must have a finite loss; got {loss} from entries up to {np.abs(samples).max():.3g}")
        return loss, gradients

    def flatten(self, layers: Sequence[tuple[Array, Array]]) -> Array:
        """Return weights and constants, layer after layer, as one vector.

        Parameters
        ----------
        layers : sequence of (ndarray, ndarray)
            As `loss_and_gradients` returns them.

        Returns
        -------
        ndarray, shape (p,)
            All entries.
        """
        return np.concatenate([part.ravel() for layer in layers for part in layer])

    def activations(self, X: ArrayLike) -> list[Array]:
        """Return what each layer computes: the samples, the hidden activations, the logits.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        list of ndarray, shapes (n, width)
            One for each layer, the input first, the logits last.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        require_fitted(self, "coefs_")
        return self._forward(self._layers(), as_columns(self, X))

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
        return softmax(self.activations(X)[-1])

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
        best = self.activations(X)[-1].argmax(axis=1)
        return self.classes_[best]

    # -- the network

    def _forward(self, layers: Sequence[tuple[Array, Array]], samples: Array) -> list[Array]:
        phi, values = _ACTIVATIONS[self.activation][0], [samples]
        for depth, (weights, constants) in enumerate(layers):
            z = values[-1] @ weights.T + constants
            values.append(z if depth == len(layers) - 1 else phi(z))
        return values

    def _pass(
        self,
        layers: Sequence[tuple[Array, Array]],
        samples: Array,
        labels: NDArray[np.intp],
        shares: Array | None = None,
    ) -> tuple[float, list[tuple[Array, Array]]]:
        """Return the loss and, going back from it, the gradient of each layer."""
        values, slope = self._forward(layers, samples), _ACTIVATIONS[self.activation][1]
        if not np.isfinite(values[-1]).all():  # the path diverges
            return np.nan, [(np.full_like(w, np.nan), np.full_like(b, np.nan)) for w, b in layers]
        measure = self.loss if callable(self.loss) else _LOSSES[self.loss]
        loss, delta = measure(labels, values[-1]) if shares is None else measure(labels, values[-1], shares)
        gradients: list[tuple[Array, Array]] = []
        for depth in range(len(layers) - 1, -1, -1):
            weights = layers[depth][0]
            gradients.insert(0, (delta.T @ values[depth] + self.l2 * weights, delta.sum(axis=0)))
            if depth:
                delta = (delta @ weights) * slope(values[depth])
        return float(loss) + self.l2 / 2 * sum(float(np.sum(w * w)) for w, _ in layers), gradients

    def _loss_over(self, start: _Start, shares: Array | None) -> Callable:
        """Return the loss and its gradients as a function of all parameters, and of the rows of a minibatch."""

        def loss(theta: Array, rows: NDArray[np.intp] | None = None) -> tuple[float, list[tuple[Array, Array]]]:
            parts = start.samples, start.labels, shares
            return self._pass(split_layers(theta, start.sizes), *(parts if rows is None else _batch(*parts, rows)))

        return loss

    # -- parameters

    def _draw(self, X: ArrayLike, y: ArrayLike) -> _Start:
        """Check everything, and draw the first weights."""
        settings, widths = check_settings(Settings.of(self), _SOLVERS), _checked_widths(self)
        samples, (classes, labels) = as_samples(X).astype(np.float64), as_known_classes(y, self.n_classes)
        require_same_length(samples, labels)
        generator, sizes = as_generator(settings.seed), (samples.shape[1], *widths, classes.size)
        layers = [self._first(generator, *pair) for pair in zip(sizes[:-1], sizes[1:], strict=True)]
        return _Start(settings._replace(seed=generator), samples, labels, classes, sizes, layers)

    def _first(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
        bound = np.sqrt(6.0 / (fan_in if self.activation == "relu" else fan_in + fan_out))
        return generator.uniform(-bound, bound, size=(fan_out, fan_in)), np.zeros(fan_out)

    def _layers(self) -> list[tuple[Array, Array]]:
        return list(zip(self.coefs_, self.intercepts_, strict=True))

    def _set(self, X: ArrayLike, classes: NDArray, layers: Sequence[tuple[Array, Array]]) -> None:
        self.coefs_, self.intercepts_ = [w for w, _ in layers], [b for _, b in layers]
        self.classes_ = classes
        remember_columns(self, X)

    def _data(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
        """Return samples and the places of their labels among the classes."""
        samples, labels = as_columns(self, X), as_labels(y, "y", labels=self.classes_)
        require_same_length(samples, labels)
        return samples, labels


def split_layers(theta: Array, sizes: Sequence[int]) -> list[tuple[Array, Array]]:
    """Return weights and constants of each layer, which follow one another in `theta`; `sizes` are the widths."""
    layers, at = [], 0
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        middle, end = at + fan_in * fan_out, at + (fan_in + 1) * fan_out
        layers.append((theta[at:middle].reshape(fan_out, fan_in), theta[middle:end]))
        at = end
    return layers


def _checked_widths(model: MLPClassifier) -> tuple[int, ...]:
    """Return the widths of the hidden layers, once the options of the network are known to be right."""
    as_choice(model.activation, "activation", tuple(_ACTIVATIONS))
    as_number(model.l2, "l2", minimum=0)
    if not callable(model.loss):
        as_choice(model.loss, "loss", tuple(_LOSSES))
    return tuple(as_integer(size, "hidden_sizes", minimum=1) for size in model.hidden_sizes)


def _batch(samples: Array, labels: NDArray[np.intp], shares: Array | None, rows: NDArray[np.intp]) -> tuple:
    """Return some of the samples, weighted so that on average over rows they stand for all."""
    part = None if shares is None else shares[rows] * (len(samples) / len(rows))
    return samples[rows], labels[rows], part


def _require_finite(loss: Callable, theta: Array, samples: Array) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        value, layers = loss(theta)
    if not (np.isfinite(value) and all(np.isfinite(part).all() for layer in layers for part in layer)):
        raise ValueError(
            f"`X` must have a finite loss under the first weights; got entries up to {np.abs(samples).max():.3g}; "
            "subtract from each column its mean and divide by its standard deviation"
        )


def _cross_entropy(labels: NDArray[np.intp], logits: Array, shares: Array | None = None) -> tuple[float, Array]:
    """Return the mean cross-entropy in nats, and its gradient."""
    if shares is None:
        value, slopes = sparse_categorical_cross_entropy_value_and_gradient(labels, logits)
        return float(value), slopes
    values, slopes = sparse_categorical_cross_entropy_value_and_gradient(labels, logits, reduction="none")
    return float(shares @ values), shares[:, np.newaxis] * slopes


def _squared_error(labels: NDArray[np.intp], logits: Array, shares: Array | None = None) -> tuple[float, Array]:
    """Return the mean over samples of the squared distance of the probabilities from the label, and its gradient."""
    if shares is None:
        return float(squared_error(labels, logits=logits)), squared_error_gradient(labels, logits)
    values, slopes = (f(labels, logits=logits, reduction="none") for f in (squared_error, squared_error_gradient))
    return float(shares @ values), shares[:, np.newaxis] * slopes


_LOSSES: dict[str, Loss] = {"cross_entropy": _cross_entropy, "squared_error": _squared_error}
