"""Figures on calibration (chapter 11): promises and mistakes, how far chance leads, what calibrators make of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Curves, Look, color_legend, looks, new_axes, write

__all__ = ["plot_promises", "plot_chance_error", "plot_confidence", "plot_calibration_maps"]


def plot_promises(answers: Mapping[str, tuple[int, int, float]], *, width: int = 40, ax: Axes | None = None) -> Axes:
    """Draw each sure answer of a forecaster as a tile, the wrong ones dark, under how many its own numbers allow.

    Parameters
    ----------
    answers : mapping from str to (int, int, float)
        For each forecaster, by its name: how many of its answers are sure, how many of these are wrong, and how many
        wrong ones its probabilities allow.
    width : int
        Tiles in a row.
    """
    rows = sum(-(-number // width) + 5.5 for number, _, _ in answers.values())
    ax = new_axes(height=0.125 * rows + 0.5) if ax is None else ax
    top = 0.0
    for name, (number, wrong, allowed) in answers.items():
        write(ax, f"{name}: {number} sure answers", (-0.5, top + 3.4), (0, 0), "black", fontweight="bold", fontsize=13)
        says = f"allowed by its numbers: {allowed:.1f} wrong; found wrong: {wrong}"
        write(ax, says, (-0.5, top + 1.2), (0, 0), COLORS["vermilion"], fontsize=13)
        _draw_tiles(ax, number, wrong, top, width)
        top -= (number - 1) // width + 5.5
    ax.set(xlim=(-0.7, width - 0.3), ylim=(top + 4.7, 5), xticks=[], yticks=[])
    ax.set(xlabel="a tile: a sure answer; a cross: a wrong one", ylabel="sure answers")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def plot_chance_error(n: ArrayLike, errors: Curves, theory: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the mean calibration error of a calibrated forecaster against the number of forecasts, by number of bins.

    Parameters
    ----------
    n : array_like, shape (m,)
        Numbers of forecasts.
    errors, theory : mapping from str to array_like, shape (m,)
        Errors measured and predicted, by name, up to four.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    n = np.asarray(n)
    for name, measured, color, marker, line in looks(errors):
        ax.loglog(n, theory[name], linestyle=line, color=color, linewidth=1.4)
        ax.loglog(n, measured, marker, color=color, markersize=8)
        write(ax, name, (n[-1], measured[-1]), (8, 0), color, va="center", fontweight="bold")
    ax.set(xlabel="forecasts", ylabel="calibration error (ECE)", xlim=(n[0] / 1.4, n[-1] * 5))
    return ax


def plot_confidence(steps: ArrayLike, confidence: ArrayLike, accuracy: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw mean confidence and share of right answers on new data against the number of steps, the gap shaded.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Steps of training.
    confidence, accuracy : array_like, shape (m,)
        Mean probability of the chosen class, and share of right choices.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    steps, confidence, accuracy = np.asarray(steps), np.asarray(confidence), np.asarray(accuracy)
    look: Look = {"color": COLORS["orange"], "alpha": 0.3, "lw": 0}
    ax.fill_between(steps, accuracy, confidence, where=confidence >= accuracy, interpolate=True, **look)
    ax.semilogx(steps, confidence, "-o", color=COLORS["vermilion"], markersize=7)
    ax.semilogx(steps, accuracy, "--s", color=COLORS["blue"], markersize=7)
    write(ax, "says", (steps[-1], confidence[-1]), (8, 0), COLORS["vermilion"], va="center", fontweight="bold")
    write(ax, "is right", (steps[-1], accuracy[-1]), (8, 0), COLORS["blue"], va="center", fontweight="bold")
    ax.set(xlabel="steps of training", ylabel="share of new digits", xlim=(steps[0] / 1.3, steps[-1] * 3))
    return ax


def plot_calibration_maps(
    score: ArrayLike, maps: Curves, *, seen: tuple[ArrayLike, ArrayLike], xlabel: str, ax: Axes | None = None
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
    """
    ax = new_axes(height=3.9) if ax is None else ax
    ax.plot(*seen, "o", color=GREY, markersize=8, zorder=2)
    for name, p, color, _, line in looks(maps):
        ax.plot(score, p, linestyle=line, color=color, linewidth=2, label=name)
    color_legend(ax, loc="lower right", handlelength=2.6)
    score = np.asarray(score)
    ax.set(xlim=(score[0], score[-1]), ylim=(-0.03, 1.03), xlabel=xlabel, ylabel="probability")
    return ax


def _draw_tiles(ax: Axes, number: int, wrong: int, top: float, width: int) -> None:
    """Draw `number` tiles in rows from `top` down, the first `wrong` of them as crosses."""
    place = np.arange(number)
    x, y = place % width, top - place // width
    ax.scatter(x[wrong:], y[wrong:], marker="s", s=40, color=COLORS["sky"], alpha=0.5, linewidth=0)
    ax.scatter(x[:wrong], y[:wrong], marker="X", s=62, color=COLORS["vermilion"], linewidth=0)
