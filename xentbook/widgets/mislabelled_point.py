"""A point with the wrong label, dragged away from its class: five losses fit a line through it, and two let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_finite, as_labels
from xentbook.links import sigmoid
from xentbook.losses import binary_cross_entropy, generalized_cross_entropy, hinge, squared_error
from xentbook.models import LogisticRegression
from xentbook.widgets._figure import Figure, checked, front_end, style, text

__all__ = ["MislabelledPoint"]

L2 = 0.02  # keeps every fit unique and finite
Q = 0.7  # of generalised cross-entropy, the default of its authors
SHARPNESS = (1.0, 4.0, 16.0)  # the slopes from which a fit that may have several minima starts
PLACES = (-1.5, -0.75, 0.0, 0.75, 1.5)  # and its first boundaries, in standard deviations

# The lengths in cm of the petals of every fourth iris of two species, of the 100 that Fisher printed.
VERSICOLOR = [4.7, 4.6, 4.6, 4.0, 4.5, 4.8, 4.3, 4.5, 3.9, 4.7, 4.4, 4.2, 3.0]
VIRGINICA = [5.9, 4.5, 5.1, 5.1, 6.9, 6.7, 4.8, 6.1, 5.6, 4.8, 5.1, 5.0]

Array = NDArray[np.float64]


def _points(name: str, value: Any) -> list[float]:
    x = as_finite(value, name, ndim=1).astype(float)
    if not 8 <= x.size <= 60:
        raise ValueError(f"`{name}` must have 8 to 60 points; got {x.size}")
    if np.ptp(x) == 0:
        raise ValueError(f"`{name}` must not be constant; got {x[0]:g} everywhere")
    return x.tolist()


def _labels(name: str, value: Any) -> list[int]:
    y = as_labels(value, name, n_classes=2)
    if len(set(y.tolist())) < 2:
        raise ValueError(f"`{name}` must have both labels; got {int(y[0])} everywhere")
    return y.tolist()


def _number(name: str, value: Any) -> float:
    return float(as_finite(value, name, ndim=0))


def _names(name: str, value: Any) -> list[str]:
    if (
        not isinstance(value, (list, tuple))
        or len(value) != 2
        or not all(isinstance(word, str) and word for word in value)
    ):
        raise TypeError(f"`{name}` must be a list of two strings; got {value!r}")
    return list(value)


class MislabelledPoint(Figure):
    r"""Two classes on a line, one point more with label 0 anywhere, and the boundary that each of five losses draws.

    .. math:: \min_{w, b} \sum_i \ell(y_i,\ w u_i + b) + \frac{\lambda}{2} (w^2 + b^2), \qquad \lambda = 0.02

    Here u is x in standard deviations from the mean of the points. Squared error is fitted twice: to the labels -1 and
    1 by the score, and to the labels 0 and 1 by its sigmoid. The last two losses may have several minima: the fit is
    the lowest.

    Parameters
    ----------
    x : list of float, 8 to 60 points
    y : list of int, their labels 0 and 1; label 1 has the larger mean of `x`
    position : float, from the least x to a width and a third beyond the largest
        Where the point is, whose label says 0; by default at the largest.
    present : bool
        Whether it is there.
    names : list of two str, the classes
    measure, unit : str, what `x` is

    Examples
    --------
    >>> figure = MislabelledPoint(position=12)
    >>> with_it, without = figure.boundaries(), figure.boundaries(present=False)
    >>> for name in figure.LOSSES:
    ...     print(f"{name} moves by {with_it[name] - without[name]:.2f} cm")
    cross_entropy moves by 0.93 cm
    squared_score moves by 0.89 cm
    hinge moves by 0.65 cm
    squared_probability moves by 0.00 cm
    generalized_cross_entropy moves by 0.00 cm
    """

    LOSSES = ("cross_entropy", "squared_score", "hinge", "squared_probability", "generalized_cross_entropy")

    _esm = front_end("mislabelled_point.js")
    _css = style()
    x = checked(_points, VERSICOLOR + VIRGINICA)
    y = checked(_labels, [0] * len(VERSICOLOR) + [1] * len(VIRGINICA))
    position = checked(_number, None)
    present = traitlets.Bool(True).tag(sync=True)
    names = checked(_names, ["versicolor", "virginica"])
    measure = traitlets.Unicode("petal length").tag(sync=True)
    unit = traitlets.Unicode("cm").tag(sync=True)

    @traitlets.default("position")
    def _at_the_largest(self) -> float:
        return max(self.x)

    @traitlets.validate("x", "y", "position")
    def _fits_together(self, proposal: dict) -> object:
        now = {"x": self.x, "y": self.y} | {proposal["trait"].name: proposal["value"]}
        x, y, position = np.array(now["x"]), np.array(now["y"]), now.get("position", self.position)
        if x.size != y.size:
            raise ValueError(f"`x` and `y` must have one length; got {x.size} and {y.size}")
        if not x[y == 1].mean() > x[y == 0].mean():
            raise ValueError(
                f"`y` must be 1 on the right; got means {x[y == 0].mean():g} of 0 and {x[y == 1].mean():g} of 1"
            )
        low, high = _limits(now["x"])
        if not low <= position <= high:
            raise ValueError(f"`position` must lie in [{low:g}, {high:g}]; got {position:g}")
        return proposal["value"]

    def limits(self) -> tuple[float, float]:
        """Return the least and the largest `position`."""
        return _limits(self.x)

    def fits(self, *, present: bool | None = None) -> dict[str, tuple[float, float]]:
        """Return w and b of each loss, for x in standard deviations from the mean."""
        there = self.present if present is None else present
        u = self._standard(np.r_[self.x, [self.position] * there])
        y = np.r_[self.y, [0] * there].astype(np.intp)
        design, s = np.stack([u, np.ones_like(u)], axis=1), 2.0 * y - 1.0
        square = design.T @ design + L2 / 2 * np.eye(2)
        found: dict[str, Any] = {
            "cross_entropy": LogisticRegression(l2=L2, fit_intercept=False).fit(design, y).coef_,
            "squared_score": np.linalg.solve(square, design.T @ s),
            "hinge": _hinge_fit(u, s),
            "squared_probability": _lowest(_squared, design, s),
            "generalized_cross_entropy": _lowest(_generalized, design, s),
        }
        return {name: (float(w), float(b)) for name, (w, b) in found.items()}

    def boundaries(self, *, present: bool | None = None) -> dict[str, float]:
        """Return where the score of each fit is 0, in the unit of `x`; inf where it does not rise."""
        return self._boundaries(self.fits(present=present))

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: boundaries, and what the point costs under each fit."""
        at, fits = self._standard(np.array([self.position])), self.fits()
        z = {name: w * at + b for name, (w, b) in fits.items()}
        prices = {
            "cross_entropy": binary_cross_entropy([0], logits=z["cross_entropy"]),
            "squared_score": squared_error([-1.0], z["squared_score"]),
            "hinge": hinge([0], z["hinge"]),
            "squared_probability": squared_error([0], logits=z["squared_probability"]),
            "generalized_cross_entropy": generalized_cross_entropy([0], logits=z["generalized_cross_entropy"], q=Q),
        }
        boundaries = {f"boundary_{name}": value for name, value in self._boundaries(fits).items()}
        return (
            boundaries | {f"price_{name}": float(value) for name, value in prices.items()} | {"position": self.position}
        )

    def _boundaries(self, fits: dict[str, tuple[float, float]]) -> dict[str, float]:
        mean, sd = np.mean(self.x), np.std(self.x)
        return {name: float(mean - sd * b / w) if w > 0 else float("inf") for name, (w, b) in fits.items()}

    def _standard(self, x: Array) -> Array:
        return (x - np.mean(self.x)) / np.std(self.x)

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        where = {name: f"{shown[f'boundary_{name}']} {self.unit}" for name in self.LOSSES}
        there = "is" if self.present else "would be"
        return (
            f"Between {self.names[0]} and {self.names[1]}, one point at a {self.measure} of {self.position:.4g} "
            f"{self.unit} {there} labelled {self.names[0]}. Five losses each draw a boundary: cross-entropy at "
            f"{where['cross_entropy']}, squared error of the score at {where['squared_score']}, hinge at "
            f"{where['hinge']}, squared error of the probability at {where['squared_probability']}, generalised "
            f"cross-entropy at {where['generalized_cross_entropy']}. Their prices for the point are "
            f"{', '.join(shown[f'price_{name}'] for name in self.LOSSES)}."
        )


