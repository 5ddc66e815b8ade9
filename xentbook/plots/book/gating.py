"""Figures on systems that check themselves (chapter 15): what is read, what is answered, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Curves, Look, Point, color_legend, ink, looks, new_axes, write

__all__ = ["plot_meters", "plot_action_costs", "plot_costs_by_split", "plot_alarm"]


def plot_meters(images: ArrayLike, notes: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw photographs of meters, a row each, with a note beside it.

    Parameters
    ----------
    images : array_like, shape (n, m, 8, 8)
        Photographs of m digits on n meters, 0 for paper to 1 for ink.
    notes : sequence of str
        What to write beside each meter.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    photos = np.asarray(images, dtype=float)
    n, m = photos.shape[:2]
    for i, j in np.ndindex(n, m):
        extent = (j + 0.04, j + 0.96, i + 0.92, i + 0.08)
        ax.imshow(photos[i, j], cmap="gray_r", vmin=0, vmax=1, extent=extent, aspect="auto")
    for i, note in enumerate(notes):
        ax.text(m + 0.15, i + 0.5, note, va="center", fontsize=11, color="#222222")
    ax.set(xlim=(0, 1.75 * m), ylim=(n, 0), xticks=np.arange(m) + 0.5, yticks=np.arange(n) + 0.5)
    ax.set(xticklabels=range(1, m + 1), yticklabels=range(1, n + 1), ylabel="meter")
    ax.set_xlabel("place of the digit", x=0.5 / 1.75)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax


def plot_action_costs(
    p: ArrayLike, costs: Curves, *, switches: Sequence[float], zones: Sequence[str], xlabel: str,
    ylabel: str = "expected cost", ylim: Point | None = None, logarithmic: bool = False,
    marks: Mapping[str, float] | None = None, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw what each of up to four actions costs on average, and where another becomes the cheapest.

    Parameters
    ----------
    p : array_like, shape (m,)
        Probabilities, rising.
    costs : mapping from str to array_like, shape (m,)
        Expected cost of each action.
    switches : sequence of float
        Where the cheapest action changes, rising.
    zones : sequence of str
        The cheapest action left of the first switch, between the switches, and right of the last one.
    ylim : (float, float), optional
        Least and largest cost to show.
    logarithmic : bool
        Whether both axes are.
    marks : mapping from str to float, optional
        Probabilities to mark by a dot on the cheapest action, and what to write above each.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    p, lines = np.asarray(p, dtype=float), {name: np.asarray(cost, dtype=float) for name, cost in costs.items()}
    if logarithmic:
        ax.set(xscale="log", yscale="log")
    least = np.min(list(lines.values()), axis=0)
    ax.plot(p, least, color="#B8BEC6", linewidth=9, solid_capstyle="butt", zorder=1)
    for name, cost, color, _, line in looks(lines):
        ax.plot(p, cost, linestyle=line, color=color, linewidth=2, label=name)
    ax.set(xlim=(p[0], p[-1]), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(ylim)
    for name, place in (marks or {}).items():
        height = float(np.interp(place, p, least))
        ax.plot(place, height, "o", color="#222222", markersize=9, zorder=4)
        write(ax, name, (place, height), (0, 9), "#222222", ha="center", fontweight="bold")
    _mark_zones(ax, switches, zones)
    color_legend(ax, handlelength=2.6, loc="upper center", bbox_to_anchor=(0.5, 1.24), ncols=len(lines))
    return ax


def plot_costs_by_split(costs: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the cost of each system in each of several splits: a dot a split, a bar at their mean.

    Parameters
    ----------
    costs : mapping from str to array_like, shape (m,)
        Mean costs in m splits, by system.
    """
    ax = new_axes(height=0.8 + 0.5 * len(costs)) if ax is None else ax
    for i, values in enumerate(np.asarray(cost, dtype=float) for cost in costs.values()):
        ax.plot(values, np.full(values.size, i), "o", color=COLORS["blue"], alpha=0.55, markersize=8, markeredgewidth=0)
        ax.plot([values.mean()] * 2, [i - 0.3, i + 0.3], color=COLORS["vermilion"], linewidth=3)
        look: Look = {"ha": "center", "va": "bottom", "fontsize": 10, "color": ink(COLORS["vermilion"])}
        ax.text(values.mean(), i - 0.36, f"{values.mean():.2f}", **look)
    ax.set(yticks=range(len(costs)), yticklabels=list(costs), ylim=(len(costs) - 0.5, -0.8), xlabel="cost of a meter")
    ax.set_xlim(left=0)
    ax.set_ylabel("system")
    return ax


def plot_alarm(noise: ArrayLike, shares: Curves, *, usual: float, ax: Axes | None = None) -> Axes:
    """Draw shares of meters against the noise of the camera, one line each, and the noise that was calibrated for.

    Parameters
    ----------
    noise : array_like, shape (m,)
        Standard deviations of the noise, rising.
    shares : mapping from str to array_like, shape (m,)
        Shares of meters, up to four.
    usual : float
        The noise that the system was calibrated for.
    """
    ax = new_axes(height=3.7) if ax is None else ax
    ax.axvline(usual, color="#8B95A1", linewidth=1.2)
    ax.text(usual, 0.02, "calibrated here ", fontsize=11, color=GREY, ha="right")
    for name, share, color, marker, line in looks(shares):
        ax.plot(noise, share, linestyle=line, marker=marker, color=color, linewidth=2, markersize=7, label=name)
    ax.set(xlabel="noise of the camera (standard deviation, ink = 1)", ylabel="share of meters", ylim=(0, 1))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    color_legend(ax, handlelength=2.6, loc="lower right")
    return ax


def _mark_zones(ax: Axes, switches: Sequence[float], zones: Sequence[str]) -> None:
    """Draw a line at each switch, and write above the stretches between them what is cheapest there."""
    left, right = ax.get_xlim()
    ends, logarithmic = [left, *switches, right], ax.get_xscale() == "log"
    for switch in switches:
        ax.axvline(switch, color="#8B95A1", linewidth=1.2)
    for name, a, b in zip(zones, ends, ends[1:], strict=False):
        middle = np.sqrt(a * b) if logarithmic else (a + b) / 2
        narrow = b == right and not logarithmic and b - a < (right - left) / 10  # its name would leave the axes
        place, side = (right, "right") if narrow else (middle, "center")
        look: Look = {"xycoords": ("data", "axes fraction"), "ha": side, "fontweight": "bold"}
        write(ax, name, (place, 1), (0, 4), "#222222", **look)
