"""Points of two classes, two that can be dragged: where a line divides them, no maximum-likelihood fit is finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_finite, as_number, as_text
from xentbook.convexity import separating_direction
from xentbook.models import LogisticRegression
from xentbook.widgets._figure import Figure, checked, front_end, style, text

__all__ = ["SeparablePoints"]

STEP = 0.05  # all points lie on a grid, so that "on the line" is a matter of whole numbers and not of rounding
LEAST, LARGEST = 1e-6, 100.0  # the slider of l2: 0, then powers of ten from LEAST to LARGEST

# Petal length:width in millimetres, of all irises but the two that are dragged: Fisher 1936, as in scikit-learn.
_SETOSA = (
    "10:2 11:1 12:2x2 13:2x4 13:3x2 13:4 14:1x2 14:2x8 14:3x3 15:1x2 15:2x7 15:3 15:4x3 16:2x5 16:4 16:6 17:2 17:3 "
    "17:4 17:5 19:2"
)
_VERSICOLOR = (
    "33:10x2 35:10x2 36:13 37:10 38:11 39:11 39:12 39:14 40:10 40:12 40:13x3 41:10 41:13x2 42:12 42:13x2 42:15 43:13x2 "
    "44:12 44:13 44:14x2 45:13 45:15x5 45:16 46:13 46:14 46:15 47:12 47:14x2 47:15 47:16 48:14 48:18 49:15x2 50:17 "
    "51:16"
)


def _flowers(listed: str) -> list[list[float]]:
    found = []
    for entry in listed.split():
        place, _, times = entry.partition("x")
        found += [[int(part) / 10 for part in place.split(":")]] * int(times or 1)
    return found


def _on_grid(name: str, value: Any, *, ndim: int) -> list:
    places = as_finite(value, name, ndim=ndim).astype(float)
    if places.shape[-1] != 2:
        raise ValueError(f"`{name}` must have two coordinates a point; got {places.shape[-1]}")
    if np.max(np.abs(places / STEP - np.round(places / STEP))) > 1e-6:
        raise ValueError(f"`{name}` must lie on the grid of multiples of {STEP}; got {places.tolist()}")
    return np.round(np.round(places / STEP) * STEP, 10).tolist()


def _points(name: str, value: Any) -> list[list[float]]:
    return _on_grid(name, value, ndim=2)


def _point(name: str, value: Any) -> list[float]:
    return _on_grid(name, value, ndim=1)


def _strength(name: str, value: Any) -> float:
    strength = as_number(value, name, minimum=0, maximum=LARGEST)
    if 0 < strength < LEAST:
        raise ValueError(f"`{name}` must be 0 or at least {LEAST:g}; got {strength:g}")
    return strength


def _box(name: str, value: Any) -> list[float]:
    sides = as_finite(value, name, ndim=1).astype(float).tolist()
    if len(sides) != 4 or not (sides[0] < sides[1] and sides[2] < sides[3]):
        raise ValueError(f"`{name}` must be left < right, then bottom < top; got {sides}")
    return sides


def _names(name: str, value: Any) -> list[str]:
    names = [as_text(entry, name) for entry in value]
    if len(names) != 6:
        raise ValueError(
            f"`{name}` must name both coordinates, the unit, both classes and a point; got {len(names)} names"
        )
    return names


class SeparablePoints(Figure):
    r"""Logistic regression on points of two classes, one of each to be dragged, with a penalty to be chosen.

    .. math:: \min_{w, b}\; \sum_i \ln\left(1 + e^{-s_i (w \cdot x_i + b)}\right) + \frac{\lambda}{2} \|w\|^2,
        \qquad s_i = \pm 1

    Parameters
    ----------
    zeros, ones : points of class 0 and of class 1, not all on one line; by default irises, setosa and versicolor
    a, b : the points of class 0 and of class 1 that can be dragged
    l2 : float, λ: 0, or from 1e-6 to 100
    box : left, right, bottom and top of the field
    names : six str
        What the coordinates are, their unit, the classes, and what the points are.

    All points lie on a grid of 0.05.

    Examples
    --------
    >>> figure = SeparablePoints(l2=1)
    >>> print(f"{figure.quantities()['norm']:.4f}")
    2.7951
    >>> figure.l2 = 0
    >>> figure.separation, figure.quantities()
    ('complete', {})
    """

    _esm = front_end("separable_points.js")
    _css = style()
    zeros = checked(_points, _flowers(_SETOSA))
    ones = checked(_points, _flowers(_VERSICOLOR))
    a = checked(_point, [1.9, 0.4])
    b = checked(_point, [3.0, 1.1])
    l2 = checked(_strength, 1.0)
    box = checked(_box, [0.5, 5.5, 0.0, 2.0])
    names = checked(_names, ["petal length", "petal width", "cm", "setosa", "versicolor", "flower"])

    @traitlets.validate("zeros", "ones", "a", "b", "box")
    def _fits_the_box(self, proposal: dict) -> object:
        left, right, bottom, top = self.box
        places = np.array([*self.zeros, *self.ones, self.a, self.b])
        outside = np.any((places < [left, bottom]) | (places > [right, top]), axis=1)
        if outside.any():
            raise ValueError(f"`box` must hold all points; got {places[outside][0].tolist()} outside {self.box}")
        fixed = np.array([*self.zeros, *self.ones])
        if np.linalg.matrix_rank(fixed - fixed[0], tol=STEP / 100) < 2:
            raise ValueError("`zeros` and `ones` must not all lie on one line")
        return proposal["value"]

    @property
    def separation(self) -> str | None:
        """How a line divides the classes: "complete", "quasi-complete", or None if they overlap."""
        X, y = self._data()
        found = separating_direction(np.column_stack([np.ones(len(X)), X]), y)
        return found and found.kind

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows, in nats and units of the points: none without a finite minimum."""
        X, y = self._data()
        if self.l2 == 0 and self.separation:
            return {}
        model = LogisticRegression(l2=self.l2).fit(X, y)
        norm = float(np.linalg.norm(model.coef_))
        sides = np.where(y == 1, 1, -1) * model.decision_function(X)
        weights = dict(zip(("weight_x", "weight_y"), model.coef_.tolist(), strict=True))
        loss = {"loss": -model.log_likelihood_, "penalty": self.l2 / 2 * norm**2}
        return {
            "norm": norm,
            **weights,
            "intercept": model.intercept_,
            **loss,
            "margin": float(sides.min()) / norm if norm else 0.0,
        }

    def _data(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        X = np.array([*self.zeros, self.a, *self.ones, self.b])
        return X, np.repeat([0, 1], [len(self.zeros) + 1, len(self.ones) + 1])

    def _sentence(self) -> str:
        _, _, unit, zero, one, thing = self.names
        X, kind = self._data()[0], self.separation
        how = {
            "complete": "A line divides",
            "quasi-complete": "A line divides all but those on it of",
            None: "No line divides",
        }[kind]
        start = f"{how} {len(X)} points of two classes, {zero} and {one}, so that their maximum-likelihood fit"
        start += " has no finite minimum. " if kind else " has a finite minimum. "
        shown = {name: text(value) for name, value in self.quantities().items()}
        if not shown:
            return f"{start}Without a penalty (λ = 0) the weights run to infinity."
        return (
            f"{start}With a penalty λ = {self.l2:.4g} the weights of the best fit have length {shown['norm']} per "
            f"{unit}, the loss is {shown['loss']} nats, and the margin, the least distance of a {thing} from the "
            f"boundary (negative on the wrong side), is {shown['margin']} {unit}."
        )
