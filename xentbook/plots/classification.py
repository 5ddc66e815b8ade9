"""Figures of classifiers: scores and their threshold, curves over all thresholds, reliability, boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from ._style import COLORS, GREY, Array, Look, Point, color_legend, looks, new_axes, write

__all__ = [
    "plot_scores", "plot_confusion_matrix", "plot_roc", "plot_precision_recall", "plot_reliability",
    "plot_risk_coverage", "plot_boundaries",
]  # fmt: skip


def plot_scores(
    y: ArrayLike, probs: ArrayLike, counts: ArrayLike, *, threshold: float,
    names: tuple[str, str] = ("class 0", "class 1"), xlabel: str = "probability of class 1", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the forecasts of two classes, a row of dots each, and the threshold that cuts them, with the four counts.

    Parameters
    ----------
    y : array_like of int, shape (n,)
        Labels 0 and 1.
    probs : array_like, shape (n,)
        Probabilities of label 1.
    counts : array_like, shape (2, 2)
        The confusion matrix at the threshold, rows actual, as `xentbook.confusion_matrix` returns it.
    threshold : float
        Where the line is; errors are drawn hollow.
    names : (str, str)
        What the classes are called.
    xlabel : str
        What the axis is.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import numpy as np, xentbook as xb
    >>> y, probs = np.array([0, 0, 1, 1]), np.array([0.2, 0.7, 0.4, 0.9])
    >>> ax = xb.plots.plot_scores(y, probs, xb.confusion_matrix(y, probs >= 0.5), threshold=0.5)
    >>> [text.get_text() for text in ax.texts]
    ['class 0: 1', '1', 'class 1: 1', '1']
    """
    ax = new_axes(height=3.4) if ax is None else ax
    y, probs = np.asarray(y), np.asarray(probs, dtype=float)
    for label, floor in ((0, 1.15), (1, 0.0)):
        _draw_row(ax, probs[y == label], floor, threshold, label)
        (left, right), name = np.asarray(counts)[label], names[label]
        ax.text(0, floor + 0.92, f"{name}: {left:g}", color=GREY, fontsize=11, fontweight="bold")
        ax.text(1, floor + 0.92, f"{right:g}", color=GREY, fontsize=11, fontweight="bold", ha="right")
    ax.axvline(threshold, color="black", linewidth=1.6, ymax=0.97)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.06, 2.35), yticks=[], xlabel=xlabel, ylabel="what was true")
    ax.spines["left"].set_visible(False)
    return ax


def plot_confusion_matrix(counts: ArrayLike, *, names: Sequence[object] | None = None, ax: Axes | None = None) -> Axes:
    """Draw a confusion matrix: each count on a shade, the darker the larger.

    Parameters
    ----------
    counts : array_like, shape (K, K)
        Counts or shares, rows actual, columns predicted, as `xentbook.confusion_matrix` returns them.
    names : sequence, length K, optional
        What the classes are called; 0 to K - 1 by default.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import xentbook as xb
    >>> counts = xb.confusion_matrix([0, 1, 1, 2, 2, 2], [0, 1, 2, 2, 2, 0])
    >>> ax = xb.plots.plot_confusion_matrix(counts, names=["cat", "dog", "fox"])
    >>> [text.get_text() for text in ax.texts]
    ['1', '0', '0', '0', '1', '1', '1', '0', '2']
    """
    counts = np.asarray(counts)
    ax = new_axes(height=1.4 + 0.45 * len(counts)) if ax is None else ax
    top = counts.max()
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=1.35 * top or 1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if count > 0.85 * top else "black"
        ax.text(column, row, f"{count:g}", ha="center", va="center", fontsize=12, color=color)
    labels = range(len(counts)) if names is None else names
    ax.set(xticks=range(len(counts)), yticks=range(len(counts)), xticklabels=labels, yticklabels=labels)
    ax.set(xlabel="predicted class", ylabel="actual class")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    return ax


