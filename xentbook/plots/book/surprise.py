"""Figures on surprise (chapter 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike

from .._style import BLUE_FIRST, COLORS, Curves, Point, lift, looks, new_axes, shown, write

__all__ = [
    "plot_square_and_ruler",
    "plot_additivity",
    "plot_running_surprise",
    "plot_letter_surprisals",
    "plot_surprise_shares",
]


def plot_square_and_ruler(
    probs: tuple[float, float], bits: tuple[float, float], names: tuple[str, str], *, ax: Axes | None = None
) -> Axes:
    """Draw two independent events: their probabilities as sides of an area, their surprisals as lengths on a ruler.

    Parameters
    ----------
    probs : two float
        Probabilities of the events A and B.
    bits : two float
        Their surprisals in bits.
    names : two str
        What A and B are; a line break is kept.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    _draw_square(ax, probs, names)
    _draw_ruler(ax, bits, start=1.3, unit=0.21)
    ax.set(xlim=(0, 1.3 + 0.21 * sum(bits) + 0.05), ylim=(0, 1.18), aspect="equal")
    ax.set(xticks=[0, probs[0], 1], yticks=[0, probs[1], 1])
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("probability of A", loc="left")
    ax.set_ylabel("probability of B", loc="bottom")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def _draw_square(ax: Axes, probs: tuple[float, float], names: tuple[str, str]) -> None:
    """Draw a square of area 1 with the strip of each of two independent events, and the corner where both happen."""
    a, b = probs
    parts = [((0, 0), 1, 1, "white", ""), ((0, 0), a, 1, COLORS["sky"], ""), ((0, 0), 1, b, COLORS["orange"], "")]
    parts += [((0, 0), a, b, COLORS["vermilion"], "////")]
    for corner, width, height, color, hatch in parts:
        ax.add_patch(Rectangle(corner, width, height, facecolor=color, alpha=0.75, hatch=hatch))
        ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor="black"))
    write(ax, f"A: {names[0]}", (a / 2, (1 + b) / 2), (0, 0), "black", ha="center", va="center", fontsize=12)
    write(ax, f"B: {names[1]}", (1, b / 2), (6, 0), "black", va="center", fontsize=12)
    both, middle = f"A and B:\n{a:g} × {b:g}\n= {a * b:g}", ((1 + a) / 2, (1 + b) / 2)
    write(ax, both, middle, (0, 0), COLORS["vermilion"], ha="center", va="center", fontsize=12)
    ends = (a + 0.12, middle[1] - 0.17), (a * 0.8, b * 0.8)
    ax.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "->", "color": COLORS["vermilion"]})
    write(ax, "areas multiply", (0, 1), (0, 6), "black", fontweight="bold", fontsize=13)


def _draw_ruler(ax: Axes, bits: tuple[float, float], *, start: float, unit: float) -> None:
    """Draw the two lengths `bits` one after the other above a ruler of bits that begins at `start`."""
    ends = [0.0, bits[0], sum(bits)]
    for name, left, right, color in zip("AB", ends, ends[1:], (COLORS["sky"], COLORS["orange"]), strict=False):
        box = Rectangle((start + unit * left, 0.5), unit * (right - left), 0.17, facecolor=color, edgecolor="black")
        ax.add_patch(box)
        middle = (start + unit * (left + right) / 2, 0.585)
        write(ax, f"{name}: {right - left:g}", middle, (0, 0), "black", ha="center", va="center", fontsize=12)
    ax.plot([start, start + unit * ends[-1]], [0.46, 0.46], color="black", linewidth=1.2)
    for tick in range(int(ends[-1]) + 1):
        ax.plot([start + unit * tick] * 2, [0.46, 0.42], color="black", linewidth=1.2)
        write(ax, f"{tick}", (start + unit * tick, 0.42), (0, -3), "black", ha="center", va="top", fontsize=12)
    write(ax, f"A and B: {ends[-1]:g} bits", (start, 0.74), (0, 0), COLORS["vermilion"], fontsize=12)
    write(ax, "lengths add", (start, 1), (0, 6), "black", fontweight="bold", fontsize=13)


