"""Figures on maximum likelihood (chapter 5): curves fitted to outcomes, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Curves, Look, Point, color_legend, looks, new_axes, signed, write

__all__ = [
    "plot_probability_bars",
    "plot_newton_step",
    "plot_risk_curve",
    "plot_likelihood_surface",
    "plot_estimation_error",
    "plot_projection",
    "plot_said_and_happened",
    "plot_coverage",
]

_OUTCOMES = (("blue", "s"), ("vermilion", "o"))  # colour and marker of outcome 0 and of outcome 1
_FLOOR = 1.5  # from the base of a panel of height 1 to that of the next


def plot_probability_bars(
    x: ArrayLike, y: ArrayLike, panels: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]], *,
    names: tuple[str, str], xlabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw the probability that each model gives to what happened, a bar for each case, one panel above the other.

    A bar for outcome 1 rises from 0 to the model's curve, one for outcome 0 hangs from 1 down to the curve; the dot of
    a case lies where its bar would end if the model were certain and right.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Where each case lies, and its outcome, 0 or 1.
    panels : mapping from str to (array_like, array_like, array_like), of shapes (m,), (m,) and (n,)
        By title, from top to bottom: where the curve of a model is known, its probability of outcome 1 there, and its
        probability of outcome 1 for each case.
    names : two str
        What outcome 0 and outcome 1 are called.
    """
    ax = new_axes(height=2.5 * len(panels)) if ax is None else ax
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    places = _side_by_side(x, 0.42)
    bases = -_FLOOR * np.arange(len(panels))
    for base, (title, (grid, curve, risk)) in zip(bases, panels.items(), strict=True):
        ax.plot(grid, base + np.asarray(curve), color=GREY, linewidth=1.4)
        _draw_bars(ax, places, y, np.asarray(risk), float(base))
        write(ax, title, (np.min(grid), base + 1), (0, 8), "black", fontweight="bold")
    ticks = [base + outcome for base in bases for outcome in (0, 1)]
    ax.set_yticks(ticks, names * len(panels), fontsize=11)
    ax.grid(visible=False)
    ax.set(xlabel=xlabel, ylabel="outcome", ylim=(bases[-1] - 0.12, 1.3))
    return ax