def plot_roc(
    curves: Mapping[str, Sequence[ArrayLike]], *, marks: Mapping[str, Point] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw ROC curves over the diagonal of scores that say nothing.

    Parameters
    ----------
    curves : mapping of str to (array_like, array_like, ...)
        False and true positive rates, as `xentbook.roc_curve` returns them, by name, up to seven.
    marks : mapping of str to (float, float), optional
        Points to mark, by what to write beside them.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import xentbook as xb
    >>> ax = xb.plots.plot_roc({"model": xb.roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])})
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('false positive rate', 'true positive rate (recall)')
    """
    ax = new_axes(height=4.3) if ax is None else ax
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    write(ax, "scores that say nothing", (0.62, 0.55), (0, 0), "black", ha="left", va="top")
    true_rates = {name: curve[1] for name, curve in curves.items()}
    for name, true, color, _, line in looks(true_rates):
        false = np.asarray(curves[name][0])
        ax.plot(false, true, linestyle=line, color=color, linewidth=2.2)
        at = int(np.argmax(true - false))
        write(ax, name, (false[at], true[at]), (10, -12), color, fontweight="bold")
    for text, place in (marks or {}).items():
        ax.plot(*place, "o", color="black", markersize=8, zorder=4)
        write(ax, text, place, (10, -4), "black", va="top")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.03), xlabel="false positive rate", ylabel="true positive rate (recall)")
    return ax


def plot_precision_recall(curves: Mapping[str, Sequence[ArrayLike]], *, ax: Axes | None = None) -> Axes:
    """Draw precision against recall for every threshold that predicts a positive, as steps.

    Parameters
    ----------
    curves : mapping of str to (array_like, array_like, ...)
        Precisions and recalls, recalls rising to 1, as `xentbook.precision_recall_curve` returns them, by name, up to
        seven.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import xentbook as xb
    >>> ax = xb.plots.plot_precision_recall({"model": xb.precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])})
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('recall', 'precision')
    """
    ax = new_axes(height=3.8) if ax is None else ax
    for name, precision, color, _, line in looks({name: curve[0] for name, curve in curves.items()}):
        recall = np.asarray(curves[name][1])
        ax.plot(recall, precision, linestyle=line, color=color, linewidth=2, drawstyle="steps-pre")
        middle = int(np.searchsorted(recall, 0.62))
        write(ax, name, (recall[middle], precision[middle]), (6, 10), color, fontweight="bold")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.03, 1.05), xlabel="recall", ylabel="precision")
    return ax


def plot_reliability(
    curve: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], *, band: tuple[ArrayLike, ArrayLike] | None = None,
    xlabel: str = "probability said", ylabel: str = "share that came true", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the reliability diagram of binned forecasts: a dot for each bin, its count below, chance as a bar.

    Parameters
    ----------
    curve : (array_like, array_like, array_like, array_like)
        Mean forecast, share that came true and count of each of B bins, shapes (B,), and their edges, shape (B + 1,),
        as `xentbook.reliability_curve` returns them. Empty bins have NaN means.
    band : (array_like, array_like), optional
        Least and largest share of each bin by chance, as `xentbook.consistency_band` returns them.
    xlabel, ylabel : str
        What the axes are.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Examples
    --------
    >>> import xentbook as xb
    >>> y, probs = [0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.8, 0.9]
    >>> ax = xb.plots.plot_reliability(xb.reliability_curve(y, probs, n_bins=2))
    >>> [text.get_text() for text in ax.texts]
    ['3', '3']
    """
    ax = new_axes(height=4.6) if ax is None else ax
    said, came, count, edges = (np.asarray(part, dtype=float) for part in curve)
    filled = count > 0
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2)
    if band is not None:
        low, high = (np.asarray(end, dtype=float)[filled] for end in band)
        ax.vlines(said[filled], low, high, color=COLORS["sky"], alpha=0.6, linewidth=11)
    look: Look = {"color": COLORS["vermilion"], "markersize": 8, "linewidth": 1.4, "zorder": 4, "clip_on": False}
    ax.plot(said[filled], came[filled], "-o", **look)
    _draw_counts(ax, count, edges)
    ax.set(xlim=(0, 1), ylim=(-0.26, 1.04), yticks=np.linspace(0, 1, 6), xlabel=xlabel)
    ax.set_ylabel(ylabel, y=0.6)
    return ax


