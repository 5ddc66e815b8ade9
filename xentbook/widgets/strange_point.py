"""A petal to be dragged among real ones: how strange it is to one Gaussian, to a mixture of two, and to a line."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_finite, as_text
from xentbook.anomaly import GaussianDensity, GaussianMixture, LinearAutoencoder, conformal_p_value
from xentbook.widgets._figure import Figure, checked, front_end, style, text

__all__ = ["StrangePoint"]

BOX = (0.0, 8.6, 0.0, 3.6)  # of length and width, in cm
VIEWS = ("gaussian", "mixture", "line")

# Petal length:width in millimetres of 150 irises, Fisher 1936, as in scikit-learn: 100 to learn from and 50 kept back.
_LEARNED = (
    "40:13 58:18 46:15 69:23 61:19 49:15 36:13 51:20 50:15 13:2 44:13 49:15 55:18 45:16 17:4 46:14 40:13 13:4 15:2 "
    "49:18 45:17 30:11 41:13 43:13 59:21 11:1 58:16 56:24 43:13 56:14 56:24 54:23 52:20 14:2 45:15 13:2 56:22 16:2 "
    "14:1 67:20 33:10 64:20 17:5 54:21 15:2 13:2 13:2 45:15 17:2 52:23 15:2 15:2 15:2 47:14 57:21 16:2 16:6 57:25 14:2 "
    "67:22 19:4 15:1 53:19 40:12 10:2 15:3 60:18 44:12 51:19 48:18 41:13 14:2 45:13 44:14 14:3 38:11 15:2 51:16 61:25 "
    "15:4 60:25 16:2 45:15 12:2 63:18 37:10 55:18 14:2 39:12 17:3 14:3 41:10 44:14 42:13 19:2 51:15 33:10 15:4 66:21 "
    "51:24"
)
_HELD = (
    "56:18 14:2 14:2 35:10 48:18 40:10 14:3 47:15 47:14 16:4 45:15 51:19 55:21 14:2 56:21 50:19 13:3 13:3 42:13 61:23 "
    "42:15 14:1 35:10 51:23 15:1 47:16 40:13 16:2 46:13 12:2 47:12 48:18 59:23 53:23 15:4 58:22 50:17 48:14 15:2 51:18 "
    "39:11 50:20 49:18 49:20 45:15 57:23 39:14 16:2 14:2 42:12"
)


def _flowers(listed: str) -> NDArray[np.float64]:
    return np.array([[int(part) for part in entry.split(":")] for entry in listed.split()]) / 10


class _Detectors(NamedTuple):
    """One fitted detector for each view."""

    gaussian: GaussianDensity
    mixture: GaussianMixture
    line: LinearAutoencoder


@cache
def _detectors() -> _Detectors:
    learned = _flowers(_LEARNED)
    return _Detectors(
        GaussianDensity().fit(learned),
        GaussianMixture(2, ridge=0.01).fit(learned),
        LinearAutoencoder(1).fit(learned),
    )


def _parameters() -> dict[str, list]:
    """Return what the front end needs to compute all three scores."""
    one, two, line = _detectors()
    return {
        "mean": one.mean_.tolist(), "covariance": one.covariance_.tolist(), "weights": two.weights_.tolist(),
        "means": two.means_.tolist(), "covariances": two.covariances_.tolist(),
        "direction": line.components_[0].tolist(),
    }  # fmt: skip


def _place(name: str, value: Any) -> list[float]:
    place = as_finite(value, name, ndim=1).astype(float)
    if place.size != 2:
        raise ValueError(f"`{name}` must be a length and a width; got {place.size} numbers")
    steps = (100 * place - 1) / 2
    if np.abs(steps - np.round(steps)).max() > 1e-6:
        raise ValueError(
            f"`{name}` must be odd hundredths of a centimetre, between the marks of the ruler; got {place.tolist()}"
        )
    if not (BOX[0] < place[0] < BOX[1] and BOX[2] < place[1] < BOX[3]):
        raise ValueError(f"`{name}` must lie in the box {list(BOX)}; got {place.tolist()}")
    return ((2 * np.round(steps) + 1) / 100).tolist()


def _view(name: str, value: Any) -> str:
    if as_text(value, name) not in VIEWS:
        raise ValueError(f"`{name}` must be one of {list(VIEWS)}; got {value!r}")
    return value


class StrangePoint(Figure):
    r"""A petal among real ones, its score by three detectors and the share of kept-back flowers that are as strange.

    .. math:: p(s) = \frac{1 + \#\{i : u_i \ge s\}}{m + 1}

    Parameters
    ----------
    point : [float, float], length and width of the petal in cm
        Odd hundredths, so that it lies between the tenths to which the flowers were measured and ties with none.
    shown : {"gaussian", "mixture", "line"}
        Whose line of equal strangeness is drawn.

    Examples
    --------
    >>> figure = StrangePoint(point=[2.51, 0.71])
    >>> print({name: round(value, 3) for name, value in figure.quantities().items() if name.startswith("p_")})
    {'p_gaussian': 0.784, 'p_mixture': 0.02, 'p_line': 0.824}
    """

    _esm = front_end("strange_point.js")
    _css = style()
    point = checked(_place, [4.51, 1.31])
    shown = checked(_view, "gaussian")
    box = traitlets.List(traitlets.Float(), list(BOX), read_only=True).tag(sync=True)
    learned: traitlets.List = traitlets.List(read_only=True).tag(sync=True)
    held: traitlets.List = traitlets.List(read_only=True).tag(sync=True)
    parameters = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("learned")
    def _flowers_learned(self) -> list:
        return _flowers(_LEARNED).tolist()

    @traitlets.default("held")
    def _flowers_held(self) -> list:
        return _flowers(_HELD).tolist()

    @traitlets.default("parameters")
    def _parameters(self) -> dict:
        return _parameters()

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: surprisals in nats, the error in cm², and p-values."""
        place, detectors = [self.point], _detectors()
        scores = {name: float(detector.score(place)[0]) for name, detector in detectors._asdict().items()}
        least = float(detectors.gaussian.score([detectors.gaussian.mean_])[0])
        p = {
            f"p_{name}": float(conformal_p_value(getattr(detectors, name).score(self.held), score))
            for name, score in scores.items()
        }
        return {
            "surprisal_gaussian": scores["gaussian"],
            "surprisal_mixture": scores["mixture"],
            "error_line": scores["line"],
            "squared_distance": 2 * (scores["gaussian"] - least),
            **p,
        }

    def _sentence(self) -> str:
        length, width = self.point
        shown = {name: text(value) for name, value in self.quantities().items()}
        return (
            f"A petal {length:.2f} cm long and {width:.2f} cm wide has a surprisal of {shown['surprisal_gaussian']} "
            f"nats under one Gaussian (p-value {shown['p_gaussian']}) and of {shown['surprisal_mixture']} nats under a "
            f"mixture of two (p-value {shown['p_mixture']}); the line of the first principal component rebuilds it "
            f"with an error of {shown['error_line']} cm² (p-value {shown['p_line']})."
        )
