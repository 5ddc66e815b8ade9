"""The figures of the book, each drawn for one page: no promise is made about them, and they may change with their page.

They keep the conventions of `xentbook.plots`: data in, nothing computed, the Axes back.
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

__all__ = [name for topic in _TOPICS for name in topic.__all__]
