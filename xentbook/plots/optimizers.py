"""Figures on optimisers (chapter 9): where steps lead, how fast a gap closes, and what noise leaves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import COLORS, ink, new_axes

__all__ = [
    "plot_valley",
    "plot_step_sweep",
    "plot_gaps",
    "plot_noise_floor",
    "plot_step_grid",
]

_LINES = [
    (COLORS["blue"], "-"), (COLORS["vermilion"], "--"), (COLORS["green"], "-."), (COLORS["purple"], ":"),
    (COLORS["black"], (0, (5, 1, 1, 1, 1, 1))), (COLORS["sky"], (0, (7, 2))), (COLORS["orange"], (0, (2, 1))),
]  # fmt: skip


def plot_valley(
    grid: tuple[ArrayLike, ArrayLike, ArrayLike],
    paths: Mapping[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    minimum: tuple[float, float],
    ax: Axes | None = None,
) -> Axes:
    """Draw lines of equal loss over two weights, and the paths of optimisers on them.

    Parameters
    ----------
    grid : (array_like, array_like, array_like), shapes (m,), (k,) and (k, m)
        The two axes and the loss above its minimum, in nats.
    paths : mapping of str to array_like, shape (t, 2)
        The points that an optimiser visits, by its name; the first two are drawn apart by marker and line.
    xlabel, ylabel : str
        The weights, with their units.
    minimum : (float, float)
        Where the loss is least.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.7) if ax is None else ax
    across, up, gap = grid
    levels = [0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6]
    ax.contour(across, up, gap, levels=levels, colors="#A9B1BA", linewidths=0.9)
    for (name, path), (color, line), marker in zip(paths.items(), _LINES, "os^D", strict=False):
        x, y = np.asarray(path).T
        ax.plot(x, y, linestyle=line, marker=marker, color=color, linewidth=1.4, markersize=4.5)
        side = dict(ha="right", xytext=(-6, 6)) if x[1] < x[0] - 0.5 else dict(ha="left", xytext=(7, 0))
        _name(ax, name, ((x[0] + x[1]) / 2, (y[0] + y[1]) / 2), color, **side)
    ax.plot(*minimum, "*", color=COLORS["black"], markersize=13, zorder=5)
    ax.set(xlim=(np.min(across), np.max(across)), ylim=(np.min(up), np.max(up)), xlabel=xlabel, ylabel=ylabel)
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
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    losses = np.asarray(losses)
    ax.plot(np.repeat([steps], len(losses), axis=0), losses, ".", color=COLORS["blue"], markersize=3)
    for index, (name, value) in enumerate(limits.items()):
        color, line = [(COLORS["vermilion"], "--"), (COLORS["black"], ":")][index % 2]
        ax.axvline(value, color=color, linestyle=line, linewidth=1.6)
        place = (value, losses.max() * (0.98 - 0.17 * index))
        _name(ax, name, place, color, xytext=(5, 0), va="top")
    ax.set(
        xlim=(np.min(steps), np.max(steps)), xlabel="step size (units of 1/L)", ylabel="loss at the last steps (nats)"
    )
    return ax


def plot_gaps(
    x: Mapping[str, ArrayLike],
    gaps: Mapping[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str = "loss above the minimum (nats)",
    log_x: bool = False,
    floor: float = 1e-12,
    labels_at: Mapping[str, tuple[float, float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how the distance to the minimum shrinks, on a logarithmic scale.

    Parameters
    ----------
    x, gaps : mapping of str to array_like, shape (t,)
        For each run its steps, and what is left to fall at each.
    xlabel, ylabel : str
        What the axes count, with the unit.
    log_x : bool
        Whether the steps too have a logarithmic scale.
    floor : float
        The smallest gap that is drawn.
    labels_at : mapping of str to (float, float), optional
        Where the name of a run begins; by default where its line ends.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.8) if ax is None else ax
    places = labels_at or {}
    ax.set_xscale("log" if log_x else "linear")
    ax.set_yscale("log")
    for (name, gap), (color, line) in zip(gaps.items(), _LINES, strict=False):
        steps, gap = np.asarray(x[name], dtype=float), np.asarray(gap, dtype=float)
        keep = (gap > floor) & ((steps > 0) | (not log_x))
        ax.plot(steps[keep], gap[keep], linestyle=line, color=color)
        _name(ax, name, places.get(name, (steps[keep][-1], gap[keep][-1])), color, xytext=(4, 2))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_noise_floor(
    steps: ArrayLike, measured: Mapping[str, ArrayLike], *, predicted: ArrayLike, ax: Axes | None = None
) -> Axes:
    """Draw how far above the minimum stochastic gradient descent rattles, against its constant step size.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Step sizes.
    measured : mapping of str to array_like, shape (m,)
        Mean gap in nats, by the way samples are drawn.
    predicted : array_like, shape (m,)
        What theory says of the first.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    ax.loglog(steps, predicted, color="#444444", linewidth=1.4)
    middle = len(np.asarray(steps)) // 2
    for (name, gaps), (color, _), marker in zip(measured.items(), _LINES, "os^", strict=False):
        ax.loglog(steps, gaps, linestyle="", marker=marker, color=color, markersize=8)
        _name(ax, name, (np.asarray(steps)[middle], np.asarray(gaps)[middle]), color, xytext=(10, -13))
    ax.set_xticks(steps, [f"{step:g}" for step in np.asarray(steps)])
    ax.minorticks_off()
    ax.set(xlabel="step size η", ylabel="mean gap (nats)")
    return ax


def plot_step_grid(curves: Mapping[str, tuple[ArrayLike, ArrayLike]], *, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw what each optimiser reaches against its step size: curves whose lowest points are to be compared.

    Parameters
    ----------
    curves : mapping of str to (array_like, array_like)
        By the name of the optimiser: step sizes, and the loss reached with each.
    ylabel : str
        What is reached, with its unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes() if ax is None else ax
    for (name, (steps, reached)), (color, line), marker in zip(curves.items(), _LINES, "os^", strict=False):
        ax.loglog(steps, reached, linestyle=line, marker=marker, color=color)
        if reached[0] > reached[-1]:  # at the higher end
            _name(ax, name, (steps[0], reached[0]), color, xytext=(8, 2))
        else:
            _name(ax, name, (steps[-1], reached[-1]), color, xytext=(9, 0), va="center")
    room = 12 if any(reached[0] <= reached[-1] for _, reached in curves.values()) else 2  # for names on the right
    ax.set_xlim(right=room * max(np.max(steps) for steps, _ in curves.values()))
    ax.set(xlabel="step size η", ylabel=ylabel)
    return ax


def _name(ax: Axes, name: str, place: tuple, color: str, **style: object) -> None:
    """Write the name of a line beside one of its points."""
    common = {"xytext": (4, 5), "textcoords": "offset points", "fontsize": 11, "color": ink(color)}
    ax.annotate(name, place, **common | style)
