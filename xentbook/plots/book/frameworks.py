"""Figures on other libraries (the notebook after chapter 6): where their gradients end."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import Curves, Style, looks, new_axes, write

__all__ = ["plot_lost_pulls"]

_STYLES: tuple[Style, ...] = (
    ("blue", "", "-"),
    ("vermilion", "", "--"),
    ("green", "", "-."),
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
    ax.set_ylabel("size of the derivative")
    return ax