def plot_risk_coverage(
    curves: Mapping[str, Sequence[ArrayLike]], *, xlabel: str = "coverage: share of cases answered",
    ylabel: str = "risk: share of these wrong", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the share of errors among what is answered against the share that is answered, one line a system.

    Parameters
    ----------
    curves : mapping of str to (array_like, array_like, ...)
        Coverage and risk, from 0 to 1, as `xentbook.risk_coverage_curve` returns them first, by name, up to seven.
    xlabel, ylabel : str
        What the axes are.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on, in per cent.

    Examples
    --------
    >>> import xentbook as xb
    >>> curve = xb.risk_coverage_curve([0.9, 0.8, 0.6], [True, True, False])
    >>> ax = xb.plots.plot_risk_coverage({"model": curve})
    >>> ax.get_legend().get_texts()[0].get_text()
    'model'
    """
    ax = new_axes(height=3.8) if ax is None else ax
    for name, risk, color, _, line in looks({name: curve[1] for name, curve in curves.items()}):
        ax.plot(curves[name][0], risk, linestyle=line, color=color, linewidth=2, label=name)
    ax.set(xlim=(0, 1), xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    color_legend(ax, handlelength=2.6, loc="upper left")
    return ax


def plot_boundaries(
    X: ArrayLike, y: ArrayLike, lines: Mapping[str, Sequence[float]], *, names: Sequence[str], xlabel: str, ylabel: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw points of two classes and the lines that models put between them.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        The points.
    y : array_like of int, shape (n,)
        Their classes, 0 and 1.
    lines : mapping of str to (b, w_x, w_y)
        The line on which the logit b + w·x is 0, with w_x other than 0; the last one is drawn bold.
    names : two str
        The classes.
    xlabel, ylabel : str
        What the coordinates are, with their unit.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    ValueError
        If a line has w_x = 0.

    Examples
    --------
    >>> import numpy as np, xentbook as xb
    >>> X, y = np.array([[1.0, 0.2], [3.0, 0.9], [2.5, 0.8], [4.5, 1.5]]), np.array([0, 0, 1, 1])
    >>> model = xb.LogisticRegression(l2=0.1).fit(X, y)
    >>> lines = {"logit 0": (model.intercept_, *model.coef_)}
    >>> ax = xb.plots.plot_boundaries(X, y, lines, names=["short", "long"], xlabel="length (cm)", ylabel="width (cm)")
    >>> [text.get_text() for text in ax.texts]
    ['short', 'long', 'logit 0']
    """
    ax = new_axes(height=3.7) if ax is None else ax
    X = np.asarray(X)
    _draw_classes(ax, X, np.asarray(y), names)
    low, high, last = X[:, 1].min() - 0.25, X[:, 1].max() + 0.4, len(lines) - 1
    for index, (name, (b, w_x, w_y)) in enumerate(lines.items()):
        ends, (line, text) = _cross(name, b, w_x, w_y, [low, high]), _line_look(index, bold=index == last)
        ax.plot(ends, [low, high], **line)
        ax.text(ends[1], high + 0.03 + 0.15 * (last - index), name, va="bottom", ha="center", fontsize=10, **text)
    ax.set(ylim=(low, high + 0.2 + 0.15 * last), xlabel=xlabel, ylabel=ylabel)
    return ax


def _draw_row(ax: Axes, probs: Array, floor: float, threshold: float, label: int) -> None:
    """Draw a class as dots, those of nearly the same forecast on top of each other, errors hollow."""
    ends: list[float] = []
    ax.axhline(floor - 0.04, color=GREY, linewidth=0.8)
    color = COLORS["vermilion" if label else "blue"]
    for p in np.sort(probs):
        level = next((k for k, end in enumerate(ends) if p >= end), len(ends))
        ends[level : level + 1] = [p + 0.014]
        wrong = (p >= threshold) != bool(label)
        marker: Look = {
            "marker": "s" if label else "o",
            "markersize": 5,
            "markeredgecolor": color,
            "markeredgewidth": 1.2,
        }
        ax.plot(p, floor + 0.03 + 0.075 * level, **marker, color="none" if wrong else color)


def _draw_counts(ax: Axes, count: Array, edges: Array) -> None:
    """Draw the number of forecasts of each bin as a bar below the diagram, with the number over it."""
    heights = 0.12 * count / count.max()
    ax.bar((edges[1:] + edges[:-1]) / 2, heights, np.diff(edges) * 0.9, bottom=-0.25, color="#B8BEC6", zorder=1)
    ax.axhline(0, color=GREY, linewidth=0.8)
    for middle, height, number in zip((edges[1:] + edges[:-1]) / 2, heights, count, strict=True):
        ax.text(middle, height - 0.24, f"{number:g}", ha="center", va="bottom", fontsize=10, color=GREY)


def _draw_classes(ax: Axes, X: Array, y: Array, names: Sequence[str]) -> None:
    """Draw the points of two classes, discs and squares, each cloud with its name."""
    for value, (name, marker, hue) in enumerate(zip(names, "os", ("blue", "vermilion"), strict=True)):
        cloud = X[y == value]
        ax.plot(*cloud.T, marker, color=COLORS[hue], markersize=5, alpha=0.6, markeredgewidth=0)
        write(ax, name, cloud.mean(axis=0), (0, 46 if value == 0 else -52), COLORS[hue], ha="center", fontweight="bold")


def _cross(name: str, b: float, w_x: float, w_y: float, y: Sequence[float]) -> Array:
    """Return the x at which the line b + w·x = 0 has the given y."""
    if w_x == 0:
        raise ValueError(f"`lines` must have weights w_x other than 0; got 0 for {name!r}: swap the two features")
    return -(b + w_y * np.asarray(y)) / w_x


def _line_look(index: int, *, bold: bool) -> tuple[Look, Look]:
    """Return the look of a line and that of its name."""
    if bold:
        return {"linewidth": 2.6, "color": "black"}, {"fontweight": "bold", "color": "black"}
    return {"linewidth": 1.3, "color": "#56616E", "linestyle": ("--", "-.", ":")[index % 3]}, {"color": "#46515D"}
