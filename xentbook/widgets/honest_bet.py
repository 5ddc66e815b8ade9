"""A belief and an announcement: the expected loss of four scores, and what each makes the dishonest forecaster pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xentbook.losses import absolute_error
from xentbook.scoring import brier_score, log_loss, spherical_score
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["HonestBet"]

LEAST, MOST = 0.01, 0.99  # beliefs; an announcement may go to 0 and 1, where the log loss is infinite

_LOSSES: dict[str, Callable[[list[int], list[float]], Any]] = {
    "log": log_loss,
    "brier": brier_score,
    "spherical": lambda y, q: 1.0 - spherical_score(y, q),
    "absolute": lambda y, q: absolute_error(y, probs=q),
}
_NAMES = {"log": "log loss", "brier": "Brier score", "spherical": "spherical loss", "absolute": "absolute error"}


class HonestBet(Figure):
    r"""Expected loss of a forecaster who believes p and announces q, under three proper scores and an improper one.

    .. math:: L(p, q) = p\,\ell(1, q) + (1 - p)\,\ell(0, q), \qquad \text{penalty} = L(p, q) - L(p, p)

    Parameters
    ----------
    p : float in [0.01, 0.99]
        What the forecaster believes: the probability of the event.
    q : float in [0, 1]
        What the forecaster announces.

    Examples
    --------
    >>> numbers = HonestBet(p=0.7, q=1.0).quantities()
    >>> print(numbers["penalty_log"], f"{numbers['penalty_brier']:.2f} {numbers['penalty_absolute']:.2f}")
    inf 0.09 -0.12
    """

    _esm = front_end("honest_bet.js")
    _css = style()
    p = checked(number(LEAST, MOST), 0.7)
    q = checked(number(0, 1), 0.85)

    def expected(self, score: str, q: float) -> float:
        """Return what announcing `q` costs on average if p is true, by "log", "brier", "spherical" or "absolute"."""
        loss = _LOSSES[score]
        return self.p * float(loss([1], [q])) + (1 - self.p) * float(loss([0], [q]))

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows; those of the log loss are in nats."""
        numbers = {"belief": self.p, "announced": self.q}
        for score in _LOSSES:
            expected = numbers[f"expected_{score}"] = self.expected(score, self.q)
            numbers[f"penalty_{score}"] = expected - self.expected(score, self.p)
        return numbers

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        parts = [f"{name} {shown[f'expected_{key}']} and {shown[f'penalty_{key}']}" for key, name in _NAMES.items()]
        return (
            f"A forecaster believes in an event with probability {shown['belief']} and announces {shown['announced']}. "
            "The loss expected for that, and what it costs beyond the honest announcement, are: "
            f"{'; '.join(parts)}; log losses in nats. No announcement undercuts the honest one under the first three; "
            "under absolute error the end on the likelier side does, unless both sides are equally likely."
        )
