"""Figures on calibration (chapter 11): what was said beside what came, and how far chance alone leads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import COLORS, STYLES, color_legend, new_axes, write

__all__ = ["plot_reliability", "plot_chance_error", "plot_overtraining", "plot_confidence", "plot_calibration_maps"]


def plot_reliability(
    curve: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], *, band: tuple[ArrayLike, ArrayLike] | None = None,
    xlabel: str = "probability said", ylabel: str = "share that came true", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the reliability diagram of binned forecasts: a dot for each bin, its count below, chance as a bar.

    Parameters
    ----------
    curve : (array_like, array_like, array_like, array_like)
        Mean forecast, share that came true and count of each of B bins, shapes (B,), and their edges, shape (B + 1,), as
        `xentbook.reliability_curve` returns them. Empty bins have NaN means.
    band : (array_like, array_like), optional
        Least and largest share of each bin by chance, as `xentbook.consistency_band` returns them.
    xlabel, ylabel : str
        What the axes are.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=4.6) if ax is None else ax
    said, came, count, edges = (np.asarray(part, dtype=float) for part in curve)
    filled = count > 0
    ax.plot([0, 1], [0, 1], color="#444444", linewidth=1.2)
    if band is not None:
        low, high = (np.asarray(end, dtype=float)[filled] for end in band)
        ax.vlines(said[filled], low, high, color=COLORS["sky"], alpha=0.6, linewidth=11)
    ax.plot(
        said[filled],
        came[filled],
        "-o",
        color=COLORS["vermilion"],
        markersize=8,
        linewidth=1.4,
        zorder=4,
        clip_on=False,
    )
    _draw_counts(ax, count, edges)
    ax.set(xlim=(0, 1), ylim=(-0.26, 1.04), yticks=np.linspace(0, 1, 6), xlabel=xlabel)
    ax.set_ylabel(ylabel, y=0.6)
    return ax


def plot_chance_error(
    n: ArrayLike, errors: Mapping[str, ArrayLike], theory: Mapping[str, ArrayLike], *, ax: Axes | None = None
) -> Axes:
    """Draw the mean calibration error of a calibrated forecaster against the number of forecasts, one line a number of bins.

    Parameters
    ----------
    n : array_like, shape (m,)
        Numbers of forecasts.
    errors, theory : mapping from str to array_like, shape (m,)
        Errors measured and predicted, by name, up to four.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.6) if ax is None else ax
    n = np.asarray(n)
    for (name, measured), (color, marker, line) in zip(errors.items(), STYLES, strict=False):
        ax.loglog(n, theory[name], line, color=COLORS[color], linewidth=1.4)
        ax.loglog(n, measured, marker, color=COLORS[color], markersize=8)
        place = (n[-1], np.asarray(measured)[-1])
        write(ax, name, place, (8, 0), COLORS[color], va="center", fontweight="bold")
    ax.set(xlabel="forecasts", ylabel="calibration error (ECE)", xlim=(n[0] / 1.4, n[-1] * 5))
    return ax


def plot_overtraining(steps: ArrayLike, train: ArrayLike, test: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the loss on training and on new data against the number of steps, on a logarithmic axis of steps.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Steps of training.
    train, test : array_like, shape (m,)
        Mean losses in nats.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.5) if ax is None else ax
    steps, train, test = np.asarray(steps), np.asarray(train), np.asarray(test)
    ax.semilogx(steps, train, "--s", color=COLORS["blue"], markersize=7)
    ax.semilogx(steps, test, "-o", color=COLORS["vermilion"], markersize=7)
    least = int(np.argmin(test))
    write(ax, f"least: {test[least]:.3f}", (steps[least], test[least]), (0, -20), COLORS["vermilion"])
    write(ax, "new digits", (steps[-1], test[-1]), (-8, 8), COLORS["vermilion"], ha="right", fontweight="bold")
    write(ax, "training digits", (steps[-2], train[-2]), (0, 10), COLORS["blue"], ha="center", fontweight="bold")
    ax.set(xlabel="steps of training", ylabel="cross-entropy (nats)", ylim=(-0.02, 1.2 * max(test.max(), train.max())))
    return ax


def plot_confidence(steps: ArrayLike, confidence: ArrayLike, accuracy: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw mean confidence and share of right answers on new data against the number of steps, the gap shaded.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Steps of training.
    confidence, accuracy : array_like, shape (m,)
        Mean probability of the chosen class, and share of right choices.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.3) if ax is None else ax
    steps, confidence, accuracy = np.asarray(steps), np.asarray(confidence), np.asarray(accuracy)
    ax.fill_between(
        steps,
        accuracy,
        confidence,
        where=confidence >= accuracy,
        interpolate=True,
        color=COLORS["orange"],
        alpha=0.3,
        lw=0,
    )
    ax.semilogx(steps, confidence, "-o", color=COLORS["vermilion"], markersize=7)
    ax.semilogx(steps, accuracy, "--s", color=COLORS["blue"], markersize=7)
    write(ax, "says", (steps[-1], confidence[-1]), (8, 0), COLORS["vermilion"], va="center", fontweight="bold")
    write(ax, "is right", (steps[-1], accuracy[-1]), (8, 0), COLORS["blue"], va="center", fontweight="bold")
    ax.set(xlabel="steps of training", ylabel="share of new digits", xlim=(steps[0] / 1.3, steps[-1] * 3))
    return ax


def plot_calibration_maps(
    score: ArrayLike,
    maps: Mapping[str, ArrayLike],
    *,
    seen: tuple[ArrayLike, ArrayLike],
    xlabel: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw what calibrators make of a score: one curve each, over the shares that held-out data have.

    Parameters
    ----------
    score : array_like, shape (m,)
        Scores, rising.
    maps : mapping from str to array_like, shape (m,)
        Probability by each calibrator, up to four.
    seen : (array_like, array_like), each of shape (b,)
        Mean score of each group of held-out samples, and how many of them came true.
    xlabel : str
        What the score is, with its unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.9) if ax is None else ax
    ax.plot(*seen, "o", color="#444444", markersize=8, zorder=2)
    for (name, p), (color, _, line) in zip(maps.items(), STYLES, strict=False):
        ax.plot(score, p, line, color=COLORS[color], linewidth=2, label=name)
    color_legend(ax, loc="lower right", handlelength=2.6)
    score = np.asarray(score)
    ax.set(xlim=(score[0], score[-1]), ylim=(-0.03, 1.03), xlabel=xlabel, ylabel="probability")
    return ax


def _draw_counts(ax: Axes, count: np.ndarray, edges: np.ndarray) -> None:
    """Draw the number of forecasts of each bin as a bar below the diagram, with the number over it."""
    heights = 0.12 * count / count.max()
    ax.bar((edges[1:] + edges[:-1]) / 2, heights, np.diff(edges) * 0.9, bottom=-0.25, color="#B8BEC6", zorder=1)
    ax.axhline(0, color="#444444", linewidth=0.8)
    for middle, height, number in zip((edges[1:] + edges[:-1]) / 2, heights, count, strict=True):
        ax.text(middle, height - 0.24, f"{number:g}", ha="center", va="bottom", fontsize=10, color="#444444")
