"""Figures on cross-entropy and KL divergence (chapter 3): what a wrong belief costs, in bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Look, Point, new_axes, shown, write

__all__ = [
    "plot_code_grid",
    "plot_entropy_bars",
    "plot_excess_terms",
    "plot_excess_matrix",
    "plot_cross_entropy_curves",
    "plot_detour",
    "plot_gaussian_fits",
    "plot_sampling_bias",
]


def plot_code_grid(
    labels: Sequence[str],
    probs: ArrayLike,
    lengths: ArrayLike,
    areas: ArrayLike,
    names: Sequence[str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw whose letters meet whose code: a panel a pair, with a rectangle of probability × length a letter.

    Parameters
    ----------
    labels : sequence of str
        The K letters.
    probs, lengths : array_like, shape (m, K)
        Probability of each letter in each source, and length in bits of its code word in each source's code.
    areas : array_like, shape (m, m)
        Total area of the panel in row i (the source) and column j (the code), in bits per letter.
    names : sequence of str
        The m sources.
    """
    ax = new_axes(height=4.9) if ax is None else ax
    probs, lengths, areas = np.asarray(probs), np.asarray(lengths), np.asarray(areas)
    tall = 1.62 * lengths.max()
    for (row, column), area in np.ndenumerate(areas):
        corner = (1.14 * column, -tall * row)
        _draw_panel(ax, labels, probs[row], lengths[column], corner)
        color = COLORS["blue"] if row == column else COLORS["vermilion"]
        ax.plot([corner[0], corner[0] + 1], [corner[1] + area] * 2, linestyle="--", color="black", linewidth=1.6)
        place = (corner[0] + 0.5, corner[1] + lengths.max())
        write(ax, f"{area:g} bits", place, (0, 4), color, ha="center", fontsize=13, fontweight="bold")
    _frame_grid(ax, names, tall, lengths.max())
    return ax


def plot_entropy_bars(
    joint: float, first: float, second: float, shared: float, names: tuple[str, str], *, ax: Axes | None = None
) -> Axes:
    """Draw joint entropy, the two entropies and their parts as bars on one scale: what overlaps is shared.

    Parameters
    ----------
    joint, first, second, shared : float
        H(X, Y), H(X), H(Y) and I(X; Y) in bits.
    names : two str
        What X and Y are.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    alone, rest = first - shared, joint - first
    rows = [
        (3, 0.0, joint, "H(X, Y)", "black"),
        (2, 0.0, first, f"H(X): {names[0]}", "blue"),
        (1, alone, second, f"H(Y): {names[1]}", "vermilion"),
        (0, 0.0, alone, "H(X | Y)", "blue"),
        (0, alone, shared, "I(X; Y)", "purple"),
        (0, first, rest, "H(Y | X)", "vermilion"),
    ]
    for row, start, width, text, color in rows:
        ax.barh(row, width, left=start, height=0.5, color=COLORS[color], alpha=0.3, edgecolor=COLORS[color])
        where = (start + width / 2, row + 0.27)
        write(ax, f"{text}", where, (0, 2), COLORS[color], ha="center", fontsize=11)
        write(ax, f"{width:.2f}", (start + width / 2, row), (0, 0), "black", ha="center", va="center", fontsize=12)
    for edge in (alone, first):
        ax.plot([edge, edge], [-0.25, 2.25], color=GREY, linewidth=0.9, linestyle=":")
    ax.set(xlim=(0, joint), ylim=(-0.4, 3.75), yticks=[], xlabel="bits per pair", ylabel="one scale for all bars")
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)
    return ax


def plot_excess_terms(labels: Sequence[str], terms: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw what each symbol adds to a KL divergence: bars above zero cost bits, bars below save some.

    Parameters
    ----------
    labels : sequence of str
        The symbols; a space is shown as an open box.
    terms : array_like, one number a symbol
        The terms of the sum, in bits per symbol of the message.
    """
    ax = new_axes() if ax is None else ax
    terms = np.asarray(terms)
    place = np.arange(len(terms))
    colors = [COLORS["vermilion"] if term > 0 else COLORS["blue"] for term in terms]
    hatches = ["" if term > 0 else "////" for term in terms]
    ax.bar(place, terms, color=colors, hatch=hatches, edgecolor="white", linewidth=0, width=0.85)
    ax.axhline(0, color=GREY, linewidth=0.9)
    ax.set_xticks(place, [shown(label) for label in labels])
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", visible=False)
    ax.set_xlim(-0.7, len(terms) - 0.3)
    ax.margins(y=0.12)
    ax.set_xlabel("letter")
    ax.set_ylabel("bits per letter of text")
    return ax


