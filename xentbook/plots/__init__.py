"""The figures of the book: ``plot_*(data, *, ax=None)`` takes data, computes nothing, and returns the Axes.

Conventions
-----------
With ``ax=None`` a figure in the house style is made; with an ``ax`` of yours only that is drawn on. No function calls
``show`` or changes Matplotlib's settings. Colours are Okabe and Ito's, and no meaning rests on colour alone.
"""

from . import codes, divergence, language, surprise
from ._style import COLORS, new_axes
from .codes import *  # noqa: F403
from .divergence import *  # noqa: F403
from .language import *  # noqa: F403
from .surprise import *  # noqa: F403

__all__ = ["COLORS", "new_axes", *surprise.__all__, *codes.__all__, *divergence.__all__, *language.__all__]
