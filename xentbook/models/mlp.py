"""A network with hidden layers, its gradient worked out by hand: the chain rule, layer by layer, from the loss back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_finite, as_generator, as_integer, as_labels, as_number
from xentbook.gradients import sparse_categorical_cross_entropy_value_and_gradient, squared_error_gradient
from xentbook.links import sigmoid, softmax
from xentbook.losses import squared_error
from xentbook.models.training import Settings, check_settings, minimize_first_order, require_columns, require_fitted

__all__ = ["MLPClassifier"]

Array = NDArray[np.float64]
Loss = Callable[[NDArray[np.int64], Array], tuple[float, Array]]

# Each gives the activation, and its derivative written in terms of the activation itself.
_ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "tanh": (np.tanh, lambda a: 1.0 - a * a),
    "relu": (lambda z: np.maximum(z, 0.0), lambda a: (a > 0).astype(np.float64)),
    "sigmoid": (sigmoid, lambda a: a * (1.0 - a)),
}
_SOLVERS = ("adam", "momentum", "sgd", "gradient_descent", "lbfgs")


class MLPClassifier:
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
        K; by default the largest label plus 1, and at least 2.
    loss : {"cross_entropy", "squared_error"} or callable
        Squared error is that of the probabilities, summed over the classes. A callable takes (labels, logits) to the mean
        loss and its gradient over the logits, shape (n, K).
    l2 : float
        Strength of the penalty, per sample: l2/2 · Σ w² over all weights, intercepts not counted, added to the mean loss.
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
        Whether the solver met its tolerance.

    Raises
    ------
    ValueError
        If an option is out of range or unknown.

    See Also
    --------
    SoftmaxRegression : no hidden layer, and one minimum.

    Notes
    -----
    The loss is not convex: another seed may lead to another minimum. First weights are those of Glorot and Bengio [1]_,
    uniform within ±√(6 / (fan_in + fan_out)), for "relu" those of He and others [2]_, within ±√(6 / fan_in). The
    algorithm is that of [3]_. At the kink of "relu" the derivative is taken as 0.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS
       2010.
    .. [2] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015. doi:10.1109/ICCV.2015.123
    .. [3] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", Nature
       323, 1986, 533-536. doi:10.1038/323533a0

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
        max_iter: int = 1000,
        tol: float = 1e-8,
        seed: int | np.random.Generator = 0,
    ) -> None:
        self.hidden_sizes = tuple(as_integer(size, "hidden_sizes", minimum=1) for size in hidden_sizes)
        self.activation = as_choice(activation, "activation", tuple(_ACTIVATIONS))
        self.n_classes = None if n_classes is None else as_integer(n_classes, "n_classes", minimum=2)
        self.loss = loss if callable(loss) else as_choice(loss, "loss", tuple(_LOSSES))
        self.l2 = as_number(l2, "l2", minimum=0)
        self.settings = check_settings(Settings(solver, step_size, batch_size, max_iter, tol, seed), _SOLVERS)

    def __repr__(self) -> str:
        return f"MLPClassifier({self.hidden_sizes}, activation={self.activation!r}, solver={self.settings.solver!r})"

    def fit(self, X: ArrayLike, y: ArrayLike) -> MLPClassifier:
        """Train from random weights; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like of int, shape (n,)
            Labels 0 … K−1.

        Returns
        -------
        MLPClassifier
            This model.

        Raises
        ------
        TypeError
            If the labels are not integers.
        ValueError
            If an input is empty, not finite or out of range, or the lengths differ.
        """
        self.initialize(X, y)
        samples, labels = self._data(X, y)

        def batch(rows):
            return (samples, labels) if rows is None else (samples[rows], labels[rows])

        def gradient(theta, rows=None):
            return self.flatten(self._pass(split_layers(theta, self._sizes), *batch(rows))[1])

        step = 0.01 if self.settings.solver == "adam" else 0.1
        start, settings = self.flatten(self._layers()), self._settings_after_start
        value = lambda theta: self._pass(split_layers(theta, self._sizes), samples, labels)[0]
        self.descent_ = minimize_first_order(value, gradient, start, len(samples), settings, step)
        self._set(split_layers(self.descent_.x, self._sizes))
        self.converged_, self.n_iter_ = self.descent_.converged, self.descent_.n_iterations
        return self

    def initialize(self, X: ArrayLike, y: ArrayLike) -> MLPClassifier:
        """Draw the first weights for data of this shape, without training; return the model itself.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like of int, shape (n,)
            Labels 0 … K−1.

        Returns
        -------
        MLPClassifier
            This model.

        Raises
        ------
        TypeError
            If the labels are not integers.
        ValueError
            If an input is empty, not finite or out of range, or the lengths differ.
        """
        samples, labels = self._data(X, y)
        generator = as_generator(self.settings.seed)
        k = self.n_classes or max(2, int(labels.max()) + 1)
        self._sizes = (samples.shape[1], *self.hidden_sizes, k)
        self._settings_after_start = self.settings._replace(seed=generator)
        self._set([self._first(generator, *pair) for pair in zip(self._sizes[:-1], self._sizes[1:], strict=True)])
        return self

    def loss_and_gradients(self, X: ArrayLike, y: ArrayLike) -> tuple[float, list[tuple[Array, Array]]]:
        """Return the mean loss with its penalty, and its gradient over the weights and constants of each layer.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like of int, shape (n,)
            Labels 0 … K−1.

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
        samples = require_columns(X, self._sizes[0])
        labels = self._data(samples, as_labels(y, "y", n_classes=self._sizes[-1]))[1]
        return self._pass(self._layers(), samples, labels)

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
        return self._forward(self._layers(), require_columns(X, self._sizes[0]))

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

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the most probable class, the first of those that tie.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.

        Returns
        -------
        ndarray of int, shape (n,)
            Labels.

        Raises
        ------
        ValueError
            If the model is not fitted, or `X` is empty, not finite or of another number of columns.
        """
        return self.activations(X)[-1].argmax(axis=1)

    # -- the network

    def _forward(self, layers: Sequence[tuple[Array, Array]], samples: Array) -> list[Array]:
        phi, values = _ACTIVATIONS[self.activation][0], [samples]
        for depth, (weights, constants) in enumerate(layers):
            z = values[-1] @ weights.T + constants
            values.append(z if depth == len(layers) - 1 else phi(z))
        return values

    def _pass(
        self, layers: Sequence[tuple[Array, Array]], samples: Array, labels: NDArray[np.int64]
    ) -> tuple[float, list[tuple[Array, Array]]]:
        """Return the loss and, going back from it, the gradient of each layer."""
        values, slope = self._forward(layers, samples), _ACTIVATIONS[self.activation][1]
        if not np.isfinite(values[-1]).all():  # the path diverges
            return np.nan, [(np.full_like(w, np.nan), np.full_like(b, np.nan)) for w, b in layers]
        loss, delta = (self.loss if callable(self.loss) else _LOSSES[self.loss])(labels, values[-1])
        gradients: list[tuple[Array, Array]] = []
        for depth in range(len(layers) - 1, -1, -1):
            weights = layers[depth][0]
            gradients.insert(0, (delta.T @ values[depth] + self.l2 * weights, delta.sum(axis=0)))
            if depth:
                delta = (delta @ weights) * slope(values[depth])
        return float(loss) + self.l2 / 2 * sum(float(np.sum(w * w)) for w, _ in layers), gradients

    # -- parameters

    def _first(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
        bound = np.sqrt(6.0 / (fan_in if self.activation == "relu" else fan_in + fan_out))
        return generator.uniform(-bound, bound, size=(fan_out, fan_in)), np.zeros(fan_out)

    def _layers(self) -> list[tuple[Array, Array]]:
        return list(zip(self.coefs_, self.intercepts_, strict=True))

    def _set(self, layers: Sequence[tuple[Array, Array]]) -> None:
        self.coefs_, self.intercepts_ = [w for w, _ in layers], [b for _, b in layers]

    def _data(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
        samples = as_finite(X, "X", ndim=2).astype(np.float64)
        labels = as_labels(y, "y", n_classes=self.n_classes)
        if labels.size != len(samples):
            raise ValueError(f"`X` and `y` must have the same number of samples; got {len(samples)} and {labels.size}")
        return samples, labels


def split_layers(theta: Array, sizes: Sequence[int]) -> list[tuple[Array, Array]]:
    """Return weights and constants of each layer, which follow one another in `theta`; `sizes` are the widths."""
    layers, at = [], 0
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        middle, end = at + fan_in * fan_out, at + (fan_in + 1) * fan_out
        layers.append((theta[at:middle].reshape(fan_out, fan_in), theta[middle:end]))
        at = end
    return layers


def _squared_error(labels: NDArray[np.int64], logits: Array) -> tuple[float, Array]:
    """Return the mean over samples of the squared distance of the probabilities from the label, and its gradient."""
    return squared_error(labels, logits=logits), squared_error_gradient(labels, logits)


_LOSSES: dict[str, Loss] = {
    "cross_entropy": sparse_categorical_cross_entropy_value_and_gradient,
    "squared_error": _squared_error,
}