def plot_risk_curve(
    x: ArrayLike, risk: ArrayLike, *, low: ArrayLike, high: ArrayLike, outcomes: tuple[ArrayLike, ArrayLike],
    mark: Point, xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw a fitted probability with its band over the outcomes, and the part where there are none hatched.

    Parameters
    ----------
    x, risk : array_like, shape (m,)
        The curve.
    low, high : array_like, shape (m,)
        The ends of its intervals.
    outcomes : (array_like, array_like), each of shape (n,)
        Where the cases lie, and their outcomes, 0 or 1.
    mark : (float, float)
        A point of the curve to be named.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    x, places = np.asarray(x), np.asarray(outcomes[0])
    ax.fill_between(x, low, high, color=COLORS["sky"], alpha=0.35, linewidth=0)
    ax.plot(x, risk, color=COLORS["blue"])
    _draw_outcomes(ax, places, np.asarray(outcomes[1]))
    ax.axvline(places.min(), color=GREY, linewidth=1, linestyle=":")
    style: Look = {"ha": "center", "va": "center", "color": GREY, "fontsize": 11}
    ax.text((x[0] + places.min()) / 2, 0.22, "no data here", **style)
    ax.plot(*mark, "D", color=COLORS["purple"], markersize=9, zorder=6)
    write(ax, f"{mark[1]:.4f} at {mark[0]:g}", mark, (-4, -20), COLORS["purple"], va="center")
    ax.set(xlim=(x[0] - 1, x[-1]), ylim=(-0.12, 1.12), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_newton_step(
    z: ArrayLike, loss: ArrayLike, parabola: ArrayLike, points: Sequence[Point], *,
    xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw a loss, the parabola of a first step of Newton's method, and the points that its steps reach.

    Parameters
    ----------
    z, loss : array_like, shape (m,)
        The parameter, and the loss.
    parabola : array_like, shape (m,)
        The parabola with the height, slope and curvature of the loss at the first of `points`.
    points : sequence of (float, float)
        Points of the loss: the start, and where each step ends.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    z, parabola = np.asarray(z), np.asarray(parabola)
    for values, name, color, line, offset, side in (
        (np.asarray(loss), "loss", "blue", "-", (-8, -16), "right"),
        (parabola, "parabola", "vermilion", "--", (8, 4), "left"),
    ):
        ax.plot(z, values, color=COLORS[color], linestyle=line)
        place = (z[len(z) // 8], values[len(z) // 8])
        write(ax, name, place, offset, COLORS[color], ha=side, fontweight="bold")
    lowest = int(np.argmin(parabola))
    ax.plot(z[lowest], parabola[lowest], "v", color=COLORS["vermilion"], markersize=8, zorder=4)
    for number, point in enumerate(points):
        ax.plot(*point, "o", color="black", markersize=7, zorder=5)
        text, last = signed(f"{point[0]:.3f}") if number else "start", number == len(points) - 1
        write(ax, text, point, (-8, -20) if last else (6, -20), "black", ha="right" if last else "left")
    ax.set(xlim=(z[0], z[-1]), xlabel=xlabel, ylabel=ylabel)
    ax.margins(y=0.16)
    return ax


def plot_likelihood_surface(
    a: ArrayLike, b: ArrayLike, gap: ArrayLike, *, best: Point, ellipse: tuple[ArrayLike, ArrayLike],
    level: float, xlabel: str, ylabel: str, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw how far each pair of parameters falls short of the best one, and the ellipse of the curvature at the top.

    Parameters
    ----------
    a, b : array_like, shapes (m,) and (k,)
        The two parameters.
    gap : array_like, shape (k, m)
        Nats below the largest log-likelihood, a row for each b.
    best : (float, float)
        The estimate.
    ellipse : (array_like, array_like)
        Points of the curve on which the parabola at the top is down by `level`.
    level : float
        The gap, in nats, whose contour is drawn strong.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    shades = ["#0B5A8C", "#3D86B8", "#7FB3D5", "#BFD8E8", "#E3EEF5"]
    ax.contourf(a, b, gap, levels=[0, 0.5, 1.5, level, 5, 8], colors=shades)
    ax.contour(a, b, gap, levels=[level], colors=["black"], linewidths=2)
    ax.plot(*ellipse, color=COLORS["vermilion"], linestyle="--", linewidth=2)
    ax.plot(*best, "o", color="white", markersize=7)
    across, up = np.asarray(ellipse[0]), np.asarray(ellipse[1])
    top, lowest = int(np.argmax(up)), np.argwhere(np.asarray(gap) <= level)[0]
    write(ax, "ellipse of the curvature", (across[top], up[top]), (16, 4), COLORS["vermilion"])
    place = (np.asarray(a)[lowest[1]], np.asarray(b)[lowest[0]])
    write(ax, f"{level:g} nats below the top", place, (0, -8), "black", ha="center", va="top")
    ax.grid(visible=False)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(np.min(a), np.max(a)), ylim=(np.min(b), np.max(b)))
    return ax


def plot_estimation_error(n: ArrayLike, errors: Curves, theory: Curves, *, xlabel: str, ax: Axes | None = None) -> Axes:
    """Draw measured errors of estimates against the number of observations, with the lines that theory predicts.

    Parameters
    ----------
    n : array_like, shape (m,)
        Numbers of observations.
    errors, theory : mapping from str to array_like, shape (m,)
        Root-mean-square errors measured and predicted, by quantity, up to three.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    n = np.asarray(n)
    for name, measured, color, marker, line in looks(errors):
        ax.loglog(n, theory[name], linestyle=line, color=color, linewidth=1.4)
        ax.loglog(n, measured, marker, color=color, markersize=9)
        write(ax, name, (n[-2], np.asarray(measured)[-2]), (8, 10), color, fontweight="bold")
    ax.set(xlabel=xlabel, ylabel="root-mean-square error")
    ax.margins(y=0.15)
    return ax


def plot_projection(
    x: ArrayLike, truth: ArrayLike, limit: ArrayLike, fits: ArrayLike, *, xlabel: str, ax: Axes | None = None
) -> Axes:
    """Draw a true probability that the model cannot follow, fits to samples of it, and the curve they settle on.

    Parameters
    ----------
    x : array_like, shape (m,)
        Where the curves are known.
    truth, limit : array_like, shape (m,)
        The true probability and the one that the fits tend to.
    fits : array_like, shape (k, m)
        Fits to samples.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    x, truth, limit = np.asarray(x), np.asarray(truth), np.asarray(limit)
    for fit in np.asarray(fits):
        ax.plot(x, fit, color=COLORS["sky"], linewidth=0.9)
    ax.plot(x, truth, color="black", linewidth=2.2)
    ax.plot(x, limit, color=COLORS["vermilion"], linestyle="--")
    jump, upper = int(np.argmax(np.abs(np.diff(truth)))), int(np.argmax(limit > 0.6))
    write(ax, "truth", (x[jump], 0.9), (-7, 0), "black", ha="right", va="center")
    line: Look = {"arrowstyle": "-", "color": COLORS["vermilion"], "shrinkA": 0, "shrinkB": 2}
    write(ax, "limit", (x[upper], limit[upper]), (16, -64), COLORS["vermilion"], ha="center", va="top", arrowprops=line)
    lowest = int(np.argmin(np.abs(x - (x[0] + 0.42 * (x[-1] - x[0])))))
    write(ax, "fits to samples", (x[lowest], np.max(fits, axis=0)[lowest]), (-4, 12), COLORS["sky"], ha="right")
    ax.set(xlim=(x[0], x[-1]), ylim=(-0.02, 1.04), xlabel=xlabel, ylabel="probability")
    return ax


def plot_said_and_happened(curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw how often something happened against the probability it was given, one line a model.

    Parameters
    ----------
    curves : mapping from str to (array_like, array_like)
        By model, up to three: mean probability said, and share that happened, in groups of similar probability.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2)
    for name, pair, color, marker, line in looks(curves):
        ax.plot(*pair, linestyle=line, marker=marker, color=color, markersize=7, label=name)
    color_legend(ax, loc="upper left", handlelength=2.6, borderaxespad=0.2)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="probability said", ylabel="share that happened")
    return ax


def plot_coverage(p: ArrayLike, coverage: Curves, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw how often intervals contain the true probability, against that probability, one line a method.

    Parameters
    ----------
    p : array_like, shape (m,)
        True probabilities.
    coverage : mapping from str to array_like, shape (m,)
        Share of intervals that contain it, by method, up to three.
    level : float
        What the intervals promise.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    p = np.asarray(p)
    ax.axhline(level, color=GREY, linewidth=1.2)
    for name, share, color, _, line in looks(coverage):
        ax.plot(p, share, linestyle=line, color=color, linewidth=1.5, label=name)
    color_legend(ax, loc="lower right", handlelength=2.6)
    ax.set(xlim=(p[0], p[-1]), ylim=(0.4, 1.02), xlabel="true probability", ylabel="share that contain it")
    return ax


def _draw_bars(ax: Axes, x: Array, y: Array, risk: Array, base: float) -> None:
    """Draw a bar as long as the probability of each outcome, and a dot where it would end if it were 1."""
    for outcome, (color, marker) in enumerate(_OUTCOMES):
        chosen = y == outcome
        ax.vlines(x[chosen], base + 1 - outcome, base + risk[chosen], color=COLORS[color], linewidth=3.4)
        ax.plot(x[chosen], np.full(chosen.sum(), base + outcome), marker, color=COLORS[color], markersize=5.5)
        ax.axhline(base + outcome, color=GREY, linewidth=0.6, zorder=0)


def _draw_outcomes(ax: Axes, x: Array, y: Array) -> None:
    """Draw a dot for each case; cases at one place stand on top of each other, towards the middle."""
    order = [int(np.sum((x[:i] == x[i]) & (y[:i] == y[i]))) for i in range(len(x))]
    heights = np.where(y == 1, 1 - 0.055 * np.array(order), 0.055 * np.array(order))
    for outcome, (color, marker) in enumerate(_OUTCOMES):
        chosen = y == outcome
        look: Look = {"markersize": 7, "markeredgecolor": "white", "markeredgewidth": 0.8, "clip_on": False}
        ax.plot(x[chosen], heights[chosen], marker, zorder=4, color=COLORS[color], **look)


def _side_by_side(x: Array, gap: float) -> Array:
    """Return `x` with cases at one place moved apart by `gap`, around the place."""
    places = x.astype(float)
    for place in np.unique(x):
        here = np.flatnonzero(x == place)
        places[here] += gap * (np.arange(len(here)) - (len(here) - 1) / 2)
    return places
