"""Figures on predicting text (chapter 4): bits per character against what the model is given.

Conventions
-----------
Bits per character are on the vertical axis. Several curves come as a dict from the name of a curve to its values; the
name is written at the curve's end. An infinite value is drawn as an arrowhead at the top edge, marked with its sign.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .._style import COLORS, Array, Curves, Look, Style, looks, new_axes, shown, spread, write

__all__ = [
    "plot_loss_as_file",
    "plot_bits_by_order",
    "plot_smoothing_curve",
    "plot_passage_surprisals",
    "plot_bits_by_position",
    "plot_learning_curve",
    "plot_bits_along_text",
]

_LOOKS: tuple[Style, ...] = (
    ("blue", "o", "-"),
    ("vermilion", "s", "--"),
    ("green", "D", "-."),
    ("purple", "^", ":"),
    ("black", "v", "-"),
    ("orange", "P", "--"),
)


def plot_loss_as_file(text: str, probs: ArrayLike, bits: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw a text three times on one scale of bits: eight bits a letter, one surprisal a letter, whole bytes.

    Parameters
    ----------
    text : str
        A short text, n characters; a space is shown as an open box.
    probs : array_like, shape (n,)
        Probability that the model gave to each character.
    bits : array_like, shape (n,)
        Surprisal of each character in bits, finite.
    """
    probs, bits = np.asarray(probs, dtype=float), np.asarray(bits, dtype=float)
    ax = new_axes(height=3.2) if ax is None else ax
    total = float(bits.sum())
    n_bytes = int(np.ceil(total / 8))
    labels = [f"{shown(character)}\n{p:.2f}" for character, p in zip(text, probs.tolist(), strict=True)]
    _segments(ax, 2, np.full(len(text), 8.0), labels, "sky")
    _segments(ax, 1, bits, [shown(c) if b > 2 else "" for c, b in zip(text, bits.tolist(), strict=True)], "orange")
    _segments(ax, 0, np.full(n_bytes, 8.0), [""] * n_bytes, "yellow")
    write(ax, f"sum of surprisals: {total:.1f} bits", (total, 1), (8, 0), "black", va="center", fontsize=11)
    write(ax, f"{n_bytes} bytes", (8 * n_bytes, 0), (8, 0), "black", va="center", fontsize=11)
    ax.set_yticks([2, 1, 0], ["text", "bits", "file"])
    ax.set(xlim=(0, 8 * len(text)), xlabel="length in bits (a letter of the text: 8)", ylabel="stage")
    ax.grid(visible=False, axis="y")
    return ax


