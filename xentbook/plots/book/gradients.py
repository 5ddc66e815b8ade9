"""Figures on gradients (chapter 7): pushes, the way back, class images, errors of differences, curvature, depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import BLUE_FIRST, COLORS, GREY, Array, Curves, Look, Point, Style, looks, new_axes, signed, write

__all__ = [
    "plot_pushes",
    "plot_way_back",
    "plot_class_images",
    "plot_difference_errors",
    "plot_curvatures",
    "plot_turning_steps",
    "plot_layer_errors",
]

_STYLES: tuple[Style, ...] = (*BLUE_FIRST[:4], ("black", "v", (0, (6, 2, 1, 2, 1, 2))))


def plot_pushes(
    names: Sequence[object], q: ArrayLike, label: int, *, image: ArrayLike | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how a step against the gradient moves each logit: an arrow from the prediction to the label.

    Parameters
    ----------
    names : sequence, one a class
        What the classes are called.
    q : array_like, shape (K,)
        Predicted probabilities.
    label : int
        The class that came.
    image : array_like, shape (h, w), optional
        The picture that was classified, 0 for white; drawn where the classes in the middle leave room.
    """
    ax = new_axes(height=3.5) if ax is None else ax
    for k, value in enumerate(np.asarray(q)):
        _draw_arrow(ax, k, value, up=k == label)
    ax.set_xticks(range(len(names)), [str(name) for name in names])
    if image is not None:
        middle, half = (len(names) - 1) / 2, 0.17 * len(names)
        _draw_image(ax, image, (middle - half, middle + half, 0.3, 0.98))
    ax.set(xlim=(-0.6, len(names) - 0.4), ylim=(-0.1, 1.08))
    ax.set(xlabel="class", ylabel="probability: ● predicted, — label")
    ax.grid(visible=False, axis="x")
    return ax


def plot_way_back(
    image: ArrayLike,
    hidden: ArrayLike,
    on: ArrayLike,
    output: ArrayLike,
    flows: ArrayLike,
    *,
    names: Sequence[object],
    ax: Axes | None = None,
) -> Axes:
    """Draw the errors of a network with one hidden layer: picture, hidden units and classes, from left to right.

    Parameters
    ----------
    image : array_like, shape (h, w)
        The picture, 0 for white.
    hidden : array_like, shape (m,)
        The error of each hidden unit.
    on : array_like of bool, shape (m,)
        Which hidden units are not at 0.
    output : array_like, shape (K,)
        The error of each class.
    flows : array_like, shape (K, m)
        What each class sends to each hidden unit.
    names : sequence, one a class
        What the classes are called.
    """
    ax = new_axes(height=4.6) if ax is None else ax
    hidden, on, output = np.asarray(hidden), np.asarray(on), np.asarray(output)
    units = [(1.5, y) for y in np.linspace(1, 0, len(hidden))]
    classes = [(2.5, y) for y in np.linspace(0.97, 0.03, len(output))]
    _draw_image(ax, image, (0, 0.75, 0.33, 0.67))
    _draw_flows(ax, np.asarray(flows) * on / np.abs(flows).max(), units, classes)
    for place, error, is_on in zip(units, hidden / np.abs(hidden).max(), on, strict=True):
        _draw_unit(ax, place, error, on=is_on)
    for place, name, error in zip(classes, names, output, strict=True):
        _draw_unit(ax, place, error / np.abs(output).max(), on=True)
        write(ax, signed(f"{name}: {error:+.2f}"), place, (12, 0), "black", va="center", fontsize=12)
    _frame_way_back(ax, len(hidden))
    return ax


