"""The figures of the book: ``plot_*(data, *, ax=None)`` takes data, computes nothing, and returns the Axes.

Conventions
-----------
With ``ax=None`` a figure in the house style is made; with an ``ax`` of yours only that is drawn on. No function calls
``show`` or changes Matplotlib's settings. Colours are Okabe and Ito's, and no meaning rests on colour alone.
"""

from . import (
    anomaly,
    calibration,
    codes,
    convexity,
    decisions,
    divergence,
    frameworks,
    gating,
    gradients,
    language,
    likelihood,
    losses,
    optimizers,
    other_losses,
    scoring,
    surprise,
)
from ._style import COLORS, new_axes
from .anomaly import *  # noqa: F403
from .calibration import *  # noqa: F403
from .codes import *  # noqa: F403
from .convexity import *  # noqa: F403
from .decisions import *  # noqa: F403
from .divergence import *  # noqa: F403
from .frameworks import *  # noqa: F403
from .gating import *  # noqa: F403
from .gradients import *  # noqa: F403
from .language import *  # noqa: F403
from .likelihood import *  # noqa: F403
from .losses import *  # noqa: F403
from .optimizers import *  # noqa: F403
from .other_losses import *  # noqa: F403
from .scoring import *  # noqa: F403
from .surprise import *  # noqa: F403

_TOPICS = (
    surprise,
    codes,
    divergence,
    language,
    likelihood,
    losses,
    frameworks,
    gradients,
    convexity,
    optimizers,
    other_losses,
    calibration,
    scoring,
    decisions,
    anomaly,
    gating,
)

__all__ = ["COLORS", "new_axes", *(name for topic in _TOPICS for name in topic.__all__)]
