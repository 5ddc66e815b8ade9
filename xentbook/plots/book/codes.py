"""Figures on codes (chapter 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Curves, Look, Point, Style, looks, new_axes, shown, write

__all__ = [
    "plot_code_areas",
    "plot_binary_entropy",
    "plot_dyadic_intervals",
    "plot_code_lengths",
    "plot_narrowing",
    "plot_block_codes",
    "plot_next_letter_entropy",
    "plot_bits_per_letter",
]

# One look for each kind of number, in every figure of the chapter.
_LOOKS: tuple[Style, ...] = (("vermilion", "s", "-"), ("green", "o", "-"), ("purple", "D", "-"), ("sky", "^", "-"))
_PANEL = 1.14  # from the left end of a panel of width 1 to that of the next
_TEXT: Look = {"fontsize": 11}  # texts are made outside the style sheet's context


def plot_code_areas(
    labels: Sequence[str],
    probs: ArrayLike,
    codes: Mapping[str, tuple[Sequence[str], float]],
    *,
    ideal: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the average length of codes as an area: a box for each symbol, of width probability and height word length.

    Parameters
    ----------
    labels : sequence of str
        The K symbols.
    probs : array_like, shape (K,)
        Their probabilities: the widths.
    codes : mapping of str to (sequence of str, float)
        For each code, by its name: its K words, of the characters '0' and '1', and their average length in bits.
    ideal : array_like, shape (K,), optional
        Surprisals of the symbols in bits, drawn as a line across each box.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    edges = np.concatenate([[0], np.cumsum(probs)])
    longest = [len(word) for words, _ in codes.values() for word in words]
    top = max(*longest, *np.atleast_1d(0 if ideal is None else ideal))
    for left, (words, average) in zip(_PANEL * np.arange(len(codes)), codes.values(), strict=True):
        _draw_boxes(ax, labels, words, edges + left)
        if ideal is not None:
            ax.stairs(ideal, edges + left, color=COLORS["vermilion"], lw=2.4, baseline=None)
        ax.plot([left, left + 1], [average] * 2, linestyle="--", color="black", linewidth=1.6)
        style = {"ha": "center", "fontsize": 13, "fontweight": "bold"}
        write(ax, f"{average:g} bits", (left + 0.5, top), (0, 7), COLORS["blue"], **style)
    _frame_panels(ax, list(codes), top)
    return ax


def plot_binary_entropy(p: ArrayLike, h: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw the entropy of a coin against the probability of heads.

    Parameters
    ----------
    p : array_like, shape (n,)
        Probabilities of heads, increasing.
    h : array_like, shape (n,)
        The entropy of each coin, in bits.
    """
    ax = new_axes() if ax is None else ax
    ax.plot(p, h, color=COLORS["blue"])
    ax.plot([0, 0.5, 1], [0, 1, 0], "o", color=COLORS["vermilion"], clip_on=False, zorder=3)
    write(ax, "fair coin: 1 bit", (0.5, 1), (0, 9), "black", ha="center")
    write(ax, "never heads: 0", (0, 0), (14, 8), "black")
    write(ax, "always heads: 0", (1, 0), (-14, 8), "black", ha="right")
    ax.set(xlim=(0, 1), ylim=(0, 1.15), xlabel="probability of heads", ylabel="entropy (bits)")
    return ax


def plot_dyadic_intervals(words: Mapping[str, str], *, ax: Axes | None = None) -> Axes:
    """Draw each code word as the interval of the binary numbers that begin with it, one row for each length.

    A word of n bits is a box of width 2 to the -n in row n; everything below it is hatched, since no other word of a
    prefix code may lie there.

    Parameters
    ----------
    words : mapping of str to str
        The code word, of the characters '0' and '1', of each symbol.
    """
    ax = new_axes() if ax is None else ax
    depth = max(len(word) for word in words.values())
    for row in range(1, depth + 1):
        for box in range(2**row):
            ax.add_patch(Rectangle((box / 2**row, row - 0.5), 2.0**-row, 1, fill=False, ec="#BBBBBB", lw=0.7))
    for symbol, word in words.items():
        _draw_word(ax, symbol, word, depth)
    ax.plot([0, 1], [depth + 0.5] * 2, color=GREY, lw=0.9)
    ax.grid(False)
    ax.set(xlim=(0, 1), ylim=(depth + 0.5, 0.5), yticks=range(1, depth + 1))
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    ax.set(xlabel="binary numbers that begin with the word", ylabel="length of the word (bits)")
    return ax


