"""Figures on decisions (chapter 13): what acts and rules cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._style import COLORS, GREY, Array, Curves, Look, Point, looks, new_axes, spread, write

__all__ = [
    "plot_act_costs", "plot_log_odds", "plot_rule_costs", "plot_loss_against_f1", "plot_all_costs",
    "plot_second_looks",
]  # fmt: skip

_PATCH = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}


def plot_act_costs(
    probs: ArrayLike,
    costs: Curves,
    *,
    edges: tuple[float, ...] = (),
    lost: tuple[float, float] | None = None,
    cases: tuple[ArrayLike, ArrayLike] | None = None,
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
    lost : (float, float), optional
        From where to where the first act is taken though it is not the cheapest; the difference is shaded.
    cases : (array_like, array_like), optional
        Probabilities and labels of cases, drawn on the axis: filled for label 1, open for label 0.
    """
    ax = new_axes(height=3.6) if ax is None else ax
    probs, table = np.asarray(probs), np.array([np.asarray(cost) for cost in costs.values()])
    top = 1.25 * table[:, 0].max() if lost is None else 1.15 * np.interp(lost[1], probs, table[0])
    ax.plot(probs, table.min(axis=0), color="#B8BEC6", linewidth=8, solid_capstyle="butt")
    if lost is not None:
        wasted: Look = {"where": (probs >= lost[0]) & (probs <= lost[1]), "color": COLORS["yellow"], "alpha": 0.6}
        ax.fill_between(probs, table.min(axis=0), table[0], linewidth=0, **wasted)
    _draw_acts(ax, probs, costs, top)
    for edge in edges if lost is None else (*edges, lost[1]):
        ax.plot([edge, edge], [0, top], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        write(ax, f"{edge:.3g}", (edge, 0), (6, 6), "black")
    if cases is not None:
        _draw_cases(ax, *map(np.asarray, cases))
    ax.set(xlim=(0, 1), ylim=(0, top * 1.04), xlabel="probability that the tumour is malignant", ylabel=ylabel)
    return ax


def plot_log_odds(
    scores: Curves, y: ArrayLike, *, threshold: float, names: tuple[str, str], reach: float, ax: Axes | None = None
) -> Axes:
    """Draw the log-odds of cases, for each model a row of class 1 above a row of class 0, and one threshold.

    Parameters
    ----------
    scores : mapping from str to array_like, shape (n,)
        Log-odds of class 1, by the name of the model.
    y : array_like of int, shape (n,)
        Labels 0 and 1.
    threshold : float
        Log-odds from which on a case is called positive; cases called wrongly are drawn as crosses.
    names : (str, str)
        What classes 0 and 1 are called.
    reach : float
        Where the axis ends on both sides; cases beyond are drawn at its end.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    y, jitter = np.asarray(y), np.random.default_rng(0)
    for place, (title, z) in enumerate(scores.items()):
        for label, color in ((1, COLORS["vermilion"]), (0, COLORS["blue"])):
            z_of = np.asarray(z)[y == label]
            height = -2.6 * place + label + jitter.uniform(-0.3, 0.3, z_of.size)
            wrong, at = (z_of >= threshold) != label, np.clip(z_of, -reach, reach)
            ax.plot(at[~wrong], height[~wrong], "o", color=color, markersize=5, alpha=0.45, markeredgewidth=0)
            ax.plot(at[wrong], height[wrong], "x", color=color, markersize=8, markeredgewidth=2.2)
            write(ax, names[label], (reach, -2.6 * place + label), (10, -4), color, fontweight="bold")
        write(ax, title, (-reach, -2.6 * place + 1.5), (0, 2), "black", fontweight="bold")
    ax.axvline(threshold, color="black", linewidth=1.6)
    ax.set(xlim=(-1.04 * reach, 1.04 * reach), ylim=(-2.6 * len(scores) + 2, 2.1), yticks=[])
    ax.set(xlabel="log-odds of a malignant tumour (nats)", ylabel="model, and what was true")
    ax.spines["left"].set_visible(False)
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


def plot_all_costs(log_odds: ArrayLike, costs: Curves, *, ax: Axes | None = None) -> Axes:
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
        write(ax, name, (log_odds[right], cost[right]), (8, 8), color, fontweight="bold", bbox=_PATCH)
    ax.set(
        xlim=(log_odds[0], log_odds[-1]),
        xlabel="log-odds of the threshold (nats)",
        ylabel="cost (the two costs sum to 1)",
    )
    ax.set_ylim(bottom=0)
    return ax


def plot_second_looks(look: ArrayLike, costs: Curves, *, ceiling: float, ax: Axes | None = None) -> Axes:
    """Draw the mean cost of rules that may look again against the cost of a second look, and where it ends.

    Parameters
    ----------
    look : array_like, shape (m,)
        What a second look costs, rising.
    costs : mapping from str to array_like, shape (m,)
        Mean cost of each rule, by its name, up to four.
    ceiling : float
        The cost above which a second look never pays.
    """
    ax = new_axes(height=3.9) if ax is None else ax
    look = np.asarray(look)
    ax.axvline(ceiling, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    top = 1.12 * max(np.max(np.asarray(cost)) for cost in costs.values())
    write(ax, "never pays", (ceiling, top), (5, -3), "black", va="top")
    heights = spread([float(np.asarray(cost)[-1]) for cost in costs.values()], gap=0.085 * top)
    for (name, cost, color, _, line), height in zip(looks(costs), heights, strict=True):
        ax.plot(look, cost, linestyle=line, color=color, linewidth=2.2)
        write(ax, name, (look[-1], height), (6, 0), color, va="center", fontweight="bold")
    ax.set(xlim=(0, look[-1] * 1.62), ylim=(0, top), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set(xlabel="cost of a second look", ylabel="cost (false alarms a case)")
    return ax


def _draw_acts(ax: Axes, probs: Array, costs: Curves, top: float) -> None:
    lines = np.array([np.minimum(cost, top) for cost in costs.values()])
    for k, (name, cost, color, _, line) in enumerate(looks(costs)):
        ax.plot(probs, cost, linestyle=line, color=color, linewidth=2)
        at = _free_place(lines[k], np.delete(lines, k, axis=0), top)
        write(ax, name, (probs[at], lines[k, at]), (9, 8), color, fontweight="bold", bbox=_PATCH)


def _draw_cases(ax: Axes, probs: Array, y: Array) -> None:
    for label, face in ((1, "black"), (0, "white")):
        at = probs[y == label]
        ax.plot(at, 0 * at, "o", color="black", markerfacecolor=face, markersize=8, clip_on=False, zorder=5)


def _free_place(line: Array, others: Array, top: float) -> int:
    """Return where a line is far enough from the others, and from the frame, for its name to stand there."""
    gap = np.minimum(np.min(np.abs(others - line), axis=0), 0.2 * top)
    inside = np.arange(line.size) / line.size
    gap[(line > 0.86 * top) | (inside < 0.03) | (inside > 0.88)] = 0
    best = np.flatnonzero(gap >= 0.999 * gap.max())
    return int(best[best.size // 2])
