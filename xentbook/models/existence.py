r"""Whether there is a finite minimum, and only one.

Newton's method answers most questions on its way: slope and curvature at one point can prove that the function rises in
the end in every direction, and on completely separable data the path soon separates them. Whatever is left goes to the
linear program of `convexity`, which is slow on many samples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xentbook.convexity.separation import cone_direction
from xentbook.models.frame import Design, Frame
from xentbook.models.objective import BinaryObjective, SoftmaxObjective
from xentbook.optimize import newton

__all__ = ["SeparableDataError", "require_minimum"]

Array = NDArray[np.float64]
_EPS = np.finfo(np.float64).eps
_CONSTANT = 0.25  # a column whose spread is no more than some units in its last place is constant


class SeparableDataError(ValueError):
    """No finite maximum-likelihood estimate exists: along `direction` the likelihood rises for ever.

    Parameters
    ----------
    kind : {"complete", "quasi-complete"}
        Whether every sample lies strictly on its side, or some on the border.
    direction : ndarray, shape (d,) or (K, d)
        The weights of the separating direction.
    intercept : float or ndarray, shape (K,)
        Its intercept.
    reason : str
        How the message begins.

    Examples
    --------
    >>> from xentbook.models import LogisticRegression
    >>> try:
    ...     LogisticRegression().fit([[1.0], [2.0], [3.0], [4.0]], [0, 0, 1, 1])
    ... except SeparableDataError as error:
    ...     print(error.kind, bool(error.direction[0] > 0))
    complete True
    """

    def __init__(self, kind: str, direction: Array, intercept: Array | float, reason: str) -> None:
        self.kind, self.direction, self.intercept = kind, direction, intercept
        where = f"coef = {_shown(direction)}, intercept = {_shown(intercept)}"
        super().__init__(f"{reason}: the likelihood rises for ever along {where}; use l2 > 0, or drop the cause")

    def __reduce__(self) -> tuple[type[SeparableDataError], tuple[str, Array, Array | float, str]]:
        return SeparableDataError, (self.kind, self.direction, self.intercept, self.args[0].split(": the like")[0])


def require_minimum(
    objective: BinaryObjective | SoftmaxObjective, design: Design, classes: NDArray, *, l2: float
) -> None:
    """Raise unless the objective has exactly one finite minimum, for softmax up to a shift of all classes."""
    _require_every_class(objective, design.frame, classes)
    if l2 > 0:
        return
    loose = _dependence(design)
    if loose is None and _settles(objective, design.frame):
        return
    found = cone_direction(objective.margin_rows())
    if found is not None:
        kind = "complete" if found[1].all() else "quasi-complete"
        raise _separable(objective, design.frame, kind, found[0])
    if loose is not None:
        raise ValueError(
            f"`X` must have linearly independent columns, the intercept's column of ones included; got {loose}; drop "
            "one, or use l2 > 0"
        )


def _require_every_class(objective: BinaryObjective | SoftmaxObjective, frame: Frame, classes: NDArray) -> None:
    totals = objective.class_totals()
    if not frame.n_free or totals.all():
        return
    empty = int(np.argmin(totals))
    direction = np.zeros((len(totals), objective.X.shape[1]))
    direction[empty, 0] = -1.0
    alone = ", only one class" if np.count_nonzero(totals) == 1 else ""
    reason = f"`y` must hold every class; got no sample of class {classes.tolist()[empty]!r}{alone}"
    raise _separable(objective, frame, "complete", direction, reason)


def _settles(objective: BinaryObjective | SoftmaxObjective, frame: Frame) -> bool:
    """Return whether Newton's method comes to a proof of a minimum; raise if a border of the classes comes first."""
    theta = np.zeros(objective.size)
    for _ in range(8):
        theta = newton(objective.value, objective.gradient, objective.hessian, theta, max_iter=4, tol=1e-12).x
        if objective.separates(theta):
            raise _separable(objective, frame, "complete", theta)
        if _turns_up(objective, theta):
            return True
    return False


