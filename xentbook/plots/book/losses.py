"""Figures on the loss functions (chapter 6): what arithmetic and conventions make of one number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, MultipleLocator, NullLocator
from numpy.typing import ArrayLike

from .._style import COLORS, Array, Curves, Look, Point, Style, looks, new_axes, write

__all__ = [
    "plot_relative_errors",
    "plot_loss_spectrum",
    "plot_clipped_losses",
    "plot_losses_by_choice",
    "plot_smoothed_losses",
]

_STYLES: tuple[Style, ...] = (
    ("vermilion", "o", "-"),
    ("purple", "s", "--"),
    ("blue", "^", "-."),
    ("green", "D", (0, (1, 1.2))),
)
# From the other end of the palette; the order of the dashes stays.
_TURNED: tuple[Style, ...] = (
    ("green", "o", "-"),
    ("blue", "s", "--"),
    ("purple", "^", "-."),
    ("vermilion", "D", (0, (1, 1.2))),
)


def plot_relative_errors(gaps: ArrayLike, errors: Curves, *, floor: float = 1e-15, ax: Axes | None = None) -> Axes:
    """Draw the relative error of formulas for one loss against the gap between the true logit and the other.

    Parameters
    ----------
    gaps : array_like, shape (n,)
        True logit minus the other, in nats.
    errors : mapping of name to array_like, shape (n,)
        Relative errors; 1 means that no digit is right. Those below `floor` are drawn at it.
    floor : float
        What counts as right.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    gaps = np.asarray(gaps, dtype=float)
    for index, (name, error, color, _, line) in enumerate(looks(errors, _STYLES)):
        error = np.maximum(error, floor)
        ax.semilogy(gaps, error, color=color, linestyle=line)
        flat = error.max() < 10 * floor
        left = not flat and index % 2 == 0
        place = len(gaps) // 2 if flat else int(np.argmax(error >= (1e-5 if left else 1e-9)))
        offset = (-8, 6) if left else (8, 9 if flat else -9)
        _say(ax, name, (gaps[place], error[place]), color, offset, "right" if left else "left")
    ax.set_ylim(floor / 6, 30)
    ax.set(xlabel="logit of the true class − the other (nats)", ylabel="relative error of the loss")
    _powers_of_ten(ax.yaxis, 3)
    return ax


def plot_loss_spectrum(losses: ArrayLike, limits: Mapping[str, float], *, ax: Axes | None = None) -> Axes:
    """Draw how many samples cost how much, on a logarithmic axis, with lines below which a loss is lost.

    Parameters
    ----------
    losses : array_like, shape (n,)
        Losses of single samples in nats, all positive.
    limits : mapping of name to float
        The smallest loss that each way of computing can tell from 0, in nats.
    """
    ax = new_axes() if ax is None else ax
    powers = np.log10(np.asarray(losses, dtype=float))
    counts, edges = np.histogram(powers, bins=np.arange(np.floor(powers.min()), powers.max() + 0.5, 0.5))
    ax.bar(edges[:-1], counts, 0.5, align="edge", color=COLORS["blue"], edgecolor="white", linewidth=0.8)
    for name, limit in limits.items():
        _draw_limit(ax, name, edges[0] - 0.5, np.log10(limit), 1.22 * counts.max())
    ax.set(xlim=(edges[0] - 0.5, edges[-1] + 0.5), ylim=(0, 1.35 * counts.max()))
    ax.set(xlabel="loss of one sample (nats)", ylabel="samples")
    ax.xaxis.set_major_locator(MultipleLocator(2))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"$10^{{{x:.0f}}}$"))
    ax.grid(axis="x", visible=False)
    return ax


