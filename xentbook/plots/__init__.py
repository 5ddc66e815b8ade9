"""Figures for data of your own: ``plot_*(data, *, ax=None)`` takes data, computes nothing, and returns the Axes.

Conventions
-----------
With ``ax=None`` a figure in the house style is made; with an ``ax`` of yours only that is drawn on. No function calls
``show`` or changes Matplotlib's settings. Colours are Okabe and Ito's, and no meaning rests on colour alone. Several
curves come as a dict from a name to values; names are written beside the curves. What only one page of the book draws
is in ``xentbook.plots.book``, about which no promise is made.
"""

from . import classification, distributions, training
from ._style import COLORS, new_axes
from .classification import *  # noqa: F403
from .distributions import *  # noqa: F403
from .training import *  # noqa: F403

_TOPICS = (distributions, training, classification)

__all__ = ["COLORS", "new_axes", *(name for topic in _TOPICS for name in topic.__all__)]
