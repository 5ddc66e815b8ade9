"""Figures on decisions (chapter 13): forecasts cut at a threshold, the curves of all thresholds, and what errors cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ._style import COLORS, new_axes, spread, write

__all__ = [
    "plot_cut", "plot_roc", "plot_precision_recall", "plot_act_costs", "plot_rule_costs", "plot_loss_against_f1",
    "plot_all_prices", "plot_referral_costs",
]  # fmt: skip

_STYLES = (("vermilion", "-"), ("blue", "--"), ("green", "-."), ("purple", ":"))
_GREY = "#444444"
_PATCH = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}


def plot_cut(
    y: ArrayLike, probs: ArrayLike, counts: ArrayLike, *, threshold: float, names: tuple[str, str] = ("class 0", "class 1"),
    xlabel: str = "probability of class 1", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the forecasts of two classes, a row of dots each, and the threshold that cuts them, with the four counts.

    Parameters
    ----------
    y : array_like of int, shape (n,)
        Labels 0 and 1.
    probs : array_like, shape (n,)
        Probabilities of label 1.
    counts : array_like, shape (2, 2)
        The confusion matrix at the threshold, rows actual.
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
    """
    ax = new_axes(height=3.4) if ax is None else ax
    y, probs = np.asarray(y), np.asarray(probs, dtype=float)
    for label, floor in ((0, 1.15), (1, 0.0)):
        _draw_row(ax, probs[y == label], floor, threshold, label)
        (left, right), name = np.asarray(counts)[label], names[label]
        ax.text(0, floor + 0.92, f"{name}: {left:g}", color=_GREY, fontsize=11, fontweight="bold")
        ax.text(1, floor + 0.92, f"{right:g}", color=_GREY, fontsize=11, fontweight="bold", ha="right")
    ax.axvline(threshold, color="black", linewidth=1.6, ymax=0.97)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.06, 2.35), yticks=[], xlabel=xlabel, ylabel="what was true")
    ax.spines["left"].set_visible(False)
    return ax


def plot_roc(
    curves: Mapping[str, tuple], *, marks: Mapping[str, tuple[float, float]] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw ROC curves over the diagonal of scores that say nothing.

    Parameters
    ----------
    curves : mapping from str to (array_like, array_like, ...)
        False and true positive rates, as `xentbook.roc_curve` returns them, by name, up to four.
    marks : mapping from str to (float, float), optional
        Points to mark, by what to write beside them.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=4.3) if ax is None else ax
    ax.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
    write(ax, "scores that say nothing", (0.62, 0.55), (0, 0), "black", ha="left", va="top")
    for (name, curve), (color, line) in zip(curves.items(), _STYLES, strict=False):
        false, true = np.asarray(curve[0]), np.asarray(curve[1])
        ax.plot(false, true, line, color=COLORS[color], linewidth=2.2)
        at = int(np.argmax(true - false))
        write(ax, name, (false[at], true[at]), (10, -12), COLORS[color], fontweight="bold")
    for text, place in (marks or {}).items():
        ax.plot(*place, "o", color="black", markersize=8, zorder=4)
        write(ax, text, place, (10, -4), "black", va="top")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.03), xlabel="false positive rate", ylabel="true positive rate (recall)")
    return ax


