"""Figures on proper scores (chapter 12): what an announcement costs, and what a score is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Curves, Point, Style, ink, looks, new_axes, write

__all__ = [
    "plot_lies", "plot_tangent", "plot_false_certainty", "plot_score_curves", "plot_disagreement", "plot_attributes",
    "plot_kept_promises",
]  # fmt: skip

_STYLES: tuple[Style, ...] = (("blue", "o", "-"), ("vermilion", "s", "--"), ("green", "D", ":"), ("purple", "^", "-."))


def plot_lies(
    q: ArrayLike, curves: Curves, *, belief: float, labels: Mapping[str, Point], ax: Axes | None = None
) -> Axes:
    """Draw what each announcement costs beyond the honest one, a curve a score; below zero a lie pays.

    Parameters
    ----------
    q : array_like, shape (n,)
        Announcements.
    curves : mapping from str to array_like, shape (n,)
        Expected loss less that of the honest announcement, by the name of the score, up to four.
    belief : float
        What the forecaster believes.
    labels : mapping from str to (float, float)
        Where the middle of each name stands.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    low, high = -0.2, 0.5
    ax.axhspan(low, 0, color=COLORS["sky"], alpha=0.25, linewidth=0)
    ax.axvline(belief, color=GREY, linewidth=1.2, linestyle=":")
    write(ax, f"believes {belief:g}", (belief, high), (-5, -4), GREY, ha="right", va="top")
    write(ax, "below zero, a lie pays", (0.02, low), (4, 5), COLORS["black"], ha="left", va="bottom")
    for name, values, color, mark, line in looks(curves, _STYLES):
        ax.plot(q, values, linestyle=line, color=color, linewidth=2.4)
        best = int(np.argmin(values))
        ax.plot(np.asarray(q)[best], values[best], mark, color=color, markersize=9, clip_on=False, zorder=4)
        write(ax, name, labels[name], (0, 0), color, ha="center", va="center", fontweight="bold")
    ax.set(xlim=(0, 1), ylim=(low, high), xlabel="announcement q", ylabel="expected loss,\nbeyond the honest one")
    return ax


