"""What all interactive figures share: their stored state, their sentence, and checked traits.

Conventions
-----------
What a page or a notebook stores of a figure is its class and its numbers: the front end is put in by Jupyter's kernel
or by the site. Bad values are a `ValueError`, wrong kinds a `TypeError`, whenever a trait is set.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from xentbook._checks import as_number, as_probabilities
from xentbook.widgets._front_end import front_end, style

__all__ = ["Figure", "checked", "front_end", "number", "probabilities", "style", "text"]


class Figure(anywidget.AnyWidget):
    """An interactive figure with a fallback text for readers without JavaScript."""

    figure = traitlets.Unicode(read_only=True).tag(sync=True)
    fallback = traitlets.Unicode().tag(sync=True)

    def __init__(self, **state: object) -> None:
        unknown = sorted(set(state) - set(self.trait_names()))
        if unknown:
            raise TypeError(f"{type(self).__name__} has no option {unknown[0]!r}")
        super().__init__(**state)
        self.observe(self._describe, [name for name in self._own_traits() if name not in ("figure", "fallback")])

    def quantities(self) -> dict[str, float]:
        """Return the numbers that the figure shows, computed by `xentbook`."""
        raise NotImplementedError

    def stored_state(self) -> dict:
        """Return what a page stores of this figure, its class and numbers, in the form of Jupyter's widget state."""
        return {
            "model_name": self._model_name,
            "model_module": self._model_module,
            "model_module_version": self._model_module_version,
            "state": self.get_state(self._own_traits()),
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.fallback}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/plain"] = repr(self)  # a viewer that runs no script shows the sentence, whole
        return bundle

    def _sentence(self) -> str:
        raise NotImplementedError

    @traitlets.default("figure")
    def _own_name(self) -> str:
        return type(self).__name__

    @traitlets.default("fallback")
    def _first_sentence(self) -> str:
        return self._sentence()

    def _describe(self, change: object) -> None:
        self.fallback = self._sentence()

    @classmethod
    def _own_traits(cls) -> list[str]:
        own = {name for base in cls.__mro__ if base.__module__.startswith("xentbook.") for name in vars(base)}
        return sorted(name for name in cls.class_trait_names(sync=True) if name in own and not name.startswith("_"))


def checked(check: Callable[[str, Any], object], default: object) -> traitlets.Any:
    """Return a trait that is stored with the page and takes what ``check(name, value)`` returns."""

    class Checked(traitlets.Any):
        def validate(self, obj: Any, value: Any) -> object:
            return check(str(self.name), value)

    return Checked(default).tag(sync=True)


def probabilities(name: str, value: Any) -> list[float]:
    """Check a distribution over two symbols or more and return it as a list of floats."""
    p = as_probabilities(value, name).astype(float)
    if p.ndim != 1 or p.size < 2:
        raise ValueError(f"`{name}` must be one row of at least 2 probabilities; got shape {p.shape}")
    return p.tolist()


def number(low: float, high: float) -> Callable[[str, Any], float]:
    """Return a check that a value is one number in [low, high]."""
    return lambda name, value: as_number(value, name, minimum=low, maximum=high)


def text(value: float) -> str:
    """Return a number as figures print it: four significant digits.

    >>> text(1.5), text(float("inf")), text(0.0)
    ('1.500', '∞', '0')
    """
    if math.isinf(value):
        return "∞"
    return f"{value:#.4g}" if value else "0"