def _limits(x: list[float]) -> tuple[float, float]:
    return min(x), max(x) + (max(x) - min(x)) * 4 / 3


def _hinge_fit(u: Array, s: Array) -> tuple[float, float]:
    """Return the w and b at which 0 is a subgradient: bisect the slope, over w, of the best that b can make of it."""
    high = np.sqrt(2 * len(u) / L2)  # beyond it the penalty alone costs more than w = b = 0
    low = -high
    for _ in range(120):
        w = (low + high) / 2
        low, high = (w, high) if _hinge_slope(u, s, w)[1] < 0 else (low, w)
    return w, _hinge_slope(u, s, w)[0]


def _hinge_slope(u: Array, s: Array, w: float) -> tuple[float, float]:
    """Return the best b for this w, and the slope of the objective over w there."""
    kinks = s - w * u  # the b at which a margin is exactly 1: below it label 1 falls short, above it label 0
    k = np.unique(kinks)
    up, down = kinks[s > 0], kinks[s < 0]
    left = L2 * k - np.sum(up >= k[:, np.newaxis], axis=1) + np.sum(down < k[:, np.newaxis], axis=1)
    right = L2 * k - np.sum(up > k[:, np.newaxis], axis=1) + np.sum(down <= k[:, np.newaxis], axis=1)
    first = int(np.searchsorted(right, 0.0))  # the slope rises: the first kink after which it is not negative
    if first < k.size and left[first] <= 0:
        b, share = k[first], -left[first] / (right[first] - left[first])
    else:
        b, share = (k[first] - left[first] / L2 if first < k.size else k[-1] - right[-1] / L2), 0.0
    short = np.where(kinks == b, np.where(s > 0, 1 - share, share), s * (kinks - b) > 0)
    return float(b), float(L2 * w - np.sum(short * s * u))