def _turns_up(objective: BinaryObjective | SoftmaxObjective, theta: Array) -> bool:
    """Return whether slope and curvature at `theta` prove that the function rises in the end in every direction.

    Along a line θ + s·u on which two logits of a sample move apart by at most m·s, the third derivative is at least −m
    times the second. So the curvature c at s = 0 fades no faster than e^(−ms), and adds at least c / m to the slope.
    The slope at s = 0 is at least −λ√c, λ the Newton decrement. The function turns up where λ m / √c < 1.
    """
    hessian, slope = objective.hessian(theta), objective.gradient(theta)
    rounding = 4 * sum(objective.X.shape) * _EPS  # of sums over samples, relative to their terms
    scale = np.sqrt(np.diagonal(hessian))
    if not scale.all():
        return False
    values, vectors = np.linalg.eigh(hessian / scale[:, np.newaxis] / scale)
    if values[0] <= rounding * scale.size:
        return False  # some curvature is lost in rounding
    inverse = (vectors / values) @ vectors.T / scale[:, np.newaxis] / scale
    decrement = np.linalg.norm(vectors.T @ (slope / scale) / np.sqrt(values))
    terms = np.resize(objective.shares @ np.abs(objective.X), scale.size)
    lost = rounding * np.linalg.norm(terms / scale) / np.sqrt(values[0])
    return bool((decrement + lost) * objective.reach(inverse) < 0.5)


def _dependence(design: Design) -> str | None:
    """Return which columns depend on each other up to the rounding of the data, in words; None if they do not."""
    length, constant = np.linalg.norm(design.X, axis=0), design.noise > _CONSTANT
    unit = np.where(length > 0, length, 1.0)
    rows, q = design.X.shape
    triangle = np.linalg.qr(np.where(constant, 0.0, design.X / unit), mode="r")  # has the same singular values
    sizes, directions = np.linalg.svd(np.pad(triangle, ((0, q - len(triangle)), (0, 0))))[1:]
    rounding = max(rows, q) * _EPS * sizes[0] + 2 * np.abs(directions) @ np.where(constant, 0.0, design.noise)
    rank = int(np.sum(sizes > rounding))
    if rank == q:
        return None
    names = ", ".join("the intercept" if j < 0 else f"column {j}" for j in _involved(directions[-1], unit, design))
    return f"rank {rank} of {q} ({names} depend on each other)"


def _involved(relation: Array, unit: Array, design: Design) -> list[int]:
    """Return which columns, in these units, have a part in a relation of the samples; the intercept is -1."""
    frame, least = design.frame, max(1e-6, 10 * design.noise[design.noise <= _CONSTANT].max(initial=0.0))
    columns = [int(j) for j in np.flatnonzero(np.abs(relation[frame.n_free :]) > 1e-6)]
    if frame.n_free:
        shifts = (relation / unit)[1:] * np.ldexp(frame.centre, -frame.unit)  # the same relation, not centred
        constant = relation[0] / unit[0] - shifts.sum()
        columns = [-1] * bool(abs(constant) > least * (np.abs(shifts).max() + 1e-3 / unit[0])) + columns
    return columns


def _shown(x: Array | float) -> str:
    """Return numbers in short, on one line."""
    return " ".join(np.array2string(np.asarray(x), precision=4, threshold=12).split())


def _separable(
    objective: BinaryObjective | SoftmaxObjective, frame: Frame, kind: str, direction: Array, reason: str | None = None
) -> SeparableDataError:
    """Return the error, its direction divided into weights and intercept, as the model has them."""
    table = direction.reshape(-1, objective.X.shape[1])
    if isinstance(objective, BinaryObjective):
        table = table[-1:] - table[:-1] if len(table) == 2 else table
    else:
        table = table - table.mean(axis=0)
    table = _unit_length(_without_rounding(frame.original(table), table, frame))
    intercept = table[:, 0] if frame.n_free else np.zeros(len(table))
    weights = table[:, frame.n_free :]
    reason = reason or f"`X` must not separate the classes of `y`; got {kind} separation"
    if isinstance(objective, BinaryObjective):
        return SeparableDataError(kind, weights[0], float(intercept[0]), reason)
    return SeparableDataError(kind, weights, intercept, reason)


def _without_rounding(original: Array, table: Array, frame: Frame) -> Array:
    """Return the direction with 0 for an intercept that is the rounding of the terms it is the sum of."""
    if not frame.n_free:
        return original
    terms = np.abs(table[:, 0]) + np.abs(table[:, 1:]) @ np.abs(np.ldexp(frame.centre, -frame.unit))
    lost = np.abs(original[:, 0]) <= 4 * _EPS * terms
    return np.column_stack([np.where(lost, 0.0, original[:, 0]), original[:, 1:]])


def _unit_length(table: Array) -> Array:
    table = table / np.abs(table).max()  # squares must not overflow
    return table / np.linalg.norm(table)