def plot_bits_by_order(orders: ArrayLike, curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw bits per character against the order of an n-gram model, one curve for each kind of model.

    Parameters
    ----------
    orders : array_like of int, shape (m,)
        Orders of the models: 1 for single letters, 2 for pairs.
    curves : mapping of str to array_like, shape (m,)
        Bits per character, by the name of the curve. An infinite value is drawn at the top edge.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    _draw_curves(ax, orders, curves)
    ax.set_xticks(np.asarray(orders))
    ax.set_xlabel("order n: letters in an n-gram")
    ax.set_ylabel("bits per character")
    return ax


def plot_smoothing_curve(alphas: ArrayLike, curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw bits per character against the pseudo-count of additive smoothing, one curve for each text scored.

    Parameters
    ----------
    alphas : array_like, shape (m,)
        Pseudo-counts, above zero.
    curves : mapping of str to array_like, shape (m,)
        Bits per character, by the name of the text. The lowest point of each curve is marked by a ring.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    _draw_curves(ax, alphas, curves, names_at="start")
    for _, values, color, _, _ in looks(curves, _LOOKS):
        best = int(np.argmin(values))
        ring: Look = {"markersize": 13, "markerfacecolor": "none", "markeredgewidth": 1.8, "clip_on": False}
        ax.plot(np.asarray(alphas)[best], values[best], "o", color=color, **ring)
    ax.set_xscale("log")
    ax.set_xlabel("pseudo-count α added to every count")
    ax.set_ylabel("bits per character")
    return ax


def plot_passage_surprisals(text: str, bits: ArrayLike, *, width: int = 26, ax: Axes | None = None) -> Axes:
    """Draw a bar of surprisal above each letter of a text, in as many rows as it takes.

    Parameters
    ----------
    text : str
        A short text, n characters; a space is shown as an open box.
    bits : array_like, shape (n,)
        Surprisal of each character in bits, finite.
    width : int
        Characters in a row.
    """
    bits = np.asarray(bits, dtype=float)
    rows = -(-len(text) // width)
    ax = new_axes(height=0.6 + 0.95 * rows) if ax is None else ax
    top = max(float(bits.max()), 1.0)
    floors = -1.5 * top * (np.arange(len(text)) // width)
    places = np.arange(len(text)) % width
    starts = np.array([i == 0 or text[i - 1] == " " for i in range(len(text))])
    for chosen, color, hatch in ((~starts, "sky", None), (starts, "vermilion", "///")):
        edge = "white" if hatch else COLORS[color]
        look: Look = {"color": COLORS[color], "edgecolor": edge, "hatch": hatch, "linewidth": 0, "width": 0.8}
        ax.bar(places[chosen], bits[chosen], bottom=floors[chosen], **look)
    for place, floor, character in zip(places.tolist(), floors, map(shown, text), strict=True):
        ax.text(place, floor - 0.07 * top, character, ha="center", va="top", family="DejaVu Sans Mono", fontsize=13)
    _row_scales(ax, floors, top, width)
    return ax


def plot_bits_by_position(bits: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the average surprisal of a letter against its place in the word.

    Parameters
    ----------
    bits : array_like, shape (m,)
        Average surprisal in bits of the first letter of a word, the second, and so on.
    """
    bits = np.asarray(bits, dtype=float)
    ax = new_axes(height=3.0) if ax is None else ax
    colors = [COLORS["vermilion"]] + [COLORS["sky"]] * (len(bits) - 1)
    bars = ax.bar(np.arange(1, len(bits) + 1), bits, color=colors, width=0.75)
    ax.bar_label(bars, fmt="%.1f", padding=2, fontsize=11)
    ax.set_xticks(np.arange(1, len(bits) + 1))
    ax.grid(visible=False, axis="x")
    ax.margins(y=0.12)
    ax.set_xlabel("place of the letter in its word")
    ax.set_ylabel("bits per letter")
    return ax


def plot_learning_curve(sizes: ArrayLike, curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw bits per character on held-out text against the amount of training text, one curve for each model.

    Parameters
    ----------
    sizes : array_like of int, shape (m,)
        Characters of training text.
    curves : mapping of str to array_like, shape (m,)
        Bits per character on the held-out text, by the name of the model.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    _draw_curves(ax, sizes, curves)
    ax.set_xscale("log")
    ax.set_xlabel("characters of training text")
    ax.set_ylabel("bits per held-out character")
    return ax


def plot_bits_along_text(
    starts: ArrayLike, curves: Curves, *, mark: tuple[float, float, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw bits per character along a text, block by block, one curve for each model.

    Parameters
    ----------
    starts : array_like of int, shape (m,)
        Where each block starts, in characters from the beginning of the text.
    curves : mapping of str to array_like, shape (m,)
        Bits per character of each block, by the name of the model.
    mark : (float, float, str), optional
        Beginning and end of a stretch to shade, and its name.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    if mark is not None:
        begin, end, name = mark
        ax.axvspan(begin, end, facecolor=COLORS["yellow"], alpha=0.45, linewidth=0)
        ax.annotate(name, (end, 0), xycoords=("data", "axes fraction"), xytext=(5, 8), textcoords="offset points")
    _draw_curves(ax, starts, curves, marks=False)
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(lambda place, _: f"{place / 1000:g}")
    ax.set_xlabel("thousands of characters from the beginning")
    ax.set_ylabel("bits per character")
    return ax


def _segments(ax: Axes, row: int, widths: Array, labels: Sequence[str], color: str) -> None:
    ends = np.cumsum(widths)
    rows = np.full(len(widths), row)
    ax.barh(rows, widths, left=ends - widths, height=0.7, color=COLORS[color], edgecolor="white", linewidth=1.5)
    for middle, label in zip((ends - widths / 2).tolist(), labels, strict=True):
        ax.text(middle, row, label, ha="center", va="center", fontsize=10, family="DejaVu Sans Mono")


def _draw_curves(ax: Axes, x: ArrayLike, curves: Curves, *, marks: bool = True, names_at: str = "end") -> None:
    x, table = np.asarray(x, dtype=float), np.array([np.asarray(values, dtype=float) for values in curves.values()])
    finite = table[np.isfinite(table)]
    span = max(float(finite.max() - finite.min()), 1e-9)
    ceiling = finite.max() + (0.18 * span if np.isinf(table).any() else 0.0)
    for _, values, color, marker, line in looks(curves, _LOOKS):
        finite_values = np.where(np.isfinite(values), values, np.nan)
        ax.plot(x, finite_values, color=color, linestyle=line, marker=marker if marks else None)
        _draw_infinities(ax, x, values, ceiling, color)
    ax.margins(y=0.09)
    heights = np.where(np.isfinite(table), table, ceiling)
    named = dict(zip(curves, heights, strict=True))
    _name_curves(ax, x, named, at_start=names_at == "start", gap=0.085 * (ceiling - finite.min()))


def _name_curves(ax: Axes, x: Array, curves: Curves, *, at_start: bool, gap: float) -> None:
    """Write each curve's name at its start, above it, or at its end, moved apart by `gap`."""
    where, offset = (0, (2, 11)) if at_start else (-1, (9, 0))
    look: Look = {"ha": "left", "va": "bottom"} if at_start else {"va": "center"}
    places = spread([np.asarray(heights)[where] for heights in curves.values()], gap=0.0 if at_start else gap)
    for (name, _, color, _, _), place in zip(looks(curves, _LOOKS), places, strict=True):
        write(ax, name, (x[where], place), offset, color, fontsize=10, annotation_clip=False, **look)


def _draw_infinities(ax: Axes, x: Array, values: Array, ceiling: float, color: str) -> None:
    look: Look = {"ha": "center", "va": "bottom", "fontsize": 13, "annotation_clip": False}
    for place in x[np.isinf(values)]:
        ax.plot(place, ceiling, color=color, marker="^", markersize=9, clip_on=False)
        write(ax, "∞", (place, ceiling), (0, 5), color, **look)


def _row_scales(ax: Axes, floors: Array, top: float, width: int) -> None:
    step = 1 if top < 4 else 2 if top < 8 else 5
    levels = np.arange(0, top + 1e-9, step)
    rows = sorted(set(floors.tolist()), reverse=True)
    ax.set_yticks([row + level for row in rows for level in levels], [f"{level:g}" for _ in rows for level in levels])
    ax.set_ylim(rows[-1] - 0.5 * top, 1.05 * top)
    ax.set_xlim(-0.7, width - 0.3)
    ax.set_xticks([])
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("letters in reading order")
    ax.set_ylabel("surprisal, bits")
