"""A queue of readings and a gate: two thresholds on confidence, and what accepting, reviewing and undoing cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from xentbook._checks import as_integer, as_labels, as_probability, require_same_shape
from xentbook.gating import Gate, gate_cost
from xentbook.links import sigmoid
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["GateQueue"]

# 240 meters of chapter 15, of its sixth split: the log-odds of the reading's confidence, by the network as it was
# trained and behind its temperature. The readings are of digits that neither network nor temperature had seen.
_RIGHT = (
    "15.78/8.14 14.56/7.76 14.2/7.54 13.25/6.9 13.23/6.66 12.75/6.46 13.24/6.38 11.69/6.37 12.04/6.37 12.72/6.25 "
    "12.57/6.25 11.32/6.2 12.3/6.02 11.03/5.9 10.58/5.77 11.59/5.77 10.9/5.69 11.16/5.68 10.9/5.6 10.74/5.51 "
    "10.66/5.44 10.98/5.39 10.18/5.31 10.48/5.25 10.35/5.21 10.9/5.02 10.21/5.02 8.89/4.97 9.7/4.92 9.22/4.91 "
    "9.74/4.88 9.06/4.86 9.89/4.8 9.61/4.75 9.15/4.73 9.52/4.59 8.62/4.57 9.1/4.54 9.02/4.53 8.99/4.52 9.67/4.51 "
    "8.62/4.47 9.12/4.46 8.5/4.44 9.69/4.36 8.56/4.25 9.06/4.15 8.49/4.12 8.67/4.1 7.99/4.07 7.87/4.02 7.45/3.97 "
    "8.56/3.96 7.79/3.96 7.96/3.95 7.89/3.92 7.81/3.85 7.33/3.81 8.12/3.76 7.83/3.73 7.79/3.73 7.57/3.72 8.25/3.69 "
    "6.81/3.51 7.19/3.51 7.37/3.5 6.12/3.42 7.6/3.41 7.19/3.37 7.11/3.36 6.44/3.33 6.89/3.31 7.3/3.28 7.26/3.22 "
    "6.89/3.2 5.68/3.16 6.53/3.14 5.88/3.12 6.34/3.07 5.72/3.05 6.17/3.04 6.04/3.01 6.2/3.01 6.47/2.95 6.49/2.93 "
    "5.63/2.87 6.53/2.84 6.38/2.83 5.06/2.81 6/2.76 6.74/2.75 5.39/2.7 6.13/2.66 5.52/2.59 5.27/2.59 6.01/2.55 "
    "5.48/2.53 5.92/2.48 5.12/2.48 4.48/2.47 5.17/2.47 5.03/2.45 5.05/2.44 5.11/2.43 5.43/2.42 5.05/2.39 4.88/2.38 "
    "5.3/2.26 4.42/2.23 5.4/2.17 5.69/2.16 5.5/2.06 5.97/2.06 5.01/1.96 4.93/1.95 5.08/1.93 3.93/1.92 4.61/1.89 "
    "4.27/1.88 4.76/1.8 4.16/1.73 4.32/1.72 4.83/1.69 3.08/1.65 3.93/1.61 4.06/1.59 3.42/1.56 4.01/1.51 3.7/1.49 "
    "3.75/1.44 4.38/1.4 3.74/1.4 3.1/1.37 4.41/1.36 3.29/1.34 3.95/1.28 2.82/1.26 2.96/1.21 3.31/1.19 3.12/1.14 "
    "3.65/1.13 3.4/1.11 2.92/1.08 2.76/0.98 2.49/0.92 2.11/0.85 2.26/0.83 1.9/0.82 2.6/0.81 1.96/0.8 2.99/0.78 "
    "1.77/0.75 1.99/0.72 2.9/0.68 2.53/0.63 2.39/0.63 2.03/0.56 2.49/0.53 1.87/0.5 1.57/0.41 1.67/0.4 1.83/0.35 "
    "2.78/0.35 1.56/0.34 1.5/0.33 1.42/0.28 2.18/0.27 1.31/0.27 1.67/0.25 1.79/0.2 1.24/0.17 1.23/0.13 1.56/0.11 "
    "1.5/0.1 0.45/0.07 1.21/-0.02 0.89/-0.09 1.49/-0.09 0.57/-0.18 0.04/-0.2 0.18/-0.21 1.39/-0.25 0.85/-0.38 "
    "0.52/-0.4 0.45/-0.43 0.25/-0.54 -0.11/-0.65 0/-0.81 -0.13/-0.91 -0.23/-0.95 0.37/-0.98 -0.49/-1.32 "
)
_WRONG = (
    "4.98/2.58 4.88/2 4.4/1.88 4.85/1.8 3.45/1.74 4.65/1.72 3.91/1.66 3.04/1.4 4.47/1.34 3.65/1.26 3.57/1.05 2.67/1.02 "
    "1.65/0.88 2.34/0.84 2.07/0.77 2.26/0.71 2.6/0.69 1.82/0.56 1.33/0.5 1.62/0.4 1.16/0.39 1.29/0.27 1.42/0.01 1.48/0 "
    "1.04/-0.01 0.88/-0.04 1.2/-0.04 1.57/-0.14 0.22/-0.25 0.81/-0.27 -0.07/-0.35 0.47/-0.36 1.04/-0.41 0.52/-0.51 "
    "0.73/-0.56 0.51/-0.61 0.14/-0.68 0.86/-0.8 -0.45/-0.93 0.38/-1.01 -0.34/-1.05 -0.07/-1.13 0.04/-1.21 -0.62/-1.32 "
    "-0.45/-1.46 -0.81/-1.5 -0.26/-1.61 -0.98/-1.77 "
)

MOST_CASES = 400


def _calibrated(name: str, value: Any) -> int:
    chosen = as_integer(value, name, minimum=0)
    if chosen > 1:
        raise ValueError(f"`{name}` must be 0 or 1; got {chosen}")
    return chosen


class GateQueue(Figure):
    r"""Readings at their confidence c, and a gate that accepts from one threshold on and reviews from another.

    .. math:: \text{accept: } E\,[\text{wrong}], \qquad \text{review: } R + F\,[\text{wrong}], \qquad
       \text{roll back: } B

    Parameters
    ----------
    raw, mended : array_like, shape (n,), confidences in [0, 1] of the same cases, before and after calibration
    correct : array_like of int, shape (n,), 1 where the reading was right
        Without all three: 240 meters of chapter 15.
    accept, review : float
        The thresholds, in [0, 1]. Where `review` is above `accept` nothing is reviewed.
    cost_error : float, E, from 1 to 1000
    cost_review, cost_rollback : float, R and B, from 0.1 to 100
    repair : float, F, from 0 to 100
    calibrated : int, 1 to show the mended confidences, 0 for the raw ones

    Examples
    --------
    >>> figure = GateQueue()
    >>> for figure.calibrated in (0, 1):
    ...     figure.from_costs()
    ...     print(f"{figure.quantities()['cost']:.2f}")
    2.65
    1.57
    """

    _esm = front_end("gate_queue.js")
    _css = style()
    accept = checked(number(0, 1), 0.9)
    review = checked(number(0, 1), 0.5)
    cost_error = checked(number(1, 1000), 60.0)
    cost_review = checked(number(0.1, 100), 1.0)
    cost_rollback = checked(number(0.1, 100), 4.0)
    repair = checked(number(0, 100), 4.0)
    calibrated = checked(_calibrated, 0)
    raw = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    mended = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    correct = traitlets.List(traitlets.Int(), read_only=True).tag(sync=True)

    def __init__(
        self, raw: ArrayLike | None = None, mended: ArrayLike | None = None, correct: ArrayLike | None = None, *,
        accept: float = 0.9, review: float = 0.5, cost_error: float = 60.0, cost_review: float = 1.0,
        cost_rollback: float = 4.0, repair: float = 4.0, calibrated: int = 0,
    ) -> None:  # fmt: skip
        given: tuple[Any, ...] = (raw, mended, correct)
        if all(part is None for part in given):
            given = _stored_cases()
        right = as_labels(given[2], "correct", n_classes=2)
        if right.size > MOST_CASES:
            raise ValueError(f"`correct` must have at most {MOST_CASES} cases; got {right.size}")
        for name, part in zip(("raw", "mended"), given, strict=False):
            sure = as_probability(part, name, ndim=1).astype(float)
            require_same_shape(right, sure, ("correct", name))
            self.set_trait(name, sure.tolist())
        self.set_trait("correct", right.tolist())
        super().__init__(accept=accept, review=review, cost_error=cost_error, cost_review=cost_review,
                         cost_rollback=cost_rollback, repair=repair, calibrated=calibrated)  # fmt: skip

    def confidences(self) -> np.ndarray:
        """Return the confidences that are shown."""
        return np.array(self.mended if self.calibrated else self.raw)

    def best_gate(self) -> Gate:
        """Return the gate that the costs ask for, if the confidences are probabilities."""
        return Gate.from_costs(**self._costs())

    def from_costs(self) -> None:
        """Put both thresholds where the costs want them."""
        best = self.best_gate()
        self.accept, self.review = best.accept, best.review

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows: shares of all cases, costs of a case, thresholds."""
        best, c, wrong = self.best_gate(), self.confidences(), 1 - np.array(self.correct)
        taken = Gate(accept=self.accept, review=min(self.review, self.accept)).decide(c)
        accepted = taken == "accept"
        return {
            "accepted": float(np.mean(accepted)),
            "reviewed": float(np.mean(taken == "review")),
            "rolled_back": float(np.mean(taken == "rollback")),
            "let_through": float(np.mean(wrong * accepted)),
            "stated": float(np.mean((1 - c) * accepted)),
            "cost": gate_cost(taken, 1 - wrong, **self._costs()),
            "gate_cost": gate_cost(best.decide(c), 1 - wrong, **self._costs()),
            "gate_accept": best.accept,
            "gate_review": best.review,
        }

    def _costs(self) -> dict[str, float]:
        return {
            "error": self.cost_error,
            "review": self.cost_review,
            "rollback": self.cost_rollback,
            "repair": self.repair,
        }

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        kind = "calibrated" if self.calibrated else "as trained"
        return (
            f"Of {len(self.correct)} readings, with confidences {kind}, the gate accepts a share of "
            f"{shown['accepted']}, sends {shown['reviewed']} to review and rolls {shown['rolled_back']} back. A share "
            f"of {shown['let_through']} is wrong and accepted; by the stated confidences it would be "
            f"{shown['stated']}. A reading costs {shown['cost']}. The costs ask for thresholds of "
            f"{shown['gate_accept']} and {shown['gate_review']}, at which a reading costs {shown['gate_cost']}."
        )


def _stored_cases() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return raw and mended confidences of the stored cases, and which were right."""
    right, wrong = (np.array([pair.split("/") for pair in listed.split()], dtype=float) for listed in (_RIGHT, _WRONG))
    raw, mended = np.asarray(sigmoid(np.concatenate([right, wrong]))).T
    return raw, mended, np.repeat([1, 0], [len(right), len(wrong)])
