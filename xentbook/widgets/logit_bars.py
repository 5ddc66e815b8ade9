"""Logits to drag: the probabilities and the loss they make, and what three formulas make of it in single precision."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from xentbook._checks import as_finite, as_integer, require_where
from xentbook.links import softmax
from xentbook.losses import sparse_categorical_cross_entropy
from xentbook.widgets._figure import Figure, checked, front_end, number, style, text

__all__ = ["LogitBars"]

MOST = 20.0  # the largest logit before the shift
FARTHEST = 120.0  # beyond both ends of what exp can do in single precision


def _logits(name: str, value: Any) -> list[float]:
    z = as_finite(value, name, ndim=1).astype(float)
    if not 2 <= z.size <= 6:
        raise ValueError(f"`{name}` must have 2 to 6 entries; got {z.size}")
    require_where(np.abs(z) <= MOST, z, name, f"lie in [-{MOST:g}, {MOST:g}]")
    return z.tolist()


def _class(name: str, value: Any) -> int:
    return as_integer(value, name, minimum=0)


class LogitBars(Figure):
    r"""The logits of K classes, one of them true, with the loss exactly and as single precision has it.

    .. math:: \ell = \ln\Big(1 + \sum_{j \ne y} e^{z_j - z_y}\Big)

    Parameters
    ----------
    logits : list of 2 to 6 floats in [-20, 20]
    true_class : int, below the number of logits
    shift : float in [-120, 120], added to all logits

    Examples
    --------
    >>> figure = LogitBars(logits=[18, -18, -18, -18], true_class=0)
    >>> print(f"{figure.quantities()['loss']:.3e}")
    6.959e-16
    >>> print(figure.quantities()["naive_single"])  # the probability has been rounded to 1
    0.0
    """

    _esm = front_end("logit_bars.js")
    _css = style()
    logits = checked(_logits, [4.0, 1.0, -2.0, 0.5])
    true_class = checked(_class, 0)
    shift = checked(number(-FARTHEST, FARTHEST), 0.0)

    @traitlets.validate("logits", "true_class")
    def _has_the_class(self, proposal: dict) -> object:
        name, value = proposal["trait"].name, proposal["value"]
        n, y = (len(value), self.true_class) if name == "logits" else (len(self.logits), value)
        if y >= n:
            raise ValueError(f"`true_class` must lie in 0 … {n - 1}; got {y}")
        return value

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows; losses in nats, those called single as three formulas give them."""
        z, y = np.array(self.logits) + self.shift, self.true_class
        shown = {"loss": float(sparse_categorical_cross_entropy([y], logits=[z]))}
        shown |= {f"probability_{k}": float(q) for k, q in enumerate(softmax(z))}
        single = z.astype(np.float32)
        return shown | {
            "naive_single": _naive(single, y),
            "shifted_single": _shifted(single, y),
            "target_single": _from_target(single, y),
        }

    def _sentence(self) -> str:
        shown = {name: "NaN" if np.isnan(value) else text(value) for name, value in self.quantities().items()}
        z = ", ".join(f"{value + self.shift:.4g}" for value in self.logits)
        name = "ABCDEF"[self.true_class]
        return (
            f"Logits {z} for the classes {'ABCDEF'[: len(self.logits)]}, of which {name} is true. It has probability "
            f"{shown[f'probability_{self.true_class}']} and the loss is {shown['loss']} nats. In single precision the "
            f"formula as it is written gives {shown['naive_single']}; with the largest logit subtracted first it gives "
            f"{shown['shifted_single']}, and with the true logit subtracted first {shown['target_single']}."
        )


@np.errstate(all="ignore")  # to overflow, and to divide by zero, is what these are here to show
def _naive(z: NDArray[np.float32], y: int) -> float:
    """Return -log(exp z_y / Σ exp z) with every step rounded to single precision."""
    e = _exp(z)
    return float(-_log(e[y] / reduce(np.add, e))) + 0.0  # 0 instead of -0


@np.errstate(all="ignore")
def _shifted(z: NDArray[np.float32], y: int) -> float:
    """Return log Σ exp(z - max z) - (z_y - max z) likewise, as most libraries do."""
    d = z - z.max()
    return float(_log(reduce(np.add, _exp(d))) - d[y])


@np.errstate(all="ignore")
def _from_target(z: NDArray[np.float32], y: int) -> float:
    """Return log1p Σ exp(z_j - z_y), j not y, likewise."""
    others = reduce(np.add, _exp(np.delete(z - z[y], y)))
    return float(np.float32(np.log1p(np.float64(others))))


def _exp(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return exp rounded once: single-precision exponentials differ from library to library in the last bit."""
    return np.exp(x.astype(np.float64)).astype(np.float32)


def _log(x: np.float32) -> np.float32:
    return np.float32(np.log(np.float64(x)))
