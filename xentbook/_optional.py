"""Parts of SciPy, loaded on first use: NumPy alone is needed for the rest."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["scipy_part"]


def scipy_part(name: str) -> Any:
    """Return the module ``scipy.name``, or raise an ImportError that says how to install it."""
    try:
        return import_module(f"scipy.{name}")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"SciPy must be installed for this, the rest needs NumPy alone; got {error}; "
            "run `pip install xentbook[book]`",
            name=error.name,
        ) from None