def plot_class_images(images: ArrayLike, names: Sequence[object], *, ax: Axes | None = None) -> Axes:
    """Draw one picture a class in two rows, on one grey scale: white for the largest value, black for the smallest.

    Parameters
    ----------
    images : array_like, shape (K, h, w)
        The pictures; 0 is the middle grey.
    names : sequence, one a class
        What the classes are called.
    """
    ax = new_axes(height=3.1) if ax is None else ax
    images = np.asarray(images)
    columns, top = -(-len(images) // 2), float(np.abs(images).max())
    height, width = images.shape[1] + 3, images.shape[2] + 1
    for k, image in enumerate(images):
        left, bottom = (k % columns) * width, -(k // columns) * height
        extent = (left, left + images.shape[2], bottom, bottom + images.shape[1])
        ax.imshow(image, cmap="gray", vmin=-top, vmax=top, extent=extent, interpolation="nearest")
        middle, above = left + images.shape[2] / 2, bottom + images.shape[1]
        write(ax, str(names[k]), (middle, above), (0, 3), "black", ha="center", va="bottom", fontsize=13)
    ax.set(xlim=(0, columns * width - 1), ylim=(-height, height - 1.2), xticks=[], yticks=[])
    ax.set(xlabel="white: above 0, grey: 0, black: below 0", ylabel="class, pixel by pixel")
    ax.spines[:].set_visible(False)
    ax.set_aspect("equal")
    return ax


def plot_difference_errors(steps: ArrayLike, errors: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the error of each difference scheme against its step, both on logarithmic scales, the best step marked.

    Parameters
    ----------
    steps : array_like, shape (m,)
        Steps h, in units of the argument.
    errors : mapping of str to array_like, shape (m,)
        For each scheme the error of the derivative, NaN where there is none.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    steps = np.asarray(steps)
    for name, values, color, marker, _ in looks(errors, _STYLES):  # no dashes: round-off would push them along the line
        ax.loglog(steps, values, marker=marker, markersize=4, color=color)
        best = int(np.nanargmin(values))
        floor = np.flatnonzero(values < 3 * values[best])
        flat = len(floor) > len(steps) / 4  # no valley: it stays down
        at = int(floor[len(floor) // 2]) if flat else best
        ax.loglog(steps[at], values[at], marker, color=color, markersize=9, zorder=5)
        write(ax, name, (steps[at], values[at]), (0, 10 if flat else 17), color, ha="center", va="bottom")
    ax.set(xlabel="step h (nats)", ylabel="error of the derivative")
    ax.set_ylim(1e-18, 1)
    ax.set_xlim(steps.min() / 2, 0.5)
    return ax


def plot_curvatures(z: ArrayLike, curves: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw second derivatives in the logit, each with its name at its highest point.

    Parameters
    ----------
    z : array_like, shape (m,)
        Logits, in nats.
    curves : mapping of str to array_like, shape (m,)
        For each loss its curvature at `z`.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    z = np.asarray(z)
    ax.axhline(0, color=GREY, linewidth=1)
    for name, values, color, marker, line in looks(curves, _STYLES):
        ax.plot(z, values, color=color, linestyle=line)
        highest, offset = (z[values.argmax()], values.max()), (-12, 4) if color == COLORS["blue"] else (38, 2)
        ax.plot(*highest, marker, color=color, markersize=8, zorder=5)
        write(ax, name, highest, offset, color, ha="right" if color == COLORS["blue"] else "left")
        if values.min() < -0.01:
            lowest = z[values.argmin()], values.min()
            ax.plot(*lowest, marker, color=color, markersize=8, zorder=5)
            write(ax, "bends downwards", lowest, (-12, -4), color, ha="right", va="center")
    ax.set(xlim=(z[0], z[-1]), ymargin=0.1, xlabel="logit z of the right class (nats)", ylabel="curvature")
    return ax


def plot_turning_steps(
    depths: ArrayLike, steps: Curves, law: ArrayLike, *, law_name: str, ax: Axes | None = None
) -> Axes:
    """Draw how many steps of gradient descent turn a confident mistake, on a logarithmic scale, with a law beside them.

    Parameters
    ----------
    depths : array_like, shape (m,)
        How far on the wrong side the logit starts, in nats.
    steps : mapping of str to array_like, shape (m,)
        For each loss the number of steps.
    law : array_like, shape (m,)
        What a formula says.
    law_name : str
        The formula.
    """
    ax = new_axes(height=3.3) if ax is None else ax
    depths = np.asarray(depths)
    ax.semilogy(depths, law, color=GREY, linewidth=1.4)
    middle = len(depths) // 2
    write(ax, law_name, (depths[middle], np.asarray(law)[middle]), (8, -6), GREY, va="top")
    for name, values, color, marker, _ in looks(steps, _STYLES):
        ax.semilogy(depths, values, marker, color=color, markersize=8)
        above = values[-1] > 100
        at = middle if above else -2
        place, offset = (depths[at], values[at]), (-10, 8) if above else (0, 10)
        write(ax, name, place, offset, color, ha="right" if above else "center", va="bottom")
    ax.set(xlabel="logit at the start: this far on the wrong side (nats)", ylabel="steps until q ≥ ½")
    return ax


def plot_layer_errors(errors: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the size of the error that arrives at each layer, on a logarithmic scale: the output on the left.

    Parameters
    ----------
    errors : mapping of str to array_like, shape (L,)
        For each network the root mean square error of the layers, the first layer first.
    """
    ax = new_axes(height=4.2) if ax is None else ax
    for _, values, color, marker, line in looks(errors, _STYLES):
        layers = np.arange(1, len(values) + 1)
        ax.semilogy(layers, values, color=color, linestyle=line, marker=marker, markersize=7)
    place, last = np.inf, len(values)
    for name, values, color, _, _ in sorted(looks(errors, _STYLES), key=lambda look: -look[1][0]):
        place = min(1.6 * values[0], place / 3)  # room for a line of text
        write(ax, name, (1, place), (9, 0), color, va="center")
    ax.set_xticks(range(1, last + 1), [*(str(k) for k in range(1, last)), "output"])
    ax.set_xlim(last + 0.2, -2.6)
    ax.set(xlabel="layer, going back from the output", ylabel="size of its error δ")
    return ax


def _draw_arrow(ax: Axes, k: int, value: float, *, up: bool) -> None:
    """Draw one prediction, its label, and the arrow between them with its length where there is room for one."""
    target, color = float(up), COLORS["blue" if up else "vermilion"]
    ax.plot([k - 0.3, k + 0.3], [target, target], color=GREY, linewidth=1.4)
    ax.plot(k, value, "o", color=color, markersize=7, zorder=5)
    if abs(value - target) > 0.05:
        arrow: Look = {
            "arrowstyle": "-|>",
            "color": color,
            "linewidth": 2.2,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 15,
        }
        ax.annotate("", (k, target), (k, value), arrowprops=arrow)
        text, side = signed(f"{value - target:+.2f}"), -1 if up else 1
        write(ax, text, (k, value), (0, 9 * side), color, ha="center", va="top" if up else "bottom")


def _draw_image(ax: Axes, image: ArrayLike, extent: tuple[float, float, float, float]) -> None:
    """Draw a picture in ink on white, in a frame, at `extent` of the axes, whose shape stays as it is."""
    ax.imshow(np.asarray(image), cmap="gray_r", vmin=0, extent=extent, interpolation="nearest", aspect="auto", zorder=3)
    left, right, bottom, top = extent
    ax.plot([left, right, right, left, left], [bottom, bottom, top, top, bottom], color=GREY, linewidth=1, zorder=4)


def _frame_way_back(ax: Axes, m: int) -> None:
    """Name the columns of the figure, and draw the arrow that leads on to the picture."""
    arrow: Look = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.6}
    ax.annotate("", (0.8, 0.5), (1.38, 0.5), arrowprops=arrow)
    ax.set_xticks([0.375, 1.5, 2.6], ["picture", f"{m} hidden units", "classes"])
    ax.set(xlim=(-0.05, 3.15), ylim=(-0.05, 1.05), yticks=[])
    ax.set(xlabel="the errors go from right to left", ylabel="▲ should rise, ▼ should fall, · off")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)


def _draw_flows(ax: Axes, shares: Array, units: Sequence[Point], classes: Sequence[Point]) -> None:
    """Draw a line from each class to each unit, as thick as its share, dashed if it is positive."""
    for (k, j), share in np.ndenumerate(shares):
        if abs(share) > 0.02:
            color, line = (COLORS["vermilion"], "--") if share > 0 else (COLORS["blue"], "-")
            ends = np.transpose([units[j], classes[k]])
            ax.plot(*ends, color=color, linestyle=line, linewidth=3 * abs(share), alpha=0.5)


def _draw_unit(ax: Axes, place: Point, share: float, *, on: bool) -> None:
    """Draw a unit as a triangle that points where its input should go, as large as its error; a dot if it is off."""
    if not on:
        ax.plot(*place, ".", color=GREY, markersize=4)
        return
    mark, color = ("v", COLORS["vermilion"]) if share > 0 else ("^", COLORS["blue"])
    ax.plot(*place, mark, color=color, markersize=3 + 9 * np.sqrt(abs(share)), zorder=5)
