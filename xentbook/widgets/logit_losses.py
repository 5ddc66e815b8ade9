"""Five losses of one logit, and their gradients: which of them still push where the prediction is most wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from xentbook._checks import as_integer
from xentbook.gradients import (
    absolute_error_gradient,
    binary_cross_entropy_gradient,
    focal_loss_gradient,
    hinge_gradient,
    squared_error_gradient,
)
from xentbook.links import sigmoid
from xentbook.losses import absolute_error, binary_cross_entropy, focal_loss, hinge, squared_error
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["LogitLosses"]

FARTHEST = 10  # the largest logit, either way, that the marker can be dragged to


def _label(name: str, value: Any) -> int:
    return as_integer(value, name, minimum=0, maximum=1)


class LogitLosses(Figure):
    r"""Cross-entropy, squared and absolute error of probability, hinge and focal loss, with their slopes in the logit.

    .. math:: q = \sigma(z), \qquad \frac{\partial \ell}{\partial z} = \varphi'(-\ln q_y)\, (q - y)

    Parameters
    ----------
    z : float in [-10, 10]
        The logit, in nats.
    y : 0 or 1
        The label.

    Examples
    --------
    >>> numbers = LogitLosses(z=-10.0, y=1).quantities()
    >>> print(f"{numbers['gradient_cross_entropy']:.4f} {numbers['gradient_squared_error']:.6f}")
    -1.0000 -0.000091
    """

    _esm = front_end("logit_losses.js")
    _css = style()
    z = checked(number(-FARTHEST, FARTHEST), -3.0)
    y = checked(_label, 1)

    def quantities(self) -> dict[str, float]:
        """Return class 1's probability, the five losses and their slopes in the logit; nats where there is a unit."""
        y, z = [self.y], [self.z]
        numbers: dict[str, Any] = {
            "loss_cross_entropy": binary_cross_entropy(y, logits=z),
            "loss_squared_error": squared_error(y, logits=z),
            "loss_absolute_error": absolute_error(y, logits=z),
            "loss_hinge": hinge(y, z),
            "loss_focal": focal_loss(y, logits=z),
            "gradient_cross_entropy": binary_cross_entropy_gradient(y, z),
            "gradient_squared_error": squared_error_gradient(y, z),
            "gradient_absolute_error": absolute_error_gradient(y, z),
            "gradient_hinge": hinge_gradient(y, z),
            "gradient_focal": focal_loss_gradient(y, z),
        }
        return {"probability": float(sigmoid(self.z))} | {
            name: float(np.ravel(value)[0]) for name, value in numbers.items()
        }

    def _sentence(self) -> str:
        shown = {name: text(value) for name, value in self.quantities().items()}
        names = {
            "cross_entropy": "cross-entropy", "squared_error": "squared error", "absolute_error": "absolute error",
            "hinge": "hinge", "focal": "focal loss (γ = 2)",
        }  # fmt: skip
        parts = [f"{name} {shown[f'loss_{key}']} and {shown[f'gradient_{key}']}" for key, name in names.items()]
        return (
            f"Five losses of one logit. At logit {self.z:.4g} nats, that is probability {shown['probability']} of "
            f"class 1, and label {self.y}, the loss and its derivative in the logit are: {'; '.join(parts)}. Where a "
            "prediction is confident and wrong, the derivatives of squared and of absolute error tend to 0, the others "
            "to a size of 1."
        )
