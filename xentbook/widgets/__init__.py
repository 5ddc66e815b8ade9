"""Interactive figures: drag a bar, and the numbers move. Each is a short class beside its front-end file.

Conventions
-----------
A figure works in Jupyter through anywidget and on a page of the book without a kernel. Its traits are its state; what
it shows is computed in the reader's browser, and `quantities()` gives the same numbers as `xentbook` computes them.
anywidget is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xentbook.widgets._front_end import FIGURES

__all__ = [
    "SurpriseCurve",
    "HuffmanTree",
    "DistributionBars",
    "GaussianFit",
    "SmoothingSlider",
    "LogisticFit",
    "LogitBars",
    "LogitLosses",
    "SeparablePoints",
    "DescentPath",
    "MislabelledPoint",
    "TemperatureSlider",
    "HonestBet",
    "ThresholdSlider",
    "StrangePoint",
    "GateQueue",
]


if TYPE_CHECKING:  # for editors and type checkers, which then know every figure and no other name
    from xentbook.widgets.descent_path import DescentPath
    from xentbook.widgets.distribution_bars import DistributionBars
    from xentbook.widgets.gate_queue import GateQueue
    from xentbook.widgets.gaussian_fit import GaussianFit
    from xentbook.widgets.honest_bet import HonestBet
    from xentbook.widgets.huffman_tree import HuffmanTree
    from xentbook.widgets.logistic_fit import LogisticFit
    from xentbook.widgets.logit_bars import LogitBars
    from xentbook.widgets.logit_losses import LogitLosses
    from xentbook.widgets.mislabelled_point import MislabelledPoint
    from xentbook.widgets.separable_points import SeparablePoints
    from xentbook.widgets.smoothing_slider import SmoothingSlider
    from xentbook.widgets.strange_point import StrangePoint
    from xentbook.widgets.surprise_curve import SurpriseCurve
    from xentbook.widgets.temperature_slider import TemperatureSlider
    from xentbook.widgets.threshold_slider import ThresholdSlider
else:

    def __getattr__(name: str) -> Any:
        if name not in FIGURES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{FIGURES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