def plot_excess_matrix(
    matrix: ArrayLike, names: Sequence[str], *, quantity: str = "excess bits per letter", ax: Axes | None = None
) -> Axes:
    """Draw what each row costs with the code of each column: numbers on shades, infinite entries hatched.

    Parameters
    ----------
    matrix : array_like, shape (m, m)
        Entry (i, j): what text i costs beyond its entropy with the code built for j, in bits per symbol.
    names : sequence of str
        The m texts.
    quantity : str
        What the numbers are, with their unit.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    matrix = np.asarray(matrix, dtype=float)
    shades = np.where(np.isinf(matrix), np.nan, matrix)
    top = np.nanmax(shades)
    ax.imshow(shades, cmap="Blues", vmin=0, vmax=1.35 * top or 1, aspect="auto")
    for (row, column), value in np.ndenumerate(matrix):
        _write_cell(ax, row, column, value, dark=value > 0.85 * top)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set(xlabel=f"code built for …  ({quantity})", ylabel="text in …")
    return ax


def plot_cross_entropy_curves(
    q: ArrayLike, costs: ArrayLike, *, truths: ArrayLike, floors: ArrayLike, ax: Axes | None = None
) -> Axes:
    """Draw the cross-entropy of a coin against the predicted probability, a curve a true one, lowest points marked.

    Parameters
    ----------
    q : array_like, shape (n,)
        Predicted probabilities of heads.
    costs : array_like, shape (m, n)
        Cross-entropy at each `q`, one row a true probability, in bits.
    truths, floors : array_like, shape (m,)
        The true probabilities of heads and the entropies in bits: where the lowest points lie.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    truths, floors = np.asarray(truths), np.asarray(floors)
    for index, (cost, truth, floor) in enumerate(zip(np.asarray(costs), truths, floors, strict=True)):
        (line,) = ax.plot(q, cost, linestyle=("-", "--", "-.", ":")[index % 4])
        ax.plot(truth, floor, "o", color=line.get_color(), markersize=9, clip_on=False, zorder=5)
        side, offset = ("right", (-34, 1)) if floor == 0 else ("center", (24 - 64 * (truth > 0.6), 24))
        write(ax, f"p = {truth:g}: {floor:.3f}", (truth, floor), offset, line.get_color(), ha=side)
    ax.set_xlim(0, 1)
    ax.set_ylim(-0.02, 3)
    ax.set_xlabel("predicted probability of heads, q")
    ax.set_ylabel("cross-entropy (bits per toss)")
    return ax


def plot_detour(points: Sequence[float], costs: Sequence[float], *, ax: Axes | None = None) -> Axes:
    """Draw three coins on a line, with the cost of the two short steps and of the long one as arcs.

    Parameters
    ----------
    points : three floats
        Probabilities of heads of the coins a, b and c, in the order of the steps.
    costs : three floats
        KL divergences a‖b, b‖c and a‖c, in bits.
    """
    ax = new_axes(height=3.0) if ax is None else ax
    (a, b, c), (first, second, direct) = points, costs
    for start, stop, cost, step in [(a, b, first, "a → b"), (b, c, second, "b → c")]:
        _draw_arc(ax, start, stop, f"{step}: {cost:.3f} bits", side=1, color=COLORS["blue"])
    _draw_arc(ax, a, c, f"a → c: {direct:.3f} bits", side=-1, color=COLORS["vermilion"])
    ax.plot(points, [0, 0, 0], "o", color="black", markersize=9, zorder=5)
    for point, label, shift in zip(points, "abc", np.sign([a - c, 0, c - a]), strict=True):
        where: Look = {"ha": "center", "va": "top", "fontsize": 14, "fontweight": "bold"}
        write(ax, label, (point, 0), (14 * shift, -7 if not shift else 8), "black", **where)
    reach = abs(c - a)
    ax.set(xlim=(min(points) - 0.2 * reach, max(points) + 0.2 * reach), ylim=(-0.72 * reach, 0.5 * reach))
    ax.set(xticks=sorted(points), yticks=[], xlabel="probability of heads", ylabel="long step | short steps")
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
    return ax


def plot_gaussian_fits(
    x: ArrayLike, target: ArrayLike, *, forward: ArrayLike, reverse: ArrayLike, ax: Axes | None = None
) -> Axes:
    """Draw a density with its two best Gaussians: the one that covers it and the one that picks a peak.

    Parameters
    ----------
    x, target : array_like, shape (n,)
        The points and the density to be fitted.
    forward, reverse : array_like, shape (n,)
        The fit that minimises KL(p‖q), and the one that minimises KL(q‖p).
    """
    ax = new_axes(height=3.3) if ax is None else ax
    x = np.asarray(x)
    ax.fill_between(x, target, color="#C9CDD2", linewidth=0)
    ax.plot(x, forward, color=COLORS["blue"])
    ax.plot(x, reverse, color=COLORS["vermilion"], linestyle="--")
    peak, top = int(np.argmax(reverse)), int(np.argmax(forward))
    write(
        ax, "reverse, KL(q‖p):\npicks one peak", (x[peak], np.max(reverse)), (26, -16), COLORS["vermilion"], va="center"
    )
    shoulder = top + int(np.argmax(np.asarray(forward)[top:] < 0.85 * np.max(forward)))
    line: Look = {"arrowprops": {"arrowstyle": "-", "color": COLORS["blue"], "linewidth": 0.9}}
    place = (x[shoulder], np.asarray(forward)[shoulder])
    write(ax, "forward, KL(p‖q):\ncovers both", place, (34, 64), COLORS["blue"], **line)
    ax.set(xlim=(x[0], x[-1]), ylim=(0, 1.08 * np.max(reverse)), xlabel="x", ylabel="density (per unit of x)")
    return ax


