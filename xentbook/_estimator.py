"""What makes a class an estimator as in scikit-learn, with NumPy alone.

Conventions
-----------
- ``__init__`` keeps every argument under its own name, the object itself and unchecked; `fit` checks them. So `clone`
  gets what was given, and `set_params` and plain assignment are as good as a new model.
- What is learned ends in an underscore; `require_fitted` asks for it. A `fit` that raises has changed nothing:
  `remember_columns` comes last.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_categories, as_finite, as_labels, as_numpy, require_where
from xentbook._weights import as_relative_weight, weighted_mean

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = [
    "Classifier",
    "Estimator",
    "NotFittedError",
    "as_classes",
    "as_columns",
    "as_samples",
    "remember_columns",
    "require_fitted",
]


class NotFittedError(ValueError, AttributeError):
    """What `require_fitted` raises; where scikit-learn is loaded, its exception of the same name."""


class Estimator:
    """Arguments that can be read, set and printed."""

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        """Return the arguments of the constructor, with their defaults."""
        if cls.__init__ is object.__init__:
            return {}
        arguments = list(inspect.signature(cls.__init__).parameters.values())[1:]
        return {argument.name: argument.default for argument in arguments}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the arguments by name, as they are now.

        Parameters
        ----------
        deep : bool
            Of no effect: no argument is an estimator.

        Returns
        -------
        dict
            From the name of each argument of the constructor to its value.
        """
        return {name: getattr(self, name) for name in self._defaults()}

    def set_params(self, **params: Any) -> Self:
        """Change some arguments, which the next `fit` checks; return the model itself.

        Parameters
        ----------
        **params
            New values by name.

        Returns
        -------
        Estimator
            This model.

        Raises
        ------
        ValueError
            If a name is not that of an argument; nothing is changed then.
        """
        unknown = sorted(set(params) - set(self._defaults()))
        if unknown:
            known = ", ".join(self._defaults()) or "none"
            raise ValueError(f"`{unknown[0]}` must be a parameter of {type(self).__name__}; its parameters are {known}")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name, default in self._defaults().items()
            if repr(getattr(self, name)) != repr(default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Tags:
        from sklearn.utils import Tags, TargetTags

        return Tags(estimator_type=None, target_tags=TargetTags(required=False))


class Classifier(Estimator):
    """An estimator with `classes_` and `predict`."""

    classes_: NDArray

    def predict(self, X: ArrayLike) -> NDArray:
        """Return the most probable class of each sample."""
        raise NotImplementedError

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy of `predict`.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Samples.
        y : array_like, shape (n,)
            Their labels, of those in `classes_`.
        sample_weight : array_like, shape (n,), optional
            How often each sample counts.

        Returns
        -------
        float
            The share of samples whose label was predicted.

        Raises
        ------
        ValueError
            If the model is not fitted, an input is not valid, or the lengths differ.
        """
        predicted, labels = self.predict(X), as_numpy(y, "y")
        if labels.dtype.kind == "V":
            raise TypeError(f"`y` must hold labels; got dtype {labels.dtype}")
        if labels.dtype.kind == "f":
            require_where(~np.isnan(labels), labels, "y", "not contain NaN")
        if labels.shape != predicted.shape:
            raise ValueError(f"`y` must have shape {predicted.shape}, one label for each sample; got {labels.shape}")
        return weighted_mean(predicted == labels, as_relative_weight(sample_weight, labels.shape))

    def __sklearn_tags__(self) -> Tags:
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()
        tags.estimator_type, tags.classifier_tags, tags.target_tags.required = "classifier", ClassifierTags(), True
        return tags


def require_fitted(model: object, attribute: str, *, call: str = "fit(X, y)") -> None:
    """Raise unless the model has `attribute`; `call` is how it is fitted."""
    if not hasattr(model, attribute):
        kind = type(model).__name__
        raise _not_fitted()(f"{kind} must be fitted first; call {kind}.{call}")


def as_samples(X: ArrayLike) -> NDArray:
    """Return the checked samples, (n, d), in float32 or float64."""
    shape = as_numpy(X, "X").shape
    if len(shape) == 1:
        raise ValueError(
            f"`X` must have 2 dimensions; got shape {shape}; Reshape your data: X.reshape(-1, 1) if it is one column, "
            "X.reshape(1, -1) if it is one sample"
        )
    if len(shape) == 2 and shape[1] == 0:
        raise ValueError(f"`X` must have columns; got 0 feature(s) (shape={shape}) while a minimum of 1 is required.")
    return as_finite(X, "X", ndim=2)


def remember_columns(model: Any, X: ArrayLike) -> None:
    """Keep the number of columns of `X`, and a data frame's names for them; for the end of a `fit` that succeeds."""
    model.n_features_in_ = as_numpy(X, "X").shape[1]
    model.__dict__.pop("feature_names_in_", None)
    names = _column_names(X)
    if names is not None:
        model.feature_names_in_ = names


def as_columns(model: Any, X: ArrayLike) -> NDArray[np.float64]:
    """Return the checked samples in float64, their columns those that `remember_columns` has seen."""
    samples, names = as_samples(X).astype(np.float64), _column_names(X)
    d, expected, known = samples.shape[1], model.n_features_in_, getattr(model, "feature_names_in_", None)
    if d != expected:
        raise ValueError(
            f"`X` must have {expected} columns, as in `fit`; got {d}: X has {d} features, but {type(model).__name__} "
            f"is expecting {expected} features as input"
        )
    if names is not None and known is not None and not np.array_equal(names, known):
        first = int(np.argmax(names != known))
        raise ValueError(
            f"`X` must have the columns of `fit`, in their order; got {names[first]!r} at index {first}, "
            f"where `fit` had {known[first]!r}"
        )
    return samples


def as_classes(y: ArrayLike, name: str = "y", *, n_classes: int | None = None) -> tuple[NDArray, NDArray[np.intp]]:
    """Return the classes of labels of any values, sorted, and for each label its place there.

    With `n_classes` labels are 0 … n_classes - 1, and all of them are classes, whether they occur or not.
    """
    if y is None:
        raise ValueError(f"`{name}` must hold labels; got None: fit requires y to be passed, but the target y is None")
    if n_classes is not None:
        return np.arange(n_classes), as_labels(y, name, n_classes=n_classes)
    labels = as_numpy(y, name)
    if labels.ndim == 2 and labels.shape[1] == 1:
        raise ValueError(f"`{name}` must have one dimension; got shape {labels.shape}; pass `{name}.ravel()`")
    if labels.dtype.kind == "f" and labels.ndim == 1:
        require_where(~np.isnan(labels), labels, name, "not contain NaN")
        whole = labels == np.floor(labels)
        require_where(whole, labels, name, "hold labels, whole numbers or text", fix="Unknown label type: continuous")
    return as_categories(labels, name)


def _column_names(X: ArrayLike) -> NDArray[np.object_] | None:
    """Return the names of the columns of a data frame, if all are text."""
    names = getattr(X, "columns", None)
    if names is None or not all(isinstance(name, str) for name in names):
        return None
    return np.array(list(names), dtype=object)


def _not_fitted() -> type[Exception]:
    theirs = sys.modules.get("sklearn.exceptions")
    return NotFittedError if theirs is None else theirs.NotFittedError