def plot_tangent(
    p: ArrayLike, honest: ArrayLike, tangent: ArrayLike, *, announced: tuple[float, float],
    believed: tuple[float, float, float], ends: tuple[str, str], ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw the expected loss of the honest forecaster, and the line that one announcement costs, which touches it.

    Parameters
    ----------
    p : array_like, shape (n,)
        Beliefs, from 0 to 1.
    honest, tangent : array_like, shape (n,)
        Expected loss at each belief: of the honest announcement, and of the one given.
    announced : (float, float)
        The announcement, and the loss where the line touches the curve.
    believed : (float, float, float)
        One belief, its honest loss, and its loss with the announcement given: the gap is marked.
    ends : (str, str)
        What to write at the left and at the right end of the line.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    red, place, low, high = COLORS["vermilion"], *believed
    tangent = np.asarray(tangent)
    ax.plot(p, honest, "-", color=COLORS["blue"], linewidth=2.4)
    ax.plot(p, tangent, "--", *announced, "o", color=red, linewidth=1.8, markersize=9, zorder=4)
    ax.plot([0, 1], tangent[[0, -1]], "s", color=red, markersize=8, clip_on=False, zorder=5)
    ax.plot([place, place], [low, high], color=COLORS["black"], linewidth=3, solid_capstyle="butt", zorder=3)
    write(ax, ends[0], (0, tangent[0]), (4, 33), red, ha="left", va="bottom")
    write(ax, ends[1], (1, tangent[-1]), (-10, 1), red, ha="right", va="bottom")
    gap = f"believes {place:g}, says {announced[0]:g}:\nregret {high - low:.2f}"
    write(ax, gap, (place, low), (-50, -26), COLORS["black"], ha="center", va="top")
    write(ax, f"says {announced[0]:g}", announced, (-4, 10), red, ha="right", va="bottom")
    write(ax, "honest", (1, 0), (-2, 60), COLORS["blue"], ha="right", va="bottom", fontweight="bold")
    ax.set(xlim=(0, 1), ylim=(0, 1.12 * tangent.max()), xlabel="belief p", ylabel="expected loss")
    return ax


def plot_false_certainty(p: ArrayLike, curves: Curves, *, said: float, ax: Axes | None = None) -> Axes:
    """Draw the honest loss under several scores and their tangents at one announcement, up to the edge of no event.

    Parameters
    ----------
    p : array_like, shape (n,)
        Beliefs, from 0 on.
    curves : mapping from str to array_like, shape (2, n)
        For each score, up to four, the honest loss and the tangent at each belief, in one unit.
    said : float
        The announcement at which the tangents touch.
    """
    ax = new_axes(height=4.2) if ax is None else ax
    p = np.asarray(p)
    for name, pair, color, mark, line in looks(curves, _STYLES):
        honest, tangent = pair
        ax.plot(p, honest, color=color, linewidth=2.4, linestyle=line)
        ax.plot(p, tangent, color=color, linewidth=1.4, linestyle=line)
        ax.plot(p[0], tangent[0], mark, color=color, markersize=9, clip_on=False, zorder=4)
        height = f"{name}: {tangent[0]:.2f}"
        write(ax, height, (p[0], tangent[0]), (12, 2), color, ha="left", va="bottom", fontweight="bold")
    write(ax, "honest", (0.5, 1), (0, 6), COLORS["black"], ha="center", va="bottom")
    top = 1.2 * max(float(np.max(pair)) for pair in curves.values())
    ax.axvline(said, color=GREY, linewidth=1, linestyle=":")
    write(ax, f"says {said:g}", (said, top), (-5, -6), GREY, ha="right", va="top")
    ax.set(xlim=(0, 1), ylim=(0, top), xlabel="belief p", ylabel="expected loss (saying one half = 1)")
    return ax


def plot_score_curves(
    x: ArrayLike, curves: Curves, *, labels: Mapping[str, Point],
    xlabel: str, ylabel: str, top: float, mark: tuple[float, str] | None = None, ax: Axes | None = None
) -> Axes:  # fmt: skip
    """Draw one curve a score over a probability, each with its name beside it.

    Parameters
    ----------
    x : array_like, shape (n,)
        Probabilities.
    curves : mapping from str to array_like, shape (n,)
        Values of each score by its name, up to four; those above `top` are not drawn.
    labels : mapping from str to (float, float)
        Where the middle of each name stands.
    top : float
        Where the vertical axis ends.
    mark : (float, str), optional
        A place on the horizontal axis, and what to write there.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    if mark is not None:
        ax.axvline(mark[0], color=GREY, linewidth=1.2)
        write(ax, mark[1], (mark[0], 0), (-5, 6), COLORS["black"], ha="right", va="bottom")
    for name, values, color, _, line in looks(curves, _STYLES):
        ax.plot(x, values, linestyle=line, color=color, linewidth=2.2)
        write(ax, name, labels[name], (0, 0), color, ha="center", va="center", fontweight="bold")
    x = np.asarray(x)
    ax.set(xlim=(x[0], x[-1]), ylim=(0, top), xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_disagreement(log_loss: ArrayLike, brier: ArrayLike, *, names: tuple[str, str], ax: Axes | None = None) -> Axes:
    """Draw how far two models are apart in both scores, a dot for each split of the data, the quadrants named.

    Parameters
    ----------
    log_loss, brier : array_like, shape (m,)
        Log loss and Brier score of the first model less those of the second.
    names : (str, str)
        What to call the two models.
    """
    ax = new_axes(height=3.7) if ax is None else ax
    x, y = np.asarray(log_loss), np.asarray(brier)
    apart = (x > 0) != (y > 0)
    ax.plot([0, 0, np.nan, -9, 9], [-9, 9, np.nan, 0, 0], color=GREY, linewidth=1)
    ax.plot(x[~apart], y[~apart], "s", color=COLORS["blue"], markersize=6, alpha=0.8)
    ax.plot(x[apart], y[apart], "o", color=COLORS["vermilion"], markersize=6, alpha=0.8)
    reach, bottom = 1.15 * np.abs(x).max(), 1.35 * np.abs(y).max()
    difference = f"{names[0]} less {names[1]}"
    ax.set(xlim=(-reach, reach), xlabel=f"log loss: {difference} (nats)")
    ax.set(ylim=(-bottom, 0.35 * bottom), ylabel=f"Brier: {difference}")
    _say(ax, "they disagree", (-reach / 2, 0.16 * bottom), "vermilion", va="center")
    _say(ax, f"both prefer\n{names[1]}", (reach / 2, 0.16 * bottom), "blue", va="center")
    _say(ax, f"both prefer {names[0]}", (-reach / 2, -0.9 * bottom), "blue", va="center")
    _say(ax, "they disagree", (reach / 2, -0.9 * bottom), "vermilion", va="center")
    return ax


def plot_attributes(
    said: ArrayLike, came: ArrayLike, share: ArrayLike, *, base: float, event: str = "event", ax: Axes | None = None
) -> Axes:
    """Draw what came against what was said, each dot with its distances from the diagonal and from the base rate.

    Parameters
    ----------
    said, came, share : array_like, shape (m,)
        The distinct forecasts, the share that came true of each, and how often each was given.
    base : float
        The share that came true of all.
    event : str
        What was forecast.
    """
    ax = new_axes(height=4.4) if ax is None else ax
    said, came, share = (np.asarray(part, dtype=float) for part in (said, came, share))
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2)
    ax.axhline(base, color=GREY, linewidth=1.2, linestyle="--")
    ax.vlines(said, base, came, color=COLORS["sky"], linewidth=2)
    ax.vlines(said, came, said, color=COLORS["vermilion"], linewidth=5)
    ax.scatter(said, came, 20 + 900 * share, color=COLORS["blue"], zorder=3)
    ax.text(0.98, base - 0.02, f"all forecasts: {base:.3f}", ha="right", va="top", fontsize=11, color=GREY)
    _say(ax, "thick: reliability,\nto the diagonal", (0.25, 0.82), "vermilion")
    _say(ax, "thin: resolution,\nto the base rate", (0.25, 0.62), "sky")
    ax.set(xlim=(-0.06, 1.04), xlabel=f"probability of {event} that was said")
    ax.set(ylim=(-0.06, 1.04), ylabel=f"share with {event}")
    return ax


def plot_kept_promises(curves: Curves, *, labels: Mapping[str, Point], ax: Axes | None = None) -> Axes:
    """Draw the share that came true against what was said, one line a model, over the diagonal of kept promises.

    Parameters
    ----------
    curves : mapping from str to (array_like, array_like)
        What each model said, rising, and the share that came true, up to four.
    labels : mapping from str to (float, float)
        Where the middle of each name stands.
    """
    ax = new_axes(height=4.4) if ax is None else ax
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2)
    for name, pair, color, marker, line in looks(curves, _STYLES):
        ax.plot(*pair, marker=marker, linestyle=line, color=color, linewidth=1.8, markersize=6)
        write(ax, name, labels[name], (0, 0), color, ha="center", va="center", fontweight="bold")
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability said", ylabel="share that came true")
    return ax


def _say(ax: Axes, text: str, place: Point, color: str, **style: Any) -> None:
    """Write `text` with its middle at `place`, in the ink of a colour of the palette."""
    ax.text(*place, text, color=ink(COLORS[color]), ha="center", fontsize=11, **style)