def plot_precision_recall(curves: Mapping[str, tuple], *, ax: Axes | None = None) -> Axes:
    """Draw precision against recall for every threshold that predicts a positive, as steps.

    Parameters
    ----------
    curves : mapping from str to (array_like, array_like, ...)
        Precisions and recalls, as `xentbook.precision_recall_curve` returns them, by name, up to four.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.8) if ax is None else ax
    for (name, curve), (color, line) in zip(curves.items(), _STYLES, strict=False):
        precision, recall = np.asarray(curve[0]), np.asarray(curve[1])
        ax.plot(recall, precision, line, color=COLORS[color], linewidth=2, drawstyle="steps-pre")
        middle = int(np.searchsorted(recall, 0.62))
        write(ax, name, (recall[middle], precision[middle]), (6, 10), COLORS[color], fontweight="bold")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.03, 1.05), xlabel="recall", ylabel="precision")
    return ax


def plot_act_costs(
    probs: ArrayLike,
    costs: Mapping[str, ArrayLike],
    *,
    edges: tuple[float, ...] = (),
    ylabel: str = "expected cost",
    ax: Axes | None = None,
) -> Axes:
    """Draw what each act costs on average against the probability of class 1, and where the cheapest act changes.

    Parameters
    ----------
    probs : array_like, shape (m,)
        Probabilities, rising from 0 to 1.
    costs : mapping from str to array_like, shape (m,)
        Expected cost of each act, by its name, up to four.
    edges : tuple of float
        Probabilities at which the cheapest act changes.
    ylabel : str
        What the cost is counted in.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.6) if ax is None else ax
    probs = np.asarray(probs)
    least = np.minimum.reduce([np.asarray(cost) for cost in costs.values()])
    top = 1.25 * max(np.asarray(cost)[0] for cost in costs.values())
    lines = np.minimum([np.asarray(cost) for cost in costs.values()], top)
    ax.plot(probs, least, color="#B8BEC6", linewidth=8, solid_capstyle="butt")
    for k, ((name, cost), (color, line)) in enumerate(zip(costs.items(), _STYLES, strict=False)):
        ax.plot(probs, cost, line, color=COLORS[color], linewidth=2)
        at = _free_place(lines[k], np.delete(lines, k, axis=0), top)
        write(ax, name, (probs[at], lines[k, at]), (9, 8), COLORS[color], fontweight="bold", bbox=_PATCH)
    for edge in edges:
        ax.plot([edge, edge], [0, top], color=_GREY, linewidth=1, linestyle=(0, (4, 3)))
        write(ax, f"{edge:.3g}", (edge, 0), (4, 5), "black")
    ax.set(xlim=(0, 1), ylim=(0, top * 1.04), xlabel="probability that the tumour is malignant", ylabel=ylabel)
    return ax