def plot_code_lengths(letters: Sequence[str], surprisal: ArrayLike, lengths: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the lengths of the code words of some letters beside their surprisals.

    Parameters
    ----------
    letters : sequence of str
        The letters, from left to right.
    surprisal : array_like, shape (K,)
        Their surprisals, in bits: the ideal lengths.
    lengths : mapping of str to array_like, shape (K,)
        For each code, by its name, the lengths of its words, in bits. At most four codes.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    places = range(len(letters))
    ax.step(places, surprisal, where="mid", color=COLORS["blue"], label="surprisal (ideal length)")
    for name, values, color, marker, _ in looks(lengths, _LOOKS):
        filled = color if marker == "o" else "none"
        ax.plot(places, values, marker, color=color, mfc=filled, mew=1.6, label=name)
    ax.legend(loc="upper left", handlelength=1.4, frameon=False, **_TEXT)
    ax.set_xticks(places, [shown(letter) for letter in letters])
    ax.grid(axis="x", visible=False)
    ax.set(xlabel="letter, the most frequent first (␣ is the space)", ylabel="length (bits)", ylim=(0, None))
    return ax


def plot_narrowing(steps: Sequence[Point], cuts: Mapping[str, Point], *, ax: Axes | None = None) -> Axes:
    """Draw the intervals of an arithmetic code, each stretched to full width below the one it is cut from.

    Parameters
    ----------
    steps : sequence of (float, float)
        Low and high end of the interval before the first letter and after each letter.
    cuts : mapping of str to (float, float)
        The part of the unit interval that each letter owns.
    """
    ax = new_axes(height=4.2) if ax is None else ax
    message = [""]
    for row, (interval, following) in enumerate(zip(steps, [*steps[1:], None], strict=True)):
        message.append(message[-1] + _draw_interval(ax, row, interval, following, cuts))
    ax.grid(False)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set(xlim=(-0.13, 1.13), ylim=(len(steps) - 0.6, -0.35), xticks=[])
    ax.set_yticks(range(len(steps)), ["start", *message[1:-1]])
    ax.tick_params(length=0, pad=14)
    ax.set(xlabel="each interval, stretched to full width", ylabel="message so far")
    return ax


def plot_block_codes(n: Sequence[int], curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw, for each source, the length of a block code and the block entropy below it, both per letter.

    Parameters
    ----------
    n : sequence of int
        Letters in a block.
    curves : mapping of str to (array_like, array_like)
        For each source, by its name: code length and block entropy per letter, in bits, each of the shape of `n`.
        At most four sources.
    """
    ax = new_axes() if ax is None else ax
    for name, both, color, marker, line in looks(curves, _LOOKS):
        length, entropy = both
        ax.plot(n, entropy, linestyle=line, color=color, lw=1.6)
        ax.plot(n, length, marker, color=color)
        write(ax, name, (n[-1], entropy[-1]), (-4, -17), "black", ha="right")
    ax.annotate("marks: Huffman code\nlines: block entropy", (0.03, 0.05), xycoords="axes fraction", **_TEXT)
    ax.set_xticks(list(n))
    ax.margins(x=0.06, y=0.18)
    ax.set(xlabel="letters in a block", ylabel="bits per letter")
    return ax


def plot_next_letter_entropy(
    n: Sequence[int], curves: Curves, *, published: Mapping[int, float] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw estimates of the entropy of the n-th letter given the n - 1 before it, one line for each text.

    Parameters
    ----------
    n : sequence of int
        Letters in a block, the predicted one included.
    curves : mapping of str to array_like
        For each text, by its name, the estimates in bits, of the shape of `n`. At most four texts.
    published : mapping of int to float, optional
        Figures of Shannon (1951), in bits, by the number of letters in a block; drawn as crosses.
    """
    ax = new_axes(height=3.8) if ax is None else ax
    middle = (len(n) + 1) // 2
    for name, values, color, marker, _ in looks(curves, _LOOKS):
        ax.plot(n, values, color=color, marker=marker, lw=2)
        low = values[middle] == min(np.asarray(other)[middle] for other in curves.values())
        side, offset = ("right", (-8, -16)) if low else ("left", (7, 6))
        write(ax, name, (n[middle], values[middle]), offset, "black", ha=side)
    if published:
        last = max(published)
        ax.plot(list(published), list(published.values()), "x", color="black", ms=9, mew=2.2, zorder=4)
        write(ax, "Shannon 1951", (last, published[last]), (9, 4), "black")
    ax.set_xticks(list(n))
    ax.set(xlabel="letters in a block (n)", ylabel="estimate of $F_n$ (bits per letter)", ylim=(0, None))
    return ax


def plot_bits_per_letter(
    rates: Mapping[str, float], *, band: Point | None = None, band_label: str = "", ax: Axes | None = None
) -> Axes:
    """Draw bits per letter as bars, in the order given, with a band for the values somebody else has found.

    Parameters
    ----------
    rates : mapping of str to float
        Bits per letter of each code, by its name.
    band : (float, float), optional
        Low and high end of a shaded band, in bits per letter.
    band_label : str
        What the band is, written above it.
    """
    ax = new_axes(height=0.42 * len(rates) + 1.2) if ax is None else ax
    places = range(len(rates))
    ax.barh(places, list(rates.values()), height=0.62, color=COLORS["sky"], edgecolor="black", linewidth=0.8)
    for place, rate in zip(places, rates.values(), strict=True):
        write(ax, f"{rate:.1f}", (rate, place), (5, 0), "black", va="center")
    if band:
        ax.axvspan(*band, color=COLORS["orange"], alpha=0.35, lw=0, zorder=3)
        ax.text(sum(band) / 2, -0.75, band_label, ha="center", va="bottom", **_TEXT)
    ax.set_yticks(places, list(rates))
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="bits per letter", ylabel="code", xlim=(0, 1.08 * max(rates.values())))
    ax.set_ylim(len(rates) - 0.4, -0.7)
    return ax


def _frame_panels(ax: Axes, names: Sequence[str], top: float) -> None:
    """Name the panels of boxes, which are up to `top` bits high, and the axes."""
    ax.set_xticks(_PANEL * np.arange(len(names)) + 0.5, names)
    ax.set_yticks(range(int(top) + 1))
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", visible=False)
    ax.set(xlim=(-0.03, _PANEL * len(names) - 0.11), ylim=(0, 1.16 * top))
    ax.set(xlabel="width: probability", ylabel="height: length (bits)")


def _draw_boxes(ax: Axes, labels: Sequence[str], words: Sequence[str], edges: Array) -> None:
    """Draw boxes side by side between the `edges`, each with its symbol at the foot and its word above."""
    fills = [COLORS[name] for name in ("sky", "orange", "green", "yellow", "purple")]
    for k, (label, word) in enumerate(zip(labels, words, strict=True)):
        box = {"xy": (edges[k], 0), "width": edges[k + 1] - edges[k], "height": len(word)}
        ax.add_patch(Rectangle(**box, facecolor=fills[k % len(fills)], alpha=0.55, edgecolor="none"))
        ax.add_patch(Rectangle(**box, fill=False, edgecolor="black", linewidth=0.9))
        middle = (edges[k] + edges[k + 1]) / 2
        write(ax, shown(label), (middle, 0), (0, 4), "black", ha="center", fontsize=12, fontweight="bold")
        write(ax, word, (middle, 0), (0, 21), "black", ha="center", va="bottom", rotation=90, fontsize=12)


def _draw_word(ax: Axes, symbol: str, word: str, depth: int) -> None:
    """Draw the box of a code word, and hatch what lies below it."""
    left, width, row = int(word, 2) / 2 ** len(word), 2.0 ** -len(word), len(word)
    ax.add_patch(Rectangle((left, row + 0.5), width, depth - row, fc="#F2F2F2", ec="#999999", hatch="///", lw=0))
    ax.add_patch(Rectangle((left, row - 0.5), width, 1, fc=COLORS["sky"], ec="black", lw=1))
    ax.text(left + width / 2, row, f"{symbol}\n{word}", ha="center", va="center", linespacing=1.3, **_TEXT)


def _draw_interval(ax: Axes, row: int, interval: Point, following: Point | None, cuts: Mapping[str, Point]) -> str:
    """Draw an interval and its parts, with lines from the part that is the following one; return its letter."""
    (low, high), taken = interval, ""
    for letter, part in cuts.items():
        chosen = following is not None and abs(low + (high - low) * part[0] - following[0]) < 1e-12
        taken += letter * chosen
        _draw_part(ax, row, letter, part, chosen)
    ax.text(-0.015, row, f"{low:.4g}", ha="right", va="center", **_TEXT)
    ax.text(1.015, row, f"{high:.4g}", ha="left", va="center", **_TEXT)
    return taken


def _draw_part(ax: Axes, row: int, letter: str, part: Point, chosen: bool) -> None:
    """Draw the part of an interval that a letter owns, and the lines to the next row if the message goes there."""
    start, end = part
    color, weight = (COLORS["sky"], "bold") if chosen else ("white", "normal")
    ax.add_patch(Rectangle((start, row - 0.22), end - start, 0.44, fc=color, ec="black", lw=1))
    ax.text((start + end) / 2, row, letter, ha="center", va="center", weight=weight, **_TEXT)
    for here, there in ((start, 0), (end, 1)):
        if chosen:
            ax.plot([here, there], [row + 0.22, row + 0.78], color="#777777", lw=1, ls="--")
