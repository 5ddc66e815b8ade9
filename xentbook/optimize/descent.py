"""The path of an optimiser, and the loop that all step rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_generator, as_integer, as_number

__all__ = ["Descent", "Recorder", "descend", "as_start", "require_finite", "minibatches"]

Array = NDArray[np.float64]


class Descent(NamedTuple):
    """Where an optimiser went: the last point, the recorded points, and f and its gradient's norm at each of them."""

    x: NDArray[np.float64]
    path: NDArray[np.float64]
    iterations: NDArray[np.intp]
    values: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    n_iterations: int
    converged: bool
    message: str


class Recorder:
    """Keep the path, and say when it has arrived or left for infinity."""

    def __init__(self, f: Callable, gradient: Callable, *, tol: float, record_every: int = 1) -> None:
        self._f, self._gradient = f, gradient
        self._tol = as_number(tol, "tol", minimum=0)
        self._every = as_integer(record_every, "record_every", minimum=1)
        self._rows: list[tuple[int, Array, float, float]] = []
        self.arrived = self.lost = False

    def record(self, iteration: int, x: Array, *, last: bool = False) -> None:
        """Record the point if its turn has come, or if it is the `last`."""
        if iteration % self._every and not last:
            self.lost = not np.isfinite(x).all()
            return
        self.lost = not np.isfinite(x).all()
        if self.lost:
            return
        g = self._gradient(x)
        value, norm = float(self._f(x)), float(np.linalg.norm(g))
        self.lost = not (np.isfinite(norm) and np.isfinite(value))
        if self.lost:
            return
        self._rows.append((iteration, x.copy(), value, norm))
        self.arrived = norm <= self._tol

    def result(self, n_iterations: int, *, converged: bool | None = None) -> Descent:
        """Return the path so far."""
        iterations, path, values, norms = (np.array(column) for column in zip(*self._rows, strict=True))
        done = self.arrived if converged is None else converged
        message = "diverged" if self.lost else "converged" if done else "stopped at the last iteration allowed"
        return Descent(
            path[-1].copy(), path, iterations, values, norms, n_iterations, bool(done and not self.lost), message
        )


def descend(
    rule: Callable[[Array, Array, int], Array],
    x0: ArrayLike,
    recorder: Recorder,
    gradient: Callable,
    *,
    max_iter: int,
    batches: Iterator[NDArray[np.intp]] | None = None,
) -> Descent:
    """Return the path on which each step is ``rule(x, gradient, iteration)``, iterations counted from 1."""
    x, limit = as_start(x0), as_integer(max_iter, "max_iter", minimum=0)
    done = 0
    with np.errstate(over="ignore", invalid="ignore"):  # what diverges overflows
        recorder.record(0, x)
        require_finite(recorder)
        while done < limit and not (recorder.arrived or recorder.lost):
            g = gradient(x) if batches is None else gradient(x, next(batches))
            done += 1
            x = x + rule(x, np.asarray(g, dtype=np.float64), done)
            recorder.record(done, x, last=done == limit)
    return recorder.result(done)


def as_start(x0: ArrayLike) -> Array:
    """Return a fresh float64 copy of the starting point."""
    return as_finite(x0, "x0", ndim=1).astype(np.float64, copy=True)


def minibatches(n_samples: int, batch_size: int, seed: int | np.random.Generator | None) -> Iterator[NDArray[np.intp]]:
    """Yield the rows of minibatches without end; every epoch is a new shuffle, its last batch may be short."""
    generator = as_generator(seed)
    while True:
        order = generator.permutation(n_samples).astype(np.intp, copy=False)
        for start in range(0, n_samples, batch_size):
            yield order[start : start + batch_size]


def require_finite(recorder: Recorder) -> None:
    """Raise if the first point could not be recorded."""
    if recorder.lost:
        raise ValueError("`x0` must have a finite value and gradient; got inf or NaN")
