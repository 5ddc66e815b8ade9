"""Figures on other losses (chapter 10): what each charges, asks for, how hard it pushes, what noise does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.typing import ColorType, LineStyleType
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Curves, Look, Point, ink, new_axes, write

__all__ = ["plot_best_answers", "plot_loss_curves", "plot_noise_runs"]

# The look of a loss, by the first word of its name: colour, line, marker.
_LOOKS: dict[str, tuple[str, LineStyleType, str]] = {
    "cross-entropy": (COLORS["blue"], "-", "o"),
    "proper": (COLORS["blue"], "-", "o"),
    "squared": (COLORS["vermilion"], "--", "s"),
    "absolute": (COLORS["green"], "-.", "^"),
    "generalised": (COLORS["orange"], (0, (5, 1, 1, 1, 1, 1)), "D"),
    "focal": (COLORS["purple"], ":", "v"),
    "smoothed": (COLORS["black"], (0, (3, 1)), "P"),
    "all": (COLORS["sky"], (0, (7, 2)), "X"),
}


def plot_loss_curves(
    x: ArrayLike,
    curves: Curves,
    *,
    labels: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    top: float,
    low: float = 0.0,
    lowest: Mapping[str, Point] | None = None,
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
    low, top : float
        Where both axes begin, and where the vertical one ends.
    lowest : mapping of str to (float, float), optional
        Where to put the dot of a curve.
    truth : float, optional
        Where to draw the true probability as a vertical line.
    """
    ax = new_axes(height=3.4) if ax is None else ax
    if truth is not None:
        ax.axvline(truth, color=GREY, linewidth=1.2)
        ax.annotate(f" p = {truth:g}", (truth, top), va="top", fontsize=11)
    for name, values in curves.items():
        color, style, _ = _LOOKS[name.split()[0]]
        ax.plot(x, values, color=color, linestyle=style)
        _name_curve(ax, name, labels[name], ink(color))
        if lowest and name in lowest:
            ax.plot(*lowest[name], "o", color=color, markersize=9, clip_on=False, zorder=5)
    ax.set(xlim=(low, 1), ylim=(low, top), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_noise_runs(
    x: ArrayLike,
    runs: Curves,
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
    room : float
        What the names need, as a share of the width of the curves.
    """
    ax = new_axes(height=3.4) if ax is None else ax
    x = np.asarray(x)
    for name, values in runs.items():
        values, (color, style, marker) = np.asarray(values), _LOOKS[name.split()[0]]
        ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=color, alpha=0.2, linewidth=0)
        ax.plot(x, values.mean(axis=0), color=color, linestyle=style, marker=marker if x.size < 10 else None)
        write(ax, name, (x[-1], labels[name]), (7, 0), color, va="center")
    width = x[-1] - x[0]
    ax.set(xlim=(x[0] - 0.02 * width, x[-1] + room * width), xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(x if x.size < 10 else [tick for tick in ax.get_xticks() if x[0] <= tick <= x[-1]])
    return ax


def _name_curve(ax: Axes, name: str, spot: Sequence[float], color: ColorType) -> None:
    """Write a name at the first two numbers of `spot`, with a line to the other two where there are four."""
    x, y, *end = spot
    look: Look = {"color": color, "fontsize": 11, "ha": "center", "va": "center", "annotation_clip": False}
    if end:
        look["arrowprops"] = {"arrowstyle": "-", "color": color, "linewidth": 0.9}
    ax.annotate(name, (end[0], end[1]) if end else (x, y), xytext=(x, y), **look)


def plot_best_answers(
    q: ArrayLike,
    curves: Curves,
    outcomes: ArrayLike,
    names: Sequence[str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean loss of each answer to the same outcomes, a row for each loss, with a dot where it is lowest.

    Parameters
    ----------
    q : array_like, shape (n,)
        The stated probabilities.
    curves : mapping of str to array_like, shape (n,)
        Name of each loss, one of the package's own by its first word, and its mean over the outcomes. Each is drawn in
        a scale of its own, cut off above.
    outcomes : array_like, shape (m,)
        The labels, 0 and 1, drawn as a row of marks at the top; their mean is a line through all rows.
    names : two str
        What the labels 0 and 1 are called.
    """
    ax = new_axes(height=5.0) if ax is None else ax
    share, top = float(np.asarray(outcomes).mean()), len(curves) + 0.25
    for label, name in enumerate(names):
        _show_outcomes(ax, name, int(np.sum(np.equal(outcomes, label))), label, top + 0.2)
    ax.axvline(share, ymax=top / (top + 0.6), color=GREY, linewidth=1.2, linestyle=":")
    for row, (name, values) in zip(range(len(curves) - 1, -1, -1), curves.items(), strict=True):
        _show_answer(ax, name, np.asarray(q), np.asarray(values), row, share)
    ax.set(xlim=(0, 1), ylim=(0, top + 0.6), xlabel="stated probability q", yticks=[])
    ax.set_ylabel("mean loss, each in a scale of its own", labelpad=112)
    ax.spines["left"].set_visible(False)
    return ax


def _show_outcomes(ax: Axes, name: str, count: int, label: int, height: float) -> None:
    """Draw `count` marks at the label 0 or 1, side by side towards the middle, and their name."""
    side = 1 - 2 * label
    places = label + side * 0.045 * np.arange(count)
    ax.plot(places, np.full(count, height), "sD"[label], color=GREY, markersize=9, clip_on=False)
    words: Look = {"ha": "left" if side > 0 else "right", "va": "center", "fontsize": 11}
    ax.annotate(name, (places[-1] + side * 0.035, height), **words)


def _show_answer(ax: Axes, name: str, q: Array, values: Array, row: int, share: float) -> None:
    """Draw the curve of a loss in its row, cut off above, with a dot and the number where it is lowest."""
    low, (color, style, _) = int(values.argmin()), _LOOKS[name.split()[0]]
    height = (values - values[low]) / (np.quantile(values, 0.85) - values[low])
    ax.plot(q, row + 0.1 + 0.75 * np.where(height > 1.05, np.nan, height), color=color, linestyle=style)
    at, right = (float(q[low]), row + 0.1), share <= q[low] < 0.9
    ax.plot(*at, "o", color=color, markersize=9, clip_on=False, zorder=5)
    answer = f"{q[low]:.3f}" if 0.01 < q[low] < 0.99 else f"{q[low]:.0f}"
    write(ax, answer, at, (9 if right else -9, 8), color, ha="left" if right else "right")
    write(ax, name, (-0.03, row + 0.35), (0, 0), color, ha="right", va="center", annotation_clip=False)
