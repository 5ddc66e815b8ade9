"""Figures on surprise (chapter 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from ._style import COLORS, ink, new_axes

__all__ = [
    "plot_additivity",
    "plot_running_surprise",
    "plot_letter_surprisals",
    "plot_surprise_shares",
    "plot_text_surprisals",
]

_LINES = [("blue", "-"), ("vermilion", "--"), ("green", "-."), ("purple", ":")]
_HEAT = LinearSegmentedColormap.from_list("heat", ["#F9DFAE", COLORS["orange"], COLORS["vermilion"], "#7A2E00"])


def plot_additivity(n: ArrayLike, ratios: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Draw the surprise at n events told at once, divided by that of the same events told one by one.

    Parameters
    ----------
    n : array_like of int, shape (m,)
        Numbers of events.
    ratios : dict of str to array_like, shape (m,)
        For each measure its name and its ratio at every `n`; up to four.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    for (name, values), (color, style) in zip(ratios.items(), _LINES, strict=False):
        ax.plot(n, values, style, marker="o", markersize=5, color=COLORS[color])
        ax.annotate(
            name,
            (n[-1], values[-1]),
            (8, 0),
            textcoords="offset points",
            color=ink(COLORS[color]),
            va="center",
            fontsize=13,
        )
    ax.set(yscale="log", xlabel="coins that fall heads", ylabel="at once ÷ one by one")
    ax.set_xlim(right=n[-1] + 0.26 * (n[-1] - n[0]))
    ax.set_xticks(n)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return ax


def plot_running_surprise(
    totals: Mapping[str, ArrayLike], *, unit: str = "nats", things: str = "cases", ax: Axes | None = None
) -> Axes:
    """Draw the surprise that predictors have collected after each case.

    Parameters
    ----------
    totals : dict of str to array_like, shape (n,)
        For each predictor its name and its surprise added up to each case; up to four.
    unit : str
        Unit of the surprise.
    things : str
        What is predicted, for the label of the horizontal axis.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    heights = _apart([total[-1] for total in totals.values()])
    for (name, total), height, (color, style) in zip(totals.items(), heights, _LINES, strict=False):
        count = len(total)
        ax.plot(range(1, count + 1), total, style, color=COLORS[color], drawstyle="steps-post")
        label = f"{name}\n{total[-1]:.0f} {unit}"
        ax.annotate(
            label,
            (count, height),
            (6, 0),
            textcoords="offset points",
            color=ink(COLORS[color]),
            va="center",
            fontsize=11,
        )
    ax.set(xlabel=f"{things}, in the order of the file", ylabel=f"surprise so far ({unit})")
    ax.set_xlim(0, 1.3 * count)
    ax.set_ylim(0, 1.08 * max(heights))
    ax.set_xticks(np.arange(0, count + 1, 100))
    return ax


def plot_letter_surprisals(letters: Sequence[str], bits: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the surprisal of each letter as a bar, in the order given.

    Parameters
    ----------
    letters : sequence of str, length K
        The letters; the space is shown as ␣.
    bits : array_like, shape (K,)
        Their surprisals in bits.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    places = range(len(letters))
    ax.bar(places, bits, width=0.8, color=COLORS["blue"])
    ax.set_xticks(places, [_visible(letter) for letter in letters])
    ax.tick_params(axis="x", length=0, pad=2)
    ax.grid(axis="x", visible=False)
    ax.set(
        xlim=(-0.8, len(letters) - 0.2),
        xlabel="letter, the most frequent first (␣ is the space)",
        ylabel="surprisal (bits)",
    )
    return ax


def plot_surprise_shares(
    p: ArrayLike,
    share: ArrayLike,
    letters: Mapping[str, tuple[float, float]],
    *,
    named: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw what an event of probability p adds to the average surprise, and where the letters lie on that curve.

    Parameters
    ----------
    p, share : array_like, shape (n,)
        The curve p·s(p), in bits, against p.
    letters : dict of str to (float, float)
        Probability and share of each letter.
    named : str
        The letters whose names are written beside their points.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    ax.plot(p, share, color=COLORS["sky"])
    ax.plot(*zip(*letters.values(), strict=True), "o", color=COLORS["vermilion"], markersize=5)
    for letter in named:
        ax.annotate(_visible(letter), letters[letter], (-4, 3), textcoords="offset points", ha="right", fontsize=13)
    ax.axvline(1 / np.e, color=COLORS["black"], linewidth=1, linestyle=":")
    ax.annotate("$1/e$", (1 / np.e, 0), (4, 5), textcoords="offset points")
    ax.set(xscale="log", xlabel="probability $p$ (log scale)", ylabel="$p\\,s(p)$ (bits)")
    ax.set_ylim(bottom=0)
    return ax


def plot_text_surprisals(text: str, bits: ArrayLike, *, top: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw a text with the surprisal of each character above it; the warmer the bar, the bigger the surprise.

    Parameters
    ----------
    text : str
        The text, of up to about 40 characters.
    bits : array_like, shape (len(text),)
        Surprisal of each character in bits.
    top : float, optional
        Where the vertical axis ends; give two figures the same to compare them.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=2.8) if ax is None else ax
    top = max(bits) if top is None else top
    places = range(len(text))
    ax.bar(places, bits, width=0.86, color=_HEAT(np.asarray(bits) / top))
    ax.set_xticks(places, [_visible(letter) for letter in text], family="monospace", fontsize=11)
    ax.tick_params(axis="x", length=0, pad=2)
    ax.grid(axis="x", visible=False)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.set(xlim=(-0.8, len(text) - 0.2), ylim=(0, top), xlabel="the text, letter by letter", ylabel="surprisal (bits)")
    return ax


def _visible(letter: str) -> str:
    return "␣" if letter == " " else letter


def _apart(heights: Sequence[float]) -> list[float]:
    """Return heights for two-line labels: those that would overlap are moved up, the lowest stays."""
    gap = 0.15 * max(heights)
    placed, below = list(heights), -np.inf
    for k in np.argsort(heights):
        placed[k] = below = max(heights[k], below + gap)
    return placed
