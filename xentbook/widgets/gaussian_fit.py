"""One Gaussian for a distribution with two peaks: the best fit depends on the way round the divergence is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_finite
from xentbook.information import kl_divergence
from xentbook.widgets._figure import Figure, checked, front_end, probabilities, style, text

__all__ = ["GaussianFit"]


def _grid(name: str, value: Any) -> list[float]:
    x = as_finite(value, name, ndim=1).astype(float)
    if not 8 <= x.size <= 400:
        raise ValueError(f"`{name}` must have 8 to 400 points; got {x.size}")
    steps = np.diff(x)
    if steps.min() <= 0 or np.ptp(steps) > 1e-9 * abs(steps).max():
        raise ValueError(f"`{name}` must rise in equal steps; got steps from {steps.min():g} to {steps.max():g}")
    return x.tolist()


def _positive(name: str, value: Any) -> list[float]:
    p = probabilities(name, value)
    if min(p) <= 0:
        raise ValueError(f"`{name}` must be positive, or KL(q‖p) is infinite; got 0.0 at index ({p.index(min(p))},)")
    return p


def _number(name: str, value: Any) -> float:
    return float(as_finite(value, name, ndim=0))


def _two_peaks() -> tuple[list[float], list[float]]:
    x = np.linspace(-5, 5, 101)
    density = 0.6 * np.exp(-0.5 * ((x + 1.5) / 0.6) ** 2) / 0.6 + 0.4 * np.exp(-0.5 * ((x - 2) / 0.5) ** 2) / 0.5
    return x.round(12).tolist(), (density / density.sum()).tolist()


class GaussianFit(Figure):
    r"""A Gaussian q on the grid of a distribution p, with both divergences between them live.

    .. math:: q_i = \frac{1}{Z} \exp\left(-\frac{(x_i - \mu)^2}{2 \sigma^2}\right), \qquad Z = \sum_i \exp(\cdots)

    Parameters
    ----------
    x : list of float, a grid of 8 to 400 points in equal steps
    p : list of float, positive, one probability a point of the grid
    mean : float, within the grid
    sd : float, from 1/32 of the grid's width to one half of it

    Examples
    --------
    >>> figure = GaussianFit()
    >>> [round(value, 2) for value in figure.best_forward]  # between the peaks, and wide
    [-0.11, 1.86]
    >>> [round(value, 2) for value in figure.best_reverse]  # on the heavier peak
    [-1.5, 0.61]
    """

    _esm = front_end("gaussian_fit.js")
    _css = style()
    x = checked(_grid, _two_peaks()[0])
    p = checked(_positive, _two_peaks()[1])
    mean = checked(_number, 0.0)
    sd = checked(_number, 1.0)
    best_forward = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    best_reverse = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)

    @traitlets.validate("x", "p", "mean", "sd")
    def _fits_the_grid(self, proposal: dict) -> object:
        name, value = proposal["trait"].name, proposal["value"]
        if len(self.x) != len(self.p):
            raise ValueError(f"`x` and `p` must have one length; got {len(self.x)} and {len(self.p)}")
        limits = {"mean": (self.x[0], self.x[-1]), "sd": self._sd_limits()}
        if name in limits:
            low, high = limits[name]
            if not low <= value <= high:
                raise ValueError(f"`{name}` must lie in [{low:g}, {high:g}]; got {value:g}")
        return value

    @traitlets.default("best_forward")
    def _find_forward(self) -> list[float]:
        start = self._moments()
        return self._minimiser(lambda q: kl_divergence(self.p, q), [start])

    @traitlets.default("best_reverse")
    def _find_reverse(self) -> list[float]:
        p, low = np.array(self.p), self._sd_limits()[0]
        peaks = np.flatnonzero((p >= np.r_[0, p[:-1]]) & (p >= np.r_[p[1:], 0]))
        starts = [(self.x[i], 2 * low) for i in peaks]
        return self._minimiser(lambda q: kl_divergence(q, self.p), [*starts, self._moments()])

    def prediction(self, mean: float | None = None, sd: float | None = None) -> NDArray[np.float64]:
        """Return q, the Gaussian on the grid, normalised to sum to 1."""
        weights = self._weights(self.mean if mean is None else mean, self.sd if sd is None else sd)
        return weights / weights.sum()

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows; divergences in bits."""
        q = self.prediction()
        return {
            "forward_kl": float(kl_divergence(self.p, q)),
            "reverse_kl": float(kl_divergence(q, self.p)),
            "least_forward_kl": float(kl_divergence(self.p, self.prediction(*self.best_forward))),
            "least_reverse_kl": float(kl_divergence(self.prediction(*self.best_reverse), self.p)),
            "normaliser": float(self._weights(self.mean, self.sd).sum()),
            "mean": self.mean,
            "sd": self.sd,
        }

    def _weights(self, mean: float, sd: float) -> NDArray[np.float64]:
        return np.exp(-0.5 * ((np.array(self.x) - mean) / sd) ** 2)

    def _sd_limits(self) -> tuple[float, float]:
        width = self.x[-1] - self.x[0]
        return width / 32, width / 2  # narrower, and q would underflow to 0 at the far end

    def _moments(self) -> tuple[float, float]:
        x, p = np.array(self.x), np.array(self.p)
        return float(p @ x), float(np.sqrt(p @ (x - p @ x) ** 2))

    def _minimiser(self, divergence: Callable[[Any], Any], starts: list[tuple[float, float]]) -> list[float]:
        """Return the mean and standard deviation of least divergence, the best of several searches."""
        from scipy.optimize import minimize

        bounds = [(self.x[0], self.x[-1]), self._sd_limits()]
        options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000}
        searches = [
            minimize(lambda m: divergence(self.prediction(*m)), np.clip(start, *np.transpose(bounds)),
                     method="Nelder-Mead", bounds=bounds, options=options)
            for start in starts
        ]  # fmt: skip
        best = min(searches, key=lambda search: search.fun)
        return [round(float(value), 6) for value in np.clip(best.x, *np.transpose(bounds))]

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        (m1, s1), (m2, s2) = self.best_forward, self.best_reverse
        return (
            f"A Gaussian q is fitted to a distribution p on {len(self.x)} points. With mean {self.mean:.4g} and "
            f"standard deviation {self.sd:.4g}, KL(p‖q) is {shown['forward_kl']} bits and KL(q‖p) "
            f"{shown['reverse_kl']} bits. KL(p‖q) is least, {shown['least_forward_kl']} bits, at mean {m1:.4g} and "
            f"standard deviation {s1:.4g}, where q covers all of p; KL(q‖p) is least, {shown['least_reverse_kl']} "
            f"bits, at {m2:.4g} and {s2:.4g}, where q keeps to what p allows."
        )
