"""A logistic curve, held at two points, through yes-or-no outcomes: their costs, and what vanishes at the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from xentbook._checks import as_finite, as_number, as_text
from xentbook.links import logit, sigmoid
from xentbook.losses import binary_cross_entropy
from xentbook.models import LogisticRegression
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["LogisticFit"]

LEAST = 0.001  # the curve can be dragged from here to 1 - LEAST
ROUNDING = 1e-9  # sums that are smaller than this in absolute value are zero


class LogisticFit(Figure):
    r"""Outcomes 0 and 1 along a line, a logistic curve that goes through two grips, and the surprise at each outcome.

    .. math:: z_i = b + w x_i, \qquad -\ell = -\sum_i y_i \ln \sigma(z_i) + (1 - y_i) \ln \sigma(-z_i)

    Parameters
    ----------
    x, y : sequence of float and of 0/1, 4 to 60 cases; by default the flights before the Challenger accident
    at : two floats
        The places of the grips, the first one below the second.
    beyond : float
        A place at which the curve is read off.
    names : four str
        What x is, its unit, a case, and outcome 1.
    risk_a, risk_b : float in [0.001, 0.999]
        The probabilities at the grips.

    Raises
    ------
    SeparableDataError
        If no curve is the best one.

    Examples
    --------
    >>> figure = LogisticFit()
    >>> figure.risk_a, figure.risk_b = figure.best
    >>> numbers = figure.quantities()
    >>> print(f"{numbers['negative_log_likelihood']:.4f} nats, slope {numbers['slope']:.4f}")
    10.1576 nats, slope -0.2322
    """

    _esm = front_end("logistic_fit.js")
    _css = style()
    risk_a = checked(number(LEAST, 1 - LEAST), 0.5)
    risk_b = checked(number(LEAST, 1 - LEAST), 0.3)
    x = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    y = traitlets.List(traitlets.Int(), read_only=True).tag(sync=True)
    at = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    beyond = traitlets.Float(read_only=True).tag(sync=True)
    names = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    best = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)

    def __init__(
        self, x: ArrayLike | None = None, y: ArrayLike | None = None, *, at: ArrayLike = (55.0, 75.0),
        beyond: float = 31.0,
        names: tuple[str, str, str, str] = ("temperature", "°F", "flight", "distress"),
        risk_a: float = 0.5, risk_b: float = 0.3,
    ) -> None:  # fmt: skip
        cases: tuple[Any, Any] = _flights() if x is None and y is None else (x, y)
        places, outcomes, grips = (
            as_finite(value, name, ndim=1).astype(float).tolist()
            for name, value in zip(("x", "y", "at"), (*cases, at), strict=True)
        )
        _check(places, outcomes, grips)
        for name, value in (("x", places), ("y", [int(outcome) for outcome in outcomes]), ("at", grips)):
            self.set_trait(name, value)
        self.set_trait("beyond", as_number(beyond, "beyond"))
        self.set_trait("names", [as_text(name, "names") for name in names])
        self._model = LogisticRegression().fit(np.array(self.x)[:, np.newaxis], self.y)
        self.set_trait("best", self._model.predict_proba(np.array(self.at)[:, np.newaxis])[:, 1].tolist())
        if not LEAST <= min(self.best) <= max(self.best) <= 1 - LEAST:
            raise ValueError(
                f"`at` must be places where the best curve lies in [{LEAST}, {1 - LEAST}]; got {self.best}"
            )
        super().__init__(risk_a=risk_a, risk_b=risk_b)

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows; surprises in nats."""
        intercept, slope = self._line()
        logits = intercept + slope * np.array(self.x)
        surprise, least = (
            float(binary_cross_entropy(self.y, logits=logits, reduction="sum")),
            -self._model.log_likelihood_,
        )
        return {
            "negative_log_likelihood": surprise,
            "cross_entropy": surprise / len(self.x),
            "least_negative_log_likelihood": least,
            "gap": _zeroed(surprise - least),
            **self._sums(np.asarray(sigmoid(logits))),
            "intercept": intercept,
            "slope": slope,
            "risk_beyond": float(sigmoid(intercept + slope * self.beyond)),
        }

    def _sums(self, risks: NDArray[np.float64]) -> dict[str, float]:
        """Return the two sums that vanish at the best curve, and how many cases of outcome 1 the curve promises."""
        residuals = np.array(self.y) - risks
        return {
            "residual_sum": _zeroed(residuals.sum()),
            "weighted_residual_sum": _zeroed(residuals @ np.array(self.x)),
            "expected": float(risks.sum()),
        }

    def _line(self) -> tuple[float, float]:
        """Return intercept and slope of the logits that go through both grips."""
        (low, high), (first, second) = self.at, np.asarray(logit([self.risk_a, self.risk_b])).tolist()
        slope = (second - first) / (high - low)
        return first - slope * low, slope

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        what, unit, case, event = self.names
        return (
            f"A logistic curve gives each of {len(self.x)} {case}s a probability of {event} by its {what}: "
            f"{self.risk_a:.4g} at {self.at[0]:g} {unit}, {self.risk_b:.4g} at {self.at[1]:g} {unit}. All outcomes "
            f"together have a surprise of {shown['negative_log_likelihood']} nats under it; the least possible is "
            f"{shown['least_negative_log_likelihood']} nats, where the curve is at {self.best[0]:.4g} and "
            f"{self.best[1]:.4g}. There the differences of outcome and probability sum to zero; here they sum to "
            f"{shown['residual_sum']}."
        )


def _flights() -> tuple[ArrayLike, ArrayLike]:
    from xentbook.datasets import load_challenger

    flights = load_challenger()
    return flights.temperature, flights.distress


def _check(x: list[float], y: list[float], at: list[float]) -> None:
    if not 4 <= len(x) <= 60:
        raise ValueError(f"`x` must have 4 to 60 cases; got {len(x)}")
    if len(x) != len(y):
        raise ValueError(f"`x` and `y` must have one length; got {len(x)} and {len(y)}")
    if set(y) - {0, 1}:
        raise ValueError(f"`y` must be 0 or 1; got {min(set(y) - {0, 1}):g}")
    if len(at) != 2 or at[0] >= at[1]:
        raise ValueError(f"`at` must be two places, the first below the second; got {at}")


def _zeroed(value: float) -> float:
    return float(value) if abs(value) >= ROUNDING else 0.0