def plot_additivity(n: ArrayLike, ratios: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the surprise at n events told at once, divided by that of the same events told one by one.

    Parameters
    ----------
    n : array_like of int, shape (m,)
        Numbers of events.
    ratios : dict of str to array_like, shape (m,)
        For each measure its name and its ratio at every `n`; up to four.
    """
    ax = new_axes() if ax is None else ax
    n = np.asarray(n)
    for name, values, color, _, line in looks(ratios, BLUE_FIRST):
        ax.plot(n, values, linestyle=line, marker="o", markersize=5, color=color)
        write(ax, name, (n[-1], values[-1]), (8, 0), color, va="center", fontsize=13)
    ax.set(yscale="log", xlabel="coins that fall heads", ylabel="at once ÷ one by one")
    ax.set_xlim(right=n[-1] + 0.26 * (n[-1] - n[0]))
    ax.set_xticks(n)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return ax


def plot_running_surprise(totals: Curves, *, unit: str = "nats", things: str = "cases", ax: Axes | None = None) -> Axes:
    """Draw the surprise that predictors have collected after each case.

    Parameters
    ----------
    totals : dict of str to array_like, shape (n,)
        For each predictor its name and its surprise added up to each case; up to four.
    unit : str
        Unit of the surprise.
    things : str
        What is predicted, for the label of the horizontal axis.
    """
    ax = new_axes() if ax is None else ax
    ends = [float(np.asarray(total)[-1]) for total in totals.values()]
    heights = lift(ends, gap=0.15 * max(ends))  # a label has two lines
    for (name, total, color, _, line), height in zip(looks(totals, BLUE_FIRST), heights, strict=True):
        count = len(total)
        ax.plot(range(1, count + 1), total, linestyle=line, color=color, drawstyle="steps-post")
        write(ax, f"{name}\n{total[-1]:.0f} {unit}", (count, height), (6, 0), color, va="center")
    ax.set(xlabel=f"{things}, one after another", ylabel=f"surprise so far ({unit})")
    ax.set_xlim(0, 1.3 * count)
    ax.set_ylim(0, 1.08 * max(heights))
    ax.set_xticks(np.arange(0, count + 1, 100))
    return ax


def plot_letter_surprisals(letters: Sequence[str], bits: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the surprisal of each letter as a bar, in the order given.

    Parameters
    ----------
    letters : sequence of str, length K
        The letters; the space is shown as ␣.
    bits : array_like, shape (K,)
        Their surprisals in bits.
    """
    ax = new_axes() if ax is None else ax
    places = range(len(letters))
    ax.bar(places, bits, width=0.8, color=COLORS["blue"])
    ax.set_xticks(places, [shown(letter) for letter in letters])
    ax.tick_params(axis="x", length=0, pad=2)
    ax.grid(axis="x", visible=False)
    ax.set(
        xlim=(-0.8, len(letters) - 0.2),
        xlabel="letter, the most frequent first (␣ is the space)",
        ylabel="surprisal (bits)",
    )
    return ax


def plot_surprise_shares(
    p: ArrayLike, share: ArrayLike, letters: Mapping[str, Point], *, named: str = "", ax: Axes | None = None
) -> Axes:
    """Draw what an event of probability p adds to the average surprise, and where the letters lie on that curve.

    Parameters
    ----------
    p, share : array_like, shape (n,)
        The curve p·s(p), in bits, against p.
    letters : dict of str to (float, float)
        Probability and share of each letter.
    named : str
        The letters whose names are written beside their points.
    """
    ax = new_axes() if ax is None else ax
    ax.plot(p, share, color=COLORS["sky"])
    ax.plot(*zip(*letters.values(), strict=True), "o", color=COLORS["vermilion"], markersize=5)
    for letter in named:
        write(ax, shown(letter), letters[letter], (-4, 3), "black", ha="right", fontsize=13)
    ax.axvline(1 / np.e, color=COLORS["black"], linewidth=1, linestyle=":")
    write(ax, "$1/e$", (1 / np.e, 0), (4, 5), "black", fontsize=10)
    ax.set(xscale="log", xlabel="probability $p$ (log scale)", ylabel="$p\\,s(p)$ (bits)")
    ax.set_ylim(bottom=0)
    return ax