def plot_clipped_losses(
    p: ArrayLike, losses: Curves, *, picture: ArrayLike | None = None, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the loss of an event by several conventions against its probability, down to next to nothing.

    Parameters
    ----------
    p : array_like, shape (n,)
        Probabilities, falling, all positive.
    losses : mapping of name to array_like, shape (n,)
        Losses in nats, from the highest curve to the lowest.
    picture : array_like, shape (height, width), optional
        Grey values of the event, to be shown in the empty corner, with `title` below.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    p = np.asarray(p, dtype=float)
    for name, loss, color, _, line in looks(losses, _TURNED):
        ax.semilogx(p, loss, color=color, linestyle=line)
        flat = loss[-1] == loss[-2]
        place = -1 if flat else 9 * len(p) // 10
        _say(ax, name, (p[place], loss[place]), color, (-4, -10) if flat else (-10, 4), "right")
    ax.set(xlim=(p[0], p[-1]), xlabel="probability given to what happened", ylabel="loss (nats)")
    ax.set_ylim(bottom=0)
    _powers_of_ten(ax.xaxis, 10)
    if picture is not None:
        _show_picture(ax, np.asarray(picture), title)
    return ax


def plot_losses_by_choice(choices: ArrayLike, losses: Curves, *, xlabel: str, ax: Axes | None = None) -> Axes:
    """Draw the loss of a family of models as several conventions see it, the least marked, infinite ones hatched.

    Parameters
    ----------
    choices : array_like, shape (n,)
        What tells the models apart, rising.
    losses : mapping of name to array_like, shape (n,)
        Losses in nats; inf where a convention charges that, up to some choice.
    """
    ax = new_axes(height=3.7) if ax is None else ax
    choices = np.asarray(choices)
    for index, (name, loss, color, marker, line) in enumerate(looks(losses, _STYLES)):
        best, finite = loss.argmin(), np.isfinite(loss)
        ax.plot(choices[finite], loss[finite], color=color, linestyle=line)
        ax.plot(choices[best], loss[best], marker, color=color, markersize=9, zorder=5)
        _say(ax, f"{name}: {choices[best]}", (choices[best], loss[best]), color, (8, -29 if index % 2 else -13))
        if not finite.all():
            _forbid(ax, choices[0] - 0.5, choices[finite][0] - 0.5, f"{name}: ∞", color)
    ax.margins(y=0.13)
    ax.set(xlabel=xlabel, ylabel="mean loss (nats)")
    return ax


def plot_smoothed_losses(
    gaps: ArrayLike,
    losses: Sequence[ArrayLike],
    *,
    amounts: Sequence[float],
    best: Sequence[float],
    floors: Sequence[float],
    ax: Axes | None = None,
) -> Axes:
    """Draw the loss of a smoothed label against the gap of its logit, one curve an amount, its lowest point marked.

    Parameters
    ----------
    gaps : array_like, shape (n,)
        Logit of the label minus that of each other class, in nats.
    losses : array_like, shape (m, n)
        Losses in nats, a row for each amount of smoothing.
    amounts, best, floors : array_like, shape (m,)
        The amounts; the gap of least loss (inf where there is none); the least loss, in nats.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    gaps, rows = np.asarray(gaps), {f"{amount:.0%}": loss for amount, loss in zip(amounts, losses, strict=True)}
    for (name, loss, color, _, line), gap, floor in zip(looks(rows, _TURNED), best, floors, strict=True):
        ax.plot(gaps, loss, color=color, linestyle=line)
        if np.isfinite(gap):
            ax.plot(gap, floor, "o", color=color, markersize=8, zorder=5)
        _say(ax, name, (gaps[-1], loss[-1]), color, (5, 0))
    ax.set(xlim=(gaps[0], gaps[-1]), xlabel="logit of the label − each other logit (nats)", ylabel="loss (nats)")
    ax.set_ylim(bottom=0)
    return ax


def _say(ax: Axes, words: str, point: Sequence[float], color: str, offset: Point, side: str = "left") -> None:
    """Write words beside a point, in the ink of the colour of what they name."""
    write(ax, words, point, offset, color, ha=side, va="center", annotation_clip=False)


def _show_picture(ax: Axes, grey: Array, title: str) -> None:
    """Show a small picture in the upper left corner of `ax`, dark on light, with its title below."""
    inset = ax.inset_axes((0.03, 0.5, 0.3, 0.46))
    inset.imshow(grey, cmap="gray_r", interpolation="nearest")
    inset.set(xticks=[], yticks=[])
    inset.grid(visible=False)
    write(inset, title, (0.5, 0.0), (0, -4), "black", xycoords="axes fraction", ha="center", va="top")


def _draw_limit(ax: Axes, name: str, start: float, limit: float, height: float) -> None:
    """Draw a dashed line at `limit` with its name, and hatch what lies to its left."""
    color = COLORS["vermilion"]
    ax.axvspan(start, limit, facecolor="none", edgecolor=color, hatch="///", alpha=0.3, linewidth=0)
    ax.axvline(limit, color=color, linewidth=1.8, linestyle="--")
    _say(ax, name, (limit, height), color, (6, 0))


def _forbid(ax: Axes, start: float, stop: float, words: str, color: str) -> None:
    """Hatch a stretch of the horizontal axis and say why."""
    ax.axvspan(start, stop, facecolor="none", edgecolor=color, hatch="//", alpha=0.25, linewidth=0)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    look: Look = {"xycoords": ("data", "axes fraction"), "ha": "right", "va": "top", "bbox": box}
    write(ax, words, (stop, 0.96), (-6, 0), color, **look)


def _powers_of_ten(axis: Axis, step: int) -> None:
    """Label a logarithmic axis at every `step` powers of ten."""
    axis.set_major_locator(LogLocator(base=10.0**step))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda x, _: "1" if x == 1 else f"$10^{{{np.log10(x):.0f}}}$"))
