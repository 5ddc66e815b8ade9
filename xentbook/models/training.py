"""One call for every solver, with its defaults."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, Self, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_generator, as_integer, as_number
from xentbook._estimator import as_classes
from xentbook._weights import as_sample_weight, power_of_two
from xentbook.convexity import smoothness_bound
from xentbook.models.frame import Penalty
from xentbook.models.objective import BinaryObjective, SoftmaxObjective
from xentbook.optimize import Descent, adam, gradient_descent, lbfgs, momentum, newton, sgd

__all__ = [
    "SOLVERS",
    "Settings",
    "Totals",
    "as_known_classes",
    "as_totals",
    "check_settings",
    "minimize_linear",
    "minimize_first_order",
    "require_same_length",
]

Array = NDArray[np.float64]
SOLVERS = ("newton", "lbfgs", "gradient_descent", "momentum", "adam", "sgd")


class Settings(NamedTuple):
    """How to train: the solver and its options, None for what the solver's default is."""

    solver: str
    step_size: float | None
    batch_size: int | None
    max_iter: int | None
    tol: float | None
    seed: int | np.random.Generator

    @classmethod
    def of(cls, model: Any) -> Self:
        """Return those of a model, which has them under the same names."""
        return cls(*(getattr(model, name) for name in cls._fields))


class _Options(TypedDict):
    """What every step rule is given."""

    max_iter: int
    tol: float
    step_size: float


class Totals(NamedTuple):
    """Weights as shares of their sum; the sum is `amount` times 2**exponent, which may be beyond float64."""

    shares: Array
    amount: float
    exponent: int

    def times(self, mean: float) -> float:
        """Return the sum over samples of what has this mean; ±inf where it is beyond float64."""
        with np.errstate(over="ignore"):
            return float(np.ldexp(mean * self.amount, self.exponent))

    def root(self) -> tuple[float, int]:
        """Return the square root of the sum, as a number and an exponent of 2."""
        return math.sqrt(self.amount * 2 ** (self.exponent % 2)), self.exponent // 2

    def penalty(self, l2: float) -> Penalty:
        """Return l2 divided by the sum."""
        mantissa, exponent = math.frexp(l2 / self.amount)
        return Penalty(mantissa, exponent - self.exponent)


def check_settings(settings: Settings, solvers: tuple[str, ...] = SOLVERS) -> Settings:
    """Return the settings, or raise."""
    as_generator(settings.seed)
    as_choice(settings.solver, "solver", solvers)
    if settings.step_size is not None and as_number(settings.step_size, "step_size") <= 0:
        raise ValueError(f"`step_size` must be positive; got {settings.step_size}")
    for name, value in (("batch_size", settings.batch_size), ("max_iter", settings.max_iter)):
        if value is not None:
            as_integer(value, name, minimum=1)
    if settings.batch_size is not None and settings.solver not in ("momentum", "adam", "sgd"):
        raise ValueError(
            f"`batch_size` must be None for {settings.solver!r}, which sees all samples; got {settings.batch_size}"
        )
    if settings.tol is not None:
        as_number(settings.tol, "tol", minimum=0)
    return settings


def as_known_classes(y: ArrayLike, n_classes: int | None) -> tuple[NDArray, NDArray[np.intp]]:
    """Return the classes, those of `y` or 0 … `n_classes` - 1, and for each label its place there."""
    known = None if n_classes is None else as_integer(n_classes, "n_classes", minimum=2)
    classes, codes = as_classes(y, n_classes=known)
    if classes.size < 2:
        raise ValueError(
            f"`y` must hold two classes or more; got one class, {classes.tolist()[0]!r}; "
            "pass n_classes= if labels are 0 … n_classes - 1 and others never occur"
        )
    return classes, codes


def as_totals(sample_weight: ArrayLike | None, n: int) -> Totals:
    """Return the weights of n samples, of any scale."""
    weights = as_sample_weight(sample_weight, (n,))
    if weights is None:
        return Totals(np.full(n, 1.0 / n), float(n), 0)
    if not weights.any():
        raise ValueError("`sample_weight` must have a positive entry; got zero everywhere")
    unit = power_of_two(weights)
    amount = float((weights / unit).sum())
    return Totals(weights / unit / amount, amount, math.frexp(unit)[1] - 1)


def require_same_length(samples: NDArray, y: NDArray) -> None:
    """Raise unless each sample has its target."""
    if len(y) != len(samples):
        raise ValueError(f"`X` and `y` must have the same number of samples; got {len(samples)} and {len(y)}")


def minimize_linear(objective: BinaryObjective | SoftmaxObjective, settings: Settings) -> Descent:
    """Return the path of the solver from 0."""
    start = np.zeros(objective.size)
    if settings.solver == "newton":
        steps, tol = settings.max_iter or 100, 1e-10 if settings.tol is None else settings.tol
        return newton(objective.value, objective.gradient, objective.hessian, start, max_iter=steps, tol=tol)
    if settings.solver == "adam":
        default = 0.01
    else:
        default = 1.0 / _curvature(objective, stochastic=settings.solver == "sgd" or settings.batch_size is not None)
    return minimize_first_order(objective.value, objective.gradient, start, len(objective.X), settings, default)


def minimize_first_order(
    value: Callable[[Array], float],
    gradient: Callable[..., ArrayLike],
    start: Array,
    n: int,
    settings: Settings,
    step_size: float,
) -> Descent:
    """Return the path of any solver but Newton's; `step_size` is what the settings leave open."""
    steps, tol = settings.max_iter or 10_000, 1e-8 if settings.tol is None else settings.tol
    if settings.solver == "lbfgs":
        return lbfgs(value, gradient, start, max_iter=steps, tol=tol)
    options = _Options(max_iter=steps, tol=tol, step_size=settings.step_size or step_size)
    if settings.solver == "gradient_descent":
        return gradient_descent(value, gradient, start, **options)
    if settings.solver == "sgd":
        size = min(settings.batch_size or 32, n)
        return sgd(value, gradient, start, n_samples=n, batch_size=size, seed=settings.seed, **options)
    run = momentum if settings.solver == "momentum" else adam
    if settings.batch_size is None:
        return run(value, gradient, start, **options)
    size = min(settings.batch_size, n)
    return run(value, gradient, start, n_samples=n, batch_size=size, seed=settings.seed, **options)


def _curvature(objective: BinaryObjective | SoftmaxObjective, *, stochastic: bool) -> float:
    """Return the largest curvature of the mean, or of the loss of one sample."""
    if stochastic:
        steepest = np.max(np.sum(objective.X**2, axis=1) * objective.shares) * len(objective.X) * objective.curvature
    else:
        n_classes = 2 if objective.curvature == 0.25 else 3
        steepest = smoothness_bound(objective.X * np.sqrt(objective.shares)[:, np.newaxis], n_classes=n_classes)
    return max(float(steepest + objective.penalty.max()), np.finfo(np.float64).tiny)
