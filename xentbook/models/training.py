"""One call for every solver, with its defaults."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_choice, as_finite, as_generator, as_integer, as_number
from xentbook.convexity import smoothness_bound
from xentbook.models.objective import BinaryObjective, SoftmaxObjective
from xentbook.optimize import Descent, adam, gradient_descent, lbfgs, momentum, newton, sgd

__all__ = [
    "SOLVERS",
    "Settings",
    "check_settings",
    "minimize_linear",
    "minimize_first_order",
    "require_fitted",
    "require_columns",
]

SOLVERS = ("newton", "lbfgs", "gradient_descent", "momentum", "adam", "sgd")


class Settings(NamedTuple):
    """How to train: the solver and its options, None for what the solver's default is."""

    solver: str
    step_size: float | None
    batch_size: int | None
    max_iter: int | None
    tol: float | None
    seed: int | np.random.Generator


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


def minimize_linear(objective: BinaryObjective | SoftmaxObjective, settings: Settings) -> Descent:
    """Return the path of the solver from 0."""
    start = np.zeros(objective.size)
    if settings.solver == "newton":
        options = {"max_iter": settings.max_iter or 100, "tol": 1e-10 if settings.tol is None else settings.tol}
        return newton(objective.value, objective.gradient, objective.hessian, start, **options)
    if settings.solver == "adam":
        default = 0.01
    else:
        default = 1.0 / _curvature(objective, stochastic=settings.solver == "sgd" or settings.batch_size is not None)
    return minimize_first_order(objective.value, objective.gradient, start, len(objective.X), settings, default)


def minimize_first_order(
    value, gradient, start: NDArray[np.float64], n: int, settings: Settings, step_size: float
) -> Descent:
    """Return the path of any solver but Newton's; `step_size` is what the settings leave open."""
    options = {"max_iter": settings.max_iter or 10_000, "tol": 1e-8 if settings.tol is None else settings.tol}
    if settings.solver == "lbfgs":
        return lbfgs(value, gradient, start, **options)
    options["step_size"] = settings.step_size or step_size
    if settings.solver == "gradient_descent":
        return gradient_descent(value, gradient, start, **options)
    if settings.solver == "sgd" or settings.batch_size is not None:
        options |= {"n_samples": n, "batch_size": min(settings.batch_size or 32, n), "seed": settings.seed}
    run = {"sgd": sgd, "momentum": momentum, "adam": adam}[settings.solver]
    return run(value, gradient, start, **options)


def _curvature(objective: BinaryObjective | SoftmaxObjective, *, stochastic: bool) -> float:
    """Return the largest curvature of the mean, or of the loss of one sample."""
    if stochastic:
        steepest = np.max(np.sum(objective.X**2, axis=1) * objective.weights) * len(objective.X) * objective.curvature
    else:
        n_classes = 2 if objective.curvature == 0.25 else 3
        steepest = smoothness_bound(objective.X * np.sqrt(objective.weights)[:, np.newaxis], n_classes=n_classes)
    return max(float(steepest + objective.penalty.max()), np.finfo(np.float64).tiny)


def spread(objective: BinaryObjective | SoftmaxObjective, descent: Descent) -> tuple[NDArray, NDArray]:
    """Return the covariance of the estimate and its standard errors; NaN where the solver has not converged.

    NaN as well where so much of the curvature is lost in rounding that it has no inverse.
    """
    covariance = np.full((descent.x.size,) * 2, np.nan)
    with np.errstate(all="ignore"):
        if descent.converged:
            with suppress(np.linalg.LinAlgError):
                covariance = objective.covariance(descent.x)
        return covariance, np.sqrt(np.diagonal(covariance))


def require_fitted(model: object, attribute: str) -> None:
    """Raise unless the model has learned something."""
    if not hasattr(model, attribute):
        raise ValueError(f"the model must be fitted first; call {type(model).__name__}.fit(X, y)")


def require_columns(X: ArrayLike, d: int) -> NDArray[np.float64]:
    """Return the checked samples in float64, as many columns as the model was fitted with."""
    samples = as_finite(X, "X", ndim=2).astype(np.float64)
    if samples.shape[1] != d:
        raise ValueError(f"`X` must have {d} columns, as in `fit`; got {samples.shape[1]}")
    return samples
