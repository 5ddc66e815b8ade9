"""Interactive figures: drag a bar, and the numbers move. Each is a short class beside its front-end file.

Conventions
-----------
A figure works in Jupyter through anywidget and on a page of the book without a kernel. Its traits are its state; what it
shows is computed in the reader's browser, and `quantities()` gives the same numbers as `xentbook` computes them.
anywidget is imported on first use.
"""

from __future__ import annotations

from importlib import import_module

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

_MODULES = {
    "SurpriseCurve": "surprise_curve",
    "HuffmanTree": "huffman_tree",
    "DistributionBars": "distribution_bars",
    "GaussianFit": "gaussian_fit",
    "SmoothingSlider": "smoothing_slider",
    "LogisticFit": "logistic_fit",
    "LogitBars": "logit_bars",
    "LogitLosses": "logit_losses",
    "SeparablePoints": "separable_points",
    "DescentPath": "descent_path",
    "MislabelledPoint": "mislabelled_point",
    "TemperatureSlider": "temperature_slider",
    "HonestBet": "honest_bet",
    "ThresholdSlider": "threshold_slider",
    "StrangePoint": "strange_point",
    "GateQueue": "gate_queue",
}


def __getattr__(name: str):
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
