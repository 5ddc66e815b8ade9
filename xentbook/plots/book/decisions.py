"""Figures on decisions (chapter 13): what acts and rules cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Curves, Point, looks, new_axes, spread, write

__all__ = [
    "plot_act_costs", "plot_rule_costs", "plot_loss_against_f1",
    "plot_all_prices", "plot_referral_costs",
]  # fmt: skip

_PATCH = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}


def plot_act_costs(
    probs: ArrayLike,
    costs: Curves,
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
    """
    ax = new_axes(height=3.6) if ax is None else ax
    probs = np.asarray(probs)
    table = np.array([np.asarray(cost) for cost in costs.values()])
    top = 1.25 * table[:, 0].max()
    lines = np.minimum(table, top)
    ax.plot(probs, table.min(axis=0), color="#B8BEC6", linewidth=8, solid_capstyle="butt")
    for k, (name, cost, color, _, line) in enumerate(looks(costs)):
        ax.plot(probs, cost, linestyle=line, color=color, linewidth=2)
        at = _free_place(lines[k], np.delete(lines, k, axis=0), top)
        write(ax, name, (probs[at], lines[k, at]), (9, 8), color, fontweight="bold", bbox=_PATCH)
    for edge in edges:
        ax.plot([edge, edge], [0, top], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        write(ax, f"{edge:.3g}", (edge, 0), (4, 5), "black")
    ax.set(xlim=(0, 1), ylim=(0, top * 1.04), xlabel="probability that the tumour is malignant", ylabel=ylabel)
    return ax


def plot_rule_costs(
    ratio: ArrayLike, costs: Curves, *, xlabel: str = "cost of a miss, in false alarms", ax: Axes | None = None
) -> Axes:
    """Draw the mean cost of rules against the ratio of the costs, both axes logarithmic.

    Parameters
    ----------
    ratio : array_like, shape (m,)
        What a miss costs, in false alarms, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost of each rule, in false alarms a case, by its name, up to four.
    """
    ax = new_axes(height=4.0) if ax is None else ax
    ratio = np.asarray(ratio)
    heights = spread([float(np.log(np.asarray(cost)[-1])) for cost in costs.values()], gap=0.34)
    for (name, cost, color, _, line), height in zip(looks(costs), heights, strict=True):
        ax.loglog(ratio, cost, linestyle=line, color=color, linewidth=2, marker="o", markersize=5)
        write(ax, name, (ratio[-1], np.exp(height)), (8, 0), color, va="center", fontweight="bold")
    ax.set(xlim=(ratio[0] / 1.1, ratio[-1] * 12), xlabel=xlabel, ylabel="cost (false alarms a case)")
    ax.set_xticks(ratio, [f"{r:g}" for r in ratio])
    ax.set_yticks([0.05, 0.1, 0.2, 0.5, 1, 2], ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    ax.minorticks_off()
    return ax


def plot_loss_against_f1(
    loss: ArrayLike, f1: ArrayLike, *, pair: Mapping[str, Point] | None = None, ax: Axes | None = None
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
    """
    ax = new_axes(height=3.7) if ax is None else ax
    ax.semilogx(loss, f1, "o", color=COLORS["sky"], markersize=5, alpha=0.6, markeredgewidth=0)
    for name, place, color, _, _ in looks(pair or {}):
        ax.plot(*place, "D", color=color, markersize=10, markeredgecolor="white")
        write(ax, name, place, (9, 3 if color == COLORS["blue"] else -14), color, fontweight="bold", bbox=_PATCH)
    ticks = [0.1, 0.2, 0.4, 0.8]
    ax.minorticks_off()
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set(xlabel="log loss (nats)", ylabel="F1 at the threshold 0.5")
    return ax


def plot_all_prices(log_odds: ArrayLike, costs: Curves, *, ax: Axes | None = None) -> Axes:
    """Draw the mean cost at every threshold against the log-odds of that threshold; the areas are log losses.

    Parameters
    ----------
    log_odds : array_like, shape (m,)
        Log-odds of the thresholds, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost at each threshold, the costs of the two errors adding up to 1, by name, up to four.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    log_odds = np.asarray(log_odds)
    for name, cost, color, _, line in looks(costs):
        ax.fill_between(log_odds, cost, color=color, alpha=0.15, linewidth=0)
        ax.plot(log_odds, cost, linestyle=line, color=color, linewidth=2)
        right = int(np.flatnonzero(cost > 0.45 * cost.max())[-1])
        write(ax, name, (log_odds[right], cost[right]), (8, 8), color, fontweight="bold")
    ax.set(
        xlim=(log_odds[0], log_odds[-1]),
        xlabel="log-odds of the threshold (nats)",
        ylabel="cost, both prices adding to 1",
    )
    ax.set_ylim(bottom=0)
    return ax


def plot_referral_costs(price: ArrayLike, costs: Curves, *, ceiling: float, ax: Axes | None = None) -> Axes:
    """Draw the mean cost of rules that may refer a case against the price of referring, and the price at which it ends.

    Parameters
    ----------
    price : array_like, shape (m,)
        What it costs to refer a case, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost of each rule, by its name, up to four.
    ceiling : float
        The price above which referring never pays.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    price = np.asarray(price)
    ax.axvline(ceiling, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    top = 1.12 * max(np.max(np.asarray(cost)) for cost in costs.values())
    write(ax, "never pays", (ceiling, top), (5, -3), "black", va="top")
    heights = spread([float(np.asarray(cost)[-1]) for cost in costs.values()], gap=0.085 * top)
    for (name, cost, color, _, line), height in zip(looks(costs), heights, strict=True):
        ax.plot(price, cost, linestyle=line, color=color, linewidth=2.2)
        write(ax, name, (price[-1], height), (6, 0), color, va="center", fontweight="bold")
    ax.set(xlim=(0, price[-1] * 1.62), ylim=(0, top), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set(xlabel="price of a referral (false alarms)", ylabel="cost (false alarms a case)")
    return ax


def _free_place(line: Array, others: Array, top: float) -> int:
    """Return where a line is far enough from the others, and from the frame, for its name to stand there."""
    gap = np.minimum(np.min(np.abs(others - line), axis=0), 0.2 * top)
    inside = np.arange(line.size) / line.size
    gap[(line > 0.86 * top) | (inside < 0.03) | (inside > 0.88)] = 0
    best = np.flatnonzero(gap >= 0.999 * gap.max())
    return int(best[best.size // 2])