def plot_rule_costs(
    ratio: ArrayLike,
    costs: Mapping[str, ArrayLike],
    *,
    xlabel: str = "cost of a miss, in false alarms",
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean cost of rules against the ratio of the costs, both axes logarithmic.

    Parameters
    ----------
    ratio : array_like, shape (m,)
        What a miss costs, in false alarms, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost of each rule, in false alarms a case, by its name, up to four.
    xlabel : str
        What the axis of the ratio is.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=4.0) if ax is None else ax
    ratio = np.asarray(ratio)
    heights = spread([float(np.log(np.asarray(cost)[-1])) for cost in costs.values()], gap=0.34)
    for (name, cost), (color, line), height in zip(costs.items(), _STYLES, heights, strict=False):
        ax.loglog(ratio, cost, line, color=COLORS[color], linewidth=2, marker="o", markersize=5)
        write(ax, name, (ratio[-1], np.exp(height)), (8, 0), COLORS[color], va="center", fontweight="bold")
    ax.set(xlim=(ratio[0] / 1.1, ratio[-1] * 12), xlabel=xlabel, ylabel="cost (false alarms a case)")
    ax.set_xticks(ratio, [f"{r:g}" for r in ratio])
    ax.set_yticks([0.05, 0.1, 0.2, 0.5, 1, 2], ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    ax.minorticks_off()
    return ax


def plot_loss_against_f1(
    loss: ArrayLike, f1: ArrayLike, *, pair: Mapping[str, tuple[float, float]] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the F1 of many models against their log loss, on a logarithmic axis of losses, and mark some of them.

    Parameters
    ----------
    loss : array_like, shape (m,)
        Log losses in nats.
    f1 : array_like, shape (m,)
        F1 scores.
    pair : mapping from str to (float, float), optional
        Points to mark: loss and F1, by name.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.7) if ax is None else ax
    ax.semilogx(loss, f1, "o", color=COLORS["sky"], markersize=5, alpha=0.6, markeredgewidth=0)
    places = pair or {}
    for (name, place), (color, _) in zip(places.items(), _STYLES, strict=False):
        ax.plot(*place, "D", color=COLORS[color], markersize=10, markeredgecolor="white")
        write(ax, name, place, (9, 3 if color == "blue" else -14), COLORS[color], fontweight="bold", bbox=_PATCH)
    ticks = [0.1, 0.2, 0.4, 0.8]
    ax.minorticks_off()
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set(xlabel="log loss (nats)", ylabel="F1 at the threshold 0.5")
    return ax


def plot_all_prices(log_odds: ArrayLike, costs: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """Draw the mean cost at every threshold against the log-odds of that threshold; the areas are log losses.

    Parameters
    ----------
    log_odds : array_like, shape (m,)
        Log-odds of the thresholds, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost at each threshold, the costs of the two errors adding up to 1, by name, up to four.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.6) if ax is None else ax
    log_odds = np.asarray(log_odds)
    for (name, cost), (color, line) in zip(costs.items(), _STYLES, strict=False):
        cost = np.asarray(cost)
        ax.fill_between(log_odds, cost, color=COLORS[color], alpha=0.15, linewidth=0)
        ax.plot(log_odds, cost, line, color=COLORS[color], linewidth=2)
        right = int(np.flatnonzero(cost > 0.45 * cost.max())[-1])
        write(ax, name, (log_odds[right], cost[right]), (8, 8), COLORS[color], fontweight="bold")
    ax.set(
        xlim=(log_odds[0], log_odds[-1]),
        xlabel="log-odds of the threshold (nats)",
        ylabel="cost, both prices adding to 1",
    )
    ax.set_ylim(bottom=0)
    return ax


def plot_referral_costs(
    price: ArrayLike, costs: Mapping[str, ArrayLike], *, ceiling: float, ax: Axes | None = None
) -> Axes:
    """Draw the mean cost of rules that may refer a case against the price of referring, and the price at which it ends.

    Parameters
    ----------
    price : array_like, shape (m,)
        What it costs to refer a case, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost of each rule, by its name, up to four.
    ceiling : float
        The price above which referring never pays.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = new_axes(height=3.9) if ax is None else ax
    price = np.asarray(price)
    ax.axvline(ceiling, color=_GREY, linewidth=1, linestyle=(0, (4, 3)))
    top = 1.12 * max(np.max(np.asarray(cost)) for cost in costs.values())
    write(ax, "never pays", (ceiling, top), (5, -3), "black", va="top")
    heights = spread([float(np.asarray(cost)[-1]) for cost in costs.values()], gap=0.085 * top)
    for (name, cost), (color, line), height in zip(costs.items(), _STYLES, heights, strict=False):
        ax.plot(price, cost, line, color=COLORS[color], linewidth=2.2)
        write(ax, name, (price[-1], height), (6, 0), COLORS[color], va="center", fontweight="bold")
    ax.set(
        xlim=(0, price[-1] * 1.62),
        ylim=(0, top),
        xlabel="price of a referral (false alarms)",
        ylabel="cost (false alarms a case)",
    )
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    return ax


def _draw_row(ax: Axes, probs: np.ndarray, floor: float, threshold: float, label: int) -> None:
    """Draw a class as dots, those of nearly the same forecast on top of each other, errors hollow."""
    ends: list[float] = []
    ax.axhline(floor - 0.04, color=_GREY, linewidth=0.8)
    color = COLORS["vermilion" if label else "blue"]
    for p in np.sort(probs):
        level = next((k for k, end in enumerate(ends) if p >= end), len(ends))
        ends[level : level + 1] = [p + 0.014]
        wrong = (p >= threshold) != bool(label)
        marker = {"marker": "s" if label else "o", "markersize": 5, "markeredgecolor": color, "markeredgewidth": 1.2}
        ax.plot(p, floor + 0.03 + 0.075 * level, **marker, color="none" if wrong else color)


def _free_place(line: np.ndarray, others: np.ndarray, top: float) -> int:
    """Return where a line is far enough from the others, and from the frame, for its name to stand there."""
    gap = np.minimum(np.min(np.abs(others - line), axis=0), 0.2 * top)
    inside = np.arange(line.size) / line.size
    gap[(line > 0.86 * top) | (inside < 0.03) | (inside > 0.88)] = 0
    best = np.flatnonzero(gap >= 0.999 * gap.max())
    return int(best[best.size // 2])