def _squared(margin: Array) -> tuple[Array, Array, Array]:
    """Return (1 - p)² of the true class with its first two derivatives over the margin."""
    p, rest = np.asarray(sigmoid(margin)), np.asarray(sigmoid(-margin))
    return rest**2, -2 * p * rest**2, 2 * p * rest**2 * (2 * p - rest)


def _generalized(margin: Array) -> tuple[Array, Array, Array]:
    """Return (1 - p^q) / q of the true class with its first two derivatives over the margin."""
    p, rest = np.asarray(sigmoid(margin)), np.asarray(sigmoid(-margin))
    return (1 - p**Q) / Q, -(p**Q) * rest, p**Q * rest * (p - Q * rest)


def _lowest(loss: Callable[[Array], tuple[Array, Array, Array]], design: Array, s: Array) -> Array:
    """Return the lowest of the minima that Newton's method reaches from a grid of first lines."""
    rows = design * s[:, np.newaxis]
    theta = np.array([(w, -w * place) for w in SHARPNESS for place in PLACES])

    def value(theta: Array) -> Array:
        return loss(theta @ rows.T)[0].sum(axis=1) + L2 / 2 * (theta**2).sum(axis=1)

    for _ in range(60):
        theta = _step(loss, rows, theta, value)
    return theta[np.argmin(value(theta))]


def _step(loss: Callable, rows: Array, theta: Array, value: Callable[[Array], Array]) -> Array:
    """Return each line after one step of Newton's method, halved until its value does not rise."""
    _, first, second = loss(theta @ rows.T)
    gradient = first @ rows + L2 * theta
    curvature = np.einsum("mn,ni,nj->mij", second, rows, rows) + L2 * np.eye(2)
    sizes, directions = np.linalg.eigh(curvature)
    sizes = np.maximum(np.abs(sizes), L2)[:, np.newaxis]  # where it curves downwards, the step still leads down
    step = np.sum(directions * (np.einsum("mij,mi->mj", directions, gradient)[:, np.newaxis] / sizes), axis=2)
    now, scale = value(theta), np.ones((len(theta), 1))
    for _ in range(40):
        rises = value(theta - scale * step) > now + 1e-13 * np.abs(now)
        if not rises.any():
            break
        scale[rises] /= 2
    return theta - scale * step
