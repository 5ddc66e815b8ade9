"""Figures on other libraries (the notebook after chapter 6): where their gradients end, and where their digits do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import Array, Curves, Style, looks, new_axes, write

__all__ = ["plot_lost_pulls", "plot_correct_digits"]

_STYLES: tuple[Style, ...] = (
    ("blue", "", "-"),
    ("vermilion", "", "--"),
    ("green", "", "-."),
    ("purple", "", ":"),
    ("orange", "", "-"),
    ("black", "", "-"),
)


def plot_lost_pulls(gap: ArrayLike, pushes: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw how hard a loss pulls a wrong answer back, against how wrong it is; one line a way to compute the loss.

    Parameters
    ----------
    gap : array_like, shape (n,)
        By how much another class leads the true one, in nats, increasing.
    pushes : mapping of str to array_like, shape (n,)
        For each name the size of the derivative in the true class's logit; at most three, the most persistent first.
    """
    ax = new_axes(height=3.2) if ax is None else ax
    gap = np.asarray(gap)
    for name, push, color, _, line in looks(pushes, _STYLES):
        ax.plot(gap, push, color=color, linestyle=line, linewidth=2.4)
        alive = int(np.flatnonzero(push > 0.5 * push.max())[-1])
        if alive < gap.size - 1:
            write(ax, name, (gap[alive], 0.5), (7, 0), color, fontsize=10, ha="left", va="center")
        else:
            write(ax, name, (gap[-1], push.max() + 0.04), (0, 0), color, fontsize=10, ha="right", va="bottom")
    ax.set_ylim(-0.05, 1.2)
    ax.set_xlabel("lead of the wrong class (nats)")
    ax.set_ylabel("pull on the true logit")
    return ax


def plot_correct_digits(gap: ArrayLike, digits: Mapping[str, Curves], *, ax: Axes | None = None) -> Axes:
    """Draw how many decimal digits of a loss are right, against the lead of the true class; one line a library.

    Parameters
    ----------
    gap : array_like, shape (n,)
        By how much the true class leads, in nats, increasing.
    digits : mapping of str to mapping of str to array_like, shape (n,)
        For each precision ("64 bits", drawn solid; the next one dashed) and each library the number of digits that are
        right. A library has one colour.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    gap = np.asarray(gap)
    for (precision, lines), (_, _, dash) in zip(digits.items(), _STYLES, strict=False):
        last = max(_half_way(np.asarray(right)) for right in lines.values() if np.asarray(right)[-1] < 1)
        for name, right, color, _, _ in looks(lines, _STYLES):
            ax.plot(gap, right, color=color, linestyle=dash, linewidth=2)
            _label_digits(ax, f"{name}\n{precision}", gap, right, color, last)
    ax.set_ylim(-0.4, 17.4)
    ax.set_yticks(range(0, 16, 3))
    ax.set_xlabel("lead of the true class (nats)")
    ax.set_ylabel("digits that are right")
    return ax


def _half_way(right: Array) -> int:
    """Return the first place where half of the digits are gone; the last place if there is none."""
    return int(np.append(np.flatnonzero(right < 0.5 * right.max()), right.size - 1)[0])


def _label_digits(ax: Axes, name: str, gap: Array, right: Array, color: str, last: int) -> None:
    """Write the name above a line that stays up; beside one that falls, on its right if none falls later."""
    at = _half_way(right)
    if at == right.size - 1:
        name, shift, side, level = name.replace("\n", ", "), (0, 4), "right", "bottom"
    elif at == last:
        shift, side, level = (6, 2), "left", "bottom"
    else:
        shift, side, level = (-12, -4), "right", "center"
    place = (gap[at], right[at])
    write(ax, name, place, shift, color, fontsize=10, ha=side, va=level, multialignment=side)