def plot_sampling_bias(
    n: ArrayLike, shuffled: ArrayLike, passages: ArrayLike, expected: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Draw the KL divergence of a sample from its own source, against the length of the sample.

    Parameters
    ----------
    n : array_like, shape (m,)
        Lengths of the samples in symbols.
    shuffled, passages : array_like, shape (m,)
        Mean divergence of letters drawn at random and of running text, in bits per symbol.
    expected : array_like, shape (m,)
        What theory says of letters drawn at random.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    n, passages, expected = np.asarray(n), np.asarray(passages), np.asarray(expected)
    ax.loglog(n, expected, color=GREY, linewidth=1.4)
    ax.loglog(n, shuffled, "o", color=COLORS["blue"], markersize=8)
    ax.loglog(n, passages, "s--", color=COLORS["vermilion"], linewidth=1.4, markersize=8)
    write(ax, "running text", (n[-2], passages[-2]), (0, 13), COLORS["vermilion"], ha="center")
    text, place = "letters drawn at random,\nand (K − 1) / (2n ln 2)", (n[-3], expected[-3])
    write(ax, text, place, (-22, -20), COLORS["blue"], ha="right", va="center")
    ax.set_xlabel("length of the sample (letters)")
    ax.set_ylabel("measured KL (bits per letter)")
    return ax


def _frame_grid(ax: Axes, names: Sequence[str], tall: float, top: float) -> None:
    """Name the rows and the columns of the grid of panels, each `tall` bits high with words of up to `top` bits."""
    ax.set_xticks([1.14 * column + 0.5 for column in range(len(names))], [f"code for\n{name}" for name in names])
    ax.set_yticks([top / 2 - tall * row for row in range(len(names))], [f"{name}\nletters" for name in names])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.04, 1.14 * len(names) - 0.1), ylim=(-tall * (len(names) - 1) - 0.05, 1.4 * top))
    ax.set(xlabel="width: probability", ylabel="height: length of word (bits)")


def _draw_panel(ax: Axes, labels: Sequence[str], widths: Array, heights: Array, corner: Point) -> None:
    """Draw rectangles side by side from `corner`, each with its letter at the foot."""
    left = corner[0] + np.cumsum(widths) - widths
    fills = [COLORS[name] for name in ("sky", "orange", "green", "yellow", "purple")]
    for k, label in enumerate(labels):
        at, color = (left[k], corner[1]), fills[k % len(fills)]
        ax.add_patch(Rectangle(at, widths[k], heights[k], edgecolor="none", facecolor=color, alpha=0.55))
        ax.add_patch(Rectangle(at, widths[k], heights[k], edgecolor="black", fill=False, linewidth=0.9))
        place = (left[k] + widths[k] / 2, corner[1])
        write(ax, shown(label), place, (0, 5), "black", ha="center", fontsize=12, fontweight="bold")


def _write_cell(ax: Axes, row: int, column: int, value: float, *, dark: bool) -> None:
    """Write a number on its shade, or ∞ on hatching."""
    if np.isfinite(value):
        color = "white" if dark else "black"
        ax.text(column, row, f"{value:.3f}", fontsize=15, ha="center", va="center", color=color)
        return
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(Rectangle(corner, 1, 1, facecolor="#F1F1F1", edgecolor="#AAAAAA", hatch="////", linewidth=0))
    box = {"boxstyle": "round,pad=0.15", "facecolor": "#F1F1F1", "edgecolor": "none"}
    ax.text(column, row, "∞", fontsize=15, ha="center", va="center", color="black", bbox=box)


def _draw_arc(ax: Axes, start: float, stop: float, text: str, *, side: int, color: str) -> None:
    """Draw a half circle over the step (below it for side = -1), with its text at the top."""
    middle, radius = (start + stop) / 2, abs(stop - start) / 2
    angle = np.linspace(0, np.pi, 100)
    ax.plot(middle + radius * np.cos(angle), side * radius * np.sin(angle), color=color)
    style: Look = {"ha": "center", "va": "bottom" if side > 0 else "top", "fontweight": "bold"}
    write(ax, text, (middle, side * radius), (0, 5 * side), color, **style)
