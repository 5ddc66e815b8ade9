"""Figures of probabilities and of surprise: distributions side by side, and a text under its surprisals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from ._style import COLORS, Curves, looks, new_axes, shown

__all__ = ["plot_distributions", "plot_text_surprisals"]

_HEAT = LinearSegmentedColormap.from_list("heat", ["#F9DFAE", COLORS["orange"], COLORS["vermilion"], "#7A2E00"])
_HATCHES = ("", "///", "...", "xx", "\\\\\\", "++", "oo")


def plot_distributions(
    names: Sequence[object], distributions: Curves, *, xlabel: str = "outcome", ylabel: str = "probability",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw distributions over the same outcomes as bars side by side, each with its own colour and hatching.

    Parameters
    ----------
    names : sequence, length K
        The outcomes.
    distributions : mapping of str to array_like, shape (K,)
        Probabilities (or counts, or bits) of the outcomes, by the name of the distribution; up to seven.
    xlabel, ylabel : str
        What the axes show, with its unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> from xentbook import plots
    >>> ax = plots.plot_distributions("abc", {"truth p": [0.5, 0.25, 0.25], "model q": [0.4, 0.4, 0.2]})
    >>> len(ax.patches)
    6
    """
    ax = new_axes() if ax is None else ax
    places, width = np.arange(len(names)), 0.8 / max(len(distributions), 1)
    for index, ((name, p, color, _, _), hatch) in enumerate(zip(looks(distributions), _HATCHES, strict=False)):
        left = places - 0.4 + index * width
        ax.bar(left, p, width, align="edge", color=color, hatch=hatch, edgecolor="white", linewidth=0.8, label=name)
    ax.set_xticks(places, [shown(str(name)) for name in names])
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", visible=False)
    ax.legend(frameon=False, fontsize=11)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_text_surprisals(text: str, bits: ArrayLike, *, top: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw a text with the surprisal of each character above it; the warmer the bar, the bigger the surprise.

    Parameters
    ----------
    text : str
        The text, of up to about 40 characters.
    bits : array_like, shape (len(text),)
        Surprisal of each character in bits, finite.
    top : float, optional
        Where the vertical axis ends; give two figures the same to compare them.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import xentbook as xb
    >>> text = "the queen"
    >>> model = xb.NGramModel(2).fit("the queen and the quiet equal queue")
    >>> ax = xb.plots.plot_text_surprisals(text, model.surprisals(text))
    >>> ax.get_ylabel()
    'surprisal (bits)'
    """
    ax = new_axes(height=2.8) if ax is None else ax
    heights = np.asarray(bits, dtype=float)
    top = (float(heights.max()) or 1.0) if top is None else top
    places = range(len(text))
    ax.bar(places, heights, width=0.86, color=_HEAT(heights / top))
    ax.set_xticks(places, [shown(letter) for letter in text], family="monospace", fontsize=11)
    ax.tick_params(axis="x", length=0, pad=2)
    ax.grid(axis="x", visible=False)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.set(xlim=(-0.8, len(text) - 0.2), ylim=(0, top), xlabel="the text, letter by letter", ylabel="surprisal (bits)")
    return ax
