"""Figures on convexity (chapter 8): bowls, chords, weights that run to infinity, a pass between valleys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from numpy.typing import ArrayLike

from .._style import BLUE_FIRST, COLORS, GREY, Array, Curves, Look, looks, new_axes, write

__all__ = [
    "plot_bowls",
    "plot_chords",
    "plot_weight_growth",
    "plot_penalty_path",
    "plot_one_unit",
    "plot_pass",
]


def plot_bowls(
    losses: Sequence[ArrayLike], titles: Sequence[str], names: Sequence[str], *, lowest: Sequence[ArrayLike],
    ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw losses over two weights, two panels in a row, as contour lines, each with what is lowest on it.

    Parameters
    ----------
    losses : sequence of array_like, shape (m, n)
        For each panel the loss on a grid over its square, a row for each height; all positive.
    titles : sequence of str
        What each panel shows.
    names : sequence of str
        The weights to the right and upwards in each panel: two letters, or two words.
    lowest : sequence of array_like, shape (k, 2)
        Where each loss is lowest, in the square from -1 to 1: points inside it, two ends of a line at its border, or
        the two ends of an arrow, of which only the second is at the border.
    """
    ax = new_axes(height=5.8) if ax is None else ax
    for place, (heights, title, letters, points) in enumerate(zip(losses, titles, names, lowest, strict=True)):
        corner = np.array([2.44 * (place % 2), -2.68 * (place // 2)])
        _draw_bowl(ax, np.asarray(heights), corner)
        _mark_lowest(ax, np.asarray(points, dtype=float), corner)
        write(ax, title, corner + [0, 1], (0, 6), "black", ha="center", fontsize=12, fontweight="bold")
        right, up = letters.split() if " " in letters else list(letters)
        write(ax, right, corner - [0, 1], (0, -15), "#333333", ha="center")
        write(ax, up, corner - [1, 0], (-6, 0), "#333333", ha="right", va="center")
    rows = (len(losses) + 1) // 2
    ax.set(xlim=(-1.3, 3.48), ylim=(1.02 - 2.68 * rows, 1.28), xlabel="one weight", ylabel="another weight")
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def plot_chords(share: ArrayLike, curves: Curves, *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw losses along a segment between two points of the weights, each with its chord and its value half-way.

    Parameters
    ----------
    share : array_like, shape (n,)
        How far along the segment, 0 … 1, with n odd.
    curves : mapping of str to array_like, shape (n,)
        The losses.
    """
    ax = new_axes() if ax is None else ax
    share = np.asarray(share)
    half = len(share) // 2
    for name, values, color, _, _ in looks(curves, BLUE_FIRST):
        ends = np.mean(values[[0, -1]])
        ax.plot(share, values, color=color)
        ax.plot([0, 1], values[[0, -1]], color=color, linestyle=":", linewidth=1.6)
        ax.plot(0.5, values[half], "o", color=color, markersize=7)
        ax.plot(0.5, ends, "o", color="white", markeredgecolor=color, markersize=7)
        _name_curve(ax, share, values, name, color, at=0.36, below=values[half] < ends)  # not where the chord is
    ax.set(xlim=(0, 1), xlabel="share of the way from one point to the other", ylabel=ylabel)
    ax.set_ylim(bottom=0)
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
    """
    ax = new_axes() if ax is None else ax
    times, norms = np.asarray(times, dtype=float), np.asarray(norms, dtype=float)
    ax.semilogx(times, norms, color=COLORS["blue"])
    start = len(times) // 2
    line = norms[-1] + slope * np.log(times[start:] / times[-1])
    ax.semilogx(times[start:], line + 0.06 * norms[-1], color=GREY, linewidth=1.4, linestyle="--")
    middle = start + (len(times) - start) // 2
    name = f"slope {slope * np.log(10):.3g}\nper factor of 10"
    write(ax, name, (times[middle], line[middle - start]), (-12, 26), "#333333", ha="right")
    ax.set(xlim=(times[0], times[-1]), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return ax


def plot_penalty_path(l2: ArrayLike, norms: Curves, *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw the length of the weights of penalised fits against the strength of the penalty, which falls to the right.

    Parameters
    ----------
    l2 : array_like, shape (n,)
        The strengths λ, falling.
    norms : mapping of str to array_like, shape (n,)
        The lengths for each set of data.
    """
    ax = new_axes() if ax is None else ax
    l2 = np.asarray(l2)
    for (name, values, color, _, style), at in zip(looks(norms, BLUE_FIRST[:4]), (0.6, 0.97, 0.8, 0.9), strict=False):
        ax.semilogx(l2, values, color=color, linestyle=style)
        _name_curve(ax, l2, values, name, color, at=at)
    ax.invert_xaxis()
    ax.set(xlim=(np.max(l2), np.min(l2)), xlabel="strength λ of the penalty, falling to the right", ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return ax


def plot_one_unit(
    x: ArrayLike, groups: Curves, curves: Curves, *, xlabel: str, ylabel: str,
    ax: Axes | None = None
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
    """
    ax = new_axes(height=3.9) if ax is None else ax
    x = np.asarray(x)
    for name, values, color, _, style in looks(curves, BLUE_FIRST):
        ax.plot(x, values, color=color, linestyle=style)
        top = np.flatnonzero(values > 0.97 * values.max())
        at = top[len(top) // 2]
        write(ax, name, (x[at], values[at]), (0, 7), color, ha="center")
    for row, ((name, places), marker) in enumerate(zip(groups.items(), "os^", strict=False)):
        _draw_samples(ax, name, np.asarray(places), -0.12 - 0.11 * row, marker, room=x.max() - 0.2 * np.ptp(x))
    ax.set(xlim=(np.min(x), np.max(x)), ylim=(-0.12 - 0.11 * len(groups), 0.7), xlabel=xlabel, ylabel=ylabel)
    ax.set_yticks([0, 0.2, 0.4, 0.6])
    return ax


def plot_pass(
    along: ArrayLike, losses: ArrayLike, *, marks: Mapping[str, int], floor: tuple[float, str], xlabel: str,
    ylabel: str, ax: Axes | None = None
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
    """
    ax = new_axes() if ax is None else ax
    along, losses = np.asarray(along), np.asarray(losses)
    ax.plot(along, losses, color=COLORS["blue"])
    level, name = floor
    ax.axhline(level, color=COLORS["vermilion"], linestyle="--", linewidth=1.4)
    write(ax, name, (along[-1], level), (0, 6), COLORS["vermilion"], ha="right")
    for text, place in marks.items():
        high = losses[place] >= level
        side = "center" if high else "left" if place < along.size // 2 else "right"
        ax.plot(along[place], losses[place], "^" if high else "o", color="black", markersize=8)
        write(ax, text, (along[place], losses[place]), (0, 10 if high else -20), "black", ha=side, fontweight="bold")
    reach = np.ptp(losses)
    ax.set(xlim=(along[0] - 0.02 * np.ptp(along), along[-1] + 0.02 * np.ptp(along)), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(losses.min() - 0.2 * reach, max(losses.max(), level) + 0.22 * reach)
    return ax


def _draw_bowl(ax: Axes, heights: Array, corner: Array) -> None:
    """Draw contour lines of a loss in the square around `corner`, equally far apart on a logarithmic scale."""
    across, up = (np.linspace(-1, 1, size) + middle for size, middle in zip(heights.shape[::-1], corner, strict=True))
    levels = np.geomspace(1.01 * heights.min(), heights.max(), 12)
    shades = BoundaryNorm(levels, 256, extend="min")
    ax.contourf(across, up, heights, levels=levels, cmap="Blues_r", norm=shades, alpha=0.5, extend="min")
    ax.contour(across, up, heights, levels=levels, colors="#8D99A6", linewidths=0.9)


def _mark_lowest(ax: Axes, points: Array, corner: Array) -> None:
    """Mark where a loss is lowest: points inside, a line from border to border, or an arrow to the border."""
    at_border = np.max(np.abs(points), axis=1) >= 1
    places = points + corner
    if not at_border.any():
        ax.plot(*places.T, "o", color="black", markersize=8)
    elif at_border.all():
        ax.plot(*places.T, color="black", linewidth=2.4)
    else:
        ax.annotate("", places[-1], places[0], arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 2})


def _draw_samples(ax: Axes, name: str, places: Array, height: float, marker: str, *, room: float) -> None:
    """Draw a row of samples, with its name on the right where they end before `room`."""
    look: Look = {"markersize": 4.5, "alpha": 0.45, "markeredgewidth": 0}
    ax.plot(places, np.full(len(places), height), marker, color="#56616E", **look)
    end, side = (places.max() + 0.1, "left") if places.max() < room else (places.min() - 0.1, "right")
    ax.text(end, height, name, va="center", ha=side, fontsize=10.5, color="#333333")


def _name_curve(ax: Axes, x: Array, values: Array, name: str, color: str, *, at: float, below: bool = False) -> None:
    """Write the name of a curve at some share of its points, above or below it."""
    place = int(at * (len(x) - 1))
    write(ax, name, (x[place], values[place]), (-8, -20 if below else 8), color, ha="right")
