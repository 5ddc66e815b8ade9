"""Cross-entropy, exactly: the companion package of the book on one loss function.

The public names stand here. What needs NumPy alone is imported at once; ``datasets``, ``plots`` and ``widgets`` load
on first use, since they need more.

Conventions
-----------
- Truth first: ``(p, q)`` is what happens, then what was believed. Classes lie on the last axis.
- The limits are exact: 0 log 0 is 0, and a true outcome given probability 0 costs ``inf``. Nothing is clipped.
- Bad input is a ``ValueError`` or ``TypeError`` that names the argument, the rule, the value and its place.
"""

from importlib import import_module

from . import coding, information, language, links
from .coding import *  # noqa: F403
from .information import *  # noqa: F403
from .language import *  # noqa: F403
from .links import *  # noqa: F403

__version__ = "0.1.0"
_ON_FIRST_USE = ("datasets", "plots", "widgets")
__all__ = [*information.__all__, *coding.__all__, *language.__all__, *links.__all__]


def __getattr__(name):
    if name in _ON_FIRST_USE:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_ON_FIRST_USE])
