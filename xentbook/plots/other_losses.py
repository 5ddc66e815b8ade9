"""Figures on other losses (chapter 10): what each charges, what it asks for, how hard it pushes, and what noise does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import COLORS, ink, new_axes

__all__ = ["plot_loss_curves", "plot_noise_runs"]

# The look of a loss, by the first word of its name: colour, line, marker.
_LOOKS = {
    "cross-entropy": (COLORS["blue"], "-", "o"),
    "proper": (COLORS["blue"], "-", "o"),
    "squared": (COLORS["vermilion"], "--", "s"),
    "absolute": (COLORS["green"], "-.", "^"),
    "generalised": (COLORS["orange"], (0, (5, 1, 1, 1, 1, 1)), "D"),
    "focal": (COLORS["purple"], ":", "v"),
    "smoothed": (COLORS["black"], (0, (3, 1)), "P"),
}


def plot_loss_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    labels: Mapping[str, tuple[float, ...]],
    xlabel: str,
    ylabel: str,
    top: float,
    low: float = 0.0,
    lowest: Mapping[str, tuple[float, float]] | None = None,
    truth: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one curve a loss, each with its name beside it, and a dot where it is lowest.

    Parameters
    ----------
    x : array_like, shape (n,)
        A probability.
    curves : mapping of str to array_like, shape (n,)
        Name of each loss, one of the package's own by its first word, and its values.
    labels : mapping of str to two or four floats
        Where the middle of each name stands, in the units of the axes, and the point to which a line leads from there.
    xlabel, ylabel : str
        What the axes show, with its unit.
    low, top : float
        Where both axes begin, and where the vertical one ends.
    lowest : mapping of str to (float, float), optional
        Where to put the dot of a curve.
    truth : float, optional
        Where to draw the true probability as a vertical line.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.4) if ax is None else ax
    if truth is not None:
        ax.axvline(truth, color="#444444", linewidth=1.2)
        ax.annotate(f" p = {truth:g}", (truth, top), va="top", fontsize=11)
    for name, values in curves.items():
        color, style, _ = _LOOKS[name.split()[0]]
        ax.plot(x, values, color=color, linestyle=style)
        place, end = labels[name][:2], labels[name][2:] or labels[name][:2]
        leader = dict(arrowprops=dict(arrowstyle="-", color=ink(color), linewidth=0.9)) if place != end else {}
        look = {"color": ink(color), "fontsize": 11, "ha": "center", "va": "center"}
        ax.annotate(name, end, xytext=place, annotation_clip=False, **look, **leader)
        if lowest and name in lowest:
            ax.plot(*lowest[name], "o", color=color, markersize=9, clip_on=False, zorder=5)
    ax.set(xlim=(low, 1), ylim=(low, top), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_noise_runs(
    x: ArrayLike,
    runs: Mapping[str, ArrayLike],
    *,
    labels: Mapping[str, float],
    xlabel: str,
    ylabel: str,
    room: float = 0.3,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean of several runs of each loss as a line, from the least to the most of them as a band.

    Parameters
    ----------
    x : array_like, shape (n,)
        A rate of noise, or a time.
    runs : mapping of str to array_like, shape (m, n)
        Name of each loss and its m runs.
    labels : mapping of str to float
        The height at which each name stands, to the right of the last value.
    xlabel, ylabel : str
        What the axes show, with its unit.
    room : float
        What the names need, as a share of the width of the curves.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.4) if ax is None else ax
    x = np.asarray(x)
    for name, values in runs.items():
        values, (color, style, marker) = np.asarray(values), _LOOKS[name.split()[0]]
        ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=color, alpha=0.2, linewidth=0)
        ax.plot(x, values.mean(axis=0), color=color, linestyle=style, marker=marker if x.size < 10 else None)
        ax.annotate(
            name, (x[-1], labels[name]), (7, 0), textcoords="offset points", color=ink(color), fontsize=11, va="center"
        )
    width = x[-1] - x[0]
    ax.set(xlim=(x[0] - 0.02 * width, x[-1] + room * width), xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(x if x.size < 10 else [tick for tick in ax.get_xticks() if x[0] <= tick <= x[-1]])
    return ax
