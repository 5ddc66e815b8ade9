"""Figures on optimisers (chapter 9): where steps lead, how fast a gap closes, and what noise leaves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import BLUE_FIRST, COLORS, GREY, Curves, looks, new_axes, write

__all__ = [
    "plot_step_lengths",
    "plot_step_sweep",
    "plot_noise_floor",
    "plot_step_grid",
]


def plot_step_lengths(walks: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Draw walks on a parabola of curvature 1, two panels in a row: where each step lands.

    Parameters
    ----------
    walks : mapping of str to array_like, shape (t,)
        For each panel its title and the weight before the first step and after each step, between -1.6 and 1.6; the
        lowest point is at 0.
    """
    ax = new_axes(height=4.6) if ax is None else ax
    w = np.linspace(-1.6, 1.6, 161)
    for place, (title, walk) in enumerate(walks.items()):
        across, down = 3.7 * (place % 2), 2.05 * (place // 2)
        points = np.asarray(walk, dtype=float)
        ax.plot(w + across, w**2 / 2 - down, color="#8D99A6", linewidth=1.6)
        ax.plot(points + across, points**2 / 2 - down, color=COLORS["blue"], linewidth=1.4)
        ax.plot(points + across, points**2 / 2 - down, "o", color=COLORS["blue"], markersize=4.5)
        ax.plot(points[0] + across, points[0] ** 2 / 2 - down, "o", color=COLORS["vermilion"], markersize=8)
        write(ax, title, (across, 1.28 - down), (0, 5), "black", ha="center", fontweight="bold")
    rows = (len(walks) + 1) // 2
    ax.set(xlim=(-1.75, 5.45), ylim=(1.86 - 2.05 * rows, 1.62), xlabel="weight", ylabel="loss")
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    return ax


def plot_step_sweep(
    steps: ArrayLike, losses: ArrayLike, *, limits: Mapping[str, float], ax: Axes | None = None
) -> Axes:
    """Draw where gradient descent ends against its step size: a line where it settles, several where it goes round.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Step sizes in units of 1/L.
    losses : array_like, shape (t, m)
        Losses of the last t points of each run, in nats.
    limits : mapping of str to float
        Step sizes to mark, by what they are, in units of 1/L.
    """
    ax = new_axes() if ax is None else ax
    losses = np.asarray(losses)
    ax.plot(np.repeat([steps], len(losses), axis=0), losses, ".", color=COLORS["blue"], markersize=3)
    for index, (name, value) in enumerate(limits.items()):
        color, line = (COLORS["black"], ":") if index % 2 else (COLORS["vermilion"], "--")
        ax.axvline(value, color=color, linestyle=line, linewidth=1.6)
        place = (value, losses.max() * (0.98 - 0.17 * index))
        write(ax, name, place, (5, 0), color, va="top")
    ax.set(
        xlim=(np.min(steps), np.max(steps)), xlabel="step size (units of 1/L)", ylabel="loss at the last steps (nats)"
    )
    return ax


def plot_noise_floor(steps: ArrayLike, measured: Curves, *, predicted: ArrayLike, ax: Axes | None = None) -> Axes:
    """Draw how far above the minimum stochastic gradient descent rattles, against its constant step size.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Step sizes.
    measured : mapping of str to array_like, shape (m,)
        Mean gap in nats, by the way samples are drawn.
    predicted : array_like, shape (m,)
        What theory says of the first.
    """
    ax = new_axes() if ax is None else ax
    steps = np.asarray(steps)
    ax.loglog(steps, predicted, color=GREY, linewidth=1.4)
    middle = len(steps) // 2
    for name, gaps, color, marker, _ in looks(measured, BLUE_FIRST):
        ax.loglog(steps, gaps, linestyle="", marker=marker, color=color, markersize=8)
        write(ax, name, (steps[middle], gaps[middle]), (10, -13), color)
    ax.set_xticks(steps, [f"{step:g}" for step in steps])
    ax.minorticks_off()
    ax.set(xlabel="step size η", ylabel="mean gap (nats)")
    return ax


def plot_step_grid(curves: Curves, *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw what each optimiser reaches against its step size: curves whose lowest points are to be compared.

    Parameters
    ----------
    curves : mapping of str to (array_like, array_like)
        By the name of the optimiser: step sizes, and the loss reached with each.
    """
    ax = new_axes() if ax is None else ax
    for name, (steps, reached), color, marker, line in looks(curves, BLUE_FIRST):
        ax.loglog(steps, reached, linestyle=line, marker=marker, color=color)
        if reached[0] > reached[-1]:  # at the higher end
            write(ax, name, (steps[0], reached[0]), (8, 2), color)
        else:
            write(ax, name, (steps[-1], reached[-1]), (9, 0), color, va="center")
    pairs = [np.asarray(pair) for pair in curves.values()]
    room = 12 if any(reached[0] <= reached[-1] for _, reached in pairs) else 2  # for names on the right
    ax.set_xlim(right=room * max(steps.max() for steps, _ in pairs))
    ax.set(xlabel="step size η", ylabel=ylabel)
    return ax
