"""Figures on anomaly detection (chapter 14): where detectors give an alarm, what they rebuild, how they compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, STYLES, Curves, Look, Point, color_legend, ink, lift, looks, new_axes, write

__all__ = [
    "plot_alarms",
    "plot_directions",
    "plot_score_levels",
    "plot_tail",
    "plot_rebuilt",
    "plot_pictures",
    "plot_contest",
    "plot_contamination",
]


def plot_alarms(
    samples: ArrayLike, x: ArrayLike, y: ArrayLike, alarms: Sequence[ArrayLike], titles: Sequence[str], *,
    marks: Mapping[str, Point], caught: Sequence[Sequence[bool]], ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw where detectors give an alarm, two panels in a row, with points that each finds or misses.

    Parameters
    ----------
    samples : array_like, shape (n, 2)
        Length and width of usual petals in cm.
    x, y : array_like, shapes (a,), (b,)
        Grid of lengths and of widths, rising from 0.
    alarms : sequence of array_like, shape (b, a)
        For each detector, whether it gives an alarm at each point of the grid.
    titles : sequence of str
        What each panel shows.
    marks : mapping from str to (float, float)
        Points by name.
    caught : sequence of sequence of bool
        For each detector, which of the points it finds.
    """
    ax = new_axes(height=5.0) if ax is None else ax
    x, y = np.asarray(x), np.asarray(y)
    step = np.array([1.13 * x[-1], -1.42 * y[-1]])
    for place, (alarm, title, found) in enumerate(zip(alarms, titles, caught, strict=True)):
        left, low = step * (place % 2, place // 2)
        shade: Look = {"levels": [0.5, 1.5], "colors": [COLORS["orange"]], "alpha": 0.3}
        ax.contourf(left + x, low + y, np.asarray(alarm, dtype=float), **shade)
        ax.plot(left + x[[0, -1, -1, 0, 0]], low + y[[0, 0, -1, -1, 0]], color=GREY, linewidth=1)
        ax.plot(*(np.transpose(samples) + [[left], [low]]), "o", color=GREY, markersize=3.5, alpha=0.5, mew=0)
        _draw_caught(ax, {name: (left + a, low + b) for name, (a, b) in marks.items()}, found)
        write(ax, title, (left + x[-1] / 2, low + y[-1]), (0, 5), "black", ha="center", fontsize=12, fontweight="bold")
    _frame_panels(ax, (len(titles) + 1) // 2, x[-1], y[-1])
    return ax


def plot_directions(
    samples: ArrayLike, directions: ArrayLike, labels: Sequence[str], *, mark: Point, name: str, xlabel: str,
    ylabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw samples around their mean with two perpendicular directions, and the way to a point along both.

    Parameters
    ----------
    samples : array_like, shape (n, 2)
        Samples, counted from their mean.
    directions : array_like, shape (2, 2)
        The directions as rows, each as long as two standard deviations along it.
    labels : sequence of two str
        What stands at the end of each direction.
    mark : (float, float)
        The point, with its `name`.
    """
    ax = new_axes(height=4.4) if ax is None else ax
    ax.plot(*np.transpose(samples), "o", color=GREY, markersize=4, alpha=0.45, markeredgewidth=0)
    ends, point = np.asarray(directions, dtype=float), np.asarray(mark, dtype=float)
    unit = ends[0] / np.linalg.norm(ends[0])
    corner = (point @ unit) * unit
    ax.plot(*np.transpose([(0, 0), corner, point]), color=COLORS["vermilion"], linestyle=":", linewidth=2.5, zorder=4)
    for end, label, color, way in zip(ends, labels, ("blue", "green"), ((-8, 0), (10, -2)), strict=True):
        ax.plot(*np.transpose([-end, end]), color=COLORS[color], linewidth=3)
        side = "right" if way[0] < 0 else "left"
        _write(ax, label, (end[0], end[1]), way, COLORS[color], ha=side, va="center", fontweight="bold")
    ax.plot(*point, "X", color=COLORS["vermilion"], markersize=12, markeredgecolor="white", zorder=5)
    _write(ax, name, mark, (11, -3), COLORS["vermilion"], fontweight="bold")
    ax.set(xlabel=xlabel, ylabel=ylabel, aspect="equal")
    return ax


def plot_score_levels(
    samples: ArrayLike, x: ArrayLike, y: ArrayLike, score: ArrayLike, levels: Sequence[float], *,
    marks: Mapping[str, Point] | None = None, xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw samples of two features with level lines of a score of strangeness, and named points.

    Parameters
    ----------
    samples : array_like, shape (n, 2)
        Usual samples.
    x, y : array_like, shapes (a,), (b,)
        Grid of both features.
    score : array_like, shape (b, a)
        Score at each point of the grid.
    levels : sequence of float
        Rising scores at which lines are drawn, each labelled with its score.
    marks : mapping from str to (float, float), optional
        Points by name.
    """
    ax = new_axes(height=4.0) if ax is None else ax
    lines = ax.contour(x, y, score, levels=levels, colors=[COLORS["blue"]], linewidths=1.5)
    for text in ax.clabel(lines, fmt="%g", fontsize=11):
        text.set_color(ink(COLORS["blue"]))
    ax.plot(*np.transpose(samples), "o", color=GREY, markersize=5, alpha=0.55, markeredgewidth=0)
    for name, place in (marks or {}).items():
        ax.plot(*place, "X", color=COLORS["vermilion"], markersize=12, markeredgecolor="white", zorder=5)
        _write(ax, name, place, (11, -3), COLORS["vermilion"], fontweight="bold")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_tail(distance: ArrayLike, tails: Curves, *, xlabel: str, ax: Axes | None = None) -> Axes:
    """Draw shares of samples beyond a distance against that distance, on a logarithmic axis of shares.

    Parameters
    ----------
    distance : array_like, shape (m,)
        Distances, rising.
    tails : mapping from str to array_like, shape (m,)
        Share beyond each distance, by name, up to four.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    distance = np.asarray(distance, dtype=float)
    words = ("solid", "dashed", "dash-dotted", "dotted")
    for place, ((name, tail, color, _, line), word) in enumerate(zip(looks(tails), words, strict=False)):
        tail = np.where(tail > 0, tail, np.nan)
        ax.semilogy(distance, tail, linestyle=line, color=color, linewidth=2.2)
        look: Look = {"ha": "right", "va": "top", "fontsize": 11, "fontweight": "bold", "transform": ax.transAxes}
        ax.text(0.98, 0.95 - 0.1 * place, f"{name} ({word})", color=ink(color), **look)
    ax.set(xlabel=xlabel, ylabel="share beyond", xlim=(distance[0], distance[-1]), ylim=(2e-3, 1.5))
    return ax


def plot_rebuilt(
    images: ArrayLike, rows: Curves, *, titles: Sequence[str], xlabel: str, ax: Axes | None = None
) -> Axes:
    """Draw images above what detectors rebuild of them, a row each.

    Parameters
    ----------
    images : array_like, shape (k, h, w)
        Images, from 0 (paper) to 1 (ink).
    rows : mapping from str to array_like, shape (k, h, w)
        What is rebuilt, by name.
    titles : sequence of k str
        What stands above each image.
    """
    ax = new_axes(height=1.3 * (1 + len(rows)) + 0.6) if ax is None else ax
    _, tall, wide = np.shape(images)
    for row, pictures in enumerate([images, *rows.values()]):
        for column, picture in enumerate(np.asarray(pictures)):
            left, top = column * (wide + 1), row * (tall + 1)
            box = (left, left + wide, top + tall, top)
            ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1, extent=box, interpolation="nearest", zorder=2)
    _frame_images(ax)
    ax.set_xticks(np.arange(len(titles)) * (wide + 1) + wide / 2, titles)
    ax.set_yticks(np.arange(1 + len(rows)) * (tall + 1) + tall / 2, ["given", *rows])
    ax.set(xlim=(-0.5, len(titles) * (wide + 1) - 0.5), ylim=((1 + len(rows)) * (tall + 1) - 0.5, -0.5), aspect="equal")
    ax.set(xlabel=xlabel, ylabel="rebuilt by")
    return ax


def plot_pictures(
    images: ArrayLike, names: Sequence[str], notes: Sequence[str], *, xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:
    """Draw small pictures in a row, each with a name above and a note below.

    Parameters
    ----------
    images : array_like, shape (k, h, w)
        Images, from 0 (paper) to 1 (ink).
    names, notes : sequence of k str
        What stands above and below each picture; both may have several lines.
    """
    ax = new_axes(height=2.3) if ax is None else ax
    _, tall, wide = np.shape(images)
    for column, (picture, name, note) in enumerate(zip(np.asarray(images), names, notes, strict=True)):
        left = 1.25 * column * wide
        box = (left, left + wide, tall, 0)
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1, extent=box, interpolation="nearest", zorder=2)
        ax.plot([left, left + wide, left + wide, left, left], [0, 0, tall, tall, 0], color=GREY, linewidth=0.8)
        write(ax, name, (left + wide / 2, 0), (0, 5), "black", ha="center", fontweight="bold")
        write(ax, note, (left + wide / 2, tall), (0, -5), "black", ha="center", va="top")
    _frame_images(ax)
    ends = 1.25 * wide * (len(names) - 1) + wide
    ax.set(xlim=(-0.1 * wide, ends + 0.1 * wide), ylim=(1.28 * tall, -0.3 * tall), aspect="equal")
    ax.set(xticks=[], yticks=[], xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_label_position("bottom")
    return ax


def plot_contest(areas: Mapping[str, Curves], *, ax: Axes | None = None) -> Axes:
    """Draw the areas under the ROC curve of detectors: a row each, a mark a task, a line from worst to best.

    Parameters
    ----------
    areas : mapping from str to mapping from str to array_like
        For each task, up to three, and each detector, the areas of all runs.
    """
    detectors = list(next(iter(areas.values())))
    ax = new_axes(height=1.2 + 0.62 * len(detectors)) if ax is None else ax
    ax.axvline(0.5, color=GREY, linewidth=1, linestyle=":")
    for shift, ((task, runs), (hue, marker, _)) in enumerate(zip(areas.items(), STYLES[:3], strict=False)):
        rows, color = np.arange(len(detectors)) + 0.24 * (shift - 1), COLORS[hue]
        each = [np.asarray(runs[detector]) for detector in detectors]
        ax.hlines(rows, [run.min() for run in each], [run.max() for run in each], color=color, lw=2)
        ax.plot([run.mean() for run in each], rows, marker, color=color, markersize=8, label=task)
    color_legend(ax, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, columnspacing=1.2, handletextpad=0.2)
    ax.set(yticks=range(len(detectors)), yticklabels=detectors, ylim=(len(detectors) - 0.5, -0.5), xlim=(None, 1.01))
    ax.set(xlabel="area under the ROC curve", ylabel="detector")
    return ax


def plot_contamination(shares: ArrayLike, areas: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw how well detectors rank against the share of anomalies among the samples they learned from.

    Parameters
    ----------
    shares : array_like, shape (m,)
        Shares, rising, from 0 to 1.
    areas : mapping from str to array_like, shape (m,)
        Area under the ROC curve by detector, up to seven.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    shares = 100 * np.asarray(shares)
    heights = lift([float(np.asarray(area)[-1]) for area in areas.values()], gap=0.022)
    for (name, area, color, marker, line), height in zip(looks(areas), heights, strict=True):
        ax.plot(shares, area, linestyle=line, marker=marker, color=color, linewidth=2, markersize=7)
        look: Look = {"va": "center", "fontsize": 11, "fontweight": "bold"}
        ax.text(shares[-1] * 1.04, height, name, color=ink(color), **look)
    ax.set(
        xlabel="malignant among the learned (%)",
        ylabel="area under the ROC curve",
        xlim=(-0.5, shares[-1] * 1.4),
        xticks=shares,
    )
    return ax


def _frame_panels(ax: Axes, rows: int, length: float, width: float) -> None:
    """Make room for rows of two panels of a length and a width in cm, and name both."""
    ax.set(xlim=(-0.02 * length, 2.15 * length), ylim=(width * (1.36 - 1.42 * rows), 1.2 * width))
    ax.set(xlabel=f"petal length, 0 to {length:g} cm", ylabel=f"petal width, 0 to {width:g} cm", xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _draw_caught(ax: Axes, marks: Mapping[str, Point], found: Sequence[bool]) -> None:
    """Draw named points: a filled cross where one is found, an open ring where it is missed."""
    for (name, place), caught in zip(marks.items(), found, strict=True):
        color = COLORS["vermilion"] if caught else COLORS["black"]
        look: Look = {"marker": "X", "color": color, "markeredgecolor": "white"} if caught else {
            "marker": "o", "color": "white", "markeredgecolor": color, "markeredgewidth": 2}  # fmt: skip
        ax.plot(*place, markersize=11, zorder=5, **look)
        _write(ax, name, place, (-5, 9), color, fontweight="bold")


def _frame_images(ax: Axes) -> None:
    """Take grid, spines and tick marks away, and put the labels of the columns above."""
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")


def _write(ax: Axes, text: str, place: Point, offset: Point, color: str, **style: Any) -> None:
    """Write `text` as `write` does, on a white halo."""
    write(ax, text, place, offset, color, path_effects=[withStroke(linewidth=3, foreground="white")], **style)
