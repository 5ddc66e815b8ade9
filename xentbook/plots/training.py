"""Figures of training: losses against steps, what is left to fall, and the path over two weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import BLUE_FIRST, COLORS, Array, Curves, Point, looks, new_axes, write

__all__ = ["plot_training", "plot_convergence", "plot_paths"]


def plot_training(
    steps: ArrayLike, train: ArrayLike, test: ArrayLike, *, names: tuple[str, str] = ("training data", "new data"),
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the loss on training and on new data against the number of steps, on a logarithmic axis of steps.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Steps of training, rising, above 0; at least two.
    train, test : array_like, shape (m,)
        Mean losses in nats.
    names : (str, str)
        What the two sets of data are called.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on; the least loss on new data is written below its curve.

    Examples
    --------
    >>> from xentbook import plots
    >>> ax = plots.plot_training([10, 100, 1000], [0.9, 0.4, 0.1], [0.95, 0.6, 0.7])
    >>> ax.get_xscale()
    'log'
    """
    ax = new_axes(height=3.5) if ax is None else ax
    steps, train, test = np.asarray(steps), np.asarray(train), np.asarray(test)
    ax.semilogx(steps, train, "--s", color=COLORS["blue"], markersize=7)
    ax.semilogx(steps, test, "-o", color=COLORS["vermilion"], markersize=7)
    least = int(np.argmin(test))
    write(ax, f"least: {test[least]:.3f}", (steps[least], test[least]), (0, -20), COLORS["vermilion"])
    write(ax, names[1], (steps[-1], test[-1]), (-8, 8), COLORS["vermilion"], ha="right", fontweight="bold")
    write(ax, names[0], (steps[-2], train[-2]), (0, 10), COLORS["blue"], ha="center", fontweight="bold")
    ax.set(xlabel="steps of training", ylabel="cross-entropy (nats)", ylim=(-0.02, 1.2 * max(test.max(), train.max())))
    return ax


def plot_convergence(
    x: Curves, gaps: Curves, *, xlabel: str, ylabel: str = "loss above the minimum (nats)", log_x: bool = False,
    floor: float = 1e-12, labels_at: Mapping[str, Point] | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how the distance to the minimum shrinks, on a logarithmic scale.

    Parameters
    ----------
    x, gaps : mapping of str to array_like, shape (t,)
        For each run its steps, and what is left to fall at each; up to seven runs.
    xlabel, ylabel : str
        What the axes count, with the unit.
    log_x : bool
        Whether the steps too have a logarithmic scale.
    floor : float
        Only gaps above it are drawn, in the unit of the gaps.
    labels_at : mapping of str to (float, float), optional
        Where the name of a run begins; by default where its line ends.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import numpy as np
    >>> from xentbook import plots
    >>> steps = np.arange(20)
    >>> ax = plots.plot_convergence({"rate 0.5": steps}, {"rate 0.5": 0.5**steps}, xlabel="step")
    >>> ax.get_yscale()
    'log'
    """
    ax = new_axes(height=3.8) if ax is None else ax
    places = labels_at or {}
    ax.set_xscale("log" if log_x else "linear")
    ax.set_yscale("log")
    for name, gap, color, _, line in looks(gaps, BLUE_FIRST):
        steps = np.asarray(x[name], dtype=float)
        keep = (gap > floor) & ((steps > 0) | (not log_x))
        ax.plot(steps[keep], gap[keep], linestyle=line, color=color)
        write(ax, name, places.get(name, (steps[keep][-1], gap[keep][-1])), (4, 2), color)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_paths(
    grid: tuple[ArrayLike, ArrayLike, ArrayLike], paths: Curves, *, xlabel: str, ylabel: str,
    levels: ArrayLike = (0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6), minimum: Point | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw lines of equal loss over two weights, and the paths of optimisers on them.

    Parameters
    ----------
    grid : (array_like, array_like, array_like), shapes (m,), (k,) and (k, m)
        The two axes and the loss above its minimum, in nats.
    paths : mapping of str to array_like, shape (t, 2)
        The points that an optimiser visits, at least two, by its name; up to seven paths.
    xlabel, ylabel : str
        The weights, with their units.
    levels : array_like
        Where the lines of equal loss are, rising, in nats.
    minimum : (float, float), optional
        Where the loss is least: a star.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import numpy as np
    >>> from xentbook import plots
    >>> w = np.linspace(-2, 2, 41)
    >>> path = [[1.5, 1.0], [0.6, -0.4], [0.2, 0.1]]
    >>> ax = plots.plot_paths((w, w, np.add.outer(w**2, w**2 / 4)), {"momentum": path}, xlabel="bias", ylabel="slope")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('bias', 'slope')
    """
    ax = new_axes(height=3.7) if ax is None else ax
    across, up, gap = (np.asarray(part) for part in grid)
    ax.contour(across, up, gap, levels=np.asarray(levels), colors="#A9B1BA", linewidths=0.9)
    for (name, path, color, _, line), marker in zip(looks(paths, BLUE_FIRST), "os^Dv<>", strict=False):
        ax.plot(*path.T, linestyle=line, marker=marker, color=color, linewidth=1.4, markersize=4.5)
        _name_first_step(ax, name, path, color)
    if minimum is not None:
        ax.plot(*minimum, "*", color=COLORS["black"], markersize=13, zorder=5)
    ax.set(xlim=(across.min(), across.max()), ylim=(up.min(), up.max()), xlabel=xlabel, ylabel=ylabel)
    ax.grid(visible=False)
    return ax


def _name_first_step(ax: Axes, name: str, path: Array, color: str) -> None:
    """Write the name of a path beside the middle of its first step, on the side away from where it goes."""
    middle = path[:2].mean(axis=0)
    if path[1, 0] < path[0, 0] - 0.5:
        write(ax, name, middle, (-6, 6), color, ha="right")
    else:
        write(ax, name, middle, (7, 0), color, ha="left")
