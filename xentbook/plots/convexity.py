"""Figures on convexity (chapter 8): chords, landscapes of the loss, weights that run to infinity, and a pass between valleys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import COLORS, new_axes, write

__all__ = [
    "plot_chords",
    "plot_landscape",
    "plot_boundaries",
    "plot_weight_growth",
    "plot_penalty_path",
    "plot_one_unit",
    "plot_pass",
]

_LINES = [(COLORS["blue"], "-"), (COLORS["vermilion"], "--"), (COLORS["green"], "-."), (COLORS["purple"], ":")]


def plot_chords(share: ArrayLike, curves: Mapping[str, ArrayLike], *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw losses along a segment between two points of the weights, each with its chord and its value half-way.

    Parameters
    ----------
    share : array_like, shape (n,)
        How far along the segment, 0 … 1, with n odd.
    curves : mapping of str to array_like, shape (n,)
        The losses.
    ylabel : str
        What is drawn, with its unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    share = np.asarray(share)
    half = len(share) // 2
    for (name, values), (color, style) in zip(curves.items(), _LINES, strict=False):
        values = np.asarray(values)
        ends = np.mean(values[[0, -1]])
        ax.plot(share, values, color=color)
        ax.plot([0, 1], values[[0, -1]], color=color, linestyle=":", linewidth=1.6)
        ax.plot(0.5, values[half], "o", color=color, markersize=7)
        ax.plot(0.5, ends, "o", color="white", markeredgecolor=color, markersize=7)
        _name_curve(ax, share, values, name, color, at=0.36, below=values[half] < ends)  # not where the chord is
    ax.set(xlim=(0, 1), xlabel="share of the way from one point to the other", ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return ax


def plot_landscape(
    x: ArrayLike, y: ArrayLike, losses: ArrayLike, *, levels: ArrayLike, xlabel: str, ylabel: str,
    points: Mapping[str, Sequence[float]] | None = None, path: ArrayLike | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a loss over two weights as contour lines, with named points and a path on it.

    Parameters
    ----------
    x, y : array_like, shapes (n,) and (m,)
        The weights.
    losses : array_like, shape (m, n)
        The loss at each pair.
    levels : array_like
        Where to draw contours; every other one is labelled.
    xlabel, ylabel : str
        What the weights are, with their units.
    points : mapping of str to pairs, optional
        Places to mark.
    path : array_like, shape (k, 2), optional
        Places to join by a line.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.7) if ax is None else ax
    levels = np.asarray(levels)
    lines = ax.contour(x, y, losses, levels=levels, colors="#8D99A6", linewidths=1.1)
    ax.contourf(x, y, losses, levels=levels, cmap="Blues_r", alpha=0.45, extend="both")
    ax.clabel(lines, levels=levels[1::2], fmt="%g", fontsize=10, colors="#33414E")
    if path is not None:
        ax.plot(*np.asarray(path).T, color=COLORS["vermilion"], linewidth=2)
        ax.plot(*np.asarray(path)[-1], ">", color=COLORS["vermilion"], markersize=8)
    for (name, place), marker in zip((points or {}).items(), "o^so", strict=False):
        ax.plot(*place, marker, color="black", markersize=8)
        write(ax, name, place, (0, -18), "black", ha="center", fontweight="bold")
    ax.grid(visible=False)
    ax.set(xlim=(np.min(x), np.max(x)), ylim=(np.min(y), np.max(y)), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_boundaries(
    X: ArrayLike, y: ArrayLike, lines: Mapping[str, Sequence[float]], *, names: Sequence[str], xlabel: str, ylabel: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw points of two classes and the lines that models put between them.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        The points.
    y : array_like, shape (n,)
        Their classes, 0 and 1.
    lines : mapping of str to (b, w_x, w_y)
        The line on which the logit b + w·x is 0; the last one is drawn bold.
    names : two str
        The classes.
    xlabel, ylabel : str
        What the coordinates are, with their unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.7) if ax is None else ax
    X, y = np.asarray(X), np.asarray(y)
    _draw_classes(ax, X, y, names)
    low, high, last = X[:, 1].min() - 0.25, X[:, 1].max() + 0.4, len(lines) - 1
    for index, (name, (b, w_x, w_y)) in enumerate(lines.items()):
        ends = -(b + w_y * np.array([low, high])) / w_x
        bold = index == last
        style = (
            dict(linewidth=2.6, linestyle="-") if bold else dict(linewidth=1.3, linestyle=["--", "-.", ":"][index % 3])
        )
        ax.plot(ends, [low, high], color="black" if bold else "#56616E", **style)
        shown = dict(fontweight="bold", color="black") if bold else dict(color="#46515D")
        ax.text(ends[1], high + 0.03 + 0.15 * (last - index), name, va="bottom", ha="center", fontsize=10, **shown)
    ax.set(ylim=(low, high + 0.2 + 0.15 * last), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_weight_growth(
    times: ArrayLike, norms: ArrayLike, *, slope: float, xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:
    """Draw the length of the weights against time on a logarithmic axis, and a line of the slope that theory gives.

    Parameters
    ----------
    times, norms : array_like, shape (n,)
        Times and lengths.
    slope : float
        Growth of the length for each factor of e in time, in the unit of the length.
    xlabel, ylabel : str
        What the axes are, with their units.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    times, norms = np.asarray(times, dtype=float), np.asarray(norms, dtype=float)
    ax.semilogx(times, norms, color=COLORS["blue"])
    start = len(times) // 2
    line = norms[-1] + slope * np.log(times[start:] / times[-1])
    ax.semilogx(times[start:], line + 0.06 * norms[-1], color="#444444", linewidth=1.4, linestyle="--")
    middle = start + (len(times) - start) // 2
    name = f"slope {slope * np.log(10):.3g}\nper factor of 10"
    write(ax, name, (times[middle], line[middle - start]), (-12, 26), "#333333", ha="right")
    ax.set(xlim=(times[0], times[-1]), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return ax


def plot_penalty_path(l2: ArrayLike, norms: Mapping[str, ArrayLike], *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw the length of the weights of penalised fits against the strength of the penalty, which falls to the right.

    Parameters
    ----------
    l2 : array_like, shape (n,)
        The strengths λ, falling.
    norms : mapping of str to array_like, shape (n,)
        The lengths for each set of data.
    ylabel : str
        What is drawn, with its unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    for (name, values), (color, style), at in zip(norms.items(), _LINES, (0.6, 0.97, 0.8, 0.9), strict=False):
        ax.semilogx(l2, values, color=color, linestyle=style)
        _name_curve(ax, l2, values, name, color, at=at)
    ax.invert_xaxis()
    ax.set(xlim=(np.max(l2), np.min(l2)), xlabel="strength λ of the penalty, falling to the right", ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return ax


def plot_one_unit(
    x: ArrayLike, groups: Mapping[str, ArrayLike], curves: Mapping[str, ArrayLike], *, xlabel: str, ylabel: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw predicted probabilities along one measurement, above rows of the samples it was learned from.

    Parameters
    ----------
    x : array_like, shape (n,)
        The measurement.
    groups : mapping of str to array_like
        Measurements of the samples of each class, one row a class.
    curves : mapping of str to array_like, shape (n,)
        Predicted probabilities.
    xlabel, ylabel : str
        What the axes are, with their units.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.9) if ax is None else ax
    for (name, values), (color, style) in zip(curves.items(), _LINES, strict=False):
        ax.plot(x, values, color=color, linestyle=style)
        top = np.flatnonzero(np.asarray(values) > 0.97 * np.max(values))
        at = top[len(top) // 2]
        write(ax, name, (x[at], values[at]), (0, 7), color, ha="center")
    for row, ((name, places), marker) in enumerate(zip(groups.items(), "os^", strict=False)):
        height = -0.12 - 0.11 * row
        ax.plot(
            places, np.full(len(places), height), marker, color="#56616E", markersize=4.5, alpha=0.45, markeredgewidth=0
        )
        room = np.max(places) + 0.2 * np.ptp(x) < np.max(x)
        side = dict(x=np.max(places) + 0.1, ha="left") if room else dict(x=np.min(places) - 0.1, ha="right")
        ax.text(y=height, s=name, va="center", fontsize=10.5, color="#333333", **side)
    ax.set(xlim=(np.min(x), np.max(x)), ylim=(-0.12 - 0.11 * len(groups), 0.7), xlabel=xlabel, ylabel=ylabel)
    ax.set_yticks([0, 0.2, 0.4, 0.6])
    return ax


def plot_pass(
    along: ArrayLike, losses: ArrayLike, *, marks: Mapping[str, int], floor: tuple[float, str], xlabel: str, ylabel: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the loss along a way from one valley to another, with named places and a level that no such way stays below.

    Parameters
    ----------
    along, losses : array_like, shape (n,)
        The way and the loss on it.
    marks : mapping of str to int
        Names of places, by their position in `along`.
    floor : (float, str)
        The level and its name.
    xlabel, ylabel : str
        What the axes are, with their units.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    along, losses = np.asarray(along), np.asarray(losses)
    ax.plot(along, losses, color=COLORS["blue"])
    level, name = floor
    ax.axhline(level, color=COLORS["vermilion"], linestyle="--", linewidth=1.4)
    write(ax, name, (along[-1], level), (0, 6), COLORS["vermilion"], ha="right")
    for text, place in marks.items():
        high = losses[place] >= level
        side = "center" if high else "left" if place < len(along) // 2 else "right"
        ax.plot(along[place], losses[place], "^" if high else "o", color="black", markersize=8)
        write(ax, text, (along[place], losses[place]), (0, 10 if high else -20), "black", ha=side, fontweight="bold")
    reach = np.ptp(losses)
    ax.set(xlim=(along[0] - 0.02 * np.ptp(along), along[-1] + 0.02 * np.ptp(along)), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(losses.min() - 0.2 * reach, max(losses.max(), level) + 0.22 * reach)
    return ax


def _draw_classes(ax: Axes, X: ArrayLike, y: ArrayLike, names: Sequence[str]) -> None:
    """Draw the points of two classes, discs and squares, each cloud with its name."""
    for value, (name, marker, hue) in enumerate(zip(names, "os", ("blue", "vermilion"), strict=True)):
        cloud = X[y == value]
        ax.plot(*cloud.T, marker, color=COLORS[hue], markersize=5, alpha=0.6, markeredgewidth=0)
        write(ax, name, cloud.mean(axis=0), (0, 46 if value == 0 else -52), COLORS[hue], ha="center", fontweight="bold")


def _name_curve(
    ax: Axes, x: ArrayLike, values: ArrayLike, name: str, color: str, *, at: float, below: bool = False
) -> None:
    """Write the name of a curve at some share of its points, above or below it."""
    place = int(at * (len(np.asarray(x)) - 1))
    write(ax, name, (np.asarray(x)[place], np.asarray(values)[place]), (-8, -20 if below else 8), color, ha="right")
