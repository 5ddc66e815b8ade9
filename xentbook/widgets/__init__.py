"""Interactive figures: drag a bar, and the numbers move. Each is a short class beside its front-end file.

Conventions
-----------
A figure works in Jupyter through anywidget and on a page of the book without a kernel. Its traits are its state; what it
shows is computed in the reader's browser, and `quantities()` gives the same numbers as `xentbook` computes them.
anywidget is imported on first use.
"""

from __future__ import annotations

from importlib import import_module

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


def __getattr__(name: str):
    if name not in FIGURES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{FIGURES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
