"""The curve of surprise, -log2 p, with two independent events on it: their surprises add."""

from __future__ import annotations

import math

from xentbook.information import surprisal
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["SurpriseCurve"]

LEAST = 0.01  # the least probability that a point can be dragged to


class SurpriseCurve(Figure):
    r"""The surprisal of two independent events, and of both together, on the curve :math:`-\log_2 p`.

    Parameters
    ----------
    p_a, p_b : float in [0.01, 1]
        The probabilities of the events A and B.

    Examples
    --------
    >>> figure = SurpriseCurve(p_a=0.25, p_b=0.5)
    >>> figure.quantities()["surprisal_both"]
    3.0
    """

    _esm = front_end("surprise_curve.js")
    _css = style()
    p_a = checked(number(LEAST, 1), 0.25)
    p_b = checked(number(LEAST, 1), 0.05)

    def quantities(self) -> dict[str, float]:
        """Return the surprisals that the figure shows, in bits, and in nats where the name says so."""
        both = self.p_a * self.p_b
        events = {"a": self.p_a, "b": self.p_b, "both": both}
        bits = {f"surprisal_{name}": float(surprisal(p)) for name, p in events.items()}
        nats = {f"surprisal_{name}_nats": float(surprisal(p, base=math.e)) for name, p in events.items()}
        return bits | nats | {f"probability_{name}": p for name, p in events.items()}

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        return (
            f"The surprisal of an event of probability p is the height of the curve −log₂ p. Event A has probability "
            f"{self.p_a:.4g} and a surprisal of {shown['surprisal_a']} bits ({shown['surprisal_a_nats']} nats), event "
            f"B {self.p_b:.4g} and {shown['surprisal_b']} bits ({shown['surprisal_b_nats']} nats). Both together, if "
            f"independent, have probability {shown['probability_both']} and {shown['surprisal_both']} bits: the "
            f"probabilities multiply, the surprisals add."
        )
