"""Descent on a map: from a starting point of the reader's choice, forty steps of an optimiser, on two landscapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_choice, as_finite
from xentbook.convexity import smoothness_bound
from xentbook.datasets import load_challenger
from xentbook.gradients import binary_cross_entropy_gradient
from xentbook.links import sigmoid
from xentbook.losses import binary_cross_entropy
from xentbook.optimize import Descent, adam, gradient_descent, momentum, newton
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["DescentPath"]

SURFACES = ("one minimum", "two minima")
METHODS: dict[str, Callable[..., Descent]] = {
    "gradient descent": gradient_descent,
    "momentum": momentum,
    "Adam": adam,
    "Newton": newton,
}
EDGE = 5.0  # the map reaches from -5 to 5 in both directions
LEAST_STEP, MOST_STEP = 0.02, 8.0  # in units of 1 / L
N_STEPS = 40
BIAS = 0.5  # of the hidden unit: it is not trained
STARTS = {
    "two minima": [(-3.5, 0.6), (0.7, -3.0)],
    "one minimum": [(0.0, 0.0)],
}  # (w, v) near each minimum, the lowest last
SADDLE = (-0.5, 0.0)

Array = NDArray[np.float64]


def _start(name: str, value: Any) -> list[float]:
    point = as_finite(value, name, ndim=1).astype(float)
    if point.size != 2 or np.abs(point).max() > EDGE:
        raise ValueError(f"`{name}` must be two numbers in [-5, 5]; got {point.tolist()}")
    return point.tolist()


def _one_of(choices: tuple[str, ...]) -> Callable[[str, Any], str]:
    return lambda name, value: as_choice(value, name, choices)


class DescentPath(Figure):
    r"""Forty steps downhill on the mean cross-entropy of the Challenger flights, over two parameters.

    .. math:: z = w x + b \quad\text{(one minimum)}, \qquad
       z = v \tanh\left(w x + \tfrac12\right) \quad\text{(two minima)}

    Parameters
    ----------
    surface : {"one minimum", "two minima"}
        Logistic regression, which is convex, or a network with one hidden unit, which is not.
    method : {"gradient descent", "momentum", "Adam", "Newton"}
        Those of `xentbook.optimize` with their defaults; Newton's chooses its step itself.
    start : two floats in [-5, 5]
        w, and b or v.
    step : float in [0.02, 8]
        The step size in units of 1/L, L being the largest curvature on the map.

    Examples
    --------
    >>> figure = DescentPath(start=[0.0, 0.0], step=1.0)
    >>> round(figure.quantities()["loss"], 4), figure.uphill()
    (0.4416, 0)
    """

    _esm = front_end("descent_path.js")
    _css = style()
    surface = checked(_one_of(SURFACES), "one minimum")
    method = checked(_one_of(tuple(METHODS)), "gradient descent")
    start = checked(_start, [3.5, 3.0])
    step = checked(number(LEAST_STEP, MOST_STEP), 0.25)
    flights = traitlets.Dict(read_only=True).tag(sync=True)
    landscape = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("flights")
    def _read_flights(self) -> dict[str, list[float]]:
        flights = load_challenger()
        x = (flights.temperature - flights.temperature.mean()) / flights.temperature.std()
        return {"x": x.tolist(), "y": flights.distress.tolist()}

    @traitlets.default("landscape")
    def _survey(self) -> dict[str, dict]:
        """Return of each surface the bound L on its curvature, its minima, the lowest last, and its saddle."""
        found = {}
        for surface in SURFACES:
            parts = self.functions(surface)
            minima = [newton(*parts, start).x for start in STARTS[surface]]
            found[surface] = {
                "L": self._largest_curvature(surface),
                "minima": [[*minimum.tolist(), parts[0](minimum)] for minimum in minima],
                "saddle": [],
            }
        found["two minima"]["saddle"] = self._saddle()
        return found

    def functions(self, surface: str | None = None) -> tuple[Callable, Callable, Callable]:
        """Return the loss in nats, its gradient and its Hessian, each of a point of the map."""
        logits = _line if (surface or self.surface) == "one minimum" else _hidden_unit
        x, y = np.array(self.flights["x"]), np.array(self.flights["y"])

        def loss(point: Array) -> float:
            return float(binary_cross_entropy(y, logits=logits(x, point)[0]))

        def gradient(point: Array) -> Array:
            z, slopes, _ = logits(x, point)
            return slopes @ binary_cross_entropy_gradient(y, z)

        def hessian(point: Array) -> Array:
            z, slopes, bends = logits(x, point)
            spread = sigmoid(z) * sigmoid(-z) / len(y)
            return (slopes * spread) @ slopes.T + bends @ binary_cross_entropy_gradient(y, z)

        return loss, gradient, hessian

    def descent(self) -> Descent:
        """Return the path that the figure draws, made by `xentbook.optimize`."""
        loss, gradient, hessian = self.functions()
        if self.method == "Newton":
            return newton(loss, gradient, hessian, self.start, max_iter=N_STEPS)
        size = self.step / self.landscape[self.surface]["L"]
        return METHODS[self.method](loss, gradient, self.start, step_size=size, max_iter=N_STEPS)

    def uphill(self) -> int:
        """Return how many steps of the path raise the loss, rounding aside."""
        return int(np.sum(np.diff(self.descent().values) > 1e-9))

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: losses in nats, the step in units of 2 / L."""
        path = self.descent()
        gap = path.values[-1] - self.landscape[self.surface]["minima"][-1][2]
        return {
            "loss": float(path.values[-1]),
            "gap": float(gap) if gap > 1e-14 else 0.0,  # rounding
            "gradient_norm": float(path.gradient_norms[-1]),
            "step_ratio": self.step / 2,
            "end_w": float(path.x[0]),
            "end_other": float(path.x[1]),
        }

    def _largest_curvature(self, surface: str) -> float:
        """Return a bound on the curvature on the map, by theory or by a search that is rounded up."""
        x = np.array(self.flights["x"])
        if surface == "one minimum":
            return smoothness_bound(np.column_stack([x, np.ones_like(x)])) / len(x)
        hessian, across = self.functions(surface)[2], np.linspace(-EDGE, EDGE, 201)
        edges = [(w, v) for w in across for v in (-EDGE, EDGE)]  # the curvature grows with |v|
        return float(np.ceil(10 * max(np.linalg.eigvalsh(hessian(np.array(p)))[-1] for p in edges)) / 10)

    def _saddle(self) -> list[float]:
        """Return the point between the two minima where the gradient is 0, by whole steps of Newton."""
        _, gradient, hessian = self.functions("two minima")
        point = np.array(SADDLE)
        for _ in range(20):
            point = point - np.linalg.solve(hessian(point), gradient(point))
        return point.tolist()

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        other = "b" if self.surface == "one minimum" else "v"
        size = "its own step sizes" if self.method == "Newton" else f"step size {self.step:.4g}/L"
        return (
            f"A map of the mean cross-entropy of 23 shuttle flights over two parameters, with {self.surface}. From "
            f"w = {self.start[0]:.4g} and {other} = {self.start[1]:.4g}, {self.descent().n_iterations} steps of "
            f"{self.method} with {size} lead to w = {shown['end_w']} and {other} = {shown['end_other']}, where the "
            f"loss is {shown['loss']} nats, {shown['gap']} above the lowest, and the gradient has the norm "
            f"{shown['gradient_norm']}; {self.uphill()} of the steps went uphill."
        )


def _line(x: Array, point: Array) -> tuple[Array, Array, Array]:
    """Return the logits of w x + b, their derivatives, shape (2, n), and second ones, (2, 2, n)."""
    w, b = point
    return w * x + b, np.stack([x, np.ones_like(x)]), np.zeros((2, 2, len(x)))


def _hidden_unit(x: Array, point: Array) -> tuple[Array, Array, Array]:
    """Return the logits of v tanh(w x + 1/2) and their derivatives in (w, v)."""
    w, v = point
    h = np.tanh(w * x + BIAS)
    slope = (1 - h) * (1 + h) * x
    bend = -2 * v * h * slope * x
    return v * h, np.stack([v * slope, h]), np.array([[bend, slope], [slope, np.zeros_like(x)]])
